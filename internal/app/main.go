package app

import (
	"context"
	"io"
	"log/slog"

	"bangfu/internal/app/world"
	"bangfu/internal/face/cli"
)

// Main runs one command line and gives its exit code.
func Main(args []string, stdout, stderr io.Writer) int {
	return cli.Main(args, stdout, stderr, func(ctx context.Context, w cli.Where) (*cli.House, error) {
		log := slog.New(slog.DiscardHandler)
		if w.Verbose {
			log = slog.New(slog.NewJSONHandler(stderr, nil))
		}
		h, err := Open(ctx, Config{Data: w.Data, DSN: w.DSN, Secure: w.Secure, Log: log, Cipher: w.Cipher, Clock: clockFor(w), Backup: w.Backup,
			Limits: Limits{Pace: w.Pace, AtOnce: w.AtOnce, Proxies: w.Proxies}})
		if err != nil {
			return nil, err
		}
		return &cli.House{DB: h.DB, Host: h.Host, Unions: h.Unions, FirstLink: h.FirstLink, Admin: h.Admin, Serve: h.Serve, Demo: h.Demo, Roster: h.desk(), Sealed: h.Sealed, Backup: h.copied(), Close: h.Close}, nil
	})
}

// clockFor gives the demonstration a clock it can move.
func clockFor(w cli.Where) *world.Clock {
	if !w.Demo {
		return nil
	}
	return &world.Clock{}
}
