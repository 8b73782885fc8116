package pay

import (
	"context"
	"slices"

	"github.com/a-h/templ"

	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
	"bangfu/internal/domain/payment"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
)

type makeData struct {
	Pockets  []payment.PocketSums
	Profiles []payment.Profile
	Pocket   string
	Profile  string
	Good     []item
	Bad      []barred
	Total    money.Amount
	Ticked   []string // nil ticks all
}

type barred struct {
	item
	Bar words.Key
}

// readMake reads what may be paid from the pocket asked for, or from the only one that has something.
func readMake(q *site.Req, pocket, profile string) (d makeData, err error) {
	d.Pocket, d.Profile = pocket, profile
	err = q.Site.Host.See(q.R.Context(), q.Who, "payment.make", func(ctx context.Context, tx *db.Tx) (err error) {
		if d.Profiles, err = payment.ProfilesOf(ctx, tx); err != nil {
			return err
		}
		if d.Profile == "" {
			d.Profile = d.Profiles[0].Code
		}
		if d.Pockets, err = payment.ReadyIn(ctx, tx); err != nil {
			return err
		}
		if d.Pocket == "" && len(d.Pockets) == 1 {
			d.Pocket = d.Pockets[0].Pocket.Code
		}
		if d.Pocket == "" {
			return nil
		}
		good, bad, err := payment.Candidates(ctx, tx, d.Pocket, d.Profile)
		if err != nil {
			return err
		}
		names := new(named)
		if d.Good, err = names.items(ctx, tx, good); err != nil {
			return err
		}
		for _, s := range bad {
			i, err := names.item(ctx, tx, s.Instalment)
			if err != nil {
				return err
			}
			d.Bad = append(d.Bad, barred{i, s.Bar})
		}
		for _, i := range d.Good {
			if d.Total, err = d.Total.Add(i.Amount); err != nil {
				return err
			}
		}
		return nil
	})
	return d, err
}

func (d makeData) ticked(id string) bool { return d.Ticked == nil || slices.Contains(d.Ticked, id) }

func showMake(q *site.Req) error {
	d, err := readMake(q, q.Query("pocket"), q.Query("profile"))
	if err != nil {
		return err
	}
	return q.Render(makeView(q.Page(q.T("制作发放批次")), d))
}

func takeMake(q *site.Req) error {
	var in payment.MakeIn
	values, err := q.Read(&in)
	if err == nil {
		var b payment.Batch
		if b, err = site.Do(q, payment.MakeAct, in); err == nil {
			return q.Done(batches+"/"+b.ID, "批次已制作，等出纳复核。")
		}
	}
	d, bad := readMake(q, values.Get("pocket"), values.Get("profile"))
	if bad != nil {
		return bad
	}
	d.Ticked = append([]string{}, values["id"]...)
	return q.Again(err, func(in page.In) templ.Component { return makeView(in, d) }, q.Page(q.T("制作发放批次")))
}
