package setup

import (
	"context"
	"strings"

	"bangfu/internal/base/words"
	"bangfu/internal/domain/fund"
	"bangfu/internal/domain/intake"
	"bangfu/internal/domain/person"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/exchange/roster"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/calendar"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task"
)

// checklist is how far the union has come on the way to its first case.
type checklist struct {
	Union      org.Union
	Units      []org.Unit
	Lacks      []org.Lacking
	Gaps       []words.Key // roles that nobody holds at the head
	Groups     int         // groups in all
	Leaderless int         // groups without a leader of their own
	Lines      []string    // reference figures nobody has written
	NoHolidays int         // the year that is missing, 0 for none
	Pockets    int
	Empty      int // pockets without any money yet
	Workers    int64
	Programmes int
	Standards  int
	Files, Aid bool // yesterday's have come in
	Can        func(right string) bool
}

func showList(q *site.Req) error {
	c := checklist{Union: q.Union, Can: q.Can}
	if err := q.See(c.read); err != nil {
		return err
	}
	return q.Render(listPage(q.Page(q.T("开始使用前的准备")), c))
}

func (c *checklist) read(ctx context.Context, tx *db.Tx) (err error) {
	if c.Units, err = org.Units(ctx, tx); err != nil {
		return err
	}
	if c.Lacks, err = org.Lacks(ctx, tx); err != nil {
		return err
	}
	if c.Gaps, err = task.Gaps(ctx, tx); err != nil {
		return err
	}
	if c.NoHolidays, err = calendar.Missing(ctx, tx); err != nil {
		return err
	}
	if err := c.leaders(ctx, tx); err != nil {
		return err
	}
	if err := c.figures(ctx, tx); err != nil {
		return err
	}
	if err := c.money(ctx, tx); err != nil {
		return err
	}
	return c.people(ctx, tx)
}

// leaders counts the groups that have no leader of their own; their cases go to the leader above or to an officer.
func (c *checklist) leaders(ctx context.Context, tx *db.Tx) error {
	for _, u := range c.Units {
		if u.Kind != org.KindGroup {
			continue
		}
		c.Groups++
		all, err := org.Holders(ctx, tx, org.RoleGroupLeader, u.ID)
		if err != nil {
			return err
		}
		if len(all) == 0 || all[0].UnitID != u.ID {
			c.Leaderless++
		}
	}
	return nil
}

// figures finds the reference figures every standard asks that are not written for the union's region.
func (c *checklist) figures(ctx context.Context, tx *db.Tx) error {
	refs, err := standard.Lines(ctx, tx, c.Union.Region, tx.Day())
	for _, kind := range []string{standard.DibaoLine, standard.MinimumWage} {
		if _, ok := refs[kind]; !ok {
			c.Lines = append(c.Lines, kind)
		}
	}
	return err
}

func (c *checklist) money(ctx context.Context, tx *db.Tx) error {
	states, err := fund.States(ctx, tx)
	c.Pockets = len(states)
	for _, s := range states {
		if s.Grown == 0 {
			c.Empty++
		}
	}
	return err
}

func (c *checklist) people(ctx context.Context, tx *db.Tx) error {
	var err error
	if c.Workers, err = person.Count(ctx, tx, "setup.see", person.Query{Status: person.Active}); err != nil {
		return err
	}
	programmes, err := intake.Programmes(ctx, tx)
	if err != nil {
		return err
	}
	c.Programmes = len(programmes)
	for _, p := range programmes {
		if _, _, err := standard.Current(ctx, tx, p.Standard, tx.Day()); err == nil {
			c.Standards++
		}
	}
	all, err := roster.List(ctx, tx, 200)
	for _, m := range all {
		c.Files = c.Files || m.Kind == roster.Files && m.State == roster.Live
		c.Aid = c.Aid || m.Kind == roster.Aid && m.State == roster.Live
	}
	return err
}

func (c checklist) tasks(in page.In) []page.Task {
	all := []page.Task{c.units(in), c.roles(in), c.groupLeaders(in), c.lines(in), c.holidays(in), c.pockets(in), c.roster(in), c.past(in), c.rules(in)}
	next := true
	for i := range all {
		if all[i].Href == "" && all[i].State != "done" {
			all[i].Status = in.T("请有权限的同事办理")
		}
		all[i].Next = next && all[i].State == "todo" && all[i].Href != ""
		next = next && !all[i].Next
	}
	return all
}

// task makes a line: done or not, and where to do it for those who can.
func (c checklist) task(done bool, right, href string) page.Task {
	t := page.Task{State: "todo"}
	if done {
		t.State = "done"
	}
	if c.Can(right) {
		t.Href = href
	}
	return t
}

func (c checklist) units(in page.In) page.Task {
	t := c.task(len(c.Units) > 1, "org.see", "/desk/units")
	t.Label, t.Note = in.T("建立分会和小组"), in.T("现在有 {0} 个机构。也可以导入名册时自动建立。", len(c.Units))
	return t
}

// roles is the one line without which the union cannot go live.
func (c checklist) roles(in page.In) page.Task {
	t := c.task(len(c.Lacks) == 0, "org.see", "/desk/people-roles")
	t.Label, t.Note = in.T("任命办事的人"), in.T("核实、集体研究、审批、付款、复核要由不同的人做。")
	var why []string
	for _, l := range c.Lacks {
		why = append(why, l.Says.Say(in.Lang))
	}
	if len(why) > 0 {
		t.Note, t.Status = strings.Join(why, in.T("；")), in.T("开始使用前必须完成")
		return t
	}
	for _, g := range c.Gaps {
		why = append(why, g.Say(in.Lang))
	}
	if len(why) > 0 {
		t.Note = in.T("可以开始使用了。还可以任命：{0}", strings.Join(why, in.T("、")))
	}
	return t
}

func (c checklist) groupLeaders(in page.In) page.Task {
	t := c.task(c.Groups > 0 && c.Leaderless == 0, "org.see", "/desk/people-roles")
	t.Label, t.Note = in.T("任命小组长"), in.T("每个小组都有小组长。")
	if c.Groups == 0 {
		t.State, t.Note = "later", in.T("还没有小组。建好小组，或导入名册以后再任命。")
	}
	if c.Leaderless > 0 {
		t.State, t.Note = "later", in.T("还有 {0} 个小组没有小组长，申请会交给上一级办理。", c.Leaderless)
	}
	return t
}

func (c checklist) lines(in page.In) page.Task {
	t := c.task(len(c.Lines) == 0, "standard.see", "/desk/standards")
	if c.Can("standard.set_line") {
		t.Href = "/desk/standards/line"
	}
	t.Label, t.Note = in.T("登记当地的低保标准和最低工资"), in.T("已登记，按所在地 {0} 取用。", c.Union.Region)
	var why []string
	for _, kind := range c.Lines {
		why = append(why, standard.KindName(kind).Say(in.Lang))
	}
	if len(why) > 0 {
		t.Note = in.T("还没有登记：{0}。没有它，系统判断不了家庭是不是困难。", strings.Join(why, in.T("、")))
	}
	return t
}

func (c checklist) holidays(in page.In) page.Task {
	t := c.task(c.NoHolidays == 0, "calendar.see", "/desk/calendar")
	t.Label, t.Note = in.T("放假安排和调休"), in.T("今年的放假安排程序里已有，时限按工作日算。本单位自己的休息日也可以加上。")
	if c.NoHolidays > 0 {
		t.Note = in.T("还没有 {0} 年的放假安排，这一年的时限只能先按周一到周五算。", c.NoHolidays)
	}
	return t
}

func (c checklist) pockets(in page.In) page.Task {
	t := c.task(c.Pockets > 0 && c.Empty == 0, "fund.see", "/desk/fund")
	t.Label, t.Note = in.T("设立资金，登记期初余额"), in.T("已设立 {0} 项资金，都有余额。", c.Pockets)
	switch {
	case c.Pockets == 0:
		t.Note = in.T("还没有设立资金。由基金管理人设立，会计登记期初余额。")
	case c.Empty > 0:
		t.Note = in.T("有 {0} 项资金还没有登记过收入。", c.Empty)
	}
	return t
}

func (c checklist) roster(in page.In) page.Task {
	t := c.task(c.Workers > 0, "roster.read", "/desk/import")
	t.Label, t.Note = in.T("导入职工名册"), in.T("名册里有职工了。")
	if c.Workers == 0 {
		t.Note = in.T("没有名册，职工不能登录申请。下载模板，填好上传就行。")
	}
	return t
}

func (c checklist) past(in page.In) page.Task {
	t := c.task(c.Files && c.Aid, "roster.read", "/desk/import")
	t.Label, t.Note = in.T("导入以前的档案和帮扶记录"), in.T("已导入。")
	if t.State != "done" {
		t.State, t.Note = "later", in.T("有的话请导入，判断一年内帮扶次数和金额时要用。没有就跳过。")
	}
	return t
}

func (c checklist) rules(in page.In) page.Task {
	t := c.task(c.Programmes > 0 && c.Standards == c.Programmes, "standard.see", "/desk/standards")
	t.Label = in.T("看一遍帮扶项目和标准")
	t.Note = in.T("已装好 {0} 个帮扶项目，{1} 个有现行标准。和本单位办法不同的，由干事修改、主席批准。", c.Programmes, c.Standards)
	return t
}
