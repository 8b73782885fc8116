package app

import (
	"context"
	"fmt"
	"time"

	"bangfu/internal/app/world"
	"bangfu/internal/base/day"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/fund"
	"bangfu/internal/domain/intake"
	"bangfu/internal/domain/payment"
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
	if _, err := w.Crowd(ctx, demoWorkers, func(int) {}); err != nil {
		return nil, err
	}
	say(fmt.Sprintf("名册 %d 人", demoWorkers))
	if err := h.demoCases(ctx, w, say); err != nil {
		return nil, err
	}
	if err := audit.LinkAll(ctx, h.DB, w.Union); err != nil {
		return nil, err
	}
	return demoDoors(ctx, w)
}

const (
	demoWorkers = 600
	demoPast    = 60 * 24 * time.Hour
)

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
	for _, p := range []struct {
		in     fund.NewPocket
		amount int64
	}{
		{fund.NewPocket{Code: "XZ-2026", Name: "行政补助", Source: fund.Company}, 300_000},
		{fund.NewPocket{Code: "SJ-2026", Name: "上级帮扶专项", Source: fund.Upper, Programmes: []string{"medical", "disaster"}}, 80_000},
		{fund.NewPocket{Code: "JK-2026", Name: "职工爱心捐款", Source: fund.StaffGifts}, 26_400},
	} {
		if err := w.Endow(ctx, p.in, money.Yuan(p.amount)); err != nil {
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
	}{{toPaid, 12}, {toSigned, 4}, {toCleared, 2}, {toRefused, 2}, {toWithdrawn, 1}, {toObjected, 1}, {toPublic, 4}, {toReserved, 3}, {toProposed, 4},
		{toRecommended, 2}, {toPanel, 4}, {toVerifying, 5}, {toReturned, 2}, {toSubmitted, 6}, {toDraft, 3}}
}

// demoCases drives the cases, all of one stage together, the clock going on between the stages.
func (h *House) demoCases(ctx context.Context, w *world.World, say func(string)) error {
	n := 0
	for _, s := range demoStages() {
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
	g := w.Groups[n%len(w.Groups)]
	l, err := demoApply(ctx, w, demoStory(g.Workers[n/len(w.Groups)], n), to)
	if err != nil || to <= toSubmitted {
		return l, err
	}
	if to == toReturned {
		_, err := world.Do(ctx, w, g.Leader, intake.FirstReview, intake.FirstIn{ID: l.App, Opinion: intake.OpinionMore, Gaps: []intake.Gap{"blurred"}, Text: "收入证明看不清，请再拍一张。"})
		return l, err
	}
	if err := w.First(ctx, l, g.Leader); err != nil || to == toVerifying {
		return l, err
	}
	if to == toWithdrawn {
		_, err := world.Do(ctx, w, l.Worker, intake.Withdraw, intake.WithdrawIn{ID: l.App, Note: "家里情况好转了"})
		return l, err
	}
	if err := w.Verify(ctx, l, "wangmin"); err != nil || to == toPanel {
		return l, err
	}
	if err := w.Assess(ctx, l, "zhenghe"); err != nil || to == toRecommended {
		return l, err
	}
	if err := w.Propose(ctx, l, demoProposal(l)); err != nil || to == toProposed {
		return l, err
	}
	return l, w.Decide(ctx, l, "zhouzheng", to != toRefused, "家庭收入核实后高于标准。")
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
	for _, l := range group {
		if err := w.Sign(ctx, l, "wuping"); err != nil {
			return err
		}
	}
	if to == toSigned {
		return nil
	}
	for _, pocket := range []string{"XZ-2026", "SJ-2026", "JK-2026"} {
		if _, err := w.PayAll(ctx, pocket, group[len(group)-1].Worker); err != nil {
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

// demoStory makes the n-th family's story: the four shipped programmes in turn.
func demoStory(worker string, n int) world.Case {
	child := worker + "之子"
	spouse := world.Kin{Relation: "spouse", Name: worker + "爱人"}
	switch n % 4 {
	case 0:
		return world.Case{Worker: worker, Programme: "living", Cause: "low_income", Story: "爱人没有工作，老人要吃药，收入不够用。", Pay: "1900",
			Family: []world.Kin{spouse, {Relation: "child", Name: child, Schooling: "primary"}}, Say: map[string]string{"dibao": "0", "homes": "1", "vehicles": "0"}}
	case 1:
		return world.Case{Worker: worker, Programme: "medical", Cause: "illness", Story: "今年做了大手术，自费部分很高。", Family: []world.Kin{spouse},
			Say:   map[string]string{"serious_illness": "1", "rigid_medical": fmt.Sprint(18000 + 900*n), "event_day": "20260610"},
			Found: map[string]string{"illness_hardship": "1"}}
	case 2:
		return world.Case{Worker: worker, Programme: "education", Cause: "schooling", Story: "孩子考上大学，学费凑不齐。", About: child, Pay: "2300",
			Family: []world.Kin{spouse, {Relation: "child", Name: child, Schooling: "college"}},
			Child:  map[string]string{"stage": "college", "regular": "1", "admitted": "1", "tuition": "5200"}, Found: map[string]string{"special_hardship": "1", "unable_to_pay": "1"}}
	}
	return world.Case{Worker: worker, Programme: "disaster", Cause: "calamity", Story: "发大水，一楼的家具电器都泡坏了。", Family: []world.Kin{spouse},
		Say: map[string]string{"natural_disaster": "1", "event_day": "20260822", "loss": "42000"}, Found: map[string]string{"major_loss": "1"}}
}

// demoProposal asks inside the standard's bounds.
func demoProposal(l *world.Live) plan.ProposeIn {
	in := plan.ProposeIn{Item: l.Programme, Times: 1, Pocket: "XZ-2026"}
	switch l.Programme {
	case "living":
		in.Amount, in.Times = money.Yuan(400), 4
	case "education":
		in.Amount, in.Pocket = money.Yuan(2000), "JK-2026"
	default:
		in.Amount, in.Pocket = money.Yuan(3000), "SJ-2026"
	}
	return in
}

func demoDoors(ctx context.Context, w *world.World) ([]cli.Door, error) {
	var out []cli.Door
	who := []struct{ role, login, name string }{
		{"worker", w.Groups[5].Workers[10], w.Groups[5].Workers[10]}, {"group_leader", w.Groups[0].Leader, w.Groups[0].Leader},
		{org.RoleOfficer, "wangmin", "王敏"}, {org.RoleOfficer, "zhaoqing", "赵青"}, {org.RoleCommittee, "zhenghe", "郑和"}, {org.RoleChair, "zhouzheng", "周正"},
		{org.RoleChair, "wuping", "吴平"}, {org.RoleCompany, "chenzong", "陈总"}, {org.RoleAccountant, "jiangqing", "蒋清"}, {org.RoleCashier, "shenshi", "沈实"},
		{org.RoleAuditor, "yangming", "杨明"}, {org.RoleLeader, "weixin", "卫新"}, {org.RoleUpper, "xianzong", "县总工会"}, {org.RoleAdmin, "admin", "何管"},
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
