package desk

import (
	"bangfu/internal/base/words"
	"bangfu/internal/domain/intake"
	"bangfu/internal/domain/person"
	"bangfu/internal/domain/plan"
	"bangfu/internal/engine/page"
	"bangfu/internal/office/org"
)

// next is what the reader can do with a case now: one main way on, what stands in its way, and the other ways.
type next struct {
	Title, Note string
	Review      bool // the group leader's three choices stand on the page itself
	Checks      []check
	Main        page.Button
	More        []page.Button
	Press       []press
}

// check is one thing that must be done before the main way is open.
type check struct {
	Done bool
	Text string
	Href string
}

// press is a button that acts at once.
type press struct {
	Path, Label, Kind string
}

// handling reports that the reader is an officer who may work on the case now.
func (r *record) handling() bool {
	free := r.A.OfficerID == "" || r.A.OfficerID == r.who
	return r.can("intake.officer") && r.Full && !r.Own && free && r.A.State.Can("verify") && !r.firstByMe()
}

func (r *record) firstByMe() bool {
	for _, s := range r.Steps {
		if s.UserID == r.who && (s.Act == "pass" || s.Act == "forward") {
			return true
		}
	}
	return false
}

// next works out what comes, by state and right; the acts themselves check again.
func (r *record) next(in page.In) next {
	n := next{Title: in.T("下一步")}
	if r.Own {
		n.Note = in.T("这是您本人或亲属的申请，已转交别人办理。")
		return n
	}
	if r.gone() {
		n.Note = in.T("职工{0}（{1}）。请和家属联系，决定怎么接着办。", r.W.Status, r.W.StatusOn)
		n.Main = page.Button{Label: in.T("结束这份申请"), Href: r.path("gone"), Kind: "main"}
		return n
	}
	switch r.A.State {
	case intake.Submitted:
		if r.can("intake.first_review") {
			return next{Title: in.T("初审"), Review: true}
		}
	case intake.Verifying, intake.Visiting:
		if r.can("intake.officer") && r.Full {
			return r.verifying(in)
		}
	case intake.Panel:
		return r.panel(in)
	case intake.Recommended:
		return r.recommended(in)
	case intake.Returned:
		n.Note = in.T("已请职工补充，补好以后会回到这里。")
		if r.officer() {
			n.More = []page.Button{{Label: in.T("不予通过"), Href: r.path("refuse"), Kind: "text"}}
		}
		return n
	case intake.Decided:
		n.Note = in.T("已经作出决定，后面的公示和发放在帮扶里看。")
		if len(r.Owed) > 0 {
			n.Checks = []check{{Text: in.T("紧急救助后还有 {0} 份材料要补、要看，最晚 {1}", len(r.Owed), r.A.Due), Href: "#papers"}}
		}
		if len(r.Awards) > 0 && r.can("plan.see") {
			n.Main = page.Button{Label: in.T("看帮扶"), Href: "/desk/awards/" + r.Awards[len(r.Awards)-1].ID, Kind: "main"}
		}
		return n
	case intake.Refused:
		if r.appealed() && r.can("intake.answer_appeal") {
			n.Main = page.Button{Label: in.T("答复申诉"), Href: r.path("appeal"), Kind: "main"}
		}
		if r.can("partner.refer") {
			n.More = []page.Button{{Label: in.T("转介到其他单位"), Href: "/desk/referrals/new?source=application&id=" + r.A.ID}}
		}
		n.Note = in.T("已答复职工：{0}", intake.Refusal(r.A.Reason).Say(in.Lang))
		return n
	case intake.Withdrawn:
		n.Note = r.withdrawn(in)
		return n
	case intake.Draft:
	}
	n.Note = in.T("现在不用您办。")
	if t := r.turn(in); t != "" {
		n.Note += t
	}
	return n
}

func (r *record) withdrawn(in page.In) string {
	if i := len(r.Steps) - 1; i >= 0 && r.Steps[i].Act == "end" {
		return in.T("职工{0}，申请已结束。", r.W.Status)
	}
	return in.T("职工已撤回，以后可以再申请。")
}

// gone reports a case that an officer has to end because the worker is no longer here: one under way, or decided and not signed.
func (r *record) gone() bool {
	open := !r.A.State.Ended() || r.A.State == intake.Decided
	for _, a := range r.Awards {
		open = open && a.State != plan.Signed && a.State != plan.Paid && a.State != plan.Stopped
	}
	return open && r.W.Status != person.Active && r.officer()
}

func (r *record) officer() bool { return r.can("intake.officer") && r.Full && !r.Own }

// verifying is the officer's desk: take the case, visit, look at the papers, correct the figures, pass it on.
func (r *record) verifying(in page.In) next {
	n := next{Title: in.T("核查")}
	switch {
	case r.A.OfficerID != "" && r.A.OfficerID != r.who:
		n.Note = in.T("{0} 已接手办理。要接着办，请他（她）先交还。", r.Officer)
		if r.can("intake.free") && r.chair() {
			n.Press = []press{{"free", in.T("收回，交给别人"), "stop"}}
		}
		return n
	case r.firstByMe():
		n.Note = in.T("您做过这份申请的初审，核查要换一个人。")
		return n
	}
	n.Checks = r.checks(in)
	n.More = []page.Button{{Label: in.T("退回补充"), Href: r.path("more")}, {Label: in.T("不予通过"), Href: r.path("refuse"), Kind: "text"}}
	for _, c := range n.Checks {
		if !c.Done {
			n.Main = page.Button{Label: c.Text, Href: c.Href, Kind: "main"}
			break
		}
	}
	if n.Main.Href == "" {
		n.Main = page.Button{Label: in.T("核查完成，报集体研究"), Href: r.path("verify"), Kind: "main"}
	} else if r.A.Emergency {
		n.More = append([]page.Button{{Label: in.T("紧急：先报集体研究"), Href: r.path("verify")}}, n.More...)
	}
	if r.A.OfficerID == "" {
		n.Press = []press{{"take", in.T("接手办理"), ""}}
	} else {
		n.Press = []press{{"free", in.T("交还，让别人办"), "text"}}
	}
	return n
}

// chair reports that the reader may take a case off another's hands.
func (r *record) chair() bool { return r.has(org.RoleChair) }

// checks are what the panel must find done: the visit, the papers, the family's word, the union's own questions.
func (r *record) checks(in page.In) []check {
	papers, silent, ours := 0, 0, 0
	for _, p := range r.Papers {
		if p.Blob != "" && p.CheckedAt == 0 {
			papers++
		}
	}
	for _, want := range r.P.Unseen(r.A.Cause, r.Papers) {
		if !intake.Given(r.Papers, want.Code) {
			papers++
		}
	}
	for _, m := range r.Family {
		if r.open(m) {
			silent++
		}
	}
	for _, q := range r.questions(in) {
		if _, known := q.Answer.Stands(); q.Ours || !known && r.asksUs(q) {
			ours++
		}
	}
	visited := len(r.Visits) > 0
	all := []check{{Done: visited, Text: in.T("填走访记录"), Href: r.path("visit")},
		{Done: papers == 0, Text: in.T("核对 {0} 份材料", papers), Href: "#papers"},
		{Done: silent == 0, Text: in.T("请 {0} 位家人同意", silent), Href: "#family"},
		{Done: ours == 0, Text: in.T("核实 {0} 个问题", ours), Href: "#answers"}}
	done := []string{in.T("已走访"), in.T("材料都核对了"), in.T("家人都同意了"), in.T("问题都核实了")}
	for i := range all {
		if all[i].Done {
			all[i].Text, all[i].Href = done[i], ""
		}
	}
	return all
}

// asksUs reports a question whose answer the union must find.
func (r *record) asksUs(q question) bool {
	for _, o := range r.P.Questions(r.A.Cause, "officer") {
		if o.Fact == q.Name {
			return true
		}
	}
	return false
}

func (r *record) panel(in page.In) next {
	n := next{Title: in.T("集体研究")}
	switch {
	case !r.can("intake.assess") || !r.Full:
		n.Note = in.T("等评估小组研究。") + r.turn(in)
	case r.Handled:
		n.Note = in.T("您初审或核查过这份申请，评估要由别人来写。")
	default:
		n.Main = page.Button{Label: in.T("写评估报告"), Href: r.path("assess"), Kind: "main"}
	}
	if r.officer() {
		n.More = []page.Button{{Label: in.T("退回补充"), Href: r.path("more")}, {Label: in.T("不予通过"), Href: r.path("refuse"), Kind: "text"}}
	}
	return n
}

func (r *record) recommended(in page.In) next {
	n := next{Title: in.T("制定计划和提出帮扶")}
	if r.can("plan.write") && r.Full {
		n.More = append(n.More, page.Button{Label: in.T("制定帮扶计划"), Href: r.path("plan")})
	}
	if r.can("plan.propose") && r.Full {
		n.Main = page.Button{Label: in.T("提出帮扶"), Href: r.path("propose"), Kind: "main"}
	}
	if r.officer() {
		n.More = append(n.More, page.Button{Label: in.T("不予通过"), Href: r.path("refuse"), Kind: "text"})
	}
	if n.Main.Href == "" && len(n.More) == 0 {
		n.Note = in.T("评估报告写好了，等工会提出帮扶。")
	}
	return n
}

// parts are the sections of a case, for the links beside it.
func (r *record) parts(in page.In) []page.Tab {
	var out []page.Tab
	for _, p := range []struct {
		id    string
		label words.Key
		n     int
	}{{"next", "下一步", 0}, {"digest", "概览", 0}, {"family", "家庭和收入", 0}, {"answers", "核实", 0}, {"papers", "材料", 0}, {"visits", "走访", len(r.Visits)}, {"verdict", "标准判断", 0},
		{"awards", "帮扶", len(r.Awards)}, {"line", "时间线", 0}, {"looks", "查阅记录", 0}} {
		out = append(out, page.Tab{Href: "#" + p.id, Label: p.label.Say(in.Lang), Count: p.n})
	}
	return out
}
