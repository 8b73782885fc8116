package app

import (
	"context"
	"encoding/base64"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"bangfu/internal/base/fault"
	"bangfu/internal/domain/fund"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
	"bangfu/internal/office/audit"
)

// These tests take away what the program stands on while it works: the page says so in the reader's language and what to
// do, no act is half done, and all goes on by itself when the thing is back. Tier: gate.

// broken is a house under test with its one union.
type broken struct {
	*player
	union string
}

func breakable(t *testing.T, dsn string) *broken {
	t.Helper()
	p, _ := lived(t, dsn)
	return &broken{p, p.w.Union}
}

// act is one act of two tables: a number and an audit entry.
func (b *broken) act(more string) error {
	return b.h.DB.Update(b.t.Context(), db.System(b.union), func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Number(ctx, "T"); err != nil {
			return err
		}
		return audit.Record(ctx, tx, act.Entry{Act: "test.write", Outcome: "done", Trail: db.Trail{Reason: more}})
	})
}

// kept counts the acts that are there, and fails when one is half there.
func (b *broken) kept() (n int64) {
	b.t.Helper()
	if err := b.see(func(ctx context.Context, tx *db.Tx) error {
		numbers, err := db.Value[int64](ctx, tx, `select last from db_number where union_id = $1 and series = 'T'`, tx.Union)
		if err != nil {
			return err
		}
		n, err = db.Value[int64](ctx, tx, `select count(*) from audit_entry where union_id = $1 and act = 'test.write'`, tx.Union)
		if numbers != n {
			b.t.Errorf("%d numbers and %d entries: an act is half there", numbers, n)
		}
		return err
	}); err != nil {
		b.t.Fatal(err)
	}
	return n
}

// ask asks for a page as a browser that wants a language.
func (b *broken) ask(method, path, lang string) (int, string) {
	b.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(url.Values{"text": {strings.Repeat("x", 40_000)},
		"new": {"门前两棵老槐树又粗又高"}, "again": {"门前两棵老槐树又粗又高"}}.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.AddCookie(&http.Cookie{Name: "lang", Value: base64.RawURLEncoding.EncodeToString([]byte(lang))})
	w := httptest.NewRecorder()
	b.h.Web.ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

// says holds a page to its status and what it says in both languages.
func (b *broken) says(method, path string, code int, zh, en string) {
	b.t.Helper()
	for lang, want := range map[string]string{"zh": zh, "en": en} {
		if got, text := b.ask(method, path, lang); got != code || !strings.Contains(text, want) {
			b.t.Errorf("%s in %s: %d, without %q", path, lang, got, want)
		}
	}
}

func (b *broken) door(who string) string {
	b.t.Helper()
	path, err := b.w.Door(b.t.Context(), who)
	if err != nil {
		b.t.Fatal(err)
	}
	return path
}

// whole holds the books and the chain after the trouble.
func (b *broken) whole() {
	b.t.Helper()
	if err := audit.LinkAll(b.t.Context(), b.h.DB, b.union); err != nil {
		b.t.Error(err)
	}
	if err := b.see(func(ctx context.Context, tx *db.Tx) error {
		if _, err := fund.Verify(ctx, tx); err != nil {
			return err
		}
		r, err := audit.Verify(ctx, tx, nil)
		if len(r.Findings) > 0 || r.Waiting > 0 {
			b.t.Errorf("the chain: %+v", r)
		}
		return err
	}); err != nil {
		b.t.Error(err)
	}
}

// TestDiskFull fills the disk under SQLite by its own bound on pages, with eight writers at once.
func TestDiskFull(t *testing.T) {
	b := breakable(t, "")
	door := b.door("王敏")
	pages := func(limit string) {
		if err := b.h.DB.Update(t.Context(), db.System(b.union), func(ctx context.Context, tx *db.Tx) error {
			_, err := db.Value[int64](ctx, tx, `pragma max_page_count = `+limit)
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	pages("1") // SQLite takes the present size for less
	var done, refused sync.Map
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			n := 0
			for range 400 {
				err := b.act(strings.Repeat("x", 2000))
				switch {
				case err == nil:
					n++
				case fault.Is(err, "fault.full"):
					refused.Store(i, true)
					done.Store(i, n)
					return
				default:
					t.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	sum := int64(0)
	done.Range(func(_, n any) bool { sum += int64(n.(int)); return true })
	if _, ok := refused.Load(0); !ok || b.kept() != sum {
		t.Errorf("answered %d acts, kept %d", sum, b.kept())
	}
	for b.act(strings.Repeat("x", 900)) == nil { // no room is left for the least act
		sum++
	}
	// a post whose session is over is put by, if there is room
	b.says("POST", "/desk/settings", http.StatusServiceUnavailable, "服务器的硬盘满了", "disk is full")
	b.says("GET", "/signin", http.StatusOK, "登录", "Sign in")
	pages("1000000")
	if err := b.act("again"); err != nil || b.kept() != sum+1 {
		t.Errorf("with room again: %v, %d kept", err, b.kept())
	}
	if code, _ := b.ask("POST", door, "zh"); code != http.StatusSeeOther {
		t.Errorf("signing in with room again: %d", code)
	}
	b.whole()
}

// TestFileUnreadable takes the SQLite file's content away under the open program, and gives it back.
func TestFileUnreadable(t *testing.T) {
	b := breakable(t, "")
	file := filepath.Join(b.h.Data, "bangfu.db")
	if err := b.act("before"); err != nil {
		t.Fatal(err)
	}
	text := slurp(t, file)
	if err := os.Truncate(file, 0); err != nil {
		t.Fatal(err)
	}
	err := b.see(func(ctx context.Context, tx *db.Tx) error {
		_, err := db.Value[int64](ctx, tx, `select sum(length(verdict)) from plan_award where union_id = $1`, tx.Union)
		return err
	})
	if !fault.Is(err, "fault.gone") {
		t.Errorf("reading what is not there: %v", err)
	}
	answered := int64(1)
	if err := b.act("meanwhile"); err == nil { // the log beside the file still takes it
		answered++
	} else if !fault.Is(err, "fault.gone") {
		t.Errorf("an act meanwhile: %v", err)
	}
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := b.act("after"); err != nil || b.kept() != answered+1 {
		t.Errorf("with the file back: %v, %d kept of %d", err, b.kept(), answered+1)
	}
	b.says("GET", "/signin", http.StatusOK, "登录", "Sign in")
	b.whole()
}

func slurp(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// wire stands between the program and PostgreSQL and can be cut.
type wire struct {
	addr, to string
	mu       sync.Mutex
	l        net.Listener
	conns    []net.Conn
}

func (w *wire) join(t *testing.T) {
	t.Helper()
	l, err := net.Listen("tcp", w.addr)
	if err != nil {
		t.Fatal(err)
	}
	w.mu.Lock()
	w.l, w.addr = l, l.Addr().String()
	w.mu.Unlock()
	go func() { // until the wire is cut
		for {
			near, err := l.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", w.to)
			if err != nil {
				near.Close()
				continue
			}
			w.mu.Lock()
			w.conns = append(w.conns, near, far)
			w.mu.Unlock()
			go func() { _, _ = io.Copy(near, far); near.Close() }() // one way, until either end goes
			go func() { _, _ = io.Copy(far, near); far.Close() }()  // the other way
		}
	}()
}

func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	_ = w.l.Close() // nobody new
	for _, c := range w.conns {
		_ = c.Close() // nor anyone there
	}
	w.conns = nil
}

// TestDatabaseGone cuts the line to PostgreSQL again and again under eight writers: what was answered is there, what was
// not answered is whole or not there.
func TestDatabaseGone(t *testing.T) {
	u, err := url.Parse(dbtest.PostgresDSN(t))
	if err != nil {
		t.Fatal(err)
	}
	line := &wire{addr: "127.0.0.1:0", to: u.Host}
	line.join(t)
	t.Cleanup(line.cut)
	u.Host = line.addr
	b := breakable(t, u.String())
	var all sync.WaitGroup
	var mu sync.Mutex
	answered, unknown := int64(0), int64(0)
	for range 8 {
		all.Go(func() {
			for range 60 {
				err := b.act("x")
				mu.Lock()
				switch {
				case err == nil:
					answered++
				case fault.Is(err, "fault.gone"):
					unknown++
				default:
					t.Error(err)
				}
				mu.Unlock()
			}
		})
	}
	for range 3 {
		line.cut()
		b.says("GET", "/", http.StatusServiceUnavailable, "现在连不上数据库", "database cannot be reached")
		if code, text := b.ask("GET", "/readyz", "zh"); code != http.StatusServiceUnavailable || text != "database\n" {
			t.Errorf("readiness: %d %q", code, text)
		}
		line.join(t)
		b.says("GET", "/signin", http.StatusOK, "登录", "Sign in")
	}
	all.Wait()
	if n := b.kept(); n < answered || n > answered+unknown || unknown == 0 {
		t.Errorf("answered %d, unknown %d, kept %d", answered, unknown, n)
	}
	if err := b.act("after"); err != nil {
		t.Error(err)
	}
	b.whole()
}

// TestBlobStoreGone takes the folder of the papers away: nothing is kept beside it, and all is there when it is back.
func TestBlobStoreGone(t *testing.T) {
	b := breakable(t, "")
	store, dir := b.h.Site.Blob, filepath.Join(b.h.Data, "files")
	key, err := store.Put(t.Context(), []byte("before"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(dir, dir+".away"); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Put(t.Context(), []byte("meanwhile")); !fault.Is(err, "blob.gone") {
		t.Errorf("put: %v", err)
	}
	if _, err := store.Get(t.Context(), key); !fault.Is(err, "blob.gone") {
		t.Errorf("get: %v", err)
	}
	if err := b.act("cases go on"); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("a store was made in the place of the one that is gone")
	}
	if err := os.Rename(dir+".away", dir); err != nil {
		t.Fatal(err)
	}
	if text, err := store.Get(t.Context(), key); err != nil || string(text) != "before" {
		t.Errorf("with the store back: %q, %v", text, err)
	}
	if _, err := store.Put(t.Context(), []byte("after")); err != nil {
		t.Error(err)
	}
}

// TestClockJumps moves the clock by a day forth and back under the acts and the jobs: nothing is refused, numbered twice or
// lost from the chain, and after the day is caught up the jobs have run.
func TestClockJumps(t *testing.T) {
	for engine, dsn := range engines() {
		t.Run(engine, func(t *testing.T) {
			b := breakable(t, dsn(t))
			before := b.kept()
			for i, jump := range []time.Duration{0, 24 * time.Hour, -24 * time.Hour, -24 * time.Hour, 48 * time.Hour} {
				b.h.clock.Move(jump)
				for range 3 {
					if err := b.act("x"); err != nil {
						t.Errorf("jump %d: %v", i, err)
					}
				}
				if err := b.h.Jobs.Once(t.Context()); err != nil {
					t.Errorf("jobs after jump %d: %v", i, err)
				}
				if code, _ := b.ask("POST", b.door("王敏"), "zh"); code != http.StatusSeeOther {
					t.Errorf("signing in after jump %d: %d", i, code)
				}
			}
			if n := b.kept(); n != before+15 {
				t.Errorf("%d acts kept of %d", n, before+15)
			}
			b.h.clock.Move(time.Minute)
			if err := b.h.Jobs.Once(t.Context()); err != nil {
				t.Error(err)
			}
			if err := b.see(func(ctx context.Context, tx *db.Tx) error {
				r, err := audit.Verify(ctx, tx, nil)
				if r.Waiting > 0 {
					t.Errorf("%d entries wait although the jobs have run", r.Waiting)
				}
				return err
			}); err != nil {
				t.Error(err)
			}
			b.whole()
		})
	}
}
