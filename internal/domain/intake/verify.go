package intake

import (
	"context"
	"slices"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/ident"
	"bangfu/internal/base/words"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
)

// Visit is one visit at home: at least two went (policy §1.5). Photos are blob keys.
type Visit struct {
	UnionID, ApplicationID, ID string
	VisitOn                    day.Day
	Visitors, Checked, Photos  string
	PapersSigned               bool
	ByUser                     string
	At                         int64
}

type visitRow struct {
	Visit
	Findings []byte
}

const visitColumns = `union_id, application_id, id, visit_on, visitors, checked, photos, papers_signed, by_user, at`

// Visits gives the visits of an application, the newest first, without their findings.
func Visits(ctx context.Context, tx *db.Tx, id string) ([]Visit, error) {
	return db.All[Visit](ctx, tx, `
		select `+visitColumns+` from intake_visit where union_id = $1 and application_id = $2 order by id desc`, tx.Union, id)
}

// findings opens what was found on a visit. The caller answers for the right to read it.
func findings(ctx context.Context, tx *db.Tx, id, visit string) (string, error) {
	sealed, err := db.One[[]byte](ctx, tx, `
		select findings from intake_visit where union_id = $1 and application_id = $2 and id = $3`, tx.Union, id, visit)
	if err != nil || len(sealed) == 0 {
		return "", err
	}
	return tx.Open(placeFindings, visit, sealed)
}

// VisitIn records a visit. Visitors are one a line. Photos are keys the store gave.
type VisitIn struct {
	ID       string   `form:"id" kind:"hidden" need:"true" max:"40"`
	On       day.Day  `form:"on" label:"走访日期" need:"true"`
	Visitors string   `form:"visitors" label:"走访人（每行一位，至少两位）" kind:"area" need:"true" max:"200"`
	Checked  []Looked `form:"checked" label:"看了哪些" need:"true"`
	Findings string   `form:"findings" label:"看到的情况" kind:"area" need:"true" min:"5" max:"1000"`
	Signed   bool     `form:"signed" label:"申请书和核对授权书已当面签字，全家成年人都签了"`
	Seen     []string `form:"seen" label:"当面看过原件的材料" hint:"没有交照片的，看过原件在这里登记" max:"40"`
	Photos   []string `form:"photos" kind:"choices" max:"100"`
}

// Check wants two visitors.
func (in VisitIn) Check() error {
	var l fault.List
	if names := lines(in.Visitors); len(names) < 2 || slices.Contains(names[1:], names[0]) {
		l.Add("visitors", "intake.visitors")
	}
	return l.Err()
}

// RecordVisit is the act. Faults: those of handling; "intake.visit_day" for a day to come.
var RecordVisit = act.Act[VisitIn, act.None]{Name: "intake.visit", Title: "入户核查", Right: "intake.officer", Do: recordVisit}

func recordVisit(ctx context.Context, tx *db.Tx, in VisitIn) (act.None, error) {
	a, err := handling(ctx, tx, in.ID, "visit")
	if err != nil {
		return act.None{}, err
	}
	tx.About("application", a.ID, "visit")
	if in.On > tx.Day() {
		return act.None{}, fault.New(fault.Invalid, "intake.visit_day").At("on")
	}
	var checked []string
	for _, c := range in.Checked {
		checked = append(checked, string(c))
	}
	v := Visit{UnionID: tx.Union, ApplicationID: a.ID, ID: tx.ID(), VisitOn: in.On, Visitors: strings.Join(lines(in.Visitors), "\n"),
		Checked: strings.Join(checked, " "), Photos: strings.Join(in.Photos, " "), PapersSigned: in.Signed, ByUser: tx.Actor.User, At: tx.Ms()}
	sealed, err := tx.Seal(placeFindings, v.ID, in.Findings)
	if err != nil {
		return act.None{}, err
	}
	if err := db.Insert(ctx, tx, "intake_visit", visitRow{v, sealed}); err != nil {
		return act.None{}, err
	}
	if in.Signed {
		if err := signedAll(ctx, tx, a); err != nil {
			return act.None{}, err
		}
	}
	for _, code := range in.Seen {
		if err := a.vouch(ctx, tx, VouchIn{Code: code, How: VouchSeen}); err != nil {
			return act.None{}, err
		}
	}
	a.OfficerID = tx.Actor.User
	if err := move(ctx, tx, &a, Step{Act: "visit", Answer: v.ID}); err != nil {
		return act.None{}, err
	}
	return act.None{}, pass(ctx, tx, a)
}

// signedAll notes that the adults of the family, and the worker for whom another filed, have signed on paper.
func signedAll(ctx context.Context, tx *db.Tx, a Application) error {
	_, err := tx.Exec(ctx, `
		update intake_member set consent = 'paper', consent_at = $3 where union_id = $1 and application_id = $2 and consent = ''`,
		tx.Union, a.ID, tx.Ms())
	return err
}

// CorrectIn puts right one figure: what the union found, and why it differs.
type CorrectIn struct {
	ID      string `form:"id" kind:"hidden" need:"true" max:"40"`
	Subject string `form:"subject" kind:"hidden" need:"true" max:"40"`
	Name    string `form:"name" kind:"hidden" need:"true" max:"40"`
	Value   string `form:"value" label:"核实的数" need:"true" max:"60"`
	Note    string `form:"note" label:"依据" hint:"看了什么材料，问了谁" need:"true" max:"200"`
}

// Correct keeps a checked figure beside what was said; nothing that was said is lost. Faults: those of handling,
// "fault.missing" for a fact nobody asks, those of the value.
var Correct = act.Act[CorrectIn, act.None]{Name: "intake.correct", Title: "核实数字", Right: "intake.officer", Do: correct}

func correct(ctx context.Context, tx *db.Tx, in CorrectIn) (act.None, error) {
	a, err := answering(ctx, tx, in)
	if err != nil {
		return act.None{}, err
	}
	tx.About("application", a.ID, "answer."+in.Name)
	family, err := Family(ctx, tx, a.ID, false)
	if err != nil {
		return act.None{}, err
	}
	f, ok := subjectFact(family, in.Subject, in.Name)
	if !ok {
		return act.None{}, fault.New(fault.Missing, "fault.missing")
	}
	value, _, err := f.Read(in.Value)
	if err == nil {
		err = f.come(in.Subject, value, tx.Day())
	}
	if err != nil {
		return act.None{}, fault.Of(err).At("value")
	}
	_, err = tx.Exec(ctx, `
		insert into intake_answer (`+answerColumns+`) values ($1, $2, $3, $4, 0, '', 'officer', '', 0, $5, $6, $7, $8)
		on conflict (union_id, application_id, subject, name) do update set checked = excluded.checked, checked_by = excluded.checked_by,
			checked_at = excluded.checked_at, note = excluded.note`,
		tx.Union, a.ID, in.Subject, in.Name, value, tx.Actor.User, tx.Ms(), strings.TrimSpace(in.Note))
	return act.None{}, err
}

// VerifyIn closes the verification. Programme names the kind of help where the worker did not; Agrees is the officer's word that
// what was not put right agrees with papers and visit; NoVisit says why nobody went: only an emergency may do without for now.
type VerifyIn struct {
	ID        string `form:"id" kind:"hidden" need:"true" max:"40"`
	Programme string `form:"programme" label:"适合哪种帮扶" max:"40"`
	Finding   string `form:"finding" label:"核查结论" kind:"area" need:"true" min:"5" max:"500"`
	Agrees    bool   `form:"agrees" label:"没有改过的回答，和材料、走访看到的一致"`
	NoVisit   string `form:"no_visit" label:"没有走访的原因（只限紧急）" max:"200"`
}

// Verify passes the case to the panel (S06). Faults: those of handling; "intake.no_visit", "intake.papers_open" (how many
// papers nobody has looked at), "intake.papers_unseen" (which papers nobody has seen or waived; an emergency brings them later),
// "intake.relatives" (how many adults have not agreed), "intake.need_confirm", "intake.need_programme", "intake.facts_open" (which
// question the union must answer), "intake.same_event", "intake.facts_unchecked".
var Verify = act.Act[VerifyIn, act.None]{Name: "intake.verify", Title: "核查完成，报集体研究", Right: "intake.officer", Do: verify}

func verify(ctx context.Context, tx *db.Tx, in VerifyIn) (act.None, error) {
	a, err := handling(ctx, tx, in.ID, "verify")
	if err != nil {
		return act.None{}, err
	}
	tx.About("application", a.ID, "state", "programme")
	if err := a.nameIt(ctx, tx, in.Programme); err != nil {
		return act.None{}, err
	}
	if err := a.verified(ctx, tx, in); err != nil {
		return act.None{}, err
	}
	if err := a.compare(ctx, tx, in.Agrees); err != nil {
		return act.None{}, err
	}
	if err := a.settleFamily(ctx, tx); err != nil {
		return act.None{}, err
	}
	if err := writeFacts(ctx, tx, a, person.FromOfficer); err != nil {
		return act.None{}, err
	}
	a.OfficerID = tx.Actor.User
	if err := move(ctx, tx, &a, Step{Act: "verify", Note: strings.TrimSpace(in.Finding), Answer: strings.TrimSpace(in.NoVisit)}); err != nil {
		return act.None{}, err
	}
	return act.None{}, pass(ctx, tx, a)
}

// nameIt names the kind of help of one that had none.
func (a *Application) nameIt(ctx context.Context, tx *db.Tx, code string) error {
	switch {
	case a.Programme != "" && (code == "" || code == a.Programme):
		return nil
	case code == "":
		return fault.New(fault.Invalid, "intake.need_programme").At("programme")
	}
	p, err := named(ctx, tx, code)
	if err != nil {
		return err
	}
	a.Programme, a.Edition = p.Code, p.Edition
	return nil
}

// verified wants the visit, every paper looked at, the adults' word, and the questions only the union answers.
func (a Application) verified(ctx context.Context, tx *db.Tx, in VerifyIn) error {
	visits, err := Visits(ctx, tx, a.ID)
	if err != nil {
		return err
	}
	if len(visits) == 0 && (!a.Emergency || strings.TrimSpace(in.NoVisit) == "") {
		return fault.New(fault.Refused, "intake.no_visit")
	}
	if err := a.seen(ctx, tx); err != nil {
		return err
	}
	family, err := Family(ctx, tx, a.ID, false)
	if err != nil {
		return err
	}
	silent := 0
	for _, m := range family {
		if !m.Self() && m.adult(tx.Day()) && m.Consent != "link" && m.Consent != "paper" {
			silent++
		}
	}
	if silent > 0 && !a.Emergency {
		return fault.New(fault.Refused, "intake.relatives", silent)
	}
	if err := a.found(ctx, tx); err != nil {
		return err
	}
	return SaidSame(ctx, tx, a)
}

// seen wants every file looked at and, but for an emergency, every paper asked for settled.
func (a Application) seen(ctx context.Context, tx *db.Tx) error {
	want, have, err := a.unseen(ctx, tx)
	if err != nil {
		return err
	}
	open := 0
	for _, p := range have {
		if p.Blob != "" && p.CheckedAt == 0 {
			open++
		}
	}
	switch {
	case open > 0:
		return fault.New(fault.Refused, "intake.papers_open", open)
	case len(want) > 0 && !a.Emergency:
		return fault.New(fault.Refused, "intake.papers_unseen", papersSaid(want))
	}
	return nil
}

// papersSaid names papers in the reader's language.
type papersSaid []Proof

// Say joins the names.
func (all papersSaid) Say(l words.Lang) string {
	var names []string
	for _, p := range all {
		names = append(names, p.Name.Say(l))
	}
	if l == words.En {
		return strings.Join(names, ", ")
	}
	return strings.Join(names, "、")
}

// found wants an answer to each question that is the union's own.
func (a Application) found(ctx context.Context, tx *db.Tx) error {
	p, err := ProgrammeOf(ctx, tx, a)
	if err != nil {
		return err
	}
	all, err := AnswersOf(ctx, tx, a.ID)
	if err != nil {
		return err
	}
	for _, q := range p.Questions(a.Cause, "officer") {
		f, _ := q.Asks()
		n, ok := all.Get(a.subject(f), q.Fact)
		if _, known := n.Stands(); !ok || !known {
			return fault.New(fault.Refused, "intake.facts_open", q.Label)
		}
	}
	return nil
}

// subject gives the subject of a fact in this application.
func (a Application) subject(f Fact) string {
	if f.Of == OfMember {
		return a.AboutID
	}
	return f.Of
}

// settleFamily puts on file the family as it was found: those who are new come in, those who moved out go.
func (a Application) settleFamily(ctx context.Context, tx *db.Tx) error {
	family, err := Family(ctx, tx, a.ID, true)
	if err != nil {
		return err
	}
	for _, m := range family {
		switch {
		case m.Gone && m.MemberID != "":
			if err := person.EndMember(ctx, tx, person.EndIn{ID: m.MemberID, On: tx.Day(), Reason: "moved"}); err != nil && !fault.Is(err, "person.member_ended") {
				return err
			}
		case !m.Gone && m.MemberID == "":
			if err := a.enrol(ctx, tx, m); err != nil {
				return err
			}
		}
	}
	return nil
}

func (a Application) enrol(ctx context.Context, tx *db.Tx, m Relative) error {
	n := person.NewMember{WorkerID: a.PersonID, Relation: m.Relation, Name: m.Name, Birth: m.Birth, Health: m.Health, Schooling: m.Schooling,
		Employment: m.Work, Source: person.FromOfficer}
	sealed, err := db.One[[]byte](ctx, tx, `
		select id_no from intake_member where union_id = $1 and application_id = $2 and id = $3`, tx.Union, a.ID, m.ID)
	if err != nil {
		return err
	}
	if len(sealed) > 0 {
		no, err := tx.Open(placeMember, m.ID, sealed)
		if err != nil {
			return err
		}
		if n.ID, _, err = ident.ParseID(no, tx.Day()); err != nil {
			return err
		}
	}
	got, err := person.AddMember(ctx, tx, n)
	if fault.Is(err, "person.member_twice") {
		return nil // came on file another way meanwhile
	}
	if err != nil {
		return err
	}
	return tx.Must(ctx, "fault.stale", `
		update intake_member set member_id = $4 where union_id = $1 and application_id = $2 and id = $3`, tx.Union, a.ID, m.ID, got.ID)
}
