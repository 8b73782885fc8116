package me

import (
	"context"
	"time"

	"github.com/a-h/templ"

	"bangfu/internal/base/day"
	"bangfu/internal/base/words"
	"bangfu/internal/domain/intake"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/audit"
	"bangfu/internal/office/notify"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task"
)

// entryPage is the house's door: no sign-in, what help there is, how to begin.
type entryPage struct {
	Programmes []intake.Programme
	Draft      string
	Done, All  int
}

func showEntry(q *site.Req) error {
	var p entryPage
	if q.Union.UnionID != "" {
		err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
			if p.Programmes, err = intake.Programmes(ctx, tx); err != nil || tx.Actor.Person == "" {
				return err
			}
			a, ok, err := intake.DraftOf(ctx, tx, tx.Actor.Person)
			if err != nil || !ok {
				return err
			}
			d := draft{A: a}
			if d.P, err = intake.ProgrammeOf(ctx, tx, a); err != nil {
				return err
			}
			p.Draft, p.Done, p.All = a.ID, d.done(), len(d.pages())
			return nil
		})
		if err != nil {
			return err
		}
	}
	return q.Render(entry(q.Page(q.T("有困难，找工会")), p))
}

// homePage is the worker's first page: the five sentences of what is under way, and the ways on.
type homePage struct {
	Person  bool
	Now     page.Now
	Has     bool // something is under way
	Draft   string
	Desk    bool
	Unread  int64
	Supply  string
	Waiting []task.Task
}

func showHome(q *site.Req) error {
	p := homePage{Person: q.Who.Person != "", Desk: len(q.Who.Posts) > 0}
	err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		if p.Unread, err = notify.Unread(ctx, tx); err != nil || !p.Person {
			return err
		}
		all, err := intake.OpenOf(ctx, tx, tx.Actor.Person)
		if err != nil {
			return err
		}
		for _, a := range all {
			if a.State == intake.Draft {
				p.Draft = a.ID
			}
			if a.State == intake.Returned && p.Supply == "" {
				p.Supply = a.ID
			}
			if !p.Has && a.State != intake.Draft && a.State != intake.Withdrawn {
				p.Has = true
				if p.Now, err = nowOf(ctx, tx, q, a); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return q.Render(home(q.Page(q.T("我的首页")), p))
}

// tone is the colour of a state for the worker.
func tone(s intake.State) page.Tone {
	switch s {
	case intake.Submitted:
		return page.ToneWarn
	case intake.Returned:
		return page.ToneErr
	case intake.Decided:
		return page.ToneOK
	case intake.Verifying, intake.Visiting, intake.Panel, intake.Recommended:
		return page.ToneInfo
	case intake.Draft, intake.Refused, intake.Withdrawn:
	}
	return page.Plain
}

// nowOf puts an application into the five sentences: where, what to do, who, until when, whom to ask.
func nowOf(ctx context.Context, tx *db.Tx, q *site.Req, a intake.Application) (page.Now, error) {
	who, phone, err := handler(ctx, tx, a)
	if err != nil {
		return page.Now{}, err
	}
	n := page.Now{Tone: tone(a.State), Status: a.State.Plain().Say(q.Lang()), Sentence: sentence(q, a), Who: who,
		Steps: []string{q.T("已提交"), q.T("初审"), q.T("核实"), q.T("研究"), q.T("结果")}, Step: stepOf(a),
		Buttons: []page.Button{{Label: q.T("看进度"), Href: "/me/applications/" + a.ID}}}
	if a.Due != "" {
		n.When = a.Due.Say(q.Lang())
	}
	if late := tx.Day().Sub(a.Due); a.Due.Valid() && late > 0 && a.State != intake.Returned && a.Live() {
		n.Lead = q.T("已超过 {0} 天，我们已提醒经办人。", late)
	}
	if a.State == intake.Returned {
		n.Do = q.T("补充材料")
		n.DoNote = q.T("只补工会要的，不用重填")
		n.Buttons = append([]page.Button{{Label: q.T("现在补"), Href: "/me/applications/" + a.ID + "/supply", Kind: "main"}}, n.Buttons...)
	}
	if a.State == intake.Refused {
		n.Do = q.T("看看原因和别的办法")
	}
	n.Ask, n.AskHref = phone, "tel:"+phone
	return n, nil
}

func sentence(q *site.Req, a intake.Application) string {
	switch a.State {
	case intake.Submitted:
		return q.T("您的申请正在初审")
	case intake.Returned:
		return q.T("您的申请还差材料")
	case intake.Verifying, intake.Visiting:
		return q.T("您的申请正在核实")
	case intake.Panel, intake.Recommended:
		return q.T("您的申请正在研究")
	case intake.Decided:
		return q.T("您的申请研究好了")
	case intake.Refused:
		return q.T("您的申请这次没有通过")
	case intake.Draft, intake.Withdrawn:
	}
	return q.T("您撤回了这份申请")
}

func stepOf(a intake.Application) int {
	s := a.State
	if s == intake.Returned {
		s = a.BackTo
	}
	switch s {
	case intake.Submitted:
		return 1
	case intake.Verifying, intake.Visiting:
		return 2
	case intake.Panel, intake.Recommended:
		return 3
	case intake.Decided, intake.Refused:
		return 4
	case intake.Draft, intake.Returned, intake.Withdrawn:
	}
	return 0
}

// handler says who has an application now, and the number to ring: the holder's own, else the union's.
func handler(ctx context.Context, tx *db.Tx, a intake.Application) (who, phone string, err error) {
	u, err := org.Info(ctx, tx)
	if err != nil {
		return "", "", err
	}
	if phone = u.Phone; phone == "" {
		if phone, err = org.Setting(ctx, tx, "help.phone"); err != nil {
			return "", "", err
		}
	}
	turns, err := task.Of(ctx, tx, a.ID)
	if err != nil {
		return "", "", err
	}
	for _, t := range turns {
		for _, h := range t.Holders {
			if who == "" {
				who = h.Name
			}
			if h.Phone != "" {
				phone = h.Phone
			}
		}
	}
	return who, phone, nil
}

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
			in.ID = q.ID("id")
			_, err := site.Do(q, intake.Withdraw, in)
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

// messagesPage lists what the worker was told.
type messagesPage struct {
	All    []notify.Message
	Unread int64
}

func showMessages(q *site.Req) error {
	var p messagesPage
	err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		if p.All, err = notify.Inbox(ctx, tx, ""); err != nil {
			return err
		}
		p.Unread, err = notify.Unread(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	in := q.Page(q.T("消息"))
	in.Back = page.Link{Href: "/me", Label: q.T("返回首页")}
	return q.Render(messages(in, p))
}

// filePage is what is held about the worker, who looked at it, and the consents given (W7).
type filePage struct {
	W        person.Worker
	Unit     string
	Home     person.Home
	Members  []person.Member
	Looks    []look
	Consents []intake.Consent
	Apps     []intake.Application
}

// look is one look at, or change of, the worker's data.
type look struct {
	At             day.Day
	Who, What, Why string
}

func showFile(q *site.Req) error {
	var p filePage
	err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		if p.W, err = person.Get(ctx, tx, tx.Actor.Person); err != nil {
			return err
		}
		u, err := org.UnitOf(ctx, tx, p.W.UnitID)
		if err != nil {
			return err
		}
		p.Unit = u.Name
		if p.Home, err = person.Household(ctx, tx, p.W.HouseholdID); err != nil {
			return err
		}
		p.Members = p.Home.SeenBy(p.W.ID)
		if p.Consents, err = intake.ConsentsOf(ctx, tx, p.W.ID); err != nil {
			return err
		}
		if p.Apps, err = intake.OpenOf(ctx, tx, p.W.ID); err != nil {
			return err
		}
		p.Looks, err = looks(ctx, tx, q)
		return err
	})
	if err != nil {
		return err
	}
	in := q.Page(q.T("我的档案"))
	in.Back = page.Link{Href: "/me", Label: q.T("返回首页")}
	return q.Render(file(in, p))
}

// looks gives the newest entries of others about the worker: who, what, when and why. One's own acts are left out.
func looks(ctx context.Context, tx *db.Tx, q *site.Req) ([]look, error) {
	entries, err := audit.About(ctx, tx, tx.Actor.Person, 100)
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	var out []look
	for _, e := range entries {
		if e.Actor == tx.Actor.User || e.Outcome != "done" {
			continue
		}
		if _, ok := names[e.Actor]; !ok {
			if u, err := org.UserByID(ctx, tx, e.Actor); err == nil {
				names[e.Actor] = u.Name
			} else {
				names[e.Actor] = q.T("系统")
			}
		}
		what := q.T("办理您的事")
		if e.Act == "audit.look" {
			what = q.T("查看了保密信息")
		}
		out = append(out, look{day.Of(time.UnixMilli(e.At)), names[e.Actor], what, e.Reason})
	}
	return out, nil
}

// relativePage is what an adult relative sees by a link: who asks, for what, and two answers.
type relativePage struct {
	Name, Worker, Unit string
	Token              string
	Values             form.Values
	Done               bool
}

func relativeActor(q *site.Req) db.Actor {
	return db.Actor{Union: q.ID("union"), User: "public", Via: "web"}
}

func readRelative(q *site.Req) (relativePage, error) {
	p := relativePage{Token: q.ID("token")}
	err := q.Site.Host.See(q.R.Context(), relativeActor(q), site.Open, func(ctx context.Context, tx *db.Tx) error {
		a, m, err := intake.Linked(ctx, tx, p.Token)
		if err != nil {
			return err
		}
		w, err := person.Get(ctx, tx, a.PersonID)
		if err != nil {
			return err
		}
		u, err := org.Info(ctx, tx)
		p.Name, p.Worker, p.Unit = m.Name, w.Name, u.Name
		return err
	})
	return p, err
}

func showRelative(q *site.Req) error {
	p, err := readRelative(q)
	if err != nil {
		return err
	}
	return q.Render(relative(q.Page(q.T("家人同意")), p))
}

func takeRelative(q *site.Req) error {
	p, err := readRelative(q)
	if err != nil {
		return err
	}
	var in intake.RelativeConsentIn
	values, err := q.Read(&in)
	if err == nil || in.Answer != "" && in.Name != "" {
		in.Token = p.Token
		call := q.Call()
		call.Actor = relativeActor(q)
		_, err = intake.RelativeConsent.Run(q.R.Context(), q.Site.Host, call, in)
	}
	if err != nil {
		p.Values = values
		return q.Again(err, func(f page.In) templ.Component { return relative(f, p) }, q.Page(q.T("家人同意")))
	}
	p.Done = true
	return q.Render(relative(q.Page(q.T("家人同意")), p))
}
