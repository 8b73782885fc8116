package person

import (
	"context"
	"fmt"

	"bangfu/internal/base/ident"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/auth"
)

// Query asks for a page of the roster. Text is part of a name, pinyin or a staff number, or a whole ID or phone number. UnitPath
// takes the unit and all beneath. After is the last row of the page before. Limit 0 is 50; 500 is the most.
type Query struct {
	Text       string
	UnitPath   string
	Status     Status
	Employment Employment
	After      Cursor
	Limit      int
}

// Cursor is a place in the roster's order, by pinyin.
type Cursor struct{ SortKey, ID string }

// List gives the workers the right reaches, by pinyin. A text too short to look for gives none.
func List(ctx context.Context, tx *db.Tx, right string, q Query) ([]Worker, error) {
	where, args, ok := q.where(tx, right)
	if !ok {
		return nil, nil
	}
	rare, n, err := q.rarest(ctx, tx)
	if err != nil {
		return nil, err
	}
	from := "person_worker w"
	if rare != "" && n <= driveMost {
		from, where, args = driven(where, args, rare)
	}
	if q.After.ID != "" {
		args = append(args, q.After.SortKey, q.After.ID)
		where += fmt.Sprintf(" and (w.sort_key > $%d or w.sort_key = $%d and w.id > $%d)", len(args)-1, len(args)-1, len(args))
	}
	if q.Limit <= 0 {
		q.Limit = 50
	}
	args = append(args, min(q.Limit, 500))
	return views(db.All[worker](ctx, tx, `select `+workerColumns+` from `+from+` where `+where+
		fmt.Sprintf(" order by w.sort_key, w.id limit $%d", len(args)), args...))
}

// driveMost is up to how many workers a piece of text is looked up first, and they are then sorted; a piece that more have is
// looked for along the roster's order, where a page is soon full. At a million workers both ways cost the same near here.
const driveMost = 6000

// rarest gives the piece of the text that the fewest workers have, and how many do, counted no further than matters; "" where the
// text is looked for in another way.
func (q Query) rarest(ctx context.Context, tx *db.Tx) (piece string, n int64, err error) {
	for _, t := range q.pieces(tx) {
		many, err := db.Value[int64](ctx, tx, `select count(*) from (select 1 from person_token where union_id = $1 and token = $2 limit $3) as t`,
			tx.Union, t, driveMost+1)
		if err != nil {
			return "", 0, err
		}
		if piece == "" || many < n {
			piece, n = t, many
		}
	}
	return piece, n, nil
}

// driven puts the workers who have a piece of text before the conditions on them. SQLite takes a cross join in the order written.
func driven(where string, args []any, piece string) (from, and string, with []any) {
	with = append(args, piece)
	return fmt.Sprintf("(select person_id from person_token where union_id = $1 and token = $%d) t cross join person_worker w", len(with)),
		"w.id = t.person_id and " + where, with
}

// Most is where counting stops: beyond it a page says "or more". Who looks for a text looks on long before a thousand.
func (q Query) Most() int64 {
	if q.Text != "" {
		return 1000
	}
	return 10_000
}

// Count gives how many workers a query finds, Most of it at most.
func Count(ctx context.Context, tx *db.Tx, right string, q Query) (int64, error) {
	where, args, ok := q.where(tx, right)
	if !ok {
		return 0, nil
	}
	rare, _, err := q.rarest(ctx, tx)
	if err != nil {
		return 0, err
	}
	from := "person_worker w"
	if rare != "" {
		from, where, args = driven(where, args, rare)
	}
	args = append(args, q.Most())
	return db.Value[int64](ctx, tx, `select count(*) from (select w.id from `+from+` where `+where+
		fmt.Sprintf(" limit $%d) as found", len(args)), args...)
}

// pieces are the tokens that whoever is looked for must have; none where the text is a whole ID or phone number.
func (q Query) pieces(tx *db.Tx) []string {
	text := squash(q.Text)
	if _, _, err := ident.ParseID(text, tx.Day()); err == nil {
		return nil
	}
	if _, err := ident.ParsePhone(text); err == nil {
		return nil
	}
	return asked(text)
}

// where builds the conditions; false when the text asks for nothing that can be found.
func (q Query) where(tx *db.Tx, right string) (string, []any, bool) {
	args := []any{tx.Union}
	where := "w.union_id = $1"
	put := func(condition string, values ...any) {
		for _, v := range values {
			args = append(args, v)
		}
		n := make([]any, len(values))
		for i := range values {
			n[i] = len(args) - len(values) + i + 1
		}
		where += " and " + fmt.Sprintf(condition, n...)
	}
	span, more := auth.Scope(tx.Actor, right).Where("w.unit_path", "w.id", tx.Actor.Person, 2)
	where, args = where+" and "+span, append(args, more...)
	if q.UnitPath != "" {
		beneath, more := db.Beneath("w.unit_path", len(args)+1, q.UnitPath)
		where, args = where+" and "+beneath, append(args, more...)
	}
	if q.Status != "" {
		put("w.status = $%d", q.Status)
	}
	if q.Employment != "" {
		put("w.employment = $%d", q.Employment)
	}
	text := squash(q.Text)
	if text == "" {
		return where, args, true
	}
	if id, _, err := ident.ParseID(text, tx.Day()); err == nil {
		newest, before := tx.Find(indexIDNo, id.Open())
		put("w.id_no_ix in ($%d, $%d)", newest, before)
		return where, args, true
	}
	if p, err := ident.ParsePhone(text); err == nil {
		newest, before := tx.Find(indexPhone, p.Open())
		put("w.phone_ix in ($%d, $%d)", newest, before)
		return where, args, true
	}
	tokens := q.pieces(tx)
	for _, t := range tokens {
		put("exists (select 1 from person_token t where t.union_id = w.union_id and t.token = $%d and t.person_id = w.id)", t)
	}
	put("w.search like $%d escape '~'", "%"+likeText(text)+"%")
	return where, args, len(tokens) > 0
}

// likeText takes the wildcards of a person's text literally.
func likeText(s string) string {
	out := make([]rune, 0, len(s))
	for _, r := range s {
		if r == '%' || r == '_' || r == '~' {
			out = append(out, '~')
		}
		out = append(out, r)
	}
	return string(out)
}
