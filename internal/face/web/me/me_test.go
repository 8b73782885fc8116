package me

import (
	"bytes"
	"context"
	"encoding/base64"
	"image"
	"image/jpeg"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
	"bangfu/internal/domain/intake"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/blob"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/audit"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/org"
	"bangfu/internal/programme"
)

// world is a union with a site over it and a worker, a leader and an officer who can sign in.
type world struct {
	t                       *testing.T
	d                       *db.DB
	clock                   *dbtest.Clock
	site                    *site.Site
	url                     string
	worker, leader, officer db.Actor
	tokens                  map[string]string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	clock := dbtest.NewClock()
	d := dbtest.OpenClock(t, clock)
	plain := func(_ string, b []byte) ([]byte, error) { return b, nil }
	store, err := blob.New(t.TempDir(), plain, plain)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, d: d, clock: clock, tokens: map[string]string{}, site: &site.Site{Log: slog.New(slog.DiscardHandler), Blob: store,
		Host: &act.Host{DB: d, Allow: auth.Allow, Record: audit.Record}}}
	w.update(func(ctx context.Context, tx *db.Tx) error {
		if err := org.Found(ctx, tx, org.Union{Name: "临江机电工会", Short: "机电工会", Phone: "8123", State: "live"}); err != nil {
			return err
		}
		g, err := org.AddUnit(ctx, tx, "u1", org.KindGroup, "检修一班")
		if err != nil {
			return err
		}
		w.worker = w.add(ctx, tx, [3]string{"W1", "王小河", ""}, g.ID)
		w.leader = w.add(ctx, tx, [3]string{"L1", "李大山", org.RoleGroupLeader}, g.ID)
		w.officer = w.add(ctx, tx, [3]string{"O1", "周明月", org.RoleOfficer}, "u1")
		return programme.Ship(ctx, tx)
	})
	srv := httptest.NewServer(w.site.Mux(append(Routes(), site.Routes()...)))
	t.Cleanup(srv.Close)
	w.url = srv.URL
	return w
}

func (w *world) update(f func(context.Context, *db.Tx) error) {
	w.t.Helper()
	if err := w.d.Update(w.t.Context(), db.System("u1"), f); err != nil {
		w.t.Fatalf("set up: %v", err)
	}
}

// add puts a worker on the roster with an account, a post and a session; who is number, name and role.
func (w *world) add(ctx context.Context, tx *db.Tx, who [3]string, unit string) db.Actor {
	w.t.Helper()
	check := func(err error) {
		if err != nil {
			w.t.Fatal(err)
		}
	}
	pay := money.Yuan(3000)
	p, err := person.Add(ctx, tx, person.Draft{StaffNo: who[0], Name: who[1], UnitID: unit, Pay: &pay})
	check(err)
	u, err := org.AddUser(ctx, tx, org.User{Login: who[0], Name: who[1], PersonID: p.ID})
	check(err)
	if who[2] != "" {
		check(org.Appoint(ctx, tx, u.ID, who[2], unit))
	}
	w.tokens[u.ID], err = auth.Begin(ctx, tx, u.ID, "web")
	check(err)
	a, err := auth.ActorOf(ctx, tx, u.ID)
	check(err)
	return a
}

// browser is somebody's phone: it keeps cookies and counts taps and typed fields.
type browser struct {
	dark, soft  bool // photos are taken in the dark, or out of focus
	w           *world
	c           *http.Client
	at, body    string
	taps, typed int
}

func (w *world) browse(who db.Actor, lang string) *browser {
	jar := &jar{values: map[string]*http.Cookie{}}
	set := func(name, value string) {
		jar.values[name] = &http.Cookie{Name: name, Value: base64.RawURLEncoding.EncodeToString([]byte(value))}
	}
	set("lang", lang)
	if t := w.tokens[who.User]; t != "" {
		set("session", t)
	}
	return &browser{w: w, c: &http.Client{Jar: jar}}
}

// jar keeps the cookies of the one site a test speaks to.
type jar struct{ values map[string]*http.Cookie }

func (j *jar) SetCookies(_ *url.URL, all []*http.Cookie) {
	for _, c := range all {
		if c.MaxAge < 0 {
			delete(j.values, c.Name)
		} else {
			j.values[c.Name] = c
		}
	}
}

func (j *jar) Cookies(*url.URL) (out []*http.Cookie) {
	for _, c := range j.values {
		out = append(out, c)
	}
	return out
}

func (b *browser) take(resp *http.Response, err error) int {
	b.w.t.Helper()
	if err != nil {
		b.w.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		b.w.t.Fatal(err)
	}
	b.at, b.body = resp.Request.URL.RequestURI(), string(text)
	return resp.StatusCode
}

func (b *browser) get(path string) int {
	b.w.t.Helper()
	return b.take(b.c.Get(b.w.url + path))
}

func (b *browser) want(path string, texts ...string) {
	b.w.t.Helper()
	if code := b.get(path); code != http.StatusOK {
		b.w.t.Fatalf("GET %s = %d\n%s", path, code, brief(b.body))
	}
	b.shows(texts...)
}

func (b *browser) shows(texts ...string) {
	b.w.t.Helper()
	for _, text := range texts {
		if !strings.Contains(b.body, text) {
			b.w.t.Fatalf("%s does not say %q\n%s", b.at, text, brief(b.body))
		}
	}
}

var reTag = regexp.MustCompile(`<[^>]*>|\s+`)

func brief(body string) string { return strings.TrimSpace(reTag.ReplaceAllString(body, " ")) }

var (
	reForm  = regexp.MustCompile(`(?s)<form method="post" action="([^"]*)"(.*?)</form>`)
	reInput = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)"`)
)

// post presses the button of the form to an address on the page, with what was typed; hidden fields go along. One tap for
// the button, one for each choice; typed counts the texts.
func (b *browser) post(action string, in url.Values, photos ...string) int {
	b.w.t.Helper()
	for _, m := range reForm.FindAllStringSubmatch(b.body, -1) {
		if to := strings.ReplaceAll(m[1], "&amp;", "&"); to == action {
			for _, h := range reInput.FindAllStringSubmatch(m[2], -1) {
				if _, given := in[h[1]]; !given {
					in.Add(h[1], h[2])
				}
			}
			b.taps++
			if strings.Contains(m[2][:60], "multipart") {
				return b.upload(action, in, photos)
			}
			return b.take(b.c.PostForm(b.w.url+action, in))
		}
	}
	b.w.t.Fatalf("%s has no form to %s\n%s", b.at, action, brief(b.body))
	return 0
}

func (b *browser) upload(action string, in url.Values, photos []string) int {
	b.w.t.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	for name, texts := range in {
		for _, text := range texts {
			if err := m.WriteField(name, text); err != nil {
				b.w.t.Fatal(err)
			}
		}
	}
	for _, name := range photos {
		b.taps += 2
		f, err := m.CreateFormFile(name, "photo.jpg")
		if err != nil {
			b.w.t.Fatal(err)
		}
		if err := jpeg.Encode(f, b.photo(), nil); err != nil {
			b.w.t.Fatal(err)
		}
	}
	if err := m.Close(); err != nil {
		b.w.t.Fatal(err)
	}
	return b.take(b.c.Post(b.w.url+action, m.FormDataContentType(), &body))
}

// photo is one colour all over: as light as paper, or black.
func (b *browser) photo() image.Image {
	img := image.NewGray(image.Rect(0, 0, 60, 40))
	if b.soft { // broad steps of light: writing that has run together
		img = image.NewGray(image.Rect(0, 0, 400, 400))
		for i := range img.Pix {
			wave := i % 400 % 80
			img.Pix[i] = uint8(40 + 5*min(wave, 80-wave))
		}
	} else if !b.dark {
		for i := range img.Pix {
			img.Pix[i] = 230
		}
	}
	return img
}

// say is post with taps for choices and fields typed, failing unless the journey goes on.
func (b *browser) say(action string, choices, texts url.Values, photos ...string) {
	b.w.t.Helper()
	in := url.Values{}
	for name, v := range choices {
		in[name] = v
		b.taps += len(v)
	}
	for name, v := range texts {
		in[name] = v
		b.typed++
		b.taps++
	}
	if code := b.post(action, in, photos...); code != http.StatusOK {
		b.w.t.Fatalf("POST %s = %d at %s\n%s", action, code, b.at, brief(b.body))
	}
}

var reID = regexp.MustCompile(`/me/appl(?:y|ications)/([0-9a-z]{26})`)

func (b *browser) id() string {
	b.w.t.Helper()
	m := reID.FindStringSubmatch(b.at)
	if m == nil {
		b.w.t.Fatalf("no application in %s", b.at)
	}
	return m[1]
}

var reMember = regexp.MustCompile(`name="about" id="[^"]*" value="([0-9a-z]{26})"|name="([0-9a-z]{26})/income_month"`)

// apply walks W1 from the front door to the receipt: a family of three, three photos, no scripts.
func (b *browser) apply() string {
	b.w.t.Helper()
	b.want("/me/apply")
	b.taps++
	b.say("/me/apply", url.Values{"programme": {"medical"}}, nil)
	id := b.id()
	at := func(page string) string { return "/me/apply/" + id + "/" + page }
	b.say(at("notice"), url.Values{"notice": {"1"}}, nil)
	b.say(at("separate"), url.Values{"agree": {"health", "account", "minors"}}, nil)
	b.get(strings.TrimSuffix(at(""), "/"))
	b.taps++
	b.get(at("self"))
	b.say(at("self"), nil, nil)
	for _, one := range [][2]string{{"spouse", "陈秋水"}, {"child", "王一一"}} {
		b.get(at("family/add"))
		b.taps++
		b.say(at("family/add"), url.Values{"relation": {one[0]}, "health": {"good"}}, url.Values{"name": {one[1]}, "income": {"0"}})
	}
	b.say(at("family"), nil, nil)
	b.say(at("cause"), url.Values{"cause": {"illness"}}, url.Values{"story": {"爱人病了，花了很多钱"}})
	about := reMember.FindAllStringSubmatch(b.body, -1)
	b.say(at("ask"), url.Values{"about": {about[1][1]}, "event/serious_illness": {"1"}}, url.Values{"household/rigid_medical": {"12000"}})
	b.say(at("money"), nil, nil)
	b.shows(b.w.t0(b, "全家 {0} 口人，每月人均约 {1} 元", 3, "1,000"))
	taps := b.taps
	b.dark = true
	b.upload(at("papers/id_card"), nil, []string{"file"})
	b.shows(b.w.t0(b, "收到了。照片有点暗，字可能看不清。可以删掉重拍，也可以就用这张。"), b.w.t0(b, "就用这张"), b.w.t0(b, "重拍"), "photo.jpg", `href="#f-file"`, `id="f-file"`)
	b.dark, b.soft = false, true
	b.upload(at("papers/id_card"), nil, []string{"file"})
	b.shows(b.w.t0(b, "收到了。照片有点模糊，看不清字时请重拍；看得清就不用管。"), b.w.t0(b, "就用这张"), b.w.t0(b, "重拍"))
	b.soft, b.taps = false, taps
	for _, code := range []string{"id_card", "household_book", "diagnosis"} {
		b.get(at("papers/" + code))
		b.say(at("papers/"+code), nil, nil, "file")
	}
	b.say(at("papers/hospital_bill"), url.Values{"reason": {"later"}}, nil)
	b.say(at("papers/done"), nil, nil)
	b.say(at("card"), url.Values{"later": {"1"}}, nil)
	b.get(at("sign"))
	b.taps++
	b.say(at("sign"), url.Values{"promise": {"1"}}, url.Values{"signed": {"王小河"}})
	b.shows("BF-2026-")
	return id
}

// t0 words a sentence in the language of a browser.
func (w *world) t0(b *browser, zh string, args ...any) string {
	lang := words.Zh
	if strings.Contains(b.body, `lang="en"`) && strings.Contains(b.body, `<html lang="en"`) {
		lang = words.En
	}
	return words.T(lang, zh, args...)
}

// TestApplyWithinBudget walks the whole application and holds it to J01's taps and typed fields.
func TestApplyWithinBudget(t *testing.T) {
	for _, lang := range []string{"zh", "en"} {
		w := newWorld(t)
		b := w.browse(w.worker, lang)
		b.apply()
		if b.taps > 60 || b.typed > 14 {
			t.Errorf("%s: %d taps and %d typed fields, J01 allows 60 and 14", lang, b.taps, b.typed)
		}
	}
}

// TestPagesEmptyAndFull opens every page of the worker before anything was filled in and after all was, in both languages.
func TestPagesEmptyAndFull(t *testing.T) {
	for _, lang := range []string{"zh", "en"} {
		w := newWorld(t)
		b := w.browse(w.worker, lang)
		for _, path := range []string{"/", "/me", "/me/apply", "/me/messages", "/me/file"} {
			b.want(path, "<h1", "</html>")
		}
		stranger := w.browse(db.Actor{}, lang)
		stranger.want("/", "/me/apply")
		b.want("/me/apply")
		b.say("/me/apply", url.Values{"programme": {unsure}}, nil)
		id := b.id()
		pages := []string{"/notice", "/separate", "/self", "/family", "/family/add", "/cause", "/ask", "/money", "/papers", "/papers/id_card", "/card", "/sign"}
		for _, p := range pages {
			b.want("/me/apply/"+id+p, "<h1", "</html>")
		}
		id = b.apply()
		for _, p := range append(pages, "", "/check") {
			b.want("/me/apply/"+id+p, "</html>")
		}
		for _, p := range []string{"/me/applications/" + id, "/me/applications/" + id + "/done", "/me/applications/" + id + "/withdraw", "/me", "/me/file", "/me/messages"} {
			b.want(p, "<h1", "</html>")
			if lang == "en" {
				b.noHan(p)
			}
		}
	}
}

var reHan = regexp.MustCompile(`\p{Han}{4,}`)

// noHan wants no Chinese sentence on an English page; names of people and places stay.
func (b *browser) noHan(path string) {
	b.w.t.Helper()
	for _, found := range reHan.FindAllString(brief(b.body), -1) {
		if found != "临江机电工会" && found != "机电工会" && found != "检修一班" {
			b.w.t.Errorf("%s says %q in English", path, found)
		}
	}
}

// TestFaultsKeepWhatWasTyped posts what cannot be and wants the page again with the words and the sentence.
func TestFaultsKeepWhatWasTyped(t *testing.T) {
	w := newWorld(t)
	b := w.browse(w.worker, "zh")
	b.want("/me/apply")
	if code := b.post("/me/apply", url.Values{}); code != http.StatusUnprocessableEntity {
		t.Fatalf("nothing chosen = %d", code)
	}
	b.shows("请选一项")
	b.say("/me/apply", url.Values{"programme": {"medical"}}, nil)
	id := b.id()
	at := func(page string) string { return "/me/apply/" + id + "/" + page }
	if code := b.post(at("notice"), url.Values{}); code != http.StatusUnprocessableEntity {
		t.Fatalf("not agreed = %d", code)
	}
	b.shows("请先勾选")
	b.say(at("notice"), url.Values{"notice": {"1"}}, nil)
	b.say(at("separate"), url.Values{"agree": {"health"}}, nil)
	b.want(at("family/add"))
	if code := b.post(at("family/add"), url.Values{"relation": {"spouse"}, "name": {"陈秋水"}, "id_no": {"12345"}, "health": {"good"}}); code != http.StatusUnprocessableEntity {
		t.Fatalf("a wrong number = %d", code)
	}
	b.shows("陈秋水", "12345")
	b.want(at("cause"))
	if code := b.post(at("cause"), url.Values{"cause": {"low_income"}, "story": {"写好的话"}}); code != http.StatusUnprocessableEntity {
		t.Fatalf("a cause that does not fit = %d", code)
	}
	b.shows("写好的话")
	b.want(at("money"))
	field := reMember.FindStringSubmatch(b.body)[2] + "/income_month"
	if code := b.post(at("money"), url.Values{field: {"三千"}}); code != http.StatusUnprocessableEntity {
		t.Fatalf("letters for money = %d", code)
	}
	b.shows("三千", `href="#f-`+field+`"`)
}

// TestSupply walks W2: from the message to the paper, in at most 7 taps.
func TestSupply(t *testing.T) {
	w := newWorld(t)
	b := w.browse(w.worker, "zh")
	id := b.apply()
	run(t, w, w.leader, intake.FirstReview, intake.FirstIn{ID: id, Opinion: intake.OpinionUnknown})
	run(t, w, w.officer, intake.Return, intake.ReturnIn{ID: id, Gaps: []intake.Gap{"paper_missing"}, Proofs: []string{"hospital_bill"}, Text: "请拍 10 月的发票"})
	w.clock.Add(time.Hour)
	b.want("/me", "现在补", "补充材料")
	b.taps, b.typed = 1, 0
	b.want("/me/applications/"+id+"/supply", "请拍 10 月的发票", "住院结算单或自付发票")
	if code := b.post("/me/applications/"+id+"/supply", url.Values{}); code != http.StatusUnprocessableEntity {
		t.Fatalf("nothing handed in = %d", code)
	}
	b.taps = 1
	b.say("/me/applications/"+id+"/supply", nil, nil, "file-hospital_bill")
	if b.taps > 7 {
		t.Errorf("%d taps, J02 allows 7", b.taps)
	}
	b.shows("已收到", "工会核实中")
}

func run[In, Out any](t *testing.T, w *world, who db.Actor, a act.Act[In, Out], in In) Out {
	t.Helper()
	out, err := a.Run(t.Context(), w.site.Host, act.Call{Actor: who}, in)
	if err != nil {
		t.Fatalf("%s: %v", a.Name, err)
	}
	return out
}

// TestRefusalNamesOtherDoors wants reason, words and doors on the page of a refused application.
func TestRefusalNamesOtherDoors(t *testing.T) {
	w := newWorld(t)
	b := w.browse(w.worker, "zh")
	id := b.apply()
	run(t, w, w.leader, intake.FirstReview, intake.FirstIn{ID: id, Opinion: intake.OpinionTrue})
	run(t, w, w.officer, intake.Refuse, intake.RefuseIn{ID: id, Reason: "above_line", Text: "人均收入高于标准 200 元", Doors: []intake.Door{"relief", "talk"}})
	b.want("/me/applications/"+id, "家庭人均收入高于标准", "高于标准 200 元", "临时救助", "心理疏导", "8123")
}

// TestOthersSeeNothing wants a stranger, the leader and an officer kept out of a worker's draft and papers.
func TestOthersSeeNothing(t *testing.T) {
	w := newWorld(t)
	b := w.browse(w.worker, "zh")
	b.want("/me/apply")
	b.say("/me/apply", url.Values{"programme": {"living"}}, nil)
	id := b.id()
	for _, who := range []db.Actor{w.leader, w.officer} {
		o := w.browse(who, "zh")
		for _, p := range []string{"", "/self", "/family", "/check", "/papers"} {
			if code := o.get("/me/apply/" + id + p); code != http.StatusForbidden {
				t.Errorf("%s opens %s of a draft: %d", who.Name, p, code)
			}
		}
	}
	full := w.browse(w.worker, "zh")
	full.want("/me/apply/" + id + "/self")
	done := full.apply()
	var proof string
	w.update(func(ctx context.Context, tx *db.Tx) error {
		all, err := intake.Papers(ctx, tx, done)
		for _, p := range all {
			if p.Blob != "" {
				proof = p.ID
			}
		}
		return err
	})
	path := "/me/applications/" + done + "/paper/" + proof
	if code := full.get(path); code != http.StatusOK {
		t.Errorf("the worker's own paper: %d", code)
	}
	for _, who := range []db.Actor{w.leader, w.officer} {
		if code := w.browse(who, "zh").get(path); code != http.StatusForbidden {
			t.Errorf("%s opens a paper by the worker's address: %d", who.Name, code)
		}
	}
}

// TestRelativeAnswers walks the link of an adult relative on a phone that is not signed in.
func TestRelativeAnswers(t *testing.T) {
	w := newWorld(t)
	b := w.browse(w.worker, "zh")
	id := b.apply()
	b.want("/me/applications/"+id, "请家人同意", "陈秋水")
	b.say("/me/apply/"+id+"/link", nil, nil)
	found := regexp.MustCompile(`/consent/u1/[0-9a-z]+`).FindString(b.body)
	o := w.browse(db.Actor{}, "zh")
	o.want(found, "陈秋水", "王小河")
	if code := o.post(found, url.Values{"answer": {"yes"}, "name": {"别的人"}}); code != http.StatusUnprocessableEntity {
		t.Fatalf("another's name = %d", code)
	}
	o.say(found, url.Values{"answer": {"yes"}}, url.Values{"name": {"陈秋水"}})
	o.shows("收到了，谢谢")
	if code := o.get(found); code != http.StatusNotFound {
		t.Errorf("a used link = %d", code)
	}
}

// TestWithdrawAndTakeBack walks W7: what is held, taking a consent back, withdrawing.
func TestWithdrawAndTakeBack(t *testing.T) {
	w := newWorld(t)
	b := w.browse(w.worker, "zh")
	id := b.apply()
	run(t, w, w.leader, intake.FirstReview, intake.FirstIn{ID: id, Opinion: intake.OpinionTrue})
	b.want("/me/file", "李大山", "医疗健康信息")
	b.say("/me/file/take-back", nil, nil)
	b.shows("已撤回")
	b.want("/me/applications/"+id+"/withdraw", "撤回以后不再往下办")
	b.say("/me/applications/"+id+"/withdraw", nil, nil)
	b.shows("已结束：您撤回了申请")
}
