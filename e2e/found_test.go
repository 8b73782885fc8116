package e2e

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"bangfu/e2e/browser"
	"bangfu/internal/app"
	"bangfu/internal/app/world"
	"bangfu/internal/base/day"
	"bangfu/internal/base/ident"
)

// empty serves a house in which nothing is set up yet.
func empty(t *testing.T, dsn string) *served {
	t.Helper()
	clock := &world.Clock{}
	h, err := app.Open(context.Background(), app.Config{Data: t.TempDir(), DSN: dsn, Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(h.Web)
	t.Cleanup(func() {
		srv.Close()
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	})
	return &served{h, srv.URL, nil, clock, nil}
}

// staff are those the union needs before its first case, each another person.
func staff() [][3]string {
	return [][3]string{{"wangmin", "王敏", "帮扶干事"}, {"zhaoqing", "赵青", "帮扶干事"}, {"sunning", "孙宁", "帮扶干事"}, {"zhouzheng", "周正", "工会主席"}, {"hanshou", "韩守", "基金管理人"},
		{"zhenghe", "郑和", "工会委员"}, {"fengli", "冯立", "工会委员"}, {"jiangqing", "蒋清", "会计"}, {"shenshi", "沈实", "出纳"}, {"yangming", "杨明", "经审委员"},
		{"weixin", "卫新", "领导小组"}}
}

// install is the first day (journey A1): the union is founded, and every post is filled.
func (j *journey) install() {
	j.found()
	for _, s := range staff() {
		j.appoint(s[0], s[1], s[2], "临江机电有限公司工会委员会")
	}
	j.admin.Go("/desk/setup")
	j.admin.Expect("没有名册", "还没有登记：")
	j.admin.Go("/desk/applications")
	j.admin.Expect("您没有权限看这一页")
}

// found is the link printed at the first start, the union, its administrator.
func (j *journey) found() {
	path, err := j.house.FirstLink(context.Background())
	if err != nil {
		j.t.Fatal(err)
	}
	p := j.b.Open(j.t, j.base, browser.Look{Width: browser.Desk})
	p.Go(path)
	for _, f := range [][2]string{{"工会全称", "临江机电有限公司工会委员会"}, {"简称", "临江机电"}, {"所在地区划代码", "990100"}, {"帮扶电话", "8123"},
		{"管理员姓名", "何管"}, {"登录名", "heguan"}, {"密码", "清晨江边的第三棵柳树"}, {"再填一次密码", "清晨江边的第三棵柳树"}} {
		p.Fill(f[0], f[1])
	}
	p.Shot("00_install")
	p.Click("建立工会")
	p.Expect("管理员设好了", "任命办事的人", "开始使用前必须完成", "现在还不能开始使用")
	p.ExpectFits()
	p.Shot("00_list")
	unions, err := j.house.Unions(context.Background())
	if err != nil || len(unions) != 1 {
		j.t.Fatal(unions, err)
	}
	j.union, j.admin = unions[0], p
}

// appoint makes an account and gives its holder a post.
func (j *journey) appoint(login, name, role, unit string) {
	j.admin.Go("/desk/people-roles/new")
	j.admin.Fill("登录名", login)
	j.admin.Fill("姓名", name)
	j.admin.Click("建账号")
	j.admin.Expect("只能用一次")
	j.admin.Click("给他任职")
	j.admin.Fill("角色", role)
	j.admin.Choose(unit)
	j.admin.Click("任职")
	j.admin.Expect("任职已记下", name)
}

// figures are what every standard asks: the region's subsistence line and minimum wage.
func (j *journey) figures() {
	p := j.desk("王敏")
	for _, f := range [][2]string{{"dibao_line", "1100"}, {"minimum_wage", "2200"}} {
		p.Go("/desk/standards/line")
		p.Fill("参考数", f[0])
		p.Fill("起算日", "2026-01-01")
		p.Fill("金额", f[1])
		p.Fill("文件依据", "示例文号〔2026〕1 号")
		p.Click("登记")
		p.Expect("已登记")
	}
}

// money opens a pocket and books what is in it.
func (j *journey) money() {
	p := j.desk("韩守")
	p.Go("/desk/fund/new")
	for _, f := range [][2]string{{"资金编号", "SJ-2026"}, {"资金名称", "上级帮扶专项"}, {"基金管理人", "韩守"}} {
		p.Fill(f[0], f[1])
	}
	p.Fill("资金来源", "上级工会补助")
	p.Click("设立资金")
	p.Expect("资金已设立")
	p = j.desk("蒋清")
	p.Go("/desk/fund/receive")
	p.Choose("SJ-2026 上级帮扶专项")
	for _, f := range [][2]string{{"金额", "200000"}, {"银行回单号", "QC-0001"}, {"到账日期", string(j.house.DB.Today())}, {"付款方", "县总工会"}} {
		p.Fill(f[0], f[1])
	}
	p.Choose("这是建账时的期初余额")
	p.Click("登记收入")
	p.Expect("收入已登记", "200,000.00")
}

// roster brings the workers in: a file with one bad row, which stays out with its reason, and the whole can be undone.
func (j *journey) roster() {
	p := j.desk("王敏")
	p.Go("/desk/import/new")
	p.Fill("文件内容", "职工名册")
	p.Choose("名册里没有的部门自动建立")
	p.Upload("名册文件", j.file("roster.csv", j.people()))
	p.Click("上传并校验")
	p.Expect("没有通过的行", "身份证号")
	p.ExpectFits()
	p.Shot("00_roster")
	p.Click("去确认导入")
	p.Choose("只新增")
	p.Choose("只导入没有问题的行")
	p.Click("确认导入")
	p.Expect("整体撤销这次导入")
	p.Go("/desk/people")
	p.Expect(j.worker, j.leader, "检修一班")
}

// people is a list as a personnel office keeps it.
func (j *journey) people() []byte {
	rows := [][]string{{"临江机电有限公司在册职工"}, {"工号", "姓名", "所在部门", "身份证号码", "月工资", "工资卡号", "户名", "开户行"}}
	row := func(n int, name, id string) {
		rows = append(rows, []string{fmt.Sprintf("G%03d", n), name, "检修车间/检修一班", id, "1500", ident.InventedCard(n), name, "示例银行"})
	}
	born := day.Day("1980-03-01")
	row(1, j.leader, ident.Invented(born, 1))
	row(2, j.worker, ident.Invented(born, 2))
	for i, name := range []string{"林远山", "何 秋", "苏小满"} {
		row(3+i, name, ident.Invented(born, 3+i))
	}
	row(9, "缺一位", ident.Invented(born, 9)[:17])
	var b bytes.Buffer
	b.WriteString("\xef\xbb\xbf")
	if err := csv.NewWriter(&b).WriteAll(rows); err != nil {
		j.t.Fatal(err)
	}
	return b.Bytes()
}

// open takes the union live, appoints the group's leader, and gives the first worker a way in: a slip of paper with a code.
func (j *journey) goLive() {
	j.appoint("G001", j.leader, "工会小组长", "检修一班")
	j.admin.Go("/desk/setup")
	j.admin.Click("开始使用")
	j.admin.Expect("已开始使用")
	p := j.as(j.leader, browser.Look{Width: browser.Phone})
	p.Go("/desk/people")
	p.Click(j.worker)
	p.Click("给办理码")
	p.Expect("请当面交给本人")
	code := strings.Join(strings.Fields(p.Eval(`document.querySelector("code.copy").textContent`)), "")
	j.phone = j.b.Open(j.t, j.base, browser.Look{Width: browser.Phone, NoScript: true})
	j.phone.Go("/signin/code")
	for _, f := range [][2]string{{"工号", "G002"}, {"办理码", code}, {"给自己设一个密码", "家门口有两棵老槐树"}, {"再填一次密码", "家门口有两棵老槐树"}} {
		j.phone.Fill(f[0], f[1])
	}
	j.phone.ExpectFits()
	j.phone.Shot("00_code")
	j.phone.Click("设好密码")
	j.phone.Expect("密码设好了")
}
