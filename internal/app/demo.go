package app

import (
	"context"
	_ "embed" // the families of the demonstration
	"fmt"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"bangfu/internal/app/world"
	"bangfu/internal/base/day"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/fund"
	"bangfu/internal/domain/intake"
	"bangfu/internal/domain/payment"
	"bangfu/internal/domain/person"
	"bangfu/internal/domain/plan"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/face/cli"
	"bangfu/internal/office/audit"
	"bangfu/internal/office/notice"
	"bangfu/internal/office/org"
)

// demoRegion is a region that does not exist; its figures are invented.
const demoRegion = "990101"

// Demo fills an empty house with an invented union whose cases stand in every state, by the same acts the pages call. The
// clock is moved back first, so that they have a past; it ends at the present. It gives a way in for each role.
func (h *House) Demo(ctx context.Context, say func(string)) ([]cli.Door, error) {
	return h.DemoOf(ctx, demoWorkers, say)
}

// DemoOf is Demo with so many workers; each of the 24 groups needs twelve.
func (h *House) DemoOf(ctx context.Context, workers int, say func(string)) ([]cli.Door, error) {
	if h.clock == nil {
		return nil, fmt.Errorf("the demonstration needs a clock that can be moved")
	}
	h.clock.Move(-demoPast)
	w, err := world.Found(ctx, h.Host, world.Shape{Name: "临江机电有限公司工会委员会", Short: "临江机电工会", Region: demoRegion,
		Branches: 3, Groups: 24, State: "demo"}, Ship)
	if err != nil {
		return nil, err
	}
	if err := h.demoBooks(ctx, w); err != nil {
		return nil, err
	}
	say("建立工会、机构和资金……")
	if _, err := w.Crowd(ctx, workers, func(int) {}); err != nil {
		return nil, err
	}
	say(fmt.Sprintf("名册 %d 人", workers))
	if err := h.demoCases(ctx, w, say); err != nil {
		return nil, err
	}
	for _, part := range h.demoParts() {
		if err := part.fill(ctx, w); err != nil {
			return nil, fmt.Errorf("demonstration %s: %w", part.name, err)
		}
	}
	if err := h.Jobs.Once(ctx); err != nil { // what a house does by itself each day
		return nil, err
	}
	if err := audit.LinkAll(ctx, h.DB, w.Union); err != nil {
		return nil, err
	}
	return demoDoors(ctx, w)
}

const (
	demoWorkers = 2400
	demoPast    = 60 * 24 * time.Hour
)

// demoParts are what else the demonstration has besides cases, in the order they are filled.
func (h *House) demoParts() []struct {
	name string
	fill func(context.Context, *world.World) error
} {
	return []struct {
		name string
		fill func(context.Context, *world.World) error
	}{{"payees", h.demoPayees}, {"visits", h.demoOutreach}, {"gifts", h.demoGiving}, {"mutual fund", h.demoMutual}, {"loans", h.demoLoans},
		{"paid service", h.demoService}, {"investments", h.demoInvestment}, {"leads", h.demoFound}, {"pay gap", h.demoPaygap},
		{"audit", h.demoOversight}, {"surveys", h.demoSurveys}}
}

func (h *House) demoBooks(ctx context.Context, w *world.World) error {
	err := h.DB.Update(ctx, db.System(w.Union), func(ctx context.Context, tx *db.Tx) error {
		for _, l := range []standard.LineIn{
			{Region: demoRegion, Kind: "dibao_line", FromDay: "2025-01-01", Amount: money.Yuan(760), Source: "演示数据"},
			{Region: demoRegion, Kind: "dibao_line", FromDay: "2026-01-01", Amount: money.Yuan(800), Source: "演示数据"},
			{Region: demoRegion, Kind: "minimum_wage", FromDay: "2026-01-01", Amount: money.Yuan(2010), Source: "演示数据"},
		} {
			if _, err := standard.AddLine(ctx, tx, l); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	t, err := readDemo()
	if err != nil {
		return err
	}
	for _, p := range t.Pockets {
		in := fund.NewPocket{Code: p.Code, Name: p.Name, Source: p.Source, Programmes: p.Programmes}
		if err := w.Endow(ctx, in, money.Yuan(p.Yuan)); err != nil {
			return err
		}
	}
	return nil
}

// stage is how far a demonstration case goes.
type stage int

const (
	toDraft stage = iota
	toSubmitted
	toReturned
	toVerifying
	toPanel
	toRecommended
	toProposed
	toRefused
	toReserved
	toPublic
	toObjected
	toCleared
	toSigned
	toPaid
	toWithdrawn
)

// demoStages says how many cases stop at each stage, the furthest first, so that time goes one way.
func demoStages() []struct {
	at stage
	n  int
} {
	return []struct {
		at stage
		n  int
	}{{toPaid, 30}, {toSigned, 8}, {toCleared, 5}, {toRefused, 5}, {toWithdrawn, 3}, {toObjected, 2}, {toPublic, 9}, {toReserved, 7}, {toProposed, 8},
		{toRecommended, 5}, {toPanel, 8}, {toVerifying, 10}, {toReturned, 4}, {toSubmitted, 12}, {toDraft, 4}}
}

// demoCases drives the cases, all of one stage together, the clock going on between the stages.
func (h *House) demoCases(ctx context.Context, w *world.World, say func(string)) error {
	n := 0
	for _, s := range demoStages() {
		switch s.at {
		case toSigned: // signed and cleared in the last weeks
			h.clock.MoveTo(day.Of(db.Machine()).Add(-24), h.DB.Now())
		case toRefused: // from here on the cases are of these days
			h.clock.MoveTo(day.Of(db.Machine()).Add(-4), h.DB.Now())
		}
		var group []*world.Live
		for range s.n {
			l, err := h.demoCase(ctx, w, n, s.at)
			if err != nil {
				return fmt.Errorf("demonstration case %d: %w", n, err)
			}
			group = append(group, l)
			n++
		}
		ends, err := h.demoTogether(ctx, w, s.at, group)
		if err != nil {
			return fmt.Errorf("demonstration stage %d: %w", s.at, err)
		}
		if s.at > toObjected && s.at != toWithdrawn {
			h.clock.MoveTo(ends.Add(1), h.DB.Now())
			if err := w.Settle(ctx); err != nil {
				return err
			}
			if err := h.demoAfter(ctx, w, s.at, group); err != nil {
				return fmt.Errorf("demonstration stage %d: %w", s.at, err)
			}
		}
	}
	h.clock.Reset()
	say(fmt.Sprintf("申请 %d 件，各个阶段都有", n))
	return nil
}

// demoCase applies and goes as far as one case goes alone.
func (h *House) demoCase(ctx context.Context, w *world.World, n int, to stage) (*world.Live, error) {
	t, err := readDemo()
	if err != nil {
		return nil, err
	}
	g, told := w.Groups[n%len(w.Groups)], t.Stories[n%len(t.Stories)]
	l, err := demoApply(ctx, w, told.of(g.Workers[n/len(w.Groups)]), to)
	if err != nil || to <= toSubmitted {
		return l, err
	}
	if to == toReturned {
		_, err := world.Do(ctx, w, g.Leader, intake.FirstReview, intake.FirstIn{ID: l.App, Opinion: intake.OpinionMore, Gaps: []intake.Gap{"paper_unclear"}, Text: "收入证明看不清，请再拍一张。"})
		return l, err
	}
	first := g.Leader
	if to == toCleared && n%5 == 0 {
		first = "wuping" // so that both chairs had a hand in one, and the manager of the fund signs it
	}
	if err := w.First(ctx, l, first); err != nil || to == toVerifying {
		return l, err
	}
	if to == toWithdrawn {
		_, err := world.Do(ctx, w, l.Worker, plan.WithdrawAct, intake.WithdrawIn{ID: l.App, Note: "家里情况好转了"})
		return l, err
	}
	if err := w.Verify(ctx, l, "wangmin"); err != nil || to == toPanel {
		return l, err
	}
	if err := w.Assess(ctx, l, "zhenghe"); err != nil || to == toRecommended {
		return l, err
	}
	ask := told.proposal()
	switch { // the chair has said yes, the company's head or the upper union has the turn
	case to == toProposed && n%4 == 0:
		ask.Route = "company"
	case to == toProposed && n%4 == 2:
		ask.Route = "upper"
	}
	if err := w.Propose(ctx, l, ask); err != nil || to == toProposed && ask.Route == "" {
		return l, err
	}
	if to == toRefused {
		return l, w.Decide(ctx, l, "zhouzheng", false, "核实后家庭收入高于标准。")
	}
	return l, w.Decide(ctx, l, "zhouzheng", true, "")
}

func demoApply(ctx context.Context, w *world.World, c world.Case, to stage) (*world.Live, error) {
	if to == toDraft {
		ref, err := world.Do(ctx, w, c.Worker, intake.Start, intake.StartIn{Programme: c.Programme})
		return &world.Live{Case: c, App: ref.ID}, err
	}
	return w.Apply(ctx, c)
}

// demoTogether publishes the cases of a stage in one notice and gives its last day.
func (h *House) demoTogether(ctx context.Context, w *world.World, to stage, group []*world.Live) (ends day.Day, err error) {
	if to < toPublic || to == toWithdrawn {
		return "", nil
	}
	s, err := w.Publish(ctx, group...)
	if err != nil || to != toObjected {
		return s.EndsOn, err
	}
	in := notice.ObjectIn{NoticeID: s.ID, N: 1, Text: "听说他家在城里还有一套房出租，请再核实。"}
	if _, err := notice.Object.Run(ctx, h.Host, act.Call{Actor: notice.Public(w.Union), Key: db.Token()}, in); err != nil {
		return "", err
	}
	return s.EndsOn, w.Settle(ctx)
}

// demoAfter signs, pays, and has most receipts confirmed.
func (h *House) demoAfter(ctx context.Context, w *world.World, to stage, group []*world.Live) error {
	if to < toSigned {
		return nil
	}
	t, err := readDemo()
	if err != nil {
		return err
	}
	for n, l := range group {
		if to == toSigned && n == len(group)-2 { // one batch waits for the cashier, what is ready of the other pockets for the accountant
			if _, err := w.Batch(ctx, t.Pockets[0].Code); err != nil {
				return err
			}
		}
		if err := w.Sign(ctx, l, "wuping"); err != nil {
			return err
		}
	}
	if to == toSigned {
		return nil
	}
	for _, p := range t.Pockets {
		if _, err := w.PayAll(ctx, p.Code, group[len(group)-1].Worker); err != nil {
			return err
		}
	}
	return h.demoReceipts(ctx, w, group[:len(group)-4])
}

func (h *House) demoReceipts(ctx context.Context, w *world.World, group []*world.Live) error {
	for _, l := range group {
		var all []payment.Instalment
		if err := h.DB.View(ctx, db.System(w.Union), func(ctx context.Context, tx *db.Tx) (err error) {
			all, err = payment.OfAward(ctx, tx, l.Award)
			return err
		}); err != nil {
			return err
		}
		for _, i := range all {
			if i.State != payment.Paid {
				continue
			}
			if _, err := world.Do(ctx, w, l.Worker, payment.ConfirmAct, payment.ConfirmIn{ID: i.ID, Come: "yes", Name: l.Worker}); err != nil {
				return err
			}
		}
	}
	return nil
}

//go:embed demo.yaml
var demoText []byte

// told is what the demonstration's file tells: the pockets, and the families' stories.
type told struct {
	Pockets []struct {
		Code, Name string
		Source     fund.Source
		Yuan       int64
		Programmes []string
	}
	Stories []story
}

// story is one invented family: what it asks for, what is found, and what is proposed.
type story struct {
	Programme, Story, Pay, About, Pocket string
	Cause                                intake.Cause
	Family                               []struct{ Relation, Name, Schooling string }
	Say, Child, Found                    map[string]string
	Yuan, Times                          int64
}

func readDemo() (t told, err error) {
	return t, yaml.Unmarshal(demoText, &t)
}

// of makes the story a worker's own.
func (s story) of(worker string) world.Case {
	name := func(text string) string { return strings.ReplaceAll(text, "{w}", worker) }
	c := world.Case{Worker: worker, Programme: s.Programme, Cause: s.Cause, Story: s.Story, Pay: s.Pay, About: name(s.About),
		Say: s.Say, Child: s.Child, Found: s.Found}
	for _, k := range s.Family {
		c.Family = append(c.Family, world.Kin{Relation: person.Relation(k.Relation), Name: name(k.Name), Schooling: person.Schooling(k.Schooling)})
	}
	return c
}

// proposal asks inside the standard's bounds.
func (s story) proposal() plan.ProposeIn {
	return plan.ProposeIn{Item: s.Programme, Times: s.Times, Pocket: s.Pocket, Amount: money.Yuan(s.Yuan)}
}

func demoDoors(ctx context.Context, w *world.World) ([]cli.Door, error) {
	var out []cli.Door
	who := []struct{ role, login, name string }{
		{"worker", w.Groups[0].Workers[10], w.Groups[0].Workers[10]}, {"group_leader", w.Groups[8].Leader, w.Groups[8].Leader}, // one who has cases to look at
		{org.RoleOfficer, "wangmin", "王敏"}, {org.RoleOfficer, "zhaoqing", "赵青"}, {org.RoleCommittee, "zhenghe", "郑和"}, {org.RoleChair, "zhouzheng", "周正"},
		{org.RoleChair, "wuping", "吴平"}, {org.RoleCompany, "chenzong", "陈总"}, {org.RoleAccountant, "jiangqing", "蒋清"}, {org.RoleCashier, "shenshi", "沈实"},
		{org.RoleManager, "hanshou", "韩守"}, {org.RoleAuditor, "yangming", "杨明"}, {org.RoleLeader, "weixin", "卫新"}, {org.RoleUpper, "xianzong", "县总工会"}, {org.RoleAdmin, "admin", "何管"},
	}
	for _, p := range who {
		path, err := w.Door(ctx, p.login)
		if err != nil {
			return nil, err
		}
		out = append(out, cli.Door{Role: p.role, Name: p.name, Path: path})
	}
	return out, nil
}
