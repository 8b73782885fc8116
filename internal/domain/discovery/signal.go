package discovery

import (
	"context"
	"slices"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/words"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
)

// Code names a signal: one kind of thing an enterprise comes to know that may mean need (S03).
type Code string

// The signals. Told is what a colleague said, Surveyed what a closed survey showed; the rest are found by the house.
const (
	PayDrop    Code = "pay_drop"
	SickLeave  Code = "sick_leave"
	Unpaid     Code = "unpaid_leave"
	BigBill    Code = "big_bill"
	Disaster   Code = "struck"
	Mishap     Code = "mishap"
	LayOff     Code = "lay_off"
	College    Code = "college"
	Loss       Code = "loss"
	Disability Code = "disability"
	Debt       Code = "debt"
	Advances   Code = "advances"
	CareWatch  Code = "care_watch"
	Told       Code = "told"
	Surveyed   Code = "surveyed"
)

// Say gives the words of a signal.
func (c Code) Say(l words.Lang) string { return words.T(l, "discovery.signal."+string(c)) }

// Unit says what the threshold of a signal counts.
type Unit string

// The units of thresholds.
const (
	NoThreshold Unit = ""
	Percent     Unit = "percent"
	Days        Unit = "days"
	Fen         Unit = "fen"
	Times       Unit = "times"
)

// Say gives the word behind a threshold; fen are shown as yuan.
func (u Unit) Say(l words.Lang) string { return words.T(l, "discovery.unit."+string(u)) }

// Signal is what a union makes of a code. Weight is the points a sign gives before outcomes, 0 to 100; a sign counts for
// ExpireDays; whoever gets the lead has CheckDays workdays to speak to the family. Hits, Misses and Knowns count outcomes.
type Signal struct {
	UnionID               string
	Code                  Code
	Off                   bool
	Weight, Threshold     int64
	ExpireDays, CheckDays int64
	Hits, Misses, Knowns  int64
	Version               int64
	Unit                  Unit   `db:"-"`
	Cause                 string `db:"-"` // code of intake: the cause it points to
}

const signalColumns = `union_id, code, off, weight, threshold, expire_days, check_days, hits, misses, knowns, version`

// shipped lists the signals with the figures a union starts from.
func shipped() []Signal {
	return []Signal{
		{Code: Told, Weight: 40, ExpireDays: 60, CheckDays: 3},
		{Code: Disaster, Weight: 40, ExpireDays: 60, CheckDays: 3, Cause: "calamity"},
		{Code: Mishap, Weight: 40, ExpireDays: 90, CheckDays: 3, Cause: "accident"},
		{Code: Surveyed, Weight: 40, ExpireDays: 365, CheckDays: 10, Cause: lowIncome},
		{Code: BigBill, Weight: 40, Threshold: 10_000_00, Unit: Fen, ExpireDays: 180, CheckDays: 5, Cause: "illness"},
		{Code: Loss, Weight: 35, ExpireDays: 120, CheckDays: 5, Cause: "misfortune"},
		{Code: LayOff, Weight: 35, ExpireDays: 180, CheckDays: 10, Cause: "unemployment"},
		{Code: SickLeave, Weight: 30, Threshold: 30, Unit: Days, ExpireDays: 90, CheckDays: 10, Cause: "illness"},
		{Code: PayDrop, Weight: 30, Threshold: 30, Unit: Percent, ExpireDays: 90, CheckDays: 10, Cause: lowIncome},
		{Code: Disability, Weight: 30, ExpireDays: 180, CheckDays: 10, Cause: "disability"},
		{Code: Unpaid, Weight: 25, Threshold: 30, Unit: Days, ExpireDays: 90, CheckDays: 10, Cause: lowIncome},
		{Code: College, Weight: 25, ExpireDays: 120, CheckDays: 10, Cause: "schooling"},
		{Code: Debt, Weight: 25, Threshold: 50_000_00, Unit: Fen, ExpireDays: 365, CheckDays: 10, Cause: "other"},
		{Code: Advances, Weight: 20, Threshold: 3, Unit: Times, ExpireDays: 90, CheckDays: 10, Cause: lowIncome},
		{Code: CareWatch, Weight: 20, ExpireDays: 365, CheckDays: 20, Cause: lowIncome},
	}
}

// doubt is how many outcomes of each sort a signal is taken to have before its first: a few outcomes move it little.
const doubt = 5

// Points is what a sign gives today: the weight, up to doubled by outcomes that were true and down to nothing by false ones.
// With no outcomes it is the weight. What was known already says nothing about the signal.
func (s Signal) Points() int64 {
	return s.Weight * 2 * (s.Hits + doubt) / (s.Hits + s.Misses + 2*doubt)
}

// Signals gives every signal as the union has it, in the shipped order.
func Signals(ctx context.Context, tx *db.Tx) ([]Signal, error) {
	own, err := db.All[Signal](ctx, tx, `select `+signalColumns+` from discovery_signal where union_id = $1`, tx.Union)
	if err != nil {
		return nil, err
	}
	all := shipped()
	for i, s := range all {
		all[i].UnionID = tx.Union
		if at := slices.IndexFunc(own, func(o Signal) bool { return o.Code == s.Code }); at >= 0 {
			all[i] = own[at]
			all[i].Unit, all[i].Cause = s.Unit, s.Cause
		}
	}
	return all, nil
}

// SignalOf gives one signal. Fault: "fault.missing".
func SignalOf(ctx context.Context, tx *db.Tx, c Code) (Signal, error) {
	all, err := Signals(ctx, tx)
	if err != nil {
		return Signal{}, err
	}
	if i := slices.IndexFunc(all, func(s Signal) bool { return s.Code == c }); i >= 0 {
		return all[i], nil
	}
	return Signal{}, fault.New(fault.Missing, "fault.missing")
}

// save writes the union's row of a signal, the first time as a new one. Fault: Conflict "fault.stale".
func (s Signal) save(ctx context.Context, tx *db.Tx) error {
	seen := s.Version
	s.Version++
	if seen == 0 {
		return tx.Must(ctx, "fault.stale", `
			insert into discovery_signal (`+signalColumns+`) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict do nothing`,
			s.UnionID, s.Code, s.Off, s.Weight, s.Threshold, s.ExpireDays, s.CheckDays, s.Hits, s.Misses, s.Knowns, s.Version)
	}
	return tx.Must(ctx, "fault.stale", `
		update discovery_signal set off = $4, weight = $5, threshold = $6, expire_days = $7, check_days = $8, version = $9
		where union_id = $1 and code = $2 and version = $3`,
		s.UnionID, s.Code, seen, s.Off, s.Weight, s.Threshold, s.ExpireDays, s.CheckDays, s.Version)
}

// learn counts an outcome.
func (s Signal) learn(ctx context.Context, tx *db.Tx, o Outcome) error {
	hit, miss, known := int64(0), int64(0), int64(0)
	switch o {
	case True:
		hit = 1
	case False:
		miss = 1
	case Known:
		known = 1
	case NoOutcome, Declined, Expired:
		return nil
	}
	if s.Version == 0 {
		if err := s.save(ctx, tx); err != nil {
			return err
		}
	}
	return tx.Must(ctx, "fault.stale", `
		update discovery_signal set hits = hits + $3, misses = misses + $4, knowns = knowns + $5 where union_id = $1 and code = $2`,
		tx.Union, s.Code, hit, miss, known)
}

// TuneIn sets the figures of a signal. Threshold is in the signal's unit, yuan for money.
type TuneIn struct {
	Code      Code  `form:"code" kind:"hidden" need:"true" max:"40"`
	Version   int64 `form:"version" kind:"hidden"`
	On        bool  `form:"on" label:"使用这个信号"`
	Weight    int64 `form:"weight" label:"权重" hint:"0 到 100；核实结果会自动加减" need:"true"`
	Threshold int64 `form:"threshold" label:"达到多少才算" hint:"没有数量的信号填 0"`
	Expire    int64 `form:"expire" label:"多少天以后不再算" need:"true"`
	Within    int64 `form:"check" label:"多少个工作日内要联系" need:"true"`
}

// Check holds the figures to what makes sense.
func (in TuneIn) Check() error {
	var l fault.List
	for _, b := range []struct {
		field      string
		v, lo, top int64
	}{{"weight", in.Weight, 0, 100}, {"threshold", in.Threshold, 0, 10_000_000}, {"expire", in.Expire, 7, 730}, {"check", in.Within, 1, 60}} {
		if b.v < b.lo || b.v > b.top {
			l.Add(b.field, "discovery.between", b.lo, b.top)
		}
	}
	return l.Err()
}

// Tune sets a signal for the union; open leads are scored anew the next night. Faults: "fault.stale", "discovery.percent".
var Tune = act.Act[TuneIn, act.None]{Name: "discovery.tune", Title: "设置发现信号", Right: "discovery.tune",
	Do: func(ctx context.Context, tx *db.Tx, in TuneIn) (act.None, error) {
		s, err := SignalOf(ctx, tx, in.Code)
		if err != nil {
			return act.None{}, err
		}
		tx.About("signal", string(s.Code), "weight", "threshold", "expire_days", "check_days")
		if s.Unit == Percent && (in.Threshold < 1 || in.Threshold > 100) {
			return act.None{}, fault.New(fault.Invalid, "discovery.between", 1, 100).At("threshold")
		}
		if s.Version != in.Version {
			return act.None{}, fault.New(fault.Conflict, "fault.stale")
		}
		s.Off, s.Weight, s.Threshold, s.ExpireDays, s.CheckDays = !in.On, in.Weight, in.Threshold, in.Expire, in.Within
		if s.Unit == Fen {
			s.Threshold *= 100
		}
		return act.None{}, s.save(ctx, tx)
	}}

// Shown is the threshold as people read it: yuan for money.
func (s Signal) Shown() int64 {
	if s.Unit == Fen {
		return s.Threshold / 100
	}
	return s.Threshold
}
