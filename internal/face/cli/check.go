package cli

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"

	"bangfu/internal/base/fault"
	"bangfu/internal/domain/report"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/audit"
)

type standardCmd struct {
	Check  checkCmd  `cmd:"" help:"用样例家庭检验一份标准 / run a standard against its example families"`
	Lint   lintCmd   `cmd:"" help:"逐处说明标准写错了什么、怎样改 / explain every mistake in a standard"`
	Replay replayCmd `cmd:"" help:"按当时保存的内容重算全部判定 / judge every kept verdict again from what was stored"`
}

type replayCmd struct{}

// Run judges every verdict kept in every union again and names those that do not come out equal; exit code 1 if any (S13).
func (replayCmd) Run(sh *Shell) error {
	return sh.house(func(h *House) error {
		unions, err := h.Unions(sh.Ctx)
		if err != nil {
			return err
		}
		bad := 0
		for _, u := range unions {
			var r report.Replayed
			err := h.DB.View(sh.Ctx, db.System(u), func(ctx context.Context, tx *db.Tx) (err error) {
				r, err = report.Replay(ctx, tx, sh.replaying)
				return err
			})
			if err != nil {
				return err
			}
			lines := []string{sh.T("单位 {0}：判定 {1} 份，重算一致 {2} 份，不一致 {3} 份", u, r.Verdicts, r.Equal, len(r.Differ))}
			for _, d := range r.Differ {
				lines = append(lines, "  "+d.Where+" "+d.ID+" "+d.Standard+": "+sh.T("replay."+d.Why))
			}
			if err := sh.print(r, lines...); err != nil {
				return err
			}
			bad += len(r.Differ)
		}
		if bad > 0 {
			return errDiffer
		}
		return nil
	})
}

// replaying shows how far a long replay is, on the terminal only.
func (sh *Shell) replaying(done int64) {
	if !sh.JSON && done%1000 == 0 {
		_ = sh.print(nil, sh.T("已重算 {0} 份", done)) // a terminal that has gone does not stop the work
	}
}

type checkCmd struct {
	Standard string `arg:"" help:"标准文件 / standard file"`
	Cases    string `arg:"" help:"样例文件 / file of example families"`
}

// Run prints each difference between what a standard says of the example families and what is expected (S12, S13).
func (c checkCmd) Run(sh *Shell) error {
	n, err := standard.RunCheck(sh.Out, c.Standard, c.Cases)
	if err != nil {
		return err
	}
	if n > 0 {
		return errDiffer
	}
	return nil
}

type lintCmd struct {
	Standard string `arg:"" help:"标准文件 / standard file"`
}

// Run explains every mistake of an author with its place and what to write instead; exit code 1 if there is one (S12).
func (c lintCmd) Run(sh *Shell) error {
	n, err := standard.RunLint(sh.Out, sh.Lang, c.Standard)
	if err != nil {
		return err
	}
	if n > 0 {
		return errDiffer
	}
	return nil
}

type auditCmd struct {
	Verify verifyCmd `cmd:"" help:"核对审计链 / verify the audit chain"`
	Export exportCmd `cmd:"" help:"按公开格式导出，供另一个程序核对 / write it in the published form"`
	Mark   markCmd   `cmd:"" help:"签发检查点，存到系统以外 / sign a checkpoint to keep outside"`
}

type verifyCmd struct {
	Checkpoint []string `help:"存在系统以外的检查点文件 / checkpoint files kept outside" placeholder:"FILE"`
}

// Run recomputes the chain of every union and compares it with the checkpoints kept outside.
func (c verifyCmd) Run(sh *Shell) error {
	var outside []audit.Checkpoint
	for _, path := range c.Checkpoint {
		raw, err := readAll(path)
		if err != nil {
			return err
		}
		var all []audit.Checkpoint
		if err := json.Unmarshal(raw, &all); err != nil {
			return fault.New(fault.Invalid, "cli.checkpoint", path)
		}
		outside = append(outside, all...)
	}
	return sh.house(func(h *House) error {
		unions, err := h.Unions(sh.Ctx)
		if err != nil {
			return err
		}
		bad := 0
		for _, u := range unions {
			if err := audit.LinkAll(sh.Ctx, h.DB, u); err != nil {
				return err
			}
			var r audit.Report
			err := h.DB.View(sh.Ctx, db.System(u), func(ctx context.Context, tx *db.Tx) (err error) {
				r, err = audit.Verify(ctx, tx, outside)
				return err
			})
			if err != nil {
				return err
			}
			lines := []string{sh.T("单位 {0}：记录 {1} 条，链 {2} 环，问题 {3} 处", u, r.Entries, r.Links, len(r.Findings))}
			for _, f := range r.Findings {
				lines = append(lines, "  "+sh.T("第 {0} 环 {1}：{2}", f.Seq, f.EntryID, sh.T("chain."+f.What)))
			}
			if err := sh.print(r, lines...); err != nil {
				return err
			}
			bad += len(r.Findings)
		}
		if bad > 0 {
			return errDiffer
		}
		return nil
	})
}

type exportCmd struct {
	To string `arg:"" help:"写进这个文件 / file to write" type:"path"`
}

// Run writes the audit of every union in the form of docs/audit-format.md, readable by its owner only.
func (c exportCmd) Run(sh *Shell) error {
	return sh.house(func(h *House) (err error) {
		unions, err := h.Unions(sh.Ctx)
		if err != nil {
			return err
		}
		f, err := os.OpenFile(filepath.Clean(c.To), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
		if err != nil {
			return fault.New(fault.Invalid, "cli.file", c.To)
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		for _, u := range unions {
			if err := audit.LinkAll(sh.Ctx, h.DB, u); err != nil {
				return err
			}
			if err := h.DB.View(sh.Ctx, db.System(u), func(ctx context.Context, tx *db.Tx) error { return audit.Export(ctx, tx, f) }); err != nil {
				return err
			}
		}
		return nil
	})
}

type markCmd struct{}

// Run signs the head of every chain and prints the checkpoints as JSON, to be kept where this house cannot reach.
func (markCmd) Run(sh *Shell) error {
	return sh.house(func(h *House) error {
		unions, err := h.Unions(sh.Ctx)
		if err != nil {
			return err
		}
		all := []audit.Checkpoint{}
		for _, u := range unions {
			if err := audit.LinkAll(sh.Ctx, h.DB, u); err != nil {
				return err
			}
			err := h.DB.Update(sh.Ctx, db.System(u), func(ctx context.Context, tx *db.Tx) error {
				c, err := audit.Mark(ctx, tx)
				all = append(all, c)
				return err
			})
			if err != nil {
				return err
			}
		}
		return json.NewEncoder(sh.Out).Encode(all)
	})
}
