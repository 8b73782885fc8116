package giving_test

import (
	"bytes"
	"context"
	"testing"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/ident"
	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
	"bangfu/internal/domain/casefile"
	"bangfu/internal/domain/fund"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
	"bangfu/internal/office/task/tasktest"
	"bangfu/internal/programme/giving"
)

func do[In, Out any](h *tasktest.House, who string, a act.Act[In, Out], in In) (Out, error) {
	return a.Run(context.Background(), h.Host, act.Call{Actor: h.Actor(who), Key: db.Token()}, in)
}

func want(t *testing.T, err error, key string) {
	t.Helper()
	if key == "" && err != nil || key != "" && !fault.Is(err, key) {
		t.Fatalf("got %v, want %q", err, key)
	}
}

func opened(t *testing.T, d *db.DB) (*tasktest.House, giving.Campaign) {
	t.Helper()
	h := tasktest.New(t, d)
	h.Add("manager", "manager", tasktest.Union)
	today := d.Today()
	in := giving.CampaignIn{Name: "示例募捐", From: "donation", Purpose: "帮助患病职工", Programmes: []string{"medical"}, Target: money.Yuan(1000), Start: today, Until: today.Add(30)}
	_, err := do(h, "officer", giving.Announce, in)
	want(t, err, "fault.denied")
	c, err := do(h, "manager", giving.Announce, in)
	want(t, err, "")
	return h, c
}

// Gifts are booked once, used only as they were meant, and the public account is the ledger's: came = used + held + free.
func TestMoney(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h, c := opened(t, d)
		today := d.Today()
		in := giving.MoneyIn{Campaign: c.ID, Amount: money.Yuan(300), Slip: "S1", On: today, Showing: giving.Named, Donor: "示例商店"}
		first, err := do(h, "accountant", giving.Receive, in)
		want(t, err, "")
		again := in
		again.Donor = "别人"
		_, err = do(h, "accountant", giving.Receive, again)
		want(t, err, "giving.slip_taken")
		_, err = do(h, "accountant", giving.Receive, giving.MoneyIn{Campaign: c.ID, Amount: 1, Slip: "S9", On: today, Showing: giving.Anonymous, Donor: "名字"})
		want(t, err, "fault.form")
		_, err = do(h, "accountant", giving.Receive, giving.MoneyIn{Campaign: c.ID, Amount: 1, Slip: "S9", On: today.Add(1), Showing: giving.Anonymous})
		want(t, err, "giving.day")
		second, err := do(h, "accountant", giving.Receive, giving.MoneyIn{Campaign: c.ID, Amount: money.Yuan(200), Slip: "S2", On: today, Showing: giving.Anonymous})
		want(t, err, "")
		if second.Donor != nil || second.By(words.Zh) != "爱心人士" || first.By(words.Zh) != "示例商店" {
			t.Errorf("donors: %+v %+v", first, second)
		}
		h.Do("officer", func(ctx context.Context, tx *db.Tx) error {
			hold := fund.Hold{Key: "k0", Pocket: c.Pocket, Ref: "aid0", Item: "living", Amount: money.Yuan(1), Use: fund.Use{Programme: "living"}}
			want(t, fund.Reserve(ctx, tx, hold), "fund.purpose")
			return nil
		})
		h.Do("officer", func(ctx context.Context, tx *db.Tx) error {
			hold := fund.Hold{Key: "k1", Pocket: c.Pocket, Ref: "aid1", Item: "medical", Amount: money.Yuan(400), Use: fund.Use{Programme: "medical"}}
			if err := fund.Reserve(ctx, tx, hold); err != nil {
				return err
			}
			if err := fund.Commit(ctx, tx, "aid1"); err != nil {
				return err
			}
			return fund.Spend(ctx, tx, fund.Move{Ref: "aid1", Key: "p1", Amount: money.Yuan(350)})
		})
		h.Do("officer", func(ctx context.Context, tx *db.Tx) error {
			a, err := giving.AccountOf(ctx, tx, c.ID)
			if err != nil {
				return err
			}
			if a.Came != money.Yuan(500) || a.Used != money.Yuan(350) || a.Held != money.Yuan(50) || a.Free != money.Yuan(100) || a.Came != a.Used+a.Returned+a.Held+a.Free {
				t.Errorf("account: %+v", a)
			}
			one, two := a.Became(first), a.Became(second)
			if len(one) != 1 || one[0].Amount != money.Yuan(300) || len(two) != 1 || two[0].Amount != money.Yuan(50) || len(a.Uses) != 1 || a.Uses[0].Times != 1 {
				t.Errorf("became %+v and %+v, uses %+v", one, two, a.Uses)
			}
			return nil
		})
		papers(t, h, first)
		_, err = do(h, "manager", giving.Finish, giving.ID{ID: c.ID})
		want(t, err, "")
		in.Slip = "S3"
		_, err = do(h, "accountant", giving.Receive, in)
		want(t, err, "giving.closed")
	})
}

// A receipt made twice is the same paper; one for a booking that was turned round is refused.
func papers(t *testing.T, h *tasktest.House, g giving.Gift) {
	t.Helper()
	a, err := do(h, "accountant", giving.ReceiptPaper, giving.ID{ID: g.ID})
	want(t, err, "")
	b, err := do(h, "accountant", giving.ReceiptPaper, giving.ID{ID: g.ID})
	want(t, err, "")
	if !bytes.Equal(a.PDF, b.PDF) || !bytes.HasPrefix(a.PDF, []byte("%PDF")) {
		t.Error("the receipt is another one, or no PDF")
	}
	_, err = do(h, "admin", giving.ReceiptPaper, giving.ID{ID: g.ID})
	want(t, err, "fault.denied")
	_, err = do(h, "officer", giving.LetterPaper, giving.ID{ID: g.ID})
	want(t, err, "")
}

// A gift whose booking is turned round by two persons counts no more, and gets no receipt.
func TestTurned(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h, c := opened(t, d)
		g, err := do(h, "accountant", giving.Receive, giving.MoneyIn{Campaign: c.ID, Amount: money.Yuan(300), Slip: "S1", On: d.Today(), Showing: giving.Anonymous})
		want(t, err, "")
		ask, err := do(h, "accountant", fund.ReverseEntry, fund.ReverseIn{Seq: g.Seq, Reason: "录错了"})
		want(t, err, "")
		h.Do("manager", func(ctx context.Context, tx *db.Tx) error {
			_, err := fund.Answer(ctx, tx, ask.ID, true)
			return err
		})
		h.Do("officer", func(ctx context.Context, tx *db.Tx) error {
			a, err := giving.AccountOf(ctx, tx, c.ID)
			if a.Came != 0 || !a.Turned[g.ID] {
				t.Errorf("still counted: %+v", a)
			}
			return err
		})
		_, err = do(h, "accountant", giving.ReceiptPaper, giving.ID{ID: g.ID})
		want(t, err, "giving.turned")
	})
}

// Goods are handed out piece by piece, never more than came, and their worth adds up to the fen.
func TestGoods(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h, c := opened(t, d)
		today := d.Today()
		var w person.Worker
		h.Do("officer", func(ctx context.Context, tx *db.Tx) error {
			id, _, err := ident.ParseID(ident.Invented("1980-05-17", 12), tx.Day())
			if err != nil {
				return err
			}
			w, err = person.Add(ctx, tx, person.Draft{StaffNo: "T1", Name: "示例甲", UnitID: h.Units["group"], ID: id})
			return err
		})
		g, err := do(h, "officer", giving.TakeGoods, giving.GoodsIn{Campaign: c.ID, Item: "棉被", Pieces: 3, Unit: "床", Worth: money.Yuan(100), On: today, Showing: giving.Unnamed, Donor: "示例厂"})
		want(t, err, "")
		in := giving.HandIn{Gift: g.ID, StaffNo: "T1", Pieces: 1, On: today}
		_, err = do(h, "officer", giving.HandOut, giving.HandIn{Gift: g.ID, StaffNo: "T404", Pieces: 1, On: today})
		want(t, err, "giving.no_worker")
		h.Add("stranger", "officer", "other")
		_, err = do(h, "stranger", giving.HandOut, in)
		want(t, err, "fault.denied")
		sum := money.Amount(0)
		for range 3 {
			o, err := do(h, "branch", giving.HandOut, in)
			want(t, err, "")
			sum += o.Worth
		}
		if sum != money.Yuan(100) {
			t.Errorf("the parts are worth %s", sum)
		}
		h.Do("officer", func(ctx context.Context, tx *db.Tx) error {
			for code, want := range map[string]money.Amount{"141": 0, "408": -money.Yuan(100), "50204": money.Yuan(100)} {
				if got, err := fund.Balance(ctx, tx, fund.Account{Pocket: c.Pocket, Code: code}); err != nil || got != want {
					t.Errorf("the goods stand on %s with %s, %v", code, got, err)
				}
			}
			s, err := fund.StateOf(ctx, tx, c.Pocket)
			if err == nil && (s.Bank != 0 || s.Available != 0) {
				t.Errorf("goods became money: %+v", s)
			}
			return err
		})
		_, err = do(h, "officer", giving.HandOut, in)
		want(t, err, "giving.too_many")
		h.Do("officer", func(ctx context.Context, tx *db.Tx) error {
			all, err := casefile.AidOf(ctx, tx, w.HouseholdID, "", "")
			if len(all) != 3 {
				t.Errorf("counted as help: %+v", all)
			}
			return err
		})
		_, err = do(h, "officer", giving.LetterPaper, giving.ID{ID: g.ID})
		want(t, err, "")
	})
}
