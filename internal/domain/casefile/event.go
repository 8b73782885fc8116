package casefile

import (
	"context"

	"bangfu/internal/base/day"
	"bangfu/internal/base/words"
	"bangfu/internal/engine/db"
)

// Entry is one line of a file's timeline: the words by key and the figures that fill them. Ref names the thing it speaks of
// (an award, an instalment, a visit). On is the day it happened, "" for today.
type Entry struct {
	Kind string
	Text words.Key
	Args []any
	Ref  string
	On   day.Day
}

// Happening is one line of a timeline as it is kept.
type Happening struct {
	UnionID, ID, FileID string
	OnDay               day.Day
	Kind                string
	Body                words.Key
	Args, Ref, ByUser   string
	At                  int64
}

const eventColumns = `union_id, id, file_id, on_day, kind, body, args, ref, by_user, at`

// Say gives the line in a language.
func (h Happening) Say(l words.Lang) string {
	return words.T(l, string(h.Body), words.Unpack(h.Args)...)
}

// Event writes one line into a file's timeline. It is read by those who may see the file; names and numbers do not belong in it.
func Event(ctx context.Context, tx *db.Tx, fileID string, e Entry) error {
	if e.On == "" {
		e.On = tx.Day()
	}
	return db.Insert(ctx, tx, "casefile_event", Happening{UnionID: tx.Union, ID: tx.ID(), FileID: fileID, OnDay: e.On, Kind: e.Kind, Body: e.Text,
		Args: words.Pack(e.Args), Ref: e.Ref, ByUser: tx.Actor.User, At: tx.Ms()})
}

// Events gives the timeline of a file up to a day, newest first; an empty day is today.
func Events(ctx context.Context, tx *db.Tx, fileID string, until day.Day) ([]Happening, error) {
	if until == "" {
		until = tx.Day()
	}
	return db.All[Happening](ctx, tx, `
		select `+eventColumns+` from casefile_event where union_id = $1 and file_id = $2 and on_day <= $3
		order by on_day desc, at desc, id desc`, tx.Union, fileID, until)
}
