package me

import (
	"context"
	"fmt"

	"github.com/a-h/templ"

	"bangfu/internal/domain/intake"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
)

// startPage chooses the kind of help; a draft that waits is offered first.
type startPage struct {
	Programmes []intake.Programme
	Draft      string
	Values     form.Values
}

func readStart(q *site.Req) (p startPage, err error) {
	err = q.See(func(ctx context.Context, tx *db.Tx) error {
		if p.Programmes, err = intake.Programmes(ctx, tx); err != nil {
			return err
		}
		a, ok, err := intake.DraftOf(ctx, tx, tx.Actor.Person)
		if ok {
			p.Draft = a.ID
			p.Values = form.Values{"programme": {a.Programme}}
		}
		return err
	})
	return p, err
}

func showStart(q *site.Req) error {
	p, err := readStart(q)
	if err != nil {
		return err
	}
	if want := q.Query("programme"); want != "" {
		p.Values = form.Values{"programme": {want}}
	}
	return q.Render(start(startFrame(q), p))
}

func startFrame(q *site.Req) page.In {
	in := q.Page(q.T("申请帮扶"))
	in.Back = page.Link{Href: "/me", Label: q.T("返回首页")}
	return in
}

func takeStart(q *site.Req) error {
	var in intake.StartIn
	values, err := q.Read(&in)
	if err == nil && len(values["programme"]) == 0 {
		err = choose("programme")
	}
	if in.Programme == unsure {
		in.Programme = ""
	}
	var out intake.Ref
	if err == nil {
		out, err = site.Do(q, intake.Start, in)
	}
	if err != nil {
		p, rerr := readStart(q)
		if rerr != nil {
			return rerr
		}
		p.Values = values
		return q.Again(err, func(f page.In) templ.Component { return start(f, p) }, startFrame(q))
	}
	return q.Go("/me/apply/" + out.ID)
}

// unsure is the choice "I do not know yet": an empty value would be no choice at all.
const unsure = "?"

func showTasks(q *site.Req) error {
	d, err := read(q)
	if err != nil {
		return err
	}
	if d.A.State != intake.Draft {
		return q.Go("/me/applications/" + d.A.ID)
	}
	if to := d.consented(); to != "" {
		return q.Go(d.path(to))
	}
	in := d.frame(q, "申请帮扶")
	in.Back = page.Link{Href: "/me", Label: q.T("返回首页")}
	return q.Render(tasks(in, d))
}

// taskList is the spine: every page with its state, the first unfinished one to do now.
func (d draft) taskList(in page.In) []page.Task {
	var out []page.Task
	found := false
	for _, name := range d.pages() {
		t := page.Task{Href: d.path(name), Label: intake.PageName(name).Say(in.Lang), Note: d.noteOf(in, name), State: "todo"}
		switch {
		case d.A.Has(name):
			t.State = "done"
		case name == "card":
			t.State = "later"
		case !found:
			t.Next, found = true, true
		}
		out = append(out, t)
	}
	return out
}

// noteOf is the small line under a task: what was answered, or how long it takes.
func (d draft) noteOf(in page.In, name string) string {
	done := d.A.Has(name)
	switch name {
	case "self":
		if done {
			return in.T("名册里的信息，您已确认")
		}
		return in.T("名册里有，看看对不对")
	case "family":
		if done {
			return in.T("{0} 口人", len(d.Family))
		}
		return in.T("一个人一张卡片")
	case "cause":
		if done {
			return d.A.Cause.Say(in.Lang)
		}
		return in.T("选一项就行")
	case "ask":
		return in.T("{0} 个问题", len(d.P.Questions(d.A.Cause, ""))+min(len(d.P.About), 1))
	case "money":
		return in.T("约 2 分钟，大概数就行")
	case "papers":
		return in.T("要拍 {0} 样，可以分几次", d.needed())
	case "card":
		return in.T("审批通过后再填也行")
	}
	return ""
}

// needed counts the papers that must be handed in or spoken for.
func (d draft) needed() int {
	n := 0
	for _, p := range d.P.Papers(d.A.Cause) {
		if !p.Optional {
			n++
		}
	}
	return n
}

// nextTask is the big button of the list.
func (d draft) nextTask(in page.In) page.Button {
	for _, t := range d.taskList(in) {
		if t.Next {
			return page.Button{Label: in.T("继续填：{0}", t.Label), Href: t.Href, Kind: "main"}
		}
	}
	return page.Button{Label: in.T("检查并提交"), Href: d.path("check"), Kind: "main"}
}

// turn is a page of the draft: how it is shown, by what input it is taken.
type turn[In any] struct {
	title string
	draw  func(page.In, draft, form.Values) templ.Component
	first func(draft) form.Values
	act   func(*site.Req, In) error
	next  func(draft) string
}

func (t turn[In]) show(q *site.Req) error {
	d, err := read(q)
	if err != nil {
		return err
	}
	if d.A.State != intake.Draft {
		return q.Go("/me/applications/" + d.A.ID)
	}
	var v form.Values
	if t.first != nil {
		v = t.first(d)
	}
	return q.Render(t.draw(d.frame(q, t.title), d, v))
}

// take reads and does; what was typed wrongly comes back as it was typed.
func (t turn[In]) take(q *site.Req) error {
	var in In
	values, err := posted(q, &in)
	if err == nil {
		err = t.act(q, in)
	}
	d, rerr := read(q)
	if rerr != nil {
		return rerr
	}
	if err != nil {
		return q.Again(err, func(f page.In) templ.Component { return t.draw(f, d, values) }, d.frame(q, t.title))
	}
	return q.Go(t.next(d))
}

// posted reads a form whose application is named by the address, so that no form carries it.
func posted(q *site.Req, into any) (form.Values, error) {
	if _, err := form.Parse(q.R); err != nil {
		return nil, err
	}
	q.R.PostForm.Set("id", q.ID("id"))
	return q.Read(into)
}

func consentTurn(separate bool) turn[intake.ConsentIn] {
	t := turn[intake.ConsentIn]{title: "告知与同意", draw: notice, next: func(d draft) string { return d.path("separate") },
		act: func(q *site.Req, in intake.ConsentIn) error {
			in.Separate = separate
			_, err := site.Do(q, intake.Give, in)
			return err
		}}
	if separate {
		t.title, t.draw, t.next = "单独同意", separateConsent, func(d draft) string { return d.path("") }
	}
	return t
}

func showNotice(q *site.Req) error   { return consentTurn(false).show(q) }
func takeNotice(q *site.Req) error   { return consentTurn(false).take(q) }
func showSeparate(q *site.Req) error { return consentTurn(true).show(q) }
func takeSeparate(q *site.Req) error { return consentTurn(true).take(q) }

func selfTurn() turn[intake.SelfIn] {
	return turn[intake.SelfIn]{title: "本人信息", draw: self, next: func(d draft) string { return d.next("self") },
		first: func(d draft) form.Values { return form.Values{"wrong": {d.A.RosterNote}} },
		act: func(q *site.Req, in intake.SelfIn) error {
			_, err := site.Do(q, intake.Self, in)
			return err
		}}
}

func showSelf(q *site.Req) error { return selfTurn().show(q) }
func takeSelf(q *site.Req) error { return selfTurn().take(q) }

func causeTurn() turn[intake.CauseIn] {
	return turn[intake.CauseIn]{title: "困难情况", draw: cause, next: func(d draft) string { return d.next("cause") },
		first: func(d draft) form.Values {
			v := form.Values{"cause": {string(d.A.Cause)}, "story": {d.Story}}
			for _, c := range d.A.Further() {
				v["others"] = append(v["others"], string(c))
			}
			return v
		},
		act: func(q *site.Req, in intake.CauseIn) error {
			_, err := site.Do(q, intake.SetCause, in)
			return err
		}}
}

func showCause(q *site.Req) error { return causeTurn().show(q) }
func takeCause(q *site.Req) error { return causeTurn().take(q) }

func cardTurn() turn[intake.CardIn] {
	return turn[intake.CardIn]{title: "收款账户", draw: card, next: func(d draft) string { return d.next("card") },
		act: func(q *site.Req, in intake.CardIn) error {
			_, err := site.Do(q, intake.SetCard, in)
			return err
		}}
}

func showCard(q *site.Req) error { return cardTurn().show(q) }
func takeCard(q *site.Req) error { return cardTurn().take(q) }

func signTurn() turn[intake.SubmitIn] {
	return turn[intake.SubmitIn]{title: "承诺和签名", draw: sign, next: func(d draft) string { return fmt.Sprintf("/me/applications/%s/done", d.A.ID) },
		act: func(q *site.Req, in intake.SubmitIn) error {
			_, err := site.Do(q, intake.Submit, in)
			return err
		}}
}

func showSign(q *site.Req) error { return signTurn().show(q) }
func takeSign(q *site.Req) error { return signTurn().take(q) }
