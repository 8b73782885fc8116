package intake

import (
	"context"

	"bangfu/internal/base/money"
	"bangfu/internal/domain/household"
	"bangfu/internal/domain/person"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/db"
)

// writeFacts puts what the application tells of the household and its members into their dated facts, with the source.
// Facts of the event itself stay with the application. Sums are written only when every part is known.
func writeFacts(ctx context.Context, tx *db.Tx, a Application, source string) error {
	all, err := AnswersOf(ctx, tx, a.ID)
	if err != nil {
		return err
	}
	family, err := Family(ctx, tx, a.ID, false)
	if err != nil {
		return err
	}
	on := map[string]Relative{}
	for _, m := range family {
		on[m.ID] = m
	}
	for _, n := range all {
		m, isMember := on[n.Subject]
		f := person.Fact{SubjectKind: person.OfHousehold, SubjectID: a.HouseholdID, Name: n.Name}
		switch {
		case n.Subject == OfEvent || n.Subject != OfHousehold && (!isMember || m.MemberID == ""):
			continue // of the event, or of somebody not yet on file
		case m.Self() && n.Name == person.FactIncome:
			f.SubjectKind, f.SubjectID, f.Name = person.OfWorker, a.PersonID, person.FactPay
		case isMember:
			f.SubjectKind, f.SubjectID = person.OfMember, m.MemberID
		}
		if err := put(ctx, tx, n, f, source); err != nil {
			return err
		}
	}
	return sums(ctx, tx, a, source)
}

func put(ctx context.Context, tx *db.Tx, n Answer, f person.Fact, source string) error {
	text, known := n.Stands()
	if !known {
		return nil
	}
	fact, _ := factOf("", n.Name)
	if f.SubjectKind != person.OfHousehold {
		fact, _ = factOf(OfMember, n.Name)
	} else if h, ok := factOf(OfHousehold, n.Name); ok {
		fact = h
	}
	f.Known, f.Value, f.Source = true, fact.Show(text), source
	if source == person.FromOfficer && n.CheckedAt == 0 {
		f.Source = person.FromSelf // nobody has corrected it: it stays what the worker said, now seen by the officer
	}
	kept, err := person.SetFact(ctx, tx, f)
	if err != nil || source != person.FromOfficer || kept.RecordedBy == tx.Actor.User {
		return err
	}
	return person.CheckFact(ctx, tx, kept.ID)
}

// sums writes the figures standards compare: the family's income and rigid expense of a year, and its size.
func sums(ctx context.Context, tx *db.Tx, a Application, source string) error {
	figures, err := Figures(ctx, tx, a)
	if err != nil {
		return err
	}
	for _, name := range []string{"family_size", "income_year", "income_month", "income_per_head_month", "rigid_year"} {
		v, ok := figures[name]
		if !ok {
			continue
		}
		text := plainInt(v.Num)
		if v.Sort == standard.Money {
			text = money.Amount(v.Num).Plain()
		}
		_, err := person.SetFact(ctx, tx, person.Fact{SubjectKind: person.OfHousehold, SubjectID: a.HouseholdID, Name: name, Known: true,
			Value: text, Source: source})
		if err != nil {
			return err
		}
	}
	return nil
}

func plainInt(n int64) string { return plainFen(money.Amount(n)) }

// Figures are the facts that only this application tells: of the event, whom it befell, the children at school, and the sums
// of the family's money. They are laid over what is on file when a standard judges (figures that were checked count).
func Figures(ctx context.Context, tx *db.Tx, a Application) (standard.Facts, error) {
	all, err := AnswersOf(ctx, tx, a.ID)
	if err != nil {
		return nil, err
	}
	family, err := Family(ctx, tx, a.ID, false)
	if err != nil {
		return nil, err
	}
	p, err := ProgrammeOf(ctx, tx, a)
	if err != nil {
		return nil, err
	}
	out := standard.Facts{"today": standard.DateOf(tx.Day()), "family_size": standard.IntOf(int64(len(family)))}
	for _, n := range all {
		f, ok := factOf(n.Subject, n.Name)
		if text, known := n.Stands(); ok && known && (n.Subject == OfEvent || n.Subject == OfHousehold) {
			out[n.Name] = f.value(text)
		}
	}
	for _, m := range family {
		if m.ID == a.AboutID {
			out["event_person"] = standard.TextOf(eventPerson(m.Relation))
		}
	}
	if p.Money {
		if err := moneyFigures(out, family, all); err != nil {
			return nil, err
		}
	}
	if students := studentsOf(family, all); len(students) > 0 {
		out["students"] = standard.RowsOf(students...)
	}
	return out, nil
}

func moneyFigures(out standard.Facts, family []Relative, all Answers) error {
	per, err := PerHead(family, all)
	if err != nil {
		return err
	}
	if per.Known {
		month := money.Amount(0)
		for _, m := range family {
			n, _ := all.Get(m.ID, person.FactIncome)
			amount, _ := n.Amount()
			month += amount // each bounded by Read
		}
		out["income_month"], out["income_year"] = standard.MoneyOf(month), standard.MoneyOf(month*12)
		out["income_per_head_month"] = standard.MoneyOf(per.PerHead)
	}
	sum, any := money.Amount(0), false
	for _, k := range person.Expenses() {
		n, _ := all.Get(OfHousehold, k.Name)
		if amount, known := n.Amount(); known {
			if sum, err = sum.Add(amount); err != nil {
				return err
			}
			any = true
		}
	}
	if any {
		out["rigid_year"] = standard.MoneyOf(sum)
	}
	return nil
}

// eventPerson gives the vocabulary's word for whom an event befell.
func eventPerson(r person.Relation) string {
	switch r {
	case person.RelSelf, person.RelSpouse, person.RelChild, person.RelParent, person.RelParentInLaw:
		return string(r)
	case person.RelGrandchild, person.RelGrandparent, person.RelSibling, person.RelChildInLaw, person.RelOther:
	}
	return "other"
}

// studentsOf gives the children of whose schooling the application tells, as rows of the vocabulary's group.
func studentsOf(family []Relative, all Answers) []standard.Facts {
	var out []standard.Facts
	for _, m := range family {
		row := standard.Facts{}
		for _, name := range []string{"stage", "full_time", "regular", "admitted", "grade", "tuition"} {
			n, ok := all.Get(m.ID, name)
			f, known := factOf(OfMember, name)
			if text, stands := n.Stands(); ok && known && stands {
				row[name] = f.value(text)
			}
		}
		if len(row) > 0 {
			row["disabled"] = standard.BoolOf(m.Health == "disabled")
			if m.MemberID != "" {
				row[household.MemberKey] = standard.TextOf(m.MemberID)
			}
			out = append(out, row)
		}
	}
	return out
}
