package household

import (
	"context"
	"testing"

	"bangfu/internal/base/money"
	"bangfu/internal/domain/person"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/db"
)

const whatIf = `standard: trial
version: 1
name: {zh: 试算, en: Trial}
kind: benefit
facts: {income_year: , family_size: }
parameters:
  line: {type: money, ref: dibao_line, zh: 低保标准, en: line}
items:
  - code: living
    zh: 生活帮扶
    en: living aid
    kind: RANGE
    requires:
      - {code: below, when: income_year < line * 12 * family_size, zh: 低于低保标准, en: below the line}
    floor: 300
    ceiling: 500
    period: quarterly
    limits:
      - {code: once, per: household, within: quarter, times: 1, zh: 每季度一次, en: once a quarter}
`

func parsed(t *testing.T, set map[string]string) *standard.Standard {
	t.Helper()
	body, err := standard.Turn(whatIf, set)
	if err != nil {
		t.Fatal(err)
	}
	s, err := standard.Parse([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func refs(yuan int64) standard.Refs {
	return standard.Refs{"dibao_line": standard.MoneyOf(money.Yuan(yuan))}
}

func family(yuan int64) Family {
	f := standard.Facts{"income_year": standard.MoneyOf(money.Yuan(yuan)), "family_size": standard.IntOf(1), "times.living.quarter": standard.IntOf(0)}
	return Family{Worker: person.Worker{ID: "p", UnitID: "u"}, Facts: [2]standard.Facts{f, f}}
}

func TestCompareToTheFen(t *testing.T) {
	ceiling := ""
	for _, d := range standard.Dials(whatIf) {
		if d.Part == "ceiling" {
			ceiling = d.Key
		}
	}
	now := Rule{parsed(t, nil), refs(1000)}
	// A year's line is 12,000 now and 14,400 after; incomes below, between, at the new line, 5 and 15 per cent above it, and not known.
	all := []Family{family(11_999), family(12_000), family(14_400), family(15_120), family(16_560), {Worker: person.Worker{UnitID: "v"}, Facts: [2]standard.Facts{{}, {}}}}
	w, err := Compare(all, now, Rule{parsed(t, map[string]string{ceiling: "600"}), refs(1200)})
	if err != nil {
		t.Fatal(err)
	}
	want := Tally{Before: 1, After: 2, Enters: 1, Others: 1, BeforeY: Year{120_000, 200_000}, AfterY: Year{240_000, 480_000}}
	if w.All != want || w.Items["living"] != want || w.Units["u"] != want || w.Unknown != 1 || w.Families != 6 {
		t.Errorf("all %+v items %+v units %+v unknown %d", w.All, w.Items, w.Units, w.Unknown)
	}
	if len(w.Moves) != 2 || w.Moves[0].Change != Enters || w.Moves[1].Change != More {
		t.Errorf("moves %+v", w.Moves)
	}
	// Exactly at the line is not below it: 1 per cent more would do; 5 per cent above needs 6; 15 is too far.
	if len(w.Near) != 2 || w.Near[0].Percent != 1 || w.Near[1].Percent != 6 || w.Near[0].Loses != 240_000 {
		t.Fatalf("near %+v", w.Near)
	}
	for i, want := range []money.Amount{228_000, 108_000} { // 95 and 45 per cent
		if got, err := w.Near[i].Taper(); err != nil || got != want {
			t.Errorf("taper %s, %v, want %s", got, err, want)
		}
	}
	back, err := Compare(all, Rule{now.S, refs(1200)}, now)
	if err != nil || back.All.Leaves != 1 || back.Moves[0].Change != Leaves {
		t.Errorf("back %+v, %v", back.All, err)
	}
}

// The families are those of whom something is told, and help given already does not count: the trial is of a whole year.
func TestFamilies(t *testing.T) {
	each(t, func(t *testing.T, h *home) {
		s := parsed(t, nil)
		look := func(who db.Actor) (out []Family) {
			h.t.Helper()
			if err := h.d.View(t.Context(), who, func(ctx context.Context, tx *db.Tx) (err error) {
				out, _, err = Families(ctx, tx, "standard.what_if", [2]*standard.Standard{s, s}, MostFamilies)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return out
		}
		system := db.Actor{Union: "u1", User: "system"}
		if got := look(system); len(got) != 0 {
			t.Fatalf("nothing is told, and %d families are looked at", len(got))
		}
		h.says(person.Member{}, "dibao", "", "true")
		got := look(system)
		if len(got) != 1 || got[0].Worker.ID != h.w.ID || !got[0].Facts[1]["dibao"].Known() {
			t.Fatalf("families %+v", got)
		}
		if v := got[0].Facts[0]["times.living.quarter"]; !v.Known() || v.Num != 0 {
			t.Errorf("earlier help: %+v", v)
		}
		if got := look(db.Actor{Union: "u1", User: "ann"}); len(got) != 0 {
			t.Errorf("who has no right sees %d families", len(got))
		}
	})
}
