package e2e

import (
	"context"
	"regexp"
	"strings"
	"testing"

	"bangfu/e2e/browser"
	"bangfu/internal/base/day"
)

// TestSurveyFindsFamily is the way from a question to help: an officer makes the yearly survey and publishes it, a
// worker answers it on a phone without scripts, the screening finds the family that never asked, and the officer applies on
// its behalf.
func TestSurveyFindsFamily(t *testing.T) {
	s := serve(t, "")
	unions, err := s.house.Unions(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	j := &journey{served: s, t: t, b: browser.Start(t), union: unions[0]}
	for _, d := range s.doors {
		if d.Role == "worker" {
			j.worker = d.Name
			j.phone = j.b.Open(t, s.base, phone())
			j.phone.Go(d.Path)
			j.phone.Click("登录")
		}
	}
	j.written()
	at := j.ask()
	j.answers(at)
	j.screen(at)
	j.reads()
}

// ask makes and publishes the survey and gives its number.
func (j *journey) ask() string {
	p := j.desk("赵青")
	p.Go("/desk/surveys")
	p.Choose("职工生活状况调查")
	p.Click("新建")
	p.Expect("问卷草稿已建好", "现在和您一起生活的一共几口人")
	p.Click("问卷设置")
	p.Fill("标题*", "全厂生活状况调查")
	p.Choose("全体职工")
	p.Click("保存")
	p.Expect("问卷设置已保存", "全厂生活状况调查")
	p.Click("看职工看到的样子")
	p.Expect("第 10 题，共 10 题")
	p.ExpectFits()
	p.Shot("1_preview")
	p.Go(strings.TrimSuffix(p.Path(), "/preview"))
	p.Click("发布问卷")
	p.Expect("问卷已发布", "各部门回收情况")
	p.Shot("2_published")
	return regexp.MustCompile(`01[0-9a-z]{24}`).FindString(p.Path())
}

// answers is the worker's: ten questions on a phone, one of them mended before it is sent.
func (j *journey) answers(at string) {
	p := j.phone
	p.Go("/me/surveys/" + at)
	p.Expect("实名：工会干部能看到您的回答")
	p.ExpectFits()
	p.Shot("3_first")
	p.Fill("现在和您一起生活的一共几口人", "99")
	p.Click("下一题")
	p.Expect("有 1 处请再看一下")
	p.Fill("现在和您一起生活的一共几口人", "3")
	p.Click("下一题")
	p.Fill("最近一年，全家人的收入加起来大约多少", "60000")
	p.Click("下一题")
	p.Fill("最近一年，看病、上学、租房、赡养老人这些省不掉的钱大约多少", "26400")
	p.Click("下一题")
	p.ExpectFits()
	p.Shot("4_choice")
	p.Click("爱人得了重病，生活因此困难")
	for _, one := range []string{"没有", "没有", "没有", "都有"} {
		p.Click(one)
	}
	p.Click("跳过这题")
	p.Click("是")
	p.Expect("看一遍，没问题就提交", "爱人得了重病")
	p.ExpectFits()
	p.Shot("5_check")
	p.Click("提交")
	p.Expect("问卷已提交，谢谢您")
	p.Go("/me/surveys/" + at)
	p.Expect("这份问卷现在不用填")
}

// screen is the officer's again: the survey ends, the night screens it, and the family's application is begun.
func (j *journey) screen(at string) {
	p := j.desk("赵青")
	p.Go("/desk/surveys/" + at)
	p.Click("提前结束")
	p.Expect("问卷已结束")
	for range 2 { // the first look plans the night, the second is after it
		if err := j.house.Jobs.Once(context.Background()); err != nil {
			j.t.Fatal(err)
		}
		j.clock.MoveTo(day.Of(j.house.DB.Now()).Add(1), j.house.DB.Now())
	}
	p = j.desk("赵青") // the session ended in the night
	p.Go("/desk/surveys/" + at + "/results")
	p.Expect("回答的不到 5 人，不显示")
	p.ExpectNot("26,400")
	p.Go("/desk/surveys/" + at)
	p.Click("找出没申请的困难家庭")
	p.Expect(j.worker, "大病帮扶", "2027 年冬季补助", "家庭人均月收入不高于当地低保标准的三倍")
	p.Shot("6_found")
	p.Resize(browser.Phone)
	p.ExpectFits()
	p.Shot("6_found")
	p.Resize(browser.Desk)
	p.In(j.worker).Click("代其申请")
	p.Expect(j.worker)
	p.Shot("7_behalf")
	p.Click("开始代填")
	p.Expect("正在代 " + j.worker + " 办理")
	p.Shot("8_acting")
}
