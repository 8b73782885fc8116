// Package web is the program in a browser: the pages of every noun on one site, each route held to its right.
package web

import (
	"context"
	"net/http"

	"bangfu/internal/engine/db"
	"bangfu/internal/face/web/fund"
	"bangfu/internal/face/web/house"
	"bangfu/internal/face/web/setup"
	"bangfu/internal/face/web/sign"
	"bangfu/internal/face/web/site"
)

// Hooks are what the pages need from above: what a new union starts with.
type Hooks struct {
	Ship func(ctx context.Context, d *db.DB, union string) error
}

// Routes lists every route of the web face.
func Routes(h Hooks) []site.Route {
	var all []site.Route
	for _, part := range [][]site.Route{
		site.Routes(),
		sign.Routes(),
		setup.Routes(h.Ship),
		house.Routes(),
		fund.Routes(),
	} {
		all = append(all, part...)
	}
	return all
}

// Nav lists the entries of the desk's navigation in order.
func Nav() []site.NavEntry {
	return []site.NavEntry{
		{Href: "/desk", Icon: "home", Right: "desk.see", Label: "工作台"},
		{Href: "/desk/fund", Icon: "money", Right: "fund.see", Label: "资金和预算"},
		{Href: "/desk/people-roles", Icon: "people", Right: "org.see", Label: "人员和角色", Rule: true},
		{Href: "/desk/units", Icon: "tree", Right: "org.see", Label: "机构"},
		{Href: "/desk/settings", Icon: "gear", Right: "org.setting", Label: "设置"},
	}
}

// Handler is the whole web face.
func Handler(s *site.Site, h Hooks) http.Handler {
	s.Nav = Nav()
	return s.Mux(Routes(h))
}
