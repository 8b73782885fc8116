package roster

import (
	"bytes"
	"context"
	"testing"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
	"bangfu/internal/engine/form"
)

// lines is a csv of our own making.
func lines(text string) form.File { return form.NewFile("表.csv", []byte("\ufeff"+text)) }

func find(t testing.TB, d Desk, no string) (w person.Worker, h person.Home) {
	t.Helper()
	must(t, d.Host.DB.View(t.Context(), officer(), func(ctx context.Context, tx *db.Tx) (err error) {
		if w, _, err = person.ByStaffNo(ctx, tx, no); err != nil {
			return err
		}
		h, err = person.Household(ctx, tx, w.HouseholdID)
		return err
	}))
	return w, h
}

func undo(t testing.TB, d Desk, id string) error {
	t.Helper()
	_, err := d.Undo().Run(t.Context(), d.Host, act.Call{Actor: officer()}, ImportID{id})
	return err
}

func TestFamiliesJoinAndPartAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		desk := open(t, d)
		a, b := made(1), made(2)
		confirm(t, desk, upload(t, desk, Workers, file(t, []person3{a, b, made(3)})).ID, "update")
		m := upload(t, desk, Members, lines("工号,与职工关系,姓名,身份证号,月收入,在读阶段\n"+
			a.no+",配偶,"+b.name+","+b.id+",,\n"+
			a.no+",子女,小示,,0,小学\n"+
			b.no+",父母,老示,,1200,\n"+
			"Z9,子女,无人,,,\n"+
			a.no+",邻居,某人,,,\n"))
		if m.Fresh != 3 || m.Faulty != 2 {
			t.Fatalf("checked: %+v", m)
		}
		m = confirm(t, desk, m.ID, "update")
		wa, h := find(t, desk, a.no)
		wb, _ := find(t, desk, b.no)
		if wa.HouseholdID != wb.HouseholdID || len(h.Members) != 4 {
			t.Errorf("joined: same %v, %d members, want 4", wa.HouseholdID == wb.HouseholdID, len(h.Members))
		}
		again := upload(t, desk, Members, lines("工号,与职工关系,姓名,在读阶段\n"+a.no+",子女,小示,小学\n"+b.no+",子女,小示,初中\n"))
		if again.Same != 1 || again.Changed != 1 {
			t.Errorf("the same again: %+v", again)
		}
		must(t, undo(t, desk, m.ID))
		wa, h = find(t, desk, a.no)
		wb, hb := find(t, desk, b.no)
		if wa.HouseholdID == wb.HouseholdID || len(h.Members) != 1 || len(hb.Members) != 1 || hb.Until != "" {
			t.Errorf("after the undoing: %d and %d members", len(h.Members), len(hb.Members))
		}
	})
}

func TestBudgetAndUpdate(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		desk := open(t, d)
		first := confirm(t, desk, upload(t, desk, Workers, file(t, []person3{made(1), made(2)})).ID, "update")
		m := upload(t, desk, Budget, lines("工号,年度,工资性收入,自付医疗费\n"+made(1).no+",2025,\"36,000\",12000.50\n"+made(2).no+",2027,1,\n"))
		if m.Fresh != 1 || m.Faulty != 1 {
			t.Fatalf("checked: %+v", m)
		}
		confirm(t, desk, m.ID, "update")
		_, h := find(t, desk, made(1).no)
		if got, known, err := h.Sum("income_wage", "2025"); err != nil || !known || got != money.Yuan(36000) {
			t.Errorf("wages %v %v %v", got, known, err)
		}
		if err := undo(t, desk, first.ID); !fault.Is(err, "person.batch_used") {
			t.Errorf("undo under a later import: %v", err)
		}
		must(t, undo(t, desk, m.ID))
		moved := made(1)
		moved.unit, moved.employment = "二车间", "内退"
		m = upload(t, desk, Workers, file(t, []person3{moved, made(2)}))
		if m.Changed != 1 || m.Same != 1 {
			t.Fatalf("checked: %+v", m)
		}
		m = confirm(t, desk, m.ID, "update")
		if w, _ := find(t, desk, moved.no); w.Employment != person.InnerRetired {
			t.Errorf("employment %s", w.Employment)
		}
		must(t, undo(t, desk, m.ID))
		if w, _ := find(t, desk, moved.no); w.Employment != person.Regular {
			t.Errorf("employment after the undoing %s", w.Employment)
		}
		must(t, undo(t, desk, first.ID))
		if got := count(t, desk); got != 0 {
			t.Errorf("%d workers left", got)
		}
	})
}

func TestHistoryIsHandedOver(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		desk := open(t, d)
		var got []PastAid
		forgot := ""
		desk.Hands = Hands{
			Aid: func(_ context.Context, _ *db.Tx, rows []PastAid) error {
				got = append([]PastAid{}, rows...)
				return nil
			},
			Forget: func(_ context.Context, _ *db.Tx, id string) error {
				forgot = id
				return nil
			},
			Used: func(_ context.Context, _ *db.Tx, workers []string, _ int64) ([]string, error) {
				return workers[:1], nil
			},
		}
		first := confirm(t, desk, upload(t, desk, Workers, file(t, []person3{made(1)})).ID, "update")
		m := confirm(t, desk, upload(t, desk, Aid, lines("工号,帮扶项目,金额,发放日期\n"+made(1).no+",生活救助,3000,2025/1/20\n")).ID, "new")
		if len(got) != 1 || got[0].Amount != money.Yuan(3000) || got[0].On != "2025-01-20" || got[0].WorkerID == "" || m.State != Live {
			t.Errorf("handed over: %+v", got)
		}
		must(t, undo(t, desk, m.ID))
		if forgot != m.ID {
			t.Errorf("forgot %q", forgot)
		}
		if err := undo(t, desk, first.ID); !fault.Is(err, "roster.used") {
			t.Errorf("undo of workers in use: %v", err)
		}
	})
}

func TestSetupMakesUnits(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		desk := open(t, d)
		p, q := made(1), made(2)
		p.unit, q.unit = "后勤部/食堂", "后勤部/车队"
		id, err := Upload(t.Context(), desk.Host, act.Call{Actor: officer()}, UploadIn{Kind: Workers, MakeUnits: true, File: file(t, []person3{p, q, made(3)})})
		must(t, err)
		m, err := desk.Advance(t.Context(), officer(), id)
		must(t, err)
		if m.Fresh != 3 {
			t.Fatalf("checked: %+v", m)
		}
		confirm(t, desk, id, "update")
		a, _ := find(t, desk, p.no)
		b, _ := find(t, desk, q.no)
		if a.UnitPath == b.UnitPath || len(a.UnitPath) != len(b.UnitPath) || a.UnitID == "new" {
			t.Errorf("units %s and %s", a.UnitPath, b.UnitPath)
		}
	})
}

func TestColumnsByHandAndDrop(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		desk := open(t, d)
		m := upload(t, desk, Workers, lines("工号,姓名,部门,岗位,私人号码\nA1,王示例,生产部,钳工,19000000001\n"))
		run := func(columns ...string) error {
			_, err := MatchColumns.Run(t.Context(), desk.Host, act.Call{Actor: officer()}, MatchIn{ID: m.ID, Columns: columns})
			return err
		}
		if err := run("staff_no=0", "name=1"); !fault.Is(err, "roster.needed") {
			t.Errorf("without the unit: %v", err)
		}
		if err := run("staff_no=0", "name=0", "unit=2"); !fault.Is(err, "roster.columns") {
			t.Errorf("one column twice: %v", err)
		}
		must(t, run("staff_no=0", "name=1", "unit=2", "phone=4"))
		m, err := desk.Advance(t.Context(), officer(), m.ID)
		must(t, err)
		if m.Fresh != 1 || m.Faulty != 0 {
			t.Errorf("checked by hand: %+v", m)
		}
		_, err = Drop.Run(t.Context(), desk.Host, act.Call{Actor: officer()}, ImportID{m.ID})
		must(t, err)
		if back := errorFile(t, desk, m.ID); bytes.Contains(back, []byte("19000000001")) {
			t.Error("a dropped import still holds its cells")
		}
	})
}
