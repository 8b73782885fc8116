package load

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"

	"bangfu/internal/app"
	"bangfu/internal/domain/fund"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/audit"
)

// Verdict is what the journal and the house, laid side by side, say. All but the counts must be 0 or empty.
type Verdict struct {
	Acts     int      `json:"acts"`     // answered acts
	Tried    int      `json:"tried"`    // askings sent
	Retried  int      `json:"retried"`  // acts that were asked for more than once
	Replayed int      `json:"replayed"` // acts asked for once more at the end
	Cases    int      `json:"cases"`    // gone from application to receipt
	Entries  int64    `json:"entries"`  // of the ledger
	Links    int64    `json:"links"`    // of the audit's chain
	Missing  int      `json:"missing"`  // answered, and not there
	Doubled  int      `json:"doubled"`  // done more often than asked
	Differ   int      `json:"differ"`   // another answer the second time
	Trial    int64    `json:"trial"`    // fen by which debit and credit differ
	Unequal  int      `json:"unequal"`  // pockets that hold other than what the journals say
	Chain    int      `json:"chain"`    // findings of the audit's verifier, and entries it left waiting
	Wrong    []string `json:"wrong,omitempty"`
}

// Good reports whether nothing is wrong.
func (v Verdict) Good() bool { return len(v.Wrong) == 0 && v.Acts > 0 }

func (v *Verdict) says(n *int, format string, args ...any) {
	*n++
	if len(v.Wrong) < 20 {
		v.Wrong = append(v.Wrong, fmt.Sprintf(format, args...))
	}
}

// Replay asks for some of the answered acts once more at a running server, with the same key and body: the answer must be
// the first one. Acts whose answers are secret are left out.
func (v *Verdict) Replay(ctx context.Context, c *Client, most int) error {
	r := rand.New(rand.NewPCG(7, 7))
	for range min(most, len(c.Journal.Done)) {
		call := c.Journal.Done[r.IntN(len(c.Journal.Done))]
		if call.Answer == "" {
			continue
		}
		text, err := c.insist(ctx, &Call{}, func(base string) (*http.Request, error) { return apiRequest(base, c.Union.who(call.Actor), call) })
		if err != nil {
			v.says(&v.Differ, "%s %s asked again: %v", call.Act, call.Key, err)
		} else if string(text) != call.Answer {
			v.says(&v.Differ, "%s %s asked again: %s, at first %s", call.Act, call.Key, text, call.Answer)
		}
		v.Replayed++
	}
	return nil
}

func (u *Union) who(name string) Who {
	if w, ok := u.Staff[name]; ok {
		return w
	}
	for _, w := range u.Workers {
		if w.Name == name {
			return w.Who
		}
	}
	return Who{}
}

// Check opens the house when nobody else has it open, and compares it with the journal.
func (v *Verdict) Check(ctx context.Context, cfg app.Config, clients []*Client) (err error) {
	h, err := app.Open(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.Close()) }()
	u, j := clients[0].Union, clients[0].Journal
	v.Acts, v.Tried = len(j.Done), j.Tried
	for _, c := range clients {
		v.Cases += c.Cases
	}
	for _, c := range append(j.Done, j.Denied...) {
		if c.Tries > 1 {
			v.Retried++
		}
	}
	for _, c := range j.Denied {
		if c.Act != "payment.check" { // two officers may look at the same lines at once
			v.Wrong = append(v.Wrong, "refused: "+c.Act+" "+c.Refused)
		}
	}
	if err := audit.LinkAll(ctx, h.DB, u.ID); err != nil {
		return err
	}
	return h.DB.View(ctx, db.System(u.ID), func(ctx context.Context, tx *db.Tx) error {
		if err := v.acts(ctx, tx, j); err != nil {
			return err
		}
		return v.books(ctx, tx, clients)
	})
}

type counted struct {
	Act string
	N   int
}

type keyed struct{ Act, Key string }

// acts holds every answered act against its key, and the acts of each name against the audit.
func (v *Verdict) acts(ctx context.Context, tx *db.Tx, j *Journal) error {
	keys, err := db.All[keyed](ctx, tx, `select act, key from act_key where union_id = $1`, tx.Union)
	if err != nil {
		return err
	}
	kept, asked := map[keyed]bool{}, map[string]int{}
	for _, k := range keys {
		kept[k] = true
	}
	for _, c := range j.Done {
		asked[c.Act]++
		if !kept[keyed{c.Act, c.Key}] {
			v.says(&v.Missing, "answered and gone: %s %s", c.Act, c.Key)
		}
	}
	done, err := db.All[counted](ctx, tx, `select act, count(*) as n from audit_entry where union_id = $1 and outcome = 'done' and actor <> 'system' group by act`, tx.Union)
	if err != nil {
		return err
	}
	for _, d := range done {
		for range d.N - asked[d.Act] {
			v.says(&v.Doubled, "%s is done more often than it was asked for", d.Act)
		}
		for range asked[d.Act] - d.N {
			v.says(&v.Missing, "%s is done less often than it was answered", d.Act)
		}
		delete(asked, d.Act)
	}
	for name, n := range asked {
		v.says(&v.Missing, "%s is nowhere, answered %d times", name, n)
	}
	return nil
}

// books holds the ledger to itself and to what the clients booked and paid.
func (v *Verdict) books(ctx context.Context, tx *db.Tx, clients []*Client) error {
	trial, err := fund.TrialOn(ctx, tx, tx.Day(), "")
	if err != nil {
		return err
	}
	if v.Trial = int64(trial.Debit - trial.Credit); v.Trial != 0 || trial.Debit == 0 {
		v.Wrong = append(v.Wrong, fmt.Sprintf("trial balance: %v and %v", trial.Debit, trial.Credit))
	}
	sum, err := fund.Verify(ctx, tx)
	if err != nil {
		v.says(&v.Unequal, "the ledger does not verify: %v", err)
	}
	v.Entries = sum.Entries
	for _, c := range clients {
		s, err := fund.StateOf(ctx, tx, Pocket(c.No))
		if err != nil {
			return err
		}
		if want := int64(c.Union.opened) + c.Given - c.Paid; int64(s.Bank) != want || int64(s.Spent) != c.Paid {
			v.says(&v.Unequal, "pocket %s holds %d and has spent %d fen; the journal says %d and %d", Pocket(c.No), s.Bank, s.Spent, want, c.Paid)
		}
	}
	r, err := audit.Verify(ctx, tx, nil)
	v.Links, v.Chain = r.Links, len(r.Findings)+int(r.Waiting)
	if v.Chain > 0 {
		v.Wrong = append(v.Wrong, fmt.Sprintf("audit: %d waiting, findings %v", r.Waiting, r.Findings))
	}
	return err
}
