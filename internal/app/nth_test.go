package app

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"bangfu/internal/app/world"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/fund"
	"bangfu/internal/domain/payment"
	"bangfu/internal/domain/plan"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
	"bangfu/internal/engine/form"
	"bangfu/internal/office/audit"
)

// every is the step from one n to the next: all of them in the nightly run, some in the gate, or as BANGFU_NTH says.
func every(gate int) int {
	if n, err := strconv.Atoi(os.Getenv("BANGFU_NTH")); err == nil && n > 0 {
		return n
	}
	if os.Getenv("BANGFU_TIER") == "nightly" {
		return 1
	}
	return gate
}

// founded is a union ready for the journey, its house closed: in the folder data, and in the database dsn if not "".
type founded struct {
	data, dsn string
	w         *world.World
}

func found(t *testing.T, dsn string) founded {
	t.Helper()
	f := founded{data: t.TempDir(), dsn: dsn}
	ctx := t.Context()
	h, err := Open(ctx, Config{Data: f.data, DSN: dsn})
	if err != nil {
		t.Fatal(err)
	}
	if f.w, err = world.Found(ctx, h.Host, world.Shape{Name: "测试工会", Short: "测试", Region: "990101", Branches: 1, Groups: 1, State: "live"}, Ship); err != nil {
		t.Fatal(err)
	}
	if err := f.w.Endow(ctx, fund.NewPocket{Code: "XZ", Name: "行政补助", Source: "company"}, money.Yuan(100_000)); err != nil {
		t.Fatal(err)
	}
	if _, err := f.w.Hire(ctx, "检修一班", money.Yuan(2000), "李长江", "王大山"); err != nil {
		t.Fatal(err)
	}
	if err := f.w.Lead(ctx, "李长江", "检修一班"); err != nil {
		t.Fatal(err)
	}
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	return f
}

// trip is one journey through faults.
type trip struct {
	t      *testing.T
	cfg    Config
	h      *House
	w      *world.World
	failed func() bool // whether the fault has come
	mend   func()      // what a person does about it before the house is opened again
	reopen bool        // the house is opened again after a fault; else it must go on by itself
	asked  int
}

// begin opens a copy of the founded house.
func (f founded) begin(t *testing.T, dsn string) *trip {
	t.Helper()
	p := &trip{t: t, cfg: Config{Data: t.TempDir(), DSN: dsn}, mend: func() {}, failed: func() bool { return false }}
	if err := os.CopyFS(filepath.Join(p.cfg.Data, "house"), os.DirFS(f.data)); err != nil {
		t.Fatal(err)
	}
	p.cfg.Data = filepath.Join(p.cfg.Data, "house")
	w := *f.w
	p.w = &w
	p.w.Ask = p.ask
	p.open()
	return p
}

func (p *trip) open() {
	h, err := Open(context.Background(), p.cfg)
	if err != nil {
		p.t.Fatal(err)
	}
	p.h, p.w.Host = h, h.Host
}

// ask asks until there is an answer. After a fault every act is whole or absent, and the books and the chain are sound.
func (p *trip) ask(run func() error) error {
	p.asked++
	err := run()
	for try := 0; err != nil && fault.Of(err).Kind == fault.Internal && try < 3; try++ {
		if !p.failed() {
			p.t.Fatalf("an error and no fault: %v", err)
		}
		if p.reopen {
			_ = p.h.Close() // on a dead disk it cannot end well
			p.mend()
			p.open()
		}
		p.whole()
		err = run()
	}
	return err
}

// whole wants every act done or not there at all.
func (p *trip) whole() {
	p.t.Helper()
	err := p.h.DB.View(context.Background(), db.System(p.w.Union), func(ctx context.Context, tx *db.Tx) error {
		half, err := db.Value[int64](ctx, tx, `select count(*) from act_key where answer = '' and act <> 'payment.send'`)
		if err != nil {
			return err
		}
		keys, err := db.Value[int64](ctx, tx, `select count(*) from act_key`)
		if err != nil {
			return err
		}
		done, err := db.Value[int64](ctx, tx, `select count(*) from audit_entry where outcome = 'done'`)
		if err != nil {
			return err
		}
		if half != 0 || keys != done {
			p.t.Errorf("%d acts have a key, %d of them no answer, %d an entry in the audit", keys, half, done)
		}
		_, err = fund.Verify(ctx, tx)
		return err
	})
	if err != nil {
		p.t.Fatal(err)
	}
}

// journey is the ten steps of a case in need: from the application to the receipt.
func (p *trip) journey(ctx context.Context) error {
	l, err := p.w.Apply(ctx, world.Case{Worker: "王大山", Programme: "disaster", Cause: "calamity", Story: "发大水，家具电器都泡坏了。", Emergency: true,
		Say: map[string]string{"natural_disaster": "1", "event_day": "20260822", "loss": "42000"}, Found: map[string]string{"major_loss": "1"}})
	if err != nil {
		return err
	}
	for _, step := range []func() error{
		func() error { return p.w.First(ctx, l, "李长江") },
		func() error { return p.w.Verify(ctx, l, "王敏") },
		func() error { return p.w.Assess(ctx, l, "郑和") },
		func() error {
			return p.w.Propose(ctx, l, plan.ProposeIn{Item: "disaster", Times: 1, Pocket: "XZ", Amount: money.Yuan(3000)})
		},
		func() error { return p.w.Decide(ctx, l, "周正", true, "") },
		func() error { return p.w.Sign(ctx, l, "吴平") },
		func() error { return p.pay(ctx, l) },
		func() error { return p.reverse(ctx) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// pay goes from the check to the worker's receipt.
func (p *trip) pay(ctx context.Context, l *world.Live) error {
	if _, err := world.Do(ctx, p.w, "王敏", payment.CheckAct, act.None{}); err != nil {
		return err
	}
	var due []payment.Instalment
	err := p.ask(func() error {
		return p.h.DB.View(ctx, db.System(p.w.Union), func(ctx context.Context, tx *db.Tx) (err error) {
			due, err = payment.OfAward(ctx, tx, l.Award)
			return err
		})
	})
	if err != nil || len(due) != 1 {
		return fmt.Errorf("%d instalments: %w", len(due), err)
	}
	b, err := world.Do(ctx, p.w, "蒋清", payment.MakeAct, payment.MakeIn{Pocket: "XZ", Profile: "plain", IDs: []string{due[0].ID}})
	if err != nil {
		return err
	}
	if _, err := world.Do(ctx, p.w, "沈实", payment.CountersignAct, payment.BatchID{ID: b.ID}); err != nil {
		return err
	}
	if _, err := world.Do(ctx, p.w, "沈实", payment.SendAct, payment.BatchID{ID: b.ID}); err != nil && !fault.Is(err, "act.done_already") {
		return err
	}
	answer := form.NewFile("answer.csv", []byte("流水号,金额,结果\n"+b.Number+"-0001,3000.00,成功\n"))
	if _, err := world.Do(ctx, p.w, "沈实", payment.LandAct, payment.LandIn{ID: b.ID, File: answer}); err != nil {
		return err
	}
	_, err = world.Do(ctx, p.w, "王大山", payment.ConfirmAct, payment.ConfirmIn{ID: due[0].ID, Come: payment.Yes, Name: "王大山"})
	return err
}

// reverse books a slip and takes it back by a second person.
func (p *trip) reverse(ctx context.Context) error {
	in := fund.ReceiveIn{Pocket: "XZ", Amount: 12_345, Slip: "HD-1", Day: p.h.DB.Today(), Payer: "公司"}
	e, err := world.Do(ctx, p.w, "蒋清", fund.Receive, in)
	if err != nil {
		return err
	}
	ask, err := world.Do(ctx, p.w, "蒋清", fund.ReverseEntry, fund.ReverseIn{Seq: e.Seq, Reason: "登记错了资金"})
	if err != nil {
		return err
	}
	_, err = world.Do(ctx, p.w, "韩守", fund.AnswerAsk, fund.AnswerIn{ID: ask.ID, Say: "yes"})
	return err
}

// left counts the rows of every table after the journey, once the books and the chain are found sound.
func (p *trip) left() map[string]int64 {
	p.t.Helper()
	ctx, out := context.Background(), map[string]int64{}
	if err := audit.LinkAll(ctx, p.h.DB, p.w.Union); err != nil {
		p.t.Fatal(err)
	}
	p.whole()
	err := p.h.DB.View(ctx, db.System(p.w.Union), func(ctx context.Context, tx *db.Tx) error {
		trial, err := fund.TrialOn(ctx, tx, tx.Day(), "")
		if err != nil || trial.Debit != trial.Credit || trial.Debit == 0 {
			p.t.Errorf("trial balance: %v and %v, %v", trial.Debit, trial.Credit, err)
		}
		r, err := audit.Verify(ctx, tx, nil)
		if err != nil || len(r.Findings) > 0 || r.Waiting > 0 || r.Links == 0 {
			p.t.Errorf("audit: %d waiting, findings %v, %v", r.Waiting, r.Findings, err)
		}
		list := `select name from sqlite_master where type = 'table' and name not like 'sqlite_%'`
		if tx.Postgres() {
			list = `select table_name from information_schema.tables where table_schema = 'public'`
		}
		names, err := db.All[string](ctx, tx, list)
		for _, n := range names {
			if err == nil {
				out[n], err = db.Value[int64](ctx, tx, "select count(*) from "+n)
			}
		}
		if err != nil {
			return err
		}
		// An error can come back for a commit that is on disk (the checkpoint after it failed). The bank file's answer is
		// secret and not given twice, so that asking again is refused, and the refusal is on record: once, and no harm.
		told, err := db.Value[int64](ctx, tx, `select count(*) from audit_entry where outcome <> 'done' and act = 'payment.send' and fault = 'act.done_already'`)
		out["audit_entry"] -= told
		out["audit_link"] -= told
		return err
	})
	if err != nil {
		p.t.Fatal(err)
	}
	if err := p.h.Close(); err != nil {
		p.t.Error(err)
	}
	return out
}

// same wants the house to hold what it holds after a journey without faults.
func (p *trip) same(want map[string]int64) {
	p.t.Helper()
	got := p.left()
	for name, n := range want {
		if got[name] != n {
			p.t.Errorf("%s has %d rows, without the fault %d", name, got[name], n)
		}
	}
	if !maps.Equal(got, want) && !p.t.Failed() {
		p.t.Errorf("tables differ: %v and %v", got, want)
	}
}

// SQLite on a disk whose n-th write, cut or sync fails, in each way, for every n of the journey (every k-th in the gate): each
// act is whole or absent, the same asking with the same key ends in the same house, the books and the chain are sound.
func TestNthDiskFault(t *testing.T) {
	disk := dbtest.BadDisk()
	f := found(t, "")
	var want map[string]int64
	t.Run("none", func(t *testing.T) {
		p := f.begin(t, "")
		if err := p.journey(t.Context()); err != nil {
			t.Fatal(err)
		}
		want = p.left()
	})
	for name, how := range map[string]struct {
		dbtest.Failing
		reopen bool
	}{
		"once": {dbtest.Once, false}, "once, opened again": {dbtest.Once, true}, "full": {dbtest.Full, false},
		"dead": {dbtest.Dead, true}, "torn": {dbtest.Torn, true},
	} {
		t.Run(name, func(t *testing.T) {
			step, last := every(397), false
			for n := 1 + int(how.Failing)*17; !last && !t.Failed(); n += step {
				t.Run(fmt.Sprint(n), func(t *testing.T) {
					p := f.begin(t, "")
					p.failed, p.mend, p.reopen = disk.Failed, disk.Mend, how.reopen
					disk.Fail(n, how.Failing)
					defer disk.Mend()
					if err := p.journey(t.Context()); err != nil {
						t.Fatal(err)
					}
					last = !disk.Failed()
					if disk.Mend(); p.reopen && !last {
						_ = p.h.Close()
						p.open()
					}
					p.same(want)
				})
			}
			t.Logf("%s: to the end by steps of %d", name, step)
		})
	}
}

// PostgreSQL over a line that is cut at the n-th statement or commit, before it goes out or after the server did it: with the
// same key each act is done once, whatever became of the first try.
func TestNthCut(t *testing.T) {
	f := found(t, dbtest.PostgresDSN(t))
	var want map[string]int64
	t.Run("none", func(t *testing.T) {
		p := f.begin(t, dbtest.PostgresCopy(t, f.dsn))
		if err := p.journey(t.Context()); err != nil {
			t.Fatal(err)
		}
		want = p.left()
	})
	for name, after := range map[string]bool{"before": false, "after": true} {
		t.Run(name, func(t *testing.T) {
			step, last := every(487), false
			for n := 1; !last && !t.Failed(); n += step {
				t.Run(fmt.Sprint(n), func(t *testing.T) {
					wire, dsn := dbtest.NewWire(t, dbtest.PostgresCopy(t, f.dsn))
					p := f.begin(t, dsn)
					p.failed = wire.Was
					wire.Cut(n, after)
					if err := p.journey(t.Context()); err != nil {
						t.Fatal(err)
					}
					last = !wire.Was()
					wire.Cut(0, false)
					p.same(want)
				})
			}
			t.Logf("%s: to the end by steps of %d", name, step)
		})
	}
}
