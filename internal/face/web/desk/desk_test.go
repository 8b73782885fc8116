package desk

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"bangfu/internal/domain/intake"
	"bangfu/internal/domain/report"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/page"
	"bangfu/internal/office/audit"
	"bangfu/internal/office/org"
)

func contains(t *testing.T, body string, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(body, w) {
			t.Errorf("the page does not say %q", w)
		}
	}
}

func lacks(t *testing.T, body string, unwanted ...string) {
	t.Helper()
	for _, w := range unwanted {
		if strings.Contains(body, w) {
			t.Errorf("the page says %q", w)
		}
	}
}

func TestEmpty(t *testing.T) {
	h := open(t)
	contains(t, h.get(h.leader, home), "没有待办，辛苦了。")
	contains(t, h.get(h.officer, home+"/todo"), "没有待办，辛苦了。")
	contains(t, h.get(h.officer, apps), "还没有人申请")
	contains(t, h.get(h.officer, apps+"?q=%E6%B2%A1%E4%BA%BA&late=1"), "没有符合条件的申请")
	contains(t, h.get(h.admin, home), "这些角色还没有人：", "会计")
	contains(t, h.get(h.governor, home+"/dashboard"), "这段时间没有数据", "还没有到账的发放")
	h.refused(h.officer, "GET", apps+"/nobody", nil, "fault.denied")
	english(t, "workbench", func(in page.In) templ.Component {
		return workView(in, workbench{Can: func(string) bool { return true }})
	})
	english(t, "todo", func(in page.In) templ.Component { return todoView(in, todoList{}) })
	english(t, "list", func(in page.In) templ.Component {
		return listView(in, appList{Can: func(string) bool { return true }})
	})
	english(t, "board", func(in page.In) templ.Component {
		return boardView(in, boardPage{Overview: report.Overview{Today: "2026-11-23", Span: report.Span{From: "2026-01-01", To: "2026-11-23"}}, Can: func(string) bool { return true }})
	})
	english(t, "behalf", func(in page.In) templ.Component { return behalfView(in, behalfPage{Text: "x"}) })
}

func TestFirstReview(t *testing.T) {
	h := open(t)
	id := h.submitted()
	one := apps + "/" + id
	contains(t, h.get(h.leader, home), "BF-2026-000001", "初审", one)
	body := h.get(h.leader, one)
	contains(t, body, "王小河", "生病", "情况属实，报公司工会", "需要补充", "我不了解，转公司工会")
	lacks(t, body, "爱人病了", "陈秋水", "780", "checked", "身份证")
	h.refused(h.leader, "GET", one+"/papers/x", nil, "fault.denied")

	again := h.post(h.leader, one+"/first", url.Values{"id": {id}}, http.StatusUnprocessableEntity)
	contains(t, again.Body.String(), "errsum")
	more := h.post(h.leader, one+"/first", url.Values{"id": {id}, "opinion": {"more"}}, http.StatusSeeOther)
	if to := more.Header().Get("Location"); to != one+"/more" {
		t.Fatalf("needs more leads to %s", to)
	}
	contains(t, h.get(h.leader, one+"/more"), "还差材料", "照片看不清", "发给职工")
	seen := h.post(h.leader, one+"/more", url.Values{"id": {id}, "gaps": {"paper_unclear"}, "text": {"请重拍身份证"}, "preview": {"1"}}, http.StatusOK)
	contains(t, seen.Body.String(), "职工会看到", "照片看不清", "“请重拍身份证”")

	done := h.post(h.leader, one+"/first", url.Values{"id": {id}, "opinion": {"true"}, "on_duty": {"yes"}}, http.StatusSeeOther)
	to := done.Header().Get("Location")
	contains(t, h.get(h.leader, to), "已报公司工会核查", "周明月", "回工作台")
	lacks(t, h.get(h.leader, one), "提交初审")
}

func TestReturn(t *testing.T) {
	h := open(t)
	id := h.submitted()
	one := apps + "/" + id
	in := url.Values{"id": {id}, "gaps": {"paper_unclear"}, "text": {"请重拍身份证"}}
	done := h.post(h.leader, one+"/more", in, http.StatusSeeOther)
	contains(t, h.get(h.leader, done.Header().Get("Location")), "已请职工补充", "职工本人")
	err := h.d.View(t.Context(), h.worker, func(ctx context.Context, tx *db.Tx) error {
		s, err := intake.LastReturn(ctx, tx, id)
		if s.Note != "请重拍身份证" || len(s.Gaps()) != 1 {
			t.Errorf("the worker reads %q, %v", s.Note, s.Gaps())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// The group leader reads the family's income only where the union has switched it on, and never the story; no look is on record.
func TestLeaderSeesIncome(t *testing.T) {
	h := open(t)
	one := apps + "/" + h.submitted()
	lacks(t, h.get(h.leader, one), "家庭收入", "¥3,780.00", "爱人病了")
	must(h, h.admin, org.Change, org.SettingIn{Name: "leader.sees_income", Value: "yes"})
	page := h.get(h.leader, one)
	contains(t, page, "家庭收入", "人均月收入 ¥1,890.00 ＝ ¥3,780.00 ÷ 2 人")
	lacks(t, page, "爱人病了", "看原件")
	if n := h.looks(h.leader.User); n != 0 {
		t.Errorf("%d looks of the group leader are on record", n)
	}
}

// Every page of a case shown to the union is one look on record, with its reason and the texts there were; a refused one too.
func TestCasePageIsALook(t *testing.T) {
	h := open(t)
	one := apps + "/" + h.submitted()
	for n := range 3 {
		if contains(t, h.get(h.officer, one), "爱人病了"); h.looks(h.officer.User) != n+1 {
			t.Errorf("after %d pages %d looks are on record", n+1, h.looks(h.officer.User))
		}
	}
	h.refused(h.officer, "GET", apps+"/nobody", nil, "fault.denied")
	if n := h.looks(h.officer.User); n != 4 {
		t.Errorf("the refused look is not on record: %d", n)
	}
	contains(t, h.get(h.officer, one), "办理申请 BF-2026-000001", "本人写的情况")
}

// looks counts the case pages of a user on record, refused ones too.
func (h *house) looks(user string) int {
	h.t.Helper()
	n := 0
	err := h.d.View(h.t.Context(), h.worker, func(ctx context.Context, tx *db.Tx) error {
		all, err := audit.List(ctx, tx, audit.Query{Act: intake.LookTexts.Name, Actor: user, Looks: true, Limit: 100})
		for _, e := range all {
			if e.Outcome == "done" && (e.Reason == "" || e.Fields == "" || e.Subject != h.worker.Person) {
				h.t.Errorf("a look says too little: %+v", e)
			}
		}
		n = len(all)
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return n
}

func TestOwnCaseIsNotHandled(t *testing.T) {
	h := open(t)
	h.worker, h.leader = h.leader, h.worker // the group leader applies
	id := h.submitted()
	body := h.get(h.worker, apps+"/"+id)
	contains(t, body, "这是您本人或亲属的申请")
	lacks(t, body, "提交初审")
}

func TestVerification(t *testing.T) {
	h := open(t)
	id := h.submitted()
	one := apps + "/" + id
	must(h, h.leader, intake.FirstReview, intake.FirstIn{ID: id, Opinion: intake.OpinionTrue, OnDuty: "yes"})
	body := h.get(h.officer, one)
	contains(t, body, "爱人病了", "陈秋水", "人均月收入 ¥1,890.00 ＝ ¥3,780.00 ÷ 2 人", "还没有登记本地低保标准", "要工会核实", "接手办理", "填走访记录")
	h.post(h.officer, one+"/take", url.Values{"id": {id}}, http.StatusSeeOther)

	bad := h.post(h.officer, one+"/visit", url.Values{"id": {id}, "on": {"2026-11-23"}, "visitors": {"周明月"}, "checked": {"met"}, "findings": {"家里确实困难"}}, http.StatusUnprocessableEntity)
	contains(t, bad.Body.String(), "errsum", "家里确实困难")
	h.post(h.officer, one+"/visit", url.Values{"id": {id}, "on": {"2026-11-23"}, "visitors": {"周明月\n吴长风"}, "checked": {"met"}, "findings": {"家里确实困难"}, "signed": {"1"}, "seen": {"diagnosis"}}, http.StatusSeeOther)
	h.look(id, one)
	early := h.post(h.officer, one+"/verify", url.Values{"id": {id}, "finding": {"情况属实，收入很低"}}, http.StatusUnprocessableEntity)
	contains(t, early.Body.String(), "情况属实，收入很低")
	contains(t, h.get(h.officer, one+"/correct?subject=household&name=still_hard"), "没有说", "是", "否")
	h.post(h.officer, one+"/correct", url.Values{"id": {id}, "subject": {"household"}, "name": {"still_hard"}, "value": {"1"}, "note": {"入户看到"}}, http.StatusSeeOther)
	done := h.post(h.officer, one+"/verify", url.Values{"id": {id}, "finding": {"情况属实，收入很低"}, "agrees": {"1"}}, http.StatusSeeOther)
	contains(t, h.get(h.officer, done.Header().Get("Location")), "已报集体研究", "郑远帆")

	contains(t, h.get(h.officer, one), "等评估小组研究。")
	contains(t, h.get(h.member, one), "写评估报告", "家里确实困难")
	done = h.post(h.member, one+"/assess", url.Values{"id": {id}, "situation": {"爱人重病，全家只有一人收入"}, "suggestion": {"help"}, "amount": {"1000"}, "present": {"郑远帆\n钱多多"}}, http.StatusSeeOther)
	contains(t, h.get(h.member, done.Header().Get("Location")), "评估报告已交")
	contains(t, h.get(h.officer, one), "提出帮扶", "爱人重病，全家只有一人收入", "¥1,000.00")
	h.inEnglish(id)
}

// look opens the one paper as the officer does, and says it is good. The worker can read who opened it.
func (h *house) look(id, one string) {
	h.t.Helper()
	var proof string
	err := h.d.View(h.t.Context(), h.officer, func(ctx context.Context, tx *db.Tx) error {
		all, err := intake.Papers(ctx, tx, id)
		for _, p := range all {
			if p.Blob != "" {
				proof = p.ID
			}
		}
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	w, err := h.ask(h.officer, "GET", one+"/papers/"+proof, nil)
	if err != nil || w.Body.String() != "%PDF-1.4 a paper" || w.Header().Get("Content-Type") != "application/pdf" {
		h.t.Fatalf("the paper came as %q, %v", w.Header().Get("Content-Type"), err)
	}
	err = h.d.View(h.t.Context(), h.worker, func(ctx context.Context, tx *db.Tx) error {
		all, err := audit.About(ctx, tx, h.worker.Person, 100)
		if !slices.ContainsFunc(all, func(e audit.Entry) bool {
			return e.Act == intake.OpenPaper.Name && e.Actor == h.officer.User && e.Fields == "proof.id_card" && e.Reason != ""
		}) {
			h.t.Errorf("the opening is not on record: %+v", all)
		}
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	h.post(h.officer, one+"/looked", url.Values{"id": {id}, "proof": {proof}, "good": {"ok"}}, http.StatusSeeOther)
	contains(h.t, h.get(h.officer, one), "核对过，可以", "核对申请 BF-2026-000001 的材料")
}

// inEnglish draws the full pages in English.
func (h *house) inEnglish(id string) {
	h.t.Helper()
	q, _ := h.req(h.officer, "GET", apps+"/"+id, nil)
	r, err := openRecord(q, id)
	if err != nil {
		h.t.Fatal(err)
	}
	english(h.t, "record", func(in page.In) templ.Component { return recordView(in, r) })
	r.Full = false
	english(h.t, "digest", func(in page.In) templ.Component { return recordView(in, r) })
	english(h.t, "return", func(in page.In) templ.Component { return stepView(in, r, moreStep().fill(in, r, nil)) })
	english(h.t, "visit", func(in page.In) templ.Component { return stepView(in, r, visitStep().fill(in, r, nil)) })
	english(h.t, "verify", func(in page.In) templ.Component { return stepView(in, r, verifyStep().fill(in, r, nil)) })
	english(h.t, "refuse", func(in page.In) templ.Component { return stepView(in, r, refuseStep().fill(in, r, nil)) })
	english(h.t, "assess", func(in page.In) templ.Component { return stepView(in, r, assessStep().fill(in, r, nil)) })
	w := workbench{Can: q.Can}
	l := appList{Can: q.Can, Ask: url.Values{"late": {"1"}, "q": {"王"}}}
	err = h.d.View(h.t.Context(), h.officer, func(ctx context.Context, tx *db.Tx) error {
		if err := w.read(ctx, tx, q); err != nil {
			return err
		}
		return l.read(ctx, tx)
	})
	if err != nil {
		h.t.Fatal(err)
	}
	english(h.t, "workbench", func(in page.In) templ.Component { return workView(in, w) })
	english(h.t, "list", func(in page.In) templ.Component { return listView(in, l) })
}

func TestRefuse(t *testing.T) {
	h := open(t)
	id := h.submitted()
	one := apps + "/" + id
	must(h, h.leader, intake.FirstReview, intake.FirstIn{ID: id, Opinion: intake.OpinionUnknown})
	bad := h.post(h.officer, one+"/refuse", url.Values{"id": {id}, "reason": {"above_line"}, "text": {"家庭人均收入高于标准"}}, http.StatusUnprocessableEntity)
	contains(t, bad.Body.String(), "errsum", "临时救助")
	done := h.post(h.officer, one+"/refuse", url.Values{"id": {id}, "reason": {"above_line"}, "text": {"家庭人均收入高于标准"}, "doors": {"relief", "again"}}, http.StatusSeeOther)
	contains(t, h.get(h.officer, done.Header().Get("Location")), "已答复职工")
	contains(t, h.get(h.officer, one), "家庭人均收入高于标准")
}

func TestListNarrowsAndPages(t *testing.T) {
	h := open(t)
	id := h.submitted()
	for _, path := range []string{apps, apps + "?q=BF-2026-000001", apps + "?q=%E7%8E%8B%E5%B0%8F", apps + "?q=W1", apps + "?state=submitted&cause=illness&unit=" + h.group} {
		contains(t, h.get(h.officer, path), apps+"/"+id, "共 1 条")
	}
	for _, path := range []string{apps + "?late=1", apps + "?q=BF-2026-000009", apps + "?cause=other", apps + "?state=panel", apps + "?mine=1", apps + "?after=" + id} {
		lacks(t, h.get(h.officer, path), apps+"/"+id)
	}
	contains(t, h.get(h.leader, apps), apps+"/"+id, "初审")
	file := h.post(h.officer, apps+"/export?state=submitted", url.Values{"purpose": {"季度核对"}, "format": {"csv"}}, http.StatusOK)
	contains(t, file.Body.String(), "BF-2026-000001", "王小河", "季度核对")
}

func TestBehalf(t *testing.T) {
	h := open(t)
	contains(t, h.get(h.leader, apps+"/new"), "查找职工")
	contains(t, h.get(h.leader, apps+"/new?q=W1"), "王小河", "代他（她）申请")
	contains(t, h.get(h.leader, apps+"/new?person="+h.worker.Person), "救急帮扶", "开始代填")
	bad := h.post(h.leader, apps+"/new", url.Values{"person": {h.worker.Person}, "relative": {"陈秋水"}}, http.StatusUnprocessableEntity)
	contains(t, bad.Body.String(), "errsum", "陈秋水")
	made := h.post(h.leader, apps+"/new", url.Values{"person": {h.worker.Person}, "programme": {"relief"}}, http.StatusSeeOther)
	if to := made.Header().Get("Location"); !strings.HasPrefix(to, "/me/apply/") {
		t.Errorf("filing for a worker leads to %s", to)
	}
	contains(t, h.get(h.leader, home), "1 份申请还没有提交")
}
