package act_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"bangfu/internal/base/fault"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
)

type say struct{ Text string }

// Check refuses silence.
func (s say) Check() error {
	if s.Text == "" {
		return fault.New(fault.Invalid, "form.need").At("text")
	}
	return nil
}

// house is a host that counts what was recorded.
func house(d *db.DB, allow error) (*act.Host, *[]act.Entry) {
	var mu sync.Mutex
	all := &[]act.Entry{}
	return &act.Host{DB: d, Allow: func(context.Context, *db.Tx, string) error { return allow },
		Record: func(_ context.Context, _ *db.Tx, e act.Entry) error {
			mu.Lock()
			defer mu.Unlock()
			*all = append(*all, e)
			return nil
		}}, all
}

func number(done *atomic.Int64) act.Act[say, string] {
	return act.Act[say, string]{Name: "test.number", Right: "test", Do: func(ctx context.Context, tx *db.Tx, in say) (string, error) {
		n, err := tx.Number(ctx, "T")
		done.Add(1)
		if in.Text == "refuse" {
			return "", fault.New(fault.Refused, "test.no")
		}
		return n, err
	}}
}

var who = db.Actor{Union: "u1", User: "a", Via: "web"}

// The same asking twice, at once or later, does the act once and gives the same answer; another body under the key is refused.
func TestOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		var done atomic.Int64
		h, entries := house(d, nil)
		a := number(&done)
		got := make([]string, 8)
		var wg sync.WaitGroup
		for i := range got {
			wg.Go(func() {
				var err error
				if got[i], err = a.Run(ctx, h, act.Call{Actor: who, Key: "k1"}, say{"x"}); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		for _, g := range got {
			if g != got[0] || g == "" {
				t.Errorf("answers differ: %q", got)
			}
		}
		if len(*entries) != 1 {
			t.Errorf("%d entries for one act", len(*entries))
		}
		if _, err := a.Run(ctx, h, act.Call{Actor: who, Key: "k1"}, say{"y"}); !fault.Is(err, "act.key_reused") {
			t.Errorf("another body under the key: %v", err)
		}
		if other, err := a.Run(ctx, h, act.Call{Actor: db.Actor{Union: "u1", User: "b"}, Key: "k1"}, say{"y"}); err != nil || other == got[0] {
			t.Errorf("another actor's key is another key: %q, %v", other, err)
		}
	})
}

// A refusal keeps nothing but its own entry, and its key may be used again once the reason is gone.
func TestRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		var done atomic.Int64
		h, entries := house(d, nil)
		a := number(&done)
		if _, err := a.Run(ctx, h, act.Call{Actor: who, Key: "k"}, say{"refuse"}); !fault.Is(err, "test.no") {
			t.Fatalf("want the rule's no, got %v", err)
		}
		if len(*entries) != 1 || (*entries)[0].Outcome != "refused" || (*entries)[0].Fault != "test.no" {
			t.Errorf("the refusal's entry is %+v", *entries)
		}
		n, err := a.Run(ctx, h, act.Call{Actor: who, Key: "k"}, say{"x"})
		if err != nil || n[len(n)-6:] != "000001" {
			t.Errorf("the number of the refused act was not given back: %s, %v", n, err)
		}
		if _, err := a.Run(ctx, h, act.Call{Actor: who}, say{}); !fault.Is(err, "form.need") {
			t.Errorf("an empty input: %v", err)
		}
	})
}

// Without the right nothing is looked at, and the try is written down.
func TestDenied(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var done atomic.Int64
		h, entries := house(d, fault.New(fault.Denied, "fault.denied"))
		_, err := number(&done).Run(context.Background(), h, act.Call{Actor: who}, say{"x"})
		if fault.Of(err).Kind != fault.Denied || done.Load() != 0 || len(*entries) != 1 {
			t.Errorf("denied: %v, done %d, entries %+v", err, done.Load(), *entries)
		}
		if errors.Is(err, context.Canceled) {
			t.Error("a denial is no cancelled act")
		}
	})
}
