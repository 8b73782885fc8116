package calendar

import (
	"context"
	"io"
	"strconv"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
)

// FileIn is the file of one year's holidays, JSON or CSV (day.ParseYear).
type FileIn struct {
	File form.File `form:"file" label:"节假日文件" hint:"国务院办公厅公布后的 JSON 或 CSV 文件" need:"true" max:"1"`
}

// Kept says which year is now known, by how many days.
type Kept struct {
	Year, Days int
}

// Upload makes a year known. Faults: those of day.ParseYear; "calendar.past" for a year that is over.
var Upload = act.Act[FileIn, Kept]{Name: "calendar.upload", Title: "上传节假日安排", Right: "calendar.manage",
	Do: func(ctx context.Context, tx *db.Tx, in FileIn) (Kept, error) {
		data, err := io.ReadAll(in.File.Open())
		if err != nil {
			return Kept{}, err
		}
		y, err := day.ParseYear(data)
		if err != nil {
			return Kept{}, fault.Of(err).At("file")
		}
		tx.About("calendar", strconv.Itoa(y.Year), "days")
		return Keep(ctx, tx, y)
	}}

// Keep makes a year known by its announcement; what was uploaded for it before is replaced. Fault: "calendar.past".
func Keep(ctx context.Context, tx *db.Tx, y day.Year) (Kept, error) {
	if y.Year < tx.Day().Year() {
		return Kept{}, fault.New(fault.Invalid, "calendar.past", y.Year).At("file")
	}
	if _, err := tx.Exec(ctx, `delete from calendar_day where union_id = $1 and year = $2`, tx.Union, y.Year); err != nil {
		return Kept{}, err
	}
	for _, s := range y.Days {
		if err := db.Insert(ctx, tx, "calendar_day", row{tx.Union, y.Year, s.Day, s.Name, s.Off}); err != nil {
			return Kept{}, err
		}
	}
	return Kept{y.Year, len(y.Days)}, nil
}

// Kind says whether a day of the union's own is off or worked.
type Kind string

// The kinds of the union's own days.
const (
	Off  Kind = "off"
	Work Kind = "work"
)

// Choices lists the kinds.
func (Kind) Choices() []form.Choice {
	return []form.Choice{{Value: string(Off), Label: "休息"}, {Value: string(Work), Label: "上班"}}
}

// DayIn is a day of the union's own: off where others work (a plant shutdown, a local festival), or worked where others rest.
type DayIn struct {
	Day  day.Day `form:"day" label:"日期" need:"true"`
	Name string  `form:"name" label:"名称" need:"true" max:"20"`
	Kind Kind    `form:"kind" label:"休息还是上班" need:"true"`
}

// SetDay lays the union's own day over the calendar. Deadlines already given are kept. Fault: "calendar.day_past".
var SetDay = act.Act[DayIn, act.None]{Name: "calendar.set_day", Title: "设置本单位休息日", Right: "calendar.manage",
	Do: func(ctx context.Context, tx *db.Tx, in DayIn) (act.None, error) {
		tx.About("calendar", string(in.Day), "own")
		if in.Day < tx.Day() {
			return act.None{}, fault.New(fault.Invalid, "calendar.day_past").At("day")
		}
		_, err := tx.Exec(ctx, `
			insert into calendar_day (union_id, year, day, name, off) values ($1, $2, $3, $4, $5)
			on conflict (union_id, year, day) do update set name = excluded.name, off = excluded.off`,
			tx.Union, own, in.Day, in.Name, in.Kind == Off)
		return act.None{}, err
	}}

// DayOf names a day.
type DayOf struct {
	Day day.Day `form:"day" label:"日期" need:"true"`
}

// ClearDay takes one of the union's own days back. Faults: "fault.missing", "calendar.day_past".
var ClearDay = act.Act[DayOf, act.None]{Name: "calendar.clear_day", Title: "取消本单位休息日", Right: "calendar.manage",
	Do: func(ctx context.Context, tx *db.Tx, in DayOf) (act.None, error) {
		tx.About("calendar", string(in.Day), "own")
		if in.Day < tx.Day() {
			return act.None{}, fault.New(fault.Invalid, "calendar.day_past").At("day")
		}
		n, err := tx.Exec(ctx, `delete from calendar_day where union_id = $1 and year = $2 and day = $3`, tx.Union, own, in.Day)
		if err == nil && n == 0 {
			err = fault.New(fault.Missing, "fault.missing")
		}
		return act.None{}, err
	}}

// Acts lists what can be done to the calendar.
func Acts() []act.Any { return []act.Any{Upload, SetDay, ClearDay} }
