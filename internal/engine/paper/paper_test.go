package paper

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
)

func sample() Sheet {
	long := strings.Repeat("示例市第一机械制造集团有限公司检修分公司", 4)
	s := Sheet{Title: "付款审批单", Union: "示例市第一机械制造集团有限公司工会委员会", Number: "FK-2026-0001", Seal: true, Day: "2026年7月1日",
		Pairs:   []Pair{{"部门", long}, {"合计", "1,234,567.89 元"}, {"大写", "人民币壹佰贰拾叁万肆仟伍佰陆拾柒元捌角玖分"}, {"校验码", strings.Repeat("0123456789abcdef", 8)}},
		Table:   Table{Cols: []Col{{"序号", 1, true}, {"姓名", 4, false}, {"金额（元）", 3, true}}, Foot: []string{"", "合计", "1,234,567.89"}},
		Body:    []string{"以上款项已经核对，请按名册发放；发放后请领款人确认。" + long},
		Signers: []string{"制单", "复核", "出纳", "负责人"}}
	for range 60 {
		s.Table.Rows = append(s.Table.Rows, []string{"1", "阿卜杜热依木·买买提伊敏江㛃", "400.00"})
	}
	return s
}

// TestSameBytes: a paper made twice is the same, and one with another word is not.
func TestSameBytes(t *testing.T) {
	one, err := sample().PDF()
	if err != nil {
		t.Fatal(err)
	}
	two, err := sample().PDF()
	if err != nil || !bytes.Equal(one, two) {
		t.Fatalf("the same sheet gives other bytes: %v", err)
	}
	if !bytes.HasPrefix(one, []byte("%PDF-")) || len(one) > 200_000 || bytes.Count(one, []byte("/Type /Page\n"))+bytes.Count(one, []byte("/Type /Page ")) < 1 {
		t.Errorf("%d bytes that are no paper", len(one))
	}
	other := sample()
	other.Pairs[1].Value = "1.00 元"
	if three, err := other.PDF(); err != nil || bytes.Equal(one, three) {
		t.Errorf("another amount gives the same paper: %v", err)
	}
	if name := os.Getenv("BANGFU_PAPER_OUT"); name != "" {
		if err := os.WriteFile(filepath.Join(name, "sheet.pdf"), one, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// TestGlyphs: every character a paper's own words and amounts use is in the typeface; one that is not is named.
func TestGlyphs(t *testing.T) {
	p := newPen(t)
	p.measure("0123456789.,-/:%¥（）《》“”、。；：，·—abcxyzABCXYZ 壹贰叁肆伍陆柒捌玖拾佰仟万亿元角分整零人民币负编号盖章页共第签名〓")
	if len(p.absent) > 0 {
		t.Fatalf("the typeface lacks %q", string(p.absent))
	}
	p.measure("㛃")
	if !slices.Equal(p.absent, []rune{'㛃'}) {
		t.Errorf("absent: %q", string(p.absent))
	}
}

func newPen(t *testing.T) *pen {
	t.Helper()
	p, err := begin()
	if err != nil {
		t.Fatal(err)
	}
	p.page()
	p.font(plain)
	return p
}

// TestWrap: no line is too wide, no mark stands where it may not, nothing is lost.
func TestWrap(t *testing.T) {
	p := newPen(t)
	for _, text := range []string{sample().Body[0], sample().Pairs[0].Value, sample().Pairs[3].Value, "一，二。（三）《四》12,345.67 元 word words", "", "甲\n乙"} {
		for w := 40.0; w < 420; w += 17 {
			lines := p.wrap(text, w)
			for i, l := range lines {
				if p.measure(l) > w+0.01 && len([]rune(l)) > 2 {
					t.Fatalf("%q is wider than %v", l, w)
				}
				first := []rune(l)[0]
				if i > 0 && strings.ContainsRune("。，）》", first) && w > 60 {
					t.Errorf("a line begins with %c at %v: %q", first, w, lines)
				}
			}
			strip := strings.NewReplacer(" ", "", "\n", "")
			if got := strip.Replace(strings.Join(lines, "")); got != strip.Replace(text) {
				t.Fatalf("%q became %q", text, got)
			}
		}
	}
}

func TestDayOf(t *testing.T) {
	if DayOf("2026-07-01") != "2026年7月1日" || DayOf("") != "" {
		t.Error(DayOf("2026-07-01"), DayOf(""))
	}
}

// TestKeep: kept once, the same again, another content beside it.
func TestKeep(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		keep := func(s Sheet) (k Kept) {
			err := d.Update(t.Context(), db.Actor{Union: "u1", User: "u"}, func(ctx context.Context, tx *db.Tx) (err error) {
				k, err = Keep(ctx, tx, Of{"receipt", "i1"}, s)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return k
		}
		one, two := keep(sample()), keep(sample())
		if one.Sum != two.Sum || !bytes.Equal(one.PDF, two.PDF) {
			t.Error("not the same paper again")
		}
		other := sample()
		other.Day = "2026年7月2日"
		if keep(other).Sum == one.Sum {
			t.Error("another day is the same paper")
		}
		err := d.View(t.Context(), db.Actor{Union: "u1", User: "u"}, func(ctx context.Context, tx *db.Tx) error {
			n, err := db.Value[int64](ctx, tx, `select count(*) from paper_kept where union_id = $1`, tx.Union)
			if n != 2 {
				t.Errorf("%d papers kept, want 2", n)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}
