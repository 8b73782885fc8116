package outreach

import (
	"context"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
	"bangfu/internal/domain/casefile"
	"bangfu/internal/domain/fund"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/task"
)

// RecordIn is what was done and seen at one visit. The labels carry the numbers that the printed form has too, so that a
// paper record is typed in from the top to the bottom.
type RecordIn struct {
	ID       string       `form:"id" kind:"hidden" need:"true" max:"40"`
	On       day.Day      `form:"on" label:"1 走访日期" need:"true"`
	Visitors []string     `form:"visitors" label:"2 走访人" hint:"发了慰问金的，至少两人" need:"true" max:"40"`
	Met      Met          `form:"met" label:"3 见到谁" hint:"没有见到人就不登记，改天再去" need:"true"`
	Money    money.Amount `form:"money" label:"4 交给的慰问金" unit:"元" hint:"没有发就填 0" max:"100000"`
	Signed   Met          `form:"signed" label:"5 慰问金由谁签领" choices:"=没有发慰问金|self=本人|family=家属"`
	Slip     string       `form:"slip" label:"6 签领表编号" hint:"签领表上的编号，没有发慰问金就不填" max:"40"`
	Gift     string       `form:"gift" label:"7 交给的慰问品" max:"60"`
	Worth    money.Amount `form:"worth" label:"8 慰问品价值" unit:"元" max:"100000"`
	Needs    []Need       `form:"needs" label:"9 家里的需要"`
	Note     string       `form:"note" label:"10 走访情况" hint:"保密保存，查看要写原因" kind:"area" need:"true" max:"1000"`
	Follow   string       `form:"follow" label:"11 要跟进的事" hint:"只写要做什么，不写病情和隐私" max:"100"`
	FollowOn day.Day      `form:"follow_on" label:"12 跟进期限"`
	Typed    bool         `form:"typed" label:"13 根据纸质记录补录"`
}

// Check wants words on what was seen, a signature and a list for money, and a day for what is left to do.
func (in RecordIn) Check() error {
	var l fault.List
	if len([]rune(strings.TrimSpace(in.Note))) < 2 {
		l.Add("note", "outreach.note")
	}
	switch {
	case in.Money < 0:
		l.Add("money", "outreach.pocket")
	case in.Money > 0 && in.Signed != "self" && in.Signed != "family":
		l.Add("signed", "outreach.signed")
	case in.Money == 0 && in.Signed != "":
		l.Add("signed", "outreach.unsigned")
	}
	if in.Money > 0 && strings.TrimSpace(in.Slip) == "" {
		l.Add("slip", "outreach.slip")
	}
	if in.Money > 0 && len(in.Visitors) < 2 {
		l.Add("visitors", "outreach.two")
	}
	checkGift(&l, 0, "", gift{in.Gift, in.Worth})
	if (strings.TrimSpace(in.Follow) == "") != (in.FollowOn == "") || in.FollowOn != "" && !in.FollowOn.Valid() {
		l.Add("follow_on", "outreach.follow_day")
	}
	return l.Err()
}

// Record writes a visit down, once: what was given counts as help of the household, and the money is spent in the ledger
// from what was approved. Faults: "outreach.done" (Conflict: it is recorded, so nothing is given twice), "outreach.day",
// "outreach.unapproved", "outreach.more" (Refused), "outreach.two_hands" (who approved the money does
// not record it), "outreach.own", "fund.purpose", "fault.denied".
var Record = act.Act[RecordIn, Visit]{Name: "outreach.record", Title: "登记走访", Right: "outreach.record", Do: record}

func record(ctx context.Context, tx *db.Tx, in RecordIn) (Visit, error) {
	v, err := Reached(ctx, tx, "outreach.record", in.ID)
	if err != nil {
		return v, err
	}
	if err := v.may(ctx, tx, in); err != nil {
		return v, err
	}
	v.State, v.DoneOn, v.Visitors, v.Met, v.Given, v.Signed = Done, in.On, strings.Join(in.Visitors, " "), in.Met, in.Money, in.Signed
	v.Slip, v.Gift, v.Worth, v.Needs = strings.TrimSpace(in.Slip), strings.TrimSpace(in.Gift), in.Worth, join(in.Needs)
	if in.Typed {
		v.Typed = 1
	}
	if v.Note, err = tx.Seal(placeNote, v.ID, strings.TrimSpace(in.Note)); err != nil {
		return v, err
	}
	err = tx.Must(ctx, "outreach.done", `
		update outreach_visit set state = 'done', done_on = $3, visitors = $4, met = $5, given = $6, signed = $7, slip = $8, gift = $9,
			worth = $10, needs = $11, note = $12, typed = $13, by_user = $14, at = $15, version = version + 1
		where union_id = $1 and id = $2 and state = 'planned'`,
		tx.Union, v.ID, v.DoneOn, v.Visitors, v.Met, v.Given, v.Signed, v.Slip, v.Gift, v.Worth, v.Needs, v.Note, v.Typed, tx.Actor.User, tx.Ms())
	if err != nil {
		return v, err
	}
	tx.About("outreach.visit", v.ID, "note", "given")
	for _, step := range []func(context.Context, *db.Tx) error{v.spend, v.count, v.line} {
		if err := step(ctx, tx); err != nil {
			return v, err
		}
	}
	if err := task.CloseAll(ctx, tx, v.ID); err != nil {
		return v, err
	}
	if in.Follow == "" {
		return v, nil
	}
	return v, open(ctx, tx, ToDo{Kind: "visit", SourceID: v.ID, PersonID: v.PersonID, UnitID: v.UnitID, UnitPath: v.UnitPath,
		What: strings.TrimSpace(in.Follow), DueOn: in.FollowOn})
}

// may holds the rules of one record.
func (v Visit) may(ctx context.Context, tx *db.Tx, in RecordIn) error {
	if v.State != Planned {
		return fault.New(fault.Conflict, "outreach.done")
	}
	if err := barred(ctx, tx, v.PersonID); err != nil {
		return err
	}
	if err := visitors(ctx, tx, in.Visitors); err != nil {
		return err
	}
	from := day.Day("2000-01-01")
	if v.CampaignID != "" {
		c, err := CampaignOf(ctx, tx, v.CampaignID)
		if err != nil {
			return err
		}
		from = c.FromOn
	}
	switch {
	case !in.On.Valid() || in.On > tx.Day() || in.On < from:
		return fault.New(fault.Invalid, "outreach.day", string(from)).At("on")
	case in.Money > v.Money:
		return fault.New(fault.Refused, "outreach.more", v.Money).At("money")
	case in.Money > 0 && v.ApprovedBy == "":
		return fault.New(fault.Refused, "outreach.unapproved").At("money")
	case in.Money > 0 && v.ApprovedBy == tx.Actor.User:
		return fault.New(fault.Refused, "outreach.two_hands")
	}
	return nil
}

// spend books what was handed over and gives the rest of the approved money back to its pocket.
func (v Visit) spend(ctx context.Context, tx *db.Tx) error {
	if v.ApprovedBy == "" {
		return nil
	}
	if v.Given > 0 {
		if err := fund.Spend(ctx, tx, fund.Move{Ref: v.ref(), Key: "spend/" + v.ref(), Memo: v.Number, Amount: v.Given}); err != nil {
			return err
		}
	}
	return fund.Release(ctx, tx, v.ref())
}

// count writes what was given into the books of the household, so that other help sees it.
func (v Visit) count(ctx context.Context, tx *db.Tx) error {
	aid := casefile.Aid{HouseholdID: v.HouseholdID, PersonID: v.PersonID, Item: Purpose, On: v.DoneOn, Note: v.Number}
	if v.Given > 0 {
		aid.Ref, aid.Amount, aid.Source = v.ref(), v.Given, casefile.Paid
		if err := casefile.AddAid(ctx, tx, aid); err != nil {
			return err
		}
	}
	if v.Gift == "" {
		return nil
	}
	aid.Ref, aid.Amount, aid.Source = v.ref()+"/gift", v.Worth, casefile.Goods
	return casefile.AddAid(ctx, tx, aid)
}

// line writes the visit into the timeline of the household's file, when it has one.
func (v Visit) line(ctx context.Context, tx *db.Tx) error {
	if v.FileID == "" {
		return nil
	}
	e := casefile.Entry{Kind: "outreach", Text: "outreach.event_visit", Args: []any{v.Kind, v.Met, v.Given}, Ref: v.ID, On: v.DoneOn}
	if v.Gift != "" {
		e.Text, e.Args = "outreach.event_gift", append(e.Args, v.Gift)
	}
	return casefile.Event(ctx, tx, v.FileID, e)
}

// PhotoIn adds a photo. The face has cleaned the file and put it in the store: Blob is the key that the store gave.
type PhotoIn struct {
	ID   string  `form:"id" kind:"hidden" need:"true" max:"40"`
	What Picture `form:"what" label:"照片内容" need:"true"`
	Blob string  `form:"blob" kind:"hidden" need:"true" max:"100"`
	File string  `form:"file_name" kind:"hidden" max:"120"`
}

// Photo is one photo of a visit.
type Photo struct {
	UnionID, ID, VisitID string
	What                 Picture
	Blob, File, ByUser   string
	At                   int64
}

// mostPhotos bounds the photos of one visit.
const mostPhotos = 12

// AddPhoto keeps a photo of a visit. Faults: "outreach.photos" (Refused), "fault.denied".
var AddPhoto = act.Act[PhotoIn, Photo]{Name: "outreach.add_photo", Title: "上传走访照片", Right: "outreach.record",
	Do: func(ctx context.Context, tx *db.Tx, in PhotoIn) (Photo, error) {
		v, err := Reached(ctx, tx, "outreach.record", in.ID)
		if err != nil {
			return Photo{}, err
		}
		all, err := Photos(ctx, tx, v.ID)
		if err == nil && len(all) >= mostPhotos {
			err = fault.New(fault.Refused, "outreach.photos", mostPhotos)
		}
		if err != nil {
			return Photo{}, err
		}
		tx.About("outreach.visit", v.ID, "photo."+string(in.What))
		p := Photo{UnionID: tx.Union, ID: tx.ID(), VisitID: v.ID, What: in.What, Blob: in.Blob, File: in.File, ByUser: tx.Actor.User, At: tx.Ms()}
		return p, db.Insert(ctx, tx, "outreach_photo", p)
	}}

// Photos gives the photos of a visit, in order.
func Photos(ctx context.Context, tx *db.Tx, visitID string) ([]Photo, error) {
	return db.All[Photo](ctx, tx, `
		select union_id, id, visit_id, what, blob, file, by_user, at from outreach_photo where union_id = $1 and visit_id = $2 order by id`, tx.Union, visitID)
}

// PhotoRef names one photo of a visit.
type PhotoRef struct {
	ID    string `form:"id" kind:"hidden" need:"true" max:"40"`
	Photo string `form:"photo" kind:"hidden" need:"true" max:"40"`
}

// OpenPhoto opens a photo. Every opening is an entry of the audit, so it is an act and no plain read.
var OpenPhoto = act.Act[PhotoRef, Photo]{Name: "outreach.open_photo", Title: "查看走访照片", Right: "outreach.see", Secret: true,
	Do: func(ctx context.Context, tx *db.Tx, in PhotoRef) (Photo, error) {
		v, err := Reached(ctx, tx, "outreach.see", in.ID)
		if err != nil {
			return Photo{}, err
		}
		tx.About("outreach.visit", v.ID, "photo")
		tx.Trail.Reason = words.T(words.Zh, "查看走访 {0} 的照片", v.Number)
		all, err := Photos(ctx, tx, v.ID)
		for _, p := range all {
			if p.ID == in.Photo {
				return p, nil
			}
		}
		if err == nil {
			err = fault.New(fault.Missing, "fault.missing")
		}
		return Photo{}, err
	}}
