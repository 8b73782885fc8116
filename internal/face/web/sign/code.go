package sign

import (
	"context"

	"github.com/a-h/templ"

	"bangfu/internal/base/fault"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/org"
)

// codeIn is the first sign-in by a code from the group leader.
type codeIn struct {
	Login string `form:"login" label:"工号" hint:"名册里的工号，不知道可以问组长" need:"true" max:"60" auto:"username"`
	Code  string `form:"code" label:"办理码" hint:"8 位数字，组长给您的，一天内有效" kind:"code" need:"true" max:"12"`
	New   string `form:"new" label:"给自己设一个密码" hint:"至少 8 位，只有您自己知道" kind:"secret" need:"true" max:"128" auto:"new-password"`
	Again string `form:"again" label:"再填一次密码" kind:"secret" need:"true" max:"128" auto:"new-password"`
}

// samePair wants both passwords the same and not easily guessed by who knows their owner.
func samePair(first, second string, o auth.Owner) error {
	var l fault.List
	l.AddErr("new", auth.Strong(first, o))
	if first != second {
		l.Add("again", "auth.differ")
	}
	return l.Err()
}

func showCode(q *site.Req) error { return q.Render(codePage(q.Page(q.T("用办理码登录")), nil)) }

func takeCode(q *site.Req) error {
	var in codeIn
	values, err := q.Read(&in)
	again := func(err error) error {
		return q.Again(err, func(p page.In) templ.Component { return codePage(p, values) }, q.Page(q.T("用办理码登录")))
	}
	if err == nil {
		err = samePair(in.New, in.Again, auth.Owner{Known: []string{in.Login}})
	}
	if err != nil {
		return again(err)
	}
	unions, err := unionsOf(q, in.Login)
	if err != nil {
		return err
	}
	t, err := take(q, unions, in.Login)
	if err != nil {
		return again(err)
	}
	hash := q.Site.Hash.Hash(in.New)
	for _, u := range unions {
		used, err := auth.UseCode.Run(q.R.Context(), q.Site.Host, act.Call{Actor: db.Actor{Union: u, User: "public", Via: "web"}},
			auth.CodeUse{Login: in.Login, Code: in.Code, Hash: hash, From: browser(q)})
		if err != nil {
			return err
		}
		if used.Right {
			if err := t.right(q); err != nil {
				return err
			}
			q.SetFlash("密码设好了，下次用工号和密码登录。")
			return welcome(q, u, used.Entered, "/me")
		}
	}
	return again(t.wrong(q, fault.New(fault.Invalid, "auth.code_wrong").At("code")))
}

func unionsOf(q *site.Req, login string) (all []string, err error) {
	err = view(q, "none", func(ctx context.Context, tx *db.Tx) (err error) {
		all, err = auth.UnionsOf(ctx, tx, login)
		return err
	})
	return all, err
}

// pairIn is a new password, typed twice.
type pairIn struct {
	New   string `form:"new" label:"给自己设一个密码" hint:"担任职务的至少 12 位，其他人至少 8 位。越长越好，可以是一句话" kind:"secret" need:"true" max:"128" auto:"new-password"`
	Again string `form:"again" label:"再填一次密码" kind:"secret" need:"true" max:"128" auto:"new-password"`
}

// linkOf says whose a one-time link is and whether it is one of the demonstration, which signs in by itself. A link that
// is used up or unknown is left for the act to refuse.
func linkOf(q *site.Req) (demo bool, o auth.Owner, err error) {
	err = view(q, q.ID("union"), func(ctx context.Context, tx *db.Tx) error {
		about, err := org.Info(ctx, tx)
		if fault.Of(err) != nil && fault.Of(err).Kind == fault.Missing {
			return fault.New(fault.Denied, "auth.link")
		}
		if err != nil {
			return err
		}
		demo = about.State == "demo"
		link, err := auth.Peek(ctx, tx, auth.SecretSignIn, q.ID("token"))
		if err != nil {
			return err
		}
		o, err = auth.OwnerOf(ctx, tx, link.Subject)
		return err
	})
	return demo, o, err
}

func showLink(q *site.Req) error {
	demo, _, err := linkOf(q)
	if err != nil {
		return err
	}
	if demo {
		return q.Render(linkPage(q.Page(q.T("登录"))))
	}
	return q.Render(resetPage(q.Page(q.T("设置密码"))))
}

func takeLink(q *site.Req) error {
	demo, owner, err := linkOf(q)
	if err != nil {
		return err
	}
	if demo {
		return enter(q, q.ID("union"), auth.Opening{Link: q.ID("token")}, "")
	}
	var in pairIn
	_, err = q.Read(&in)
	if err == nil {
		err = samePair(in.New, in.Again, owner)
	}
	if err != nil {
		return q.Again(err, resetPage, q.Page(q.T("设置密码")))
	}
	made, err := auth.Reset.Run(q.R.Context(), q.Site.Host, act.Call{Actor: db.Actor{Union: q.ID("union"), User: "public", Via: "web"}},
		auth.Resetting{Link: q.ID("token"), Hash: q.Site.Hash.Hash(in.New), From: browser(q)})
	if err != nil {
		return err
	}
	q.SetFlash("密码设好了，下次用登录名和密码登录。")
	return welcome(q, q.ID("union"), made, "")
}
