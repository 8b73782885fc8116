package fund

import (
	"context"
	"fmt"
	"testing"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
	"pgregory.net/rapid"
)

// TestConservation walks random sequences of posts: whatever is asked, and whatever of it is refused, the books agree.
func TestConservation(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			d := dbtest.Open(t)
			if engine == "postgres" {
				d = dbtest.Postgres(t, dbtest.NewClock())
			}
			n := 0
			rapid.Check(t, func(r *rapid.T) {
				n++
				walk(t, r, d, fmt.Sprintf("u%d", n))
			})
		})
	}
}

func walk(t *testing.T, r *rapid.T, d *db.DB, union string) {
	who := db.Actor{Union: union, User: "ann", Person: "p-ann"}
	run := func(f func(context.Context, *db.Tx) error) error { return d.Update(t.Context(), who, f) }
	for _, p := range []NewPocket{
		{Code: "A", Name: "A", Source: Company, Manager: "m"},
		{Code: "B", Name: "B", Source: Upper, Level: National, Purposes: []string{"living"}, Manager: "m"},
	} {
		if err := run(func(ctx context.Context, tx *db.Tx) error {
			_, err := Open(ctx, tx, p)
			return err
		}); err != nil {
			r.Fatal(err)
		}
	}
	given, booked := money.Amount(0), map[string]bool{} // a repeated key books nothing
	for i := range rapid.IntRange(1, 12).Draw(r, "steps") {
		w := draw(r, i)
		err := run(func(ctx context.Context, tx *db.Tx) error { return step(ctx, tx, w, nil) })
		if f := fault.Of(err); f != nil && f.Kind == fault.Internal {
			r.Fatalf("%v: %v", w, err)
		}
		if err == nil && w[0] == "give" && !booked[w[3]] {
			booked[w[3]] = true
			a, _ := money.Parse(w[2]) // drawn as an amount
			given += a
		}
		agree(t, r, d, who, given)
	}
}

// draw makes a line of the script language.
func draw(r *rapid.T, i int) []string {
	amount := money.Amount(rapid.Int64Range(1, 500).Draw(r, "fen")).Plain()
	key := fmt.Sprintf("k%d", rapid.IntRange(max(i-1, 0), i).Draw(r, "key"))
	pocket := rapid.SampledFrom([]string{"A", "B"}).Draw(r, "pocket")
	ref := rapid.SampledFrom([]string{"R1", "R2"}).Draw(r, "ref")
	switch verb := rapid.SampledFrom([]string{
		"give", "reserve", "commit", "spend", "give", "reserve", "commit", "spend", "release", "trim", "recover", "bounce",
		"resend", "unpark", "move",
	}).Draw(r, "verb"); verb {
	case "give":
		return []string{verb, pocket, amount, key}
	case "reserve":
		return []string{verb, ref, pocket, amount, key}
	case "commit", "release":
		return []string{verb, ref}
	case "move":
		return []string{verb, "A", "B", amount, key}
	default:
		return []string{verb, ref, amount, key}
	}
}

func agree(t *testing.T, r *rapid.T, d *db.DB, who db.Actor, given money.Amount) {
	err := d.View(t.Context(), who, func(ctx context.Context, tx *db.Tx) error {
		if _, err := Verify(ctx, tx); err != nil {
			return err
		}
		all, err := States(ctx, tx)
		grown := money.Amount(0)
		for _, s := range all {
			grown += s.Grown
			switch {
			case s.Bank < 0 || s.Available < 0 || s.Parked < 0:
				r.Fatalf("below zero: %+v", s)
			case s.Bank != s.Available+s.Reserved+s.Committed+s.Parked:
				r.Fatalf("bank and budget part: %+v", s)
			case s.Grown != s.Available+s.Used():
				r.Fatalf("budget lost: %+v", s)
			case s.Pocket.Code == "B" && s.Used() != 0:
				r.Fatalf("restricted money was used: %+v", s)
			}
			trial, err := TrialOn(ctx, tx, tx.Day(), s.Pocket.Code)
			if err != nil || trial.Debit != trial.Credit {
				r.Fatalf("trial balance of %s: %v, %v, %v", s.Pocket.Code, trial.Debit, trial.Credit, err)
			}
		}
		if grown != given {
			r.Fatalf("given %v, in the books %v", given, grown)
		}
		return err
	})
	if err != nil {
		r.Fatal(err)
	}
}
