package site

import (
	"context"
	"net/url"
	"strings"

	"bangfu/internal/base/fault"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/page"
)

const (
	viewPath  = "/desk/views"
	viewsMost = 30
)

// View is a list of the desk that a reader keeps under a name: its path and its conditions, columns among them. Path is
// the list's address, which is its code too.
type View struct {
	UnionID, UserID, ID string
	Path, Name, Ask     string
	MadeAt              int64
}

// Href is the address of the list as it was kept.
func (v View) Href() string {
	if v.Ask == "" {
		return v.Path
	}
	return v.Path + "?" + v.Ask
}

// ViewIn keeps the list at a path, with the conditions of its address, under a name.
type ViewIn struct {
	List string `form:"list" kind:"hidden" need:"true" max:"60"`
	Ask  string `form:"ask" kind:"hidden" max:"2000"`
	Name string `form:"name" label:"视图名称" need:"true" max:"20"`
}

// Check wants a list of the desk and conditions that can be read. Fault: "site.view_bad".
func (in ViewIn) Check() error {
	var l fault.List
	if _, err := url.ParseQuery(in.Ask); err != nil || !strings.HasPrefix(in.List, "/desk/") || strings.ContainsAny(in.List, "?#\\") {
		l.Add("name", "site.view_bad")
	}
	return l.Err()
}

const viewColumns = `union_id, user_id, id, path, name, ask, made_at`

// SaveView keeps it for the actor alone; the same name again replaces it. Fault: "site.views_full" (Refused).
var SaveView = act.Act[ViewIn, View]{Name: "site.save_view", Title: "保存视图", Right: "desk.see",
	Do: func(ctx context.Context, tx *db.Tx, in ViewIn) (View, error) {
		n, err := db.Value[int64](ctx, tx, `select count(*) from site_view where union_id = $1 and user_id = $2`, tx.Union, tx.Actor.User)
		if err != nil {
			return View{}, err
		}
		if n >= viewsMost {
			return View{}, fault.New(fault.Refused, "site.views_full", viewsMost)
		}
		ask, err := url.ParseQuery(in.Ask)
		if err != nil {
			return View{}, err
		}
		ask.Del("q") // a search for a person is not kept
		v := View{UnionID: tx.Union, UserID: tx.Actor.User, ID: tx.ID(), Path: in.List, Name: strings.TrimSpace(in.Name), Ask: ask.Encode(), MadeAt: tx.Ms()}
		if _, err := tx.Exec(ctx, `delete from site_view where union_id = $1 and user_id = $2 and path = $3 and name = $4`,
			tx.Union, tx.Actor.User, v.Path, v.Name); err != nil {
			return v, err
		}
		return v, db.Insert(ctx, tx, "site_view", v)
	}}

// ViewRef names a view of the actor's.
type ViewRef struct {
	ID string `form:"id" kind:"hidden" need:"true" max:"40"`
}

// DropView forgets it.
var DropView = act.Act[ViewRef, View]{Name: "site.drop_view", Title: "删除视图", Right: "desk.see",
	Do: func(ctx context.Context, tx *db.Tx, in ViewRef) (View, error) {
		v, err := db.One[View](ctx, tx, `select `+viewColumns+` from site_view where union_id = $1 and user_id = $2 and id = $3`,
			tx.Union, tx.Actor.User, in.ID)
		if err != nil {
			return v, err
		}
		_, err = tx.Exec(ctx, `delete from site_view where union_id = $1 and user_id = $2 and id = $3`, tx.Union, tx.Actor.User, in.ID)
		return v, err
	}}

// Shown gives the tools over a list for its reader: columns, density, and the views kept of it.
func Shown(ctx context.Context, tx *db.Tx, path string, ask url.Values) (page.Shown, error) {
	all, err := db.All[View](ctx, tx, `select `+viewColumns+` from site_view where union_id = $1 and user_id = $2 and path = $3 order by name`,
		tx.Union, tx.Actor.User, path)
	s := page.Shown{Action: path, List: path, Ask: ask, SaveAction: viewPath + "/save", DropAction: viewPath + "/drop"}
	for _, v := range all {
		s.Views = append(s.Views, page.View{ID: v.ID, Name: v.Name, Href: v.Href()})
	}
	return s, err
}
