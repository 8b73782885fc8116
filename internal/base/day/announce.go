package day

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"strings"

	"bangfu/internal/base/fault"
)

// mostFile bounds an announcement: a year has some forty special days, a few KB.
const mostFile = 1 << 20

// ParseYear reads an uploaded year of holidays: JSON in the holiday-cn form
// {"year":2027,"days":[{"name":"元旦","date":"2027-01-01","isOffDay":true}]}, or CSV lines 日期,名称,休/班 with or without a
// heading, whose year is the one most of its days lie in.
// Faults: "day.file.shape" (neither form), "day.file.empty", "day.file.row" (line), "day.file.year" (a day of another
// year), "day.file.twice", "day.file.makeup" (a make-up workday from Monday to Friday: 休 and 班 are swapped).
func ParseYear(data []byte) (Year, error) {
	data = bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\ufeff")))
	if len(data) > mostFile {
		return Year{}, fault.New(fault.Invalid, "day.file.shape")
	}
	read := parseYearCSV
	if bytes.HasPrefix(data, []byte("{")) {
		read = parseYearJSON
	}
	y, err := read(data)
	if err != nil {
		return Year{}, err
	}
	if len(y.Days) == 0 {
		return Year{}, fault.New(fault.Invalid, "day.file.empty")
	}
	return y, y.check()
}

func parseYearJSON(data []byte) (Year, error) {
	var in struct {
		Year int `json:"year"`
		Days []struct {
			Name     string `json:"name"`
			Date     string `json:"date"`
			IsOffDay *bool  `json:"isOffDay"`
		} `json:"days"`
	}
	if err := json.Unmarshal(data, &in); err != nil || in.Year < 1900 || in.Year > 2100 {
		return Year{}, fault.New(fault.Invalid, "day.file.shape")
	}
	y := Year{Year: in.Year}
	for i, one := range in.Days {
		d, err := Parse(one.Date)
		if err != nil || one.IsOffDay == nil {
			return Year{}, fault.New(fault.Invalid, "day.file.row", i+1)
		}
		y.Days = append(y.Days, Special{Day: d, Name: strings.TrimSpace(one.Name), Off: *one.IsOffDay})
	}
	return y, nil
}

func parseYearCSV(data []byte) (Year, error) {
	r := csv.NewReader(bytes.NewReader(data))
	r.FieldsPerRecord, r.TrimLeadingSpace = -1, true
	rows, err := r.ReadAll()
	if err != nil {
		return Year{}, fault.New(fault.Invalid, "day.file.shape")
	}
	var y Year
	count := map[int]int{}
	for i, row := range rows {
		s, ok := special(row)
		if !ok && i == 0 {
			continue // the heading
		}
		if !ok {
			return Year{}, fault.New(fault.Invalid, "day.file.row", i+1)
		}
		y.Days = append(y.Days, s)
		at := s.Day.Year()
		count[at]++
		if n := count[at] - count[y.Year]; n > 0 || n == 0 && at < y.Year {
			y.Year = at
		}
	}
	return y, nil
}

// special reads 日期,名称,休/班.
func special(row []string) (Special, bool) {
	if len(row) < 3 {
		return Special{}, false
	}
	d, err := Parse(row[0])
	if err != nil {
		return Special{}, false
	}
	s := Special{Day: d, Name: strings.TrimSpace(row[1])}
	switch strings.ToLower(strings.TrimSpace(row[2])) {
	case "休", "放假", "true", "1":
		s.Off = true
	case "班", "上班", "false", "0":
	default:
		return Special{}, false
	}
	return s, true
}
