// Package partner keeps who outside the union helps (S32) and refers workers to them: with the worker's consent, with the
// least data, with a day by which an answer is due, and with the answer counted as help of the household. It sends nothing
// by itself: a person carries the letter.
package partner

import (
	"context"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/words"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
)

// Kind is what sort of body a partner is.
type Kind string

// Choices lists the kinds.
func (Kind) Choices() []form.Choice {
	return []form.Choice{{Value: "hospital", Label: "医院"}, {Value: "clinic", Label: "诊所"}, {Value: "charity", Label: "慈善组织"},
		{Value: "firm", Label: "企业"}, {Value: "government", Label: "政府部门"}, {Value: "other", Label: "其他单位"}}
}

// Say gives the word of a kind.
func (k Kind) Say(l words.Lang) string { return say(l, k.Choices(), string(k)) }

// Help is one thing a partner helps with, and a referral asks for.
type Help string

// Choices lists the kinds of help.
func (Help) Choices() []form.Choice {
	return []form.Choice{{Value: "daily", Label: "生活救助"}, {Value: "illness", Label: "医疗救助"}, {Value: "dibao", Label: "申请低保"},
		{Value: "study", Label: "助学"}, {Value: "job", Label: "就业和培训"}, {Value: "law", Label: "法律援助"}, {Value: "mind", Label: "心理服务"},
		{Value: "housing", Label: "住房"}, {Value: "goods", Label: "物资"}, {Value: "other", Label: "其他帮助"}}
}

// Say gives the word of a kind of help.
func (h Help) Say(l words.Lang) string { return say(l, h.Choices(), string(h)) }

// SayHelps gives the words of helps as they are stored.
func SayHelps(l words.Lang, helps string) string {
	var out []string
	for _, h := range strings.Fields(helps) {
		out = append(out, Help(h).Say(l))
	}
	return list(l, out)
}

func list(l words.Lang, all []string) string {
	if l == words.En {
		return strings.Join(all, ", ")
	}
	return strings.Join(all, "、")
}

func say(l words.Lang, all []form.Choice, value string) string {
	for _, c := range all {
		if c.Value == value {
			return words.T(l, c.Label)
		}
	}
	return "—"
}

func join[T ~string](all []T) string {
	out := make([]string, len(all))
	for i, s := range all {
		out[i] = string(s)
	}
	return strings.Join(out, " ")
}

// Body is one partner. Helps are codes; UntilOn is the last day of the agreement, "" for none.
type Body struct {
	UnionID, ID, Name           string
	Kind                        Kind
	Contact, Phone, Helps, Note string
	UntilOn                     day.Day
	State                       string // active or ended
	ByUser                      string
	At, Version                 int64
}

const bodyColumns = `union_id, id, name, kind, contact, phone, helps, note, until_on, state, by_user, at, version`

// Serves reports whether referrals may be made to the partner on a day.
func (b Body) Serves(on day.Day) bool {
	return b.State == "active" && (b.UntilOn == "" || on <= b.UntilOn)
}

// Get gives a partner. Fault: Missing.
func Get(ctx context.Context, tx *db.Tx, id string) (Body, error) {
	return db.One[Body](ctx, tx, `select `+bodyColumns+` from partner_body where union_id = $1 and id = $2`, tx.Union, id)
}

// List gives the partners by kind and name, those that have ended last.
func List(ctx context.Context, tx *db.Tx) ([]Body, error) {
	return db.All[Body](ctx, tx, `select `+bodyColumns+` from partner_body where union_id = $1 order by state, kind, name`, tx.Union)
}

// BodyIn is a partner as it is put down or changed. ID "" is a new one.
type BodyIn struct {
	ID      string  `form:"id" kind:"hidden" max:"40"`
	Version int64   `form:"_version" kind:"hidden"`
	Name    string  `form:"name" label:"单位名称" need:"true" min:"2" max:"60"`
	Kind    Kind    `form:"kind" label:"单位类型" need:"true"`
	Contact string  `form:"contact" label:"联系人" max:"40"`
	Phone   string  `form:"phone" label:"办公电话" hint:"只填单位电话" max:"20"`
	Helps   []Help  `form:"helps" label:"能帮什么" need:"true"`
	Note    string  `form:"note" label:"说明" hint:"办理地点、时间、要带的材料" kind:"area" max:"500"`
	Until   day.Day `form:"until" label:"协议有效期到" hint:"没有协议就不填"`
	Ended   bool    `form:"ended" label:"不再合作"`
}

// Check wants a day that is one.
func (in BodyIn) Check() error {
	var l fault.List
	if in.Until != "" && !in.Until.Valid() {
		l.Add("until", "partner.day")
	}
	return l.Err()
}

// Acts lists what people can do with partners.
func Acts() []act.Any { return []act.Any{Keep, Refer, Answer, Withdraw, Print} }

// Keep puts a partner down, or changes it. Faults: "partner.taken" (Conflict: the name stands already), "fault.stale".
var Keep = act.Act[BodyIn, Body]{Name: "partner.keep", Title: "保存合作单位", Right: "partner.keep",
	Do: func(ctx context.Context, tx *db.Tx, in BodyIn) (Body, error) {
		b := Body{UnionID: tx.Union, ID: in.ID, Name: strings.TrimSpace(in.Name), Kind: in.Kind, Contact: strings.TrimSpace(in.Contact),
			Phone: strings.TrimSpace(in.Phone), Helps: join(in.Helps), Note: strings.TrimSpace(in.Note), UntilOn: in.Until, State: "active",
			ByUser: tx.Actor.User, At: tx.Ms(), Version: in.Version + 1}
		if in.Ended {
			b.State = "ended"
		}
		if b.ID == "" {
			b.ID = tx.ID()
		} else if _, err := Get(ctx, tx, b.ID); err != nil {
			return b, err
		}
		tx.About("partner", b.ID)
		n, err := db.Value[int64](ctx, tx, `select count(*) from partner_body where union_id = $1 and name = $2 and id <> $3`, tx.Union, b.Name, b.ID)
		if err == nil && n > 0 {
			err = fault.New(fault.Conflict, "partner.taken").At("name")
		}
		if err != nil {
			return b, err
		}
		if in.ID == "" {
			return b, db.Insert(ctx, tx, "partner_body", b)
		}
		return b, tx.Must(ctx, "fault.stale", `
			update partner_body set name = $4, kind = $5, contact = $6, phone = $7, helps = $8, note = $9, until_on = $10, state = $11,
				by_user = $12, at = $13, version = version + 1
			where union_id = $1 and id = $2 and version = $3`,
			tx.Union, b.ID, in.Version, b.Name, b.Kind, b.Contact, b.Phone, b.Helps, b.Note, b.UntilOn, b.State, b.ByUser, b.At)
	}}
