package me

import (
	"context"
	"slices"

	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
	"bangfu/internal/domain/intake"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/org"
)

// fitPath asks three questions before anybody signs in (W1, step 4): what is said is judged and forgotten. It never says
// no: at worst it names another door.
const fitPath = "/ask"

// fitIn is what was answered so far. Every answer may be "unsure".
type fitIn struct {
	Income string `form:"income" max:"10"`
	What   string `form:"what" max:"10"`
	Urgent string `form:"urgent" max:"10"`
}

// fitPage is the next question, or what the standards make of the answers.
type fitPage struct {
	In     fitIn
	Line   money.Amount // the local line a head and month; 0 where none is written
	Next   string       // the question to ask; "" when all are answered
	Likely []fitOne
	Rest   []fitOne
}

// fitOne is a kind of help with what its standard makes of the answers.
type fitOne struct {
	intake.Programme
	Verdict standard.Verdict
}

// why says which of the standard's conditions the answers meet, and which the union will still look at.
func (o fitOne) why(l words.Lang) (met, open []string) {
	for _, t := range o.Verdict.Trace {
		said := t.Text.Say(l)
		if t.Stage != "gate" && t.Stage != "require" || said == "" || slices.Contains(met, said) || slices.Contains(open, said) {
			continue
		}
		switch t.Truth {
		case standard.Yes:
			met = append(met, said)
		case standard.Unknown:
			open = append(open, said)
		case standard.No:
		}
	}
	return met, open
}

func showFit(q *site.Req) error { return fit(q, fitIn{}) }

func takeFit(q *site.Req) error {
	var in fitIn
	if _, err := q.Read(&in); err != nil {
		return err
	}
	return fit(q, in)
}

func fit(q *site.Req, in fitIn) error {
	p := fitPage{In: in}
	if q.Union.UnionID != "" {
		if err := q.See(p.read); err != nil {
			return err
		}
	}
	return q.Render(fitView(q.Page(q.T("我想先问问")), p))
}

func (p *fitPage) read(ctx context.Context, tx *db.Tx) error {
	u, err := org.Info(ctx, tx)
	if err != nil {
		return err
	}
	refs, err := standard.Lines(ctx, tx, u.Region, tx.Day())
	if err != nil {
		return err
	}
	if v, ok := refs[standard.DibaoLine]; ok {
		p.Line = money.Amount(v.Num)
	}
	if p.Next = p.In.next(p.Line); p.Next != "" {
		return nil
	}
	all, err := intake.Programmes(ctx, tx)
	if err != nil {
		return err
	}
	for _, one := range all {
		s, _, err := standard.Current(ctx, tx, one.Standard, tx.Day())
		o := fitOne{Programme: one}
		if err == nil {
			if o.Verdict = s.Judge(p.In.facts(p.Line), refs); o.Verdict.Outcome != standard.No {
				p.Likely = append(p.Likely, o)
				continue
			}
		}
		p.Rest = append(p.Rest, o)
	}
	return nil
}

// next gives the question that has no answer yet; without a line there is nothing to hold an income against.
func (in fitIn) next(line money.Amount) string {
	switch {
	case in.Income == "" && line > 0:
		return "income"
	case in.What == "":
		return "what"
	case in.Urgent == "":
		return "urgent"
	}
	return ""
}

// facts puts the answers into rough figures of a household of one; what was not said stays unknown, which is never no.
func (in fitIn) facts(line money.Amount) standard.Facts {
	f := standard.Facts{}
	for answer, share := range map[string]int64{"low": 8, "mid": 15, "high": 30} {
		if a, err := line.MulDiv(12*share, 10, money.Down); in.Income == answer && err == nil {
			f["income_year"], f["family_size"], f["income_per_head_month"] = standard.MoneyOf(a), standard.IntOf(1), standard.MoneyOf(a/12)
		}
	}
	if in.What == "unsure" || in.What == "" {
		return f
	}
	f["serious_illness"] = standard.BoolOf(in.What == "illness")
	f["sudden_event"] = standard.BoolOf(in.What == "event")
	f["natural_disaster"] = f["sudden_event"]
	if in.What == "college" {
		f["students"] = standard.RowsOf(standard.Facts{"admitted": standard.BoolOf(true)})
	} else {
		f["students"] = standard.RowsOf()
	}
	return f
}

// question is the next one with its answers.
func (p fitPage) question(in page.In) page.F {
	unsure := form.Choice{Value: "unsure", Label: in.T("说不准")}
	switch p.Next {
	case "income":
		return page.F{Name: "income", Label: in.T("家里平均每人每月大约有多少收入？"), Hint: in.T("全家的收入加起来，除以一起生活的人数。不用算得很准。"), Need: true,
			Choices: []form.Choice{{Value: "low", Label: in.T("不到 {0}", in.Money(p.Line))}, {Value: "mid", Label: in.T("{0} 到 {1}", in.Money(p.Line), in.Money(2*p.Line))},
				{Value: "high", Label: in.T("比 {0} 多", in.Money(2*p.Line))}, unsure}}
	case "what":
		return page.F{Name: "what", Label: in.T("最近一年，家里有没有下面这样的事？"), Need: true,
			Choices: []form.Choice{{Value: "illness", Label: in.T("有人得了大病")}, {Value: "event", Label: in.T("受了灾，或者出了意外")}, {Value: "college", Label: in.T("孩子考上了大学")},
				{Value: "none", Label: in.T("都没有")}, unsure}}
	}
	return page.F{Name: "urgent", Label: in.T("现在有没有等不了的急事？"), Hint: in.T("比如等着交手术费、今晚没有地方住"), Need: true,
		Choices: []form.Choice{{Value: "yes", Label: in.T("有")}, {Value: "no", Label: in.T("没有")}, unsure}}
}

// said are the answers given so far, carried along.
func (p fitPage) said() []page.Pair {
	var out []page.Pair
	for _, a := range []page.Pair{{Label: "income", Value: p.In.Income}, {Label: "what", Value: p.In.What}, {Label: "urgent", Value: p.In.Urgent}} {
		if a.Value != "" {
			out = append(out, a)
		}
	}
	return out
}
