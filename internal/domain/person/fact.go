package person

import (
	"context"
	"fmt"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/engine/db"
)

// The sources of a fact.
const (
	FromSelf     = "self"     // the worker says so
	FromOfficer  = "officer"  // an officer saw or heard it
	FromPaper    = "paper"    // it stands on a paper that is kept
	FromRoster   = "roster"   // the personnel office's list
	FromExternal = "external" // another office's data
)

// Fact is one dated fact. Known false says that nothing is known from FromOn on. Num is fen, a count, or 0 and 1; Value is
// the text, empty for sealed facts. A paper is a blob id.
type Fact struct {
	ID, HouseholdID        string
	SubjectKind, SubjectID string
	Name, Period           string
	Known                  bool
	Num                    int64
	Value                  string
	Source, Paper          string
	FromOn                 day.Day
	RecordedBy             string
	RecordedAt             int64
	CheckedBy              string
	CheckedAt              int64
	ImportID               string
}

// Amount reads a money fact.
func (f Fact) Amount() money.Amount { return money.Amount(f.Num) }

type factRow struct {
	UnionID string
	Fact
	Sealed []byte
}

const factColumns = `union_id, id, household_id, subject_kind, subject_id, name, period, known, num, value, sealed, source, paper,
	from_on, recorded_by, recorded_at, checked_by, checked_at, import_id`

// SetFact writes one dated fact. f.Value is what a person typed; an empty value with Known false withdraws what was known.
// Faults: "person.fact_name", those of the value, "person.fact_source", "person.fact_period", "person.fact_from",
// "person.subject".
func SetFact(ctx context.Context, tx *db.Tx, f Fact) (Fact, error) {
	r, err := makeFact(ctx, tx, f)
	if err != nil {
		return Fact{}, err
	}
	last, err := db.Value[int64](ctx, tx, `
		select max(recorded_at) from person_fact where union_id = $1 and subject_id = $2 and name = $3 and period = $4 and from_on = $5`,
		tx.Union, r.SubjectID, r.Name, r.Period, r.FromOn)
	if err != nil {
		return Fact{}, err
	}
	r.RecordedAt = max(r.RecordedAt, last+1) // of two said in one instant the second counts
	if err := db.Insert(ctx, tx, "person_fact", r); err != nil {
		return Fact{}, err
	}
	return r.Fact, follow(ctx, tx, r.Fact)
}

func makeFact(ctx context.Context, tx *db.Tx, f Fact) (factRow, error) {
	n, err := named(f.Name, f.SubjectKind)
	if err != nil {
		return factRow{}, err
	}
	if f.HouseholdID, err = householdOf(ctx, tx, f.SubjectKind, f.SubjectID); err != nil {
		return factRow{}, err
	}
	r, err := n.row(tx, f)
	return r, err
}

// row checks and completes a fact; it reads no table.
func (n Name) row(tx *db.Tx, f Fact) (factRow, error) {
	var err error
	switch f.Source {
	case FromSelf, FromOfficer, FromPaper, FromRoster, FromExternal:
	default:
		return factRow{}, fault.New(fault.Invalid, "person.fact_source").At("source")
	}
	if f.Source == FromPaper && f.Paper == "" {
		return factRow{}, fault.New(fault.Invalid, "person.fact_paper", n.Label).At("paper")
	}
	if f.Period, err = n.period(f.Period, tx.Day()); err != nil {
		return factRow{}, err
	}
	if f.FromOn == "" {
		f.FromOn = tx.Day()
	}
	if !f.FromOn.Valid() || f.FromOn > tx.Day() {
		return factRow{}, fault.New(fault.Invalid, "person.fact_from").At("from_on")
	}
	f.ID, f.RecordedBy, f.RecordedAt = tx.ID(), tx.Actor.User, tx.Ms()
	r := factRow{UnionID: tx.Union, Fact: f}
	if !f.Known {
		r.Num, r.Value = 0, ""
		return r, nil
	}
	if r.Num, r.Value, err = n.read(f.Value); err != nil {
		return factRow{}, fault.Of(err).At("value")
	}
	if n.Sealed {
		if r.Sealed, err = tx.Seal(placeFact, r.ID, r.Value); err != nil {
			return factRow{}, err
		}
		r.Value = ""
	}
	return r, nil
}

// period completes the period of a fact: a year is 2026, a month 2026-11, a state of now has none.
func (n Name) period(p string, today day.Day) (string, error) {
	switch n.Period {
	case "year":
		if p == "" {
			p = string(today[:4])
		}
		if d := day.Day(p + "-01-01"); d.Valid() {
			return p, nil
		}
	case "month":
		if p == "" {
			p = string(today[:7])
		}
		if d := day.Day(p + "-01"); d.Valid() {
			return p, nil
		}
	default:
		if p == "" {
			return "", nil
		}
	}
	return "", fault.New(fault.Invalid, "person.fact_period", n.Label).At("period")
}

// householdOf finds the household of a subject. Fault: "person.subject".
func householdOf(ctx context.Context, tx *db.Tx, kind, id string) (string, error) {
	queries := map[string]string{
		OfHousehold: `select id from person_household where union_id = $1 and id = $2`,
		OfMember:    `select household_id from person_member where union_id = $1 and id = $2`,
		OfWorker:    `select household_id from person_worker where union_id = $1 and id = $2`,
	}
	hid, ok, err := db.Maybe[string](ctx, tx, queries[kind], tx.Union, id)
	if err == nil && !ok {
		err = fault.New(fault.Invalid, "person.subject").At("subject_id")
	}
	return hid, err
}

// follow keeps the wide current rows in step with a fact that is the newest of its name.
func follow(ctx context.Context, tx *db.Tx, f Fact) error {
	column := map[string]string{
		OfMember + FactHealth: "health", OfMember + FactDisease: "disease", OfMember + FactSchooling: "schooling",
		OfMember + FactWork: "employment", OfMember + "disability_kind": "disability",
		OfWorker + FactJob: "employment", OfWorker + FactPost: "post",
	}[f.SubjectKind+f.Name]
	newest, err := isNewest(ctx, tx, f)
	if err != nil || !newest {
		return err
	}
	table := map[string]string{OfMember: "person_member", OfWorker: "person_worker"}[f.SubjectKind]
	switch {
	case column != "":
		return tx.Must(ctx, "fault.missing", fmt.Sprintf(`update %s set %s = $3, version = version + 1 where union_id = $1 and id = $2`, table, column), tx.Union, f.SubjectID, f.Value)
	case f.SubjectKind == OfMember && f.Name == FactIncome:
		return tx.Must(ctx, "fault.missing", `update person_member set income = $3, income_known = $4, version = version + 1
			where union_id = $1 and id = $2`, tx.Union, f.SubjectID, f.Num, f.Known)
	case f.SubjectKind == OfMember && f.Name == "disability_grade":
		return tx.Must(ctx, "fault.missing", `update person_member set grade = $3, version = version + 1 where union_id = $1 and id = $2`, tx.Union, f.SubjectID, f.Num)
	case f.SubjectKind == OfWorker && f.Name == FactPay:
		return tx.Must(ctx, "fault.missing", `update person_worker set pay = $3, pay_known = $4, version = version + 1 where union_id = $1 and id = $2`, tx.Union, f.SubjectID, f.Num, f.Known)
	}
	return nil
}

func isNewest(ctx context.Context, tx *db.Tx, f Fact) (bool, error) {
	later, err := db.Value[int64](ctx, tx, `
		select count(*) from person_fact where union_id = $1 and subject_id = $2 and name = $3 and from_on > $4`,
		tx.Union, f.SubjectID, f.Name, f.FromOn)
	return later == 0, err
}

// CheckFact notes that the actor has seen a fact proved. Fault: "person.fact_checked" when someone has already.
func CheckFact(ctx context.Context, tx *db.Tx, id string) error {
	return tx.Must(ctx, "person.fact_checked", `
		update person_fact set checked_by = $3, checked_at = $4 where union_id = $1 and id = $2 and checked_by = '' and recorded_by <> $3`,
		tx.Union, id, tx.Actor.User, tx.Ms())
}

// FactByID gives one fact.
func FactByID(ctx context.Context, tx *db.Tx, id string) (Fact, error) {
	r, err := db.One[factRow](ctx, tx, `select `+factColumns+` from person_fact where union_id = $1 and id = $2`, tx.Union, id)
	return r.Fact, err
}

// Facts gives what is known of a household on a day: of each subject, name and period the row with the latest first day,
// then the latest recorded; withdrawn facts are left out. Facts of members and workers come with them.
func Facts(ctx context.Context, tx *db.Tx, householdID string, on day.Day) ([]Fact, error) {
	rows, err := db.All[factRow](ctx, tx, `
		select `+factColumns+` from person_fact where union_id = $1 and from_on <= $3 and (household_id = $2
			or subject_id in (select worker_id from person_member where union_id = $1 and household_id = $2 and worker_id <> ''))
		order by subject_kind, subject_id, name, period, from_on, recorded_at, id`, tx.Union, householdID, on)
	if err != nil {
		return nil, err
	}
	var out []Fact
	for i, r := range rows {
		last := i == len(rows)-1 || rows[i+1].key() != r.key()
		if last && r.Known {
			out = append(out, r.Fact)
		}
	}
	return out, nil
}

func (r factRow) key() string {
	return strings.Join([]string{r.SubjectKind, r.SubjectID, r.Name, r.Period}, "\x00")
}

// History gives every row about one subject and name, newest first: who said what, when.
func History(ctx context.Context, tx *db.Tx, subjectID, name string) ([]Fact, error) {
	rows, err := db.All[factRow](ctx, tx, `
		select `+factColumns+` from person_fact where union_id = $1 and subject_id = $2 and name = $3
		order by from_on desc, recorded_at desc, id desc`, tx.Union, subjectID, name)
	out := make([]Fact, len(rows))
	for i, r := range rows {
		out[i] = r.Fact
	}
	return out, err
}
