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
	"bangfu/internal/office/org"
)

// The rights of the roster; their table is auth/rights/person.txt.
const (
	RightList   = "person.list"   // the roster's list, masked
	RightRead   = "person.read"   // one worker's page, masked
	RightFile   = "person.file"   // the household's figures and facts
	RightEdit   = "person.edit"   // the household's members and facts
	RightCard   = "person.card"   // where the money goes
	RightKin    = "person.kin"    // kinship
	RightRoster = "person.roster" // the roster itself: who is on it, where, as what
	RightExport = "person.export" // the roster as a file
)

// WorkerIn is a worker as typed into a form. Empty fields say nothing.
type WorkerIn struct {
	Name        string        `form:"name" label:"姓名" max:"60"`
	IDNo        string        `form:"id_no" label:"身份证号" kind:"id"`
	Sex         string        `form:"sex" label:"性别" choices:"male=男|female=女"`
	Birth       day.Day       `form:"birth" label:"出生日期" hint:"有身份证号时不用填"`
	Phone       string        `form:"phone" label:"手机号" kind:"phone"`
	UnitID      string        `form:"unit_id" label:"所在部门" kind:"choice"`
	Post        string        `form:"post" label:"岗位" max:"60"`
	Employment  Employment    `form:"employment" label:"用工形式"`
	UnionMember *bool         `form:"union_member" label:"工会会员"`
	EntryOn     day.Day       `form:"entry_on" label:"入职日期"`
	Pay         *money.Amount `form:"pay" label:"月工资" unit:"元" max:"1000000"`
}

// draft reads what was typed; all faults at once.
func (in WorkerIn) draft(today day.Day) (Draft, error) {
	var bad fault.List
	d := Draft{Sex: ident.Sex(in.Sex), Birth: in.Birth, UnitID: in.UnitID, Post: in.Post, Employment: in.Employment,
		UnionMember: in.UnionMember, EntryOn: in.EntryOn, Pay: in.Pay}
	var err error
	if in.Name != "" {
		d.Name, err = ident.ParseName(in.Name)
		bad.AddErr("name", err)
	}
	if in.IDNo != "" {
		d.ID, _, err = ident.ParseID(in.IDNo, today)
		bad.AddErr("id_no", err)
		bad.AddErr("id_no", d.ID.Agree(d.Sex, d.Birth))
		if !d.ID.Zero() {
			d.Birth, d.Sex = d.ID.Birth(), d.ID.Sex()
		}
	}
	if in.Phone != "" {
		d.Phone, err = ident.ParsePhone(in.Phone)
		bad.AddErr("phone", err)
	}
	return d, bad.Err()
}

// AddIn is a new worker.
type AddIn struct {
	StaffNo string `form:"staff_no" label:"工号" need:"true" max:"40"`
	WorkerIn
}

// AddWorker puts one worker on the roster by hand; many come by the roster import.
var AddWorker = act.Act[AddIn, Worker]{Name: "person.add", Title: "新增职工", Right: RightRoster,
	Do: func(ctx context.Context, tx *db.Tx, in AddIn) (Worker, error) {
		d, err := in.draft(tx.Day())
		if err != nil {
			return Worker{}, err
		}
		d.StaffNo = StaffNo(in.StaffNo)
		if err := reachUnit(ctx, tx, RightRoster, in.UnitID); err != nil {
			return Worker{}, err
		}
		w, err := Add(ctx, tx, d)
		tx.About("person", w.ID, "new")
		tx.Trail.Subject = w.ID
		return w, err
	}}

// ChangeIn changes a worker of the roster.
type ChangeIn struct {
	ID      string `form:"id" kind:"hidden" need:"true" max:"40"`
	Version int64  `form:"_version" kind:"hidden"`
	WorkerIn
}

// ChangeWorker corrects what the roster says of a worker.
var ChangeWorker = act.Act[ChangeIn, act.None]{Name: "person.change", Title: "修改职工信息", Right: RightRoster,
	Do: func(ctx context.Context, tx *db.Tx, in ChangeIn) (act.None, error) {
		tx.About("person", in.ID)
		if _, err := reached(ctx, tx, RightRoster, in.ID); err != nil {
			return act.None{}, err
		}
		if in.UnitID != "" {
			if err := reachUnit(ctx, tx, RightRoster, in.UnitID); err != nil {
				return act.None{}, err
			}
		}
		d, err := in.draft(tx.Day())
		if err != nil {
			return act.None{}, err
		}
		fields, err := Change(ctx, tx, Staged{ID: in.ID, Version: in.Version, Draft: d})
		tx.About("person", in.ID, fields...)
		return act.None{}, err
	}}

func reachUnit(ctx context.Context, tx *db.Tx, right, unitID string) error {
	u, err := org.UnitOf(ctx, tx, unitID)
	if err != nil {
		return fault.New(fault.Invalid, "person.unit").At("unit_id")
	}
	return auth.Reach(tx, right, u.Path, "")
}

// StatusIn says what became of a worker.
type StatusIn struct {
	ID   string  `form:"id" kind:"hidden" need:"true" max:"40"`
	On   day.Day `form:"on" label:"日期" need:"true"`
	Note string  `form:"note" label:"说明" max:"200"`
}

func moves(to Status) func(context.Context, *db.Tx, StatusIn) (act.None, error) {
	return func(ctx context.Context, tx *db.Tx, in StatusIn) (act.None, error) {
		tx.About("person", in.ID, "status")
		if _, err := reached(ctx, tx, RightRoster, in.ID); err != nil {
			return act.None{}, err
		}
		return act.None{}, Move(ctx, tx, MoveIn{WorkerID: in.ID, To: to, On: in.On, Note: in.Note})
	}
}

// Leave records that a worker left the unit.
var Leave = act.Act[StatusIn, act.None]{Name: "person.leave", Title: "登记离职", Right: RightRoster, Do: moves(Left)}

// TransferOut records that a worker went to another union.
var TransferOut = act.Act[StatusIn, act.None]{Name: "person.transfer", Title: "登记调出", Right: RightRoster, Do: moves(Transferred)}

// Die records a death.
var Die = act.Act[StatusIn, act.None]{Name: "person.die", Title: "登记去世", Right: RightRoster, Do: moves(Deceased)}

// Return puts a worker who had left back on the roster.
var Return = act.Act[StatusIn, act.None]{Name: "person.return", Title: "恢复在册", Right: RightRoster, Do: moves(Active)}

// Acts lists what can be done to the roster and to households.
func Acts() []act.Any {
	return []act.Any{AddWorker, ChangeWorker, Leave, TransferOut, Die, Return, PutFact, Check, AddRelative, EndRelative,
		PutCard, PutAddress, DeclareRelated, GiveCode}
}
