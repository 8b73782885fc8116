package app

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"bangfu/internal/base/money"
	"bangfu/internal/domain/fund"
	"bangfu/internal/domain/report"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/face/api"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/org"
	"bangfu/internal/programme/giving"
	"bangfu/internal/programme/investment"
)

// readers says who of the demonstration asks for what, and who may not.
func readers() []struct{ name, login, stranger string } {
	return []struct{ name, login, stranger string }{
		{"giving.campaigns", "jiangqing", "admin"}, {"giving.gifts", "wangmin", "admin"}, {"investment.holdings", "hanshou", "wangmin"},
		{"investment.book", "shenshi", "wangmin"}, {"service.needs", "wangmin", "admin"}, {"service.orders", "hanshou", "admin"},
		{"paygap.report", "hanshou", "wangmin"}, {"paygap.schemes", "jiangqing", "wangmin"}, {"oversight.samples", "yangming", "wangmin"},
		{"oversight.drawn", "yangming", "wangmin"}, {"oversight.findings", "yangming", "admin"}, {"mutual.members", "hanshou", "admin"},
		{"mutual.figures", "jiangqing", "admin"}, {"loan.loans", "jiangqing", "admin"},
	}
}

// reads asks the demonstration for the money's lists as a program would: each has what the demonstration put in, pages without
// loss or repetition, tells nothing that is sealed, and is closed to others.
func reads(t *testing.T, h *House, union string) {
	t.Helper()
	ctx, answers := context.Background(), map[string]string{}
	for _, r := range readers() {
		who, other := actorOf(t, h, union, r.login), actorOf(t, h, union, r.stranger)
		one := readOf(t, r.name)
		whole, err := json.Marshal(served(t, h, one, who, act.Cursor{Limit: 200}))
		if err != nil {
			t.Fatal(err)
		}
		answers[r.name] = string(whole)
		if _, err := one.Serve(ctx, h.Host, other, func(any) error { return nil }); err == nil {
			t.Errorf("%s answers %s", r.name, r.stranger)
		}
		pages(t, h, one, who)
		for _, sealed := range []string{"示例乙", "0000-", "9900000010"} {
			if strings.Contains(string(whole), sealed) {
				t.Errorf("%s tells %q", r.name, sealed)
			}
		}
	}
	for name, want := range map[string]string{"giving.gifts": "棉被", "investment.holdings": "示例农商银行", "oversight.drawn": "Signals", "oversight.findings": "同意书",
		"paygap.report": "Gini", "mutual.figures": "职工互助金", "service.orders": "Price", "mutual.members": "Monthly", "loan.loans": "Instalments"} {
		if !strings.Contains(answers[name], want) {
			t.Errorf("%s has no %s: %.300s", name, want, answers[name])
		}
	}
	equal(t, h, union)
}

// equal holds the sums that programs read to those of the books.
func equal(t *testing.T, h *House, union string) {
	t.Helper()
	who := actorOf(t, h, union, "hanshou")
	calls := served(t, h, readOf(t, "giving.campaigns"), who, act.Cursor{}).(act.Page[api.Campaign]).Items
	book := served(t, h, readOf(t, "investment.book"), who, act.Cursor{}).(api.Invested)
	if err := h.DB.View(context.Background(), db.System(union), func(ctx context.Context, tx *db.Tx) error {
		for _, c := range calls {
			a, err := giving.AccountOf(ctx, tx, c.ID)
			if err != nil || c.Came != a.Came || c.Came < money.Yuan(1) || c.Used+c.Returned+c.Held+c.Free != c.Came {
				t.Errorf("%+v is not %+v, %v", c, a, err)
			}
		}
		if err := placed(ctx, tx, t); err != nil {
			return err
		}
		b, err := investment.BookOf(ctx, tx)
		if err != nil || b.Idle != book.Idle || b.Test.Worst != book.Worst || book.Holds != b.Test.Holds() || !book.On {
			t.Errorf("%+v is not %+v, %v", book, b, err)
		}
		return nil
	}); err != nil || len(calls) == 0 {
		t.Fatal(len(calls), err)
	}
}

// placed wants the statement of each pocket to add up, with what was lent and invested in columns of their own, as the entries have
// it; nothing of it is among the payments, and the public's statement says the same.
func placed(ctx context.Context, tx *db.Tx, t *testing.T) error {
	from, to := tx.Day().AddMonths(-24), tx.Day()
	all, err := fund.FundLines(ctx, tx, fund.Span{From: from, To: to})
	if err != nil {
		return err
	}
	var sum fund.FundLine
	for _, l := range all {
		if l.Opening+l.Given+l.In-l.Out-l.Paid-l.Returned+l.Turned-l.Lent+l.Repaid-l.Invested+l.Redeemed != l.End {
			t.Errorf("%+v does not add up", l)
		}
		sum.Lent, sum.Repaid, sum.Invested, sum.Paid, sum.End = sum.Lent+l.Lent, sum.Repaid+l.Repaid, sum.Invested+l.Invested, sum.Paid+l.Paid, sum.End+l.End
	}
	for kind, want := range map[fund.Kind]money.Amount{fund.KindLend: sum.Lent, fund.KindRepay: sum.Repaid, fund.KindInvest: sum.Invested} {
		got, err := db.Value[money.Amount](ctx, tx, `select cast(coalesce(sum(amount), 0) as bigint) from fund_entry where union_id = $1 and kind = $2`, tx.Union, kind)
		if err != nil || got != want || got == 0 {
			t.Errorf("%s: the statements say %v, the entries %v, %v", kind, want, got, err)
		}
	}
	d, err := report.Disclose(ctx, tx, report.Span{From: from, To: to})
	if s := d.Total; s.Opening+s.Came+s.Turned-s.Returned-s.Paid-s.Placed != s.End || s.Paid != sum.Paid || s.End != sum.End {
		t.Errorf("in public: %+v", s)
	}
	return err
}

// pages reads a list one by one by its cursors: as much as in one go, none twice.
func pages(t *testing.T, h *House, one act.AnyRead, who db.Actor) {
	t.Helper()
	name, _, _ := one.About()
	whole := parsed(t, served(t, h, one, who, act.Cursor{Limit: 200}))
	seen, after := map[string]bool{}, ""
	for range whole.Items {
		p := parsed(t, served(t, h, one, who, act.Cursor{Limit: 1, After: after}))
		for _, i := range p.Items {
			if seen[string(i)] {
				t.Errorf("%s gives %s twice", name, i)
			}
			seen[string(i)] = true
		}
		if after = p.Next; after == "" {
			break
		}
	}
	if len(seen) != len(whole.Items) {
		t.Errorf("%s: %d in pages, %d in one go", name, len(seen), len(whole.Items))
	}
}

// list is an answer with items; one without has none.
type list struct {
	Items []json.RawMessage
	Next  string
}

func parsed(t *testing.T, answer any) (l list) {
	t.Helper()
	text, err := json.Marshal(answer)
	if err == nil {
		err = json.Unmarshal(text, &l)
	}
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func readOf(t *testing.T, name string) act.AnyRead {
	t.Helper()
	for _, r := range api.Reads() {
		if n, _, _ := r.About(); n == name {
			return r
		}
	}
	t.Fatalf("no reading %s", name)
	return nil
}

// served asks; the cursor is given to those that take one.
func served(t *testing.T, h *House, one act.AnyRead, who db.Actor, at act.Cursor) any {
	t.Helper()
	out, err := one.Serve(context.Background(), h.Host, who, func(in any) error {
		text, err := json.Marshal(at)
		if err == nil {
			err = json.Unmarshal(text, in)
		}
		return err
	})
	if err != nil {
		name, _, _ := one.About()
		t.Fatalf("%s: %v", name, err)
	}
	return out
}

// actorOf is one of the demonstration, by login.
func actorOf(t *testing.T, h *House, union, login string) (who db.Actor) {
	t.Helper()
	if err := h.DB.View(context.Background(), db.System(union), func(ctx context.Context, tx *db.Tx) error {
		users, err := org.Users(ctx, tx)
		for _, u := range users {
			if u.Login == login {
				who, err = auth.ActorOf(ctx, tx, u.ID)
			}
		}
		return err
	}); err != nil || who.User == "" {
		t.Fatal(login, err)
	}
	who.Via = "api"
	return who
}
