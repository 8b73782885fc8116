package app

import (
	"context"
	"fmt"

	"bangfu/internal/base/fault"
	"bangfu/internal/domain/casefile"
	"bangfu/internal/domain/intake"
	"bangfu/internal/engine/db"
	"bangfu/internal/face/exchange/roster"
)

// hands carry what an import of history brings into the files, so that "once" and caps are right in the first year.
func hands() roster.Hands {
	return roster.Hands{Used: used, Files: pastFiles, Aid: pastAid, Forget: forget}
}

// used gives the workers who have applied for something since: their import is not undone.
func used(ctx context.Context, tx *db.Tx, workers []string) ([]string, error) {
	var out []string
	for _, w := range workers {
		apps, err := intake.OpenOf(ctx, tx, w)
		if err != nil {
			return nil, err
		}
		if len(apps) > 0 {
			out = append(out, w)
		}
	}
	return out, nil
}

func pastFiles(ctx context.Context, tx *db.Tx, rows []roster.PastFile) error {
	all := make([]casefile.OldFile, 0, len(rows))
	for _, r := range rows {
		all = append(all, casefile.OldFile{Ref: r.Number, Note: r.Note, EndedOn: r.ClosedOn,
			Opening: casefile.Opening{HouseholdID: r.HouseholdID, PersonID: r.WorkerID, ClassText: r.Class, Cause: casefile.Cause(r.Cause), On: r.FiledOn}})
	}
	_, err := casefile.Import(ctx, tx, all)
	return err
}

func pastAid(ctx context.Context, tx *db.Tx, rows []roster.PastAid) error {
	all := make([]casefile.Aid, 0, len(rows))
	for i, r := range rows {
		all = append(all, casefile.Aid{Ref: fmt.Sprintf("import/%s/%s/%s/%d", r.ImportID, r.WorkerID, r.On, i), HouseholdID: r.HouseholdID,
			PersonID: r.WorkerID, Programme: r.Programme, Item: r.Item, Amount: r.Amount, On: r.On, Source: "imported", Note: r.Note})
	}
	_, err := casefile.ImportAid(ctx, tx, all)
	return err
}

// forget refuses: history that standards may have judged by stays. A wrong row is taken back one by one.
func forget(context.Context, *db.Tx, string) error {
	return fault.New(fault.Refused, "app.history_stays")
}
