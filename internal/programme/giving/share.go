package giving

import (
	"context"
	"slices"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
	"bangfu/internal/domain/fund"
	"bangfu/internal/domain/plan"
	"bangfu/internal/engine/db"
)

// Flow is one movement of a pocket's money: Amount above zero came in, below zero went out. Ref is the help it went to, ""
// where it left the pocket unused; what comes back from a help has that help's Ref and is above zero.
type Flow struct {
	Seq    int64
	Ref    string
	Day    day.Day
	Amount money.Amount
}

// Part is the part of what came in as entry Seq that went to one help on a day.
type Part struct {
	Seq    int64
	Ref    string
	Day    day.Day
	Amount money.Amount
}

// Share says what became of each sum that came in: first come, first spent. What a help gives back goes to the sums it came
// from, the last first. It is pure; the parts of a sum never exceed it, and those of a help add up to what it kept.
func Share(flows []Flow) []Part {
	type sum struct {
		seq  int64
		left money.Amount
	}
	var sums []sum
	var parts []Part
	for _, f := range flows {
		if f.Amount > 0 && f.Ref == "" {
			sums = append(sums, sum{f.Seq, f.Amount})
		}
	}
	for _, f := range flows {
		switch {
		case f.Amount < 0:
			need := -f.Amount
			for i := range sums {
				take := min(need, sums[i].left)
				if take > 0 {
					sums[i].left -= take
					need -= take
					parts = append(parts, Part{sums[i].seq, f.Ref, f.Day, take})
				}
			}
		case f.Ref != "":
			back := f.Amount
			for i := len(parts) - 1; i >= 0; i-- {
				if parts[i].Ref != f.Ref {
					continue
				}
				take := min(back, parts[i].Amount)
				parts[i].Amount -= take
				back -= take
				for j := range sums {
					if sums[j].seq == parts[i].Seq {
						sums[j].left += take
					}
				}
			}
		}
	}
	return slices.DeleteFunc(parts, func(p Part) bool { return p.Amount == 0 })
}

const chunk = 1000

// flows reads the money of a pocket off its entries, oldest first, without those that were turned round.
func flows(ctx context.Context, tx *db.Tx, pocket string) ([]Flow, error) {
	var all []fund.Entry
	for before := int64(0); ; {
		some, err := fund.Entries(ctx, tx, fund.Filter{Pocket: pocket, Before: before, Limit: chunk})
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
		if len(some) < chunk {
			break
		}
		before = some[len(some)-1].Seq
	}
	turned := map[int64]bool{}
	for _, e := range all {
		if e.Kind == fund.KindReverse {
			turned[e.Seq], turned[e.Reverses] = true, true
		}
	}
	var out []Flow
	for _, e := range slices.Backward(all) {
		if turned[e.Seq] {
			continue
		}
		f := Flow{Seq: e.Seq, Day: e.Day, Amount: e.Amount}
		switch e.Kind {
		case fund.KindOpening, fund.KindGiven:
		case fund.KindSpend:
			f.Ref, f.Amount = e.Ref, -e.Amount
		case fund.KindRecover, fund.KindUnpark:
			f.Ref = e.Ref
		case fund.KindReturn:
			f.Amount = -e.Amount
		case fund.KindMoved:
			whole, err := fund.EntryOf(ctx, tx, e.Seq)
			if err != nil {
				return nil, err
			}
			if slices.ContainsFunc(whole.Postings, func(p fund.Posting) bool { return p.From == fund.Account{Pocket: pocket, Code: fund.Available} }) {
				f.Amount = -e.Amount
			}
		default:
			continue
		}
		out = append(out, f)
	}
	return out, nil
}

// Help is one help that gifts paid for, or a part of a gift that went to it. Award is "" where it was no award: a visit's
// condolence money.
type Help struct {
	Seq           int64
	Award, Number string
	Day           day.Day
	Amount        money.Amount
	Name, NameEn  string
}

// Called gives the help's name in a language. It names nobody.
func (h Help) Called(l words.Lang) string {
	if h.Name == "" {
		return words.T(l, "走访慰问")
	}
	if l == words.En && h.NameEn != "" {
		return h.NameEn
	}
	return h.Name
}

// Account is a campaign's public account, read off the ledger: Came = Used + Returned + Held (promised, not paid) + Free.
// Uses are the sums by kind of help; Parts say which sum of money went to which help.
type Account struct {
	Campaign                         Campaign
	Came, Used, Returned, Held, Free money.Amount
	Uses                             []Sum
	Gifts                            []Gift
	Parts                            []Help
	Turned                           map[string]bool // gifts of money whose entry was turned round
}

// Sum is what went to one kind of help, and how many times.
type Sum struct {
	Help
	Times int
}

// AccountOf reads a campaign's account as of now.
func AccountOf(ctx context.Context, tx *db.Tx, id string) (a Account, err error) {
	if a.Campaign, err = CampaignOf(ctx, tx, id); err != nil {
		return a, err
	}
	if a.Gifts, err = Gifts(ctx, tx, id); err != nil {
		return a, err
	}
	all, err := flows(ctx, tx, a.Campaign.Pocket)
	if err != nil {
		return a, err
	}
	there := map[int64]bool{}
	for _, f := range all {
		if f.Ref == "" && f.Amount > 0 {
			a.Came += f.Amount
			there[f.Seq] = true
		}
	}
	a.Turned = map[string]bool{}
	for _, g := range a.Gifts {
		a.Turned[g.ID] = g.Kind == Money && !there[g.Seq]
	}
	s, err := fund.StateOf(ctx, tx, a.Campaign.Pocket)
	if err != nil {
		return a, err
	}
	a.Held, a.Free = s.Reserved+s.Committed, s.Available
	return a, a.spread(ctx, tx, Share(all))
}

func (a *Account) spread(ctx context.Context, tx *db.Tx, parts []Part) error {
	known := map[string]Help{}
	for _, p := range parts {
		if p.Ref == "" {
			a.Returned += p.Amount
			continue
		}
		ref, _, _ := strings.Cut(p.Ref, "#")
		h, ok := known[ref]
		if !ok {
			award, err := plan.Get(ctx, tx, ref)
			switch {
			case err == nil:
				h = Help{Award: award.ID, Number: award.Number, Name: award.ItemName, NameEn: award.ItemNameEn}
			case fault.Of(err).Kind != fault.Missing:
				return err
			}
			known[ref] = h
		}
		h.Seq, h.Day, h.Amount = p.Seq, p.Day, p.Amount
		a.Used += p.Amount
		a.Parts = append(a.Parts, h)
		i := slices.IndexFunc(a.Uses, func(s Sum) bool { return s.Name == h.Name })
		if i < 0 {
			a.Uses, i = append(a.Uses, Sum{Help: Help{Name: h.Name, NameEn: h.NameEn}}), len(a.Uses)
		}
		a.Uses[i].Amount += p.Amount
	}
	a.count()
	return nil
}

// count says how many helps of each kind there were: one that several gifts paid for counts once.
func (a *Account) count() {
	seen := map[[2]string]bool{}
	for _, h := range a.Parts {
		key := [2]string{h.Award, string(h.Day)}
		if seen[key] {
			continue
		}
		seen[key] = true
		a.Uses[slices.IndexFunc(a.Uses, func(s Sum) bool { return s.Name == h.Name })].Times++
	}
}

// Became gives the helps a gift of money went to.
func (a Account) Became(g Gift) []Help {
	var out []Help
	for _, h := range a.Parts {
		if h.Seq == g.Seq && g.Kind == Money && !a.Turned[g.ID] {
			out = append(out, h)
		}
	}
	return out
}
