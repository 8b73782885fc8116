package form_test

import (
	"bytes"
	"errors"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/ident"
	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
	"bangfu/internal/engine/form"
)

type colour string

func (colour) Choices() []form.Choice {
	return []form.Choice{{Value: "red", Label: "红"}, {Value: "blue", Label: "蓝"}}
}

type where struct {
	Town string `form:"town" label:"住址" max:"10"`
}

// all has a field of every kind and of every type.
type all struct {
	where
	Name    string        `form:"name" label:"姓名" need:"true" min:"2" max:"5"`
	Amount  money.Amount  `form:"amount" label:"金额" need:"true" min:"0.01" max:"500"`
	Maybe   *money.Amount `form:"maybe" label:"存款"`
	On      day.Day       `form:"on" label:"日期"`
	People  int64         `form:"people" label:"人数" min:"1" max:"20"`
	Own     *bool         `form:"own" label:"有没有房"`
	Agree   bool          `form:"agree" label:"同意" need:"true"`
	Colour  colour        `form:"colour" label:"颜色" need:"true"`
	Colours []colour      `form:"colours" label:"颜色"`
	Yes     string        `form:"yes" label:"是否" choices:"y=是|n=否"`
	Text    string        `form:"text" label:"说明" kind:"area" max:"20"`
	ID      string        `form:"id" label:"身份证号" kind:"id"`
	Phone   string        `form:"phone" label:"手机" kind:"phone"`
	Card    string        `form:"card" label:"卡号" kind:"card"`
	Pass    string        `form:"pass" label:"密码" kind:"secret"`
	Code    string        `form:"code" label:"验证码" kind:"code"`
	Case    string        `form:"case" kind:"hidden"`
	Paper   form.File     `form:"paper" label:"发票" accept:"image/png,.csv" max:"1"`
	Papers  []form.File   `form:"papers" label:"材料"`
	private string
}

func good() form.Values {
	return form.Values{"name": {" 王建华\u200b "}, "amount": {"￥１２6.5元"}, "on": {"2026年11月2日"}, "people": {"３"}, "agree": {"on"},
		"colour": {"red"}, "colours": {"blue", "red", "blue"}, "text": {"一\r\n二\x00"}, "town": {"某镇"}, "own": {"0"},
		"id": {ident.Invented("1980-01-02", 7)}, "pass": {" 空格 "}}
}

func TestDecode(t *testing.T) {
	var in all
	if err := form.Decode(good(), &in); err != nil {
		t.Fatal(err)
	}
	no := false
	want := all{where: where{"某镇"}, Name: "王建华", Amount: 12650, On: "2026-11-02", People: 3, Agree: true, Own: &no, Colour: "red",
		Colours: []colour{"blue", "red"}, Text: "一\n二", ID: ident.Invented("1980-01-02", 7), Pass: " 空格 "}
	if !reflect.DeepEqual(in, want) {
		t.Errorf("got  %+v\nwant %+v", in, want)
	}
	if in.private != "" || in.Maybe != nil {
		t.Error("a field that was not posted has a value")
	}
}

// keys lists field and key of every fault, in order.
func keys(err error) []string {
	f := fault.Of(err)
	if f == nil {
		return nil
	}
	if len(f.Parts) == 0 {
		return []string{f.Field + " " + f.Key}
	}
	var out []string
	for _, p := range f.Parts {
		out = append(out, p.Field+" "+p.Key)
	}
	return out
}

func TestDecodeFaults(t *testing.T) {
	for _, tt := range []struct{ name, value, want string }{
		{"name", "", "name form.need"}, {"name", "王", "name form.short"}, {"name", "一二三四五六", "name form.long"},
		{"amount", "", "amount form.need"}, {"amount", "12x", "amount money.shape"}, {"amount", "0", "amount form.low"},
		{"amount", "500.01", "amount form.high"}, {"amount", "-1", "amount form.low"}, {"amount", "1.005", "amount money.decimals"},
		{"maybe", "-5", "maybe form.low"}, {"on", "2026-02-30", "on day.shape"}, {"people", "3.5", "people form.int"},
		{"people", "0", "people form.low"}, {"people", "21", "people form.high"}, {"agree", "", "agree form.tick"},
		{"agree", "perhaps", "agree form.choice"}, {"colour", "", "colour form.choose"}, {"colour", "green", "colour form.choice"},
		{"colours", "green", "colours form.choice"}, {"yes", "maybe", "yes form.choice"}, {"text", strings.Repeat("长", 21), "text form.long"},
		{"town", strings.Repeat("长", 11), "town form.long"}, {"phone", "138", "phone ident.phone.short"}, {"id", "12", "id ident.id.short"},
	} {
		v := good()
		v[tt.name] = []string{tt.value}
		var in all
		if got := keys(form.Decode(v, &in)); !slices.Equal(got, []string{tt.want}) {
			t.Errorf("%s=%q gives %v, want %s", tt.name, tt.value, got, tt.want)
		}
	}
	if got := keys(form.Decode(nil, &all{})); len(got) != 4 {
		t.Errorf("an empty form gives %v, want every needed field at once", got)
	}
}

// TestShow wants what was read to be read again alike from what is shown; secrets are not shown.
func TestShow(t *testing.T) {
	var in, again all
	if err := form.Decode(good(), &in); err != nil {
		t.Fatal(err)
	}
	v := form.Show(in)
	if v.Get("pass") != "" {
		t.Error("a secret is shown")
	}
	if v["own"] = []string{"0"}; v.Get("amount") != "126.50" {
		t.Errorf("amount is shown as %q", v.Get("amount"))
	}
	if err := form.Decode(v, &again); err != nil {
		t.Fatal(err)
	}
	in.Pass = ""
	if !reflect.DeepEqual(in, again) {
		t.Errorf("read %+v, shown and read again %+v", in, again)
	}
}

type crossed struct {
	From day.Day `form:"from" label:"从"`
	To   day.Day `form:"to" label:"到"`
}

func (c crossed) Check() error {
	if c.To < c.From {
		return fault.New(fault.Invalid, "day.range").At("to")
	}
	return nil
}

func TestCheck(t *testing.T) {
	var c crossed
	if got := keys(form.Decode(form.Values{"from": {"2026-02-01"}, "to": {"2026-01-01"}}, &c)); !slices.Equal(got, []string{"to day.range"}) {
		t.Errorf("a form whose days are crossed gives %v", got)
	}
	if got := keys(form.Decode(form.Values{"from": {"no"}, "to": {"2026-01-01"}}, &c)); !slices.Equal(got, []string{"from day.shape"}) {
		t.Errorf("rules across fields are asked before the fields have their shape: %v", got)
	}
}

// png begins as a PNG does.
const png = "\x89PNG\r\n\x1a\n0000"

func multi(t *testing.T, files map[string]string, values form.Values) *http.Request {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for name, v := range values {
		for _, s := range v {
			if err := w.WriteField(name, s); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, content := range files {
		part, err := w.CreateFormFile("paper", name)
		if err == nil {
			_, err = part.Write([]byte(content))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, "/", &b)
	r.Header.Set("Content-Type", w.FormDataContentType())
	return r
}

func TestReadFiles(t *testing.T) {
	for _, tt := range []struct{ name, content, want string }{
		{"a.png", png, ""}, {"list.csv", "a,b\n", ""}, {"a.png", "<html>", "paper form.file.type"}, {"a.png", "", "paper form.file.empty"},
		{"a.heic", "0000ftypheic0000", "paper form.file.heic"}, {"big.png", png + strings.Repeat("0", 1<<20), "paper form.file.big"},
	} {
		var in all
		err := form.Read(multi(t, map[string]string{tt.name: tt.content}, good()), &in)
		if got := strings.Join(keys(err), ","); got != tt.want {
			t.Errorf("file %q: %q, want %q", tt.name, got, tt.want)
		}
		if tt.want == "" && (in.Paper.Name != tt.name || in.Paper.Size != int64(len(tt.content)) || len(in.Paper.Sum) != 64) {
			t.Errorf("file %q read as %q, %d bytes", tt.name, in.Paper.Name, in.Paper.Size)
		}
	}
}

func TestReadLimits(t *testing.T) {
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader("text="+strings.Repeat("a", form.Limit)))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if err := form.Read(r, &all{}); !fault.Is(err, "form.big") {
		t.Errorf("a form over the limit gives %v", err)
	}
	r = multi(t, map[string]string{"a.png": strings.Repeat("a", form.Limit)}, nil)
	if err := form.Read(r, &all{}); !fault.Is(err, "form.big") {
		t.Errorf("files over the limit give %v", err)
	}
	r = multi(t, map[string]string{"a.png": png}, nil)
	r.Header.Set("Content-Type", "multipart/form-data; boundary=other")
	if err := form.Read(r, &all{}); !fault.Is(err, "form.body") {
		t.Errorf("a broken body gives %v", err)
	}
}

func TestUnknown(t *testing.T) {
	if n := form.Unknown(form.Values{"name": nil, "_key": nil, "role": nil, "admin": nil}, &all{}); n != 2 {
		t.Errorf("%d unknown names, want 2", n)
	}
}

func TestJSON(t *testing.T) {
	var in all
	body := `{"name":"王建华","amount":12650,"on":"2026-11-02","people":3,"agree":true,"own":false,"colour":"red","colours":["blue","red"],
		"maybe":null,"paper":{"name":"a.png","data":"iVBORw0KGgowMDAw"}}`
	if err := form.JSON(strings.NewReader(body), &in); err != nil {
		t.Fatal(err)
	}
	if in.Amount != 12650 || in.People != 3 || in.Own == nil || *in.Own || in.Paper.Type != "image/png" || len(in.Colours) != 2 || in.Maybe != nil {
		t.Errorf("read %+v", in)
	}
	for _, tt := range []struct{ body, want string }{
		{`[]`, " form.body"}, {``, " form.body"}, {`{"name":"王建华"} {}`, " form.body"}, {`{"name":`, " form.body"},
		{`{"nama":"x"}`, "nama form.unknown"}, {`{"name":"王建","name":"王华"}`, "name form.twice"}, {`{"amount":"12"}`, "amount form.type"},
		{`{"amount":1.5}`, "amount form.type"}, {`{"people":1e99}`, "people form.type"}, {`{"agree":"yes"}`, "agree form.type"}, {`{"paper":{"data":"*"}}`, "paper form.type"},
	} {
		if got := keys(form.JSON(strings.NewReader(tt.body), &all{})); !slices.Equal(got, []string{tt.want}) {
			t.Errorf("JSON(%s) gives %v, want %s", tt.body, got, tt.want)
		}
	}
}

func TestSchema(t *testing.T) {
	s := form.Schema(reflect.TypeFor[all]())
	if got := s["required"]; !reflect.DeepEqual(got, []string{"name", "amount", "agree", "colour"}) {
		t.Errorf("required: %v", got)
	}
	props, ok := s["properties"].(map[string]any)
	if !ok || len(props) != len(form.Of[all]()) {
		t.Fatalf("properties: %v", s["properties"])
	}
	if got := props["amount"]; !reflect.DeepEqual(got, map[string]any{"type": "integer", "format": "int64", "description": "fen (1/100 CNY)", "title": "金额", "minimum": int64(1), "maximum": int64(50000)}) {
		t.Errorf("amount: %v", got)
	}
}

// FuzzRead throws any body at a form: it never panics, and what passes keeps every bound of its fields.
func FuzzRead(f *testing.F) {
	f.Add("name=王建华&amount=12&agree=1&colour=red&people=3&on=2026-01-02&text=%00%ff")
	f.Add(url.Values(good()).Encode())
	f.Fuzz(func(t *testing.T, body string) {
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		var in all
		err := form.Read(r, &in)
		if err == nil {
			holds(t, in)
			return
		}
		sentences(t, err)
	})
}

// FuzzJSON is FuzzRead for the API.
func FuzzJSON(f *testing.F) {
	f.Add(`{"name":"王建华","amount":12650,"agree":true,"colour":"red","people":3}`)
	f.Add(`{"paper":{"name":"a","data":"AA=="},"colours":["red"],"own":null}`)
	f.Fuzz(func(t *testing.T, body string) {
		var in all
		err := form.JSON(strings.NewReader(body), &in)
		if err == nil {
			holds(t, in)
			return
		}
		sentences(t, err)
	})
}

func holds(t *testing.T, in all) {
	t.Helper()
	if n := utf8.RuneCountInString(in.Name); n < 2 || n > 5 || in.Amount < 1 || in.Amount > 50000 || !in.Agree {
		t.Errorf("a form out of bounds passed: name of %d, amount %s", n, in.Amount)
	}
	if in.Colour != "red" && in.Colour != "blue" || in.On != "" && !in.On.Valid() || in.People != 0 && (in.People < 1 || in.People > 20) {
		t.Errorf("a form out of bounds passed: %q %q %d", in.Colour, in.On, in.People)
	}
	if !utf8.ValidString(in.Text) || strings.ContainsRune(in.Text, 0) {
		t.Errorf("text the database would refuse: %q", in.Text)
	}
}

// sentences wants a fault, never a bare error, and words for it in both languages.
func sentences(t *testing.T, err error) {
	t.Helper()
	if !errors.As(err, new(*fault.Fault)) {
		t.Fatalf("an error for the log reached a person: %v", err)
	}
	f := fault.Of(err)
	for _, p := range append([]*fault.Fault{f}, f.Parts...) {
		for _, l := range words.Langs() {
			if s := words.T(l, p.Key, p.Args...); s == p.Key {
				t.Errorf("no words for %s in %s", p.Key, l)
			}
		}
	}
}

// TestHiddenChoices: a hidden input is as open to forgery as any other.
func TestHiddenChoices(t *testing.T) {
	type in struct {
		Kind string `form:"kind" kind:"hidden" need:"true" choices:"a|b"`
	}
	for text, want := range map[string]string{"a": "", "c": "form.choice"} {
		var got in
		err := form.Decode(form.Values{"kind": {text}}, &got)
		f := fault.Of(err)
		if want == "" && (err != nil || got.Kind != text) || want != "" && (f == nil || len(f.Parts) != 1 || f.Parts[0].Key != want) {
			t.Errorf("%q: %v", text, err)
		}
	}
	if enum := form.Schema(reflect.TypeFor[in]())["properties"].(map[string]any)["kind"].(map[string]any)["enum"]; !reflect.DeepEqual(enum, []string{"a", "b"}) {
		t.Errorf("enum %v", enum)
	}
}
