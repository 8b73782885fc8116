package outreach

import (
	"context"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/casefile"
	"bangfu/internal/domain/fund"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task"
)

// Acts lists what people can do to visit and to talk.
func Acts() []act.Any {
	return []act.Any{Start, End, Plan, Assign, Approve, Record, Drop, AddPhoto, OpenPhoto, Route, Hold, Follow}
}

// PlanIn plans one visit of any worker of the roster, on file or not (S22, [13]). In a campaign a household that has its
// visit already wants a reason for a further one.
type PlanIn struct {
	Campaign string       `form:"campaign" kind:"hidden" max:"40"`
	StaffNo  string       `form:"staff_no" label:"工号" need:"true" max:"40"`
	Kind     Kind         `form:"kind" label:"走访事由" need:"true"`
	Due      day.Day      `form:"due" label:"应访日期" need:"true"`
	Place    string       `form:"place" label:"地点" hint:"医院、科室和床位，或其他会面地点。保密保存" max:"100"`
	Visitors []string     `form:"visitors" label:"走访人" hint:"发慰问金的，至少两人同去" max:"40"`
	Money    money.Amount `form:"money" label:"慰问金" unit:"元" max:"100000"`
	Pocket   string       `form:"pocket" label:"资金来源" max:"16" kind:"choice"`
	Gift     string       `form:"gift" label:"慰问品" max:"60"`
	Worth    money.Amount `form:"worth" label:"慰问品价值" unit:"元" max:"100000"`
	Why      string       `form:"why" label:"再次走访的理由" hint:"本次活动中已经走访过的家庭才要填" max:"200"`
}

// Check wants a day, a pocket for the money and a name for the goods.
func (in PlanIn) Check() error {
	var l fault.List
	if !in.Due.Valid() {
		l.Add("due", "outreach.due")
	}
	checkGift(&l, in.Money, in.Pocket, gift{in.Gift, in.Worth})
	return l.Err()
}

// Plan plans one visit. Faults: "outreach.nobody" (no such worker), "outreach.twice" (Refused: this household has its
// visit in this campaign, by its number), "outreach.ended", "fund.no_pocket", "fault.denied".
var Plan = act.Act[PlanIn, Visit]{Name: "outreach.plan", Title: "安排走访", Right: "outreach.plan", Do: planVisit}

func planVisit(ctx context.Context, tx *db.Tx, in PlanIn) (v Visit, err error) {
	w, ok, err := person.ByStaffNo(ctx, tx, in.StaffNo)
	if err == nil && (!ok || auth.Reach(tx, "outreach.plan", w.UnitPath, w.ID) != nil) {
		err = fault.New(fault.Invalid, "outreach.nobody").At("staff_no")
	}
	if err != nil {
		return v, err
	}
	v = Visit{CampaignID: in.Campaign, Kind: in.Kind, PersonID: w.ID, HouseholdID: w.HouseholdID, UnitID: w.UnitID, UnitPath: w.UnitPath,
		DueOn: in.Due, Visitors: strings.Join(in.Visitors, " "), Money: in.Money, Gift: strings.TrimSpace(in.Gift), Worth: in.Worth}
	tx.Trail.Subject = w.ID
	f, ok, err := casefile.OfHousehold(ctx, tx, w.HouseholdID)
	if err != nil {
		return v, err
	}
	if ok {
		v.FileID = f.ID
	}
	if in.Money > 0 {
		if _, err := fund.Get(ctx, tx, in.Pocket); err != nil {
			return v, err
		}
		v.Pocket = in.Pocket
	}
	if err := v.once(ctx, tx, strings.TrimSpace(in.Why)); err != nil {
		return v, err
	}
	if err := v.number(ctx, tx); err != nil {
		return v, err
	}
	tx.About("outreach.visit", v.ID)
	if in.Place != "" {
		if v.Place, err = tx.Seal(placePlace, v.ID, strings.TrimSpace(in.Place)); err != nil {
			return v, err
		}
	}
	if err := db.Insert(ctx, tx, "outreach_visit", v); err != nil {
		return v, err
	}
	return v, v.asks(ctx, tx)
}

// once holds a campaign to one visit for each household; a further one is marked and has its reason.
func (v *Visit) once(ctx context.Context, tx *db.Tx, why string) error {
	if v.CampaignID == "" {
		return nil
	}
	c, err := CampaignOf(ctx, tx, v.CampaignID)
	if err != nil {
		return err
	}
	if !c.Open() {
		return fault.New(fault.Conflict, "outreach.ended")
	}
	had, ok, err := db.Maybe[Visit](ctx, tx, `
		select `+visitColumns+` from outreach_visit where union_id = $1 and campaign_id = $2 and household_id = $3 and extra = 0
		and state <> 'dropped'`, tx.Union, c.ID, v.HouseholdID)
	if err != nil || !ok {
		return err
	}
	if len([]rune(why)) < 2 {
		return fault.New(fault.Refused, "outreach.twice", had.Number, had.State).At("why")
	}
	v.Extra, v.ExtraReason = 1, why
	return nil
}

const turnVisit = "outreach.visit"

// asks opens the turns of a planned visit: its money wants an approval, its visitors are told.
func (v Visit) asks(ctx context.Context, tx *db.Tx) error {
	if v.Waits() {
		n := task.New{Kind: turnApprove, Object: "outreach.visit", ObjectID: v.ID, Role: org.RoleChair, UnitID: v.UnitID,
			Barred: []string{v.PersonID, tx.Actor.User}, Days: 3, Href: "/desk/outreach/visits/" + v.ID, Title: "批准慰问金：{0}", Args: []any{v.Number}}
		if err := task.Open(ctx, tx, n); err != nil {
			return err
		}
	}
	return v.tell(ctx, tx)
}

// tell puts the visit on the desk of the first of its visitors.
func (v Visit) tell(ctx context.Context, tx *db.Tx) error {
	if err := task.Close(ctx, tx, turnVisit, v.ID); err != nil || v.Visitors == "" {
		return err
	}
	return task.Open(ctx, tx, task.New{Kind: turnVisit, Object: "outreach.visit", ObjectID: v.ID, UserID: strings.Fields(v.Visitors)[0], UnitID: v.UnitID,
		Due: max(v.DueOn, tx.Day()), Href: "/desk/outreach/visits/" + v.ID, Title: "走访：{0}", Args: []any{v.Number}})
}

// AssignIn gives visits to visitors.
type AssignIn struct {
	IDs      []string `form:"id" label:"走访哪些" need:"true" max:"40"`
	Visitors []string `form:"visitors" label:"走访人" hint:"第一位负责登记；发慰问金的，至少两人同去" need:"true" max:"40"`
	Due      day.Day  `form:"due" label:"应访日期"`
}

// Assigned is how many visits an assignment changed.
type Assigned struct{ N int }

// Assign gives visits to visitors, by a day where one is said. Faults: "outreach.visitor" (an account that is not in use),
// "outreach.done" (Conflict), "fault.denied".
var Assign = act.Act[AssignIn, Assigned]{Name: "outreach.assign", Title: "分派走访人", Right: "outreach.plan",
	Do: func(ctx context.Context, tx *db.Tx, in AssignIn) (out Assigned, err error) {
		for _, id := range in.IDs {
			v, err := Reached(ctx, tx, "outreach.plan", id)
			if err != nil {
				return out, err
			}
			if err := visitors(ctx, tx, in.Visitors); err != nil {
				return out, err
			}
			if v.Visitors = strings.Join(in.Visitors, " "); in.Due.Valid() {
				v.DueOn = in.Due
			}
			if err := tx.Must(ctx, "outreach.done", `
				update outreach_visit set visitors = $3, due_on = $4, version = version + 1
				where union_id = $1 and id = $2 and state = 'planned'`, tx.Union, v.ID, v.Visitors, v.DueOn); err != nil {
				return out, err
			}
			if err := v.tell(ctx, tx); err != nil {
				return out, err
			}
			out.N++
		}
		return out, nil
	}}

func visitors(ctx context.Context, tx *db.Tx, ids []string) error {
	for _, id := range ids {
		u, err := org.UserByID(ctx, tx, id)
		if err != nil || u.Status != "active" {
			return fault.New(fault.Invalid, "outreach.visitor").At("visitors")
		}
	}
	return nil
}

// ApproveIn names one visit, or a campaign for all of it that waits.
type ApproveIn struct {
	ID string `form:"id" kind:"hidden" need:"true" max:"40"`
}

// Approved is how many visits got their money, and how many wait still: the pocket may not be used for them, or the
// approver may not decide on them.
type Approved struct{ N, Left int }

// Approve sets the condolence money of visits aside in their pockets and binds it: reserved and committed, each visit its
// own hold. Nobody approves what they planned themselves, nor for a relative. Faults: "outreach.self", "outreach.no_wait"
// (Refused), "fund.short", "fault.denied"; for one visit "fund.purpose" and "outreach.own" too.
var Approve = act.Act[ApproveIn, Approved]{Name: "outreach.approve", Title: "批准慰问金", Right: "outreach.approve", Do: approve}

func approve(ctx context.Context, tx *db.Tx, in ApproveIn) (out Approved, err error) {
	all, err := List(ctx, tx, "outreach.approve", Query{Campaign: in.ID, State: Planned})
	if err != nil {
		return out, err
	}
	one := len(all) == 0
	if one {
		v, err := Reached(ctx, tx, "outreach.approve", in.ID)
		if err != nil {
			return out, err
		}
		all = []Visit{v}
	} else {
		tx.About("outreach.campaign", in.ID)
	}
	for _, v := range all {
		if !v.Waits() {
			continue
		}
		ok, err := v.approve(ctx, tx)
		switch {
		case err != nil && (one || fault.Of(err).Key != "fund.purpose" && fault.Of(err).Key != "outreach.own"):
			return out, err
		case ok:
			out.N++
		default:
			out.Left++
		}
	}
	if out.N+out.Left == 0 {
		return out, fault.New(fault.Refused, "outreach.no_wait")
	}
	return out, task.Close(ctx, tx, turnApprove, in.ID)
}

func (v Visit) approve(ctx context.Context, tx *db.Tx) (bool, error) {
	if v.MadeBy == tx.Actor.User {
		return false, fault.New(fault.Refused, "outreach.self")
	}
	if err := barred(ctx, tx, v.PersonID); err != nil {
		return false, err
	}
	use, err := v.use(ctx, tx)
	if err != nil {
		return false, err
	}
	p, err := fund.Get(ctx, tx, v.Pocket)
	if err != nil {
		return false, err
	}
	if b := p.Admits(use, tx.Day()); b != nil {
		return false, fault.New(fault.Refused, "fund.purpose", p.Name, b)
	}
	hold := fund.Hold{Key: "reserve/" + v.ref(), Pocket: v.Pocket, Ref: v.ref(), Item: Purpose, Memo: v.Number, Amount: v.Money, Use: use}
	if err := fund.Reserve(ctx, tx, hold); err != nil {
		return false, err
	}
	if err := fund.Commit(ctx, tx, v.ref()); err != nil {
		return false, err
	}
	err = tx.Must(ctx, "fault.stale", `
		update outreach_visit set approved_by = $4, approved_at = $5, version = version + 1
		where union_id = $1 and id = $2 and version = $3 and state = 'planned' and approved_by = ''`,
		tx.Union, v.ID, v.Version, tx.Actor.User, tx.Ms())
	if err != nil {
		return false, err
	}
	return true, task.Close(ctx, tx, turnApprove, v.ID)
}

// DropIn says that a planned visit will not be made, and why.
type DropIn struct {
	ID     string  `form:"id" kind:"hidden" need:"true" max:"40"`
	Reason Dropped `form:"reason" label:"不走访的原因" need:"true"`
}

// Drop takes a planned visit out, and gives its money back to the pocket. Fault: "outreach.done" (Conflict).
var Drop = act.Act[DropIn, Visit]{Name: "outreach.drop", Title: "不走访", Right: "outreach.plan",
	Do: func(ctx context.Context, tx *db.Tx, in DropIn) (Visit, error) {
		v, err := Reached(ctx, tx, "outreach.plan", in.ID)
		if err != nil {
			return v, err
		}
		err = tx.Must(ctx, "outreach.done", `
			update outreach_visit set state = 'dropped', drop_reason = $3, by_user = $4, at = $5, version = version + 1
			where union_id = $1 and id = $2 and state = 'planned'`, tx.Union, v.ID, in.Reason, tx.Actor.User, tx.Ms())
		if err != nil {
			return v, err
		}
		v.State, v.DropReason = Gone, in.Reason
		if v.ApprovedBy != "" {
			if err := fund.Release(ctx, tx, v.ref()); err != nil {
				return v, err
			}
		}
		return v, task.CloseAll(ctx, tx, v.ID)
	}}
