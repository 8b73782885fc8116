package deduction_test

import (
	"context"
	"fmt"
	"testing"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/ident"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/deduction"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
	"bangfu/internal/engine/sheet"
	"bangfu/internal/office/task/tasktest"
)

func want(t *testing.T, err error, key string) {
	t.Helper()
	if key == "" && err != nil || key != "" && !fault.Is(err, key) {
		t.Fatalf("got %v, want %q", err, key)
	}
}

// hired adds workers T1… of the group and gives their ids.
func hired(h *tasktest.House, n int) (ids []string) {
	for i := 1; i <= n; i++ {
		h.Do("system", func(ctx context.Context, tx *db.Tx) error {
			id, _, err := ident.ParseID(ident.Invented("1980-05-17", 20+i), tx.Day())
			if err != nil {
				return err
			}
			w, err := person.Add(ctx, tx, person.Draft{StaffNo: fmt.Sprintf("T%d", i), Name: "示例甲", UnitID: h.Units["group"], ID: id})
			ids = append(ids, w.ID)
			return err
		})
	}
	return ids
}

func land(h *tasktest.House, id, text string) (done deduction.Landed, err error) {
	err = h.DB.Update(context.Background(), h.Actor("accountant"), func(ctx context.Context, tx *db.Tx) (err error) {
		done, err = deduction.Land(ctx, tx, deduction.Landing{ID: id, Kind: deduction.Mutual, Data: []byte(text), On: tx.Day()})
		return err
	})
	return done, err
}

// A list goes to payroll as a file, and only what the answer says was taken counts: row by row, the whole file or nothing.
func TestList(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := tasktest.New(t, d)
		ids := hired(h, 3)
		var l deduction.List
		make := func(month string, asks ...deduction.Ask) error {
			return d.Update(t.Context(), h.Actor("accountant"), func(ctx context.Context, tx *db.Tx) (err error) {
				l, err = deduction.Make(ctx, tx, deduction.New{Kind: deduction.Mutual, Month: month, Asks: asks})
				return err
			})
		}
		asks := []deduction.Ask{{PersonID: ids[0], Ref: "m1", Amount: money.Yuan(20)}, {PersonID: ids[1], Ref: "m2", Amount: money.Yuan(30), PreTax: true},
			{PersonID: ids[2], Ref: "m3", Amount: money.Yuan(40)}}
		want(t, make("2026-13", asks...), "deduction.month")
		want(t, make("2026-10"), "deduction.nothing")
		want(t, make("2026-10", asks...), "")
		id := l.ID
		want(t, make("2026-10", asks...), "deduction.again")
		want(t, make("2026-11", asks...), "deduction.open")
		_, err := land(h, id, "序号,工号,实扣金额\n1,T1,20\n")
		want(t, err, "deduction.state")

		f, err := deduction.Send.Run(t.Context(), h.Host, act.Call{Actor: h.Actor("accountant"), Key: db.Token()}, deduction.ID{ID: id})
		want(t, err, "")
		book, err := sheet.Open(f.Data)
		want(t, err, "")
		m, err := book.Match([]sheet.Column{{Key: "no", Names: []string{"序号"}, Required: true}, {Key: "tax", Names: []string{"税前或税后"}, Required: true}})
		want(t, err, "")
		tax := ""
		for r, err := range book.Rows(m) {
			want(t, err, "")
			tax += r.Text("no") + r.Text("tax") + " "
		}
		if tax != "1税后扣 2税前扣 3税后扣 " {
			t.Errorf("payroll is told %q", tax)
		}
		_, err = deduction.Answers(f.Data)
		want(t, err, "deduction.blank") // as it left us, nothing is filled in

		for text, key := range map[string]string{
			"序号,工号,实扣金额\n1,T2,20\n":             "deduction.match", // the rows slipped
			"序号,工号,实扣金额\n9,T1,20\n":             "deduction.match",
			"序号,工号,实扣金额\n1,T1,20\n2,T2,30.01\n": "deduction.much",
			"序号,工号,实扣金额\n1,T1,二十\n":             "deduction.row",
			"序号,金额\n1,2\n":                      "deduction.head",
		} {
			_, err := land(h, id, text)
			want(t, err, key)
		}
		const part = "序号,工号,实扣金额,少扣原因\n1,T1,20,\n3,T3,0,病假无工资\n"
		done, err := land(h, id, part)
		want(t, err, "")
		if done.Taken != money.Yuan(20) || done.Left != 1 || len(done.Lines) != 2 || done.Lines[1].Why != "病假无工资" || done.List.State != deduction.Sent {
			t.Errorf("first answer: %+v", done)
		}
		_, err = land(h, id, part)
		want(t, err, "deduction.twice")
		done, err = land(h, id, "序号,工号,实扣金额\n2,T2,10\n")
		want(t, err, "")
		if done.List.State != deduction.Done || done.List.Taken != money.Yuan(30) {
			t.Errorf("second answer: %+v", done.List)
		}
		want(t, make("2026-11", asks...), "")
		sums := map[string]money.Amount{}
		h.Do("accountant", func(ctx context.Context, tx *db.Tx) (err error) {
			sums, err = deduction.AskedOf(ctx, tx, "2026-11")
			return err
		})
		if sums[ids[2]] != money.Yuan(40) {
			t.Errorf("asked of wages: %v", sums)
		}
		_, err = deduction.Cancel.Run(t.Context(), h.Host, act.Call{Actor: h.Actor("accountant"), Key: db.Token()}, deduction.CancelIn{ID: l.ID, Reason: "本月不扣"})
		want(t, err, "")
		want(t, make("2026-11", asks[0]), "")
	})
}

func FuzzAnswers(f *testing.F) {
	f.Add([]byte("序号,工号,实扣金额,少扣原因\n1,T1,20.00,\n2,T2,,\n"))
	f.Add([]byte("序号,工号,实扣\n1,T1,-1\n"))
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, data []byte) {
		all, err := deduction.Answers(data)
		if err != nil {
			if k := fault.Of(err).Kind; k != fault.Invalid {
				t.Fatalf("fault of kind %v: %v", k, err)
			}
			return
		}
		for _, a := range all {
			if a.No < 1 || a.Taken < 0 || len([]rune(a.Why)) > 100 {
				t.Fatalf("read %+v", a)
			}
		}
	})
}
