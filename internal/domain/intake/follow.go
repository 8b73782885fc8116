package intake

import (
	"context"
	"slices"
	"strings"

	"bangfu/internal/base/fault"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task"
)

// A worker may move, leave or die while an application is under way. In whatever way the roster came to know it, a job finds it here.

// followed is how many applications one act of the walk looks at.
const followed = 200

// Follow walks the applications under way: those of workers in another unit go along, and where the worker is no longer here an
// officer gets the turn to say what becomes of it. It is called with what it gave before until it gives "".
func Follow(ctx context.Context, tx *db.Tx, after string) (next string, err error) {
	all, err := db.All[Application](ctx, tx, `
		select `+columns+` from intake_application
		where union_id = $1 and state not in ('decided', 'refused', 'withdrawn') and id > $2 order by id limit $3`, tx.Union, after, followed)
	if err != nil {
		return "", err
	}
	var ids []string
	for _, a := range all {
		ids = append(ids, a.PersonID)
	}
	who, err := person.Many(ctx, tx, ids)
	if err != nil {
		return "", err
	}
	for _, a := range all {
		if a.State == Draft {
			continue // handing it in puts it where the worker is
		}
		if err := a.follow(ctx, tx, who[a.PersonID]); err != nil {
			return "", err
		}
	}
	if len(all) < followed {
		return "", nil
	}
	return all[len(all)-1].ID, nil
}

func (a Application) follow(ctx context.Context, tx *db.Tx, w person.Worker) error {
	switch {
	case w.Status != person.Active:
		return AskGone(ctx, tx, a, w)
	case w.UnitID != a.UnitID:
		return Rehome(ctx, tx, a.ID, w.UnitID)
	}
	return nil
}

// Rehome moves an application to the unit its worker is in now: those there may see it and have the turn. An officer whose post
// does not reach so far lets go of it. What was decided is plan's to move along.
func Rehome(ctx context.Context, tx *db.Tx, id, unitID string) error {
	a, err := Get(ctx, tx, id)
	if err != nil || a.UnitID == unitID {
		return err
	}
	to, err := org.UnitOf(ctx, tx, unitID)
	if err != nil {
		return err
	}
	a.UnitID, a.UnitPath = to.ID, to.Path
	if a.OfficerID != "" {
		posts, err := org.PostsOf(ctx, tx, a.OfficerID)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(posts, func(p db.Post) bool { return strings.HasPrefix(to.Path, p.Path) }) {
			a.OfficerID = ""
		}
	}
	if err := save(ctx, tx, &a, a.State); err != nil {
		return err
	}
	if err := note(ctx, tx, a.ID, Step{Act: "moved", FromState: a.State, ToState: a.State, Note: to.Name}); err != nil {
		return err
	}
	if a.State.Ended() {
		return task.Rehome(ctx, tx, a.ID, to)
	}
	return shift(ctx, tx, a)
}

// AskGone gives an officer the turn with a case whose worker died, left or went to another union, once for each such news.
func AskGone(ctx context.Context, tx *db.Tx, a Application, w person.Worker) error {
	steps, err := Steps(ctx, tx, a.ID)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(steps, func(s Step) bool { return s.Act == "gone" && s.Answer == string(w.Status)+" "+string(w.StatusOn) }) {
		return nil
	}
	err = note(ctx, tx, a.ID, Step{Act: "gone", FromState: a.State, ToState: a.State, Answer: string(w.Status) + " " + string(w.StatusOn), Note: w.Status.Say("zh")})
	if err != nil {
		return err
	}
	return task.Open(ctx, tx, task.New{Kind: turnGone, Object: "application", ObjectID: a.ID, Role: org.RoleOfficer, UnitID: a.UnitID,
		Barred: strings.Fields(a.Barred), Href: "/desk/applications/" + a.ID, Title: "intake.turn.gone", Args: []any{w.Name, a.Number, w.Status}})
}

// GoneIn ends the application of a worker who is no longer here.
type GoneIn struct {
	ID   string `form:"id" kind:"hidden" need:"true" max:"40"`
	Note string `form:"note" label:"说明" hint:"家里还有困难的，写明怎么接着帮" kind:"area" need:"true" min:"2" max:"300"`
}

// MayEndGone wants an officer who may handle the case, and a worker who is no longer here. Faults: "intake.here" (Refused) while the
// worker is, those of who may handle a case.
func MayEndGone(ctx context.Context, tx *db.Tx, id string) error {
	a, err := handled(ctx, tx, "intake.officer", id)
	if err != nil {
		return err
	}
	w, err := person.Get(ctx, tx, a.PersonID)
	if err == nil && w.Status == person.Active {
		err = fault.New(fault.Refused, "intake.here", a.Number)
	}
	return err
}

// EndGone ends an application whose worker died, left or went to another union; plan calls it, which takes back what was decided
// on it. Faults: those of MayEndGone, "intake.state".
func EndGone(ctx context.Context, tx *db.Tx, in GoneIn) error {
	if err := MayEndGone(ctx, tx, in.ID); err != nil {
		return err
	}
	a, err := Get(ctx, tx, in.ID)
	if err != nil {
		return err
	}
	tx.About("application", a.ID, "state")
	tx.Trail.Reason = strings.TrimSpace(in.Note)
	a.Note = tx.Trail.Reason
	if err := move(ctx, tx, &a, Step{Act: "end", Note: a.Note}); err != nil {
		return err
	}
	return closeTurns(ctx, tx, a)
}
