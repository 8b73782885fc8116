// Package payment brings the money to the worker (S09): the final signature, instalments checked again before each is
// paid, batches made by one and checked by another, the bank's file and the bank's answer, receipts, and what to do when
// money went wrong. It posts every payment through the ledger when the bank says it was made, and never before.
package payment

import (
	"context"
	"slices"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/auth"
)

// State is where an instalment stands.
type State string

// The states of an instalment.
const (
	Waiting   State = "waiting"   // its day has not come, or it has not been checked
	Held      State = "held"      // a check said no; the officer mends it or stops it
	Ready     State = "ready"     // checked; may go into a batch
	Batched   State = "batched"   // in a batch
	Failed    State = "failed"    // the bank could not pay; back with the officer
	Paid      State = "paid"      // the bank paid; the worker is asked
	Confirmed State = "confirmed" // the worker has it
	Missing   State = "missing"   // the worker says it has not come
	Stopped   State = "stopped"   // will not be paid
	Recovered State = "recovered" // paid wrongly and taken back
)

// moves is the state table: from → to.
func moves() map[State][]State {
	return map[State][]State{
		Waiting:   {Ready, Held, Stopped},
		Held:      {Ready, Held, Stopped},
		Ready:     {Ready, Held, Batched, Stopped},
		Batched:   {Ready, Failed, Paid},
		Failed:    {Ready, Held, Stopped},
		Paid:      {Confirmed, Missing, Failed, Recovered},
		Missing:   {Confirmed, Paid, Failed, Recovered},
		Confirmed: {Failed, Recovered},
		Stopped:   {},
		Recovered: {},
	}
}

// States lists the states in the order of work, for tabs.
func States() []State {
	return []State{Waiting, Held, Ready, Batched, Failed, Missing, Paid, Confirmed, Stopped, Recovered}
}

// Say gives the state in a language.
func (s State) Say(l words.Lang) string { return words.T(l, "payment.state."+string(s)) }

// Instalment is one payment of an award, in fen. Trouble is why it is held (a catalogue key), what the bank said, or why it
// was stopped. Parked says that the bank gave it back after it was posted, so that it is spent and still owed. Confirmed is
// the name written under the receipt; Verdict the judgement of the last check, as it was. PayeeID is
// the institution paid in the worker's stead.
type Instalment struct {
	UnionID, ID, AwardID            string
	No                              int64
	PersonID, HouseholdID, UnitPath string
	Pocket                          string
	DueOn                           day.Day
	Amount                          money.Amount
	State                           State
	Trouble                         string
	Parked                          bool
	BatchID, LineID, CardTail       string
	PaidOn                          day.Day
	ConfirmedAt                     int64
	Confirmed                       string
	CheckedAt                       int64
	Verdict                         string
	Version                         int64
	Way                             Way
	PayeeID                         string
}

const columns = `union_id, id, award_id, no, person_id, household_id, unit_path, pocket, due_on, amount, state, trouble, parked,
	batch_id, line_id, card_tail, paid_on, confirmed_at, confirmed, checked_at, verdict, version, way, payee_id`

// Why says in a language what stands against an instalment.
func (i Instalment) Why(l words.Lang) string { return words.T(l, i.Trouble) }

// Open reports an instalment that is still to be paid and that no bank has been asked to pay.
func (i Instalment) Open() bool {
	switch i.State {
	case Waiting, Held, Ready, Failed:
		return true
	case Batched, Paid, Confirmed, Missing, Stopped, Recovered:
	}
	return false
}

// Get gives an instalment.
func Get(ctx context.Context, tx *db.Tx, id string) (Instalment, error) {
	return db.One[Instalment](ctx, tx, `select `+columns+` from payment_instalment where union_id = $1 and id = $2`, tx.Union, id)
}

// Reached gives an instalment that a right of the actor reaches. Fault: "fault.denied", also for what is not there.
func Reached(ctx context.Context, tx *db.Tx, right, id string) (Instalment, error) {
	return reached(ctx, tx, right, id)
}

func reached(ctx context.Context, tx *db.Tx, right, id string) (Instalment, error) {
	i, err := Get(ctx, tx, id)
	if fault.Is(err, "fault.missing") {
		return i, fault.New(fault.Denied, "fault.denied")
	}
	if err != nil {
		return i, err
	}
	tx.About("instalment", i.ID)
	tx.Trail.Subject = i.PersonID
	return i, auth.Reach(tx, right, i.UnitPath, i.PersonID)
}

// OfAward lists an award's instalments in order.
func OfAward(ctx context.Context, tx *db.Tx, awardID string) ([]Instalment, error) {
	return db.All[Instalment](ctx, tx, `select `+columns+` from payment_instalment where union_id = $1 and award_id = $2 order by no`, tx.Union, awardID)
}

// OfPerson lists a worker's instalments, newest first.
func OfPerson(ctx context.Context, tx *db.Tx, personID string) ([]Instalment, error) {
	return db.All[Instalment](ctx, tx, `select `+columns+` from payment_instalment where union_id = $1 and person_id = $2 order by due_on desc, id desc`,
		tx.Union, personID)
}

// Query asks for instalments in a state, the earliest due first, after the last one seen; Limit 0 is 50.
type Query struct {
	State   State
	AfterOn day.Day
	AfterID string
	Limit   int
}

// In lists the instalments that the actor's right reaches.
func In(ctx context.Context, tx *db.Tx, right string, q Query) ([]Instalment, error) {
	if q.Limit == 0 {
		q.Limit = 50
	}
	where, args := auth.Scope(tx.Actor, right).Where("unit_path", "person_id", tx.Actor.Person, 6)
	return db.All[Instalment](ctx, tx, `select `+columns+` from payment_instalment
		where union_id = $1 and state = $2 and (due_on > $3 or due_on = $3 and id > $4) and `+where+` order by due_on, id limit $5`,
		append([]any{tx.Union, q.State, q.AfterOn, q.AfterID, q.Limit}, args...)...)
}

// Counts gives how many instalments the right reaches in each state.
func Counts(ctx context.Context, tx *db.Tx, right string) (map[State]int, error) {
	where, args := auth.Scope(tx.Actor, right).Where("unit_path", "person_id", tx.Actor.Person, 2)
	rows, err := db.All[struct {
		State State
		N     int
	}](ctx, tx, `select state, count(*) as n from payment_instalment where union_id = $1 and `+where+` group by state`, append([]any{tx.Union}, args...)...)
	out := map[State]int{}
	for _, r := range rows {
		out[r.State] = r.N
	}
	return out, err
}

// move takes an instalment to a state the table allows. Fault: "payment.state" (Conflict).
func (i *Instalment) move(ctx context.Context, tx *db.Tx, to State, set string, args ...any) error {
	if !slices.Contains(moves()[i.State], to) {
		return fault.New(fault.Conflict, "payment.state", i.State)
	}
	if set != "" {
		set = ", " + set
	}
	err := tx.Must(ctx, "fault.stale", `update payment_instalment set state = $4, version = version + 1`+set+`
		where union_id = $1 and id = $2 and version = $3`, append([]any{tx.Union, i.ID, i.Version, to}, args...)...)
	i.State, i.Version = to, i.Version+1
	return err
}

// Worked gives the workers of whom an instalment was checked or confirmed since an instant (UTC ms).
func Worked(ctx context.Context, tx *db.Tx, since int64) ([]string, error) {
	return db.All[string](ctx, tx, `
		select distinct person_id from payment_instalment where union_id = $1 and (checked_at >= $2 or confirmed_at >= $2)`, tx.Union, since)
}
