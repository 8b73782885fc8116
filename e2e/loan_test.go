package e2e

import (
	"context"
	"errors"
	"fmt"
	"path"
	"strings"
	"testing"

	"bangfu/e2e/browser"
	"bangfu/internal/base/day"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/deduction"
	"bangfu/internal/domain/fund"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/org"
)

// TestLoan lives one loan through the real pages: asked for on a phone, stood for by a colleague, checked, decided, signed, paid, taken
// from the wages by payroll's answer, and repaid early.
func TestLoan(t *testing.T) {
	s := serve(t, "")
	unions, err := s.house.Unions(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	j := &journey{served: s, t: t, b: browser.Start(t), union: unions[0]}
	colleague := see(j, func(ctx context.Context, tx *db.Tx) (person.Worker, error) {
		leaders, err := org.Seats(ctx, tx, org.RoleGroupLeader, "")
		if err != nil || len(leaders) == 0 {
			return person.Worker{}, err
		}
		return person.Get(ctx, tx, leaders[0].PersonID)
	})
	p := j.b.Open(t, s.base, phone())
	s.enter(p, "worker", 0)
	p.Go("/me")
	p.Click("我的借款")
	p.ExpectFits()
	p.Go("/me/loans/new?product=interest_free")
	p.Choose("看病")
	p.Fill("借款金额", "6000")
	p.Fill("分几个月还", "6")
	p.Fill("担保人工号", colleague.StaffNo)
	p.ExpectFits()
	p.Shot("loan_1_ask")
	p.Click("提交申请")
	p.Expect("等担保人答复")
	mine, _, _ := strings.Cut(p.Path(), "?")
	at := strings.Replace(mine, "/me/", "/desk/", 1)

	g := j.holder(colleague.ID, phone())
	g.Go(mine)
	g.Click("看清条款后答复")
	g.Choose("愿意担保")
	g.Shot("loan_2_stand")
	g.Click("提交")
	g.Expect("待核对")

	j.lend(at)
	j.repay(at)
	p.Go(mine)
	p.Expect("已还清")
	p.ExpectFits()
	p.Shot("loan_9_done")
}

// lend is the desk's part up to the money.
func (j *journey) lend(at string) {
	p := j.desk("王敏")
	p.Go(at)
	p.Click("核对借款申请")
	p.Choose("属实，报审批")
	p.Fill("月工资", "5000")
	p.Choose("职工周转金")
	p.Shot("loan_3_check")
	p.Click("提交")
	p.Expect("审批中")
	c := j.desk("周正")
	c.Go(at)
	c.Click("审批借款")
	c.Choose("同意")
	c.Click("提交")
	c.Expect("待签协议")
	p.Go(at)
	p.Click("打印借款协议")
	p.Expect("借款协议", "不收利息", "借款人：")
	p.Shot("loan_4_agreement")
	p.Go(at)
	p.Click("登记协议签订")
	p.Choose("借款人已在协议上同意从工资扣还，担保人已签字")
	p.Click("提交")
	p.Expect("待付款")
	m := j.desk("沈实")
	m.Go(at)
	m.Click("登记借款支付")
	m.Fill("银行回单号", "E2E-JK-1")
	m.Click("提交")
	m.Expect("还款中", "¥6,000.00")
	m.ExpectFits()
	m.Shot("loan_5_lent")
}

// repay is payroll's list, its answer, and the rest by the bank.
func (j *journey) repay(at string) {
	p := j.desk("蒋清")
	p.Go("/desk/loans")
	p.ExpectFits()
	p.Shot("loan_6_list")
	p.Go(p.Eval(`document.querySelector("a[href^='/desk/loan/lists/']:not([href$='/new'])").getAttribute("href")`))
	p.Click("撤销扣款清单")
	p.Fill("原因", "演示清单重做")
	p.Click("撤销")
	p.Go("/desk/loans")
	p.Click("做扣款清单")
	p.Fill("月份", string(day.Day(j.house.DB.Today()).AddMonths(1))[:7])
	p.Click("做清单")
	p.Expect("清单已做好")
	list, _, _ := strings.Cut(p.Path(), "?")
	_, file := p.Download("导出扣款清单")
	if !strings.HasPrefix(string(file), "PK") {
		j.t.Fatalf("the list for payroll is no workbook: %.40q", file)
	}
	p.Go(list)
	p.Shot("loan_7_payroll")
	row := see(j, func(ctx context.Context, tx *db.Tx) (string, error) { return j.answerOf(ctx, tx, list, at) })
	p.Click("导入扣款结果")
	p.Upload("财务返回的扣款结果", j.file("answer.csv", []byte("序号,工号,实扣金额,少扣原因\n"+row)))
	p.Click("导入")
	p.Expect("结果已导入")
	p.Go(at)
	rest := see(j, func(ctx context.Context, tx *db.Tx) (fund.Debt, error) { return fund.DebtOf(ctx, tx, path.Base(at)) })
	if rest.Repaid == 0 || rest.Out()+rest.Repaid != money.Yuan(6000) {
		j.t.Fatalf("after the wages: %+v", rest)
	}
	p.Expect(rest.Out().String())
	p.Click("登记还款")
	p.Fill("还款金额", rest.Out().Plain())
	p.Fill("银行回单号", "E2E-HK-1")
	p.Click("提交")
	p.Expect("已还清")
	p.Shot("loan_8_repaid")
}

// answerOf is payroll's row for the loan: all that was asked was taken.
func (j *journey) answerOf(ctx context.Context, tx *db.Tx, list, at string) (string, error) {
	_, lines, err := deduction.Of(ctx, tx, path.Base(list))
	for _, l := range lines {
		if l.Ref != path.Base(at) {
			continue
		}
		w, err := person.Get(ctx, tx, l.PersonID)
		return fmt.Sprintf("%d,%s,%s,\n", l.No, w.StaffNo, l.Asked.Plain()), err
	}
	return "", errors.Join(err, errors.New("the loan is not on the list"))
}
