package db

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"bangfu/internal/base/fault"
)

// The two troubles of the machine that a person is told of by name; both are over when the operator has seen to them, and
// nothing of the act was kept unless its answer was lost on the way: the same form sent again says which.
const (
	faultFull = "fault.full"
	faultGone = "fault.gone"
)

// weigh adds the fault to an error of the machine; what is a fault already, and what is our own mistake, stays as it is.
func weigh(err error) error {
	var f *fault.Fault
	if err == nil || errors.As(err, &f) {
		return err
	}
	switch {
	case full(err):
		return errors.Join(fault.New(fault.Internal, faultFull), err)
	case gone(err):
		return errors.Join(fault.New(fault.Internal, faultGone), err)
	}
	return err
}

func full(err error) bool {
	var lite *sqlite.Error
	var pg *pgconn.PgError
	switch {
	case errors.As(err, &lite):
		return lite.Code()&0xff == sqlite3.SQLITE_FULL
	case errors.As(err, &pg):
		return pg.Code == "53100"
	}
	return errors.Is(err, syscall.ENOSPC)
}

func gone(err error) bool {
	var lite *sqlite.Error
	var pg *pgconn.PgError
	var wire net.Error
	var dial *pgconn.ConnectError
	switch {
	case errors.As(err, &lite):
		switch lite.Code() & 0xff {
		case sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM:
			return true
		}
		return false
	case errors.As(err, &pg): // the server is going, starting, full of connections, read only, or shut the connection
		return strings.HasPrefix(pg.Code, "08") || strings.HasPrefix(pg.Code, "57P") || pg.Code == "53300" || pg.Code == "25006"
	case errors.As(err, &dial), errors.Is(err, driver.ErrBadConn), errors.Is(err, errClosed):
		return true
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return false // the asker left, or an act took too long
	}
	return errors.As(err, &wire) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) || pgconn.SafeToRetry(err)
}
