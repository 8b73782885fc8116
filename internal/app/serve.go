package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"bangfu/internal/base/fault"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/face/cli"
	"bangfu/internal/face/exchange/backup"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/org"
)

// firstRun is how long the link printed at the first start is good.
const firstRun = 30 * time.Minute

// FirstLink makes the first-run link when the house has no union yet; "" when it has.
func (h *House) FirstLink(ctx context.Context) (path string, err error) {
	err = h.DB.Update(ctx, db.System(auth.InstallUnion), func(ctx context.Context, tx *db.Tx) error {
		all, err := org.All(ctx, tx)
		if err != nil || len(all) > 0 {
			return err
		}
		token, err := auth.Link(ctx, tx, auth.SecretFirstRun, "administrator", firstRun)
		path = "/setup/" + token
		return err
	})
	return path, err
}

// Admin appoints an account of a union as administrator, opens it where there is none or it was closed, and gives its one-time
// way in. Fault: "cli.admin_name" for a new account without a name.
func (h *House) Admin(ctx context.Context, a cli.Admin) (path string, err error) {
	err = h.DB.Update(ctx, db.System(a.Union), func(ctx context.Context, tx *db.Tx) error {
		u, found, err := org.UserByLogin(ctx, tx, a.Login)
		switch {
		case err != nil:
			return err
		case !found && a.Name == "":
			return fault.New(fault.Invalid, "cli.admin_name", a.Login)
		case !found:
			u, err = auth.OpenAccount(ctx, tx, org.User{Login: a.Login, Name: a.Name})
		case u.Status != "active":
			err = org.SetStatus(ctx, tx, u.ID, "active")
		}
		if err != nil {
			return err
		}
		if err := org.Appoint(ctx, tx, u.ID, org.RoleAdmin, tx.Union); err != nil {
			return err
		}
		token, err := auth.Link(ctx, tx, auth.SecretSignIn, u.ID, firstRun)
		if err != nil {
			return err
		}
		path = "/signin/link/" + a.Union + "/" + token
		tx.About("user", u.ID, "admin")
		return h.Host.Record(ctx, tx, act.Entry{Act: "admin.create", Outcome: "done", Trail: tx.Trail})
	})
	return path, err
}

// Nights makes the copies of the house, the nightly ones and those asked for.
func (h *House) Nights() backup.Nightly {
	return backup.Nightly{House: h.copied(), Plan: h.copies, Log: h.Log}
}

// Serve answers on a listener until the context ends, then lets the requests under way finish. Ready is told the address.
func (h *House) Serve(ctx context.Context, l net.Listener, out io.Writer) error {
	jobs, stop := context.WithCancel(ctx)
	defer stop()
	h.DB.OnCommit(func(string) { h.Jobs.Wake() })
	gone := make(chan struct{})
	go func() { // the job runner, until shutdown
		defer close(gone)
		h.Jobs.Run(jobs)
	}()
	nights := make(chan struct{})
	go func() { // the nightly backup, until shutdown
		defer close(nights)
		h.Nights().Run(jobs)
	}()
	srv := server(h.Web)
	done := make(chan error, 1)
	go func() { done <- srv.Serve(l) }() // the HTTP server, until shutdown
	fmt.Fprintf(out, "%s\n", l.Addr())
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 20*time.Second)
	defer cancel()
	err := srv.Shutdown(end)
	<-gone
	<-nights
	if serr := <-done; !errors.Is(serr, http.ErrServerClosed) {
		err = errors.Join(err, serr)
	}
	return err
}
