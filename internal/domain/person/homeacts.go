package person

import (
	"context"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/ident"
	"bangfu/internal/base/money"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/auth"
)

// FactIn is one dated fact as typed.
type FactIn struct {
	SubjectKind string  `form:"subject_kind" kind:"hidden" need:"true" choices:"household|member|worker"`
	SubjectID   string  `form:"subject_id" kind:"hidden" need:"true" max:"40"`
	Name        string  `form:"name" label:"项目" need:"true" max:"60"`
	Period      string  `form:"period" label:"所属期间" max:"7"`
	Value       string  `form:"value" label:"内容" max:"500"`
	Unknown     bool    `form:"unknown" label:"不清楚"`
	Source      string  `form:"source" label:"来源" choices:"self=本人说明|officer=工会了解|paper=书面材料|external=外部数据"`
	Paper       string  `form:"paper" kind:"hidden" max:"80"`
	FromOn      day.Day `form:"from_on" label:"从哪天起"`
}

// PutFact is the act of writing one fact: a worker's own word is always marked as such.
var PutFact = act.Act[FactIn, Fact]{Name: "person.set_fact", Title: "登记家庭情况", Right: RightEdit,
	Do: func(ctx context.Context, tx *db.Tx, in FactIn) (Fact, error) {
		tx.About(in.SubjectKind, in.SubjectID, in.Name)
		hid, err := householdOf(ctx, tx, in.SubjectKind, in.SubjectID)
		if err != nil {
			return Fact{}, denied(err)
		}
		if err := reachHome(ctx, tx, RightEdit, hid); err != nil {
			return Fact{}, err
		}
		return SetFact(ctx, tx, Fact{SubjectKind: in.SubjectKind, SubjectID: in.SubjectID, Name: in.Name, Period: in.Period, Value: in.Value,
			Known: !in.Unknown, Source: sourceOf(tx, in.Source), Paper: in.Paper, FromOn: in.FromOn})
	}}

// sourceOf marks what a worker says of their own household as their own word, unless a paper is attached.
func sourceOf(tx *db.Tx, said string) string {
	span := auth.Scope(tx.Actor, RightEdit)
	switch {
	case !span.All && len(span.Paths) == 0 && said != FromPaper:
		return FromSelf
	case said == "":
		return FromOfficer
	}
	return said
}

// FactID names a fact.
type FactID struct {
	ID string `form:"id" kind:"hidden" need:"true" max:"40"`
}

// Check is the act of confirming a fact that somebody else recorded.
var Check = act.Act[FactID, act.None]{Name: "person.check_fact", Title: "核实家庭情况", Right: "person.check",
	Do: func(ctx context.Context, tx *db.Tx, in FactID) (act.None, error) {
		f, err := FactByID(ctx, tx, in.ID)
		if err != nil {
			return act.None{}, denied(err)
		}
		tx.About(f.SubjectKind, f.SubjectID, f.Name)
		if err := reachHome(ctx, tx, "person.check", f.HouseholdID); err != nil {
			return act.None{}, err
		}
		return act.None{}, CheckFact(ctx, tx, in.ID)
	}}

// MemberIn is a member of the household as typed.
type MemberIn struct {
	WorkerID   string        `form:"worker_id" kind:"hidden" need:"true" max:"40"`
	Relation   Relation      `form:"relation" label:"与职工关系" need:"true"`
	Name       string        `form:"name" label:"姓名" need:"true" max:"60"`
	IDNo       string        `form:"id_no" label:"身份证号" kind:"id"`
	Sex        string        `form:"sex" label:"性别" choices:"male=男|female=女"`
	Birth      day.Day       `form:"birth" label:"出生日期" hint:"有身份证号时不用填"`
	Dependent  Dependent     `form:"dependent" label:"共同生活的原因"`
	Health     Health        `form:"health" label:"健康状况"`
	Disability Disability    `form:"disability" label:"残疾类别"`
	Grade      int64         `form:"grade" label:"残疾等级" max:"4"`
	Disease    Disease       `form:"disease" label:"疾病类别"`
	Schooling  Schooling     `form:"schooling" label:"在读阶段"`
	Employment Work          `form:"employment" label:"从业状况"`
	Workplace  string        `form:"workplace" label:"单位或学校" max:"60"`
	Income     *money.Amount `form:"income" label:"月收入" unit:"元" max:"1000000"`
	Since      day.Day       `form:"since" label:"从哪天起共同生活"`
}

// Read reads what was typed; all faults at once.
func (in MemberIn) Read(today day.Day) (NewMember, error) {
	var bad fault.List
	n := NewMember{WorkerID: in.WorkerID, Relation: in.Relation, Sex: ident.Sex(in.Sex), Birth: in.Birth, Dependent: in.Dependent,
		Health: in.Health, Disability: in.Disability, Grade: in.Grade, Disease: in.Disease, Schooling: in.Schooling,
		Employment: in.Employment, Workplace: in.Workplace, Income: in.Income, Since: in.Since}
	var err error
	n.Name, err = ident.ParseName(in.Name)
	bad.AddErr("name", err)
	if in.IDNo != "" {
		n.ID, _, err = ident.ParseID(in.IDNo, today)
		bad.AddErr("id_no", err)
		bad.AddErr("id_no", n.ID.Agree(n.Sex, n.Birth))
	}
	return n, bad.Err()
}

// AddRelative is the act of adding a member to a worker's household.
var AddRelative = act.Act[MemberIn, Member]{Name: "person.add_member", Title: "添加家庭成员", Right: RightEdit,
	Do: func(ctx context.Context, tx *db.Tx, in MemberIn) (Member, error) {
		tx.About("person", in.WorkerID, "member")
		if _, err := reached(ctx, tx, RightEdit, in.WorkerID); err != nil {
			return Member{}, err
		}
		n, err := in.Read(tx.Day())
		if err != nil {
			return Member{}, err
		}
		n.Source = sourceOf(tx, "")
		return AddMember(ctx, tx, n)
	}}

// EndIn says until when a member lived in a household.
type EndIn struct {
	ID     string  `form:"id" kind:"hidden" need:"true" max:"40"`
	On     day.Day `form:"on" label:"从哪天起不再共同生活" need:"true"`
	Reason string  `form:"reason" label:"原因" need:"true" choices:"moved=分开居住|married=另组家庭|divorced=离婚|deceased=去世|enlisted=服役|mistaken=登记有误"`
}

// EndRelative is the act of ending a member's place.
var EndRelative = act.Act[EndIn, act.None]{Name: "person.end_member", Title: "移出家庭成员", Right: RightEdit,
	Do: func(ctx context.Context, tx *db.Tx, in EndIn) (act.None, error) {
		tx.About("member", in.ID, "until")
		m, err := MemberByID(ctx, tx, in.ID)
		if err != nil {
			return act.None{}, denied(err)
		}
		if err := reachHome(ctx, tx, RightEdit, m.HouseholdID); err != nil {
			return act.None{}, err
		}
		return act.None{}, EndMember(ctx, tx, in)
	}}

// CardForm is a bank card as typed.
type CardForm struct {
	WorkerID string `form:"worker_id" kind:"hidden" need:"true" max:"40"`
	Card     string `form:"card" label:"银行卡号" kind:"card" need:"true"`
	Holder   string `form:"holder" label:"开户姓名" need:"true" max:"60"`
	Relation Holder `form:"relation" label:"开户人是" need:"true"`
	Bank     string `form:"bank" label:"开户银行" need:"true" max:"60"`
	Branch   string `form:"branch" label:"开户网点" max:"100"`
	Sure     bool   `form:"sure" label:"卡号已核对无误"`
}

// PutCard is the act of setting where a worker's money goes.
var PutCard = act.Act[CardForm, act.None]{Name: "person.set_card", Title: "登记银行卡", Right: RightCard,
	Do: func(ctx context.Context, tx *db.Tx, in CardForm) (act.None, error) {
		tx.About("person", in.WorkerID, "card")
		if _, err := reached(ctx, tx, RightCard, in.WorkerID); err != nil {
			return act.None{}, err
		}
		return act.None{}, SetCard(ctx, tx, CardIn(in))
	}}

// AddressIn is the address of a worker's household.
type AddressIn struct {
	WorkerID string `form:"worker_id" kind:"hidden" need:"true" max:"40"`
	Address  string `form:"address" label:"家庭住址" max:"200"`
}

// PutAddress is the act of setting a household's address.
var PutAddress = act.Act[AddressIn, act.None]{Name: "person.set_address", Title: "登记住址", Right: RightEdit,
	Do: func(ctx context.Context, tx *db.Tx, in AddressIn) (act.None, error) {
		w, err := reached(ctx, tx, RightEdit, in.WorkerID)
		tx.About("person", in.WorkerID, "address")
		if err != nil {
			return act.None{}, err
		}
		return act.None{}, SetAddress(ctx, tx, w.HouseholdID, in.Address)
	}}

// KinForm declares that two workers are related.
type KinForm struct {
	WorkerID string   `form:"worker_id" kind:"hidden" need:"true" max:"40"`
	StaffNo  string   `form:"staff_no" label:"亲属的工号" need:"true" max:"40"`
	Relation Relation `form:"relation" label:"亲属是您的" need:"true"`
	Ended    bool     `form:"ended" label:"亲属关系已结束"`
}

// DeclareRelated is the act of declaring kinship, so that nobody decides a relative's case.
var DeclareRelated = act.Act[KinForm, act.None]{Name: "person.declare_kin", Title: "申报亲属关系", Right: RightKin,
	Do: func(ctx context.Context, tx *db.Tx, in KinForm) (act.None, error) {
		tx.About("person", in.WorkerID, "kin")
		if _, err := reached(ctx, tx, RightKin, in.WorkerID); err != nil {
			return act.None{}, err
		}
		o, ok, err := ByStaffNo(ctx, tx, in.StaffNo)
		if err == nil && !ok {
			err = fault.New(fault.Invalid, "person.staff_unknown", in.StaffNo).At("staff_no")
		}
		if err != nil {
			return act.None{}, err
		}
		return act.None{}, DeclareKin(ctx, tx, KinIn{A: in.WorkerID, B: o.ID, Relation: in.Relation, Source: sourceOf(tx, ""), Ended: in.Ended})
	}}
