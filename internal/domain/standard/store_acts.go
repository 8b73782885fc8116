package standard

import (
	"context"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
)

// Acts lists what people can do with standards.
func Acts() []act.Any { return []act.Any{SaveDraft, KeepCases, Approve, Retire, SetLine} }

// DraftIn is a document as written.
type DraftIn struct {
	Body string `form:"body" label:"标准文档" hint:"按《如何编写标准》的格式书写" kind:"area" need:"true" max:"1000000"`
	Was  string `form:"was" kind:"hidden" max:"64"` // the hash of the draft that was read; "" writes over whatever there is
}

// CasesIn is the worked families of a draft, as a cases file; "" takes all out.
type CasesIn struct {
	Code    string `form:"code" kind:"hidden" need:"true" max:"60"`
	Version int64  `form:"version" kind:"hidden" need:"true" min:"1"`
	Cases   string `form:"cases" label:"例子" hint:"按《如何编写标准》第 11 节的格式书写" kind:"area" max:"1000000"`
	Was     string `form:"was" kind:"hidden" max:"64"` // CasesHash of what was read; "" writes over whatever there is
}

// KeepCases keeps the worked families with a draft; none of them may come out otherwise when it is approved.
var KeepCases = act.Act[CasesIn, Version]{Name: "standard.keep_cases", Title: "保存标准的例子", Right: "standard.draft", Do: keepCases}

// SaveDraft keeps a document as a draft (S12). Faults: those of Save.
var SaveDraft = act.Act[DraftIn, Version]{Name: "standard.save_draft", Title: "保存标准草稿", Right: "standard.draft",
	Do: func(ctx context.Context, tx *db.Tx, in DraftIn) (Version, error) {
		v, err := Save(ctx, tx, in)
		tx.About("standard", v.Code, "body")
		return v, err
	}}

// ApproveIn names the draft that was read: its hash too, so that nothing else is approved.
type ApproveIn struct {
	Code    string `form:"code" kind:"hidden" need:"true" max:"60"`
	Version int64  `form:"version" kind:"hidden" need:"true" min:"1"`
	Hash    string `form:"hash" kind:"hidden" need:"true" max:"64"`
}

// Approve puts a draft into force; it takes another person than the one who wrote it.
var Approve = act.Act[ApproveIn, Version]{Name: "standard.approve", Title: "批准标准", Right: "standard.approve", Do: approve}

// RetireIn says which version leaves, after which day, and why.
type RetireIn struct {
	Code    string  `form:"code" kind:"hidden" need:"true" max:"60"`
	Version int64   `form:"version" kind:"hidden" need:"true" min:"1"`
	On      day.Day `form:"on" label:"最后有效日" hint:"这一天之后不再使用" need:"true"`
	Reason  string  `form:"reason" label:"停用原因" kind:"area" need:"true" max:"500"`
}

// Check wants a reason that can be read.
func (in RetireIn) Check() error {
	var l fault.List
	if len([]rune(strings.TrimSpace(in.Reason))) < 2 {
		l.Add("reason", "standard.reason")
	}
	return l.Err()
}

// Retire takes a version out of force.
var Retire = act.Act[RetireIn, Version]{Name: "standard.retire", Title: "停用标准", Right: "standard.retire", Do: retire}

// LineIn is one reference figure from a day on.
type LineIn struct {
	Region  string       `form:"region" label:"地区代码" hint:"6 位行政区划代码；留空表示本工会通用" max:"6"`
	Kind    string       `form:"kind" label:"参考数" hint:"dibao_line 是低保标准，minimum_wage 是最低工资；其他代码用小写字母" need:"true" max:"60"`
	FromDay day.Day      `form:"from_day" label:"起算日" need:"true"`
	Amount  money.Amount `form:"amount" label:"金额" unit:"元" need:"true" min:"0.01" max:"10000000"`
	Source  string       `form:"source" label:"文件依据" hint:"文件名称和文号" need:"true" max:"200"`
}

// Check wants a region code and a figure's name of the right shape.
func (in LineIn) Check() error {
	var l fault.List
	if in.Region != "" && !regionShape(in.Region) {
		l.Add("region", "standard.region")
	}
	if !codeShape.MatchString(strings.ReplaceAll(in.Kind, ".", "_")) {
		l.Add("kind", "standard.line_kind")
	}
	if !in.FromDay.Valid() {
		l.Add("from_day", "day.shape")
	}
	if in.Amount <= 0 {
		l.Add("amount", "standard.line_amount")
	}
	return l.Err()
}

// SetLine writes down a reference figure (S12, reference tables).
var SetLine = act.Act[LineIn, Line]{Name: "standard.set_line", Title: "登记参考数", Right: "standard.set_line",
	Do: func(ctx context.Context, tx *db.Tx, in LineIn) (Line, error) {
		n, err := AddLine(ctx, tx, in)
		tx.About("standard_line", n.ID, in.Kind)
		return n, err
	}}
