package backup

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"unicode/utf8"
)

// A row is one line of JSON: texts, whole numbers, null, {"b": …} for bytes and {"t": …} for a text that is not UTF-8,
// both in base64. It can be read in twenty years without this program.
type (
	rawBytes struct {
		B []byte `json:"b"`
	}
	rawText struct {
		T []byte `json:"t"`
	}
)

func encode(row []any) ([]byte, error) {
	out := make([]any, len(row))
	for i, v := range row {
		switch v := v.(type) {
		case nil, int64:
			out[i] = v
		case string:
			out[i] = v
			if !utf8.ValidString(v) {
				out[i] = rawText{[]byte(v)}
			}
		case []byte:
			out[i] = rawBytes{v}
		default:
			return nil, fmt.Errorf("column %d is a %T: the schema has text, bigint and bytea", i, v)
		}
	}
	return json.Marshal(out)
}

var errRow = errors.New("not a row of a backup")

func decode(line []byte, width int) ([]any, error) {
	d := json.NewDecoder(bytes.NewReader(line))
	d.UseNumber()
	var row []any
	if err := d.Decode(&row); err != nil || len(row) != width {
		return nil, errRow
	}
	for i, v := range row {
		switch v := v.(type) {
		case nil, string:
		case json.Number:
			n, err := v.Int64()
			if err != nil {
				return nil, errRow
			}
			row[i] = n
		case map[string]any:
			got, err := unpack(v)
			if err != nil {
				return nil, err
			}
			row[i] = got
		default:
			return nil, errRow
		}
	}
	return row, nil
}

func unpack(v map[string]any) (any, error) {
	text, _ := json.Marshal(v) // it came from JSON
	var both struct {
		B, T *[]byte
	}
	if err := json.Unmarshal(text, &both); err != nil || len(v) != 1 {
		return nil, errRow
	}
	switch {
	case both.B != nil:
		return append([]byte{}, *both.B...), nil
	case both.T != nil:
		return string(*both.T), nil
	}
	return nil, errRow
}

// digest is the sum of the rows' hashes in four lanes: the same rows in any order have the same digest.
type digest [4]uint64

func (d *digest) add(line []byte) {
	h := sha256.Sum256(line)
	for i := range d {
		d[i] += binary.BigEndian.Uint64(h[8*i:])
	}
}

// String is the digest in hex.
func (d digest) String() string {
	var raw [32]byte
	for i, v := range d {
		binary.BigEndian.PutUint64(raw[8*i:], v)
	}
	return hex.EncodeToString(raw[:])
}

// readTable gives f the rows of a table's file in batches.
func readTable(ctx context.Context, path string, t Table, f func(rows [][]any) error) (err error) {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	gz, err := gzip.NewReader(bufio.NewReaderSize(file, 1<<16))
	if err != nil {
		return err
	}
	in := bufio.NewReaderSize(gz, 1<<16)
	var rows [][]any
	for {
		line, err := in.ReadBytes('\n')
		if len(line) > 0 {
			row, bad := decode(line, len(t.Columns))
			if bad != nil {
				return bad
			}
			rows = append(rows, row)
		}
		last := errors.Is(err, io.EOF)
		if err != nil && !last {
			return err
		}
		if len(rows) == batch || last && len(rows) > 0 {
			if err := errors.Join(ctx.Err(), f(rows)); err != nil {
				return err
			}
			rows = rows[:0]
		}
		if last {
			return nil
		}
	}
}

const batch = 500
