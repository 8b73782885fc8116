package ops

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"bangfu/internal/base/fault"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
	"bangfu/internal/engine/job"
	"bangfu/internal/engine/seal"
	"bangfu/internal/face/exchange/backup"
)

const union = "u1"

func newOps(d *db.DB) *Ops {
	return &Ops{DB: d, Log: slog.New(slog.DiscardHandler), Version: Version{Version: "1.2.3", Commit: "abc"},
		Metrics: NewMetrics(d, func(context.Context) ([]string, error) { return []string{union}, nil })}
}

// ask is one request: from an address, with headers as name, value, name, value.
func ask(h http.Handler, path, from string, head ...string) (int, string) {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.RemoteAddr = from
	for i := 0; i < len(head); i += 2 {
		r.Header.Set(head[i], head[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	text, _ := io.ReadAll(w.Result().Body) // a recorder's body cannot fail
	return w.Code, string(text)
}

const (
	here   = "127.0.0.1:5000"
	remote = "192.0.2.7:5000"
)

func TestHealth(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newOps(d).Handler()
		for path, want := range map[string]string{"/healthz": "ok\n", "/readyz": "ready\n"} {
			if code, text := ask(h, path, remote); code != http.StatusOK || text != want {
				t.Errorf("%s: %d %q", path, code, text)
			}
		}
		if code, _ := ask(h, "/else", here); code != http.StatusNotFound {
			t.Errorf("/else: %d", code)
		}
	})
}

// TestNotReady: a program newer than its tables, and a database that is gone, are not ready; the process is still up.
func TestNotReady(t *testing.T) {
	ring, err := seal.New()
	if err != nil {
		t.Fatal(err)
	}
	schema := fstest.MapFS{"00001_db_one.sql": {Data: []byte("-- +goose Up\ncreate table db_one (\n    union_id text not null primary key\n);\n")}}
	d, err := db.Open(t.Context(), db.Config{DSN: "sqlite:" + t.TempDir() + "/x.db", Schema: schema, Ring: ring})
	if err != nil {
		t.Fatal(err)
	}
	h := newOps(d).Handler()
	if code, text := ask(h, "/readyz", remote); code != http.StatusServiceUnavailable || text != "migrations\n" {
		t.Errorf("before the migration: %d %q", code, text)
	}
	if err := d.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if code, text := ask(h, "/readyz", remote); code != http.StatusOK {
		t.Errorf("after the migration: %d %q", code, text)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if code, text := ask(h, "/readyz", remote); code != http.StatusServiceUnavailable || text != "database\n" {
		t.Errorf("without a database: %d %q", code, text)
	}
	if code, _ := ask(h, "/healthz", remote); code != http.StatusOK {
		t.Errorf("the process is up: %d", code)
	}
}

// TestDetails: those who may ask learn how old the copies are, and the status alone says whether all is well.
func TestDetails(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		o := newOps(d)
		o.Copies = backup.Plan{OldDays: 2, TestDays: 7}
		look := func(want int, says ...string) {
			t.Helper()
			code, text := ask(o.Handler(), "/healthz/details", here)
			for _, s := range says {
				if !strings.Contains(text, s) {
					t.Errorf("details do not say %s: %s", s, text)
				}
			}
			if code != want {
				t.Errorf("details: %d %s", code, text)
			}
		}
		look(http.StatusServiceUnavailable, `"backup_hours":-1`, `"backup.warn_never"`)
		if code, _ := ask(o.Handler(), "/healthz/details", remote); code != http.StatusNotFound {
			t.Errorf("from elsewhere: %d", code)
		}
		house := backup.House{DB: d, Files: t.TempDir(), Unions: func(context.Context) ([]string, error) { return nil, nil }}
		path, _, err := backup.Now(t.Context(), house, t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		look(http.StatusServiceUnavailable, `"backup_hours":0`, `"backup.warn_untested"`)
		if _, err := backup.Rehearse(t.Context(), house, path); err != nil {
			t.Fatal(err)
		}
		look(http.StatusOK, `"rehearsal_hours":0`, `"warnings":[]`)
		c.Add(49 * time.Hour)
		look(http.StatusServiceUnavailable, `"backup_hours":49`, `"backup.warn_old"`)
		if err := os.Remove(path + "/files.txt"); err != nil {
			t.Fatal(err)
		}
		if _, err := backup.Rehearse(t.Context(), house, path); !fault.Is(err, "backup.damaged") {
			t.Errorf("rehearsing a damaged copy: %v", err)
		}
		look(http.StatusServiceUnavailable, `"backup.warn_test_failed"`)
	})
}

func TestGuard(t *testing.T) {
	o := newOps(dbtest.Open(t))
	for _, path := range []string{"/metrics", "/version"} {
		for _, tc := range []struct {
			token, from string
			head        []string
			want        int
		}{
			{"", here, nil, 200},
			{"", "[::1]:5000", nil, 200},
			{"", remote, nil, 404},
			{"", "strange", nil, 404},
			{"", here, []string{"X-Forwarded-For", "192.0.2.7"}, 404},
			{"", here, []string{"Forwarded", "for=192.0.2.7"}, 404},
			{"secret", here, nil, 404},
			{"secret", remote, []string{"Authorization", "Bearer secret"}, 200},
			{"secret", remote, []string{"Authorization", "Bearer secreT"}, 404},
			{"secret", remote, []string{"Authorization", "secret"}, 404},
		} {
			o.Token = tc.token
			if code, text := ask(o.Handler(), path, tc.from, tc.head...); code != tc.want {
				t.Errorf("%s from %s with %v, token %q: %d %s", path, tc.from, tc.head, tc.token, code, text)
			}
		}
	}
	o.Token = ""
	if _, text := ask(o.Handler(), "/version", here); !strings.Contains(text, `"version":"1.2.3"`) {
		t.Errorf("version: %s", text)
	}
}

func TestMetrics(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := newOps(d)
		mux := http.NewServeMux()
		mux.HandleFunc("GET /people/{id}", func(w http.ResponseWriter, r *http.Request) {
			if r.PathValue("id") == "none" {
				w.WriteHeader(http.StatusNotFound)
			}
		})
		outer := http.NewServeMux()
		outer.Handle("/", mux)
		watched := o.Metrics.Watch(outer)
		for _, path := range []string{"/people/alice", "/people/bob", "/people/none", "/else"} {
			ask(watched, path, remote)
		}
		host := &act.Host{DB: d, Ended: o.Metrics.Act, Allow: func(context.Context, *db.Tx, string) error { return nil },
			Record: func(context.Context, *db.Tx, act.Entry) error { return nil }}
		do := act.Act[act.None, act.None]{Name: "test.do", Do: func(context.Context, *db.Tx, act.None) (act.None, error) { return act.None{}, nil }}
		if _, err := do.Run(t.Context(), host, act.Call{Actor: db.System(union)}, act.None{}); err != nil {
			t.Fatal(err)
		}
		h := o.Handler()
		if _, text := ask(h, "/metrics", here); !strings.Contains(text, "bangfu_jobs_dead 0\n") {
			t.Errorf("no dead job is not shown as none")
		}
		killJob(t, d)
		_, text := ask(h, "/metrics", here)
		for _, want := range []string{
			`bangfu_http_requests_total{route="GET /people/{id}",status="200"} 2`,
			`bangfu_http_requests_total{route="GET /people/{id}",status="404"} 1`,
			`bangfu_http_request_seconds_count{route="GET /people/{id}"} 3`,
			`bangfu_acts_total{act="test.do",outcome="done"} 1`,
			"bangfu_jobs_dead 1\n", "go_goroutines",
		} {
			if !strings.Contains(text, want) {
				t.Errorf("metrics have no %s", want)
			}
		}
		for _, never := range []string{"alice", "bob", union + `"`} {
			if strings.Contains(text, never) {
				t.Errorf("metrics tell of %s", never)
			}
		}
	})
}

// killJob lets a job fail until it is given up.
func killJob(t *testing.T, d *db.DB) {
	t.Helper()
	err := d.Update(t.Context(), db.System(union), func(ctx context.Context, tx *db.Tx) error {
		for range 2 { // the second asking is the same job
			if err := job.Add(ctx, tx, "test.fail", "one", "", tx.Now.Add(-time.Hour)); err != nil {
				return err
			}
		}
		_, err := tx.Exec(ctx, `update job_item set attempt = 7 where union_id = $1`, tx.Union)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	r := &job.Runner{DB: d, Log: slog.New(slog.DiscardHandler), Unions: func(context.Context) ([]string, error) { return []string{union}, nil }}
	r.Init()
	if err := r.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
}
