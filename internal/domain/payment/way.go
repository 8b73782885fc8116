package payment

import (
	"context"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/words"
	"bangfu/internal/domain/casefile"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
)

// Way is how an instalment reaches the worker.
type Way string

// The ways.
const (
	ByBank  Way = "bank"  // to the worker's card, by the bank or with the wages
	ToPayee Way = "payee" // straight to the hospital or school it is for
	InCash  Way = "cash"  // handed over against a signature
)

// Choices lists the ways.
func (Way) Choices() []form.Choice {
	return []form.Choice{{Value: string(ByBank), Label: "打到职工卡上或随工资发"}, {Value: string(ToPayee), Label: "直接付给医院、学校等单位"},
		{Value: string(InCash), Label: "发现金，本人签领"}}
}

// Say gives the way in a language.
func (w Way) Say(l words.Lang) string { return words.T(l, "payment.way."+string(w)) }

// WayIn changes how an instalment and those after it are paid.
type WayIn struct {
	ID     string `form:"id" kind:"hidden" need:"true" max:"40"`
	Way    Way    `form:"way" label:"怎么发" need:"true"`
	Payee  string `form:"payee" label:"收款单位" kind:"choice" hint:"只有直接付给单位时才选，没有的请会计先登记" max:"40"`
	Reason string `form:"reason" label:"原因" hint:"例如：住院费欠款，本人同意直接付给医院；本人没有银行卡" kind:"area" need:"true" max:"300"`
}

// Check wants an institution where one is paid, and none elsewhere. Fault: "payment.way_payee".
func (in WayIn) Check() error {
	var bad fault.List
	if (in.Way == ToPayee) != (in.Payee != "") {
		bad.Add("payee", "payment.way_payee")
	}
	return bad.Err()
}

// ChangeWay sets how an instalment and the open ones after it reach the worker (S09: to the card, to the hospital or school, in
// cash). Faults: "payment.state" (Conflict), "payment.way_payee", "payment.bar_payee" (Refused: not checked by a second person).
var ChangeWay = act.Act[WayIn, Instalment]{Name: "payment.way", Title: "改变发放方式", Right: "payment.way", Do: changeWay}

func changeWay(ctx context.Context, tx *db.Tx, in WayIn) (Instalment, error) {
	i, a, err := coming(ctx, tx, "payment.way", in.ID)
	if err != nil {
		return i, err
	}
	to := ""
	if in.Way == ToPayee {
		p, err := PayeeOf(ctx, tx, in.Payee)
		if err != nil || p.State != PayeeChecked {
			return i, orFault(err, fault.New(fault.Refused, "payment.bar_payee").At("payee"))
		}
		to = p.Name
	}
	all, err := OfAward(ctx, tx, a.ID)
	if err != nil {
		return i, err
	}
	tx.Trail.Reason = in.Reason
	for _, o := range all {
		if o.No < i.No || !o.Open() {
			continue
		}
		err := tx.Must(ctx, "fault.stale", `update payment_instalment set way = $4, payee_id = $5, version = version + 1
			where union_id = $1 and id = $2 and version = $3`, tx.Union, o.ID, o.Version, in.Way, in.Payee)
		if err != nil {
			return i, err
		}
	}
	if i, err = Get(ctx, tx, i.ID); err != nil {
		return i, err
	}
	text := words.Key("payment.event_way." + string(in.Way))
	return i, event(ctx, tx, a, casefile.Entry{Kind: "way", Text: text, Args: []any{i.No, to, in.Reason}, Ref: i.ID})
}

// account is where the money of an instalment goes: to a card (ix is its blind index) or to an institution, whose account never
// changes; to neither when it is cash.
type account struct {
	ix, tail, name, bank, branch string
	payee                        Payee
}

// accountOf finds where an instalment goes, and what bars it.
func accountOf(ctx context.Context, tx *db.Tx, i Instalment, w person.Worker) (a account, why words.Key, err error) {
	switch i.Way {
	case InCash:
		return a, "", nil
	case ToPayee:
		if a.payee, err = PayeeOf(ctx, tx, i.PayeeID); err != nil {
			return a, "", err
		}
		a.tail, a.name, a.bank, a.branch = a.payee.Tail(), a.payee.Name, a.payee.Bank, a.payee.Branch
		if a.payee.State != PayeeChecked {
			why = "payment.bar_payee"
		}
		return a, why, nil
	case ByBank:
	}
	a.ix, a.tail, a.name, a.bank, a.branch = w.CardIx, w.CardTail, w.CardHolder, w.CardBank, w.CardBranch
	if a.tail == "" {
		why = "payment.bar_card"
	}
	return a, why, nil
}

// bars says why a list of this format cannot hold a payment.
func (p Profile) bars(i Instalment, f finding) words.Key {
	to := f.to
	switch {
	case p.Cash != (i.Way == InCash):
		return map[bool]words.Key{true: "payment.bar_not_cash", false: "payment.bar_cash"}[p.Cash]
	case i.Way == ToPayee && (p.asks("id") || p.asks("staff")):
		return "payment.bar_format"
	case !p.holds(to.name + to.bank + to.branch):
		return "payment.bar_rare"
	case p.asks("id") && (f.worker.CardRelation != person.HolderSelf || f.worker.IDMask == ""):
		return "payment.bar_identity"
	case p.asks("bank") && to.bank == "" && i.Way != InCash:
		return "payment.bar_bank"
	}
	return ""
}

// instalment gives what of an instalment says where a line goes.
func (l Line) instalment() Instalment {
	w := ByBank
	switch {
	case l.PayeeID != "":
		w = ToPayee
	case l.CardIx == "":
		w = InCash
	}
	return Instalment{Way: w, PayeeID: l.PayeeID}
}
