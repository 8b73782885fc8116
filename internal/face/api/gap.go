package api

import (
	"context"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/discovery"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/programme/paygap"
)

// gapIn names the month whose wages are measured; the last one unless said.
type gapIn struct {
	Month string `form:"month" label:"月份" max:"7"`
}

// Gap is how wages are spread in a month, of all and by group; groups too small are hidden and hold nothing. Sums are
// fen; Gini, Theil and shares are ten-thousandths, ratios hundredths.
type Gap struct {
	Month  string
	All    paygap.Measure
	Groups []paygap.Group
	Split  paygap.Split
}

var gap = act.Read[gapIn, Gap]{Name: "paygap.report", Title: "收入差距", Right: "paygap.see",
	Do: func(ctx context.Context, tx *db.Tx, in gapIn) (out Gap, err error) {
		months, err := discovery.WageMonths(ctx, tx)
		if err != nil {
			return out, err
		}
		var month day.Day
		switch {
		case in.Month != "":
			if month = day.Day(in.Month + "-01"); !month.Valid() {
				return out, fault.New(fault.Invalid, "api.month").At("month")
			}
		case len(months) > 0:
			month = months[0]
		default:
			return out, nil
		}
		r, err := paygap.ReportOf(ctx, tx, month)
		return Gap{string(month)[:7], r.All, r.Groups, r.Split}, err
	}}

// GapScheme is a scheme of what the best paid give, and what was booked by it.
type GapScheme struct {
	ID, Number, Name, Pocket string
	State                    paygap.State
	Bands                    paygap.Bands
	Booked                   []GapMonth
}

// GapMonth is what a scheme brought in a month, in fen, from how many people.
type GapMonth struct {
	Month  string
	People int64
	Amount money.Amount
}

var gapSchemes = act.Read[act.Cursor, act.Page[GapScheme]]{Name: "paygap.schemes", Title: "收入调节方案", Right: "paygap.see",
	Do: func(ctx context.Context, tx *db.Tx, in act.Cursor) (page act.Page[GapScheme], err error) {
		all, err := paygap.Schemes(ctx, tx)
		if err != nil {
			return page, err
		}
		booked, err := paygap.Bookings(ctx, tx)
		if err != nil {
			return page, err
		}
		return pageOf(all, in, func(s paygap.Scheme) string { return s.ID }, func(s paygap.Scheme) (GapScheme, error) {
			one := GapScheme{ID: s.ID, Number: s.Number, Name: s.Name, Pocket: s.Pocket, State: s.State}
			var err error
			if one.Bands, err = s.Rates(); err != nil {
				return one, err
			}
			for _, b := range booked {
				if b.SchemeID == s.ID {
					one.Booked = append(one.Booked, GapMonth{b.Month, b.People, b.Amount})
				}
			}
			return one, nil
		})
	}}
