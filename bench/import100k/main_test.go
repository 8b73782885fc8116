package main

import (
	"bytes"
	"encoding/json"
	"testing"

	"bangfu/bench/harness"
)

// TestSmall imports a small roster of each kind: the check values must hold; no time and no memory is looked at.
func TestSmall(t *testing.T) {
	var out bytes.Buffer
	if err := run(t.Context(), wish{rows: 1200, rounds: 1}, &out); err != nil {
		t.Fatal(err)
	}
	for d := json.NewDecoder(&out); d.More(); {
		var l harness.Line
		if err := d.Decode(&l); err != nil {
			t.Fatal(err)
		}
		if l.Check != "ok" {
			t.Errorf("%+v", l)
		}
	}
}
