// Package world builds unions of invented people and drives cases through them by the same acts that pages call. The
// demonstration and the readable scenarios stand on it. Nobody in it is real: identity numbers carry a region that does
// not exist.
package world

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"bangfu/internal/base/day"
	"bangfu/internal/base/ident"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/fund"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/org"
)

// Clock is a clock that can be moved, so that a case can live its months in a moment. The zero Clock is the machine's.
type Clock struct{ offset atomic.Int64 }

// At gives the moved time of a real one.
func (c *Clock) At(real time.Time) time.Time { return real.Add(time.Duration(c.offset.Load())) }

// Move moves the clock by a span.
func (c *Clock) Move(by time.Duration) { c.offset.Add(int64(by)) }

// Reset brings the clock back to the machine's.
func (c *Clock) Reset() { c.offset.Store(0) }

// MoveTo moves the clock to noon of a day, from the time it shows now.
func (c *Clock) MoveTo(d day.Day, now time.Time) {
	noon := d.Time().Add(4 * time.Hour) // 12:00 in China
	c.Move(noon.Sub(now))
}

// World is one union under way.
type World struct {
	Host   *act.Host
	Union  string
	Units  map[string]org.Unit      // by name
	Posts  map[string]string        // role, login or name → user id
	Staff  map[string]person.Worker // by 工号
	Groups []Group
	Ask    func(run func() error) error // how each thing is asked for; nil is once
	seq    int
}

// ask asks for one thing as the world does.
func (w *World) ask(run func() error) error {
	if w.Ask == nil {
		return run()
	}
	return w.Ask(run)
}

// Shape says how large a union is.
type Shape struct {
	Name, Short, Region string
	Branches, Groups    int // groups in all, spread over the branches
	State               string
}

// Found makes a union with units and one holder of each role; ship installs what every union starts with.
func Found(ctx context.Context, h *act.Host, s Shape, ship func(context.Context, *db.DB, string) error) (*World, error) {
	w := &World{Host: h, Union: db.NewUnion(h.DB), Units: map[string]org.Unit{}, Posts: map[string]string{}, Staff: map[string]person.Worker{}}
	if err := w.system(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := org.Found(ctx, tx, org.Union{Name: s.Name, Short: s.Short, Region: s.Region, Phone: "0000-12351", State: s.State}); err != nil {
			return err
		}
		return w.units(ctx, tx, s)
	}); err != nil {
		return nil, err
	}
	if err := ship(ctx, h.DB, w.Union); err != nil {
		return nil, err
	}
	return w, w.people(ctx)
}

func (w *World) system(ctx context.Context, f func(context.Context, *db.Tx) error) error {
	return w.ask(func() error { return w.Host.DB.Update(ctx, db.System(w.Union), f) })
}

func (w *World) units(ctx context.Context, tx *db.Tx, s Shape) error {
	branches := []string{"机械分会", "电气分会", "物流分会"}
	groups := []string{"检修一班", "检修二班", "检修三班", "装配一组", "装配二组", "铸造车间", "热处理班", "质检科",
		"配电班", "自控班", "电机班", "仪表班", "线缆车间", "电工一班", "电工二班", "设计室",
		"运输队", "仓储班", "吊装班", "调度室", "包装车间", "维修班", "食堂", "保卫科"}
	for b := range s.Branches {
		branch, err := org.AddUnit(ctx, tx, w.Union, org.KindBranch, branches[b%len(branches)])
		if err != nil {
			return err
		}
		w.Units[branch.Name] = branch
		for g := b * s.Groups / s.Branches; g < (b+1)*s.Groups/s.Branches; g++ {
			group, err := org.AddUnit(ctx, tx, branch.ID, org.KindGroup, groups[g%len(groups)])
			if err != nil {
				return err
			}
			w.Units[group.Name] = group
		}
	}
	root, err := org.UnitOf(ctx, tx, w.Union)
	w.Units[""] = root
	return err
}

// staff lists who holds what: enough different people for every rule of two persons.
func staff() []struct{ role, name, login string } {
	return []struct{ role, name, login string }{
		{org.RoleAdmin, "何管", "admin"}, {org.RoleOfficer, "王敏", "wangmin"}, {org.RoleOfficer, "赵青", "zhaoqing"}, {org.RoleChair, "周正", "zhouzheng"},
		{org.RoleChair, "吴平", "wuping"}, {org.RoleCommittee, "郑和", "zhenghe"}, {org.RoleCommittee, "冯立", "fengli"}, {org.RoleCompany, "陈总", "chenzong"},
		{org.RoleLeader, "卫新", "weixin"}, {org.RoleAccountant, "蒋清", "jiangqing"}, {org.RoleCashier, "沈实", "shenshi"}, {org.RoleManager, "韩守", "hanshou"},
		{org.RoleAuditor, "杨明", "yangming"}, {org.RoleUpper, "县总工会", "xianzong"},
	}
}

func (w *World) people(ctx context.Context) error {
	return w.system(ctx, func(ctx context.Context, tx *db.Tx) error {
		for _, s := range staff() {
			u, err := auth.OpenAccount(ctx, tx, org.User{Login: s.login, Name: s.name})
			if err != nil {
				return err
			}
			if err := org.Appoint(ctx, tx, u.ID, s.role, w.Union); err != nil {
				return err
			}
			w.Posts[s.login], w.Posts[s.name] = u.ID, u.ID
			if w.Posts[s.role] == "" {
				w.Posts[s.role] = u.ID
			}
		}
		return nil
	})
}

// As gives a user (by role or login) as an actor with today's posts.
func (w *World) As(ctx context.Context, who string) (a db.Actor, err error) {
	id, ok := w.Posts[who]
	if !ok {
		return a, fmt.Errorf("nobody is called %q here", who)
	}
	err = w.ask(func() error {
		return w.Host.DB.View(ctx, db.System(w.Union), func(ctx context.Context, tx *db.Tx) (err error) {
			a, err = auth.ActorOf(ctx, tx, id)
			a.Via = "web"
			return err
		})
	})
	return a, err
}

// Do runs an act as somebody, with a key of its own as a page would have.
func Do[In, Out any](ctx context.Context, w *World, who string, a act.Act[In, Out], in In) (out Out, err error) {
	actor, err := w.As(ctx, who)
	if err != nil {
		return out, err
	}
	call := act.Call{Actor: actor, Key: db.Token()}
	err = w.ask(func() (err error) {
		out, err = a.Run(ctx, w.Host, call, in)
		return err
	})
	return out, err
}

// Hire puts invented workers on the roster, each with an account: given by 工号, name, unit and monthly pay.
func (w *World) Hire(ctx context.Context, unit string, pay money.Amount, names ...string) ([]person.Worker, error) {
	var out []person.Worker
	err := w.system(ctx, func(ctx context.Context, tx *db.Tx) error {
		out = out[:0]
		for i, name := range names {
			d := w.draft(tx, w.seq+i+1, name)
			d.UnitID, d.UnitPath, d.Pay = w.Units[unit].ID, w.Units[unit].Path, &pay
			p, err := person.Add(ctx, tx, d)
			if err != nil {
				return err
			}
			u, err := auth.OpenAccount(ctx, tx, org.User{Login: p.StaffNo, Name: name, PersonID: p.ID})
			if err != nil {
				return err
			}
			w.Posts[p.StaffNo], w.Posts[name] = u.ID, u.ID
			w.Staff[p.StaffNo], w.Staff[name] = p, p
			out = append(out, p)
		}
		return nil
	})
	w.seq += len(names)
	return out, err
}

func (w *World) draft(tx *db.Tx, n int, name string) person.Draft {
	birth := day.Day("1975-01-01").Add(n % 7000)
	id, _, err := ident.ParseID(ident.Invented(birth, n%900+1), tx.Day())
	if err != nil {
		panic("world: an invented identity number does not parse: " + err.Error())
	}
	card, _, err := ident.ParseCard(ident.InventedCard(n))
	if err != nil {
		panic("world: an invented card does not parse: " + err.Error())
	}
	yes := true
	return person.Draft{StaffNo: fmt.Sprintf("G%05d", n), Name: name, Sex: id.Sex(), Birth: birth, ID: id, Card: card, CardHolder: name,
		CardRelation: person.HolderSelf, CardBank: "示例银行临江支行", Post: "工人", Employment: person.Regular, UnionMember: &yes,
		EntryOn: day.Day("2010-07-01").Add(n % 3000)}
}

// Lead makes a worker the leader of a group.
func (w *World) Lead(ctx context.Context, name, unit string) error {
	return w.system(ctx, func(ctx context.Context, tx *db.Tx) error {
		return org.Appoint(ctx, tx, w.Posts[name], org.RoleGroupLeader, w.Units[unit].ID)
	})
}

// Endow opens a pocket and puts money into it.
func (w *World) Endow(ctx context.Context, p fund.NewPocket, amount money.Amount) error {
	return w.system(ctx, func(ctx context.Context, tx *db.Tx) error {
		p.Manager = w.Posts[org.RoleManager]
		if _, err := fund.Open(ctx, tx, p); err != nil {
			return err
		}
		_, err := fund.Give(ctx, tx, fund.Gift{Key: "opening/" + p.Code, Pocket: p.Code, Memo: "期初余额", Amount: amount, Opening: true})
		return err
	})
}

// Door makes a one-time sign-in path for a user.
func (w *World) Door(ctx context.Context, who string) (path string, err error) {
	err = w.system(ctx, func(ctx context.Context, tx *db.Tx) error {
		token, err := auth.Link(ctx, tx, auth.SecretSignIn, w.Posts[who], 24*time.Hour)
		path = "/signin/link/" + w.Union + "/" + token
		return err
	})
	return path, err
}
