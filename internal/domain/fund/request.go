package fund

import (
	"context"
	"strings"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/office/notify"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task"
)

// Sort says of whom a request asks what.
type Sort string

// The sorts: money of the company [article 2], or leave to promise more than the year's budget (R14).
const (
	OfCompany  Sort = "company"
	OverBudget Sort = "budget"
)

// Choices lists the two.
func (Sort) Choices() []form.Choice {
	return []form.Choice{{Value: string(OfCompany), Label: "向公司申请拨款"}, {Value: string(OverBudget), Label: "超预算专项申请"}}
}

// Say gives the sort in a language.
func (s Sort) Say(l words.Lang) string { return sayChoice(l, s.Choices(), string(s)) }

// Stage is where a request stands.
type Stage string

// The stages. What is granted of the company may then be received, in one payment or several.
const (
	Asked     Stage = "asked"
	GrantedIt Stage = "granted"
	Refused   Stage = "refused"
	Withdrawn Stage = "withdrawn"
)

// Say gives the stage in a language.
func (s Stage) Say(l words.Lang) string { return words.T(l, "fund.stage."+string(s)) }

// Request is one asking for money with its answer. Granted may be less than Amount; Received is what came of it.
type Request struct {
	UnionID, ID, Number  string
	Kind                 Sort
	Pocket, Programme    string
	Year                 int64
	Amount               money.Amount
	Reason               string
	State                Stage
	AskedBy, AskedPerson string
	AskedAt              int64
	Granted              money.Amount
	Answer, AnsweredBy   string
	AnsweredAt           int64
	Received             money.Amount
}

const requestColumns = `union_id, id, number, kind, pocket, programme, year, amount, reason, state, asked_by, asked_person,
	asked_at, granted, answer, answered_by, answered_at, received`

// Left is what was granted and has not come yet.
func (r Request) Left() money.Amount { return r.Granted - r.Received }

// Requests lists requests, newest first; state "" lists all.
func Requests(ctx context.Context, tx *db.Tx, state Stage) ([]Request, error) {
	return db.All[Request](ctx, tx, `select `+requestColumns+` from fund_request
		where union_id = $1 and ($2 = '' or state = $2) order by asked_at desc, id desc limit 500`, tx.Union, state)
}

// RequestOf gives a request. Fault: "fund.no_request" (Missing).
func RequestOf(ctx context.Context, tx *db.Tx, id string) (Request, error) {
	r, ok, err := db.Maybe[Request](ctx, tx, `select `+requestColumns+` from fund_request
		where union_id = $1 and id = $2`, tx.Union, id)
	if err == nil && !ok {
		err = fault.New(fault.Missing, "fund.no_request")
	}
	return r, err
}

// RequestIn is what is asked for. Programme and Year matter to a request above a budget only.
type RequestIn struct {
	Kind      Sort         `form:"kind" label:"申请什么" need:"true"`
	Pocket    string       `form:"pocket" label:"资金" hint:"钱到了记到哪一笔资金，或哪一笔资金的预算不够" need:"true" max:"16"`
	Amount    money.Amount `form:"amount" label:"申请金额" unit:"元" need:"true" min:"0.01"`
	Reason    string       `form:"reason" kind:"area" label:"用途和理由" need:"true" max:"500"`
	Programme string       `form:"programme" label:"帮扶项目" hint:"超预算申请时填写；不填就是这笔资金的全部项目" max:"40"`
	Year      int64        `form:"year" label:"年度" hint:"超预算申请时填写，不填是今年" max:"2100"`
}

// Check holds the shape: "fund.amount", "fund.reason", "fund.sort".
func (in RequestIn) Check() error {
	var bad fault.List
	if in.Amount <= 0 {
		bad.Add("amount", "fund.amount")
	}
	if strings.TrimSpace(in.Reason) == "" {
		bad.Add("reason", "fund.reason")
	}
	if !offered(in.Kind.Choices(), string(in.Kind)) {
		bad.Add("kind", "fund.sort")
	}
	return bad.Err()
}

// AskFor hands a request in; the company's leader or the chair gets the turn. Faults: those of Check, "fund.no_pocket",
// "fund.request_source" (Refused: the pocket is not the company's money), "fund.no_budget" (Refused: no budget to exceed).
func AskFor(ctx context.Context, tx *db.Tx, in RequestIn) (Request, error) {
	if err := in.Check(); err != nil {
		return Request{}, err
	}
	if _, err := take(ctx, tx); err != nil {
		return Request{}, err
	}
	p, err := Get(ctx, tx, in.Pocket)
	if err != nil {
		return Request{}, err
	}
	if in.Year == 0 {
		in.Year = int64(tx.Day().Year())
	}
	switch in.Kind {
	case OfCompany:
		if p.Source != Company {
			return Request{}, fault.New(fault.Refused, "fund.request_source", p.Name).At("pocket")
		}
		in.Programme = ""
	case OverBudget:
		if _, ok, err := budgetFor(ctx, tx, in.Pocket, in.Programme, in.Year); err != nil || !ok {
			return Request{}, orFault(err, fault.New(fault.Refused, "fund.no_budget", p.Name, in.Year))
		}
	}
	r := Request{UnionID: tx.Union, ID: tx.ID(), Kind: in.Kind, Pocket: p.Code, Programme: in.Programme, Year: in.Year, Amount: in.Amount,
		Reason: strings.TrimSpace(in.Reason), State: Asked, AskedBy: tx.Actor.User, AskedPerson: tx.Actor.Person, AskedAt: tx.Ms()}
	if r.Number, err = tx.Number(ctx, "ZJ"); err != nil {
		return Request{}, err
	}
	tx.About("fund_request", r.ID, "state")
	if err := db.Insert(ctx, tx, "fund_request", r); err != nil {
		return Request{}, err
	}
	return r, r.turn(ctx, tx)
}

// turn opens the turn of whoever answers.
func (r Request) turn(ctx context.Context, tx *db.Tx) error {
	role := org.RoleCompany
	if r.Kind == OverBudget {
		role = org.RoleChair
	}
	var barred []string
	if r.AskedPerson != "" {
		barred = []string{r.AskedPerson}
	}
	return task.Open(ctx, tx, task.New{Kind: "fund.request", Object: "fund_request", ObjectID: r.ID, Role: role, UnitID: tx.Union, Barred: barred,
		Days: 10, Href: "/desk/fund/requests/" + r.ID, Title: "答复资金申请 {0}", Args: []any{r.Number}})
}

func budgetFor(ctx context.Context, tx *db.Tx, pocket, programme string, year int64) (YearBudget, bool, error) {
	all, err := budgets(ctx, tx, pocket)
	for _, b := range all {
		if b.Programme == programme && b.Year == year {
			return b, true, err
		}
	}
	return YearBudget{}, false, err
}

func orFault(err error, f error) error {
	if err != nil {
		return err
	}
	return f
}

// GrantIn is the answer to a request. Amount 0 with a yes grants all that was asked for.
type GrantIn struct {
	ID     string       `form:"id" kind:"hidden" label:"编号" need:"true" max:"40"`
	Say    Reply        `form:"say" label:"答复" need:"true"`
	Amount money.Amount `form:"amount" label:"批准金额" hint:"不填就是全部" unit:"元"`
	Answer string       `form:"answer" kind:"area" label:"意见" hint:"不同意时请写明理由" max:"500"`
}

// GrantCompany is the company's answer to a request for its money, GrantBudget the chair's to one above a budget. Faults:
// "fund.no_request", "fund.answered" (Conflict), "fund.same_person" (Denied), "fund.reason" (Invalid: a no says why),
// "fund.grant_more" (Invalid: more than was asked for).
func GrantCompany(ctx context.Context, tx *db.Tx, in GrantIn) (Request, error) {
	return grant(ctx, tx, in, OfCompany)
}

// GrantBudget is the chair's answer to a request above a budget; see GrantCompany.
func GrantBudget(ctx context.Context, tx *db.Tx, in GrantIn) (Request, error) {
	return grant(ctx, tx, in, OverBudget)
}

func grant(ctx context.Context, tx *db.Tx, in GrantIn, kind Sort) (Request, error) {
	if _, err := take(ctx, tx); err != nil {
		return Request{}, err
	}
	r, err := RequestOf(ctx, tx, in.ID)
	if err != nil {
		return r, err
	}
	if err := r.grantable(tx, in, kind); err != nil {
		return r, err
	}
	r.State, r.Granted, r.Answer, r.AnsweredBy, r.AnsweredAt = Refused, 0, strings.TrimSpace(in.Answer), tx.Actor.User, tx.Ms()
	if in.Say == "yes" {
		if r.State, r.Granted = GrantedIt, in.Amount; in.Amount == 0 {
			r.Granted = r.Amount
		}
	}
	tx.About("fund_request", r.ID, "state", "granted")
	if err := tx.Must(ctx, "fund.answered", `
		update fund_request set state = $3, granted = $4, answer = $5, answered_by = $6, answered_at = $7
		where union_id = $1 and id = $2 and state = 'asked'`,
		tx.Union, r.ID, r.State, r.Granted, r.Answer, r.AnsweredBy, r.AnsweredAt); err != nil {
		return r, err
	}
	if kind == OverBudget && r.Granted > 0 {
		if err := tx.Must(ctx, "fault.stale", `
			update fund_budget set extra = extra + $5 where union_id = $1 and pocket = $2 and programme = $3 and year = $4`,
			tx.Union, r.Pocket, r.Programme, r.Year, r.Granted); err != nil {
			return r, err
		}
	}
	if err := task.CloseAll(ctx, tx, r.ID); err != nil {
		return r, err
	}
	said := notify.Text{Key: "fund.told_refused", Args: []any{r.Number}, Href: "/desk/fund/requests/" + r.ID}
	if r.State == GrantedIt {
		said.Key, said.Args = "fund.told_granted", []any{r.Number, r.Granted}
	}
	return r, notify.Send(ctx, tx, notify.To{UserID: r.AskedBy}, said)
}

func (r Request) grantable(tx *db.Tx, in GrantIn, kind Sort) error {
	switch {
	case r.Kind != kind:
		return fault.New(fault.Missing, "fund.no_request")
	case r.State != Asked:
		return fault.New(fault.Conflict, "fund.answered")
	case r.AskedBy == tx.Actor.User || r.AskedPerson != "" && r.AskedPerson == tx.Actor.Person:
		return fault.New(fault.Denied, "fund.same_person")
	case in.Say != "yes" && strings.TrimSpace(in.Answer) == "":
		return fault.New(fault.Invalid, "fund.reason").At("answer")
	case in.Amount < 0 || in.Amount > r.Amount:
		return fault.New(fault.Invalid, "fund.grant_more", r.Amount).At("amount")
	}
	return nil
}

// RequestID names a request.
type RequestID struct {
	ID string `form:"id" kind:"hidden" label:"编号" need:"true" max:"40"`
}

// Withdraw takes a request back before it is answered. Faults: "fund.no_request", "fund.answered" (Conflict),
// "fund.not_yours" (Denied).
func Withdraw(ctx context.Context, tx *db.Tx, in RequestID) (Request, error) {
	r, err := RequestOf(ctx, tx, in.ID)
	if err != nil {
		return r, err
	}
	if r.AskedBy != tx.Actor.User {
		return r, fault.New(fault.Denied, "fund.not_yours")
	}
	tx.About("fund_request", r.ID, "state")
	if err := tx.Must(ctx, "fund.answered", `
		update fund_request set state = 'withdrawn' where union_id = $1 and id = $2 and state = 'asked'`, tx.Union, r.ID); err != nil {
		return r, err
	}
	r.State = Withdrawn
	return r, task.CloseAll(ctx, tx, r.ID)
}

// arrive counts money that came against what was granted. Faults: "fund.no_request", "fund.request_other" (Refused: another
// pocket, or nothing granted), "fund.request_over" (Refused, with what is still to come).
func arrive(ctx context.Context, tx *db.Tx, g Gift, id string) error {
	r, err := RequestOf(ctx, tx, id)
	if err != nil {
		return err
	}
	if r.Kind != OfCompany || r.State != GrantedIt || r.Pocket != g.Pocket {
		return fault.New(fault.Refused, "fund.request_other", r.Number).At("request")
	}
	n, err := tx.Exec(ctx, `
		update fund_request set received = received + $3 where union_id = $1 and id = $2 and received + $3 <= granted`, tx.Union, r.ID, g.Amount)
	if err == nil && n != 1 {
		err = fault.New(fault.Refused, "fund.request_over", r.Number, r.Left()).At("amount")
	}
	return err
}
