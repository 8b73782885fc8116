package standards

import (
	"context"

	"bangfu/internal/base/ident"
	"bangfu/internal/domain/household"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/page"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/org"
)

// mostSample is how many real families stand beside a draft while it is written; all of them are for 改数试算.
const mostSample = 8

// sample judges a few of the union's own families by the version in force and by the one at hand.
func (p *writePage) sample(ctx context.Context, tx *db.Tx) error {
	if auth.Scope(tx.Actor, "casefile.see").None() {
		return nil // who may not know a family is not shown a single one
	}
	u, err := org.Info(ctx, tx)
	if err != nil {
		return err
	}
	refs, err := standard.Lines(ctx, tx, u.Region, tx.Day())
	if err != nil {
		return err
	}
	before := p.S
	for _, v := range p.Versions {
		if v.InForce(p.Today) {
			if before, err = standard.Parse([]byte(v.Body)); err != nil {
				return err
			}
			break
		}
	}
	families, _, err := household.Families(ctx, tx, rightWhatIf, [2]*standard.Standard{before, p.S}, mostSample)
	if err != nil {
		return err
	}
	p.Sample = whatPage{onePage: p.onePage, AfterS: p.S, Persons: true}
	p.Moves, err = household.Sides(families, household.Rule{S: before, Refs: refs}, household.Rule{S: p.S, Refs: refs})
	return err
}

// samples says what becomes of them.
func (p writePage) samples(in page.In) page.List {
	t := page.List{Caption: in.T("拿几户真实的家庭看看"), Head: 0, None: in.T("还没有登记过家庭情况"),
		Cols: []page.Col{{Label: in.T("哪一户")}, {Label: in.T("按现在用的")}, {Label: in.T("按这一版")}, {Label: in.T("变化")}}}
	for _, m := range p.Moves {
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.A("/desk/people/"+m.Worker.ID, ident.MaskName(m.Worker.Name)), page.T(p.Sample.said(in, m.Before)), page.T(p.Sample.said(in, m.After)),
			page.C(page.Tag(changeTone(m.Change), in.T("standard.change_"+string(m.Change))))}})
	}
	return t
}
