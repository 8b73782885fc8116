package cli

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"

	"bangfu/internal/base/fault"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/face/exchange/roster"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/org"
)

// Import takes data into a union, as a named user with that user's rights.
type Import struct {
	Roster importRoster `cmd:"" help:"导入名册 / import a roster"`
}

type importRoster struct {
	File    string `arg:"" help:"名册文件 .xlsx 或 .csv / roster file"`
	As      string `help:"以谁的名义（登录名）/ login name of the user who acts" required:"" placeholder:"LOGIN"`
	Union   string `help:"单位编号；只有一个单位时可以不写 / union id; may be left out where there is one" placeholder:"ID"`
	Kind    string `help:"文件内容 workers, members, budget, files, aid / what the file holds" enum:"workers,members,budget,files,aid" default:"workers"`
	Mode    string `help:"new 只新增，update 新增并更新，report 只看差异 / what to do with workers there already" enum:"new,update,report" default:"update"`
	Units   bool   `help:"自动建立没有的部门（仅首次设置时）/ make missing departments, at set-up only"`
	Partial bool   `help:"只导入没有问题的行 / take only the rows without faults"`
	Confirm bool   `help:"校验后写入；不写就只校验 / write after the check; without it nothing is written"`
	Errors  string `help:"把没有通过的行写进这个文件 / write the rows not taken to this file" type:"path" placeholder:"OUT.xlsx"`
}

// counted is the answer of an import at a terminal.
type counted struct {
	ID      string `json:"id"`
	State   string `json:"state"`
	Rows    int64  `json:"rows"`
	New     int64  `json:"new"`
	Changed int64  `json:"changed"`
	Same    int64  `json:"same"`
	Faulty  int64  `json:"faulty"`
	Twice   int64  `json:"twice"`
	Written int64  `json:"written"`
	Errors  string `json:"errors,omitempty"`
}

// Run reads and checks a roster and, with --confirm, writes it. Without, what was read in is wiped again. Exit code 1 says that rows
// were not taken.
func (c importRoster) Run(sh *Shell) error {
	raw, err := readAll(c.File)
	if err != nil {
		return err
	}
	return sh.house(func(h *House) error {
		who, err := actor(sh, h, c.Union, c.As)
		if err != nil {
			return err
		}
		m, err := c.bring(sh.Ctx, h.Roster, act.Call{Actor: who}, raw)
		if err != nil {
			return err
		}
		out := counted{ID: m.ID, State: m.State, Rows: m.Rows, New: m.Fresh, Changed: m.Changed, Same: m.Same, Faulty: m.Faulty, Twice: m.Twice, Written: m.Written}
		if c.Errors != "" && m.Faulty+m.Twice > 0 {
			out.Errors = c.Errors
		}
		if err := sh.print(out, out.lines(sh)...); err != nil {
			return err
		}
		if m.Faulty+m.Twice > 0 {
			return errDiffer
		}
		return nil
	})
}

func (o counted) lines(sh *Shell) []string {
	out := []string{sh.T("共 {0} 行：可新增 {1}，有变化 {2}，没有变化 {3}，有问题 {4}，重复 {5}", o.Rows, o.New, o.Changed, o.Same, o.Faulty, o.Twice)}
	switch o.State {
	case roster.Live:
		out = append(out, sh.T("已写入 {0} 行，24 小时内可以在“名册导入”页整体撤销。", o.Written))
	case roster.Reported:
		out = append(out, sh.T("只看差异，没有写入。"))
	default:
		out = append(out, sh.T("只校验，没有写入。加上 --confirm 再运行一次就会写入。"))
	}
	if o.Errors != "" {
		out = append(out, sh.T("没有通过的行在 {0}，里面有完整号码，用完请删除。", o.Errors))
	}
	return out
}

// bring takes the file through its stages. Whatever stops it before it is live, nothing of it stays.
func (c importRoster) bring(ctx context.Context, desk roster.Desk, call act.Call, raw []byte) (m roster.Import, err error) {
	id, err := roster.Upload(ctx, desk.Host, call, roster.UploadIn{Kind: roster.Kind(c.Kind), MakeUnits: c.Units,
		File: form.NewFile(filepath.Base(c.File), raw)})
	if err == nil {
		m, err = desk.Advance(ctx, call.Actor, id)
	}
	if err == nil {
		err = c.save(ctx, desk, call, m)
	}
	if err == nil && c.Confirm {
		if _, err = roster.Confirm.Run(ctx, desk.Host, call, roster.ConfirmIn{ID: id, Mode: roster.Mode(c.Mode), Partial: c.Partial}); err == nil {
			m, err = desk.Advance(ctx, call.Actor, id)
		}
	}
	if id != "" && m.State != roster.Live && m.State != roster.Reported {
		if _, bad := roster.Drop.Run(ctx, desk.Host, call, roster.ImportID{ID: id}); err == nil {
			err = bad
		}
	}
	return m, err
}

// save writes the rows that were not taken to the file asked for, readable by its owner only, and puts the taking on record.
func (c importRoster) save(ctx context.Context, desk roster.Desk, call act.Call, m roster.Import) (err error) {
	if c.Errors == "" || m.Faulty+m.Twice == 0 {
		return nil
	}
	f, err := os.OpenFile(filepath.Clean(c.Errors), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return fault.New(fault.Invalid, "cli.file", c.Errors)
	}
	defer func() {
		if bad := f.Close(); err == nil {
			err = bad
		}
	}()
	return roster.TakeErrors(ctx, desk.Host, call.Actor, roster.Taking{ID: m.ID, To: io.Writer(f)})
}

// actor finds the user a data command acts as: the command has that user's rights and no other. Faults: "cli.union", "cli.user".
func actor(sh *Shell, h *House, union, login string) (db.Actor, error) {
	unions, err := h.Unions(sh.Ctx)
	if err != nil {
		return db.Actor{}, err
	}
	if union == "" && len(unions) == 1 {
		union = unions[0]
	}
	if !slices.Contains(unions, union) {
		return db.Actor{}, fault.New(fault.Invalid, "cli.union")
	}
	var who db.Actor
	err = h.DB.View(sh.Ctx, db.System(union), func(ctx context.Context, tx *db.Tx) error {
		u, ok, err := org.UserByLogin(ctx, tx, login)
		if err == nil && (!ok || u.Status != "active") {
			err = fault.New(fault.Missing, "cli.user", login)
		}
		if err != nil {
			return err
		}
		who, err = auth.ActorOf(ctx, tx, u.ID)
		who.Via = "cli"
		return err
	})
	return who, err
}
