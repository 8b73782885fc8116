package task

import (
	"context"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/calendar"
	"bangfu/internal/office/org"
)

// again is how many days pass between two reminders of one turn (ux.md G4).
const again = 3

// batch is how many turns one call of Remind takes.
const batch = 500

// Reminder is one message that is due: to a user or a person about a turn. Up marks the word to a holder's superior that
// the turn is overdue.
type Reminder struct {
	UserID, PersonID string
	Task             Task
	Up               bool
}

// superior is the role that is told when a holder of a role lets a turn lie.
func superior(role string) string {
	switch role {
	case "", org.RoleUpper:
		return ""
	case org.RoleGroupLeader:
		return org.RoleOfficer
	case org.RoleChair:
		return org.RoleUpper
	}
	return org.RoleChair
}

// Remind gives the reminders that are due today and marks them as given: for a turn due today or overdue, one every three
// days; for one that became overdue, once to the holder's superior. On days off there are none. Run it until it gives
// none: it takes 500 turns at a time, and a second run on the same day gives nothing twice. Turns whose role no longer
// has a holder pass to the role that stands in.
func Remind(ctx context.Context, tx *db.Tx) ([]Reminder, error) {
	cal, err := calendar.Load(ctx, tx)
	if err != nil || !cal.Workday(tx.Day()) {
		return nil, err
	}
	today := tx.Day()
	list, err := db.All[Task](ctx, tx, `
		select `+columns+` from task_turn where union_id = $1 and closed_at = 0 and due <= $2
		and (reminded_on <= $3 or due < $2 and escalated_on = '') order by due, id limit $4`,
		tx.Union, today, today.Add(-again), batch)
	if err != nil {
		return nil, err
	}
	var out []Reminder
	for _, t := range list {
		got, err := remind(ctx, tx, t)
		if err != nil {
			return nil, err
		}
		out = append(out, got...)
	}
	return out, nil
}

func remind(ctx context.Context, tx *db.Tx, t Task) ([]Reminder, error) {
	today, mark := tx.Day(), t
	var out []Reminder
	if t.RemindedOn <= today.Add(-again) {
		mark.RemindedOn = today
		if !t.shared() {
			out = append(out, Reminder{UserID: t.UserID, PersonID: t.PersonID, Task: t})
		} else {
			role, holders, err := Turn(ctx, tx, Where{t.Role, t.UnitPath, Split(t.Barred)})
			if err != nil && !fault.Is(err, "task.nobody") {
				return nil, err
			}
			if err == nil {
				mark.Role = role
			}
			out = append(out, told(holders, t, false)...)
		}
	}
	if t.Late(today) && t.EscalatedOn == "" {
		mark.EscalatedOn = today
		up, err := above(ctx, tx, t)
		if err != nil {
			return nil, err
		}
		out = append(out, told(up, t, true)...)
	}
	n, err := tx.Exec(ctx, `
		update task_turn set reminded_on = $3, escalated_on = $4, role = $5
		where union_id = $1 and id = $2 and closed_at = 0 and reminded_on = $6 and escalated_on = $7`,
		tx.Union, t.ID, mark.RemindedOn, mark.EscalatedOn, mark.Role, t.RemindedOn, t.EscalatedOn)
	if err != nil || n == 0 { // another run gave it
		return nil, err
	}
	return out, nil
}

func told(holders []org.Holder, t Task, up bool) []Reminder {
	var out []Reminder
	for _, h := range holders {
		out = append(out, Reminder{UserID: h.UserID, Task: t, Up: up})
	}
	return out
}

// above gives the holder's superiors, barred persons left out; none is an empty list.
func above(ctx context.Context, tx *db.Tx, t Task) ([]org.Holder, error) {
	role := superior(t.Role)
	if role == "" {
		return nil, nil
	}
	seats, err := org.Seats(ctx, tx, role, t.UnitPath)
	return nearest(seats, Where{role, t.UnitPath, Split(t.Barred)}), err
}

// Worked gives how many workdays a turn is overdue today, for the sentence "2 days late"; 0 when it is not.
func Worked(cal day.Calendar, due, today day.Day) int {
	if due >= today {
		return 0
	}
	n, _ := cal.Workdays(due, today)
	return n
}
