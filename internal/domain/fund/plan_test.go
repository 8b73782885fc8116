package fund

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"bangfu/internal/base/money"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/org"
)

// plans does the lines of scripts about orders of use, budgets and requests: order POCKET…, limit POCKET YEAR AMOUNT,
// left POCKET YEAR AMOUNT, ask company|budget POCKET AMOUNT [YEAR], grant AMOUNT (the oldest asked), come POCKET AMOUNT SLIP
// (against the granted one), held REF reserved committed spent.
func plans(ctx context.Context, tx *db.Tx, w []string, opt map[string]string) error {
	at := func(i int) money.Amount { return mustParse(w[i]) }
	year := func(i int) int64 {
		if i >= len(w) {
			return 0
		}
		n, err := strconv.ParseInt(w[i], 10, 64)
		if err != nil {
			panic(err)
		}
		return n
	}
	switch w[0] {
	case "order":
		_, err := SetOrder(ctx, tx, SetOrderIn{Order: strings.Join(w[1:], "\n")})
		return err
	case "limit":
		_, err := SetBudget(ctx, tx, BudgetIn{Pocket: w[1], Year: year(2), Amount: at(3), Carry: opt["carry"] == "1"})
		return err
	case "left":
		b, _, err := budgetFor(ctx, tx, w[1], "", year(2))
		return differ(err, b.Left(), at(3))
	case "union": // with the people who answer requests
		if err := org.Found(ctx, tx, org.Union{Name: "示例工会", State: "live"}); err != nil {
			return err
		}
		for _, role := range []string{org.RoleCompany, org.RoleChair} {
			u, err := org.AddUser(ctx, tx, org.User{Login: role, Name: role})
			if err != nil {
				return err
			}
			if err := org.Appoint(ctx, tx, u.ID, role, tx.Union); err != nil {
				return err
			}
		}
		return nil
	case "ask":
		_, err := AskFor(ctx, tx, RequestIn{Kind: Sort(w[1]), Pocket: w[2], Amount: at(3), Year: year(4), Reason: "test"})
		return err
	case "grant":
		all, err := Requests(ctx, tx, Asked)
		in := GrantIn{ID: "none", Say: "yes", Amount: at(1)}
		if err != nil || len(all) == 0 {
			_, err = GrantBudget(ctx, tx, in)
			return err
		}
		if in.ID = all[len(all)-1].ID; all[len(all)-1].Kind == OfCompany {
			_, err = GrantCompany(ctx, tx, in)
		} else {
			_, err = GrantBudget(ctx, tx, in)
		}
		return err
	case "come":
		all, err := Requests(ctx, tx, GrantedIt)
		if err != nil {
			return err
		}
		_, err = receive(ctx, tx, ReceiveIn{Pocket: w[1], Amount: at(2), Slip: w[3], Payer: "test", Request: all[0].ID})
		return err
	}
	h, err := HeldFor(ctx, tx, w[1])
	return differ(differ(differ(err, h.Reserved, at(2)), h.Committed, at(3)), h.Spent, at(4))
}

func differ(err error, got, want money.Amount) error {
	if err == nil && got != want {
		err = fmt.Errorf("got %v, want %v", got, want)
	}
	return err
}

func mustParse(s string) money.Amount {
	a, err := money.Parse(s)
	if err != nil {
		panic(err)
	}
	return a
}
