package payment

import (
	"context"
	"fmt"
	"slices"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/words"
	"bangfu/internal/domain/fund"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task"
)

// Snag is one line that may not go into a batch, and why.
type Snag struct {
	Instalment
	Bar words.Key
}

// candidateMost is how many ready instalments of a pocket are shown and checked at once.
const candidateMost = 2000

// Candidates gives what is ready to be paid from a pocket, and apart from it the lines that may not go, each with its
// reason: everything is looked at once more, as Make will with this format.
func Candidates(ctx context.Context, tx *db.Tx, pocket, profile string) (good []Instalment, bad []Snag, err error) {
	p, err := ProfileFor(ctx, tx, profile)
	if err != nil {
		return nil, nil, err
	}
	ready, err := db.All[Instalment](ctx, tx, `select `+columns+` from payment_instalment
		where union_id = $1 and pocket = $2 and state = 'ready' order by due_on, id limit $3`, tx.Union, pocket, candidateMost)
	if err != nil {
		return nil, nil, err
	}
	mine, err := kin(ctx, tx)
	if err != nil {
		return nil, nil, err
	}
	for _, i := range ready {
		f, err := payable(ctx, tx, i, mine)
		if err != nil {
			return nil, nil, err
		}
		if f.why == "" {
			f.why = p.bars(i, f)
		}
		if f.why != "" {
			bad = append(bad, Snag{i, f.why})
		} else {
			good = append(good, i)
		}
	}
	return good, bad, nil
}

// kin gives the actor's own person and relatives: nobody handles a payment to them.
func kin(ctx context.Context, tx *db.Tx) ([]string, error) {
	if tx.Actor.Person == "" {
		return nil, nil
	}
	all, err := person.Kin(ctx, tx, tx.Actor.Person)
	return append(all, tx.Actor.Person), err
}

// payable looks at an instalment as the maker of a batch does: the check of S09, and then what concerns the account, the
// budget, and the maker.
func payable(ctx context.Context, tx *db.Tx, i Instalment, mine []string) (finding, error) {
	f, err := look(ctx, tx, i)
	if err != nil || f.why != "" {
		return f, err
	}
	shared, err := person.SharesCard(ctx, tx, i.PersonID)
	if err != nil {
		return f, err
	}
	h, err := fund.HeldFor(ctx, tx, i.AwardID)
	if err != nil {
		return f, err
	}
	switch {
	case slices.Contains(mine, i.PersonID):
		f.why = "payment.bar_own"
	case shared && i.Way == ByBank:
		f.why = "payment.bar_shared"
	case !i.Parked && h.Committed < i.Amount || i.Parked && h.Parked < i.Amount:
		f.why = "payment.bar_budget"
	}
	return f, nil
}

// MakeIn makes a batch of ready instalments of one pocket.
type MakeIn struct {
	Pocket  string   `form:"pocket" label:"资金" kind:"choice" need:"true" max:"20"`
	Profile string   `form:"profile" label:"银行文件格式" kind:"choice" need:"true" max:"20"`
	IDs     []string `form:"id" label:"发放哪些" need:"true" max:"40"`
}

type chosen struct {
	Instalment
	finding
}

// Make puts instalments into a batch, or into several where the bank's file holds fewer lines, and asks the cashier to
// check it; it gives the first. Faults: "payment.snag" (Refused, names the award and the reason), "payment.profile",
// "payment.too_few".
func Make(ctx context.Context, tx *db.Tx, in MakeIn) (Batch, error) {
	p, err := ProfileFor(ctx, tx, in.Profile)
	if err != nil {
		return Batch{}, err
	}
	all, err := choose(ctx, tx, in, p)
	if err != nil {
		return Batch{}, err
	}
	parts, err := p.split(len(all))
	if err != nil {
		return Batch{}, err
	}
	var first Batch
	for n, size := range parts {
		b, err := makeOne(ctx, tx, in, all[:size])
		if err != nil {
			return b, err
		}
		if all = all[size:]; n == 0 {
			first = b
		}
	}
	tx.About("batch", first.ID, "lines", "total")
	return first, askMake(ctx, tx)
}

// choose looks at every chosen instalment once more; one that may not go refuses them all.
func choose(ctx context.Context, tx *db.Tx, in MakeIn, p Profile) ([]chosen, error) {
	mine, err := kin(ctx, tx)
	if err != nil {
		return nil, err
	}
	var out []chosen
	for n, id := range in.IDs {
		if slices.Contains(in.IDs[:n], id) {
			continue
		}
		i, err := Get(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		if i.State != Ready || i.Pocket != in.Pocket {
			return nil, fault.New(fault.Conflict, "payment.not_ready")
		}
		f, err := payable(ctx, tx, i, mine)
		if err != nil {
			return nil, err
		}
		if f.why == "" {
			f.why = p.bars(i, f)
		}
		if f.why != "" {
			return nil, fault.New(fault.Refused, "payment.snag", f.award.Number, i.No, f.why)
		}
		out = append(out, chosen{i, f})
	}
	return out, nil
}

func makeOne(ctx context.Context, tx *db.Tx, in MakeIn, all []chosen) (b Batch, err error) {
	b = Batch{UnionID: tx.Union, ID: tx.ID(), Pocket: in.Pocket, Profile: in.Profile, Lines: int64(len(all)), State: Made,
		MadeBy: tx.Actor.User, MadeAt: tx.Ms(), Version: 1}
	if b.Number, err = tx.Number(ctx, "FF"); err != nil {
		return b, err
	}
	for _, c := range all {
		if b.Total, err = b.Total.Add(c.Amount); err != nil {
			return b, err
		}
	}
	if err := db.Insert(ctx, tx, "payment_batch", b); err != nil {
		return b, err
	}
	lines := make([]Line, len(all))
	for n, c := range all {
		no := int64(n + 1)
		lines[n] = Line{UnionID: tx.Union, ID: fmt.Sprintf("%s-%04d", b.Number, no), BatchID: b.ID, No: no, InstalmentID: c.ID,
			AwardID: c.AwardID, PersonID: c.PersonID, Amount: c.Amount, CardIx: c.to.ix, CardTail: c.to.tail, State: LineWaiting, PayeeID: c.PayeeID}
		err := c.move(ctx, tx, Batched, "batch_id = $5, line_id = $6, card_tail = $7, checked_at = $8, verdict = $9", b.ID, lines[n].ID,
			c.to.tail, tx.Ms(), c.verdict)
		if err != nil {
			return b, err
		}
	}
	if err := db.InsertAll(ctx, tx, "payment_line", lines); err != nil {
		return b, err
	}
	return b, b.ask(ctx, tx, "payment.batch", "复核发放批次 {0}")
}

// ask gives a cashier the turn with a batch: never its maker, nor one who gets something by it.
func (b Batch) ask(ctx context.Context, tx *db.Tx, kind string, title words.Key) error {
	barred := []string{b.MadeBy}
	all, err := org.Holders(ctx, tx, org.RoleCashier, tx.Union)
	if err != nil {
		return err
	}
	_, lines, err := BatchOf(ctx, tx, b.ID)
	if err != nil {
		return err
	}
	for _, h := range all {
		if h.PersonID == "" {
			continue
		}
		mine, err := person.Kin(ctx, tx, h.PersonID)
		if err != nil {
			return err
		}
		mine = append(mine, h.PersonID)
		if slices.ContainsFunc(lines, func(l Line) bool { return slices.Contains(mine, l.PersonID) }) {
			barred = append(barred, h.UserID)
		}
	}
	return task.Open(ctx, tx, task.New{Kind: kind, Object: "batch", ObjectID: b.ID, Role: org.RoleCashier, UnitID: tx.Union, Barred: barred,
		Href: home + "/batches/" + b.ID, Title: title, Args: []any{b.Number}})
}
