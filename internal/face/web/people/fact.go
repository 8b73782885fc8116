package people

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/person"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
)

// factIn is a fact as typed, with the paper it stands on.
type factIn struct {
	person.FactIn
	File form.File `form:"file" label:"书面材料" hint:"照片或 PDF；来源是书面材料时要有" max:"10" accept:".jpg,.jpeg,.png,.pdf"`
}

// whose is one about whom a fact can be said.
type whose struct{ Kind, ID, Name string }

func (w whose) key() string { return w.Kind + ":" + w.ID }

// subjects lists those of a household about whom facts are kept: all of it, its workers, its other members.
func subjects(in page.In, h person.Home) []whose {
	out := []whose{{person.OfHousehold, h.ID, in.T("全家")}}
	for _, m := range h.Members {
		if m.WorkerID != "" {
			out = append(out, whose{person.OfWorker, m.WorkerID, m.Name})
			continue
		}
		out = append(out, whose{person.OfMember, m.ID, m.Name})
	}
	return out
}

type factPage struct {
	Worker person.Worker
	About  whose
	Names  []person.Name // those that fit, where none is chosen yet
	Auto   page.Auto
}

// openFact finds whom the fact is about and what it is, and gives the form to fill in.
func openFact(q *site.Req, values form.Values) (factPage, error) {
	p := factPage{}
	in := q.Page("")
	all, err := person.Vocabulary()
	if err != nil {
		return p, err
	}
	subject, name := q.Query("subject"), q.Query("name")
	if values != nil {
		subject, name = values.Get("subject_kind")+":"+values.Get("subject_id"), values.Get("name")
	}
	err = q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		if p.Worker, err = person.Reached(ctx, tx, person.RightEdit, q.ID("id")); err != nil {
			return err
		}
		h, err := person.Household(ctx, tx, p.Worker.HouseholdID)
		if err != nil {
			return err
		}
		who := subjects(in, h)
		i := slices.IndexFunc(who, func(w whose) bool { return w.key() == subject })
		if i < 0 {
			return fault.New(fault.Missing, "fault.missing")
		}
		p.About = who[i]
		return nil
	})
	if err != nil {
		return p, err
	}
	for _, n := range all {
		if slices.Contains(n.Subjects, p.About.Kind) && n.Sort != standard.List && n.Sort != standard.Rows {
			p.Names = append(p.Names, n)
		}
	}
	if i := slices.IndexFunc(p.Names, func(n person.Name) bool { return n.Name == name }); i >= 0 {
		p.Auto, p.Names = p.form(in, p.Names[i], values), nil
	}
	return p, nil
}

// form is the form of one fact: its value is typed as its sort wants.
func (p factPage) form(in page.In, n person.Name, values form.Values) page.Auto {
	fields := slices.DeleteFunc(form.Of[factIn](), func(f form.Field) bool { return f.Name == "period" && n.Period != "year" && n.Period != "month" })
	for i := range fields {
		f := &fields[i]
		switch f.Name {
		case "name":
			f.Kind = form.Hidden
		case "value":
			f.Label = n.Label.Say(in.Lang)
			f.Kind, f.Choices = kindOf(n), choicesOf(in, n.Name)
		case "period":
			f.Hint = "年写成 2026，月写成 2026-11；空着就是今年或这个月"
		}
	}
	if values == nil {
		values = form.Values{"subject_kind": {p.About.Kind}, "subject_id": {p.About.ID}, "name": {n.Name}, "source": {person.FromOfficer}}
	}
	return page.Auto{Action: home + "/" + p.Worker.ID + "/fact", Fields: fields, Values: values, Submit: in.T("登记"),
		Cancel: page.Link{Href: home + "/" + p.Worker.ID, Label: in.T("返回")}}
}

func kindOf(n person.Name) form.Kind {
	switch {
	case n.Sort == standard.Money:
		return form.Money
	case n.Sort == standard.Int:
		return form.Int
	case n.Sort == standard.Bool, len(n.Values) > 0:
		return form.Pick
	case n.Sort == standard.Date:
		return form.Day
	case n.Sealed:
		return form.Area
	}
	return form.Text
}

func showFact(q *site.Req) error {
	p, err := openFact(q, nil)
	if err != nil {
		return err
	}
	return q.Render(factView(q.Page(q.T("登记家庭情况")), p))
}

func takeFact(q *site.Req) error {
	var in factIn
	values, err := q.Read(&in)
	if err == nil && in.File.Size > 0 {
		in.Paper, err = q.Keep(in.File)
		err = at(err, "file")
	}
	if err == nil {
		_, err = site.Do(q, person.PutFact, in.FactIn)
	}
	if err == nil {
		return q.Done(home+"/"+q.ID("id"), "已登记，来源和日期都记下了。")
	}
	if values == nil {
		return err
	}
	p, bad := openFact(q, values)
	if bad != nil {
		return bad
	}
	return q.Again(err, func(in page.In) templ.Component { return factView(in, p) }, q.Page(q.T("登记家庭情况")))
}

func at(err error, field string) error {
	if err == nil {
		return nil
	}
	return fault.Of(err).At(field)
}

// choicesOf gives the answers of a fact that has a list of them, in the page's language.
func choicesOf(in page.In, name string) []form.Choice {
	switch name {
	case person.FactJob:
		return said(in, person.Employment("").Choices())
	case person.FactHealth:
		return said(in, person.Health("").Choices())
	case "disability_kind":
		return said(in, person.Disability("").Choices())
	case person.FactDisease:
		return said(in, person.Disease("").Choices())
	case person.FactSchooling:
		return said(in, person.Schooling("").Choices())
	case person.FactWork:
		return said(in, person.Work("").Choices())
	}
	if own := ownChoices(in, name); own != nil {
		return own
	}
	return publishedChoices(in, name)
}

func ownChoices(in page.In, name string) []form.Choice {
	pick := func(pairs ...string) []form.Choice {
		var out []form.Choice
		for i := 0; i+1 < len(pairs); i += 2 {
			out = append(out, form.Choice{Value: pairs[i], Label: pairs[i+1]})
		}
		return out
	}
	switch name {
	case "political":
		return pick("party", in.T("中共党员"), "league", in.T("共青团员"), "masses", in.T("群众"), "democratic", in.T("民主党派"), "other", in.T("其他"))
	case "marital":
		return pick("single", in.T("未婚"), "married", in.T("已婚"), "divorced", in.T("离异"), "widowed", in.T("丧偶"))
	case "hukou":
		return pick("urban", in.T("城镇"), "rural", in.T("农村"))
	case "model_worker":
		return pick("none", in.T("不是劳模"), "nation", in.T("全国劳模"), "province", in.T("省级劳模"), "city", in.T("市级劳模"), "other", in.T("其他"))
	case "medical_insurance":
		return pick("employee", in.T("职工医保"), "resident", in.T("居民医保"), "none", in.T("没有参保"), "other", in.T("其他"))
	case "housing_kind":
		return pick("own", in.T("自有住房"), "public_rent", in.T("公租房"), "private_rent", in.T("租房"), "resettled", in.T("安置房"),
			"dormitory", in.T("集体宿舍"), "none", in.T("没有住房"))
	}
	return nil
}

// publishedChoices are the answers of the facts that standards ask by name; a yes-or-no fact has two.
func publishedChoices(in page.In, name string) []form.Choice {
	var out []form.Choice
	v, err := standard.Published()
	if err != nil {
		return nil
	}
	facts := v.Facts
	for _, g := range v.Groups {
		facts = append(facts[:len(facts):len(facts)], g.Fields...)
	}
	for _, f := range facts {
		if f.Name != name {
			continue
		}
		for _, c := range f.Values {
			out = append(out, form.Choice{Value: c.Value, Label: c.Text.Say(in.Lang)})
		}
		break
	}
	if out == nil {
		out = []form.Choice{{Value: "1", Label: in.T("是")}, {Value: "0", Label: in.T("否")}}
	}
	return out
}

// valueOf says what a fact came to.
func valueOf(in page.In, n person.Name, f person.Fact) string {
	switch {
	case n.Sealed:
		return in.T("已密封")
	case n.Sort == standard.Money:
		return in.Money(money.Amount(f.Num))
	case n.Sort == standard.Int:
		return strconv.FormatInt(f.Num, 10)
	case n.Sort == standard.Bool:
		if f.Num == 1 {
			return in.T("是")
		}
		return in.T("否")
	case len(n.Values) > 0:
		for _, c := range choicesOf(in, n.Name) {
			if c.Value == f.Value {
				return c.Label
			}
		}
	}
	return or(f.Value)
}

// partOf says under which heading a fact stands.
func partOf(n person.Name) string {
	switch {
	case strings.HasPrefix(n.Name, "income_"), n.Name == person.FactPay:
		return "income"
	case strings.HasPrefix(n.Name, "rigid_"):
		return "spending"
	}
	return "other"
}

func source(in page.In, s string) string {
	switch s {
	case person.FromSelf:
		return in.T("本人填写")
	case person.FromOfficer:
		return in.T("工会核实")
	case person.FromPaper:
		return in.T("证明材料")
	case person.FromRoster:
		return in.T("单位名册")
	case person.FromExternal:
		return in.T("外部核对")
	}
	return "—"
}
