package org

import (
	"context"

	"bangfu/internal/engine/db"
)

// Seats gives who holds a role today at a unit's path, anywhere above it and anywhere beneath it, so that whoever asks
// can work out whose turn it is in all those units at once. Those away are replaced by their delegates, and those by theirs.
func Seats(ctx context.Context, tx *db.Tx, role, path string) ([]Holder, error) {
	return db.All[Holder](ctx, tx, `
		select h.id as user_id, h.person_id, h.name, h.phone, p.unit_id, u.path
		from org_post p
		join org_unit u on u.union_id = p.union_id and u.id = p.unit_id
		left join org_away a on a.union_id = p.union_id and a.user_id = p.user_id
			and (a.role = '' or a.role = p.role) and a.since <= $3 and a.until >= $3
		left join org_away b on b.union_id = a.union_id and b.user_id = a.delegate_id
			and (b.role = '' or b.role = p.role) and b.since <= $3 and b.until >= $3
		join org_user h on h.union_id = p.union_id and h.id = coalesce(b.delegate_id, a.delegate_id, p.user_id) and h.status = 'active'
		where p.union_id = $1 and p.role = $2 and p.since <= $3 and (p.until = '' or p.until > $3)
		and (u.path like $4 || '%' or $4 like u.path || '%')
		order by u.path, h.id`, tx.Union, role, tx.Day(), path)
}
