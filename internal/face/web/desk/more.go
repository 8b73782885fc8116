package desk

import (
	"slices"

	"github.com/a-h/templ"

	"bangfu/internal/base/fault"
	"bangfu/internal/domain/intake"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
)

// takeFirst is the group leader's answer. "Needs more" leads to the page of reasons, whose post is the answer itself.
func takeFirst(q *site.Req) error {
	var in intake.FirstIn
	values, err := q.Read(&in)
	if values.Get("opinion") == string(intake.OpinionMore) {
		return q.Go(apps + "/" + q.ID("id") + "/more")
	}
	if err == nil {
		_, err = site.Do(q, intake.FirstReview, in)
	}
	if err == nil {
		return q.Go(apps + "/" + q.ID("id") + "/done?did=intake.first")
	}
	r, rerr := openRecord(q, q.ID("id"))
	if rerr != nil {
		return rerr
	}
	r.Values = values
	return q.Again(err, func(in page.In) templ.Component { return recordView(in, r) }, r.frame(q))
}

// moreStep sends a case back: the group leader's way before the union has it, the officer's afterwards.
func moreStep() step[intake.ReturnIn] {
	return step[intake.ReturnIn]{part: "more", right: "intake.first_review", act: intake.Return, page: func(in page.In, r *record, v form.Values) stepPage {
		fields := form.With(form.Of[intake.ReturnIn](), "proofs", papersOf(in, r))
		if r.A.State == intake.Submitted {
			fields = slices.DeleteFunc(fields, func(f form.Field) bool { return f.Name == "proofs" })
		}
		p := stepPage{Title: in.T("需要补充"), Lead: in.T("选一选差什么，职工照着补就行，不用重填整份申请。"),
			Auto: page.Auto{Fields: fields, Submit: in.T("发给职工"), More: []page.Button{{Label: in.T("先看职工会看到什么"), Name: "preview", Value: "1"}}}}
		if v.Get("preview") != "" {
			p.Preview = preview(in, r, v)
		}
		return p
	}}
}

func papersOf(in page.In, r *record) []form.Choice {
	var out []form.Choice
	for _, p := range r.P.Papers(r.A.Cause) {
		out = append(out, form.Choice{Value: p.Code, Label: p.Name.Say(in.Lang)})
	}
	return out
}

// preview is what the worker will read, word for word.
func preview(in page.In, r *record, v form.Values) []string {
	out := []string{in.T("您的申请 {0} 还差材料", r.A.Number)}
	for _, g := range v["gaps"] {
		out = append(out, "· "+intake.Gap(g).Say(in.Lang))
	}
	for _, code := range v["proofs"] {
		if p, ok := r.P.Paper(code); ok {
			out = append(out, in.T("请补：{0}", p.Name))
		}
	}
	if text := v.Get("text"); text != "" {
		out = append(out, "“"+text+"”")
	}
	return out
}

func takeMore(q *site.Req) error {
	s := moreStep()
	var in intake.ReturnIn
	values, err := q.Read(&in)
	if values.Get("preview") != "" {
		r, err := readRecord(q, q.ID("id"))
		if err != nil {
			return err
		}
		frame := r.frame(q)
		p := s.fill(frame, r, values)
		frame.Title = p.Title
		return q.Render(stepView(frame, r, p))
	}
	if err != nil {
		return s.again(q, values, err)
	}
	r, err := readRecord(q, q.ID("id"))
	if err != nil {
		return err
	}
	if r.A.State == intake.Submitted {
		_, err = site.Do(q, intake.FirstReview, intake.FirstIn{ID: in.ID, Opinion: intake.OpinionMore, Gaps: in.Gaps, Text: in.Text})
		s.turn = "intake.first"
	} else {
		_, err = site.Do(q, intake.Return, in)
		s.turn = "intake.verify"
	}
	if err != nil {
		return s.again(q, values, err)
	}
	return s.leave(q)
}

// visitIn is the form of a visit with its photos, which are cleaned and stored before the act names them.
type visitIn struct {
	intake.VisitIn
	Files []form.File `form:"files" label:"现场照片" hint:"可以一次选几张。拍之前请先问过家里人" accept:"image/jpeg,image/png" max:"10"`
}

func visitStep() step[intake.VisitIn] {
	return step[intake.VisitIn]{part: "visit", right: "intake.officer", act: intake.RecordVisit, flash: "走访记下了。", page: func(in page.In, r *record, v form.Values) stepPage {
		unseen := unseenOf(in, r)
		fields := form.With(form.Of[visitIn](), "seen", unseen)
		fields = slices.DeleteFunc(fields, func(f form.Field) bool { return f.Name == "photos" || f.Name == "seen" && len(unseen) == 0 })
		p := stepPage{Title: in.T("走访记录"), Lead: in.T("至少两个人去。看到什么写什么，不下结论。"), Auto: page.Auto{Fields: fields, Submit: in.T("记下走访"), Values: v}}
		if v == nil {
			p.Auto.Values = form.Values{"on": {string(r.Today)}, "visitors": {in.Who.Name + "\n"}}
		}
		return p
	}}
}

// unseenOf are the papers of which there is neither a file nor somebody's word.
func unseenOf(in page.In, r *record) []form.Choice {
	var out []form.Choice
	for _, want := range r.P.Unseen(r.A.Cause, r.Papers) {
		if !intake.Given(r.Papers, want.Code) {
			out = append(out, form.Choice{Value: want.Code, Label: want.Name.Say(in.Lang)})
		}
	}
	return out
}

func takeVisit(q *site.Req) error {
	var in visitIn
	s := visitStep()
	values, err := q.Read(&in)
	for _, f := range in.Files {
		if err != nil {
			break
		}
		var key string
		if key, err = q.Keep(f); err != nil {
			err = atFiles(err)
		}
		in.Photos = append(in.Photos, key)
	}
	if err == nil {
		_, err = site.Do(q, intake.RecordVisit, in.VisitIn)
	}
	if err != nil {
		return s.again(q, values, err)
	}
	return s.leave(q)
}

// atFiles puts a fault of a file where it was chosen; what is no fault stays what it is.
func atFiles(err error) error {
	if f := fault.Of(err); f != nil && f.Kind != fault.Internal {
		return f.At("files")
	}
	return err
}
