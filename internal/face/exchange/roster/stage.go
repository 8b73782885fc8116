package roster

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	"bangfu/internal/base/fault"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/sheet"
	"bangfu/internal/office/org"
)

// chunk is how many rows one act handles.
const chunk = 500

// mostRows bounds a file: beyond it the file is to be parted.
const mostRows = 200_000

// BeginIn opens an import: what kind of file, and how its heading was understood.
type BeginIn struct {
	Kind      Kind          `form:"kind" label:"文件内容" need:"true"`
	File      string        `form:"file" kind:"hidden" max:"200"`
	MakeUnits bool          `form:"make_units" label:"名册里没有的部门自动建立（仅首次设置时）"`
	Mapping   sheet.Mapping `form:"-"`
}

// Begin is the act that opens an import; its rows follow in chunks. Fault: "roster.units_setup".
var Begin = act.Act[BeginIn, string]{Name: "roster.begin", Title: "上传名册", Right: "roster.import",
	Do: func(ctx context.Context, tx *db.Tx, in BeginIn) (string, error) {
		u, err := org.Info(ctx, tx)
		if err != nil {
			return "", err
		}
		if in.MakeUnits && u.State == "live" {
			return "", fault.New(fault.Refused, "roster.units_setup").At("make_units")
		}
		text, err := json.Marshal(in.Mapping)
		if err != nil {
			return "", err
		}
		id := tx.ID()
		tx.About("import", id, "rows")
		return id, db.Insert(ctx, tx, "exchange_import", importRow{Import: Import{UnionID: tx.Union, ID: id, Kind: in.Kind, File: in.File,
			Mode: "update", MakeUnits: in.MakeUnits, State: Staging, MadeBy: tx.Actor.User, MadeAt: tx.Ms(), Version: 1}, MappingText: string(text)})
	}}

// UploadIn is a file as it comes from a form.
type UploadIn struct {
	Kind      Kind      `form:"kind" label:"文件内容" need:"true"`
	MakeUnits bool      `form:"make_units" label:"名册里没有的部门自动建立（仅首次设置时）"`
	File      form.File `form:"file" label:"名册文件" hint:".xlsx 或 .csv，最大 20 MB" need:"true" max:"20" accept:".xlsx,.csv"`
}

// Upload reads a file into staged rows, in chunks, and then looks at every row (Advance). Nothing live is written. Faults:
// those of package sheet, "roster.rows", "roster.none", and what Begin says.
func Upload(ctx context.Context, h *act.Host, c act.Call, in UploadIn) (id string, err error) {
	defer fault.Note(&err, "upload %s", in.Kind)
	data, err := io.ReadAll(in.File.Open())
	if err != nil {
		return "", err
	}
	book, err := sheet.Open(data)
	if err != nil {
		return "", fault.Of(err).At("file")
	}
	m, err := book.Match(matched(in.Kind))
	if err != nil {
		return "", fault.Of(err).At("file")
	}
	id, err = Begin.Run(ctx, h, c, BeginIn{Kind: in.Kind, File: in.File.Name, MakeUnits: in.MakeUnits, Mapping: m})
	if err != nil {
		return "", err
	}
	s := &stager{h: h, c: c, id: id}
	for row, err := range book.Rows(m) {
		if err == nil {
			err = s.add(ctx, row)
		}
		if err != nil {
			return id, err
		}
	}
	return id, s.end(ctx)
}

// stager writes the rows of one file in chunks.
type stager struct {
	h    *act.Host
	c    act.Call
	id   string
	rows []sheet.Row
	n    int64
	last int64
}

func (s *stager) add(ctx context.Context, r sheet.Row) error {
	if s.n++; s.n > mostRows {
		return fault.New(fault.Invalid, "roster.rows", mostRows).At("file")
	}
	s.last = int64(r.Number)
	if s.rows = append(s.rows, r); len(s.rows) < chunk {
		return nil
	}
	return s.flush(ctx)
}

// rowRow is one staged row. Cells are sealed: they are the file's own, ID and card numbers among them.
type rowRow struct {
	UnionID, ImportID                      string
	Line                                   int64
	Cells                                  []byte
	KeyIx, IDIx, Outcome, PersonID, Faults string
}

const placeCells = "exchange_row.cells"

func (s *stager) flush(ctx context.Context) error {
	rows := s.rows
	s.rows = nil
	return s.h.DB.Update(ctx, s.c.Actor, func(ctx context.Context, tx *db.Tx) error {
		if err := s.h.Allow(ctx, tx, Begin.Right); err != nil {
			return err
		}
		out := make([]rowRow, len(rows))
		for i, r := range rows {
			text, err := json.Marshal(r.Cells)
			if err != nil {
				return err
			}
			closed, err := tx.Seal(placeCells, rowKey(s.id, int64(r.Number)), string(text))
			if err != nil {
				return err
			}
			out[i] = rowRow{UnionID: tx.Union, ImportID: s.id, Line: int64(r.Number), Cells: closed}
		}
		return db.InsertNew(ctx, tx, "exchange_row", out)
	})
}

func rowKey(id string, line int64) string { return fmt.Sprintf("%s/%d", id, line) }

// opened gives the row as it stood in the file.
func (r rowRow) opened(tx *db.Tx, m sheet.Mapping) (sheet.Row, error) {
	text, err := tx.Open(placeCells, rowKey(r.ImportID, r.Line), r.Cells)
	if err != nil {
		return sheet.Row{}, err
	}
	var cells []sheet.Cell
	err = json.Unmarshal([]byte(text), &cells)
	return m.Row(int(r.Line), cells), err
}

// end closes the reading: from here on the rows are looked at.
func (s *stager) end(ctx context.Context) error {
	if s.n == 0 {
		return fault.New(fault.Invalid, "roster.none").At("file")
	}
	if err := s.flush(ctx); err != nil {
		return err
	}
	return s.h.DB.Update(ctx, s.c.Actor, func(ctx context.Context, tx *db.Tx) error {
		m, err := Get(ctx, tx, s.id)
		if err != nil {
			return err
		}
		if m.State != Staging {
			return nil
		}
		m.State, m.Rows, m.Last = Checking, s.n, s.last
		return m.save(ctx, tx)
	})
}
