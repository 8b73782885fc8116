package app

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"bangfu/internal/app/world"
	"bangfu/internal/base/ident"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/blob"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
	"bangfu/internal/engine/seal"
	"bangfu/internal/face/cli"
)

// A change of keys goes through every column that docs/data.md calls sealed or index, and no other.
func TestSecretsAreThoseOfTheTable(t *testing.T) {
	text, err := os.ReadFile("../../docs/data.md")
	must(t, err)
	want := map[string]bool{}
	for _, l := range strings.Split(string(text), "\n") {
		if cells := strings.Split(l, "|"); len(cells) > 3 {
			if kept := strings.TrimSpace(cells[2]); strings.HasPrefix(kept, "sealed") || strings.HasPrefix(kept, "index") {
				for _, m := range regexp.MustCompile("`([a-z0-9_]+\\.[a-z0-9_]+)`").FindAllStringSubmatch(cells[1], -1) {
					want[m[1]] = true
				}
			}
		}
	}
	for _, c := range secrets().Sealed {
		if !want[c.Table+"."+c.Column] {
			t.Errorf("%s.%s is not in docs/data.md", c.Table, c.Column)
		}
		delete(want, c.Table+"."+c.Column)
	}
	for _, c := range secrets().Indexes {
		if !want[c.Table+"."+c.Column] {
			t.Errorf("%s.%s is not in docs/data.md", c.Table, c.Column)
		}
		delete(want, c.Table+"."+c.Column)
	}
	for c := range want {
		t.Errorf("%s stays under the old key for ever", c)
	}
}

// A new key is put in force while people write: every number opens and is found all along, before, in the middle of and after
// the change; the old key cannot be retired while something is sealed under it, and can after.
func TestKeysRotateUnderLoad(t *testing.T) {
	for engine, dsn := range map[string]func() string{"sqlite": func() string { return "" }, "postgres": func() string { return dbtest.PostgresDSN(t) }} {
		t.Run(engine, func(t *testing.T) {
			h := open(t, dsn())
			p := &player{t: t, h: h, cases: map[string]*world.Live{}, family: map[string][]world.Kin{}, verdicts: map[string]string{}}
			p.play("rekey", strings.ReplaceAll(`
union
pocket SJ-2026 upper 80000.00
worker 检修一班 3000.00 李长江 V 赵玉兰
leader 李长江 检修一班
family V spouse:示例
apply V disaster calamity natural_disaster=1 event_day=20260822 loss=42000 found.major_loss=1
review 李长江 V
`, "V", victim))
			r := &rotation{t: t, p: p, key: filepath.Join(h.Data, cli.KeyFile)}
			r.hire("检修二班", 20)
			r.hand(10)
			r.all("before")
			_, err := seal.Add(r.key, seal.SM4)
			must(t, err)
			_, err = seal.Rotate(r.key, db.Machine())
			must(t, err)
			var group sync.WaitGroup
			for n := range 3 {
				group.Go(func() { r.hire([]string{"检修一班", "检修二班", "检修三班"}[n], 10) })
			}
			group.Go(func() { r.hand(10) })
			group.Go(func() {
				if err := seal.Retire(r.key, 9, db.Machine()); err == nil {
					t.Error("a key that is not there was retired")
				}
				must(t, h.rekey(t.Context(), h.DB, p.w.Union, ""))
			})
			for range 3 {
				r.all("in the middle")
			}
			group.Wait()
			must(t, h.rekey(t.Context(), h.DB, p.w.Union, ""))
			r.all("after")
			r.twice()
			files, err := blob.SealedUnder(filepath.Join(h.Data, "files"))
			if err != nil || len(files) != 1 || files[2] < 20 {
				t.Errorf("files sealed under %v, %v", files, err)
			}
			under, err := h.Sealed(t.Context())
			if err != nil || under[1] != 0 || under[2] < 100 {
				t.Errorf("sealed under %v, %v", under, err)
			}
			must(t, seal.Retire(r.key, 1, db.Machine()))
			h.DB.Ring().Reread()
			r.all("without the old key")
		})
	}
}

// rotation is a change of keys under way: the workers there are and their numbers.
type rotation struct {
	t      *testing.T
	p      *player
	key    string
	mu     sync.Mutex
	next   int
	people map[string]person.Draft
	papers map[string]string // what each file in the store says
}

// hand puts papers into the store.
func (r *rotation) hand(n int) {
	for i := range n {
		text := fmt.Sprintf("%%PDF-1.4 示例材料 %d", i)
		key, err := r.p.h.Site.Blob.Put(r.t.Context(), []byte(text))
		if err != nil {
			r.t.Errorf("a paper: %v", err)
		}
		r.mu.Lock()
		if r.papers == nil {
			r.papers = map[string]string{}
		}
		r.papers[key] = text
		r.mu.Unlock()
	}
}

// hire adds workers with numbers of their own, one act each.
func (r *rotation) hire(unit string, n int) {
	for range n {
		r.mu.Lock()
		r.next++
		d := r.draft(r.next, unit)
		r.mu.Unlock()
		err := r.p.h.DB.Update(r.t.Context(), db.System(r.p.w.Union), func(ctx context.Context, tx *db.Tx) error {
			_, err := person.Add(ctx, tx, d)
			return err
		})
		if err != nil {
			r.t.Errorf("add %s: %v", d.StaffNo, err)
		}
		r.mu.Lock()
		if r.people == nil {
			r.people = map[string]person.Draft{}
		}
		r.people[d.StaffNo] = d
		r.mu.Unlock()
	}
}

func (r *rotation) draft(n int, unit string) person.Draft {
	today, pay := r.p.h.DB.Today(), money.Yuan(3000)
	id, _, err := ident.ParseID(ident.Invented("1980-01-01", n), today)
	if err != nil {
		r.t.Error(err)
	}
	card, _, err := ident.ParseCard(ident.InventedCard(5000 + n))
	if err != nil {
		r.t.Error(err)
	}
	u := r.p.w.Units[unit]
	return person.Draft{StaffNo: fmt.Sprintf("R%05d", n), Name: fmt.Sprintf("示例%d", n), Sex: id.Sex(), Birth: "1980-01-01", ID: id, Card: card, CardHolder: "示例",
		CardRelation: person.HolderSelf, CardBank: "示例银行", Post: "工人", Employment: person.Regular, EntryOn: "2010-07-01", UnitID: u.ID, UnitPath: u.Path, Pay: &pay}
}

// all opens and finds every number and paper there is.
func (r *rotation) all(when string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for key, text := range r.papers {
		if got, err := r.p.h.Site.Blob.Get(r.t.Context(), key); err != nil || string(got) != text {
			r.t.Errorf("%s: the paper %s reads %q, %v", when, key, got, err)
		}
	}
	must(r.t, r.p.see(func(ctx context.Context, tx *db.Tx) error {
		for no, d := range r.people {
			w, ok, err := person.ByIDNo(ctx, tx, d.ID)
			if err != nil || !ok || w.StaffNo != no {
				r.t.Errorf("%s: %s not found by number: %v %v", when, no, ok, err)
				continue
			}
			text, _, err := person.Openers()["person.id_no"](ctx, tx, w.ID)
			if err != nil || text != d.ID.Open() {
				r.t.Errorf("%s: %s does not open: %v", when, no, err)
			}
			if cards, err := person.ByCard(ctx, tx, d.Card); err != nil || len(cards) != 1 {
				r.t.Errorf("%s: %s not found by card: %d %v", when, no, len(cards), err)
			}
		}
		return nil
	}))
}

// twice wants a number that is there already to be refused, whichever key it came in under.
func (r *rotation) twice() {
	d := r.draft(1, "检修一班")
	d.StaffNo = "R99999"
	if err := r.p.h.DB.Update(r.t.Context(), db.System(r.p.w.Union), func(ctx context.Context, tx *db.Tx) error {
		_, err := person.Add(ctx, tx, d)
		return err
	}); err == nil {
		r.t.Error("one number stands on the roster twice")
	}
}
