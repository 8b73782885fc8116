package desk

import (
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"bangfu/internal/base/words"
	"bangfu/internal/domain/intake"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
)

// paperRow is one paper asked for or handed in.
type paperRow struct {
	Name  string
	Code  string // of one asked for and not settled; "" of the others
	Paper intake.Paper
	Given bool // something was said of it
}

// paperRows lists the papers in the programme's order, then whatever else came.
func (r *record) paperRows(in page.In) []paperRow {
	var out []paperRow
	seen := map[string]bool{}
	for _, want := range r.P.Papers(r.A.Cause) {
		name := want.Name.Say(in.Lang)
		if want.Optional {
			name = in.T("{0}（可以不交）", name)
		}
		have, open := false, ""
		if !want.Optional && !intake.Settled(r.Papers, want.Code) {
			open = want.Code
		}
		for _, p := range r.Papers {
			if p.Code == want.Code {
				out, have, seen[p.ID] = append(out, paperRow{name, open, p, true}), true, true
			}
		}
		if !have {
			out = append(out, paperRow{Name: name, Code: open})
		}
	}
	for _, p := range r.Papers {
		if !seen[p.ID] {
			name := p.Code
			if w, ok := r.P.Paper(p.Code); ok {
				name = w.Name.Say(in.Lang)
			}
			out = append(out, paperRow{name, "", p, true})
		}
	}
	return out
}

func (r *record) paperList(in page.In) page.List {
	l := page.List{Caption: in.T("材料"), None: in.T("这种申请不要材料"), Dense: true,
		Cols: []page.Col{{Label: in.T("材料")}, {Label: in.T("状态")}, {Label: in.T("原件")}, {Label: in.T("核对"), Act: true}}}
	for _, p := range r.paperRows(in) {
		file := page.T("")
		if p.Paper.Blob != "" {
			file = page.A(r.path("papers/"+p.Paper.ID), in.T("看原件"))
			file.Note = size(p.Paper.Size)
		}
		state := page.C(p.tag(in))
		state.Note = p.Paper.Note
		if p.Paper.Blob == "" && p.Paper.Reason != "" && p.Paper.CheckedAt == 0 {
			state.Note = intake.NoPaper(p.Paper.Reason).Say(in.Lang)
		}
		l.Rows = append(l.Rows, page.Row{Cells: []page.Cell{page.T(p.Name), state, file, page.C(paperActs(in, r, p))}})
	}
	if r.papers() {
		return l
	}
	return r.quiet(l)
}

func (p paperRow) tag(in page.In) templ.Component {
	switch {
	case !p.Given:
		return page.Tag(page.Plain, in.T("没有交"))
	case p.Paper.State == "ok" && p.Paper.Reason == string(intake.VouchSeen):
		return page.Tag(page.ToneOK, in.T("看过原件"))
	case p.Paper.State == "ok" && p.Paper.Reason == string(intake.VouchWaived):
		return page.Tag(page.ToneOK, in.T("免交"))
	case p.Paper.State == "ok":
		return page.Tag(page.ToneOK, in.T("核对过，可以"))
	case p.Paper.State == "bad":
		return page.Tag(page.ToneErr, in.T("要重交"))
	case p.Paper.State == "given":
		return page.Tag(page.ToneWarn, in.T("还没有核对"))
	case p.Paper.State == "paper":
		return page.Tag(page.ToneWarn, in.T("还没有看到"))
	}
	return page.Tag(page.Plain, in.T("暂时没有"))
}

// size says a file's size in the roundest unit.
func size(n int64) string {
	if n >= 1<<20 {
		return strconv.FormatInt((n+1<<19)>>20, 10) + " MB"
	}
	return strconv.FormatInt((n+1023)>>10, 10) + " KB"
}

// consents are the worker's answers, purpose by purpose.
func (r *record) consents(in page.In) []page.Pair {
	var out []page.Pair
	for _, c := range r.Consents {
		text := in.T("不同意，这一部分当面办理")
		switch {
		case c.WithdrawnAt > 0:
			text = in.T("{0} 撤回", dayOf(c.WithdrawnAt))
		case c.Given && c.How == "paper":
			text = in.T("{0} 纸面同意", dayOf(c.At))
		case c.Given:
			text = in.T("{0} 本人同意", dayOf(c.At))
		}
		out = append(out, page.Pair{Label: c.Purpose.Say(in.Lang), Value: text})
	}
	return out
}

// visitRows is one visit in pairs.
func (r *record) visitRows(in page.In, v intake.Visit) []page.Pair {
	var looked []string
	for _, code := range strings.Fields(v.Checked) {
		looked = append(looked, choice(in, intake.Looked("").Choices(), code))
	}
	signed := in.T("还没有")
	if v.PapersSigned {
		signed = in.T("已当面签字")
	}
	return []page.Pair{{Label: in.T("走访日期"), Value: in.Date(v.VisitOn)}, {Label: in.T("走访人"), Value: strings.ReplaceAll(v.Visitors, "\n", "、")},
		{Label: in.T("看了哪些"), Value: strings.Join(looked, "、")}, {Label: in.T("申请书和授权书"), Value: signed}, {Label: in.T("看到的情况"), Value: r.Texts.Findings[v.ID]}}
}

func choice(in page.In, all []form.Choice, code string) string {
	for _, c := range all {
		if c.Value == code {
			return in.T(c.Label)
		}
	}
	return code
}

func (r *record) reportRows(in page.In) []page.Pair {
	out := []page.Pair{{Label: in.T("评估建议"), Value: choice(in, r.Report.Suggestion.Choices(), string(r.Report.Suggestion))},
		{Label: in.T("参加评估的人"), Value: strings.ReplaceAll(r.Report.Present, "\n", "、")}, {Label: in.T("家庭情况和困难原因"), Value: r.Texts.Situation}}
	if r.Report.Amount > 0 {
		out = append(out, page.Pair{Label: in.T("建议金额"), Value: in.Money(r.Report.Amount)})
	}
	return out
}

// timeline is what was done, what is now, and what comes.
func (r *record) timeline(in page.In) []page.Event {
	var out []page.Event
	for _, s := range r.Steps {
		out = append(out, page.Event{State: "done", Title: words.Key("intake.act." + s.Act).Say(in.Lang), Note: r.stepNote(in, s)})
	}
	if r.A.State.Ended() {
		return append(out, page.Event{State: "cur", Title: r.A.State.Say(in.Lang), Note: in.Date(r.A.EndedOn)})
	}
	out = append(out, page.Event{State: "cur", Title: r.A.State.Say(in.Lang), Note: r.turn(in)})
	for i, next := range []intake.State{intake.Submitted, intake.Verifying, intake.Panel, intake.Recommended} {
		if i > stageOf(r.A) {
			out = append(out, page.Event{State: "todo", Title: next.Say(in.Lang)})
		}
	}
	return append(out, page.Event{State: "todo", Title: in.T("审批和公示")}, page.Event{State: "todo", Title: in.T("发放")})
}

// stageOf is how far an application is on its way; one sent back counts from where it goes on.
func stageOf(a intake.Application) int {
	s := a.State
	if s == intake.Returned {
		s = a.BackTo
	}
	switch s {
	case intake.Verifying, intake.Visiting:
		return 1
	case intake.Panel:
		return 2
	case intake.Recommended:
		return 3
	case intake.Draft, intake.Submitted, intake.Returned, intake.Decided, intake.Refused, intake.Withdrawn:
	}
	return 0
}

// stepNote says who and when; what was written is for those who may see the case.
func (r *record) stepNote(in page.In, s intake.Step) string {
	parts := []string{in.Date(dayOf(s.At)), s.Name}
	if r.Full || s.UserID == r.who {
		for _, g := range s.Gaps() {
			if s.Act == "return" {
				parts = append(parts, g.Say(in.Lang))
			}
		}
		if s.Act == "refuse" {
			parts = append(parts, intake.Refusal(s.Reasons).Say(in.Lang))
		}
		if s.Note != "" {
			parts = append(parts, s.Note)
		}
	}
	return strings.Join(parts, " · ")
}

// turn says whose turn it is and until when.
func (r *record) turn(in page.In) string {
	for _, t := range r.Turns {
		var names []string
		for _, h := range t.Holders {
			names = append(names, h.Name)
		}
		if t.PersonID != "" {
			names = []string{in.T("职工本人")}
		}
		return in.T("轮到{0}，最晚 {1}", strings.Join(names, "、"), t.Due)
	}
	return ""
}

func (r *record) lookList(in page.In) page.List {
	l := page.List{Caption: in.T("谁看过"), None: in.T("还没有人打开过保密信息或材料原件"), Dense: true,
		Cols: []page.Col{{Label: in.T("日期")}, {Label: in.T("谁")}, {Label: in.T("看了什么")}, {Label: in.T("为什么")}}}
	for _, k := range r.Looks {
		l.Rows = append(l.Rows, page.Row{Cells: []page.Cell{page.T(in.Date(k.On)), page.T(k.Who), page.T(r.looked(in, k.What)), page.T(k.Why)}})
	}
	return l
}

// looked names what was opened: a paper by its name, sealed fields in words.
func (r *record) looked(in page.In, fields string) string {
	var out []string
	for _, f := range strings.Split(fields, ",") {
		out = append(out, r.lookedAt(in, f))
	}
	return strings.Join(out, "、")
}

func (r *record) lookedAt(in page.In, field string) string {
	if code, ok := strings.CutPrefix(field, "proof."); ok {
		if p, found := r.P.Paper(code); found {
			return p.Name.Say(in.Lang)
		}
		return in.T("材料原件")
	}
	switch field {
	case "id_no":
		return in.T("身份证号码")
	case "phone":
		return in.T("手机号码")
	case "card":
		return in.T("银行卡号")
	case "address":
		return in.T("住址")
	case "story":
		return in.T("本人写的情况")
	case "findings":
		return in.T("走访看到的情况")
	case "report":
		return in.T("评估报告")
	}
	return in.T("保密信息")
}

func (r *record) awardList(in page.In) page.List {
	l := page.List{Caption: in.T("帮扶"), None: in.T("还没有提出帮扶"), Dense: true,
		Cols: []page.Col{{Label: in.T("编号")}, {Label: in.T("项目")}, {Label: in.T("金额"), Num: true}, {Label: in.T("状态")}}}
	for _, a := range r.Awards {
		l.Rows = append(l.Rows, page.Row{Cells: []page.Cell{page.A("/desk/awards/"+a.ID, a.Number), page.T(a.Called().Say(in.Lang)), page.T(in.Money(a.Total)), page.T(a.State.Say(in.Lang))}})
	}
	return l
}

// papers reports that the reader may look at the papers now: while the case is verified, and in an emergency until all are seen.
func (r *record) papers() bool {
	return r.handling() || r.officer() && !r.firstByMe() && len(r.Owed) > 0
}

// quiet drops the last column of a table, that of ways on, when the reader has none.
func (r *record) quiet(l page.List) page.List {
	if r.handling() {
		return l
	}
	l.Cols = l.Cols[:len(l.Cols)-1]
	for i, row := range l.Rows {
		l.Rows[i].Cells = row.Cells[:len(row.Cells)-1]
	}
	return l
}
