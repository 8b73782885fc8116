package main

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"bangfu/bench/harness"
)

// TestSmall runs the work small on both engines: the check values must hold; no time is looked at.
func TestSmall(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			var out bytes.Buffer
			w := wish{engine: engine, cases: 2000, spare: 4000, clients: 4, rounds: 1, lasts: time.Second}
			if err := run(t.Context(), w, &out); err != nil {
				t.Fatal(err)
			}
			for d := json.NewDecoder(&out); d.More(); {
				var l harness.Line
				if err := d.Decode(&l); err != nil {
					t.Fatal(err)
				}
				if l.Check != "ok" || l.Ours <= 0 || l.Limit <= 0 {
					t.Errorf("%+v", l)
				}
			}
		})
	}
}
