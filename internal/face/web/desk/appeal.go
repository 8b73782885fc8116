package desk

import (
	"context"
	"slices"

	"bangfu/internal/domain/intake"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
)

func (r *record) readAppeals(ctx context.Context, tx *db.Tx) (err error) {
	r.Appeals, err = intake.Appeals(ctx, tx, r.A.ID)
	return err
}

// appealed reports an appeal that waits for an answer.
func (r *record) appealed() bool {
	return slices.ContainsFunc(r.Appeals, func(a intake.Appeal) bool { return a.State == "open" })
}

func (r *record) appealRows(in page.In) []page.Pair {
	var out []page.Pair
	for _, a := range r.Appeals {
		said := in.T("等待答复，最晚 {0}", in.Date(a.Due))
		if a.State != "open" {
			said = intake.Upheld(map[bool]string{true: "yes", false: "no"}[a.State == "upheld"]).Say(in.Lang) + " · " + a.Answer
		}
		out = append(out, page.Pair{Label: in.Date(a.MadeOn), Value: r.Texts.Appeals[a.ID], Note: said})
	}
	return out
}

// appealStep answers an appeal: by one who had no hand in the case.
func appealStep() step[intake.AppealAnswerIn] {
	return step[intake.AppealAnswerIn]{part: "appeal", right: "intake.answer_appeal", act: intake.AnswerAppeal, flash: "答复已送给职工。",
		page: func(in page.In, _ *record, _ form.Values) stepPage {
			return stepPage{Title: in.T("答复申诉"), Lead: in.T("职工写的申诉在申请页上，请先看。职工会原样看到您的答复。"),
				Auto: page.Auto{Fields: form.Of[intake.AppealAnswerIn](), Submit: in.T("答复")}}
		}}
}
