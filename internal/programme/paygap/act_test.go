package paygap_test

import (
	"context"
	"fmt"
	"testing"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/ident"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/discovery"
	"bangfu/internal/domain/fund"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task/tasktest"
	"bangfu/internal/programme/paygap"
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

// A scheme is the union's draft and the company's to adopt; a month is booked once, and only with what the scheme comes to.
func TestScheme(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := tasktest.New(t, d)
		h.Add("manager", org.RoleManager, tasktest.Union)
		h.Do("system", func(ctx context.Context, tx *db.Tx) error {
			var all []discovery.Record
			for i := range 12 {
				id, _, err := ident.ParseID(ident.Invented("1980-05-17", 20+i), tx.Day())
				if err != nil {
					return err
				}
				w, err := person.Add(ctx, tx, person.Draft{StaffNo: fmt.Sprintf("T%d", i), Name: "示例甲", UnitID: h.Units["group"], ID: id})
				if err != nil {
					return err
				}
				all = append(all, discovery.Record{PersonID: w.ID, Kind: discovery.Pay, OnDay: "2026-10-01", Amount: money.Yuan(int64(1000 * (i + 1)))})
			}
			return discovery.Take(ctx, tx, all)
		})
		h.Do("manager", func(ctx context.Context, tx *db.Tx) error {
			r, err := paygap.ReportOf(ctx, tx, "2026-10-01")
			if err == nil && (r.All.N != 12 || len(r.Groups) != 1 || r.Groups[0].Hidden) {
				t.Errorf("report: %+v", r)
			}
			return err
		})
		bands := paygap.Rates{From1: money.Yuan(10_000), Rate1: 10}
		_, err := do(h, "officer", paygap.Propose, paygap.ProposeIn{Name: "方案", Rates: bands})
		want(t, err, "fault.denied")
		s, err := do(h, "manager", paygap.Propose, paygap.ProposeIn{Name: "方案", Rates: bands})
		want(t, err, "")
		book := paygap.BookIn{ID: s.ID, Month: "2026-10", Sum: money.Yuan(300), Slip: "S1"}
		_, err = do(h, "accountant", paygap.Book, book)
		want(t, err, "paygap.state")
		s, err = do(h, "company", paygap.Answer, paygap.AnswerIn{ID: s.ID, Yes: true})
		want(t, err, "")
		wrong := book
		wrong.Sum--
		_, err = do(h, "accountant", paygap.Book, wrong)
		want(t, err, "paygap.sum")
		got, err := do(h, "accountant", paygap.Book, book) // 10% of 1,000 and of 2,000
		want(t, err, "")
		book.Slip = "S2"
		_, err = do(h, "accountant", paygap.Book, book)
		want(t, err, "paygap.booked")
		h.Do("manager", func(ctx context.Context, tx *db.Tx) error {
			st, err := fund.StateOf(ctx, tx, s.Pocket)
			if err == nil && (st.Available != money.Yuan(300) || got.People != 2) {
				t.Errorf("the fund has %s of %d", st.Available, got.People)
			}
			return err
		})
		next, err := do(h, "manager", paygap.Propose, paygap.ProposeIn{Name: "新方案", Rates: bands})
		want(t, err, "")
		_, err = do(h, "company", paygap.Answer, paygap.AnswerIn{ID: next.ID, Yes: true})
		want(t, err, "")
		book.Month = "2026-11"
		_, err = do(h, "accountant", paygap.Book, book)
		want(t, err, "paygap.state") // another has taken its place
		book.ID = next.ID
		_, err = do(h, "accountant", paygap.Book, book)
		want(t, err, "paygap.no_wages")
	})
}
