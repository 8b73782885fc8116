package e2e

import (
	"context"
	"path/filepath"
	"strconv"

	"bangfu/e2e/browser"
	"bangfu/internal/face/cli"
	"bangfu/internal/face/exchange/backup"
)

// paceBackup is A2: the administrator backs the house up and rehearses the restore, which compares row by row and file by file.
// The copy of those presses is then restored into a new folder, as on a new server, and holds what the page said.
func (j *journey) paceBackup() {
	p := j.b.Open(j.t, j.base, browser.Look{Width: browser.Desk})
	j.enter(p, "admin", 0)
	p.Go("/desk")
	p.Count()
	p.Click("运行状况")
	p.Click("现在备份")
	p.Expect("正在备份或演练")
	j.copied(p)
	p.Expect("备份", "成功")
	p.Click("演练恢复")
	j.copied(p)
	p.Expect("恢复演练", "成功")
	p.ExpectNot("没有成功")
	p.ExpectWithin("J19 back up, restore, compare, A2", 7, 1)
	copies := backup.List(filepath.Join(j.house.Data, "backups"))
	if len(copies) != 1 {
		j.t.Fatalf("%d copies", len(copies))
	}
	r, err := backup.Restore(j.t.Context(), copies[0], backup.Place{Data: filepath.Join(j.t.TempDir(), "new"), Key: filepath.Join(j.house.Data, cli.KeyFile)})
	if err != nil || r.Rows == 0 {
		j.t.Fatalf("restored %d rows: %v", r.Rows, err)
	}
	p.Expect(strconv.FormatInt(r.Rows, 10), strconv.FormatInt(r.Files, 10))
}

// copied does what the house does beside the page that waits for a copy, and looks again.
func (j *journey) copied(p *browser.Page) {
	j.t.Helper()
	if err := j.house.Nights().Asked(context.Background()); err != nil {
		j.t.Fatal(err)
	}
	p.Go("/desk/health")
}
