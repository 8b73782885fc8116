package deduction

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/sheet"
	"bangfu/internal/office/task"
)

// ID names a list.
type ID struct {
	ID string `form:"id" kind:"hidden" need:"true" max:"40"`
}

// File is a list for payroll, an .xlsx, with its SHA-256.
type File struct {
	Name, Hash string
	Data       []byte
}

// Send writes the file for payroll and marks the list sent; it can be written again as long as an answer is awaited. The
// audit keeps the count and the file's hash, the file is kept nowhere. Fault: "deduction.state" (Conflict).
var Send = act.Act[ID, File]{Name: "deduction.send", Title: "导出扣款清单", Right: "deduction.send", Secret: true, Do: send}

func send(ctx context.Context, tx *db.Tx, in ID) (File, error) {
	l, lines, err := Of(ctx, tx, in.ID)
	if err != nil {
		return File{}, err
	}
	tx.About("deduction", l.ID, "file")
	if l.State != Made && l.State != Sent {
		return File{}, l.wrong()
	}
	f, err := l.file(ctx, tx, lines)
	if err != nil {
		return File{}, err
	}
	tx.Trail.Reason = "payroll file, sha256 " + f.Hash
	if l.State == Sent {
		return f, nil
	}
	if err := tx.Must(ctx, "fault.stale", `update deduction_list set state = 'sent', sent_by = $3, sent_at = $4 where union_id = $1 and id = $2 and state = 'made'`,
		tx.Union, l.ID, tx.Actor.User, tx.Ms()); err != nil {
		return f, err
	}
	if err := task.Close(ctx, tx, "deduction.send", l.ID); err != nil {
		return f, err
	}
	return f, l.ask(ctx, tx, "deduction.land", "导入 {0} 月扣款结果", l.Month)
}

func (l List) wrong() error { return fault.New(fault.Conflict, "deduction.state", l.Number, l.State) }

// heads are the file's columns; the last two are for payroll to fill in, and the whole comes back as the answer.
func heads() []sheet.Head {
	return []sheet.Head{{Title: "序号", Kind: sheet.Number, Width: 8}, {Title: "工号", Width: 14}, {Title: "姓名", Width: 14}, {Title: "扣款项目", Width: 18}, {Title: "税前或税后", Width: 12},
		{Title: "应扣金额", Kind: sheet.Amount, Width: 14}, {Title: "实扣金额", Kind: sheet.Amount, Width: 14}, {Title: "少扣原因", Width: 30}}
}

func (l List) file(ctx context.Context, tx *db.Tx, lines []Line) (File, error) {
	var b bytes.Buffer
	w, err := sheet.NewWriter(&b, sheet.List{Format: sheet.Xlsx, Sheet: l.Month + " 扣款", Heads: heads(), ID: l.Number})
	if err != nil {
		return File{}, err
	}
	who, err := people(ctx, tx, lines)
	if err != nil {
		return File{}, err
	}
	for _, line := range lines {
		p := who[line.PersonID]
		tax := "税后扣"
		if line.PreTax {
			tax = "税前扣"
		}
		if err := w.Row(line.No, p.StaffNo, p.Name, l.Kind.Say(words.Zh), tax, line.Asked, "", ""); err != nil {
			return File{}, err
		}
	}
	if err := w.Close(); err != nil {
		return File{}, err
	}
	sum := sha256.Sum256(b.Bytes())
	return File{Name: l.Number + ".xlsx", Hash: hex.EncodeToString(sum[:]), Data: b.Bytes()}, nil
}

// CancelIn calls a list off.
type CancelIn struct {
	ID     string `form:"id" kind:"hidden" need:"true" max:"40"`
	Reason string `form:"reason" label:"原因" need:"true" min:"2" max:"200"`
}

// Cancel calls off what payroll has not answered: nothing of it was taken. What was answered stands. Fault:
// "deduction.state" (Conflict).
var Cancel = act.Act[CancelIn, List]{Name: "deduction.cancel", Title: "撤销扣款清单", Right: "deduction.send",
	Do: func(ctx context.Context, tx *db.Tx, in CancelIn) (List, error) {
		l, lines, err := Of(ctx, tx, in.ID)
		if err != nil {
			return l, err
		}
		tx.About("deduction", l.ID, "state")
		tx.Trail.Reason = in.Reason
		if l.State != Made && l.State != Sent {
			return l, l.wrong()
		}
		state := Cancelled
		for _, line := range lines {
			if line.State == Answered {
				state = Done
			}
		}
		if _, err := tx.Exec(ctx, `update deduction_line set state = 'cancelled' where union_id = $1 and list_id = $2 and state = 'waiting'`, tx.Union, l.ID); err != nil {
			return l, err
		}
		return l, l.end(ctx, tx, state)
	}}

// end closes a list and the turns on it.
func (l *List) end(ctx context.Context, tx *db.Tx, to State) error {
	if err := tx.Must(ctx, "fault.stale", `update deduction_list set state = $3, done_at = $4 where union_id = $1 and id = $2 and state in ('made', 'sent')`,
		tx.Union, l.ID, to, tx.Ms()); err != nil {
		return err
	}
	l.State, l.DoneAt = to, tx.Ms()
	return task.CloseAll(ctx, tx, l.ID)
}

// Acts lists what can be done to any list.
func Acts() []act.Any { return []act.Any{Send, Cancel} }

// Answer is one row of payroll's answer: Taken is fen.
type Answer struct {
	Row   int
	No    int64
	Staff string
	Taken money.Amount
	Why   string
}
