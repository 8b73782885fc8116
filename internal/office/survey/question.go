package survey

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
	"bangfu/internal/engine/form"
)

// Text is a sentence of a questionnaire; English may be missing.
type Text struct {
	Zh string `json:"zh" yaml:"zh"`
	En string `json:"en,omitempty" yaml:"en"`
}

// Say gives the sentence in a language, the Chinese where there is no English.
func (t Text) Say(l words.Lang) string {
	if l == words.En && t.En != "" {
		return t.En
	}
	return t.Zh
}

// Kind is how a question is answered.
type Kind string

// The six kinds of questions.
const (
	One    Kind = "one"
	Many   Kind = "many"
	YesNo  Kind = "yesno"
	Number Kind = "number"
	Short  Kind = "text"
	Scale  Kind = "scale"
)

// Choices lists the kinds in menu order.
func (Kind) Choices() []form.Choice {
	return []form.Choice{{Value: "one", Label: "单选"}, {Value: "many", Label: "多选"}, {Value: "yesno", Label: "是、否、说不准"}, {Value: "number", Label: "填数字"},
		{Value: "text", Label: "填一句话"}, {Value: "scale", Label: "1 到 5 分"}}
}

// Say gives the word of a kind.
func (k Kind) Say(l words.Lang) string { return pick(l, k.Choices(), string(k)) }

// Option is one answer to choose.
type Option struct {
	Value string `json:"value" yaml:"value"`
	Text  `yaml:",inline"`
}

// Fact declares what an answer tells of a family: Of is household, worker, student or screen (only for the screening, never
// kept), Name a word of the vocabulary above. When maps an option to the value told; without it the answer itself is told.
type Fact struct {
	Of   string            `json:"of" yaml:"of"`
	Name string            `json:"name" yaml:"name"`
	When map[string]string `json:"when,omitempty" yaml:"when"`
}

// Question is one question. Money numbers are yuan as typed and fen as kept; Max 0 is no bound. Cause marks the options that
// name a cause of hardship; Asks marks the question whose yes asks for a call.
type Question struct {
	Code    string            `json:"code" yaml:"code"`
	Kind    Kind              `json:"kind" yaml:"kind"`
	Ask     Text              `json:"ask" yaml:"ask"`
	Hint    Text              `json:"hint,omitzero" yaml:"hint"`
	Need    bool              `json:"need,omitempty" yaml:"need"`
	Options []Option          `json:"options,omitempty" yaml:"options"`
	Money   bool              `json:"money,omitempty" yaml:"money"`
	Unit    Text              `json:"unit,omitzero" yaml:"unit"`
	Min     int64             `json:"min,omitempty" yaml:"min"`
	Max     int64             `json:"max,omitempty" yaml:"max"`
	Facts   []Fact            `json:"facts,omitempty" yaml:"facts"`
	Cause   map[string]string `json:"cause,omitempty" yaml:"cause"`
	Asks    bool              `json:"asks,omitempty" yaml:"asks"`
}

// The bounds of a questionnaire.
const (
	mostQuestions, mostOptions = 40, 12
	mostAsk, mostOption        = 100, 40
	mostText                   = 200
	mostNumber                 = 1_000_000_000
)

// Picks lists the answers to choose from; none for numbers and texts.
func (q Question) Picks() []Option {
	switch q.Kind {
	case YesNo:
		return []Option{{"yes", Text{"是", "Yes"}}, {"no", Text{"否", "No"}}, {"unsure", Text{"说不准", "Not sure"}}}
	case Scale:
		return []Option{{"1", Text{"1 分，很不满意", "1, very dissatisfied"}}, {"2", Text{"2 分，不太满意", "2, rather dissatisfied"}}, {"3", Text{"3 分，一般", "3, so-so"}},
			{"4", Text{"4 分，比较满意", "4, rather satisfied"}}, {"5", Text{"5 分，很满意", "5, very satisfied"}}}
	case One, Many:
		return q.Options
	}
	return nil
}

// check holds a question to what can be asked. Faults: "survey.kind", "survey.ask", "survey.options", "survey.option_twice".
func (q Question) check() error {
	var l fault.List
	if !slices.ContainsFunc(Kind("").Choices(), func(c form.Choice) bool { return c.Value == string(q.Kind) }) {
		l.Add("kind", "survey.kind")
	}
	if n := utf8.RuneCountInString(q.Ask.Zh); n < 2 || n > mostAsk {
		l.Add("ask", "survey.ask", mostAsk)
	}
	if q.Kind == One || q.Kind == Many {
		if len(q.Options) < 2 || len(q.Options) > mostOptions {
			l.Add("options", "survey.options", mostOptions)
		}
		for i, o := range q.Options {
			if n := utf8.RuneCountInString(o.Zh); o.Value == "" || n == 0 || n > mostOption {
				l.Add("options", "survey.option", i+1, mostOption)
			}
			if slices.ContainsFunc(q.Options[:i], func(p Option) bool { return p.Value == o.Value || p.Zh == o.Zh }) {
				l.Add("options", "survey.option_twice", o.Zh)
			}
		}
	}
	return l.Err()
}

// read puts an answer as people give it into the form it is kept in: values of options, fen, a count, a text. Nothing is nil.
// Faults: "survey.need", "survey.choice", "survey.number", "survey.range", "survey.long", those of money.Parse.
func (q Question) read(given []string) ([]string, error) {
	var out []string
	for _, g := range given {
		if g = strings.TrimSpace(g); g != "" && !slices.Contains(out, g) {
			out = append(out, g)
		}
	}
	switch {
	case len(out) == 0 && q.Need:
		return nil, fault.New(fault.Invalid, "survey.need", q.Ask)
	case len(out) == 0:
		return nil, nil
	case len(out) > 1 && q.Kind != Many:
		return nil, fault.New(fault.Invalid, "survey.choice", q.Ask)
	}
	switch q.Kind {
	case Number:
		n, err := q.number(out[0])
		return []string{strconv.FormatInt(n, 10)}, err
	case Short:
		if utf8.RuneCountInString(out[0]) > mostText {
			return nil, fault.New(fault.Invalid, "survey.long", mostText)
		}
		return out, nil
	}
	for _, v := range out {
		if !slices.ContainsFunc(q.Picks(), func(o Option) bool { return o.Value == v }) {
			return nil, fault.New(fault.Invalid, "survey.choice", q.Ask)
		}
	}
	return out, nil
}

func (q Question) number(text string) (int64, error) {
	n, top, scale := int64(0), q.Max, int64(1)
	if q.Money {
		a, err := money.Parse(text)
		if err != nil {
			return 0, err
		}
		n, scale = int64(a), 100
	} else {
		var err error
		if n, err = strconv.ParseInt(strings.ReplaceAll(text, ",", ""), 10, 64); err != nil {
			return 0, fault.New(fault.Invalid, "survey.number", q.Ask)
		}
	}
	if top == 0 {
		top = mostNumber
	}
	if n < q.Min*scale || n > top*scale {
		return 0, fault.New(fault.Invalid, "survey.range", q.Min, top)
	}
	return n, nil
}

// Shown gives kept values as they are typed and read again.
func (q Question) Shown(kept []string) []string {
	if q.Kind != Number || !q.Money || len(kept) == 0 {
		return kept
	}
	n, err := strconv.ParseInt(kept[0], 10, 64)
	if err != nil {
		return kept
	}
	return []string{money.Amount(n).Plain()}
}

// Words gives an answer as a person reads it.
func (q Question) Words(l words.Lang, kept []string) string {
	var out []string
	for _, v := range q.Shown(kept) {
		i := slices.IndexFunc(q.Picks(), func(o Option) bool { return o.Value == v })
		switch {
		case i >= 0:
			v = q.Picks()[i].Say(l)
		case q.Money:
			v += words.T(l, "元")
		default:
			v += q.Unit.Say(l)
		}
		out = append(out, v)
	}
	return strings.Join(out, words.T(l, "、"))
}

// Template is a questionnaire that comes with the program.
type Template struct {
	Code      string     `yaml:"code"`
	Title     Text       `yaml:"title"`
	Intro     Text       `yaml:"intro"`
	Anonymous bool       `yaml:"anonymous"`
	Days      int        `yaml:"days"`
	Questions []Question `yaml:"questions"`
}

//go:embed shipped/*.yaml
var files embed.FS

// Templates gives the questionnaires that come with the program, by code.
func Templates() ([]Template, error) {
	names, err := fs.Glob(files, "shipped/*.yaml")
	if err != nil {
		return nil, err
	}
	var out []Template
	for _, name := range names {
		text, err := files.ReadFile(name)
		if err != nil {
			return nil, err
		}
		t, err := ParseTemplate(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		out = append(out, t)
	}
	return out, nil
}

// ParseTemplate reads a questionnaire. Faults: those of the document's form, of each question, "survey.code_twice".
func ParseTemplate(text []byte) (Template, error) {
	var t Template
	d := yaml.NewDecoder(strings.NewReader(string(text)))
	d.KnownFields(true)
	if err := d.Decode(&t); err != nil {
		return t, fault.New(fault.Invalid, "survey.document", err.Error())
	}
	if t.Code == "" || t.Title.Zh == "" || len(t.Questions) == 0 || len(t.Questions) > mostQuestions {
		return t, fault.New(fault.Invalid, "survey.document", "code, title, questions")
	}
	for i, q := range t.Questions {
		if err := q.check(); err != nil {
			return t, err
		}
		if q.Code == "" || slices.ContainsFunc(t.Questions[:i], func(p Question) bool { return p.Code == q.Code }) {
			return t, fault.New(fault.Invalid, "survey.code_twice", q.Code)
		}
	}
	return t, nil
}

func (t Template) body() (string, error) { return bodyOf(t.Questions) }

func bodyOf(all []Question) (string, error) {
	text, err := json.Marshal(all)
	return string(text), err
}
