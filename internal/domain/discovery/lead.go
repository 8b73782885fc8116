package discovery

import (
	"context"
	"fmt"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/words"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/office/auth"
)

// State is how far a lead is.
type State string

// The states of a lead. Asking waits for the worker's own yes to what a colleague said; nothing of it is shown until then.
const (
	Asking   State = "asking"
	New      State = "new"
	InTouch  State = "contact"
	DoneWith State = "done"
)

// Choices lists the states in the order of the desk.
func (State) Choices() []form.Choice {
	return []form.Choice{{Value: "new", Label: "待联系"}, {Value: "contact", Label: "联系中"}, {Value: "asking", Label: "等本人同意"}, {Value: "done", Label: "已了结"}}
}

// Say gives the word of a state.
func (s State) Say(l words.Lang) string { return said(l, s.Choices(), string(s)) }

// Outcome is what came of a lead.
type Outcome string

// The outcomes. Only the first three are chosen by a person who spoke to the family, and teach the signals.
const (
	NoOutcome Outcome = ""
	True      Outcome = "true"
	False     Outcome = "false"
	Known     Outcome = "known"
	Declined  Outcome = "declined"
	Expired   Outcome = "expired"
)

// Choices lists what a person may conclude.
func (Outcome) Choices() []form.Choice {
	return []form.Choice{{Value: "true", Label: "属实，确有困难"}, {Value: "false", Label: "不属实，家里过得去"}, {Value: "known", Label: "早就掌握，已在帮扶"},
		{Value: "declined", Label: "本人不愿意"}}
}

// Say gives the word of an outcome.
func (o Outcome) Say(l words.Lang) string {
	if o == Expired {
		return words.T(l, "到期没有联系上")
	}
	return said(l, o.Choices(), string(o))
}

// Root is where hardship comes from, as S03 parts it: money alone does not help the third.
type Root string

// Choices lists the roots.
func (Root) Choices() []form.Choice {
	return []form.Choice{{Value: "income", Label: "收入少、开支大"}, {Value: "event", Label: "突发的病、灾、意外"}, {Value: "conduct", Label: "本人行为（赌博、炒股、借贷等）"}}
}

// Say gives the word of a root.
func (r Root) Say(l words.Lang) string { return said(l, r.Choices(), string(r)) }

func said(l words.Lang, all []form.Choice, value string) string {
	for _, c := range all {
		if c.Value == value {
			return words.T(l, c.Label)
		}
	}
	return "—"
}

// Lead is a household that may be in need and has not asked. Score adds the points of its signs that count today; DueOn is the
// day by which the family is to be spoken to, UntilOn the last day a sign counts. Note is what a colleague said, sealed, and
// SaidBy that colleague's person id, shown to nobody but the audit.
type Lead struct {
	UnionID, ID, Number   string
	HouseholdID, PersonID string
	UnitID, UnitPath      string
	Cause                 string
	Score                 int64
	Urgent                bool
	State                 State
	DueOn, UntilOn        day.Day
	Officer               string
	Note                  []byte `json:"-"`
	SaidBy                string `json:"-"`
	Outcome               Outcome
	Root                  Root
	EndedOn               day.Day
	EndedBy, Application  string
	FoundOn               day.Day
	Version               int64
}

const leadColumns = `union_id, id, number, household_id, person_id, unit_id, unit_path, cause, score, urgent, state, due_on, until_on, officer,
	note, said_by, outcome, root, ended_on, ended_by, application, found_on, version`

// Sign is one reason of a lead.
type Sign struct {
	UnionID, ID, LeadID, HouseholdID, PersonID string
	Code                                       Code
	Ref                                        string
	OnDay, UntilOn                             day.Day
	Args                                       string
}

const signColumns = `union_id, id, lead_id, household_id, person_id, code, ref, on_day, until_on, args`

// Say gives the reason with its figures.
func (s Sign) Say(l words.Lang) string {
	return words.T(l, "discovery.sign."+string(s.Code), words.Unpack(s.Args)...)
}

// turnLead and turnAsk are the kinds of turns: to speak to a family, and to ask a worker whether the union may.
const (
	turnLead  = "discovery.lead"
	turnAsk   = "discovery.ask"
	placeNote = "discovery_lead.note"
	home      = "/desk/leads"
)

// LeadByID gives a lead. It checks no right: that is for the act or page that asks.
func LeadByID(ctx context.Context, tx *db.Tx, id string) (Lead, error) {
	return db.One[Lead](ctx, tx, `select `+leadColumns+` from discovery_lead where union_id = $1 and id = $2`, tx.Union, id)
}

// Reached gives a lead that a right of the actor reaches. Fault: "fault.denied", the same for one that is not there.
func Reached(ctx context.Context, tx *db.Tx, right, id string) (Lead, error) {
	l, err := LeadByID(ctx, tx, id)
	if err != nil {
		if fault.Of(err).Kind == fault.Missing {
			err = fault.New(fault.Denied, "fault.denied")
		}
		return Lead{}, err
	}
	tx.About("discovery.lead", l.ID)
	tx.Trail.Subject = l.PersonID
	return l, auth.Reach(tx, right, l.UnitPath, l.PersonID)
}

// Signs gives the reasons of a lead, the newest first.
func Signs(ctx context.Context, tx *db.Tx, leadID string) ([]Sign, error) {
	return db.All[Sign](ctx, tx, `select `+signColumns+` from discovery_sign where union_id = $1 and lead_id = $2 order by on_day desc, id desc`, tx.Union, leadID)
}

// LeadQuery narrows the list. After is the last lead of the page before: its score and id.
type LeadQuery struct {
	State      State
	Code       Code
	Mine       bool
	AfterScore int64
	AfterID    string
	Limit      int
}

// Leads lists the leads the actor's right reaches, the most pressing first.
func Leads(ctx context.Context, tx *db.Tx, q LeadQuery) ([]Lead, error) {
	where, args := auth.Scope(tx.Actor, "discovery.see").Where("l.unit_path", "l.person_id", tx.Actor.Person, 9)
	return db.All[Lead](ctx, tx, fmt.Sprintf(`
		select `+leadColumns+` from discovery_lead l
		where l.union_id = $1 and l.state = $2 and ($3 = '' or exists (select 1 from discovery_sign s where s.union_id = l.union_id and s.lead_id = l.id and s.code = $3))
			and ($4 = 0 or l.officer = $5) and ($6 = '' or l.score < $7 or l.score = $7 and l.id > $6) and %s
		order by l.score desc, l.id limit $8`, where),
		append([]any{tx.Union, q.State, q.Code, q.Mine, tx.Actor.User, q.AfterID, q.AfterScore, q.Limit}, args...)...)
}

// Tally counts the leads of a state within the actor's reach.
type Tally struct {
	State State
	N     int64
}

// Counts gives the tallies of the open states.
func Counts(ctx context.Context, tx *db.Tx) ([]Tally, error) {
	where, args := auth.Scope(tx.Actor, "discovery.see").Where("unit_path", "person_id", tx.Actor.Person, 2)
	return db.All[Tally](ctx, tx, `select state, count(*) as n from discovery_lead where union_id = $1 and state <> 'done' and `+where+` group by state`,
		append([]any{tx.Union}, args...)...)
}
