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

	"bangfu/internal/base/schema"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/job"
	"bangfu/internal/engine/seal"
	"bangfu/internal/face/web"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/audit"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/org"
)

// Config is where the house stands. The zero value is a house in ./bangfu-data on SQLite.
type Config struct {
	Data   string           // the folder of the database, the keys and the files
	DSN    string           // "" is SQLite in Data
	Secure bool             // TLS: cookies are marked so
	Clock  func() time.Time // nil: the machine's
	Log    *slog.Logger
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
}

// Open opens and migrates the database and builds the faces. Close it when done.
func Open(ctx context.Context, cfg Config) (*House, error) {
	if cfg.Data == "" {
		cfg.Data = "bangfu-data"
	}
	if cfg.DSN == "" {
		cfg.DSN = "sqlite:" + filepath.Join(cfg.Data, "bangfu.db")
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	ring, err := seal.Load(filepath.Join(cfg.Data, "bangfu.key"))
	if err != nil {
		return nil, err
	}
	d, err := db.Open(ctx, db.Config{DSN: cfg.DSN, Schema: schema.Files, Ring: ring, Clock: cfg.Clock, Log: cfg.Log})
	if err != nil {
		return nil, err
	}
	if err := d.Migrate(ctx); err != nil {
		return nil, fmt.Errorf("%w (closing: %v)", err, d.Close())
	}
	h := &House{DB: d, Log: cfg.Log, Data: cfg.Data, Host: &act.Host{DB: d, Allow: auth.Allow, Record: audit.Record}}
	h.Jobs = h.jobs()
	h.Site = &site.Site{Host: h.Host, Hash: auth.NewHasher(), Log: cfg.Log, Secure: cfg.Secure}
	h.Web = web.Handler(h.Site, web.Hooks{Ship: Ship})
	return h, nil
}

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

// jobs lists what the house does by itself.
func (h *House) jobs() *job.Runner {
	r := &job.Runner{DB: h.DB, Log: h.Log, Unions: h.Unions,
		Kinds: map[string]job.Func{
			"audit.link": func(ctx context.Context, d *db.DB, union, _ string) error { return audit.LinkAll(ctx, d, union) },
			"audit.mark": inTx(func(ctx context.Context, tx *db.Tx) error { _, err := audit.Mark(ctx, tx); return err }),
			"act.sweep":  inTx(act.Sweep),
		},
		Every: []job.Every{{Kind: "audit.link", Span: 10 * time.Second}, {Kind: "audit.mark", Span: time.Hour}, {Kind: "act.sweep", Span: 24 * time.Hour}},
	}
	r.Init()
	return r
}

func inTx(f func(context.Context, *db.Tx) error) job.Func {
	return func(ctx context.Context, d *db.DB, union, _ string) error { return d.Update(ctx, db.System(union), f) }
}

// Ship gives a new union what every union starts with: the shipped programmes, standards, holidays and chart of accounts.
func Ship(ctx context.Context, d *db.DB, union string) error {
	return d.Update(ctx, db.System(union), func(ctx context.Context, tx *db.Tx) error {
		return nil
	})
}
