package standards

import (
	"cmp"
	"context"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/domain/household"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
)

func itoa(n int) string { return strconv.Itoa(n) }

// writeRoutes are the pages on which an officer writes a standard without its text: a start from a shape or a copy, its lists
// row by row with conditions from pick lists, and the worked families kept with it.
func writeRoutes() []site.Route {
	const right, one = "standard.draft", home + "/{code}/{version}"
	routes := site.GetPost(site.Route{Pattern: home + "/new", Right: right, Face: page.Desk, Do: showNew}, takeNew)
	routes = append(routes, site.Route{Pattern: "GET " + one + "/write", Right: right, Face: page.Desk, Do: showWrite})
	routes = append(routes, site.GetPost(site.Route{Pattern: one + "/head", Right: right, Face: page.Desk, Do: showHead}, takeHead)...)
	routes = append(routes, site.GetPost(site.Route{Pattern: one + "/row", Right: right, Face: page.Desk, Do: showRow}, takeRow)...)
	routes = append(routes, site.GetPost(site.Route{Pattern: one + "/family", Right: right, Face: page.Desk, Do: showFamily}, takeFamily)...)
	move := func(path string, do func(body, list string, at int) (string, error), line string) {
		routes = append(routes, site.Route{Pattern: "POST " + one + path, Right: right, Face: page.Desk, Do: moves(do, line)})
	}
	move("/row/drop", standard.DropRow, "已删去。")
	move("/row/raise", standard.RaiseRow, "已上移。")
	return append(routes, site.Route{Pattern: "POST " + one + "/family/drop", Right: right, Face: page.Desk, Do: dropFamily})
}

// newForm is how a new standard begins.
type newForm struct {
	Zh     string `form:"name_zh" label:"名称" hint:"例如：2027 年冬季补助" need:"true" max:"40"`
	Shape  string `form:"shape" label:"像哪一种" kind:"choice" hint:"先给您一份完整的样子，再逐条改" need:"true" max:"100"`
	Source string `form:"source" label:"依据的文件" hint:"文件名称和文号" max:"200"`
	Issuer string `form:"issuer" label:"发布单位" max:"60"`
	Code   string `form:"code" label:"代码" hint:"小写字母、数字和下划线，例如 winter_2027；以后不能改" need:"true" max:"40"`
	En     string `form:"name_en" label:"英文名称" max:"80"`
}

const copyOf = "copy:" // before the code and version of a kept standard among the shapes

func newAuto(q *site.Req, v form.Values) (page.Auto, error) {
	shapes, err := standard.Shapes()
	if err != nil {
		return page.Auto{}, err
	}
	var all []form.Choice
	for _, s := range shapes {
		all = append(all, form.Choice{Value: s.Code, Label: s.Name.Say(q.Lang()) + q.T("：{0}", s.Says.Say(q.Lang()))})
	}
	err = q.See(func(ctx context.Context, tx *db.Tx) error {
		kept, err := standard.Versions(ctx, tx, "")
		for _, k := range kept {
			all = append(all, form.Choice{Value: copyOf + k.Code + "/" + strconv.FormatInt(k.Version, 10), Label: q.T("照抄：{0}第 {1} 版", k.Name(), k.Version)})
		}
		return err
	})
	return page.Auto{Action: home + "/new", Fields: form.With(form.Of[newForm](), "shape", all), Values: v, Submit: q.T("开始写"), Cancel: page.Link{Href: home, Label: q.T("返回")}}, err
}

func showNew(q *site.Req) error {
	a, err := newAuto(q, form.Values{})
	if err != nil {
		return err
	}
	return q.Render(newView(q.Page(q.T("写新标准")), a))
}

func takeNew(q *site.Req) error {
	var in newForm
	values, err := q.Read(&in)
	var v standard.Version
	if err == nil {
		v, err = begun(q, in)
	}
	if err == nil {
		return q.Done(address(v)+"/write", "草稿已开好，请逐条改成您文件里的规定。")
	}
	a, bad := newAuto(q, values)
	if bad != nil {
		return bad
	}
	return q.Again(err, func(in page.In) templ.Component { return newView(in, a) }, q.Page(q.T("写新标准")))
}

func begun(q *site.Req, in newForm) (standard.Version, error) {
	start := standard.Start{Code: in.Code, Name: standard.Text{Zh: in.Zh, En: in.En}, Source: in.Source, Issue: in.Issuer}
	body, copied := "", ""
	err := q.See(func(ctx context.Context, tx *db.Tx) error {
		if have, err := standard.Versions(ctx, tx, in.Code); err != nil || len(have) > 0 {
			return cmp.Or(err, error(fault.New(fault.Conflict, "standard.code_taken", in.Code).At("code")))
		}
		var ok bool
		if copied, ok = strings.CutPrefix(in.Shape, copyOf); !ok {
			return nil
		}
		code, version, _ := strings.Cut(copied, "/")
		n, _ := strconv.ParseInt(version, 10, 64) // no number is no version
		v, err := standard.VersionOf(ctx, tx, code, n)
		body = v.Body
		return err
	})
	if err != nil {
		return standard.Version{}, err
	}
	if body == "" {
		body, err = start.FromShape(in.Shape)
	} else {
		body, err = start.FromCopy(body)
	}
	if err != nil {
		return standard.Version{}, err
	}
	return site.Do(q, standard.SaveDraft, standard.DraftIn{Body: body})
}

// writePage is a version as its lists, or one row of them with what was typed.
type writePage struct {
	onePage
	Results []standard.CaseResult
	Wrong   error // why the worked families cannot be read
	Sample  whatPage
	Moves   []household.Move // some real families under the version in force and under this one
	List    listing
	At      int
	Values  form.Values
	Auto    page.Auto
}

// readWrite gives a version to write on. Where it is in force, what is saved becomes the draft of the next one.
func readWrite(q *site.Req) (writePage, error) { return readWriteAt(q, q.Query("list"), q.Query("at")) }

// readWriteAt is readWrite for a row that is named by what was posted: that is never put into an address.
func readWriteAt(q *site.Req, path, at string) (writePage, error) {
	one, err := readOne(q)
	p := writePage{onePage: one}
	if err != nil {
		return p, err
	}
	p.Results, p.Wrong = standard.RunCases(p.S, p.V.Cases)
	if p.Wrong != nil && fault.Of(p.Wrong) == nil {
		return p, p.Wrong
	}
	if path != "" {
		var ok bool
		if p.List, ok = p.listing(path); !ok {
			return p, fault.New(fault.Missing, "standard.no_row")
		}
	}
	p.At, err = strconv.Atoi(cmp.Or(at, "0"))
	if err != nil {
		return p, fault.New(fault.Missing, "standard.no_row")
	}
	return p, nil
}

// save keeps a changed document: over the draft that was read, else as the next version.
func (p writePage) save(q *site.Req, body string) (standard.Version, error) {
	in := standard.DraftIn{Body: body, Was: p.V.Hash}
	if p.V.State != standard.Draft {
		if p.Versions[0].State == standard.Draft {
			return standard.Version{}, fault.New(fault.Conflict, "standard.draft_waits", p.Versions[0].Version)
		}
		in = standard.DraftIn{Body: standard.Renumber(body, p.Versions[0].Version+1)}
	}
	return site.Do(q, standard.SaveDraft, in)
}

func showWrite(q *site.Req) error {
	p, err := readWrite(q)
	if err == nil && q.Can(rightWhatIf) {
		err = q.Site.Host.See(q.R.Context(), q.Who, rightWhatIf, p.sample)
	}
	if err != nil {
		return err
	}
	return q.Render(writeView(q.Page(p.V.Name().Say(q.Lang())), p))
}

// headForm is what stands once in a document.
type headForm struct {
	Zh        string  `form:"name/zh" label:"名称" need:"true" max:"40"`
	En        string  `form:"name/en" label:"英文名称" max:"80"`
	Issuer    string  `form:"issuer" label:"发布单位" max:"60"`
	Source    string  `form:"source/title" label:"依据的文件" max:"200"`
	Clause    string  `form:"source/clause" label:"依据条款" max:"100"`
	From      day.Day `form:"valid/from" label:"从哪天起用" hint:"空着就是批准当天"`
	Until     day.Day `form:"valid/until" label:"用到哪天" hint:"空着就是一直用"`
	Publicity int64   `form:"publicity/days" label:"公示几个工作日" max:"60"`
	Stacking  string  `form:"stacking" label:"几项能不能同时享受" kind:"choice" max:"20" hint:"只有一项的不用选"`
}

func headAuto(q *site.Req, p writePage, v form.Values) page.Auto {
	stacking := []form.Choice{{Label: q.T("没有写")}, {Value: "all", Label: q.T("可以同时享受")}, {Value: "one", Label: q.T("只能选一项")}, {Value: "highest", Label: q.T("就高不就低")},
		{Value: "unstated", Label: q.T("文件没有写，先不能同时享受")}}
	return page.Auto{Action: address(p.V) + "/head", Fields: form.With(form.Of[headForm](), "stacking", stacking), Values: v, Submit: q.T("保存为草稿"),
		Cancel: page.Link{Href: address(p.V) + "/write", Label: q.T("返回")}}
}

func showHead(q *site.Req) error {
	p, err := readWrite(q)
	if err != nil {
		return err
	}
	v := form.Values{}
	for _, f := range form.Of[headForm]() {
		v[f.Name] = []string{standard.Field(p.V.Body, f.Name)}
	}
	p.Auto = headAuto(q, p, v)
	return q.Render(autoView(q.Page(q.T("基本情况")), p))
}

func takeHead(q *site.Req) error {
	p, err := readWrite(q)
	if err != nil {
		return err
	}
	var in headForm
	values, err := q.Read(&in)
	var v standard.Version
	if err == nil {
		set := map[string]string{}
		for _, f := range form.Of[headForm]() {
			if set[f.Name] = strings.TrimSpace(values.Get(f.Name)); f.Name == "stacking" && standard.RowsIn(p.V.Body, "items") < 2 {
				delete(set, f.Name)
			}
		}
		var body string
		if body, err = standard.SetFields(p.V.Body, set); err == nil {
			v, err = p.save(q, body)
		}
	}
	if err == nil {
		return q.Done(address(v)+"/write", "草稿已保存。")
	}
	p.Auto = headAuto(q, p, values)
	return q.Again(err, func(in page.In) templ.Component { return autoView(in, p) }, q.Page(q.T("基本情况")))
}
