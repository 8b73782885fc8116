package intake

import (
	"context"
	"strings"

	"bangfu/internal/base/fault"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/auth"
)

// keepDays is how long a draft waits for its worker; then a reminder, and twice as long until it is cleared away.
const keepDays = 30

// StartIn begins an application, or goes on with the draft there is. Programme "" is "I do not know yet".
type StartIn struct {
	Programme string `form:"programme" label:"想要哪种帮助" max:"40"`
	Emergency bool   `form:"emergency" label:"情况紧急，等不了"`
}

// Ref names an application.
type Ref struct {
	ID string `form:"id" kind:"hidden" need:"true" max:"40" json:"id"`
}

// Start is the worker's own beginning. Faults: "intake.programme", "intake.open_already" when one of the same kind is
// under way, "intake.not_active" for who is not on the roster any more, "intake.not_urgent".
var Start = act.Act[StartIn, Ref]{Name: "intake.start", Title: "开始申请", Right: "intake.start",
	Do: func(ctx context.Context, tx *db.Tx, in StartIn) (Ref, error) {
		a, err := begin(ctx, tx, tx.Actor.Person, in, Application{FiledHow: "self"})
		tx.About("application", a.ID, "programme")
		return Ref{a.ID}, err
	}}

func begin(ctx context.Context, tx *db.Tx, personID string, in StartIn, by Application) (Application, error) {
	tx.Trail.Subject = personID
	p, err := named(ctx, tx, in.Programme)
	if err != nil {
		return Application{}, err
	}
	if in.Emergency && p.Code != "" && !p.Urgent {
		return Application{}, fault.New(fault.Refused, "intake.not_urgent", p.Name)
	}
	w, err := person.Get(ctx, tx, personID)
	switch {
	case err != nil:
		return Application{}, err
	case w.Status != person.Active:
		return Application{}, fault.New(fault.Refused, "intake.not_active", w.Status)
	}
	if err := oneOfAKind(ctx, tx, w.ID, in.Programme); err != nil {
		return Application{}, err
	}
	a, ok, err := DraftOf(ctx, tx, w.ID)
	if err != nil {
		return Application{}, err
	}
	if ok {
		if !a.mine(tx) && !a.filer(tx) {
			return Application{}, fault.New(fault.Refused, "intake.draft_other")
		}
		a.Programme, a.Edition, a.Emergency = in.Programme, p.Edition, in.Emergency
		return a, save(ctx, tx, &a, Draft)
	}
	a = Application{UnionID: tx.Union, ID: tx.ID(), PersonID: w.ID, HouseholdID: w.HouseholdID, UnitID: w.UnitID, UnitPath: w.UnitPath,
		Programme: in.Programme, Edition: p.Edition, Emergency: in.Emergency, State: Draft, FiledBy: tx.Actor.User, FiledHow: by.FiledHow,
		FilerName: by.FilerName, FilerRelation: by.FilerRelation, KeepUntil: tx.Day().Add(keepDays), StartedAt: tx.Ms(), Version: 1}
	if err := db.Insert(ctx, tx, "intake_application", a); err != nil {
		return a, err
	}
	return a, seedFamily(ctx, tx, a, w)
}

func oneOfAKind(ctx context.Context, tx *db.Tx, personID, programme string) error {
	all, err := OpenOf(ctx, tx, personID)
	if err != nil {
		return err
	}
	for _, a := range all {
		if a.Live() && a.State != Draft && a.Programme == programme {
			return fault.New(fault.Refused, "intake.open_already", a.Number)
		}
	}
	return nil
}

// filling gives a draft that the actor may fill in: the worker, or who began it for the worker. Faults: "fault.denied",
// "intake.not_draft" (Refused) once it is handed in.
func filling(ctx context.Context, tx *db.Tx, id string) (Application, error) {
	a, err := Reached(ctx, tx, "intake.fill", id)
	if err != nil {
		return a, err
	}
	if a.State != Draft {
		return a, fault.New(fault.Refused, "intake.not_draft", a.State)
	}
	return a, nil
}

// finish marks a page of the draft as done and keeps the draft for another span.
func (a Application) finish(ctx context.Context, tx *db.Tx, page string) error {
	if !a.Has(page) {
		a.Pages = strings.TrimSpace(a.Pages + " " + page)
	}
	a.KeepUntil = tx.Day().Add(keepDays)
	return save(ctx, tx, &a, Draft)
}

// SelfIn confirms what the roster says of the worker, or says what is wrong with it.
type SelfIn struct {
	ID    string `form:"id" kind:"hidden" need:"true" max:"40"`
	Wrong string `form:"wrong" label:"哪里不对" hint:"比如：部门已经换到二车间。工会核对以后再改名册" kind:"area" max:"200"`
}

// Self is the page 本人信息.
var Self = act.Act[SelfIn, act.None]{Name: "intake.self", Title: "确认本人信息", Right: "intake.fill",
	Do: func(ctx context.Context, tx *db.Tx, in SelfIn) (act.None, error) {
		a, err := filling(ctx, tx, in.ID)
		if err != nil {
			return act.None{}, err
		}
		tx.About("application", a.ID, "roster_note")
		a.RosterNote = in.Wrong
		return act.None{}, a.finish(ctx, tx, "self")
	}}

// CauseIn is the page 困难情况: the main cause, up to three more, whom it is about, and the story in the worker's words.
type CauseIn struct {
	ID     string  `form:"id" kind:"hidden" need:"true" max:"40"`
	Cause  Cause   `form:"cause" label:"家里最主要的困难是什么？只选一项" need:"true"`
	Others []Cause `form:"others" label:"还有别的困难吗？最多选三项"`
	Story  string  `form:"story" label:"用几句话说说情况" hint:"想到什么写什么，不会写可以请人代填" kind:"area" max:"200"`
}

// Check wants no more than three further causes, and words for "other".
func (in CauseIn) Check() error {
	var l fault.List
	if len(in.Others) > 3 {
		l.Add("others", "intake.causes_many")
	}
	if in.Cause == OtherCause && len([]rune(strings.TrimSpace(in.Story))) < 10 {
		l.Add("story", "intake.other_words")
	}
	return l.Err()
}

// SetCause is the act of that page. Fault: "intake.cause_fit" when the programme helps with other causes.
var SetCause = act.Act[CauseIn, act.None]{Name: "intake.cause", Title: "填写困难情况", Right: "intake.fill", Do: setCause}

func setCause(ctx context.Context, tx *db.Tx, in CauseIn) (act.None, error) {
	a, err := filling(ctx, tx, in.ID)
	if err != nil {
		return act.None{}, err
	}
	tx.About("application", a.ID, "cause", "story")
	p, err := ProgrammeOf(ctx, tx, a)
	if err != nil {
		return act.None{}, err
	}
	if !p.Fits(in.Cause) {
		return act.None{}, fault.New(fault.Invalid, "intake.cause_fit", p.Name).At("cause")
	}
	var others []string
	for _, c := range in.Others {
		if c != in.Cause {
			others = append(others, string(c))
		}
	}
	a.Cause, a.Others = in.Cause, strings.Join(others, " ")
	sealed, err := tx.Seal(placeStory, a.ID, strings.TrimSpace(in.Story))
	if err != nil {
		return act.None{}, err
	}
	if err := tx.Must(ctx, "fault.stale", `update intake_application set story = $3 where union_id = $1 and id = $2`,
		tx.Union, a.ID, sealed); err != nil {
		return act.None{}, err
	}
	return act.None{}, a.finish(ctx, tx, "cause")
}

// CardIn is the page 收款账户. It may be left for later.
type CardIn struct {
	ID     string        `form:"id" kind:"hidden" need:"true" max:"40"`
	Later  bool          `form:"later" label:"以后再填"`
	Holder person.Holder `form:"relation" label:"这张卡是谁的"`
	Name   string        `form:"holder" label:"持卡人姓名" max:"50" auto:"cc-name"`
	Card   string        `form:"card" label:"银行卡号" kind:"card"`
	Bank   string        `form:"bank" label:"开户行" hint:"比如：工商银行临江支行" max:"60"`
}

// Check wants a holder, a number and a bank unless it is left for later.
func (in CardIn) Check() error {
	var l fault.List
	if !in.Later {
		if in.Holder == "" {
			l.Add("relation", "intake.card_holder")
		}
		if in.Card == "" {
			l.Add("card", "intake.card_no")
		}
		if in.Bank == "" {
			l.Add("bank", "intake.card_bank")
		}
		if in.Holder == person.HolderSpouse && in.Name == "" {
			l.Add("holder", "intake.card_name")
		}
	}
	return l.Err()
}

// CardOut says whether the number looks mistyped; it is kept all the same (W1-11: a hint, never a block).
type CardOut struct{ Doubt bool }

// SetCard is the act of that page. Faults: "intake.card_consent" without the consent for accounts, those of ident.
var SetCard = act.Act[CardIn, CardOut]{Name: "intake.card", Title: "填写收款账户", Right: "intake.fill", Do: setCard}

// DropDrafts clears away the drafts nobody came back to for twice their time; it gives how many. It is a job's.
func DropDrafts(ctx context.Context, tx *db.Tx) (int, error) {
	old, err := db.All[Application](ctx, tx, `
		select `+columns+` from intake_application where union_id = $1 and state = 'draft' and keep_until < $2 limit 200`,
		tx.Union, tx.Day().Add(-keepDays))
	if err != nil {
		return 0, err
	}
	for _, a := range old {
		if err := move(ctx, tx, &a, Step{Act: "withdraw", Answer: "cleared"}); err != nil {
			return 0, err
		}
	}
	return len(old), nil
}

// RemindDrafts tells the workers whose draft has waited its span, once; it gives how many. It is a job's.
func RemindDrafts(ctx context.Context, tx *db.Tx) (int, error) {
	waiting, err := db.All[Application](ctx, tx, `
		select `+columns+` from intake_application where union_id = $1 and state = 'draft' and keep_until < $2 and reminded_on = '' limit 200`,
		tx.Union, tx.Day().Add(5))
	if err != nil {
		return 0, err
	}
	for _, a := range waiting {
		if err := a.remind(ctx, tx); err != nil {
			return 0, err
		}
	}
	return len(waiting), nil
}

func (a Application) remind(ctx context.Context, tx *db.Tx) error {
	a.RemindedOn = tx.Day()
	if err := save(ctx, tx, &a, Draft); err != nil {
		return err
	}
	return tellWorker(ctx, tx, a, "intake.told.draft", a.KeepUntil.Add(keepDays))
}

// NudgeOut says how many drafts were reminded.
type NudgeOut struct{ Told int }

// Nudge reminds the drafts of the actor's group, each at most once in three days (ux G4). No names or contents are seen.
var Nudge = act.Act[act.None, NudgeOut]{Name: "intake.nudge", Title: "提醒没填完的人", Right: "intake.nudge",
	Do: func(ctx context.Context, tx *db.Tx, _ act.None) (NudgeOut, error) {
		cond, args := auth.Scope(tx.Actor, "intake.nudge").Where("unit_path", "", "", 3)
		all, err := db.All[Application](ctx, tx, `
			select `+columns+` from intake_application where union_id = $1 and state = 'draft' and reminded_on <= $2 and `+cond+` limit 200`,
			append([]any{tx.Union, tx.Day().Add(-3)}, args...)...)
		if err != nil {
			return NudgeOut{}, err
		}
		for _, a := range all {
			if err := a.remind(ctx, tx); err != nil {
				return NudgeOut{}, err
			}
		}
		return NudgeOut{len(all)}, nil
	}}
