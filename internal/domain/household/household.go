// Package household tells a standard what is known of a family on a day: the dated facts of its file and the help it had
// before, under the names of the published vocabulary. What is not known stays absent. It keeps no table of its own.
package household

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"

	"bangfu/internal/base/day"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/casefile"
	"bangfu/internal/domain/person"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/db"
)

// MemberKey is the field by which a row of a group (students, members) names the member of the household it is about, so
// that earlier help is counted for the right one. No standard sees it.
const MemberKey = "member_id"

// Ask is what to tell, of which household, seen by which of its workers, on which day ("" for today). Extra is what the
// case itself tells, such as the event; it goes over what is on file. For names the standard whose questions about earlier
// help are to be answered; nil asks for none. Promised is help decided and not yet given: it counts as given. Fresh tells
// it as if nothing had been given before and no pool touched.
type Ask struct {
	HouseholdID, PersonID string
	On                    day.Day
	Extra                 standard.Facts
	For                   *standard.Standard
	Promised              []casefile.Aid
	Fresh                 bool
}

// telling is one run: the family as it was on the day, and what has been told of it.
type telling struct {
	Ask
	home      person.Home
	worker    person.Worker
	out       standard.Facts
	strangers map[string]bool // subjects of earlier help: true for those no roster knows
}

// Facts tells what is known of a household on a day (S12). Same rows, same facts: with the frozen figures a verdict
// replays equal for ever. Faults: Missing for an unknown household or worker.
func Facts(ctx context.Context, tx *db.Tx, in Ask) (standard.Facts, error) {
	if in.On == "" {
		in.On = tx.Day()
	}
	t := &telling{Ask: in, out: standard.Facts{"today": standard.DateOf(in.On)}}
	var err error
	if t.worker, err = person.Get(ctx, tx, in.PersonID); err != nil {
		return nil, err
	}
	if t.HouseholdID == "" {
		t.HouseholdID = t.worker.HouseholdID
	}
	if t.home, err = person.HouseholdAsOf(ctx, tx, t.HouseholdID, in.On); err != nil {
		return nil, err
	}
	if err := t.known(); err != nil {
		return nil, err
	}
	t.aboutWorker()
	if err := t.size(ctx, tx); err != nil {
		return nil, err
	}
	if err := t.money(); err != nil {
		return nil, err
	}
	t.groups()
	if err := t.filed(ctx, tx); err != nil {
		return nil, err
	}
	maps.Copy(t.out, in.Extra)
	t.perHead()
	for name, v := range t.out { // an Extra of nothing takes what is on file away
		if !v.Known() {
			delete(t.out, name)
		}
	}
	return t.out, t.earlier(ctx, tx)
}

// perHead works out the income per head and month, rounded down as everywhere, where the asker knows the year's income and not
// what it is a head.
func (t *telling) perHead() {
	year, size := t.Extra["income_year"], t.out["family_size"]
	if _, said := t.Extra["income_per_head_month"]; said || !year.Known() || size.Num <= 0 {
		return
	}
	if head, err := money.Amount(year.Num).MulDiv(1, 12*size.Num, money.Down); err == nil {
		t.out["income_per_head_month"] = standard.MoneyOf(head)
	}
}

// filed tells the class the household is on file with.
func (t *telling) filed(ctx context.Context, tx *db.Tx) error {
	f, ok, err := casefile.OfHousehold(ctx, tx, t.HouseholdID)
	if err != nil {
		return err
	}
	class := "none"
	if ok && f.OpenedOn <= t.On {
		was, err := casefile.AsOf(ctx, tx, f.ID, t.On)
		if err != nil {
			return err
		}
		if was.State == casefile.Open && was.Class != "" {
			class = was.Class
		}
	}
	switch class {
	case "none", "deep", "relative", "accident": // a class of another scheme says nothing in this one: not known
		t.tell("filed_class", standard.TextOf(class))
	}
	return nil
}

// tell says one thing, unless a fact on file has said it.
func (t *telling) tell(name string, v standard.Value) {
	if _, said := t.out[name]; !said && v.Known() {
		t.out[name] = v
	}
}

// Freeze gives the text that is kept with a decision: the verdict with its facts, figures, version and hash.
func Freeze(v standard.Verdict) (string, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("freeze verdict: %w", err)
	}
	return string(text), nil
}

// Thaw reads what Freeze wrote.
func Thaw(frozen string) (v standard.Verdict, err error) {
	if err := json.Unmarshal([]byte(frozen), &v); err != nil {
		return v, fmt.Errorf("thaw verdict: %w", err)
	}
	return v, nil
}

// Replay judges a frozen verdict again with the very document it names. Faults: "standard.replay" (Conflict) when it does
// not come out equal in every byte, Missing when the union no longer has the document.
func Replay(ctx context.Context, tx *db.Tx, frozen string) (standard.Verdict, error) {
	v, err := Thaw(frozen)
	if err != nil {
		return v, err
	}
	s, err := standard.ByHash(ctx, tx, v.Hash)
	if err != nil {
		return v, err
	}
	return v, v.Replay(s)
}
