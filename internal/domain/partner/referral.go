package partner

import (
	"context"
	"fmt"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
	"bangfu/internal/domain/casefile"
	"bangfu/internal/domain/intake"
	"bangfu/internal/domain/person"
	"bangfu/internal/domain/plan"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/office/audit"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task"
)

// State is how far a referral is.
type State string

// The states of a referral. Silent is one whose day passed without an answer and that was given up.
const (
	Waiting   State = "waiting"
	Helped    State = "helped"
	Refused   State = "refused"
	Silent    State = "silent"
	Withdrawn State = "withdrawn"
)

// Choices lists the states.
func (State) Choices() []form.Choice {
	return []form.Choice{{Value: "waiting", Label: "等答复"}, {Value: "helped", Label: "已帮助"}, {Value: "refused", Label: "对方没有同意"},
		{Value: "silent", Label: "没有答复"}, {Value: "withdrawn", Label: "已撤回"}}
}

// Say gives the word of a state.
func (s State) Say(l words.Lang) string { return say(l, s.Choices(), string(s)) }

// Source is what a referral comes from.
type Source string

// The sources of referrals.
const (
	OfApplication Source = "application"
	OfFile        Source = "file"
	OfAward       Source = "award"
)

// Choices lists the sources.
func (Source) Choices() []form.Choice {
	return []form.Choice{{Value: "application", Label: "申请"}, {Value: "file", Label: "档案"}, {Value: "award", Label: "停发的帮扶"}}
}

// Say gives the word of a source.
func (s Source) Say(l words.Lang) string { return say(l, s.Choices(), string(s)) }

// Told is one thing that a referral may tell the partner besides the name and the unit.
type Told string

// Choices lists what may be told. Numbers are never printed: who must show one brings it.
func (Told) Choices() []form.Choice {
	return []form.Choice{{Value: "sex_age", Label: "性别和年龄"}, {Value: "family", Label: "家庭人口数"}, {Value: "income", Label: "人均月收入"},
		{Value: "cause", Label: "主要致困原因"}, {Value: "aid", Label: "工会已给的帮扶"}}
}

// Say gives the word.
func (t Told) Say(l words.Lang) string { return say(l, t.Choices(), string(t)) }

// SayTold gives the words of what was told as it is stored.
func SayTold(l words.Lang, told string) string {
	out := []string{words.T(l, "姓名和单位")}
	for _, t := range strings.Fields(told) {
		out = append(out, Told(t).Say(l))
	}
	return list(l, out)
}

// Referral is a worker referred to a partner. Amount is what the partner gave, fen.
type Referral struct {
	UnionID, ID, Number, BodyID                               string
	Source                                                    Source
	SourceID, PersonID, HouseholdID, FileID, UnitID, UnitPath string
	Asks                                                      string
	Reason                                                    []byte `json:"-"`
	Told, Consent                                             string
	ConsentOn, SentOn, DueOn                                  day.Day
	State                                                     State
	Kind                                                      Help
	Amount                                                    money.Amount
	HelpedOn                                                  day.Day
	Answer, ByUser                                            string
	At                                                        int64
	AnsweredBy                                                string
	AnsweredAt, Version                                       int64
}

const (
	referralColumns = `union_id, id, number, body_id, source, source_id, person_id, household_id, file_id, unit_id, unit_path, asks, reason,
	told, consent, consent_on, sent_on, due_on, state, kind, amount, helped_on, answer, by_user, at, answered_by, answered_at, version`
	placeReason = "partner_referral.reason"
	turnAnswer  = "partner.answer"
)

// Late reports a referral whose answer is overdue.
func (r Referral) Late(today day.Day) bool { return r.State == Waiting && r.DueOn < today }

// Has reports whether a thing was told.
func (r Referral) Has(t Told) bool { return strings.Contains(" "+r.Told+" ", " "+string(t)+" ") }

// Reached gives a referral that a right of the actor reaches. Fault: "fault.denied", the same for one that is not there.
func Reached(ctx context.Context, tx *db.Tx, right, id string) (Referral, error) {
	r, err := db.One[Referral](ctx, tx, `select `+referralColumns+` from partner_referral where union_id = $1 and id = $2`, tx.Union, id)
	if err != nil {
		if fault.Of(err).Kind == fault.Missing {
			err = fault.New(fault.Denied, "fault.denied")
		}
		return Referral{}, err
	}
	tx.About("referral", r.ID)
	tx.Trail.Subject = r.PersonID
	return r, auth.Reach(tx, right, r.UnitPath, r.PersonID)
}

// Query asks for referrals within the right partner.see, newest first. Empty fields ask nothing.
type Query struct {
	State                   State
	Body, Household, Source string
	After                   string
	Limit                   int
}

// Referrals gives a page of referrals.
func Referrals(ctx context.Context, tx *db.Tx, q Query) ([]Referral, error) {
	args := []any{tx.Union}
	conds := []string{"r.union_id = $1"}
	for _, c := range []struct{ cond, value string }{
		{"r.state = $%d", string(q.State)}, {"r.body_id = $%d", q.Body}, {"r.household_id = $%d", q.Household}, {"r.source_id = $%d", q.Source}, {"r.id < $%d", q.After}} {
		if c.value != "" {
			args = append(args, c.value)
			conds = append(conds, fmt.Sprintf(c.cond, len(args)))
		}
	}
	if q.Limit <= 0 || q.Limit > 500 {
		q.Limit = 50
	}
	reach, more := auth.Scope(tx.Actor, "partner.see").Where("r.unit_path", "r.person_id", tx.Actor.Person, len(args)+1)
	args = append(append(args, more...), q.Limit)
	return db.All[Referral](ctx, tx, fmt.Sprintf(`
		select `+referralColumns+` from partner_referral r where %s order by r.id desc limit $%d`, strings.Join(append(conds, reach), " and "), len(args)), args...)
}

type counted struct {
	State State
	N     int64
}

// Counts gives how many referrals the right reaches stand in each state.
func Counts(ctx context.Context, tx *db.Tx) (map[State]int64, error) {
	reach, args := auth.Scope(tx.Actor, "partner.see").Where("r.unit_path", "r.person_id", tx.Actor.Person, 2)
	rows, err := db.All[counted](ctx, tx, `select r.state, count(*) as n from partner_referral r where r.union_id = $1 and `+reach+` group by r.state`,
		append([]any{tx.Union}, args...)...)
	out := map[State]int64{}
	for _, r := range rows {
		out[r.State] = r.N
	}
	return out, err
}

// ReferIn refers a worker. The data told is the least that will do; the consent is the worker's, and its day.
type ReferIn struct {
	Source    Source  `form:"source" kind:"hidden" need:"true" max:"20"`
	SourceID  string  `form:"source_id" kind:"hidden" need:"true" max:"40"`
	Body      string  `form:"body" label:"转介到" need:"true" max:"40" kind:"choice"`
	Asks      []Help  `form:"asks" label:"请对方帮什么" need:"true"`
	Reason    string  `form:"reason" label:"请求说明" hint:"会印在介绍信上；只写对方需要知道的" kind:"area" need:"true" min:"2" max:"500"`
	Told      []Told  `form:"told" label:"还要告诉对方" hint:"姓名和单位一定会有；其他的，对方不需要就不选"`
	Consent   string  `form:"consent" label:"本人同意转介" hint:"给本人看过要告诉对方的内容" choices:"signed=本人签了同意书|spoken=本人口头同意，已记录" need:"true"`
	ConsentOn day.Day `form:"consent_on" label:"同意日期" need:"true"`
	Due       day.Day `form:"due" label:"请对方答复的日期" need:"true"`
}

// Check wants days that are ones.
func (in ReferIn) Check() error {
	var l fault.List
	if !in.ConsentOn.Valid() {
		l.Add("consent_on", "partner.day")
	}
	if !in.Due.Valid() {
		l.Add("due", "partner.day")
	}
	return l.Err()
}

// Origin is what a referral comes from, as far as it is needed.
type Origin struct{ PersonID, HouseholdID, Right string }

// OriginOf finds whom a source is about, and the right by which it is reached. Faults: Missing, "partner.not_stopped"
// (Refused: an award that still runs is no ground).
func OriginOf(ctx context.Context, tx *db.Tx, s Source, id string) (o Origin, err error) {
	switch s {
	case OfApplication:
		a, err := intake.Get(ctx, tx, id)
		return Origin{a.PersonID, a.HouseholdID, "intake.see"}, err
	case OfFile:
		f, err := casefile.Get(ctx, tx, id)
		return Origin{f.PersonID, f.HouseholdID, "casefile.see"}, err
	case OfAward:
		a, err := plan.Get(ctx, tx, id)
		if err == nil && a.State != plan.Stopped {
			err = fault.New(fault.Refused, "partner.not_stopped", a.Number)
		}
		return Origin{a.PersonID, a.HouseholdID, "plan.see"}, err
	}
	return o, fault.New(fault.Missing, "fault.missing")
}

// Refer refers a worker to a partner. Faults: those of OriginOf, "partner.ended" (Refused: the agreement is over), "partner.open"
// (Conflict: this household waits for this partner's answer already), "partner.consent_day", "partner.due", "partner.own".
var Refer = act.Act[ReferIn, Referral]{Name: "partner.refer", Title: "转介", Right: "partner.refer", Do: refer}

func refer(ctx context.Context, tx *db.Tx, in ReferIn) (Referral, error) {
	r, err := draw(ctx, tx, in)
	if err != nil {
		return r, err
	}
	if err := db.Insert(ctx, tx, "partner_referral", r); err != nil {
		return r, err
	}
	if r.FileID != "" {
		if err := casefile.Event(ctx, tx, r.FileID, casefile.Entry{Kind: "referral", Text: "partner.event_sent", Args: []any{r.Number}, Ref: r.ID}); err != nil {
			return r, err
		}
	}
	return r, task.Open(ctx, tx, task.New{Kind: turnAnswer, Object: "referral", ObjectID: r.ID, Role: org.RoleOfficer, UnitID: r.UnitID,
		Barred: []string{r.PersonID}, Due: r.DueOn, Href: "/desk/referrals/" + r.ID, Title: "问转介结果：{0}", Args: []any{r.Number}})
}

// draw makes the row of a referral and holds its rules.
func draw(ctx context.Context, tx *db.Tx, in ReferIn) (r Referral, err error) {
	o, err := OriginOf(ctx, tx, in.Source, in.SourceID)
	if err != nil {
		return r, err
	}
	w, err := person.Get(ctx, tx, o.PersonID)
	if err != nil {
		return r, err
	}
	for _, right := range []string{"partner.refer", o.Right} {
		if err := auth.Reach(tx, right, w.UnitPath, w.ID); err != nil {
			return r, err
		}
	}
	b, err := Get(ctx, tx, in.Body)
	if err != nil {
		return r, err
	}
	switch {
	case w.ID == tx.Actor.Person:
		return r, fault.New(fault.Denied, "partner.own")
	case !b.Serves(tx.Day()):
		return r, fault.New(fault.Refused, "partner.ended", b.Name).At("body")
	case in.ConsentOn > tx.Day():
		return r, fault.New(fault.Invalid, "partner.consent_day").At("consent_on")
	case in.Due <= tx.Day():
		return r, fault.New(fault.Invalid, "partner.due").At("due")
	}
	n, err := db.Value[int64](ctx, tx, `
		select count(*) from partner_referral where union_id = $1 and body_id = $2 and household_id = $3 and state = 'waiting'`, tx.Union, b.ID, o.HouseholdID)
	if err == nil && n > 0 {
		err = fault.New(fault.Conflict, "partner.open", b.Name).At("body")
	}
	if err != nil {
		return r, err
	}
	r = Referral{UnionID: tx.Union, ID: tx.ID(), BodyID: b.ID, Source: in.Source, SourceID: in.SourceID, PersonID: w.ID, HouseholdID: o.HouseholdID,
		UnitID: w.UnitID, UnitPath: w.UnitPath, Asks: join(in.Asks), Told: join(in.Told), Consent: in.Consent, ConsentOn: in.ConsentOn,
		SentOn: tx.Day(), DueOn: in.Due, State: Waiting, ByUser: tx.Actor.User, At: tx.Ms(), Version: 1}
	tx.About("referral", r.ID, append([]string{"reason", "name", "unit"}, strings.Fields(r.Told)...)...)
	tx.Trail.Subject = w.ID
	f, ok, err := casefile.OfHousehold(ctx, tx, o.HouseholdID)
	if err != nil {
		return r, err
	}
	if ok {
		r.FileID = f.ID
	}
	if r.Reason, err = tx.Seal(placeReason, r.ID, strings.TrimSpace(in.Reason)); err != nil {
		return r, err
	}
	r.Number, err = tx.Number(ctx, "ZJ")
	return r, err
}

// Openers opens what a referral asks for, for the look act of package audit.
func Openers() map[string]audit.Opener {
	return map[string]audit.Opener{"referral.reason": func(ctx context.Context, tx *db.Tx, id string) (string, string, error) {
		r, err := Reached(ctx, tx, "partner.look", id)
		if err != nil {
			return "", r.PersonID, err
		}
		text, err := tx.Open(placeReason, r.ID, r.Reason)
		return text, r.PersonID, err
	}}
}

// LetterIn names the referral whose letter is printed.
type LetterIn struct {
	ID string `form:"id" kind:"hidden" need:"true" max:"40"`
}

// Letter is a referral with what its letter says.
type Letter struct {
	Referral
	Asked string // the words of the request
}

// Print opens the letter of a referral (介绍信). What it asks for is sealed, so that printing it is an act on record.
var Print = act.Act[LetterIn, Letter]{Name: "partner.print", Title: "打印介绍信", Right: "partner.refer", Secret: true,
	Do: func(ctx context.Context, tx *db.Tx, in LetterIn) (Letter, error) {
		r, err := Reached(ctx, tx, "partner.refer", in.ID)
		if err != nil {
			return Letter{}, err
		}
		tx.About("referral", r.ID, "reason")
		tx.Trail.Reason = words.T(words.Zh, "打印介绍信 {0}", r.Number)
		text, err := tx.Open(placeReason, r.ID, r.Reason)
		return Letter{r, text}, err
	}}
