package discovery

import (
	"context"
	"slices"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/words"
	"bangfu/internal/domain/casefile"
	"bangfu/internal/domain/intake"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/calendar"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task"
)

// raise makes a sign of what a signal found, and a lead of the household unless it has an open one. A household that is being
// helped or has asked, a worker who is gone and what was told before are passed over.
func raise(ctx context.Context, tx *db.Tx, s Signal, f Find) error {
	w, ok, err := whom(ctx, tx, f)
	if err != nil || !ok || f.On.Add(int(s.ExpireDays)) < tx.Day() {
		return err
	}
	before, err := db.Value[int64](ctx, tx, `select count(*) from discovery_sign where union_id = $1 and household_id = $2 and code = $3 and ref = $4`,
		tx.Union, w.HouseholdID, s.Code, f.Ref)
	if err != nil || before > 0 {
		return err
	}
	if busy, err := helped(ctx, tx, w.HouseholdID); err != nil || busy {
		return err
	}
	l, err := leadOf(ctx, tx, s, w)
	if err != nil {
		return err
	}
	if err := db.Insert(ctx, tx, "discovery_sign", Sign{UnionID: tx.Union, ID: tx.ID(), LeadID: l.ID, HouseholdID: w.HouseholdID, PersonID: w.ID, Code: s.Code,
		Ref: f.Ref, OnDay: f.On, UntilOn: f.On.Add(int(s.ExpireDays)), Args: words.Pack(f.Args)}); err != nil {
		return err
	}
	return weigh(ctx, tx, l.ID)
}

// whom gives the worker a find is about: the one it names, or the first worker in service of the household.
func whom(ctx context.Context, tx *db.Tx, f Find) (person.Worker, bool, error) {
	if f.PersonID == "" {
		all, err := person.WorkersOf(ctx, tx, f.HouseholdID)
		for _, w := range all {
			if w.Status == person.Active {
				return w, true, err
			}
		}
		return person.Worker{}, false, err
	}
	w, err := person.Get(ctx, tx, f.PersonID)
	if err != nil && fault.Of(err).Kind == fault.Missing {
		return w, false, nil
	}
	return w, err == nil && w.Status == person.Active, err
}

// helped reports an open file or an application under way.
func helped(ctx context.Context, tx *db.Tx, householdID string) (bool, error) {
	file, ok, err := casefile.OfHousehold(ctx, tx, householdID)
	if err != nil || ok && file.State == casefile.Open {
		return true, err
	}
	all, err := person.WorkersOf(ctx, tx, householdID)
	if err != nil {
		return false, err
	}
	for _, w := range all {
		apps, err := intake.OpenOf(ctx, tx, w.ID)
		if err != nil {
			return false, err
		}
		for _, a := range apps {
			if a.Live() && a.State != intake.Draft {
				return true, nil
			}
		}
	}
	return false, nil
}

// leadOf gives the open lead of a worker's household, or a new one with its turn. One that waits for the worker's yes is left
// alone: what the house finds by itself needs no asking.
func leadOf(ctx context.Context, tx *db.Tx, s Signal, w person.Worker) (Lead, error) {
	l, ok, err := db.Maybe[Lead](ctx, tx, `
		select `+leadColumns+` from discovery_lead where union_id = $1 and household_id = $2 and state in ('new', 'contact') order by id desc limit 1`,
		tx.Union, w.HouseholdID)
	if err != nil || ok {
		return l, err
	}
	l = Lead{PersonID: w.ID, HouseholdID: w.HouseholdID, UnitID: w.UnitID, UnitPath: w.UnitPath, State: New, Cause: s.Cause}
	if err := l.open(ctx, tx, s); err != nil {
		return l, err
	}
	return l, l.turn(ctx, tx)
}

func (l *Lead) open(ctx context.Context, tx *db.Tx, s Signal) (err error) {
	l.UnionID, l.ID, l.FoundOn, l.Version = tx.Union, tx.ID(), tx.Day(), 1
	l.UntilOn = tx.Day().Add(int(s.ExpireDays))
	if l.DueOn, err = calendar.Due(ctx, tx, int(s.CheckDays)); err != nil {
		return err
	}
	if l.Urgent {
		l.DueOn = tx.Day()
	}
	if l.Number, err = tx.Number(ctx, "XS"); err != nil {
		return err
	}
	return db.Insert(ctx, tx, "discovery_lead", *l)
}

// turn puts the lead on the desk of the officer of the unit, or of the one who has it; nobody of the family gets it.
func (l Lead) turn(ctx context.Context, tx *db.Tx) error {
	kin, err := person.Kin(ctx, tx, l.PersonID)
	if err != nil {
		return err
	}
	err = task.Open(ctx, tx, task.New{Kind: turnLead, Object: "discovery.lead", ObjectID: l.ID, Role: org.RoleOfficer, UnitID: l.UnitID, UserID: l.Officer,
		Barred: append(kin, l.PersonID), Due: l.DueOn, Href: home + "/" + l.ID, Title: "联系可能有困难的家庭，线索 {0}", Args: []any{l.Number}})
	if fault.Is(err, "task.nobody") {
		return nil // the list itself still shows it
	}
	return err
}

// weigh scores a lead by the signs that count today, each signal once, and takes its cause from the
// one that counts most, of equals the first of the list.
func weigh(ctx context.Context, tx *db.Tx, id string) error {
	signals, err := Signals(ctx, tx)
	if err != nil {
		return err
	}
	signs, err := Signs(ctx, tx, id)
	if err != nil {
		return err
	}
	score, until, cause, top := int64(0), day.Day(""), "", int64(-1)
	for _, g := range signs {
		until = max(until, g.UntilOn)
	}
	for _, s := range signals {
		if s.Off || !slices.ContainsFunc(signs, func(g Sign) bool { return g.Code == s.Code && g.UntilOn >= tx.Day() }) {
			continue
		}
		score += s.Points()
		if s.Points() > top && s.Cause != "" {
			top, cause = s.Points(), s.Cause
		}
	}
	_, err = tx.Exec(ctx, `
		update discovery_lead set score = $3, until_on = case when $4 > '' then $4 else until_on end, cause = case when $5 > '' then $5 else cause end
		where union_id = $1 and id = $2 and state <> 'done'`, tx.Union, id, score, until, cause)
	return err
}

// weighAll scores leads anew and ends those that no sign speaks for any more.
func weighAll(ctx context.Context, tx *db.Tx, ids []string) error {
	for _, id := range ids {
		signs, err := Signs(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := weigh(ctx, tx, id); err != nil {
			return err
		}
		if len(signs) > 0 {
			continue
		}
		if err := expire(ctx, tx, id); err != nil {
			return err
		}
	}
	return nil
}

// settle scores the open leads anew and lets those expire that nobody took up and no sign speaks for any more; a worker who
// did not answer is not asked again.
func settle(ctx context.Context, tx *db.Tx) error {
	open, err := db.All[Lead](ctx, tx, `select `+leadColumns+` from discovery_lead where union_id = $1 and state in ('asking', 'new') order by id`, tx.Union)
	if err != nil {
		return err
	}
	for _, l := range open {
		busy, err := helped(ctx, tx, l.HouseholdID)
		switch {
		case err != nil:
			return err
		case l.UntilOn < tx.Day() || busy && l.State == New:
			err = expire(ctx, tx, l.ID)
		case l.State == New:
			err = weigh(ctx, tx, l.ID)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// expire ends a lead without a word about its signals; what a colleague said is forgotten.
func expire(ctx context.Context, tx *db.Tx, id string) error {
	if _, err := tx.Exec(ctx, `
		update discovery_lead set state = 'done', outcome = 'expired', ended_on = $3, note = null, version = version + 1
		where union_id = $1 and id = $2 and state in ('asking', 'new')`, tx.Union, id, tx.Day()); err != nil {
		return err
	}
	return task.CloseAll(ctx, tx, id)
}
