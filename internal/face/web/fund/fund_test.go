package fund

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	ledger "bangfu/internal/domain/fund"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/auth"
)

// desk is a site on a database of its own, asked by somebody who holds some roles in the whole union.
type desk struct {
	t    *testing.T
	site *site.Site
	who  db.Actor
}

func newDesk(t *testing.T, roles ...string) *desk {
	d := &desk{t: t, who: db.Actor{Union: "u1", User: "ann", Person: "p-ann"}, site: &site.Site{Log: slog.New(slog.DiscardHandler), Host: &act.Host{
		DB: dbtest.Open(t), Allow: auth.Allow, Record: func(context.Context, *db.Tx, act.Entry) error { return nil },
	}}}
	for _, r := range roles {
		d.who.Posts = append(d.who.Posts, db.Post{Role: r, Unit: "n1", Path: "/n1/"})
	}
	return d
}

// ask sends one request to a route and gives the answer's status and text.
func (d *desk) ask(method, path string, in url.Values, parts ...string) (int, string, error) {
	d.t.Helper()
	pattern, _, _ := strings.Cut(path, "?")
	for _, r := range Routes() {
		if r.Pattern != method+" "+pattern {
			continue
		}
		body := strings.NewReader(in.Encode())
		for i := 0; i+1 < len(parts); i += 2 {
			path = strings.ReplaceAll(path, "{"+parts[i]+"}", parts[i+1])
		}
		w, req := httptest.NewRecorder(), httptest.NewRequest(method, path, body)
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		for i := 0; i+1 < len(parts); i += 2 {
			req.SetPathValue(parts[i], parts[i+1])
		}
		err := r.Do(&site.Req{W: w, R: req, Site: d.site, Who: d.who, Route: r})
		return w.Code, w.Body.String(), err
	}
	d.t.Fatalf("no route %s %s", method, pattern)
	return 0, "", nil
}

func (d *desk) want(path, text string, parts ...string) {
	d.t.Helper()
	code, body, err := d.ask("GET", path, nil, parts...)
	if err != nil || code != http.StatusOK || !strings.Contains(body, text) {
		d.t.Errorf("GET %s = %d, %v; wanted %q in it", path, code, err, text)
	}
}

func TestPagesEmpty(t *testing.T) {
	d := newDesk(t, "manager", "accountant")
	for _, path := range []string{home, requests, home + "/budgets", home + "/ask", home + "/budget", home + "/order", home + "/entries", home + "/trial", home + "/new", home + "/receive", home + "/transfer",
		home + "/books", home + "/books?what=balance", home + "/books?what=turn", home + "/books?what=funds", home + "/charts", home + "/dry", home + "/journal",
		home + "/return", "/print/fund/books", home + "/close", home + "/reopen", home + "/mapping", home + "/chart"} {
		d.want(path, "<h1")
	}
	for path, part := range map[string]string{home + "/pockets/{code}": "code", home + "/entries/{seq}": "seq", "/print/fund/entries/{seq}": "seq", requests + "/{id}": "id", "/print/fund/requests/{id}": "id"} {
		if _, _, err := d.ask("GET", path, nil, part, "X9"); fault.Of(err) == nil || fault.Of(err).Kind != fault.Missing {
			t.Errorf("GET %s of nothing: %v", path, err)
		}
	}
}

func TestJourney(t *testing.T) {
	d := newDesk(t, "manager", "accountant")
	post := func(path string, in url.Values, code int) string {
		t.Helper()
		got, body, err := d.ask("POST", path, in)
		if err != nil || got != code {
			t.Fatalf("POST %s = %d, %v", path, got, err)
		}
		return body
	}
	pocket := url.Values{"code": {"XZ"}, "name": {"行政帮扶款"}, "source": {"company"}, "level": {"own"}, "manager": {"ann"}, "purposes": {"living"}}
	post(home+"/new", pocket, http.StatusSeeOther)
	slip := url.Values{"pocket": {"XZ"}, "amount": {"1,000"}, "slip": {"88"}, "day": {"2026-11-20"}, "payer": {"公司"}}
	post(home+"/receive", slip, http.StatusSeeOther)
	slip.Set("amount", "1,001")
	if body := post(home+"/receive", slip, http.StatusUnprocessableEntity); !strings.Contains(body, "已经登记过") {
		t.Error("the same slip with another amount says nothing of it")
	}
	d.pay()
	d.want(home, "行政帮扶款")
	d.want(home, "历史样例")
	d.want(home+"/pockets/{code}", "生活救助", "code", "XZ")
	d.want(home+"/pockets/{code}", "¥970.00", "code", "XZ")
	d.want(home+"/entries?pocket=XZ&month=2026-11", "记-2026-11-0002")
	d.want(home+"/entries/{seq}", "50204 困难职工帮扶费", "seq", "4")
	d.want("/print/fund/entries/{seq}", "人民币叁拾元", "seq", "4")
	d.want(home+"/trial?to=2026-11-20", "¥1,000.00")

	d.want(home+"/books", "收支差额 ¥970.00")
	d.want(home+"/books?what=balance", "资产 ¥970.00")
	d.want(home+"/books?what=turn&pocket=XZ", "¥1,000.00")
	d.want(home+"/books?what=funds", "¥30.00")
	d.want("/print/fund/books?what=balance", "银行存款")
	d.want(home+"/dry?what=return&pocket=XZ&amount=70", "¥900.00")
	d.want(home+"/dry?what=return&pocket=XZ&amount=7000", "不够")
	d.want(home+"/charts", "50204")
	for format, text := range map[string]string{"json": `"借方金额":"30.00"`, "csv": "30.00,0.00", "xlsx": "PK"} {
		if code, body, err := d.ask("POST", home+"/journal", url.Values{"purpose": {"导入财务系统"}, "format": {format}, "from": {"2026-01-01"}, "to": {"2026-12-31"}}); err != nil || code != http.StatusOK || !strings.Contains(body, text) {
			t.Errorf("journal as %s: %d, %v, %.300s", format, code, err, body)
		}
	}

	post(home+"/reverse", url.Values{"seq": {"4"}, "reason": {"重复"}}, http.StatusSeeOther)
	d.want(home, "等待复核")
	if _, _, err := d.ask("POST", home+"/receive", slip); err != nil {
		t.Error(err)
	}
}

// pay reserves, commits and spends 30 yuan, as the decision and the payment do.
func (d *desk) pay() {
	d.t.Helper()
	err := d.site.Host.DB.Update(d.t.Context(), d.who, func(ctx context.Context, tx *db.Tx) error {
		return errors.Join(
			ledger.Reserve(ctx, tx, ledger.Hold{Key: "r", Pocket: "XZ", Ref: "A1", Amount: money.Yuan(30), Use: ledger.Use{Purpose: "living", FileLevel: ledger.Own}}),
			ledger.Commit(ctx, tx, "A1"), ledger.Spend(ctx, tx, ledger.Move{Ref: "A1", Key: "p", Amount: money.Yuan(30)}))
	})
	if err != nil {
		d.t.Fatal(err)
	}
}

func TestStrangersSeeNothing(t *testing.T) {
	for _, role := range []string{"admin", "group_leader", "committee"} {
		d := newDesk(t, role)
		for _, r := range Routes() {
			method, path, _ := strings.Cut(r.Pattern, " ")
			_, _, err := d.ask(method, path, nil, "code", "XZ", "seq", "1", "id", "1")
			if err == nil || method == "GET" && fault.Of(err).Kind != fault.Denied {
				t.Errorf("%s got through %s: %v", role, r.Pattern, err)
			}
		}
	}
}
