package discovery

import (
	"context"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
)

// Kind is what an enterprise's own lists say of a worker.
type Kind string

// The kinds of records. A pay slip stands on the first day of its month.
const (
	Pay       Kind = "pay"
	Sick      Kind = "sick"
	NoPay     Kind = "no_pay"
	Injury    Kind = "injury"
	Laid      Kind = "laid_off"
	Bill      Kind = "bill"
	Advance   Kind = "advance"
	Enrolled  Kind = "enrolled"
	Death     Kind = "death"
	Disabled  Kind = "disabled"
	Fire      Kind = "fire"
	Theft     Kind = "theft"
	Accident  Kind = "accident"
	OtherNews Kind = "other"
)

// Leaves lists the kinds of leave that a leave list may hold.
func Leaves() []form.Choice {
	return []form.Choice{{Value: string(Sick), Label: "病假"}, {Value: string(Injury), Label: "工伤假"}, {Value: string(NoPay), Label: "停薪、无薪假"}}
}

// News lists the kinds of events that a list of events may hold.
func News() []form.Choice {
	return []form.Choice{{Value: string(Laid), Label: "待岗、裁减"}, {Value: string(Bill), Label: "大额自付医疗费"}, {Value: string(Advance), Label: "预支工资"},
		{Value: string(Enrolled), Label: "子女考上大学"}, {Value: string(Death), Label: "家人去世"}, {Value: string(Disabled), Label: "新评残疾"},
		{Value: string(Fire), Label: "家中失火"}, {Value: string(Theft), Label: "失窃被骗"}, {Value: string(Accident), Label: "意外事故"}}
}

// Say gives the word of a kind.
func (k Kind) Say(l words.Lang) string {
	for _, c := range append(Leaves(), News()...) {
		if c.Value == string(k) {
			return words.T(l, c.Label)
		}
	}
	return "—"
}

// Record is one line of an enterprise's lists about one worker. Amount is fen; Days and Amount are 0 where the kind has none.
type Record struct {
	UnionID, ID, PersonID string
	Kind                  Kind
	OnDay                 day.Day
	Days                  int64
	Amount                money.Amount
	ImportID              string
	MadeAt                int64
}

// Take writes the records of an import down. A worker's pay of one month that is there already stays; the same leave or event
// given twice is written twice and still counts once.
func Take(ctx context.Context, tx *db.Tx, all []Record) error {
	for i := range all {
		all[i].UnionID, all[i].ID, all[i].MadeAt = tx.Union, tx.ID(), tx.Ms()
	}
	return db.InsertAll(ctx, tx, "discovery_record", all)
}

// Forget takes the records of an import back, and the leads that nothing else speaks for. Fault: Refused
// "discovery.import_used" when somebody has worked with a lead that came of them.
func Forget(ctx context.Context, tx *db.Tx, importID string) error {
	used, err := db.Value[int64](ctx, tx, `
		select count(*) from discovery_sign s join discovery_lead l on l.union_id = s.union_id and l.id = s.lead_id
		where s.union_id = $1 and l.state <> 'new' and s.ref in (select 'record/' || id from discovery_record where union_id = $1 and import_id = $2)`,
		tx.Union, importID)
	if err != nil {
		return err
	}
	if used > 0 {
		return fault.New(fault.Refused, "discovery.import_used", used)
	}
	leads, err := db.All[string](ctx, tx, `
		select distinct s.lead_id from discovery_sign s
		where s.union_id = $1 and s.ref in (select 'record/' || id from discovery_record where union_id = $1 and import_id = $2)`, tx.Union, importID)
	if err != nil {
		return err
	}
	if _, err = tx.Exec(ctx, `
		delete from discovery_sign where union_id = $1 and ref in (select 'record/' || id from discovery_record where union_id = $1 and import_id = $2)`,
		tx.Union, importID); err != nil {
		return err
	}
	if _, err = tx.Exec(ctx, `delete from discovery_record where union_id = $1 and import_id = $2`, tx.Union, importID); err != nil {
		return err
	}
	return weighAll(ctx, tx, leads)
}
