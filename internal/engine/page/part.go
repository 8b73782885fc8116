package page

import (
	"math"

	"github.com/a-h/templ"
)

// Pair is a label and what stands beside it. Body, if given, stands in place of Value; Change is the address of 修改.
type Pair struct {
	Label, Value string
	Body         templ.Component
	Note         string
	Change       string
}

// Task is one line of a task list. State is "done", "todo", "later" (may wait) or "locked".
type Task struct {
	Href, Label, Note string
	State             string
	Status            string // "" is the state's own word
	Next              bool   // the one to do now
}

func (t Task) status(in In) string {
	if t.Status != "" {
		return t.Status
	}
	switch t.State {
	case "done":
		return in.T("已完成")
	case "later":
		return in.T("可以以后填")
	case "locked":
		return in.T("还不能填")
	}
	return in.T("未完成")
}

func (t Task) class() string {
	if t.Next {
		return "todo next"
	}
	if t.State == "todo" {
		return "todo"
	}
	return t.State
}

// Summary is a card of answers given, each with its 修改; Change is for the whole card.
type Summary struct {
	Title  string
	Change string
	Rows   []Pair
}

// Event is one point of a timeline. State is "done", "cur" or "todo".
type Event struct {
	State, Title, Note string
	Body               templ.Component
}

// Now is the worker's first card: the five sentences of where things stand.
type Now struct {
	Tone             Tone
	Status, Sentence string
	Lead             string
	Steps            []string
	Step             int // the step one is at, from 0
	Do, Who, When    string
	DoNote           string
	Ask, AskHref     string
	Buttons          []Button
}

// Tile is one way on from the worker's home.
type Tile struct {
	Href, Label, Note, Icon string
	Due                     bool
}

// Ident is the bar that says whose record this is.
type Ident struct {
	Name, No string
	Tone     Tone
	Status   string
	Facts    []Pair
}

// Done is the page that ends a journey: what was done, its number, and what comes next.
type Done struct {
	Title, NoLabel, No string
	Next               []string // what happens now, by whom, by when
}

// Trouble is a page for when a thing cannot be shown. Kind is the name of a fault's kind, or "offline".
type Trouble struct {
	Kind    string
	Text    string // the sentence; "" is the kind's own
	Code    string // short, to read over the phone
	Contact Phone
	Mine    []Pair // what you typed, for a conflict
	Theirs  []Pair // what stands now
	By      string // who changed it and when
	Buttons []Button
}

func (t Trouble) heading(in In) string {
	switch t.Kind {
	case "denied":
		return in.T("您没有权限看这一页")
	case "missing":
		return in.T("没有找到这一页")
	case "conflict":
		return in.T("刚才有人改过")
	case "offline":
		return in.T("现在连不上网络")
	case "refused":
		return in.T("这一步现在不能办")
	case "invalid":
		return in.T("这一步没有办成")
	}
	return in.T("系统出了点问题")
}

func (t Trouble) text(in In) string {
	if t.Text != "" {
		return t.Text
	}
	switch t.Kind {
	case "denied":
		return in.T("需要看的话，请联系本单位工会，请他们给您开通。")
	case "missing":
		return in.T("可能已经删除或换了地方。请检查网址，或者从首页找。")
	case "conflict":
		return in.T("您填的内容还在下面。请比一比，再决定怎么改。")
	case "offline":
		return in.T("您填的内容还在。请检查网络，连上以后再试。")
	case "refused", "invalid":
		return in.T("内容没有丢。请按上面说的改一改，再提交。")
	}
	return in.T("您填的内容还在，请稍后再试。还是不行，请打电话并告诉我们下面的代码。")
}

// compare pairs the two versions of a conflict by label, theirs first.
type compareRow struct {
	label, mine, theirs string
	differs             bool
}

func (t Trouble) compare() []compareRow {
	var rows []compareRow
	at := map[string]int{}
	for _, p := range t.Theirs {
		at[p.Label] = len(rows)
		rows = append(rows, compareRow{label: p.Label, theirs: p.Value})
	}
	for _, p := range t.Mine {
		i, ok := at[p.Label]
		if !ok {
			i = len(rows)
			rows = append(rows, compareRow{label: p.Label})
		}
		rows[i].mine = p.Value
	}
	for i := range rows {
		rows[i].differs = rows[i].mine != rows[i].theirs
	}
	return rows
}

// Upload is one file handed in or still missing.
type Upload struct {
	Label, Note, Href, File, Size string
	State                         string // "ok", "missing", "bad"
	Remove                        string // the address that takes it back, by post
}

func stepClass(i, at int) string {
	switch {
	case i < at:
		return "done"
	case i == at:
		return "cur"
	}
	return ""
}

// share gives part of whole on a scale of hundred, never outside it.
func share(part, whole int64) int64 {
	switch {
	case whole <= 0 || part <= 0:
		return 0
	case part >= whole:
		return 100
	case part > math.MaxInt64/100:
		return part / (whole / 100)
	}
	return part * 100 / whole
}

func stepCurrent(i, at int) string {
	if i == at {
		return "step"
	}
	return "false"
}

func eventCurrent(e Event) string {
	if e.State == "cur" {
		return "step"
	}
	return "false"
}

func (u Upload) tone() Tone {
	switch u.State {
	case "ok":
		return ToneOK
	case "bad":
		return ToneErr
	}
	return ToneWarn
}

func (u Upload) word(in In) string {
	switch u.State {
	case "ok":
		return in.T("已交")
	case "bad":
		return in.T("请重拍")
	}
	return in.T("还没交")
}

func home(in In) string {
	if in.Face == Desk {
		return "/desk"
	}
	return "/"
}

// rows are the first sentences of the card; the last, whom to ask, may be a link.
func (n Now) rows(in In) []Pair {
	do := n.Do
	if do == "" {
		do = in.T("现在不用做什么")
	}
	rows := []Pair{{Label: in.T("我要做什么"), Value: do, Note: n.DoNote}}
	if n.Who != "" {
		rows = append(rows, Pair{Label: in.T("谁在办"), Value: n.Who})
	}
	if n.When != "" {
		rows = append(rows, Pair{Label: in.T("最晚哪天"), Value: n.When})
	}
	return rows
}
