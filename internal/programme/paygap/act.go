package paygap

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
	"bangfu/internal/domain/discovery"
	"bangfu/internal/domain/fund"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task"
)

// State is where a scheme stands.
type State string

// The states of a scheme.
const (
	Draft   State = "draft"
	Adopted State = "adopted"
	Ended   State = "ended"
)

// Say gives the state in a language.
func (s State) Say(l words.Lang) string { return words.T(l, "paygap.state."+string(s)) }

// Scheme is a scheme of contributions: drafted by the union, adopted by the company, whose money it is.
type Scheme struct {
	UnionID, ID, Number, Name, Bands string
	State                            State
	Pocket, ByUser                   string
	At                               int64
	AdoptedBy                        string
	AdoptedAt                        int64
}

const schemeColumns = `union_id, id, number, name, bands, state, pocket, by_user, at, adopted_by, adopted_at`

// Rates gives the scheme's bands.
func (s Scheme) Rates() (out Bands, err error) { return out, json.Unmarshal([]byte(s.Bands), &out) }

// SchemeOf gives one. Fault: Missing.
func SchemeOf(ctx context.Context, tx *db.Tx, id string) (Scheme, error) {
	return db.One[Scheme](ctx, tx, `select `+schemeColumns+` from paygap_scheme where union_id = $1 and id = $2`, tx.Union, id)
}

// Schemes lists them, newest first.
func Schemes(ctx context.Context, tx *db.Tx) ([]Scheme, error) {
	return db.All[Scheme](ctx, tx, `select `+schemeColumns+` from paygap_scheme where union_id = $1 order by number desc`, tx.Union)
}

// Booking is the difference of a month as it was booked, fen, from how many wages.
type Booking struct {
	UnionID, Month, SchemeID string
	People                   int64
	Amount                   money.Amount
	Slip                     string
	Seq                      int64
	ByUser                   string
	At                       int64
}

// Bookings lists them, newest month first.
func Bookings(ctx context.Context, tx *db.Tx) ([]Booking, error) {
	return db.All[Booking](ctx, tx, `select union_id, month, scheme_id, people, amount, slip, seq, by_user, at from paygap_booking where union_id = $1 order by month desc`, tx.Union)
}

// Rates are up to three bands as they are typed in; those with an empty From are none.
type Rates struct {
	From1 money.Amount `form:"from1" label:"第一档：月收入高于" unit:"元" max:"10000000"`
	Rate1 int64        `form:"rate1" label:"第一档比例（%）" max:"50"`
	From2 money.Amount `form:"from2" label:"第二档：月收入高于" unit:"元" max:"10000000"`
	Rate2 int64        `form:"rate2" label:"第二档比例（%）" max:"50"`
	From3 money.Amount `form:"from3" label:"第三档：月收入高于" unit:"元" max:"10000000"`
	Rate3 int64        `form:"rate3" label:"第三档比例（%）" max:"50"`
}

// Bands gives the bands that are filled in.
func (r Rates) Bands() (out Bands) {
	for _, b := range []Band{{r.From1, r.Rate1}, {r.From2, r.Rate2}, {r.From3, r.Rate3}} {
		if b.From > 0 {
			out = append(out, b)
		}
	}
	return out
}

// ProposeIn is a scheme as the union drafts it.
type ProposeIn struct {
	Name string `form:"name" label:"方案名称" need:"true" min:"2" max:"40"`
	Rates
}

// Check holds the bands: "paygap.bands", "paygap.rate".
func (in ProposeIn) Check() error { return in.Bands().Check() }

// Propose drafts a scheme and asks the company for its answer.
var Propose = act.Act[ProposeIn, Scheme]{Name: "paygap.propose", Title: "提出收入调节方案", Right: "paygap.propose",
	Do: func(ctx context.Context, tx *db.Tx, in ProposeIn) (Scheme, error) {
		text, err := json.Marshal(in.Bands())
		if err != nil {
			return Scheme{}, err
		}
		s := Scheme{UnionID: tx.Union, ID: tx.ID(), Name: strings.TrimSpace(in.Name), Bands: string(text), State: Draft, ByUser: tx.Actor.User, At: tx.Ms()}
		if s.Number, err = tx.Number(ctx, "TJ"); err != nil {
			return s, err
		}
		tx.About("paygap_scheme", s.ID)
		if err := db.Insert(ctx, tx, "paygap_scheme", s); err != nil {
			return s, err
		}
		return s, task.Open(ctx, tx, task.New{Kind: "paygap.adopt", Object: "paygap_scheme", ObjectID: s.ID, Role: org.RoleCompany, UnitID: tx.Union, Days: 10,
			Href: Home + "/" + s.ID, Title: "答复收入调节方案 {0}", Args: []any{s.Number}})
	}}

// Home is where the analysis stands.
const Home = "/desk/paygap"

// AnswerIn is the company's answer to a scheme.
type AnswerIn struct {
	ID  string `form:"id" kind:"hidden" need:"true" max:"40"`
	Yes bool   `form:"yes" label:"采用这个方案，按月把差额拨给帮扶资金"`
}

// Answer adopts a scheme or lays it aside. Adopting ends the one in force, and opens the pocket of the difference the first time.
// Faults: "paygap.state" (Conflict), "paygap.own" (Denied: who drafted it).
var Answer = act.Act[AnswerIn, Scheme]{Name: "paygap.answer", Title: "答复收入调节方案", Right: "paygap.answer", Do: answer}

func answer(ctx context.Context, tx *db.Tx, in AnswerIn) (Scheme, error) {
	s, err := SchemeOf(ctx, tx, in.ID)
	switch {
	case err != nil:
		return s, err
	case s.State != Draft:
		return s, fault.New(fault.Conflict, "paygap.state", s.State)
	case s.ByUser == tx.Actor.User:
		return s, fault.New(fault.Denied, "paygap.own")
	}
	tx.About("paygap_scheme", s.ID, "state")
	s.State, s.AdoptedBy, s.AdoptedAt = Ended, tx.Actor.User, tx.Ms()
	if in.Yes {
		s.State = Adopted
		if s.Pocket, err = pocket(ctx, tx); err != nil {
			return s, err
		}
		if _, err := tx.Exec(ctx, `update paygap_scheme set state = 'ended' where union_id = $1 and state = 'adopted'`, tx.Union); err != nil {
			return s, err
		}
	}
	if err := tx.Must(ctx, "fault.stale", `update paygap_scheme set state = $3, pocket = $4, adopted_by = $5, adopted_at = $6
		where union_id = $1 and id = $2 and state = 'draft'`, tx.Union, s.ID, s.State, s.Pocket, s.AdoptedBy, s.AdoptedAt); err != nil {
		return s, err
	}
	return s, task.Close(ctx, tx, "paygap.adopt", s.ID)
}

// pocket gives the pocket of the difference, opened with the first.
func pocket(ctx context.Context, tx *db.Tx) (string, error) {
	all, err := Schemes(ctx, tx)
	for _, s := range all {
		if s.Pocket != "" {
			return s.Pocket, nil
		}
	}
	if err != nil {
		return "", err
	}
	p, err := fund.OpenNext(ctx, tx, "TJZ", fund.NewPocket{Name: words.T(words.Zh, "收入调节差额"), Source: fund.Difference})
	return p.Code, err
}

// ID names a scheme.
type ID struct {
	ID string `form:"id" kind:"hidden" need:"true" max:"40"`
}

// End ends the scheme in force. Fault: "paygap.state" (Conflict).
var End = act.Act[ID, Scheme]{Name: "paygap.end", Title: "停用收入调节方案", Right: "paygap.answer",
	Do: func(ctx context.Context, tx *db.Tx, in ID) (Scheme, error) {
		s, err := SchemeOf(ctx, tx, in.ID)
		if err != nil {
			return s, err
		}
		tx.About("paygap_scheme", s.ID, "state")
		if s.State != Adopted {
			return s, fault.New(fault.Conflict, "paygap.state", s.State)
		}
		s.State = Ended
		return s, tx.Must(ctx, "fault.stale", `update paygap_scheme set state = 'ended' where union_id = $1 and id = $2 and state = 'adopted'`, tx.Union, s.ID)
	}}

// BookIn books a month's difference by the bank's slip of the company's payment.
type BookIn struct {
	ID    string       `form:"id" kind:"hidden" need:"true" max:"40"`
	Month string       `form:"month" label:"月份" hint:"例如 2026-11" need:"true" max:"7"`
	Sum   money.Amount `form:"sum" label:"到账金额" unit:"元" hint:"要和按方案算出的差额一样" need:"true" min:"0.01"`
	Slip  string       `form:"slip" label:"银行回单号" hint:"同一张回单只能登记一次" need:"true" max:"60"`
}

// Book books what came to the relief fund: exactly what the scheme makes of the month's wages. Faults: "paygap.state" (Conflict),
// "paygap.no_wages" (Refused), "paygap.sum" (Refused, with what it comes to), "paygap.booked" (Conflict), those of fund.Give.
var Book = act.Act[BookIn, Booking]{Name: "paygap.book", Title: "登记收入调节差额", Right: "paygap.book", Do: book}

func book(ctx context.Context, tx *db.Tx, in BookIn) (Booking, error) {
	b := Booking{UnionID: tx.Union, Month: in.Month, SchemeID: in.ID, Amount: in.Sum, Slip: strings.TrimSpace(in.Slip), ByUser: tx.Actor.User, At: tx.Ms()}
	s, err := SchemeOf(ctx, tx, in.ID)
	if err != nil {
		return b, err
	}
	tx.About("paygap_scheme", s.ID, "booking")
	if s.State != Adopted {
		return b, fault.New(fault.Conflict, "paygap.state", s.State)
	}
	bands, err := s.Rates()
	if err != nil {
		return b, err
	}
	pays, err := Pays(ctx, tx, day.Day(in.Month+"-01"))
	if err != nil {
		return b, err
	}
	t := Try(bands, pays)
	switch {
	case t.Fund == 0:
		return b, fault.New(fault.Refused, "paygap.no_wages", in.Month).At("month")
	case t.Fund != in.Sum:
		return b, fault.New(fault.Refused, "paygap.sum", in.Month, t.Fund).At("sum")
	}
	if old, err := Bookings(ctx, tx); err != nil || slices.ContainsFunc(old, func(o Booking) bool { return o.Month == in.Month }) {
		if err == nil {
			err = fault.New(fault.Conflict, "paygap.booked", in.Month).At("month")
		}
		return b, err
	}
	e, err := fund.Give(ctx, tx, fund.Gift{Key: "slip/" + b.Slip, Pocket: s.Pocket, Ref: b.Slip, Memo: s.Number + " " + in.Month, Amount: t.Fund})
	if err != nil {
		return b, err
	}
	b.People, b.Seq = int64(t.People), e.Seq
	return b, db.Insert(ctx, tx, "paygap_booking", b)
}

// Pays gives the wages of a month without names. A month that is no month has none.
func Pays(ctx context.Context, tx *db.Tx, month day.Day) ([]money.Amount, error) {
	all, err := discovery.Wages(ctx, tx, month)
	out := make([]money.Amount, len(all))
	for i, w := range all {
		out[i] = w.Amount
	}
	return out, err
}

// Report is the analysis of a month: the union as a whole, its branches, and how the spread divides.
type Report struct {
	Month  day.Day
	All    Measure
	Groups []Group
	Split  Split
}

// ReportOf analyses a month by the branches of the union. Fewer than Least wages give an empty report.
func ReportOf(ctx context.Context, tx *db.Tx, month day.Day) (Report, error) {
	r := Report{Month: month}
	wages, err := discovery.Wages(ctx, tx, month)
	if err != nil || len(wages) < Least {
		return r, err
	}
	units, err := org.Units(ctx, tx)
	if err != nil {
		return r, err
	}
	by, all := map[string][]money.Amount{}, make([]money.Amount, 0, len(wages))
	for _, w := range wages {
		name := branch(units, w.Path)
		by[name] = append(by[name], w.Amount)
		all = append(all, w.Amount)
	}
	r.All = MeasureOf(all)
	r.Groups, r.Split = GroupsOf(by)
	return r, nil
}

// branch names the branch that a place belongs to; what belongs to none is the union's own.
func branch(units []org.Unit, path string) string {
	for _, u := range units {
		if u.Kind == org.KindBranch && strings.HasPrefix(path, u.Path) {
			return u.Name
		}
	}
	return ""
}

// Acts lists what people can do here.
func Acts() []act.Any { return []act.Any{Propose, Answer, End, Book} }
