package fund

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
	"bangfu/internal/engine/db"
)

// settle changes the kept balances, all in one statement; an account that is new, or may not stand where its amount brings
// it, is left by that statement and looked at by itself.
func settle(ctx context.Context, tx *db.Tx, e Entry) error {
	net, err := e.net()
	if err != nil {
		return err
	}
	order := make([]Account, 0, len(net))
	for p := range net {
		order = append(order, p)
	}
	slices.SortFunc(order, func(a, b Account) int {
		return cmp.Or(cmp.Compare(a.Pocket, b.Pocket), cmp.Compare(a.Code, b.Code))
	})
	for all := range slices.Chunk(order, 300) {
		if err := settleSome(ctx, tx, all, net); err != nil {
			return err
		}
	}
	if len(net) == 0 {
		return nil
	}
	chart, err := ChartOn(ctx, tx, e.Day)
	if err != nil {
		return err
	}
	for _, at := range order {
		by, left := net[at]
		if !left {
			continue
		}
		class, err := chart.classOf(at.Code)
		if err != nil {
			return err
		}
		if err := change(ctx, tx, delta{at, class, chart.NameOf(at.Code), by}); err != nil {
			return err
		}
	}
	return nil
}

// net adds an entry's postings up by account.
func (e Entry) net() (map[Account]money.Amount, error) {
	net := map[Account]money.Amount{}
	for _, p := range e.Postings {
		var err error
		if net[p.To], err = net[p.To].Add(p.Amount); err != nil {
			return nil, err
		}
		if net[p.From], err = net[p.From].Add(-p.Amount); err != nil {
			return nil, err
		}
	}
	return net, nil
}

// settleSome changes the balances that are there and may stand, and takes them out of net.
func settleSome(ctx context.Context, tx *db.Tx, all []Account, net map[Account]money.Amount) error {
	var rows strings.Builder
	args := []any{tx.Union}
	for i, at := range all {
		if i > 0 {
			rows.WriteString(", ")
		}
		n := len(args)
		fmt.Fprintf(&rows, "($%d, $%d, cast($%d as bigint))", n+1, n+2, n+3)
		args = append(args, at.Pocket, at.Code, net[at])
	}
	done, err := db.All[Account](ctx, tx, `
		update fund_account set balance = balance + v.column3
		from (values `+rows.String()+`) as v
		where union_id = $1 and pocket = v.column1 and code = v.column2
			and (class not in ('asset', 'budget') or balance + v.column3 >= 0)
			and (class <> 'liability' or balance + v.column3 <= 0)
		returning pocket, code`, args...)
	for _, at := range done {
		delete(net, at)
	}
	return err
}

func (c *Chart) classOf(code string) (Class, error) {
	if class := budgetClass(code); class != "" {
		return class, nil
	}
	a, ok := c.Account(code)
	if !ok {
		return "", fault.New(fault.Missing, "fund.no_account", code)
	}
	return a.Class, nil
}

type delta struct {
	Account
	class Class
	name  words.Said
	by    money.Amount
}

// change adds to one kept balance, on the condition that it may stand there. An account begins with its first posting.
func change(ctx context.Context, tx *db.Tx, d delta) error {
	done, err := add(ctx, tx, d)
	if done || err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `
		insert into fund_account (union_id, pocket, code, class, balance) values ($1, $2, $3, $4, 0)
		on conflict (union_id, pocket, code) do nothing`, tx.Union, d.Pocket, d.Code, d.class); err != nil {
		return err
	}
	if done, err := add(ctx, tx, d); done || err != nil {
		return err
	}
	have, err := Balance(ctx, tx, d.Account)
	if err != nil {
		return err
	}
	return fault.New(fault.Refused, "fund.short", d.Pocket, d.name, size(have), size(d.by))
}

// add reports whether the account is there and may stand where the amount brings it; then it does.
func add(ctx context.Context, tx *db.Tx, d delta) (bool, error) {
	n, err := tx.Exec(ctx, `
		update fund_account set balance = balance + $4
		where union_id = $1 and pocket = $2 and code = $3
			and (class not in ('asset', 'budget') or balance + $4 >= 0)
			and (class <> 'liability' or balance + $4 <= 0)`, tx.Union, d.Pocket, d.Code, d.by)
	return n == 1, err
}

func size(a money.Amount) money.Amount { return max(a, -a) }
