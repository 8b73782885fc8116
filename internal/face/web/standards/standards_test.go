package standards

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/words"
	"bangfu/internal/domain/person"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task/tasktest"
)

type desk struct {
	*tasktest.House
	site *site.Site
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	h := &desk{House: tasktest.New(t, dbtest.Open(t))}
	h.site = &site.Site{Log: slog.New(slog.DiscardHandler), Host: h.Host}
	return h
}

// ask sends one request to the route of its address, as a user.
func (h *desk) ask(who, method, path string, in url.Values) (int, string, error) {
	h.T.Helper()
	var code int
	var body string
	var err error
	mux := http.NewServeMux()
	for _, r := range Routes() {
		mux.HandleFunc(r.Pattern, func(_ http.ResponseWriter, req *http.Request) {
			w := httptest.NewRecorder()
			err = r.Do(&site.Req{W: w, R: req, Site: h.site, Who: h.Actor(who), Route: r})
			code, body = w.Code, w.Body.String()
		})
	}
	req := httptest.NewRequest(method, path, strings.NewReader(in.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	mux.ServeHTTP(httptest.NewRecorder(), req)
	return code, body, err
}

func (h *desk) want(who, path string, texts ...string) string {
	h.T.Helper()
	code, body, err := h.ask(who, "GET", path, nil)
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

func (h *desk) post(who, path string, in url.Values, code int) string {
	h.T.Helper()
	got, body, err := h.ask(who, "POST", path, in)
	if err != nil || got != code {
		h.T.Fatalf("%s POST %s = %d, %v", who, path, got, err)
	}
	return body
}

func shipped(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile("../../../../standards/" + name + ".yaml")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// A standard from the first draft with its mistakes to approval by another, a new version, a comparison, and its end.
func TestJourney(t *testing.T) {
	h := newDesk(t)
	h.want("officer", home, "还没有标准", "还没有登记低保标准")
	text := shipped(t, "living")
	wrong := strings.Replace(strings.Replace(text, "income_year < line_year", "incom_year < line_year", 1), "period: quarterly", "period: weekly", 1)
	body := h.post("officer", home+"/draft", url.Values{"body": {wrong}}, http.StatusUnprocessableEntity)
	for _, want := range []string{"incom_year", "weekly", "34", "第"} {
		if !strings.Contains(body, want) {
			t.Errorf("the faults do not say %q", want)
		}
	}
	h.post("officer", home+"/draft", url.Values{"body": {" "}}, http.StatusUnprocessableEntity)
	h.post("officer", home+"/draft", url.Values{"body": {text}}, http.StatusSeeOther)
	one := home + "/living/1"
	h.want("officer", one, "生活帮扶", "「家庭年可支配收入」 低于 「按全家人数折算的全年保障线」", "区间以内集体确定", "要由编写人以外的同事批准")
	body = h.want("chair", one, "批准这一版")
	hash := regexp.MustCompile(`name="hash" value="(\w+)"`).FindStringSubmatch(body)[1]
	yes := url.Values{"code": {"living"}, "version": {"1"}, "hash": {hash}}
	if _, _, err := h.ask("officer2", "POST", home+"/approve", yes); !fault.Is(err, "fault.denied") {
		t.Errorf("an officer approves: %v", err)
	}
	h.post("chair", home+"/approve", yes, http.StatusSeeOther)
	h.want("officer", home, "生效中")

	next := strings.Replace(strings.Replace(text, "version: 1", "version: 2", 1), "ceiling: 500", "ceiling: 600", 1)
	h.want("officer", home+"/draft?code=living&version=1", "ceiling: 500")
	h.post("officer", home+"/draft", url.Values{"body": {next}}, http.StatusSeeOther)
	h.want("chair", home+"/living/2/compare?with=1", "ceiling: 600", "ceiling: 500", "新增", "删去", "第 1 版")
	h.want("chair", home+"/living/2/compare", "ceiling: 500")
	h.want("chair", home+"/living/1/compare", "没有可以对比的版本")
	h.want("chair", one+"/retire", "重新生效")
	h.post("chair", one+"/retire", url.Values{"code": {"living"}, "version": {"1"}, "on": {"2026-11-22"}, "reason": {"上级停止"}}, http.StatusUnprocessableEntity)
	h.post("chair", one+"/retire", url.Values{"code": {"living"}, "version": {"1"}, "on": {"2026-11-23"}, "reason": {"上级停止"}}, http.StatusSeeOther)
	h.want("officer", one, "已停用", "上级停止")

	h.want("officer", home+"/line", "dibao_line")
	line := url.Values{"kind": {"dibao_line"}, "region": {"44070"}, "from_day": {"2026-07-01"}, "amount": {"1,120"}, "source": {"示例文号"}}
	h.post("officer", home+"/line", line, http.StatusUnprocessableEntity)
	line.Set("region", "440700")
	h.post("officer", home+"/line", line, http.StatusSeeOther)
	h.want("officer", home, "¥1,120.00", "440700", "示例文号")
	if _, _, err := h.ask("officer", "GET", home+"/nothing/1", nil); fault.Of(err).Kind != fault.Missing {
		t.Errorf("a standard that is not there: %v", err)
	}
}

// An officer changes figures and the day in a table; the new version says in words what changed, the chair approves it.
func TestEditFigures(t *testing.T) {
	h := newDesk(t)
	text := shipped(t, "living")
	h.post("officer", home+"/draft", url.Values{"body": {text}}, http.StatusSeeOther)
	approve := func(n string) {
		t.Helper()
		hash := regexp.MustCompile(`name="hash" value="(\w+)"`).FindStringSubmatch(h.want("chair", home+"/living/"+n, "批准这一版"))[1]
		h.post("chair", home+"/approve", url.Values{"code": {"living"}, "version": {n}, "hash": {hash}}, http.StatusSeeOther)
	}
	approve("1")
	ceiling := ""
	for _, d := range standard.Dials(text) {
		if d.Part == "ceiling" {
			ceiling = d.Key
		}
	}
	at := home + "/living/1/edit"
	h.want("officer", at, "生活帮扶：上限", `value="500"`, "现在用的不变")
	for _, wrong := range []url.Values{{ceiling: {"x"}}, {ceiling: {"500"}}, {ceiling: {"100"}}, {"from_day": {"2027-13-01"}, ceiling: {"600"}}} {
		h.post("officer", at, wrong, http.StatusUnprocessableEntity)
	}
	h.post("officer", at, url.Values{"name_zh": {"生活帮扶（新）"}, "from_day": {"2027-01-01"}, ceiling: {"600"}}, http.StatusSeeOther)
	h.want("chair", home+"/living/2/compare", "改了什么", "生活帮扶：上限", "500", "600", "生活帮扶（新）", "whatif?with=2")
	body := h.want("officer", home+"/living/2/edit", "改的是这份草稿")
	ceiling = regexp.MustCompile(`name="(n\d+_\d+)"[^>]*value="600"`).FindStringSubmatch(body)[1] // a line came in above it
	h.post("officer", home+"/living/2/edit", url.Values{ceiling: {"650"}}, http.StatusSeeOther)
	h.want("chair", home+"/living/2", "650")
	if _, _, err := h.ask("officer", "POST", home+"/approve", url.Values{"code": {"living"}, "version": {"2"}, "hash": {"x"}}); !fault.Is(err, "fault.denied") {
		t.Errorf("who wrote it approves it: %v", err)
	}
	approve("2")
	if _, _, err := h.ask("chair", "GET", home+"/living/2/edit", nil); err != nil {
		t.Error(err)
	}
	h.want("officer", home, "生活帮扶（新）")
}

// Every shipped document can be read as a page, in both languages; no bare code is left where a word was promised.
func TestShippedInWords(t *testing.T) {
	paths, err := filepath.Glob("../../../../standards/*.yaml")
	if err != nil || len(paths) < 10 {
		t.Fatalf("%d documents, %v", len(paths), err)
	}
	h := newDesk(t)
	for _, p := range paths {
		if strings.Contains(p, ".cases.") {
			continue
		}
		text := shipped(t, strings.TrimSuffix(filepath.Base(p), ".yaml"))
		var v standard.Version
		h.Do("system", func(ctx context.Context, tx *db.Tx) (err error) {
			v, err = standard.Save(ctx, tx, standard.DraftIn{Body: text})
			return err
		})
		body := h.want("officer", address(v))
		if i := strings.Index(body, "standard.kind_"); i >= 0 {
			t.Errorf("%s shows a key: %s", v.Code, body[i:i+30])
		}
		if i := strings.Index(body, "standard.p"); i >= 0 {
			t.Errorf("%s shows a key: %s", v.Code, body[i:i+30])
		}
	}
}

func TestExpressionInWords(t *testing.T) {
	s, err := standard.Parse([]byte(shipped(t, "r07")))
	if err != nil {
		t.Fatal(err)
	}
	n := namesOf(s)
	for _, tt := range []struct{ expr, zh, en string }{
		{"12 * line", "12 * 「当地城市低保标准」", "12 * “local subsistence line”"},
		{"filed_class == 'deep'", "「建档类别」 为 「深度困难」", "“class on file” is “deep hardship”"},
		{`self_pay > yuan(0) && filed_class != "none"`, "「个人自付医疗费」 高于 0 元 且 「建档类别」 不为 「未建档」", "“medical cost borne by the person” above 0 yuan and “class on file” is not “not filed”"},
		{"unheard_of >= 3", "unheard_of 不低于 3", "unheard_of at least 3"},
	} {
		if got := n.say(words.Zh, tt.expr); got != tt.zh {
			t.Errorf("say(zh, %s) = %s, want %s", tt.expr, got, tt.zh)
		}
		if got := n.say(words.En, tt.expr); got != tt.en {
			t.Errorf("say(en, %s) = %s, want %s", tt.expr, got, tt.en)
		}
	}
}

// poor adds a worker of a unit with an income written down for the family.
func (h *desk) poor(name, unit, income string) {
	h.T.Helper()
	h.Do("system", func(ctx context.Context, tx *db.Tx) error {
		w, err := person.Add(ctx, tx, person.Draft{StaffNo: "T" + income, Name: name, UnitID: h.Units[unit], EntryOn: "2020-01-01", Employment: person.Regular})
		if err != nil {
			return err
		}
		for fact, value := range map[string]string{"income_year": income, "family_size": "1"} {
			if _, err := person.SetFact(ctx, tx, person.Fact{SubjectKind: person.OfHousehold, SubjectID: w.HouseholdID, Name: fact, Period: map[string]string{"income_year": "2025"}[fact], Known: true, Value: value, Source: person.FromSelf}); err != nil {
				return err
			}
		}
		return nil
	})
}

// The line and the ceiling are raised: who comes in, by how much, what a year costs, who stands just above. The officer
// sees masked names; the leading group sees no small numbers and no family.
func TestWhatIf(t *testing.T) {
	h := newDesk(t)
	h.Add("lead", org.RoleLeader, tasktest.Union)
	h.post("officer", home+"/draft", url.Values{"body": {shipped(t, "living")}}, http.StatusSeeOther)
	for _, line := range []url.Values{{"kind": {"dibao_line"}, "from_day": {"2026-01-01"}, "amount": {"1000"}, "source": {"示例文号"}}} {
		h.post("officer", home+"/line", line, http.StatusSeeOther)
	}
	h.poor("张示例", "branch", "11000")
	h.poor("李示例", "other", "13000")
	h.poor("王示例", "other", "12600")
	at := home + "/living/1/whatif"
	h.want("officer", at, "现在符合", "¥1,200.00 至 ¥2,000.00", "在线上方 10% 以内", "没有家庭因此变化", "王*例", "data-live")
	text := shipped(t, "living")
	var ceiling string
	for _, d := range standard.Dials(text) {
		if d.Part == "ceiling" {
			ceiling = d.Key
		}
	}
	query := url.Values{"dibao_line": {"1200"}, ceiling: {"600"}}.Encode()
	body := h.want("officer", at+"?"+query, "新进来", "李*例", "张*例", "给得更多", "¥3,600.00 至 ¥7,200.00", "+¥5,200.00", "branch")
	if strings.Contains(body, "李示例") {
		t.Error("a name is shown whole")
	}
	body = h.want("lead", at+"?"+query, "不足 5", "不显示")
	for _, not := range []string{"李*例", "7,200", "5,200"} {
		if strings.Contains(body, not) {
			t.Errorf("who may not know the families sees %s", not)
		}
	}
	h.want("officer", at+"?"+url.Values{ceiling: {"x"}}.Encode(), "要填数字")
	h.want("officer", at+"?dibao_line=x", "要填数字")
	h.want("officer", at+"?"+url.Values{ceiling: {"200"}}.Encode(), "下限")
	body = h.want("branch", at+"?"+query, "张*例")
	if strings.Contains(body, "李*例") {
		t.Error("an officer of a branch sees another's family")
	}
	for who, want := range map[string]string{"officer": "李*例", "lead": "不足 5"} {
		file := h.post(who, at+"/export?"+query, url.Values{"purpose": {"给会议用的试算"}, "format": {"csv"}}, http.StatusOK)
		if !strings.Contains(file, want) || strings.Contains(file, "李示例") {
			t.Errorf("%s takes %s", who, file)
		}
	}
}

// An officer writes a standard without its text: from a shape, a condition from the lists, a family reckoned by hand that comes
// out otherwise until the standard is mended; only then another approves, and workers can apply.
func TestWrittenInThePage(t *testing.T) {
	h := newDesk(t)
	h.want("officer", home+"/new", "定额补助", "按收入线认定困难职工")
	begin := url.Values{"name_zh": {"冬季补助"}, "shape": {"shape_fixed"}, "source": {"冬季补助通知"}, "code": {"winter"}}
	h.post("officer", home+"/new", begin, http.StatusSeeOther)
	h.post("officer", home+"/new", begin, http.StatusUnprocessableEntity) // the code is taken
	one := home + "/winter/1"
	h.want("officer", one+"/write", "必须符合", "是工会会员", "还没有例子", "加一条")
	body := h.want("officer", one+"/head", "冬季补助通知")
	if !strings.Contains(body, `name="valid/from"`) {
		t.Error("the head has no first day")
	}
	h.post("officer", one+"/head", url.Values{"name/zh": {"冬季暖心补助"}, "source/title": {"冬季补助通知"}, "publicity/days": {"7"}}, http.StatusSeeOther)
	row := one + "/row?list=items/0/requires&at=0"
	h.want("officer", row, `value="income_per_head_month" selected`, `value="lt" selected`)
	h.post("officer", row, url.Values{"zh": {"人均不高于低保标准的一倍半"}, "clause": {"第二条"}, "code": {"below"}, "fact.0": {"income_per_head_month"}, "op.0": {"le"}, "value.0": {"很多"}, "of.0": {"line"}},
		http.StatusUnprocessableEntity)
	h.post("officer", row, url.Values{"zh": {"人均不高于低保标准的一倍半"}, "clause": {"第二条"}, "code": {"below"}, "fact.0": {"income_per_head_month"}, "op.0": {"lt"}, "value.0": {"1.5"}, "of.0": {"line"}},
		http.StatusSeeOther)
	h.want("officer", row, `value="1.5"`)
	family := url.Values{"name": {"正好一倍半"}, "fact.union_member": {"true"}, "fact.income_per_head_month": {"1500"}, "ref.dibao_line": {"1000"}, "want.outcome": {"yes"}, "want.item.grant": {"1000"}}
	h.post("officer", one+"/family?at=0", family, http.StatusSeeOther)
	h.want("officer", one+"/write", "不一致", "应是 成立，算出来是 不成立")
	hash := regexp.MustCompile(`name="hash" value="(\w+)"`)
	yes := func() url.Values {
		return url.Values{"code": {"winter"}, "version": {"1"}, "hash": {hash.FindStringSubmatch(h.want("chair", one))[1]}}
	}
	if _, text, err := h.ask("chair", "POST", home+"/approve", yes()); err != nil && !fault.Is(err, "standard.case_fails") || err == nil && !strings.Contains(text, "正好一倍半") {
		t.Errorf("a draft that a family contradicts: %v", err)
	}
	h.post("officer", row, url.Values{"zh": {"人均不高于低保标准的一倍半"}, "clause": {"第二条"}, "code": {"below"}, "fact.0": {"income_per_head_month"}, "op.0": {"le"}, "value.0": {"1.5"}, "of.0": {"line"}},
		http.StatusSeeOther)
	h.want("officer", one+"/write", "一致")
	h.post("officer", one+"/row?list=documents&at=1", url.Values{"zh": {"收入证明"}}, http.StatusSeeOther)
	h.post("officer", one+"/row/raise", url.Values{"list": {"documents"}, "at": {"1"}}, http.StatusSeeOther)
	h.post("officer", one+"/row/drop", url.Values{"list": {"documents"}, "at": {"1"}}, http.StatusUnprocessableEntity) // an item asks for it
	h.post("chair", home+"/approve", yes(), http.StatusSeeOther)
	h.post("officer", one+"/family?at=0", family, http.StatusUnprocessableEntity) // what is approved is frozen
	h.want("officer", one+"/offer", "身份证复印件", "1000")
	h.post("officer", one+"/offer", url.Values{"purpose": {"冬天取暖有困难"}, "who": {"人均不高于低保标准一倍半的职工"}, "get": {"每户 1000 元"}, "prepare": {"身份证"}, "causes": {"low_income"}}, http.StatusSeeOther)
	h.want("officer", home, "冬天取暖有困难", "停止申请")
	h.post("officer", row, url.Values{"zh": {"人均不高于低保标准的两倍"}, "clause": {"第二条"}, "code": {"below"}, "fact.0": {"income_per_head_month"}, "op.0": {"le"}, "value.0": {"2"}, "of.0": {"line"}},
		http.StatusSeeOther)
	h.want("officer", home+"/winter/2/write", "草稿", "一致") // the families came along
	h.post("officer", home+"/offer/end", url.Values{"code": {"winter"}}, http.StatusSeeOther)
}
