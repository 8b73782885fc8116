package site

import (
	"context"

	"github.com/a-h/templ"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/words"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
)

// FormPage is a page that is one form: what it is about, what to know before, the fields.
type FormPage struct {
	Cap, Title, Lead string
	About            []page.Pair
	Warn             string
	Known            page.List // what is on record already; drawn when it has a caption
	Auto             page.Auto
}

// Form is the page of one act: how it opens, and what its post does. Run gives the values as typed, and where to
// go with which green line; without a place to go it has answered itself.
type Form struct {
	Path, Right string
	Face        page.Face // "" is the desk
	Open        func(ctx context.Context, tx *db.Tx, q *Req) (FormPage, error)
	Run         func(q *Req) (given form.Values, to, line string, err error)
}

// Routes shows the form at its path and takes what is posted there.
func (f Form) Routes() []Route {
	if f.Face == "" {
		f.Face = page.Desk
	}
	return GetPost(Route{Pattern: f.Path, Right: f.Right, Face: f.Face, Do: f.show}, f.take)
}

// Look names one sealed text that the act of looking can open, and what the fold that asks for the reason is called.
type Look struct{ Kind, ID, Field, Label string }

// Runs makes what a form's post does of an act: next says where to go then, with which line.
func Runs[In, Out any](a act.Act[In, Out], next func(Out) (to, line string)) func(*Req) (form.Values, string, string, error) {
	return func(q *Req) (form.Values, string, string, error) {
		var in In
		given, err := q.Read(&in)
		if err != nil {
			return given, "", "", err
		}
		out, err := Do(q, a, in)
		if err != nil {
			return given, "", "", err
		}
		to, line := next(out)
		return given, to, line, nil
	}
}

func (f Form) show(q *Req) error {
	p, err := f.open(q)
	if err != nil {
		return err
	}
	return q.Render(formPage(q.Page(p.Title), p))
}

func (f Form) take(q *Req) error {
	given, to, line, err := f.Run(q)
	switch {
	case err == nil && to == "":
		return nil
	case err == nil:
		return q.Done(to, line)
	}
	p, bad := f.open(q)
	if bad != nil {
		return bad
	}
	now := p.Auto.Values
	if p.Auto.Values = given; fault.Is(err, "fault.stale") {
		p.Auto = p.Auto.Against(now)
	}
	return q.Again(err, func(in page.In) templ.Component { return formPage(in, p) }, q.Page(p.Title))
}

func (f Form) open(q *Req) (p FormPage, err error) {
	err = q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		p, err = f.Open(ctx, tx, q)
		return err
	})
	p.Auto.Action = q.R.URL.Path
	return p, err
}

// retry draws the form of a button once more, with what was typed and what is wrong with it: the page it stood on is about
// something else. A fault that no field of it can mend comes back.
func (q *Req) retry(err error, title words.Key, fields []form.Field, typed form.Values) error {
	f := fault.Of(err)
	if f == nil || f.Kind != fault.Invalid || len(f.Parts) == 0 {
		return err
	}
	for _, part := range f.Parts {
		if d, ok := form.Name(fields, part.Field); !ok || d.Kind == form.Hidden || d.Kind == form.Pick && len(d.Choices) == 0 {
			return err
		}
	}
	auto := page.Auto{Action: q.R.URL.Path, Fields: fields, Values: typed, Version: typed.Get(form.VersionName), Submit: q.T(string(title))}
	p := FormPage{Title: q.T(string(title)), Auto: auto}
	return q.Again(err, func(in page.In) templ.Component { return formPage(in, p) }, q.Page(p.Title))
}
