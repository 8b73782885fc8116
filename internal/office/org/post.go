package org

import (
	"context"
	"slices"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/engine/db"
)

// Post is a role held at a unit for a term; an empty Until is open.
type Post struct {
	UnionID, ID, UserID, Role, UnitID string
	Since, Until                      day.Day
}

// Appoint gives a user a role at a unit from today. Faults: "org.role", Missing for an unknown unit.
func Appoint(ctx context.Context, tx *db.Tx, userID, role, unitID string) error {
	if !slices.Contains(Roles(), role) {
		return fault.New(fault.Invalid, "org.role").At("role")
	}
	if _, err := UnitOf(ctx, tx, unitID); err != nil {
		return err
	}
	return db.Insert(ctx, tx, "org_post", Post{UnionID: tx.Union, ID: tx.ID(), UserID: userID, Role: role, UnitID: unitID, Since: tx.Day()})
}

// Retire ends a post today; from the next request on it gives no right. Faults: "fault.missing", "org.last_admin" (Refused)
// for the post by which alone the house can be run.
func Retire(ctx context.Context, tx *db.Tx, postID string) error {
	p, err := db.One[Post](ctx, tx, `select union_id, id, user_id, role, unit_id, since, until from org_post where union_id = $1 and id = $2`, tx.Union, postID)
	if err != nil {
		return err
	}
	if p.Role == RoleAdmin {
		if err := otherAdmin(ctx, tx, "p.id <> $2", postID); err != nil {
			return err
		}
	}
	return tx.Must(ctx, "fault.missing", `update org_post set until = $3 where union_id = $1 and id = $2 and until = ''`,
		tx.Union, postID, tx.Day())
}

// otherAdmin wants an open account with an administrator's post that meets a condition. Fault: "org.last_admin".
func otherAdmin(ctx context.Context, tx *db.Tx, cond, arg string) error {
	n, err := db.Value[int64](ctx, tx, `
		select count(*) from org_post p join org_user u on u.union_id = p.union_id and u.id = p.user_id
		where p.union_id = $1 and p.role = 'admin' and p.until = '' and u.status = 'active' and `+cond, tx.Union, arg)
	if err == nil && n == 0 {
		err = fault.New(fault.Refused, "org.last_admin")
	}
	return err
}

// Away records that a user is away and who stands in, for one role or (empty) for all.
type Away struct {
	UnionID, ID, UserID, DelegateID, Role string
	Since, Until                          day.Day
}

// SetAway names a delegate for a span of days. Faults: "org.away_self", "org.away_span",
// "org.away_who" for somebody who is not of the union.
func SetAway(ctx context.Context, tx *db.Tx, a Away) error {
	if a.UserID == a.DelegateID || a.DelegateID == "" {
		return fault.New(fault.Invalid, "org.away_self").At("delegate_id")
	}
	if !a.Since.Valid() || !a.Until.Valid() || a.Until < a.Since {
		return fault.New(fault.Invalid, "org.away_span").At("until")
	}
	n, err := db.Value[int64](ctx, tx, `select count(*) from org_user where union_id = $1 and id = $2`, tx.Union, a.DelegateID)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.Invalid, "org.away_who").At("delegate_id")
	}
	a.UnionID, a.ID = tx.Union, tx.ID()
	return db.Insert(ctx, tx, "org_away", a)
}

// held is a post with its unit's path and the user for whom it is held.
type held struct {
	Role, UnitID, Path, UserID string
}

// PostsOf gives what a user holds today, and what the user holds for those who are away, by their word or by that of a delegate
// who is away too.
func PostsOf(ctx context.Context, tx *db.Tx, userID string) ([]db.Post, error) {
	rows, err := db.All[held](ctx, tx, `
		select p.role, p.unit_id, u.path, p.user_id
		from org_post p join org_unit u on u.union_id = p.union_id and u.id = p.unit_id
		where p.union_id = $1 and p.since <= $3 and (p.until = '' or p.until > $3)
		and (p.user_id = $2 or exists (select 1 from org_away a
			left join org_away b on b.union_id = a.union_id and b.user_id = a.delegate_id
				and (b.role = '' or b.role = p.role) and b.since <= $3 and b.until >= $3
			where a.union_id = p.union_id and a.user_id = p.user_id and (a.delegate_id = $2 or b.delegate_id = $2)
			and (a.role = '' or a.role = p.role) and a.since <= $3 and a.until >= $3))`, tx.Union, userID, tx.Day())
	if err != nil {
		return nil, err
	}
	out := make([]db.Post, 0, len(rows))
	for _, r := range rows {
		p := db.Post{Role: r.Role, Unit: r.UnitID, Path: r.Path}
		if r.UserID != userID {
			p.As = r.UserID
		}
		out = append(out, p)
	}
	return out, nil
}

// Holder is a user who holds a role at a unit, itself or for one who is away.
type Holder struct {
	UserID, PersonID, Name, Phone, UnitID, Path string
}

// Holders gives who holds a role for a unit: at the unit itself or at the nearest unit above that has one. Those away
// are replaced by their delegates, and delegates who are away by theirs. None at all gives an empty list.
func Holders(ctx context.Context, tx *db.Tx, role, unitID string) ([]Holder, error) {
	unit, err := UnitOf(ctx, tx, unitID)
	if err != nil {
		return nil, err
	}
	all, err := db.All[Holder](ctx, tx, `
		select h.id as user_id, h.person_id, h.name, h.phone, p.unit_id, u.path
		from org_post p
		join org_unit u on u.union_id = p.union_id and u.id = p.unit_id
		left join org_away a on a.union_id = p.union_id and a.user_id = p.user_id
			and (a.role = '' or a.role = p.role) and a.since <= $3 and a.until >= $3
		left join org_away b on b.union_id = a.union_id and b.user_id = a.delegate_id
			and (b.role = '' or b.role = p.role) and b.since <= $3 and b.until >= $3
		join org_user h on h.union_id = p.union_id and h.id = coalesce(b.delegate_id, a.delegate_id, p.user_id) and h.status = 'active'
		where p.union_id = $1 and p.role = $2 and p.since <= $3 and (p.until = '' or p.until > $3)
		order by u.path, h.id`, tx.Union, role, tx.Day())
	if err != nil {
		return nil, err
	}
	best, out := 0, []Holder(nil)
	for _, h := range all {
		if !strings.HasPrefix(unit.Path, h.Path) {
			continue
		}
		if len(h.Path) > best {
			best, out = len(h.Path), nil
		}
		if len(h.Path) == best && !slices.ContainsFunc(out, func(o Holder) bool { return o.UserID == h.UserID }) {
			out = append(out, h)
		}
	}
	return out, nil
}

// Listed is one post as the list of posts shows it.
type Listed struct {
	ID, UserID, Name, Login, Role, UnitID, UnitName string
	Since                                           day.Day
}

// Posts lists the posts held today.
func Posts(ctx context.Context, tx *db.Tx) ([]Listed, error) {
	return db.All[Listed](ctx, tx, `
		select p.id, p.user_id, h.name, h.login, p.role, p.unit_id, u.name as unit_name, p.since
		from org_post p join org_unit u on u.union_id = p.union_id and u.id = p.unit_id
		join org_user h on h.union_id = p.union_id and h.id = p.user_id
		where p.union_id = $1 and (p.until = '' or p.until > $2) order by u.path, p.role, h.name`, tx.Union, tx.Day())
}
