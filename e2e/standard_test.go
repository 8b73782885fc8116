package e2e

import (
	"bangfu/e2e/browser"
)

// written: an officer has a paper in hand and writes it as a standard in the page; a family reckoned by hand comes out otherwise
// until the condition is what the paper says. Another approves, the officer looks at what it would cost and opens it to workers.
func (j *journey) written() {
	p := j.desk("赵青")
	p.Go("/desk/standards")
	p.Click("写新标准")
	for _, f := range [][2]string{{"名称*", "2027 年冬季补助"}, {"依据的文件", "关于发放冬季补助的通知"}, {"代码*", "winter_2027"}} {
		p.Fill(f[0], f[1])
	}
	p.Fill("像哪一种", "定额补助：符合条件的每户发固定的数，例如每年一次一千元")
	p.Click("开始写")
	p.Expect("草稿已开好", "还没有例子")
	p.ExpectFits()
	p.Shot("std_1_begun")
	at := p.Path()
	j.family(p, at)
	p.Expect("不一致", "应是 成立，算出来是 不成立")
	p.Go(at[:len(at)-len("/write")] + "/row?list=items/0/requires&at=0")
	p.Fill("说法*", "家庭人均月收入不高于当地低保标准的三倍")
	p.In("第 1 条").Fill("怎样比", "不高于")
	p.In("第 1 条").Fill("数、词或日期", "三倍")
	p.Click("保存为草稿")
	p.Expect("请写几倍，例如 1.5")
	p.Shot("std_2_refused")
	p.In("第 1 条").Fill("数、词或日期", "3")
	p.Click("保存为草稿")
	p.Expect("草稿已保存", "「家庭人均月收入」")
	p.ExpectNot("不一致")
	p.Resize(browser.Phone)
	p.ExpectFits()
	p.Shot("std_3_proven")
	p.Resize(browser.Desk)
	c := j.desk("周正")
	c.Go(at[:len(at)-len("/write")])
	c.Expect("不高于当地低保标准的三倍")
	c.Click("批准这一版")
	c.Expect("已批准")
	p.Go(at[:len(at)-len("/write")] + "/whatif")
	p.Expect("改数试算", "现在符合")
	p.Shot("std_4_whatif")
	p.Go(at[:len(at)-len("/write")])
	p.Click("开放申请")
	p.Fill("帮什么", "冬天取暖有困难")
	p.Choose("收入低")
	p.Click("开放申请")
	p.Expect("职工现在就能申请", "冬天取暖有困难")
	p.Shot("std_5_offered")
}

// family writes down what the paper gives for a family exactly on its line.
func (j *journey) family(p *browser.Page, at string) {
	p.Go(at[:len(at)-len("/write")] + "/family?at=0")
	p.Fill("怎样叫这一户", "正好三倍")
	p.Fill("工会会员", "是")
	p.Fill("家庭人均月收入", "3000")
	p.Fill("当地低保标准", "1000")
	p.Fill("结论", "成立")
	p.Fill("定额补助", "1000")
	p.Click("保存并照算")
	p.Expect("例子已保存")
}

// reads: anybody asks first whether there is help for a family like this, is shown the new one, and reads why.
func (j *journey) reads() {
	p := j.phone
	p.Go("/ask")
	for _, one := range []string{"不到 ¥800.00", "都没有", "没有"} {
		p.Choose(one)
		p.Click("下一步")
	}
	p.Expect("您可能可以申请", "2027 年冬季补助", "按您说的，符合：", "家庭人均月收入不高于当地低保标准的三倍", "工会还要核实：", "是工会会员")
	p.ExpectFits()
	p.Shot("std_6_worker")
}
