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
	"bangfu/internal/office/notify"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task"
)

// AskIn is what somebody wants to borrow. Price and Family are asked where the product's bounds need them.
type AskIn struct {
	Product    string       `form:"product" kind:"hidden" need:"true" max:"40"`
	Purpose    string       `form:"purpose" label:"借款用途" kind:"choice" need:"true" max:"40"`
	Amount     money.Amount `form:"amount" label:"借款金额" unit:"元" need:"true" min:"0.01"`
	Months     int64        `form:"months" label:"分几个月还" need:"true" min:"1" max:"360"`
	Price      money.Amount `form:"price" label:"所购物的总价" unit:"元" hint:"按价款比例借的才填"`
	Family     money.Amount `form:"family" label:"家庭月收入（税前）" unit:"元" hint:"按家庭收入借的才填"`
	Guarantors string       `form:"guarantors" kind:"area" label:"担保人工号" hint:"每行一个；本人家属不能担保" max:"200"`
}

// AskForIn is the same, entered for a worker who cannot.
type AskForIn struct {
	StaffNo string `form:"staff_no" label:"借款人工号" need:"true" max:"40"`
	AskIn
}

// Apply asks for a loan of one's own. Faults: those of Judge, "loan.no_product", "loan.guarantors" (another number of them
// is needed), "loan.no_worker", "loan.guarantor" (one who cannot stand), "loan.capacity" (one who stands for too many already).
var Apply = act.Act[AskIn, Loan]{Name: "loan.apply", Title: "申请借款", Right: "loan.apply",
	Do: func(ctx context.Context, tx *db.Tx, in AskIn) (Loan, error) {
		w, err := person.Reached(ctx, tx, "loan.apply", tx.Actor.Person)
		if err != nil {
			return Loan{}, err
		}
		return in.ask(ctx, tx, w)
	}}

// ApplyFor asks for a loan for a worker; faults as Apply.
var ApplyFor = act.Act[AskForIn, Loan]{Name: "loan.apply_for", Title: "代职工申请借款", Right: "loan.apply_for",
	Do: func(ctx context.Context, tx *db.Tx, in AskForIn) (Loan, error) {
		w, err := byStaffNo(ctx, tx, in.StaffNo, "staff_no")
		if err != nil {
			return Loan{}, err
		}
		if w, err = person.Reached(ctx, tx, "loan.apply_for", w.ID); err != nil {
			return Loan{}, err
		}
		return in.ask(ctx, tx, w)
	}}

func byStaffNo(ctx context.Context, tx *db.Tx, no, field string) (person.Worker, error) {
	w, ok, err := person.ByStaffNo(ctx, tx, person.StaffNo(no))
	if err == nil && (!ok || w.Status != person.Active) {
		err = fault.New(fault.Missing, "loan.no_worker").At(field)
	}
	return w, err
}

// unknownYet stands for a figure that an officer will check: it bounds nothing.
const unknownYet = money.Amount(1e14)

func (in AskIn) ask(ctx context.Context, tx *db.Tx, w person.Worker) (Loan, error) {
	o, err := OfferOf(ctx, tx, in.Product)
	if err != nil {
		return Loan{}, err
	}
	l := Loan{UnionID: tx.Union, ID: tx.ID(), PersonID: w.ID, HouseholdID: w.HouseholdID, UnitID: w.UnitID, UnitPath: w.UnitPath, Product: o.Code, Version: o.Version,
		Purpose: in.Purpose, Amount: in.Amount, Months: in.Months, Price: in.Price, Family: in.Family, Pay: w.Pay, State: Asked, ByUser: tx.Actor.User, At: tx.Ms()}
	tx.Trail.Subject = w.ID
	wish, err := l.wish(ctx, tx, w, o.Product)
	if err != nil {
		return l, err
	}
	wish.Member, wish.Career = true, o.Product.Career // the officer's to check
	if !w.PayKnown || w.Pay <= 0 {
		wish.Pay, l.Pay = unknownYet, 0
	}
	if err := o.Product.Judge(wish); err != nil {
		return l, err
	}
	standing, err := l.standing(ctx, tx, o.Product, in.Guarantors)
	if err != nil {
		return l, err
	}
	if l.Number, err = tx.Number(ctx, "JK"); err != nil {
		return l, err
	}
	tx.About("loan", l.ID)
	if err := db.Insert(ctx, tx, "lending_loan", l); err != nil {
		return l, err
	}
	return l, l.invite(ctx, tx, standing)
}

// wish says what the product judges by, as the roster knows it.
func (l Loan) wish(ctx context.Context, tx *db.Tx, w person.Worker, p Product) (Wish, error) {
	live, err := l.live(ctx, tx, p)
	return Wish{Purpose: l.Purpose, Amount: l.Amount, Months: int(l.Months), Pay: l.Pay, Price: l.Price, Family: l.Family, Regular: w.Employment == person.Regular,
		Service: months(w.EntryOn, tx.Day()), Live: live}, err
}

// months counts the full months between two days; 0 where the first is not known.
func months(from, to day.Day) int {
	if !from.Valid() || from > to {
		return 0
	}
	n := to.Sub(from) / 32
	for from.AddMonths(n+1) <= to {
		n++
	}
	return n
}

// live reports another loan, of the person or of the household, that is asked for or still owed.
func (l Loan) live(ctx context.Context, tx *db.Tx, p Product) (bool, error) {
	household := l.HouseholdID
	if p.Live != "household" {
		household = ""
	}
	all, err := db.All[Loan](ctx, tx, `select `+loanColumns+` from lending_loan where union_id = $1 and id <> $4 and (person_id = $2 or $3 <> '' and household_id = $3)
		and state not in ('refused', 'withdrawn')`, tx.Union, l.PersonID, household, l.ID)
	for _, o := range all {
		if over, err := o.over(ctx, tx); err != nil || !over {
			return true, err
		}
	}
	return false, err
}

// over reports a loan that asks for nothing more: refused, withdrawn, or lent and settled.
func (l Loan) over(ctx context.Context, tx *db.Tx) (bool, error) {
	if l.State != Lent {
		return l.State == Refused || l.State == Withdrawn, nil
	}
	d, err := fund.DebtOf(ctx, tx, l.ID)
	return d.Out() == 0, err
}

// standing reads who is to stand for a loan and holds that they can.
func (l Loan) standing(ctx context.Context, tx *db.Tx, p Product, text string) ([]person.Worker, error) {
	numbers := strings.Fields(strings.NewReplacer("，", " ", ",", " ", "、", " ").Replace(text))
	if len(numbers) != p.Guarantors {
		return nil, fault.New(fault.Invalid, "loan.guarantors", p.Guarantors).At("guarantors")
	}
	kin, err := person.Kin(ctx, tx, l.PersonID)
	if err != nil {
		return nil, err
	}
	var out []person.Worker
	for _, no := range numbers {
		w, err := byStaffNo(ctx, tx, no, "guarantors")
		if err != nil {
			return nil, err
		}
		twice := slices.ContainsFunc(out, func(o person.Worker) bool { return o.ID == w.ID })
		if twice || w.ID == l.PersonID || slices.Contains(kin, w.ID) || w.Employment == person.Probation {
			return nil, fault.New(fault.Refused, "loan.guarantor", w.StaffNo).At("guarantors")
		}
		if err := l.capable(ctx, tx, p, w.ID); err != nil {
			return nil, fault.Of(err).At("guarantors")
		}
		out = append(out, w)
	}
	return out, nil
}

// capable holds that one more guarantee is within a guarantor's limit. Fault: "loan.capacity" with the limit.
func (l Loan) capable(ctx context.Context, tx *db.Tx, p Product, who string) error {
	all, err := db.All[Loan](ctx, tx, `select `+loanColumns+` from lending_loan where union_id = $1 and id <> $3 and state not in ('refused', 'withdrawn')
		and exists (select 1 from lending_guarantor g where g.union_id = lending_loan.union_id and g.loan_id = lending_loan.id and g.person_id = $2 and g.state <> 'no')`,
		tx.Union, who, l.ID)
	n := 0
	for _, o := range all {
		over, bad := o.over(ctx, tx)
		if bad != nil {
			return bad
		}
		if !over {
			n++
		}
	}
	if err == nil && n >= p.Guarantees {
		err = fault.New(fault.Refused, "loan.capacity", p.Guarantees)
	}
	return err
}

// invite asks the guarantors; without any, the loan goes to be checked.
func (l *Loan) invite(ctx context.Context, tx *db.Tx, all []person.Worker) error {
	for _, w := range all {
		if err := db.Insert(ctx, tx, "lending_guarantor", Guarantor{UnionID: tx.Union, LoanID: l.ID, PersonID: w.ID, State: "asked", At: tx.Ms()}); err != nil {
			return err
		}
		href := "/me/loans/" + l.ID
		if err := notify.Send(ctx, tx, notify.To{PersonID: w.ID, UnitID: w.UnitID}, notify.Text{Key: "loan.told_asked", Args: []any{l.Number}, Href: href}); err != nil {
			return err
		}
		if err := task.Open(ctx, tx, task.New{Kind: "loan.consent", Object: "loan", ObjectID: l.ID + " " + w.ID, PersonID: w.ID, UnitID: w.UnitID, Days: 5, Href: href,
			Title: "是否为借款 {0} 担保", Args: []any{l.Number}}); err != nil {
			return err
		}
	}
	if len(all) > 0 {
		return nil
	}
	return l.toCheck(ctx, tx)
}

func (l *Loan) toCheck(ctx context.Context, tx *db.Tx) error {
	if err := l.move(ctx, tx, Checking, ""); err != nil {
		return err
	}
	return l.turn(ctx, tx, "loan.check", org.RoleOfficer, "核对借款申请 {0}")
}

// ConsentIn is a guarantor's answer.
type ConsentIn struct {
	ID  string `form:"id" kind:"hidden" need:"true" max:"40"`
	Say Stand  `form:"say" label:"您的决定" need:"true"`
}

// Stand is a guarantor's yes or no.
type Stand string

// Choices lists the two.
func (Stand) Choices() []form.Choice {
	return []form.Choice{{Value: "yes", Label: "愿意担保"}, {Value: "no", Label: "不担保"}}
}

// Consent is a guarantor's own answer; a no sends the loan back to nobody: it is refused, and may be asked for again with
// another guarantor. Faults: "loan.not_asked" (Conflict), "loan.capacity".
var Consent = act.Act[ConsentIn, Loan]{Name: "loan.consent", Title: "答复担保", Right: "loan.consent",
	Do: func(ctx context.Context, tx *db.Tx, in ConsentIn) (Loan, error) {
		l, all, err := Mine(ctx, tx, in.ID)
		if err != nil {
			return l, err
		}
		if !slices.ContainsFunc(all, func(g Guarantor) bool { return g.PersonID == tx.Actor.Person }) {
			return l, fault.New(fault.Conflict, "loan.not_asked")
		}
		return l, l.consent(ctx, tx, tx.Actor.Person, in.Say == "yes")
	}}

// PaperIn is a guarantor's signed consent on paper, entered by an officer.
type PaperIn struct {
	ID      string `form:"id" kind:"hidden" need:"true" max:"40"`
	StaffNo string `form:"staff_no" label:"担保人工号" need:"true" max:"40"`
	Say     Stand  `form:"say" label:"担保人纸上的决定" need:"true"`
}

// ConsentOnPaper enters the answer of a guarantor without an account. Faults as Consent, "loan.own".
var ConsentOnPaper = act.Act[PaperIn, Loan]{Name: "loan.consent_on_paper", Title: "登记担保人的书面答复", Right: "loan.check",
	Do: func(ctx context.Context, tx *db.Tx, in PaperIn) (Loan, error) {
		l, err := Reached(ctx, tx, "loan.check", in.ID)
		if err != nil {
			return l, err
		}
		if err := l.free(ctx, tx); err != nil {
			return l, err
		}
		w, err := byStaffNo(ctx, tx, in.StaffNo, "staff_no")
		if err != nil {
			return l, err
		}
		return l, l.consent(ctx, tx, w.ID, in.Say == "yes")
	}}

func (l *Loan) consent(ctx context.Context, tx *db.Tx, who string, yes bool) error {
	if err := l.in(Asked); err != nil {
		return err
	}
	tx.About("loan", l.ID, "guarantor")
	state := "no"
	if yes {
		state = "yes"
		// One who answers twice at once is counted one after the other.
		if _, err := tx.Exec(ctx, `update lending_guarantor set at = at where union_id = $1 and person_id = $2`, tx.Union, who); err != nil {
			return err
		}
		p, err := l.product(ctx, tx)
		if err != nil {
			return err
		}
		if err := l.capable(ctx, tx, p, who); err != nil {
			return err
		}
	}
	if err := tx.Must(ctx, "loan.not_asked", `update lending_guarantor set state = $4, at = $5 where union_id = $1 and loan_id = $2 and person_id = $3 and state = 'asked'`,
		tx.Union, l.ID, who, state, tx.Ms()); err != nil {
		return err
	}
	if err := task.CloseAll(ctx, tx, l.ID+" "+who); err != nil {
		return err
	}
	if !yes {
		return l.refuse(ctx, tx, "loan.why_guarantor", "")
	}
	left, err := db.Value[int64](ctx, tx, `select count(*) from lending_guarantor where union_id = $1 and loan_id = $2 and state <> 'yes'`, tx.Union, l.ID)
	if err != nil || left > 0 {
		return err
	}
	return l.toCheck(ctx, tx)
}

// refuse ends a loan that is not made and tells the borrower why: a key of the catalogue, or somebody's words.
func (l *Loan) refuse(ctx context.Context, tx *db.Tx, key string, said string) error {
	why := said
	if key != "" {
		why = key
	}
	if err := l.move(ctx, tx, Refused, "why = $5", why); err != nil {
		return err
	}
	if err := l.endTurns(ctx, tx); err != nil {
		return err
	}
	return l.tell(ctx, tx, "loan.told_refused")
}

// endTurns closes all turns on a loan, those of its guarantors too.
func (l Loan) endTurns(ctx context.Context, tx *db.Tx) error {
	all, err := Guarantors(ctx, tx, l.ID)
	for _, g := range all {
		if err == nil {
			err = task.CloseAll(ctx, tx, l.ID+" "+g.PersonID)
		}
	}
	if err != nil {
		return err
	}
	return task.CloseAll(ctx, tx, l.ID)
}
