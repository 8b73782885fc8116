// Package act makes one thing a person can do into one typed value: its input, the right it needs and its function of a
// transaction. Web forms, API operations, commands, the rights test and the fuzz targets are all drawn from that value,
// so whatever the way in, an act is checked for right, validated, audited, idempotent, and done whole or not at all.
package act

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/words"
	"bangfu/internal/engine/db"
)

// Act is one thing a person can do. Name ("intake.submit") is its operation in the API and its verb in the audit; Title
// says it in Chinese; Right is looked up in the table of rights. Secret marks an answer that must not be stored. Nameless
// marks an act that leaves no trace of who did it: its key is not kept, and the audit is told that somebody did.
type Act[In, Out any] struct {
	Name     string
	Title    words.Key
	Right    string
	Secret   bool
	Nameless bool
	Do       func(ctx context.Context, tx *db.Tx, in In) (Out, error)
}

// None is the input or the answer of an act that has none.
type None struct{}

// Checker is an input that can tell its own faults without the database.
type Checker interface{ Check() error }

// Call is one asking for an act: who, and the idempotency key of the asking (empty only where nothing can ask twice).
type Call struct {
	Actor db.Actor
	Key   string
}

// Entry is what the audit is told of an act.
type Entry struct {
	Act     string
	Outcome string // done, refused
	Fault   string // the key of the fault that refused it
	Trail   db.Trail
}

// Host is what acts run on: the database, the table of rights and the audit, handed down by app.
type Host struct {
	DB     *db.DB
	Allow  func(ctx context.Context, tx *db.Tx, right string) error
	Fresh  func(ctx context.Context, tx *db.Tx, right string) error // whether the act needs a fresh code; nil is never
	Record func(ctx context.Context, tx *db.Tx, e Entry) error
	Ended  func(name, outcome string) // told of every act after it was kept or not: done, or the fault's kind; nil is nobody
}

func (h *Host) ended(name, outcome string) {
	if h.Ended != nil {
		h.Ended(name, outcome)
	}
}

// See runs a read under a right: the actor's rights are looked up in the same picture of the data.
func (h *Host) See(ctx context.Context, who db.Actor, right string, f func(context.Context, *db.Tx) error) error {
	return h.DB.View(ctx, who, func(ctx context.Context, tx *db.Tx) error {
		if err := h.Allow(ctx, tx, right); err != nil {
			return err
		}
		return f(ctx, tx)
	})
}

// Run does the act: right, shape, idempotency, function, audit, in one transaction. Faults: what Do gives;
// "act.key_reused" (Conflict) when the key came before with another body; "fault.denied" without the right.
// A refusal rolls everything back and is recorded by an act of its own.
func (a Act[In, Out]) Run(ctx context.Context, h *Host, c Call, in In) (out Out, err error) {
	defer fault.Note(&err, "act %s", a.Name)
	if a.Nameless {
		c.Key = ""
	}
	var trail db.Trail
	err = h.DB.Update(ctx, c.Actor, func(ctx context.Context, tx *db.Tx) error {
		if err := h.Allow(ctx, tx, a.Right); err != nil {
			return err
		}
		if h.Fresh != nil {
			if err := h.Fresh(ctx, tx, a.Right); err != nil {
				return err
			}
		}
		if in, ok := any(in).(Checker); ok {
			if err := in.Check(); err != nil {
				return err
			}
		}
		out = *new(Out) // an act that is run again starts from nothing
		before, err := a.once(ctx, tx, c, in, &out)
		if err != nil || before {
			return err
		}
		out, err = a.Do(ctx, tx, in)
		trail = tx.Trail
		if err != nil {
			return err
		}
		if err := a.keep(ctx, tx, c, out); err != nil {
			return err
		}
		if a.Nameless {
			tx.Actor = nobody(tx.Actor)
		}
		return h.Record(ctx, tx, Entry{Act: a.Name, Outcome: "done", Trail: trail})
	})
	if err == nil {
		h.ended(a.Name, "done")
		return out, nil
	}
	h.ended(a.Name, fault.Of(err).Kind.String())
	return *new(Out), a.refuse(ctx, h, c, Entry{Act: a.Name, Outcome: "refused", Fault: fault.Of(err).Key, Trail: trail}, err)
}

// nobody is an actor of whom the union is known and nothing else.
func nobody(a db.Actor) db.Actor { return db.Actor{Union: a.Union, User: "public", Via: a.Via} }

// refuse records a refusal that is worth a line: a denied right, a rule's no, a lost race. Bad typing is not.
func (a Act[In, Out]) refuse(ctx context.Context, h *Host, c Call, e Entry, why error) error {
	switch fault.Of(why).Kind {
	case fault.Denied, fault.Refused, fault.Conflict:
	default:
		return why
	}
	e.Trail.Fields = nil
	if a.Nameless {
		c.Actor = nobody(c.Actor)
	}
	return errors.Join(why, h.DB.Update(ctx, c.Actor, func(ctx context.Context, tx *db.Tx) error {
		return h.Record(ctx, tx, e)
	}))
}

type kept struct{ Body, Answer string }

// once claims the key; it gives true, with the answer of the first time, when the same asking came before.
func (a Act[In, Out]) once(ctx context.Context, tx *db.Tx, c Call, in In, out *Out) (bool, error) {
	if c.Key == "" {
		return false, nil
	}
	text, err := json.Marshal(in)
	if err != nil {
		return false, err
	}
	sum := sha256.Sum256(text)
	body := hex.EncodeToString(sum[:])
	n, err := tx.Exec(ctx, `
		insert into act_key (union_id, actor, act, key, body, answer, at) values ($1, $2, $3, $4, $5, '', $6)
		on conflict (union_id, actor, act, key) do nothing`, tx.Union, c.Actor.User, a.Name, c.Key, body, tx.Ms())
	if err != nil || n == 1 {
		return false, err
	}
	k, err := db.One[kept](ctx, tx, `
		select body, answer from act_key where union_id = $1 and actor = $2 and act = $3 and key = $4`,
		tx.Union, c.Actor.User, a.Name, c.Key)
	switch {
	case err != nil:
		return false, err
	case k.Body != body:
		return false, fault.New(fault.Conflict, "act.key_reused")
	case a.Secret:
		return false, fault.New(fault.Conflict, "act.done_already")
	}
	return true, json.Unmarshal([]byte(k.Answer), out)
}

func (a Act[In, Out]) keep(ctx context.Context, tx *db.Tx, c Call, out Out) error {
	if c.Key == "" || a.Secret {
		return nil
	}
	text, err := json.Marshal(out)
	if err != nil {
		return err
	}
	return tx.Must(ctx, "act.key_reused", `
		update act_key set answer = $5 where union_id = $1 and actor = $2 and act = $3 and key = $4`,
		tx.Union, c.Actor.User, a.Name, c.Key, string(text))
}

// Sweep forgets keys older than seven days.
func Sweep(ctx context.Context, tx *db.Tx) error {
	_, err := tx.Exec(ctx, `delete from act_key where union_id = $1 and at < $2`, tx.Union, tx.Ms()-7*24*3600*1000)
	return err
}

// Any is an act whatever its types, for those who serve all acts alike: the API, the rights test, the fuzzers.
type Any interface {
	About() (name string, title words.Key, right string)
	Types() (in, out reflect.Type)
	// Serve fills an input by fill (which gets a pointer to it) and runs the act.
	Serve(ctx context.Context, h *Host, c Call, fill func(in any) error) (any, error)
}

// About gives the act's name, title and right.
func (a Act[In, Out]) About() (string, words.Key, string) { return a.Name, a.Title, a.Right }

// Types gives the types of input and answer.
func (a Act[In, Out]) Types() (reflect.Type, reflect.Type) {
	return reflect.TypeFor[In](), reflect.TypeFor[Out]()
}

// Serve fills an input and runs the act.
func (a Act[In, Out]) Serve(ctx context.Context, h *Host, c Call, fill func(in any) error) (any, error) {
	var in In
	if err := fill(&in); err != nil {
		return nil, fmt.Errorf("act %s: %w", a.Name, err)
	}
	return a.Run(ctx, h, c, in)
}
