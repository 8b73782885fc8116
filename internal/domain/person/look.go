package person

import (
	"context"

	"bangfu/internal/base/fault"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/audit"
	"bangfu/internal/office/auth"
)

// Openers opens one sealed field each, for the look act of package audit, by kind and field.
func Openers() map[string]audit.Opener {
	return map[string]audit.Opener{
		"person.id_no":      openWorker(placeIDNo, func(w worker) []byte { return w.IDNo }),
		"person.phone":      openWorker(placePhone, func(w worker) []byte { return w.Phone }),
		"person.card":       openWorker(placeCard, func(w worker) []byte { return w.Card }),
		"member.id_no":      openMember,
		"household.address": openAddress,
		"fact.sealed":       openFact,
	}
}

const rightLook = "person.look"

func openWorker(place string, field func(worker) []byte) audit.Opener {
	return func(ctx context.Context, tx *db.Tx, id string) (string, string, error) {
		w, err := reached(ctx, tx, rightLook, id)
		if err != nil {
			return "", id, err
		}
		return closedText{place, id, field(w), id}.open(tx)
	}
}

func openMember(ctx context.Context, tx *db.Tx, id string) (string, string, error) {
	m, err := memberByID(ctx, tx, id)
	if err != nil {
		return "", "", denied(err)
	}
	if m.WorkerID != "" && len(m.IDNo) == 0 {
		return Openers()["person.id_no"](ctx, tx, m.WorkerID)
	}
	if err := reachHome(ctx, tx, rightLook, m.HouseholdID); err != nil {
		return "", "", err
	}
	return closedText{placeMember, id, m.IDNo, tx.Trail.Subject}.open(tx)
}

func openAddress(ctx context.Context, tx *db.Tx, id string) (string, string, error) {
	h, err := home(ctx, tx, id)
	if err != nil {
		return "", "", denied(err)
	}
	if err := reachHome(ctx, tx, rightLook, id); err != nil {
		return "", "", err
	}
	return closedText{placeAddress, id, h.Address, tx.Trail.Subject}.open(tx)
}

func openFact(ctx context.Context, tx *db.Tx, id string) (string, string, error) {
	r, err := db.One[factRow](ctx, tx, `select `+factColumns+` from person_fact where union_id = $1 and id = $2`, tx.Union, id)
	if err != nil {
		return "", "", denied(err)
	}
	if err := reachHome(ctx, tx, rightLook, r.HouseholdID); err != nil {
		return "", "", err
	}
	return closedText{placeFact, id, r.Sealed, tx.Trail.Subject}.open(tx)
}

// closedText is a sealed text with its place, its row and whose it is.
type closedText struct {
	place, row string
	sealed     []byte
	subject    string
}

func (c closedText) open(tx *db.Tx) (string, string, error) {
	if len(c.sealed) == 0 {
		return "", c.subject, fault.New(fault.Missing, "person.nothing_sealed")
	}
	text, err := tx.Open(c.place, c.row, c.sealed)
	return text, c.subject, err
}

// Numbers are a worker's numbers in the open, for a file that leaves the house (a bank file, an upward report).
type Numbers struct{ IDNo, Phone, Card string }

// OpenMany opens the numbers of many workers for one bulk look: the caller records it with purpose, count and list hash.
// Workers the right does not reach are a fault: "fault.denied".
func OpenMany(ctx context.Context, tx *db.Tx, right string, ids []string) (map[string]Numbers, error) {
	out := make(map[string]Numbers, len(ids))
	for _, id := range ids {
		w, err := row(ctx, tx, id)
		if err != nil {
			return nil, denied(err)
		}
		if err := auth.Reach(tx, right, w.UnitPath, ""); err != nil {
			return nil, err
		}
		var n Numbers
		if n.IDNo, err = tx.Open(placeIDNo, id, w.IDNo); err != nil {
			return nil, err
		}
		if n.Phone, err = tx.Open(placePhone, id, w.Phone); err != nil {
			return nil, err
		}
		if n.Card, err = tx.Open(placeCard, id, w.Card); err != nil {
			return nil, err
		}
		out[id] = n
	}
	return out, nil
}

// OpenAddresses opens the addresses of households for one bulk look, by household; one that has none is left out. It
// checks no right: the act that takes the list has checked each row, and records purpose, count and list hash.
func OpenAddresses(ctx context.Context, tx *db.Tx, households []string) (map[string]string, error) {
	out := make(map[string]string, len(households))
	for _, id := range households {
		h, err := home(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		if len(h.Address) == 0 {
			continue
		}
		if out[id], err = tx.Open(placeAddress, id, h.Address); err != nil {
			return nil, err
		}
	}
	return out, nil
}
