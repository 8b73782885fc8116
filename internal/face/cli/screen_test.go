package cli

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/words"
)

const (
	screened = "standard: low\nname: {zh: 低收入}\nkind: recognition\nfacts: {income_year: , family_size: }\nparameters: {line: {type: money, ref: dibao_line}}\n" +
		"classes: {rows: [{code: deep, zh: 深度, when: income_year < line * 12 * family_size}, {code: near, zh: 边缘, when: income_year * 2 < line * 12 * family_size * 3}]}\n"
	paid = "standard: pay\nname: {zh: 补助}\nkind: benefit\nfacts: {income_year: , family_size: }\nitems: [{code: a, zh: 甲, kind: FIXED, when: income_year < yuan(40000), amount: 800}]\n"
)

// A table of 70,000 families is decided; a run that is stopped after its first portion goes on and comes to the same bytes.
func TestScreen(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	var table strings.Builder
	table.WriteString("id,income_year,family_size\n")
	want := map[string]int{}
	for i := range 70_000 {
		income, size := fmt.Sprint(i%70*1000), i%4+1
		outcome := "no"
		switch n := i % 70 * 1000; {
		case i%1000 == 7:
			income, outcome = "", "unknown"
		case i%1000 == 8:
			income, outcome = "many", "unknown"
		case n < 12000*size:
			outcome = "yes deep"
		case n*2 < 36000*size:
			outcome = "yes near"
		}
		want[outcome]++
		fmt.Fprintf(&table, "f%d,%s,%d\n", i, income, size)
	}
	families, low := write("families.csv", table.String()), write("low.yaml", screened)
	run := func(ctx context.Context, c interface{ Run(*Shell) error }) (string, error) {
		var out bytes.Buffer
		err := c.Run(&Shell{Ctx: ctx, Out: &out, Lang: words.En})
		return out.String(), err
	}
	whole := screenCmd{Standard: low, Families: families, To: filepath.Join(dir, "whole.csv"), Ref: []string{"dibao_line=1000"}}
	said, err := run(t.Context(), whole)
	if err != nil {
		t.Fatal(err)
	}
	for line, n := range map[string]int{"qualifies deep": want["yes deep"], "qualifies near": want["yes near"], "does not qualify": want["no"], "cannot decide yet": want["unknown"]} {
		if !strings.Contains(said, fmt.Sprintf("  %s: %d\n", line, n)) {
			t.Errorf("%s is not %d:\n%s", line, n, said)
		}
	}
	if !strings.Contains(said, "70 values could not be read") {
		t.Errorf("unread values:\n%s", said)
	}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	parts := whole
	parts.To = filepath.Join(dir, "parts.csv")
	if _, err := run(stopped, parts); fault.Of(err).Key != "cli.stopped" {
		t.Fatalf("stopped: %v", err)
	}
	again, err := run(t.Context(), parts)
	if err != nil || !strings.Contains(again, "Going on from the last run: 65536") {
		t.Fatalf("%v:\n%s", err, again)
	}
	a, _ := os.ReadFile(whole.To)
	b, _ := os.ReadFile(parts.To)
	if len(a) == 0 || !bytes.Equal(a, b) {
		t.Errorf("%d bytes at once, %d in parts", len(a), len(b))
	}
	if _, err := os.Stat(parts.To + ".mark"); !os.IsNotExist(err) {
		t.Errorf("the mark of a finished run is still there: %v", err)
	}
	parts.Ref = []string{"dibao_line=much"}
	if _, err := run(t.Context(), parts); fault.Of(err).Key != "cli.figure" {
		t.Errorf("a bad figure: %v", err)
	}
	parts.Families = write("other.csv", "id,colour\n1,red\n")
	parts.Ref = nil
	if _, err := run(t.Context(), parts); fault.Of(err).Key != "cli.column" {
		t.Errorf("a bad column: %v", err)
	}
}

// Two standards over one table: who enters, who leaves, and the cost of each to the fen.
func TestSimulate(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"a.yaml": paid, "b.yaml": strings.NewReplacer("40000", "50000", "800", "700.01").Replace(paid),
		"f.csv": "id,income_year,family_size\n1,39999,1\n2,40000,1\n3,49999.99,1\n4,50000,1\n5,,1\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	c := simulateCmd{Before: filepath.Join(dir, "a.yaml"), After: filepath.Join(dir, "b.yaml"), Families: filepath.Join(dir, "f.csv"), To: filepath.Join(dir, "out.csv")}
	if err := c.Run(&Shell{Ctx: t.Context(), Out: &out, Lang: words.En}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"  enters: 2\n", "  another amount: 1\n", "  no change: 2\n", "a.yaml: exact amounts ¥800.00", "b.yaml: exact amounts ¥2,100.03"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in:\n%s", want, out.String())
		}
	}
	text, err := os.ReadFile(c.To)
	if err != nil || strings.Count(string(text), "\n") != 3 || !strings.HasPrefix(string(text), "1,yes,,800.00,0.00,yes,,700.01,0.00\n") {
		t.Errorf("changes: %v\n%s", err, text)
	}
}
