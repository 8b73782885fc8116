package main

import (
	"testing"
	"time"

	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
)

// A short walk on each engine; scripts/nightly walks a million steps.
func TestModel(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			w := wish{engine: engine, ops: 1500, walks: 1, every: 300, seed: 2026}
			r, err := w.all(result{Refused: map[string]int{}}, func(_ int, clock func() time.Time) (*db.DB, error) {
				dsn := "sqlite:" + t.TempDir() + "/model.db"
				if engine == "postgres" {
					dsn = dbtest.PostgresDSN(t)
				}
				return house(dsn, clock)
			})
			if err != nil || r.Accepted < 300 || r.Compared < 5 || len(r.Refused) < 10 {
				t.Errorf("%v\n%+v", err, r)
			}
		})
	}
}
