package discovery

import (
	"context"
	"slices"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/words"
	"bangfu/internal/domain/intake"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task"
)

// AssignIn gives a lead to one colleague.
type AssignIn struct {
	ID      string `form:"id" kind:"hidden" need:"true" max:"40"`
	Officer string `form:"officer" label:"由谁联系" need:"true" max:"40" kind:"choice"`
}

// Assign puts a lead on one colleague's desk. Faults: "discovery.ended", "discovery.officer" for one who holds no post that
// may do it or is of the family.
var Assign = act.Act[AssignIn, Lead]{Name: "discovery.assign", Title: "分派线索", Right: "discovery.work", Do: assign}

func assign(ctx context.Context, tx *db.Tx, in AssignIn) (Lead, error) {
	l, err := working(ctx, tx, in.ID)
	if err != nil {
		return l, err
	}
	holders, err := Hands(ctx, tx, l)
	if err != nil {
		return l, err
	}
	if !slices.ContainsFunc(holders, func(h org.Holder) bool { return h.UserID == in.Officer }) {
		return l, fault.New(fault.Refused, "discovery.officer").At("officer")
	}
	l.Officer = in.Officer
	if err := task.CloseAll(ctx, tx, l.ID); err != nil {
		return l, err
	}
	if err := l.save(ctx, tx); err != nil {
		return l, err
	}
	return l, l.turn(ctx, tx)
}

// Hands lists those who may speak to the family of a lead: the officers and the chair at or above its unit who are not of it.
func Hands(ctx context.Context, tx *db.Tx, l Lead) ([]org.Holder, error) {
	kin, err := person.Kin(ctx, tx, l.PersonID)
	if err != nil {
		return nil, err
	}
	var out []org.Holder
	for _, role := range []string{org.RoleOfficer, org.RoleChair} {
		seats, err := org.Seats(ctx, tx, role, l.UnitPath)
		if err != nil {
			return nil, err
		}
		for _, h := range seats {
			known := slices.ContainsFunc(out, func(o org.Holder) bool { return o.UserID == h.UserID })
			if !known && strings.HasPrefix(l.UnitPath, h.Path) && !task.Bars(append(kin, l.PersonID), h.UserID, h.PersonID) {
				out = append(out, h)
			}
		}
	}
	return out, nil
}

// working gives an open lead that the actor may work on. Faults: "fault.denied", "discovery.ended", "discovery.not_yet",
// "discovery.own" for one of the family.
func working(ctx context.Context, tx *db.Tx, id string) (Lead, error) {
	l, err := Reached(ctx, tx, "discovery.work", id)
	if err != nil {
		return l, err
	}
	kin, err := person.Kin(ctx, tx, l.PersonID)
	switch {
	case err != nil:
		return l, err
	case task.Bars(append(kin, l.PersonID), tx.Actor.User, tx.Actor.Person):
		return l, fault.New(fault.Refused, "discovery.own")
	case l.State == Asking:
		return l, fault.New(fault.Refused, "discovery.not_yet")
	case l.State == DoneWith:
		return l, fault.New(fault.Conflict, "discovery.ended")
	}
	return l, nil
}

// save writes a lead back. Fault: Conflict "fault.stale".
func (l *Lead) save(ctx context.Context, tx *db.Tx) error {
	l.Version++
	return tx.Must(ctx, "fault.stale", `
		update discovery_lead set state = $4, officer = $5, outcome = $6, root = $7, ended_on = $8, ended_by = $9, application = $10, cause = $11, note = $12,
			urgent = $13, due_on = $14, version = $15
		where union_id = $1 and id = $2 and version = $3`,
		tx.Union, l.ID, l.Version-1, l.State, l.Officer, l.Outcome, l.Root, l.EndedOn, l.EndedBy, l.Application, l.Cause, l.Note, l.Urgent, l.DueOn, l.Version)
}

// Way is how a family was spoken to.
type Way string

// Choices lists the ways.
func (Way) Choices() []form.Choice {
	return []form.Choice{{Value: "phone", Label: "电话"}, {Value: "visit", Label: "上门"}, {Value: "meet", Label: "单位里见面"}, {Value: "message", Label: "短信、微信"}}
}

// Say gives the word of a way.
func (w Way) Say(l words.Lang) string { return said(l, w.Choices(), string(w)) }

// Contact is one time a family was spoken to; what was said is sealed.
type Contact struct {
	UnionID, ID, LeadID string
	OnDay               day.Day
	Way                 Way
	Reached             bool
	Note                []byte `json:"-"`
	ByUser              string
	At                  int64
}

const (
	contactColumns = `union_id, id, lead_id, on_day, way, reached, note, by_user, at`
	placeContact   = "discovery_contact.note"
)

// Contacts gives the times a family was spoken to, the newest first.
func Contacts(ctx context.Context, tx *db.Tx, leadID string) ([]Contact, error) {
	return db.All[Contact](ctx, tx, `select `+contactColumns+` from discovery_contact where union_id = $1 and lead_id = $2 order by on_day desc, id desc`, tx.Union, leadID)
}

// ContactIn writes one down.
type ContactIn struct {
	ID      string  `form:"id" kind:"hidden" need:"true" max:"40"`
	On      day.Day `form:"on" label:"联系日期" need:"true"`
	Way     Way     `form:"way" label:"怎么联系的" need:"true"`
	Reached bool    `form:"reached" label:"联系上了"`
	Note    string  `form:"note" label:"了解到的情况" hint:"保密保存，查看要写原因" kind:"area" max:"1000"`
}

// Touch writes down that a family was spoken to. Faults: "discovery.day", those of a lead that cannot be worked on.
var Touch = act.Act[ContactIn, Lead]{Name: "discovery.contact", Title: "登记联系", Right: "discovery.work",
	Do: func(ctx context.Context, tx *db.Tx, in ContactIn) (Lead, error) {
		l, err := working(ctx, tx, in.ID)
		if err != nil {
			return l, err
		}
		if !in.On.Valid() || in.On > tx.Day() || in.On < l.FoundOn {
			return l, fault.New(fault.Invalid, "discovery.day", l.FoundOn).At("on")
		}
		c := Contact{UnionID: tx.Union, ID: tx.ID(), LeadID: l.ID, OnDay: in.On, Way: in.Way, Reached: in.Reached, ByUser: tx.Actor.User, At: tx.Ms()}
		if note := strings.TrimSpace(in.Note); note != "" {
			if c.Note, err = tx.Seal(placeContact, c.ID, note); err != nil {
				return l, err
			}
		}
		if err := db.Insert(ctx, tx, "discovery_contact", c); err != nil {
			return l, err
		}
		l.State = InTouch
		if l.Officer == "" {
			l.Officer = tx.Actor.User
		}
		return l, l.save(ctx, tx)
	}}

// ConcludeIn says what came of a lead. Root is asked for when the hardship is real; Programme begins an application at once.
type ConcludeIn struct {
	ID        string  `form:"id" kind:"hidden" need:"true" max:"40"`
	Outcome   Outcome `form:"outcome" label:"核实结果" need:"true"`
	Root      Root    `form:"root" label:"困难从哪里来" hint:"属实时选"`
	Apply     bool    `form:"apply" label:"现在就代其申请" hint:"已知的家庭情况会自动带进申请表"`
	Programme string  `form:"programme" label:"申请哪种帮助" max:"40" kind:"choice"`
}

// Check wants a root for what is true, and no application for what is not.
func (in ConcludeIn) Check() error {
	var l fault.List
	if in.Outcome == True && in.Root == "" {
		l.Add("root", "discovery.root")
	}
	if in.Apply && in.Outcome != True {
		l.Add("apply", "discovery.apply")
	}
	return l.Err()
}

// Conclude ends a lead: its signals learn from it, and where the person says so an application begins with what is known.
// Faults: "discovery.untouched" when nobody spoke to the family, those of intake.FileOnBehalf.
var Conclude = act.Act[ConcludeIn, Lead]{Name: "discovery.conclude", Title: "登记核实结果", Right: "discovery.work", Do: conclude}

func conclude(ctx context.Context, tx *db.Tx, in ConcludeIn) (Lead, error) {
	l, err := working(ctx, tx, in.ID)
	if err != nil {
		return l, err
	}
	if l.State != InTouch && in.Outcome != Known {
		return l, fault.New(fault.Refused, "discovery.untouched")
	}
	l.State, l.Outcome, l.Root, l.EndedOn, l.EndedBy = DoneWith, in.Outcome, in.Root, tx.Day(), tx.Actor.User
	if in.Apply {
		ref, err := intake.FileOnBehalf.Do(ctx, tx, intake.BehalfIn{Person: l.PersonID, Programme: in.Programme})
		if err != nil {
			return l, err
		}
		l.Application = ref.ID
		tx.About("discovery.lead", l.ID, "outcome", "application")
		tx.Trail.Subject = l.PersonID
	}
	if err := l.teach(ctx, tx); err != nil {
		return l, err
	}
	if err := l.save(ctx, tx); err != nil {
		return l, err
	}
	return l, task.CloseAll(ctx, tx, l.ID)
}

// teach counts the outcome for every signal that spoke for the lead, once each.
func (l Lead) teach(ctx context.Context, tx *db.Tx) error {
	signs, err := Signs(ctx, tx, l.ID)
	if err != nil {
		return err
	}
	all, err := Signals(ctx, tx)
	if err != nil {
		return err
	}
	for _, s := range all {
		if !slices.ContainsFunc(signs, func(g Sign) bool { return g.Code == s.Code }) {
			continue
		}
		if err := s.learn(ctx, tx, l.Outcome); err != nil {
			return err
		}
	}
	return nil
}
