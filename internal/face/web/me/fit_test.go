package me

import (
	"net/url"
	"strings"
	"testing"

	"bangfu/internal/base/money"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/db"
)

// The three questions are asked of anybody, judged by the standards and forgotten; nobody is ever told no.
func TestFit(t *testing.T) {
	w := newWorld(t)
	b := w.browse(db.Actor{}, "zh")
	b.want("/ask", "不记名，也不保存", "最近一年，家里有没有")
	b.say("/ask", url.Values{"what": {"illness"}}, nil)
	b.shows("有没有等不了的急事")
	b.say("/ask", url.Values{"what": {"illness"}, "urgent": {"yes"}}, nil)
	b.shows("急事请先打电话")
	if !strings.Contains(b.body, "开始申请") {
		t.Error("it ends without a way on")
	}
}

// A rough answer is a rough figure; what was not said is not known.
func TestFitFacts(t *testing.T) {
	line := money.Yuan(1000)
	for _, c := range []struct {
		in   fitIn
		name string
		want standard.Value
	}{
		{fitIn{Income: "low"}, "income_year", standard.MoneyOf(money.Yuan(9600))},
		{fitIn{Income: "mid"}, "income_year", standard.MoneyOf(money.Yuan(18000))},
		{fitIn{Income: "unsure"}, "income_year", standard.Value{}},
		{fitIn{What: "illness"}, "serious_illness", standard.BoolOf(true)},
		{fitIn{What: "event"}, "serious_illness", standard.BoolOf(false)},
		{fitIn{What: "unsure"}, "serious_illness", standard.Value{}},
	} {
		if got := c.in.facts(line)[c.name]; got.Num != c.want.Num || got.Known() != c.want.Known() {
			t.Errorf("%+v makes %s %+v, want %+v", c.in, c.name, got, c.want)
		}
	}
}
