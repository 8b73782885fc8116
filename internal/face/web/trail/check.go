package trail

import (
	"context"

	"bangfu/internal/base/day"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/page"
	"bangfu/internal/engine/sheet"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/audit"
)

// checked is what the check of the chain found, and the newest checkpoints.
type checked struct {
	Report audit.Report
	Marks  []audit.Checkpoint
}

func check(q *site.Req) error {
	var c checked
	if err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		if c.Report, err = audit.Verify(ctx, tx, nil); err != nil {
			return err
		}
		c.Marks, err = audit.Marks(ctx, tx, marks)
		return err
	}); err != nil {
		return err
	}
	return q.Render(checkView(q.Page(q.T("校验记录链")), c))
}

// what says a finding in words.
func what(in page.In, f audit.Finding) string {
	switch f.What {
	case "changed":
		return in.T("这一条的内容被改过")
	case "missing":
		return in.T("这一条被删除了")
	case "unlinked":
		return in.T("这一条不在链上")
	case "checkpoint":
		return in.T("和当时留下的校验点对不上")
	}
	return in.T("这里缺了一段")
}

func (c checked) findings(in page.In) page.List {
	t := page.List{Caption: in.T("发现的问题"), Cols: []page.Col{{Label: in.T("链上第几条"), Num: true}, {Label: in.T("记录编号")}, {Label: in.T("问题")}}, Head: 1}
	for _, f := range c.Report.Findings {
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.T(itoa(f.Seq)), page.T(f.EntryID), page.T(what(in, f))}})
	}
	return t
}

func (c checked) marks(in page.In) page.List {
	t := page.List{Caption: in.T("最近的校验点"), None: in.T("还没有校验点。系统每小时留一个。"),
		Cols: []page.Col{{Label: in.T("时间")}, {Label: in.T("链上第几条"), Num: true}, {Label: in.T("链头")}}}
	for _, m := range c.Marks {
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{page.T(day.Clock(m.At)), page.T(itoa(m.Seq)), page.T(m.Hash)}})
	}
	return t
}

// export hands the log with its conditions over as a file.
func (l log) export(q *site.Req) error {
	s := l.ask(q)
	s.Ask.Del("after")
	heads := []sheet.Head{{Title: q.T("时间")}, {Title: q.T("谁")}, {Title: q.T("做了什么")}, {Title: q.T("对象")}, {Title: q.T("对象编号")},
		{Title: q.T("内容项")}, {Title: q.T("理由")}, {Title: q.T("结果")}, {Title: q.T("记录编号")}}
	return q.Download(site.Download{Kind: "audit", Title: q.T("操作和查阅记录"), Heads: heads, Rows: func(ctx context.Context, tx *db.Tx, put func(...any) error) error {
		return s.rows(ctx, tx, page.In{Lang: q.Lang()}, put)
	}})
}

// rows puts every entry of the query, page by page.
func (s sight) rows(ctx context.Context, tx *db.Tx, in page.In, put func(...any) error) error {
	for more := true; more; {
		if err := s.read(ctx, tx); err != nil {
			return err
		}
		for _, e := range s.Entries {
			how := in.T("完成")
			if e.Outcome != "done" {
				how = in.T("被拒绝")
			}
			if err := put(day.Clock(e.At), s.who(in, e), s.title(in, e), kindName(in, e.Kind), e.Object, fields(in, e.Fields), e.Reason, how, e.ID); err != nil {
				return err
			}
		}
		if more = s.More; more {
			s.Ask.Set("after", s.Entries[len(s.Entries)-1].ID)
		}
	}
	return nil
}
