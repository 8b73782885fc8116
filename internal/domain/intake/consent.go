package intake

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

// TextEdition is the edition of the texts of notice and consent now shown. A draft that was agreed to under an older one
// is asked again before it can be handed in.
const TextEdition = "2026-11"

// Purpose is what the worker agrees to, each apart from the others (policy §6.2).
type Purpose string

// The purposes. Notice is the ordinary one without which nothing can be done by phone; refusing any other leads to doing
// that part face to face, never to a refusal of help.
const (
	ForNotice  Purpose = "notice"
	ForHealth  Purpose = "health"
	ForAccount Purpose = "account"
	ForMinors  Purpose = "minors"
	ForPublic  Purpose = "public"
)

// Choices lists the purposes that need a consent of their own.
func (Purpose) Choices() []form.Choice {
	return []form.Choice{
		{Value: "health", Label: "医疗健康信息", Hint: "病历、诊断、医药费。用来判断大病帮扶，只有经办人能看"},
		{Value: "account", Label: "银行卡信息", Hint: "卡号和开户行。只用来给您发钱"},
		{Value: "minors", Label: "未满 14 岁孩子的信息", Hint: "姓名、年龄、在读学校。用来算家庭人口和助学"},
		{Value: "public", Label: "公示", Hint: "只写隐去一部分的姓名、部门、帮扶类别和日期"},
	}
}

// Say gives the words of a purpose.
func (p Purpose) Say(l words.Lang) string {
	if p == ForNotice {
		return words.T(l, "办理帮扶需要的信息")
	}
	return sayChoice(l, p.Choices(), string(p))
}

func sensitive(p string) bool { return coded(Purpose("").Choices(), p) }

// Consent is one answer about one purpose.
type Consent struct {
	UnionID, ApplicationID string
	Purpose                Purpose
	PersonID, Edition      string
	Given                  bool
	How, ByUser            string
	At, WithdrawnAt        int64
}

const consentColumns = `union_id, application_id, purpose, person_id, edition, given, how, by_user, at, withdrawn_at`

// Consents gives the answers of an application.
func Consents(ctx context.Context, tx *db.Tx, id string) ([]Consent, error) {
	return db.All[Consent](ctx, tx, `
		select `+consentColumns+` from intake_consent where union_id = $1 and application_id = $2 order by purpose`, tx.Union, id)
}

// ConsentsOf gives every answer of a person, the newest first.
func ConsentsOf(ctx context.Context, tx *db.Tx, personID string) ([]Consent, error) {
	return db.All[Consent](ctx, tx, `
		select `+consentColumns+` from intake_consent where union_id = $1 and person_id = $2 order by at desc, purpose`, tx.Union, personID)
}

// Agreed reports whether a purpose is agreed to under the present text and not taken back.
func Agreed(all []Consent, p Purpose) bool {
	for _, c := range all {
		if c.Purpose == p {
			return c.Given && c.WithdrawnAt == 0 && c.Edition == TextEdition
		}
	}
	return false
}

// Asked reports whether a purpose was answered under the present text, whichever way.
func Asked(all []Consent, p Purpose) bool {
	for _, c := range all {
		if c.Purpose == p {
			return c.Edition == TextEdition && c.WithdrawnAt == 0
		}
	}
	return false
}

// ConsentIn answers the ordinary notice (Notice) or, on the page of its own, the separate purposes: those in Agree are
// given, the others of Separate are refused.
type ConsentIn struct {
	ID       string    `form:"id" kind:"hidden" need:"true" max:"40"`
	Notice   bool      `form:"notice" label:"我看过了，同意"`
	Separate bool      `form:"separate" label:"单独同意"`
	Agree    []Purpose `form:"agree" label:"我单独同意"`
}

// Give is the act of answering consents. Faults: "intake.notice" where the ordinary notice is not agreed to.
var Give = act.Act[ConsentIn, act.None]{Name: "intake.consent", Title: "同意", Right: "intake.fill", Do: give}

func give(ctx context.Context, tx *db.Tx, in ConsentIn) (act.None, error) {
	a, err := filling(ctx, tx, in.ID)
	if err != nil {
		return act.None{}, err
	}
	tx.About("application", a.ID, "consent")
	how := "self"
	if !a.mine(tx) {
		how = "paper" // who fills in for another says: he has agreed on paper, and shows it when handing in
	}
	if !in.Separate {
		if !in.Notice {
			return act.None{}, fault.New(fault.Invalid, "intake.notice").At("notice")
		}
		return act.None{}, a.agree(ctx, tx, Consent{Purpose: ForNotice, Given: true, How: how})
	}
	for _, c := range Purpose("").Choices() {
		p := Purpose(c.Value)
		given := false
		for _, g := range in.Agree {
			given = given || g == p
		}
		if err := a.agree(ctx, tx, Consent{Purpose: p, Given: given, How: how}); err != nil {
			return act.None{}, err
		}
	}
	return act.None{}, a.finish(ctx, tx, "consent")
}

func (a Application) agree(ctx context.Context, tx *db.Tx, c Consent) error {
	_, err := tx.Exec(ctx, `
		insert into intake_consent (union_id, application_id, purpose, person_id, edition, given, how, by_user, at, withdrawn_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0)
		on conflict (union_id, application_id, purpose) do update set edition = excluded.edition, given = excluded.given,
			how = excluded.how, by_user = excluded.by_user, at = excluded.at, withdrawn_at = 0`,
		tx.Union, a.ID, c.Purpose, a.PersonID, TextEdition, c.Given, c.How, tx.Actor.User, tx.Ms())
	return err
}

// TakeBackIn names the purpose whose consent the worker takes back, over all their applications.
type TakeBackIn struct {
	Purpose Purpose `form:"purpose" label:"撤回哪一项" need:"true"`
}

// TakeBack withdraws a consent from today on; what was done until then stays lawful. The officers of what is under way
// are told that this part goes on face to face. Fault: "fault.missing" when nothing was given.
var TakeBack = act.Act[TakeBackIn, act.None]{Name: "intake.take_back", Title: "撤回同意", Right: "intake.take_back",
	Do: func(ctx context.Context, tx *db.Tx, in TakeBackIn) (act.None, error) {
		tx.About("person", tx.Actor.Person, "consent."+string(in.Purpose))
		tx.Trail.Subject = tx.Actor.Person
		n, err := tx.Exec(ctx, `
			update intake_consent set withdrawn_at = $4 where union_id = $1 and person_id = $2 and purpose = $3 and given = 1 and withdrawn_at = 0`,
			tx.Union, tx.Actor.Person, in.Purpose, tx.Ms())
		if err == nil && n == 0 {
			err = fault.New(fault.Missing, "fault.missing")
		}
		if err != nil {
			return act.None{}, err
		}
		return act.None{}, tellTakenBack(ctx, tx, in.Purpose)
	}}

func tellTakenBack(ctx context.Context, tx *db.Tx, p Purpose) error {
	all, err := OpenOf(ctx, tx, tx.Actor.Person)
	if err != nil {
		return err
	}
	for _, a := range all {
		if a.Live() && a.State != Draft {
			if err := note(ctx, tx, a.ID, Step{Act: "take_back", FromState: a.State, ToState: a.State, Answer: string(p)}); err != nil {
				return err
			}
			if err := tellOfficer(ctx, tx, a, "intake.told.taken_back", p); err != nil {
				return err
			}
		}
	}
	return nil
}

// adult reports whether a member is 18 or more on a day; one whose birth is not known is judged by the relation.
func (m Relative) adult(on day.Day) bool {
	if m.Birth.Valid() {
		return m.Birth.Age(on) >= 18
	}
	return m.Relation != "child" && m.Relation != "grandchild"
}

// Unasked gives the adults of the family who have not agreed yet; being on the roster is no consent. The worker can send each
// a link, or they sign on the day of the visit.
func Unasked(ctx context.Context, tx *db.Tx, a Application) ([]Relative, error) {
	family, err := Family(ctx, tx, a.ID, false)
	if err != nil || !a.Live() {
		return nil, err
	}
	var out []Relative
	for _, m := range family {
		if !m.Self() && m.Consent == "" && m.adult(tx.Day()) {
			out = append(out, m)
		}
	}
	return out, nil
}

// OtherDoors gives the other ways to help that a refusal named.
func (a Application) OtherDoors() []Door {
	var out []Door
	for _, d := range strings.Fields(a.Doors) {
		out = append(out, Door(d))
	}
	return out
}
