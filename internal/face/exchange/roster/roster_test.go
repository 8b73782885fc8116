package roster

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/ident"
	"bangfu/internal/base/words"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/sheet"
	"bangfu/internal/office/audit"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/org"
)

func officer() db.Actor {
	return db.Actor{Union: "u1", User: "o1", Via: "web", Lang: "zh", Posts: []db.Post{{Role: org.RoleOfficer, Unit: "u1", Path: "/u1/"}}}
}

// open makes a union with some units and gives the import on it.
func open(t *testing.T, d *db.DB) Desk {
	t.Helper()
	must(t, d.Update(t.Context(), db.System("u1"), func(ctx context.Context, tx *db.Tx) error {
		if err := org.Found(ctx, tx, org.Union{Name: "示例公司工会", State: "setup"}); err != nil {
			return err
		}
		b, err := org.AddUnit(ctx, tx, "u1", org.KindBranch, "生产部")
		if err != nil {
			return err
		}
		for _, name := range []string{"一车间", "二车间"} {
			if _, err := org.AddUnit(ctx, tx, b.ID, org.KindGroup, name); err != nil {
				return err
			}
		}
		return nil
	}))
	return Desk{Host: &act.Host{DB: d, Allow: auth.Allow, Record: audit.Record}}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

type person3 struct{ no, name, unit, id, phone, employment, entry string }

func made(i int) person3 {
	names := []string{"赵一甲", "钱二乙", "孙三丙", "李四丁", "周五戊", "吴六己"}
	birth := day.Day("1970-01-01").Add(i % 9000)
	return person3{fmt.Sprintf("A%05d", i), names[i%6], []string{"生产部/一车间", "二车间", "生产部"}[i%3],
		ident.Invented(birth, i/9000*2+i%2), ident.InventedPhone(i), "在岗", "2015-07-01"}
}

// file writes people as a spreadsheet.
func file(t testing.TB, people []person3) form.File {
	t.Helper()
	var out bytes.Buffer
	var heads []sheet.Head
	for _, title := range []string{"工号*", "姓名（必填）", "部门", "身份证号", "手机号", "用工形式", "入职日期"} {
		heads = append(heads, sheet.Head{Title: title})
	}
	w, err := sheet.NewWriter(&out, sheet.List{Sheet: "名册", Heads: heads})
	must(t, err)
	for _, p := range people {
		must(t, w.Row(p.no, p.name, p.unit, p.id, p.phone, p.employment, p.entry))
	}
	must(t, w.Close())
	return form.NewFile("名册.xlsx", out.Bytes())
}

func upload(t testing.TB, d Desk, kind Kind, f form.File) Import {
	t.Helper()
	id, err := Upload(t.Context(), d.Host, act.Call{Actor: officer()}, UploadIn{Kind: kind, File: f})
	must(t, err)
	m, err := d.Advance(t.Context(), officer(), id)
	must(t, err)
	return m
}

func confirm(t testing.TB, d Desk, id string, mode Mode) Import {
	t.Helper()
	_, err := Confirm.Run(t.Context(), d.Host, act.Call{Actor: officer()}, ConfirmIn{ID: id, Mode: mode, Partial: true})
	must(t, err)
	m, err := d.Advance(t.Context(), officer(), id)
	must(t, err)
	return m
}

func count(t testing.TB, d Desk) int64 {
	t.Helper()
	var n int64
	must(t, d.Host.DB.View(t.Context(), officer(), func(ctx context.Context, tx *db.Tx) (err error) {
		n, err = person.Count(ctx, tx, person.RightList, person.Query{})
		return err
	}))
	return n
}

// TestB08 is the check B08 of ux §5.2: 5,000 rows with 37 planted faults.
func TestB08(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		desk := open(t, d)
		before := upload(t, desk, Workers, file(t, []person3{made(90_001), made(90_002)}))
		confirm(t, desk, before.ID, "update")
		people := make([]person3, 5000)
		for i := range people {
			people[i] = made(i)
		}
		planted := plant(people)
		m := upload(t, desk, Workers, file(t, people))
		if m.State != Checked || m.Rows != 5000 || m.Faulty+m.Twice != 37 || m.Fresh != 4963 {
			t.Fatalf("checked: %+v", m)
		}
		if got := count(t, desk); got != 2 {
			t.Fatalf("%d workers before the word was given, want 2", got)
		}
		back := errorFile(t, desk, m.ID)
		compare(t, back, people, planted)
		if _, err := Confirm.Run(t.Context(), desk.Host, act.Call{Actor: officer()}, ConfirmIn{ID: m.ID, Mode: "update"}); !fault.Is(err, "roster.faulty_left") {
			t.Errorf("confirm all with faults left: %v", err)
		}
		if m = confirm(t, desk, m.ID, "update"); m.State != Live || m.Written != 4963 {
			t.Fatalf("written: %+v", m)
		}
		if got := count(t, desk); got != 4965 {
			t.Errorf("%d workers, want 4965", got)
		}
		if _, err := desk.Undo().Run(t.Context(), desk.Host, act.Call{Actor: officer()}, ImportID{m.ID}); err != nil {
			t.Fatal(err)
		}
		if got := count(t, desk); got != 2 {
			t.Errorf("%d workers after the undoing, want 2", got)
		}
		again := upload(t, desk, Workers, file(t, people[:1]))
		confirm(t, desk, again.ID, "new")
		c.Add(25 * 3600 * 1e9)
		if _, err := desk.Undo().Run(t.Context(), desk.Host, act.Call{Actor: officer()}, ImportID{again.ID}); !fault.Is(err, "roster.too_late") {
			t.Errorf("undo after a day: %v", err)
		}
	})
}

// plant spoils 37 rows and gives them by index with the text their reason must hold.
func plant(people []person3) map[int]string {
	out := map[int]string{}
	spoil := func(n int, reason string, f func(i int, p *person3)) {
		for range n {
			i := 100 + len(out)*120
			f(i, &people[i])
			out[i] = reason
		}
	}
	spoil(10, "身份证号", func(_ int, p *person3) { p.id = p.id[:17] + next(p.id[17:]) })
	spoil(5, "姓名", func(_ int, p *person3) { p.name = "" })
	spoil(7, "部门", func(_ int, p *person3) { p.unit = "三车间" })
	spoil(4, "手机号", func(_ int, p *person3) { p.phone = "12345" })
	spoil(3, "用工形式", func(_ int, p *person3) { p.employment = "随便" })
	spoil(3, "入职日期", func(_ int, p *person3) { p.entry = "2027-01-01" })
	spoil(5, "工号", func(i int, p *person3) { p.no = people[i-1].no })
	return out
}

func next(check string) string {
	if check == "3" {
		return "4"
	}
	return "3"
}

func errorFile(t testing.TB, d Desk, id string) []byte {
	t.Helper()
	var out bytes.Buffer
	must(t, d.Host.DB.View(t.Context(), officer(), func(ctx context.Context, tx *db.Tx) error { return ErrorFile(ctx, tx, id, &out) }))
	return out.Bytes()
}

func compare(t *testing.T, back []byte, people []person3, planted map[int]string) {
	t.Helper()
	book, err := sheet.Open(back)
	must(t, err)
	m, err := book.Match(matched(Workers))
	must(t, err)
	seen := 0
	byNo := map[string]int{}
	for i := range planted {
		byNo[people[i].no+people[i].id] = i
	}
	for row, err := range book.Rows(m) {
		must(t, err)
		i, ok := byNo[row.Text("staff_no")+row.Text("id_no")]
		if !ok {
			t.Errorf("row %d of the error file was not planted", row.Number)
			continue
		}
		seen++
		p := people[i]
		for key, want := range map[string]string{"name": p.name, "unit": p.unit, "phone": p.phone, "employment": p.employment, "entry_on": p.entry} {
			if got := row.Cell(key).Text; got != want {
				t.Errorf("row %d: cell %s came back as %q, was %q", i, key, got, want)
			}
		}
		n := len(row.Cells)
		if reason := row.Cells[n-2].Text; !strings.Contains(reason, planted[i]) {
			t.Errorf("row %d: reason %q does not speak of %s", i, reason, planted[i])
		}
	}
	if seen != len(planted) {
		t.Errorf("%d rows in the error file, want %d", seen, len(planted))
	}
}

func TestNumericIDIsRefused(t *testing.T) {
	r := &reader{kind: Workers, today: "2026-11-23", row: sheet.Mapping{At: map[string]int{"id_no": 0}}.Row(2,
		[]sheet.Cell{{Text: "999999198501010000", Numeric: true}})}
	r.id("id_no", "", "")
	if f := fault.Of(r.bad.Err()); f == nil || f.Parts[0].Key != "roster.numeric" {
		t.Errorf("a numeric ID cell gave %v", r.bad.Err())
	}
}

func TestTemplatesComeBackEmpty(t *testing.T) {
	for _, c := range Kind("").Choices() {
		var out bytes.Buffer
		must(t, Template(Kind(c.Value), words.Zh).Write(&out))
		book, err := sheet.Open(out.Bytes())
		must(t, err)
		m, err := book.Match(matched(Kind(c.Value)))
		must(t, err)
		for row, err := range book.Rows(m) {
			must(t, err)
			t.Errorf("%s: the template's own row %d is read as data", c.Value, row.Number)
		}
	}
}
