package lending

import (
	"context"

	"bangfu/internal/base/fault"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
)

// Offer is a version of a product that the union adopted. EndedAt 0 is in force.
type Offer struct {
	UnionID, Code string
	Version       int64
	Text, ByUser  string
	At, EndedAt   int64

	Product Product `db:"-"`
}

const offerColumns = `union_id, code, version, text, by_user, at, ended_at`

// Offers lists the products in force, by code.
func Offers(ctx context.Context, tx *db.Tx) ([]Offer, error) {
	all, err := db.All[Offer](ctx, tx, `select `+offerColumns+` from lending_product where union_id = $1 and ended_at = 0 order by code`, tx.Union)
	for i := range all {
		if err == nil {
			all[i].Product, err = Parse([]byte(all[i].Text))
		}
	}
	return all, err
}

// OfferOf gives a product in force. Fault: "loan.no_product" (Missing).
func OfferOf(ctx context.Context, tx *db.Tx, code string) (Offer, error) {
	return offer(ctx, tx, `code = $2 and ended_at = 0`, code)
}

// product gives the version that a loan was asked under.
func (l Loan) product(ctx context.Context, tx *db.Tx) (Product, error) {
	o, err := offer(ctx, tx, `code = $2 and version = $3`, l.Product, l.Version)
	return o.Product, err
}

func offer(ctx context.Context, tx *db.Tx, where string, args ...any) (Offer, error) {
	o, ok, err := db.Maybe[Offer](ctx, tx, `select `+offerColumns+` from lending_product where union_id = $1 and `+where, append([]any{tx.Union}, args...)...)
	if err == nil && !ok {
		err = fault.New(fault.Missing, "loan.no_product").At("product")
	}
	if err == nil {
		o.Product, err = Parse([]byte(o.Text))
	}
	return o, err
}

// OfferIn is a product's document, shipped or the union's own.
type OfferIn struct {
	Text string `form:"text" kind:"area" label:"产品文档" need:"true" max:"8000"`
}

// Check reads the document: the faults of Parse.
func (in OfferIn) Check() error {
	var l fault.List
	_, err := Parse([]byte(in.Text))
	l.AddErr("text", err)
	return l.Err()
}

// Adopt puts a version of a product into force; loans asked before keep theirs.
var Adopt = act.Act[OfferIn, Offer]{Name: "loan.adopt", Title: "启用借款产品", Right: "loan.product",
	Do: func(ctx context.Context, tx *db.Tx, in OfferIn) (Offer, error) {
		p, err := Parse([]byte(in.Text))
		if err != nil {
			return Offer{}, err
		}
		tx.About("loan_product", p.Code, "text")
		last, err := db.Value[int64](ctx, tx, `select max(version) from lending_product where union_id = $1 and code = $2`, tx.Union, p.Code)
		if err != nil {
			return Offer{}, err
		}
		if _, err := tx.Exec(ctx, `update lending_product set ended_at = $3 where union_id = $1 and code = $2 and ended_at = 0`, tx.Union, p.Code, tx.Ms()); err != nil {
			return Offer{}, err
		}
		o := Offer{UnionID: tx.Union, Code: p.Code, Version: last + 1, Text: in.Text, ByUser: tx.Actor.User, At: tx.Ms(), Product: p}
		return o, db.Insert(ctx, tx, "lending_product", o)
	}}

// Code names a product.
type Code struct {
	Code string `form:"code" kind:"hidden" need:"true" max:"40"`
}

// Retract takes a product out of force. Fault: "loan.no_product" (Conflict).
var Retract = act.Act[Code, act.None]{Name: "loan.retract", Title: "停用借款产品", Right: "loan.product",
	Do: func(ctx context.Context, tx *db.Tx, in Code) (act.None, error) {
		tx.About("loan_product", in.Code, "ended")
		return act.None{}, tx.Must(ctx, "loan.no_product", `update lending_product set ended_at = $3 where union_id = $1 and code = $2 and ended_at = 0`,
			tx.Union, in.Code, tx.Ms())
	}}
