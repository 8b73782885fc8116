// Package task says whose turn it is with a thing and until when (S06). A turn belongs to a user, to a person, or to
// whoever holds a role nearest to a unit; that holder is worked out from the posts each time it is asked, so a new
// officer, a delegate or a retirement needs no task moved.
package task

import (
	"context"
	"slices"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/words"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/calendar"
	"bangfu/internal/office/org"
)

// New is a turn to be opened. Give UserID, PersonID (a worker, with or without an account) or Role and UnitID. Barred
// are the persons or users who must not get it (own or a relative's case, S06). An empty Due is Days workdays from
// today, 3 when that is 0 too.
type New struct {
	Kind             string // "intake.first"; its words stand under task.kind.<kind>
	Object, ObjectID string
	Role, UnitID     string
	UserID, PersonID string
	Barred           []string
	Due              day.Day
	Days             int
	Href             string
	Title            words.Key
	Args             []any
}

// Task is one turn. ClosedAt 0 is open.
type Task struct {
	UnionID, ID, Kind, Object, ObjectID string
	Role, UnitID, UnitPath              string
	UserID, PersonID                    string
	Barred                              string
	Due                                 day.Day
	Href                                string
	Title                               words.Key
	Args                                string
	OpenedAt, ClosedAt                  int64
	ClosedBy                            string
	RemindedOn, EscalatedOn             day.Day
}

const columns = `union_id, id, kind, object, object_id, role, unit_id, unit_path, user_id, person_id, barred, due, href,
	title, args, opened_at, closed_at, closed_by, reminded_on, escalated_on`

// Say gives the turn's sentence in a language.
func (t Task) Say(l words.Lang) string { return words.T(l, string(t.Title), words.Unpack(t.Args)...) }

// Late reports whether the turn is overdue on a day.
func (t Task) Late(today day.Day) bool { return t.Due < today }

// shared reports a turn that belongs to a role, not to one user or person.
func (t Task) shared() bool { return t.UserID == "" && t.PersonID == "" }

// Open gives someone the turn. The same kind of turn of the same thing is opened once; asking again changes nothing.
// Fault: Refused "task.nobody" when no one can take it, because the set-up has too few people.
func Open(ctx context.Context, tx *db.Tx, n New) error {
	t := Task{UnionID: tx.Union, ID: tx.ID(), Kind: n.Kind, Object: n.Object, ObjectID: n.ObjectID, Role: n.Role, UnitID: n.UnitID,
		UserID: n.UserID, PersonID: n.PersonID, Barred: Join(n.Barred), Due: n.Due, Href: n.Href, Title: n.Title,
		Args: words.Pack(n.Args), OpenedAt: tx.Ms()}
	if t.UnitID == "" {
		t.UnitID = tx.Union
	}
	unit, err := org.UnitOf(ctx, tx, t.UnitID)
	if err != nil {
		return err
	}
	t.UnitPath = unit.Path
	if t.shared() {
		if t.Role, _, err = Turn(ctx, tx, Where{Role: n.Role, UnitPath: t.UnitPath, Barred: n.Barred}); err != nil {
			return err
		}
	}
	if t.Due == "" {
		days := n.Days
		if days == 0 {
			days = 3
		}
		if t.Due, err = calendar.Due(ctx, tx, days); err != nil {
			return err
		}
	}
	_, err = tx.Exec(ctx, `
		insert into task_turn (`+columns+`)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 0, '', '', '') on conflict do nothing`,
		t.UnionID, t.ID, t.Kind, t.Object, t.ObjectID, t.Role, t.UnitID, t.UnitPath, t.UserID, t.PersonID, t.Barred, t.Due, t.Href,
		t.Title, t.Args, t.OpenedAt)
	return err
}

// Close ends every open turn of a kind with a thing; none is no fault.
func Close(ctx context.Context, tx *db.Tx, kind, objectID string) error {
	_, err := tx.Exec(ctx, `
		update task_turn set closed_at = $4, closed_by = $5 where union_id = $1 and object_id = $2 and kind = $3 and closed_at = 0`,
		tx.Union, objectID, kind, tx.Ms(), tx.Actor.User)
	return err
}

// CloseAll ends every open turn with a thing: it was withdrawn, refused or finished.
func CloseAll(ctx context.Context, tx *db.Tx, objectID string) error {
	_, err := tx.Exec(ctx, `update task_turn set closed_at = $3, closed_by = $4 where union_id = $1 and object_id = $2 and closed_at = 0`,
		tx.Union, objectID, tx.Ms(), tx.Actor.User)
	return err
}

// Where is a role at a unit's path, and who must not hold it in this case.
type Where struct {
	Role, UnitPath string
	Barred         []string // person ids or user ids
}

// stand is the role that stands in when every holder of a role is barred or there is none. The chain ends at the
// upper union (settled questions, "Who").
func stand(role string) string {
	switch role {
	case org.RoleGroupLeader:
		return org.RoleOfficer
	case org.RoleOfficer:
		return org.RoleChair
	case org.RoleUpper:
		return ""
	}
	return org.RoleUpper
}

// Turn gives whose turn it is: the holders (or their delegates) nearest to the unit who are not barred, at the next unit
// above where the nearest has none left, and then those of the role that stands in. Fault: Refused "task.nobody".
func Turn(ctx context.Context, tx *db.Tx, w Where) (role string, holders []org.Holder, err error) {
	for role = w.Role; role != ""; role = stand(role) {
		seats, err := org.Seats(ctx, tx, role, w.UnitPath)
		if err != nil {
			return "", nil, err
		}
		if got := nearest(seats, w); len(got) > 0 {
			return role, got, nil
		}
	}
	return "", nil, fault.New(fault.Refused, "task.nobody", words.Key("role."+w.Role))
}

// nearest gives the holders at the lowest unit at or above the path that has one who is not barred.
func nearest(seats []org.Holder, w Where) []org.Holder {
	var out []org.Holder
	for _, h := range seats {
		if !strings.HasPrefix(w.UnitPath, h.Path) || Bars(w.Barred, h.UserID, h.PersonID) {
			continue
		}
		if len(out) > 0 && len(h.Path) > len(out[0].Path) {
			out = nil
		}
		same := func(o org.Holder) bool { return o.UserID == h.UserID }
		if len(out) == 0 || len(h.Path) == len(out[0].Path) && !slices.ContainsFunc(out, same) {
			out = append(out, h)
		}
	}
	return out
}

// Bars reports whether a list of persons and users names this one.
func Bars(barred []string, userID, personID string) bool {
	return userID != "" && slices.Contains(barred, userID) || personID != "" && slices.Contains(barred, personID)
}

// Join writes a list of ids for a column.
func Join(ids []string) string {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	return strings.Join(slices.DeleteFunc(slices.Compact(ids), func(s string) bool { return s == "" }), " ")
}

// Split reads a list that Join wrote.
func Split(ids string) []string { return strings.Fields(ids) }

// Waiting is an open turn and those whose turn it is, for the line "who, by when" on a page.
type Waiting struct {
	Task
	Holders []org.Holder
}

// Of gives the open turns with a thing and who has them. A turn of a person has no holders listed.
func Of(ctx context.Context, tx *db.Tx, objectID string) ([]Waiting, error) {
	list, err := db.All[Task](ctx, tx, `
		select `+columns+` from task_turn where union_id = $1 and object_id = $2 and closed_at = 0 order by due, id`, tx.Union, objectID)
	if err != nil {
		return nil, err
	}
	out := make([]Waiting, 0, len(list))
	for _, t := range list {
		w := Waiting{Task: t}
		switch {
		case t.shared():
			_, w.Holders, err = Turn(ctx, tx, Where{t.Role, t.UnitPath, Split(t.Barred)})
			if fault.Is(err, "task.nobody") {
				err = nil
			}
		case t.UserID != "":
			var u org.User
			u, err = org.UserByID(ctx, tx, t.UserID)
			w.Holders = []org.Holder{{UserID: u.ID, PersonID: u.PersonID, Name: u.Name, Phone: u.Phone, UnitID: t.UnitID, Path: t.UnitPath}}
		}
		if err != nil {
			return nil, err
		}
		out = append(out, w)
	}
	return out, nil
}

// Rehome moves the open turns with a thing to another unit: what it is about has moved there.
func Rehome(ctx context.Context, tx *db.Tx, objectID string, to org.Unit) error {
	_, err := tx.Exec(ctx, `update task_turn set unit_id = $3, unit_path = $4 where union_id = $1 and object_id = $2 and closed_at = 0`,
		tx.Union, objectID, to.ID, to.Path)
	return err
}
