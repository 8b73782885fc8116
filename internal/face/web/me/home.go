package me

import (
	"context"

	"bangfu/internal/domain/intake"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/notify"
	"bangfu/internal/office/org"
	"bangfu/internal/office/survey"
	"bangfu/internal/office/task"
	"bangfu/internal/programme/lending"
	"bangfu/internal/programme/mutual"
)

// entryPage is the house's door for whoever is not signed in: what help there is, how to begin.
type entryPage struct{ Programmes []intake.Programme }

func showEntry(q *site.Req) error {
	switch {
	case q.SignedIn() && len(q.Who.Posts) > 0:
		return q.Go("/desk")
	case q.SignedIn():
		return q.Go("/me")
	}
	var p entryPage
	if q.Union.UnionID == "" {
		empty, err := unfounded(q)
		if err != nil {
			return err
		}
		if empty {
			return q.Render(unready(q.Page(q.T("帮扶系统还没有装好"))))
		}
	}
	if q.Union.UnionID != "" {
		err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
			p.Programmes, err = intake.Programmes(ctx, tx)
			return err
		})
		if err != nil {
			return err
		}
	}
	return q.Render(entry(q.Page(q.T("有困难，找工会")), p))
}

// unfounded reports that no union has been set up here.
func unfounded(q *site.Req) (none bool, err error) {
	err = q.Site.Host.DB.View(q.R.Context(), db.System("none"), func(ctx context.Context, tx *db.Tx) error {
		all, err := org.All(ctx, tx)
		none = len(all) == 0
		return err
	})
	return none, err
}

// homePage is the worker's first page: the five sentences of what is under way, and the ways on.
type homePage struct {
	Person  bool
	Now     page.Now
	Has     bool // something is under way
	Draft   string
	Desk    bool
	Unread  int64
	Surveys int64 // that wait for an answer
	Supply  string
	Mutual  bool // the union has a mutual fund
	Loans   bool // the union lends
	Waiting []task.Task
}

func showHome(q *site.Req) error {
	p := homePage{Person: q.Who.Person != "", Desk: len(q.Who.Posts) > 0}
	err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		if p.Unread, err = notify.Unread(ctx, tx); err != nil || !p.Person {
			return err
		}
		if p.Surveys, err = survey.Waiting(ctx, tx); err != nil {
			return err
		}
		if _, p.Mutual, err = mutual.SchemeOf(ctx, tx); err != nil {
			return err
		}
		offers, err := lending.Offers(ctx, tx)
		if err != nil {
			return err
		}
		p.Loans = len(offers) > 0
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
