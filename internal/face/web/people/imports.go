package people

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"bangfu/internal/base/fault"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/job"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/exchange/roster"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/auth"
)

const imports = "/desk/import"

// AdvanceJob is the kind of job that goes on with a long import; app registers Advance under it.
const AdvanceJob = "roster.advance"

// atOnce is how many chunks of an import one request does before it answers; the job does the rest.
const atOnce = 6

// files are the pages of the import.
type files struct {
	desk roster.Desk
}

func (f files) routes() []site.Route {
	routes := []site.Route{
		see(imports, "roster.read", f.list),
		see(imports+"-template/{kind}", "roster.read", template),
		see(imports+"/{id}", "roster.read", f.show),
		post(imports+"/{id}/go-on", "roster.import", f.goOn),
		post(imports+"/{id}/errors", "roster.import", f.errors),
	}
	both := func(path string, show, take site.Handler) {
		routes = append(routes, site.GetPost(site.Route{Pattern: imports + path, Right: "roster.import", Face: page.Desk, Do: show}, take)...)
	}
	both("/new", f.showUpload, f.upload)
	both("/{id}/columns", f.showColumns, f.match)
	both("/{id}/confirm", f.showConfirm, f.confirm)
	return append(routes,
		site.Press(imports+"/{id}/drop", page.Desk, roster.Drop, func(*site.Req, act.None) (string, string) {
			return imports, "这次导入已放弃，读进来的内容都已清除。"
		}),
		site.Press(imports+"/{id}/undo", page.Desk, f.desk.Undo(), func(q *site.Req, _ act.None) (string, string) {
			return imports + "/" + q.ID("id"), "已整体撤销，名册回到导入以前的样子。"
		}))
}

// Advance is the job's work: it goes on with an import in the name and with the rights of the person who began it. What a
// person has to hear stands on the import itself; only trouble of the house is tried again.
func Advance(desk roster.Desk) job.Func {
	return func(ctx context.Context, d *db.DB, union, id string) error {
		var who db.Actor
		err := d.View(ctx, db.System(union), func(ctx context.Context, tx *db.Tx) error {
			m, err := roster.Get(ctx, tx, id)
			if err != nil {
				return err
			}
			who, err = auth.ActorOf(ctx, tx, m.MadeBy)
			who.Via = "job"
			return err
		})
		if err == nil {
			if _, err = desk.Advance(ctx, who, id); moved(err) {
				_, err = desk.Advance(ctx, who, id)
			}
		}
		switch f := fault.Of(err); {
		case f == nil, f.Key == "fault.stale":
			return err
		case f.Kind == fault.Conflict, f.Kind == fault.Denied, f.Kind == fault.Missing, f.Kind == fault.Refused, f.Kind == fault.Invalid:
			return nil
		}
		return err
	}
}

// advance does the first chunks at once, so that a common roster is done with the answer, and leaves the rest to the job.
// Somebody else being at it already is no fault.
func (f files) advance(q *site.Req, id string) error {
	m, err := f.desk.Steps(q.R.Context(), q.Who, id, atOnce)
	if moved(err) {
		m, err = f.desk.Steps(q.R.Context(), q.Who, id, atOnce)
	}
	switch {
	case err != nil && fault.Of(err).Key == "fault.stale":
		return nil
	case err != nil:
		return err
	}
	if m.State != roster.Checking && m.State != roster.Writing {
		return nil
	}
	return q.Site.Host.DB.Update(q.R.Context(), q.Who, func(ctx context.Context, tx *db.Tx) error {
		return job.Add(ctx, tx, AdvanceJob, fmt.Sprintf("%s/%d", id, m.Version), id, tx.Now)
	})
}

// moved reports that what was checked changed before it was written: the import says so on itself and is to be checked again.
func moved(err error) bool {
	return err != nil && fault.Of(err).Kind == fault.Conflict && fault.Of(err).Key != "fault.stale"
}

func (f files) list(q *site.Req) error {
	var all []roster.Import
	if err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		all, err = roster.List(ctx, tx, 100)
		return err
	}); err != nil {
		return err
	}
	return q.Render(importsView(q.Page(q.T("名册导入")), all, q.Can("roster.import")))
}

// template is the file to fill in; it holds nobody's data.
func template(q *site.Req) error {
	kind := roster.Kind(q.ID("kind"))
	i := slices.IndexFunc(kind.Choices(), func(c form.Choice) bool { return c.Value == string(kind) })
	if i < 0 {
		return fault.New(fault.Missing, "fault.missing")
	}
	var file bytes.Buffer
	if err := roster.Template(kind, q.Lang()).Write(&file); err != nil {
		return err
	}
	return send(q, q.T("模板-{0}", q.T(kind.Choices()[i].Label))+".xlsx", file.Bytes())
}

func send(q *site.Req, name string, data []byte) error {
	h := q.W.Header()
	h.Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	h.Set("Content-Disposition", "attachment; filename*=UTF-8''"+url.PathEscape(name))
	h.Set("Cache-Control", "no-store")
	q.W.WriteHeader(http.StatusOK)
	_, err := q.W.Write(data)
	return err
}

func (f files) uploadForm(q *site.Req, v form.Values) formPage {
	fields := form.Of[roster.UploadIn]()
	if q.Union.State == "live" { // departments grow by hand from then on
		fields = slices.DeleteFunc(fields, func(f form.Field) bool { return f.Name == "make_units" })
	}
	return formPage{Cap: q.T("名册导入"), Title: q.T("选择文件"), Lead: q.T("先看结果再写入。这一步不会改动任何数据。"),
		Auto: page.Auto{Action: imports + "/new", Fields: fields, Values: v, Submit: q.T("上传并校验"), Cancel: page.Link{Href: imports, Label: q.T("返回")}}}
}

func (f files) showUpload(q *site.Req) error {
	kind := q.Query("kind")
	if kind == "" {
		kind = "workers"
	}
	p := f.uploadForm(q, form.Values{"kind": {kind}})
	return q.Render(p.draw(q.Page(p.Title)))
}

// upload reads the file. One that breaks off half way leaves nothing behind.
func (f files) upload(q *site.Req) error {
	var in roster.UploadIn
	values, err := q.Read(&in)
	id := ""
	if err == nil {
		id, err = roster.Upload(q.R.Context(), q.Site.Host, q.Call(), in)
		if err != nil && id != "" {
			_, bad := roster.Drop.Run(q.R.Context(), q.Site.Host, act.Call{Actor: q.Who}, roster.ImportID{ID: id})
			err = errors.Join(err, bad)
		}
	}
	if err == nil {
		err = f.advance(q, id)
	}
	if err == nil {
		return q.Go(imports + "/" + id)
	}
	p := f.uploadForm(q, values)
	return q.Again(err, p.draw, q.Page(p.Title))
}

// sight is one import as its page shows it.
type sight struct {
	M      roster.Import
	Bad    []roster.Line // rows not taken, the first ones
	Differ []roster.Line // rows that say something else than the house
	By     string
	Can    bool // go on with it
	Undo   bool // it is not too late
}

// shown is how many rows of each sort a page lists; the file has all.
const shown = 50

func (f files) show(q *site.Req) error {
	s, err := f.read(q)
	if err != nil {
		return err
	}
	return q.Render(importView(q.Page(q.T("名册导入")), s))
}

func (f files) read(q *site.Req) (sight, error) {
	s := sight{Can: q.Can("roster.import")}
	err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		if s.M, err = roster.Get(ctx, tx, q.ID("id")); err != nil {
			return err
		}
		s.Undo = s.M.State == roster.Live && tx.Ms() <= s.M.Until
		if s.By, err = nameOf(ctx, tx, s.M.MadeBy); err != nil {
			return err
		}
		ask := roster.LinesQuery{Outcomes: []string{"faulty", "twice"}, Limit: shown, Lang: q.Lang()}
		if s.Bad, err = roster.Lines(ctx, tx, s.M, ask); err != nil {
			return err
		}
		ask.Outcomes = []string{"changed"}
		s.Differ, err = roster.Lines(ctx, tx, s.M, ask)
		return err
	})
	return s, err
}

// goOn does some more of a long import by hand.
func (f files) goOn(q *site.Req) error {
	if err := f.advance(q, q.ID("id")); err != nil {
		return err
	}
	return q.Go(imports + "/" + q.ID("id"))
}

// errors hands the rows that were not taken back as they stood in the file.
func (f files) errors(q *site.Req) error {
	var file bytes.Buffer
	if err := roster.TakeErrors(q.R.Context(), q.Site.Host, q.Who, roster.Taking{ID: q.ID("id"), To: &file}); err != nil {
		return err
	}
	return send(q, q.T("问题行")+".xlsx", file.Bytes())
}

// columnFields asks for each item which column of the file it is.
func columnFields(q *site.Req, m roster.Import) []page.F {
	var all []page.F
	var titles []form.Choice
	for i, t := range m.Mapping.Titles {
		titles = append(titles, form.Choice{Value: fmt.Sprint(i), Label: q.T("第 {0} 列 {1}", i+1, or(t))})
	}
	for _, c := range roster.Items(m.Kind) {
		f := page.F{Name: "at-" + c.Key, Label: c.Title, Need: c.Need, Choices: titles}
		if at, ok := m.Mapping.At[c.Key]; ok {
			f.Value = fmt.Sprint(at)
		}
		all = append(all, f)
	}
	return all
}

func (f files) columnsPage(q *site.Req) (func(page.In) templ.Component, error) {
	s, err := f.read(q)
	fields := columnFields(q, s.M)
	return func(in page.In) templ.Component {
		for i := range fields {
			if v, posted := q.R.PostForm[fields[i].Name]; posted && len(v) > 0 {
				fields[i].Value = v[0]
			}
		}
		return columnsView(in, s, fields)
	}, err
}

func (f files) showColumns(q *site.Req) error {
	draw, err := f.columnsPage(q)
	if err != nil {
		return err
	}
	return q.Render(draw(q.Page(q.T("对应列"))))
}

func (f files) match(q *site.Req) error {
	values, err := form.Parse(q.R)
	in := roster.MatchIn{ID: q.ID("id")}
	for name := range values {
		if key, ok := strings.CutPrefix(name, "at-"); ok && values.Get(name) != "" {
			in.Columns = append(in.Columns, key+"="+values.Get(name))
		}
	}
	slices.Sort(in.Columns) // the same asking is the same text
	if err == nil {
		_, err = site.Do(q, roster.MatchColumns, in)
	}
	if err == nil {
		err = f.advance(q, in.ID)
	}
	if err == nil {
		return q.Go(imports + "/" + in.ID)
	}
	draw, bad := f.columnsPage(q)
	if bad != nil {
		return bad
	}
	return q.Again(err, draw, q.Page(q.T("对应列")))
}

func (f files) confirmForm(q *site.Req, s sight, v form.Values) formPage {
	fields := form.Of[roster.ConfirmIn]()
	if s.M.Faulty+s.M.Twice == 0 {
		fields = slices.DeleteFunc(fields, func(f form.Field) bool { return f.Name == "partial" })
	}
	if v == nil {
		v = form.Values{"id": {s.M.ID}, "mode": {"update"}}
	}
	return formPage{Cap: s.M.File, Title: q.T("确认导入"), Lead: q.T("可新增 {0} 行，有变化 {1} 行，有问题 {2} 行，重复 {3} 行。写入以后 24 小时内可以整体撤销。", s.M.Fresh, s.M.Changed, s.M.Faulty, s.M.Twice),
		Auto: page.Auto{Action: imports + "/" + s.M.ID + "/confirm", Fields: fields, Values: v, Submit: q.T("确认导入"),
			Cancel: page.Link{Href: imports + "/" + s.M.ID, Label: q.T("返回")}}}
}

func (f files) showConfirm(q *site.Req) error {
	s, err := f.read(q)
	if err != nil {
		return err
	}
	p := f.confirmForm(q, s, nil)
	return q.Render(p.draw(q.Page(p.Title)))
}

func (f files) confirm(q *site.Req) error {
	var in roster.ConfirmIn
	values, err := q.Read(&in)
	if err == nil {
		_, err = site.Do(q, roster.Confirm, in)
	}
	if err == nil {
		err = f.advance(q, in.ID)
	}
	if err == nil {
		return q.Go(imports + "/" + in.ID)
	}
	s, bad := f.read(q)
	if bad != nil {
		return bad
	}
	p := f.confirmForm(q, s, values)
	return q.Again(err, p.draw, q.Page(p.Title))
}
