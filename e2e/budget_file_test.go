package e2e

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"strings"

	"bangfu/e2e/browser"
	"bangfu/internal/base/day"
	"bangfu/internal/base/ident"
)

// paceImport is C4 with 5,000 rows.
func (j *journey) paceImport() {
	rows := [][]string{{"工号", "姓名", "所在部门", "身份证号码"}}
	for n := range 5000 {
		rows = append(rows, []string{fmt.Sprintf("N%05d", n), "新" + string(rune(0x4e00+n%2000)), "检修一班", ident.Invented(day.Day("1985-01-01").Add(n%9000), n/90+100)})
	}
	var file bytes.Buffer
	if err := csv.NewWriter(&file).WriteAll(rows); err != nil {
		j.t.Fatal(err)
	}
	p := j.desk("王敏")
	p.Go("/desk/import")
	p.Count()
	p.Click("上传文件")
	p.Upload("名册文件", j.file("many.csv", file.Bytes()))
	p.Click("上传并校验")
	j.settle(p)
	p.Expect("可新增 5000行")
	p.Click("去确认导入")
	p.Click("确认导入")
	j.settle(p)
	p.Expect("整体撤销这次导入")
	p.ExpectWithin("J10 import, C4", 6, 0)
}

// settle does what the house does beside the page that waits for it, and looks again, as that page does by itself.
func (j *journey) settle(p *browser.Page) {
	for n := 0; p.Eval(`document.querySelector("[data-refresh]") ? "busy" : ""`) == "busy"; n++ {
		if n == 20 {
			j.t.Fatal("the page waits and waits")
		}
		if err := j.house.Jobs.Once(context.Background()); err != nil {
			j.t.Fatal(err)
		}
		p.Go(p.Path())
	}
}

// paceBatch is C8 from the list of payments.
func (j *journey) paceBatch() {
	o := j.desk("王敏")
	o.Go("/desk/payments")
	o.Count()
	o.Click("核对到期的")
	o.Expect("都可以发放")
	p := j.desk("蒋清")
	p.Go("/desk/payments")
	p.Count()
	p.Click("制作发放批次")
	p.Fill("资金", "上级帮扶专项")
	p.Click("查询")
	p.Click("交出纳复核")
	p.Expect("等出纳复核")
	p.ExpectWithin("J13 make a batch, C8", 8, 1)
	j.batch, _, _ = strings.Cut(p.Path(), "?")
}

// pacePay is F1: checked by a second person, the bank's file, its answer.
func (j *journey) pacePay() {
	p := j.desk("沈实")
	p.Go("/desk")
	p.Count()
	p.Click(p.Eval(`[...document.querySelectorAll("main a")].map((a) => a.innerText).filter((s) => s.includes("复核发放批次")).pop()`))
	p.Click("复核通过")
	p.Expect("可以导出银行文件")
	_, file := p.Download("导出银行文件")
	p.Go(p.Path())
	answer, _ := j.answer(file)
	p.Upload("银行回单文件", j.file("answer.csv", answer))
	p.Click("导入银行回单")
	p.Expect("全部发放成功")
	p.ExpectWithin("J14 pay, F1", 7, 0)
}
