// Package approval walks a matter along its route (S07): who signs in which order is data, chosen by programme, class,
// amount and urgency; each step is another person, and nobody decides a case of their own or of a relative.
package approval

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/org"
)

// How a step answers: by a signature here, or by the upper union's paper, written down with its scan.
const (
	AnswerSign   = "sign"
	AnswerRecord = "record"
)

// Step is one signature of a route. Label is Chinese and a key of the catalogue where it is shipped; Days are workdays,
// 0 means the union's setting decide.days.
type Step struct {
	Role   string `json:"role"`
	Label  string `json:"label,omitempty"`
	Days   int    `json:"days,omitempty"`
	Answer string `json:"answer,omitempty"`
}

// Route is the steps in order. Version 0 is a route shipped with the program.
type Route struct {
	Code, Name string
	Version    int64
	Steps      []Step
}

// Rule is a route and the matters it is for. Empty conditions match everything; From and To are fen, both included, and
// To 0 has no end. A rule without any condition is only used when it is named: by a programme, or as "ordinary" or
// "emergency".
type Rule struct {
	Route
	Programme, Class string
	From, To         money.Amount
	Emergency        bool
}

// Shipped gives the routes that come with the program: ordinary hardship is closed by the union alone, others go to the
// company's head or to the upper union (S07: articles 13, 17); an emergency is signed by one (article 7).
func Shipped() []Rule {
	chair := Step{Role: org.RoleChair, Label: "工会主席签字", Answer: AnswerSign}
	return []Rule{
		{Route: Route{Code: "ordinary", Name: "工会审批", Steps: []Step{chair}}},
		{Route: Route{Code: "company", Name: "工会审批后报公司负责人", Steps: []Step{chair, {Role: org.RoleCompany, Label: "公司负责人签字", Answer: AnswerSign}}}},
		{Route: Route{Code: "upper", Name: "工会审批后报上级工会", Steps: []Step{chair, {Role: org.RoleUpper, Label: "上级工会答复", Answer: AnswerRecord, Days: 10}}}},
		{Route: Route{Code: "emergency", Name: "紧急救助审批", Steps: []Step{chair}}, Emergency: true},
	}
}

type row struct {
	UnionID          string
	Code             string
	Version          int64
	Name             string
	Programme, Class string
	FromFen, ToFen   money.Amount
	Emergency        bool
	Steps            string
	MadeBy           string
	MadeAt, EndedAt  int64
}

// Rules gives every route in force: the union's own, and those shipped whose code the union has not taken over.
func Rules(ctx context.Context, tx *db.Tx) ([]Rule, error) {
	rows, err := db.All[row](ctx, tx, `
		select union_id, code, version, name, programme, class, from_fen, to_fen, emergency, steps, made_by, made_at, ended_at
		from approval_route where union_id = $1 and ended_at = 0 order by code`, tx.Union)
	if err != nil {
		return nil, err
	}
	var out []Rule
	for _, r := range rows {
		steps, err := ParseSteps(r.Steps)
		if err != nil {
			return nil, fmt.Errorf("route %s: %w", r.Code, err)
		}
		out = append(out, Rule{Route{r.Code, r.Name, r.Version, steps}, r.Programme, r.Class, r.FromFen, r.ToFen, r.Emergency})
	}
	for _, s := range Shipped() {
		if !slices.ContainsFunc(out, func(r Rule) bool { return r.Code == s.Code }) {
			out = append(out, s)
		}
	}
	return out, nil
}

// RouteFor gives the route of a matter: the rule with the most conditions that match (programme before class before
// amount), else the one the matter names, else "ordinary" or "emergency".
func RouteFor(ctx context.Context, tx *db.Tx, m Matter) (Route, error) {
	rules, err := Rules(ctx, tx)
	if err != nil {
		return Route{}, err
	}
	return choose(rules, m)
}

func choose(rules []Rule, m Matter) (Route, error) {
	best, at := 0, -1
	for i, r := range rules {
		if n := r.weight(); n > best && r.matches(m) {
			best, at = n, i
		}
	}
	code := m.Route
	switch {
	case at >= 0:
		return rules[at].Route, nil
	case m.Emergency:
		code = "emergency"
	case code == "":
		code = "ordinary"
	}
	if i := slices.IndexFunc(rules, func(r Rule) bool { return r.Code == code }); i >= 0 {
		return rules[i].Route, nil
	}
	return Route{}, fault.New(fault.Refused, "approval.no_route", code)
}

func (r Rule) banded() bool { return r.From != 0 || r.To != 0 }

// weight orders rules by how much they ask for; 0 asks for nothing.
func (r Rule) weight() int {
	n := 0
	if r.Programme != "" {
		n += 4
	}
	if r.Class != "" {
		n += 2
	}
	if r.banded() {
		n++
	}
	return n
}

func (r Rule) matches(m Matter) bool {
	return r.Emergency == m.Emergency && (r.Programme == "" || r.Programme == m.Programme) &&
		(r.Class == "" || r.Class == m.Class) && m.Amount >= r.From && (r.To == 0 || m.Amount <= r.To)
}

// clashes reports two rules of equal weight that both match some matter.
func (r Rule) clashes(o Rule) bool {
	return r.weight() > 0 && r.weight() == o.weight() && r.Emergency == o.Emergency && r.Programme == o.Programme && r.Class == o.Class &&
		(r.To == 0 || o.From <= r.To) && (o.To == 0 || r.From <= o.To)
}

// deciders are the roles a step can have.
func deciders() []string {
	return []string{org.RoleOfficer, org.RoleCommittee, org.RoleChair, org.RoleCompany, org.RoleManager, org.RoleUpper}
}

const mostSteps, mostDays = 6, 60

// ParseSteps reads the steps of a route: a JSON list of {"role","label","days","answer"}. Faults: "approval.steps" (not
// such a list, or not 1 to 6 of them), "approval.step_role", "approval.step_days", "approval.step_label",
// "approval.step_answer" (record is the upper union's), "approval.step_twice" (one role, two steps: each step is
// another person).
func ParseSteps(text string) ([]Step, error) {
	var steps []Step
	dec := json.NewDecoder(bytes.NewReader([]byte(text)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&steps); err != nil || len(steps) < 1 || len(steps) > mostSteps {
		return nil, fault.New(fault.Invalid, "approval.steps", mostSteps)
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, fault.New(fault.Invalid, "approval.steps", mostSteps)
	}
	seen := map[string]bool{}
	for i, s := range steps {
		if s.Answer == "" {
			steps[i].Answer = AnswerSign
		}
		switch {
		case !slices.Contains(deciders(), s.Role):
			return nil, fault.New(fault.Invalid, "approval.step_role", i+1)
		case s.Days < 0 || s.Days > mostDays:
			return nil, fault.New(fault.Invalid, "approval.step_days", i+1, mostDays)
		case len([]rune(s.Label)) > 20:
			return nil, fault.New(fault.Invalid, "approval.step_label", i+1)
		case s.Answer != "" && s.Answer != AnswerSign && (s.Answer != AnswerRecord || s.Role != org.RoleUpper):
			return nil, fault.New(fault.Invalid, "approval.step_answer", i+1)
		case seen[s.Role]:
			return nil, fault.New(fault.Invalid, "approval.step_twice", i+1)
		}
		seen[s.Role] = true
	}
	return steps, nil
}

// RouteIn is a route to be saved: a new version of its code, in force at once. Matters under way keep theirs.
type RouteIn struct {
	Code      string       `form:"code" label:"路线代码" need:"true" max:"30"`
	Name      string       `form:"name" label:"路线名称" need:"true" max:"40"`
	Programme string       `form:"programme" label:"适用项目" max:"40"`
	Class     string       `form:"class" label:"适用困难类别" max:"40"`
	From      money.Amount `form:"from" label:"金额不少于" unit:"元"`
	To        money.Amount `form:"to" label:"金额不超过" unit:"元" hint:"不填表示没有上限"`
	Emergency bool         `form:"emergency" label:"用于紧急救助"`
	Steps     string       `form:"steps" label:"审批步骤" kind:"area" need:"true" max:"2000"`
}

// Check holds the amounts to their order and reads the steps.
func (in RouteIn) Check() error {
	var l fault.List
	if in.From < 0 || in.To < 0 || in.To != 0 && in.To < in.From {
		l.Add("to", "approval.band")
	}
	_, err := ParseSteps(in.Steps)
	l.AddErr("steps", err)
	return l.Err()
}

// SaveRoute puts a version of a route into force. Fault: Refused "approval.overlap" when another route would match the
// same matters with the same weight.
var SaveRoute = act.Act[RouteIn, Route]{Name: "approval.save_route", Title: "保存审批路线", Right: "approval.route",
	Do: func(ctx context.Context, tx *db.Tx, in RouteIn) (Route, error) {
		tx.About("route", in.Code, "steps")
		return saveRoute(ctx, tx, in)
	}}

func saveRoute(ctx context.Context, tx *db.Tx, in RouteIn) (Route, error) {
	rules, err := Rules(ctx, tx)
	if err != nil {
		return Route{}, err
	}
	steps, err := ParseSteps(in.Steps)
	if err != nil {
		return Route{}, err
	}
	made := Rule{Route{in.Code, in.Name, 0, steps}, in.Programme, in.Class, in.From, in.To, in.Emergency}
	for _, r := range rules {
		if r.Code != in.Code && made.clashes(r) {
			return Route{}, fault.New(fault.Refused, "approval.overlap", r.Name)
		}
	}
	if err := endRoute(ctx, tx, in.Code); err != nil {
		return Route{}, err
	}
	last, err := db.Value[int64](ctx, tx, `select max(version) from approval_route where union_id = $1 and code = $2`, tx.Union, in.Code)
	if err != nil {
		return Route{}, err
	}
	text, err := json.Marshal(steps)
	if err != nil {
		return Route{}, err
	}
	made.Version = last + 1
	return made.Route, db.Insert(ctx, tx, "approval_route", row{UnionID: tx.Union, Code: in.Code, Version: made.Version, Name: in.Name,
		Programme: in.Programme, Class: in.Class, FromFen: in.From, ToFen: in.To, Emergency: in.Emergency, Steps: string(text),
		MadeBy: tx.Actor.User, MadeAt: tx.Ms()})
}

func endRoute(ctx context.Context, tx *db.Tx, code string) error {
	_, err := tx.Exec(ctx, `update approval_route set ended_at = $3 where union_id = $1 and code = $2 and ended_at = 0`, tx.Union, code, tx.Ms())
	return err
}

// RouteCode names a route.
type RouteCode struct {
	Code string `form:"code" need:"true" max:"30"`
}

// EndRoute takes the union's own route out of force; the shipped one of the same code comes back. Fault: "fault.missing".
var EndRoute = act.Act[RouteCode, act.None]{Name: "approval.end_route", Title: "停用审批路线", Right: "approval.route",
	Do: func(ctx context.Context, tx *db.Tx, in RouteCode) (act.None, error) {
		tx.About("route", in.Code, "ended")
		n, err := db.Value[int64](ctx, tx, `select count(*) from approval_route where union_id = $1 and code = $2 and ended_at = 0`, tx.Union, in.Code)
		if err == nil && n == 0 {
			err = fault.New(fault.Missing, "fault.missing")
		}
		if err != nil {
			return act.None{}, err
		}
		return act.None{}, endRoute(ctx, tx, in.Code)
	}}

// Acts lists what can be done to routes. Deciding belongs to the acts of those whose matters are decided.
func Acts() []act.Any { return []act.Any{SaveRoute, EndRoute} }
