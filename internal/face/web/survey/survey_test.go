package survey

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"bangfu/internal/base/fault"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/org"
	"bangfu/internal/office/survey"
)

// house is a union of seven workers and one officer, behind the pages.
type house struct {
	t    *testing.T
	site *site.Site
	h    survey.Hands
	lang string
}

func newHouse(t *testing.T) *house {
	d := dbtest.Open(t)
	var unit org.Unit
	err := d.Update(t.Context(), db.System("u1"), func(ctx context.Context, tx *db.Tx) (err error) {
		if err := org.Found(ctx, tx, org.Union{Name: "示例工会", Short: "示例", State: "live"}); err != nil {
			return err
		}
		unit, err = org.AddUnit(ctx, tx, "u1", org.KindGroup, "检修一班")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	h := survey.Hands{
		Audience: func(context.Context, *db.Tx, survey.Survey, string) (out []survey.Seat, next string, err error) {
			for i := range 7 {
				out = append(out, survey.Seat{PersonID: worker(i).Person, UnitID: unit.ID, UnitPath: unit.Path})
			}
			return out, "", nil
		},
		Worker: func(context.Context, *db.Tx, string, string) (survey.Seat, error) {
			return survey.Seat{PersonID: worker(6).Person, UnitID: unit.ID, UnitPath: unit.Path}, nil
		},
		Check: func([]survey.Question) error { return nil },
		Keep:  func(context.Context, *db.Tx, survey.Told) error { return nil },
	}
	host := &act.Host{DB: d, Allow: auth.Allow, Record: func(context.Context, *db.Tx, act.Entry) error { return nil }}
	return &house{t: t, h: h, lang: "zh", site: &site.Site{Log: slog.New(slog.DiscardHandler), Host: host}}
}

func worker(i int) db.Actor {
	return db.Actor{Union: "u1", User: fmt.Sprintf("user-%d", i), Person: fmt.Sprintf("p%d", i), Via: "web"}
}

func officer() db.Actor {
	return db.Actor{Union: "u1", User: "officer", Via: "web", Posts: []db.Post{{Role: org.RoleOfficer, Unit: "u1", Path: "/u1/"}}}
}

// ask sends one request and gives the answer.
func (h *house) ask(who db.Actor, method, address string, in url.Values) (*httptest.ResponseRecorder, error) {
	h.t.Helper()
	path, _, _ := strings.Cut(address, "?")
	for _, r := range Routes(h.h) {
		verb, pattern, _ := strings.Cut(r.Pattern, " ")
		m := regexp.MustCompile("^" + strings.ReplaceAll(pattern, "{id}", "(01[0-9a-z]{24})") + "$").FindStringSubmatch(path)
		if verb != method || m == nil {
			continue
		}
		w, req := httptest.NewRecorder(), httptest.NewRequest(method, address, strings.NewReader(in.Encode()))
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.AddCookie(&http.Cookie{Name: "lang", Value: map[string]string{"zh": "emg", "en": "ZW4"}[h.lang]})
		if len(m) > 1 {
			req.SetPathValue("id", m[1])
		}
		err := r.Do(&site.Req{W: w, R: req, Site: h.site, Who: who, Route: r})
		return w, err
	}
	h.t.Fatalf("no route %s %s", method, path)
	return nil, nil
}

// shows gets a page and wants texts on it; it gives the page.
func (h *house) shows(who db.Actor, address string, texts ...string) string {
	h.t.Helper()
	w, err := h.ask(who, "GET", address, nil)
	if err != nil || w.Code != http.StatusOK {
		h.t.Fatalf("GET %s = %d, %v", address, w.Code, err)
	}
	for _, text := range texts {
		if !strings.Contains(w.Body.String(), text) {
			h.t.Errorf("GET %s does not say %q", address, text)
		}
	}
	return w.Body.String()
}

// post sends a form, wants an answer, and gives where it leads or what it says.
func (h *house) post(who db.Actor, address string, in url.Values, code int) string {
	h.t.Helper()
	w, err := h.ask(who, "POST", address, in)
	if err != nil || w.Code != code {
		h.t.Fatalf("POST %s = %d, %v, want %d", address, w.Code, err, code)
	}
	if code == http.StatusSeeOther {
		return w.Header().Get("Location")
	}
	return w.Body.String()
}

// made begins a survey from a questionnaire of the program and gives its address.
func (h *house) made(code string) string {
	to, _, _ := strings.Cut(h.post(officer(), home+"/new", url.Values{"from": {code}}, http.StatusSeeOther), "?")
	return to
}

func (h *house) press(what, at string) {
	h.t.Helper()
	h.post(officer(), home+what, url.Values{"id": {strings.TrimPrefix(at, home+"/")}}, http.StatusSeeOther)
}

// An officer writes a survey, mends what is refused without losing what was typed, publishes it; a worker answers question by
// question and finds what was told again; fewer than five answers show nothing.
func TestNamedSurvey(t *testing.T) {
	h := newHouse(t)
	h.shows(officer(), home, "还没有问卷")
	h.shows(worker(0), mine, "现在没有要填的问卷")
	at := h.made("living-conditions")
	h.shows(officer(), at, "职工生活状况调查", "发布问卷", "加一道题")
	bad := h.post(officer(), at+"/question", url.Values{"id": {strings.TrimPrefix(at, home+"/")}, "kind": {"one"}, "ask": {"您住哪里"}, "options": {"宿舍"}}, http.StatusUnprocessableEntity)
	if !strings.Contains(bad, "您住哪里") || !strings.Contains(bad, "errsum") {
		t.Error("a question with one option comes back without what was typed or without its fault")
	}
	h.post(officer(), at+"/question", url.Values{"id": {strings.TrimPrefix(at, home+"/")}, "kind": {"one"}, "ask": {"您住哪里"}, "options": {"宿舍\n自己家"}}, http.StatusSeeOther)
	h.shows(officer(), at, "您住哪里")
	h.shows(officer(), at+"/settings", "请谁填")
	h.shows(officer(), at+"/preview", "第 11 题，共 11 题", "这里只能看，不能交")
	h.shows(officer(), strings.Replace(at, home, printed, 1), "□", "工号")
	h.press("/publish", at)

	my := strings.Replace(at, home, mine, 1)
	h.shows(worker(0), mine, "去填", "实名")
	h.shows(worker(0), my, "实名：工会干部能看到您的回答", "现在和您一起生活的一共几口人")
	wrong := h.post(worker(0), my+"/fill", url.Values{"n": {"0"}, "size": {"99"}}, http.StatusUnprocessableEntity)
	if !strings.Contains(wrong, `value="99"`) {
		t.Error("a wrong number is not kept for mending")
	}
	for i, a := range []string{"size=3", "income=28000", "rigid=9000", "illness=none", "disaster=none", "disability=none", "schooling=none", "work=all", "", "contact=yes", ""} {
		code, value, _ := strings.Cut(a, "=")
		in := url.Values{"n": {itoa(i)}, code: {value}}
		if a == "" {
			in = url.Values{"n": {itoa(i)}, "skip": {"1"}}
		}
		h.post(worker(0), my+"/fill", in, http.StatusSeeOther)
	}
	h.shows(worker(0), my, "您填过的都还在")
	h.shows(worker(0), my+"/fill?n=11", "看一遍，没问题就提交")
	println(h.shows(worker(0), my+"/fill?n=11"))
	h.post(worker(0), my+"/send", url.Values{}, http.StatusSeeOther)
	h.shows(worker(0), my+"/done", "问卷已提交，谢谢您")
	h.shows(worker(0), my, "现在不用填")
	h.press("/close", at)
	body := h.shows(officer(), at+"/results", "回答的不到 5 人，不显示")
	if strings.Contains(body, "28,000") {
		t.Error("the results show what one worker told")
	}
	h.shows(officer(), at+"/answers", "看回答")
}

// An anonymous survey keeps nothing before it is handed in: the answers go with the page. One may go back and change.
func TestAnonymousSurvey(t *testing.T) {
	h := newHouse(t)
	at := h.made("satisfaction")
	h.press("/publish", at)
	my := strings.Replace(at, home, mine, 1)
	for i := range 6 {
		h.shows(worker(i), my, "匿名：不记录姓名和工号", "您知道有困难可以找工会帮扶吗")
		set := []string{}
		body := ""
		for n, a := range []string{"known=yes", "help=5", "fair=4", "prompt=5", "belong=5", "happy=5", "want=money", "words="} {
			code, value, _ := strings.Cut(a, "=")
			body = h.post(worker(i), my+"/fill", url.Values{"n": {itoa(n)}, code: {value}, "set": set}, http.StatusOK)
			set = carriedIn(body)
		}
		if !strings.Contains(body, "看一遍，没问题就提交") || !strings.Contains(body, "改第 2 题") {
			t.Fatalf("no page to check at the end:\n%s", body)
		}
		if i == 0 {
			if w, _ := h.ask(worker(0), "GET", my+"/fill", nil); strings.Contains(w.Body.String(), `value="known=yes"`) {
				t.Error("an anonymous answer was kept before it was handed in")
			}
			back := h.post(worker(i), my+"/fill", url.Values{"n": {"8"}, "to": {"1"}, "set": set}, http.StatusOK)
			if !strings.Contains(back, "上次选的") {
				t.Error("going back forgets what was chosen")
			}
		}
		h.post(worker(i), my+"/send", url.Values{"n": {"8"}, "set": set}, http.StatusSeeOther)
	}
	h.press("/close", at)
	h.shows(officer(), at+"/results", "6 人填了")
	h.shows(officer(), at+"/answers", "匿名问卷没有这张名单")
	if _, err := h.ask(worker(0), "GET", my+"/results", nil); fault.Of(err) == nil {
		t.Error("results are shown before they are released")
	}
	h.press("/release", at)
	h.shows(worker(0), my+"/results", "6 人填了这份问卷")
	h.lang = "en"
	h.shows(worker(0), my+"/results", `lang="en"`)
	h.shows(officer(), at+"/results", `lang="en"`)
}

var reCarried = regexp.MustCompile(`name="set" value="([^"]*)"`)

func carriedIn(body string) (out []string) {
	form, _, _ := strings.Cut(body[strings.Index(body, "<form"):], "</form>")
	if i := strings.Index(body, mine); i >= 0 {
		form, _, _ = strings.Cut(body[i:], "</form>")
	}
	for _, m := range reCarried.FindAllStringSubmatch(form, -1) {
		out = append(out, m[1])
	}
	return out
}

// A suggestion is answered to whoever made it; one without a name is found by its number alone.
func TestSuggestions(t *testing.T) {
	h := newHouse(t)
	h.shows(worker(0), ideas+"/new", "提建议")
	h.post(worker(0), ideas+"/new", url.Values{"topic": {"life"}, "text": {"短"}}, http.StatusUnprocessableEntity)
	h.post(worker(0), ideas+"/new", url.Values{"topic": {"life"}, "text": {"食堂能不能多一个清淡的菜"}}, http.StatusOK)
	body := h.shows(officer(), box, "食堂能不能多一个清淡的菜", "待答复")
	at := regexp.MustCompile(box + `/01[0-9a-z]{24}`).FindString(body)
	h.shows(officer(), at, "最晚")
	h.post(officer(), at, url.Values{"id": {strings.TrimPrefix(at, box+"/")}, "answer": {"下周起每晚加一个清淡的菜"}, "show": {"1"}}, http.StatusSeeOther)
	h.shows(worker(0), ideas, "下周起每晚加一个清淡的菜", "我提的")
	h.shows(worker(1), ideas, "公开的答复", "下周起每晚加一个清淡的菜")
	if _, err := h.ask(worker(0), "GET", box, nil); err == nil {
		w, _ := h.ask(worker(0), "GET", box, nil)
		if strings.Contains(w.Body.String(), "待答复") {
			t.Error("a worker reads the box")
		}
	}
}
