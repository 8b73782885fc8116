package paper

import (
	"context"
	"crypto/sha256"
	"encoding/hex"

	"bangfu/internal/base/fault"
	"bangfu/internal/engine/db"
)

// Of names what a paper is about: its kind and the object's id.
type Of struct{ Kind, ID string }

// Kept is a paper as it was made. Sum is the SHA-256 of its bytes; Name is for whoever saves it.
type Kept struct {
	Name string `json:"name"`
	Sum  string `json:"sum"`
	PDF  []byte `json:"pdf"`
}

type row struct {
	UnionID, ID, Kind, ObjectID, Content, Sum string
	MadeBy                                    string
	MadeAt                                    int64
	Pdf                                       []byte
}

// Keep makes the PDF of a sheet and keeps it sealed, or gives the one that is kept of the same content: byte for byte. It checks
// no right. Fault: "paper.damaged" when what was kept is not what was made.
func Keep(ctx context.Context, tx *db.Tx, of Of, s Sheet) (Kept, error) {
	k := Kept{Name: s.Title + " " + s.Number + ".pdf"}
	content, err := s.hash()
	if err != nil {
		return k, err
	}
	old, ok, err := db.Maybe[row](ctx, tx, `select union_id, id, kind, object_id, content, sum, made_by, made_at, pdf from paper_kept
		where union_id = $1 and kind = $2 and object_id = $3 and content = $4`, tx.Union, of.Kind, of.ID, content)
	if err != nil {
		return k, err
	}
	if ok {
		text, err := tx.Open("paper_kept.pdf", old.ID, old.Pdf)
		if err != nil {
			return k, err
		}
		k.PDF, k.Sum = []byte(text), old.Sum
		if sum(k.PDF) != k.Sum {
			return k, fault.New(fault.Internal, "paper.damaged")
		}
		return k, nil
	}
	if k.PDF, err = s.PDF(); err != nil {
		return k, err
	}
	k.Sum = sum(k.PDF)
	made := row{UnionID: tx.Union, ID: tx.ID(), Kind: of.Kind, ObjectID: of.ID, Content: content, Sum: k.Sum, MadeBy: tx.Actor.User, MadeAt: tx.Ms()}
	if made.Pdf, err = tx.Seal("paper_kept.pdf", made.ID, string(k.PDF)); err != nil {
		return k, err
	}
	return k, db.Insert(ctx, tx, "paper_kept", made)
}

func sum(data []byte) string {
	s := sha256.Sum256(data)
	return hex.EncodeToString(s[:])
}
