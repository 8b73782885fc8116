// Package notify tells people things inside the program: a message is a catalogue key and its figures, so it reads in the
// reader's language; those without an account are told by a printed slip that their group leader hands over.
package notify

import (
	"context"
	"slices"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/words"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task"
)

// To says who is told: a user, a person (a worker, with or without an account), or all who hold a role nearest to a unit,
// those barred left out. For a person UnitID is the unit whose group leader hands over the slip.
type To struct {
	UserID, PersonID string
	Role, UnitID     string
	Barred           []string
}

// Text is what is said: a key of the catalogue, its args, and the page it leads to.
type Text struct {
	Key  words.Key
	Args []any
	Href string
}

// Message is one message. At and ReadAt are UTC milliseconds, ReadAt 0 is unread; ToldOn is the day its slip was handed over.
type Message struct {
	UnionID, ID, UserID, PersonID, UnitPath string
	Key                                     words.Key
	Args, Href                              string
	At, ReadAt                              int64
	ToldOn                                  day.Day
}

const columns = `union_id, id, user_id, person_id, unit_path, key, args, href, at, read_at, told_on`

// Say gives the message in a language, for its reader inside the program.
func (m Message) Say(l words.Lang) string { return words.T(l, string(m.Key), words.Unpack(m.Args)...) }

// Outside gives what may leave the program about messages (mail, SMS, WeCom): that there are some, and no word of what
// they say. Amounts, illness and numbers of papers can not get out this way, whoever wrote the message.
func Outside(l words.Lang, union string, n int64) string {
	return words.T(l, "notify.outside", union, n)
}

// Send tells someone. A role that nobody holds tells nobody and is no fault: the turn itself is watched by package task.
func Send(ctx context.Context, tx *db.Tx, to To, text Text) error {
	m := Message{UnionID: tx.Union, UserID: to.UserID, PersonID: to.PersonID, Key: text.Key, Args: words.Pack(text.Args), Href: text.Href, At: tx.Ms()}
	if to.UnitID != "" {
		unit, err := org.UnitOf(ctx, tx, to.UnitID)
		if err != nil {
			return err
		}
		m.UnitPath = unit.Path
	}
	if to.UserID != "" || to.PersonID != "" {
		return put(ctx, tx, m)
	}
	_, holders, err := task.Turn(ctx, tx, task.Where{Role: to.Role, UnitPath: m.UnitPath, Barred: to.Barred})
	if fault.Is(err, "task.nobody") {
		return nil
	}
	if err != nil {
		return err
	}
	m.UnitPath = "" // slips are for persons
	for _, h := range holders {
		m.UserID = h.UserID
		if err := put(ctx, tx, m); err != nil {
			return err
		}
	}
	return nil
}

func put(ctx context.Context, tx *db.Tx, m Message) error {
	m.ID = tx.ID()
	return db.Insert(ctx, tx, "notify_message", m)
}

// mine is the condition for the actor's own messages; $2 is the user, $3 the person.
const mine = `union_id = $1 and (user_id = $2 and $2 <> '' or person_id = $3 and $3 <> '')`

// Inbox gives the actor's messages, the newest first, at most 50; before is the ID of the last one seen, or empty.
func Inbox(ctx context.Context, tx *db.Tx, before string) ([]Message, error) {
	return db.All[Message](ctx, tx, `
		select `+columns+` from notify_message where `+mine+` and ($4 = '' or id < $4) order by id desc limit 50`,
		tx.Union, tx.Actor.User, tx.Actor.Person, before)
}

// Unread counts the actor's unread messages.
func Unread(ctx context.Context, tx *db.Tx) (int64, error) {
	return db.Value[int64](ctx, tx, `select count(*) from notify_message where `+mine+` and read_at = 0`, tx.Union, tx.Actor.User, tx.Actor.Person)
}

// MessageID names one of the actor's messages; empty is all of them.
type MessageID struct {
	ID string `form:"id" kind:"hidden" max:"40"`
}

// Read marks the actor's message, or all of them, as read. Another's message is not touched.
var Read = act.Act[MessageID, act.None]{Name: "notify.read", Title: "标为已读", Right: "notify.read",
	Do: func(ctx context.Context, tx *db.Tx, in MessageID) (act.None, error) {
		tx.About("message", in.ID, "read")
		_, err := tx.Exec(ctx, `update notify_message set read_at = $4 where `+mine+` and read_at = 0 and ($5 = '' or id = $5)`,
			tx.Union, tx.Actor.User, tx.Actor.Person, tx.Ms(), in.ID)
		return act.None{}, err
	}}

// Slip is what one worker has to be told on paper. The page puts the name to PersonID.
type Slip struct {
	PersonID string
	Messages []Message
}

// Slips lists the workers of a unit, and of those beneath it, who have unread messages and no way to read them: no
// account, or one they never signed in to. Messages already told on paper are left out. Fault: "fault.denied" (right
// notify.slips).
func Slips(ctx context.Context, tx *db.Tx, unitID string) ([]Slip, error) {
	unit, err := org.UnitOf(ctx, tx, unitID)
	if err != nil {
		return nil, err
	}
	if err := auth.Reach(tx, "notify.slips", unit.Path, ""); err != nil {
		return nil, err
	}
	beneath, args := db.Beneath("unit_path", 2, unit.Path)
	list, err := db.All[Message](ctx, tx, `
		select `+columns+` from notify_message where union_id = $1 and person_id <> '' and read_at = 0 and told_on = ''
		and `+beneath+` order by person_id, id`, append([]any{tx.Union}, args...)...)
	if err != nil {
		return nil, err
	}
	var out []Slip
	for _, m := range list {
		if len(out) == 0 || out[len(out)-1].PersonID != m.PersonID {
			out = append(out, Slip{PersonID: m.PersonID})
		}
		last := &out[len(out)-1]
		last.Messages = append(last.Messages, m)
	}
	return slices.DeleteFunc(out, func(s Slip) bool {
		reads, failed := auth.SignedIn(ctx, tx, s.PersonID)
		if failed != nil {
			err = failed
		}
		return reads
	}), err
}

// ToldIn says that a worker's slip was handed over.
type ToldIn struct {
	PersonID string `form:"person_id" kind:"hidden" need:"true" max:"40"`
}

// Told records that a worker got the slip; the messages stay unread in the account the worker may have later. Faults:
// "fault.missing" when there is nothing to tell within the actor's reach.
var Told = act.Act[ToldIn, act.None]{Name: "notify.told", Title: "已当面告知", Right: "notify.slips",
	Do: func(ctx context.Context, tx *db.Tx, in ToldIn) (act.None, error) {
		tx.About("person", in.PersonID, "told")
		tx.Trail.Subject = in.PersonID
		cond, args := auth.Scope(tx.Actor, "notify.slips").Where("unit_path", "", "", 4)
		n, err := tx.Exec(ctx, `
			update notify_message set told_on = $3
			where union_id = $1 and person_id = $2 and told_on = '' and read_at = 0 and `+cond,
			append([]any{tx.Union, in.PersonID, tx.Day()}, args...)...)
		if err == nil && n == 0 {
			err = fault.New(fault.Missing, "fault.missing")
		}
		return act.None{}, err
	}}

// Remind is the daily job of reminders: it sends what task.Remind gives and tells how many. Run it until it gives 0.
func Remind(ctx context.Context, tx *db.Tx) (int, error) {
	list, err := task.Remind(ctx, tx)
	if err != nil {
		return 0, err
	}
	for _, r := range list {
		text := Text{Key: "notify.remind", Args: []any{r.Task, r.Task.Due}, Href: r.Task.Href}
		switch {
		case r.Up:
			text.Key = "notify.escalate"
		case r.Task.Late(tx.Day()):
			text.Key = "notify.late"
		}
		to := To{UserID: r.UserID, PersonID: r.PersonID}
		if r.PersonID != "" {
			to.UnitID = r.Task.UnitID
		}
		if err := Send(ctx, tx, to, text); err != nil {
			return 0, err
		}
	}
	return len(list), nil
}

// Acts lists what can be done to messages by hand.
func Acts() []act.Any { return []act.Any{Read, Told} }
