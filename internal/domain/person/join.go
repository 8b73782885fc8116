package person

import (
	"context"

	"bangfu/internal/base/fault"
	"bangfu/internal/engine/db"
)

// JoinIn names two workers married to each other. BatchID, when set, is the import that joins them: what is replaced is
// kept for its undoing.
type JoinIn struct{ A, B, BatchID string }

// Join makes one household of two spouses on one roster: B's household ends today and its members move to A's, whose head
// keeps its place; nobody counts twice. What was known of a member moves with them. Joining what is joined does nothing.
// Faults: "person.join_other" when one of them is married to somebody else by the roster, "person.not_active".
func Join(ctx context.Context, tx *db.Tx, in JoinIn) error {
	a, err := row(ctx, tx, in.A)
	if err != nil {
		return err
	}
	b, err := row(ctx, tx, in.B)
	if err != nil || a.HouseholdID == b.HouseholdID || a.ID == b.ID {
		return err
	}
	if a.Status != Active || b.Status != Active {
		return fault.New(fault.Refused, "person.not_active", Left)
	}
	to, err := Household(ctx, tx, a.HouseholdID)
	if err != nil {
		return err
	}
	from, err := members(ctx, tx, b.HouseholdID)
	if err != nil {
		return err
	}
	if err := sameSpouse(to, from, a, b); err != nil {
		return err
	}
	if in.BatchID != "" {
		if err := keepJoin(ctx, tx, in.BatchID, [2]string{a.HouseholdID, b.HouseholdID}); err != nil {
			return err
		}
	}
	m := mover{tx: tx, in: in, to: to, b: b, swap: to.HeadID != a.ID}
	for _, one := range from {
		if one.Until == "" {
			if err := m.move(ctx, one); err != nil {
				return err
			}
		}
	}
	return m.close(ctx)
}

// sameSpouse refuses to join two of whom one has another spouse on file.
func sameSpouse(to Home, from []memberRow, a, b worker) error {
	for _, m := range to.SeenBy(a.ID) {
		if m.Relation == RelSpouse && !isPerson(m, b) {
			return fault.New(fault.Refused, "person.join_other")
		}
	}
	for _, m := range from {
		if m.Until == "" && m.Relation == RelSpouse && !isPerson(m.Member, a) {
			return fault.New(fault.Refused, "person.join_other")
		}
	}
	return nil
}

// isPerson says whether a member is the same human as a worker: by the document, and by name where one has none.
func isPerson(m Member, w worker) bool {
	if m.WorkerID != "" {
		return m.WorkerID == w.ID
	}
	if m.IDNoIx != "" && w.IDNoIx != "" {
		return m.IDNoIx == w.IDNoIx
	}
	return m.Name == w.Name
}

// mover carries members from B's household to A's.
type mover struct {
	tx   *db.Tx
	in   JoinIn
	to   Home
	b    worker
	swap bool // A is not the head of the household it lives in
}

// move ends a member's place in the old household and gives the new one, unless the person stands there already.
func (v mover) move(ctx context.Context, m memberRow) error {
	relation := m.Relation.seen(RelSpouse)
	if m.WorkerID == v.b.ID {
		relation = RelSpouse
	}
	if v.swap {
		relation = RelOther
	}
	var there *Member
	for i, o := range v.to.Members {
		if m.WorkerID == "" && sameHuman(o, m.Member) || m.WorkerID != "" && isPerson(o, v.b) {
			there = &v.to.Members[i]
		}
	}
	if err := v.end(ctx, m.ID); err != nil {
		return err
	}
	if there == nil {
		return v.place(ctx, m, relation)
	}
	if m.WorkerID == "" {
		return v.facts(ctx, m.ID, there.ID)
	}
	err := v.tx.Must(ctx, "fault.missing", `update person_member set worker_id = $3, version = version + 1 where union_id = $1 and id = $2`, v.tx.Union, there.ID, m.WorkerID)
	if err != nil {
		return err
	}
	return v.facts(ctx, m.ID, there.ID)
}

func sameHuman(a, b Member) bool {
	if a.IDNoIx != "" && b.IDNoIx != "" {
		return a.IDNoIx == b.IDNoIx
	}
	return a.Name == b.Name && (a.Birth == b.Birth || a.Birth == "" || b.Birth == "")
}

func (v mover) end(ctx context.Context, id string) error {
	return v.tx.Must(ctx, "fault.missing", `update person_member set until = $3, end_reason = 'joined', version = version + 1 where union_id = $1 and id = $2`, v.tx.Union, id, v.tx.Day())
}

// place gives a member a new row in A's household; the document is opened only to be sealed for the new row.
func (v mover) place(ctx context.Context, m memberRow, relation Relation) error {
	no, err := v.tx.Open(placeMember, m.ID, m.IDNo)
	if err != nil {
		return err
	}
	old := m.ID
	m.ID, m.FormerID, m.HouseholdID, m.Relation = v.tx.ID(), old, v.to.ID, relation
	m.Since, m.ImportID, m.Version, m.CreatedAt = v.tx.Day(), v.in.BatchID, 1, v.tx.Ms()
	if m.IDNo, err = v.tx.Seal(placeMember, m.ID, no); err != nil {
		return err
	}
	if err := db.Insert(ctx, v.tx, "person_member", m); err != nil {
		return err
	}
	return v.facts(ctx, old, m.ID)
}

// facts copies what is known of a member today to the place they now have. Sealed ones are sealed anew for the new row.
func (v mover) facts(ctx context.Context, from, to string) error {
	rows, err := db.All[factRow](ctx, v.tx, `
		select `+factColumns+` from person_fact f where union_id = $1 and subject_id = $2 and known = 1
		and not exists (select 1 from person_fact g where g.union_id = f.union_id and g.subject_id = f.subject_id and g.name = f.name
			and g.period = f.period and (g.from_on > f.from_on or g.from_on = f.from_on and g.recorded_at > f.recorded_at))`, v.tx.Union, from)
	if err != nil {
		return err
	}
	for i := range rows {
		r := &rows[i]
		text, err := v.tx.Open(placeFact, r.ID, r.Sealed)
		if err != nil {
			return err
		}
		r.ID, r.SubjectID, r.HouseholdID, r.ImportID = v.tx.ID(), to, v.to.ID, v.in.BatchID
		if r.Sealed, err = v.tx.Seal(placeFact, r.ID, text); err != nil {
			return err
		}
	}
	return db.InsertAll(ctx, v.tx, "person_fact", rows)
}

// close ends B's household and gives its workers to A's.
func (v mover) close(ctx context.Context) error {
	err := v.tx.Must(ctx, "fault.missing", `update person_household set until = $3, into_id = $4, version = version + 1 where union_id = $1 and id = $2`, v.tx.Union, v.b.HouseholdID, v.tx.Day(), v.to.ID)
	if err != nil {
		return err
	}
	_, err = v.tx.Exec(ctx, `update person_worker set household_id = $3, version = version + 1, changed_at = $4
		where union_id = $1 and household_id = $2`, v.tx.Union, v.b.HouseholdID, v.to.ID, v.tx.Ms())
	return err
}

// spouseOf finds the worker whom a member of the actor's household is: by the document, or by name where each names the
// other as spouse and there is one of that name only.
func spouseOf(ctx context.Context, tx *db.Tx, w Worker, m Member) (string, bool, error) {
	if o, ok, err := byIndex(ctx, tx, m.IDNoIx); err != nil || ok {
		return o.ID, ok && o.ID != w.ID && o.Status == Active, err
	}
	if m.IDNoIx != "" {
		return "", false, nil
	}
	ids, err := db.All[string](ctx, tx, `
		select b.id from person_worker b
		join person_member m on m.union_id = b.union_id and m.household_id = b.household_id
		where b.union_id = $1 and b.name = $2 and b.status = 'active' and b.id <> $3 and m.relation = 'spouse' and m.until = ''
			and m.worker_id = '' and (m.id_no_ix = $5 and m.id_no_ix <> '' or m.id_no_ix = '' and m.name = $4)`,
		tx.Union, m.Name, w.ID, w.Name, w.IDNoIx)
	if err != nil || len(ids) != 1 {
		return "", false, err
	}
	return ids[0], true, nil
}
