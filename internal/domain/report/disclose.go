package report

import (
	"context"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
	"bangfu/internal/domain/fund"
	"bangfu/internal/domain/intake"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/org"
)

// SourceLine is the money of one kind of source over a span, read off the ledger: Opening + Came + Turned − Returned − Paid − Placed =
// End. Turned is what moved between sources or was reversed; Placed is what was lent and invested less what came back of it.
type SourceLine struct {
	Source                                             fund.Source
	Opening, Came, Paid, Returned, Turned, Placed, End money.Amount
}

// UseLine is what one kind of help was paid, to how many. Hidden says that so few got it that it is not told.
type UseLine struct {
	Name   words.Said
	People int64
	Amount money.Amount
	Hidden bool
}

// Disclosure is what a union shows in public of a span (S21): where the money came from and what it was used for.
type Disclosure struct {
	Span
	Sources []SourceLine
	Uses    []UseLine
	Total   SourceLine
	Spent   money.Amount
}

// Disclosed reports whether the union shows its income and spending in public.
func Disclosed(ctx context.Context, tx *db.Tx) (bool, error) {
	v, err := org.Setting(ctx, tx, "disclosure.public")
	return v == "yes", err
}

// Public gives the disclosure where the union shows it. Fault: Missing "report.not_public".
func Public(ctx context.Context, tx *db.Tx, span Span) (Disclosure, error) {
	shown, err := Disclosed(ctx, tx)
	if err == nil && !shown {
		err = fault.New(fault.Missing, "report.not_public")
	}
	if err != nil {
		return Disclosure{}, err
	}
	return Disclose(ctx, tx, span)
}

// Disclose reads income and spending of a span off the ledger.
func Disclose(ctx context.Context, tx *db.Tx, span Span) (Disclosure, error) {
	d := Disclosure{Span: span}
	lines, err := fund.FundLines(ctx, tx, fund.Span{From: span.From, To: span.To})
	if err != nil {
		return d, err
	}
	at := map[fund.Source]int{}
	for _, l := range lines {
		i, ok := at[l.Pocket.Source]
		if !ok {
			i = len(d.Sources)
			at[l.Pocket.Source] = i
			d.Sources = append(d.Sources, SourceLine{Source: l.Pocket.Source})
		}
		d.Sources[i].add(l)
		d.Total.add(l)
	}
	return d, d.uses(ctx, tx)
}

func (s *SourceLine) add(l fund.FundLine) {
	s.Opening += l.Opening
	s.Came += l.Given
	s.Paid += l.Paid
	s.Returned += l.Returned
	s.Turned += l.In - l.Out + l.Turned
	s.Placed += l.Lent - l.Repaid + l.Invested - l.Redeemed
	s.End += l.End
}

// uses adds up what was spent on awards by programme: payments less what was taken back. Programmes with few people, and so many
// of the next that nobody can work those out, are told together.
func (d *Disclosure) uses(ctx context.Context, tx *db.Tx) error {
	type use struct {
		Programme string
		People    int64
		Amount    money.Amount
	}
	rows, err := db.All[use](ctx, tx, `
		select a.programme, count(distinct a.person_id) as people,
			cast(sum(case when e.kind = 'spend' then e.amount else -e.amount end) as bigint) as amount
		from fund_entry e join plan_award a on a.union_id = e.union_id and a.id = e.ref
		where e.union_id = $1 and e.day >= $2 and e.day <= $3 and e.kind in ('spend', 'recover', 'unpark')
		group by a.programme order by 3 desc, a.programme`, tx.Union, d.From, d.To)
	if err != nil {
		return err
	}
	all, err := intake.Programmes(ctx, tx)
	if err != nil {
		return err
	}
	counts := make([]int64, len(rows))
	for i, r := range rows {
		counts[i] = r.People
	}
	few := UseLine{Name: words.Key("report.few"), Hidden: true}
	for i, hidden := range Hide(counts) {
		r := rows[i]
		d.Spent += r.Amount
		if hidden {
			few.Amount += r.Amount
			continue
		}
		line := UseLine{Name: words.Key(r.Programme), People: r.People, Amount: r.Amount}
		for _, p := range all {
			if p.Code == r.Programme {
				line.Name = p.Name
			}
		}
		d.Uses = append(d.Uses, line)
	}
	if few.Amount > 0 {
		d.Uses = append(d.Uses, few)
	}
	return nil
}
