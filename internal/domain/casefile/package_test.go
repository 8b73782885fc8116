package casefile

import (
	"context"
	"encoding/json"
	"testing"

	"bangfu/internal/base/money"
	"bangfu/internal/domain/fund"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
)

// A file handed to another union stays in force here until the paper answer; its package gives the other union all that counts.
func TestPackage(t *testing.T) {
	each(t, func(t *testing.T, h *town) {
		w := h.worker("group")
		f := h.file(w, Opening{Cause: "illness", Degree: "heavy", Class: "deep", ClassText: "深度困难", Scheme: "recognition", SchemeVersion: 1})
		h.Do("officer", func(ctx context.Context, tx *db.Tx) error {
			return AddAid(ctx, tx, Aid{Ref: "a1", HouseholdID: w.HouseholdID, PersonID: w.ID, Programme: "p", Item: "one", Amount: money.Yuan(500), On: tx.Day(), Source: Paid})
		})
		take := func() (Package, error) {
			return Export.Run(context.Background(), h.Host, act.Call{Actor: h.Actor("officer")}, ExportIn{ID: f.ID})
		}
		_, err := take()
		h.bad(err, "casefile.not_abroad")
		h.ok(run(h, "officer", Transfer, TransferIn{ID: f.ID, ToUnion: "示例县总工会", Reason: "重新就业"}))
		p, err := take()
		h.ok(err)
		if p.Number != f.Number || p.Class != "deep" || len(p.Aid) != 1 || p.Aid[0].Amount != money.Yuan(500) {
			t.Fatalf("%+v", p)
		}
		if now := h.get(f.ID); now.State != Open || now.Transit == "" {
			t.Fatalf("on its way it is %s", now.State)
		}
		in := func() error {
			text, err := json.Marshal(p)
			h.ok(err)
			return run(h, "officer", Take, TakeIn{PersonID: h.arrived(p).ID, Package: string(text)})
		}
		h.bad(in(), "casefile.package_own")
		p.Union, p.UnionName = "u2", "另一个工会"
		h.ok(in())
		h.bad(run(h, "officer", Take, TakeIn{PersonID: w.ID, Package: "{}"}), "casefile.package")
		p.Name = "别人"
		text, err := json.Marshal(p)
		h.ok(err)
		h.bad(run(h, "officer", Take, TakeIn{PersonID: w.ID, Package: string(text)}), "casefile.package_who")
	})
}

// Taken in twice counts once: the class with its version, and the helps.
func TestTakeTwice(t *testing.T) {
	each(t, func(t *testing.T, h *town) {
		w := h.worker("group")
		text, err := json.Marshal(Package{Form: packageForm, Union: "u2", UnionName: "另一个工会", Number: "DA-2025-000007", Name: w.Name, OpenedOn: "2025-03-01", Level: fund.National,
			Class: "deep", ClassText: "深度困难", Scheme: "recognition", SchemeVersion: 3, Cause: "illness",
			Aid: []PackedAid{{"p", "one", money.Yuan(500), "2025-05-01", "", ""}, {"p", "one", money.Yuan(600), "2025-08-01", "", ""}}})
		h.ok(err)
		for range 2 {
			h.ok(run(h, "officer", Take, TakeIn{PersonID: w.ID, Package: string(text)}))
		}
		h.Do("officer", func(ctx context.Context, tx *db.Tx) error {
			f, _, err := OfHousehold(ctx, tx, w.HouseholdID)
			if err != nil {
				return err
			}
			aid, err := AidOf(ctx, tx, w.HouseholdID, "", "")
			if f.State != Open || f.Class != "deep" || f.SchemeVersion != 3 || f.Level != fund.National || len(aid) != 2 {
				t.Errorf("%+v, %d helps", f, len(aid))
			}
			return err
		})
	})
}

// arrived gives a worker of the package's name.
func (h *town) arrived(p Package) (w struct{ ID string }) {
	got := h.worker("other")
	if got.Name != p.Name {
		h.T.Fatalf("the package is of %q", p.Name)
	}
	w.ID = got.ID
	return w
}

func FuzzParsePackage(f *testing.F) {
	f.Add(`{"form":"bangfu.casefile/1","union":"u2","number":"DA-1","level":"own","opened_on":"2025-01-01","aid":[{"item":"x","amount":1,"on":"2025-01-01"}]}`)
	f.Add(`{"form":"bangfu.casefile/1"}`)
	f.Fuzz(func(t *testing.T, text string) {
		p, err := ParsePackage(text)
		if err != nil {
			return
		}
		again, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ParsePackage(string(again)); err != nil {
			t.Errorf("what was read is not read again: %v", err)
		}
	})
}
