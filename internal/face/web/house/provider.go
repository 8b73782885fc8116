package house

import (
	"context"

	"github.com/a-h/templ"

	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/sign"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/auth"
)

const providerPath = "/desk/settings/provider"

// providerRoutes are the pages of the identity provider whose sign-in the union takes.
func providerRoutes() []site.Route {
	routes := site.GetPost(site.Route{Pattern: providerPath, Right: "org.setting", Face: page.Desk, Do: showProvider}, takeProvider)
	return append(routes, site.Press(providerPath+"/end", page.Desk, auth.EndProvider, func(*site.Req, act.None) (string, string) {
		return "/desk/settings", "统一登录已停用，大家用密码登录。"
	}))
}

type provider struct {
	Auto page.Auto
	Back string // where the provider is to send the browser back to
	Live bool
}

func providerData(q *site.Req, v form.Values) (provider, error) {
	d := provider{Back: q.Whole(sign.BackPath), Auto: page.Auto{Action: providerPath, Fields: form.Of[auth.ProviderIn](), Values: v}}
	err := q.See(func(ctx context.Context, tx *db.Tx) error {
		p, ok, err := auth.ProviderOf(ctx, tx)
		d.Live = ok
		if ok && v == nil {
			d.Auto.Values = form.Values{"name": {p.Name}, "issuer": {p.Issuer}, "client_id": {p.ClientID}}
		}
		return err
	})
	return d, err
}

func showProvider(q *site.Req) error {
	d, err := providerData(q, nil)
	if err != nil {
		return err
	}
	return q.Render(providerPage(q.Page(q.T("统一登录")), d))
}

func takeProvider(q *site.Req) error {
	var in auth.ProviderIn
	values, err := q.Read(&in)
	if err == nil {
		_, err = site.Do(q, auth.SetProvider, in)
	}
	if err == nil {
		return q.Done(providerPath, "统一登录已保存。请用自己的账号关联一次，试一试。")
	}
	d, bad := providerData(q, values)
	if bad != nil {
		return bad
	}
	return q.Again(err, func(in page.In) templ.Component { return providerPage(in, d) }, q.Page(q.T("统一登录")))
}
