package intake

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/ident"
	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
	"bangfu/internal/domain/person"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
)

// Answer is one fact the application tells: what was said and, once looked at, what the union found. Values are in stored
// form: fen, counts, 0 and 1, days, codes. Subject is OfEvent, OfHousehold or the id of a row of Family.
type Answer struct {
	UnionID, ApplicationID string
	Subject, Name          string
	Known                  bool
	Value, Source, SaidBy  string
	SaidAt                 int64
	Checked, CheckedBy     string
	CheckedAt              int64
	Note                   string
}

const answerColumns = `union_id, application_id, subject, name, known, value, source, said_by, said_at, checked, checked_by, checked_at, note`

// Answers are all that is said in one application.
type Answers []Answer

// AnswersOf gives the answers of an application.
func AnswersOf(ctx context.Context, tx *db.Tx, id string) (Answers, error) {
	return db.All[Answer](ctx, tx, `
		select `+answerColumns+` from intake_answer where union_id = $1 and application_id = $2 order by subject, name`, tx.Union, id)
}

// Get finds an answer.
func (all Answers) Get(subject, name string) (Answer, bool) {
	i := slices.IndexFunc(all, func(a Answer) bool { return a.Subject == subject && a.Name == name })
	if i < 0 {
		return Answer{}, false
	}
	return all[i], true
}

// Stands gives what counts: what the union found, else what was said. False when nothing is known.
func (a Answer) Stands() (string, bool) {
	if a.CheckedAt > 0 {
		return a.Checked, a.Checked != ""
	}
	return a.Value, a.Known
}

// Amount reads a money answer as it stands.
func (a Answer) Amount() (money.Amount, bool) {
	text, known := a.Stands()
	n, err := strconv.ParseInt(text, 10, 64)
	return money.Amount(n), known && err == nil
}

func plainFen(a money.Amount) string { return strconv.FormatInt(int64(a), 10) }

// say keeps one answer of whoever fills in; saying it again replaces it.
func say(ctx context.Context, tx *db.Tx, a Application, n Answer) error {
	n.Source = "self"
	if a.FiledHow == "officer" && !a.mine(tx) {
		n.Source = "officer"
	}
	_, err := tx.Exec(ctx, `
		insert into intake_answer (`+answerColumns+`) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, '', '', 0, '')
		on conflict (union_id, application_id, subject, name) do update set known = excluded.known, value = excluded.value,
			source = excluded.source, said_by = excluded.said_by, said_at = excluded.said_at`,
		tx.Union, a.ID, n.Subject, n.Name, n.Known, n.Value, n.Source, tx.Actor.User, tx.Ms())
	return err
}

// Read puts a typed text into stored form. An empty text is "not known". Faults on the value: those of money, "form.int",
// "intake.value_choice", "intake.value_range".
func (f Fact) Read(text string) (value string, known bool, err error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return "", false, nil
	}
	var n int64
	switch f.Sort {
	case standard.Money:
		a, err := money.Parse(text)
		if err != nil {
			return "", false, err
		}
		n = int64(a)
	case standard.Int:
		if n, err = strconv.ParseInt(text, 10, 64); err != nil {
			return "", false, fault.New(fault.Invalid, "form.int", f.Label)
		}
	case standard.Bool:
		if text != "0" && text != "1" {
			return "", false, fault.New(fault.Invalid, "intake.value_choice", f.Label)
		}
		return text, true, nil
	case standard.Date:
		d, err := day.Parse(text)
		return string(d), err == nil, err
	case standard.Words, standard.None, standard.List, standard.Rows:
		if len(f.Values) > 0 && !slices.ContainsFunc(f.Values, func(c standard.Choice) bool { return c.Value == text }) {
			return "", false, fault.New(fault.Invalid, "intake.value_choice", f.Label)
		}
		return text, len([]rune(text)) <= 200, nil
	}
	if n < f.Min || n > f.Max {
		return "", false, fault.New(fault.Invalid, "intake.value_range", f.Label)
	}
	return strconv.FormatInt(n, 10), true, nil
}

// Show gives a stored value as it is typed.
func (f Fact) Show(value string) string {
	if f.Sort == standard.Money && value != "" {
		if n, err := strconv.ParseInt(value, 10, 64); err == nil {
			return strings.TrimSuffix(money.Amount(n).Plain(), ".00")
		}
	}
	return value
}

// Tell gives a stored value in a sentence.
func (f Fact) Tell(l words.Lang, value string) string {
	switch {
	case value == "":
		return ""
	case f.Sort == standard.Money:
		if n, err := strconv.ParseInt(value, 10, 64); err == nil {
			return money.Amount(n).Say(l)
		}
	case f.Sort == standard.Bool:
		if value == "1" {
			return words.T(l, "是")
		}
		return words.T(l, "否")
	case f.Sort == standard.Date:
		return day.Day(value).Say(l)
	}
	for _, c := range f.Values {
		if c.Value == value {
			return c.Text.Say(l)
		}
	}
	return value
}

// value turns a stored answer into what a standard reads.
func (f Fact) value(text string) standard.Value {
	n, err := strconv.ParseInt(text, 10, 64)
	switch f.Sort {
	case standard.Money:
		if err == nil {
			return standard.MoneyOf(money.Amount(n))
		}
	case standard.Int:
		if err == nil {
			return standard.IntOf(n)
		}
	case standard.Bool:
		return standard.BoolOf(text == "1")
	case standard.Date:
		return standard.DateOf(day.Day(text))
	case standard.Words:
		return standard.TextOf(text)
	case standard.None, standard.List, standard.Rows:
	}
	return standard.Value{}
}

// AnswerIn is one page of questions: each of Set is "subject/name=value" as typed. Page is money or ask; About is the one of
// the family the help is for.
type AnswerIn struct {
	ID    string   `form:"id" kind:"hidden" need:"true" max:"40"`
	Page  string   `form:"page" kind:"hidden" need:"true" max:"10"`
	About string   `form:"about" label:"这次是谁的事" kind:"text" max:"40"`
	Set   []string `form:"set" label:"回答" max:"300"`
}

// AnswerOut is what the family's income comes to for each head and month; Known only when every income is.
type AnswerOut struct {
	PerHead money.Amount `json:"per_head"`
	Heads   int          `json:"heads"`
	Known   bool         `json:"known"`
}

// SetAnswers is the act of a page of questions. All faults come back at once, each at "subject/name".
var SetAnswers = act.Act[AnswerIn, AnswerOut]{Name: "intake.answer", Title: "回答问题", Right: "intake.fill", Do: setAnswers}

func setAnswers(ctx context.Context, tx *db.Tx, in AnswerIn) (AnswerOut, error) {
	a, err := filling(ctx, tx, in.ID)
	if err != nil {
		return AnswerOut{}, err
	}
	tx.About("application", a.ID, "answer."+in.Page)
	if in.Page != "money" && in.Page != "ask" {
		return AnswerOut{}, fault.New(fault.Missing, "fault.missing")
	}
	family, err := Family(ctx, tx, a.ID, false)
	if err != nil {
		return AnswerOut{}, err
	}
	var l fault.List
	if err := a.about(ctx, tx, in, family); fault.Is(err, "intake.about") {
		l.AddErr("about", err)
	} else if err != nil {
		return AnswerOut{}, err
	}
	if err := a.sayAll(ctx, tx, in, family, &l); err != nil {
		return AnswerOut{}, err
	}
	if err := l.Err(); err != nil {
		return AnswerOut{}, err
	}
	if err := a.finish(ctx, tx, in.Page); err != nil {
		return AnswerOut{}, err
	}
	all, err := AnswersOf(ctx, tx, a.ID)
	if err != nil {
		return AnswerOut{}, err
	}
	return PerHead(family, all)
}

// about keeps whom the help is for. Fault: "intake.about".
func (a *Application) about(ctx context.Context, tx *db.Tx, in AnswerIn, family []Relative) error {
	p, err := ProgrammeOf(ctx, tx, *a)
	if err != nil || len(p.About) == 0 || in.Page != "ask" {
		return err
	}
	for _, m := range family {
		if m.ID == in.About && p.ForAbout(m.Relation) {
			a.AboutID = m.ID
			return nil
		}
	}
	return fault.New(fault.Invalid, "intake.about").At("about")
}

func (a Application) sayAll(ctx context.Context, tx *db.Tx, in AnswerIn, family []Relative, l *fault.List) error {
	for _, one := range in.Set {
		place, text, ok := strings.Cut(one, "=")
		subject, name, ok2 := strings.Cut(place, "/")
		f, known := subjectFact(family, subject, name)
		if !ok || !ok2 || !known {
			return fault.New(fault.Missing, "fault.missing")
		}
		value, said, err := f.Read(text)
		if err == nil {
			err = f.come(subject, value, tx.Day())
		}
		if err != nil {
			l.AddErr(place, err)
			continue
		}
		if err := say(ctx, tx, a, Answer{Subject: subject, Name: name, Known: said, Value: value}); err != nil {
			return err
		}
	}
	return nil
}

// come wants the day of an event to have come. Fault: "intake.event_future".
func (f Fact) come(subject, value string, today day.Day) error {
	if subject == OfEvent && f.Sort == standard.Date && day.Day(value) > today {
		return fault.New(fault.Invalid, "intake.event_future", f.Label)
	}
	return nil
}

// subjectFact finds the fact of a subject: the event, the household, or one of the family.
func subjectFact(family []Relative, subject, name string) (Fact, bool) {
	switch {
	case subject == OfEvent || subject == OfHousehold:
		return factOf(subject, name)
	case slices.ContainsFunc(family, func(m Relative) bool { return m.ID == subject }):
		return factOf(OfMember, name)
	}
	return Fact{}, false
}

// PerHead works out what the family earns for each head and month. Cents below a fen are dropped: it is for reading only,
// the standard compares whole sums.
func PerHead(family []Relative, all Answers) (AnswerOut, error) {
	out := AnswerOut{Heads: len(family), Known: len(family) > 0}
	total := money.Amount(0)
	for _, m := range family {
		a, _ := all.Get(m.ID, person.FactIncome)
		amount, known := a.Amount()
		out.Known = out.Known && known
		var err error
		if total, err = total.Add(amount); err != nil {
			return out, err
		}
	}
	if out.Heads == 0 {
		return out, nil
	}
	var err error
	out.PerHead, err = total.MulDiv(1, int64(out.Heads), money.Down)
	return out, err
}

// setCard keeps the account on the worker's row; the number is sealed there.
func setCard(ctx context.Context, tx *db.Tx, in CardIn) (CardOut, error) {
	a, err := filling(ctx, tx, in.ID)
	if err != nil {
		return CardOut{}, err
	}
	tx.About("application", a.ID, "card")
	if in.Later {
		return CardOut{}, a.finish(ctx, tx, "card")
	}
	all, err := Consents(ctx, tx, a.ID)
	if err != nil {
		return CardOut{}, err
	}
	if !Agreed(all, ForAccount) {
		return CardOut{}, fault.New(fault.Refused, "intake.card_consent").At("card")
	}
	_, doubt, err := ident.ParseCard(in.Card)
	if err != nil {
		return CardOut{}, fault.Of(err).At("card")
	}
	c := person.CardIn{WorkerID: a.PersonID, Card: in.Card, Holder: in.Name, Relation: in.Holder, Bank: in.Bank,
		Sure: true} // a doubtful number is told, never refused (W1-11)
	if in.Holder == person.HolderSelf {
		w, err := person.Get(ctx, tx, a.PersonID)
		if err != nil {
			return CardOut{}, err
		}
		c.Holder = w.Name
	}
	if err := person.SetCard(ctx, tx, c); err != nil {
		return CardOut{}, err
	}
	return CardOut{doubt.Has(ident.Luhn)}, a.finish(ctx, tx, "card")
}
