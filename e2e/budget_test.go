package e2e

import (
	"context"
	"fmt"
	"testing"

	"bangfu/e2e/browser"
	"bangfu/internal/domain/intake"
	"bangfu/internal/domain/payment"
	"bangfu/internal/domain/plan"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/org"
)

// TestBudgets walks the journeys of docs/acceptance.md as their persons do and holds each to the presses and typed fields it
// may take. A journey begins on the page its person starts from: a message, the home page, the poster's address.
func TestBudgets(t *testing.T) {
	s := serve(t, "")
	unions, err := s.house.Unions(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	b := browser.Start(t)
	worker, name := b.Open(t, s.base, phone()), ""
	for _, d := range s.doors {
		if d.Role == "worker" {
			name = d.Name
			worker.Go(d.Path)
			worker.Click("登录")
		}
	}
	for _, one := range []struct {
		name string
		walk func(*journey)
	}{
		{"J01", (*journey).paceApply}, {"J02", (*journey).paceSupply}, {"J03", (*journey).paceTrack}, {"J04", (*journey).paceReceipt}, {"J05", (*journey).paceSurvey},
		{"J06", (*journey).paceHelp}, {"J07", (*journey).paceObject}, {"J08", (*journey).paceFirst}, {"J09", (*journey).paceDecision}, {"J10", (*journey).paceImport},
		{"J12", (*journey).pacePublish}, {"J13", (*journey).paceBatch}, {"J14", (*journey).pacePay},
		{"J16", (*journey).paceNumbers}, {"J17", (*journey).paceApprove}, {"J19", (*journey).paceBackup},
	} {
		t.Run(one.name, func(t *testing.T) {
			one.walk(&journey{served: s, t: t, b: b, union: unions[0], worker: name, phone: worker.With(t)})
		})
	}
}

func phone() browser.Look { return browser.Look{Width: browser.Phone, NoScript: true} }

// see reads something of the house, to know whose journey to walk.
func see[T any](j *journey, read func(context.Context, *db.Tx) (T, error)) (out T) {
	j.t.Helper()
	err := j.house.DB.View(context.Background(), db.System(j.union), func(ctx context.Context, tx *db.Tx) (err error) {
		out, err = read(ctx, tx)
		return err
	})
	if err != nil {
		j.t.Fatal(err)
	}
	return out
}

// holder opens a tab of whoever is a person of the roster.
func (j *journey) holder(person string, look browser.Look) *browser.Page {
	j.t.Helper()
	return j.open(look, func(ctx context.Context, tx *db.Tx) (string, error) {
		u, ok, err := org.UserOfPerson(ctx, tx, person)
		if err == nil && !ok {
			err = fmt.Errorf("%s has no account", person)
		}
		return u.ID, err
	})
}

// waiting gives an application that stands in a state.
func (j *journey) waiting(state intake.State) intake.Application {
	j.t.Helper()
	all := see(j, func(ctx context.Context, tx *db.Tx) ([]intake.Application, error) {
		return intake.List(ctx, tx, "intake.see", intake.Query{State: state})
	})
	if len(all) == 0 {
		j.t.Fatalf("no application is %s", state)
	}
	return all[0]
}

// paceApply is W1 from the poster: a family of three, three photos.
func (j *journey) paceApply() {
	p := j.phone
	p.Go("/")
	p.Count()
	p.Click("开始申请")
	p.Choose("大病帮扶")
	p.Click("继续")
	p.Choose("我看过了，同意")
	p.Click("同意并继续")
	for _, what := range []string{"医疗健康信息", "银行卡信息", "未满 14 岁孩子的信息", "公示"} {
		p.Choose(what)
	}
	p.Click("继续")
	p.Click("继续填：本人信息")
	p.Click("对，下一步")
	for _, kin := range [][2]string{{"配偶", j.worker + "爱人"}, {"子女", j.worker + "孩子"}} {
		p.Click("添加一位家人")
		p.Choose(kin[0])
		p.Fill("姓名", kin[1])
		p.Choose("良好")
		p.Fill("每月大约收入", "0")
		p.Click("保存这位家人")
	}
	p.Click("没有了，下一步")
	p.Fill("用几句话说说情况", "爱人今年做了心脏手术，自己付了两万多。")
	p.Click("保存，下一步")
	p.In("这次是家里谁的事").Choose(j.worker + "爱人")
	p.In("医生确诊的是大病、重病吗").Choose("是")
	p.Fill("最近一年自己付了多少医药费", "26400")
	p.Click("保存，下一步")
	p.Click("保存，下一步")
	p.Click("现在拍")
	for range 3 {
		p.Upload("拍照或选文件", j.photo())
		p.Click("交这份材料")
	}
	p.Tap("没有？可以到工会现场拍")
	p.Choose("还没拿到，以后补")
	p.Click("保存，下一样")
	p.Click("材料好了，下一步")
	p.Click("就用这张，下一步")
	p.Click("都对，去签名提交")
	p.Choose("我保证以上情况属实，同意工会核实")
	p.Fill("签名：请输入您的姓名", j.worker)
	p.Click("提交申请")
	p.Expect("已提交", "BF-")
	p.ExpectWithin("J01 apply, W1", 60, 14)
	once(j.t, p.Tally().Typed, "签名：请输入您的姓名", "最近一年自己付了多少医药费")
}

// once holds A23: of the fields of one person, none is asked twice.
func once(t *testing.T, typed []string, labels ...string) {
	t.Helper()
	for _, l := range labels {
		n := 0
		for _, f := range typed {
			if f == l {
				n++
			}
		}
		if n != 1 {
			t.Errorf("A23: %q was typed %d times in one journey", l, n)
		}
	}
}

// paceSupply is W2 from the message that a paper is missing.
func (j *journey) paceSupply() {
	a := j.waiting(intake.Returned)
	p := j.holder(a.PersonID, phone())
	p.Go("/me/messages")
	p.Count()
	p.Click("补充材料")
	p.Expect("收入证明看不清")
	p.Upload(p.Eval(`document.querySelector("input[type=file]").labels[0].innerText.replace(/\s+/g, " ").trim()`), j.photo())
	p.Click("提交")
	p.Expect("已收到")
	p.ExpectWithin("J02 supply a paper, W2", 7, 0)
}

// paceTrack is W3 from the home page.
func (j *journey) paceTrack() {
	p := j.holder(j.waiting(intake.Verifying).PersonID, phone())
	p.Go("/me")
	p.Count()
	p.Click("看进度")
	p.Expect("已提交")
	p.ExpectWithin("J03 track, W3", 2, 0)
}

// paid gives an instalment whose worker has not said yet that the money came.
func (j *journey) paid() payment.Instalment {
	all := see(j, func(ctx context.Context, tx *db.Tx) ([]payment.Instalment, error) {
		return payment.In(ctx, tx, "payment.see", payment.Query{State: payment.Paid})
	})
	if len(all) == 0 {
		j.t.Fatal("every receipt is given already")
	}
	return all[0]
}

// paceReceipt is W4 from the message that the money came.
func (j *journey) paceReceipt() {
	p := j.holder(j.paid().PersonID, phone())
	p.Go("/me/messages")
	p.Count()
	p.Click("请看一下到账没有")
	p.Choose("我已收到")
	p.Click("提交")
	p.Expect("已签收，谢谢您")
	p.ExpectWithin("J04 receipt, W4", 4, 0)
}

// paceSurvey is W5 from the message: eight questions.
func (j *journey) paceSurvey() {
	p := j.phone
	p.Go("/me/surveys")
	p.Click("去填")
	p.Count()
	for _, answer := range []string{"是", "5", "5", "5", "5", "5"} {
		p.Click(answer)
	}
	p.Click("跳过这题")
	p.Click("跳过这题")
	p.Click("提交")
	p.Expect("问卷已提交，谢谢您")
	p.ExpectWithin("J05 survey of eight, W5", 9, 0)
}

// paceHelp is W6: a person to call, from the entry, with the number behind the press.
func (j *journey) paceHelp() {
	p := j.b.Open(j.t, j.base, phone())
	p.Go("/")
	p.Count()
	p.Click("找人帮忙")
	if p.Eval(`document.querySelectorAll("a[href^='tel:']").length + ""`) == "0" {
		j.t.Error("no number to press")
	}
	p.ExpectWithin("J06 reach a human, W6", 3, 0)
}

// paceObject is W8 from the board, without a name.
func (j *journey) paceObject() {
	p := j.b.Open(j.t, j.base, phone())
	p.Go("/p/notices")
	p.Count()
	p.In("徐*庆").Click("对公示有意见")
	p.Choose("生活帮扶")
	p.Fill("您了解的情况", "听说他家有门面房出租。")
	p.Click("提交意见")
	p.Expect("已收到")
	p.ExpectWithin("J07 object, W8", 4, 2)
}

// paceFirst is G1 from the list of turns.
func (j *journey) paceFirst() {
	a := j.waiting(intake.Submitted)
	leader := see(j, func(ctx context.Context, tx *db.Tx) (org.Holder, error) {
		all, err := org.Holders(ctx, tx, org.RoleGroupLeader, a.UnitID)
		if err == nil && len(all) == 0 {
			err = fmt.Errorf("nobody leads %s", a.UnitID)
		}
		if err != nil {
			return org.Holder{}, err
		}
		return all[0], nil
	})
	p := j.as(leader.Name, phone())
	p.Go("/desk")
	p.Count()
	p.Click(a.Number)
	p.Choose("情况属实，报公司工会")
	p.Choose("在岗")
	p.Click("提交初审")
	p.Expect("已报公司工会核查")
	p.ExpectWithin("J08 first review, G1", 5, 0)
}

// paceDecision is C2: from the desk to a page where something is decided.
func (j *journey) paceDecision() {
	p := j.desk("王敏")
	p.Go("/desk")
	p.Count()
	p.Click("看全部申请")
	p.Click(p.Eval(`document.querySelector("main tbody a").innerText`))
	p.Expect("时间线")
	p.ExpectWithin("J09 to a decision, C2", 3, 0)
}

// pacePublish is C6 with everything that waits for its notice.
func (j *journey) pacePublish() {
	p := j.desk("王敏")
	p.Go("/desk/awards?state=reserved")
	p.Count()
	p.Choose("全选本页")
	p.Click("预览公示")
	p.Click("开始公示")
	p.Expect("公示开始了")
	p.ExpectWithin("J12 publish, C6", 5, 0)
}

// paceNumbers is L1, narrow and wide.
func (j *journey) paceNumbers() {
	for _, width := range []int64{390, 1440} {
		p := j.as("卫新", browser.Look{Width: width})
		p.Go("/desk")
		p.Count()
		p.Click("统计")
		p.ExpectFits()
		p.ExpectWithin("J16 five numbers, L1", 1, 0)
	}
}

// paceApprove is L2 on a phone.
func (j *journey) paceApprove() {
	p := j.as("周正", phone())
	p.Go("/desk")
	p.Count()
	award := see(j, func(ctx context.Context, tx *db.Tx) (string, error) {
		all, err := plan.In(ctx, tx, "plan.see", plan.Proposed, 1)
		if err == nil && len(all) == 0 {
			err = fmt.Errorf("nothing waits for a decision")
		}
		if err != nil {
			return "", err
		}
		return all[0].Number, nil
	})
	p.Count()
	p.Click("请审批 " + award)
	p.Choose("同意")
	p.Click("提交决定")
	p.Expect("周正 同意")
	p.ExpectWithin("J17 approve on a phone, L2", 4, 0)
}
