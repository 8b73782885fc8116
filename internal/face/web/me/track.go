package me

import (
	"context"
	"time"

	"bangfu/internal/base/day"
	"bangfu/internal/base/words"
	"bangfu/internal/domain/intake"
	"bangfu/internal/domain/plan"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
)

// trackPage is the whole way of an application: done, now and what comes.
type trackPage struct {
	A     intake.Application
	Name  string
	Now   page.Now
	Line  []page.Event
	Mine  bool
	Adult []intake.Relative // adults of the family who have not answered yet
	Doors []intake.Door
	Key   string
	Paper bool            // there is a result to be had on paper
	Said  []intake.Appeal // against the result, with their answers
}

func showTrack(q *site.Req) error {
	var p trackPage
	err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		if p.A, err = intake.Reached(ctx, tx, "intake.fill", q.ID("id")); err != nil {
			return err
		}
		p.Mine = p.A.PersonID == tx.Actor.Person
		if !p.Mine && p.A.FiledBy != tx.Actor.User {
			p.A = intake.Application{ID: p.A.ID}
			return nil
		}
		if p.Now, err = nowOf(ctx, tx, q, p.A); err != nil {
			return err
		}
		p.Now.Buttons = nil
		if p.A.State == intake.Returned {
			p.Now.Buttons = []page.Button{{Label: q.T("现在补"), Href: "/me/applications/" + p.A.ID + "/supply", Kind: "main"}}
		}
		if err := p.owed(ctx, tx, q); err != nil {
			return err
		}
		steps, err := intake.Steps(ctx, tx, p.A.ID)
		if err != nil {
			return err
		}
		prog, err := intake.ProgrammeOf(ctx, tx, p.A)
		if err != nil {
			return err
		}
		p.Name = prog.Name.Say(q.Lang())
		p.Line = line(q, p.A, steps)
		p.Doors = p.A.OtherDoors()
		if p.Said, err = intake.Appeals(ctx, tx, p.A.ID); err != nil {
			return err
		}
		awards, err := plan.OfApplication(ctx, tx, p.A.ID)
		if err != nil {
			return err
		}
		p.Paper = p.Mine && (p.A.State == intake.Refused || len(plan.Granted(awards)) > 0)
		p.Adult, err = intake.Unasked(ctx, tx, p.A)
		return err
	})
	if err != nil {
		return err
	}
	if p.A.State == "" { // an officer or leader who did not file it: their page is the desk's
		return q.Go("/desk/applications/" + p.A.ID)
	}
	if p.A.State == intake.Draft {
		return q.Go("/me/apply/" + p.A.ID)
	}
	in := q.Page(q.T("进度"))
	in.Back = page.Link{Href: "/me", Label: q.T("返回首页")}
	p.Key = in.Key
	return q.Render(track(in, p))
}

// owed offers to bring what an emergency that was decided first still owes.
func (p *trackPage) owed(ctx context.Context, tx *db.Tx, q *site.Req) error {
	owed, err := intake.Later(ctx, tx, p.A)
	if len(owed) > 0 && p.A.State == intake.Decided {
		p.Now.Buttons = []page.Button{{Label: q.T("补交材料"), Href: "/me/applications/" + p.A.ID + "/supply", Kind: "main"}}
	}
	return err
}

// line makes the timeline: moves made, the one under way, and those to come.
func line(q *site.Req, a intake.Application, steps []intake.Step) []page.Event {
	var out []page.Event
	for _, s := range steps {
		if s.FromState == s.ToState && s.Act != "visit" {
			continue // taken or let go by an officer: of no use to the worker
		}
		e := page.Event{State: "done", Title: q.T("me.step." + s.Act), Note: day.Of(time.UnixMilli(s.At)).Say(q.Lang())}
		if s.Name != "" && s.Act != "submit" && s.Act != "supply" && s.Act != "withdraw" {
			e.Note = q.T("{0}，{1}", e.Note, s.Name)
		}
		out = append(out, e)
	}
	if !a.Live() {
		return out
	}
	now := page.Event{State: "cur", Title: a.State.Plain().Say(q.Lang())}
	if a.Due != "" {
		now.Note = q.T("最晚 {0}", a.Due)
	}
	out = append(out, now)
	names := []words.Key{"初审", "核实", "研究", "结果"}
	for i := stepOf(a); i < len(names); i++ {
		out = append(out, page.Event{State: "todo", Title: names[i].Say(q.Lang())})
	}
	return out
}

// donePage ends the journey of applying; it can be opened again.
type donePage struct {
	A          intake.Application
	Who, Phone string
}

func showDone(q *site.Req) error {
	var p donePage
	err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		if p.A, err = intake.Reached(ctx, tx, "intake.fill", q.ID("id")); err != nil {
			return err
		}
		p.Who, p.Phone, err = handler(ctx, tx, p.A)
		return err
	})
	if err != nil {
		return err
	}
	if p.A.State == intake.Draft {
		return q.Go("/me/apply/" + p.A.ID)
	}
	return q.Render(done(q.Page(q.T("提交成功")), p))
}

// nexts are what comes after handing in: who, by when, whom to ring.
func (p donePage) nexts(in page.In) []string {
	var out []string
	if p.A.State == intake.Submitted && p.Who != "" && p.A.Due != "" {
		out = append(out, in.T("{0} 将在 {1} 前联系您。", p.Who, p.A.Due))
	}
	return append(out, in.T("现在不用再做什么。每走一步，我们都会发消息告诉您。"), in.T("有事打 {0}。", p.Phone))
}

// withdrawPage says what withdrawing does before it is done.
func withdrawTurn() turn[intake.WithdrawIn] {
	return turn[intake.WithdrawIn]{title: "撤回申请", draw: withdraw, next: func(d draft) string { return "/me/applications/" + d.A.ID },
		act: func(q *site.Req, in intake.WithdrawIn) error {
			_, err := site.Do(q, plan.WithdrawAct, in)
			return err
		}}
}

func showWithdraw(q *site.Req) error {
	d, err := read(q)
	if err != nil {
		return err
	}
	if !d.A.State.Can("withdraw") {
		return q.Go("/me/applications/" + d.A.ID)
	}
	return q.Render(withdraw(withdrawFrame(q, d), d, nil))
}

func withdrawFrame(q *site.Req, d draft) page.In {
	in := q.Page(q.T("撤回申请"))
	in.Back = page.Link{Href: "/me/applications/" + d.A.ID, Label: q.T("返回进度")}
	return in
}

func takeWithdraw(q *site.Req) error { return withdrawTurn().take(q) }
