package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"unicode"

	"bangfu/internal/base/fault"
)

// All reads every row into a T: a struct whose fields are named as the columns (unit_id → UnitID, or tag db:"unit_id";
// embedded structs count as their fields), or a single plain value.
func All[T any](ctx context.Context, tx *Tx, query string, args ...any) ([]T, error) {
	var out []T
	err := Each(ctx, tx, func(v T) error {
		out = append(out, v)
		return nil
	}, query, args...)
	return out, err
}

// Each reads row by row and gives each to f, for lists too long to hold. An error of f ends the reading.
func Each[T any](ctx context.Context, tx *Tx, f func(T) error, query string, args ...any) (err error) {
	if err := tx.moved(ctx); err != nil {
		return err
	}
	if tx.spilt != nil {
		return tx.spilt
	}
	tx.tell(query, args)
	rows, err := tx.conn.QueryContext(ctx, query, plain(args)...)
	if err != nil {
		return fmt.Errorf("%s: %w", brief(query), tx.spill(err))
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	cols, err := rows.Columns()
	if err != nil {
		return err
	}
	var v T
	into, err := targets(reflect.ValueOf(&v).Elem(), cols)
	if err != nil {
		return fmt.Errorf("%s: %w", brief(query), err)
	}
	for rows.Next() {
		v = *new(T)
		if err := rows.Scan(into...); err != nil {
			return fmt.Errorf("%s: %w", brief(query), err)
		}
		if err := f(v); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return tx.spill(err)
	}
	return nil
}

// Maybe reads the first row; the second result is false when there is none.
func Maybe[T any](ctx context.Context, tx *Tx, query string, args ...any) (T, bool, error) {
	var got T
	found := false
	err := Each(ctx, tx, func(v T) error {
		got, found = v, true
		return errStop
	}, query, args...)
	if errors.Is(err, errStop) {
		err = nil
	}
	return got, found, err
}

var errStop = errors.New("stop")

// One reads the first row; none is the fault Missing "fault.missing".
func One[T any](ctx context.Context, tx *Tx, query string, args ...any) (T, error) {
	v, ok, err := Maybe[T](ctx, tx, query, args...)
	if err == nil && !ok {
		err = fault.New(fault.Missing, "fault.missing")
	}
	return v, err
}

// Value reads one plain value (a count, a sum, an id); no row, or null, is the zero value.
func Value[T any](ctx context.Context, tx *Tx, query string, args ...any) (T, error) {
	v, _, err := Maybe[sql.Null[T]](ctx, tx, query, args...)
	return v.V, err
}

// Insert writes one row: the columns are the struct's fields, as All reads them.
func Insert(ctx context.Context, tx *Tx, table string, row any) error {
	v := reflect.ValueOf(row)
	var cols, marks []string
	var args []any
	for _, f := range columns(v.Type()) {
		cols = append(cols, f.name)
		marks = append(marks, fmt.Sprintf("$%d", len(cols)))
		args = append(args, v.FieldByIndex(f.index).Interface())
	}
	_, err := tx.Exec(ctx, "insert into "+table+" ("+strings.Join(cols, ", ")+") values ("+strings.Join(marks, ", ")+")", args...)
	return err
}

type column struct {
	name  string
	index []int
}

var plans sync.Map // reflect.Type → []column: what each row type reads and writes, found once

func columns(t reflect.Type) []column {
	if c, ok := plans.Load(t); ok {
		return c.([]column)
	}
	var out []column
	for _, f := range reflect.VisibleFields(t) {
		if f.Anonymous || !f.IsExported() || f.Tag.Get("db") == "-" {
			continue
		}
		name := f.Tag.Get("db")
		if name == "" {
			name = snake(f.Name)
		}
		out = append(out, column{name, f.Index})
	}
	plans.Store(t, out)
	return out
}

func targets(v reflect.Value, cols []string) ([]any, error) {
	_, scans := v.Addr().Interface().(sql.Scanner)
	if v.Kind() != reflect.Struct || scans {
		if len(cols) != 1 {
			return nil, fmt.Errorf("%d columns for one plain value", len(cols))
		}
		return []any{v.Addr().Interface()}, nil
	}
	into := make([]any, len(cols))
	for i, c := range cols {
		for _, f := range columns(v.Type()) {
			if f.name == c {
				into[i] = v.FieldByIndex(f.index).Addr().Interface()
			}
		}
		if into[i] == nil {
			return nil, fmt.Errorf("%s has no field for column %s", v.Type(), c)
		}
	}
	return into, nil
}

// snake turns UnitID into unit_id and IDNo into id_no.
func snake(s string) string {
	var b strings.Builder
	rs := []rune(s)
	for i, r := range rs {
		up := unicode.IsUpper(r)
		if up && i > 0 && (!unicode.IsUpper(rs[i-1]) || i+1 < len(rs) && unicode.IsLower(rs[i+1])) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
