package payment

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/ident"
	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
	"bangfu/internal/domain/person"
)

var update = flag.Bool("update", false, "write the golden files anew")

// payees are invented people with what makes bank files go wrong: a space in a name, a rare character, a formula for a bank.
func payees() []row {
	amounts := []money.Amount{40000, 123456, 5, 500000, 100}
	names := []string{"测 试甲", "买买提·示例", "张㛃", "欧阳示例", "示例乙"}
	banks := []string{"示例银行临江支行", "=示例,银行\t", "示例|银行", "示例银行", "示例银行"}
	out := make([]row, len(names))
	for i := range out {
		out[i] = row{no: int64(i + 1), name: names[i], card: ident.InventedCard(i + 1), bank: banks[i], branch: "示例网点",
			id: ident.Invented("1980-01-01", i+1), staff: "S000" + string(rune('1'+i)), ref: "FF-2026-000001-000" + string(rune('1'+i)), amount: amounts[i]}
	}
	return out
}

// Each profile writes its golden file to the byte (B09): order, separator, encoding, two decimals, no inner space.
func TestProfilesGolden(t *testing.T) {
	all, err := Profiles()
	if err != nil || len(all) < 4 {
		t.Fatalf("%d profiles, %v", len(all), err)
	}
	for _, p := range all {
		t.Run(p.Code, func(t *testing.T) {
			rows := payees()
			if p.Encoding == "gbk" {
				if _, err := p.write(rows); !fault.Is(err, "payment.rare") {
					t.Errorf("a name beyond GBK was written: %v", err)
				}
				rows[2].name = "张示例"
			}
			got, err := p.write(rows)
			if err != nil {
				t.Fatal(err)
			}
			file := filepath.Join("testdata", p.Code+".golden")
			if *update {
				if err := os.WriteFile(file, got, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil || !bytes.Equal(got, want) {
				t.Errorf("the file is %q, want %q (%v)", got, want, err)
			}
			if name := p.fileName(Batch{Number: "FF-2026-000007", Lines: 5, Total: 664061}); !strings.HasPrefix(name, "FF-2026-000007_5_6640.61.") {
				t.Errorf("the file is called %s", name)
			}
			for _, l := range words.Langs() {
				if p.Say(l) == "" {
					t.Errorf("the profile has no name in %s", l)
				}
			}
		})
	}
}

// Profiles are whole: known columns, an encoding, bounds that a list can keep.
func TestProfilesAreWhole(t *testing.T) {
	all, err := Profiles()
	if err != nil {
		t.Fatal(err)
	}
	full := row{no: 1, name: "n", card: "c", bank: "b", branch: "r", id: "i", staff: "s", ref: "f", amount: 1}
	for _, p := range all {
		full.name = p.Code
		for _, c := range p.Columns {
			if c.Head == "" || p.cell(full, c.Is) == "" {
				t.Errorf("%s: column %q says nothing", p.Code, c.Is)
			}
		}
		if len([]rune(p.Separator)) != 1 || p.Least < 1 || p.Most < p.Least || !strings.Contains(p.File, "{total}") ||
			p.Encoding != "utf8" && p.charset() == nil {
			t.Errorf("%s is not whole: %+v", p.Code, p)
		}
	}
	if _, err := ProfileOf("nothing"); !fault.Is(err, "payment.profile") {
		t.Errorf("an unknown profile: %v", err)
	}
}

// A long list is cut into even parts that each keep the bounds, and none is lost.
func TestSplit(t *testing.T) {
	p := Profile{Least: 5, Most: 1000}
	for n := range 4000 {
		parts, err := p.split(n)
		if n < p.Least {
			if !fault.Is(err, "payment.too_few") {
				t.Fatalf("split(%d): %v", n, err)
			}
			continue
		}
		sum := 0
		for _, k := range parts {
			if sum += k; k < p.Least || k > p.Most {
				t.Fatalf("split(%d) has a part of %d", n, k)
			}
		}
		if err != nil || sum != n || len(parts) != (n+999)/1000 {
			t.Fatalf("split(%d) = %v, %v", n, parts, err)
		}
	}
}

func TestBars(t *testing.T) {
	text, err := ProfileOf("text")
	if err != nil {
		t.Fatal(err)
	}
	payroll, err := ProfileOf("payroll")
	if err != nil {
		t.Fatal(err)
	}
	plain, err := ProfileOf("plain")
	if err != nil {
		t.Fatal(err)
	}
	self := person.Worker{CardHolder: "示例", CardRelation: person.HolderSelf, IDMask: "990***********0011", CardBank: "示例银行"}
	spouse, rare, nobank := self, self, self
	spouse.CardRelation, rare.CardHolder, nobank.CardBank = person.HolderSpouse, "张㛃", ""
	for _, c := range []struct {
		p    Profile
		w    person.Worker
		want words.Key
	}{
		{plain, self, ""}, {plain, spouse, ""}, {plain, rare, ""}, {plain, nobank, "payment.bar_bank"},
		{text, self, ""}, {text, spouse, "payment.bar_identity"}, {text, rare, ""}, {text, nobank, ""},
		{payroll, self, ""}, {payroll, rare, "payment.bar_rare"},
	} {
		to := account{name: c.w.CardHolder, bank: c.w.CardBank}
		if got := c.p.bars(Instalment{Way: ByBank}, finding{worker: c.w, to: to}); got != c.want {
			t.Errorf("%s.bars(%+v) = %q, want %q", c.p.Code, c.w, got, c.want)
		}
	}
	cash, err := ProfileOf("cash")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		p    Profile
		way  Way
		want words.Key
	}{{cash, InCash, ""}, {cash, ByBank, "payment.bar_not_cash"}, {cash, ToPayee, "payment.bar_not_cash"}, {plain, InCash, "payment.bar_cash"}, {plain, ToPayee, ""}, {text, ToPayee, "payment.bar_format"}} {
		if got := c.p.bars(Instalment{Way: c.way}, finding{to: account{name: "示例医院", bank: "示例银行"}}); got != c.want {
			t.Errorf("%s.bars(%s) = %q, want %q", c.p.Code, c.way, got, c.want)
		}
	}
}

// Answers come in many dresses: commas, bars, GB 18030, a line of totals, other names for the columns.
func TestResults(t *testing.T) {
	gb, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte("序号|户名|金额|交易结果|失败原因\r\n1|示例|400.00|成功|\r\n2|示例|1,200.50|失败|户名不符\r\n合计|2|1600.50||\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		data []byte
		want []ResultLine
	}{
		{"commas", []byte("流水号,金额,结果\nFF-1-0001,400.00,成功\n"), []ResultLine{{Row: 2, Ref: "FF-1-0001", Amount: 40000, OK: true, On: "2026-11-23"}}},
		{"bars and numbers", gb, []ResultLine{{Row: 2, No: 1, Amount: 40000, OK: true, On: "2026-11-23"}, {Row: 3, No: 2, Amount: 120050, Reason: "户名不符", On: "2026-11-23"}}},
		{"a title above, a day", []byte("某银行批量结果\n序号,流水号,金额,处理结果,日期\n1,FF-1-0001,400,success,2026-11-20\n"),
			[]ResultLine{{Row: 3, Ref: "FF-1-0001", Amount: 40000, OK: true, On: "2026-11-20"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Results(c.data, "2026-11-23")
			if err != nil || len(got) != len(c.want) {
				t.Fatalf("%+v, %v", got, err)
			}
			for i := range got {
				if got[i] != c.want[i] {
					t.Errorf("%+v, want %+v", got[i], c.want[i])
				}
			}
		})
	}
}

// Whatever a bank sends, reading it never panics, and what is read is well-formed.
func FuzzResults(f *testing.F) {
	f.Add([]byte("流水号,金额,结果,日期\nFF-1-0001,400.00,成功,2026-11-20\n"))
	f.Add([]byte("序号|金额|结果\n1|1.00|失败\n合计|1|"))
	f.Add([]byte("PK\x03\x04"))
	f.Add([]byte("\xef\xbb\xbf金额,结果,流水号\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		const today = day.Day("2026-11-23")
		got, err := Results(data, today)
		if err != nil {
			if k := fault.Of(err).Kind; k != fault.Invalid {
				t.Fatalf("fault of kind %v: %v", k, err)
			}
			return
		}
		for _, l := range got {
			if l.Amount <= 0 || l.Ref == "" && l.No < 1 || !l.On.Valid() || l.On > today || len([]rune(l.Reason)) > 100 {
				t.Fatalf("read %+v", l)
			}
		}
	})
}

// Every state of the table can be left or is an end, and every state is in the list for tabs.
func TestStates(t *testing.T) {
	for from, to := range moves() {
		if len(to) == 0 && from != Stopped && from != Recovered {
			t.Errorf("nothing follows %s", from)
		}
		for _, s := range to {
			if _, ok := moves()[s]; !ok {
				t.Errorf("%s leads to %s, which is not in the table", from, s)
			}
		}
	}
	for _, s := range States() {
		if _, ok := moves()[s]; !ok || s.Say(words.En) == s.Say(words.Zh) {
			t.Errorf("%s is not in the table or has no words", s)
		}
	}
	if len(States()) != len(moves()) {
		t.Error("a state has no tab")
	}
}
