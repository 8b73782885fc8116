package people

import (
	"fmt"
	"strings"

	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/exchange/roster"
)

func stateTone(s string) page.Tone {
	switch s {
	case roster.Live:
		return page.ToneOK
	case roster.Checked:
		return page.ToneWarn
	case roster.Staging, roster.Checking, roster.Writing:
		return page.ToneInfo
	}
	return page.Plain
}

func kindName(in page.In, k roster.Kind) string { return choice(in, k.Choices(), string(k)) }

func importList(in page.In, all []roster.Import) page.List {
	t := page.List{Caption: in.T("导入记录"), None: in.T("还没有导入过。先下载模板，填好再上传。"), Head: 1,
		Cols: []page.Col{{Label: in.T("日期")}, {Label: in.T("文件")}, {Label: in.T("内容")}, {Label: in.T("行数"), Num: true},
			{Label: in.T("写入"), Num: true}, {Label: in.T("有问题"), Num: true}, {Label: in.T("状态")}}}
	for _, m := range all {
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.T(in.Date(dayOf(m.MadeAt))), page.A(imports+"/"+m.ID, m.File), page.T(kindName(in, m.Kind)),
			page.T(fmt.Sprint(m.Rows)), page.T(fmt.Sprint(m.Written)), page.T(fmt.Sprint(m.Faulty + m.Twice)),
			page.C(page.Tag(stateTone(m.State), in.T("roster.state."+m.State)))}})
	}
	return t
}

// lineList lists rows by number, never by what stands in them.
func lineList(in page.In, caption string, all []roster.Line) page.List {
	t := page.List{Caption: caption, Cols: []page.Col{{Label: in.T("行号"), Num: true}, {Label: in.T("结果")}, {Label: in.T("原因")}}}
	for _, l := range all {
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.T(fmt.Sprint(l.Number)), page.T(in.T("roster.outcome." + l.Outcome)), page.T(strings.Join(l.Reasons, "；"))}})
	}
	return t
}

// counts are the figures of an import after the check.
func (s sight) counts(in page.In) []page.Stat {
	n := func(label string, v int64, tone page.Tone) page.Stat {
		if v == 0 {
			tone = page.Plain
		}
		return page.Stat{Label: label, Value: fmt.Sprint(v), Unit: in.T("行"), Tone: tone}
	}
	return []page.Stat{n(in.T("可新增"), s.M.Fresh, page.ToneOK), n(in.T("有变化"), s.M.Changed, page.ToneInfo), n(in.T("没有变化"), s.M.Same, page.Plain),
		n(in.T("有问题"), s.M.Faulty, page.ToneWarn), n(in.T("重复"), s.M.Twice, page.ToneWarn)}
}

// done says what came of an import, in one sentence.
func (s sight) done(in page.In) string {
	switch s.M.State {
	case roster.Staging:
		return in.T("正在读取文件。")
	case roster.Checking:
		return in.T("正在校验，已到 {0}%。可以离开这一页，稍后再来看。", s.M.Progress())
	case roster.Writing:
		return in.T("正在写入，已到 {0}%。全部写完以前，名册里看不到任何变化。", s.M.Progress())
	case roster.Checked:
		return in.T("校验完了，还没有写入。请看清楚下面的结果再确认。")
	case roster.Live:
		return in.T("已写入 {0} 行，现在名册里看得到。", s.M.Written)
	case roster.Reported:
		return in.T("只看差异，没有写入任何内容。")
	case roster.Undone:
		return in.T("这次导入已整体撤销。")
	}
	return in.T("这次导入已放弃。")
}

func (s sight) busy() bool {
	return s.M.State == roster.Checking || s.M.State == roster.Writing
}

func (s sight) open() bool {
	return s.busy() || s.M.State == roster.Checked || s.M.State == roster.Reported || s.M.State == roster.Staging
}

func kinds() []form.Choice { return roster.Kind("").Choices() }
