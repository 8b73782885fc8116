package app

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"bangfu/internal/engine/blob"
	"bangfu/internal/engine/db"
)

// secrets lists every column that is sealed or a blind index, for the change of keys; TestSecretsAreThoseOfTheTable holds it
// to docs/data.md. What an import keeps on its way is bound to the place it will have.
func secrets() db.Secrets {
	id, staged, part := []string{"id"}, []string{"batch_id", "op", "id"}, []string{"application_id", "id"}
	sealed := func(table, column string, key []string) db.SealedColumn {
		return db.SealedColumn{Table: table, Column: column, Key: key, Place: strings.Replace(table, "person_next_", "person_", 1) + "." + column}
	}
	rows := sealed("exchange_row", "cells", []string{"import_id", "line"})
	rows.Row = func(key []string) string { return strings.Join(key, "/") }
	s := db.Secrets{Sealed: []db.SealedColumn{
		sealed("person_household", "address", id), sealed("person_next_household", "address", staged),
		sealed("person_worker", "id_no", id), sealed("person_worker", "phone", id), sealed("person_worker", "card", id),
		sealed("person_next_worker", "id_no", staged), sealed("person_next_worker", "phone", staged), sealed("person_next_worker", "card", staged),
		sealed("person_member", "id_no", id), sealed("person_next_member", "id_no", staged),
		sealed("person_fact", "sealed", id), sealed("person_next_fact", "sealed", staged), rows,
		sealed("intake_application", "story", id), sealed("intake_member", "id_no", part), sealed("intake_visit", "findings", part), sealed("intake_appeal", "text", id),
		sealed("intake_assessment", "situation", part), sealed("notice_objection", "contact", id), sealed("site_parked", "body", id),
		sealed("outreach_visit", "note", id), sealed("outreach_visit", "place", id), sealed("outreach_talk", "note", id), sealed("partner_referral", "reason", id),
		sealed("auth_factor", "secret", []string{"user_id"}), sealed("auth_provider", "secret", id), sealed("survey_response", "answers", id),
		sealed("discovery_lead", "note", id), sealed("discovery_contact", "note", id), sealed("paper_kept", "pdf", id), sealed("giving_gift", "donor", id), sealed("service_need", "contact", id), sealed("oversight_asked", "said", id),
	}}
	for _, t := range []string{"person_worker", "person_next_worker"} {
		for _, c := range []string{"id_no_ix", "phone_ix", "card_ix"} {
			s.Indexes = append(s.Indexes, db.IndexColumn{Table: t, Column: c, Lasting: t == "person_worker"})
		}
	}
	s.Indexes = append(s.Indexes,
		db.IndexColumn{Table: "person_member", Column: "id_no_ix", Lasting: true}, db.IndexColumn{Table: "person_next_member", Column: "id_no_ix"},
		db.IndexColumn{Table: "intake_member", Column: "id_no_ix", Lasting: true}, db.IndexColumn{Table: "payment_line", Column: "card_ix", Lasting: true},
		db.IndexColumn{Table: "exchange_row", Column: "key_ix"}, db.IndexColumn{Table: "exchange_row", Column: "id_ix"})
	return s
}

// rekey is the job that follows a change of keys until nothing is left under an older one: the union's fields, then the files of the
// house, which are of no one union.
func (h *House) rekey(ctx context.Context, d *db.DB, union, _ string) error {
	for {
		n, err := d.Rekey(ctx, union)
		if err != nil {
			return err
		}
		if n == 0 {
			break
		}
	}
	if d.Ring().Mark() == "" {
		return nil // the first key is the only one there ever was
	}
	for {
		n, err := h.Site.Blob.Reseal(ctx, d.Ring().Newest(), d.Now())
		if err != nil || n == 0 {
			return err
		}
	}
}

// Sealed counts what is sealed under each key: the fields of every union, and the files.
func (h *House) Sealed(ctx context.Context) (map[uint16]int64, error) {
	unions, err := h.Unions(ctx)
	if err != nil {
		return nil, err
	}
	out, err := blob.SealedUnder(filepath.Join(h.Data, "files"))
	if err != nil {
		return nil, fmt.Errorf("count files: %w", err)
	}
	for _, u := range unions {
		some, err := h.DB.SealedUnder(ctx, u)
		if err != nil {
			return nil, err
		}
		for id, n := range some {
			out[id] += n
		}
	}
	return out, nil
}
