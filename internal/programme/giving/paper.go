package giving

import (
	"context"
	"fmt"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/words"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/paper"
	"bangfu/internal/office/org"
)

// donorOf opens the sealed name of a gift's donor for a paper that is handed to that donor.
func donorOf(tx *db.Tx, g Gift) (string, error) {
	if g.Showing == Anonymous {
		return "匿名捐赠人", nil
	}
	return tx.Open("giving_gift.donor", g.ID, g.Donor)
}

// ReceiptPaper makes the receipt of a gift as a PDF and keeps it: number, sum in figures and in capitals, or the goods and
// their worth. Fault: "giving.turned" (Conflict) where the booking was turned round.
var ReceiptPaper = act.Act[ID, paper.Kept]{Name: "giving.receipt_paper", Title: "生成捐赠收据", Right: "giving.receipt", Secret: true, Do: receiptPaper}

func receiptPaper(ctx context.Context, tx *db.Tx, in ID) (paper.Kept, error) {
	g, a, err := withAccount(ctx, tx, in.ID)
	if err != nil {
		return paper.Kept{}, err
	}
	s, err := heading(ctx, tx, "捐赠收据", g)
	if err != nil {
		return paper.Kept{}, err
	}
	if g.Kind == Money {
		s.Pairs = append(s.Pairs, paper.Pair{Label: "金额", Value: g.Worth.String() + " 元"}, paper.Pair{Label: "大写", Value: g.Worth.Capital()},
			paper.Pair{Label: "银行回单号", Value: g.Slip})
	} else {
		s.Pairs = append(s.Pairs, paper.Pair{Label: "物品", Value: fmt.Sprintf("%s %d %s", g.Item, g.Pieces, g.Unit)},
			paper.Pair{Label: "价值", Value: g.Worth.String() + " 元"}, paper.Pair{Label: "大写", Value: g.Worth.Capital()})
	}
	s.Pairs = append(s.Pairs, paper.Pair{Label: "募捐", Value: a.Campaign.Name}, paper.Pair{Label: "用途", Value: a.Campaign.Purpose})
	s.Body, s.Signers = []string{"以上捐赠已收到，感谢您的爱心。"}, []string{"经办人"}
	return paper.Keep(ctx, tx, paper.Of{Kind: "gift_receipt", ID: g.ID}, s)
}

func withAccount(ctx context.Context, tx *db.Tx, id string) (Gift, Account, error) {
	g, err := GiftOf(ctx, tx, id)
	if err != nil {
		return g, Account{}, err
	}
	tx.About("gift", g.ID, "pdf", "donor")
	a, err := AccountOf(ctx, tx, g.CampaignID)
	if err == nil && a.Turned[g.ID] {
		err = fault.New(fault.Conflict, "giving.turned")
	}
	return g, a, err
}

func heading(ctx context.Context, tx *db.Tx, title string, g Gift) (paper.Sheet, error) {
	u, err := org.Info(ctx, tx)
	if err != nil {
		return paper.Sheet{}, err
	}
	donor, err := donorOf(tx, g)
	return paper.Sheet{Title: title, Union: u.Name, Number: g.Number, Seal: true, Day: paper.DayOf(g.OnDay),
		Pairs: []paper.Pair{{Label: "捐赠人", Value: donor}, {Label: "日期", Value: paper.DayOf(g.OnDay)}}}, err
}

// LetterPaper makes the letter that tells a donor what the gift became: each help by its kind, month and sum, and no name.
// Fault: "giving.turned" (Conflict).
var LetterPaper = act.Act[ID, paper.Kept]{Name: "giving.letter_paper", Title: "生成捐赠去向信", Right: "giving.letter", Secret: true, Do: letterPaper}

func letterPaper(ctx context.Context, tx *db.Tx, in ID) (paper.Kept, error) {
	g, a, err := withAccount(ctx, tx, in.ID)
	if err != nil {
		return paper.Kept{}, err
	}
	s, err := heading(ctx, tx, "捐赠去向告知信", g)
	if err != nil {
		return paper.Kept{}, err
	}
	s.Day = paper.DayOf(tx.Day())
	s.Pairs = append(s.Pairs, paper.Pair{Label: "募捐", Value: a.Campaign.Name})
	if g.Kind == Money {
		tellMoney(&s, g, a)
	} else if err := tellGoods(ctx, tx, &s, g); err != nil {
		return paper.Kept{}, err
	}
	s.Body = append(s.Body, "为保护受助家庭，这里不写姓名。感谢您的爱心。")
	return paper.Keep(ctx, tx, paper.Of{Kind: "gift_letter", ID: g.ID}, s)
}

func tellMoney(s *paper.Sheet, g Gift, a Account) {
	left := g.Worth
	s.Pairs = append(s.Pairs, paper.Pair{Label: "金额", Value: g.Worth.String() + " 元"})
	s.Table.Cols = []paper.Col{{Label: "月份", Share: 4}, {Label: "帮扶", Share: 8}, {Label: "受助", Share: 6}, {Label: "其中您的捐款（元）", Share: 6, Num: true}}
	for _, h := range a.Became(g) {
		left -= h.Amount
		s.Table.Rows = append(s.Table.Rows, []string{string(h.Day)[:7], h.Called(words.Zh), "一户职工家庭", h.Amount.String()})
	}
	s.Table.Foot = []string{"合计", "", "", (g.Worth - left).String()}
	if left > 0 {
		s.Body = []string{fmt.Sprintf("还有 %s 元没有用，继续用于：%s", left.String(), a.Campaign.Purpose)}
	}
}

func tellGoods(ctx context.Context, tx *db.Tx, s *paper.Sheet, g Gift) error {
	all, err := Handouts(ctx, tx, g.ID)
	s.Pairs = append(s.Pairs, paper.Pair{Label: "物品", Value: fmt.Sprintf("%s %d %s", g.Item, g.Pieces, g.Unit)})
	s.Table.Cols = []paper.Col{{Label: "月份", Share: 4}, {Label: "受助", Share: 8}, {Label: "数量", Share: 4, Num: true}, {Label: "价值（元）", Share: 5, Num: true}}
	for _, h := range all {
		s.Table.Rows = append(s.Table.Rows, []string{string(h.OnDay)[:7], "一户职工家庭", fmt.Sprint(h.Pieces), h.Worth.String()})
	}
	if rest := g.Pieces - g.Given; rest > 0 {
		s.Body = []string{fmt.Sprintf("还有 %d %s没有发放。", rest, g.Unit)}
	}
	return err
}
