package discovery

import (
	"context"

	"bangfu/internal/base/fault"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/audit"
)

// Openers opens what a colleague said and what was heard from a family, for the look act of package audit. Fault:
// "discovery.not_yet" before the worker's yes.
func Openers() map[string]audit.Opener {
	return map[string]audit.Opener{
		"discovery_lead.note": func(ctx context.Context, tx *db.Tx, id string) (string, string, error) {
			l, err := Reached(ctx, tx, "discovery.look", id)
			if err == nil && l.State == Asking {
				err = fault.New(fault.Refused, "discovery.not_yet")
			}
			return unsealed(tx, err, closed{placeNote, id, l.PersonID, l.Note})
		},
		"discovery_contact.note": func(ctx context.Context, tx *db.Tx, id string) (string, string, error) {
			c, err := db.One[Contact](ctx, tx, `select `+contactColumns+` from discovery_contact where union_id = $1 and id = $2`, tx.Union, id)
			if err != nil {
				return "", "", err
			}
			l, err := Reached(ctx, tx, "discovery.look", c.LeadID)
			return unsealed(tx, err, closed{placeContact, id, l.PersonID, c.Note})
		},
	}
}

// closed is a sealed text with its place, its row and whose it is.
type closed struct {
	place, row, subject string
	sealed              []byte
}

func unsealed(tx *db.Tx, err error, c closed) (string, string, error) {
	if err == nil && len(c.sealed) == 0 {
		err = fault.New(fault.Missing, "fault.missing")
	}
	if err != nil {
		return "", c.subject, err
	}
	text, err := tx.Open(c.place, c.row, c.sealed)
	return text, c.subject, err
}
