package ident

import (
	"fmt"
	"strings"
	"testing"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/words"

	"pgregory.net/rapid"
)

const today = day.Day("2026-11-22")

// The three good numbers are the standard's own samples; no person bears them.
func TestParseID(t *testing.T) {
	for _, tt := range []struct {
		in, want, key, zh string
		doubt             Doubt
	}{
		{in: "11010519491231002X", want: "11010519491231002X"},
		{in: "11010519491231002x", want: "11010519491231002X"},
		{in: "１１０１０５１９４９１２３１００２Ｘ", want: "11010519491231002X"},
		{in: " 110105 19491231 002X ", want: "11010519491231002X"},
		{in: "110105-19491231-002X", want: "11010519491231002X"},
		{in: "440524188001010014", key: "ident.id.early"}, // right by its digit, but of 1880
		{in: "34052419800101001X", want: "34052419800101001X"},
		{in: "110105491231002", want: "11010519491231002X", doubt: Converted},
		{in: Invented("1980-05-17", 12), want: Invented("1980-05-17", 12), doubt: Region},
		{in: "1101051949123102X", key: "ident.id.short", zh: "身份证号码少了 1 位，请再看一下"},
		{in: "110105194912310", key: "ident.id.month"}, // 15 digits, but no old number
		{in: "11010519491231", key: "ident.id.short", zh: "身份证号码少了 4 位，请再看一下"},
		{in: "110105194912310022X", key: "ident.id.long", zh: "身份证号码多了 1 位，请再看一下"},
		{in: "", key: "ident.id.empty"},
		{in: "　", key: "ident.id.empty"},
		{in: "19000000001", key: "ident.id.phone"},
		{in: InventedCard(7), key: "ident.id.card"},
		{in: "110105194912310O2X", key: "ident.id.sign", zh: "身份证号码第 16 位不是数字，请再看一下是不是把 0 写成了字母 O、把 1 写成了字母 I"},
		{in: "1101051949123X0021", key: "ident.id.x"},
		{in: "11010519491231002*", key: "ident.id.tail"},
		{in: "110105194912310020", key: "ident.id.tail"},
		{in: "110105194913310021", key: "ident.id.month"},
		{in: "110105194900310021", key: "ident.id.month"},
		{in: "110105194902300021", key: "ident.id.day"},
		{in: "110105202611230021", key: "ident.id.future"},
		{in: "340524198001010011", key: "ident.id.tail"},
		{in: "11010519491231102X", key: "ident.id.check"},
		{in: "110105194912310021", key: "ident.id.tail"},
	} {
		id, doubt, err := ParseID(tt.in, today)
		if tt.key != "" {
			f := fault.Of(err)
			if !fault.Is(err, tt.key) {
				t.Errorf("ParseID(%q) = %v, %v, want fault %s", tt.in, id, err, tt.key)
			} else if zh := words.T(words.Zh, f.Key, f.Args...); tt.zh != "" && zh != tt.zh || !strings.Contains(zh, "请") {
				t.Errorf("ParseID(%q) says %q, want %q", tt.in, zh, tt.zh)
			}
			continue
		}
		if err != nil || id.Open() != tt.want || doubt != tt.doubt {
			t.Errorf("ParseID(%q) = %v, %v, %v, want %v, %v", tt.in, id, doubt, err, tt.want, tt.doubt)
		}
	}
}

// B02: change any one digit of a good number, and it is refused with a sentence.
func TestOneWrongDigitIsAlwaysFound(t *testing.T) {
	for _, good := range []string{"11010519491231002X", "34052419800101001X", Invented("1999-12-31", 7)} {
		for i := range good {
			for r := '0'; r <= '9'; r++ {
				bad := good[:i] + string(r) + good[i+1:]
				if bad == good {
					continue
				}
				_, _, err := ParseID(bad, today)
				f := fault.Of(err)
				if f == nil || words.T(words.Zh, f.Key, f.Args...) == f.Key || words.T(words.En, f.Key, f.Args...) == f.Key {
					t.Errorf("ParseID(%q): %v", bad, err)
				}
			}
		}
	}
}

func TestIDSaysWho(t *testing.T) {
	for seq, sex := range map[int]Sex{1: Male, 2: Female, 999: Male, 1000: Female} {
		id, _, err := ParseID(Invented("1980-05-17", seq), today)
		if err != nil || id.Sex() != sex || id.Birth() != "1980-05-17" || id.Birth().Age(today) != 46 {
			t.Fatalf("seq %d: %v %v %v %v", seq, id, id.Sex(), id.Birth(), err)
		}
		if err := id.Agree(sex, "1980-05-17"); err != nil {
			t.Error(err)
		}
		if err := id.Agree("", ""); err != nil {
			t.Error(err)
		}
		if err := id.Agree(map[Sex]Sex{Male: Female, Female: Male}[sex], ""); !fault.Is(err, "ident.id.sex") {
			t.Errorf("other sex: %v", err)
		}
		if err := id.Agree(sex, "1980-05-18"); !fault.Is(err, "ident.id.birth") {
			t.Errorf("other birthday: %v", err)
		}
	}
	var none ID
	if none.Birth() != "" || none.Sex() != "" || none.Open() != "" || none.String() != "—" || none.Agree(Male, "2000-01-01") != nil {
		t.Error("the zero ID says nothing")
	}
	if Male.Say(words.Zh) != "男" || Female.Say(words.En) != "female" || Sex("").Say(words.Zh) != "—" {
		t.Error("Sex.Say")
	}
}

func TestInventedIsRightAndNobodys(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		birth := day.Day("1930-01-01").Add(rapid.IntRange(0, 35000).Draw(t, "day"))
		id, doubt, err := ParseID(Invented(birth, rapid.Int().Draw(t, "seq")), today)
		if err != nil || doubt != Region || id.Birth() != birth {
			t.Fatalf("%v %v %v", id, doubt, err)
		}
	})
}

func TestRegions(t *testing.T) {
	for s, want := range map[string]bool{"110105": true, "830000": true, "911124": true, "999999": false, "000000": false, "160000": false} {
		if got := knownRegion(s); got != want {
			t.Errorf("knownRegion(%s) = %v", s, got)
		}
	}
}

func FuzzParseID(f *testing.F) {
	for _, s := range []string{"11010519491231002X", "110105491231002", "１１０", "", "X", "\xff\xfe", "13800000000"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		id, _, err := ParseID(s, today)
		if err != nil {
			if fault.Of(err).Kind != fault.Invalid {
				t.Fatalf("ParseID(%q): %v", s, err)
			}
			return
		}
		again, doubt, err := ParseID(id.Open(), today)
		if err != nil || again != id || doubt.Has(Converted) || !id.Birth().Valid() {
			t.Fatalf("ParseID(%q) = %q does not read back: %v", s, id.Open(), err)
		}
		if strings.Contains(fmt.Sprint(id), id.Open()[3:14]) {
			t.Fatal("the print shows the number")
		}
	})
}
