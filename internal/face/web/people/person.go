package people

import (
	"context"
	"slices"
	"strings"
	"time"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/audit"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/org"
)

// looks is how many of the newest entries about a worker are shown.
const looks = 50

// record is one worker as the page shows it. Home and Kin are read only for those whose right to the file reaches the worker.
type record struct {
	W       person.Worker
	Unit    org.Unit
	Home    person.Home
	Kin     []person.Worker
	Names   []person.Name
	Account org.User
	Has     bool // an account
	Trail   []audit.Entry
	Users   map[string]string // user id → name
	may     map[string]bool
}

// May reports whether a right reaches this worker.
func (r *record) May(right string) bool { return r.may[right] }

func showPerson(q *site.Req) error {
	r := &record{Users: map[string]string{}}
	if err := q.See(func(ctx context.Context, tx *db.Tx) error { return r.read(ctx, tx, q.ID("id")) }); err != nil {
		return err
	}
	return q.Render(personView(q.Page(r.W.Name), r))
}

func (r *record) read(ctx context.Context, tx *db.Tx, id string) (err error) {
	if r.W, err = person.Reached(ctx, tx, person.RightRead, id); err != nil {
		return err
	}
	r.may = map[string]bool{}
	for _, right := range []string{person.RightFile, person.RightEdit, person.RightCard, person.RightKin, person.RightRoster, person.RightCode,
		"person.check", "person.look", "person.trail", "recognition.propose", "casefile.transfer"} {
		r.may[right] = auth.Reach(tx, right, r.W.UnitPath, r.W.ID) == nil
	}
	r.may["audit.look"] = r.may["person.look"] && auth.Reach(tx, "audit.look", r.W.UnitPath, "") == nil
	if r.Unit, err = org.UnitOf(ctx, tx, r.W.UnitID); err != nil {
		return err
	}
	if r.Account, r.Has, err = org.UserOfPerson(ctx, tx, id); err != nil {
		return err
	}
	if r.May(person.RightFile) {
		if err := r.file(ctx, tx); err != nil {
			return err
		}
	}
	if r.May("person.trail") {
		if r.Trail, err = audit.About(ctx, tx, id, looks); err != nil {
			return err
		}
	}
	return r.names(ctx, tx)
}

// file reads household, facts and kin.
func (r *record) file(ctx context.Context, tx *db.Tx) (err error) {
	if r.Names, err = person.Vocabulary(); err != nil {
		return err
	}
	if r.Home, err = person.Household(ctx, tx, r.W.HouseholdID); err != nil {
		return err
	}
	ids, err := person.Kin(ctx, tx, r.W.ID)
	for _, id := range ids {
		w, bad := person.Get(ctx, tx, id)
		if bad != nil {
			return bad
		}
		r.Kin = append(r.Kin, w)
	}
	return err
}

// names looks up who recorded and who looked.
func (r *record) names(ctx context.Context, tx *db.Tx) error {
	var ids []string
	for _, f := range r.Home.Facts {
		ids = append(ids, f.RecordedBy, f.CheckedBy)
	}
	for _, e := range r.Trail {
		ids = append(ids, e.Actor)
	}
	slices.Sort(ids)
	for _, id := range slices.Compact(ids) {
		name, err := nameOf(ctx, tx, id)
		if err != nil {
			return err
		}
		r.Users[id] = name
	}
	return nil
}

// nameOf gives the name of an account; the house itself and nobody have none.
func nameOf(ctx context.Context, tx *db.Tx, userID string) (string, error) {
	u, err := org.UserByID(ctx, tx, userID)
	if err != nil && fault.Of(err).Kind == fault.Missing {
		return "", nil
	}
	return u.Name, err
}

func dayOf(ms int64) day.Day { return day.Of(time.UnixMilli(ms)) }

func (r *record) base() string { return home + "/" + r.W.ID }

func (r *record) ident(in page.In) page.Ident {
	return page.Ident{Name: r.W.Name, No: r.W.StaffNo, Tone: toneOf(r.W.Status), Status: r.W.Status.Say(in.Lang), Facts: []page.Pair{
		{Label: in.T("部门"), Value: r.Unit.Name}, {Label: in.T("岗位"), Value: or(r.W.Post)}, {Label: in.T("用工形式"), Value: r.W.Employment.Say(in.Lang)},
		{Label: in.T("入职日期"), Value: in.Date(r.W.EntryOn)}}}
}

// pairs are what the roster says of the worker, numbers masked.
func (r *record) pairs(in page.In) []page.Pair {
	w := r.W
	pay, card := "—", "—"
	if w.PayKnown && r.May(person.RightFile) {
		pay = in.Money(w.Pay)
	}
	if w.CardTail != "" {
		card = in.T("{0} 尾号 {1}，{2}", w.CardBank, w.CardTail, w.CardHolder)
	}
	member, account := in.T("不是会员"), in.T("还没有账号")
	if w.UnionMember {
		member = in.T("是会员")
	}
	if r.Has {
		account = r.Account.Login
		if r.Account.Status != "active" {
			account = in.T("{0}（已停用）", r.Account.Login)
		}
	}
	return []page.Pair{{Label: in.T("身份证号"), Value: or(w.IDMask)}, {Label: in.T("出生日期"), Value: in.Date(w.Birth)}, {Label: in.T("手机号"), Value: or(w.PhoneMask)},
		{Label: in.T("工会会员"), Value: member}, {Label: in.T("月工资"), Value: pay}, {Label: in.T("银行卡"), Value: card}, {Label: in.T("登录名"), Value: account},
		{Label: in.T("状态日期"), Value: in.Date(w.StatusOn), Note: w.StatusNote}}
}

// sealed is one number that can be opened.
type sealed struct{ Kind, ID, Field, Mask string }

// closed lists what can be opened one at a time.
func (r *record) closed() []sealed {
	var out []sealed
	if !r.May("audit.look") {
		return nil
	}
	for _, s := range []sealed{{"person", r.W.ID, "id_no", r.W.IDMask}, {"person", r.W.ID, "phone", r.W.PhoneMask}, {"person", r.W.ID, "card", r.W.CardTail}} {
		if s.Mask != "" {
			out = append(out, s)
		}
	}
	if r.Home.ID != "" {
		out = append(out, sealed{"household", r.Home.ID, "address", ""})
	}
	return out
}

// household lists who lives together, as seen by the worker.
func (r *record) household(in page.In) page.List {
	t := page.List{Caption: in.T("家庭成员"), None: in.T("还没有登记家庭成员"), Head: 1, Cols: []page.Col{{Label: in.T("关系")}, {Label: in.T("姓名")}, {Label: in.T("证件号")},
		{Label: in.T("出生日期")}, {Label: in.T("健康")}, {Label: in.T("在读")}, {Label: in.T("从业")}, {Label: in.T("月收入"), Num: true}, {Label: in.T("从哪天起")}, {Label: in.T("操作"), Act: true}}}
	for _, m := range r.Home.SeenBy(r.W.ID) {
		income := "—"
		if m.IncomeKnown {
			income = in.Money(m.Income)
		}
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.T(m.Relation.Say(in.Lang)), page.T(m.Name), page.T(or(m.IDMask)), page.T(in.Date(m.Birth)),
			page.T(choice(in, person.Health("").Choices(), string(m.Health))), page.T(choice(in, person.Schooling("").Choices(), string(m.Schooling))),
			page.T(choice(in, person.Work("").Choices(), string(m.Employment))), page.T(income), page.T(in.Date(m.Since)), page.C(memberActs(in, r, m))}})
	}
	return t
}

func choice(in page.In, all []form.Choice, value string) string {
	for _, c := range all {
		if c.Value == value {
			return in.T(c.Label)
		}
	}
	return "—"
}

// facts lists the facts of one part (income, spending, other), each with whose it is, its source and its day.
func (r *record) facts(in page.In, part, caption string) page.List {
	t := page.List{Caption: caption, None: in.T("还没有登记"), Head: 1, Cols: []page.Col{{Label: in.T("谁的")}, {Label: in.T("项目")}, {Label: in.T("期间")}, {Label: in.T("内容")},
		{Label: in.T("来源")}, {Label: in.T("从哪天起")}, {Label: in.T("登记人")}, {Label: in.T("核实")}}}
	for _, f := range r.Home.Facts {
		i := slices.IndexFunc(r.Names, func(n person.Name) bool { return n.Name == f.Name })
		if i < 0 || partOf(r.Names[i]) != part {
			continue
		}
		n := r.Names[i]
		value := page.T(valueOf(in, n, f))
		if f.Name == person.FactUnit {
			value = page.T(r.Unit.Name)
		}
		if n.Sealed && r.May("audit.look") {
			value = page.C(lookForm(in, sealed{"fact", f.ID, "sealed", ""}))
		}
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.T(r.whose(in, f)), page.T(n.Label.Say(in.Lang)), page.T(or(f.Period)), value,
			page.T(source(in, f.Source)), page.T(in.Date(f.FromOn)), page.T(or(r.Users[f.RecordedBy])), page.C(checkForm(in, r, f))}})
	}
	return t
}

func (r *record) whose(in page.In, f person.Fact) string {
	for _, m := range r.Home.Members {
		if f.SubjectID == m.ID || f.SubjectID == m.WorkerID && m.WorkerID != "" {
			return m.Name
		}
	}
	return in.T("全家")
}

// trail lists who opened or changed what of the worker's, and why: what the worker sees too.
func (r *record) trail(in page.In) page.List {
	t := page.List{Caption: in.T("查阅记录"), None: in.T("还没有人查看或改动过"), Cols: []page.Col{{Label: in.T("日期")}, {Label: in.T("谁")}, {Label: in.T("做了什么")}, {Label: in.T("结果")}, {Label: in.T("原因")}}}
	titles := map[string]string{}
	for _, a := range append(person.Acts(), act.Any(audit.Look(nil))) {
		name, title, _ := a.About()
		titles[name] = title.Say(in.Lang)
	}
	for _, e := range r.Trail {
		what, result := titles[e.Act], in.T("办成")
		if what == "" {
			what = in.T("办理业务")
		}
		if e.Act == "audit.look" {
			what += "：" + fieldName(in, strings.Split(e.Fields, ",")[0])
		}
		if e.Outcome != "done" {
			result = in.T("没有办成")
		}
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.T(in.Date(dayOf(e.At))), page.T(or(r.Users[e.Actor])), page.T(what), page.T(result), page.T(or(e.Reason))}})
	}
	return t
}

// ways are the forms that change the worker's place on the roster.
func (r *record) ways(in page.In) []page.Link {
	var out []page.Link
	add := func(right, path, label string) {
		if r.May(right) {
			out = append(out, page.Link{Href: r.base() + path, Label: label})
		}
	}
	if r.W.Status != person.Active {
		if r.W.Status != person.Deceased {
			add(person.RightRoster, "/return", in.T("恢复在册"))
		}
		return out
	}
	add(person.RightRoster, "/unit", in.T("调整部门"))
	add(person.RightRoster, "/change", in.T("修改职工信息"))
	add(person.RightCard, "/card", in.T("登记银行卡"))
	add(person.RightEdit, "/address", in.T("登记住址"))
	add(person.RightKin, "/kin", in.T("申报亲属关系"))
	add("recognition.propose", "/recognise", in.T("提出建档认定"))
	add("casefile.transfer", "/take-in", in.T("接收外单位档案"))
	add(person.RightRoster, "/leave", in.T("登记离职"))
	add(person.RightRoster, "/transfer", in.T("登记调出"))
	add(person.RightRoster, "/die", in.T("登记去世"))
	return out
}
