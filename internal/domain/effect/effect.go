// Package effect follows helped households (S10): it keeps the figures from before the help, has somebody look again every
// few months, compares, and says in the end what came of it. It pays nothing and ends no file.
package effect

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
	"bangfu/internal/domain/casefile"
	"bangfu/internal/domain/household"
	"bangfu/internal/domain/person"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/org"
)

// Figures are the indicators looked at before and after (S10). Income is fen per head and month, Debt fen; nil and "" are
// not known. Rating is the household's own, 1 (much worse) to 5 (much better), 0 for not asked.
type Figures struct {
	Income     *money.Amount `json:"income,omitempty"`
	Debt       *money.Amount `json:"debt,omitempty"`
	Employment string        `json:"employment,omitempty"` // code of person.Employment
	Health     string        `json:"health,omitempty"`     // code of person.Health
	Rating     int64         `json:"rating,omitempty"`
}

func (f Figures) text() (string, error) {
	b, err := json.Marshal(f)
	if err != nil {
		return "", fmt.Errorf("figures to json: %w", err)
	}
	return string(b), nil
}

func figures(text string) (f Figures, err error) {
	if text == "" {
		return f, nil
	}
	if err := json.Unmarshal([]byte(text), &f); err != nil {
		return f, fmt.Errorf("figures from json: %w", err)
	}
	return f, nil
}

// Watch is one household followed from FromOn until UntilOn, every StepMonths. Amount is what it was given, fen; Programmes
// are the kinds of help, joined by spaces.
type Watch struct {
	UnionID, ID, FileID, HouseholdID, PersonID, UnitPath, Programmes string
	Amount                                                           money.Amount
	FromOn, UntilOn                                                  day.Day
	StepMonths                                                       int64
	BeforeFigures, AfterFigures                                      string
	State                                                            string // open or closed
	Result                                                           Result
	NextStep                                                         Next
	Summary                                                          string
	ClosedOn                                                         day.Day
	ClosedBy                                                         string
	Version                                                          int64
}

const watchColumns = `union_id, id, file_id, household_id, person_id, unit_path, programmes, amount, from_on, until_on, step_months,
	before_figures, after_figures, state, result, next_step, summary, closed_on, closed_by, version`

// Before gives the figures from before the help.
func (w Watch) Before() (Figures, error) { return figures(w.BeforeFigures) }

// After gives the figures seen last; false when nobody has looked yet.
func (w Watch) After() (Figures, bool, error) {
	f, err := figures(w.AfterFigures)
	return f, w.AfterFigures != "", err
}

// Get gives a watch by id.
func Get(ctx context.Context, tx *db.Tx, id string) (Watch, error) {
	return db.One[Watch](ctx, tx, `select `+watchColumns+` from effect_watch where union_id = $1 and id = $2`, tx.Union, id)
}

// OfFile gives the watches of a file, newest first.
func OfFile(ctx context.Context, tx *db.Tx, fileID string) ([]Watch, error) {
	return db.All[Watch](ctx, tx, `
		select `+watchColumns+` from effect_watch where union_id = $1 and file_id = $2 order by from_on desc, id desc`, tx.Union, fileID)
}

// reached gives a watch that a right of the actor reaches. Fault: "fault.denied", the same for one that is not there.
func reached(ctx context.Context, tx *db.Tx, right, id string) (Watch, error) {
	w, err := Get(ctx, tx, id)
	if err != nil {
		if fault.Of(err).Kind == fault.Missing {
			err = fault.New(fault.Denied, "fault.denied")
		}
		return w, err
	}
	tx.About("watch", w.ID)
	tx.Trail.Subject = w.PersonID
	return w, auth.Reach(tx, right, w.UnitPath, w.PersonID)
}

// chunk is how many files one act of the sweep looks at.
const chunk = 100

// Sweep begins to follow the households that were helped and are not followed yet, chunk by chunk in the order of files:
// the job calls it with what it gave before until it gives "". A household is followed anew for help after its last watch.
func Sweep(ctx context.Context, tx *db.Tx, after string) (next string, err error) {
	files, err := casefile.OpenAfter(ctx, tx, after, chunk)
	if err != nil {
		return "", err
	}
	for _, f := range files {
		if err := follow(ctx, tx, f); err != nil {
			return "", err
		}
	}
	if len(files) < chunk {
		return "", nil
	}
	return files[len(files)-1].ID, nil
}

func follow(ctx context.Context, tx *db.Tx, f casefile.File) error {
	all, err := OfFile(ctx, tx, f.ID)
	if err != nil || len(all) > 0 && all[0].State == "open" {
		return err
	}
	var from day.Day
	if len(all) > 0 {
		from = all[0].ClosedOn.Add(1)
	}
	aid, err := casefile.AidOf(ctx, tx, f.HouseholdID, from, "")
	if err != nil {
		return err
	}
	aid = slices.DeleteFunc(aid, func(a casefile.Aid) bool { return a.Source == casefile.Imported })
	if len(aid) == 0 {
		return nil
	}
	_, err = begin(ctx, tx, f, aid)
	return err
}

// Begin follows a household from its earliest counted help on; where it is followed already that watch is given. Fault:
// "effect.no_aid" when there is nothing to follow.
func Begin(ctx context.Context, tx *db.Tx, fileID string) (Watch, error) {
	f, err := casefile.Get(ctx, tx, fileID)
	if err != nil {
		return Watch{}, err
	}
	if err := follow(ctx, tx, f); err != nil {
		return Watch{}, err
	}
	all, err := OfFile(ctx, tx, f.ID)
	if err == nil && (len(all) == 0 || all[0].State != "open") {
		err = fault.New(fault.Refused, "effect.no_aid", f.Number)
	}
	if err != nil {
		return Watch{}, err
	}
	return all[0], nil
}

func begin(ctx context.Context, tx *db.Tx, f casefile.File, aid []casefile.Aid) (Watch, error) {
	step, err := months(ctx, tx, "follow.months")
	if err != nil {
		return Watch{}, err
	}
	length, err := months(ctx, tx, "watch.months")
	if err != nil {
		return Watch{}, err
	}
	w := Watch{UnionID: tx.Union, ID: tx.ID(), FileID: f.ID, HouseholdID: f.HouseholdID, PersonID: f.PersonID, UnitPath: f.UnitPath, FromOn: aid[0].On,
		UntilOn: aid[0].On.AddMonths(length), StepMonths: int64(step), State: "open", Version: 1}
	w.Programmes = kinds(aid)
	if w.Amount, err = casefile.Total(aid); err != nil {
		return w, err
	}
	was, err := measure(ctx, tx, f, w.FromOn)
	if err != nil {
		return w, err
	}
	if w.BeforeFigures, err = was.text(); err != nil {
		return w, err
	}
	if err := db.Insert(ctx, tx, "effect_watch", w); err != nil {
		return w, err
	}
	return w, schedule(ctx, tx, w, 1)
}

// kinds lists the programmes of help, each once, in order.
func kinds(aid []casefile.Aid) string {
	var out []string
	for _, a := range aid {
		if a.Programme != "" && !slices.Contains(out, a.Programme) {
			out = append(out, a.Programme)
		}
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

func months(ctx context.Context, tx *db.Tx, setting string) (int, error) {
	text, err := org.Setting(ctx, tx, setting)
	if err != nil {
		return 0, err
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > 120 {
		return 0, fault.New(fault.Refused, "effect.months", words.Key("setting."+setting))
	}
	return n, nil
}

// measure reads the indicators of a household as they were known on a day.
func measure(ctx context.Context, tx *db.Tx, f casefile.File, on day.Day) (Figures, error) {
	var out Figures
	facts, err := household.Facts(ctx, tx, household.Ask{HouseholdID: f.HouseholdID, PersonID: f.PersonID, On: on})
	if err != nil {
		return out, err
	}
	out.Income, out.Debt = amount(facts["income_per_head_month"]), amount(facts["debts"])
	h, err := person.HouseholdAsOf(ctx, tx, f.HouseholdID, on)
	if err != nil {
		return out, err
	}
	if job, ok := h.Fact(f.PersonID, person.FactJob); ok {
		out.Employment = job.Value
	}
	if m, ok := h.MemberOf(f.PersonID); ok {
		out.Health = string(m.Health)
	}
	return out, nil
}

func amount(v standard.Value) *money.Amount {
	if v.Sort != standard.Money {
		return nil
	}
	a := money.Amount(v.Num)
	return &a
}
