package person

import (
	"context"
	"strconv"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/ident"
	"bangfu/internal/base/money"
	"bangfu/internal/engine/db"
)

// NewMember is one more who lives in a household, as read and found well-formed. The relation is to the worker who says so. An empty field
// says nothing. Since is the day they began to live there.
type NewMember struct {
	WorkerID   string
	Relation   Relation
	Name       string
	ID         ident.ID
	OtherNo    string // a document that is no citizen ID
	Sex        ident.Sex
	Birth      day.Day
	Dependent  Dependent
	Health     Health
	Disability Disability
	Grade      int64
	Disease    Disease
	Schooling  Schooling
	Employment Work
	Workplace  string
	Income     *money.Amount // fen a month
	Since      day.Day
	Source     string
}

// AddMember lets one more live in the household of a worker. A spouse who is on the roster too, known by the identity
// number, or by name where both name each other, brings the two households together. Faults: "person.member_relation",
// "person.member_twice", "person.spouse_twice", "person.member_since".
func AddMember(ctx context.Context, tx *db.Tx, n NewMember) (Member, error) {
	w, err := row(ctx, tx, n.WorkerID)
	if err != nil {
		return Member{}, err
	}
	h, err := Household(ctx, tx, w.HouseholdID)
	if err != nil {
		return Member{}, err
	}
	r, facts, err := n.rows(tx, w, h)
	if err != nil {
		return Member{}, err
	}
	if err := refuseTwice(h, r.Member); err != nil {
		return Member{}, err
	}
	if err := db.Insert(ctx, tx, "person_member", r); err != nil {
		return Member{}, err
	}
	if err := db.InsertAll(ctx, tx, "person_fact", facts); err != nil || n.Relation != RelSpouse {
		return r.Member, err
	}
	other, ok, err := spouseOf(ctx, tx, w.Worker, r.Member)
	if err != nil || !ok {
		return r.Member, err
	}
	return r.Member, Join(ctx, tx, JoinIn{A: w.ID, B: other})
}

func refuseTwice(h Home, m Member) error {
	for _, o := range h.Members {
		switch {
		case m.IDNoIx != "" && o.IDNoIx == m.IDNoIx, m.IDNoIx == "" && o.Name == m.Name && o.Birth == m.Birth:
			return fault.New(fault.Invalid, "person.member_twice", ident.MaskName(m.Name)).At("name")
		case m.Relation == RelSpouse && o.Relation == RelSpouse:
			return fault.New(fault.Invalid, "person.spouse_twice").At("relation")
		}
	}
	return nil
}

// rows makes the row of a member and the facts that say the same with a day and a source.
func (n NewMember) rows(tx *db.Tx, w worker, h Home) (memberRow, []factRow, error) {
	if !known(n.Relation) {
		return memberRow{}, nil, fault.New(fault.Invalid, "person.member_relation").At("relation")
	}
	if n.Since == "" {
		n.Since = tx.Day()
	}
	if !n.Since.Valid() || n.Since > tx.Day() {
		return memberRow{}, nil, fault.New(fault.Invalid, "person.member_since").At("since")
	}
	relation := n.Relation
	if me, ok := h.MemberOf(w.ID); ok && me.Relation != RelSelf {
		relation = relation.seen(me.Relation) // said to the spouse, kept to the head
	}
	m := Member{ID: tx.ID(), HouseholdID: w.HouseholdID, Relation: relation, Name: n.Name, Sex: n.Sex, Birth: n.Birth, Dependent: n.Dependent,
		Health: n.Health, Disability: n.Disability, Grade: n.Grade, Disease: n.Disease, Schooling: n.Schooling, Employment: n.Employment,
		Workplace: n.Workplace, Since: n.Since, Version: 1, CreatedAt: tx.Ms()}
	if n.Income != nil {
		m.Income, m.IncomeKnown = *n.Income, true
	}
	no := n.ID.Open()
	if no != "" {
		m.Birth, m.Sex, m.IDMask = n.ID.Birth(), n.ID.Sex(), n.ID.String()
	} else if no = StaffNo(n.OtherNo); no != "" {
		m.IDMask = maskOther(no)
	}
	m.IDNoIx = tx.Index(indexIDNo, no)
	closed, err := tx.Seal(placeMember, m.ID, no)
	if err != nil {
		return memberRow{}, nil, err
	}
	facts, err := memberFacts(tx, m, n.Source)
	return memberRow{UnionID: tx.Union, Member: m, IDNo: closed}, facts, err
}

func known(r Relation) bool {
	_, ok := Coded(r.Choices(), string(r))
	return ok
}

// memberFacts says in dated facts what the row of a member says.
func memberFacts(tx *db.Tx, m Member, source string) ([]factRow, error) {
	said := []struct {
		name, value string
	}{{FactHealth, string(m.Health)}, {"disability_kind", string(m.Disability)}, {FactDisease, string(m.Disease)},
		{FactSchooling, string(m.Schooling)}, {FactWork, string(m.Employment)}}
	if m.Grade > 0 {
		said = append(said, struct{ name, value string }{"disability_grade", strconv.FormatInt(m.Grade, 10)})
	}
	if m.IncomeKnown {
		said = append(said, struct{ name, value string }{FactIncome, m.Income.Plain()})
	}
	var out []factRow
	for _, s := range said {
		if s.value == "" {
			continue
		}
		r, err := prepared(tx, Fact{HouseholdID: m.HouseholdID, SubjectKind: OfMember, SubjectID: m.ID, Name: s.name, Known: true, Value: s.value,
			Source: source, FromOn: m.Since, ImportID: m.ImportID})
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}

// prepared checks and completes a fact whose subject and household are known to be right.
func prepared(tx *db.Tx, f Fact) (factRow, error) {
	n, err := named(f.Name, f.SubjectKind)
	if err != nil {
		return factRow{}, err
	}
	return n.row(tx, f)
}

// EndMember ends a member's living in a household on a day, with the reason. A worker's own place does not end so.
// Faults: "person.member_self", "person.member_since", "person.member_ended".
func EndMember(ctx context.Context, tx *db.Tx, in EndIn) error {
	m, err := MemberByID(ctx, tx, in.ID)
	switch {
	case err != nil:
		return err
	case m.WorkerID != "":
		return fault.New(fault.Refused, "person.member_self")
	case !in.On.Valid() || in.On < m.Since || in.On > tx.Day():
		return fault.New(fault.Invalid, "person.member_since").At("on")
	}
	return tx.Must(ctx, "person.member_ended", `
		update person_member set until = $3, end_reason = $4, version = version + 1 where union_id = $1 and id = $2 and until = ''`,
		tx.Union, in.ID, in.On, in.Reason)
}

// MemberByID gives one member.
func MemberByID(ctx context.Context, tx *db.Tx, id string) (Member, error) {
	r, err := memberByID(ctx, tx, id)
	return r.Member, err
}

func memberByID(ctx context.Context, tx *db.Tx, id string) (memberRow, error) {
	return db.One[memberRow](ctx, tx, `select `+memberColumns+` from person_member where union_id = $1 and id = $2`, tx.Union, id)
}
