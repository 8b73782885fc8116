package app

import (
	"context"
	"slices"

	"bangfu/internal/app/world"
	"bangfu/internal/domain/intake"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/task"
)

// owes wants exactly these papers of an emergency still to be brought, and the turns for them: owes WORKER CODE ….
func (p *player) owes(_ context.Context, l line) error {
	return p.see(func(ctx context.Context, tx *db.Tx) error {
		a, err := intake.Get(ctx, tx, p.cases[l.words[1]].App)
		if err != nil {
			return err
		}
		all, err := intake.Later(ctx, tx, a)
		var codes []string
		for _, f := range all {
			codes = append(codes, f.Code)
		}
		if err != nil {
			return err
		}
		if err := same(codes, l.words[2:]); err != nil {
			return err
		}
		turns, err := task.Of(ctx, tx, a.ID)
		asked := slices.ContainsFunc(turns, func(t task.Waiting) bool { return t.Kind == "intake.later" && t.Due == a.Due })
		if err == nil && asked != (len(codes) > 0) {
			p.t.Errorf("%s owes %v, the officer's turn is open: %v", l.words[1], codes, asked)
		}
		return err
	})
}

// sees is the officer's word that the originals were seen, or waived with a reason: sees WHO WORKER CODE …, waived=why.
func (p *player) sees(ctx context.Context, l line) error {
	in := intake.VouchIn{ID: p.cases[l.words[2]].App, How: intake.VouchSeen}
	if why := l.opt["waived"]; why != "" {
		in.How, in.Note = intake.VouchWaived, why
	}
	for _, in.Code = range l.words[3:] {
		if _, err := world.Do(ctx, p.w, l.words[1], intake.VouchPaper, in); err != nil {
			return err
		}
	}
	return nil
}
