package oversight

import (
	"context"

	"bangfu/internal/engine/db"
)

// gather hands what is read to the dossiers it belongs to.
type gather struct {
	w     which
	byApp map[string][]*Dossier
	byID  map[string]*Dossier
}

// give puts each row where it belongs.
func give[T any](rows []T, err error, to func(T) []*Dossier, put func(*Dossier, T)) error {
	for _, r := range rows {
		for _, d := range to(r) {
			put(d, r)
		}
	}
	return err
}

func (g gather) award(id string) []*Dossier {
	if d := g.byID[id]; d != nil {
		return []*Dossier{d}
	}
	return nil
}

// asked reads what the worker and the family agreed to and handed in.
func (g gather) asked(ctx context.Context, tx *db.Tx) error {
	consents, err := read[Consent](ctx, tx, g.w, `select distinct c.application_id, c.purpose, c.given, c.how, c.at, c.withdrawn_at
		from plan_award a join intake_consent c on c.union_id = a.union_id and c.application_id = a.application_id where {which} order by c.application_id, c.at, c.purpose`)
	if err := give(consents, err, func(c Consent) []*Dossier { return g.byApp[c.ApplicationID] }, func(d *Dossier, c Consent) { d.Consents = append(d.Consents, c) }); err != nil {
		return err
	}
	family, err := read[Adult](ctx, tx, g.w, `select m.application_id, m.relation, m.birth, m.consent from intake_member m
		where m.union_id = $1 and m.gone = 0 and m.relation <> 'self' and m.application_id in (select a.application_id from plan_award a where {which})
		order by m.application_id, m.sort, m.id`)
	if err := give(family, err, func(m Adult) []*Dossier { return g.byApp[m.ApplicationID] }, func(d *Dossier, m Adult) { d.Family = append(d.Family, m) }); err != nil {
		return err
	}
	papers, err := read[Paper](ctx, tx, g.w, `select o.application_id, o.code, o.state, o.reason, o.at, o.checked_at from intake_proof o
		where o.union_id = $1 and o.application_id in (select a.application_id from plan_award a where {which}) order by o.application_id, o.at, o.id`)
	return give(papers, err, func(p Paper) []*Dossier { return g.byApp[p.ApplicationID] }, func(d *Dossier, p Paper) { d.Papers = append(d.Papers, p) })
}

// looked reads what was done with the application until the decision.
func (g gather) looked(ctx context.Context, tx *db.Tx) error {
	steps, err := read[Did](ctx, tx, g.w, `select s.application_id, '' as award_id, s.act, '' as role, s.user_id, s.person_id, s.name, s.answer, s.note, 0 as yes, s.at
		from intake_step s where s.union_id = $1 and s.application_id in (select a.application_id from plan_award a where {which}) order by s.application_id, s.n`)
	if err := give(steps, err, func(s Did) []*Dossier { return g.byApp[s.ApplicationID] }, func(d *Dossier, s Did) { d.Steps = append(d.Steps, s) }); err != nil {
		return err
	}
	visits, err := read[Visit](ctx, tx, g.w, `select v.application_id, v.visit_on, v.visitors from intake_visit v
		where v.union_id = $1 and v.application_id in (select a.application_id from plan_award a where {which}) order by v.application_id, v.visit_on, v.id`)
	if err := give(visits, err, func(v Visit) []*Dossier { return g.byApp[v.ApplicationID] }, func(d *Dossier, v Visit) { d.Visits = append(d.Visits, v) }); err != nil {
		return err
	}
	panels, err := read[Panel](ctx, tx, g.w, `select s.application_id, s.amount, s.item, s.present, s.at from intake_assessment s
		where s.union_id = $1 and s.application_id in (select a.application_id from plan_award a where {which}) order by s.application_id, s.at, s.id`)
	if err := give(panels, err, func(p Panel) []*Dossier { return g.byApp[p.ApplicationID] }, func(d *Dossier, p Panel) { d.Panels = append(d.Panels, p) }); err != nil {
		return err
	}
	talks, err := read[Talk](ctx, tx, g.w, `select t.application_id, m.number, m.on_day, t.conclusion from plan_talk t
		join plan_meeting m on m.union_id = t.union_id and m.id = t.meeting_id
		where t.union_id = $1 and t.application_id in (select a.application_id from plan_award a where {which}) order by t.application_id, m.on_day, m.number`)
	return give(talks, err, func(t Talk) []*Dossier { return g.byApp[t.ApplicationID] }, func(d *Dossier, t Talk) { d.Talks = append(d.Talks, t) })
}

// decided reads the signatures of the decision.
func (g gather) decided(ctx context.Context, tx *db.Tx) error {
	signed, err := read[Did](ctx, tx, g.w, `select '' as application_id, s.object_id as award_id, 'decide' as act, s.role, s.user_id, s.person_id, s.name, '' as answer,
		s.reason as note, s.yes, s.at from approval_decision s
		where s.union_id = $1 and s.kind = 'award' and s.object_id in (select a.id from plan_award a where {which}) order by s.object_id, s.round, s.step`)
	return give(signed, err, func(s Did) []*Dossier { return g.award(s.AwardID) }, func(d *Dossier, s Did) { d.Signed = append(d.Signed, s) })
}

// shown reads when the award was public, and what was objected.
func (g gather) shown(ctx context.Context, tx *db.Tx) error {
	shown, err := read[Shown](ctx, tx, g.w, `select l.object_id as award_id, l.notice_id, n.starts_on, l.ends_on, n.days, l.state,
		(select count(*) from notice_shown s where s.union_id = l.union_id and s.notice_id = l.notice_id and s.day <= l.ends_on) as seen,
		(select count(*) from notice_objection o where o.union_id = l.union_id and o.notice_id = l.notice_id and o.n = l.n) as objections,
		(select count(*) from notice_objection o where o.union_id = l.union_id and o.notice_id = l.notice_id and o.n = l.n and o.state = 'upheld') as upheld
		from notice_line l join notice_notice n on n.union_id = l.union_id and n.id = l.notice_id
		where l.union_id = $1 and l.object_id in (select a.id from plan_award a where {which}) order by l.object_id, n.starts_on, n.id`)
	return give(shown, err, func(s Shown) []*Dossier { return g.award(s.AwardID) }, func(d *Dossier, s Shown) { d.Shown = append(d.Shown, s) })
}

// paid reads the instalments with their batches, and the ledger's entries.
func (g gather) paid(ctx context.Context, tx *db.Tx) error {
	pays, err := read[Pay](ctx, tx, g.w, `select i.id, i.award_id, i.no, i.due_on, i.amount, i.state, i.paid_on, i.checked_at, i.confirmed, i.confirmed_at, i.card_tail,
		i.batch_id as batch, coalesce(b.number, '') as batch_number, coalesce(b.made_by, '') as batch_by, coalesce(b.checked_by, '') as batch_other,
		coalesce(b.made_at, 0) as batch_at, coalesce(b.checked_at, 0) as batch_passed
		from payment_instalment i left join payment_batch b on b.union_id = i.union_id and b.id = i.batch_id
		where i.union_id = $1 and i.award_id in (select a.id from plan_award a where {which}) order by i.award_id, i.no`)
	if err := give(pays, err, func(p Pay) []*Dossier { return g.award(p.AwardID) }, func(d *Dossier, p Pay) { d.Pays = append(d.Pays, p) }); err != nil {
		return err
	}
	posts, err := read[Post](ctx, tx, g.w, `select e.ref as award_id, e.kind, e.voucher, e.seq, e.day, e.amount from fund_entry e
		where e.union_id = $1 and e.ref in (select a.id from plan_award a where {which}) order by e.seq`)
	return give(posts, err, func(p Post) []*Dossier { return g.award(p.AwardID) }, func(d *Dossier, p Post) { d.Posts = append(d.Posts, p) })
}
