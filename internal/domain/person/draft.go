package person

import (
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/ident"
	"bangfu/internal/base/money"
	"bangfu/internal/engine/db"
)

// Draft is what is said of a worker, read and found well-formed. An empty field says nothing: laid on a worker who is
// there already it changes nothing.
type Draft struct {
	StaffNo, Name string
	Sex           ident.Sex
	Birth         day.Day
	ID            ident.ID
	OtherKind     string // passport, permit, other: a document that is no citizen ID
	OtherNo       string
	Phone         ident.Phone
	Card          ident.Card
	CardHolder    string
	CardRelation  Holder
	CardBank      string
	CardBranch    string
	UnitID        string
	UnitPath      string
	Post          string
	Employment    Employment
	UnionMember   *bool
	EntryOn       day.Day
	Pay           *money.Amount // fen a month
}

// StaffNo is the normal form of a 工号: half width, capitals, no spaces.
func StaffNo(s string) string { return strings.ToUpper(squash(s)) }

// idOf gives the kind, the normal form and the mask of the document in the draft.
func (d Draft) idOf() (kind, normal, mask string) {
	switch {
	case !d.ID.Zero():
		return "id", d.ID.Open(), d.ID.String()
	case d.OtherNo != "":
		no := StaffNo(d.OtherNo)
		return d.OtherKind, no, maskOther(no)
	}
	return "", "", ""
}

func maskOther(no string) string {
	rs := []rune(no)
	if len(rs) < 6 {
		return strings.Repeat("*", len(rs))
	}
	return string(rs[:1]) + strings.Repeat("*", len(rs)-4) + string(rs[len(rs)-3:])
}

// IDIndex is the blind index of the document in the draft, empty when it has none.
func (d Draft) IDIndex(tx *db.Tx) string {
	_, normal, _ := d.idOf()
	return tx.Index(indexIDNo, normal)
}

// change is one field a draft would set on a worker.
type change struct {
	field string
	set   func(w *worker) error
}

// changes lists what the draft would change on a worker; nothing is changed yet.
func (d Draft) changes(tx *db.Tx, w *worker) []change {
	var out []change
	text := func(field, want string, at func(*worker) *string) {
		if want != "" && want != *at(w) {
			out = append(out, change{field, func(w *worker) error { *at(w) = want; return nil }})
		}
	}
	text("name", d.Name, func(w *worker) *string { return &w.Name })
	text("sex", string(d.Sex), func(w *worker) *string { return (*string)(&w.Sex) })
	text("birth", string(d.Birth), func(w *worker) *string { return (*string)(&w.Birth) })
	if d.UnitID != w.UnitID && d.UnitID != "" {
		out = append(out, change{"unit", func(w *worker) error { w.UnitID, w.UnitPath = d.UnitID, d.UnitPath; return nil }})
	}
	text("post", d.Post, func(w *worker) *string { return &w.Post })
	text("employment", string(d.Employment), func(w *worker) *string { return (*string)(&w.Employment) })
	text("entry_on", string(d.EntryOn), func(w *worker) *string { return (*string)(&w.EntryOn) })
	if d.UnionMember != nil && *d.UnionMember != w.UnionMember {
		out = append(out, change{"union_member", func(w *worker) error { w.UnionMember = *d.UnionMember; return nil }})
	}
	if d.Pay != nil && (!w.PayKnown || *d.Pay != w.Pay) {
		out = append(out, change{"pay", func(w *worker) error { w.Pay, w.PayKnown = *d.Pay, true; return nil }})
	}
	return append(out, d.sealedChanges(tx, w)...)
}

func (d Draft) sealedChanges(tx *db.Tx, w *worker) []change {
	var out []change
	kind, no, mask := d.idOf()
	if ix := tx.Index(indexIDNo, no); ix != "" && ix != w.IDNoIx {
		out = append(out, change{"id_no", func(w *worker) (err error) {
			w.IDKind, w.IDNoIx, w.IDMask = kind, ix, mask
			w.IDNo, err = tx.Seal(placeIDNo, w.ID, no)
			return err
		}})
	}
	if ix := tx.Index(indexPhone, d.Phone.Open()); ix != "" && ix != w.PhoneIx {
		out = append(out, change{"phone", func(w *worker) (err error) {
			w.PhoneIx, w.PhoneMask = ix, d.Phone.String()
			w.Phone, err = tx.Seal(placePhone, w.ID, d.Phone.Open())
			return err
		}})
	}
	ix := tx.Index(indexCard, d.Card.Open())
	same := ix == w.CardIx && (d.CardHolder == "" || d.CardHolder == w.CardHolder) && (d.CardBank == "" || d.CardBank == w.CardBank) &&
		(d.CardBranch == "" || d.CardBranch == w.CardBranch)
	if ix != "" && !same {
		out = append(out, change{"card", func(w *worker) error { return d.setCard(tx, w, ix) }})
	}
	return out
}

func (d Draft) setCard(tx *db.Tx, w *worker, ix string) (err error) {
	no := d.Card.Open()
	w.CardIx, w.CardTail, w.CardAt = ix, no[len(no)-4:], tx.Ms()
	w.CardHolder, w.CardRelation, w.CardBank, w.CardBranch = d.CardHolder, d.CardRelation, d.CardBank, d.CardBranch
	if w.CardHolder == "" {
		w.CardHolder, w.CardRelation = w.Name, HolderSelf
	}
	w.Card, err = tx.Seal(placeCard, w.ID, no)
	return err
}

// lay puts the draft on a worker and gives the fields that changed; the text searched by follows the name.
func (d Draft) lay(tx *db.Tx, w *worker) (fields, tokens []string, err error) {
	before := w.Name
	for _, c := range d.changes(tx, w) {
		if err := c.set(w); err != nil {
			return nil, nil, err
		}
		fields = append(fields, c.field)
	}
	if w.Name != before || w.Search == "" {
		w.SortKey, w.Search, tokens = SearchKeys(w.Name, w.StaffNo)
	}
	if len(fields) > 0 {
		w.Version++
		w.ChangedAt = tx.Ms()
	}
	return fields, tokens, nil
}

// Same reports whether the draft would change nothing on a worker, and which fields it would change.
func (d Draft) Same(tx *db.Tx, w Worker) (bool, []string) {
	full := worker{Worker: w}
	var fields []string
	for _, c := range d.changes(tx, &full) {
		fields = append(fields, c.field)
	}
	return len(fields) == 0, fields
}
