package app

import (
	"context"
	"slices"

	"bangfu/internal/app/world"
	"bangfu/internal/domain/intake"
	"bangfu/internal/domain/person"
	"bangfu/internal/domain/plan"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task"
)

// moves puts a worker into another group: moves WORKER GROUP.
func (p *player) moves(ctx context.Context, l line) error {
	return p.h.DB.Update(ctx, db.System(p.w.Union), func(ctx context.Context, tx *db.Tx) error {
		units, err := org.Units(ctx, tx)
		at := slices.IndexFunc(units, func(u org.Unit) bool { return u.Name == l.words[2] })
		if err != nil || at < 0 {
			p.t.Fatalf("no unit %s: %v", l.words[2], err)
		}
		return person.Transfer(ctx, tx, p.w.Staff[l.words[1]].ID, units[at].ID)
	})
}

// follow does what the jobs do that walk cases after their workers.
func (p *player) follow(ctx context.Context, _ line) error {
	for _, kind := range []string{"intake.follow", "plan.follow", "payment.follow"} {
		if err := p.h.jobs().Kinds[kind](ctx, p.h.DB, p.w.Union, ""); err != nil {
			return err
		}
	}
	return nil
}

// turns wants exactly these people to have the turn of a kind with a worker's application: turns WORKER KIND NAME ….
func (p *player) turns(_ context.Context, l line) error {
	return p.see(func(ctx context.Context, tx *db.Tx) error {
		all, err := task.Of(ctx, tx, p.cases[l.words[1]].App)
		names := []string{}
		for _, t := range all {
			for _, h := range t.Holders {
				if t.Kind == l.words[2] {
					names = append(names, h.Name)
				}
			}
		}
		slices.Sort(names)
		if err != nil {
			return err
		}
		return same(names, l.words[3:])
	})
}

// closeGone ends the application of a worker who is no longer here: close-gone WHO WORKER.
func (p *player) closeGone(ctx context.Context, l line) error {
	_, err := world.Do(ctx, p.w, l.words[1], plan.CloseGone, intake.GoneIn{ID: p.cases[l.words[2]].App, Note: "已和家属联系，爱人可以另行申请"})
	return err
}
