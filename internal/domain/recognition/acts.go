package recognition

import (
	"context"
	"slices"
	"strings"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/casefile"
	"bangfu/internal/domain/fund"
	"bangfu/internal/domain/household"
	"bangfu/internal/domain/person"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/notify"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task"
)

// Acts lists what people can do about recognition.
func Acts() []act.Any { return []act.Any{Propose, Decide} }

const turnDecide = "recognition.decide"

// ProposeIn puts a household before whoever decides.
type ProposeIn struct {
	PersonID string         `form:"person_id" kind:"hidden" need:"true" max:"40"`
	Level    fund.Level     `form:"level" label:"建档级别" choices:"own=本级建档|provincial=省级建档|national=全国建档" need:"true"`
	Cause    casefile.Cause `form:"cause" label:"主要致困原因" need:"true"`
	Hurt     bool           `form:"hurt" label:"家人在灾害、事故、疫情或治安事件中伤残、死亡"`
	Cost     money.Amount   `form:"cost" label:"突发事件、意外或重病造成的支出和损失（近一年）" hint:"没有就填 0"`
	Reason   string         `form:"reason" label:"调查情况和意见" hint:"怎样核实的，家里是什么情况" kind:"area" need:"true" max:"1000"`
}

// event gives what the proposal itself tells of an event; all else stands in the household's file.
func (in ProposeIn) event() standard.Facts {
	return standard.Facts{"on_duty_disaster": standard.BoolOf(in.Hurt), "accident_cost": standard.MoneyOf(in.Cost)}
}

// Check wants a reason that says something.
func (in ProposeIn) Check() error {
	var l fault.List
	if len([]rune(strings.TrimSpace(in.Reason))) < 2 {
		l.Add("reason", "casefile.note")
	}
	return l.Err()
}

// Propose has the standard judge a household and puts the answer, yes or no, before a second person. A household with a class
// is looked at anew (年审). Faults: "recognition.needs" with what is not known yet, "recognition.open_already" (Conflict),
// "recognition.related" for one's own household or a relative's, "recognition.gone" for a worker who is not here,
// "casefile.transferred", "standard.none_in_force".
var Propose = act.Act[ProposeIn, Case]{Name: "recognition.propose", Title: "提出建档认定", Right: "recognition.propose", Do: propose}

func propose(ctx context.Context, tx *db.Tx, in ProposeIn) (Case, error) {
	w, err := Subject(ctx, tx, in.PersonID)
	if err != nil {
		return Case{}, err
	}
	barred, err := related(ctx, tx, w.ID)
	switch {
	case err != nil:
		return Case{}, err
	case w.Status != person.Active:
		return Case{}, fault.New(fault.Refused, "recognition.gone", w.Status)
	}
	f, has, err := casefile.OfHousehold(ctx, tx, w.HouseholdID)
	if err != nil {
		return Case{}, err
	}
	if has && f.State == casefile.Transferred {
		return Case{}, fault.New(fault.Refused, "casefile.transferred", f.Number)
	}
	open, err := db.Value[int64](ctx, tx, `select count(*) from recognition_case where union_id = $1 and household_id = $2 and state = 'proposed'`, tx.Union, w.HouseholdID)
	if err != nil {
		return Case{}, err
	}
	if open > 0 {
		return Case{}, fault.New(fault.Conflict, "recognition.open_already")
	}
	v, err := Judge(ctx, tx, w, in.event())
	if err != nil {
		return Case{}, err
	}
	if v.Outcome == standard.Unknown {
		return Case{}, fault.New(fault.Refused, "recognition.needs", needs(v))
	}
	c := Case{UnionID: tx.Union, ID: tx.ID(), HouseholdID: w.HouseholdID, PersonID: w.ID, UnitID: w.UnitID, UnitPath: w.UnitPath, Kind: "first",
		State: Proposed, Class: Class(v.Class), Level: in.Level, Cause: in.Cause, Standard: v.Standard, StandardVersion: v.Version,
		Reason: strings.TrimSpace(in.Reason), ProposedBy: tx.Actor.User, ProposedOn: tx.Day(), ProposedAt: tx.Ms(), Version: 1}
	if has && f.State == casefile.Open && f.Class != "" {
		c.Kind, c.FileID = "review", f.ID
	}
	if c.Verdict, err = household.Freeze(v); err != nil {
		return c, err
	}
	if err := db.Insert(ctx, tx, "recognition_case", c); err != nil {
		return c, err
	}
	tx.About("recognition", c.ID, "class", "level")
	tx.Trail.Reason = c.Reason
	return c, task.Open(ctx, tx, task.New{Kind: turnDecide, Object: "recognition", ObjectID: c.ID, Role: org.RoleChair, UnitID: c.UnitID, Days: 10,
		Barred: append(barred, tx.Actor.Person), Href: "/desk/recognition/" + c.ID, Title: "决定建档认定：{0}", Args: []any{c.Class}})
}

// Subject gives the worker a proposal is to be about, reached by the right to propose. Fault: "fault.denied".
func Subject(ctx context.Context, tx *db.Tx, personID string) (person.Worker, error) {
	w, err := person.Get(ctx, tx, personID)
	if err != nil {
		if fault.Of(err).Kind == fault.Missing {
			err = fault.New(fault.Denied, "fault.denied")
		}
		return w, err
	}
	tx.About("person", w.ID)
	tx.Trail.Subject = w.ID
	return w, auth.Reach(tx, "recognition.propose", w.UnitPath, w.ID)
}

// related gives the worker and the worker's relatives. Fault: "recognition.related" when the actor is one of them.
func related(ctx context.Context, tx *db.Tx, personID string) ([]string, error) {
	kin, err := person.Kin(ctx, tx, personID)
	kin = append(kin, personID)
	if err == nil && tx.Actor.Person != "" && slices.Contains(kin, tx.Actor.Person) {
		err = fault.New(fault.Denied, "recognition.related")
	}
	return kin, err
}

// needs says in one text what a verdict lacks.
func needs(v standard.Verdict) standard.Text {
	var zh, en []string
	for _, t := range v.NeedTexts {
		zh, en = append(zh, t.Zh), append(en, t.En)
	}
	return standard.Text{Zh: strings.Join(zh, "、"), En: strings.Join(en, ", ")}
}

// Answer is what the second person says.
type Answer string

// Choices lists the answers; none is preset.
func (Answer) Choices() []form.Choice {
	return []form.Choice{{Value: "yes", Label: "同意认定"}, {Value: "no", Label: "不予认定"}, {Value: "back", Label: "退回重新核实"}}
}

// DecideIn is a second person's decision.
type DecideIn struct {
	ID     string `form:"id" kind:"hidden" need:"true" max:"40"`
	Answer Answer `form:"answer" label:"决定" need:"true"`
	Reason string `form:"reason" label:"理由" hint:"不予认定或退回的要写；本人会看到不予认定的理由" kind:"area" max:"500"`
}

// Check wants a reason for anything but yes.
func (in DecideIn) Check() error {
	var l fault.List
	if in.Answer != "yes" && len([]rune(strings.TrimSpace(in.Reason))) < 2 {
		l.Add("reason", "casefile.note")
	}
	return l.Err()
}

// Decide recognises a household, refuses it or sends it back. Yes makes a first recognition public; then (Settle), or at once where
// the union does not, its file is opened, or opened again, and the class written with the version of the standard; no to a yearly review takes the class away and asks for the file's end. What is on file
// is judged once more: nobody decides on what is true no longer. Faults: "recognition.decided" (Conflict),
// "recognition.same_person", "recognition.related", "recognition.verdict_no", "recognition.moved" (Conflict).
var Decide = act.Act[DecideIn, Case]{Name: "recognition.decide", Title: "决定建档认定", Right: "recognition.decide", Do: decide}

func decide(ctx context.Context, tx *db.Tx, in DecideIn) (Case, error) {
	c, err := Reached(ctx, tx, "recognition.decide", in.ID)
	if err != nil {
		return c, err
	}
	if _, err := related(ctx, tx, c.PersonID); err != nil {
		return c, err
	}
	switch {
	case c.Stands() != Proposed:
		return c, fault.New(fault.Conflict, "recognition.decided", c.Stands())
	case c.ProposedBy == tx.Actor.User:
		return c, fault.New(fault.Refused, "recognition.same_person")
	case in.Answer == "yes" && c.Class == "":
		return c, fault.New(fault.Refused, "recognition.verdict_no")
	}
	c.Note, c.DecidedBy, c.DecidedOn, c.DecidedAt = strings.TrimSpace(in.Reason), tx.Actor.User, tx.Day(), tx.Ms()
	tx.Trail.Reason = c.Note
	switch in.Answer {
	case "yes":
		err = c.agree(ctx, tx)
	case "no":
		c.State, err = Refused, c.refuse(ctx, tx)
	default:
		c.State = Returned
		err = notify.Send(ctx, tx, notify.To{UserID: c.ProposedBy}, notify.Text{Key: "recognition.told_back", Args: []any{c.Note}, Href: "/desk/recognition/" + c.ID})
	}
	if err != nil {
		return c, err
	}
	if err := task.CloseAll(ctx, tx, c.ID); err != nil {
		return c, err
	}
	return c, c.save(ctx, tx)
}

// save writes a proposal back. Fault: "fault.stale".
func (c *Case) save(ctx context.Context, tx *db.Tx) error {
	c.Version++
	return tx.Must(ctx, "fault.stale", `
		update recognition_case set state = $4, file_id = $5, note = $6, decided_by = $7, decided_on = $8, decided_at = $9, version = $3 + 1
		where union_id = $1 and id = $2 and version = $3 and state = 'proposed'`,
		tx.Union, c.ID, c.Version-1, c.State, c.FileID, c.Note, c.DecidedBy, c.DecidedOn, c.DecidedAt)
}

// agree is a yes: made public first, or in force at once.
func (c *Case) agree(ctx context.Context, tx *db.Tx) error {
	if err := c.borneOut(ctx, tx); err != nil {
		return err
	}
	first, err := c.publishes(ctx, tx)
	if err != nil {
		return err
	}
	if first {
		return c.publish(ctx, tx)
	}
	c.State = Recognised
	return c.recognise(ctx, tx)
}

// borneOut has what is on file judged once more. Fault: "recognition.moved" (Conflict) when it comes to something else.
func (c Case) borneOut(ctx context.Context, tx *db.Tx) error {
	w, err := person.Get(ctx, tx, c.PersonID)
	if err != nil {
		return err
	}
	was, err := c.Kept()
	if err != nil {
		return err
	}
	now, err := Judge(ctx, tx, w, was.Facts)
	if err != nil {
		return err
	}
	if now.Outcome != standard.Yes || Class(now.Class) != c.Class || w.HouseholdID != c.HouseholdID {
		return fault.New(fault.Conflict, "recognition.moved")
	}
	return nil
}

// recognise writes the class into the household's file and tells the worker.
func (c *Case) recognise(ctx context.Context, tx *db.Tx) error {
	f, err := casefile.Ensure(ctx, tx, casefile.Opening{HouseholdID: c.HouseholdID, PersonID: c.PersonID, ApplicationID: c.ID, Cause: c.Cause})
	if err != nil {
		return err
	}
	c.FileID = f.ID
	text := c.Class.Say("zh")
	err = casefile.SetClass(ctx, tx, f.ID, casefile.Opening{Class: string(c.Class), ClassText: text, Scheme: c.Standard,
		SchemeVersion: c.StandardVersion, Level: c.Level, ApplicationID: c.ID})
	if err != nil {
		return err
	}
	if err := casefile.Renew(ctx, tx, f.ID); err != nil {
		return err
	}
	return notify.Send(ctx, tx, notify.To{PersonID: c.PersonID, UnitID: c.UnitID}, notify.Text{Key: "recognition.told_yes", Args: []any{c.Class}, Href: "/me/file"})
}

// refuse tells the worker why, and takes away a class that is not borne out any more.
func (c *Case) refuse(ctx context.Context, tx *db.Tx) error {
	if c.Kind == "review" && c.FileID != "" {
		if err := casefile.LoseClass(ctx, tx, c.FileID, c.ID); err != nil {
			return err
		}
	}
	return notify.Send(ctx, tx, notify.To{PersonID: c.PersonID, UnitID: c.UnitID}, notify.Text{Key: "recognition.told_no", Args: []any{c.Note}, Href: "/me/file"})
}
