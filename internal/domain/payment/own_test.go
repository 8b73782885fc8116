package payment

import (
	"context"
	"strings"
	"testing"

	"bangfu/internal/base/fault"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
)

func ownFormat() ProfileIn {
	return ProfileIn{Code: "ccb1", Name: "示例银行", Encoding: "gb18030", Separator: "bar", Columns: "staff=工号\nname=户名\n card = 账号\namount=金额",
		Head: true, Least: 1, Most: 2, Purpose: "帮扶金"}
}

// What a union writes down comes back the same, splits long lists, and shows how its file looks.
func TestOwnProfile(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		who := db.Actor{Union: "u1", User: "ann"}
		for range 2 { // kept again it is changed
			if err := d.Update(t.Context(), who, func(ctx context.Context, tx *db.Tx) error {
				_, err := KeepProfile(ctx, tx, ownFormat())
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		if err := d.View(t.Context(), who, func(ctx context.Context, tx *db.Tx) error {
			p, err := ProfileFor(ctx, tx, "ccb1")
			if err != nil {
				return err
			}
			own, err := OwnProfiles(ctx, tx)
			if err != nil || len(own) != 1 || own[0] != ownFormat() {
				t.Errorf("kept %+v, %v", own, err)
			}
			if parts, err := p.split(5); err != nil || len(parts) != 3 {
				t.Errorf("5 lines in files of 2: %v, %v", parts, err)
			}
			lines := p.Sample()
			if len(lines) != 3 || lines[0] != "工号|户名|账号|金额" || !strings.HasPrefix(lines[1], "S0001|示例甲|") || !strings.HasSuffix(lines[1], "|500.00") {
				t.Errorf("%q", lines)
			}
			if _, err := ProfileFor(ctx, tx, "plain"); err != nil {
				t.Error(err)
			}
			_, err = ProfileFor(ctx, tx, "nothing")
			if !fault.Is(err, "payment.profile") {
				t.Errorf("an unknown format: %v", err)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		bad := ownFormat()
		bad.Code = "plain"
		if err := d.Update(t.Context(), who, func(ctx context.Context, tx *db.Tx) error {
			_, err := KeepProfile(ctx, tx, bad)
			return err
		}); !fault.Is(err, "payment.profile_shipped") {
			t.Errorf("a shipped format was changed: %v", err)
		}
	})
}

func TestOwnProfileShape(t *testing.T) {
	for key, spoil := range map[string]func(*ProfileIn){
		"payment.profile_code":   func(p *ProfileIn) { p.Code = "CCB" },
		"payment.profile_column": func(p *ProfileIn) { p.Columns += "\nname=户名" },
		"payment.profile_lacks":  func(p *ProfileIn) { p.Columns = "name=户名\namount=金额" },
		"payment.profile_rows":   func(p *ProfileIn) { p.Least = 3 },
		"payment.profile":        func(p *ProfileIn) { p.Encoding = "latin1" },
	} {
		p := ownFormat()
		spoil(&p)
		if f := fault.Of(p.Check()); len(f.Parts) != 1 || f.Parts[0].Key != key {
			t.Errorf("%s: %+v", key, f)
		}
	}
	p := ownFormat()
	p.Columns = "card=账|号\nname=户名\namount=金额"
	if p.Check() == nil {
		t.Error("a heading that holds the separator")
	}
	p = ownFormat()
	if err := p.Check(); err != nil {
		t.Error(err)
	}
}
