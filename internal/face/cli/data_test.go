package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/words"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
	"bangfu/internal/face/exchange/roster"
	"bangfu/internal/office/audit"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/org"
)

// house gives a shell on a union with an officer, a chair and one group.
func house(t *testing.T) (*Shell, *db.DB, *bytes.Buffer) {
	t.Helper()
	d := dbtest.Open(t)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(d.Update(t.Context(), db.System("u1"), func(ctx context.Context, tx *db.Tx) error {
		if err := org.Found(ctx, tx, org.Union{Name: "示例公司工会", State: "setup"}); err != nil {
			return err
		}
		if _, err := org.AddUnit(ctx, tx, "u1", org.KindGroup, "一车间"); err != nil {
			return err
		}
		for _, role := range []string{org.RoleOfficer, org.RoleChair} {
			u, err := org.AddUser(ctx, tx, org.User{Login: role, Name: role})
			if err != nil {
				return err
			}
			if err := org.Appoint(ctx, tx, u.ID, role, "u1"); err != nil {
				return err
			}
		}
		return nil
	}))
	host := &act.Host{DB: d, Allow: auth.Allow, Record: audit.Record}
	var out bytes.Buffer
	return &Shell{Ctx: t.Context(), Out: &out, Lang: words.Zh, JSON: true, Open: func(context.Context, Where) (*House, error) {
		return &House{DB: d, Host: host, Roster: roster.Desk{Host: host}, Unions: func(context.Context) ([]string, error) { return []string{"u1"}, nil },
			Close: func() error { return nil }}, nil
	}}, d, &out
}

func list(t *testing.T, rows ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "roster.csv")
	if err := os.WriteFile(path, []byte("\ufeff工号,姓名,部门\n"+strings.Join(rows, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func workers(t *testing.T, d *db.DB) (n int64) {
	t.Helper()
	err := d.View(t.Context(), db.System("u1"), func(ctx context.Context, tx *db.Tx) (err error) {
		n, err = person.Count(ctx, tx, person.RightList, person.Query{})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestImportRosterAtATerminal(t *testing.T) {
	sh, d, out := house(t)
	errs := filepath.Join(t.TempDir(), "errors.xlsx")
	c := importRoster{File: list(t, "A1,示例甲,一车间", "A2,示例乙,一车间", "A3,示例丙,别处"), As: "officer", Kind: "workers", Mode: "update", Errors: errs}
	got := func(want error) counted {
		t.Helper()
		out.Reset()
		if err := c.Run(sh); !errors.Is(err, want) {
			t.Fatalf("import: %v, wanted %v", err, want)
		}
		var n counted
		if err := json.Unmarshal(out.Bytes(), &n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	if n := got(errDiffer); n.Rows != 3 || n.New != 2 || n.Faulty != 1 || n.Written != 0 || n.Errors != errs || workers(t, d) != 0 {
		t.Errorf("without --confirm: %+v", n)
	}
	if f, err := os.Stat(errs); err != nil || f.Size() == 0 || f.Mode().Perm() != 0o600 {
		t.Errorf("the error file: %v %v", f, err)
	}
	c.Confirm = true
	if err := c.Run(sh); fault.Of(err) == nil || fault.Of(err).Key != "roster.faulty_left" || workers(t, d) != 0 {
		t.Errorf("faulty rows are written unasked: %v", err)
	}
	c.Partial = true
	if n := got(errDiffer); n.State != roster.Live || n.Written != 2 || workers(t, d) != 2 {
		t.Errorf("with --confirm --partial: %+v", n)
	}
	c.File, c.Mode = list(t, "A1,示例甲,一车间", "A9,示例丁,一车间"), "report"
	if n := got(nil); n.State != roster.Reported || n.New != 1 || n.Same != 1 || workers(t, d) != 2 {
		t.Errorf("differences only: %+v", n)
	}
}

func TestImportActsAsAUser(t *testing.T) {
	sh, d, _ := house(t)
	file := list(t, "A1,示例甲,一车间")
	for _, try := range []struct {
		as, union string
		code      int
	}{{"chair", "", 3}, {"nobody", "", 3}, {"officer", "u9", 2}} {
		err := importRoster{File: file, As: try.as, Union: try.union, Kind: "workers", Mode: "new", Confirm: true}.Run(sh)
		if got := exit(err, words.Zh, &bytes.Buffer{}); got != try.code {
			t.Errorf("as %q in %q: exit %d, %v", try.as, try.union, got, err)
		}
	}
	if err := (importRoster{File: "none.csv", As: "officer"}).Run(sh); exit(err, words.Zh, &bytes.Buffer{}) != 2 {
		t.Errorf("a file that is not there: %v", err)
	}
	if n := workers(t, d); n != 0 {
		t.Errorf("%d workers came in", n)
	}
}
