package standard

import (
	"runtime"
	"strconv"
	"strings"
	"sync"

	"bangfu/internal/base/day"
	"bangfu/internal/base/money"
)

// Decision is a verdict without its words, of one family of many: Gives is what FIXED and FORMULA items come to, Most what
// people may decide at the most in CAP and RANGE items, each once, in fen.
type Decision struct {
	Outcome Outcome
	Class   string
	Gives   money.Amount
	Most    money.Amount
}

// Decide says of many families what Judge says of each: by columns where the standard has a column form, else one by one on
// all processors.
func (s *Standard) Decide(all []Facts, r Refs) []Decision {
	out := make([]Decision, len(all))
	cols := NewColumns(len(all))
	if k, err := s.Screener(cols, r); err == nil && len(s.Items) == 0 {
		for i, f := range all {
			cols.Set(i, f)
		}
		if k, err = s.Screener(cols, r); err == nil {
			rows := make([]uint8, k.Room())
			k.Run(rows, nil, 0, len(all))
			for i := range out {
				out[i] = Decision{Outcome: map[uint8]Outcome{RowNone: No, RowUnknown: Unknown}[rows[i]], Class: k.Class(rows[i])}
				if out[i].Outcome == "" {
					out[i].Outcome = Yes
				}
			}
			return out
		}
	}
	var wg sync.WaitGroup
	n := runtime.GOMAXPROCS(0)
	for w := range n {
		wg.Go(func() {
			for i := w; i < len(all); i += n {
				out[i] = s.Judge(all[i], r).decision()
			}
		})
	}
	wg.Wait()
	return out
}

func (v Verdict) decision() Decision {
	d := Decision{Outcome: v.Outcome, Class: v.Class}
	if v.Outcome != Yes {
		return d
	}
	for _, it := range v.Items {
		if it.Outcome != Yes || it.Flow != "pay" && it.Flow != "lend" {
			continue
		}
		d.Gives += it.Amount // each is bounded by what a standard may hold, and so is their number
		d.Most += it.Ceiling
	}
	return d
}

// Read takes a fact's value from text as people write it: yuan, a whole number, true or 是, a day, words; a list with | between.
// "" is not known. It reports false for what is none.
func (f Fact) Read(text string) (Value, bool) {
	text = strings.TrimSpace(text)
	if text == "" {
		return Value{}, true
	}
	v := Value{}
	switch f.Sort {
	case Money:
		a, err := money.Parse(text)
		if err != nil {
			return v, false
		}
		v = MoneyOf(a)
	case Int:
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return v, false
		}
		v = IntOf(n)
	case Bool:
		switch strings.ToLower(text) {
		case "true", "yes", "是", "1":
			v = BoolOf(true)
		case "false", "no", "否", "0":
			v = BoolOf(false)
		default:
			return v, false
		}
	case Date:
		v = DateOf(day.Day(text))
	case Words:
		v = TextOf(text)
	case List:
		v = ListOf(strings.Split(text, "|")...)
	case None, Rows:
		return v, false
	}
	return v, f.check(v) == ""
}

// ReadRef takes a reference figure from text.
func (p Parameter) ReadRef(text string) (Value, bool) {
	return Fact{Sort: p.Sort, Min: p.Min, Max: p.Max}.Read(text)
}
