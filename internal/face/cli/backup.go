package cli

import (
	"time"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/face/exchange/backup"
)

type backupCmd struct {
	Make     makeCmd     `cmd:"" default:"withargs" help:"现在备份一次，不停服务 / back up now, while serving"`
	Rehearse rehearseCmd `cmd:"" help:"演练：恢复到临时的地方并核对 / restore into a temporary place and check"`
}

type makeCmd struct{}

// made is the answer of a backup at a terminal.
type made struct {
	Path   string         `json:"path"`
	Rows   int64          `json:"rows"`
	Tables int            `json:"tables"`
	Files  int64          `json:"files"`
	Bytes  int64          `json:"file_bytes"`
	Schema int64          `json:"schema"`
	Unions []backup.Books `json:"unions"`
	Sound  bool           `json:"sound"`
}

// Run copies the house, also while it is served by another process. Exit code 4 when the copy shows a house that was not sound.
func (makeCmd) Run(sh *Shell) error {
	return sh.house(func(h *House) error {
		path, m, err := backup.Now(sh.Ctx, h.Backup, sh.Where.Backup.Dir)
		if err != nil && !fault.Is(err, "backup.unsound") {
			return err
		}
		out := made{Path: path, Rows: m.Rows(), Tables: len(m.Tables), Files: m.Files.Count, Bytes: m.Files.Bytes, Schema: m.Schema, Unions: m.Unions, Sound: m.Sound()}
		lines := []string{sh.T("备份好了：{0}", path), sh.T("{0} 张表 {1} 行，文件 {2} 个", out.Tables, out.Rows, out.Files)}
		if bad := sh.print(out, append(append(lines, sh.books(m.Unions)...), sh.T("备份里没有密钥文件 bangfu.key，请另外保管；没有它，备份里的保密内容谁也打不开。"))...); bad != nil {
			return bad
		}
		return err
	})
}

// books says what the books of each union come to.
func (sh *Shell) books(all []backup.Books) []string {
	var lines []string
	for _, b := range all {
		lines = append(lines, sh.T("单位 {0}：试算借方 {1}，贷方 {2}，审计链 {3} 环，末尾 {4}", b.Union, b.Debit.String(), b.Credit.String(), b.Links, head(b.Root)))
	}
	return lines
}

// head is the beginning of a hash, for the eye.
func head(hash string) string { return hash[:min(12, len(hash))] }

type rehearseCmd struct {
	From string `arg:"" optional:"" help:"哪一份备份；不写是最新的 / which backup; the newest if left out" type:"existingdir"`
}

// Run restores a backup into a temporary place, proves it and puts the result on record, where the health page shows it.
func (c rehearseCmd) Run(sh *Shell) error {
	return sh.house(func(h *House) error {
		if all := backup.List(sh.Where.Backup.Dir); c.From == "" && len(all) > 0 {
			c.From = all[len(all)-1]
		}
		began := h.DB.Now()
		r, err := backup.Rehearse(sh.Ctx, h.Backup, c.From)
		if err != nil {
			return err
		}
		return sh.restored(r, sh.T("演练通过：{0}，用时 {1} 秒", c.From, h.DB.Now().Sub(began).Round(time.Second/10).Seconds()))
	})
}

type restoreCmd struct {
	From string `arg:"" help:"备份的文件夹 / folder of the backup" type:"existingdir"`
	Key  string `help:"密钥文件 bangfu.key；新数据目录里已有的可以不写 / key file, unless it lies in the new data folder" type:"existingfile"`
}

// Run puts a backup back into the data folder and database named by --data and --database, which must be new, and proves it.
func (c restoreCmd) Run(sh *Shell) error {
	r, err := backup.Restore(sh.Ctx, c.From, backup.Place{Data: sh.Where.Data, DSN: sh.Where.DSN, Key: c.Key})
	if err != nil {
		return err
	}
	return sh.restored(r, sh.T("恢复好了：{0}。请用同样的 --data 启动服务。", sh.Where.Data))
}

func (sh *Shell) restored(r backup.Restored, first string) error {
	lines := append([]string{first, sh.T("备份于 {0}。{1} 张表 {2} 行逐行核对一致，文件 {3} 个逐个核对一致。", time.UnixMilli(r.MadeAt).In(day.Zone).Format("2006-01-02 15:04"), r.Tables, r.Rows, r.Files)},
		sh.books(r.Unions)...)
	return sh.print(r, append(lines, sh.T("试算平衡、审计链和总账的末尾与备份时相同。"))...)
}
