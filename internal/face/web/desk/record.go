package desk

import (
	"context"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/casefile"
	"bangfu/internal/domain/intake"
	"bangfu/internal/domain/person"
	"bangfu/internal/domain/plan"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/audit"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/calendar"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task"
)

// record is one application with all that the reader may see of it. Who has no more than the right of the digest (a group
// leader) gets neither the family's money nor the papers, the story or the findings: they are not even read.
type record struct {
	A        intake.Application
	P        intake.Programme
	W        person.Worker
	Unit     string
	Family   []intake.Relative
	Steps    []intake.Step
	Turns    []task.Waiting
	Officer  string // who has taken the case
	Own      bool   // the reader's own or a relative's
	Full     bool   // the reader may see the case itself
	Handled  bool   // the reader has moved it before, and so may not judge it again
	Today    day.Day
	Calendar day.Calendar
	Values   form.Values // of the form on the page, when it comes back
	inside
	who string
	can func(right string) bool
	has func(role string) bool
}

// inside is the part of a record for those who may see the case.
type inside struct {
	Story      string
	Answers    intake.Answers
	Papers     []intake.Paper
	Consents   []intake.Consent
	Visits     []visit
	Verdict    standard.Verdict
	Judged     bool
	Report     intake.Assessment
	Reported   bool
	Situation  string
	Awards     []plan.Award
	Looks      []look
	Programmes []intake.Programme
	Line       money.Amount
	HasLine    bool
	Near       []casefile.Aid // help for an event that may be this one
}

type visit struct {
	intake.Visit
	Findings string
}

// look is one opening of something sealed or of a paper: who, when, what for.
type look struct {
	On             day.Day
	Who, What, Why string
}

// looksShown bounds the list of who looked.
const looksShown = 30

func readRecord(q *site.Req, id string) (*record, error) {
	r := &record{can: q.Can, has: q.Who.Has, who: q.Who.User}
	err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		if r.A, err = intake.Reached(ctx, tx, q.Route.Right, id); err != nil {
			return err
		}
		r.Full = auth.Reach(tx, "intake.see", r.A.UnitPath, r.A.PersonID) == nil
		if err = r.read(ctx, tx); err != nil || !r.Full {
			return err
		}
		return r.readCase(ctx, tx)
	})
	return r, err
}

func (r *record) read(ctx context.Context, tx *db.Tx) (err error) {
	r.Today = tx.Day()
	if r.Calendar, err = calendar.Load(ctx, tx); err != nil {
		return err
	}
	if r.P, err = intake.ProgrammeOf(ctx, tx, r.A); err != nil {
		return err
	}
	if r.W, err = person.Get(ctx, tx, r.A.PersonID); err != nil {
		return err
	}
	u, err := org.UnitOf(ctx, tx, r.A.UnitID)
	if err != nil {
		return err
	}
	r.Unit = u.Name
	if r.Family, err = intake.Family(ctx, tx, r.A.ID, false); err != nil {
		return err
	}
	if r.Steps, err = intake.Steps(ctx, tx, r.A.ID); err != nil {
		return err
	}
	for _, s := range r.Steps {
		r.Handled = r.Handled || s.UserID == tx.Actor.User && (s.Act == "pass" || s.Act == "forward" || s.Act == "visit" || s.Act == "verify")
	}
	if r.Turns, err = task.Of(ctx, tx, r.A.ID); err != nil {
		return err
	}
	if r.A.OfficerID != "" {
		o, err := org.UserByID(ctx, tx, r.A.OfficerID)
		if err != nil {
			return err
		}
		r.Officer = o.Name
	}
	r.Own, err = intake.Own(ctx, tx, r.A)
	return err
}

func (r *record) readCase(ctx context.Context, tx *db.Tx) (err error) {
	if r.Story, err = intake.Story(ctx, tx, r.A.ID); err != nil {
		return err
	}
	if r.Answers, err = intake.AnswersOf(ctx, tx, r.A.ID); err != nil {
		return err
	}
	if r.Papers, err = intake.Papers(ctx, tx, r.A.ID); err != nil {
		return err
	}
	if r.Consents, err = intake.Consents(ctx, tx, r.A.ID); err != nil {
		return err
	}
	u, err := org.Info(ctx, tx)
	if err != nil {
		return err
	}
	if r.Line, r.HasLine, err = standard.LineOn(ctx, tx, u.Region, standard.DibaoLine, tx.Day()); err != nil {
		return err
	}
	for _, more := range []func(context.Context, *db.Tx) error{r.readVisits, r.readReport, r.judge, r.readNear, r.readLooks} {
		if err := more(ctx, tx); err != nil {
			return err
		}
	}
	if r.Programmes, err = intake.Programmes(ctx, tx); err != nil {
		return err
	}
	r.Awards, err = plan.OfApplication(ctx, tx, r.A.ID)
	return err
}

func (r *record) readVisits(ctx context.Context, tx *db.Tx) error {
	all, err := intake.Visits(ctx, tx, r.A.ID)
	if err != nil {
		return err
	}
	for _, v := range all {
		text, err := intake.Findings(ctx, tx, r.A.ID, v.ID)
		if err != nil {
			return err
		}
		r.Visits = append(r.Visits, visit{v, text})
	}
	return nil
}

func (r *record) readReport(ctx context.Context, tx *db.Tx) (err error) {
	if r.Report, r.Reported, err = intake.AssessmentOf(ctx, tx, r.A.ID); err != nil || !r.Reported {
		return err
	}
	r.Situation, err = intake.Situation(ctx, tx, r.Report)
	return err
}

// readLooks gives the openings of sealed things of this worker, each with its reason; plain work on the case stands in the
// timeline.
func (r *record) readLooks(ctx context.Context, tx *db.Tx) error {
	all, err := audit.About(ctx, tx, r.A.PersonID, 200)
	if err != nil {
		return err
	}
	names := map[string]string{}
	for _, e := range all {
		if e.Act != "audit.look" && e.Act != intake.OpenPaper.Name || e.Outcome != "done" || len(r.Looks) == looksShown {
			continue
		}
		if _, ok := names[e.Actor]; !ok {
			u, err := org.UserByID(ctx, tx, e.Actor)
			if err != nil {
				return err
			}
			names[e.Actor] = u.Name
		}
		r.Looks = append(r.Looks, look{On: dayOf(e.At), Who: names[e.Actor], What: e.Fields, Why: e.Reason})
	}
	return nil
}

func showRecord(q *site.Req) error {
	r, err := readRecord(q, q.ID("id"))
	if err != nil {
		return err
	}
	if r.A.State == intake.Draft {
		return q.Go("/me/apply/" + r.A.ID)
	}
	return q.Render(recordView(r.frame(q), r))
}

// frame is the page's frame; the title names the number, never the person.
func (r *record) frame(q *site.Req) page.In {
	in := q.Page(q.T("申请 {0}", r.A.Number))
	in.Module = q.T("申请")
	in.Crumbs = []page.Link{{Href: apps, Label: q.T("申请")}, {Label: r.A.Number}}
	return in
}

func (r *record) path(part string) string {
	if part == "" {
		return apps + "/" + r.A.ID
	}
	return apps + "/" + r.A.ID + "/" + part
}

// ident is whose record it is, at the head of every page of it.
func (r *record) ident(in page.In) page.Ident {
	id := page.Ident{Name: r.W.Name, No: r.A.Number, Tone: tone(r.A.State), Status: r.A.State.Say(in.Lang),
		Facts: []page.Pair{{Label: in.T("工号"), Value: r.W.StaffNo}, {Label: in.T("部门"), Value: r.Unit}, {Label: in.T("主要原因"), Value: r.A.Cause.Say(in.Lang)}}}
	if left, over := timeLeft(in, r.Calendar, r.Today, r.A.Due); left != "" && r.A.Live() {
		p := page.Pair{Label: in.T("时限"), Value: left}
		if over {
			p = page.Pair{Label: in.T("时限"), Body: page.Tag(page.ToneErr, left)}
		}
		id.Facts = append(id.Facts, p)
	}
	if r.Officer != "" {
		id.Facts = append(id.Facts, page.Pair{Label: in.T("经办人"), Value: r.Officer})
	}
	return id
}

// digest is what everyone may see who may see the application at all.
func (r *record) digest(in page.In) []page.Pair {
	name := in.T("还没有定")
	if r.A.Programme != "" {
		name = r.P.Name.Say(in.Lang)
	}
	out := []page.Pair{{Label: in.T("帮扶项目"), Value: name}}
	if more := r.A.Further(); len(more) > 0 {
		var names []string
		for _, c := range more {
			names = append(names, c.Say(in.Lang))
		}
		out = append(out, page.Pair{Label: in.T("其他困难"), Value: strings.Join(names, "、")})
	}
	out = append(out, page.Pair{Label: in.T("家庭人口"), Value: in.T("{0} 人", len(r.Family))},
		page.Pair{Label: in.T("提交日期"), Value: in.Date(r.A.SubmittedOn)}, page.Pair{Label: in.T("怎么提交的"), Value: r.filed(in)})
	if r.A.Emergency {
		out = append(out, page.Pair{Label: in.T("紧急"), Value: in.T("是，先救急后补手续")})
	}
	if r.A.RosterNote != "" {
		out = append(out, page.Pair{Label: in.T("本人说名册不对"), Value: r.A.RosterNote})
	}
	return out
}

func (r *record) filed(in page.In) string {
	switch r.A.FiledHow {
	case "officer":
		return in.T("工会代填，本人已确认")
	case "relative":
		if !r.Full {
			return in.T("亲属代办，本人已确认")
		}
		return in.T("亲属 {0} 代办，本人已确认", r.A.FilerName)
	}
	return in.T("本人提交")
}
