// Package fault is what the program says to a person when something cannot be done: a kind, a catalogue key and the
// figures. An error that is not a fault is a line for the log, and the person is told only that something broke.
package fault

import (
	"errors"
	"fmt"
)

// Kind says what the person can do about a fault.
type Kind int

// The six kinds. There are no others.
const (
	Invalid  Kind = iota + 1 // mend the input
	Denied                   // ask someone who has the right
	Missing                  // there is no such thing
	Conflict                 // someone was faster: reload and look again
	Refused                  // a rule says no; the sentence names the rule
	Internal                 // ours; the person gets a short code to read over the phone
)

// String names the kind for logs and for problem documents.
func (k Kind) String() string {
	names := [...]string{"", "invalid", "denied", "missing", "conflict", "refused", "internal"}
	if k < Invalid || k > Internal {
		return "internal"
	}
	return names[k]
}

// Fault is one sentence for a person. Key is looked up in the catalogue (package words); Args fill its slots in order.
// Field names the input it belongs to, if one. Parts hold further faults of the same form, each with its field.
type Fault struct {
	Kind  Kind
	Key   string
	Args  []any
	Field string
	Parts []*Fault
}

// New makes a fault of a kind with the catalogue key and the figures that fill its slots.
func New(kind Kind, key string, args ...any) *Fault {
	return &Fault{Kind: kind, Key: key, Args: args}
}

// At returns the fault bound to an input field.
func (f *Fault) At(field string) *Fault {
	c := *f
	c.Field = field
	return &c
}

// Error is the log's reading of the fault: key and kind, never the figures, which may be personal.
func (f *Fault) Error() string {
	if f.Field != "" {
		return f.Kind.String() + " " + f.Key + " at " + f.Field
	}
	return f.Kind.String() + " " + f.Key
}

// Is makes errors.Is compare faults by kind and key.
func (f *Fault) Is(target error) bool {
	t, ok := target.(*Fault)
	return ok && t.Key == f.Key && t.Kind == f.Kind
}

// Of finds the fault in an error. An error without one is Internal under the key "fault.internal"; nil gives nil.
func Of(err error) *Fault {
	if err == nil {
		return nil
	}
	var f *Fault
	if errors.As(err, &f) {
		return f
	}
	return &Fault{Kind: Internal, Key: "fault.internal"}
}

// Is reports whether err carries a fault of this key.
func Is(err error, key string) bool {
	f := Of(err)
	return f != nil && f.Key == key
}

// Note adds one line of context to a non-nil error; defer it at the top of a function that does several fallible things.
func Note(err *error, format string, args ...any) {
	if *err != nil {
		*err = fmt.Errorf(format+": %w", append(args, *err)...)
	}
}

// List gathers the faults of one form, so that a person sees them all at once.
type List struct {
	parts []*Fault
}

// Add puts one fault on a field.
func (l *List) Add(field, key string, args ...any) {
	l.parts = append(l.parts, &Fault{Kind: Invalid, Key: key, Args: args, Field: field})
}

// AddErr puts an error's fault on a field; nil is ignored. An error without a fault is put down as "fault.internal".
func (l *List) AddErr(field string, err error) {
	if err == nil {
		return
	}
	l.parts = append(l.parts, Of(err).At(field))
}

// Err gives nil when nothing was added, else one Invalid fault "fault.form" whose Parts are the faults in order.
func (l *List) Err() error {
	if len(l.parts) == 0 {
		return nil
	}
	return &Fault{Kind: Invalid, Key: "fault.form", Args: []any{len(l.parts)}, Parts: l.parts}
}
