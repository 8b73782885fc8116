package desk

import (
	"context"
	"slices"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/casefile"
	"bangfu/internal/domain/intake"
	"bangfu/internal/domain/person"
	"bangfu/internal/domain/plan"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/act"
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
// leader) gets neither the papers, the story nor the findings, and the family's income only where the union switched that on:
// they are not even read.
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
	Money    bool   // the reader may see the family's income: who sees the case, and a group leader where the union says so
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
	Texts      intake.Texts // only on the page of the case
	Answers    intake.Answers
	Papers     []intake.Paper
	Consents   []intake.Consent
	Visits     []intake.Visit
	Verdict    standard.Verdict
	Judged     bool
	Report     intake.Assessment
	Reported   bool
	Awards     []plan.Award
	Looks      []look
	Programmes []intake.Programme
	Line       money.Amount
	HasLine    bool
	Appeals    []intake.Appeal
	Near       []casefile.Aid // help for an event that may be this one
	Owed       []intake.Proof // papers an emergency has still to bring or have seen
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
		if err = r.read(ctx, tx); err != nil {
			return err
		}
		if err = r.readMoney(ctx, tx); err != nil || !r.Full {
			return err
		}
		return r.readCase(ctx, tx)
	})
	return r, err
}

// openRecord is readRecord with the sealed texts, for the page that shows them. Opening them is an act, which leaves the
// look on record, a refused one too; the worker's own reading is none.
func openRecord(q *site.Req, id string) (*record, error) {
	r, err := readRecord(q, id)
	own := err == nil && r.A.PersonID == q.Who.Person
	switch {
	case err != nil && (fault.Of(err).Kind != fault.Denied || q.Route.Right != "intake.digest"), err == nil && !r.Full:
		return r, err // a refused post has its entry already
	case own:
		err = q.See(func(ctx context.Context, tx *db.Tx) (err error) {
			r.Texts, _, err = r.A.Open(ctx, tx)
			return err
		})
		return r, err
	}
	texts, refused := intake.LookTexts.Run(q.R.Context(), q.Site.Host, act.Call{Actor: q.Who}, intake.Ref{ID: id})
	if err == nil {
		err = refused
	}
	r.Texts = texts
	return r, err
}

// readMoney reads what the family's income is summed from.
func (r *record) readMoney(ctx context.Context, tx *db.Tx) error {
	shown, err := org.Setting(ctx, tx, "leader.sees_income")
	if r.Money = r.Full || shown == "yes" && tx.Actor.Has(org.RoleGroupLeader); err != nil || !r.Money {
		return err
	}
	if r.Answers, err = intake.AnswersOf(ctx, tx, r.A.ID); err != nil {
		return err
	}
	u, err := org.Info(ctx, tx)
	if err != nil {
		return err
	}
	r.Line, r.HasLine, err = standard.LineOn(ctx, tx, u.Region, standard.DibaoLine, tx.Day())
	return err
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
	if r.Papers, err = intake.Papers(ctx, tx, r.A.ID); err != nil {
		return err
	}
	if r.Consents, err = intake.Consents(ctx, tx, r.A.ID); err != nil {
		return err
	}
	if r.Visits, err = intake.Visits(ctx, tx, r.A.ID); err != nil {
		return err
	}
	if r.Report, r.Reported, err = intake.AssessmentOf(ctx, tx, r.A.ID); err != nil {
		return err
	}
	for _, more := range []func(context.Context, *db.Tx) error{r.judge, r.readNear, r.readAppeals, r.readLooks} {
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

// readLooks gives the openings of sealed things of this worker, each with its reason; plain work on the case stands in the
// timeline.
func (r *record) readLooks(ctx context.Context, tx *db.Tx) error {
	all, err := audit.About(ctx, tx, r.A.PersonID, 200)
	if err != nil {
		return err
	}
	names := map[string]string{}
	for _, e := range all {
		if e.Act != "audit.look" && e.Act != intake.OpenPaper.Name && e.Act != intake.LookTexts.Name || e.Outcome != "done" || len(r.Looks) == looksShown {
			continue
		}
		if _, ok := names[e.Actor]; !ok {
			u, err := org.UserByID(ctx, tx, e.Actor)
			if err != nil {
				return err
			}
			names[e.Actor] = u.Name
		}
		l := look{On: dayOf(e.At), Who: names[e.Actor], What: e.Fields, Why: e.Reason}
		if !slices.Contains(r.Looks, l) { // the same case opened again for the same step of the same day
			r.Looks = append(r.Looks, l)
		}
	}
	return nil
}

func showRecord(q *site.Req) error {
	r, err := openRecord(q, q.ID("id"))
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
