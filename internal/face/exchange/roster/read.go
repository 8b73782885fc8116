package roster

import (
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/ident"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/sheet"
)

// reader reads one row column by column and gathers what is wrong with it.
type reader struct {
	kind  Kind
	row   sheet.Row
	today day.Day
	bad   fault.List
}

func (r *reader) text(key string) string { return r.row.Text(key) }

// need gives the text of a column that must not be empty.
func (r *reader) need(key string) string {
	s := r.text(key)
	if s == "" {
		r.bad.Add(key, "roster.empty")
	}
	return s
}

// number gives a number that must stand as text: as a spreadsheet's number its last digits are gone for good.
func (r *reader) number(key string) string {
	c := r.row.Cell(key)
	if c.Numeric && (c.LostDigits() || len(strings.Trim(c.Text, "-")) > 11) {
		r.bad.Add(key, "roster.numeric")
		return ""
	}
	return r.text(key)
}

func (r *reader) day(key string) day.Day {
	if r.text(key) == "" {
		return ""
	}
	d, err := r.row.Day(key)
	r.bad.AddErr(key, err)
	return d
}

// past gives a day not after today.
func (r *reader) past(key string) day.Day {
	d := r.day(key)
	if d > r.today {
		r.bad.Add(key, "roster.future")
		return ""
	}
	return d
}

func (r *reader) money(key string) *money.Amount {
	if r.text(key) == "" {
		return nil
	}
	a, err := money.Parse(r.text(key))
	r.bad.AddErr(key, err)
	if err == nil && a < 0 {
		r.bad.Add(key, "roster.negative")
	}
	return &a
}

// code gives the code of a choice; an empty cell gives "".
func (r *reader) code(key string) string {
	s := r.text(key)
	if s == "" {
		return ""
	}
	code, ok := person.Coded(columnOf(r.kind, key).choices, s)
	if !ok {
		r.bad.Add(key, "roster.choice", s)
	}
	return code
}

func (r *reader) name(key string) string {
	if r.need(key) == "" {
		return ""
	}
	name, err := ident.ParseName(r.text(key))
	r.bad.AddErr(key, err)
	return name
}

func (r *reader) id(key string, sex ident.Sex, birth day.Day) ident.ID {
	s := r.number(key)
	if s == "" {
		return ident.ID{}
	}
	id, _, err := ident.ParseID(s, r.today)
	if err == nil {
		err = id.Agree(sex, birth)
	}
	r.bad.AddErr(key, err)
	return id
}

func (r *reader) staffNo() string {
	no := person.StaffNo(r.number("staff_no"))
	switch {
	case no == "" && r.bad.Err() == nil:
		r.bad.Add("staff_no", "roster.empty")
	case len(no) > 40:
		r.bad.Add("staff_no", "person.staff_no")
	}
	return no
}

// worker reads a row of the roster. The unit is found by the caller, who knows the units.
func (r *reader) worker() person.Draft {
	d := person.Draft{StaffNo: r.staffNo(), Name: r.name("name"), Sex: ident.Sex(r.code("sex")), Birth: r.past("birth"),
		Post: r.text("post"), Employment: person.Employment(r.code("employment")), EntryOn: r.past("entry_on"), Pay: r.money("pay")}
	if yes := r.code("union_member"); yes != "" {
		member := yes == "1"
		d.UnionMember = &member
	}
	if kind := r.code("id_kind"); kind == "" || kind == "id" {
		d.ID = r.id("id_no", d.Sex, d.Birth)
	} else {
		d.OtherKind, d.OtherNo = kind, r.number("id_no")
	}
	if !d.ID.Zero() {
		d.Birth, d.Sex = d.ID.Birth(), d.ID.Sex()
	}
	if s := r.text("phone"); s != "" {
		p, err := ident.ParsePhone(s)
		r.bad.AddErr("phone", err)
		d.Phone = p
	}
	if len([]rune(d.Post)) > 60 {
		r.bad.Add("post", "roster.long", 60)
	}
	r.card(&d)
	return d
}

// card reads the bank card. A holder other than the worker needs the relation on file, and a check digit that does not agree
// needs a person's word: both are recorded on the worker's own page, never by a list.
func (r *reader) card(d *person.Draft) {
	s := r.number("card")
	if s == "" {
		return
	}
	c, doubt, err := ident.ParseCard(s)
	r.bad.AddErr("card", err)
	if doubt.Has(ident.Luhn) {
		r.bad.Add("card", "roster.card_check")
	}
	d.Card, d.CardBank, d.CardBranch = c, r.text("bank"), r.text("branch")
	d.CardHolder, d.CardRelation = d.Name, person.HolderSelf
	if holder, _ := ident.ParseName(r.text("holder")); holder != "" && holder != d.Name {
		r.bad.Add("holder", "roster.holder")
	}
	if d.CardBank == "" {
		r.bad.Add("bank", "person.card_bank")
	}
}

// member reads a row of the families; the worker is found by the caller.
func (r *reader) member() (string, person.NewMember) {
	no := r.staffNo()
	n := person.NewMember{Relation: person.Relation(r.code("relation")), Name: r.name("name"), Sex: ident.Sex(r.code("sex")), Birth: r.past("birth"),
		Dependent: person.Dependent(r.code("dependent")), Health: person.Health(r.code("health")),
		Disability: person.Disability(r.code("disability")), Disease: person.Disease(r.code("disease")),
		Schooling: person.Schooling(r.code("schooling")), Employment: person.Work(r.code("employment")), Workplace: r.text("workplace"),
		Income: r.money("income"), Since: r.past("since"), Source: person.FromRoster}
	if n.Relation == "" && r.text("relation") == "" {
		r.bad.Add("relation", "roster.empty")
	}
	n.ID = r.id("id_no", n.Sex, n.Birth)
	if g := r.text("grade"); g != "" {
		if len(g) != 1 || g < "1" || g > "4" {
			r.bad.Add("grade", "roster.grade")
		} else {
			n.Grade = int64(g[0] - '0')
		}
	}
	return no, n
}

// budget reads a row of incomes and expenses into facts; the worker is found by the caller.
func (r *reader) budget() (string, []person.Fact) {
	no := r.staffNo()
	year := strings.TrimSuffix(r.need("year"), "年")
	if year != "" && (len(year) != 4 || !day.Day(year+"-01-01").Valid() || year > string(r.today[:4])) {
		r.bad.Add("year", "roster.year")
	}
	var out []person.Fact
	for _, k := range append(person.Incomes(), person.Expenses()...) {
		if a := r.money(k.Name); a != nil {
			out = append(out, person.Fact{SubjectKind: person.OfHousehold, Name: k.Name, Period: year, Known: true, Value: a.Plain(), Source: person.FromRoster})
		}
	}
	if len(out) == 0 && r.bad.Err() == nil {
		r.bad.Add("staff_no", "roster.nothing")
	}
	return no, out
}

func (r *reader) file() (string, PastFile) {
	no := r.staffNo()
	f := PastFile{Number: r.text("number"), Class: r.code("class"), Cause: r.text("cause"), FiledOn: r.past("filed_on"), ClosedOn: r.past("closed_on"),
		Note: r.text("note")}
	r.need("class")
	r.need("filed_on")
	if f.ClosedOn != "" && f.ClosedOn < f.FiledOn {
		r.bad.Add("closed_on", "roster.order")
	}
	return no, f
}

func (r *reader) aid() (string, PastAid) {
	no := r.staffNo()
	a := PastAid{Programme: r.need("programme"), Item: r.text("item"), On: r.past("on"), Note: r.text("note")}
	r.need("on")
	if r.need("amount") != "" {
		if got := r.money("amount"); *got > 0 {
			a.Amount = *got
		} else if r.bad.Err() == nil {
			r.bad.Add("amount", "roster.amount")
		}
	}
	return no, a
}
