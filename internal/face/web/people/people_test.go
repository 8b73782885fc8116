package people

import (
	"bytes"
	"context"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/ident"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
	"bangfu/internal/engine/sheet"
	"bangfu/internal/face/exchange/roster"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/audit"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task/tasktest"
)

// hall is a site with one worker in the group, who has a child at home.
type hall struct {
	*tasktest.House
	site *site.Site
	desk roster.Desk
	w    person.Worker
	id   string // the worker's identity number
}

func open(t *testing.T) *hall {
	t.Helper()
	h := &hall{House: tasktest.New(t, dbtest.Open(t)), id: ident.Invented("1980-05-17", 12)}
	h.site = &site.Site{Log: slog.New(slog.DiscardHandler), Host: h.Host}
	h.desk = roster.Desk{Host: h.Host}
	h.Do("officer", func(ctx context.Context, tx *db.Tx) (err error) {
		id, _, err := ident.ParseID(h.id, tx.Day())
		if err != nil {
			return err
		}
		pay := money.Yuan(2000)
		if h.w, err = person.Add(ctx, tx, person.Draft{StaffNo: "T1", Name: "示例甲", UnitID: h.Units["group"], ID: id, Pay: &pay}); err != nil {
			return err
		}
		_, err = person.AddMember(ctx, tx, person.NewMember{WorkerID: h.w.ID, Relation: person.RelChild, Name: "示例乙", Birth: "2012-01-01", Source: person.FromSelf})
		return err
	})
	return h
}

func (h *hall) routes() []site.Route { return Routes(audit.Look(person.Openers()), h.desk) }

// ask sends one request to its route as a user.
func (h *hall) ask(who, method, path string, in url.Values) (int, string, error) {
	h.T.Helper()
	req := httptest.NewRequest(method, path, strings.NewReader(in.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w, err := h.send(who, req)
	return w.Code, w.Body.String(), err
}

func (h *hall) send(who string, req *http.Request) (*httptest.ResponseRecorder, error) {
	h.T.Helper()
	mux, w, err, found := http.NewServeMux(), httptest.NewRecorder(), error(nil), false
	for _, r := range h.routes() {
		mux.HandleFunc(r.Pattern, func(_ http.ResponseWriter, req *http.Request) {
			found = true
			actor := h.Actor(who)
			if auth.Scope(actor, r.Right).None() {
				err = fault.New(fault.Denied, "fault.denied")
				return
			}
			q := &site.Req{W: w, R: req, Site: h.site, Who: actor, Route: r}
			q.Union = org.Union{Name: "示例工会", State: "setup"}
			err = r.Do(q)
		})
	}
	mux.ServeHTTP(w, req)
	if !found {
		h.T.Fatalf("no route %s %s", req.Method, req.URL.Path)
	}
	return w, err
}

func (h *hall) want(who, path string, texts ...string) string {
	h.T.Helper()
	code, body, err := h.ask(who, "GET", path, nil)
	if err != nil || code != http.StatusOK {
		h.T.Fatalf("GET %s as %s = %d, %v", path, who, code, err)
	}
	for _, s := range texts {
		if !strings.Contains(body, s) {
			h.T.Errorf("GET %s as %s says nothing of %q", path, who, s)
		}
	}
	return body
}

func (h *hall) post(who, path string, in url.Values, code int) string {
	h.T.Helper()
	got, body, err := h.ask(who, "POST", path, in)
	if err != nil || got != code {
		h.T.Fatalf("POST %s as %s = %d, %v\n%s", path, who, got, err, body)
	}
	return body
}

func (h *hall) denied(who, method, path string, in url.Values) {
	h.T.Helper()
	if _, _, err := h.ask(who, method, path, in); fault.Of(err) == nil || fault.Of(err).Kind != fault.Denied {
		h.T.Errorf("%s %s as %s: %v, wanted denied", method, path, who, err)
	}
}

func TestFindingSomebody(t *testing.T) {
	h := open(t)
	if body := h.want("officer", home, "示例甲", "共 1 人"); strings.Contains(body, h.id) {
		t.Error("the list shows a whole number")
	}
	for _, text := range []string{"示例", "shili", "T1", h.id} {
		if body := h.post("officer", home, url.Values{"text": {text}}, http.StatusOK); !strings.Contains(body, "示例甲") {
			t.Errorf("%q finds nobody", text)
		}
	}
	if body := h.post("officer", home, url.Values{"text": {"别人"}}, http.StatusOK); !strings.Contains(body, "没有符合条件的职工") {
		t.Error("a name nobody has finds somebody")
	}
	h.post("officer", home, url.Values{"status": {"active"}}, http.StatusSeeOther)
	h.want("officer", home+"?status=left", "没有符合条件的职工")
	h.want("officer", home+"?unit="+h.Units["other"], "没有符合条件的职工")
	h.denied("admin", "GET", home, nil)
	h.denied("worker", "GET", home, nil)
}

func TestPagesOfMany(t *testing.T) {
	h := open(t)
	h.Do("officer", func(ctx context.Context, tx *db.Tx) error {
		for i := range lines + 5 {
			no := "N" + string(rune('A'+i/26)) + string(rune('A'+i%26))
			if _, err := person.Add(ctx, tx, person.Draft{StaffNo: no, Name: "众人", UnitID: h.Units["group"]}); err != nil {
				return err
			}
		}
		return nil
	})
	next := regexp.MustCompile(`href="(/desk/people\?[^"]*after=[^"]+)"`).FindStringSubmatch(h.want("officer", home))
	if next == nil {
		t.Fatal("no way to the next page")
	}
	body := h.want("officer", strings.ReplaceAll(next[1], "&amp;", "&"))
	if n := strings.Count(body, "众人"); n != 5 && n != 6 {
		t.Errorf("the second page has %d of the 56 workers", n)
	}
}

func TestOneWorkerByRole(t *testing.T) {
	h := open(t)
	at := home + "/" + h.w.ID
	h.want("officer", at, "示例甲", "示例乙", "¥2,000.00", "查阅记录", "登记银行卡", "查看身份证号")
	body := h.want("leader", at, "示例甲", "给办理码")
	for _, s := range []string{"示例乙", "2,000", "查阅记录", "登记银行卡", "/desk/look"} {
		if strings.Contains(body, s) {
			t.Errorf("a group leader sees %q", s)
		}
	}
	h.denied("admin", "GET", at, nil)
	h.Add("away", org.RoleGroupLeader, "other")
	h.denied("away", "GET", at, nil)
	h.denied("away", "POST", at+"/code", url.Values{"worker_id": {h.w.ID}})
	h.denied("leader", "GET", at+"/card", nil)
}

func TestLookIsOnRecord(t *testing.T) {
	h := open(t)
	ask := url.Values{"kind": {"person"}, "id": {h.w.ID}, "field": {"id_no"}, "reason": {""}}
	if body := h.post("officer", "/desk/look", ask, http.StatusUnprocessableEntity); strings.Contains(body, h.id) {
		t.Error("a look without a reason shows the number")
	}
	ask.Set("reason", "核对申请材料")
	if body := h.post("officer", "/desk/look", ask, http.StatusOK); !strings.Contains(body, h.id) {
		t.Error("the number is not shown")
	}
	body := h.want("officer", home+"/"+h.w.ID, "查看保密信息：身份证号", "核对申请材料")
	if strings.Contains(body, h.id) {
		t.Error("the number stays in sight after the look")
	}
	h.denied("leader", "POST", "/desk/look", ask)
}

func TestFormsOfOneWorker(t *testing.T) {
	h := open(t)
	at := home + "/" + h.w.ID
	for _, f := range forms() {
		if f.path == "/{id}/members/{part}" {
			continue
		}
		h.want("officer", strings.ReplaceAll(f.pattern(), "{id}", h.w.ID), "<h1", "<form")
	}
	h.post("officer", at+"/unit", url.Values{"id": {h.w.ID}, "unit_id": {h.Units["branch"]}}, http.StatusSeeOther)
	h.want("officer", at, "branch")
	late := h.post("officer", at+"/unit", url.Values{"id": {h.w.ID}, "_version": {"1"}, "unit_id": {h.Units["other"]}}, http.StatusUnprocessableEntity)
	if !strings.Contains(late, "刚才有人改成：") || !strings.Contains(late, `name="_version" value="2"`) {
		t.Error("a late change does not show both versions")
	}
	h.post("officer", at+"/card", url.Values{"worker_id": {h.w.ID}, "card": {"1"}, "holder": {"示例甲"}, "relation": {"self"}, "bank": {"示例银行"}}, http.StatusUnprocessableEntity)
	h.post("officer", at+"/member", url.Values{"worker_id": {h.w.ID}, "relation": {"spouse"}, "name": {"示例丙"}}, http.StatusSeeOther)
	body := h.want("officer", at, "示例丙")
	out := regexp.MustCompile(`/desk/people/[^/"]+/members/([^"]+)"`).FindStringSubmatch(body)
	if out == nil {
		t.Fatal("no way to take a member out")
	}
	h.want("officer", at+"/members/"+out[1], "移出家庭成员")
	h.post("officer", at+"/members/"+out[1], url.Values{"id": {out[1]}, "on": {"2026-11-23"}, "reason": {"moved"}}, http.StatusSeeOther)
	h.post("officer", at+"/kin", url.Values{"worker_id": {h.w.ID}, "staff_no": {"none"}, "relation": {"sibling"}}, http.StatusUnprocessableEntity)
	h.post("officer", home+"/new", url.Values{"staff_no": {"T2"}, "name": {"示例丁"}, "unit_id": {h.Units["group"]}}, http.StatusSeeOther)
	h.post("officer", at+"/leave", url.Values{"id": {h.w.ID}, "on": {"2026-11-23"}}, http.StatusSeeOther)
	if body := h.want("officer", at, "离职", "恢复在册"); strings.Contains(body, "给办理码") {
		t.Error("one who left can be given a code")
	}
}

func TestFacts(t *testing.T) {
	h := open(t)
	at := home + "/" + h.w.ID
	about := person.OfHousehold + ":" + h.w.HouseholdID
	h.want("officer", at+"/fact?subject="+about, "自付医疗费", "房")
	h.want("officer", at+"/fact?subject="+about+"&name=rigid_medical", "自付医疗费", "所属期间", "书面材料")
	h.want("officer", at+"/fact?subject="+about+"&name=housing_kind", "公租房")
	in := url.Values{"subject_kind": {person.OfHousehold}, "subject_id": {h.w.HouseholdID}, "name": {"rigid_medical"}, "period": {"2026"},
		"value": {"8,600.50"}, "source": {person.FromOfficer}}
	h.post("officer", at+"/fact", in, http.StatusSeeOther)
	body := h.want("officer", at, "¥8,600.50", "工会核实", "全家")
	in.Set("value", "很多")
	h.post("officer", at+"/fact", in, http.StatusUnprocessableEntity)
	in.Set("value", "1")
	in.Set("source", person.FromPaper)
	if body := h.post("officer", at+"/fact", in, http.StatusUnprocessableEntity); !strings.Contains(body, "请先上传材料") {
		t.Error("a paper that is not there is not asked for")
	}
	id := regexp.MustCompile(`/check"[^>]*>(?s:.*?)name="id" value="([^"]+)"`).FindAllStringSubmatch(body, -1)
	if id == nil {
		t.Fatal("nothing to check")
	}
	if _, _, err := h.ask("leader", "POST", at+"/check", url.Values{"id": {id[0][1]}}); err == nil {
		t.Error("a group leader checks a fact")
	}
	if code, _, err := h.ask("officer", "GET", at+"/fact?subject=household:other", nil); fault.Of(err) == nil {
		t.Errorf("a fact about a strange household = %d", code)
	}
}

func TestCodeLetsAWorkerIn(t *testing.T) {
	h := open(t)
	at := home + "/" + h.w.ID + "/code"
	in := url.Values{"worker_id": {h.w.ID}}
	code := regexp.MustCompile(`(\d{4}) (\d{4})</code>`)
	got := code.FindStringSubmatch(h.post("leader", at, in, http.StatusOK))
	if got == nil {
		t.Fatal("the slip has no code")
	}
	h.Do("system", func(ctx context.Context, tx *db.Tx) error {
		u, ok, err := org.UserByLogin(ctx, tx, "T1")
		if err != nil || !ok || u.PersonID != h.w.ID {
			t.Fatalf("the account: %v %v %v", u, ok, err)
		}
		right, err := auth.CodeGood(ctx, tx, u.ID, got[1]+got[2])
		if !right {
			t.Error("the code on the slip is not the live one")
		}
		return err
	})
	again := code.FindStringSubmatch(h.post("officer", at, in, http.StatusOK))
	if again == nil || again[0] == got[0] {
		t.Error("a second asking gives no new code")
	}
	h.Do("system", func(ctx context.Context, tx *db.Tx) error {
		u, _, err := org.UserByLogin(ctx, tx, "T1")
		if err != nil {
			return err
		}
		return org.Appoint(ctx, tx, u.ID, org.RoleChair, tasktest.Union)
	})
	if _, _, err := h.ask("leader", "POST", at, in); fault.Of(err) == nil || fault.Of(err).Key != "person.code_post" {
		t.Errorf("a group leader can come in as the chair: %v", err)
	}
}

// upload posts a file of workers as a browser does.
func (h *hall) upload(who string, fields map[string]string, rows [][]any) *httptest.ResponseRecorder {
	h.T.Helper()
	var file, body bytes.Buffer
	w, err := sheet.NewWriter(&file, sheet.List{Sheet: "名册", Heads: []sheet.Head{{Title: "工号"}, {Title: "姓名"}, {Title: "部门"}, {Title: "身份证号"}, {Title: "称呼"}}})
	if err != nil {
		h.T.Fatal(err)
	}
	for _, r := range rows {
		if err := w.Row(r...); err != nil {
			h.T.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		h.T.Fatal(err)
	}
	m := multipart.NewWriter(&body)
	for k, v := range fields {
		if err := m.WriteField(k, v); err != nil {
			h.T.Fatal(err)
		}
	}
	part, err := m.CreateFormFile("file", "名册.xlsx")
	if err != nil {
		h.T.Fatal(err)
	}
	_, err = part.Write(file.Bytes())
	if err != nil {
		h.T.Fatal(err)
	}
	if err := m.Close(); err != nil {
		h.T.Fatal(err)
	}
	req := httptest.NewRequest("POST", imports+"/new", &body)
	req.Header.Set("Content-Type", m.FormDataContentType())
	rec, err := h.send(who, req)
	if err != nil {
		h.T.Fatal(err)
	}
	return rec
}

func TestImportJourney(t *testing.T) {
	h := open(t)
	h.want("officer", imports, "还没有导入过", "职工名册模板")
	h.want("officer", imports+"-template/workers")
	h.want("officer", imports+"/new", "上传并校验", "自动建立")
	made := func(i int) string { return ident.Invented(day.Day("1971-03-01").Add(i), 1) }
	rec := h.upload("officer", map[string]string{"kind": "workers"}, [][]any{
		{"N1", "新人甲", "group", made(1), "x"}, {"N2", "新人乙", "group", made(2), "x"}, {"N3", "新人丙", "没有这个部门", made(3), "x"}, {"T1", "示例甲", "branch", h.id, "x"}})
	at := rec.Header().Get("Location")
	if rec.Code != http.StatusSeeOther || !strings.HasPrefix(at, imports+"/") {
		t.Fatalf("upload = %d %s %s", rec.Code, at, rec.Body)
	}
	body := h.want("officer", at, "校验完了", "没有这个部门", "去确认导入", "下载问题行")
	if strings.Contains(body, made(3)) {
		t.Error("the preview shows a whole number")
	}
	h.want("officer", at+"/columns", "第 5 列 称呼", "文件里还有这些列没有用到")
	id := strings.TrimPrefix(at, imports+"/")
	h.post("officer", at+"/columns", url.Values{"at-staff_no": {"0"}, "at-name": {"1"}}, http.StatusUnprocessableEntity)
	h.post("officer", at+"/columns", url.Values{"at-staff_no": {"0"}, "at-name": {"1"}, "at-unit": {"2"}, "at-id_no": {"3"}}, http.StatusSeeOther)
	errors := h.post("officer", at+"/errors", url.Values{"id": {id}}, http.StatusOK)
	book, err := sheet.Open([]byte(errors))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(text(t, book), made(3)) {
		t.Error("the error file has not the row as it was")
	}
	h.want("officer", at+"/confirm", "可新增 2 行", "只看差异，不写入")
	h.post("officer", at+"/confirm", url.Values{"id": {id}, "mode": {"update"}}, http.StatusUnprocessableEntity)
	h.post("officer", at+"/confirm", url.Values{"id": {id}, "mode": {"update"}, "partial": {"1"}}, http.StatusSeeOther)
	h.want("officer", at, "已写入 3 行", "整体撤销")
	h.want("officer", home, "新人甲", "新人乙")
	h.post("officer", at+"/undo", url.Values{"id": {id}}, http.StatusSeeOther)
	h.want("officer", at, "整体撤销")
	if body := h.want("officer", home); strings.Contains(body, "新人甲") {
		t.Error("an undone import is still there")
	}
	h.want("officer", imports, "已撤销")
	for _, who := range []string{"leader", "accountant", "admin", "branch"} {
		if who != "branch" { // an officer too
			h.denied(who, "POST", at+"/errors", url.Values{"id": {id}})
		}
	}
}

func text(t *testing.T, b *sheet.Book) string {
	t.Helper()
	out := ""
	for _, name := range b.Sheets() {
		for row, err := range b.All(name) {
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range row.Cells {
				out += c.Text + " "
			}
		}
	}
	return out
}

// A roster of more rows than one answer takes goes on by the job, in the name of the one who began it, and by hand.
func TestLongImportGoesOn(t *testing.T) {
	h := open(t)
	var rows [][]any
	for i := range 500*atOnce + 700 {
		rows = append(rows, []any{"L" + string(rune('A'+i/676)) + string(rune('A'+i/26%26)) + string(rune('A'+i%26)), "众人", "group", "", ""})
	}
	rec := h.upload("officer", map[string]string{"kind": "workers"}, rows)
	at := rec.Header().Get("Location")
	id := strings.TrimPrefix(at, imports+"/")
	h.want("officer", at, "正在校验", "刷新", "现在继续处理")
	if err := Advance(h.desk)(t.Context(), h.DB, tasktest.Union, id); err != nil {
		t.Fatal(err)
	}
	h.want("officer", at, "校验完了")
	h.post("officer", at+"/confirm", url.Values{"id": {id}, "mode": {"new"}}, http.StatusSeeOther)
	h.want("officer", at, "正在写入")
	h.post("officer", at+"/go-on", url.Values{"id": {id}}, http.StatusSeeOther)
	h.want("officer", at, "已写入 3700 行")
}

func TestStrangersSeeNothing(t *testing.T) {
	h := open(t)
	h.Add("cashier", org.RoleCashier, "u1")
	for _, who := range []string{"admin", "worker", "company", "cashier"} {
		for _, r := range h.routes() {
			method, path, _ := strings.Cut(r.Pattern, " ")
			path = strings.NewReplacer("{id}", h.w.ID, "{part}", "x", "{kind}", "workers").Replace(path)
			code, body, err := h.ask(who, method, path, url.Values{"id": {h.w.ID}, "worker_id": {h.w.ID}, "kind": {"person"}, "field": {"id_no"}, "reason": {"看看"}})
			if err == nil && code == http.StatusOK || strings.Contains(body, h.id) || strings.Contains(body, "示例乙") {
				t.Errorf("%s got through %s: %d", who, r.Pattern, code)
			}
		}
	}
}
