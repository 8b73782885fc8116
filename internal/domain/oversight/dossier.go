// Package oversight is the auditor's desk (S21): awards and payments of a span are drawn by a seed that is kept, each with its
// whole evidence and the gaps in it; what is found is answered by a role until a day and closed by the auditor alone; each
// month is sealed; and the union shows in public what came in and what it was used for. It reads every table, opens nothing
// that is sealed, and writes only its own.
package oversight

import (
	"context"
	"strings"
	"time"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/intake"
	"bangfu/internal/domain/payment"
	"bangfu/internal/domain/person"
	"bangfu/internal/domain/plan"
	"bangfu/internal/engine/db"
)

// Case is an award as an auditor sees it; Masked is the worker's name as the public notice had it.
type Case struct {
	ID, Number, ApplicationID, HouseholdID, PersonID, UnitID, UnitPath string
	Masked, Programme, Item, ItemName, Subject                         string
	EventDay                                                           day.Day
	Times                                                              int64
	Amount, Total                                                      money.Amount
	Reason, Verdict                                                    string
	Pocket                                                             string
	Emergency                                                          bool
	PapersDue                                                          day.Day
	State                                                              plan.State
	MadeBy                                                             string
	MadeAt, DecidedAt, PublishedAt, SignedAt                           int64
	SignedBy                                                           string
	Application                                                        string
	SubmittedOn                                                        day.Day
	FiledHow                                                           string
}

const caseColumns = `a.id, a.number, a.application_id, a.household_id, a.person_id, a.unit_id, a.unit_path, a.masked, a.programme, a.item,
	a.item_name, a.subject, a.event_day, a.times, a.amount, a.total, a.reason, case when a.amount % 100000 = 0 then a.verdict else '' end as verdict,
	a.pocket, a.emergency, a.papers_due, a.state, a.made_by, a.made_at, a.decided_at, a.published_at, a.signed_at, a.signed_by,
	p.number as application, p.submitted_on, p.filed_how`

// Decided gives the day of the decision.
func (c Case) Decided() day.Day { return dayOf(c.DecidedAt) }

// dayOf gives the civil day of an instant; none for 0.
func dayOf(ms int64) day.Day {
	if ms == 0 {
		return ""
	}
	return day.Of(time.UnixMilli(ms))
}

// Consent is one purpose agreed to or refused.
type Consent struct {
	ApplicationID string
	Purpose       intake.Purpose
	Given         bool
	How           string
	At            int64
	WithdrawnAt   int64
}

// Adult is one of the family, for whether those of age agreed.
type Adult struct {
	ApplicationID string
	Relation      person.Relation
	Birth         day.Day
	Consent       string
}

// Paper is one paper asked for.
type Paper struct {
	ApplicationID, Code, State, Reason string
	At, CheckedAt                      int64
}

// Did is one step of the application, or one signature of the decision, by whom.
type Did struct {
	ApplicationID, AwardID, Act, Role, UserID, PersonID, Name, Answer, Note string
	Yes                                                                     bool
	At                                                                      int64
}

// Visit is one visit to the home.
type Visit struct {
	ApplicationID string
	VisitOn       day.Day
	Visitors      string
}

// Panel is the written report of the panel.
type Panel struct {
	ApplicationID string
	Amount        money.Amount
	Item, Present string
	At            int64
}

// Talk is a meeting that spoke about the case.
type Talk struct {
	ApplicationID, Number string
	OnDay                 day.Day
	Conclusion            string
}

// Shown is one time the award was made public: Days workdays were set, Seen is on how many days the list was kept as shown.
type Shown struct {
	AwardID, NoticeID  string
	StartsOn, EndsOn   day.Day
	Days, Seen         int64
	State              string
	Objections, Upheld int64
}

// Pay is one instalment with its batch.
type Pay struct {
	ID, AwardID          string
	No                   int64
	DueOn                day.Day
	Amount               money.Amount
	State                payment.State
	PaidOn               day.Day
	CheckedAt            int64
	Confirmed            string
	ConfirmedAt          int64
	CardTail             string
	Batch, BatchNumber   string
	BatchBy, BatchOther  string
	BatchAt, BatchPassed int64
}

// Done reports a payment that the bank made.
func (p Pay) Done() bool {
	return p.State == payment.Paid || p.State == payment.Confirmed || p.State == payment.Missing
}

// Post is an entry of the ledger for the award.
type Post struct {
	AwardID, Kind, Voucher string
	Seq                    int64
	Day                    day.Day
	Amount                 money.Amount
}

// Dossier is one award with everything there is about it, and the signals that stand against it.
type Dossier struct {
	Case
	Consents []Consent
	Family   []Adult
	Papers   []Paper
	Steps    []Did
	Visits   []Visit
	Panels   []Panel
	Talks    []Talk
	Signed   []Did
	Shown    []Shown
	Pays     []Pay
	Posts    []Post
	Signs    []Sign
}

// which narrows the awards a; its arguments stand after the union, from $2.
type which struct {
	cond string
	args []any
}

func one(id string) which { return which{"a.id = $2", []any{id}} }

// in gives the awards of a span: those decided in it, or those that anything was paid of.
func (b Basis) in(s Span) which {
	if b == Payments {
		return which{`exists (select 1 from payment_instalment i where i.union_id = a.union_id and i.award_id = a.id
			and i.state in ('paid', 'confirmed', 'missing') and i.paid_on >= $2 and i.paid_on <= $3)`, []any{s.From, s.Until}}
	}
	return which{`a.state not in ('proposed', 'refused', 'cancelled') and a.decided_at >= $2 and a.decided_at < $3`, []any{s.From.Time().UnixMilli() - zone, s.Until.Add(1).Time().UnixMilli() - zone}}
}

// zone is how far the civil day runs ahead of the day as time counts it, in milliseconds.
const zone = 8 * 60 * 60 * 1000

// read gives the rows that hang on the chosen awards; from begins after "join" or "where".
func read[T any](ctx context.Context, tx *db.Tx, w which, text string) ([]T, error) {
	return db.All[T](ctx, tx, strings.ReplaceAll(text, "{which}", "a.union_id = $1 and "+w.cond), append([]any{tx.Union}, w.args...)...)
}

// load reads the chosen awards with all that hangs on them, a fixed number of queries for any number of awards.
func load(ctx context.Context, tx *db.Tx, w which) ([]*Dossier, error) {
	cases, err := read[Case](ctx, tx, w, `select `+caseColumns+` from plan_award a
		join intake_application p on p.union_id = a.union_id and p.id = a.application_id where {which} order by a.number`)
	if err != nil {
		return nil, err
	}
	out := make([]*Dossier, len(cases))
	g := gather{w: w, byApp: map[string][]*Dossier{}, byID: map[string]*Dossier{}}
	for i, c := range cases {
		out[i] = &Dossier{Case: c}
		g.byApp[c.ApplicationID] = append(g.byApp[c.ApplicationID], out[i])
		g.byID[c.ID] = out[i]
	}
	for _, part := range []func(context.Context, *db.Tx) error{g.asked, g.looked, g.decided, g.shown, g.paid} {
		if err := part(ctx, tx); err != nil {
			return nil, err
		}
	}
	return out, signals(ctx, tx, w, out)
}

// DossierOf gives one award with its evidence and signals. Fault: Missing.
func DossierOf(ctx context.Context, tx *db.Tx, awardID string) (*Dossier, error) {
	all, err := load(ctx, tx, one(awardID))
	if err == nil && len(all) == 0 {
		err = fault.New(fault.Missing, "fault.missing")
	}
	if err != nil {
		return nil, err
	}
	return all[0], nil
}
