package desk

import (
	"context"
	"net/http"
	"net/url"
	"testing"

	"bangfu/internal/base/fault"
	"bangfu/internal/domain/intake"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/org"
)

// A refusal may be appealed against once; somebody without a hand in it answers; upheld, the case is verified anew.
func TestAppeal(t *testing.T) {
	h := open(t)
	chair := h.person("Z1", "周正声", org.RoleChair, "u1")
	id := h.submitted()
	one := apps + "/" + id
	say := func(text string) error {
		_, err := intake.MakeAppeal.Run(t.Context(), h.site.Host, act.Call{Actor: h.worker}, intake.AppealIn{ID: id, Text: text})
		return err
	}
	if err := say("收入算错了"); !fault.Is(err, "intake.appeal_state") {
		t.Errorf("an appeal before any result = %v", err)
	}
	must(h, h.leader, intake.FirstReview, intake.FirstIn{ID: id, Opinion: intake.OpinionTrue})
	must(h, h.officer, intake.Refuse, intake.RefuseIn{ID: id, Reason: "other", Text: "收入高于标准。", Doors: []intake.Door{"again"}})
	if err := say("把我爱人去年的工资算成今年的了"); err != nil {
		t.Fatal(err)
	}
	if err := say("再说一次"); !fault.Is(err, "intake.appeal_once") {
		t.Errorf("a second appeal = %v", err)
	}
	contains(t, h.get(h.officer, one), "把我爱人去年的工资算成今年的了", "等待答复")
	h.refused(h.officer, "POST", one+"/appeal", url.Values{"id": {id}, "upheld": {"yes"}, "answer": {"自己答自己"}}, "fault.denied")
	contains(t, h.get(chair, one), "答复申诉")
	contains(t, h.get(chair, one+"/appeal"), "申诉有理，重新核查")
	h.post(chair, one+"/appeal", url.Values{"id": {id}, "upheld": {"yes"}, "answer": {""}}, http.StatusUnprocessableEntity)
	h.post(chair, one+"/appeal", url.Values{"id": {id}, "upheld": {"yes"}, "answer": {"核对了工资单，确实算错了。"}}, http.StatusSeeOther)
	contains(t, h.get(h.officer, one), "核查", "核对了工资单，确实算错了。")
	h.update(func(ctx context.Context, tx *db.Tx) error {
		a, err := intake.Get(ctx, tx, id)
		if err == nil && (a.State != intake.Verifying || a.OfficerID != "") {
			t.Errorf("after the appeal it is %s with %q", a.State, a.OfficerID)
		}
		return err
	})
	if _, err := intake.AnswerAppeal.Run(t.Context(), h.site.Host, act.Call{Actor: chair}, intake.AppealAnswerIn{ID: id, Upheld: "no", Answer: "第二次"}); !fault.Is(err, "intake.appeal_none") {
		t.Errorf("a second answer = %v", err)
	}
}
