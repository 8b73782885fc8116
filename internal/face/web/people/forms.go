package people

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/words"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/org"
)

// deskForm is a page that is one form of one act about one worker, or (new) about nobody yet.
type deskForm struct {
	path, right         string
	title, lead, submit words.Key
	done                words.Key
	fields              func() []form.Field
	first               func(ctx context.Context, tx *db.Tx, f filling) (form.Values, error)
	take                func(q *site.Req) (form.Values, error)
}

// filling is what a form is opened with: the worker, and the further part of the address.
type filling struct {
	Worker person.Worker
	Part   string
	Units  []org.Unit
	q      *site.Req
}

func forms() []deskForm {
	return []deskForm{
		formOf(person.AddWorker, deskForm{path: "/new", title: "新增职工", submit: "新增", done: "职工已加进名册。", lead: "人数多的时候请用名册导入。"}),
		formOf(person.ChangeWorker, deskForm{path: "/{id}/unit", title: "调整部门", submit: "保存部门", done: "部门已调整，正在办理的申请一起过去。",
			fields: only[person.ChangeIn]("id", form.VersionName, "unit_id"), first: unitValues}),
		formOf(person.ChangeWorker, deskForm{path: "/{id}/change", title: "修改职工信息", submit: "保存", done: "职工信息已保存。", lead: "空着的不改。号码不显示，需要改时重新填写。",
			fields: only[person.ChangeIn]("id", form.VersionName, "name", "id_no", "phone", "post", "employment", "union_member", "entry_on", "pay"), first: changeValues}),
		formOf(person.Leave, moveForm("/leave", "登记离职", "离职已登记，档案保留。")),
		formOf(person.TransferOut, moveForm("/transfer", "登记调出", "调出已登记，档案保留。")),
		formOf(person.Die, moveForm("/die", "登记去世", "已登记。请留意家里还需要什么帮助。")),
		formOf(person.Return, moveForm("/return", "恢复在册", "已恢复在册。")),
		formOf(person.AddRelative, deskForm{path: "/{id}/member", title: "添加家庭成员", submit: "添加", done: "家庭成员已添加。", first: named("worker_id")}),
		formOf(person.EndRelative, deskForm{path: "/{id}/members/{part}", title: "移出家庭成员", submit: "移出", done: "已移出，以前的记录保留。", first: endValues}),
		formOf(person.PutCard, deskForm{path: "/{id}/card", title: "登记银行卡", submit: "保存银行卡", done: "银行卡已登记。", first: cardValues,
			lead: "只能是职工本人或者配偶的卡。卡号不显示，改动会记入查阅记录。"}),
		formOf(person.PutAddress, deskForm{path: "/{id}/address", title: "登记住址", submit: "保存住址", done: "住址已登记。", first: named("worker_id")}),
		formOf(person.DeclareRelated, deskForm{path: "/{id}/kin", title: "申报亲属关系", submit: "保存亲属关系", done: "亲属关系已记下。", first: named("worker_id"),
			lead: "有亲属关系的人不能办理这位职工的申请。"}),
	}
}

func moveForm(path string, title, done words.Key) deskForm {
	return deskForm{path: "/{id}" + path, title: title, submit: title, done: done, first: func(_ context.Context, tx *db.Tx, f filling) (form.Values, error) {
		return form.Values{"id": {f.Worker.ID}, "on": {string(tx.Day())}}, nil
	}}
}

// formOf completes a form with what its act says of itself.
func formOf[In, Out any](a act.Act[In, Out], f deskForm) deskForm {
	f.right = a.Right
	if f.fields == nil {
		f.fields = form.Of[In]
	}
	if f.take == nil {
		f.take = func(q *site.Req) (form.Values, error) {
			var in In
			values, err := q.Read(&in)
			if err == nil {
				_, err = site.Do(q, a, in)
			}
			return values, err
		}
	}
	return f
}

// only gives the fields of a form that have these names.
func only[In any](names ...string) func() []form.Field {
	return func() []form.Field {
		return slices.DeleteFunc(form.Of[In](), func(f form.Field) bool { return !slices.Contains(names, f.Name) })
	}
}

func named(field string) func(context.Context, *db.Tx, filling) (form.Values, error) {
	return func(_ context.Context, _ *db.Tx, f filling) (form.Values, error) {
		return form.Values{field: {f.Worker.ID}}, nil
	}
}

func unitValues(_ context.Context, _ *db.Tx, f filling) (form.Values, error) {
	return form.Values{"id": {f.Worker.ID}, form.VersionName: {strconv.FormatInt(f.Worker.Version, 10)}, "unit_id": {f.Worker.UnitID}}, nil
}

func changeValues(_ context.Context, _ *db.Tx, f filling) (form.Values, error) {
	w := f.Worker
	v := form.Values{"id": {w.ID}, form.VersionName: {strconv.FormatInt(w.Version, 10)}, "name": {w.Name}, "post": {w.Post},
		"employment": {string(w.Employment)}, "entry_on": {string(w.EntryOn)}}
	if w.PayKnown {
		v["pay"] = []string{w.Pay.Plain()}
	}
	if w.UnionMember {
		v["union_member"] = []string{"1"}
	}
	return v, nil
}

func endValues(_ context.Context, tx *db.Tx, f filling) (form.Values, error) {
	return form.Values{"id": {f.Part}, "on": {string(tx.Day())}}, nil
}

func cardValues(_ context.Context, _ *db.Tx, f filling) (form.Values, error) {
	w := f.Worker
	v := form.Values{"worker_id": {w.ID}, "holder": {w.CardHolder}, "relation": {string(w.CardRelation)}, "bank": {w.CardBank}, "branch": {w.CardBranch}}
	if w.CardTail == "" {
		v["holder"], v["relation"] = []string{w.Name}, []string{string(person.HolderSelf)}
	}
	return v, nil
}

func (f deskForm) pattern() string { return home + f.path }

// back is the page a form came from.
func (f deskForm) back(q *site.Req) string {
	if id := q.ID("id"); id != "" {
		return home + "/" + id
	}
	return home
}

type formPage struct {
	Cap, Title, Lead string
	Auto             page.Auto
}

func (p formPage) draw(in page.In) templ.Component { return formView(in, p) }

// open reads what stands around the form: the worker within the right's reach, and the values it begins with.
func (f deskForm) open(q *site.Req, values form.Values) (formPage, error) {
	fill := filling{Part: q.ID("part"), q: q}
	fields := f.fields()
	err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		if fill.Units, err = org.Units(ctx, tx); err != nil {
			return err
		}
		if id := q.ID("id"); id != "" {
			if fill.Worker, err = person.Reached(ctx, tx, f.right, id); err != nil {
				return err
			}
		}
		if values == nil && f.first != nil {
			values, err = f.first(ctx, tx, fill)
		}
		return err
	})
	fields = form.With(fields, "unit_id", org.UnitChoices(fill.Units))
	path := strings.NewReplacer("{id}", q.ID("id"), "{part}", q.ID("part")).Replace(f.pattern())
	p := formPage{Title: f.title.Say(q.Lang()), Auto: page.Auto{Action: path, Fields: fields, Values: values, Submit: f.submit.Say(q.Lang()),
		Cancel: page.Link{Href: f.back(q), Label: q.T("返回")}}}
	if f.lead != "" {
		p.Lead = f.lead.Say(q.Lang())
	}
	if fill.Worker.ID != "" {
		p.Cap = fill.Worker.StaffNo + " " + fill.Worker.Name
	}
	return p, err
}

func (f deskForm) show(q *site.Req) error {
	p, err := f.open(q, nil)
	if err != nil {
		return err
	}
	return q.Render(p.draw(q.Page(p.Title)))
}

func (f deskForm) post(q *site.Req) error {
	values, err := f.take(q)
	if err == nil {
		return q.Done(f.back(q), string(f.done))
	}
	p, bad := f.open(q, values)
	if bad != nil {
		return bad
	}
	if fault.Is(err, "fault.stale") {
		now, bad := f.open(q, nil)
		if bad != nil {
			return bad
		}
		p.Auto = p.Auto.Against(now.Auto.Values)
	}
	return q.Again(err, p.draw, q.Page(p.Title))
}
