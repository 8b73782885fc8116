package mutual

import (
	"context"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/notify"
)

// State is where a membership stands.
type State string

// The states of a membership.
const (
	Active   State = "active"
	Leaving  State = "leaving"  // waits for what goes back to be approved
	Approved State = "approved" // waits for the cashier to pay it
	Left     State = "left"
)

// Say gives the state in a language.
func (s State) Say(l words.Lang) string { return words.T(l, "mutual.state."+string(s)) }

// Why is why a membership ends.
type Why string

// The reasons: of the member's own will, by leaving the company, by too many months without a deduction.
const (
	OwnWill Why = "own"
	Gone    Why = "gone"
	Lapsed  Why = "lapsed"
)

// Choices lists what an officer may give as the reason; a lapse is found by the program.
func (Why) Choices() []form.Choice {
	return []form.Choice{{Value: string(OwnWill), Label: "自愿退会"}, {Value: string(Gone), Label: "离职、退休或去世"}}
}

// Say gives the reason in a language.
func (w Why) Say(l words.Lang) string { return words.T(l, "mutual.why."+string(w)) }

// Consent is how a member agreed to the deduction: on the page, or on paper that the officer has.
type Consent string

// The two ways.
const (
	Self    Consent = "self"
	OnPaper Consent = "paper"
)

// Member is one membership. Monthly and Back are fen; Covered says that the waiting time is over; Missed counts months in a row
// that nothing was deducted; Back is fixed when leaving is approved.
type Member struct {
	UnionID, ID, Number, PersonID, UnitPath string
	Monthly                                 money.Amount
	FromMonth                               string
	Consent                                 Consent
	State                                   State
	Covered                                 int64
	Missed                                  int64
	Why                                     Why
	Back                                    money.Amount
	ApprovedBy                              string
	JoinedOn, LeftOn                        day.Day
	ByUser                                  string
	At, Version                             int64
}

const memberColumns = `union_id, id, number, person_id, unit_path, monthly, from_month, consent, state, covered, missed, why, back, approved_by,
	joined_on, left_on, by_user, at, version`

// Of gives a membership. Fault: Missing.
func Of(ctx context.Context, tx *db.Tx, id string) (Member, error) {
	return db.One[Member](ctx, tx, `select `+memberColumns+` from mutual_member where union_id = $1 and id = $2`, tx.Union, id)
}

// OfPerson gives a worker's membership that has not ended; false where there is none.
func OfPerson(ctx context.Context, tx *db.Tx, personID string) (Member, bool, error) {
	return db.Maybe[Member](ctx, tx, `select `+memberColumns+` from mutual_member where union_id = $1 and person_id = $2 and state <> 'left'`, tx.Union, personID)
}

// Memberships lists all of a worker's memberships, oldest first.
func Memberships(ctx context.Context, tx *db.Tx, personID string) ([]Member, error) {
	return db.All[Member](ctx, tx, `select `+memberColumns+` from mutual_member where union_id = $1 and person_id = $2 order by id`, tx.Union, personID)
}

// Query narrows the members: by state ("" for those who have not left), after the id of the last one seen.
type Query struct {
	State State
	After string
	Limit int
}

// Members lists the members whom the right "mutual.see" reaches.
func Members(ctx context.Context, tx *db.Tx, q Query) ([]Member, error) {
	where, args := auth.Scope(tx.Actor, "mutual.see").Where("unit_path", "person_id", tx.Actor.Person, 5)
	return db.All[Member](ctx, tx, `select `+memberColumns+` from mutual_member
		where union_id = $1 and ($2 = '' and state <> 'left' or state = $2) and id > $3 and `+where+` order by id limit $4`,
		append([]any{tx.Union, q.State, q.After, q.Limit}, args...)...)
}

// JoinIn joins a worker: by the worker, who leaves StaffNo empty, or by the officer with the worker's word on paper.
type JoinIn struct {
	StaffNo string       `form:"staff_no" label:"工号" max:"40"`
	Monthly money.Amount `form:"monthly" label:"每月缴多少" unit:"元" need:"true" min:"1" max:"10000"`
	Agree   bool         `form:"agree" label:"本人已读章程，自愿入会，同意每月从工资里扣缴" need:"true"`
}

// Check wants the agreement: "mutual.agree".
func (in JoinIn) Check() error {
	if !in.Agree {
		return fault.New(fault.Invalid, "mutual.agree").At("agree")
	}
	return nil
}

// Join makes a worker a member from the coming list on. Faults: "mutual.none" (Refused), "mutual.member" (Conflict: is one already),
// "mutual.range" (Invalid), "mutual.no_worker" (Missing), "mutual.not_here" (Refused).
var Join = act.Act[JoinIn, Member]{Name: "mutual.join", Title: "加入互助金", Right: "mutual.join", Do: join}

func join(ctx context.Context, tx *db.Tx, in JoinIn) (Member, error) {
	s, err := ruled(ctx, tx)
	if err != nil {
		return Member{}, err
	}
	w, how, err := joiner(ctx, tx, in.StaffNo)
	if err != nil {
		return Member{}, err
	}
	if err := s.fits(in.Monthly); err != nil {
		return Member{}, err
	}
	if _, is, err := OfPerson(ctx, tx, w.ID); err != nil || is {
		if err == nil {
			err = fault.New(fault.Conflict, "mutual.member")
		}
		return Member{}, err
	}
	m := Member{UnionID: tx.Union, ID: tx.ID(), PersonID: w.ID, UnitPath: w.UnitPath, Monthly: in.Monthly, FromMonth: string(tx.Day())[:7],
		Consent: how, State: Active, JoinedOn: tx.Day(), ByUser: tx.Actor.User, At: tx.Ms(), Version: 1}
	if m.Number, err = tx.Number(ctx, "HY"); err != nil {
		return m, err
	}
	tx.About("mutual_member", m.ID)
	tx.Trail.Subject = w.ID
	if err := db.Insert(ctx, tx, "mutual_member", m); err != nil {
		return m, err
	}
	return m, m.tell(ctx, tx, notify.Text{Key: "mutual.told_joined", Args: []any{s.Name, m.Monthly}})
}

// joiner finds who joins, and how they agreed.
func joiner(ctx context.Context, tx *db.Tx, staffNo string) (person.Worker, Consent, error) {
	id, how := tx.Actor.Person, Self
	if staffNo != "" {
		w, ok, err := person.ByStaffNo(ctx, tx, person.StaffNo(staffNo))
		if err != nil || !ok {
			return w, "", missing(err)
		}
		id = w.ID
	}
	if id == "" {
		return person.Worker{}, "", missing(nil)
	}
	if id != tx.Actor.Person {
		how = OnPaper
	}
	w, err := person.Reached(ctx, tx, "mutual.join", id)
	if err == nil && w.Status != person.Active {
		err = fault.New(fault.Refused, "mutual.not_here").At("staff_no")
	}
	return w, how, err
}

func missing(err error) error {
	if err == nil {
		err = fault.New(fault.Missing, "mutual.no_worker").At("staff_no")
	}
	return err
}

func (s Scheme) fits(monthly money.Amount) error {
	if monthly < s.Least || monthly > s.Most {
		return fault.New(fault.Invalid, "mutual.range", s.Least, s.Most).At("monthly")
	}
	return nil
}

// tell sends the member a message that leads to the own account.
func (m Member) tell(ctx context.Context, tx *db.Tx, said notify.Text) error {
	said.Href = Mine
	w, err := person.Get(ctx, tx, m.PersonID)
	if err != nil {
		return err
	}
	return notify.Send(ctx, tx, notify.To{PersonID: m.PersonID, UnitID: w.UnitID}, said)
}

// Mine is where a member sees the own account.
const Mine = "/me/mutual"

// ChangeIn changes what a member pays in a month.
type ChangeIn struct {
	ID      string       `form:"id" kind:"hidden" need:"true" max:"40"`
	Monthly money.Amount `form:"monthly" label:"每月缴多少" unit:"元" need:"true" min:"1" max:"10000"`
}

// Change changes it from the next list on. Faults: "mutual.state" (Conflict), "mutual.range" (Invalid).
var Change = act.Act[ChangeIn, Member]{Name: "mutual.change", Title: "修改每月缴费", Right: "mutual.join",
	Do: func(ctx context.Context, tx *db.Tx, in ChangeIn) (Member, error) {
		m, err := reached(ctx, tx, "mutual.join", in.ID)
		if err != nil {
			return m, err
		}
		s, err := ruled(ctx, tx)
		if err != nil {
			return m, err
		}
		if m.State != Active {
			return m, fault.New(fault.Conflict, "mutual.state", m.State)
		}
		if err := s.fits(in.Monthly); err != nil {
			return m, err
		}
		m.Monthly = in.Monthly
		tx.About("mutual_member", m.ID, "monthly")
		return m, m.save(ctx, tx)
	}}

// Seen gives a membership that the right "mutual.see" reaches. Fault: "fault.denied".
func Seen(ctx context.Context, tx *db.Tx, id string) (Member, error) {
	return reached(ctx, tx, "mutual.see", id)
}

// reached gives a membership that the actor's right reaches.
func reached(ctx context.Context, tx *db.Tx, right, id string) (Member, error) {
	m, err := Of(ctx, tx, id)
	if err != nil {
		return m, err
	}
	tx.Trail.Subject = m.PersonID
	return m, auth.Reach(tx, right, m.UnitPath, m.PersonID)
}

// save keeps a changed membership. Fault: "fault.stale" (Conflict).
func (m *Member) save(ctx context.Context, tx *db.Tx) error {
	m.Version++
	return tx.Must(ctx, "fault.stale", `update mutual_member set unit_path = $4, monthly = $5, state = $6, covered = $7, missed = $8, why = $9, back = $10,
		approved_by = $11, left_on = $12, version = version + 1 where union_id = $1 and id = $2 and version = $3`,
		tx.Union, m.ID, m.Version-1, m.UnitPath, m.Monthly, m.State, m.Covered, m.Missed, m.Why, m.Back, m.ApprovedBy, m.LeftOn)
}
