package fund

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/engine/db"
)

// One aid may be paid out of several pockets: where the one that was chosen has too little, the rest comes from those that
// follow it in the union's order of use and whose givers allow it. Each pocket holds its part under the award's ref with
// "#2" to "#9", so that every part is a hold like any other and no pocket pays for another.
const mostParts = 9

// parts gives what is held for an award, pocket by pocket in the order they are used, each with its pocket's terms.
// Fault: "fund.no_hold" (Missing).
func parts(ctx context.Context, tx *db.Tx, ref string) ([]Held, error) {
	all, err := db.All[Held](ctx, tx, `
		select `+heldColumns+` from fund_hold where union_id = $1 and ref in ($2, $2 || '#2', $2 || '#3', $2 || '#4',
			$2 || '#5', $2 || '#6', $2 || '#7', $2 || '#8', $2 || '#9')`, tx.Union, ref)
	if err == nil && len(all) == 0 {
		err = fault.New(fault.Missing, "fund.no_hold", ref)
	}
	slices.SortFunc(all, func(a, b Held) int { return cmp.Or(len(a.Ref)-len(b.Ref), cmp.Compare(a.Ref, b.Ref)) })
	for i := range all {
		if err == nil {
			var p Pocket
			p, err = Get(ctx, tx, all[i].Pocket)
			all[i].source, all[i].terms, all[i].name = p.Source, p.Terms, p.Name
		}
	}
	return all, err
}

// partRef names the n-th part of an award, counted from 0.
func partRef(ref string, n int) string {
	if n == 0 {
		return ref
	}
	return fmt.Sprintf("%s#%d", ref, n+1)
}

// SetOrderIn is the order of use, one pocket a line, the first to be used first. Pockets left out are used only when
// chosen.
type SetOrderIn struct {
	Order string `form:"order" kind:"area" label:"使用次序" hint:"每行一个资金编号，先用的在上面" max:"400"`
}

// SetOrder keeps the order of use. Faults: "fund.no_pocket", "fund.order_twice" (Invalid), "fund.order_mutual" (Refused:
// members' money makes up for nobody else's).
func SetOrder(ctx context.Context, tx *db.Tx, in SetOrderIn) (List, error) {
	if _, err := take(ctx, tx); err != nil {
		return "", err
	}
	codes := strings.Fields(in.Order)
	tx.About("fund", "order", "place")
	if _, err := tx.Exec(ctx, `delete from fund_order where union_id = $1`, tx.Union); err != nil {
		return "", err
	}
	for i, code := range codes {
		p, err := Get(ctx, tx, code)
		switch {
		case err != nil:
			return "", err
		case slices.Contains(codes[:i], code):
			return "", fault.New(fault.Invalid, "fund.order_twice", code).At("order")
		case p.Source == Mutual:
			return "", fault.New(fault.Refused, "fund.order_mutual", p.Name).At("order")
		}
		if _, err := tx.Exec(ctx, `insert into fund_order (union_id, pocket, place) values ($1, $2, $3)`, tx.Union, code, i+1); err != nil {
			return "", err
		}
	}
	return List(strings.Join(codes, " ")), nil
}

// OrderOf gives the codes of the pockets in their order of use.
func OrderOf(ctx context.Context, tx *db.Tx) ([]string, error) {
	return db.All[string](ctx, tx, `select pocket from fund_order where union_id = $1 order by place`, tx.Union)
}

// share is a part of an amount and the pocket it comes from.
type share struct {
	pocket string
	amount money.Amount
}

// shares says from which pockets a hold comes: from the one chosen if it has enough or nothing follows it, else in the order
// of use. Where all together have too little it is the chosen one alone, whose posting then says what is missing.
func shares(ctx context.Context, tx *db.Tx, in Hold) ([]share, error) {
	whole := []share{{in.Pocket, in.Amount}}
	order, err := OrderOf(ctx, tx)
	at := slices.Index(order, in.Pocket)
	if err != nil || at < 0 || in.Alone {
		return whole, err
	}
	var out []share
	left := in.Amount
	for _, code := range order[at:] {
		p, err := Get(ctx, tx, code)
		if err != nil {
			return nil, err
		}
		if code != in.Pocket && p.Admits(in.Use, tx.Day()) != nil {
			continue
		}
		room, err := roomIn(ctx, tx, code, in.Use)
		if err != nil {
			return nil, err
		}
		if part := min(room, left); part > 0 && len(out) < mostParts {
			out, left = append(out, share{code, part}), left-part
		}
	}
	if left > 0 {
		return whole, nil
	}
	return out, nil
}

// roomIn is what a pocket could still promise for a use: free money within its budget.
func roomIn(ctx context.Context, tx *db.Tx, code string, u Use) (money.Amount, error) {
	free, err := Balance(ctx, tx, Account{code, Available})
	if err != nil {
		return 0, err
	}
	limits, err := limitsOf(ctx, tx, code, u)
	for _, l := range limits {
		free = min(free, max(l.Left(), 0))
	}
	return free, err
}

// reserve writes the hold of one share.
func (in Hold) reserve(ctx context.Context, tx *db.Tx, n int, s share) error {
	p, err := Get(ctx, tx, s.pocket)
	if err != nil {
		return err
	}
	ref, key := partRef(in.Ref, n), partRef(in.Key, n)
	h := Held{UnionID: tx.Union, Ref: ref, Pocket: p.Code, Item: in.Item, Use: in.Use, terms: p.Terms, name: p.Name}
	h.FileLevel = h.FileLevel.orAny()
	build := func() ([]Posting, error) {
		if err := h.allowed(tx); err != nil {
			return nil, err
		}
		if err := within(ctx, tx, p, in.Use, s.amount); err != nil {
			return nil, err
		}
		return []Posting{{h.at(Available), h.at(Reserved), s.amount}}, h.begin(ctx, tx)
	}
	return h.move(ctx, tx, draft{Kind: KindReserve, Key: key, Ref: ref, Memo: in.Memo, Amount: s.amount, Says: in, Build: build})
}

// spread gives the parts of a move over the holds of an award. Money is used in the order of the pockets and given back in
// the opposite one. Fault: "fund.held_short" (Refused).
func (m Move) spread(k Kind, all []Held) ([]Held, []money.Amount, error) {
	if len(all) == 1 {
		return all, []money.Amount{m.Amount}, nil
	}
	all = slices.Clone(all)
	room := func(h Held) money.Amount { return h.Committed }
	switch k {
	case KindRelease:
		slices.Reverse(all)
		room = func(h Held) money.Amount { return h.Reserved + h.Committed }
	case KindRecover, KindBounce:
		slices.Reverse(all)
		room = func(h Held) money.Amount { return h.Spent - h.Parked }
	case KindResend, KindUnpark:
		room = func(h Held) money.Amount { return h.Parked }
	}
	var from []Held
	var parts []money.Amount
	left := m.Amount
	for _, h := range all {
		if part := min(left, room(h)); part > 0 {
			from, parts, left = append(from, h), append(parts, part), left-part
		}
	}
	if left > 0 || len(from) == 0 {
		sum := whole(all)
		return nil, nil, fault.New(fault.Refused, "fund.held_short", m.Ref, sum.Reserved, sum.Committed, sum.Spent-sum.Parked)
	}
	return from, parts, nil
}

// each makes a move on every hold it is spread over, the first under the move's own key, so that asking again changes
// nothing. do makes one part.
func (m Move) each(ctx context.Context, tx *db.Tx, k Kind, do func(h Held, d draft) error) error {
	if _, err := take(ctx, tx); err != nil {
		return err
	}
	all, err := parts(ctx, tx, m.Ref)
	if err != nil {
		return err
	}
	if m.Key == "" || m.Amount <= 0 {
		return fault.New(fault.Invalid, "fund.amount").At("amount")
	}
	body, err := draft{Kind: k, Says: m}.body()
	if err != nil {
		return err
	}
	if _, again, err := before(ctx, tx, m.Key, body); again || err != nil {
		return err
	}
	from, amounts, err := m.spread(k, all)
	if err != nil {
		return err
	}
	for i, h := range from {
		if err := do(h, draft{Kind: k, Key: partRef(m.Key, i), Ref: h.Ref, Memo: m.Memo, Amount: amounts[i], Says: m}); err != nil {
			return err
		}
	}
	return nil
}

// whole adds the parts of an award up; what it is for and its first pocket are the first part's.
func whole(all []Held) Held {
	h := all[0]
	for _, p := range all[1:] {
		h.Reserved, h.Committed, h.Spent, h.Parked = h.Reserved+p.Reserved, h.Committed+p.Committed, h.Spent+p.Spent, h.Parked+p.Parked
		h.Moves += p.Moves
	}
	return h
}

// PartsOf lists what is held for an award pocket by pocket, in the order of use. Fault: "fund.no_hold" (Missing).
func PartsOf(ctx context.Context, tx *db.Tx, ref string) ([]Held, error) { return parts(ctx, tx, ref) }
