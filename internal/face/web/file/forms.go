package file

import (
	"context"

	"github.com/a-h/templ"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/words"
	"bangfu/internal/domain/casefile"
	"bangfu/internal/domain/effect"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/org"
)

// fileForm is a page that is one form of one act on a file.
type fileForm struct {
	path, right   string
	title, submit words.Key
	fields        []form.Field
	values        opening
	run           func(q *site.Req) (form.Values, error)
	late          bool // somebody changed the file after the form was opened
}

// opening gives what a form shows when it opens; nil opens it empty.
type opening func(ctx context.Context, tx *db.Tx, f casefile.File) (form.Values, error)

// formOf makes the page of an act: its title and the words of its button in say.
func formOf[In, Out any](a act.Act[In, Out], path string, say [2]words.Key, values opening) fileForm {
	_, _, right := a.About()
	f := fileForm{path: path, right: right, title: say[0], submit: say[1], fields: form.Of[In](), values: values}
	f.run = func(q *site.Req) (form.Values, error) {
		var in In
		given, err := q.Read(&in)
		if err == nil {
			_, err = site.Do(q, a, in)
		}
		return given, err
	}
	return f
}

// formPage is what a form's page shows: whose file it is, and the form.
type formPage struct {
	File   casefile.File
	Name   string
	Title  string
	Notes  []string
	Before page.List // figures before and after, for a conclusion
	Auto   page.Auto
}

func (f fileForm) show(q *site.Req) error {
	draw, err := f.draw(q, nil)
	if err != nil {
		return err
	}
	return q.Render(draw(q.Page(f.title.Say(q.Lang()))))
}

func (f fileForm) take(q *site.Req) error {
	values, err := f.run(q)
	if err == nil {
		return q.Done(files+"/"+q.ID("id"), "已保存。")
	}
	f.late = fault.Is(err, "fault.stale")
	draw, bad := f.draw(q, values)
	if bad != nil {
		return bad
	}
	return q.Again(err, draw, q.Page(f.title.Say(q.Lang())))
}

// draw reads the file anew, so that a form that comes back stands on what is true now.
func (f fileForm) draw(q *site.Req, given form.Values) (func(page.In) templ.Component, error) {
	p := formPage{Title: f.title.Say(q.Lang())}
	err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		if p.File, err = f.file(ctx, tx, q); err != nil {
			return err
		}
		w, err := person.Get(ctx, tx, p.File.PersonID)
		if err != nil {
			return err
		}
		p.Name = w.Name
		values := form.Values{"id": {p.File.ID}}
		if f.values != nil {
			if values, err = f.values(ctx, tx, p.File); err != nil {
				return err
			}
		}
		now := values
		if given != nil {
			values = given
		}
		fields, err := f.choose(ctx, tx)
		if err != nil {
			return err
		}
		p.Auto = page.Auto{Action: files + "/" + p.File.ID + f.path, Fields: fields, Values: values, Submit: f.submit.Say(q.Lang()),
			Cancel: page.Link{Href: files + "/" + p.File.ID, Label: q.T("返回档案")}}
		if f.late {
			p.Auto = p.Auto.Against(now)
		}
		return p.complete(ctx, tx, q, f)
	})
	return func(in page.In) templ.Component { return formView(in, p) }, err
}

// file reaches the file by the form's right. Whoever is to take a file that is handed over is not in its unit yet.
func (f fileForm) file(ctx context.Context, tx *db.Tx, q *site.Req) (casefile.File, error) {
	if f.path == "/receive" {
		return casefile.Arriving(ctx, tx, q.ID("id"))
	}
	return casefile.Reached(ctx, tx, f.right, q.ID("id"))
}

// choose puts the union's own people and units into the fields that pick from them.
func (f fileForm) choose(ctx context.Context, tx *db.Tx) ([]form.Field, error) {
	fields := f.fields
	if _, ok := form.Name(fields, "user_id"); ok {
		all, err := org.Users(ctx, tx)
		if err != nil {
			return nil, err
		}
		var choices []form.Choice
		for _, u := range all {
			if u.Status == "active" {
				choices = append(choices, form.Choice{Value: u.ID, Label: u.Name})
			}
		}
		fields = form.With(fields, "user_id", choices)
	}
	if _, ok := form.Name(fields, "to_unit"); ok {
		units, err := org.Units(ctx, tx)
		if err != nil {
			return nil, err
		}
		fields = form.With(fields, "to_unit", append([]form.Choice{{Label: "—"}}, org.UnitChoices(units)...))
	}
	return fields, nil
}

// complete says above the form what one has to know to fill it in.
func (p *formPage) complete(ctx context.Context, tx *db.Tx, q *site.Req, f fileForm) error {
	switch f.path {
	case "/exit":
		p.Notes = append(p.Notes, q.T("选“脱困”的，家庭人均收入要连续 6 个月高于标准。结果会告诉本人，本人可以再申请。"), q.T("档案从今天起保存 10 年。"))
	case "/transfer":
		p.Notes = append(p.Notes, q.T("对方接收以前，档案仍由原来的部门负责。"))
	case "/receive":
		all, err := casefile.Handings(ctx, tx, p.File.ID)
		if err != nil {
			return err
		}
		if len(all) > 0 && all[0].Answer == "" {
			p.Notes = append(p.Notes, q.T("转往 {0}，原因：{1}", p.File.Transit, all[0].Reason))
		}
	case "/watch":
		w, err := openWatch(ctx, tx, p.File.ID)
		if err != nil {
			return err
		}
		p.Before, _, err = compared(q.Page(""), w)
		return err
	}
	return nil
}

func amendValues(_ context.Context, _ *db.Tx, f casefile.File) (form.Values, error) {
	return form.Show(casefile.AmendIn{ID: f.ID, Version: f.Version, Cause: f.Cause, Others: f.Further(), Degree: f.Degree, Level: f.Level, Need: f.Need}), nil
}

// openWatch gives the watch that runs. Fault: Missing when none does.
func openWatch(ctx context.Context, tx *db.Tx, fileID string) (effect.Watch, error) {
	all, err := effect.OfFile(ctx, tx, fileID)
	if err != nil {
		return effect.Watch{}, err
	}
	for _, w := range all {
		if w.State == "open" {
			return w, nil
		}
	}
	return effect.Get(ctx, tx, "")
}

// watchValues opens the conclusion with what the figures say, for a person to agree or not.
func watchValues(ctx context.Context, tx *db.Tx, f casefile.File) (form.Values, error) {
	w, err := openWatch(ctx, tx, f.ID)
	if err != nil {
		return nil, err
	}
	before, err := w.Before()
	if err != nil {
		return nil, err
	}
	after, _, err := w.After()
	return form.Show(effect.CloseIn{ID: w.ID, Result: effect.Overall(effect.Compare(before, after)), Next: w.NextStep}), err
}
