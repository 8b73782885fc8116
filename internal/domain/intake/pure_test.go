package intake

import (
	"slices"
	"strings"
	"testing"

	"bangfu/internal/base/fault"
)

// TestMovesHaveNoDeadEnds walks the table of states: each state can be reached, each that is no end leads to one, and no
// line stands twice.
func TestMovesHaveNoDeadEnds(t *testing.T) {
	reached := map[State]bool{Draft: true}
	for range Moves() {
		for _, m := range Moves() {
			if reached[m.From] {
				reached[m.To] = true
			}
		}
	}
	ends := map[State]bool{Decided: true, Refused: true, Withdrawn: true}
	for range Moves() {
		for _, m := range Moves() {
			if ends[m.To] {
				ends[m.From] = true
			}
		}
	}
	for _, s := range States() {
		if !reached[s] {
			t.Errorf("nothing leads to %s", s)
		}
		if !ends[s] {
			t.Errorf("%s is a dead end", s)
		}
		if !s.Ended() && !s.Can("withdraw") {
			t.Errorf("a worker cannot withdraw at %s", s)
		}
		if s.Ended() && slices.ContainsFunc(Moves(), func(m Move) bool { return m.From == s && m.Act != "uphold" && m.Act != "withdraw" && m.Act != "end" }) {
			t.Errorf("%s is an end, but something else follows than an appeal upheld, or an end before the signature", s)
		}
	}
	for i, m := range Moves() {
		if slices.Contains(Moves()[:i], m) {
			t.Errorf("%v stands twice", m)
		}
	}
}

const small = `
code: small
name: {zh: 小}
purpose: {zh: a}
who: {zh: a}
get: {zh: a}
prepare: {zh: a}
causes: [illness]
standard: small
route: ordinary
period: once
`

func TestParseNamesWhatIsWrong(t *testing.T) {
	if _, err := Parse([]byte(small)); err != nil {
		t.Fatalf("Parse(small) = %v", err)
	}
	for _, tt := range []struct{ old, new, key, field string }{
		{"code: small", "code: Small", "intake.doc_code", "code"},
		{"who: {zh: a}", "who: {en: a}", "intake.doc_need", "who"},
		{"[illness]", "[]", "intake.doc_need", "causes"},
		{"[illness]", "[plague]", "intake.doc_cause", "causes[0]"},
		{"[illness]", "[illness, illness]", "intake.doc_twice", "causes[1]"},
		{"period: once", "period: weekly", "intake.doc_choice", "period"},
		{"period: once", "period: once\npublish: 99", "intake.doc_range", "publish"},
		{"period: once", "period: once\nabout: [cousin]", "intake.doc_relation", "about[0]"},
		{"period: once", "period: once\nask: [{fact: nothing, label: {zh: a}}]", "intake.doc_fact", "ask[0]"},
		{"period: once", "period: once\nask: [{fact: stage, label: {zh: a}}]", "intake.doc_need", "ask[0]"},
		{"period: once", "period: once\nproofs: [{code: a b, name: {zh: a}}]", "intake.doc_code", "proofs[0]"},
		{"period: once", "period: once\nproofs: [{code: ab, name: {zh: a}, sensitive: all}]", "intake.doc_choice", "proofs[0]"},
		{"period: once", "period: once\nrule: none", "intake.doc_yaml", ""},
		{"period: once", "period: [", "intake.doc_yaml", ""},
	} {
		_, err := Parse([]byte(strings.Replace(small, tt.old, tt.new, 1)))
		f := fault.Of(err)
		if f != nil && len(f.Parts) > 0 {
			f = f.Parts[0]
		}
		if f == nil || f.Key != tt.key || f.Field != tt.field {
			t.Errorf("Parse(… %s) = %v, want %s at %q", tt.new, err, tt.key, tt.field)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(small)
	f.Add("code: [")
	f.Add("ask: [{fact: stage, of: member, label: {zh: a}}]")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := Parse([]byte(text))
		if err != nil {
			if fault.Of(err).Kind != fault.Invalid {
				t.Fatalf("Parse(%q) = %v: what a person wrote is never our mistake", text, err)
			}
			return
		}
		for _, c := range p.Causes {
			p.Papers(c)
			p.Questions(c, "")
		}
	})
}

// FuzzFactRead wants that what is read is shown as something that reads as the same.
func FuzzFactRead(f *testing.F) {
	for _, name := range []string{"loss", "family_size", "dibao", "event_day", "filed_class"} {
		f.Add(name, "1")
		f.Add(name, "１２,000.50元")
		f.Add(name, "20261108")
		f.Add(name, "deep")
	}
	f.Fuzz(func(t *testing.T, name, text string) {
		fact, ok := factOf("", name)
		if !ok {
			return
		}
		value, known, err := fact.Read(text)
		if err != nil || !known {
			return
		}
		again, _, err := fact.Read(fact.Show(value))
		if err != nil || again != value {
			t.Fatalf("%s: Read(%q) = %q, shown %q, read again %q, %v", name, text, value, fact.Show(value), again, err)
		}
	})
}
