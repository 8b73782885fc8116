// Package standards has the desk pages of the standards (S12, S13): their versions, one version in words, what changed
// between two, drafts with every mistake by its line, approval by a second person, and the reference figures.
package standards

import (
	"context"
	"io"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/domain/intake"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/org"
)

const home = "/desk/standards"

// Routes lists the pages.
func Routes() []site.Route {
	see := func(path string, do site.Handler) site.Route {
		return site.Route{Pattern: "GET " + home + path, Right: "standard.see", Face: page.Desk, Do: do}
	}
	routes := []site.Route{
		see("", showAll), see("/{code}/{version}", showOne), see("/{code}/{version}/compare", showCompare),
		site.Press(home+"/approve", page.Desk, standard.Approve, func(_ *site.Req, v standard.Version) (string, string) {
			return address(v), "已批准，到生效日起使用。"
		}),
	}
	routes = append(routes, site.Route{Pattern: "GET " + home + "/{code}/{version}/whatif", Right: rightWhatIf, Face: page.Desk, Do: showWhat},
		site.Route{Pattern: "POST " + home + "/{code}/{version}/whatif/export", Right: rightWhatIf, Face: page.Desk, Do: exportWhat})
	pair := func(path, right string, show, take site.Handler) {
		routes = append(routes, site.GetPost(site.Route{Pattern: home + path, Right: right, Face: page.Desk, Do: show}, take)...)
	}
	pair("/draft", "standard.draft", showDraft, takeDraft)
	pair("/{code}/{version}/edit", "standard.draft", showEdit, takeEdit)
	routes = append(routes, writeRoutes()...)
	pair("/{code}/{version}/offer", "intake.programme", showOffer, takeOffer)
	routes = append(routes, site.Press(home+"/offer/end", page.Desk, intake.EndDocument, func(*site.Req, act.None) (string, string) {
		return home, "已从职工的申请单里取下，正在办的照常办。"
	}))
	pair("/line", "standard.set_line", showLine, takeLine)
	pair("/{code}/{version}/retire", "standard.retire", showRetire, takeRetire)
	return routes
}

func address(v standard.Version) string {
	return home + "/" + v.Code + "/" + strconv.FormatInt(v.Version, 10)
}

// allPage lists the versions and the reference figures.
type allPage struct {
	Versions []standard.Version
	Lines    []standard.Line
	Users    map[string]string
	Today    day.Day
	Region   string
	Can      func(string) bool
	Offered  []intake.Programme
}

func showAll(q *site.Req) error {
	p := allPage{Can: q.Can}
	err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		p.Today = tx.Day()
		u, err := org.Info(ctx, tx)
		if err != nil {
			return err
		}
		p.Region = u.Region
		if p.Versions, err = standard.Versions(ctx, tx, ""); err != nil {
			return err
		}
		if p.Lines, err = standard.AllLines(ctx, tx); err != nil {
			return err
		}
		if p.Offered, err = intake.Programmes(ctx, tx); err != nil {
			return err
		}
		p.Users, err = users(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	return q.Render(allView(q.Page(q.T("帮扶标准")), p))
}

func users(ctx context.Context, tx *db.Tx) (map[string]string, error) {
	all, err := org.Accounts(ctx, tx)
	out := make(map[string]string, len(all))
	for _, u := range all {
		out[u.ID] = u.Name
	}
	return out, err
}

// onePage is one version with its document parsed.
type onePage struct {
	V        standard.Version
	S        *standard.Standard
	Versions []standard.Version
	Users    map[string]string
	Today    day.Day
	Approve  bool // the reader may approve this draft
	Can      func(string) bool
}

func readOne(q *site.Req) (onePage, error) {
	p := onePage{Can: q.Can}
	n, _ := strconv.ParseInt(q.ID("version"), 10, 64) // no number is no version
	err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		p.Today = tx.Day()
		if p.V, err = standard.VersionOf(ctx, tx, q.ID("code"), n); err != nil {
			return err
		}
		if p.S, err = standard.Parse([]byte(p.V.Body)); err != nil {
			return err
		}
		if p.Versions, err = standard.Versions(ctx, tx, p.V.Code); err != nil {
			return err
		}
		p.Users, err = users(ctx, tx)
		return err
	})
	own := p.V.MadeBy == q.Who.User || p.V.MadePerson != "" && p.V.MadePerson == q.Who.Person
	p.Approve = p.V.State == standard.Draft && q.Can("standard.approve") && !own
	return p, err
}

func showOne(q *site.Req) error {
	p, err := readOne(q)
	if err != nil {
		return err
	}
	return q.Render(oneView(q.Page(p.V.Name().Say(q.Lang())), p))
}

// comparePage is one version beside another.
type comparePage struct {
	onePage
	With    standard.Version
	Found   bool
	Changes []standard.Change
}

func showCompare(q *site.Req) error {
	one, err := readOne(q)
	if err != nil {
		return err
	}
	p := comparePage{onePage: one}
	with, _ := strconv.ParseInt(q.Query("with"), 10, 64) // no number is the version before
	for _, v := range one.Versions {
		if v.Version == with || with == 0 && v.Version < one.V.Version && !p.Found {
			p.With, p.Found = v, true
		}
	}
	if p.Found {
		p.Changes = standard.Compare(p.With.Body, one.V.Body)
	}
	return q.Render(compareView(q.Page(q.T("版本对比")), p))
}

// draftForm is a document typed in or handed in as a file; the file counts when there is one.
type draftForm struct {
	File form.File `form:"file" label:"上传文档" hint:"YAML 文件，UTF-8 编码；上传了就以文件为准" max:"1" accept:".yaml,.yml,.txt"`
	Body string    `form:"body" label:"标准文档" hint:"按《如何编写标准》的格式书写" kind:"area" max:"1000000"`
}

func showDraft(q *site.Req) error {
	v := form.Values{}
	if code := q.Query("code"); code != "" {
		n, _ := strconv.ParseInt(q.Query("version"), 10, 64) // no number is no version
		err := q.See(func(ctx context.Context, tx *db.Tx) error {
			old, err := standard.VersionOf(ctx, tx, code, n)
			v["body"] = []string{old.Body}
			return err
		})
		if err != nil {
			return err
		}
	}
	return q.Render(draftView(q.Page(q.T("写标准草稿")), draftAuto(q, v)))
}

func draftAuto(q *site.Req, v form.Values) page.Auto {
	return page.Auto{Action: home + "/draft", Fields: form.Of[draftForm](), Values: v, Submit: q.T("检查并保存草稿"), Cancel: page.Link{Href: home, Label: q.T("返回")}}
}

func takeDraft(q *site.Req) error {
	var in draftForm
	values, err := q.Read(&in)
	var v standard.Version
	if err == nil && in.File.Name != "" {
		var text []byte
		if text, err = io.ReadAll(in.File.Open()); err == nil {
			in.Body = string(text)
			values["body"] = []string{in.Body}
		}
	}
	if err == nil && strings.TrimSpace(in.Body) == "" {
		err = fault.New(fault.Invalid, "standard.no_document").At("body")
	}
	if err == nil {
		v, err = site.Do(q, standard.SaveDraft, standard.DraftIn{Body: in.Body})
	}
	if err == nil {
		return q.Done(address(v), "草稿已保存，请另一位同事批准。")
	}
	return q.Again(err, func(in page.In) templ.Component { return draftView(in, draftAuto(q, values)) }, q.Page(q.T("写标准草稿")))
}

func showLine(q *site.Req) error {
	v := form.Values{"kind": {standard.DibaoLine}}
	err := q.See(func(ctx context.Context, tx *db.Tx) error {
		u, err := org.Info(ctx, tx)
		v["region"] = []string{u.Region}
		return err
	})
	if err != nil {
		return err
	}
	return q.Render(lineView(q.Page(q.T("登记参考数")), lineAuto(q, v)))
}

func lineAuto(q *site.Req, v form.Values) page.Auto {
	return page.Auto{Action: home + "/line", Fields: form.Of[standard.LineIn](), Values: v, Submit: q.T("登记"), Cancel: page.Link{Href: home, Label: q.T("返回")}}
}

func takeLine(q *site.Req) error {
	var in standard.LineIn
	values, err := q.Read(&in)
	if err == nil {
		_, err = site.Do(q, standard.SetLine, in)
	}
	if err == nil {
		return q.Done(home, "参考数已登记。")
	}
	return q.Again(err, func(in page.In) templ.Component { return lineView(in, lineAuto(q, values)) }, q.Page(q.T("登记参考数")))
}

func showRetire(q *site.Req) error {
	p, err := readOne(q)
	if err != nil {
		return err
	}
	v := form.Show(standard.RetireIn{Code: p.V.Code, Version: p.V.Version, On: p.Today})
	return q.Render(retireView(q.Page(q.T("停用标准")), p, retireAuto(q, p, v)))
}

func retireAuto(q *site.Req, p onePage, v form.Values) page.Auto {
	return page.Auto{Action: address(p.V) + "/retire", Fields: form.Of[standard.RetireIn](), Values: v, Submit: q.T("停用"), Cancel: page.Link{Href: address(p.V), Label: q.T("返回")}}
}

func takeRetire(q *site.Req) error {
	var in standard.RetireIn
	values, err := q.Read(&in)
	var v standard.Version
	if err == nil {
		v, err = site.Do(q, standard.Retire, in)
	}
	if err == nil {
		return q.Done(address(v), "已登记停用。")
	}
	p, bad := readOne(q)
	if bad != nil {
		return bad
	}
	return q.Again(err, func(in page.In) templ.Component { return retireView(in, p, retireAuto(q, p, values)) }, q.Page(q.T("停用标准")))
}
