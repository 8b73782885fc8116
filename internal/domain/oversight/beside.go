package oversight

import (
	"context"
	"slices"
	"strconv"

	"bangfu/internal/base/day"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/approval"
)

const (
	near    = 60 // days within which two awards of one family are looked at together
	crowd   = 8  // awards of one unit decided on one day
	rushed  = 20 // awards one person signed on one day
	justPer = 95 // per cent of a limit from which a sum is just under it
)

// sibling is an award of a family, beside others.
type sibling struct {
	ID, Number, HouseholdID, Programme, Item, Subject string
	EventDay                                          day.Day
	Total                                             money.Amount
	DecidedAt, MadeAt                                 int64
}

// on is the day the award was decided, or put forward while it waits.
func (s sibling) on() day.Day {
	if s.DecidedAt > 0 {
		return dayOf(s.DecidedAt)
	}
	return dayOf(s.MadeAt)
}

// beside looks at how awards stand beside one another: twice for the same, split under a limit, many at once.
func beside(ctx context.Context, tx *db.Tx, w which, all []*Dossier, rules []approval.Rule) error {
	rows, err := read[sibling](ctx, tx, w, `select o.id, o.number, o.household_id, o.programme, o.item, o.subject, o.event_day, o.total, o.decided_at, o.made_at
		from plan_award o where o.union_id = $1 and o.state not in ('refused', 'cancelled')
		and o.household_id in (select a.household_id from plan_award a where {which}) order by o.number`)
	if err != nil {
		return err
	}
	family := map[string][]sibling{}
	for _, r := range rows {
		family[r.HouseholdID] = append(family[r.HouseholdID], r)
	}
	units, hands := map[[2]string]int{}, map[[2]string]int{}
	for _, d := range all {
		units[[2]string{d.UnitID, string(d.Decided())}]++
		for _, h := range d.Signed {
			hands[[2]string{h.UserID, string(dayOf(h.At))}]++
		}
	}
	for _, d := range all {
		d.pairs(family[d.HouseholdID], limits(rules, d.Programme))
		if n := units[[2]string{d.UnitID, string(d.Decided())}]; n >= crowd {
			d.sign("cluster", string(d.Decided()), strconv.Itoa(n))
		}
		for _, h := range d.Signed {
			if n := hands[[2]string{h.UserID, string(dayOf(h.At))}]; n >= rushed {
				d.sign("hurry", h.Name, string(dayOf(h.At)), strconv.Itoa(n))
			}
		}
	}
	return nil
}

// limits are the sums from which another route of approval begins, for a programme.
func limits(rules []approval.Rule, programme string) (out []money.Amount) {
	for _, r := range rules {
		if r.Programme != "" && r.Programme != programme {
			continue
		}
		if r.From > 0 {
			out = append(out, r.From)
		}
		if r.To > 0 {
			out = append(out, r.To+1)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// pairs compares an award with the others of its family, and with the limits.
func (d *Dossier) pairs(family []sibling, limits []money.Amount) {
	me := sibling{EventDay: d.EventDay, DecidedAt: d.DecidedAt, MadeAt: d.MadeAt}
	split := false
	for _, o := range family {
		if o.ID == d.ID {
			continue
		}
		close := max(o.on().Sub(me.on()), me.on().Sub(o.on())) <= near
		if o.Item == d.Item && o.Programme == d.Programme && o.Subject == d.Subject && (o.EventDay == d.EventDay && (o.EventDay != "" || close)) {
			d.sign("twice", o.Number)
		}
		for _, l := range limits {
			if close && !split && o.Total < l && d.Total < l && o.Total+d.Total >= l {
				d.sign("split", o.Number, (o.Total + d.Total).String(), l.String())
				split = true
			}
		}
	}
	for _, l := range limits {
		if d.Total < l && d.Total*100 >= l*justPer {
			d.sign("under", d.Total.String(), l.String())
			return
		}
	}
}

// official is a holder of a post who is on the roster.
type official struct{ UserID, PersonID, Name string }

// contact is another worker who has the same card or phone, or to whose card a payment of the award went.
type contact struct{ PersonID, OtherID, Other, What string }

// related looks for officials of the applicant's kin, and for accounts and phones that are shared: by blind index, nothing sealed
// is opened.
func related(ctx context.Context, tx *db.Tx, w which, all []*Dossier) error {
	officials, err := db.All[official](ctx, tx, `select distinct u.id as user_id, u.person_id, u.name from org_user u
		join org_post p on p.union_id = u.union_id and p.user_id = u.id where u.union_id = $1 and u.person_id <> '' order by u.id`, tx.Union)
	if err != nil {
		return err
	}
	kin, users, persons := map[string][]official{}, map[string]string{}, map[string]bool{}
	for _, o := range officials {
		users[o.UserID], persons[o.PersonID] = o.PersonID, true
		ids, err := person.Kin(ctx, tx, o.PersonID)
		if err != nil {
			return err
		}
		for _, id := range ids {
			kin[id] = append(kin[id], o)
		}
	}
	contacts, err := read[contact](ctx, tx, w, sharing)
	if err != nil {
		return err
	}
	shared := map[string][]contact{}
	for _, c := range contacts {
		shared[c.PersonID] = append(shared[c.PersonID], c)
	}
	for _, d := range all {
		hands := d.hands(users)
		for _, o := range kin[d.PersonID] {
			if hands[o.PersonID] {
				d.sign("kin_hand", o.Name)
			} else {
				d.sign("kin_official", o.Name)
			}
		}
		for _, c := range shared[d.PersonID] {
			code := "same_contact_"
			if persons[c.OtherID] {
				code = "same_official_"
			}
			d.sign(code+c.What, c.Other)
		}
	}
	return nil
}

// sharing finds workers of other families with the same card or phone, and those whose card a payment of the award went to.
const sharing = `
	select w.id as person_id, o.id as other_id, o.name as other, 'card' as what from person_worker w
	join person_worker o on o.union_id = w.union_id and o.card_ix = w.card_ix and o.card_ix <> '' and o.household_id <> w.household_id
	where w.union_id = $1 and w.id in (select a.person_id from plan_award a where {which})
	union
	select w.id, o.id, o.name, 'phone' from person_worker w
	join person_worker o on o.union_id = w.union_id and o.phone_ix = w.phone_ix and o.phone_ix <> '' and o.household_id <> w.household_id
	where w.union_id = $1 and w.id in (select a.person_id from plan_award a where {which})
	union
	select l.person_id, o.id, o.name, 'card' from payment_line l
	join person_worker w on w.union_id = l.union_id and w.id = l.person_id
	join person_worker o on o.union_id = l.union_id and o.card_ix = l.card_ix and o.card_ix <> '' and o.household_id <> w.household_id
	where l.union_id = $1 and l.award_id in (select a.id from plan_award a where {which})
	order by 1, 2, 4`

// hands are the persons who had a part in reviewing, deciding or paying.
func (d *Dossier) hands(users map[string]string) map[string]bool {
	out := map[string]bool{users[d.MadeBy]: true, users[d.SignedBy]: true}
	for _, s := range slices.Concat(d.Steps, d.Signed) {
		if s.Role != "" || reviews(s.Act) {
			out[s.PersonID] = true
		}
	}
	for _, p := range d.Pays {
		out[users[p.BatchBy]], out[users[p.BatchOther]] = true, true
	}
	delete(out, "")
	return out
}
