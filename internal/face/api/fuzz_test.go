package api

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"bangfu/internal/engine/db/dbtest"
	"bangfu/internal/engine/form"
)

// canary is a value no answer may give back.
const canary = "zq7Ycanary"

// seeds are bodies every act is tried with: nothing, the right shape, a stranger, wrong types, odd texts.
func seeds(op operation) []string {
	out := []string{"{}", body(op.in), `{"` + canary + `":1}`, `null`, `[]`, `"x"`, "", "{", `{"a":1}{"a":1}`, `{"a":1,"a":2}`}
	for _, v := range []any{nil, true, 1, -1, 1e300, "", canary, strings.Repeat("字", 5000), "\x00\x01", "2026-02-30", "é\u202e", []any{canary}, map[string]any{"name": canary}} {
		all := map[string]any{}
		for _, f := range form.Describe(op.in) {
			all[f.Name] = v
		}
		text, _ := json.Marshal(all) // plain values never fail
		out = append(out, string(text))
	}
	return out
}

// FuzzBody sends any body to any act as one who may do it: the answer is an answer or a problem, never an error of ours,
// and a refused shape never gives back what was sent.
func FuzzBody(f *testing.F) {
	h := newHouse(f, dbtest.Open(f))
	var ops []operation
	for _, op := range operations(everyAct(), nil) {
		for _, s := range seeds(op) {
			f.Add(len(ops), s)
		}
		ops = append(ops, op)
	}
	f.Fuzz(func(t *testing.T, n int, text string) {
		op := ops[uint(n)%uint(len(ops))]
		code, head, got := h.do(call{Method: op.method, Path: op.path, Token: h.tokens[holder(t, op.right)], Body: text})
		if code >= http.StatusInternalServerError || code == http.StatusUnauthorized {
			t.Errorf("%s with %q: %d %s", op.name, text, code, got)
		}
		if !json.Valid([]byte(got)) {
			t.Errorf("%s with %q: no JSON: %s", op.name, text, got)
		}
		if code == http.StatusUnprocessableEntity && head.Get("Content-Type") == "application/problem+json" {
			p := problemIn(t, got)
			p.Errors = slices.DeleteFunc(p.Errors, func(w Wrong) bool { return w.Code == "form.unknown" || w.Code == "form.twice" }) // they name a property
			if left, _ := json.Marshal(p); strings.Contains(string(left), canary) {
				t.Errorf("%s with %q gives back what was sent: %s", op.name, text, got)
			}
			if p.Status != code || p.Code == "" {
				t.Errorf("%s: %s", op.name, got)
			}
		}
	})
}
