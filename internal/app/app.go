// Package app puts the house together: it reads the configuration, opens the database, hands the storeys what they need
// from above, and serves. Nothing below it reads the environment.
package app

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"time"

	"bangfu/internal/app/world"
	"bangfu/internal/base/schema"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/blob"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/job"
	"bangfu/internal/engine/seal"
	"bangfu/internal/face/api"
	"bangfu/internal/face/cli"
	"bangfu/internal/face/exchange/backup"
	"bangfu/internal/face/exchange/roster"
	"bangfu/internal/face/web"
	"bangfu/internal/face/web/ops"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/audit"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/org"
)

// Config is where the house stands. The zero value is a house in ./bangfu-data on SQLite.
type Config struct {
	Data   string       // the folder of the database, the keys and the files
	DSN    string       // "" is SQLite in Data
	Secure bool         // TLS: cookies are marked so
	Clock  *world.Clock // a clock that can be moved; nil is the machine's
	Watch  db.Watch     // told of every statement; nil is nobody
	Opened db.Opened    // told of every sealed text that is opened; nil is nobody
	Log    *slog.Logger
	Cipher seal.Algorithm // of the first key, where there is no key file yet; "" is AES

	Backup backup.Plan // the zero value makes no backups by itself

	Limits Limits // the zero value limits nothing

	MetricsToken string // who shows it may read /metrics and /version; "" leaves them to this machine
}

func (c Config) cipher() seal.Algorithm {
	if c.Cipher == "" {
		return seal.AES
	}
	return c.Cipher
}

// House is the open program: what the faces stand on.
type House struct {
	DB   *db.DB
	Host *act.Host
	Jobs *job.Runner
	Web  http.Handler
	Site *site.Site
	Log  *slog.Logger
	Data string

	clock  *world.Clock
	copies backup.Plan
}

// Open opens and migrates the database and builds the faces. Close it when done.
func Open(ctx context.Context, cfg Config) (*House, error) {
	if cfg.Data == "" {
		cfg.Data = "bangfu-data"
	}
	if cfg.DSN == "" {
		cfg.DSN = "sqlite:" + filepath.Join(cfg.Data, "bangfu.db")
	}
	if cfg.Backup == (backup.Plan{}) {
		cfg.Backup = backup.Plan{Dir: filepath.Join(cfg.Data, "backups"), Hour: -1, Keep: 7, OldDays: 2, TestDays: 7}
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	ring, err := seal.Load(filepath.Join(cfg.Data, cli.KeyFile), cfg.cipher(), db.Machine)
	if err != nil {
		return nil, err
	}
	d, err := db.Open(ctx, db.Config{DSN: cfg.DSN, Schema: schema.Files, Ring: ring, Secrets: secrets(), Clock: clockOf(cfg), Log: cfg.Log, Watch: cfg.Watch, Opened: cfg.Opened})
	if err != nil {
		return nil, err
	}
	if err := d.Migrate(ctx); err != nil {
		return nil, fmt.Errorf("%w (closing: %v)", err, d.Close())
	}
	return build(cfg, d)
}

// build puts the faces on an open database.
func build(cfg Config, d *db.DB) (*House, error) {
	h := &House{DB: d, Log: cfg.Log, Data: cfg.Data, clock: cfg.Clock, copies: cfg.Backup, Host: &act.Host{DB: d, Allow: auth.Allow, Fresh: auth.Fresh, Record: audit.Record}}
	files, err := blob.New(filepath.Join(cfg.Data, "files"), sealBlob(d.Ring()), openBlob(d.Ring()))
	if err != nil {
		return nil, err
	}
	h.Site = &site.Site{Host: h.Host, Hash: auth.NewHasher(), Blob: files, Log: cfg.Log, Secure: cfg.Secure, Count: todo,
		Rush: cfg.Limits.counter(d.Now), Pace: cfg.Limits.Pace, Trust: cfg.Limits.Proxies}
	h.Jobs = h.jobs()
	metrics := ops.NewMetrics(d, h.Unions)
	h.Host.Ended = metrics.Act
	health := &ops.Ops{DB: d, Copies: cfg.Backup, Log: cfg.Log, Token: cfg.MetricsToken, Metrics: metrics, Version: ops.Version{Version: cli.Version}}
	h.Web = metrics.Watch(h.faces(health.Handler(), cfg.Limits))
	return h, nil
}

// faces puts the ways in under one address: the operator's, the programs', and the pages.
func (h *House) faces(health http.Handler, limits Limits) http.Handler {
	pages := web.Handler(h.Site, h.Hooks())
	mux := http.NewServeMux()
	for _, p := range []string{"/healthz", "/healthz/details", "/readyz", "/version", "/metrics"} {
		mux.Handle(p, health)
	}
	mux.Handle("/api/", limits.gate(h.paced(api.Handler(h.Host, h.Log, Acts(), api.Reads()))))
	mux.Handle("/api/docs", limits.gate(pages))
	mux.Handle("/", limits.gate(pages))
	return mux
}

func clockOf(cfg Config) func() time.Time {
	if cfg.Clock == nil {
		return nil
	}
	return func() time.Time { return cfg.Clock.At(db.Machine()) }
}

func sealBlob(r *seal.Ring) blob.Box {
	return func(row string, data []byte) ([]byte, error) { return r.Seal("blob", row, string(data)) }
}

func openBlob(r *seal.Ring) blob.Box {
	return func(row string, data []byte) ([]byte, error) {
		text, err := r.Open("blob", row, data)
		return []byte(text), err
	}
}

// Hooks are what the pages need from above.
func (h *House) Hooks() web.Hooks {
	return web.Hooks{Ship: Ship, Openers: openers(), Acts: Acts(), Reads: api.Reads(), Desk: h.desk(), Copies: h.copies, Survey: surveys()}
}

// copied is the house as it is backed up.
func (h *House) copied() backup.House {
	return backup.House{DB: h.DB, Files: filepath.Join(h.Data, "files"), Unions: h.Unions, Version: cli.Version}
}

// desk takes lists in.
func (h *House) desk() roster.Desk { return roster.Desk{Host: h.Host, Hands: hands()} }

// Close ends the database.
func (h *House) Close() error { return h.DB.Close() }

// Unions gives the ids of every union of the house.
func (h *House) Unions(ctx context.Context) ([]string, error) {
	var ids []string
	err := h.DB.View(ctx, db.System("none"), func(ctx context.Context, tx *db.Tx) error {
		all, err := org.All(ctx, tx)
		for _, u := range all {
			ids = append(ids, u.UnionID)
		}
		return err
	})
	return ids, err
}
