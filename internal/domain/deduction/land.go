package deduction

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/sheet"
)

func columns() []sheet.Column {
	return []sheet.Column{
		{Key: "no", Names: []string{"序号", "编号", "no"}, Required: true},
		{Key: "staff", Names: []string{"工号", "员工编号", "staff"}, Required: true},
		{Key: "taken", Names: []string{"实扣金额", "实扣", "已扣金额", "taken"}, Required: true},
		{Key: "why", Names: []string{"少扣原因", "原因", "说明", "备注", "reason"}},
	}
}

// Answers reads payroll's answer, .xlsx or text. A row whose amount is empty is not answered yet. One wild row refuses the
// whole file with its number. Faults: "deduction.head", "deduction.row", and those of package sheet.
func Answers(data []byte) ([]Answer, error) {
	book, err := sheet.Open(data)
	if err != nil {
		return nil, fault.Of(err).At("file")
	}
	m, err := book.Match(columns())
	if err != nil {
		return nil, fault.New(fault.Invalid, "deduction.head").At("file")
	}
	var out []Answer
	for r, err := range book.Rows(m) {
		if err != nil {
			return nil, fault.Of(err).At("file")
		}
		if r.Text("taken") == "" || strings.HasPrefix(r.Text("no"), "合计") {
			continue
		}
		a := Answer{Row: r.Number, Staff: r.Text("staff"), Why: short(r.Text("why"))}
		var bad error
		if a.No, bad = strconv.ParseInt(r.Text("no"), 10, 64); bad == nil {
			a.Taken, bad = money.Parse(r.Text("taken"))
		}
		if bad != nil || a.No < 1 || a.Taken < 0 {
			return nil, fault.New(fault.Invalid, "deduction.row", r.Number).At("file")
		}
		out = append(out, a)
	}
	if len(out) == 0 {
		return nil, fault.New(fault.Invalid, "deduction.blank").At("file")
	}
	return out, nil
}

func short(s string) string {
	if r := []rune(s); len(r) > 100 {
		return string(r[:100])
	}
	return s
}

// Landing is payroll's answer to a list of a kind: the file's bytes, and the day the wages were paid.
type Landing struct {
	ID   string
	Kind Kind
	Data []byte
	On   day.Day
}

// Landed is what an answer did: the lines it answered, and how many still wait. Taken is their sum, fen.
type Landed struct {
	List  List
	Lines []Line
	Taken money.Amount
	Left  int
}

// Land takes payroll's answer: each of its rows must name a waiting line by number and staff number, and take no more than
// was asked; one that does not refuses the whole file. The list is done when every line is answered. Who calls it posts what
// was taken in the same act. Faults: "deduction.state", "deduction.twice" (Conflict), "deduction.match", "deduction.much"
// (Refused, with the row), "deduction.day" (Invalid).
func Land(ctx context.Context, tx *db.Tx, in Landing) (done Landed, err error) {
	var lines []Line
	if done.List, lines, err = Of(ctx, tx, in.ID); err != nil {
		return done, err
	}
	l := &done.List
	tx.About("deduction", l.ID, "taken")
	sum := sha256.Sum256(bytes.TrimSpace(in.Data))
	hash := hex.EncodeToString(sum[:])
	switch {
	case l.Kind != in.Kind:
		return done, fault.New(fault.Missing, "fault.missing")
	case l.AnswerHash == hash:
		return done, fault.New(fault.Conflict, "deduction.twice").At("file")
	case l.State != Sent:
		return done, l.wrong()
	case !in.On.Valid() || in.On > tx.Day():
		return done, fault.New(fault.Invalid, "deduction.day").At("on")
	}
	all, err := Answers(in.Data)
	if err != nil {
		return done, err
	}
	staff, err := numbers(ctx, tx, lines)
	if err != nil {
		return done, err
	}
	for _, a := range all {
		line, err := a.of(lines, staff)
		if err != nil {
			return done, err
		}
		line.Taken, line.Why, line.State, line.OnDay = a.Taken, a.Why, Answered, in.On
		if err := tx.Must(ctx, "fault.stale", `update deduction_line set taken = $4, why = $5, state = 'answered', on_day = $6
			where union_id = $1 and list_id = $2 and no = $3 and state = 'waiting'`, tx.Union, l.ID, line.No, line.Taken, line.Why, line.OnDay); err != nil {
			return done, err
		}
		done.Taken += line.Taken // never above the list's total, which was added with care
		done.Lines = append(done.Lines, *line)
	}
	for _, line := range lines {
		if line.State == Waiting {
			done.Left++
		}
	}
	l.Taken, l.AnswerHash = l.Taken+done.Taken, hash
	if err := tx.Must(ctx, "fault.stale", `update deduction_list set taken = $3, answer_hash = $4 where union_id = $1 and id = $2 and state = 'sent'`,
		tx.Union, l.ID, l.Taken, hash); err != nil || done.Left > 0 {
		return done, err
	}
	return done, l.end(ctx, tx, Done)
}

// of finds the line an answer speaks of.
func (a Answer) of(lines []Line, staff map[string]string) (*Line, error) {
	if a.No > int64(len(lines)) {
		return nil, fault.New(fault.Refused, "deduction.match", a.Row).At("file")
	}
	line := &lines[a.No-1]
	if line.State != Waiting || staff[line.PersonID] != a.Staff {
		return nil, fault.New(fault.Refused, "deduction.match", a.Row).At("file")
	}
	if a.Taken > line.Asked {
		return nil, fault.New(fault.Refused, "deduction.much", a.Row, line.Asked).At("file")
	}
	return line, nil
}

// numbers gives the staff number of each person on the list.
func numbers(ctx context.Context, tx *db.Tx, lines []Line) (map[string]string, error) {
	all, err := people(ctx, tx, lines)
	out := make(map[string]string, len(all))
	for id, w := range all {
		out[id] = w.StaffNo
	}
	return out, err
}

func people(ctx context.Context, tx *db.Tx, lines []Line) (map[string]person.Worker, error) {
	ids := make([]string, len(lines))
	for i, l := range lines {
		ids[i] = l.PersonID
	}
	return person.Many(ctx, tx, ids)
}
