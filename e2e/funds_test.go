package e2e

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"path"
	"slices"
	"strings"
	"testing"

	"bangfu/e2e/browser"
	"bangfu/internal/base/day"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/intake"
	"bangfu/internal/domain/payment"
	"bangfu/internal/domain/person"
	"bangfu/internal/domain/report"
	"bangfu/internal/engine/db"
	"bangfu/internal/programme/giving"
)

// TestFunds walks the ways of the money in one demonstration: what the public sees, a batch that the bank takes but for a row, an
// audit from the draw to its report, a gift from the slip to the letter that traces it, and a month closed and opened again.
func TestFunds(t *testing.T) {
	s := serve(t, "")
	unions, err := s.house.Unions(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	b := browser.Start(t)
	for _, one := range []struct {
		name string
		walk func(*journey)
	}{
		{"disclosure", (*journey).disclose}, {"batch", (*journey).batched}, {"audit", (*journey).audited}, {"gift", (*journey).gift}, {"closing", (*journey).closed},
	} {
		t.Run(one.name, func(t *testing.T) {
			j := &journey{served: s, t: t, b: b, union: unions[0]}
			one.walk(j)
			j.sound()
		})
	}
}

// disclose: the administrator turns the public page off and on; a stranger then reads the sums of the books.
func (j *journey) disclose() {
	admin := j.desk("何管")
	set := func(to string) {
		admin.Go("/desk/settings")
		admin.In("资金收支是否公开").Fill("资金收支是否公开", to)
		admin.In("资金收支是否公开").Click("保存")
		admin.Expect("设置已保存")
	}
	anyone := j.b.Open(j.t, j.base, phone())
	set("否")
	anyone.Go("/p/disclosure")

	anyone.Expect("工会没有公开")
	set("是")
	anyone.Go("/p/notices")
	anyone.Click("看帮扶资金收支")
	anyone.Expect("钱从哪里来", "钱用到哪里")
	anyone.ExpectFits()
	anyone.Shot("money_1_disclosure")
	shown := see(j, func(ctx context.Context, tx *db.Tx) (report.Disclosure, error) {
		return report.Disclose(ctx, tx, report.Year(tx.Day().Year(), tx.Day()))
	})
	if shown.Spent == 0 {
		j.t.Error("nothing was spent in the demonstration")
	}
	anyone.Expect(shown.Spent.String(), shown.Total.End.String())
}

// batched: the officer looks once more, the accountant makes the batch, the cashier checks it and hands the bank its file; the
// bank refuses a row, which the officer mends, and the next batch pays. A file that lies about an amount is taken by no half.
func (j *journey) batched() {
	o := j.desk("王敏")
	o.Go("/desk/payments")
	o.Click("核对到期的")
	o.Expect("都可以发放")
	j.makeBatch("上级帮扶专项")
	rows := j.bankRows()
	if len(rows) < 2 {
		j.t.Fatalf("a batch of %d rows has none to refuse beside one to pay", len(rows))
	}
	p := j.desk("沈实")
	p.Go(j.batch)
	wrong := slices.Clone(rows)
	wrong[0][1] = "0.01"
	j.bankSays(p, wrong, "")
	p.Expect("金额")
	p.ExpectNot("回单已导入")
	p.Shot("money_2_wrong_amount")
	p.Go(j.batch)
	j.bankSays(p, rows, "户名不符")
	p.Expect("回单已导入，银行退回的已转给工会干部核对")
	p.Expect("户名不符")
	p.Shot("money_3_refused")
	failed := see(j, func(ctx context.Context, tx *db.Tx) ([]payment.Instalment, error) {
		return payment.In(ctx, tx, "payment.see", payment.Query{State: payment.Failed})
	})
	if len(failed) == 0 {
		j.t.Fatal("no instalment failed")
	}
	j.again(failed[len(failed)-1])
}

// again is the officer's way from the task to the next batch, and the worker's receipt in the end.
func (j *journey) again(i payment.Instalment) {
	o := j.desk("王敏")
	o.Go("/desk/payments?state=failed")
	w := see(j, func(ctx context.Context, tx *db.Tx) (person.Worker, error) { return person.Get(ctx, tx, i.PersonID) })
	o.Go("/desk/payments/" + i.ID)
	o.Expect(w.Name, "户名不符")
	o.ExpectFits()
	o.Shot("money_4_retry")
	o.Click("重新核对")
	o.Expect("可以重新发放了")
	j.makeBatch("上级帮扶专项")
	p := j.desk("沈实")
	p.Go(j.batch)
	j.bankSays(p, j.bankRows(), "")
	p.Expect("全部发放成功")
	p.ExpectFits()
	me := j.holder(i.PersonID, phone())
	me.Go("/me/receipts/" + i.ID)
	me.Choose("我已收到")
	me.Click("提交")
	me.Expect("已签收，谢谢您")
	me.Shot("money_5_receipt")
	me.Go("/print/receipts/" + i.ID)
	me.Expect("收款")
}

// makeBatch is the accountant's batch from a pocket and the cashier's word on it.
func (j *journey) makeBatch(pocket string) {
	p := j.desk("蒋清")
	p.Go("/desk/payments")
	p.Click("制作发放批次")
	p.Fill("资金", pocket)
	p.Click("查询")
	p.Click("交出纳复核")
	p.Expect("等出纳复核")
	p.ExpectNot("复核通过")
	j.batch, _, _ = strings.Cut(p.Path(), "?")
	p = j.desk("沈实")
	p.Go(j.batch)
	p.Click("复核通过")
	p.Expect("可以导出银行文件")
}

// bankRows are the references and sums of the file that the cashier hands to the bank.
func (j *journey) bankRows() (out [][2]string) {
	p := j.desk("沈实")
	p.Go(j.batch)
	_, file := p.Download("导出银行文件")
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(file, []byte("\xef\xbb\xbf")))).ReadAll()
	if err != nil || len(rows) < 2 {
		j.t.Fatalf("the bank's file: %v\n%s", err, file)
	}
	ref, amount := slices.Index(rows[0], "流水号"), slices.Index(rows[0], "金额")
	for _, r := range rows[1:] {
		if r[ref] != "" {
			out = append(out, [2]string{r[ref], r[amount]})
		}
	}
	return out
}

// bankSays gives the bank's answer in: all came through, but for the last where the bank says why not.
func (j *journey) bankSays(p *browser.Page, rows [][2]string, why string) {
	said := "流水号,金额,结果,原因\n"
	for i, r := range rows {
		if state := "成功,"; why != "" && i == len(rows)-1 {
			said += fmt.Sprintf("%s,%s,失败,%s\n", r[0], r[1], why)
		} else {
			said += fmt.Sprintf("%s,%s,%s\n", r[0], r[1], state)
		}
	}
	p.Go(j.batch)
	p.Upload("银行回单文件", j.file("answer.csv", []byte(said)))
	p.Click("导入银行回单")
}

// audited: the auditor draws, finds, sends an answer back and closes; the sample draws again from its seed.
func (j *journey) audited() {
	a := j.desk("杨明")
	a.Go("/desk/oversight")
	a.ExpectFits()
	a.Click("抽取审计样本")
	a.Choose("批准的帮扶")
	a.Choose("随机抽取")
	a.Fill("从哪天", string(j.house.DB.Today().Add(-90)))
	a.Fill("到哪天", string(j.house.DB.Today()))
	a.Fill("抽几件", "4")
	a.Fill("随机种子", "2026-11 经审委员会")
	a.Click("抽取")
	a.Expect("2026-11 经审委员会", "还没有看")
	sample, _, _ := strings.Cut(a.Path(), "?")
	a.Shot("money_6_sample")
	a.Click("用种子重抽核对")
	a.Expect("重抽一致")
	a.Go(a.Eval(`document.querySelector("main td a[href^='/desk/oversight/awards/'], main a[href*='/awards/']").getAttribute("href")`))
	a.Shot("money_7_evidence")
	a.Click("提出审计问题")
	a.Fill("发现的问题", "走访记录没有写清家庭支出，请补齐。")
	a.Fill("由谁答复", "工会主席")
	a.Fill("哪天以前答复", string(j.house.DB.Today().Add(7)))
	a.Click("提出")
	a.Expect("问题已提出")
	finding, _, _ := strings.Cut(a.Path(), "?")

	c := j.desk("吴平")
	c.Go("/desk")
	c.Click("审计问题")
	c.Go(finding)
	answer := func(text string) {
		c.Go(finding)
		c.Click("答复")
		c.Fill("怎么说", text)
		c.Click("交答复")
		c.Expect("答复已交")
	}
	answer("走访人外出。")
	a.Go(finding)
	a.Click("退回")
	a.Fill("怎么说", "请写明补了什么材料。")
	a.Fill("哪天以前再答复", string(j.house.DB.Today().Add(5)))
	a.Click("退回")
	a.Expect("已退回")
	answer("已补走访记录第二页，家庭支出写在上面。")
	a.Go(finding)
	a.Click("销号")
	a.Fill("怎么说", "已查看补充材料，整改到位。")
	a.Click("销号")
	a.Expect("问题已销号")
	a.ExpectFits()
	a.Shot("money_8_closed")
	a.Go(sample)
	a.Click("打印 A4")
	a.Expect("审计抽样报告", "2026-11 经审委员会", "走访记录没有写清家庭支出", "已销号", "记录链校验点")
	a.Shot("money_9_report")
}

// gift: a campaign, a gift by its slip with the receipt, help paid from it, and the letter that tells what it became.
func (j *journey) gift() {
	m := j.desk("韩守")
	m.Go("/desk/giving")
	m.Click("发起募捐")
	m.Fill("募捐名称", "一日捐")
	m.Choose("职工捐款")
	m.Fill("用途说明", "帮助生重病的职工家庭")
	m.ExpectFits()
	m.Click("发起募捐")
	m.Expect("募捐已发起")
	home, _, _ := strings.Cut(m.Path(), "?")
	anyone := j.b.Open(j.t, j.base, phone())
	anyone.Go("/p/giving")
	anyone.Expect("一日捐")
	anyone.ExpectFits()

	p := j.desk("蒋清")
	p.Go(home)
	p.Click("登记捐款")
	p.Fill("金额", "8000")
	p.Fill("银行回单号", "E2E-JK-8")
	p.Choose("同意公开姓名")
	p.Fill("捐款人或单位", "临江示例轴承厂")
	p.Shot("money_10_gift")
	p.Click("登记捐款")
	p.Expect("捐款已登记")
	gift, _, _ := strings.Cut(p.Path(), "?")
	if _, file := p.Download("下载捐赠收据"); !strings.HasPrefix(string(file), "%PDF") {
		j.t.Errorf("the receipt is no PDF: %.40q", file)
	}
	j.helpFrom("一日捐")
	p = j.desk("蒋清") // days went by
	p.Go(gift)
	p.Expect("¥3,000.00")
	p.ExpectFits()
	p.Shot("money_11_became")
	if got := see(j, func(ctx context.Context, tx *db.Tx) (giving.Account, error) {
		return giving.AccountOf(ctx, tx, path.Base(home))
	}); got.Used != money.Yuan(3000) || got.Free != money.Yuan(5000) {
		j.t.Errorf("used %v, free %v", got.Used, got.Free)
	}
	o := j.desk("王敏")
	o.Go(gift)
	if _, file := o.Download("下载捐赠去向信"); !strings.HasPrefix(string(file), "%PDF") {
		j.t.Errorf("the letter is no PDF: %.40q", file)
	}
	anyone.Go("/p/giving/" + path.Base(home))
	anyone.Expect("临江示例轴承厂", "¥8,000.00", "¥3,000.00", "¥5,000.00")
	anyone.ExpectFits()
	anyone.Shot("money_12_public")
}

// helpFrom pays a recommended case of illness ¥3,000 from a pocket.
func (j *journey) helpFrom(pocket string) {
	all := see(j, func(ctx context.Context, tx *db.Tx) ([]intake.Application, error) {
		return intake.List(ctx, tx, "intake.see", intake.Query{State: intake.Recommended, Programme: "medical"})
	})
	if len(all) == 0 {
		j.t.Fatal("no case of illness is recommended")
	}
	j.worker = see(j, func(ctx context.Context, tx *db.Tx) (string, error) {
		w, err := person.Get(ctx, tx, all[0].PersonID)
		return w.Name, err
	})
	p := j.desk("赵青")
	p.Go("/desk/applications/" + all[0].ID)
	if strings.Contains(p.Text(), "制定帮扶计划") {
		p.Click("制定帮扶计划")
		for _, f := range [][2]string{{"目标", "看得起病"}, {"内容", "大病救助金一次"}, {"方式", "一次给"}, {"完成日期", string(j.house.DB.Today().Add(30))}, {"责任人", "赵青"}} {
			p.Fill(f[0], f[1])
		}
		p.Click("保存计划")
		p.Expect("计划已保存")
	}
	p.Click("提出帮扶")
	p.Choose("大病帮扶")
	p.Fill("每次金额", "3000")
	p.Fill("金额理由", "自付医药费多，家里只有一份工资。")
	p.Fill("从哪项资金出", pocket)
	p.Click("提交审批")
	p.Expect("已提交审批")
	j.award, _, _ = strings.Cut(p.Path(), "?")
	j.decide()
	p = j.desk("王敏")
	p.Go(j.award)
	p.Click("预览公示")
	p.Click("开始公示")
	p.Expect("公示开始了")
	j.pass()
	j.sign()
	p = j.desk("王敏")
	p.Go("/desk/payments")
	p.Click("核对到期的")
	j.makeBatch(pocket)
	c := j.desk("沈实")
	j.bankSays(c, j.bankRows(), "")
	c.Expect("全部发放成功")
}

// closed: the accountant asks that last month be closed, another agrees; nothing more is booked into it. Two open it again, and
// the one who asks never agrees.
func (j *journey) closed() {
	month := string(j.house.DB.Today().AddMonths(-1))[:7]
	p := j.desk("蒋清")
	two := func(ask, done string) {
		p.Go("/desk/fund")
		p.Click(ask)
		p.Fill("月份", month)
		p.Fill("理由", "凭证已装订，账实相符")
		p.Click(ask)
		p.Expect("已提交，等另一位同事复核", "等待复核")
		if p.Eval(`[...document.querySelectorAll("button")].some((b) => b.value == "yes") ? "can" : "cannot"`) != "cannot" {
			j.t.Error("who asks may answer")
		}
		c := j.desk("沈实")
		c.Go("/desk/fund")
		c.Expect("等待复核", month)
		c.ExpectFits()
		c.Shot("money_13_" + done)
		c.In("等待复核").Click("同意")
		c.Expect("复核通过")
	}
	two("申请结账", "close")
	p.Go("/desk/fund")
	p.Expect("已结账到 " + month)
	p.Go("/desk/fund/receive")
	p.Fill("资金", "SJ-2026")
	for _, f := range [][2]string{{"金额", "100"}, {"银行回单号", "E2E-BZ-1"}, {"到账日期", string(day.Day(month + "-15"))}, {"付款方", "县总工会"}} {
		p.Fill(f[0], f[1])
	}
	p.Click("登记收入")
	p.Expect(month + " 月已经结账")
	p.Shot("money_14_shut")
	two("申请反结账", "reopen")
	p.Go("/desk/fund")
	p.ExpectNot("已结账到 " + month)
}
