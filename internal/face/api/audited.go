package api

import (
	"context"

	"bangfu/internal/base/day"
	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
	"bangfu/internal/domain/oversight"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
)

// Sample is what was drawn and how, so that a program can draw it again. Amount is of all that it was drawn from, in fen.
type Sample struct {
	ID, Number       string
	Basis            oversight.Basis
	Method           oversight.Method
	From, Until      day.Day
	Size, Population int64
	Amount           money.Amount
	Seed, Digest     string
}

var samples = act.Read[act.Cursor, act.Page[Sample]]{Name: "oversight.samples", Title: "审计样本", Right: "oversight.see",
	Do: func(ctx context.Context, tx *db.Tx, in act.Cursor) (page act.Page[Sample], err error) {
		all, err := oversight.Samples(ctx, tx)
		if err != nil {
			return page, err
		}
		return pageOf(all, in, func(s oversight.Sample) string { return s.ID }, func(s oversight.Sample) (Sample, error) {
			return Sample{s.ID, s.Number, s.Basis, s.Method, s.FromOn, s.UntilOn, s.Size, s.Population, s.Amount, s.Seed, s.Digest}, nil
		})
	}}

// Drawn is one thing of a sample with its risk score and the signals that make it up. Passed says that it was looked at and is in
// order.
type Drawn struct {
	Place           int64
	Number, AwardID string
	Amount          money.Amount
	Score           int64
	Signals         []AuditSignal
	Passed          bool
}

// AuditSignal is one thing worth looking at, by its code and in words.
type AuditSignal struct {
	Code, Says string
	Gap        bool // a piece of evidence is missing
}

// drawnIn names a sample; the newest unless said.
type drawnIn struct {
	Sample string `form:"sample" label:"样本" max:"40"`
}

var drawn = act.Read[drawnIn, act.Page[Drawn]]{Name: "oversight.drawn", Title: "样本里抽到的", Right: "oversight.see",
	Do: func(ctx context.Context, tx *db.Tx, in drawnIn) (page act.Page[Drawn], err error) {
		if in.Sample == "" {
			all, err := oversight.Samples(ctx, tx)
			if err != nil || len(all) == 0 {
				return page, err
			}
			in.Sample = all[0].ID
		}
		_, items, err := oversight.SampleOf(ctx, tx, in.Sample)
		if err != nil {
			return page, err
		}
		for _, i := range items {
			signs, err := i.Signals()
			if err != nil {
				return page, err
			}
			one := Drawn{i.Place, i.Name, i.AwardID, i.Amount, i.Score, nil, i.PassedAt > 0}
			for _, s := range signs {
				one.Signals = append(one.Signals, AuditSignal{s.Code, s.Say(words.Zh), s.Gap()})
			}
			page.Items = append(page.Items, one)
		}
		return page, nil
	}}

// Finding is what an auditor found, of those the token's user is asked about or may see.
type Finding struct {
	ID, Number, SampleID, AwardID, UnitID, Text, Role string
	Due                                               day.Day
	State                                             oversight.State
	Version                                           int64
}

var auditFindings = act.Read[act.Cursor, act.Page[Finding]]{Name: "oversight.findings", Title: "审计问题", Right: "oversight.findings",
	Do: func(ctx context.Context, tx *db.Tx, in act.Cursor) (page act.Page[Finding], err error) {
		all, err := oversight.Findings(ctx, tx)
		if err != nil {
			return page, err
		}
		return pageOf(all, in, func(f oversight.Finding) string { return f.ID }, func(f oversight.Finding) (Finding, error) {
			return Finding{f.ID, f.Number, f.SampleID, f.AwardID, f.UnitID, f.Text, f.Role, f.Due, f.State, f.Version}, nil
		})
	}}
