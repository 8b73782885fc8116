package file

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/ident"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/casefile"
	"bangfu/internal/domain/effect"
	"bangfu/internal/domain/person"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/task/tasktest"
)

// desk is a site with one household on file since 2026-01-10, helped once and followed.
type desk struct {
	*tasktest.House
	site  *site.Site
	clock *dbtest.Clock
	w     person.Worker
	f     casefile.File
	lang  string
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	c := dbtest.NewClock()
	c.SetDay(t, "2026-01-05")
	h := &desk{House: tasktest.New(t, dbtest.OpenClock(t, c)), clock: c}
	h.site = &site.Site{Log: slog.New(slog.DiscardHandler), Host: h.Host}
	c.SetDay(t, "2026-01-10")
	h.Do("officer", func(ctx context.Context, tx *db.Tx) (err error) {
		id, _, err := ident.ParseID(ident.Invented("1980-05-17", 12), tx.Day())
		if err != nil {
			return err
		}
		pay := money.Yuan(2000)
		if h.w, err = person.Add(ctx, tx, person.Draft{StaffNo: "T1", Name: "示例甲", UnitID: h.Units["group"], ID: id, Pay: &pay}); err != nil {
			return err
		}
		if _, err = person.AddMember(ctx, tx, person.NewMember{WorkerID: h.w.ID, Relation: person.RelChild, Name: "示例乙", Birth: "2012-01-01", Schooling: "junior", Source: person.FromSelf}); err != nil {
			return err
		}
		if h.f, err = casefile.Ensure(ctx, tx, casefile.Opening{PersonID: h.w.ID, HouseholdID: h.w.HouseholdID, Cause: "illness", Degree: "heavy",
			Class: "deep", ClassText: "深度困难", Scheme: "national", SchemeVersion: 2020}); err != nil {
			return err
		}
		if _, err = standard.AddLine(ctx, tx, standard.LineIn{Kind: standard.DibaoLine, FromDay: "2026-01-01", Amount: money.Yuan(1100), Source: "示例文号"}); err != nil {
			return err
		}
		err = casefile.AddAid(ctx, tx, casefile.Aid{Ref: "i1", HouseholdID: h.w.HouseholdID, PersonID: h.w.ID, Programme: "p", Item: "item-one", Amount: money.Yuan(500), On: "2026-01-10", Source: casefile.Paid})
		if err != nil {
			return err
		}
		_, err = effect.Begin(ctx, tx, h.f.ID)
		return err
	})
	c.SetDay(t, "2026-11-23")
	return h
}

// ask sends one request through the whole site as a user; path is the address as a browser has it.
func (h *desk) ask(who, method, path string, in url.Values) (int, string, error) {
	h.T.Helper()
	pattern, parts := h.route(method, path)
	for _, r := range Routes() {
		if r.Pattern != pattern {
			continue
		}
		w, req := httptest.NewRecorder(), httptest.NewRequest(method, path, strings.NewReader(in.Encode()))
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		for name, value := range parts {
			req.SetPathValue(name, value)
		}
		actor := h.Actor(who)
		q := &site.Req{W: w, R: req, Site: h.site, Who: actor, Route: r}
		if err := h.allowed(actor, r.Right); err != nil {
			return 0, "", err
		}
		err := r.Do(q)
		return w.Code, w.Body.String(), err
	}
	h.T.Fatalf("no route %s %s", method, path)
	return 0, "", nil
}

// route finds the pattern by the standard mux, with the parts of the path it names.
func (h *desk) route(method, path string) (string, map[string]string) {
	mux, found, parts := http.NewServeMux(), "", map[string]string{}
	for _, r := range Routes() {
		mux.HandleFunc(r.Pattern, func(_ http.ResponseWriter, req *http.Request) {
			found = r.Pattern
			for _, m := range regexp.MustCompile(`\{(\w+)\}`).FindAllStringSubmatch(r.Pattern, -1) {
				parts[m[1]] = req.PathValue(m[1])
			}
		})
	}
	mux.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(method, path, nil))
	return found, parts
}

func (h *desk) allowed(who db.Actor, right string) error {
	return h.DB.View(context.Background(), who, func(ctx context.Context, tx *db.Tx) error { return auth.Allow(ctx, tx, right) })
}

func (h *desk) want(path string, texts ...string) string {
	h.T.Helper()
	code, body, err := h.ask("officer", "GET", path, nil)
	if err != nil || code != http.StatusOK {
		h.T.Fatalf("GET %s = %d, %v", path, code, err)
	}
	for _, text := range texts {
		if !strings.Contains(body, text) {
			h.T.Errorf("GET %s does not say %q", path, text)
		}
	}
	return body
}

func (h *desk) post(path string, in url.Values, code int) string {
	h.T.Helper()
	got, body, err := h.ask("officer", "POST", path, in)
	if err != nil || got != code {
		h.T.Fatalf("POST %s = %d, %v", path, got, err)
	}
	return body
}

func TestPages(t *testing.T) {
	h := newDesk(t)
	one := files + "/" + h.f.ID
	h.want(files, "DA-2026-000001", "示例甲", "深度困难", "共 1 户")
	h.want(files+"?q=T1&cause=illness&degree=heavy&state=open", "DA-2026-000001")
	h.want(files+"?state=exited", "没有符合条件的档案")
	h.want(one, "示例甲", "深度困难", "按 national 第 2020 版认定", "登记跟踪走访", "退出帮扶", "查看原因")
	h.want(one+atFamily, "示例乙", "初中", "子女")
	h.want(one+atMoney, "¥24,000.00", "月工资", "人均月收入 ¥1,000.00，低于本地低保标准 ¥1,100.00", "÷ 12 ÷ 2 人")
	h.want(one+atAid, "item-one", "¥500.00", "2026-04-10", "登记")
	h.want(one+atTime, "建立档案 DA-2026-000001")
	h.want(one+atLooks, "还没有人查阅过")
	h.want("/print/files/"+h.f.ID, "困难职工档案表", "（盖章）", "BF-DA-01", "示例乙", "办理过程")
	h.want(visits, "示例甲", "已过期")
	h.want(rounds, "跟踪户数")
	h.want(rounds+"/round", "保存总结")
	for _, part := range []string{"/amend", "/review", "/exit", "/reenter", "/assign", "/transfer", "/receive", "/watch"} {
		h.want(one+part, "<form", h.f.Number)
	}
}

// No page shows a whole number of a person: only masks, until a look is asked for.
func TestPagesMask(t *testing.T) {
	h := newDesk(t)
	secret := ident.Invented("1980-05-17", 12)
	one := files + "/" + h.f.ID
	for _, path := range []string{files, one, one + atFamily, one + atMoney, one + atAid, one + atTime, one + atLooks, "/print/files/" + h.f.ID, visits, one + "/amend"} {
		if body := h.want(path); strings.Contains(body, secret) {
			t.Errorf("GET %s shows an identity number", path)
		}
	}
}

func TestRightsOfPages(t *testing.T) {
	h := newDesk(t)
	h.Add("stranger", "officer", "other")
	one := files + "/" + h.f.ID
	for _, who := range []string{"stranger", "admin", "worker", "accountant"} {
		for _, path := range []string{one, one + atMoney, one + "/exit", "/print/files/" + h.f.ID} {
			if _, _, err := h.ask(who, "GET", path, nil); !fault.Is(err, "fault.denied") {
				t.Errorf("%s GET %s: %v", who, path, err)
			}
		}
	}
	if _, body, err := h.ask("stranger", "GET", files, nil); err != nil || strings.Contains(body, h.f.Number) {
		t.Errorf("another unit's officer sees the file in the list: %v", err)
	}
	if _, _, err := h.ask("officer", "GET", files+"/nobody", nil); !fault.Is(err, "fault.denied") {
		t.Errorf("a file that is not there: %v", err)
	}
}

// One household from the list to the end of its file and back, each step by its form.
func TestJourney(t *testing.T) {
	h := newDesk(t)
	one := files + "/" + h.f.ID
	id := url.Values{"id": {h.f.ID}}
	with := func(pairs ...string) url.Values {
		v := url.Values{"id": id["id"]}
		for i := 0; i+1 < len(pairs); i += 2 {
			v.Set(pairs[i], pairs[i+1])
		}
		return v
	}
	h.post(one+"/assign", with("user_id", h.Users["leader"]), http.StatusSeeOther)
	h.want(one, "leader", "换结对联系人")
	late := h.post(one+"/amend", with("_version", "2", "cause", "disability", "degree", "severe", "level", "own", "on", "2026-06-30"), http.StatusUnprocessableEntity)
	if !strings.Contains(late, "刚才有人改成：因病") || !regexp.MustCompile(`<option value="disability" selected|value="disability"[^>]* checked`).MatchString(late) {
		t.Error("a late change does not show both versions")
	}
	version := regexp.MustCompile(`name="_version" value="(\d+)"`).FindStringSubmatch(late) // compared: this one may be saved
	h.post(one+"/amend", with("_version", version[1], "cause", "disability", "degree", "severe", "level", "own", "on", "2026-06-30"), http.StatusSeeOther)
	h.want(one, "因残", "特别困难")
	h.want(one+"?on=2026-06-29", "因病", "比较困难", "这是 2026-06-29 那天的档案", "看过去的档案时不能办理")
	h.want("/print/files/"+h.f.ID+"?on=2026-06-29", "因病", "以下是 2026-06-29 那天的情况")
	if _, _, err := h.ask("officer", "GET", one+"?on=2025-12-31", nil); !fault.Is(err, "casefile.not_yet") {
		t.Errorf("before the file was opened: %v", err)
	}

	visit := regexp.MustCompile(`/desk/visits/(\w+)`).FindStringSubmatch(h.want(one + atAid))[1]
	h.want(visits+"/"+visit, "第 1 次跟踪")
	seen := url.Values{"id": {visit}, "on": {"2026-11-20"}, "way": {"home"}, "income": {"1500"}, "rating": {"4"}, "next": {"exit"}}
	if got := h.post(visits+"/"+visit, seen, http.StatusUnprocessableEntity); !strings.Contains(got, "走访情况") {
		t.Error("the form does not come back")
	}
	seen.Set("found", "收入稳定")
	h.post(visits+"/"+visit, seen, http.StatusSeeOther)
	h.want(one+atAid, "收入稳定", "帮扶前后对比", "¥1,500.00", "好转")
	watch := regexp.MustCompile(`name="id" value="(\w+)"`).FindStringSubmatch(h.want(one + "/watch"))[1]
	h.post(one+"/watch", url.Values{"id": {watch}, "result": {"better"}, "next": {"exit"}, "summary": {"已经好转"}}, http.StatusSeeOther)
	h.want(rounds, "¥500.00")
	h.post(rounds+"/round", url.Values{"from": {"2026-01-01"}, "to": {"2026-11-23"}, "worked": {"走访及时"}, "lacking": {"人手不足"}}, http.StatusSeeOther)
	h.want(rounds, "走访及时", "人手不足")

	if got := h.post(one+"/exit", with("reason", "improved", "since", "2026-07-01", "note", "已核实"), http.StatusUnprocessableEntity); !strings.Contains(got, "连续 6 个月") {
		t.Error("the six months are not named")
	}
	h.post(one+"/exit", with("reason", "improved", "since", "2026-05-01", "note", "已核实"), http.StatusSeeOther)
	h.want(one, "已退出", "2036-11-23", "重新纳入帮扶")
	h.post(one+"/reenter", with("cause", "accident", "degree", "heavy", "reason", "再次受灾"), http.StatusSeeOther)
	h.post(one+"/transfer", with("to_unit", h.Units["other"], "reason", "调岗"), http.StatusSeeOther)
	h.want(one, "转接中", "接收档案")
	h.want(one+"/receive", "转往 other", "调岗")
	h.post(one+"/receive", with("yes", "yes"), http.StatusSeeOther)
	h.want(one, "other")
}

// The printed sheet of a day says what was so on that day and nothing that came later: facts, class, post, helps, recoveries.
func TestSheetOfAnyDay(t *testing.T) {
	h := newDesk(t)
	on := func(day string, f func(context.Context, *db.Tx) error) {
		h.clock.SetDay(t, day)
		h.Do("officer", f)
	}
	fact := func(kind, id, name, value string) func(context.Context, *db.Tx) error {
		return func(ctx context.Context, tx *db.Tx) error {
			_, err := person.SetFact(ctx, tx, person.Fact{SubjectKind: kind, SubjectID: id, Name: name, Value: value, Known: true, Source: person.FromOfficer})
			return err
		}
	}
	on("2026-03-01", fact(person.OfHousehold, h.w.HouseholdID, "income_year", "36000"))
	on("2026-03-02", fact(person.OfWorker, h.w.ID, person.FactPost, "车工"))
	on("2026-06-15", func(ctx context.Context, tx *db.Tx) error {
		return casefile.AddAid(ctx, tx, casefile.Aid{Ref: "i2", HouseholdID: h.w.HouseholdID, PersonID: h.w.ID, Programme: "p", Item: "item-two", Amount: money.Yuan(300), On: tx.Day(), Source: casefile.Paid})
	})
	on("2026-07-01", fact(person.OfHousehold, h.w.HouseholdID, "income_year", "60000"))
	on("2026-07-02", fact(person.OfWorker, h.w.ID, person.FactPost, "库管员"))
	on("2026-08-01", func(ctx context.Context, tx *db.Tx) error {
		return casefile.SetClass(ctx, tx, h.f.ID, casefile.Opening{Class: "relative", ClassText: "相对困难", Scheme: "recognition", SchemeVersion: 1})
	})
	on("2026-09-01", func(ctx context.Context, tx *db.Tx) error { return casefile.TakeBackAid(ctx, tx, "i2") })
	h.clock.SetDay(t, "2026-11-23")
	for _, tt := range []struct {
		on        string
		has, lack []string
	}{
		{"2026-02-01", []string{"深度困难 按 national 第 2020 版认定", "item-one", "¥500.00"}, []string{"36,000", "60,000", "车工", "库管员", "item-two", "相对困难", "已追回"}},
		{"2026-06-14", []string{"深度困难", "¥36,000.00", "车工", "item-one"}, []string{"60,000", "库管员", "item-two", "相对困难", "已追回"}},
		{"2026-06-30", []string{"深度困难", "¥36,000.00", "车工", "item-two", "¥300.00", "¥800.00"}, []string{"60,000", "库管员", "相对困难", "已追回"}},
		{"2026-08-01", []string{"相对困难 按 recognition 第 1 版认定", "¥60,000.00", "库管员", "¥800.00"}, []string{"36,000", "车工", "已追回"}},
		{"2026-09-01", []string{"相对困难", "2026-09-01 已追回，不再计入", "¥500.00"}, []string{"¥800.00"}},
	} {
		body := h.want("/print/files/"+h.f.ID+"?on="+tt.on, append(tt.has, "以下是 "+tt.on+" 那天的情况")...)
		for _, text := range tt.lack {
			if strings.Contains(body, text) {
				t.Errorf("the sheet of %s says %q", tt.on, text)
			}
		}
	}
}

// A file on its way to another union can be taken along as a package, and only then.
func TestPackageLeaves(t *testing.T) {
	h := newDesk(t)
	one := files + "/" + h.f.ID
	if _, _, err := h.ask("officer", "POST", one+"/package", url.Values{}); !fault.Is(err, "casefile.not_abroad") {
		t.Errorf("a file that goes nowhere: %v", err)
	}
	h.post(one+"/transfer", url.Values{"id": {h.f.ID}, "to_union": {"示例县总工会"}, "reason": {"重新就业"}}, http.StatusSeeOther)
	h.want(one, "导出转接档案", "登记对方的回执")
	code, body, err := h.ask("officer", "POST", one+"/package", url.Values{})
	if err != nil || code != http.StatusOK || !strings.Contains(body, "item-one") || strings.Contains(body, ident.Invented("1980-05-17", 12)) {
		t.Errorf("the package: %d %v", code, err)
	}
	h.want("/desk/people/"+h.w.ID+"/take-in", "<form", "示例甲")
}
