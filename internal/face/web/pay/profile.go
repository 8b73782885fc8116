package pay

import (
	"context"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"bangfu/internal/domain/payment"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
)

const formats = home + "/formats"

func profileRoutes() []site.Route {
	return site.GetPost(site.Route{Pattern: formats, Right: "payment.keep_profile", Face: page.Desk, Do: showProfiles}, takeProfile)
}

// profilesData is the list of formats and the form of one: a new one, or the union's own named in the address.
type profilesData struct {
	All    []payment.Profile
	Own    []payment.ProfileIn
	Title  string
	Sample []string
	Auto   page.Auto
}

func readProfiles(q *site.Req, v form.Values) (d profilesData, err error) {
	err = q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		if d.All, err = payment.ProfilesOf(ctx, tx); err != nil {
			return err
		}
		d.Own, err = payment.OwnProfiles(ctx, tx)
		return err
	})
	code := q.Query("code")
	for _, p := range d.All {
		if p.Code == code {
			d.Sample = p.Sample()
		}
	}
	d.Title = q.T("新的格式")
	if v == nil {
		v = form.Values{"least": {"1"}, "most": {"1000"}, "separator": {"comma"}, "encoding": {"gb18030"}}
		if i := slices.IndexFunc(d.Own, func(p payment.ProfileIn) bool { return p.Code == code }); i >= 0 {
			p := d.Own[i]
			d.Title = q.T("修改 {0}", p.Name)
			v = form.Values{"code": {p.Code}, "name": {p.Name}, "encoding": {string(p.Encoding)}, "separator": {string(p.Separator)}, "columns": {p.Columns}, "total": {p.Total},
				"least": {strconv.FormatInt(p.Least, 10)}, "most": {strconv.FormatInt(p.Most, 10)}, "purpose": {p.Purpose}}
			if p.Head {
				v["head"] = []string{"1"}
			}
		}
	}
	d.Auto = page.Auto{Action: formats, Fields: form.Of[payment.ProfileIn](), Values: v, Submit: q.T("保存"), Cancel: page.Link{Href: batches, Label: q.T("返回")}}
	return d, err
}

func showProfiles(q *site.Req) error {
	d, err := readProfiles(q, nil)
	if err != nil {
		return err
	}
	return q.Render(profilesView(q.Page(q.T("银行文件格式")), d))
}

func takeProfile(q *site.Req) error {
	var in payment.ProfileIn
	v, err := q.Read(&in)
	if err == nil {
		_, err = site.Do(q, payment.KeepProfileAct, in)
	}
	if err == nil {
		return q.Done(formats+"?code="+in.Code, "格式已保存，下面是文件的样子。")
	}
	d, bad := readProfiles(q, v)
	if bad != nil {
		return bad
	}
	return q.Again(err, func(in page.In) templ.Component { return profilesView(in, d) }, q.Page(q.T("银行文件格式")))
}

func profileList(in page.In, d profilesData) page.List {
	l := page.List{Caption: in.T("银行文件格式"), Head: 1, Cols: []page.Col{{Label: in.T("格式编号")}, {Label: in.T("格式名称")}, {Label: in.T("文字编码")}, {Label: in.T("一个文件最多几行"), Num: true}, {Label: in.T("由谁编写")}}}
	for _, p := range d.All {
		by := in.T("自带")
		if slices.ContainsFunc(d.Own, func(o payment.ProfileIn) bool { return o.Code == p.Code }) {
			by = in.T("本会")
		}
		l.Rows = append(l.Rows, page.Row{Cells: []page.Cell{page.T(p.Code), page.A(formats+"?code="+p.Code, p.Say(in.Lang)), page.T(p.Encoding), page.T(strconv.Itoa(p.Most)), page.T(by)}})
	}
	return l
}
