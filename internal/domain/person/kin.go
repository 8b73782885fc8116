package person

import (
	"context"
	"slices"

	"bangfu/internal/base/fault"
	"bangfu/internal/engine/db"
)

// DeclareKin records that two workers are related, or (ended) no longer are. Who declares it may be either of them or an
// officer. Faults: "person.kin_self", "person.kin_relation", Missing.
func DeclareKin(ctx context.Context, tx *db.Tx, k KinIn) error {
	if k.A == k.B || k.B == "" {
		return fault.New(fault.Invalid, "person.kin_self").At("b_id")
	}
	if !known(k.Relation) {
		return fault.New(fault.Invalid, "person.kin_relation").At("relation")
	}
	for _, id := range []string{k.A, k.B} {
		if _, err := Get(ctx, tx, id); err != nil {
			return err
		}
	}
	until := ""
	if k.Ended {
		until = string(tx.Day())
	}
	a, b := min(k.A, k.B), max(k.A, k.B)
	_, err := tx.Exec(ctx, `
		insert into person_kin (union_id, a_id, b_id, relation, source, since, until, created_by, created_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		on conflict (union_id, a_id, b_id) do update set relation = excluded.relation, source = excluded.source, until = excluded.until,
			created_by = excluded.created_by, created_at = excluded.created_at`,
		tx.Union, a, b, k.Relation, k.Source, tx.Day(), until, tx.Actor.User, tx.Ms())
	return err
}

// KinIn is one declaration of kinship between two workers; B is A's Relation.
type KinIn struct {
	A, B     string
	Relation Relation
	Source   string
	Ended    bool
}

// Kin gives the ids of the workers related to one: of the same household, known to each other's households by their
// document, and declared. The worker is not among them. It is what bars a role-holder from a case.
func Kin(ctx context.Context, tx *db.Tx, personID string) ([]string, error) {
	ids, err := db.All[string](ctx, tx, `
		select o.id from person_worker w
		join person_worker o on o.union_id = w.union_id and o.household_id = w.household_id
		where w.union_id = $1 and w.id = $2
		union
		select o.id from person_worker w
		join person_member m on m.union_id = w.union_id and m.household_id = w.household_id and m.id_no_ix <> ''
		join person_worker o on o.union_id = m.union_id and o.id_no_ix = m.id_no_ix and o.id_no_ix <> ''
		where w.union_id = $1 and w.id = $2
		union
		select o.id from person_worker w
		join person_member m on m.union_id = w.union_id and m.id_no_ix = w.id_no_ix and m.id_no_ix <> ''
		join person_worker o on o.union_id = m.union_id and o.household_id = m.household_id
		where w.union_id = $1 and w.id = $2
		union
		select b_id from person_kin where union_id = $1 and a_id = $2 and until = ''
		union
		select a_id from person_kin where union_id = $1 and b_id = $2 and until = ''`, tx.Union, personID)
	slices.Sort(ids)
	return slices.DeleteFunc(ids, func(id string) bool { return id == personID }), err
}
