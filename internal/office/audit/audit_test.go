package audit_test

import (
	"context"
	"fmt"
	"testing"

	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
	"bangfu/internal/office/audit"
)

const union = "u1"

func write(t *testing.T, d *db.DB, n int) {
	t.Helper()
	for i := range n {
		err := d.Update(context.Background(), db.System(union), func(ctx context.Context, tx *db.Tx) error {
			tx.About("thing", fmt.Sprint(i), "field")
			tx.Trail.Subject = "p1"
			return audit.Record(ctx, tx, act.Entry{Act: "test.do", Outcome: "done", Trail: tx.Trail})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := audit.LinkAll(context.Background(), d, union); err != nil {
		t.Fatal(err)
	}
}

func verify(t *testing.T, d *db.DB, outside ...audit.Checkpoint) (r audit.Report) {
	t.Helper()
	err := d.View(context.Background(), db.System(union), func(ctx context.Context, tx *db.Tx) (err error) {
		r, err = audit.Verify(ctx, tx, outside)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func run(t *testing.T, d *db.DB, query string, args ...any) {
	t.Helper()
	err := d.Update(context.Background(), db.System(union), func(ctx context.Context, tx *db.Tx) error {
		n, err := tx.Exec(ctx, query, args...)
		if err == nil && n == 0 {
			t.Errorf("%s changed nothing", query)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Whatever is changed, taken out or put in beside the chain is found; an untouched chain has no finding.
func TestTampering(t *testing.T) {
	attacks := []struct{ name, query string }{
		{"a field flipped", `update audit_entry set object = 'other' where union_id = $1 and object = '7'`},
		{"the actor changed", `update audit_entry set actor = 'someone' where union_id = $1 and object = '3'`},
		{"an entry deleted", `delete from audit_entry where union_id = $1 and object = '5'`},
		{"a link deleted", `delete from audit_link where union_id = $1 and seq = 9`},
		{"the tail cut", `delete from audit_link where union_id = $1 and seq > 250`},
		{"an entry slipped in", `insert into audit_entry (union_id, id, at, actor, via, act, outcome, fault, kind, object, subject, fields, reason)
			values ($1, 'zzz', 0, 'a', '', 'x', 'done', '', '', '', '', '', '')`},
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		write(t, d, 260)
		if r := verify(t, d); len(r.Findings) > 0 || r.Links != 260 || r.Entries != 260 || r.Waiting != 0 {
			t.Fatalf("an untouched chain: %+v", r)
		}
	})
	for _, a := range attacks {
		t.Run(a.name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				write(t, d, 260)
				run(t, d, a.query, union)
				if r := verify(t, d); len(r.Findings) == 0 {
					t.Error("not found")
				}
			})
		})
	}
}

// A chain rewritten whole after a change still meets itself, but no longer the checkpoint kept outside.
func TestRewrittenChainMeetsNoCheckpoint(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		write(t, d, 30)
		var mark audit.Checkpoint
		if err := d.Update(ctx, db.System(union), func(ctx context.Context, tx *db.Tx) (err error) {
			mark, err = audit.Mark(ctx, tx)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		run(t, d, `update audit_entry set reason = 'rewritten' where union_id = $1 and object = '2'`, union)
		run(t, d, `insert into audit_wait (union_id, id) select union_id, id from audit_entry where union_id = $1`, union)
		run(t, d, `delete from audit_link where union_id = $1`, union)
		run(t, d, `delete from audit_checkpoint where union_id = $1`, union)
		run(t, d, `update audit_head set seq = 0, hash = '' where union_id = $1`, union)
		if err := audit.LinkAll(ctx, d, union); err != nil {
			t.Fatal(err)
		}
		if r := verify(t, d); len(r.Findings) > 0 {
			t.Fatalf("the rewritten chain should meet itself: %+v", r.Findings)
		}
		if r := verify(t, d, mark); len(r.Findings) == 0 {
			t.Error("the checkpoint outside did not find the rewriting")
		}
	})
}

// A look is written down with its reason and whose data it was; a refused look too.
func TestLook(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		h := &act.Host{DB: d, Allow: func(context.Context, *db.Tx, string) error { return nil }, Record: audit.Record}
		look := audit.Look(map[string]audit.Opener{"person.id_no": func(context.Context, *db.Tx, string) (string, string, error) { return "secret", "p9", nil }})
		who := act.Call{Actor: db.Actor{Union: union, User: "officer", Via: "web"}}
		if _, err := look.Run(ctx, h, who, audit.LookIn{Kind: "person", ID: "p9", Field: "id_no"}); err == nil {
			t.Error("a look without a reason was allowed")
		}
		text, err := look.Run(ctx, h, who, audit.LookIn{Kind: "person", ID: "p9", Field: "id_no", Reason: "核对身份"})
		if err != nil || text != "secret" {
			t.Fatalf("look = %q, %v", text, err)
		}
		err = d.View(ctx, db.System(union), func(ctx context.Context, tx *db.Tx) error {
			all, err := audit.About(ctx, tx, "p9", 10)
			if len(all) != 1 || all[0].Actor != "officer" || all[0].Fields != "id_no" || all[0].Reason != "核对身份" {
				t.Errorf("the record of looks is %+v", all)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
