package dbtest

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"bangfu/internal/base/schema"
	"bangfu/internal/engine/db"
)

// variable names the environment variable with the address of a PostgreSQL server that tests may fill and empty.
const variable = "BANGFU_TEST_POSTGRES"

// sqliteTemplate is the bytes of a migrated file, made once in a test process and copied for each test.
var sqliteTemplate = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "bangfu-template")
	if err != nil {
		return nil, err
	}
	path := filepath.Join(dir, "t.db")
	err = migrate("sqlite:" + path)
	file, readErr := os.ReadFile(path)
	return file, errors.Join(err, readErr, os.RemoveAll(dir))
})

func migrate(dsn string) error {
	ctx := context.Background()
	d, err := db.Open(ctx, db.Config{DSN: dsn, Schema: schema.Files})
	if err != nil {
		return err
	}
	return errors.Join(d.Migrate(ctx), d.Close())
}

// Postgres gives a PostgreSQL database of its own under a clock, dropped when the test ends.
func Postgres(t testing.TB, c *Clock) *db.DB {
	t.Helper()
	return open(t, PostgresDSN(t), c)
}

// PostgresDSN gives the address of an empty migrated PostgreSQL database, dropped when the test ends: for tests that
// open it themselves, more than once or from another process.
func PostgresDSN(t testing.TB) string {
	t.Helper()
	return fresh(t, postgresTemplate)
}

// PostgresCopy gives the address of a copy of a database that nobody has open, dropped when the test ends.
func PostgresCopy(t testing.TB, dsn string) string {
	t.Helper()
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	return fresh(t, func(*sql.DB, string) (string, error) { return strings.TrimPrefix(u.Path, "/"), nil })
}

// fresh makes a database from the template that of names.
func fresh(t testing.TB, of func(admin *sql.DB, server string) (string, error)) string {
	t.Helper()
	server := os.Getenv(variable)
	if server == "" {
		t.Fatalf("%s is not set: run ./scripts/test, or start a server with ./scripts/pg", variable)
	}
	admin, err := sql.Open("pgx", server)
	if err != nil {
		t.Fatal(err)
	}
	template, err := of(admin, server)
	if err != nil {
		t.Fatalf("template database: %v", err)
	}
	name := "t_" + strings.ToLower(rand.Text())
	if _, err := admin.Exec("create database " + name + " template " + template); err != nil {
		t.Fatalf("create database: %v", err)
	}
	t.Cleanup(func() {
		_, err := admin.Exec("drop database " + name + " with (force)")
		if err = errors.Join(err, admin.Close()); err != nil {
			t.Errorf("drop database: %v", err)
		}
	})
	return within(t, server, name)
}

func within(t testing.TB, server, name string) string {
	t.Helper()
	u, err := url.Parse(server)
	if err != nil {
		t.Fatalf("%s: %v", variable, err)
	}
	u.Path = "/" + name
	return u.String()
}

// lockKey keeps two test processes from making the same template; any number of our own will do.
const lockKey = 20261122

// postgresTemplate gives the name of the migrated template database, which carries a hash of the migrations, making it
// where the server has none. It takes its name only once it is whole.
func postgresTemplate(admin *sql.DB, server string) (name string, err error) {
	name, err = templateName()
	if err != nil {
		return "", err
	}
	ctx := context.Background()
	conn, err := admin.Conn(ctx)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	if there, err := exists(ctx, conn, name); there || err != nil {
		return name, err
	}
	if _, err := conn.ExecContext(ctx, "select pg_advisory_lock($1)", lockKey); err != nil {
		return "", err
	}
	defer func() {
		_, unlock := conn.ExecContext(ctx, "select pg_advisory_unlock($1)", lockKey)
		err = errors.Join(err, unlock)
	}()
	if there, err := exists(ctx, conn, name); there || err != nil {
		return name, err
	}
	return name, build(ctx, conn, server, name)
}

func build(ctx context.Context, conn *sql.Conn, server, name string) error {
	half := name + "_half"
	u, err := url.Parse(server)
	if err != nil {
		return err
	}
	u.Path = "/" + half
	for _, q := range []string{"drop database if exists " + half + " with (force)", "create database " + half} {
		if _, err := conn.ExecContext(ctx, q); err != nil {
			return err
		}
	}
	if err := migrate(u.String()); err != nil {
		return err
	}
	_, err = conn.ExecContext(ctx, "alter database "+half+" rename to "+name)
	return err
}

func exists(ctx context.Context, conn *sql.Conn, name string) (bool, error) {
	var n int
	err := conn.QueryRowContext(ctx, "select count(*) from pg_database where datname = $1", name).Scan(&n)
	return n > 0, err
}

func templateName() (string, error) {
	names, err := fs.Glob(schema.Files, "*.sql")
	if err != nil {
		return "", err
	}
	h := sha256.New()
	for _, n := range names {
		text, err := fs.ReadFile(schema.Files, n)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(h, "%s %d\n", n, len(text))
		h.Write(text)
	}
	return "bangfu_" + hex.EncodeToString(h.Sum(nil))[:16], nil
}
