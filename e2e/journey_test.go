package e2e

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"bangfu/e2e/browser"
	"bangfu/internal/base/day"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/org"
)

// journey is the life of one case, from the worker's phone to the receipt, each step by the person whose turn it is.
type journey struct {
	*served
	t      *testing.T
	b      *browser.Browser
	union  string
	worker string // the applicant's name
	leader string // who leads the applicant's group
	app    string // /desk/applications/…
	award  string // /desk/awards/…
	batch  string // /desk/payments/batches/…
	admin  *browser.Page
	phone  *browser.Page // the worker's
}

// TestJourney founds a union and lives one case through the real pages, on both engines: from the link printed at the first
// start over roster and books to a worker who applies on a phone without scripts; each step by another person, the money
// arrives, what came of it is looked at, and the books and the audit are sound in the end.
func TestJourney(t *testing.T) {
	for _, engine := range []struct {
		name string
		dsn  func(testing.TB) string
	}{{"sqlite", func(testing.TB) string { return "" }}, {"postgres", dbtest.PostgresDSN}} {
		t.Run(engine.name, func(t *testing.T) {
			j := &journey{served: empty(t, engine.dsn(t)), t: t, b: browser.Start(t), worker: "黄河清", leader: "孙立新"}
			for _, step := range []func(){j.install, j.figures, j.money, j.roster, j.goLive, j.apply, j.consent, j.first, j.verify, j.assess, j.propose, j.decide, j.publish, j.object, j.pass, j.sign, j.pay, j.receive, j.follow, j.watch} {
				step()
			}
			j.sound()
		})
	}
}

// as opens a browser of its own for one who holds a post, signed in by a link made just now.
func (j *journey) as(name string, look browser.Look) *browser.Page {
	j.t.Helper()
	return j.open(look, func(ctx context.Context, tx *db.Tx) (string, error) {
		users, err := org.Users(ctx, tx)
		for _, u := range users {
			if u.Name == name {
				return u.ID, err
			}
		}
		return "", fmt.Errorf("nobody called %s holds a post: %w", name, err)
	})
}

func (j *journey) open(look browser.Look, who func(context.Context, *db.Tx) (user string, err error)) *browser.Page {
	j.t.Helper()
	var token string
	err := j.house.DB.Update(context.Background(), db.System(j.union), func(ctx context.Context, tx *db.Tx) error {
		user, err := who(ctx, tx)
		if err != nil {
			return err
		}
		token, err = auth.Begin(ctx, tx, user, "web")
		return err
	})
	if err != nil {
		j.t.Fatal(err)
	}
	p := j.b.Open(j.t, j.base, look)
	p.SetCookie("session", base64.RawURLEncoding.EncodeToString([]byte(token)))
	p.Go("/")
	return p
}

func (j *journey) desk(name string) *browser.Page {
	return j.as(name, browser.Look{Width: browser.Desk})
}

// apply is the worker's part: everything on the phone, one photo, and for the papers not at hand a reason.
func (j *journey) apply() {
	anyone := j.b.Open(j.t, j.base, browser.Look{Width: browser.Phone, NoScript: true})
	anyone.Go("/")
	anyone.Expect("有困难，找工会")
	anyone.ExpectFits()
	anyone.Shot("01_entry")
	p := j.phone
	p.Go("/")
	p.Click("开始申请")
	p.Choose("大病帮扶")
	p.Shot("02_start")
	p.Click("继续")
	p.Choose("我看过了，同意")
	p.Click("同意并继续")
	p.Expect("我们需要您单独同意")
	for _, what := range []string{"医疗健康信息", "银行卡信息", "未满 14 岁孩子的信息", "公示"} {
		p.Choose(what)
	}
	p.Shot("03_consent")
	p.Click("继续")
	j.tell(p)
	j.hand(p)
	p.Click("就用这张，下一步")
	p.Expect("请检查，然后提交")
	p.ExpectFits()
	p.Shot("06_check")
	p.Click("都对，去签名提交")
	p.Choose("我保证以上情况属实，同意工会核实")
	p.Fill("签名：请输入您的姓名", j.worker)
	p.Click("提交申请")
	p.Expect("已提交")
	if !regexp.MustCompile(`BF-\d{4}-\d+`).MatchString(p.Text()) {
		j.t.Errorf("no receipt number: %s", p.Text())
	}
	p.Shot("07_done")
	j.app = "/desk/applications/" + strings.Split(p.Path(), "/")[3]
	p.Click("看进度")
	p.Expect("您的申请正在初审")
	p.ExpectFits()
}

// tell answers about oneself, the family, the hardship and the money.
func (j *journey) tell(p *browser.Page) {
	p.Expect("一共")
	p.ExpectFits()
	p.Shot("04_tasks")
	p.Click("继续填：本人信息")
	p.Click("对，下一步")
	p.Click("添加一位家人")
	p.Choose("配偶")
	p.Fill("姓名", j.worker+"爱人")
	p.Choose("疾病")
	p.Fill("每月大约收入", "0")
	p.Click("保存这位家人")
	p.Expect(j.worker + "爱人")
	p.Click("没有了，下一步")
	p.Fill("用几句话说说情况", "爱人今年做了心脏手术，自己付了两万多。")
	p.Click("保存，下一步")
	p.In("这次是家里谁的事").Choose(j.worker + "爱人")
	p.In("医生确诊的是大病、重病吗").Choose("是")
	p.Fill("最近一年自己付了多少医药费", "26400")
	p.Shot("05_ask")
	p.Click("保存，下一步")
	p.Expect("收入和支出")
	p.Click("保存，下一步")
}

// hand gives a photo of one paper and says why the others are not there yet.
func (j *journey) hand(p *browser.Page) {
	p.Click("现在拍")
	p.Upload("拍照或选文件", j.photo())
	p.Click("交这份材料")
	for range 3 {
		p.Expect("没有？可以到工会现场拍")
		p.Tap("没有？可以到工会现场拍")
		p.Choose("还没拿到，以后补")
		p.Click("保存，下一样")
	}
	p.Expect("已交 1 张")
	p.ExpectFits()
	p.Shot("05_papers")
	p.Click("材料好了，下一步")
}

// photo makes a small picture as a phone would.
func (j *journey) photo() string {
	m := image.NewGray(image.Rect(0, 0, 320, 200))
	for i := range m.Pix {
		m.Pix[i] = color.Gray{Y: uint8(i * 7)}.Y
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		j.t.Fatal(err)
	}
	return j.file("photo.jpg", b.Bytes())
}

func (j *journey) file(name string, data []byte) string {
	path := filepath.Join(j.t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		j.t.Fatal(err)
	}
	return path
}

// first is the group leader's review, on a phone too.
func (j *journey) first() {
	p := j.as(j.leader, browser.Look{Width: browser.Phone})
	p.Go(j.app)
	p.Expect(j.worker, "初审")
	p.ExpectFits()
	p.Choose("情况属实，报公司工会")
	p.Choose("在岗")
	p.Shot("08_first")
	p.Click("提交初审")
	p.Expect("已报公司工会核查")
}

// verify is the officer's: take the case, visit, look at the paper, find what the union must find, pass it on.
func (j *journey) verify() {
	p := j.desk("王敏")
	p.Go(j.app)
	p.Click("接手办理")
	p.In("填走访记录").Click("填走访记录")
	p.Fill("走访日期", string(j.house.DB.Today()))
	p.Fill("走访人（每行一位，至少两位）", "王敏\n赵青")
	for _, what := range []string{"见到本人", "家庭人口", "住房"} {
		p.Choose(what)
	}
	p.Fill("看到的情况", "爱人术后在家休养，家里只有一份工资。")
	p.Choose("申请书和核对授权书已当面签字，全家成年人都签了")
	for _, paper := range []string{"户口簿", "病历首页或诊断证明", "住院结算单或自付发票"} {
		p.Choose(paper)
	}
	p.Shot("09_visit")
	p.Click("记下走访")
	p.Expect("已走访")
	p.In("身份证").Click("可以")
	p.Expect("核对过，可以")
	p.In("因病造成家庭生活困难").Click("核实")
	p.Choose("是")
	p.Fill("依据", "走访时核实，看了住院结算单")
	p.Click("记下核实的数")
	p.Expect("问题都核实了")
	p.ExpectFits()
	p.Shot("10_case")
	p.Click("核查完成，报集体研究")
	p.Fill("核查结论", "情况属实，材料已核对。")
	p.Choose("没有改过的回答，和材料、走访看到的一致")
	p.Click("报集体研究")
	p.Expect("已报集体研究")
}

// assess is the panel's report.
func (j *journey) assess() {
	p := j.desk("郑和")
	p.Go(j.app)
	p.Click("写评估报告")
	p.Fill("家庭情况和困难原因", "爱人患重病，自付医药费多，家庭生活困难。")
	p.Choose("建议帮扶")
	p.Fill("参加评估的人（每行一位）", "郑和\n冯立")
	p.Shot("11_assess")
	p.Click("交评估报告")
	p.Expect("评估报告已交")
}

// propose writes the plan and the proposal; an amount outside the standard's bounds is refused with its clause.
func (j *journey) propose() {
	p := j.desk("赵青")
	p.Go(j.app)
	p.Click("制定帮扶计划")
	p.Fill("目标", "看得起病，基本生活不断档")
	p.Fill("内容", "大病救助金一次")
	p.Fill("方式", "一次给")
	p.Fill("完成日期", string(j.house.DB.Today().Add(30)))
	p.Fill("责任人", "赵青")
	p.Click("保存计划")
	p.Expect("计划已保存")
	p.Click("提出帮扶")
	p.Choose("大病帮扶")
	p.Fill("每次金额", "6000")
	p.Fill("金额理由", "自付医药费两万六千四百元，家里只有一份工资。")
	p.Choose("上级帮扶专项")
	p.Click("提交审批")
	p.Expect("“大病帮扶”最高 ¥5,000.00，填的是 ¥6,000.00（依据：帮扶标准第三项）")
	p.ExpectFits()
	p.Shot("12_outside")
	p.Fill("每次金额", "3000")
	p.Click("提交审批")
	p.Expect("已提交审批")
	j.award, _, _ = strings.Cut(p.Path(), "?")
}

// decide is the chair's.
func (j *journey) decide() {
	p := j.desk("周正")
	p.Go("/desk")
	p.Shot("13_desk")
	p.Go(j.award)
	p.Choose("同意")
	p.Shot("14_decide")
	p.Click("提交决定")
	p.Expect("待公示", "周正 同意")
}

// publish shows first what all will see, and then shows it; a stranger sees the masked name only.
func (j *journey) publish() {
	p := j.desk("王敏")
	p.Go(j.award)
	p.Click("预览公示")
	p.Expect("职工看到的就是下面这样")
	p.ExpectNot(j.worker)
	p.Shot("15_preview")
	p.Click("开始公示")
	p.Expect("公示开始了")
	anyone := j.b.Open(j.t, j.base, browser.Look{Width: browser.Phone, NoScript: true})
	anyone.Go("/p/notices")
	masked := string([]rune(j.worker)[:1]) + "*"
	anyone.Expect("公示栏", masked)
	anyone.ExpectNot(j.worker)
	anyone.ExpectFits()
	anyone.Shot("16_board")
}

// pass lets nine days go by, and the house do what it does by itself.
func (j *journey) pass() {
	j.clock.MoveTo(day.Of(j.house.DB.Now()).Add(9), j.house.DB.Now())
	if err := j.house.Jobs.Once(context.Background()); err != nil {
		j.t.Fatal(err)
	}
}

// sign is the other chair's.
func (j *journey) sign() {
	p := j.desk("韩守")
	p.Go(j.award)
	p.Expect("待签发", "签发后额度落实")
	p.Shot("17_sign")
	p.Click("签发")
	p.Expect("已签发")
}
