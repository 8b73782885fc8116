package roster

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"bangfu/internal/base/words"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/sheet"
)

// Line is one row of an import as shown on the page: where it stands and what is wrong or different, never its cells.
type Line struct {
	Number  int64
	Outcome string
	Reasons []string // a sentence each, with its column
}

// Lines gives rows of some outcomes after a row number, with their reasons in a language.
func Lines(ctx context.Context, tx *db.Tx, m Import, q LinesQuery) ([]Line, error) {
	rows, err := rowsOf(ctx, tx, m.ID, q)
	out := make([]Line, 0, len(rows))
	for _, r := range rows {
		line := Line{Number: r.Line, Outcome: r.Outcome}
		for _, f := range r.flaws() {
			line.Reasons = append(line.Reasons, f.say(q.Lang))
		}
		out = append(out, line)
	}
	return out, err
}

// LinesQuery asks for rows of the outcomes after a row number.
type LinesQuery struct {
	Outcomes []string
	After    int64
	Limit    int
	Lang     words.Lang
}

func rowsOf(ctx context.Context, tx *db.Tx, id string, q LinesQuery) ([]rowRow, error) {
	if q.Limit <= 0 {
		q.Limit = chunk
	}
	rows, err := db.All[rowRow](ctx, tx, `
		select union_id, import_id, line, cells, key_ix, id_ix, outcome, person_id, faults from exchange_row
		where union_id = $1 and import_id = $2 and line > $3 and $4 like '%,' || outcome || ',%' order by line limit $5`,
		tx.Union, id, q.After, ","+strings.Join(q.Outcomes, ",")+",", q.Limit)
	return rows, err
}

func (r rowRow) flaws() []flaw {
	var out []flaw
	if r.Faults != "" {
		_ = json.Unmarshal([]byte(r.Faults), &out) // written by this package
	}
	return out
}

func (f flaw) say(l words.Lang) string {
	args := make([]any, len(f.Args))
	for i, a := range f.Args {
		args[i] = a
	}
	return words.T(l, "{0}：{1}", f.Column, words.T(l, f.Key, args...))
}

// remedy says what to do about a flaw.
func (f flaw) remedy(l words.Lang) string {
	switch {
	case f.Key == "roster.numeric":
		return words.T(l, "把这一列设为文本格式，对照原件重新录入号码")
	case f.Key == "roster.twice":
		return words.T(l, "只留一行，删去重复的行")
	case strings.HasPrefix(f.Key, "roster.unit"):
		return words.T(l, "改成系统里的部门名称，或先新增部门")
	case f.Key == "roster.choice":
		return words.T(l, "从模板“选项”页里选一个")
	case f.Key == "roster.no_worker":
		return words.T(l, "先导入这位职工，再导入这一行")
	case strings.HasPrefix(f.Key, "ident.id."), f.Key == "person.id_taken":
		return words.T(l, "对照身份证核对号码，改好再导入")
	case f.Key == "roster.not_active", f.Key == "roster.holder", f.Key == "roster.card_check":
		return words.T(l, "到这位职工的页面单独办理")
	}
	return words.T(l, "改好“{0}”这一格，再导入这一行", f.Column)
}

// ErrorFile writes the rows that were not taken, every original cell as it was, with the columns 结果, 原因 and 怎么改.
// It opens the sealed cells for the person who uploaded them: the caller holds the right "roster.import".
func ErrorFile(ctx context.Context, tx *db.Tx, id string, w io.Writer) error {
	return writeBack(ctx, tx, id, back{w, []string{faulty, twice}})
}

// Report writes every row with what would become, or became, of it.
func Report(ctx context.Context, tx *db.Tx, id string, w io.Writer) error {
	return writeBack(ctx, tx, id, back{w, []string{fresh, changed, same, faulty, twice}})
}

// back says where rows of which outcomes are written.
type back struct {
	w        io.Writer
	outcomes []string
}

func writeBack(ctx context.Context, tx *db.Tx, id string, b back) error {
	m, err := Get(ctx, tx, id)
	if err != nil {
		return err
	}
	lang := words.Lang(tx.Actor.Lang)
	if !slices.Contains(words.Langs(), lang) {
		lang = words.Zh
	}
	file, err := sheet.NewReturned(b.w, m.Mapping, lang)
	if err != nil {
		return err
	}
	q := LinesQuery{Outcomes: b.outcomes, Lang: lang}
	for {
		rows, err := rowsOf(ctx, tx, id, q)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if err := r.back(tx, m, file, lang); err != nil {
				return err
			}
			q.After = r.Line
		}
		if len(rows) < chunk {
			return file.Close()
		}
	}
}

func (r rowRow) back(tx *db.Tx, m Import, file *sheet.Returned, l words.Lang) error {
	row, err := r.opened(tx, m.Mapping)
	if err != nil {
		return err
	}
	var reasons, remedies []string
	for _, f := range r.flaws() {
		reasons = append(reasons, f.say(l))
		if s := f.remedy(l); !slices.Contains(remedies, s) {
			remedies = append(remedies, s)
		}
	}
	return file.Row(row, words.T(l, "roster.outcome."+r.Outcome), strings.Join(reasons, "\n"), strings.Join(remedies, "\n"))
}

// Taking says of which import the rows not taken are wanted, and where they go.
type Taking struct {
	ID string
	To io.Writer
}

// TakeErrors writes the error file for a person who may import. The numbers in it are open, so each taking is a line of the
// audit with count and hash, written before the first byte goes out.
func TakeErrors(ctx context.Context, h *act.Host, who db.Actor, t Taking) error {
	var file bytes.Buffer
	var m Import
	err := h.See(ctx, who, Begin.Right, func(ctx context.Context, tx *db.Tx) (err error) {
		if m, err = Get(ctx, tx, t.ID); err != nil {
			return err
		}
		return ErrorFile(ctx, tx, t.ID, &file)
	})
	if err != nil {
		return err
	}
	sum := sha256.Sum256(file.Bytes())
	err = h.DB.Update(ctx, who, func(ctx context.Context, tx *db.Tx) error {
		if err := h.Allow(ctx, tx, Begin.Right); err != nil {
			return err
		}
		tx.About("import", m.ID, fmt.Sprintf("rows=%d", m.Faulty+m.Twice), "sha256="+hex.EncodeToString(sum[:]))
		return h.Record(ctx, tx, act.Entry{Act: "roster.errors", Outcome: "done", Trail: tx.Trail})
	})
	if err == nil {
		_, err = file.WriteTo(t.To)
	}
	return err
}
