package survey

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
)

// Ref names a survey.
type Ref struct {
	ID string `form:"id" kind:"hidden" need:"true" max:"40"`
}

// BeginIn begins a survey: from a questionnaire of the program (its code), from an earlier survey (its id: last year's), or
// from nothing.
type BeginIn struct {
	From string `form:"from" label:"从哪份问卷开始" max:"40"`
}

// Begin makes a draft. Fault: Missing for a template or survey that is not there.
var Begin = act.Act[BeginIn, Ref]{Name: "survey.begin", Title: "新建问卷", Right: "survey.write", Do: begin}

func begin(ctx context.Context, tx *db.Tx, in BeginIn) (Ref, error) {
	s := Survey{UnionID: tx.Union, ID: tx.ID(), TitleZh: "新问卷", Audience: All, State: Draft, Body: "[]", OpenOn: tx.Day(), CloseOn: tx.Day().Add(14),
		MadeBy: tx.Actor.User, MadeAt: tx.Ms(), Version: 1}
	tx.About("survey", s.ID)
	if in.From != "" {
		if err := s.from(ctx, tx, in.From); err != nil {
			return Ref{}, err
		}
	}
	return Ref{s.ID}, db.Insert(ctx, tx, "survey_survey", s)
}

func (s *Survey) from(ctx context.Context, tx *db.Tx, from string) error {
	all, err := Templates()
	if err != nil {
		return err
	}
	for _, t := range all {
		if t.Code != from {
			continue
		}
		s.Code, s.TitleZh, s.TitleEn, s.IntroZh, s.IntroEn = t.Code, t.Title.Zh, t.Title.En, t.Intro.Zh, t.Intro.En
		s.CloseOn = s.OpenOn.Add(t.Days)
		if t.Anonymous {
			s.Anonymous = 1
		}
		s.TitleZh = fmt.Sprintf("%d 年%s", tx.Day().Year(), s.TitleZh)
		s.TitleEn = fmt.Sprintf("%s %d", s.TitleEn, tx.Day().Year())
		s.Body, err = t.body()
		return err
	}
	old, err := Get(ctx, tx, from)
	if err != nil {
		return err
	}
	s.Code, s.TitleZh, s.TitleEn, s.IntroZh, s.IntroEn, s.Anonymous = old.Code, old.TitleZh, old.TitleEn, old.IntroZh, old.IntroEn, old.Anonymous
	s.Audience, s.Among, s.Body, s.CopiedFrom = old.Audience, old.Among, old.Body, old.ID
	s.CloseOn = s.OpenOn.Add(old.CloseOn.Sub(old.OpenOn))
	last, this := fmt.Sprint(old.OpenOn.Year()), fmt.Sprint(tx.Day().Year())
	s.TitleZh, s.TitleEn = strings.ReplaceAll(s.TitleZh, last, this), strings.ReplaceAll(s.TitleEn, last, this)
	return nil
}

// Naming is whether answers carry names, in the words that stand above them.
type Naming string

// Choices lists both.
func (Naming) Choices() []form.Choice {
	return []form.Choice{{Value: "named", Label: "实名：工会干部能看到您的回答"}, {Value: "nameless", Label: "匿名：不记录姓名和工号"}}
}

// SetIn is what stands around the questions.
type SetIn struct {
	ID        string   `form:"id" kind:"hidden" need:"true" max:"40"`
	TitleZh   string   `form:"title_zh" label:"标题" need:"true" min:"2" max:"60"`
	TitleEn   string   `form:"title_en" label:"英文标题" max:"120"`
	IntroZh   string   `form:"intro_zh" label:"说明" hint:"为什么问、用来做什么" kind:"area" max:"300"`
	IntroEn   string   `form:"intro_en" label:"英文说明" kind:"area" max:"600"`
	Anonymous Naming   `form:"anonymous" label:"实名还是匿名" hint:"发布以后不能再改" need:"true"`
	Audience  Audience `form:"audience" label:"请谁填" need:"true"`
	Units     []string `form:"units" label:"指定部门"`
	Kinds     []string `form:"kinds" label:"指定用工形式"`
	OpenOn    day.Day  `form:"open_on" label:"开始日期" need:"true"`
	CloseOn   day.Day  `form:"close_on" label:"结束日期" need:"true"`
}

// Check wants days in order, and units or kinds where the audience asks for them.
func (in SetIn) Check() error {
	var l fault.List
	if in.OpenOn > in.CloseOn {
		l.Add("close_on", "survey.days")
	}
	if in.Audience == Units && len(in.Units) == 0 {
		l.Add("units", "survey.units")
	}
	if in.Audience == Kinds && len(in.Kinds) == 0 {
		l.Add("kinds", "survey.kinds")
	}
	return l.Err()
}

// Shown gives a survey's settings as the form opens with them.
func (s Survey) Shown() SetIn {
	in := SetIn{ID: s.ID, TitleZh: s.TitleZh, TitleEn: s.TitleEn, IntroZh: s.IntroZh, IntroEn: s.IntroEn, Anonymous: "named", Audience: s.Audience,
		OpenOn: s.OpenOn, CloseOn: s.CloseOn}
	if s.Nameless() {
		in.Anonymous = "nameless"
	}
	switch s.Audience {
	case Units:
		in.Units = s.Chosen()
	case Kinds:
		in.Kinds = s.Chosen()
	case All, Filed:
	}
	return in
}

// Set changes a draft's settings. Faults: "survey.not_draft" (Refused) once it is published.
var Set = act.Act[SetIn, act.None]{Name: "survey.set", Title: "修改问卷设置", Right: "survey.write",
	Do: func(ctx context.Context, tx *db.Tx, in SetIn) (act.None, error) {
		s, _, err := drafted(ctx, tx, in.ID)
		if err != nil {
			return act.None{}, err
		}
		s.TitleZh, s.TitleEn, s.IntroZh, s.IntroEn, s.Audience, s.OpenOn, s.CloseOn = in.TitleZh, in.TitleEn, in.IntroZh, in.IntroEn, in.Audience, in.OpenOn, in.CloseOn
		s.Anonymous, s.Among = 0, ""
		if in.Anonymous == "nameless" {
			s.Anonymous = 1
		}
		switch in.Audience {
		case Units:
			s.Among = strings.Join(in.Units, " ")
		case Kinds:
			s.Among = strings.Join(in.Kinds, " ")
		case All, Filed:
		}
		return act.None{}, s.save(ctx, tx)
	}}

// drafted holds a draft with its questions.
func drafted(ctx context.Context, tx *db.Tx, id string) (Survey, []Question, error) {
	s, err := hold(ctx, tx, id)
	if err != nil {
		return s, nil, err
	}
	if s.State != Draft {
		return s, nil, fault.New(fault.Refused, "survey.not_draft")
	}
	all, err := s.Questions()
	return s, all, err
}

// QuestionIn is one question as it is written. Options are lines, "中文 | English". An empty Code is a new question.
type QuestionIn struct {
	ID      string `form:"id" kind:"hidden" need:"true" max:"40"`
	Code    string `form:"code" kind:"hidden" max:"40"`
	Kind    Kind   `form:"kind" label:"怎么答" need:"true"`
	Ask     string `form:"ask" label:"问题" need:"true" min:"2" max:"100"`
	AskEn   string `form:"ask_en" label:"英文问题" max:"300"`
	Hint    string `form:"hint" label:"提示" max:"100"`
	Options string `form:"options" label:"选项" hint:"单选和多选用，一行一个；要英文的写成“中文 | English”" kind:"area" max:"1500"`
	Need    bool   `form:"need" label:"必须回答"`
	Money   bool   `form:"money" label:"数字是金额（元）"`
	Unit    string `form:"unit" label:"数字的单位" hint:"比如：人、次" max:"10"`
}

// Lines gives a question's options as they are typed.
func (q Question) Lines() string {
	var out []string
	for _, o := range q.Options {
		if o.En != "" {
			out = append(out, o.Zh+" | "+o.En)
		} else {
			out = append(out, o.Zh)
		}
	}
	return strings.Join(out, "\n")
}

// write puts what was typed over a question. Options that keep their words keep their values, so that what the questionnaire
// declares of them still holds.
func (in QuestionIn) write(q *Question) {
	old := q.Options
	q.Kind, q.Ask, q.Need, q.Money = in.Kind, Text{in.Ask, in.AskEn}, in.Need, in.Money
	if in.Hint != q.Hint.Zh {
		q.Hint = Text{Zh: in.Hint}
	}
	if in.Unit != q.Unit.Zh {
		q.Unit = Text{Zh: in.Unit}
	}
	q.Options = nil
	if in.Kind != One && in.Kind != Many {
		return
	}
	taken := map[string]bool{}
	for _, o := range old {
		taken[o.Value] = true
	}
	for line := range strings.SplitSeq(in.Options, "\n") {
		zh, en, _ := strings.Cut(line, "|")
		o := Option{Text: Text{strings.TrimSpace(zh), strings.TrimSpace(en)}}
		if o.Zh == "" {
			continue
		}
		if i := slices.IndexFunc(old, func(p Option) bool { return p.Zh == o.Zh }); i >= 0 {
			o.Value = old[i].Value
		}
		for n := 1; o.Value == ""; n++ {
			if v := fmt.Sprintf("o%d", n); !taken[v] {
				o.Value, taken[v] = v, true
			}
		}
		q.Options = append(q.Options, o)
	}
}

// SetQuestion adds or changes a question of a draft. Faults: "survey.not_draft", "survey.many", those of the question.
var SetQuestion = act.Act[QuestionIn, act.None]{Name: "survey.question", Title: "写问题", Right: "survey.write",
	Do: func(ctx context.Context, tx *db.Tx, in QuestionIn) (act.None, error) {
		s, all, err := drafted(ctx, tx, in.ID)
		if err != nil {
			return act.None{}, err
		}
		i := slices.IndexFunc(all, func(q Question) bool { return q.Code == in.Code && in.Code != "" })
		if i < 0 {
			if len(all) >= mostQuestions {
				return act.None{}, fault.New(fault.Refused, "survey.many", mostQuestions)
			}
			all, i = append(all, Question{Code: tx.ID()}), len(all)
		}
		in.write(&all[i])
		if err := all[i].check(); err != nil {
			return act.None{}, err
		}
		return act.None{}, s.rewrite(ctx, tx, all)
	}}

func (s Survey) rewrite(ctx context.Context, tx *db.Tx, all []Question) (err error) {
	if s.Body, err = bodyOf(all); err != nil {
		return err
	}
	return s.save(ctx, tx)
}

// OneIn names a question of a survey.
type OneIn struct {
	ID   string `form:"id" kind:"hidden" need:"true" max:"40"`
	Code string `form:"code" kind:"hidden" need:"true" max:"40"`
	Up   bool   `form:"up" label:"往上移"`
}

// DropQuestion takes a question out of a draft. Faults: "survey.not_draft", Missing.
var DropQuestion = act.Act[OneIn, act.None]{Name: "survey.drop", Title: "删除问题", Right: "survey.write",
	Do: func(ctx context.Context, tx *db.Tx, in OneIn) (act.None, error) {
		s, all, i, err := found(ctx, tx, in)
		if err != nil {
			return act.None{}, err
		}
		return act.None{}, s.rewrite(ctx, tx, slices.Delete(all, i, i+1))
	}}

// MoveQuestion moves a question of a draft up or down by one; at the end it stays. Faults: "survey.not_draft", Missing.
var MoveQuestion = act.Act[OneIn, act.None]{Name: "survey.move", Title: "移动问题", Right: "survey.write",
	Do: func(ctx context.Context, tx *db.Tx, in OneIn) (act.None, error) {
		s, all, i, err := found(ctx, tx, in)
		if err != nil {
			return act.None{}, err
		}
		j := min(i+1, len(all)-1)
		if in.Up {
			j = max(i-1, 0)
		}
		all[i], all[j] = all[j], all[i]
		return act.None{}, s.rewrite(ctx, tx, all)
	}}

func found(ctx context.Context, tx *db.Tx, in OneIn) (Survey, []Question, int, error) {
	s, all, err := drafted(ctx, tx, in.ID)
	i := slices.IndexFunc(all, func(q Question) bool { return q.Code == in.Code })
	if err == nil && i < 0 {
		err = fault.New(fault.Missing, "fault.missing")
	}
	return s, all, i, err
}
