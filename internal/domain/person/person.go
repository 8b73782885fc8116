// Package person keeps the workers of the roster, their households and the dated facts about both: every fact has a
// source and a day, every number that could hurt is sealed, and what is shown is its mask. It decides nothing.
package person

import (
	"context"
	"fmt"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/ident"
	"bangfu/internal/base/money"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/auth"
)

// Worker is one person of the roster as shown by default: numbers masked. Pay is fen a month and means nothing unless
// PayKnown. StatusOn is the day of the present status.
type Worker struct {
	ID, StaffNo, Name       string
	SortKey, Search         string
	Sex                     ident.Sex
	Birth                   day.Day
	IDKind, IDMask          string
	PhoneMask               string
	CardTail, CardHolder    string
	CardRelation            Holder
	CardBank, CardBranch    string
	CardAt                  int64
	UnitID, UnitPath        string
	HouseholdID, Post       string
	Employment              Employment
	UnionMember             bool
	EntryOn                 day.Day
	Pay                     money.Amount
	PayKnown                bool
	Status                  Status
	StatusOn                day.Day
	StatusNote              string
	ImportID                string
	Version                 int64
	CreatedAt, ChangedAt    int64
	IDNoIx, PhoneIx, CardIx string
}

// worker is the whole row, the sealed numbers with it.
type worker struct {
	UnionID string
	Worker
	IDNo, Phone, Card []byte
}

const workerColumns = `union_id, id, staff_no, name, sort_key, search, sex, birth, id_kind, id_no, id_no_ix, id_mask, phone, phone_ix,
	phone_mask, card, card_ix, card_tail, card_holder, card_relation, card_bank, card_branch, card_at, unit_id, unit_path,
	household_id, post, employment, union_member, entry_on, pay, pay_known, status, status_on, status_note, import_id, version,
	created_at, changed_at`

// Get gives a worker by id, whatever the status. It checks no right: that is for the act or page that asks.
func Get(ctx context.Context, tx *db.Tx, id string) (Worker, error) {
	w, err := row(ctx, tx, id)
	return w.Worker, err
}

func row(ctx context.Context, tx *db.Tx, id string) (worker, error) {
	return db.One[worker](ctx, tx, `select `+workerColumns+` from person_worker where union_id = $1 and id = $2`, tx.Union, id)
}

// ByStaffNo gives the worker of a 工号; false when there is none.
func ByStaffNo(ctx context.Context, tx *db.Tx, no string) (Worker, bool, error) {
	w, ok, err := db.Maybe[worker](ctx, tx, `select `+workerColumns+` from person_worker where union_id = $1 and staff_no = $2`,
		tx.Union, StaffNo(no))
	return w.Worker, ok, err
}

// ByIDNo gives the worker of an identity number; false when there is none.
func ByIDNo(ctx context.Context, tx *db.Tx, id ident.ID) (Worker, bool, error) {
	for {
		newest, before := tx.Find(indexIDNo, id.Open())
		w, ok, err := byIndex(ctx, tx, newest)
		if err == nil && !ok && before != newest {
			w, ok, err = byIndex(ctx, tx, before)
		}
		if err != nil || ok || !turned(tx, indexIDNo, id.Open(), newest) {
			return w, ok, err
		}
	}
}

// turned reports that a new key came into force since an index was worked out: what was sealed anew meanwhile stands under it.
func turned(tx *db.Tx, kind, text, newest string) bool {
	now, _ := tx.Find(kind, text)
	return now != newest
}

func byIndex(ctx context.Context, tx *db.Tx, ix string) (Worker, bool, error) {
	if ix == "" {
		return Worker{}, false, nil
	}
	w, ok, err := db.Maybe[worker](ctx, tx, `select `+workerColumns+` from person_worker where union_id = $1 and id_no_ix = $2 and id_no_ix <> ''`,
		tx.Union, ix)
	return w.Worker, ok, err
}

// ByPhone gives the workers in service of a mobile number: none, one, or several who share it.
func ByPhone(ctx context.Context, tx *db.Tx, p ident.Phone) ([]Worker, error) {
	newest, before := tx.Find(indexPhone, p.Open())
	return views(db.All[worker](ctx, tx, `select `+workerColumns+` from person_worker
		where union_id = $1 and phone_ix in ($2, $3) and phone_ix <> '' and status = 'active' order by id`, tx.Union, newest, before))
}

// ByCard gives the workers whose money goes to one card: more than one is a signal for the checker (S21).
func ByCard(ctx context.Context, tx *db.Tx, c ident.Card) ([]Worker, error) {
	for {
		newest, before := tx.Find(indexCard, c.Open())
		out, err := views(db.All[worker](ctx, tx, `select `+workerColumns+` from person_worker
			where union_id = $1 and card_ix in ($2, $3) and card_ix <> '' order by id`, tx.Union, newest, before))
		if err != nil || len(out) > 0 || !turned(tx, indexCard, c.Open(), newest) {
			return out, err
		}
	}
}

func views(rows []worker, err error) ([]Worker, error) {
	out := make([]Worker, len(rows))
	for i, w := range rows {
		out[i] = w.Worker
	}
	return out, err
}

// The kinds of blind index; the identity number's is shared by workers and members, so that one finds the other.
const (
	indexIDNo  = "id_no"
	indexPhone = "phone"
	indexCard  = "card"
)

// The places sealed numbers are bound to.
const (
	placeIDNo    = "person_worker.id_no"
	placePhone   = "person_worker.phone"
	placeCard    = "person_worker.card"
	placeMember  = "person_member.id_no"
	placeAddress = "person_household.address"
	placeFact    = "person_fact.sealed"
)

// reached gives a worker whom a right of the actor reaches. Fault: "fault.denied", for what is not there too.
func reached(ctx context.Context, tx *db.Tx, right, id string) (worker, error) {
	w, err := row(ctx, tx, id)
	if err != nil {
		return worker{}, denied(err)
	}
	tx.Trail.Subject = w.ID
	return w, auth.Reach(tx, right, w.UnitPath, w.ID)
}

// Reached gives a worker whom the right reaches, masked. Fault: "fault.denied", the same for one that is not there.
func Reached(ctx context.Context, tx *db.Tx, right, id string) (Worker, error) {
	w, err := reached(ctx, tx, right, id)
	return w.Worker, err
}

// Found gives the workers of many staff numbers and of many document indexes at once, for lists that come in by the hundred.
func Found(ctx context.Context, tx *db.Tx, staffNos, indexes []string) (byNo, byID map[string]Worker, err error) {
	byNo, byID = map[string]Worker{}, map[string]Worker{}
	for _, ask := range []struct {
		column string
		values []string
	}{{"staff_no", staffNos}, {"id_no_ix", indexes}} {
		if len(ask.values) == 0 {
			continue
		}
		args := []any{tx.Union}
		var marks []string
		for _, v := range ask.values {
			args = append(args, v)
			marks = append(marks, fmt.Sprintf("$%d", len(args)))
		}
		rows, err := db.All[worker](ctx, tx, `select `+workerColumns+` from person_worker where union_id = $1 and `+ask.column+
			` in (`+strings.Join(marks, ", ")+`)`, args...)
		if err != nil {
			return nil, nil, err
		}
		for _, w := range rows {
			byNo[w.StaffNo] = w.Worker
			if w.IDNoIx != "" {
				byID[w.IDNoIx] = w.Worker
			}
		}
	}
	return byNo, byID, nil
}
