package app

import (
	"context"
	"slices"
	"testing"

	"bangfu/internal/app/world"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/casefile"
	"bangfu/internal/domain/intake"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
	"bangfu/internal/face/exchange/roster"
)

// An import of yesterday's files and helps goes away whole as long as nothing rests on it: not the files it opened, nor the
// line in a file that was there, nor the helps. Once somebody of the household applied or the file was worked with, it stays.
func TestHistoryIsForgottenWhole(t *testing.T) {
	for engine, dsn := range map[string]func(testing.TB) string{"sqlite": func(testing.TB) string { return "" }, "postgres": dbtest.PostgresDSN} {
		t.Run(engine, func(t *testing.T) {
			p := &player{t: t, h: open(t, dsn(t)), cases: map[string]*world.Live{}, family: map[string][]world.Kin{}, verdicts: map[string]string{}}
			p.play("history", "union\nworker 检修一班 2000.00 李长江 王芳 钱秀英 孙小红\n")
			do := func(f func(context.Context, *db.Tx) error) error {
				return p.h.DB.Update(t.Context(), db.System(p.w.Union), f)
			}
			who := func(name string) person.Worker { return p.w.Staff[name] }
			past := func(id string, names ...string) error {
				return do(func(ctx context.Context, tx *db.Tx) error {
					var files []roster.PastFile
					var aid []roster.PastAid
					for _, n := range names {
						w := who(n)
						files = append(files, roster.PastFile{ImportID: id, WorkerID: w.ID, HouseholdID: w.HouseholdID, Number: id + w.StaffNo, Class: "特困", Cause: "illness", FiledOn: "2020-03-01"})
						aid = append(aid, roster.PastAid{ImportID: id, WorkerID: w.ID, HouseholdID: w.HouseholdID, Programme: "living", Item: "living", Amount: money.Yuan(500), On: "2020-05-01"})
					}
					if err := pastFiles(ctx, tx, files); err != nil {
						return err
					}
					return pastAid(ctx, tx, aid)
				})
			}
			undo := func(id string) error {
				return do(func(ctx context.Context, tx *db.Tx) error { return forget(ctx, tx, id) })
			}
			count := func(name string) (files, lines, helps int) {
				must(t, p.see(func(ctx context.Context, tx *db.Tx) error {
					f, ok, err := casefile.OfHousehold(ctx, tx, who(name).HouseholdID)
					if err != nil {
						return err
					}
					aid, err := casefile.AidOf(ctx, tx, who(name).HouseholdID, "", "")
					if err != nil || !ok {
						helps = len(aid)
						return err
					}
					events, err := casefile.Events(ctx, tx, f.ID, "")
					files, lines, helps = 1, len(events), len(aid)
					return err
				}))
				return files, lines, helps
			}
			must(t, past("one", "王芳", "钱秀英"))
			must(t, past("two", "王芳")) // a second old number for the same household
			if f, l, h := count("王芳"); f != 1 || l != 2 || h != 2 {
				t.Fatalf("%d files, %d lines, %d helps", f, l, h)
			}
			if err := undo("one"); !fault.Is(err, "casefile.import_used") { // the second import rests on the first
				t.Fatalf("undone under a later import: %v", err)
			}
			must(t, undo("two"))
			if f, l, h := count("王芳"); f != 1 || l != 1 || h != 1 {
				t.Fatalf("after the second went: %d files, %d lines, %d helps", f, l, h)
			}
			must(t, undo("one"))
			for _, name := range []string{"王芳", "钱秀英"} {
				if f, _, h := count(name); f != 0 || h != 0 {
					t.Fatalf("%s is left with %d files, %d helps", name, f, h)
				}
			}
			must(t, past("three", "王芳", "钱秀英"))
			if _, err := world.Do(t.Context(), p.w, "王芳", intake.Start, intake.StartIn{Programme: "living"}); err != nil {
				t.Fatal(err)
			}
			if err := undo("three"); !fault.Is(err, "app.history_used") {
				t.Fatalf("undone under an application: %v", err)
			}
			p.usedByNouns()
		})
	}
}

// usedByNouns wants that whoever has a file, a help or an application counts as used, and nobody else.
func (p *player) usedByNouns() {
	p.t.Helper()
	must(p.t, p.see(func(ctx context.Context, tx *db.Tx) error {
		ids := []string{p.w.Staff["王芳"].ID, p.w.Staff["钱秀英"].ID, p.w.Staff["孙小红"].ID}
		slices.Sort(ids)
		got, err := used(ctx, tx, ids, 0)
		if err != nil {
			return err
		}
		want := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return id == p.w.Staff["孙小红"].ID })
		if !slices.Equal(got, want) {
			p.t.Errorf("used %v, want %v", got, want)
		}
		if got, err = used(ctx, tx, ids, tx.Ms()+1); len(got) > 0 {
			p.t.Errorf("used after now: %v", got)
		}
		return err
	}))
}
