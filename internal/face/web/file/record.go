package file

import (
	"context"
	"net/url"
	"strings"
	"time"

	"bangfu/internal/base/day"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/casefile"
	"bangfu/internal/domain/effect"
	"bangfu/internal/domain/household"
	"bangfu/internal/domain/intake"
	"bangfu/internal/domain/person"
	"bangfu/internal/domain/recognition"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/audit"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task"
)

// part is one part of a file, with a page of its own.
type part struct {
	path  string
	label string // a catalogue key
}

// The paths of the parts.
const (
	atFamily = "/family"
	atMoney  = "/money"
	atAid    = "/aid"
	atTime   = "/timeline"
	atLooks  = "/looks"
)

func parts() []part {
	return []part{{"", "概览"}, {atFamily, "家庭"}, {atMoney, "收支"}, {atAid, "帮扶记录"}, {atTime, "时间线"}, {atLooks, "查阅记录"}}
}

// looksShown bounds the list of who looked.
const looksShown = 50

// record is one household's file as of a day, with what its pages show. Now is the file as it stands today.
type record struct {
	Now, File casefile.File
	On, Today day.Day
	Worker    person.Worker
	Home      person.Home
	Unit      string
	Users     map[string]string
	Facts     standard.Facts
	Line      money.Amount
	HasLine   bool
	Aid       []casefile.Aid
	Kinds     map[string]intake.Programme // programmes by their code
	Events    []casefile.Happening
	Watches   []effect.Watch
	Visits    []effect.Visit
	Looks     []audit.Entry
	Turns     []task.Waiting
	Classed   []recognition.Case
	Abroad    bool // on its way to another union
	Part      part
	can       func(right string) bool
}

func showPart(p part) site.Handler {
	return func(q *site.Req) error {
		r, err := readRecord(q)
		if err != nil {
			return err
		}
		r.Part = p
		return q.Render(recordView(q.Page(q.T("档案 {0}", r.File.Number)), r))
	}
}

// readRecord reads a file as of ?on=, today without it. Nothing sealed is opened.
func readRecord(q *site.Req) (*record, error) {
	r := &record{can: q.Can}
	err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		if r.Now, err = casefile.Reached(ctx, tx, q.Route.Right, q.ID("id")); err != nil {
			return err
		}
		r.Today, r.On, r.File = tx.Day(), tx.Day(), r.Now
		if d, err := day.Parse(q.Query("on")); err == nil && d < r.Today {
			r.On = d
			if r.File, err = casefile.AsOf(ctx, tx, r.Now.ID, d); err != nil {
				return err
			}
		}
		if err = r.read(ctx, tx); err != nil {
			return err
		}
		return r.readMore(ctx, tx)
	})
	return r, err
}

func (r *record) read(ctx context.Context, tx *db.Tx) (err error) {
	if r.Worker, err = person.Get(ctx, tx, r.File.PersonID); err != nil {
		return err
	}
	if r.Home, err = person.HouseholdAsOf(ctx, tx, r.File.HouseholdID, r.On); err != nil {
		return err
	}
	u, err := org.UnitOf(ctx, tx, r.File.UnitID)
	if err != nil {
		return err
	}
	r.Unit = u.Name
	if r.Users, err = names(ctx, tx); err != nil {
		return err
	}
	if r.Facts, err = household.Facts(ctx, tx, household.Ask{HouseholdID: r.File.HouseholdID, PersonID: r.File.PersonID, On: r.On}); err != nil {
		return err
	}
	union, err := org.Info(ctx, tx)
	if err != nil {
		return err
	}
	r.Line, r.HasLine, err = standard.LineOn(ctx, tx, union.Region, standard.DibaoLine, r.On)
	return err
}

func (r *record) readMore(ctx context.Context, tx *db.Tx) (err error) {
	if r.Aid, err = casefile.AidBook(ctx, tx, r.File.HouseholdID, r.On); err != nil {
		return err
	}
	kinds, err := intake.Programmes(ctx, tx)
	if err != nil {
		return err
	}
	r.Kinds = map[string]intake.Programme{}
	for _, p := range kinds {
		r.Kinds[p.Code] = p
	}
	if r.Events, err = casefile.Events(ctx, tx, r.File.ID, r.On); err != nil {
		return err
	}
	if r.Classed, err = recognition.OfHousehold(ctx, tx, r.File.HouseholdID, r.On); err != nil {
		return err
	}
	if r.Watches, err = effect.OfFile(ctx, tx, r.File.ID); err != nil {
		return err
	}
	if r.Visits, err = effect.Visits(ctx, tx, r.File.ID); err != nil {
		return err
	}
	if r.Looks, err = audit.About(ctx, tx, r.File.PersonID, looksShown); err != nil {
		return err
	}
	if r.past() {
		return nil
	}
	all, err := casefile.Handings(ctx, tx, r.File.ID)
	if err != nil {
		return err
	}
	r.Abroad = len(all) > 0 && all[0].Answer == "" && all[0].ToUnion != ""
	r.Turns, err = task.Of(ctx, tx, r.File.ID)
	return err
}

func (r *record) base() string { return files + "/" + r.File.ID }

// way gives the address of a part, on the same day as this page.
func (r *record) way(path string) string {
	if r.On == r.Today {
		return r.base() + path
	}
	return r.base() + path + "?" + url.Values{"on": {string(r.On)}}.Encode()
}

// printed gives the address of the printed sheet, as of the same day.
func (r *record) printed() string { return "/print" + strings.TrimPrefix(r.way(""), "/desk") }

func (r *record) past() bool { return r.On != r.Today }

func (r *record) tabs(in page.In) []page.Tab {
	var out []page.Tab
	for _, p := range parts() {
		n := 0
		switch p.path {
		case atFamily:
			n = len(r.Home.Members)
		case atAid:
			n = len(r.Aid)
		}
		out = append(out, page.Tab{Href: r.way(p.path), Label: in.T(p.label), Count: n, Current: p == r.Part})
	}
	return out
}

func (r *record) ident(in page.In) page.Ident {
	state := r.File.State.Say(in.Lang)
	if r.File.Transit != "" {
		state = in.T("转接中")
	}
	id := page.Ident{Name: r.Worker.Name, No: r.File.Number, Tone: tone(r.File.State), Status: state,
		Facts: []page.Pair{{Label: in.T("工号"), Value: r.Worker.StaffNo}, {Label: in.T("部门"), Value: r.Unit},
			{Label: in.T("困难类别"), Value: or(r.File.ClassText, in.T("未认定"))}, {Label: in.T("结对联系人"), Value: or(r.Users[r.File.Keeper], in.T("还没有指定"))}}}
	if r.File.ReviewDue != "" {
		id.Facts = append(id.Facts, page.Pair{Label: in.T("年度复核"), Value: in.Date(r.File.ReviewDue)})
	}
	return id
}

// acts are the ways on, the one that is due first.
func (r *record) acts(in page.In) []page.Button {
	if r.past() {
		return nil
	}
	var out []page.Button
	add := func(right, path, label string) {
		if r.can(right) {
			out = append(out, page.Button{Href: r.base() + path, Label: label})
		}
	}
	if r.Now.Transit != "" {
		add("casefile.transfer", "/receive", map[bool]string{true: in.T("登记对方的回执"), false: in.T("接收档案")}[r.Abroad])
		return out
	}
	if r.Now.State != casefile.Open {
		if r.Now.State != casefile.Transferred && r.can("recognition.propose") {
			out = append(out, page.Button{Href: "/desk/people/" + r.Now.PersonID + "/recognise", Label: in.T("建档认定和年审")})
		}
		if r.Now.State != casefile.Transferred {
			add("casefile.exit", "/reenter", in.T("重新纳入帮扶"))
		}
		return out
	}
	if v, ok := r.nextVisit(); ok && r.can("effect.visit") && v.DueOn <= r.Today.Add(14) {
		out = append(out, page.Button{Href: visits + "/" + v.ID, Label: in.T("登记跟踪走访")})
	}
	if r.Now.Keeper == "" {
		add("casefile.assign", "/assign", in.T("指定结对联系人"))
	}
	if r.can("recognition.propose") {
		out = append(out, page.Button{Href: "/desk/people/" + r.Now.PersonID + "/recognise", Label: in.T("建档认定和年审")})
	}
	add("casefile.review", "/review", in.T("年度复核"))
	if w, ok := r.watch(); ok && w.AfterFigures != "" {
		add("effect.close", "/watch", in.T("写跟踪结论"))
	}
	add("casefile.keep", "/amend", in.T("变更档案信息"))
	if r.Now.Keeper != "" {
		add("casefile.assign", "/assign", in.T("换结对联系人"))
	}
	if r.can("outreach.talk") {
		out = append(out, page.Button{Href: "/desk/outreach/talk?person=" + r.Worker.ID, Label: in.T("登记谈心谈话")})
	}
	if r.can("partner.refer") {
		out = append(out, page.Button{Href: "/desk/referrals/new?source=file&id=" + r.File.ID, Label: in.T("转介")})
	}
	add("casefile.transfer", "/transfer", in.T("转出档案"))
	add("casefile.exit", "/exit", in.T("退出帮扶"))
	if len(out) > 0 {
		out[0].Kind = "main"
	}
	return out
}

func (r *record) nextVisit() (effect.Visit, bool) {
	for _, v := range r.Visits {
		if v.State == "due" {
			return v, true
		}
	}
	return effect.Visit{}, false
}

func (r *record) watch() (effect.Watch, bool) {
	for _, w := range r.Watches {
		if w.State == "open" {
			return w, true
		}
	}
	return effect.Watch{}, false
}

// amount says a money fact, or that it is not known.
func (r *record) amount(in page.In, name string) string {
	v := r.Facts[name]
	if v.Sort != standard.Money {
		return in.T("还不知道")
	}
	return in.Money(money.Amount(v.Num))
}

// formula writes out how the income a head was reckoned and how it stands to the local line.
func (r *record) formula(in page.In) []string {
	var out []string
	year, size, per := r.Facts["income_year"], r.Facts["family_size"], r.Facts["income_per_head_month"]
	if year.Known() && size.Known() && size.Num > 0 {
		out = append(out, in.T("家庭年收入 {0} ÷ 12 ÷ {1} 人", money.Amount(year.Num), size.Num))
	}
	switch {
	case !per.Known():
		out = append(out, in.T("人均月收入还算不出：家里每个人的收入都登记以后才能算"))
	case !r.HasLine:
		out = append(out, in.T("人均月收入 {0}；本地低保标准还没有登记", money.Amount(per.Num)))
	case money.Amount(per.Num) < r.Line:
		out = append(out, in.T("人均月收入 {0}，低于本地低保标准 {1}", money.Amount(per.Num), r.Line))
	default:
		out = append(out, in.T("人均月收入 {0}，不低于本地低保标准 {1}", money.Amount(per.Num), r.Line))
	}
	return out
}

func dayOf(at int64) day.Day { return day.Of(time.UnixMilli(at)) }
