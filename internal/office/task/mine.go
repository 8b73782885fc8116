package task

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/org"
)

// most is how many turns a list without a limit shows; Count tells how many there are.
const most = 200

// Query narrows a list of turns to a kind and pages it: After and AfterID are Due and ID of the last one seen.
type Query struct {
	Kind    string
	After   day.Day
	AfterID string
	Limit   int
}

// Mine gives the actor's turns, the longest overdue first.
func Mine(ctx context.Context, tx *db.Tx) ([]Task, error) { return Page(ctx, tx, Query{}) }

var errFull = errors.New("full")

// Page gives one page of the actor's turns, the longest overdue first.
func Page(ctx context.Context, tx *db.Tx, q Query) ([]Task, error) {
	m, err := mineOf(ctx, tx)
	if err != nil {
		return nil, err
	}
	if q.Limit <= 0 {
		q.Limit = most
	}
	n := len(m.args)
	args := append(m.args, q.Kind, q.After, q.AfterID)
	var out []Task
	err = db.Each(ctx, tx, func(t Task) error {
		if m.has(t) {
			out = append(out, t)
		}
		if len(out) == q.Limit {
			return errFull
		}
		return nil
	}, fmt.Sprintf(`
		select `+columns+` from task_turn where union_id = $1 and closed_at = 0 and (%s)
		and ($%d = '' or kind = $%[2]d) and ($%[3]d = '' or due > $%[3]d or due = $%[3]d and id > $%[4]d)
		order by due, id`, m.where, n+1, n+2, n+3), args...)
	if errors.Is(err, errFull) {
		err = nil
	}
	return out, err
}

// Count is how many turns of a kind the actor has, and how many of them are overdue.
type Count struct {
	Kind    string
	N, Late int64
}

type group struct {
	Task
	N, Late int64
}

// Counts gives the actor's turns by kind, in the order of the kinds' names. Turns are counted by the database in groups
// that share unit and barred persons; only whose group it is is worked out here.
func Counts(ctx context.Context, tx *db.Tx) ([]Count, error) {
	m, err := mineOf(ctx, tx)
	if err != nil {
		return nil, err
	}
	var out []Count
	err = db.Each(ctx, tx, func(g group) error {
		if !m.has(g.Task) {
			return nil
		}
		if len(out) == 0 || out[len(out)-1].Kind != g.Kind {
			out = append(out, Count{Kind: g.Kind})
		}
		last := &out[len(out)-1]
		last.N, last.Late = last.N+g.N, last.Late+g.Late
		return nil
	}, fmt.Sprintf(`
		select kind, role, unit_path, user_id, person_id, barred, count(*) as n, sum(case when due < $%d then 1 else 0 end) as late
		from task_turn where union_id = $1 and closed_at = 0 and (%s)
		group by kind, role, unit_path, user_id, person_id, barred order by kind`, len(m.args)+1, m.where), append(m.args, tx.Day())...)
	return out, err
}

// mine is what may be the actor's: a condition for the database, and the seats that decide it.
type mine struct {
	user, person string
	where        string
	args         []any
	seats        map[string][]org.Holder
}

func mineOf(ctx context.Context, tx *db.Tx) (mine, error) {
	who := tx.Actor
	m := mine{user: who.User, person: who.Person, seats: map[string][]org.Holder{}, args: []any{tx.Union, who.User, who.Person}}
	parts := []string{"user_id = $2", "person_id = $3 and $3 <> ''"}
	for _, p := range who.Posts {
		if p.Path == "" {
			continue
		}
		seats, err := org.Seats(ctx, tx, p.Role, p.Path)
		if err != nil {
			return m, err
		}
		m.seats[p.Role] = append(m.seats[p.Role], seats...)
		m.args = append(m.args, p.Role)
		n := len(m.args)
		beneath, more := db.Beneath("unit_path", n+1, p.Path)
		parts = append(parts, fmt.Sprintf("user_id = '' and person_id = '' and role = $%d and %s", n, beneath))
		m.args = append(m.args, more...)
	}
	m.where = strings.Join(parts, " or ")
	return m, nil
}

// has decides whether a turn the condition let through is the actor's.
func (m mine) has(t Task) bool {
	if !t.shared() {
		return t.UserID == m.user && t.UserID != "" || t.PersonID == m.person && t.PersonID != ""
	}
	for _, h := range nearest(m.seats[t.Role], Where{t.Role, t.UnitPath, Split(t.Barred)}) {
		if h.UserID == m.user {
			return true
		}
	}
	return false
}

// Late lists the overdue turns of others within the actor's reach (right task.watch), the longest overdue first, at most
// 200: what a superior looks at.
func Late(ctx context.Context, tx *db.Tx) ([]Task, error) {
	cond, args := auth.Scope(tx.Actor, "task.watch").Where("unit_path", "", "", 3)
	return db.All[Task](ctx, tx, `
		select `+columns+` from task_turn where union_id = $1 and closed_at = 0 and due < $2 and `+cond+`
		order by due, id limit 200`, append([]any{tx.Union, tx.Day()}, args...)...)
}
