// Package load works an invented union from outside, as programs and browsers do: clients over HTTP apply, approve and pay,
// each keeping a journal of what was answered; afterwards the journal and the house are laid side by side. It also starts
// and kills what it works against. Nothing of it is in the program.
package load

import (
	"context"
	"fmt"
	"time"

	"bangfu/internal/app"
	"bangfu/internal/app/world"
	"bangfu/internal/base/day"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/fund"
	"bangfu/internal/domain/intake"
	"bangfu/internal/engine/db"
	"bangfu/internal/face/api"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/org"
	"bangfu/internal/programme"
)

// Who is somebody's ways in: an API token and a browser's session.
type Who struct{ Name, Token, Session string }

// Worker is one who may apply, with the leader who reviews it first.
type Worker struct {
	Who
	Leader string
}

// Union is what the clients know of the union they work.
type Union struct {
	ID      string
	Today   day.Day
	Staff   map[string]Who // by login, group leaders by name
	Workers []Worker
	Ask     []string // answers of the form, subject/name=value
	Papers  []string
	about   string       // whom the officer's finding is about
	opened  money.Amount // what each pocket begins with
}

// Pocket names the money a client gives from; each has its own, so that what is in it is the client's own doing.
func Pocket(client int) string { return fmt.Sprintf("KC-%02d", client) }

// The kind of help the clients work, and what the officer must find for it.
const (
	kind  = "disaster"
	found = "major_loss"
)

// Found makes a union in a new house: its staff, a pocket for each client, and workers who have not applied yet.
func Found(ctx context.Context, cfg app.Config, clients, workers int) (u *Union, err error) {
	h, err := app.Open(ctx, cfg)
	if err != nil {
		return nil, err
	}
	defer func() {
		if bad := h.Close(); err == nil {
			err = bad
		}
	}()
	w, err := world.Found(ctx, h.Host, world.Shape{Name: "临江机电有限公司工会委员会", Short: "临江机电工会", Region: "990101",
		Branches: 2, Groups: 8, State: "live"}, app.Ship)
	if err != nil {
		return nil, err
	}
	// Approvals and payments go by tokens here, which a house that asks for codes keeps to persons.
	if err := h.DB.Update(ctx, db.System(w.Union), func(ctx context.Context, tx *db.Tx) error {
		return org.Set(ctx, tx, "auth.code_roles", org.RoleUpper)
	}); err != nil {
		return nil, err
	}
	u = &Union{ID: w.Union, Today: h.DB.Today(), Staff: map[string]Who{}, opened: money.Yuan(90_000_000)}
	for i := range clients {
		if err := w.Endow(ctx, fund.NewPocket{Code: Pocket(i), Name: "救急资金" + fmt.Sprint(i+1), Source: "company"}, u.opened); err != nil {
			return nil, err
		}
	}
	if err := u.hire(ctx, w, workers); err != nil {
		return nil, err
	}
	if err := u.ask(); err != nil {
		return nil, err
	}
	return u, u.letIn(ctx, w)
}

// hire fills the groups: the first of each leads it, the others are workers.
func (u *Union) hire(ctx context.Context, w *world.World, n int) error {
	var groups []string
	for name, unit := range w.Units {
		if unit.Kind == org.KindGroup {
			groups = append(groups, name)
		}
	}
	for i := range groups {
		size := n/len(groups) + 2
		names := make([]string, size)
		for k := range names {
			names[k] = name(i*10_000 + k)
		}
		for at := 0; at < size; at += 200 {
			if _, err := w.Hire(ctx, groups[i], money.Yuan(1900), names[at:min(at+200, size)]...); err != nil {
				return err
			}
		}
		if err := w.Lead(ctx, names[0], groups[i]); err != nil {
			return err
		}
		u.Staff[names[0]] = Who{Name: names[0]}
		for _, one := range names[1:] {
			u.Workers = append(u.Workers, Worker{Who{Name: one}, names[0]})
		}
	}
	for _, login := range []string{"wangmin", "zhaoqing", "zhouzheng", "wuping", "zhenghe", "jiangqing", "shenshi", "hanshou"} {
		u.Staff[login] = Who{Name: login}
	}
	return nil
}

// name makes an invented name of a number: 王 and its digits.
func name(n int) string {
	digits := []rune("零一二三四五六七八九")
	out := "王"
	for _, d := range fmt.Sprint(n) {
		out += string(digits[d-'0'])
	}
	return out
}

// ask prepares what every application answers.
func (u *Union) ask() error {
	all, err := programme.Shipped()
	if err != nil {
		return err
	}
	say := map[string]string{"natural_disaster": "1", "event_day": "20261001", "loss": "42000"}
	for _, p := range all {
		if p.Code != kind {
			continue
		}
		for _, q := range p.Questions("calamity", "") {
			if f, _ := q.Asks(); say[q.Fact] != "" {
				u.Ask = append(u.Ask, f.Of+"/"+q.Fact+"="+say[q.Fact])
			}
		}
		for _, q := range p.Questions("calamity", "officer") {
			if f, _ := q.Asks(); q.Fact == found {
				u.about = f.Of
			}
		}
		for _, paper := range p.Papers("calamity") {
			u.Papers = append(u.Papers, paper.Code)
		}
	}
	if len(u.Ask) == 0 {
		return fmt.Errorf("the programme %s asks nothing", kind)
	}
	return nil
}

// letIn gives everybody a token and a session, many in one act.
func (u *Union) letIn(ctx context.Context, w *world.World) error {
	door := func(ctx context.Context, tx *db.Tx, who *Who) error {
		tx.Actor = db.Actor{Union: w.Union, User: w.Posts[who.Name], Via: "web"}
		made, err := api.NewToken.Do(ctx, tx, api.TokenIn{Name: "load", Days: 30, All: true})
		if err != nil {
			return err
		}
		who.Token = made.Secret
		who.Session, err = auth.Begin(ctx, tx, w.Posts[who.Name], "web")
		return err
	}
	err := w.Host.DB.Update(ctx, db.System(w.Union), func(ctx context.Context, tx *db.Tx) error {
		for name, who := range u.Staff {
			if err := door(ctx, tx, &who); err != nil {
				return err
			}
			u.Staff[name] = who
		}
		return nil
	})
	for at := 0; err == nil && at < len(u.Workers); at += 200 {
		some := u.Workers[at:min(at+200, len(u.Workers))]
		err = w.Host.DB.Update(ctx, db.System(w.Union), func(ctx context.Context, tx *db.Tx) error {
			for i := range some {
				if err := door(ctx, tx, &some[i].Who); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return err
}

// purposes are all a worker can agree to.
func purposes() []string {
	var out []string
	for _, c := range intake.Purpose("").Choices() {
		out = append(out, c.Value)
	}
	return out
}

// looked are all a visitor can have looked at.
func looked() []string {
	var out []string
	for _, c := range intake.Looked("").Choices() {
		out = append(out, c.Value)
	}
	return out
}

// patience is how long a client goes on asking before it says that nobody will ever answer.
const patience = 90 * time.Second
