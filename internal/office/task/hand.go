package task

import (
	"context"
	"slices"
	"strings"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/words"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/org"
)

// HandIn hands the turns of one user to another: an officer is gone.
type HandIn struct {
	FromID string `form:"from_id" label:"移交人" need:"true" max:"40"`
	ToID   string `form:"to_id" label:"接手人" need:"true" max:"40"`
	Reason string `form:"reason" label:"移交原因" need:"true" max:"200"`
}

// Handed says how many turns went over and how many could not: the other one is barred there, lacks the role, or the
// turn is shared with colleagues and stays with them.
type Handed struct {
	Moved, Kept int
}

// HandOver gives every turn that is one user's alone to another. Faults: "task.same_user", "task.off" (the other account
// is closed), "fault.denied" where the actor's right does not reach.
var HandOver = act.Act[HandIn, Handed]{Name: "task.hand_over", Title: "移交待办", Right: "task.hand_over",
	Do: func(ctx context.Context, tx *db.Tx, in HandIn) (Handed, error) {
		tx.About("user", in.FromID, "tasks")
		tx.Trail.Reason = in.Reason
		return handOver(ctx, tx, in)
	}}

func handOver(ctx context.Context, tx *db.Tx, in HandIn) (Handed, error) {
	if in.FromID == in.ToID {
		return Handed{}, fault.New(fault.Invalid, "task.same_user").At("to_id")
	}
	from, err := org.UserByID(ctx, tx, in.FromID)
	if err != nil {
		return Handed{}, err
	}
	to, err := org.UserByID(ctx, tx, in.ToID)
	if err != nil {
		return Handed{}, err
	}
	if to.Status != "active" {
		return Handed{}, fault.New(fault.Refused, "task.off", to.Name).At("to_id")
	}
	posts, err := org.PostsOf(ctx, tx, to.ID)
	if err != nil {
		return Handed{}, err
	}
	list, err := turnsOf(ctx, tx, from)
	if err != nil {
		return Handed{}, err
	}
	var h Handed
	for _, t := range list {
		if auth.Reach(tx, "task.hand_over", t.UnitPath, "") != nil || !fits(t, to, posts) {
			h.Kept++
			continue
		}
		n, err := move(ctx, tx, t, to.ID)
		if err != nil {
			return h, err
		}
		h.Moved, h.Kept = h.Moved+n, h.Kept+1-n
	}
	return h, nil
}

// move gives a turn to a user, unless that user has the same turn already or someone was faster.
func move(ctx context.Context, tx *db.Tx, t Task, userID string) (int, error) {
	n, err := tx.Exec(ctx, `
		update task_turn set user_id = $3 where union_id = $1 and id = $2 and closed_at = 0 and user_id = $4
		and not exists (select 1 from task_turn o where o.union_id = $1 and o.object_id = $5 and o.kind = $6
			and o.user_id = $3 and o.person_id = '' and o.closed_at = 0)`, tx.Union, t.ID, userID, t.UserID, t.ObjectID, t.Kind)
	return int(n), err
}

// turnsOf gives the open turns that are a user's alone: by name, or as the only holder of the role.
func turnsOf(ctx context.Context, tx *db.Tx, u org.User) ([]Task, error) {
	posts, err := org.PostsOf(ctx, tx, u.ID)
	if err != nil {
		return nil, err
	}
	list, err := db.All[Task](ctx, tx, `
		select `+columns+` from task_turn where union_id = $1 and closed_at = 0 and user_id = $2 order by due, id`, tx.Union, u.ID)
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, p := range posts {
		seats, err := org.Seats(ctx, tx, p.Role, p.Path)
		if err != nil {
			return nil, err
		}
		beneath, args := db.Beneath("unit_path", 3, p.Path)
		shared, err := db.All[Task](ctx, tx, `
			select `+columns+` from task_turn where union_id = $1 and closed_at = 0 and user_id = '' and person_id = ''
			and role = $2 and `+beneath+` order by due, id`, append([]any{tx.Union, p.Role}, args...)...)
		if err != nil {
			return nil, err
		}
		for _, t := range shared {
			got := nearest(seats, Where{t.Role, t.UnitPath, Split(t.Barred)})
			if len(got) == 1 && got[0].UserID == u.ID && !seen[t.ID] {
				seen[t.ID] = true
				list = append(list, t)
			}
		}
	}
	return list, nil
}

// fits says whether a user may take a turn: not barred, and holding its role where it has one.
func fits(t Task, to org.User, posts []db.Post) bool {
	if Bars(Split(t.Barred), to.ID, to.PersonID) {
		return false
	}
	return t.Role == "" || slices.ContainsFunc(posts, func(p db.Post) bool {
		return p.Role == t.Role && strings.HasPrefix(t.UnitPath, p.Path)
	})
}

// Gaps gives the roles a union cannot work without that nobody holds at its head, for the set-up page.
func Gaps(ctx context.Context, tx *db.Tx) ([]words.Key, error) {
	var out []words.Key
	for _, role := range []string{org.RoleOfficer, org.RoleChair, org.RoleCommittee, org.RoleAccountant, org.RoleCashier, org.RoleAuditor} {
		got, err := org.Holders(ctx, tx, role, tx.Union)
		if err != nil {
			return nil, err
		}
		if len(got) == 0 {
			out = append(out, words.Key("role."+role))
		}
	}
	return out, nil
}

// Acts lists what can be done to turns by hand.
func Acts() []act.Any { return []act.Any{HandOver} }
