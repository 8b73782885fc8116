package fund

import (
	"context"
	"testing"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
)

// TestStatementsAgree plays every kind of entry and holds the statements against each other and against the balances.
func TestStatementsAgree(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		funded(t, d, "XZ", money.Yuan(1000))
		funded(t, d, "HF", money.Yuan(500))
		for _, line := range [][]string{
			{"move", "XZ", "HF", "100", "m1"}, {"reserve", "A1", "XZ", "300", "r1"}, {"commit", "A1"}, {"spend", "A1", "200", "p1"},
			{"bounce", "A1", "50", "b1"}, {"resend", "A1", "20", "n1"}, {"recover", "A1", "10", "c1"}, {"unpark", "A1", "30", "u1"},
			{"return", "HF", "75", "t1"},
		} {
			write1(t, d, func(ctx context.Context, tx *db.Tx) error { return step(ctx, tx, line, nil) })
		}
		write1(t, d, func(ctx context.Context, tx *db.Tx) error {
			span := Span{tx.Day(), tx.Day()}
			b, err := BooksOf(ctx, tx, span, "")
			if err != nil {
				return err
			}
			r, s := b.Result(), b.BalanceSheet()
			if r.In != money.Yuan(1425) || r.Out != money.Yuan(160) || !s.Even() || s.Owed != 0 || s.Have != money.Yuan(1265) {
				t.Errorf("result %+v, sheet %+v", r, s)
			}
			var debit, credit money.Amount
			for _, turn := range b.Turns {
				debit, credit = debit+turn.Debit, credit+turn.Credit
				if on, err := BalanceOn(ctx, tx, span.To, turn.Account); err != nil || on != turn.Closing {
					t.Errorf("%v closes at %v, the balance is %v, %v", turn.Account, turn.Closing, on, err)
				}
			}
			lines, err := Journal(ctx, tx, JournalQuery{Span: span, Most: 3})
			for after := int64(0); err == nil && len(lines) > 0; lines, err = Journal(ctx, tx, JournalQuery{Span: span, After: after, Most: 3}) {
				for _, l := range lines {
					debit, credit, after = debit-l.Debit, credit-l.Credit, l.Seq
				}
			}
			if err != nil || debit != 0 || credit != 0 {
				t.Errorf("the journal leaves %v and %v, %v", debit, credit, err)
			}
			return fundsAgree(ctx, tx, t, span)
		})
	})
}

func fundsAgree(ctx context.Context, tx *db.Tx, t *testing.T, span Span) error {
	all, err := FundLines(ctx, tx, span)
	for _, l := range all {
		if l.Opening+l.Given+l.In-l.Out-l.Paid-l.Returned+l.Turned != l.End {
			t.Errorf("%+v does not add up", l)
		}
	}
	if len(all) != 2 || all[1].Paid != money.Yuan(160) || all[0].Returned != money.Yuan(75) {
		t.Errorf("lines %+v", all)
	}
	return err
}

// TestDryRunIsWhatHappens tries postings and then makes them: the same accounts, or the same fault; and trying writes nothing.
func TestDryRunIsWhatHappens(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		funded(t, d, "XZ", money.Yuan(100))
		funded(t, d, "HF", money.Yuan(5))
		for _, c := range []struct {
			try  Try
			line []string
		}{
			{Try{What: KindGiven, Pocket: "XZ", Amount: money.Yuan(7)}, []string{"give", "XZ", "7", "k1"}},
			{Try{What: KindMoved, Pocket: "XZ", To: "HF", Amount: money.Yuan(40)}, []string{"move", "XZ", "HF", "40", "k2"}},
			{Try{What: KindMoved, Pocket: "XZ", To: "HF", Amount: money.Yuan(400)}, []string{"move", "XZ", "HF", "400", "k3"}},
			{Try{What: KindMoved, Pocket: "XZ", To: "XZ", Amount: 1}, []string{"move", "XZ", "XZ", "0.01", "k4"}},
			{Try{What: KindReturn, Pocket: "HF", Amount: money.Yuan(45)}, []string{"return", "HF", "45", "k5"}},
			{Try{What: KindReturn, Pocket: "HF", Amount: 1}, []string{"return", "HF", "0.01", "k6"}},
		} {
			var dry Dry
			var tried error
			if err := d.View(t.Context(), clerk(), func(ctx context.Context, tx *db.Tx) error {
				dry, tried = DryRun(ctx, tx, c.try)
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			made := d.Update(t.Context(), clerk(), func(ctx context.Context, tx *db.Tx) error { return step(ctx, tx, c.line, nil) })
			if said(tried) != said(made) {
				t.Errorf("%v: tried %v, made %v", c.line, tried, made)
			}
			write1(t, d, func(ctx context.Context, tx *db.Tx) error {
				for _, l := range dry.Accounts {
					if have, err := Balance(ctx, tx, l.Account); err != nil || have != l.After {
						t.Errorf("%v: %v stands at %v, said %v", c.line, l.Account, have, l.After)
					}
				}
				return nil
			})
		}
		if err := d.View(t.Context(), clerk(), func(ctx context.Context, tx *db.Tx) error {
			_, err := DryRun(ctx, tx, Try{What: KindReverse, Entry: 99})
			return err
		}); !fault.Is(err, "fund.no_entry") {
			t.Error(err)
		}
	})
}
