// Package outreach plans and records visits and heart-to-heart talks (S28): campaigns in which every household on file is
// visited once, visits at the sickbed, condolence money handed over against a signature, and what is left to do after. It
// keeps no money of its own: each yuan is reserved, committed and spent in the ledger of package fund.
package outreach

import (
	"context"
	"fmt"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/casefile"
	"bangfu/internal/domain/fund"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/auth"
)

// Visit is one visit, from its plan to what was seen. Visitors are user ids. Money is what was planned and Given what was
// handed over, both fen; Gift and Worth (fen) are the goods. CampaignID is "" for a visit that stands alone; Extra is 1 for
// a further visit of a household in one campaign.
type Visit struct {
	UnionID, ID, Number, CampaignID       string
	Kind                                  Kind
	PersonID, HouseholdID, FileID, UnitID string
	UnitPath                              string
	Extra                                 int64
	ExtraReason                           string
	State                                 State
	DueOn                                 day.Day
	Visitors, Pocket                      string
	Money                                 money.Amount
	ApprovedBy                            string
	ApprovedAt                            int64
	Place                                 []byte `json:"-"`
	Gift                                  string
	Worth                                 money.Amount
	DoneOn                                day.Day
	Met                                   Met
	Given                                 money.Amount
	Signed                                Met
	Slip, Needs                           string
	Note                                  []byte `json:"-"`
	Typed                                 int64
	DropReason                            Dropped
	MadeBy, ByUser                        string
	At, Version                           int64
}

const visitColumns = `union_id, id, number, campaign_id, kind, person_id, household_id, file_id, unit_id, unit_path, extra, extra_reason,
	state, due_on, visitors, pocket, money, approved_by, approved_at, place, gift, worth, done_on, met, given, signed, slip, needs,
	note, typed, drop_reason, made_by, by_user, at, version`

// The places sealed texts are bound to.
const (
	placeNote  = "outreach_visit.note"
	placePlace = "outreach_visit.place"
	placeTalk  = "outreach_talk.note"
)

// Late reports a visit that is planned and whose day is over, or that was made after it.
func (v Visit) Late(today day.Day) bool {
	return v.State == Planned && v.DueOn < today || v.State == Done && v.DoneOn > v.DueOn
}

// Waits reports that money is planned and nobody has approved it.
func (v Visit) Waits() bool { return v.State == Planned && v.Money > 0 && v.ApprovedBy == "" }

// Has reports whether a user is one of the visitors.
func (v Visit) Has(user string) bool {
	return strings.Contains(" "+v.Visitors+" ", " "+user+" ")
}

// ref names the visit in the ledger and in the books of the household.
func (v Visit) ref() string { return "visit/" + v.ID }

// use is what the money of a visit is for, as its pocket checks it.
func (v Visit) use(ctx context.Context, tx *db.Tx) (fund.Use, error) {
	level, err := casefile.LevelOf(ctx, tx, v.HouseholdID)
	return fund.Use{Purpose: Purpose, FileLevel: level, Place: v.UnitPath, Year: tx.Day().Year()}, err
}

// Purpose is what the money of visits is for, in the words of the chart of accounts (送温暖慰问).
const Purpose = "warmth"

// Get gives a visit by id. It checks no right: that is for the act or page that asks.
func Get(ctx context.Context, tx *db.Tx, id string) (Visit, error) {
	return db.One[Visit](ctx, tx, `select `+visitColumns+` from outreach_visit where union_id = $1 and id = $2`, tx.Union, id)
}

// Reached gives a visit that a right of the actor reaches. Fault: "fault.denied", the same for one that is not there.
func Reached(ctx context.Context, tx *db.Tx, right, id string) (Visit, error) {
	v, err := Get(ctx, tx, id)
	if err != nil {
		return Visit{}, hidden(err)
	}
	tx.About("outreach.visit", v.ID)
	tx.Trail.Subject = v.PersonID
	return v, auth.Reach(tx, right, v.UnitPath, v.PersonID)
}

func hidden(err error) error {
	if fault.Of(err).Kind == fault.Missing {
		return fault.New(fault.Denied, "fault.denied")
	}
	return err
}

// Query asks for the visits the right reaches, in the order of units and numbers. Empty fields ask nothing. Mine asks for
// those the actor is to make; Alone for those of no campaign; After is the id of the last visit of the page before.
type Query struct {
	Campaign, UnitPath, Household string
	State                         State
	Kind                          Kind
	Mine, Alone                   bool
	After                         string
	Limit                         int
}

// most bounds a list: a campaign of a union is read whole for its report, pages ask for less.
const most = 5000

// List gives visits.
func List(ctx context.Context, tx *db.Tx, right string, q Query) ([]Visit, error) {
	args := []any{tx.Union}
	conds := []string{"v.union_id = $1"}
	add := func(cond string, arg any) {
		args = append(args, arg)
		conds = append(conds, fmt.Sprintf(cond, len(args)))
	}
	for _, c := range []struct{ column, value string }{
		{"v.campaign_id", q.Campaign}, {"v.household_id", q.Household}, {"v.state", string(q.State)}, {"v.kind", string(q.Kind)}} {
		if c.value != "" {
			add(c.column+" = $%d", c.value)
		}
	}
	if q.Alone {
		conds = append(conds, "v.campaign_id = ''")
	}
	if q.UnitPath != "" {
		beneath, more := db.Beneath("v.unit_path", len(args)+1, q.UnitPath)
		conds, args = append(conds, beneath), append(args, more...)
	}
	if q.Mine {
		add("' ' || v.visitors || ' ' like $%d", "% "+tx.Actor.User+" %")
	}
	if q.After != "" {
		add("v.id < $%d", q.After)
	}
	if q.Limit <= 0 || q.Limit > most {
		q.Limit = most
	}
	reach, more := auth.Scope(tx.Actor, right).Where("v.unit_path", "v.person_id", tx.Actor.Person, len(args)+1)
	args = append(append(args, more...), q.Limit)
	return db.All[Visit](ctx, tx, fmt.Sprintf(`
		select `+visitColumns+` from outreach_visit v where %s order by v.id desc limit $%d`,
		strings.Join(append(conds, reach), " and "), len(args)), args...)
}

// OfPerson gives the visits of a worker's household, newest first.
func OfPerson(ctx context.Context, tx *db.Tx, right string, w person.Worker) ([]Visit, error) {
	if err := auth.Reach(tx, right, w.UnitPath, w.ID); err != nil {
		return nil, err
	}
	return List(ctx, tx, right, Query{Household: w.HouseholdID, Limit: 200})
}

// barred says no to one's own visit and to a relative's.
func barred(ctx context.Context, tx *db.Tx, personID string) error {
	if tx.Actor.Person == "" {
		return nil
	}
	kin, err := person.Kin(ctx, tx, personID)
	if err != nil {
		return err
	}
	for _, id := range append(kin, personID) {
		if id == tx.Actor.Person {
			return fault.New(fault.Denied, "outreach.own")
		}
	}
	return nil
}
