package lending

import (
	"context"
	"slices"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/fund"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/office/approval"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task"
)

// Withdraw takes a loan back before the money came. Fault: "loan.state" (Conflict).
var Withdraw = act.Act[ID, Loan]{Name: "loan.withdraw", Title: "撤回借款申请", Right: "loan.withdraw",
	Do: func(ctx context.Context, tx *db.Tx, in ID) (Loan, error) {
		l, err := Reached(ctx, tx, "loan.withdraw", in.ID)
		if err != nil {
			return l, err
		}
		if err := l.in(Asked, Checking, Deciding, Approved, Signed); err != nil {
			return l, err
		}
		if l.State == Deciding {
			if err := approval.Cancel(ctx, tx, "loan", l.ID); err != nil {
				return l, err
			}
		}
		if l.State == Approved || l.State == Signed {
			if err := fund.Release(ctx, tx, l.ID); err != nil {
				return l, err
			}
		}
		if err := l.move(ctx, tx, Withdrawn, ""); err != nil {
			return l, err
		}
		return l, l.endTurns(ctx, tx)
	}}

// Sources gives where loans may come from, and whether the union widened it: a mutual or company pool, unless the setting
// loan.sources names more (policy §4: no rule was found that lets union funds be lent).
func Sources(ctx context.Context, tx *db.Tx) (all []fund.Source, widened bool, err error) {
	text, err := org.Setting(ctx, tx, "loan.sources")
	for _, word := range strings.Fields(text) {
		all = append(all, fund.Source(word))
		widened = widened || fund.Source(word) != fund.Mutual && fund.Source(word) != fund.Company
	}
	return all, widened, err
}

// Pools lists the pockets a loan may come from: of a source that may be lent, and with terms that allow it.
func Pools(ctx context.Context, tx *db.Tx, l Loan) ([]fund.Pocket, error) {
	from, _, err := Sources(ctx, tx)
	if err != nil {
		return nil, err
	}
	all, err := fund.Fitting(ctx, tx, l.use(tx))
	return slices.DeleteFunc(all, func(p fund.Pocket) bool { return !slices.Contains(from, p.Source) }), err
}

// lendable holds that the loan may come from a pocket. Faults, both Refused: "loan.source" with the source, "fund.purpose" with the term of
// the pocket that the loan breaks.
func (l Loan) lendable(ctx context.Context, tx *db.Tx, pocket string) error {
	p, err := fund.Get(ctx, tx, pocket)
	if err != nil {
		return fault.Of(err).At("pocket")
	}
	from, _, err := Sources(ctx, tx)
	if err == nil && !slices.Contains(from, p.Source) {
		err = fault.New(fault.Refused, "loan.source", p.Source).At("pocket")
	}
	if b := p.Admits(l.use(tx), tx.Day()); err == nil && b != nil {
		err = fault.New(fault.Refused, "fund.purpose", p.Name, b).At("pocket")
	}
	return err
}

// VerifyIn is what an officer checked: the pay by payroll, the membership by its receipt, the use by its papers.
type VerifyIn struct {
	ID     string       `form:"id" kind:"hidden" need:"true" max:"40"`
	Say    Found        `form:"say" label:"核对结果" need:"true"`
	Pay    money.Amount `form:"pay" label:"月工资" unit:"元" hint:"按工资表核对；扣款的上限按它计算"`
	Member bool         `form:"member" label:"是互助会会员，会费收据已看过"`
	Career int64        `form:"career" label:"距退休还有几个月" hint:"产品有这一条时才填" min:"0" max:"600"`
	Pocket string       `form:"pocket" kind:"choice" label:"从哪笔资金借出" max:"16"`
	Why    string       `form:"why" kind:"area" label:"退回的理由" hint:"申请人会看到" max:"200"`
}

// Found is what the check came to.
type Found string

// Choices lists the two.
func (Found) Choices() []form.Choice {
	return []form.Choice{{Value: "yes", Label: "属实，报审批"}, {Value: "no", Label: "不符合，退回"}}
}

// Check wants a pocket and the pay for a yes, a reason for a no: "loan.need".
func (in VerifyIn) Check() error {
	var l fault.List
	if in.Say == "yes" && in.Pocket == "" {
		l.Add("pocket", "loan.need")
	}
	if in.Say == "yes" && in.Pay <= 0 {
		l.Add("pay", "loan.need")
	}
	if in.Say == "no" && strings.TrimSpace(in.Why) == "" {
		l.Add("why", "loan.need")
	}
	return l.Err()
}

// Verify is the officer's check; a yes starts the approval. Faults: those of Judge, "loan.source" (Refused: not a pool that may
// be lent), "loan.own" (Denied), "loan.state" (Conflict).
var Verify = act.Act[VerifyIn, Loan]{Name: "loan.check", Title: "核对借款申请", Right: "loan.check", Do: verify}

func verify(ctx context.Context, tx *db.Tx, in VerifyIn) (Loan, error) {
	l, err := Reached(ctx, tx, "loan.check", in.ID)
	if err != nil {
		return l, err
	}
	if err := l.in(Checking); err != nil {
		return l, err
	}
	if err := l.free(ctx, tx); err != nil {
		return l, err
	}
	if in.Say != "yes" {
		return l, l.refuse(ctx, tx, "", strings.TrimSpace(in.Why))
	}
	w, err := person.Get(ctx, tx, l.PersonID)
	if err != nil {
		return l, err
	}
	p, err := l.product(ctx, tx)
	if err != nil {
		return l, err
	}
	l.Pay, l.Pocket, l.CheckedBy = in.Pay, in.Pocket, tx.Actor.User
	wish, err := l.wish(ctx, tx, w, p)
	if err != nil {
		return l, err
	}
	wish.Member, wish.Career = in.Member, int(in.Career)
	if err := p.Judge(wish); err != nil {
		return l, err
	}
	if err := l.lendable(ctx, tx, in.Pocket); err != nil {
		return l, err
	}
	if err := l.move(ctx, tx, Deciding, "pay = $5, pocket = $6, checked_by = $7", l.Pay, l.Pocket, l.CheckedBy); err != nil {
		return l, err
	}
	if err := task.Close(ctx, tx, "loan.check", l.ID); err != nil {
		return l, err
	}
	m, err := l.matter(ctx, tx)
	if err != nil {
		return l, err
	}
	_, err = approval.Start(ctx, tx, m)
	return l, err
}

// DecideIn is one person's word on a loan, or on the end of one. Paper names the scan of an upper union's paper answer.
type DecideIn struct {
	ID     string `form:"id" kind:"hidden" need:"true" max:"40"`
	Yes    string `form:"yes" label:"决定" choices:"yes=同意|no=不同意" need:"true"`
	Reason string `form:"reason" label:"理由" hint:"不同意时必须写明，申请人会看到" kind:"area" max:"200"`
	Paper  string `form:"paper" kind:"hidden" max:"80"`
}

// Decide takes one step of the route. The last yes sets the money aside, or carries out the end that was asked for. Faults:
// those of approval.Decide, of fund.Reserve and fund.Forgive, "loan.state" (Conflict).
var Decide = act.Act[DecideIn, Loan]{Name: "loan.decide", Title: "审批借款", Right: "loan.decide",
	Do: func(ctx context.Context, tx *db.Tx, in DecideIn) (Loan, error) {
		l, err := Reached(ctx, tx, "loan.decide", in.ID)
		if err != nil {
			return l, err
		}
		if l.Ending == "" {
			if err := l.in(Deciding); err != nil {
				return l, err
			}
		}
		tx.About("loan", l.ID, "decision")
		m, err := l.matter(ctx, tx)
		if err != nil {
			return l, err
		}
		p, err := approval.Decide(ctx, tx, m, approval.Decision{Yes: in.Yes == "yes", Reason: in.Reason, PaperBlob: in.Paper})
		switch {
		case err != nil || !p.Done:
			return l, err
		case l.Ending != "":
			return l, l.endDecided(ctx, tx, p.Approved)
		case !p.Approved:
			return l, l.refuse(ctx, tx, "", strings.TrimSpace(in.Reason))
		}
		return l, l.approve(ctx, tx)
	}}

func (l *Loan) approve(ctx context.Context, tx *db.Tx) error {
	if err := l.living(ctx, tx); err != nil {
		return err
	}
	if err := l.lendable(ctx, tx, l.Pocket); err != nil {
		return err
	}
	if err := fund.Reserve(ctx, tx, fund.Hold{Key: "loan/" + l.ID, Pocket: l.Pocket, Ref: l.ID, Item: Programme, Memo: l.Number, Amount: l.Amount, Use: l.use(tx),
		Alone: true}); err != nil {
		return err
	}
	if err := l.move(ctx, tx, Approved, ""); err != nil {
		return err
	}
	if err := l.tell(ctx, tx, "loan.told_approved"); err != nil {
		return err
	}
	return l.turn(ctx, tx, "loan.sign", org.RoleOfficer, "打印并签订借款协议 {0}")
}

// living wants the borrower on the roster. Fault: Refused "loan.gone".
func (l Loan) living(ctx context.Context, tx *db.Tx) error {
	w, err := person.Get(ctx, tx, l.PersonID)
	if err == nil && w.Status != person.Active {
		err = fault.New(fault.Refused, "loan.gone", l.Number, w.Status)
	}
	return err
}

// SignIn is the agreement as it was signed.
type SignIn struct {
	ID     string  `form:"id" kind:"hidden" need:"true" max:"40"`
	On     day.Day `form:"on" label:"签订日期" need:"true"`
	Agreed bool    `form:"agreed" label:"借款人已在协议上同意从工资扣还，担保人已签字"`
}

// Sign records the signed agreement: the money is committed, and the cashier's turn opens. Faults: "loan.agreed" (Refused: no
// deduction without written consent), "loan.day", "loan.state".
var Sign = act.Act[SignIn, Loan]{Name: "loan.sign", Title: "登记协议签订", Right: "loan.sign",
	Do: func(ctx context.Context, tx *db.Tx, in SignIn) (Loan, error) {
		l, err := Reached(ctx, tx, "loan.sign", in.ID)
		if err != nil {
			return l, err
		}
		if err := l.in(Approved); err != nil {
			return l, err
		}
		if err := l.free(ctx, tx); err != nil {
			return l, err
		}
		switch {
		case !in.Agreed:
			return l, fault.New(fault.Refused, "loan.agreed").At("agreed")
		case !in.On.Valid() || in.On > tx.Day():
			return l, fault.New(fault.Invalid, "loan.day").At("on")
		}
		l.SignedOn = in.On
		if err := fund.Commit(ctx, tx, l.ID); err != nil {
			return l, err
		}
		if err := l.move(ctx, tx, Signed, "signed_on = $5", in.On); err != nil {
			return l, err
		}
		if err := task.Close(ctx, tx, "loan.sign", l.ID); err != nil {
			return l, err
		}
		return l, l.turn(ctx, tx, "loan.pay", org.RoleCashier, "支付借款 {0}")
	}}

// PayIn is the payment of a loan by the bank's slip.
type PayIn struct {
	ID   string  `form:"id" kind:"hidden" need:"true" max:"40"`
	Slip string  `form:"slip" label:"银行回单号" need:"true" max:"60"`
	On   day.Day `form:"on" label:"付款日期" need:"true"`
}

// PayOut books the payment and makes the schedule. Faults: "loan.slip_taken" (Conflict), "loan.day", "loan.gone", "loan.source",
// "loan.state", and those of fund.Lend.
var PayOut = act.Act[PayIn, Loan]{Name: "loan.pay", Title: "登记借款支付", Right: "loan.pay", Do: payOut}

func payOut(ctx context.Context, tx *db.Tx, in PayIn) (Loan, error) {
	l, err := Reached(ctx, tx, "loan.pay", in.ID)
	if err != nil {
		return l, err
	}
	if err := l.in(Signed); err != nil {
		return l, err
	}
	if err := l.free(ctx, tx); err != nil {
		return l, err
	}
	if !in.On.Valid() || in.On > tx.Day() || in.On < l.SignedOn {
		return l, fault.New(fault.Invalid, "loan.day").At("on")
	}
	if err := l.living(ctx, tx); err != nil {
		return l, err
	}
	if err := l.lendable(ctx, tx, l.Pocket); err != nil {
		return l, err
	}
	p, err := l.product(ctx, tx)
	if err != nil {
		return l, err
	}
	slip := strings.TrimSpace(in.Slip)
	taken, err := db.Value[int64](ctx, tx, `select count(*) from lending_loan where union_id = $1 and slip = $2`, tx.Union, slip)
	if err == nil && taken > 0 {
		err = fault.New(fault.Conflict, "loan.slip_taken", slip).At("slip")
	}
	if err != nil {
		return l, err
	}
	if err := fund.Lend(ctx, tx, fund.Move{Ref: l.ID, Key: "lend/" + l.ID, Memo: l.Number, Amount: l.Amount}); err != nil {
		return l, err
	}
	if err := l.move(ctx, tx, Lent, "lent_on = $5, slip = $6", in.On, slip); err != nil {
		return l, err
	}
	l.LentOn, l.Slip = in.On, slip
	if err := l.schedule(ctx, tx, p, change{from: in.On, base: l.Amount, months: int(l.Months), grace: p.Grace, why: "lent"}); err != nil {
		return l, err
	}
	if err := task.Close(ctx, tx, "loan.pay", l.ID); err != nil {
		return l, err
	}
	return l, l.tell(ctx, tx, "loan.told_lent")
}
