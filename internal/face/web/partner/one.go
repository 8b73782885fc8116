package partner

import (
	"context"

	"bangfu/internal/base/day"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/casefile"
	"bangfu/internal/domain/household"
	"bangfu/internal/domain/partner"
	"bangfu/internal/domain/person"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/org"
)

// one is one referral with what it stands on.
type one struct {
	R       partner.Referral
	Body    partner.Body
	W       person.Worker
	Unit    string
	Users   map[string]string
	Earlier page.List
	Told    []page.Pair
	Asked   string
	Today   day.Day
	Can     func(string) bool
}

func (o *one) read(ctx context.Context, tx *db.Tx, q *site.Req) (err error) {
	o.Today = tx.Day()
	if o.R, err = partner.Reached(ctx, tx, "partner.see", q.ID("id")); err != nil {
		return err
	}
	if o.Body, err = partner.Get(ctx, tx, o.R.BodyID); err != nil {
		return err
	}
	if o.W, err = person.Get(ctx, tx, o.R.PersonID); err != nil {
		return err
	}
	u, err := org.UnitOf(ctx, tx, o.W.UnitID)
	if err != nil {
		return err
	}
	o.Unit = u.Name
	all, err := org.Accounts(ctx, tx)
	if err != nil {
		return err
	}
	o.Users = map[string]string{}
	for _, u := range all {
		o.Users[u.ID] = u.Name
	}
	o.Earlier, err = earlier(ctx, tx, q.Page(""), o.R.HouseholdID)
	return err
}

func showReferral(q *site.Req) error {
	o := one{Can: q.Can}
	if err := q.See(func(ctx context.Context, tx *db.Tx) error { return o.read(ctx, tx, q) }); err != nil {
		return err
	}
	return q.Render(referralView(q.Page(q.T("转介 {0}", o.R.Number)), o))
}

func (o one) facts(in page.In) []page.Pair {
	consent := in.T("本人签了同意书")
	if o.R.Consent == "spoken" {
		consent = in.T("本人口头同意，已记录")
	}
	return []page.Pair{{Label: in.T("转介到"), Value: o.Body.Name, Note: o.Body.Kind.Say(in.Lang)}, {Label: in.T("来自"), Value: o.R.Source.Say(in.Lang)},
		{Label: in.T("请对方帮什么"), Value: partner.SayHelps(in.Lang, o.R.Asks)}, {Label: in.T("告诉了对方"), Value: partner.SayTold(in.Lang, o.R.Told)},
		{Label: in.T("本人同意转介"), Value: consent, Note: string(o.R.ConsentOn)}, {Label: in.T("转介日期"), Value: in.Date(o.R.SentOn), Note: o.Users[o.R.ByUser]},
		{Label: in.T("请对方答复的日期"), Value: in.Date(o.R.DueOn)}}
}

func (o one) outcome(in page.In) []page.Pair {
	out := []page.Pair{{Label: in.T("结果"), Value: o.R.State.Say(in.Lang), Note: o.Users[o.R.AnsweredBy]}}
	if o.R.State == partner.Helped {
		out = append(out, page.Pair{Label: in.T("帮了什么"), Value: o.R.Kind.Say(in.Lang)}, page.Pair{Label: in.T("金额或价值"), Value: in.Money(o.R.Amount)},
			page.Pair{Label: in.T("帮助日期"), Value: in.Date(o.R.HelpedOn)})
	}
	return append(out, page.Pair{Label: in.T("答复说明"), Value: or(o.R.Answer, "—")})
}

// printLetter opens what the referral asks for and answers with the letter; it says the marked things and no others.
func printLetter(q *site.Req) error {
	letter, err := site.Do(q, partner.Print, partner.LetterIn{ID: q.ID("id")})
	if err != nil {
		return err
	}
	o := one{Asked: letter.Asked, Can: q.Can}
	in := q.Page(q.T("介绍信"))
	if err := q.See(func(ctx context.Context, tx *db.Tx) error {
		if err := o.read(ctx, tx, q); err != nil {
			return err
		}
		return o.tell(ctx, tx, in)
	}); err != nil {
		return err
	}
	in.Face = page.Print
	return q.Render(letterView(in, o))
}

// tell gathers what was marked to be told, as it is known today.
func (o *one) tell(ctx context.Context, tx *db.Tx, in page.In) error {
	add := func(label, value string) { o.Told = append(o.Told, page.Pair{Label: label, Value: or(value, "—")}) }
	add(in.T("姓名"), o.W.Name)
	add(in.T("单位"), o.Unit)
	if o.R.Has("sex_age") {
		add(in.T("年龄"), itoa(o.W.Birth.Age(o.Today)))
	}
	if o.R.Has("family") {
		h, err := person.Household(ctx, tx, o.R.HouseholdID)
		if err != nil {
			return err
		}
		add(in.T("家庭人口数"), itoa(len(h.Members)))
	}
	if o.R.Has("income") {
		facts, err := household.Facts(ctx, tx, household.Ask{HouseholdID: o.R.HouseholdID, PersonID: o.R.PersonID, On: o.Today})
		if err != nil {
			return err
		}
		if v := facts["income_per_head_month"]; v.Sort == standard.Money {
			add(in.T("人均月收入"), in.Money(moneyOf(v)))
		}
	}
	if o.R.Has("cause") && o.R.FileID != "" {
		f, err := casefile.Get(ctx, tx, o.R.FileID)
		if err != nil {
			return err
		}
		add(in.T("主要致困原因"), f.Cause.Say(in.Lang))
	}
	if o.R.Has("aid") {
		all, err := casefile.AidOf(ctx, tx, o.R.HouseholdID, o.Today.AddMonths(-12), "")
		if err != nil {
			return err
		}
		total, err := casefile.Total(all)
		if err != nil {
			return err
		}
		add(in.T("近一年的帮扶"), in.Money(total))
	}
	return nil
}

func (o one) sheet(in page.In) page.Sheet {
	return page.Sheet{Title: in.T("介绍信"), DocNo: o.R.Number, FormNo: "BF-ZJ-01", Union: in.Unit, Day: string(o.Today), Printed: string(o.Today), Seal: true,
		Signers: []string{in.T("经办人")}, Back: referrals + "/" + o.R.ID}
}

func moneyOf(v standard.Value) money.Amount { return money.Amount(v.Num) }
