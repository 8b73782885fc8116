package me

import (
	"context"
	"slices"
	"strings"

	"bangfu/internal/base/money"
	"bangfu/internal/domain/intake"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/org"
)

type noAnswer = act.None

// draft is an application with all that its pages show, read in one picture of the data.
type draft struct {
	A        intake.Application
	P        intake.Programme
	W        person.Worker
	Unit     string
	Family   []intake.Relative
	Answers  intake.Answers
	Papers   []intake.Paper
	Consents []intake.Consent
	Story    string
	Mine     bool
	From     string // "check": the page came from the summary and goes back there
}

// read gives the application of the address, held to the reader's right.
func read(q *site.Req) (draft, error) {
	d := draft{From: q.Query("from")}
	err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		if d.A, err = intake.Reached(ctx, tx, "intake.fill", q.ID("id")); err != nil {
			return err
		}
		d.Mine = d.A.PersonID == tx.Actor.Person
		if d.writer(tx) {
			d.Story, err = intake.Story(ctx, tx, d.A.ID)
		} else {
			err = auth.Reach(tx, "intake.see", d.A.UnitPath, "")
		}
		if err != nil {
			return err
		}
		return d.load(ctx, tx)
	})
	return d, err
}

// writer reports whether the reader wrote what the pages show: the worker, or who fills it in for them. Once it is handed in,
// others come here only to add papers, and read the story where reading it is a look.
func (d *draft) writer(tx *db.Tx) bool { return d.Mine || d.A.FiledBy == tx.Actor.User }

func (d *draft) load(ctx context.Context, tx *db.Tx) (err error) {
	if d.P, err = intake.ProgrammeOf(ctx, tx, d.A); err != nil {
		return err
	}
	if d.W, err = person.Get(ctx, tx, d.A.PersonID); err != nil {
		return err
	}
	u, err := org.UnitOf(ctx, tx, d.W.UnitID)
	if err != nil {
		return err
	}
	d.Unit = u.Name
	if d.Family, err = intake.Family(ctx, tx, d.A.ID, false); err != nil {
		return err
	}
	if d.Answers, err = intake.AnswersOf(ctx, tx, d.A.ID); err != nil {
		return err
	}
	if d.Papers, err = intake.Papers(ctx, tx, d.A.ID); err != nil {
		return err
	}
	d.Consents, err = intake.Consents(ctx, tx, d.A.ID)
	return err
}

// path is the address of a page of the draft; a page that came from the summary goes back to it.
func (d draft) path(name string) string {
	to := "/me/apply/" + d.A.ID
	if name != "" {
		to += "/" + name
	}
	return to
}

// way is path with the way back to the summary kept.
func (d draft) way(name string) string {
	if d.From == "check" {
		return d.path(name) + "?from=check"
	}
	return d.path(name)
}

// frame gives the page's frame, with the banner of acting for another.
func (d draft) frame(q *site.Req, title string) page.In {
	in := q.Page(q.T(title))
	in.Module = q.T("申请帮扶")
	in.Back = page.Link{Href: d.path(""), Label: q.T("返回任务清单")}
	if d.From == "check" {
		in.Back = page.Link{Href: d.path("check"), Label: q.T("返回检查")}
	}
	if !d.Mine && d.A.ID != "" {
		in.ActingFor = d.W.Name
	}
	if q.Query("per") == "1" {
		if per, err := intake.PerHead(d.Family, d.Answers); err == nil && per.Known {
			in.Flash = page.Flash{Tone: page.ToneInfo, Text: q.T("全家 {0} 口人，每月人均约 {1} 元", per.Heads, whole(per.PerHead))}
		}
	}
	return in
}

// whole says an amount without its cents where there are none.
func whole(a money.Amount) string { return strings.TrimSuffix(a.String(), ".00") }

// pages lists the pages of this draft in order.
func (d draft) pages() []string { return d.P.Pages(d.A.Cause) }

// next gives where to go when a page is done: back to the summary, else to the first page not yet done, else to the summary.
func (d draft) next(after string) string {
	if d.From == "check" {
		return d.path("check")
	}
	all := d.pages()
	at := slices.Index(all, after)
	for _, name := range append(slices.Clone(all[at+1:]), all[:max(at, 0)]...) {
		if !d.A.Has(name) && name != after {
			return d.path(name)
		}
	}
	return d.path("check")
}

// done counts the pages that are finished.
func (d draft) done() int {
	n := 0
	for _, name := range d.pages() {
		if d.A.Has(name) {
			n++
		}
	}
	return n
}

// ready reports whether all but the account is done.
func (d draft) ready() bool {
	return !slices.ContainsFunc(d.pages(), func(name string) bool { return name != "card" && !d.A.Has(name) })
}

// consented says which page of consents is still to be read: "notice", "separate" or none.
func (d draft) consented() string {
	switch {
	case !intake.Agreed(d.Consents, intake.ForNotice):
		return "notice"
	case !intake.Asked(d.Consents, intake.ForHealth):
		return "separate"
	}
	return ""
}

// member finds one of the family.
func (d draft) member(id string) (intake.Relative, bool) {
	i := slices.IndexFunc(d.Family, func(m intake.Relative) bool { return m.ID == id })
	if i < 0 {
		return intake.Relative{}, false
	}
	return d.Family[i], true
}

// of gives the papers handed in under a code.
func (d draft) of(code string) []intake.Paper {
	var out []intake.Paper
	for _, p := range d.Papers {
		if p.Code == code {
			out = append(out, p)
		}
	}
	return out
}

// missing gives the first paper of which nothing was said yet; optional ones never count.
func (d draft) missing() (intake.Proof, bool) {
	for _, p := range d.P.Papers(d.A.Cause) {
		if !p.Optional && !intake.Handed(d.Papers, p.Code) {
			return p, true
		}
	}
	return intake.Proof{}, false
}
