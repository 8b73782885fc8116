package file

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"

	"github.com/a-h/templ"

	"bangfu/internal/domain/casefile"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
)

// packRoutes are the ways by which a file leaves for another union and comes from one.
func packRoutes() []site.Route {
	routes := []site.Route{{Pattern: "POST " + files + "/{id}/package", Right: "casefile.transfer", Face: page.Desk, Do: sendPackage}}
	return append(routes, site.GetPost(site.Route{Pattern: "/desk/people/{id}/take-in", Right: "casefile.transfer", Face: page.Desk, Do: showTakeIn}, takeIn)...)
}

// sendPackage gives the package of a file on its way to another union. Taking it is a line of the audit.
func sendPackage(q *site.Req) error {
	p, err := site.Do(q, casefile.Export, casefile.ExportIn{ID: q.ID("id")})
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		return err
	}
	h := q.W.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("Content-Disposition", "attachment; filename*=UTF-8''"+url.PathEscape(p.Number+".json"))
	h.Set("Cache-Control", "no-store")
	q.W.WriteHeader(http.StatusOK)
	_, err = q.W.Write(text)
	return err
}

// packIn is a package as it comes from a form.
type packIn struct {
	File form.File `form:"file" label:"对方导出的档案文件" hint:"扩展名是 .json" need:"true" max:"2" accept:".json"`
}

func drawTakeIn(q *site.Req, given form.Values) (func(page.In) templ.Component, error) {
	p := formPage{Title: q.T("接收外单位档案"), Notes: []string{q.T("先让这位职工进入名册。接收以后，困难类别和以前的帮扶一起计入，档案编号就是给对方的回执。")}}
	err := q.See(func(ctx context.Context, tx *db.Tx) error {
		w, err := person.Reached(ctx, tx, "casefile.transfer", q.ID("id"))
		p.Name = w.Name
		return err
	})
	p.Auto = page.Auto{Action: "/desk/people/" + q.ID("id") + "/take-in", Fields: form.Of[packIn](), Values: given, Submit: q.T("接收"),
		Cancel: page.Link{Href: "/desk/people/" + q.ID("id"), Label: q.T("返回")}}
	return func(in page.In) templ.Component { return formView(in, p) }, err
}

func showTakeIn(q *site.Req) error {
	draw, err := drawTakeIn(q, nil)
	if err != nil {
		return err
	}
	return q.Render(draw(q.Page(q.T("接收外单位档案"))))
}

func takeIn(q *site.Req) error {
	f, values, err := readPackage(q)
	if err == nil {
		return q.Done(files+"/"+f.ID, "已接收。请把本单位的档案编号作为回执告诉对方工会。")
	}
	draw, bad := drawTakeIn(q, values)
	if bad != nil {
		return bad
	}
	return q.Again(err, draw, q.Page(q.T("接收外单位档案")))
}

func readPackage(q *site.Req) (f casefile.File, values form.Values, err error) {
	var in packIn
	if values, err = q.Read(&in); err != nil {
		return f, values, err
	}
	text, err := io.ReadAll(in.File.Open())
	if err != nil {
		return f, values, err
	}
	f, err = site.Do(q, casefile.Take, casefile.TakeIn{PersonID: q.ID("id"), Package: string(text)})
	return f, values, err
}
