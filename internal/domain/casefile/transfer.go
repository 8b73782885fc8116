package casefile

import (
	"context"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task"
)

// Handing is one hand-over of a file: on its way while Answer is "", then taken or returned.
type Handing struct {
	UnionID, ID, FileID, FromUnit, ToUnit, ToUnion, Reason, AskedBy string
	AskedOn                                                         day.Day
	AskedAt                                                         int64
	Answer, AnswerNote, AnsweredBy                                  string
	AnsweredAt                                                      int64
}

const handingColumns = `union_id, id, file_id, from_unit, to_unit, to_union, reason, asked_by, asked_on, asked_at, answer, answer_note,
	answered_by, answered_at`

// TransferIn sends a file to another unit of this union, or to another union by its name.
type TransferIn struct {
	ID      string `form:"id" kind:"hidden" need:"true" max:"40"`
	ToUnit  string `form:"to_unit" label:"转到哪个部门" hint:"转到本工会的部门时选" kind:"choice" max:"40"`
	ToUnion string `form:"to_union" label:"转到哪个工会" hint:"转到其他工会时填写全称" max:"100"`
	Reason  string `form:"reason" label:"转接原因" kind:"area" need:"true" max:"500"`
}

// Check wants one place and a reason.
func (in TransferIn) Check() error {
	var l fault.List
	if (in.ToUnit == "") == (strings.TrimSpace(in.ToUnion) == "") {
		l.Add("to_unit", "casefile.one_place")
	}
	if len([]rune(strings.TrimSpace(in.Reason))) < 2 {
		l.Add("reason", "casefile.note")
	}
	return l.Err()
}

// Transfer puts a file on its way; it stays in force here until the other side has taken it, so that nobody falls between
// two desks. Faults: "casefile.not_open", "casefile.on_its_way", "casefile.same_unit".
var Transfer = act.Act[TransferIn, File]{Name: "casefile.transfer", Title: "转出档案", Right: "casefile.transfer",
	Do: does("casefile.transfer", func(in TransferIn) string { return in.ID }, transfer)}

func transfer(ctx context.Context, tx *db.Tx, f *File, in TransferIn) error {
	switch {
	case f.State != Open:
		return fault.New(fault.Refused, "casefile.not_open", f.Number)
	case f.Transit != "":
		return fault.New(fault.Refused, "casefile.on_its_way", f.Transit)
	case in.ToUnit == f.UnitID:
		return fault.New(fault.Refused, "casefile.same_unit").At("to_unit")
	}
	h := Handing{UnionID: tx.Union, ID: tx.ID(), FileID: f.ID, FromUnit: f.UnitID, ToUnit: in.ToUnit, ToUnion: strings.TrimSpace(in.ToUnion),
		Reason: strings.TrimSpace(in.Reason), AskedBy: tx.Actor.User, AskedOn: tx.Day(), AskedAt: tx.Ms()}
	to, at := h.ToUnion, f.UnitID
	if h.ToUnit != "" {
		u, err := org.UnitOf(ctx, tx, h.ToUnit)
		if err != nil {
			return err
		}
		to, at = u.Name, u.ID
	}
	if err := db.Insert(ctx, tx, "casefile_transfer", h); err != nil {
		return err
	}
	if err := f.change(ctx, tx, tx.Day(), Field{"transit", to}); err != nil {
		return err
	}
	tx.Trail.Reason = h.Reason
	if err := Event(ctx, tx, f.ID, Entry{Kind: "transfer", Text: "casefile.event_transfer", Args: []any{to, h.Reason}, Ref: h.ID}); err != nil {
		return err
	}
	return task.Open(ctx, tx, task.New{Kind: "casefile.take", Object: "file", ObjectID: f.ID, Role: org.RoleOfficer, UnitID: at, Days: 5,
		Href: "/desk/files/" + f.ID, Title: "接收转来的档案 {0}", Args: []any{f.Number}})
}

// ReceiveIn is the other side's answer; for another union it is written down here from its paper.
type ReceiveIn struct {
	ID   string `form:"id" kind:"hidden" need:"true" max:"40"`
	Yes  Taken  `form:"yes" label:"是否接收" need:"true"`
	Note string `form:"note" label:"说明" hint:"退回要写原因；其他工会接收的写明回执文号" kind:"area" max:"500"`
}

// Receive ends a hand-over. Within the union the file then belongs to the new unit and to whoever took it; taken by
// another union it ends here. Faults: "casefile.not_on_its_way", "casefile.note" when it is sent back without a reason,
// "fault.denied" for those whom the new unit does not concern.
var Receive = act.Act[ReceiveIn, File]{Name: "casefile.receive", Title: "接收档案", Right: "casefile.transfer", Do: receive}

func receive(ctx context.Context, tx *db.Tx, in ReceiveIn) (File, error) {
	f, err := Get(ctx, tx, in.ID)
	if err != nil {
		return f, err
	}
	tx.About("file", f.ID)
	tx.Trail.Subject = f.PersonID
	h, ok, err := db.Maybe[Handing](ctx, tx, `
		select `+handingColumns+` from casefile_transfer where union_id = $1 and file_id = $2 and answer = ''`, tx.Union, f.ID)
	if err != nil {
		return f, err
	}
	path := f.UnitPath
	if h.ToUnit != "" {
		u, err := org.UnitOf(ctx, tx, h.ToUnit)
		if err != nil {
			return f, err
		}
		path = u.Path
	}
	if err := auth.Reach(tx, "casefile.transfer", path, ""); err != nil {
		return File{}, err
	}
	switch {
	case !ok:
		return f, fault.New(fault.Conflict, "casefile.not_on_its_way", f.Number)
	case in.Yes != "yes" && len([]rune(strings.TrimSpace(in.Note))) < 2:
		return f, fault.New(fault.Invalid, "casefile.note").At("note")
	case in.Yes == "yes" && h.ToUnion != "" && len([]rune(strings.TrimSpace(in.Note))) < 2:
		return f, fault.New(fault.Invalid, "casefile.receipt").At("note")
	}
	h.Answer, h.AnswerNote = map[bool]string{true: "taken", false: "returned"}[in.Yes == "yes"], strings.TrimSpace(in.Note)
	return f, f.settle(ctx, tx, h, path)
}

// Arriving gives a file that is on its way to where the actor's right reaches, or that it reaches already. Fault:
// "fault.denied".
func Arriving(ctx context.Context, tx *db.Tx, id string) (File, error) {
	f, err := Reached(ctx, tx, "casefile.transfer", id)
	if err == nil || f.ID == "" {
		return f, err
	}
	all, bad := Handings(ctx, tx, id)
	if bad != nil || len(all) == 0 || all[0].Answer != "" || all[0].ToUnit == "" {
		return f, err
	}
	u, bad := org.UnitOf(ctx, tx, all[0].ToUnit)
	if bad != nil {
		return f, bad
	}
	return f, auth.Reach(tx, "casefile.transfer", u.Path, "")
}

// settle writes the answer to a hand-over and what follows from it.
func (f *File) settle(ctx context.Context, tx *db.Tx, h Handing, path string) error {
	err := tx.Must(ctx, "casefile.not_on_its_way", `
		update casefile_transfer set answer = $3, answer_note = $4, answered_by = $5, answered_at = $6
		where union_id = $1 and id = $2 and answer = ''`, tx.Union, h.ID, h.Answer, h.AnswerNote, tx.Actor.User, tx.Ms())
	if err != nil {
		return err
	}
	if err := task.Close(ctx, tx, "casefile.take", f.ID); err != nil {
		return err
	}
	to := f.Transit
	switch {
	case h.Answer == "returned":
		if err := f.change(ctx, tx, tx.Day(), Field{"transit", ""}); err != nil {
			return err
		}
		return Event(ctx, tx, f.ID, Entry{Kind: "transfer", Text: "casefile.event_returned", Args: []any{to, h.AnswerNote}, Ref: h.ID})
	case h.ToUnion != "":
		if err := f.end(ctx, tx, Transferred, ""); err != nil {
			return err
		}
	default:
		err := f.change(ctx, tx, tx.Day(), Field{"transit", ""}, Field{"unit_id", h.ToUnit}, Field{"unit_path", path}, Field{"keeper", tx.Actor.User})
		if err != nil {
			return err
		}
	}
	return Event(ctx, tx, f.ID, Entry{Kind: "transfer", Text: "casefile.event_taken", Args: []any{to}, Ref: h.ID})
}

// Handings gives every hand-over of a file, newest first.
func Handings(ctx context.Context, tx *db.Tx, fileID string) ([]Handing, error) {
	return db.All[Handing](ctx, tx, `
		select `+handingColumns+` from casefile_transfer where union_id = $1 and file_id = $2 order by asked_at desc, id desc`, tx.Union, fileID)
}
