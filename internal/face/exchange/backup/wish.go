package backup

import (
	"context"

	"bangfu/internal/base/fault"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
)

// Acts lists what a person can ask of the copies.
func Acts() []act.Any { return []act.Any{AskCopy, AskRehearsal} }

// AskCopy asks for a copy now. It is made beside the work of the house, by the loop that makes the nightly ones. Fault:
// Conflict "backup.asked" while one is asked for or under way.
var AskCopy = act.Act[act.None, act.None]{Name: "backup.ask", Title: "现在备份", Right: "backup.ask", Do: ask(Copied)}

// AskRehearsal asks for the newest copy to be restored into a place of its own and compared. Faults as AskCopy.
var AskRehearsal = act.Act[act.None, act.None]{Name: "backup.rehearse", Title: "演练恢复", Right: "backup.ask", Do: ask(Rehearsed)}

func ask(kind Kind) func(context.Context, *db.Tx, act.None) (act.None, error) {
	return func(ctx context.Context, tx *db.Tx, _ act.None) (act.None, error) {
		tx.About("house", string(kind))
		s, err := Stand(ctx, tx, Plan{})
		if err != nil {
			return act.None{}, err
		}
		if last := map[Kind]*Run{Copied: s.Last, Rehearsed: s.LastTest}[kind]; last != nil && last.State == "running" && !last.failed(tx.Now) {
			return act.None{}, fault.New(fault.Conflict, "backup.asked")
		}
		return act.None{}, tx.Must(ctx, "backup.asked", `
			insert into backup_wish (union_id, kind, asked_at) values ($1, $2, $3) on conflict (union_id, kind) do nothing`, tx.Union, kind, tx.Ms())
	}
}

// Wished tells which kinds a union has asked for and nobody has taken up yet.
func Wished(ctx context.Context, tx *db.Tx) ([]Kind, error) {
	return db.All[Kind](ctx, tx, `select kind from backup_wish where union_id = $1 order by kind`, tx.Union)
}

// Asked makes what was asked for, the copies first. A wish is taken by one of many machines.
func (n Nightly) Asked(ctx context.Context) error {
	unions, err := n.House.Unions(ctx)
	for _, u := range unions {
		var kinds []Kind
		if err == nil {
			err = n.House.DB.View(ctx, db.System(u), func(ctx context.Context, tx *db.Tx) (err error) {
				kinds, err = Wished(ctx, tx)
				return err
			})
		}
		for _, kind := range kinds {
			if err == nil {
				err = n.grant(ctx, u, kind)
			}
		}
	}
	return err
}

func (n Nightly) grant(ctx context.Context, union string, kind Kind) error {
	mine := false
	err := n.House.DB.Update(ctx, db.System(union), func(ctx context.Context, tx *db.Tx) error {
		k, err := tx.Exec(ctx, `delete from backup_wish where union_id = $1 and kind = $2`, tx.Union, kind)
		mine = k == 1
		return err
	})
	if err != nil || !mine {
		return err
	}
	if kind == Copied {
		_, _, err = Now(ctx, n.House, n.Plan.Dir)
		return err
	}
	from := ""
	if all := List(n.Plan.Dir); len(all) > 0 {
		from = all[len(all)-1]
	}
	_, err = Rehearse(ctx, n.House, from)
	return err
}
