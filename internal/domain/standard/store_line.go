package standard

import (
	"context"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
	"bangfu/internal/engine/db"
)

// The figures every union keeps; others may stand beside them under any code.
const (
	DibaoLine   = "dibao_line"   // subsistence line, fen per head and month
	MinimumWage = "minimum_wage" // fen a month
)

// LastYear is what a reference's name ends with when last year's figure is meant (R06).
const LastYear = "@last_year"

// Line is one reference figure of a region ("" for the whole union) from a day on. Amount is fen.
type Line struct {
	UnionID, ID, Region, Kind string
	FromDay                   day.Day
	Amount                    money.Amount
	Source, RecordedBy        string
	RecordedAt                int64
}

const lineColumns = `union_id, id, region, kind, from_day, amount, source, recorded_by, recorded_at`

// KindName says a figure's kind in words; a code of the union's own is shown as it is.
func KindName(kind string) words.Said {
	switch kind {
	case DibaoLine:
		return words.Key("低保标准（每人每月）")
	case MinimumWage:
		return words.Key("最低工资（每月）")
	}
	return Text{Zh: kind}
}

func regionShape(s string) bool {
	return len(s) == 6 && strings.Trim(s, "0123456789") == ""
}

// AddLine writes one reference figure. Older ones stay, so that a verdict of a past day finds its own. Faults: those of
// LineIn.Check, "standard.line_same" (Refused) when the very same is written already.
func AddLine(ctx context.Context, tx *db.Tx, in LineIn) (Line, error) {
	if err := in.Check(); err != nil {
		return Line{}, err
	}
	last, ok, err := db.Maybe[Line](ctx, tx, `
		select `+lineColumns+` from standard_line where union_id = $1 and kind = $2 and region = $3 and from_day = $4
		order by recorded_at desc, id desc limit 1`, tx.Union, in.Kind, in.Region, in.FromDay)
	if err != nil {
		return Line{}, err
	}
	if ok && last.Amount == in.Amount {
		return Line{}, fault.New(fault.Refused, "standard.line_same", KindName(in.Kind), string(in.FromDay), in.Amount)
	}
	n := Line{UnionID: tx.Union, ID: tx.ID(), Region: in.Region, Kind: in.Kind, FromDay: in.FromDay, Amount: in.Amount,
		Source: in.Source, RecordedBy: tx.Actor.User, RecordedAt: max(tx.Ms(), last.RecordedAt+1)}
	return n, db.Insert(ctx, tx, "standard_line", n)
}

// AllLines lists every figure, by kind and region, newest first.
func AllLines(ctx context.Context, tx *db.Tx) ([]Line, error) {
	return db.All[Line](ctx, tx, `
		select `+lineColumns+` from standard_line where union_id = $1 order by kind, region, from_day desc, recorded_at desc`, tx.Union)
}

// Lines gives the figures of a region on a day under the names standards ask them by, last year's too: the figure that
// was in force on the last day of the year before. The nearest region counts: the county's, else the city's, the
// province's, the union's own. What nobody has written is absent, and a verdict then says that it needs it.
func Lines(ctx context.Context, tx *db.Tx, region string, on day.Day) (Refs, error) {
	all, err := AllLines(ctx, tx)
	if err != nil {
		return nil, err
	}
	refs := Refs{}
	for _, at := range []struct {
		suffix string
		on     day.Day
	}{{"", on}, {LastYear, day.Day(string(on)[:4] + "-01-01").Add(-1)}} {
		for kind, n := range pick(all, region, at.on) {
			refs[kind+at.suffix] = MoneyOf(n.Amount)
		}
	}
	return refs, nil
}

// pick gives for each kind the line of the nearest region that is in force on a day. Lines come newest first.
func pick(all []Line, region string, on day.Day) map[string]Line {
	out := map[string]Line{}
	for _, r := range regions(region) {
		for _, n := range all {
			if _, have := out[n.Kind]; !have && n.Region == r && n.FromDay <= on {
				out[n.Kind] = n
			}
		}
	}
	return out
}

// regions lists a region and those around it, the nearest first.
func regions(r string) []string {
	if !regionShape(r) {
		return []string{""}
	}
	return []string{r, r[:4] + "00", r[:2] + "0000", ""}
}

// LineOn gives one figure of a region on a day; false when nobody has written it.
func LineOn(ctx context.Context, tx *db.Tx, region, kind string, on day.Day) (money.Amount, bool, error) {
	all, err := AllLines(ctx, tx)
	n, ok := pick(all, region, on)[kind]
	return n.Amount, ok, err
}
