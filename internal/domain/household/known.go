package household

import (
	"slices"
	"strconv"

	"bangfu/internal/base/day"
	"bangfu/internal/base/ident"
	"bangfu/internal/domain/person"
	"bangfu/internal/domain/standard"
)

// value reads a fact of the file in the sort the vocabulary gives it.
func value(sort standard.Sort, f person.Fact) standard.Value {
	switch sort {
	case standard.Int, standard.Money, standard.Bool:
		return standard.Value{Sort: sort, Num: f.Num}
	case standard.Words, standard.Date:
		return standard.Value{Sort: sort, Str: f.Value}
	case standard.None, standard.List, standard.Rows:
	}
	return standard.Value{}
}

// recent reports whether a fact's period still speaks for the day: this year or the year before, this month or one of the
// twelve before; what has no period holds until it is withdrawn.
func recent(f person.Fact, on day.Day) bool {
	if len(f.Period) < 4 {
		return true
	}
	year, err := strconv.Atoi(f.Period[:4])
	return err == nil && year >= on.Year()-1 && f.Period <= string(on)[:len(f.Period)]
}

// fact gives the newest fact of a subject that still speaks for the day.
func (t *telling) fact(subjectID, name string) (person.Fact, bool) {
	var best person.Fact
	found := false
	for _, f := range t.home.Facts {
		if f.SubjectID == subjectID && f.Name == name && recent(f, t.On) && (!found || f.Period >= best.Period) {
			best, found = f, true
		}
	}
	return best, found
}

// known tells every published fact that stands in the file under its own name: of the household, then of the worker.
func (t *telling) known() error {
	v, err := standard.Published()
	if err != nil {
		return err
	}
	me, _ := t.home.MemberOf(t.PersonID)
	for _, d := range v.Facts {
		subjects := []string{t.HouseholdID, t.PersonID, me.ID}
		if d.Unit == "person" {
			subjects = []string{t.PersonID, me.ID}
		}
		if sums()[d.Name] {
			continue // a sum must agree with its parts: see money
		}
		for _, s := range subjects {
			if f, ok := t.fact(s, d.Name); ok && s != "" {
				t.tell(d.Name, value(d.Sort, f))
			}
		}
	}
	return nil
}

// sums are the facts that are added up from parts; money tells them.
func sums() map[string]bool {
	return map[string]bool{"family_size": true, "income_year": true, "income_month": true, "income_per_head_month": true, "rigid_year": true, "self_pay": true}
}

// aboutWorker tells what the roster knows of the worker.
func (t *telling) aboutWorker() {
	w := t.worker
	t.tell("union_member", standard.BoolOf(w.UnionMember))
	if w.StatusOn <= t.On || w.StatusOn == "" {
		t.tell("in_service", standard.BoolOf(w.Status == person.Active))
	}
	if w.Birth.Valid() && w.Birth <= t.On {
		t.tell("age", standard.IntOf(int64(w.Birth.Age(t.On))))
	}
	if w.EntryOn.Valid() && w.EntryOn <= t.On {
		t.tell("service_months", standard.IntOf(months(w.EntryOn, t.On)))
	}
	job := w.Employment
	if f, ok := t.fact(w.ID, person.FactJob); ok {
		job = person.Employment(f.Value)
	}
	if kind := employment(job); kind != "" {
		t.tell("employment", standard.TextOf(kind))
		t.tell("unemployed", standard.BoolOf(kind == "laid_off"))
		t.tell("probation_passed", standard.BoolOf(job != person.Probation))
	}
	if me, ok := t.home.MemberOf(w.ID); ok {
		t.tell("disabled", disabled(me))
	}
}

// months counts the full months from one day to another.
func months(from, to day.Day) int64 {
	n := int64(0)
	for year := 12; ; year = 1 {
		for from.AddMonths(int(n)+year) <= to {
			n += int64(year)
		}
		if year == 1 {
			return n
		}
	}
}

// employment gives the vocabulary's word for a worker's place in the unit. Those on sick leave or away are own staff, and
// so are the inner-retired: their relation to the unit stands.
func employment(e person.Employment) string {
	switch e {
	case person.Regular, person.Probation, person.SickLeave, person.OnLeave, person.InnerRetired:
		return "own"
	case person.Dispatched, person.Outsourced:
		return "outsourced"
	case person.LaidOff, person.Unemployed:
		return "laid_off"
	case person.Retired, person.SickRetired:
		return "retired"
	}
	return ""
}

func disabled(m person.Member) standard.Value {
	switch {
	case m.Health == "disabled", m.Disability != "", m.Grade > 0:
		return standard.BoolOf(true)
	case m.Health != "":
		return standard.BoolOf(false)
	}
	return standard.Value{}
}

// groups tells the members and the children at school one by one.
func (t *telling) groups() {
	members, students := standard.RowsOf(), standard.RowsOf()
	for _, m := range t.home.SeenBy(t.PersonID) {
		members.Rows = append(members.Rows, t.member(m))
		if m.Relation == person.RelChild && atSchool(m) {
			students.Rows = append(students.Rows, t.student(m))
		}
	}
	if t.counted() {
		t.tell("members", members)
		t.tell("students", students)
	}
}

func atSchool(m person.Member) bool {
	return m.Schooling != "" && m.Schooling != "none" && m.Schooling != "kindergarten"
}

// subjects are the ids under which facts about a member stand.
func subjects(m person.Member) []string {
	return slices.DeleteFunc([]string{m.ID, m.WorkerID}, func(id string) bool { return id == "" })
}

// fields puts the facts on file about a member under the names of a group into a row.
func (t *telling) fields(row standard.Facts, m person.Member, group string) {
	v, err := standard.Published()
	if err != nil {
		return // known has asked already and answered with the error
	}
	for _, g := range v.Groups {
		if g.Name != group {
			continue
		}
		for _, d := range g.Fields {
			for _, s := range subjects(m) {
				if f, ok := t.fact(s, d.Name); ok {
					put(row, d.Name, value(d.Sort, f))
				}
			}
		}
	}
}

func put(row standard.Facts, name string, v standard.Value) {
	if _, said := row[name]; !said && v.Known() {
		row[name] = v
	}
}

func (t *telling) member(m person.Member) standard.Facts {
	row := standard.Facts{MemberKey: standard.TextOf(m.ID), "relation": standard.TextOf(string(m.Relation))}
	t.fields(row, m, "members")
	if age, ok := t.age(m); ok {
		put(row, "age", standard.IntOf(age))
		put(row, "working_age", workingAge(m.Sex, age))
	}
	if m.Schooling != "" || m.Employment == "student" {
		put(row, "studying", standard.BoolOf(atSchool(m) || m.Employment == "student"))
	}
	switch {
	case m.WorkerID != "" && m.WorkerID == t.PersonID:
		put(row, "employed", standard.BoolOf(employment(t.worker.Employment) == "own" || employment(t.worker.Employment) == "outsourced"))
	case m.Employment != "":
		put(row, "employed", standard.BoolOf(m.Employment == "employed" || m.Employment == "farming"))
	}
	if m.Employment == "unable" {
		put(row, "able", standard.BoolOf(false))
	}
	put(row, "disabled", disabled(m))
	if n, ok := t.yearly(m); ok {
		put(row, "income_year", standard.MoneyOf(n))
	}
	if f, ok := t.factOf(m, "rigid_medical"); ok {
		put(row, "self_pay", standard.MoneyOf(f.Amount()))
	}
	return row
}

func (t *telling) age(m person.Member) (int64, bool) {
	if !m.Birth.Valid() || m.Birth > t.On {
		return 0, false
	}
	return int64(m.Birth.Age(t.On)), true
}

// workingAge is the age of work by law: from 16 to retirement. Between 50 and 63 the day depends on sex, post and the
// transition of 2025, so that only what is sure is told.
func workingAge(sex ident.Sex, age int64) standard.Value {
	surely, never := int64(50), int64(58)
	if sex == ident.Male {
		surely, never = 60, 63
	} else if sex != ident.Female {
		never = 63
	}
	switch {
	case age < 16 || age >= never:
		return standard.BoolOf(false)
	case age < surely:
		return standard.BoolOf(true)
	}
	return standard.Value{}
}

func (t *telling) student(m person.Member) standard.Facts {
	row := standard.Facts{MemberKey: standard.TextOf(m.ID)}
	t.fields(row, m, "students")
	put(row, "stage", standard.TextOf(string(m.Schooling)))
	put(row, "disabled", disabled(m))
	if f, ok := t.factOf(m, "rigid_schooling"); ok {
		put(row, "tuition", standard.MoneyOf(f.Amount()))
	}
	return row
}

func (t *telling) factOf(m person.Member, name string) (person.Fact, bool) {
	for _, s := range subjects(m) {
		if f, ok := t.fact(s, name); ok {
			return f, true
		}
	}
	return person.Fact{}, false
}
