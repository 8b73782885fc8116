package app

import (
	"context"
	"fmt"
	"slices"

	"bangfu/internal/base/fault"
	"bangfu/internal/domain/casefile"
	"bangfu/internal/domain/effect"
	"bangfu/internal/domain/intake"
	"bangfu/internal/domain/payment"
	"bangfu/internal/domain/plan"
	"bangfu/internal/domain/recognition"
	"bangfu/internal/engine/db"
	"bangfu/internal/face/exchange/roster"
	"bangfu/internal/programme/lending"
)

// hands carry what an import of history brings into the files, so that "once" and caps are right in the first year.
func hands() roster.Hands {
	return roster.Hands{Used: used, Files: pastFiles, Aid: pastAid, Forget: forget}
}

// used gives, of workers (ids in order), those something rests on since an instant (UTC ms; 0 for ever): a file, a help, an
// application, a recognition, an award or a payment. Every noun that keeps a worker's id is asked.
func used(ctx context.Context, tx *db.Tx, workers []string, since int64) ([]string, error) {
	return among(ctx, tx, workers, since, casefile.Worked, recognition.Worked, intake.Worked, plan.Worked, payment.Worked, lending.Worked)
}

type worked = func(ctx context.Context, tx *db.Tx, since int64) ([]string, error)

func among(ctx context.Context, tx *db.Tx, workers []string, since int64, nouns ...worked) ([]string, error) {
	if len(workers) == 0 {
		return nil, nil
	}
	found := map[string]bool{}
	for _, ask := range nouns {
		all, err := ask(ctx, tx, since)
		if err != nil {
			return nil, err
		}
		for _, id := range all {
			found[id] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(workers), func(id string) bool { return !found[id] }), nil
}

func pastFiles(ctx context.Context, tx *db.Tx, rows []roster.PastFile) error {
	all := make([]casefile.OldFile, 0, len(rows))
	for _, r := range rows {
		all = append(all, casefile.OldFile{ImportID: r.ImportID, Ref: r.Number, Note: r.Note, EndedOn: r.ClosedOn,
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

// forget takes an import of history back whole, unless somebody of the households has been judged since: a standard counts
// yesterday's help. Faults: "app.history_used", those of casefile.Forget.
func forget(ctx context.Context, tx *db.Tx, importID string) error {
	b, err := casefile.BroughtBy(ctx, tx, importID)
	if err != nil {
		return err
	}
	who, err := among(ctx, tx, b.Workers, b.At, recognition.Worked, intake.Worked, plan.Worked, payment.Worked)
	if err != nil {
		return err
	}
	for _, id := range b.Files {
		watches, err := effect.OfFile(ctx, tx, id)
		if err != nil {
			return err
		}
		if len(watches) > 0 {
			who = append(who, watches[0].PersonID)
		}
	}
	if len(who) > 0 {
		return fault.New(fault.Refused, "app.history_used", len(who))
	}
	return casefile.Forget(ctx, tx, importID)
}
