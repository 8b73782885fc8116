package pay

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"io/fs"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"bangfu/internal/app/world"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/fund"
	"bangfu/internal/domain/payment"
	"bangfu/internal/domain/plan"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/audit"
	"bangfu/internal/office/auth"
	"bangfu/internal/programme"
	"bangfu/standards"
)

// desk is a site over a union whose worker 甲一 has a signed award of three quarters.
type desk struct {
	t     *testing.T
	w     *world.World
	site  *site.Site
	clock *dbtest.Clock
	live  *world.Live
	lang  string

	mux    http.Handler
	tokens map[string]string
}

func newDesk(t *testing.T) *desk {
	d := &desk{t: t, clock: dbtest.NewClock(), tokens: map[string]string{}}
	host := &act.Host{DB: dbtest.OpenClock(t, d.clock), Allow: auth.Allow, Record: audit.Record}
	d.site = &site.Site{Host: host, Log: slog.New(slog.DiscardHandler)}
	d.mux = d.site.Mux(Routes())
	var err error
	d.w, err = world.Found(t.Context(), host, world.Shape{Name: "示例机电工会", Short: "示例", Region: "990101", Branches: 1, Groups: 1, State: "live"},
		func(ctx context.Context, b *db.DB, union string) error { return b.Update(ctx, db.System(union), ship) })
	d.ok(err)
	d.ok(d.w.Endow(t.Context(), fund.NewPocket{Code: "XZ", Name: "行政补助", Source: fund.Company}, money.Yuan(9000)))
	_, err = d.w.Hire(t.Context(), "检修一班", money.Yuan(1900), "甲组长", "甲一")
	d.ok(err)
	d.ok(d.w.Lead(t.Context(), "甲组长", "检修一班"))
	d.sign()
	return d
}

func ship(ctx context.Context, tx *db.Tx) error {
	text, err := fs.ReadFile(standards.Files, "living.yaml")
	if err == nil {
		_, err = standard.AddLine(ctx, tx, standard.LineIn{Region: "990101", Kind: standard.DibaoLine, FromDay: "2026-01-01", Amount: money.Yuan(800), Source: "测试数据"})
	}
	if err == nil {
		err = standard.Install(ctx, tx, string(text), tx.Day())
	}
	return errors.Join(err, programme.Ship(ctx, tx))
}

func (d *desk) ok(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

// sign takes the case all the way to the final signature.
func (d *desk) sign() {
	d.t.Helper()
	ctx := d.t.Context()
	l, err := d.w.Apply(ctx, world.Case{Worker: "甲一", Programme: "living", Cause: "low_income", Story: "收入不够用。", Pay: "1900",
		Family: []world.Kin{{Relation: "spouse", Name: "甲一爱人"}, {Relation: "child", Name: "甲一之子", Schooling: "primary"}},
		Say:    map[string]string{"dibao": "0", "homes": "1", "vehicles": "0"}})
	d.ok(err)
	d.ok(d.w.First(ctx, l, "甲组长"))
	d.ok(d.w.Verify(ctx, l, "wangmin"))
	d.ok(d.w.Assess(ctx, l, "zhenghe"))
	d.ok(d.w.Propose(ctx, l, plan.ProposeIn{Item: "living", Amount: money.Yuan(400), Times: 3, Pocket: "XZ"}))
	d.ok(d.w.Decide(ctx, l, "zhouzheng", true, ""))
	s, err := d.w.Publish(ctx, l)
	d.ok(err)
	d.clock.Set(s.EndsOn.Add(1).Time().Add(time.Hour))
	d.ok(d.w.Settle(ctx))
	d.ok(d.w.Sign(ctx, l, "wuping"))
	d.live = l
}

// serve answers one request as somebody signed in, by the site itself: session, rights, faults and all.
func (d *desk) serve(who string, r *http.Request) *httptest.ResponseRecorder {
	d.t.Helper()
	actor, err := d.w.As(d.t.Context(), who)
	d.ok(err)
	if d.tokens[who] == "" {
		d.ok(d.site.Host.DB.Update(d.t.Context(), db.System(d.w.Union), func(ctx context.Context, tx *db.Tx) (err error) {
			d.tokens[who], err = auth.Begin(ctx, tx, actor.User, "web")
			return err
		}))
	}
	for name, value := range map[string]string{"session": d.tokens[who], "lang": d.lang} {
		r.AddCookie(&http.Cookie{Name: name, Value: base64.RawURLEncoding.EncodeToString([]byte(value))})
	}
	w := httptest.NewRecorder()
	d.mux.ServeHTTP(w, r)
	return w
}

func (d *desk) get(who, path string, wants ...string) string {
	d.t.Helper()
	w := d.serve(who, httptest.NewRequest("GET", path, nil))
	body := w.Body.String()
	if w.Code != http.StatusOK {
		d.t.Fatalf("GET %s by %s = %d", path, who, w.Code)
	}
	for _, text := range wants {
		if !strings.Contains(body, text) {
			d.t.Errorf("GET %s says nothing of %q", path, text)
		}
	}
	return body
}

func (d *desk) post(who, path string, in url.Values, code int) *httptest.ResponseRecorder {
	d.t.Helper()
	if in.Get("_key") == "" {
		in.Set("_key", db.Token())
	}
	r := httptest.NewRequest("POST", path, strings.NewReader(in.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := d.serve(who, r)
	if w.Code != code {
		d.t.Fatalf("POST %s by %s = %d\n%s", path, who, w.Code, w.Body)
	}
	return w
}

// upload posts the bank's answer.
func (d *desk) upload(batch, text string, code int) *httptest.ResponseRecorder {
	d.t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	d.ok(m.WriteField("id", batch))
	d.ok(m.WriteField("_key", db.Token()))
	f, err := m.CreateFormFile("file", "answer.csv")
	d.ok(err)
	_, err = f.Write([]byte(text))
	d.ok(errors.Join(err, m.Close()))
	r := httptest.NewRequest("POST", batches+"/land", &b)
	r.Header.Set("Content-Type", m.FormDataContentType())
	w := d.serve("shenshi", r)
	if w.Code != code {
		d.t.Fatalf("the answer: %d\n%s", w.Code, w.Body)
	}
	return w
}

func (d *desk) instalments() (all []payment.Instalment) {
	d.t.Helper()
	d.ok(d.site.Host.DB.View(d.t.Context(), db.System(d.w.Union), func(ctx context.Context, tx *db.Tx) (err error) {
		all, err = payment.OfAward(ctx, tx, d.live.Award)
		return err
	}))
	return all
}

// A batch goes from the list to the bank and back by pages alone, and the worker signs.
func TestJourney(t *testing.T) {
	d := newDesk(t)
	i := d.instalments()[0]
	d.get("wangmin", home, "未到期", "核对到期的", "甲一")
	d.get("wuping", home+"/"+i.ID, "人民币肆佰元整", "第 1 次，共 3 次")
	d.post("wangmin", home+"/check", url.Values{}, http.StatusSeeOther)
	d.get("wangmin", home, "可发放", "¥400.00")
	page := d.get("jiangqing", home+"/new", "行政补助", "甲一", "人民币肆佰元整", "竖线分隔文本")
	if !strings.Contains(page, `name="id"`) || !strings.Contains(page, "checked") {
		t.Error("the candidates are not ticked")
	}
	again := d.post("jiangqing", home+"/new", url.Values{"pocket": {"XZ"}, "profile": {"text"}, "id": {i.ID}}, http.StatusUnprocessableEntity)
	if !strings.Contains(again.Body.String(), "至少要 5 行") {
		t.Error("the form does not say why it came back")
	}
	made := d.post("jiangqing", home+"/new", url.Values{"pocket": {"XZ"}, "profile": {"plain"}, "id": {i.ID}}, http.StatusSeeOther)
	at := made.Header().Get("Location")
	batch := strings.TrimPrefix(at, batches+"/")
	d.get("jiangqing", at, "等出纳复核", "人民币肆佰元整", "待复核", "****")
	id := url.Values{"id": {batch}}
	d.post("jiangqing", batches+"/countersign", url.Values{"id": {batch}}, http.StatusForbidden)
	d.get("shenshi", at, "复核通过")
	d.post("shenshi", batches+"/countersign", url.Values{"id": {batch}}, http.StatusSeeOther)
	file := d.post("shenshi", batches+"/file", id, http.StatusOK)
	if h := file.Header(); !strings.Contains(h.Get("Content-Disposition"), "_1_400.00.csv") || h.Get("Cache-Control") != "no-store" {
		t.Errorf("the file comes with %v", h)
	}
	if !strings.Contains(file.Body.String(), "400.00") || !strings.Contains(file.Body.String(), "999999") {
		t.Errorf("the file holds %q", file.Body)
	}
	d.post("shenshi", batches+"/file", id, http.StatusSeeOther) // the same key again: the page offers it anew
	d.papers(batch)
	if body := d.upload(batch, "流水号,金额,结果\nnothing,400.00,成功\n", http.StatusUnprocessableEntity).Body.String(); !strings.Contains(body, "第 2 行在这个批次里对不上") {
		t.Error("a wild answer is not explained on the page")
	}
	line := d.instalments()[0].LineID
	d.upload(batch, "流水号,金额,结果\n"+line+",400.00,成功\n", http.StatusSeeOther)
	d.get("yangming", batches, "对账", "行政补助", "¥1,200.00", "已完成")
	d.receipt(i.ID)
}

func (d *desk) papers(batch string) {
	d.t.Helper()
	for _, page := range []string{d.get("jiangqing", "/print/payments/batches/"+batch, "付款审批单", "人民币肆佰元整", "（盖章）"),
		d.get("jiangqing", "/print/payments/batches/"+batch+"/roll", "签领", "甲一"), d.get("shenshi", batches+"/"+batch, "导入银行回单")} {
		if strings.Contains(page, "999999") {
			d.t.Error("a page shows a whole account number")
		}
	}
	d.pdf("jiangqing", batches+"/"+batch+"/pdf", "付款审批单")
}

func (d *desk) receipt(id string) {
	d.t.Helper()
	at := "/me/receipts/" + id
	d.get("甲一", at, "我已收到 400.00 元（人民币肆佰元整）", "没收到")
	if w := d.post("甲一", at, url.Values{"id": {id}, "come": {"yes"}, "name": {"别人"}}, http.StatusUnprocessableEntity); !strings.Contains(w.Body.String(), "请写您自己的姓名") {
		d.t.Error("another's name is not explained")
	}
	if w := d.serve("甲组长", httptest.NewRequest("GET", at, nil)); w.Code != http.StatusForbidden {
		d.t.Errorf("a stranger sees a receipt: %d", w.Code)
	}
	d.post("甲一", at, url.Values{"id": {id}, "come": {"no"}}, http.StatusSeeOther)
	d.get("jiangqing", home+"/"+id, "查账答复")
	d.post("jiangqing", home+"/trace", url.Values{"id": {id}, "found": {"paid"}, "reason": {"已入账"}}, http.StatusSeeOther)
	d.post("甲一", at, url.Values{"id": {id}, "come": {"yes"}, "name": {"甲一"}}, http.StatusSeeOther)
	d.get("甲一", at, "您已经签收")
	d.get("甲一", "/print/receipts/"+id, "收款凭据", "人民币肆佰元整", "签名：甲一")
	d.pdf("甲一", at+"/pdf", "收款凭据")
	d.post("甲组长", at+"/pdf", url.Values{}, http.StatusForbidden)
}

// pdf asks for a kept paper twice: it is one file, byte for byte.
func (d *desk) pdf(who, path, name string) {
	d.t.Helper()
	one, two := d.post(who, path, url.Values{}, http.StatusOK), d.post(who, path, url.Values{}, http.StatusOK)
	if !strings.HasPrefix(one.Body.String(), "%PDF-") || one.Body.String() != two.Body.String() {
		d.t.Errorf("%s: %d and %d bytes that are not one paper", path, one.Body.Len(), two.Body.Len())
	}
	if h := one.Header(); h.Get("Content-Type") != "application/pdf" || !strings.Contains(h.Get("Content-Disposition"), url.PathEscape(name)) {
		d.t.Errorf("%s comes as %s, %s", path, h.Get("Content-Type"), h.Get("Content-Disposition"))
	}
	if dir := os.Getenv("BANGFU_PAPER_OUT"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, name+".pdf"), one.Body.Bytes(), 0o600); err != nil {
			d.t.Fatal(err)
		}
	}
}

// A refused mend comes back on its page with the reason and what was typed.
func TestMends(t *testing.T) {
	d := newDesk(t)
	i := d.instalments()[1]
	w := d.post("wangmin", home+"/adjust", url.Values{"id": {i.ID}, "amount": {"299"}, "reason": {"好转"}}, http.StatusUnprocessableEntity)
	if body := w.Body.String(); !strings.Contains(body, "299") || !strings.Contains(body, "好转") {
		t.Error("what was typed is lost")
	}
	d.post("wangmin", home+"/adjust", url.Values{"id": {i.ID}, "amount": {"300"}, "reason": {"好转"}}, http.StatusSeeOther)
	d.get("wangmin", home+"/"+i.ID, "¥300.00")
	d.post("wangmin", home+"/stop", url.Values{"id": {i.ID}, "reason": {"离职"}}, http.StatusSeeOther)
	d.get("wangmin", home+"?state=stopped", "离职")
}

// Every page in English says no Chinese of its own but names.
func TestEnglish(t *testing.T) {
	d := newDesk(t)
	d.lang = "en"
	d.get("wangmin", home, "Not due")
	d.get("jiangqing", home+"/new", "Make a payment batch")
	d.get("yangming", batches, "Reconciliation")
	d.get("甲一", "/me/receipts/"+d.instalments()[0].ID, "has not been paid")
}

func TestStrangers(t *testing.T) {
	d := newDesk(t)
	i := d.instalments()[0]
	for _, who := range []string{"admin", "zhenghe", "甲组长", "weixin"} {
		for _, r := range Routes() {
			method, path, _ := strings.Cut(r.Pattern, " ")
			path = strings.ReplaceAll(path, "{id}", i.ID)
			if w := d.serve(who, httptest.NewRequest(method, path, nil)); w.Code != http.StatusForbidden && w.Code != http.StatusUnprocessableEntity {
				t.Errorf("%s got through %s: %d", who, r.Pattern, w.Code)
			}
		}
	}
}
