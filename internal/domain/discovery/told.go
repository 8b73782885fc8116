package discovery

import (
	"context"
	"slices"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/person"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/survey"
)

// told puts what a worker said for the screening under the names of the vocabulary. What is on file already, the survey's own
// answers among it, comes from the file.
func told(said []survey.Said) (standard.Facts, error) {
	v, err := standard.Published()
	if err != nil {
		return nil, err
	}
	out, student := standard.Facts{}, standard.Facts{}
	for _, s := range said {
		switch s.Of {
		case "screen":
			for _, f := range v.Facts {
				if f.Name == s.Name {
					out[s.Name] = value(f.Sort, s.Value)
				}
			}
		case "student":
			for _, g := range v.Groups {
				for _, f := range g.Fields {
					if g.Name == "students" && f.Name == s.Name {
						student[s.Name] = value(f.Sort, s.Value)
					}
				}
			}
		}
	}
	if len(student) > 0 {
		rows := standard.RowsOf()
		rows.Rows = append(rows.Rows, student)
		out["students"] = rows
	}
	return out, nil
}

func value(sort standard.Sort, text string) standard.Value {
	switch sort {
	case standard.Bool:
		return standard.BoolOf(text == "1")
	case standard.Words:
		return standard.TextOf(text)
	case standard.Money:
		if a, err := money.Parse(text); err == nil {
			return standard.MoneyOf(a)
		}
	case standard.None, standard.Int, standard.Date, standard.List, standard.Rows:
	}
	return standard.Value{}
}

// Keep puts what a named answer told into the file of the family, as said by the worker on that day (S02). What only the union
// can find is not kept. Faults: those of person.SetFact.
func Keep(ctx context.Context, tx *db.Tx, t survey.Told) error {
	w, err := person.Get(ctx, tx, t.PersonID)
	if err != nil {
		return err
	}
	for _, s := range t.Facts {
		f := person.Fact{Name: s.Name, Value: s.Value, Known: true, Source: person.FromSelf, FromOn: t.On}
		switch s.Of {
		case person.OfHousehold:
			f.SubjectKind, f.SubjectID = person.OfHousehold, w.HouseholdID
		case person.OfWorker:
			f.SubjectKind, f.SubjectID = person.OfWorker, w.ID
		default:
			continue
		}
		if _, err := person.SetFact(ctx, tx, f); err != nil {
			return err
		}
	}
	return nil
}

// Check holds a questionnaire's declarations to the vocabulary: every fact it tells must be one the house knows, and every
// value one the fact can have. Fault: "discovery.fact".
func Check(all []survey.Question) error {
	names, err := person.Vocabulary()
	if err != nil {
		return err
	}
	v, err := standard.Published()
	if err != nil {
		return err
	}
	for _, q := range all {
		for _, f := range q.Facts {
			known := slices.ContainsFunc(names, func(n person.Name) bool { return n.Name == f.Name && slices.Contains(n.Subjects, f.Of) })
			if f.Of == "screen" || f.Of == "student" {
				for _, said := range slices.Sorted(valuesOf(f)) {
					facts, err := told([]survey.Said{{Of: f.Of, Name: f.Name, Value: said}})
					known = err == nil && len(facts) == 1 && fitsVocabulary(v, f, said)
				}
			}
			if !known {
				return fault.New(fault.Invalid, "discovery.fact", f.Name).At(q.Code)
			}
		}
	}
	return nil
}

func valuesOf(f survey.Fact) func(func(string) bool) {
	return func(yield func(string) bool) {
		for _, v := range f.When {
			if !yield(v) {
				return
			}
		}
	}
}

func fitsVocabulary(v standard.Vocabulary, f survey.Fact, said string) bool {
	of := v.Facts
	if f.Of == "student" {
		for _, g := range v.Groups {
			if g.Name == "students" {
				of = g.Fields
			}
		}
	}
	for _, d := range of {
		if d.Name == f.Name {
			return len(d.Values) == 0 || slices.ContainsFunc(d.Values, func(c standard.Choice) bool { return c.Value == said })
		}
	}
	return false
}
