// Package dbtest gives a test real databases, migrated and its own: a SQLite file, and a PostgreSQL database made from a
// template. A test that cannot have both fails; it is never skipped.
package dbtest

import (
	"cmp"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"bangfu/internal/base/schema"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/seal"
)

// Clock is a clock that stands still until a test moves it. It starts at Monday 2026-11-23 09:00 in China.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock gives a clock at its start.
func NewClock() *Clock { return &Clock{now: time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)} }

// Now reads the clock.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Set puts the clock to an instant.
func (c *Clock) Set(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = now
}

// SetDay puts the clock to 09:00 in China on a day, "2026-12-01".
func (c *Clock) SetDay(t testing.TB, day string) {
	t.Helper()
	at, err := time.Parse(time.DateOnly, day)
	if err != nil {
		t.Fatalf("SetDay: %v", err)
	}
	c.Set(at.Add(time.Hour))
}

// Add moves the clock on.
func (c *Clock) Add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// Each runs a test on both engines, as the subtests "sqlite" and "postgres", each with an empty migrated database.
func Each(t *testing.T, test func(t *testing.T, d *db.DB)) {
	t.Helper()
	EachClock(t, func(t *testing.T, d *db.DB, _ *Clock) { test(t, d) })
}

// EachClock is Each with the clock of the database, for tests that pass time.
func EachClock(t *testing.T, test func(t *testing.T, d *db.DB, c *Clock)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		c := NewClock()
		test(t, OpenClock(t, c), c)
	})
	t.Run("postgres", func(t *testing.T) {
		c := NewClock()
		test(t, Postgres(t, c), c)
	})
}

// Open gives an empty migrated SQLite database, closed when the test ends: for tests of what no engine changes.
func Open(t testing.TB) *db.DB {
	t.Helper()
	return OpenClock(t, NewClock())
}

// OpenClock is Open under a clock of the test's own.
func OpenClock(t testing.TB, c *Clock) *db.DB {
	t.Helper()
	file, err := sqliteTemplate()
	if err != nil {
		t.Fatalf("migrate SQLite: %v", err)
	}
	path := filepath.Join(t.TempDir(), "bangfu.db")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	return open(t, "sqlite:"+path, c)
}

// open connects and closes again when the test ends.
func open(t testing.TB, dsn string, c *Clock) *db.DB {
	t.Helper()
	ring, err := seal.NewOf(cmp.Or(seal.Algorithm(os.Getenv("BANGFU_TEST_CIPHER")), seal.AES))
	if err != nil {
		t.Fatal(err)
	}
	d, err := db.Open(t.Context(), db.Config{DSN: dsn, Schema: schema.Files, Ring: ring, Clock: c.Now, Watch: Shards(t)})
	if err != nil {
		t.Fatalf("open database: %v", err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Errorf("close database: %v", err)
		}
	})
	return d
}
