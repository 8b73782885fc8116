package intake

import (
	"context"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/words"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/auth"
)

// OpenedPaper is a paper opened for a look. Blob, its key in the store, is for the face that shows it and goes no further.
type OpenedPaper struct {
	Blob string `json:"-"`
	File string `json:"file"`
	Kind string `json:"kind"`
}

// OpenPaper opens one paper for a reviewer. Every opening is an entry of the audit, which the worker can read; so it is an
// act and no plain read. Fault: "fault.missing" for a paper of which no file was handed in.
var OpenPaper = act.Act[ProofRef, OpenedPaper]{Name: "intake.open_paper", Title: "查看材料", Right: "intake.open_paper", Secret: true,
	Do: func(ctx context.Context, tx *db.Tx, in ProofRef) (OpenedPaper, error) {
		a, err := Reached(ctx, tx, "intake.open_paper", in.ID)
		if err != nil {
			return OpenedPaper{}, err
		}
		tx.Trail.Reason = words.T(words.Zh, "核对申请 {0} 的材料", a.Number)
		p, err := PaperOf(ctx, tx, a.ID, in.Proof)
		if err == nil && p.Blob == "" {
			err = fault.New(fault.Missing, "fault.missing")
		}
		tx.About("application", a.ID, "proof."+p.Code)
		return OpenedPaper{p.Blob, p.File, p.Kind}, err
	}}

// Texts are the sealed texts of a case: the worker's story, what was found on each visit (by its id), the panel's words, what was said
// against the result.
type Texts struct {
	Story, Situation string
	Findings         map[string]string
	Appeals          map[string]string // by their id
}

// Open opens the sealed texts of a case. It gives the names of those there are: "story", "findings", "appeal", "report". The caller
// answers for the right to read them and for the look's entry.
func (a Application) Open(ctx context.Context, tx *db.Tx) (t Texts, fields []string, err error) {
	if t.Story, err = Story(ctx, tx, a.ID); err != nil {
		return t, nil, err
	}
	if t.Story != "" {
		fields = append(fields, "story")
	}
	visits, err := Visits(ctx, tx, a.ID)
	if err != nil {
		return t, nil, err
	}
	t.Findings = map[string]string{}
	for _, v := range visits {
		if t.Findings[v.ID], err = findings(ctx, tx, a.ID, v.ID); err != nil {
			return t, nil, err
		}
	}
	if len(visits) > 0 {
		fields = append(fields, "findings")
	}
	if t.Appeals, err = appealTexts(ctx, tx, a.ID); err != nil {
		return t, nil, err
	}
	if len(t.Appeals) > 0 {
		fields = append(fields, "appeal")
	}
	report, ok, err := AssessmentOf(ctx, tx, a.ID)
	if err != nil || !ok {
		return t, fields, err
	}
	t.Situation, err = situation(ctx, tx, report)
	return t, append(fields, "report"), err
}

// LookTexts opens the sealed texts of a case for its page. Every page is one entry of the audit, which names the texts that
// were there and which the worker can read; nobody is asked for a reason: it is the work on the case. The worker's own
// reading is no look.
var LookTexts = act.Act[Ref, Texts]{Name: "intake.look", Title: "查看申请", Right: "intake.see", Secret: true,
	Do: func(ctx context.Context, tx *db.Tx, in Ref) (Texts, error) {
		a, err := Reached(ctx, tx, "intake.see", in.ID)
		if err != nil {
			return Texts{}, err
		}
		tx.Trail.Reason = words.T(words.Zh, "查阅申请 {0}（{1}）", a.Number, a.State.Say(words.Zh))
		if auth.Reach(tx, "intake.officer", a.UnitPath, "") == nil || auth.Reach(tx, "intake.assess", a.UnitPath, "") == nil {
			tx.Trail.Reason = words.T(words.Zh, "办理申请 {0}（{1}）", a.Number, a.State.Say(words.Zh))
		}
		t, fields, err := a.Open(ctx, tx)
		tx.About("application", a.ID, fields...)
		return t, err
	}}

// Unfinished counts the drafts within the reach of the right intake.nudge: all, and those a reminder would go to today.
// It names nobody.
func Unfinished(ctx context.Context, tx *db.Tx) (all, due int64, err error) {
	cond, args := auth.Scope(tx.Actor, "intake.nudge").Where("unit_path", "", "", 2)
	args = append([]any{tx.Union}, args...)
	if all, err = db.Value[int64](ctx, tx, `select count(*) from intake_application where union_id = $1 and state = 'draft' and `+cond, args...); err != nil {
		return 0, 0, err
	}
	cond, args = auth.Scope(tx.Actor, "intake.nudge").Where("unit_path", "", "", 3)
	due, err = db.Value[int64](ctx, tx, `
		select count(*) from intake_application where union_id = $1 and state = 'draft' and reminded_on <= $2 and `+cond,
		append([]any{tx.Union, tx.Day().Add(-3)}, args...)...)
	return all, due, err
}

// FactOf finds what a subject of an application is asked: of the event, of the household, or of one of the family.
func FactOf(family []Relative, subject, name string) (Fact, bool) {
	return subjectFact(family, subject, name)
}

// Adult reports whether one of the family is 18 or more on a day, and so has to agree for themselves.
func (m Relative) Adult(on day.Day) bool { return m.adult(on) }
