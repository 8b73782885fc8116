package act

import (
	"context"
	"reflect"

	"bangfu/internal/base/words"
	"bangfu/internal/engine/db"
)

// Read is one thing a person can look up: the reading half of an Act. Name ("task.mine") is its address in the API,
// Right is looked up in the table of rights, and Do narrows what it gives to what that right reaches. Its input comes
// from an address, so it holds no personal data.
type Read[In, Out any] struct {
	Name  string
	Title words.Key
	Right string
	Do    func(ctx context.Context, tx *db.Tx, in In) (Out, error)
}

// Cursor is embedded in the input of a list that pages by key: where the page before ended, and how many at most.
type Cursor struct {
	After string `form:"after" label:"从哪里接着读" max:"200"`
	Limit int64  `form:"limit" label:"最多几条" min:"1" max:"200"`
}

// Most is how many a page holds: what was asked for, 50 unless said.
func (c Cursor) Most() int {
	if c.Limit <= 0 {
		return 50
	}
	return int(min(c.Limit, 200))
}

// Page is one page of a list. Next, if not empty, is the cursor of the page after it.
type Page[T any] struct {
	Items []T
	Next  string
}

// Cut makes a page of items read one more than most; key gives the cursor of the last one shown.
func Cut[T any](items []T, most int, key func(T) string) Page[T] {
	if len(items) <= most {
		return Page[T]{Items: items}
	}
	return Page[T]{Items: items[:most], Next: key(items[most-1])}
}

// AnyRead is a read whatever its types.
type AnyRead interface {
	About() (name string, title words.Key, right string)
	Types() (in, out reflect.Type)
	// Serve fills an input by fill (which gets a pointer to it) and reads under the right.
	Serve(ctx context.Context, h *Host, who db.Actor, fill func(in any) error) (any, error)
}

// About gives the read's name, title and right.
func (r Read[In, Out]) About() (string, words.Key, string) { return r.Name, r.Title, r.Right }

// Types gives the types of input and answer.
func (r Read[In, Out]) Types() (reflect.Type, reflect.Type) {
	return reflect.TypeFor[In](), reflect.TypeFor[Out]()
}

// Run reads in one unchanging picture of the data. Faults: "fault.denied" without the right, and what Do gives.
func (r Read[In, Out]) Run(ctx context.Context, h *Host, who db.Actor, in In) (out Out, err error) {
	err = h.See(ctx, who, r.Right, func(ctx context.Context, tx *db.Tx) error {
		out, err = r.Do(ctx, tx, in)
		return err
	})
	return out, err
}

// Serve fills an input and reads.
func (r Read[In, Out]) Serve(ctx context.Context, h *Host, who db.Actor, fill func(in any) error) (any, error) {
	var in In
	if err := fill(&in); err != nil {
		return nil, err
	}
	return r.Run(ctx, h, who, in)
}
