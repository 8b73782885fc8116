package person

import (
	"context"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/ident"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/org"
)

// Add puts one worker on the roster, with a household of their own and the first facts. Faults: "person.staff_no",
// "person.name", "person.staff_taken", "person.id_taken", Missing for the unit.
func Add(ctx context.Context, tx *db.Tx, d Draft) (Worker, error) {
	if err := place(ctx, tx, &d); err != nil {
		return Worker{}, err
	}
	if err := free(ctx, tx, d, ""); err != nil {
		return Worker{}, err
	}
	n, err := makeWorker(tx, d, FromOfficer, "")
	if err != nil {
		return Worker{}, err
	}
	if err := db.Insert(ctx, tx, "person_household", n.home); err != nil {
		return Worker{}, err
	}
	if err := db.Insert(ctx, tx, "person_worker", n.worker); err != nil {
		return Worker{}, err
	}
	if err := db.Insert(ctx, tx, "person_member", n.member); err != nil {
		return Worker{}, err
	}
	if err := db.InsertAll(ctx, tx, "person_fact", n.facts); err != nil {
		return Worker{}, err
	}
	if err := tokenise(ctx, tx, n.worker.ID, n.tokens); err != nil {
		return Worker{}, err
	}
	return n.worker.Worker, claimFor(ctx, tx, n.worker.Worker)
}

// place wants a number, a name and a unit, and finds the unit's path.
func place(ctx context.Context, tx *db.Tx, d *Draft) error {
	var bad fault.List
	if d.StaffNo == "" || len(d.StaffNo) > 40 {
		bad.Add("staff_no", "person.staff_no")
	}
	if d.Name == "" {
		bad.Add("name", "person.name")
	}
	if err := bad.Err(); err != nil {
		return err
	}
	u, err := org.UnitOf(ctx, tx, d.UnitID)
	d.UnitPath = u.Path
	return err
}

// free wants that no other worker has the number or the document.
func free(ctx context.Context, tx *db.Tx, d Draft, self string) error {
	if o, ok, err := ByStaffNo(ctx, tx, d.StaffNo); err != nil || ok && o.ID != self {
		return orTaken(err, "person.staff_taken", "staff_no", ident.MaskName(o.Name))
	}
	if o, ok, err := byIndex(ctx, tx, d.IDIndex(tx)); err != nil || ok && o.ID != self {
		return orTaken(err, "person.id_taken", "id_no", o.StaffNo)
	}
	return nil
}

func orTaken(err error, key, field, of string) error {
	if err != nil {
		return err
	}
	return fault.New(fault.Invalid, key, of).At(field)
}

// made is all that a new worker brings with them.
type made struct {
	worker worker
	home   homeRow
	member memberRow
	facts  []factRow
	tokens []string
}

// makeWorker makes the rows of a new worker; it reads and writes nothing.
func makeWorker(tx *db.Tx, d Draft, source, importID string) (made, error) {
	w := worker{UnionID: tx.Union, Worker: Worker{ID: tx.ID(), StaffNo: StaffNo(d.StaffNo), HouseholdID: tx.ID(), Employment: Regular,
		Status: Active, ImportID: importID, CreatedAt: tx.Ms()}}
	_, tokens, err := d.lay(tx, &w)
	if err != nil {
		return made{}, err
	}
	since := w.EntryOn
	if since == "" || since > tx.Day() {
		since = tx.Day()
	}
	h := homeRow{UnionID: tx.Union, Home: Home{ID: w.HouseholdID, HeadID: w.ID, Since: since, ImportID: importID, Version: 1, CreatedAt: tx.Ms()}}
	m := selfMember(tx, w, tx.ID(), since)
	facts, err := jobFacts(tx, w, []string{"pay", "post", "employment", "unit"}, source)
	return made{w, h, m, facts, tokens}, err
}

// selfMember is the worker's own place in the household.
func selfMember(tx *db.Tx, w worker, id string, since day.Day) memberRow {
	m := Member{ID: id, HouseholdID: w.HouseholdID, WorkerID: w.ID, Relation: RelSelf, Name: w.Name, Sex: w.Sex, Birth: w.Birth,
		IDNoIx: w.IDNoIx, IDMask: w.IDMask, Since: since, ImportID: w.ImportID, Version: 1, CreatedAt: tx.Ms()}
	return memberRow{UnionID: tx.Union, Member: m}
}

// jobFacts says in dated facts the fields of a worker's place of work that changed, from today on.
func jobFacts(tx *db.Tx, w worker, fields []string, source string) ([]factRow, error) {
	var out []factRow
	for _, f := range fields {
		name, value := "", ""
		switch f {
		case "pay":
			if w.PayKnown {
				name, value = FactPay, w.Pay.Plain()
			}
		case "post":
			name, value = FactPost, w.Post
		case "employment":
			name, value = FactJob, string(w.Employment)
		case "unit":
			name, value = FactUnit, w.UnitID
		}
		if value == "" {
			continue
		}
		r, err := prepared(tx, Fact{HouseholdID: w.HouseholdID, SubjectKind: OfWorker, SubjectID: w.ID, Name: name, Known: true, Value: value,
			Source: source, ImportID: w.ImportID})
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}

// Change lays a draft on a worker and gives the fields that changed: what is empty in it stays as it is. Faults:
// "fault.stale" (Conflict), "person.id_taken", "person.not_active".
func Change(ctx context.Context, tx *db.Tx, s Staged) (fields []string, err error) {
	d, id := s.Draft, s.ID
	w, err := row(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	if w.Status != Active {
		return nil, fault.New(fault.Refused, "person.not_active", w.Status)
	}
	if s.Version != 0 && s.Version != w.Version {
		return nil, fault.New(fault.Conflict, "fault.stale")
	}
	if d.UnitID != "" {
		u, err := org.UnitOf(ctx, tx, d.UnitID)
		if err != nil {
			return nil, err
		}
		d.UnitPath = u.Path
	}
	d.StaffNo = w.StaffNo
	if err := free(ctx, tx, d, id); err != nil {
		return nil, err
	}
	seen := w.Version
	fields, tokens, err := d.lay(tx, &w)
	if err != nil || len(fields) == 0 {
		return nil, err
	}
	w.ImportID = "" // what is said now was not said by the file the worker came with
	facts, err := jobFacts(tx, w, fields, FromOfficer)
	if err != nil {
		return nil, err
	}
	if err := save(ctx, tx, w, seen); err != nil {
		return nil, err
	}
	if err := db.InsertAll(ctx, tx, "person_fact", facts); err != nil {
		return nil, err
	}
	return fields, tokenise(ctx, tx, id, tokens)
}

// save writes back what a draft can change, and keeps the worker's own place in the household in step.
func save(ctx context.Context, tx *db.Tx, w worker, seen int64) error {
	err := tx.Must(ctx, "fault.stale", `
		update person_worker set name = $4, sort_key = $5, search = $6, sex = $7, birth = $8, id_kind = $9, id_no = $10, id_no_ix = $11,
			id_mask = $12, phone = $13, phone_ix = $14, phone_mask = $15, card = $16, card_ix = $17, card_tail = $18, card_holder = $19,
			card_relation = $20, card_bank = $21, card_branch = $22, card_at = $23, unit_id = $24, unit_path = $25, post = $26,
			employment = $27, union_member = $28, entry_on = $29, pay = $30, pay_known = $31, version = $32, changed_at = $33
		where union_id = $1 and id = $2 and version = $3`,
		tx.Union, w.ID, seen, w.Name, w.SortKey, w.Search, w.Sex, w.Birth, w.IDKind, w.IDNo, w.IDNoIx, w.IDMask, w.Phone, w.PhoneIx,
		w.PhoneMask, w.Card, w.CardIx, w.CardTail, w.CardHolder, w.CardRelation, w.CardBank, w.CardBranch, w.CardAt, w.UnitID, w.UnitPath,
		w.Post, w.Employment, w.UnionMember, w.EntryOn, w.Pay, w.PayKnown, w.Version, w.ChangedAt)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		update person_member set name = $3, sex = $4, birth = $5, id_no_ix = $6, id_mask = $7, version = version + 1
		where union_id = $1 and worker_id = $2 and until = '' and (name <> $3 or sex <> $4 or birth <> $5 or id_no_ix <> $6)`,
		tx.Union, w.ID, w.Name, w.Sex, w.Birth, w.IDNoIx, w.IDMask)
	return err
}
