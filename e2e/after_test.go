package e2e

import (
	"context"
	"path/filepath"
	"regexp"
	"strings"

	"bangfu/e2e/browser"
	"bangfu/internal/base/day"
)

// consent is an adult relative's: a link the worker sends on, opened on another phone that nobody is signed in on.
func (j *journey) consent() {
	j.phone.Go("/me/applications/" + filepath.Base(j.app))
	j.phone.Click("生成链接")
	link := regexp.MustCompile(`/consent/[0-9a-z]+/[0-9a-z]+`).FindString(j.phone.Text() + j.phone.Eval(`document.documentElement.innerHTML`))
	if link == "" {
		j.t.Fatalf("no link for the relative: %s", j.phone.Text())
	}
	p := j.b.Open(j.t, j.base, browser.Look{Width: browser.Phone, NoScript: true})
	p.Go(link)
	p.Expect(j.worker)
	p.Choose("同意")
	p.Fill("姓名", j.worker+"爱人")
	p.ExpectFits()
	p.Shot("07_relative")
	p.Click("提交")
	p.Expect("收到了，谢谢")
}

// object is somebody's, without a name: it holds exactly this award until one who had no hand in the case has answered.
func (j *journey) object() {
	p := j.b.Open(j.t, j.base, browser.Look{Width: browser.Phone, NoScript: true})
	p.Go("/p/notices")
	p.Click("对公示有意见")
	p.Choose("大病帮扶")
	p.Fill("您了解的情况", "听说他家有门面房出租。")
	p.Click("提交意见")
	p.Expect("已收到")
	p.Shot("16_objection")
	if err := j.house.Jobs.Once(context.Background()); err != nil {
		j.t.Fatal(err)
	}
	d := j.desk("孙宁")
	d.Go(j.award)
	d.Expect("公示异议")
	d.Go("/desk/notices")
	d.Click("困难职工帮扶对象公示")
	d.Choose("意见不属实，继续公示")
	d.Fill("答复", "走访时看过房产登记，出租的门面不是他家的。")
	d.Click("答复")
	d.Expect("答复已记下")
}

// follow is what comes after the money: the visit that falls due, and what the help came to.
func (j *journey) follow() {
	j.clock.MoveTo(day.Of(j.house.DB.Now()).Add(95), j.house.DB.Now())
	if err := j.house.Jobs.Once(context.Background()); err != nil {
		j.t.Fatal(err)
	}
	p := j.desk("王敏")
	p.Go("/desk/visits")
	p.Expect(j.worker)
	p.Click("登记")
	p.Fill("走访日期", string(j.house.DB.Today()))
	p.Choose("入户")
	p.Fill("家庭人均月收入", "1400")
	p.Choose("好一些")
	p.Fill("走访情况", "爱人恢复得好，已回到半天班。")
	p.Choose("继续帮扶")
	p.Shot("24_visit")
	p.Click("保存走访记录")
	p.Go("/desk/files")
	p.Click(j.file0())
	p.Expect(j.worker, "因病")
	p.Click("帮扶记录")
	p.Expect("3,000.00")
	p.Click("打印档案表")
	p.Expect("困难职工档案表", j.worker)
	p.Shot("25_file")
}

// watch is the auditor's, the leader's and the worker's own: who did what, the chain, the books, five numbers, who looked.
func (j *journey) watch() {
	p := j.desk("杨明")
	p.Go("/desk/audit")
	p.Expect("签发", "王敏", "韩守")
	p.ExpectNot(j.worker)
	p.Shot("26_audit")
	p.Click("校验记录链")
	p.Expect("全部对得上")
	p.Go("/desk/fund/trial")
	p.Expect("3,000.00")
	p.Shot("27_trial")
	p = j.desk("卫新")
	p.Go("/desk/dashboard")
	p.ExpectNot(j.worker)
	p.Shot("28_dashboard")
	j.phone.Go("/me/file") // the session ended long ago
	j.phone.Fill("工号或登录名", "G002")
	j.phone.Fill("密码", "家门口有两棵老槐树")
	j.phone.Click("登录")
	j.phone.Expect("王敏")
	j.phone.ExpectFits()
	j.phone.Shot("29_mine")
}

// file0 is the number of the only file there is.
func (j *journey) file0() string {
	p := j.desk("王敏")
	p.Go("/desk/files")
	n := regexp.MustCompile(`DA-\d{4}-\d+`).FindString(p.Text())
	if n == "" {
		j.t.Fatalf("no file on the list: %s", strings.TrimSpace(p.Text()))
	}
	return n
}
