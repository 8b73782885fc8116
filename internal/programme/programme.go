// Package programme is the socket of the kinds of help: the shipped documents of those that are data, and the list a
// union begins with. A kind with records of its own is a folder beside it.
package programme

import (
	"context"
	"embed"
	"fmt"
	"io/fs"

	"bangfu/internal/domain/intake"
	"bangfu/internal/engine/db"
)

//go:embed shipped/*.yaml
var files embed.FS

// Shipped gives the documents that come with the program, by file name.
func Shipped() ([]intake.Programme, error) {
	var out []intake.Programme
	err := each(func(name string, text []byte) error {
		p, err := intake.Parse(text)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		out = append(out, p)
		return nil
	})
	return out, err
}

// Ship installs the shipped programmes in a union at set-up. Doing it again changes nothing; what the union has edited
// since is left as it is.
func Ship(ctx context.Context, tx *db.Tx) error {
	have, err := intake.Editions(ctx, tx)
	if err != nil {
		return err
	}
	return each(func(name string, text []byte) error {
		p, err := intake.Parse(text)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if have[p.Code] > 0 {
			return nil
		}
		_, err = intake.Keep(ctx, tx, text)
		return err
	})
}

func each(f func(name string, text []byte) error) error {
	names, err := fs.Glob(files, "shipped/*.yaml")
	if err != nil {
		return err
	}
	for _, name := range names {
		text, err := files.ReadFile(name)
		if err != nil {
			return err
		}
		if err := f(name, text); err != nil {
			return err
		}
	}
	return nil
}
