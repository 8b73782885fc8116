package ident

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"testing"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/words"
)

func TestParsePhone(t *testing.T) {
	for _, tt := range []struct{ in, want, key string }{
		{"19000000001", "19000000001", ""},
		{"+86 190-0000-0001", "19000000001", ""},
		{"008619000000001", "19000000001", ""},
		{"8619000000001", "19000000001", ""},
		{"１９００００００００１", "19000000001", ""},
		{"", "", "ident.phone.empty"},
		{"1900000000", "", "ident.phone.short"},
		{"190000000011", "", "ident.phone.long"},
		{"12000000001", "", "ident.phone.start"},
		{"010 6000 0000", "", "ident.phone.start"},
		{"190000O0001", "", "ident.phone.sign"},
		{"+13000000000", "", "ident.phone.sign"},
	} {
		p, err := ParsePhone(tt.in)
		if tt.key != "" && !fault.Is(err, tt.key) || tt.key == "" && (err != nil || p.Open() != tt.want) {
			t.Errorf("ParsePhone(%q) = %v, %v, want %s %s", tt.in, p, err, tt.want, tt.key)
		}
	}
}

func TestParseCard(t *testing.T) {
	for _, tt := range []struct {
		in, want, key string
		doubt         Doubt
	}{
		{"4111 1111 1111 1111", "4111111111111111", "", 0}, // the test number every gateway publishes
		{"6222021234567890128", "6222021234567890128", "", 0},
		{"６２２２ 0000 0000 0004", "6222000000000004", "", Luhn}, // its digit sum is 15,
		{"6225880123456789", "6225880123456789", "", Luhn},
		{InventedCard(9), InventedCard(9), "", 0},
		{"", "", "ident.card.empty", 0},
		{"62220200000", "", "ident.card.short", 0},
		{"62220212345678901281", "", "ident.card.long", 0},
		{"11010519491231002X", "", "ident.card.id", 0},
		{"622202123456789012A", "", "ident.card.sign", 0},
		{"0000000000000000", "", "ident.card.same", 0},
	} {
		c, doubt, err := ParseCard(tt.in)
		if tt.key != "" && !fault.Is(err, tt.key) || tt.key == "" && (err != nil || c.Open() != tt.want || doubt != tt.doubt) {
			t.Errorf("ParseCard(%q) = %v, %v, %v, want %s %s", tt.in, c, doubt, err, tt.want, tt.key)
		}
	}
}

func TestParseCredit(t *testing.T) {
	for _, tt := range []struct{ in, key string }{
		{"91350100M000100Y43", ""},
		{"91350100m000100y43", ""},
		{"９１３５０１００Ｍ０００１００Ｙ４３", ""},
		{"91350100M000100Y44", "ident.credit.check"},
		{"91350100M000100Z43", "ident.credit.letter"},
		{"9135O100M000100Y43", "ident.credit.letter"},
		{"91350100M000100Y4", "ident.credit.short"},
		{"91350100M000100Y433", "ident.credit.long"},
		{"91350100M00010_Y43", "ident.credit.sign"},
		{"", "ident.credit.empty"},
	} {
		c, err := ParseCredit(tt.in)
		if tt.key != "" && !fault.Is(err, tt.key) || tt.key == "" && (err != nil || c != "91350100M000100Y43") {
			t.Errorf("ParseCredit(%q) = %v, %v, want %s", tt.in, c, err, tt.key)
		}
	}
}

func TestParseName(t *testing.T) {
	for _, tt := range []struct{ in, want, key string }{
		{" 李　四 ", "李四", ""},
		{"买买提•吐尔逊", "买买提·吐尔逊", ""},
		{"买买提 ・ 吐尔逊", "买买提·吐尔逊", ""},
		{"John  Smith", "John Smith", ""},
		{"𬭎", "𬭎", ""},
		{"李〇", "李〇", ""},
		{"", "", "ident.name.empty"},
		{"李4", "", "ident.name.sign"},
		{"=cmd", "", "ident.name.sign"},
		{"···", "", "ident.name.sign"},
		{strings.Repeat("李", 61), "", "ident.name.long"},
	} {
		got, err := ParseName(tt.in)
		if tt.key != "" && !fault.Is(err, tt.key) || tt.key == "" && (err != nil || got != tt.want) {
			t.Errorf("ParseName(%q) = %q, %v, want %q %s", tt.in, got, err, tt.want, tt.key)
		}
	}
}

func TestMaskName(t *testing.T) {
	for in, want := range map[string]string{
		"李四": "李*", "王建华": "王*华", "欧阳建明": "欧阳*明", "买买提·吐尔逊": "买**·***", "欧阳明": "欧阳*", "欧阳": "欧*",
		"李": "*", "": "—", "王李建华": "王**华", "司马相如之": "司马**之", "李 四": "李*", "John Smith": "J*** *****", "买·吐": "*·*",
		"𬭎鑫鑫": "𬭎*鑫",
	} {
		if got := MaskName(in); got != want {
			t.Errorf("MaskName(%q) = %q, want %q", in, got, want)
		}
	}
}

// B03: over 10,000 names no mask is the name, none gives it back, and what is hidden is as long as it was.
func TestMaskNeverShowsTheName(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	runes := []rune("李王欧阳司马建明华娜买提吐尔逊𬭎㛃䶮〇abcZé · - ' .")
	for range 10_000 {
		name := make([]rune, 1+r.IntN(12))
		for i := range name {
			name[i] = runes[r.IntN(len(runes))]
		}
		normal := normalName(string(name))
		mask := MaskName(string(name))
		if !strings.ContainsFunc(normal, func(r rune) bool { return !parting(r) }) {
			continue // nothing but signs
		}
		if !strings.Contains(mask, "*") || mask == normal || mask == string(name) || count(mask) != count(normal) {
			t.Fatalf("MaskName(%q) = %q", string(name), mask)
		}
	}
}

func FuzzMaskName(f *testing.F) {
	for _, s := range []string{"李四", "·", "买买提·吐尔逊", "a b", "\xff", "欧阳"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		normal, err := ParseName(s)
		if err == nil && MaskName(s) == normal {
			t.Fatalf("MaskName(%q) shows it", s)
		}
	})
}

func TestPrintsShowTheMaskOnly(t *testing.T) {
	id, _, err := ParseID("11010519491231002X", today)
	if err != nil {
		t.Fatal(err)
	}
	phone, err := ParsePhone("138" + "0000" + "5678")
	if err != nil {
		t.Fatal(err)
	}
	card, _, err := ParseCard("6222021234569012")
	if err != nil {
		t.Fatal(err)
	}
	for v, mask := range map[fmt.Stringer]string{id: "110***********002X", phone: "138****5678", card: "**** **** **** 9012"} {
		number := v.(interface{ Open() string }).Open()
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			if got := fmt.Sprintf(verb, v); got != mask {
				t.Errorf("%s prints %q, want %q", verb, got, mask)
			}
		}
		var log bytes.Buffer
		slog.New(slog.NewTextHandler(&log, nil)).Info("x", "v", v, "in", struct{ V any }{v})
		text, err := json.Marshal(map[string]any{"v": v})
		if err != nil {
			t.Fatal(err)
		}
		inside := fmt.Sprintf("%v %+v %#v", struct{ v any }{v}, struct{ v any }{v}, struct{ v any }{v})
		for where, got := range map[string]string{"log": log.String(), "json": string(text), "struct": inside} {
			if strings.Contains(got, number) || where != "struct" && !strings.Contains(got, mask) {
				t.Errorf("%s of %s: %s", where, mask, got)
			}
		}
	}
	held := fmt.Sprintf("%v %+v", struct{ id ID }{id}, struct{ c Card }{card})
	if strings.Contains(held, id.Open()) || strings.Contains(held, card.Open()) {
		t.Errorf("an unexported field prints %s", held)
	}
	again, _, err := ParseID("110105 19491231 002x", today)
	if err != nil || again != id {
		t.Error("equal numbers must compare equal")
	}
}

func TestDoubtsHaveWords(t *testing.T) {
	keys := (Converted | Region | Luhn).Keys()
	if len(keys) != 3 || len(Doubt(0).Keys()) != 0 {
		t.Fatalf("Keys = %v", keys)
	}
	for _, k := range keys {
		if k.Say(words.Zh) == string(k) || k.Say(words.En) == k.Say(words.Zh) {
			t.Errorf("%s has no words", k)
		}
	}
}

func FuzzParseNumbers(f *testing.F) {
	for _, s := range []string{"+8619000000001", "6222 0212", "91350100M000100Y43", "", "\x00", "１"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if p, err := ParsePhone(s); err == nil && len(p.Open()) != 11 {
			t.Fatalf("ParsePhone(%q) = %q", s, p.Open())
		}
		if c, _, err := ParseCard(s); err == nil && (len(c.Open()) < 13 || len(c.Open()) > 19) {
			t.Fatalf("ParseCard(%q) = %q", s, c.Open())
		}
		if c, err := ParseCredit(s); err == nil && len(c) != 18 {
			t.Fatalf("ParseCredit(%q) = %q", s, c)
		}
	})
}
