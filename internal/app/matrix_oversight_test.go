package app

import (
	"context"
	"testing"

	"bangfu/internal/app/world"
	"bangfu/internal/domain/oversight"
	"bangfu/internal/engine/db"
)

// drew draws a sample of a union's awards and gives the case a finding.
func (m *matrix) drew(t *testing.T, w *world.World, ids map[string]string) {
	t.Helper()
	ctx, today := t.Context(), m.h.DB.Today()
	s, err := world.Do(ctx, w, "yangming", oversight.Draw, oversight.DrawIn{Basis: oversight.Awards, Method: oversight.ByRisk, From: today.Add(-90), Until: today, Size: 50})
	must(t, err)
	f, err := world.Do(ctx, w, "yangming", oversight.Find, oversight.FindIn{Award: ids["award"], Sample: s.ID, Text: "缺会议纪要，请补齐。", Role: "officer", Due: today.Add(10)})
	must(t, err)
	ids["sample"], ids["finding"] = s.ID, f.ID
	_, err = world.Do(ctx, w, "yangming", oversight.Ask, oversight.SampleID{Sample: s.ID})
	must(t, err)
	must(t, m.h.DB.View(ctx, db.System(w.Union), func(ctx context.Context, tx *db.Tx) error {
		all, err := oversight.AskedOf(ctx, tx, s.ID)
		for _, a := range all {
			if a.AwardID == ids["award"] {
				ids["asked"] = a.ID
			}
		}
		if ids["asked"] == "" {
			t.Errorf("nobody was asked of %d", len(all))
		}
		return err
	}))
}

// An auditor draws, opens the evidence and writes a finding; the officer answers; the auditor closes it; the sheets print.
func TestScenarioSample(t *testing.T) {
	m := newMatrix(t)
	w := m.own
	var items []oversight.Item
	must(t, m.h.DB.View(t.Context(), db.System(w.union), func(ctx context.Context, tx *db.Tx) (err error) {
		_, items, err = oversight.SampleOf(ctx, tx, w.ids["sample"])
		return err
	}))
	if len(items) < 1 || items[0].Score == 0 {
		t.Fatalf("drawn %+v", items)
	}
}
