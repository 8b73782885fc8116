package audit

import (
	"context"
	"time"

	"bangfu/internal/base/day"
	"bangfu/internal/engine/db"
)

// Query asks for entries, newest first. Empty conditions match everything; From and To are days, both included; Act is the
// beginning of an act's name; Looks asks only for openings of sealed fields, papers and photos.
type Query struct {
	Before                             string // the id of the last entry of the page before
	Act, Actor, Outcome, Kind, Subject string
	From, To                           day.Day
	Looks                              bool
	Limit                              int
}

// List gives the entries of a query.
func List(ctx context.Context, tx *db.Tx, q Query) ([]Entry, error) {
	from, to := int64(0), int64(1)<<62
	if q.From.Valid() {
		from = begins(q.From)
	}
	if q.To.Valid() {
		to = begins(q.To.Add(1))
	}
	return db.All[Entry](ctx, tx, `
		select `+columns+` from audit_entry where union_id = $1 and ($2 = '' or id < $2) and act like $3 and ($4 = '' or actor = $4)
		and ($5 = '' or outcome = $5) and ($6 = '' or kind = $6) and ($7 = '' or subject = $7) and at >= $8 and at < $9
		and ($10 = 0 or act like '%.look' or act like '%.open_paper')
		order by id desc limit $11`,
		tx.Union, q.Before, q.Act+"%", q.Actor, q.Outcome, q.Kind, q.Subject, from, to, q.Looks, q.Limit)
}

// begins is the instant a civil day begins, in milliseconds.
func begins(d day.Day) int64 {
	t := d.Time()
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, day.Zone).UnixMilli()
}

// Monthly gives the last checkpoint of each month of a span, the earliest first: the seals that a report prints, the same
// however often it is printed once the month is over.
func Monthly(ctx context.Context, tx *db.Tx, from, to day.Day) (out []Checkpoint, err error) {
	for first := day.Day(string(from)[:len("2006-01")] + "-01"); first <= to; first = first.AddMonths(1) {
		c, ok, err := db.Maybe[Checkpoint](ctx, tx, `select union_id, seq, hash, at, mac from audit_checkpoint
			where union_id = $1 and at >= $2 and at < $3 order by seq desc limit 1`, tx.Union, begins(first), begins(first.AddMonths(1)))
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, c)
		}
	}
	return out, nil
}

// Marks gives the newest checkpoints.
func Marks(ctx context.Context, tx *db.Tx, limit int) ([]Checkpoint, error) {
	return db.All[Checkpoint](ctx, tx, `select union_id, seq, hash, at, mac from audit_checkpoint where union_id = $1 order by seq desc limit $2`, tx.Union, limit)
}
