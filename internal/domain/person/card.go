package person

import (
	"context"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/ident"
	"bangfu/internal/engine/db"
)

// CardIn is where a worker's money goes. The card stands in the worker's own name or, with the relation recorded, in that of
// the spouse in the household: money for one goes to nobody else. Sure is the second asking for a number whose check digit
// does not agree.
type CardIn struct {
	WorkerID string
	Card     string
	Holder   string
	Relation Holder
	Bank     string
	Branch   string
	Sure     bool
}

// SetCard writes the card of a worker. Faults: those of ident.ParseCard, "person.card_sure", "person.card_holder",
// "person.card_spouse", "person.card_bank", "person.not_active".
func SetCard(ctx context.Context, tx *db.Tx, in CardIn) error {
	w, err := row(ctx, tx, in.WorkerID)
	if err != nil {
		return err
	}
	if w.Status != Active {
		return fault.New(fault.Refused, "person.not_active", w.Status)
	}
	card, doubt, err := ident.ParseCard(in.Card)
	switch {
	case err != nil:
		return fault.Of(err).At("card")
	case doubt.Has(ident.Luhn) && !in.Sure:
		return fault.New(fault.Invalid, "person.card_sure").At("card")
	case in.Bank == "" || len([]rune(in.Bank)) > 60 || len([]rune(in.Branch)) > 100:
		return fault.New(fault.Invalid, "person.card_bank").At("bank")
	}
	if err := holds(ctx, tx, w.Worker, in); err != nil {
		return err
	}
	seen := w.Version
	d := Draft{Card: card, CardHolder: in.Holder, CardRelation: in.Relation, CardBank: in.Bank, CardBranch: in.Branch}
	if err := d.setCard(tx, &w, tx.Index(indexCard, card.Open())); err != nil {
		return err
	}
	w.Version, w.ChangedAt = w.Version+1, tx.Ms()
	return save(ctx, tx, w, seen)
}

// holds wants that the holder is the worker or the spouse living in the household.
func holds(ctx context.Context, tx *db.Tx, w Worker, in CardIn) error {
	name, err := ident.ParseName(in.Holder)
	if err != nil {
		return fault.Of(err).At("holder")
	}
	switch in.Relation {
	case HolderSelf:
		if name == w.Name {
			return nil
		}
		return fault.New(fault.Invalid, "person.card_holder").At("holder")
	case HolderSpouse:
		h, err := Household(ctx, tx, w.HouseholdID)
		if err != nil {
			return err
		}
		for _, m := range h.SeenBy(w.ID) {
			if m.Relation == RelSpouse && m.Name == name {
				return nil
			}
		}
		return fault.New(fault.Invalid, "person.card_spouse").At("holder")
	}
	return fault.New(fault.Invalid, "person.card_holder").At("relation")
}
