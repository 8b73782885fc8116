package main

import (
	"testing"
	"time"
)

// A few kills of each kind; scripts/nightly makes many. Whatever was answered is there once, and all keep working.
func TestCrash(t *testing.T) {
	for name, w := range map[string]wish{
		"sqlite":               {engine: "sqlite", victim: "serve", kills: 4, servers: 1},
		"postgres, three":      {engine: "postgres", victim: "serve", kills: 3, servers: 3},
		"postgres, the server": {engine: "postgres", victim: "database", kills: 2, servers: 2},
	} {
		t.Run(name, func(t *testing.T) {
			w.clients, w.seed, w.most, w.least = 4, 2026, 400*time.Millisecond, 2
			r, err := run(t.Context(), w)
			if err != nil || !r.Good() || r.Cases == 0 || r.Replayed == 0 {
				t.Errorf("%v\n%+v", err, r)
			}
		})
	}
}
