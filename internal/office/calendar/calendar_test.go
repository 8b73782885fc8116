package calendar_test

import (
	"context"
	"testing"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
	"bangfu/internal/engine/form"
	"bangfu/internal/office/audit"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/calendar"
)

func host(d *db.DB) *act.Host { return &act.Host{DB: d, Allow: auth.Allow, Record: audit.Record} }

var admin = db.Actor{Union: "u1", User: "a", Posts: []db.Post{{Role: "admin", Unit: "u1", Path: "/u1/"}}}

func due(t *testing.T, d *db.DB, n int) (day.Day, bool) {
	t.Helper()
	var got day.Day
	var provisional bool
	err := d.View(context.Background(), admin, func(ctx context.Context, tx *db.Tx) (err error) {
		got, provisional, err = calendar.DueFrom(ctx, tx, tx.Day(), n)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return got, provisional
}

func missing(t *testing.T, d *db.DB) (year int) {
	t.Helper()
	err := d.View(context.Background(), admin, func(ctx context.Context, tx *db.Tx) (err error) {
		year, err = calendar.Missing(ctx, tx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return year
}

func TestDueOverNationalDay(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		for _, tt := range []struct {
			today string
			n     int
			want  day.Day
		}{
			{"2026-09-28", 2, "2026-09-30"},
			{"2026-09-28", 3, "2026-10-08"},
			{"2026-09-28", 5, "2026-10-10"}, // a Saturday worked instead
			{"2026-09-18", 1, "2026-09-20"}, // a Sunday worked instead
			{"2026-10-01", 1, "2026-10-08"},
			{"2026-10-01", 0, "2026-10-01"},
		} {
			c.SetDay(t, tt.today)
			if got, provisional := due(t, d, tt.n); got != tt.want || provisional {
				t.Errorf("%s + %d workdays = %s (provisional %v), want %s", tt.today, tt.n, got, provisional, tt.want)
			}
		}
	})
}

// A day of the union's own moves deadlines of that union only, and can be taken back.
func TestOwnDay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, h := context.Background(), host(d)
		if _, err := calendar.SetDay.Run(ctx, h, act.Call{Actor: admin}, calendar.DayIn{Day: "2026-11-24", Name: "检修停工", Kind: "off"}); err != nil {
			t.Fatal(err)
		}
		if got, _ := due(t, d, 1); got != "2026-11-25" {
			t.Errorf("next workday %s, want 2026-11-25", got)
		}
		err := d.View(ctx, db.System("u2"), func(ctx context.Context, tx *db.Tx) error {
			if got, err := calendar.Due(ctx, tx, 1); err != nil || got != "2026-11-24" {
				t.Errorf("another union: %s, %v", got, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := calendar.ClearDay.Run(ctx, h, act.Call{Actor: admin}, calendar.DayOf{Day: "2026-11-24"}); err != nil {
			t.Fatal(err)
		}
		if got, _ := due(t, d, 1); got != "2026-11-24" {
			t.Errorf("after clearing: %s", got)
		}
		if _, err := calendar.ClearDay.Run(ctx, h, act.Call{Actor: admin}, calendar.DayOf{Day: "2026-11-24"}); !fault.Is(err, "fault.missing") {
			t.Errorf("clearing twice: %v", err)
		}
		if _, err := calendar.SetDay.Run(ctx, h, act.Call{Actor: admin}, calendar.DayIn{Day: "2026-11-20", Name: "过去", Kind: "off"}); !fault.Is(err, "calendar.day_past") {
			t.Errorf("a past day: %v", err)
		}
	})
}

// The warning begins on 1 December, and the upload ends it.
func TestNextYear(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		ctx, h := context.Background(), host(d)
		c.SetDay(t, "2026-11-30")
		if y := missing(t, d); y != 0 {
			t.Errorf("on 30 November %d is missing", y)
		}
		c.SetDay(t, "2026-12-01")
		if y := missing(t, d); y != 2027 {
			t.Errorf("on 1 December %d is missing, want 2027", y)
		}
		c.SetDay(t, "2026-12-30")
		if got, provisional := due(t, d, 2); got != "2027-01-01" || !provisional {
			t.Errorf("before the upload %s, provisional %v", got, provisional)
		}
		file := form.NewFile("2027.csv", []byte("2027-01-01,元旦,休\n2027-01-02,元旦,休\n2027-01-04,元旦,休\n"))
		kept, err := calendar.Upload.Run(ctx, h, act.Call{Actor: admin, Key: "k"}, calendar.FileIn{File: file})
		if err != nil || kept != (calendar.Kept{Year: 2027, Days: 3}) {
			t.Fatalf("upload: %+v, %v", kept, err)
		}
		if got, provisional := due(t, d, 2); got != "2027-01-05" || provisional {
			t.Errorf("after the upload %s, provisional %v", got, provisional)
		}
		if y := missing(t, d); y != 0 {
			t.Errorf("after the upload %d is missing", y)
		}
		old := form.NewFile("2025.csv", []byte("2025-01-01,元旦,休\n"))
		if _, err := calendar.Upload.Run(ctx, h, act.Call{Actor: admin}, calendar.FileIn{File: old}); !fault.Is(err, "calendar.past") {
			t.Errorf("a year that is over: %v", err)
		}
	})
}

func TestDays(t *testing.T) {
	d := dbtest.Open(t)
	ctx := context.Background()
	if _, err := calendar.SetDay.Run(ctx, host(d), act.Call{Actor: admin}, calendar.DayIn{Day: "2026-11-27", Name: "厂庆", Kind: "off"}); err != nil {
		t.Fatal(err)
	}
	err := d.View(ctx, admin, func(ctx context.Context, tx *db.Tx) error {
		list, err := calendar.Days(ctx, tx, 2026)
		if err != nil {
			return err
		}
		last := list[len(list)-1]
		if len(list) < 30 || last != (calendar.Entry{Day: "2026-11-27", Name: "厂庆", Off: true, Own: true}) || list[0].Day != "2026-01-01" {
			t.Errorf("%d days, first %+v, last %+v", len(list), list[0], last)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
