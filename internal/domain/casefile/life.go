package casefile

import (
	"context"

	"bangfu/internal/domain/person"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task"
)

// The kinds of turns with a file.
const (
	turnReview = "casefile.review"
	turnLife   = "casefile.life"
	turnOut    = "casefile.out"
)

// PersonChanged tells a worker's file that the worker died, left, was transferred or came back. The household stays in
// care: after a death the file goes on under another worker of the household where there is one; in every case an officer
// gets the turn to decide whether it ends, moves or goes on. No file, or one that has ended, is no fault.
func PersonChanged(ctx context.Context, tx *db.Tx, personID string, to person.Status) error {
	f, ok, err := OfPerson(ctx, tx, personID)
	if err != nil || !ok || f.State != Open {
		return err
	}
	if err := Event(ctx, tx, f.ID, Entry{Kind: "life", Text: "casefile.event_life", Args: []any{to}, Ref: personID}); err != nil {
		return err
	}
	if to == person.Active {
		return task.Close(ctx, tx, turnLife, f.ID)
	}
	if to == person.Deceased {
		heir, err := heirOf(ctx, tx, f)
		if err != nil {
			return err
		}
		if heir != "" {
			if err := f.change(ctx, tx, tx.Day(), Field{"person_id", heir}); err != nil {
				return err
			}
		}
	}
	return task.Open(ctx, tx, task.New{Kind: turnLife, Object: "file", ObjectID: f.ID, Role: org.RoleOfficer, UnitID: f.UnitID, Days: 5,
		Href: "/desk/files/" + f.ID, Title: "职工{1}，请决定档案 {0} 的去留", Args: []any{f.Number, to}})
}

// chunk is how many files one act of a walk over all of them looks at.
const chunk = 200

// Gone is PersonChanged for the workers of open files who are no longer here and whose file does not know it yet, in
// whatever way they went. The daily job calls it with what it gave before until it gives "".
func Gone(ctx context.Context, tx *db.Tx, after string) (next string, err error) {
	all, err := OpenAfter(ctx, tx, after, chunk)
	if err != nil {
		return "", err
	}
	ids := make([]string, len(all))
	for i, f := range all {
		ids[i] = f.PersonID
	}
	who, err := person.Many(ctx, tx, ids)
	if err != nil {
		return "", err
	}
	for _, f := range all {
		w := who[f.PersonID]
		if w.ID == "" || w.Status == person.Active {
			continue
		}
		told, err := db.Value[int64](ctx, tx, `
			select count(*) from casefile_event where union_id = $1 and file_id = $2 and kind = 'life' and ref = $3 and on_day >= $4`,
			tx.Union, f.ID, w.ID, w.StatusOn)
		if err != nil {
			return "", err
		}
		if told > 0 {
			continue
		}
		if err := PersonChanged(ctx, tx, w.ID, w.Status); err != nil {
			return "", err
		}
	}
	if len(all) < chunk {
		return "", nil
	}
	return all[len(all)-1].ID, nil
}

// heirOf gives another active worker of the household.
func heirOf(ctx context.Context, tx *db.Tx, f File) (string, error) {
	all, err := person.WorkersOf(ctx, tx, f.HouseholdID)
	if err != nil {
		return "", err
	}
	for _, w := range all {
		if w.ID != f.PersonID && w.Status == person.Active {
			return w.ID, nil
		}
	}
	return "", nil
}

// soon is how many days ahead of its day a review is put on somebody's desk.
const soon = 30

// Remind puts the yearly reviews that fall due within thirty days on the desks, once each; it is what the nightly job calls.
// It gives how many it opened.
func Remind(ctx context.Context, tx *db.Tx) (int, error) {
	due, err := db.All[File](ctx, tx, `
		select `+fileColumns+` from casefile_file where union_id = $1 and state = 'open' and review_due <> '' and review_due <= $2
		order by review_due, id limit 500`, tx.Union, tx.Day().Add(soon))
	if err != nil {
		return 0, err
	}
	for _, f := range due {
		kin, err := person.Kin(ctx, tx, f.PersonID)
		if err != nil {
			return 0, err
		}
		n := task.New{Kind: turnReview, Object: "file", ObjectID: f.ID, Role: org.RoleOfficer, UnitID: f.UnitID, Barred: append(kin, f.PersonID),
			Due: max(f.ReviewDue, tx.Day()), Href: f.reviewAt(), Title: "年度复核：档案 {0}", Args: []any{f.Number}}
		if err := task.Open(ctx, tx, n); err != nil {
			return 0, err
		}
	}
	return len(due), nil
}

// reviewAt is where a file is reviewed: one with a class by recognising it anew, so that the standard judges it again.
func (f File) reviewAt() string {
	if f.Class != "" {
		return "/desk/people/" + f.PersonID + "/recognise"
	}
	return "/desk/files/" + f.ID + "/review"
}
