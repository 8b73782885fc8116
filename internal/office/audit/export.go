package audit

import (
	"context"
	"encoding/json"
	"io"

	"bangfu/internal/engine/db"
)

// exported is a line of the written form (docs/audit-format.md).
type exported struct {
	T       string `json:"t"`
	Union   string `json:"union,omitempty"`
	Seq     int64  `json:"seq,omitempty"`
	Entry   string `json:"entry,omitempty"`
	Hash    string `json:"hash,omitempty"`
	ID      string `json:"id,omitempty"`
	At      int64  `json:"at,omitempty"`
	Actor   string `json:"actor,omitempty"`
	Via     string `json:"via,omitempty"`
	Act     string `json:"act,omitempty"`
	Outcome string `json:"outcome,omitempty"`
	Fault   string `json:"fault,omitempty"`
	Kind    string `json:"kind,omitempty"`
	Object  string `json:"object,omitempty"`
	Subject string `json:"subject,omitempty"`
	Fields  string `json:"fields,omitempty"`
	Reason  string `json:"reason,omitempty"`
}

// Export writes a union's audit in the form of docs/audit-format.md, for a verifier that is not ours.
func Export(ctx context.Context, tx *db.Tx, to io.Writer) error {
	out := json.NewEncoder(to)
	out.SetEscapeHTML(false)
	if err := out.Encode(exported{T: "union", Union: tx.Union}); err != nil {
		return err
	}
	err := db.Each(ctx, tx, func(l linked) error {
		if err := out.Encode(exported{T: "link", Seq: l.Seq, Entry: l.LinkID, Hash: l.Link}); err != nil || l.ID == "" {
			return err
		}
		return out.Encode(exported{T: "entry", Union: l.UnionID, ID: l.ID, At: l.At, Actor: l.Actor, Via: l.Via, Act: l.Act, Outcome: l.Outcome,
			Fault: l.Fault, Kind: l.Kind, Object: l.Object, Subject: l.Subject, Fields: l.Fields, Reason: l.Reason})
	}, linkedQuery, tx.Union)
	if err != nil {
		return err
	}
	loose, err := db.All[string](ctx, tx, looseQuery, tx.Union)
	if err != nil {
		return err
	}
	for _, id := range loose {
		if err := out.Encode(exported{T: "loose", ID: id}); err != nil {
			return err
		}
	}
	at, _, err := db.Maybe[head](ctx, tx, `select seq, hash from audit_head where union_id = $1`, tx.Union)
	if err != nil {
		return err
	}
	return out.Encode(exported{T: "head", Seq: at.Seq, Hash: at.Hash})
}
