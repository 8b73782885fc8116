package partner_test

import (
	"context"
	"testing"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/ident"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/casefile"
	"bangfu/internal/domain/partner"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
	"bangfu/internal/office/audit"
	"bangfu/internal/office/task/tasktest"
)

func do[In, Out any](h *tasktest.House, who string, a act.Act[In, Out], in In) (Out, error) {
	return a.Run(context.Background(), h.Host, act.Call{Actor: h.Actor(who), Key: db.Token()}, in)
}

func want(t *testing.T, err error, key string) {
	t.Helper()
	if key == "" && err != nil || key != "" && !fault.Is(err, key) {
		t.Fatalf("got %v, want %q", err, key)
	}
}

// A family on file is referred with its consent, waits once with one partner, and what the partner gave counts as help;
// what was asked opens by a look or on the letter only.
func TestReferral(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		h := tasktest.New(t, d)
		var f casefile.File
		h.Do("officer", func(ctx context.Context, tx *db.Tx) error {
			id, _, err := ident.ParseID(ident.Invented("1980-05-17", 12), tx.Day())
			if err != nil {
				return err
			}
			w, err := person.Add(ctx, tx, person.Draft{StaffNo: "T1", Name: "示例甲", UnitID: h.Units["group"], ID: id})
			if err != nil {
				return err
			}
			f, err = casefile.Ensure(ctx, tx, casefile.Opening{PersonID: w.ID, HouseholdID: w.HouseholdID, Cause: "illness"})
			return err
		})
		body := partner.BodyIn{Name: "示例慈善会", Kind: "charity", Helps: []partner.Help{"daily"}, Until: "2026-12-31"}
		b, err := do(h, "officer", partner.Keep, body)
		want(t, err, "")
		_, err = do(h, "officer", partner.Keep, body)
		want(t, err, "partner.taken")
		_, err = do(h, "admin", partner.Keep, body)
		want(t, err, "fault.denied")
		today := h.DB.Today()
		in := partner.ReferIn{Source: partner.OfFile, SourceID: f.ID, Body: b.ID, Asks: []partner.Help{"daily"}, Reason: "请帮一把", Told: []partner.Told{"family"},
			Consent: "signed", ConsentOn: today.Add(1), Due: today.Add(20)}
		_, err = do(h, "officer", partner.Refer, in)
		want(t, err, "partner.consent_day")
		in.ConsentOn = today
		h.Add("stranger", "officer", "other")
		_, err = do(h, "stranger", partner.Refer, in)
		want(t, err, "fault.denied")
		r, err := do(h, "officer", partner.Refer, in)
		want(t, err, "")
		_, err = do(h, "officer", partner.Refer, in)
		want(t, err, "partner.open")

		look := audit.Look(partner.Openers())
		said, err := do(h, "officer", look, audit.LookIn{Kind: "referral", ID: r.ID, Field: "reason", Reason: "核对介绍信"})
		if want(t, err, ""); said != "请帮一把" {
			t.Errorf("opened %q", said)
		}
		_, err = do(h, "stranger", look, audit.LookIn{Kind: "referral", ID: r.ID, Field: "reason", Reason: "核对介绍信"})
		want(t, err, "fault.denied")
		letter, err := do(h, "officer", partner.Print, partner.LetterIn{ID: r.ID})
		if want(t, err, ""); letter.Asked != "请帮一把" {
			t.Errorf("the letter asks %q", letter.Asked)
		}

		c.SetDay(t, string(today.Add(25)))
		answer := partner.AnswerIn{ID: r.ID, State: partner.Helped, Kind: "daily", Amount: money.Yuan(600), On: today.Add(30)}
		_, err = do(h, "officer", partner.Answer, answer)
		want(t, err, "partner.helped_day")
		answer.On = today.Add(10)
		_, err = do(h, "officer", partner.Answer, answer)
		want(t, err, "")
		_, err = do(h, "officer", partner.Answer, answer)
		want(t, err, "partner.answered")
		_, err = do(h, "officer", partner.Withdraw, partner.WithdrawIn{ID: r.ID, Why: "不同意了"})
		want(t, err, "partner.answered")
		h.Do("officer", func(ctx context.Context, tx *db.Tx) error {
			all, err := casefile.AidOf(ctx, tx, f.HouseholdID, "", "")
			if err == nil && (len(all) != 1 || all[0].Amount != money.Yuan(600) || all[0].Source != casefile.Outside) {
				t.Errorf("counted as help: %+v", all)
			}
			return err
		})
		c.SetDay(t, "2027-01-01")
		in.ConsentOn, in.Due = "2027-01-01", "2027-02-01"
		_, err = do(h, "officer", partner.Refer, in)
		want(t, err, "partner.ended")
	})
}

// What an answer must say.
func TestAnswerShape(t *testing.T) {
	for _, tt := range []struct {
		in   partner.AnswerIn
		good bool
	}{
		{partner.AnswerIn{State: partner.Helped, Kind: "daily", On: "2026-11-22"}, true},
		{partner.AnswerIn{State: partner.Helped, On: "2026-11-22"}, false},
		{partner.AnswerIn{State: partner.Helped, Kind: "daily"}, false},
		{partner.AnswerIn{State: partner.Silent}, true},
		{partner.AnswerIn{State: partner.Refused, Amount: 1}, false},
		{partner.AnswerIn{State: partner.Waiting}, false},
	} {
		if err := tt.in.Check(); (err == nil) != tt.good {
			t.Errorf("%+v: %v", tt.in, err)
		}
	}
}
