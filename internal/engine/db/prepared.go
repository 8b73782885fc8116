package db

import (
	"container/list"
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"modernc.org/sqlite"
)

// mostPrepared bounds the statements a connection keeps, and mostText the length of one: a statement that lays hundreds of
// rows is worth more memory than its parsing.
const (
	mostPrepared = 200
	mostText     = 4 << 10
)

// openPrepared opens a SQLite file over connections that keep their prepared statements. The driver parses each statement
// anew, which costs more than most of them take to run; that of PostgreSQL keeps them by itself.
func openPrepared(dsn string) (*sql.DB, error) {
	c, err := sqlite.NewConnector(dsn)
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(preparing{c}), nil
}

type preparing struct{ driver.Connector }

// Connect opens one connection.
func (p preparing) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := p.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	able, ok := c.(sqliteConn)
	if !ok {
		return nil, errors.Join(fmt.Errorf("connection %T cannot all that is asked of it", c), c.Close())
	}
	return &prepared{sqliteConn: able, idle: map[string]*list.Element{}}, nil
}

type sqliteConn interface {
	driver.Conn
	driver.ConnPrepareContext
	driver.ConnBeginTx
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// prepared is one connection with the statements it has at rest. A statement in use is not among them, so that the same
// text asked again while its rows are read is a statement of its own. SQLite parses a kept statement anew by itself when
// the tables have changed; one that failed is not kept.
type prepared struct {
	sqliteConn
	idle  map[string]*list.Element // by text
	order list.List                // of *resting, the latest used in front
}

type resting struct {
	text string
	stmt statement
}

type statement interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// worth reports whether a statement is of those that are run again and again. Those that change tables are not.
func worth(query string) bool {
	if len(query) > mostText {
		return false
	}
	query = strings.TrimLeft(query, " \t\n")
	return slices.ContainsFunc([]string{"select ", "insert ", "update ", "delete ", "with ", "savepoint ", "release ", "rollback to "},
		func(verb string) bool { return strings.HasPrefix(query, verb) })
}

// take gives a statement to its user alone: one at rest, or a new one.
func (c *prepared) take(ctx context.Context, query string) (statement, error) {
	if e, ok := c.idle[query]; ok {
		delete(c.idle, query)
		return c.order.Remove(e).(*resting).stmt, nil
	}
	s, err := c.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	able, ok := s.(statement)
	if !ok {
		return nil, errors.Join(fmt.Errorf("statement %T cannot all that is asked of it", s), s.Close())
	}
	return able, nil
}

// rest takes a statement back; the one that rested longest makes room.
func (c *prepared) rest(query string, s statement) error {
	if _, ok := c.idle[query]; ok {
		return s.Close()
	}
	c.idle[query] = c.order.PushFront(&resting{query, s})
	if c.order.Len() <= mostPrepared {
		return nil
	}
	old := c.order.Remove(c.order.Back()).(*resting)
	delete(c.idle, old.text)
	return old.stmt.Close()
}

// ExecContext runs a statement that gives no rows.
func (c *prepared) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if !worth(query) {
		return c.sqliteConn.ExecContext(ctx, query, args)
	}
	s, err := c.take(ctx, query)
	if err != nil {
		return nil, err
	}
	res, err := s.ExecContext(ctx, args)
	if err != nil {
		_ = s.Close() // tells the same error once more
		return nil, err
	}
	return res, c.rest(query, s)
}

// QueryContext runs a statement that gives rows; it rests again when they are closed.
func (c *prepared) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if !worth(query) {
		return c.sqliteConn.QueryContext(ctx, query, args)
	}
	s, err := c.take(ctx, query)
	if err != nil {
		return nil, err
	}
	rows, err := s.QueryContext(ctx, args)
	if err != nil {
		_ = s.Close() // tells the same error once more
		return nil, err
	}
	return &preparedRows{Rows: rows, of: c, query: query, stmt: s}, nil
}

// Close ends the statements and the connection.
func (c *prepared) Close() error {
	var all error
	for e := c.order.Front(); e != nil; e = e.Next() {
		all = errors.Join(all, e.Value.(*resting).stmt.Close())
	}
	c.order.Init()
	clear(c.idle)
	return errors.Join(all, c.sqliteConn.Close())
}

type preparedRows struct {
	driver.Rows
	of    *prepared
	query string
	stmt  statement
	err   error // what ended the reading
}

// Next reads a row.
func (r *preparedRows) Next(into []driver.Value) error {
	err := r.Rows.Next(into)
	if err != nil && !errors.Is(err, io.EOF) {
		r.err = err
	}
	return err
}

// Close ends the reading. A second time it does nothing.
func (r *preparedRows) Close() error {
	if r.stmt == nil {
		return nil
	}
	s := r.stmt
	r.stmt = nil
	if err := r.Rows.Close(); err != nil || r.err != nil {
		_ = s.Close() // tells the same error once more
		return err
	}
	return r.of.rest(r.query, s)
}
