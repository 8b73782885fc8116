package loan

import (
	"context"
	"slices"
	"strings"

	"bangfu/internal/base/money"
	"bangfu/internal/domain/deduction"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
	"bangfu/internal/programme/lending"
)

// speaker says a sentence of the catalogue: a page or a request.
type speaker interface {
	T(zh string, args ...any) string
}

// brief says in a form what loan it is about.
func brief(ctx context.Context, tx *db.Tx, q *site.Req, l lending.Loan) ([]page.Pair, error) {
	w, err := person.Get(ctx, tx, l.PersonID)
	if err != nil {
		return nil, err
	}
	p, err := l.Under(ctx, tx)
	if err != nil {
		return nil, err
	}
	s, err := lending.StandingOf(ctx, tx, l)
	u, _ := p.PurposeOf(l.Purpose)
	out := []page.Pair{{Label: q.T("借款人"), Value: w.Name + "　" + w.StaffNo}, {Label: q.T("种类"), Value: p.Name.Say(q.Lang())}, {Label: q.T("借款用途"), Value: u.Name.Say(q.Lang())},
		{Label: q.T("借款金额"), Value: l.Amount.Say(q.Lang())}, {Label: q.T("期限"), Value: q.T("{0} 个月", l.Months)}}
	if s.Owed() > 0 {
		out = append(out, page.Pair{Label: q.T("还欠"), Value: s.Owed().Say(q.Lang())})
	}
	if l.Ending != "" {
		out = append(out, page.Pair{Label: l.Ending.Say(q.Lang()), Value: l.EndingAmount.Say(q.Lang()) + "　" + l.EndingWhy})
	}
	return out, err
}

// percent writes hundredths of a percent.
func percent(n int64) string {
	return strings.TrimSuffix(strings.TrimSuffix(money.Amount(n).Plain(), "0"), ".0") + "%"
}

// terms says what a product asks and gives.
func terms(q speaker, p lending.Product) []page.Pair {
	out := []page.Pair{{Label: q.T("最长期限"), Value: q.T("{0} 个月", p.Months)}}
	add := func(ok bool, label, value string) {
		if ok {
			out = append(out, page.Pair{Label: label, Value: value})
		}
	}
	add(p.Cap > 0, q.T("最多可借"), money.Amount(p.Cap).Say("zh"))
	add(p.Pay > 0, q.T("按工资"), q.T("不超过月工资的 {0}%", p.Pay))
	add(p.Price > 0, q.T("按价款"), q.T("不超过总价的 {0}%", p.Price))
	add(p.FamilyMonths > 0, q.T("按家庭收入"), q.T("不超过 {0} 个月的家庭收入", p.FamilyMonths))
	rate := q.T("不收利息")
	if p.WorkerRate() > 0 {
		rate = percent(p.WorkerRate())
	}
	out = append(out, page.Pair{Label: q.T("年利率（本人负担）"), Value: rate})
	add(p.Subsidy > 0, q.T("其中贴息"), q.T("年利率 {0}，资金贴 {1}", percent(p.Rate), percent(p.Subsidy)))
	add(p.Grace > 0, q.T("宽限"), q.T("头 {0} 个月不还，不计息", p.Grace))
	add(p.Member, q.T("条件"), q.T("互助会会员"))
	add(p.Regular, q.T("条件"), q.T("正式职工"))
	add(p.Service > 0, q.T("条件"), q.T("在本单位满 {0} 个月", p.Service))
	add(p.Career > 0, q.T("条件"), q.T("距退休满 {0} 个月", p.Career))
	add(p.Guarantors > 0, q.T("担保人"), q.T("{0} 名，每人最多担保 {1} 笔", p.Guarantors, p.Guarantees))
	add(p.Live != "", q.T("再借"), q.T("还清后才可以"))
	return append(out, page.Pair{Label: q.T("从工资扣还"), Value: q.T("每月不超过工资的 {0}%，扣后不低于最低工资", p.Percent)},
		page.Pair{Label: q.T("离职"), Value: q.T("{0} 天内还清", p.Leave)})
}

func (p onePage) facts(in page.In) []page.Pair {
	l := p.Loan
	u, _ := p.P.PurposeOf(l.Purpose)
	out := []page.Pair{{Label: in.T("种类"), Value: p.P.Name.Say(in.Lang)}, {Label: in.T("借款用途"), Value: u.Name.Say(in.Lang)},
		{Label: in.T("借款金额"), Value: in.Money(l.Amount), Note: l.Amount.Capital()}, {Label: in.T("期限"), Value: in.T("{0} 个月", l.Months)}}
	add := func(ok bool, label, value string) {
		if ok {
			out = append(out, page.Pair{Label: label, Value: value})
		}
	}
	add(l.Price > 0, in.T("所购物的总价"), in.Money(l.Price))
	add(l.Family > 0, in.T("家庭月收入（税前）"), in.Money(l.Family))
	add(l.SignedOn != "", in.T("签订日期"), in.Date(l.SignedOn))
	add(l.LentOn != "", in.T("付款日期"), in.Date(l.LentOn))
	if l.State == lending.Lent {
		d := p.Debt
		add(true, in.T("已还本金"), in.Money(d.Repaid))
		add(d.Interest > 0, in.T("已付利息"), in.Money(d.Interest))
		add(d.Forgiven > 0, in.T("免还"), in.Money(d.Forgiven))
		add(true, in.T("还欠"), in.Money(p.Owed()))
		add(p.Aged.Due() > 0, in.T("已到期未还"), in.Money(p.Aged.Due()))
		add(p.Aged.Late > 0, in.T("逾期"), in.T("{0}，{1} 天", p.Aged.Late, p.Aged.Days))
		add(l.PausedOn != "", in.T("暂停还款"), in.T("从 {0} 起", in.Date(l.PausedOn)))
		add(l.LeftOn != "", in.T("离开本单位"), in.Date(l.LeftOn))
	}
	return out
}

// why says why a loan was not made.
func (p onePage) why(in page.In) string {
	if p.Loan.State != lending.Refused {
		return ""
	}
	return in.T(p.Loan.Why)
}

func (p onePage) dues(in page.In) page.List {
	t := page.List{Caption: in.T("还款安排"), None: in.T("没有要还的"), Cols: []page.Col{{Label: in.T("期次")}, {Label: in.T("到期日")}, {Label: in.T("本金"), Num: true}, {Label: in.T("利息"), Num: true},
		{Label: in.T("合计"), Num: true}, {Label: in.T("状态")}}}
	paid := p.Plan.Base - p.Debt.Out()
	for _, d := range p.Dues {
		state := page.C(page.Tag(page.Plain, in.T("没到期")))
		covered := min(max(paid, 0), d.Principal)
		paid -= covered
		switch {
		case covered == d.Principal:
			state = page.C(page.Tag(page.ToneOK, in.T("已还")))
		case p.Loan.PausedOn != "":
			state = page.C(page.Tag(page.ToneWarn, in.T("已暂停")))
		case d.On < p.Today:
			state = page.C(page.Tag(page.ToneErr, in.T("已逾期")))
		}
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.T(itoa(d.No)), page.T(in.Date(d.On)), page.T(in.Money(d.Principal)), page.T(in.Money(d.Interest)), page.T(in.Money(d.Sum())), state}})
	}
	return t
}

func (p onePage) taken(in page.In) page.List {
	t := page.List{Caption: in.T("工资扣款"), None: in.T("还没有从工资扣过"), Cols: []page.Col{{Label: in.T("日期")}, {Label: in.T("应扣金额"), Num: true}, {Label: in.T("实扣金额"), Num: true}, {Label: in.T("少扣原因")}}}
	for _, l := range slices.Backward(p.Lines) {
		on, taken := in.Date(l.OnDay), in.Money(l.Taken)
		if l.State == deduction.Waiting {
			on, taken = "—", in.T("等结果")
		}
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.T(on), page.T(in.Money(l.Asked)), page.T(taken), page.T(l.Why)}})
	}
	return t
}

func (p onePage) standing(in page.In, numbers bool) page.List {
	t := page.List{Caption: in.T("担保人"), None: in.T("没有担保人"), Cols: []page.Col{{Label: in.T("姓名")}, {Label: in.T("答复")}}}
	for _, g := range p.Guarantors {
		name := g.Name
		if numbers {
			name += "　" + g.StaffNo
		}
		tone, text := page.ToneWarn, in.T("等答复")
		switch g.State {
		case "yes":
			tone, text = page.ToneOK, in.T("同意担保")
		case "no":
			tone, text = page.Plain, in.T("不担保")
		}
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.T(name), page.C(page.Tag(tone, text))}})
	}
	return t
}

func (p onePage) answers(in page.In) page.List {
	t := page.List{Caption: in.T("审批"), Cols: []page.Col{{Label: in.T("步骤")}, {Label: in.T("谁")}, {Label: in.T("意见")}}}
	for _, s := range p.Approval.Steps {
		said := in.T("等答复")
		switch {
		case s.Answered > 0 && s.Yes:
			said = in.T("同意")
		case s.Answered > 0:
			said = in.T("不同意") + "　" + s.Reason
		case !s.Now:
			said = "—"
		}
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.T(in.T(s.Label)), page.T(s.Name), page.T(said)}})
	}
	return t
}

// way is a step that the reader may take on the loan now.
type way struct {
	Path, Label string
	Main        bool
}

func (p onePage) ways(in page.In) []way {
	var out []way
	add := func(ok bool, right, path, label string, main bool) {
		if ok && p.Can(right) {
			out = append(out, way{home + "/" + p.Loan.ID + "/" + path, label, main})
		}
	}
	at := p.State()
	owed := at == lending.Lent
	add(at == lending.Asked, "loan.check", "paper", in.T("登记担保人的书面答复"), false)
	add(at == lending.Checking, "loan.check", "check", in.T("核对借款申请"), true)
	add(at == lending.Deciding || p.Loan.Ending != "", "loan.decide", "decide", in.T("审批借款"), true)
	add(at == lending.Approved, "loan.sign", "sign", in.T("登记协议签订"), true)
	add(at == lending.Signed, "loan.pay", "pay", in.T("登记借款支付"), true)
	add(owed, "loan.repay", "repay", in.T("登记还款"), true)
	add(owed && p.Loan.PausedOn == "", "loan.pause", "pause", in.T("暂停还款"), false)
	add(owed && p.Loan.PausedOn != "", "loan.pause", "resume", in.T("恢复还款"), false)
	add(owed, "loan.reschedule", "reschedule", in.T("调整还款安排"), false)
	add(owed && len(p.Guarantors) > 0, "loan.check", "replace", in.T("更换担保人"), false)
	add(owed && p.Loan.Ending == "", "loan.end", "end", in.T("申请减免、核销或转补助"), false)
	return out
}

// mayWithdraw reports a loan whose money has not come.
func (p onePage) mayWithdraw() bool {
	return slices.Contains([]lending.State{lending.Asked, lending.Checking, lending.Deciding, lending.Approved, lending.Signed}, p.Loan.State) && p.Can("loan.withdraw")
}

// isAsked reports that the reader is asked to stand for the loan and has not answered.
func (p onePage) isAsked() bool {
	return slices.ContainsFunc(p.Guarantors, func(g guarantor) bool { return g.PersonID == p.Person && g.State == "asked" }) && p.Loan.State == lending.Asked
}

func (p onePage) sheet(in page.In) page.Sheet {
	signers := []string{in.T("借款人")}
	for range p.Guarantors {
		signers = append(signers, in.T("担保人"))
	}
	return page.Sheet{Title: in.T("借款协议"), DocNo: p.Loan.Number, FormNo: "BF-JK-01", Union: p.Union, Seal: true, Signers: append(signers, in.T("经办人")), Printed: string(p.Today),
		Back: home + "/" + p.Loan.ID}
}

// clauses are the agreement's sentences.
func (p onePage) clauses(in page.In) []string {
	out := []string{in.T("一、借款只用于上面写明的用途，挪作他用的，工会可以要求立即还清。"),
		in.T("二、借款分 {0} 个月还，从付款后第 {1} 个月起每月还一期，各期本金相等，最后一期还清余数。付款后另给还款安排表。", p.Loan.Months, p.P.Grace+1)}
	if p.P.WorkerRate() > 0 {
		out = append(out, in.T("三、利息按年利率 {0} 对还欠的本金逐月计算，不足一分的不收。", percent(p.P.WorkerRate())))
	} else {
		out = append(out, in.T("三、不收利息，只还借到的数额。"))
	}
	out = append(out, in.T("四、借款人同意单位每月从工资中扣还到期的款项：扣款不超过当月工资的 {0}%，扣后不低于当地最低工资；扣不足的顺延。", p.P.Percent),
		in.T("五、可以随时提前还款，不另收费。病假、待岗期间暂停还款，不算逾期；有困难可以申请调整。"),
		in.T("六、离开本单位的，{0} 天内还清余款。", p.P.Leave))
	if len(p.Guarantors) > 0 {
		out = append(out, in.T("七、担保人对上述借款承担连带责任，借款还清时责任结束。"))
	}
	if n := p.P.Notes.Say(in.Lang); n != "" {
		out = append(out, n)
	}
	return out
}

// parties are the head of the agreement.
func (p onePage) parties(in page.In) []page.Pair {
	out := []page.Pair{{Label: in.T("借款人"), Value: p.Name + "　" + p.StaffNo}, {Label: in.T("出借方"), Value: p.Union}}
	for _, g := range p.Guarantors {
		out = append(out, page.Pair{Label: in.T("担保人"), Value: g.Name + "　" + g.StaffNo})
	}
	u, _ := p.P.PurposeOf(p.Loan.Purpose)
	return append(out, page.Pair{Label: in.T("种类"), Value: p.P.Name.Say(in.Lang)}, page.Pair{Label: in.T("借款用途"), Value: u.Name.Say(in.Lang)},
		page.Pair{Label: in.T("借款金额"), Value: in.Money(p.Loan.Amount)}, page.Pair{Label: in.T("大写"), Value: p.Loan.Amount.Capital()})
}

func ident(in page.In, p onePage) page.Ident {
	tone, text := tag(in, p.Standing)
	return page.Ident{Name: p.Name, No: p.Loan.Number, Tone: tone, Status: text, Facts: []page.Pair{{Label: in.T("工号"), Value: p.StaffNo}}}
}

func stateText(in page.In, p onePage) string {
	_, text := tag(in, p.Standing)
	return text
}

func patterns(in page.In, p productsPage) page.List {
	t := page.List{Caption: in.T("样本"), Cols: []page.Col{{Label: in.T("名称")}, {Label: in.T("种类")}, {Label: in.T("依据")}}}
	for _, s := range p.Patterns {
		name := page.T(s.Name.Say(in.Lang))
		if p.Can("loan.product") {
			name = page.A(products+"/adopt?code="+s.Code, s.Name.Say(in.Lang))
		}
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{name, page.T(s.Kind.Say(in.Lang)), page.T(s.Source)}})
	}
	return t
}
