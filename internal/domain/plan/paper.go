package plan

import (
	"context"
	"fmt"
	"time"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/intake"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/paper"
	"bangfu/internal/office/org"
)

// ResultIn names the application whose result is to be on paper.
type ResultIn struct {
	ID string `form:"id" kind:"hidden" need:"true" max:"40"`
}

// ResultPaper makes the notice of an application's result as a PDF and keeps it: what was granted, once it is signed, or why
// nothing was and what can still be done. Fault: "plan.no_result" (Conflict) while there is none.
var ResultPaper = act.Act[ResultIn, paper.Kept]{Name: "plan.result_paper", Title: "生成结果通知书", Right: "plan.see", Secret: true, Do: resultPaper}

func resultPaper(ctx context.Context, tx *db.Tx, in ResultIn) (paper.Kept, error) {
	a, err := intake.Reached(ctx, tx, "plan.see", in.ID)
	if err != nil {
		return paper.Kept{}, err
	}
	tx.About("application", a.ID, "pdf")
	all, err := OfApplication(ctx, tx, a.ID)
	if err != nil {
		return paper.Kept{}, err
	}
	granted := Granted(all)
	if a.State != intake.Refused && len(granted) == 0 {
		return paper.Kept{}, fault.New(fault.Conflict, "plan.no_result")
	}
	w, err := person.Get(ctx, tx, a.PersonID)
	if err != nil {
		return paper.Kept{}, err
	}
	p, err := intake.ProgrammeOf(ctx, tx, a)
	if err != nil {
		return paper.Kept{}, err
	}
	u, err := org.Info(ctx, tx)
	if err != nil {
		return paper.Kept{}, err
	}
	s := paper.Sheet{Title: "结果通知书", Union: u.Name, Number: a.Number, Seal: true, Pairs: []paper.Pair{{Label: "申请人", Value: w.Name},
		{Label: "申请项目", Value: p.Name.Zh}, {Label: "提交日期", Value: paper.DayOf(a.SubmittedOn)}}}
	if len(granted) > 0 {
		err = grant(&s, granted)
	} else {
		refuse(&s, a)
	}
	if err != nil {
		return paper.Kept{}, err
	}
	if u.Phone != "" {
		s.Body = append(s.Body, "有不清楚的地方，请打 "+u.Phone+" 找工会。")
	}
	return paper.Keep(ctx, tx, paper.Of{Kind: "result", ID: a.ID}, s)
}

// Granted gives those of an application's awards that are signed, the paid ones with them.
func Granted(all []Award) []Award {
	var out []Award
	for _, x := range all {
		if x.SignedAt > 0 && x.State != Cancelled {
			out = append(out, x)
		}
	}
	return out
}

func grant(s *paper.Sheet, all []Award) error {
	var sum money.Amount
	var last int64
	s.Table = paper.Table{Cols: []paper.Col{{Label: "帮扶项", Share: 6}, {Label: "编号", Share: 4}, {Label: "每次金额（元）", Share: 4, Num: true}, {Label: "次数", Share: 2, Num: true}, {Label: "合计（元）", Share: 4, Num: true}}}
	for _, x := range all {
		var err error
		if sum, err = sum.Add(x.Total); err != nil {
			return err
		}
		last = max(last, x.SignedAt)
		s.Table.Rows = append(s.Table.Rows, []string{x.ItemName, x.Number, x.Amount.String(), fmt.Sprint(x.Times), x.Total.String()})
	}
	s.Table.Foot = []string{"合计", "", "", "", sum.String()}
	s.Day = paper.DayOf(day.Of(time.UnixMilli(last)))
	s.Pairs = append(s.Pairs, paper.Pair{Label: "结果", Value: "同意帮扶"})
	s.Body = []string{fmt.Sprintf("您的申请已经审核和签发，决定给您上面的帮扶，合计 %s 元（%s）。", sum.String(), sum.Capital()),
		"钱会付到您登记的银行账号。到账后请签收；没有收到，请告诉工会。"}
	return nil
}

func refuse(s *paper.Sheet, a intake.Application) {
	s.Day = paper.DayOf(a.EndedOn)
	s.Pairs = append(s.Pairs, paper.Pair{Label: "结果", Value: "这次没有通过"}, paper.Pair{Label: "原因", Value: intake.Refusal(a.Reason).Say("zh")})
	if a.Note != "" {
		s.Pairs = append(s.Pairs, paper.Pair{Label: "说明", Value: a.Note})
	}
	s.Body = []string{"觉得不对，收到通知后 30 天内可以申诉一次，由没有办过这件事的人在 10 个工作日内答复；也可以向上级工会反映。"}
}
