package e2e

import (
	"bytes"
	"context"
	"encoding/csv"
	"path/filepath"
	"slices"
	"strings"

	"bangfu/e2e/browser"
	"bangfu/internal/domain/fund"
	"bangfu/internal/domain/intake"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/audit"
	"bangfu/internal/office/org"
)

// pay is the money's way to the bank: the officer looks once more, the accountant makes the batch, the cashier checks it
// and hands the bank its file.
func (j *journey) pay() {
	p := j.desk("王敏")
	p.Go("/desk/payments")
	p.Click("核对到期的")
	p.Expect("都可以发放", j.worker)
	p.Shot("18_checked")
	p = j.desk("蒋清")
	p.Go("/desk/payments")
	p.Click("制作发放批次")
	p.Fill("资金", "上级帮扶专项")
	p.Click("查询")
	p.Expect(j.worker)
	p.Shot("19_make")
	p.Click("交出纳复核")
	p.Expect("等出纳复核")
	j.batch, _, _ = strings.Cut(p.Path(), "?")
	p = j.desk("沈实")
	p.Go(j.batch)
	p.Click("复核通过")
	p.Expect("可以导出银行文件")
	_, file := p.Download("导出银行文件")
	p.Go(j.batch)
	answer, ours := j.answer(file)
	if !ours {
		j.t.Errorf("the bank's file does not pay %s 3000.00:\n%s", j.worker, file)
	}
	p.Upload("银行回单文件", j.file("answer.csv", answer))
	p.Shot("20_batch")
	p.Click("导入银行回单")
	p.Expect("全部发放成功")
	p.ExpectFits()
}

// answer is what the bank says to its file, every line came through, and whether the worker of the journey is in it.
func (j *journey) answer(file []byte) (out []byte, ours bool) {
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(file, []byte("\xef\xbb\xbf")))).ReadAll()
	if err != nil || len(rows) < 3 {
		j.t.Fatalf("the bank's file: %v\n%s", err, file)
	}
	ref, amount := slices.Index(rows[0], "流水号"), slices.Index(rows[0], "金额")
	out = []byte("流水号,金额,结果\n")
	for _, r := range rows[1:] {
		if r[ref] != "" {
			out = append(out, r[ref]+","+r[amount]+",成功\n"...)
		}
		ours = ours || slices.Contains(r, j.worker) && r[amount] == "3000.00"
	}
	return out, ours
}

// receive is the worker's last page: the money has come.
func (j *journey) receive() {
	p := j.open(browser.Look{Width: browser.Phone, NoScript: true}, func(ctx context.Context, tx *db.Tx) (string, error) {
		a, err := intake.Get(ctx, tx, filepath.Base(j.app))
		if err != nil {
			return "", err
		}
		u, _, err := org.UserOfPerson(ctx, tx, a.PersonID)
		return u.ID, err
	})
	p.Go("/me/messages")
	p.ExpectFits()
	p.Shot("21_messages")
	p.Click("到账")
	p.Choose("我已收到 3,000.00 元")
	p.Fill("签名", j.worker)
	p.ExpectFits()
	p.Shot("22_receipt")
	p.Click("提交")
	p.Expect("已签收，谢谢您")
	p.Shot("23_thanks")
}

// sound wants the books to balance and the audit to verify.
func (j *journey) sound() {
	ctx := context.Background()
	if err := audit.LinkAll(ctx, j.house.DB, j.union); err != nil {
		j.t.Fatal(err)
	}
	err := j.house.DB.View(ctx, db.System(j.union), func(ctx context.Context, tx *db.Tx) error {
		trial, err := fund.TrialOn(ctx, tx, tx.Day(), "")
		if err != nil {
			return err
		}
		if trial.Debit != trial.Credit || trial.Debit == 0 {
			j.t.Errorf("trial balance: debit %v, credit %v", trial.Debit, trial.Credit)
		}
		if _, err := fund.Verify(ctx, tx); err != nil {
			j.t.Errorf("the ledger does not verify: %v", err)
		}
		r, err := audit.Verify(ctx, tx, nil)
		if err == nil && (len(r.Findings) > 0 || r.Waiting > 0) {
			j.t.Errorf("audit: %d waiting, findings %v", r.Waiting, r.Findings)
		}
		return err
	})
	if err != nil {
		j.t.Fatal(err)
	}
}
