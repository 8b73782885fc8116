package desk

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/words"
	"bangfu/internal/domain/fund"
	"bangfu/internal/domain/intake"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/calendar"
	"bangfu/internal/office/notice"
	"bangfu/internal/office/notify"
	"bangfu/internal/office/task"
)

// The workbench shows so many turns of each sort; the rest is one link away.
const (
	turnsShown = 8
	lateShown  = 6
	todoPage   = 50
)

// workbench is what one needs to know in the morning without pressing anything (ux C1).
type workbench struct {
	Counts   []task.Count
	Turns    []task.Task
	Week     []task.Task // visits and reviews of this week
	Others   []late      // overdue with others, for those who watch
	Ending   []notice.Listed
	Funds    []fund.State
	Gaps     []words.Key
	Holidays int // the year whose holidays are missing; 0 is none
	Drafts   drafts
	Unread   int64
	Today    day.Day
	Calendar day.Calendar
	Can      func(right string) bool
}

// late is an overdue turn of somebody else, with whose it is.
type late struct {
	task.Task
	Who string
}

type drafts struct{ All, Due int64 }

// Total counts the reader's turns.
func (w workbench) Total() (n, late int64) {
	for _, c := range w.Counts {
		n, late = n+c.N, late+c.Late
	}
	return n, late
}

// Idle reports that nothing at all waits: then the page says so and nothing else.
func (w workbench) Idle() bool {
	return len(w.Turns) == 0 && len(w.Others) == 0 && len(w.Ending) == 0 && len(w.Gaps) == 0 && w.Holidays == 0 && w.Drafts.All == 0
}

func showWork(q *site.Req) error {
	w := workbench{Can: q.Can}
	err := q.See(func(ctx context.Context, tx *db.Tx) (err error) { return w.read(ctx, tx, q) })
	if err != nil {
		return err
	}
	return q.Render(workView(q.Page(q.T("工作台")), w))
}

func (w *workbench) read(ctx context.Context, tx *db.Tx, q *site.Req) (err error) {
	w.Today = tx.Day()
	if w.Calendar, err = calendar.Load(ctx, tx); err != nil {
		return err
	}
	if w.Counts, err = task.Counts(ctx, tx); err != nil {
		return err
	}
	all, err := task.Mine(ctx, tx)
	if err != nil {
		return err
	}
	w.Turns, w.Week = all[:min(len(all), turnsShown)], thisWeek(all, w.Today)
	if w.Unread, err = notify.Unread(ctx, tx); err != nil {
		return err
	}
	for _, part := range []struct {
		right string
		read  func(context.Context, *db.Tx) error
	}{{"task.watch", w.readOthers}, {"notice.see", w.readEnding}, {"fund.see", w.readFunds}, {"org.manage", w.readGaps}, {"intake.nudge", w.readDrafts}} {
		if !q.Can(part.right) {
			continue
		}
		if err := part.read(ctx, tx); err != nil {
			return err
		}
	}
	return nil
}

// followUps are the kinds of turn that mean going to see a family again.
func followUps() []string { return []string{"casefile.review", "casefile.life", "effect."} }

// thisWeek picks the follow-ups that are due by Sunday, overdue ones too.
func thisWeek(all []task.Task, today day.Day) []task.Task {
	sunday := today.Add((7 - int(today.Time().Weekday())) % 7)
	var out []task.Task
	for _, t := range all {
		follow := slices.ContainsFunc(followUps(), func(k string) bool { return strings.HasPrefix(t.Kind, k) })
		if follow && t.Due <= sunday {
			out = append(out, t)
		}
	}
	return out
}

func (w *workbench) readOthers(ctx context.Context, tx *db.Tx) error {
	all, err := task.Late(ctx, tx)
	if err != nil {
		return err
	}
	for _, t := range all {
		own := slices.ContainsFunc(w.Turns, func(o task.Task) bool { return o.ID == t.ID })
		if own || len(w.Others) == lateShown {
			continue
		}
		if t.PersonID != "" {
			t.Href = "" // a worker's own page
		}
		who, err := holders(ctx, tx, t)
		if err != nil {
			return err
		}
		w.Others = append(w.Others, late{t, who})
	}
	return nil
}

// holders names whose turn it is, "" for a worker's own.
func holders(ctx context.Context, tx *db.Tx, t task.Task) (string, error) {
	all, err := task.Of(ctx, tx, t.ObjectID)
	var names []string
	for _, o := range all {
		for _, h := range o.Holders {
			if o.ID == t.ID {
				names = append(names, h.Name)
			}
		}
	}
	return strings.Join(names, "、"), err
}

func (w *workbench) readEnding(ctx context.Context, tx *db.Tx) error {
	all, err := notice.Lists(ctx, tx, "")
	for _, l := range all {
		if l.Live > 0 && l.EndsOn <= w.Today.Add(3) {
			w.Ending = append(w.Ending, l)
		}
	}
	return err
}

func (w *workbench) readFunds(ctx context.Context, tx *db.Tx) (err error) {
	w.Funds, err = fund.States(ctx, tx)
	return err
}

func (w *workbench) readGaps(ctx context.Context, tx *db.Tx) (err error) {
	if w.Gaps, err = task.Gaps(ctx, tx); err != nil {
		return err
	}
	w.Holidays, err = calendar.Missing(ctx, tx)
	return err
}

func (w *workbench) readDrafts(ctx context.Context, tx *db.Tx) (err error) {
	w.Drafts.All, w.Drafts.Due, err = intake.Unfinished(ctx, tx)
	return err
}

// when says how long there is until a day, and whether it is past.
func (w workbench) when(in page.In, due day.Day) (text string, over bool) {
	return timeLeft(in, w.Calendar, w.Today, due)
}

// timeLeft says how many workdays there are until a day: 还剩 3 个工作日.
func timeLeft(in page.In, c day.Calendar, today, due day.Day) (text string, over bool) {
	if due == "" {
		return "", false
	}
	switch n, _ := c.Workdays(today, due); {
	case due < today:
		return in.T("逾期 {0} 天", today.Sub(due)), true
	case due == today:
		return in.T("今天到期"), false
	case n == 0:
		return in.T("{0} 到期", due), false
	default:
		return in.T("还剩 {0} 个工作日", n), false
	}
}

// todos turns turns into lines: what it is, whose, until when.
func (w workbench) todos(in page.In, all []task.Task) []page.Todo {
	out := make([]page.Todo, 0, len(all))
	for _, t := range all {
		text, over := w.when(in, t.Due)
		tone := page.ToneInfo
		if over {
			tone = page.ToneErr
		} else if t.Due == w.Today {
			tone = page.ToneWarn
		}
		out = append(out, page.Todo{Tone: tone, Tag: kindName(in, t.Kind), Href: t.Href, Label: t.Say(in.Lang), Note: turnOf(in, t), When: text, Over: over})
	}
	return out
}

// turnOf says in what capacity a turn is the reader's.
func turnOf(in page.In, t task.Task) string {
	if t.UserID != "" || t.PersonID != "" || t.Role == "" {
		return in.T("轮到您本人")
	}
	return in.T("轮到{0}", words.Key("role."+t.Role))
}

func (w workbench) otherTodos(in page.In) []page.Todo {
	var out []page.Todo
	for _, l := range w.Others {
		text, over := w.when(in, l.Due)
		who := l.Who
		if who == "" {
			who = words.Key("role." + roleOf(l.Role)).Say(in.Lang)
		}
		out = append(out, page.Todo{Tone: page.ToneErr, Tag: kindName(in, l.Kind), Href: l.Href, Label: l.Say(in.Lang), Note: in.T("轮到{0}", who), When: text, Over: over})
	}
	return out
}

func roleOf(role string) string {
	if role == "" {
		return "worker"
	}
	return role
}

func kindName(in page.In, kind string) string { return in.T("task.kind." + kind) }

// stats are the turns counted by kind, each a link to the list narrowed to it.
func (w workbench) stats(in page.In) []page.Stat {
	var out []page.Stat
	for _, c := range w.Counts {
		s := page.Stat{Label: kindName(in, c.Kind), Value: itoa(c.N), Unit: in.T("件"), Href: home + "/todo?" + url.Values{"kind": {c.Kind}}.Encode()}
		if c.Late > 0 {
			s.Note, s.Tone = in.T("逾期 {0} 件", c.Late), page.ToneErr
		}
		out = append(out, s)
	}
	return out
}

func (w workbench) funds(in page.In) []page.Fund {
	var out []page.Fund
	for _, s := range w.Funds {
		out = append(out, page.Fund{Name: s.Pocket.Name, Total: int64(s.Grown), Spent: int64(s.Spent), Held: int64(s.Reserved + s.Committed),
			Left: in.Money(s.Available), Href: "/desk/fund/pockets/" + url.PathEscape(s.Pocket.Code)})
	}
	return out
}

func (w workbench) ending(in page.In) []page.Todo {
	var out []page.Todo
	for _, l := range w.Ending {
		text, over := w.when(in, l.EndsOn)
		if over {
			text = in.T("有意见，还没有结束")
		}
		t := page.Todo{Tone: page.ToneInfo, Tag: in.T("公示中"), Href: "/desk/notices/" + l.ID, Label: l.Title, Note: in.T("{0} 人", l.Live), When: text}
		if l.Objected > 0 {
			t.Tone, t.Tag = page.ToneErr, in.T("公示异议")
		}
		out = append(out, t)
	}
	return out
}

// todoList is the whole of one's turns, a page at a time, narrowed to a kind if one is asked for.
type todoList struct {
	workbench
	Kind string
	Next string
}

func showTodo(q *site.Req) error {
	l := todoList{Kind: q.Query("kind")}
	err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		l.Today = tx.Day()
		if l.Calendar, err = calendar.Load(ctx, tx); err != nil {
			return err
		}
		if l.Counts, err = task.Counts(ctx, tx); err != nil {
			return err
		}
		l.Turns, err = task.Page(ctx, tx, task.Query{Kind: l.Kind, After: day.Day(q.Query("after")), AfterID: q.Query("id"), Limit: todoPage + 1})
		return err
	})
	if err != nil {
		return err
	}
	if len(l.Turns) > todoPage {
		l.Turns = l.Turns[:todoPage]
		last := l.Turns[todoPage-1]
		l.Next = home + "/todo?" + url.Values{"kind": {l.Kind}, "after": {string(last.Due)}, "id": {last.ID}}.Encode()
	}
	in := q.Page(q.T("待办"))
	in.Crumbs = []page.Link{{Href: home, Label: q.T("工作台")}, {Label: q.T("待办")}}
	return q.Render(todoView(in, l))
}

// tabs are the kinds the reader has turns of.
func (l todoList) tabs(in page.In) []page.Tab {
	all, _ := l.Total()
	out := []page.Tab{{Href: home + "/todo", Label: in.T("全部"), Count: int(all), Current: l.Kind == ""}}
	for _, c := range l.Counts {
		out = append(out, page.Tab{Href: home + "/todo?" + url.Values{"kind": {c.Kind}}.Encode(), Label: kindName(in, c.Kind), Count: int(c.N), Current: l.Kind == c.Kind})
	}
	return out
}

// more leads to the whole list when the page shows only its head.
func (w workbench) more(in page.In) []page.Link {
	n, _ := w.Total()
	if n <= int64(len(w.Turns)) {
		return nil
	}
	return []page.Link{{Href: home + "/todo", Label: in.T("全部 {0} 件", n)}}
}

func (w workbench) gaps(in page.In) string {
	var out []string
	for _, g := range w.Gaps {
		out = append(out, g.Say(in.Lang))
	}
	return strings.Join(out, "、")
}
