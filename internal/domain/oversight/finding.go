package oversight

import (
	"context"
	"slices"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/words"
	"bangfu/internal/domain/plan"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task"
)

// State is where a finding stands.
type State string

// The states of a finding: with who has to answer, with the auditor, closed.
const (
	Open     State = "open"
	Answered State = "answered"
	Closed   State = "closed"
)

// Say gives the state in a language.
func (s State) Say(l words.Lang) string { return words.T(l, "oversight.state."+string(s)) }

// Role is who answers a finding.
type Role string

// Choices lists the roles that answer for a part of the work.
func (Role) Choices() []form.Choice {
	var out []form.Choice
	for _, r := range []string{org.RoleOfficer, org.RoleChair, org.RoleCommittee, org.RoleAccountant, org.RoleCashier, org.RoleManager, org.RoleCompany} {
		out = append(out, form.Choice{Value: r, Label: "role." + r})
	}
	return out
}

// Finding is what an auditor found on an award and wants answered by a day.
type Finding struct {
	UnionID, ID, Number, SampleID, AwardID, UnitID, UnitPath string
	Text, Role                                               string
	Due                                                      day.Day
	State                                                    State
	ByUser                                                   string
	At, ClosedAt, Version                                    int64
}

const findingColumns = `union_id, id, number, sample_id, award_id, unit_id, unit_path, text, role, due, state, by_user, at, closed_at, version`

// Late reports a finding whose answer is overdue.
func (f Finding) Late(today day.Day) bool { return f.State == Open && f.Due < today }

// Word is one thing said to a finding.
type Word struct {
	UnionID, FindingID string
	N                  int64
	Kind, Text, ByUser string
	At                 int64
}

// FindingOf gives one that a right of the actor reaches, with what was said to it. Faults: Missing, "fault.denied".
func FindingOf(ctx context.Context, tx *db.Tx, right, id string) (Finding, []Word, error) {
	f, err := db.One[Finding](ctx, tx, `select `+findingColumns+` from oversight_finding where union_id = $1 and id = $2`, tx.Union, id)
	if err != nil {
		return f, nil, err
	}
	if err := auth.Reach(tx, right, f.UnitPath, ""); err != nil {
		return Finding{}, nil, err
	}
	said, err := db.All[Word](ctx, tx, `select union_id, finding_id, n, kind, text, by_user, at from oversight_word where union_id = $1 and finding_id = $2 order by n`, tx.Union, id)
	return f, said, err
}

// Findings lists those the actor may read: first what was answered, then what is open by its day.
func Findings(ctx context.Context, tx *db.Tx) ([]Finding, error) {
	where, args := auth.Scope(tx.Actor, "oversight.findings").Where("unit_path", "by_user", tx.Actor.User, 2)
	return db.All[Finding](ctx, tx, `select `+findingColumns+` from oversight_finding where union_id = $1 and `+where+`
		order by case state when 'answered' then 0 when 'open' then 1 else 2 end, due, number`, append([]any{tx.Union}, args...)...)
}

// Asked reports whether the actor holds the role that is to answer.
func (f Finding) Asked(who db.Actor) bool {
	return slices.ContainsFunc(who.Posts, func(p db.Post) bool { return p.Role == f.Role || p.Role == org.RoleUpper })
}

// FindingsOn lists the findings on an award.
func FindingsOn(ctx context.Context, tx *db.Tx, awardID string) ([]Finding, error) {
	return db.All[Finding](ctx, tx, `select `+findingColumns+` from oversight_finding where union_id = $1 and award_id = $2 order by number`, tx.Union, awardID)
}

// FindIn is a finding as the auditor writes it.
type FindIn struct {
	Award  string  `form:"award" kind:"hidden" need:"true" max:"40"`
	Sample string  `form:"sample" kind:"hidden" max:"40"`
	Text   string  `form:"text" label:"发现的问题" hint:"写清楚缺什么、哪里不一致、要求怎样整改" kind:"area" need:"true" min:"5" max:"1000"`
	Role   Role    `form:"role" label:"由谁答复" need:"true"`
	Due    day.Day `form:"due" label:"哪天以前答复" need:"true"`
}

// Find opens a finding and gives its answering to the role nearest to the worker's unit. Faults: "oversight.due" (a day gone by),
// Missing, "task.nobody".
var Find = act.Act[FindIn, Finding]{Name: "oversight.find", Title: "提出审计问题", Right: "oversight.find", Do: find}

func find(ctx context.Context, tx *db.Tx, in FindIn) (Finding, error) {
	a, err := plan.Get(ctx, tx, in.Award)
	if err != nil {
		return Finding{}, err
	}
	if in.Due < tx.Day() {
		return Finding{}, fault.New(fault.Invalid, "oversight.due").At("due")
	}
	if in.Sample != "" {
		if _, _, err := SampleOf(ctx, tx, in.Sample); err != nil {
			return Finding{}, err
		}
	}
	f := Finding{UnionID: tx.Union, ID: tx.ID(), SampleID: in.Sample, AwardID: a.ID, UnitID: a.UnitID, UnitPath: a.UnitPath, Text: strings.TrimSpace(in.Text),
		Role: string(in.Role), Due: in.Due, State: Open, ByUser: tx.Actor.User, At: tx.Ms(), Version: 1}
	if f.Number, err = tx.Number(ctx, "SJWT"); err != nil {
		return f, err
	}
	tx.About("oversight_finding", f.ID)
	if err := db.Insert(ctx, tx, "oversight_finding", f); err != nil {
		return f, err
	}
	return f, f.turn(ctx, tx)
}

// turn gives the role its turn to answer. The auditor who found it never has it.
func (f Finding) turn(ctx context.Context, tx *db.Tx) error {
	return task.Open(ctx, tx, task.New{Kind: "oversight.answer", Object: "oversight_finding", ObjectID: f.ID, Role: f.Role, UnitID: f.UnitID, Barred: []string{f.ByUser},
		Due: f.Due, Href: Home + "/findings/" + f.ID, Title: "答复审计问题 {0}", Args: []any{f.Number}})
}

// WordIn is an answer, or the words with which one is sent back.
type WordIn struct {
	ID   string `form:"id" kind:"hidden" need:"true" max:"40"`
	Text string `form:"text" label:"怎么说" kind:"area" need:"true" min:"2" max:"1000"`
}

// Answer answers a finding; the auditor's turn follows. Faults: "oversight.state" (Conflict), "oversight.own" (Refused: who found
// it does not answer it), "oversight.not_asked" (Refused: another role).
var Answer = act.Act[WordIn, Finding]{Name: "oversight.answer", Title: "答复审计问题", Right: "oversight.answer",
	Do: func(ctx context.Context, tx *db.Tx, in WordIn) (Finding, error) {
		f, _, err := FindingOf(ctx, tx, "oversight.answer", in.ID)
		switch {
		case err != nil:
			return f, err
		case f.ByUser == tx.Actor.User:
			return f, fault.New(fault.Refused, "oversight.own")
		case !f.Asked(tx.Actor):
			return f, fault.New(fault.Refused, "oversight.not_asked", words.Key("role."+f.Role))
		}
		if err := f.move(ctx, tx, Answered, Word{Kind: "answer", Text: in.Text}); err != nil {
			return f, err
		}
		if err := task.Close(ctx, tx, "oversight.answer", f.ID); err != nil {
			return f, err
		}
		return f, task.Open(ctx, tx, task.New{Kind: "oversight.close", Object: "oversight_finding", ObjectID: f.ID, Role: org.RoleAuditor, UnitID: tx.Union, Days: 5,
			Href: Home + "/findings/" + f.ID, Title: "审看对问题 {0} 的答复", Args: []any{f.Number}})
	}}

// BackIn sends an answer back with words and a new day.
type BackIn struct {
	WordIn
	Due day.Day `form:"due" label:"哪天以前再答复" need:"true"`
}

// Back sends an answer back: it is the role's turn again. Faults: "oversight.state" (Conflict), "oversight.due".
var Back = act.Act[BackIn, Finding]{Name: "oversight.back", Title: "退回答复", Right: "oversight.find",
	Do: func(ctx context.Context, tx *db.Tx, in BackIn) (Finding, error) {
		f, _, err := FindingOf(ctx, tx, "oversight.find", in.ID)
		if err != nil {
			return f, err
		}
		if in.Due < tx.Day() {
			return f, fault.New(fault.Invalid, "oversight.due").At("due")
		}
		f.Due = in.Due
		if err := f.move(ctx, tx, Open, Word{Kind: "back", Text: in.Text}); err != nil {
			return f, err
		}
		if err := task.Close(ctx, tx, "oversight.close", f.ID); err != nil {
			return f, err
		}
		return f, f.turn(ctx, tx)
	}}

// Close ends a finding with the auditor's conclusion: it is mended, or it was none. Only an auditor closes. Fault: "oversight.state".
var Close = act.Act[WordIn, Finding]{Name: "oversight.close", Title: "销号", Right: "oversight.find",
	Do: func(ctx context.Context, tx *db.Tx, in WordIn) (Finding, error) {
		f, _, err := FindingOf(ctx, tx, "oversight.find", in.ID)
		if err != nil {
			return f, err
		}
		f.ClosedAt = tx.Ms()
		if err := f.move(ctx, tx, Closed, Word{Kind: "close", Text: in.Text}); err != nil {
			return f, err
		}
		return f, task.CloseAll(ctx, tx, f.ID)
	}}

// move takes a finding to a state with what was said. An answer goes to what is open; back and close to what is answered.
func (f *Finding) move(ctx context.Context, tx *db.Tx, to State, w Word) error {
	from := Answered
	if to == Answered {
		from = Open
	}
	if f.State != from {
		return fault.New(fault.Conflict, "oversight.state", f.State)
	}
	tx.About("oversight_finding", f.ID, "state")
	if err := tx.Must(ctx, "fault.stale", `update oversight_finding set state = $4, due = $5, closed_at = $6, version = version + 1
		where union_id = $1 and id = $2 and version = $3`, tx.Union, f.ID, f.Version, to, f.Due, f.ClosedAt); err != nil {
		return err
	}
	f.State, f.Version = to, f.Version+1
	_, err := tx.Exec(ctx, `insert into oversight_word (union_id, finding_id, n, kind, text, by_user, at)
		select $1, $2, count(*) + 1, $3, $4, $5, $6 from oversight_word where union_id = $1 and finding_id = $2`,
		tx.Union, f.ID, w.Kind, strings.TrimSpace(w.Text), tx.Actor.User, tx.Ms())
	return err
}

// Acts lists what can be done here.
func Acts() []act.Any { return []act.Any{Draw, Pass, Find, Answer, Back, Close, Ask, Reply} }
