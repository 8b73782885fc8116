// Package ops is what those who run the machine ask it: is it up, is it ready, which version, how is it doing. It tells
// the world only the first two, and never anything about a person.
package ops

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"bangfu/internal/engine/db"
	"bangfu/internal/face/exchange/backup"
)

// Version says which program this is.
type Version struct {
	Version string `json:"version"`
	Commit  string `json:"commit"`
	Built   string `json:"built"`
	Go      string `json:"go"`
}

// Ops answers the four questions. Token opens /version and /metrics to machines elsewhere; without one only this machine
// itself may ask.
type Ops struct {
	DB      *db.DB
	Log     *slog.Logger
	Version Version
	Token   string
	Metrics *Metrics
	Copies  backup.Plan

	current atomic.Bool // the tables were once found to be as new as the program; they never grow older
}

// Handler serves /healthz, /readyz, /healthz/details, /version and /metrics; all else is 404.
func (o *Ops) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", o.healthz)
	mux.HandleFunc("GET /readyz", o.readyz)
	mux.Handle("GET /healthz/details", o.guard(http.HandlerFunc(o.details)))
	mux.Handle("GET /version", o.guard(http.HandlerFunc(o.version)))
	mux.Handle("GET /metrics", o.guard(o.Metrics.handler()))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		mux.ServeHTTP(w, r)
	})
}

func say(w http.ResponseWriter, code int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(code)
	_, _ = w.Write([]byte(text + "\n")) // the asker is gone if this fails
}

// healthz says that the process is up, and asks nothing of anyone.
func (o *Ops) healthz(w http.ResponseWriter, _ *http.Request) { say(w, http.StatusOK, "ok") }

// patience is how long the database may take to answer.
const patience = 3 * time.Second

// readyz says whether requests can be answered: the database is there and its tables are as new as the program.
func (o *Ops) readyz(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	if why, err := o.ready(ctx); why != "" {
		o.Log.Error("not ready", "why", why, "error", err)
		say(w, http.StatusServiceUnavailable, why)
		return
	}
	say(w, http.StatusOK, "ready")
}

func (o *Ops) ready(ctx context.Context) (why string, err error) {
	if err := o.DB.Ping(ctx); err != nil {
		return "database", err
	}
	if o.current.Load() {
		return "", nil
	}
	pending, err := o.DB.Pending(ctx)
	if err != nil || pending {
		return "migrations", err
	}
	o.current.Store(true)
	return "", nil
}

// details says how old the newest backup and rehearsal are and what is wrong with them: 503 when something is, so that a
// watcher needs no more than the status. Ages are in hours; -1 is never.
func (o *Ops) details(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	var s backup.Standing
	err := o.DB.View(ctx, db.System("none"), func(ctx context.Context, tx *db.Tx) (err error) {
		s, err = backup.Stand(ctx, tx, o.Copies)
		return err
	})
	if err != nil {
		o.Log.Error("health details", "error", err)
		say(w, http.StatusServiceUnavailable, "database")
		return
	}
	out := detail{BackupHours: hours(s.Backup, o.DB.Now()), RehearsalHours: hours(s.Rehearsal, o.DB.Now()), Warnings: []string{}}
	for _, warn := range s.Warn {
		out.Warnings = append(out.Warnings, string(warn.Key))
	}
	w.Header().Set("Content-Type", "application/json")
	if len(out.Warnings) > 0 {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	text, _ := json.Marshal(out) // figures and keys never fail
	_, _ = w.Write(text)         // the asker is gone if this fails
}

type detail struct {
	BackupHours    int      `json:"backup_hours"`
	RehearsalHours int      `json:"rehearsal_hours"`
	Warnings       []string `json:"warnings"`
}

func hours(r *backup.Run, now time.Time) int {
	if r == nil {
		return -1
	}
	return int(now.Sub(time.UnixMilli(r.At)).Hours())
}

func (o *Ops) version(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	text, _ := json.Marshal(o.Version) // texts never fail
	_, _ = w.Write(text)               // the asker is gone if this fails
}

// guard lets in the token, or, where none is set, this machine itself. What came through a proxy is not this machine.
func (o *Ops) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !o.mayAsk(r) {
			say(w, http.StatusNotFound, "not found")
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (o *Ops) mayAsk(r *http.Request) bool {
	if o.Token != "" {
		got, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		return ok && subtle.ConstantTimeCompare([]byte(got), []byte(o.Token)) == 1
	}
	for _, h := range []string{"Forwarded", "X-Forwarded-For", "X-Real-Ip", "Via"} {
		if r.Header.Get(h) != "" {
			return false
		}
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	ip := net.ParseIP(host)
	return err == nil && ip != nil && ip.IsLoopback()
}
