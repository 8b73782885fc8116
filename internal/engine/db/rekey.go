package db

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"bangfu/internal/base/fault"
	"bangfu/internal/engine/seal"
)

// SealedColumn is a column whose values are sealed: Place and Row are what the value was bound to, Key the columns that name
// a row inside a union. Row gets them in order; nil is the last of them.
type SealedColumn struct {
	Table, Column, Place string
	Key                  []string
	Row                  func(key []string) string
}

func (c SealedColumn) row(key []string) string {
	if c.Row != nil {
		return c.Row(key)
	}
	return key[len(key)-1]
}

// IndexColumn is a column of blind indexes. Lasting columns are compared with each other; the others hold what is on its way.
type IndexColumn struct {
	Table, Column string
	Lasting       bool
}

// Secrets lists what a change of keys goes through.
type Secrets struct {
	Sealed  []SealedColumn
	Indexes []IndexColumn
}

// rekeyChunk is how many values one act of the change of keys handles.
const rekeyChunk = 100

// Rekey brings everything of a union that is sealed or indexed under an older key up to the newest, in small acts between
// those of people; old rows can be read and found all along. It gives how many values it changed, and is done when a pass gives none.
func (d *DB) Rekey(ctx context.Context, union string) (n int64, err error) {
	ring := d.cfg.Ring
	ring.Reread()
	newest := ring.Newest()
	if ring.Mark() == "" {
		return 0, nil
	}
	defer fault.Note(&err, "rekey")
	for _, c := range d.cfg.Secrets.Indexes {
		done, err := d.lift(ctx, union, c)
		if n += done; err != nil {
			return n, err
		}
	}
	for _, c := range d.cfg.Secrets.Sealed {
		done, err := d.reseal(ctx, union, c)
		if n += done; err != nil {
			return n, err
		}
	}
	if n == 0 {
		d.settled.Store(union, newest)
	}
	return n, nil
}

// settling reports that a change of keys may be under way in a union: not once a pass since has found nothing to change.
func (d *DB) settling(union string) bool {
	if d.cfg.Ring == nil || d.cfg.Ring.Mark() == "" {
		return false
	}
	at, ok := d.settled.Load(union)
	return !ok || at != d.cfg.Ring.Newest()
}

// lift brings the indexes of a column up, value by value: all rows of one value in all lasting columns move in one act, so
// that equals stay equal.
func (d *DB) lift(ctx context.Context, union string, c IndexColumn) (n int64, err error) {
	mark := d.cfg.Ring.Mark()
	for {
		var done int
		err := d.Update(ctx, System(union), func(ctx context.Context, tx *Tx) error {
			old, err := All[string](ctx, tx, fmt.Sprintf(`select distinct %s as ix from %s where union_id = $1 and %s <> '' and substr(%s, 1, $2) <> $3 limit $4`,
				c.Column, c.Table, c.Column, c.Column), tx.Union, len(mark), mark, rekeyChunk)
			done = len(old)
			for _, ix := range old {
				if err != nil {
					return err
				}
				if c.Lasting {
					err = tx.move(ctx, ix, tx.ring.Lift(ix))
				} else {
					_, err = tx.Exec(ctx, fmt.Sprintf(`update %s set %s = $3 where union_id = $1 and %s = $2`, c.Table, c.Column, c.Column), tx.Union, ix, tx.ring.Lift(ix))
				}
			}
			return err
		})
		if n += int64(done); err != nil || done == 0 {
			return n, err
		}
	}
}

// move gives all rows of one value their new index.
func (tx *Tx) move(ctx context.Context, from, to string) error {
	for _, c := range tx.secrets.Indexes {
		if !c.Lasting {
			continue
		}
		if _, err := tx.Exec(ctx, fmt.Sprintf(`update %s set %s = $3 where union_id = $1 and %s = $2`, c.Table, c.Column, c.Column), tx.Union, from, to); err != nil {
			return err
		}
	}
	return nil
}

// moved brings the rows of the values that an act has asked for up to the newest key before its next statement, so that what
// the act compares or writes meets them.
func (tx *Tx) moved(ctx context.Context) error {
	for len(tx.moves) > 0 {
		m := tx.moves[0]
		tx.moves = tx.moves[1:]
		if err := tx.move(ctx, m[0], m[1]); err != nil {
			return err
		}
	}
	return nil
}

// reseal opens and seals anew what a column holds under older keys.
func (d *DB) reseal(ctx context.Context, union string, c SealedColumn) (n int64, err error) {
	keys := "id"
	if !slices.Equal(c.Key, []string{"id"}) {
		keys = cast(c.Key)
	}
	after := ""
	for {
		var done, rows int
		err := d.Update(ctx, System(union), func(ctx context.Context, tx *Tx) error {
			all, err := All[sealedRow](ctx, tx, fmt.Sprintf(`select %s as k, %s as v from %s where union_id = $1 and %s is not null and %s > $2 order by 1 limit $3`,
				keys, c.Column, c.Table, c.Column, keys), tx.Union, after, rekeyChunk)
			if err != nil {
				return err
			}
			rows, done = len(all), 0
			for _, r := range all {
				changed, err := tx.reseal(ctx, c, keys, r)
				if err != nil {
					return err
				}
				if changed {
					done++
				}
				after = r.K
			}
			return nil
		})
		if n += int64(done); err != nil || rows == 0 {
			return n, err
		}
	}
}

type sealedRow struct {
	K string
	V []byte
}

// cast makes one text of the columns that name a row.
func cast(key []string) string {
	parts := make([]string, len(key))
	for i, k := range key {
		parts[i] = "cast(" + k + " as text)"
	}
	return strings.Join(parts, " || '\x1f' || ")
}

// reseal changes one value, unless somebody has written another in the meantime.
func (tx *Tx) reseal(ctx context.Context, c SealedColumn, keys string, r sealedRow) (bool, error) {
	if id, ok := seal.KeyOf(r.V); !ok || id == tx.ring.Newest() {
		return false, nil
	}
	row := c.row(strings.Split(r.K, "\x1f"))
	text, err := tx.Open(c.Place, row, r.V)
	if err != nil {
		return false, err
	}
	closed, err := tx.Seal(c.Place, row, text)
	if err != nil {
		return false, err
	}
	n, err := tx.Exec(ctx, fmt.Sprintf(`update %s set %s = $3 where union_id = $1 and %s = $2 and %s = $4`, c.Table, c.Column, keys, c.Column),
		tx.Union, r.K, closed, r.V)
	return n > 0, err
}

// SealedUnder counts the values of a union by the key they are sealed under.
func (d *DB) SealedUnder(ctx context.Context, union string) (map[uint16]int64, error) {
	out := map[uint16]int64{}
	err := d.View(ctx, System(union), func(ctx context.Context, tx *Tx) error {
		for _, c := range d.cfg.Secrets.Sealed {
			err := Each(ctx, tx, func(h underRow) error {
				if len(h.H) == 3 {
					out[uint16(h.H[1])<<8|uint16(h.H[2])] += h.N
				}
				return nil
			}, fmt.Sprintf(`select substr(%s, 1, 3) as h, count(*) as n from %s where union_id = $1 and %s is not null group by substr(%s, 1, 3)`,
				c.Column, c.Table, c.Column, c.Column), tx.Union)
			if err != nil {
				return err
			}
		}
		return nil
	})
	maps.DeleteFunc(out, func(_ uint16, n int64) bool { return n == 0 })
	return out, err
}

type underRow struct {
	H []byte
	N int64
}
