package fault_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"bangfu/internal/base/fault"
)

func TestKindNames(t *testing.T) {
	for _, tt := range []struct {
		kind fault.Kind
		want string
	}{
		{fault.Invalid, "invalid"}, {fault.Denied, "denied"}, {fault.Missing, "missing"}, {fault.Conflict, "conflict"},
		{fault.Refused, "refused"}, {fault.Internal, "internal"}, {0, "internal"}, {99, "internal"}, {-1, "internal"},
	} {
		if got := tt.kind.String(); got != tt.want {
			t.Errorf("Kind(%d) = %s, want %s", tt.kind, got, tt.want)
		}
	}
}

func TestErrorNeverTellsTheFigures(t *testing.T) {
	f := fault.New(fault.Refused, "fund.short", "11010519491231002X").At("card")
	if f.Error() != "refused fund.short at card" || strings.Contains(fmt.Sprint(f), "1949") {
		t.Errorf("Error() = %q", f.Error())
	}
}

func TestOf(t *testing.T) {
	if fault.Of(nil) != nil || fault.Is(nil, "fault.internal") {
		t.Error("nil carries no fault")
	}
	plain := errors.New("disk full")
	if got := fault.Of(plain); got.Kind != fault.Internal || got.Key != "fault.internal" || len(got.Args) != 0 {
		t.Errorf("Of(plain) = %+v", got)
	}
	deep := fmt.Errorf("act: %w", fault.New(fault.Missing, "a.b", 1))
	if got := fault.Of(deep); got.Kind != fault.Missing || !fault.Is(deep, "a.b") || fault.Is(deep, "a.c") {
		t.Errorf("Of(deep) = %+v", got)
	}
	if !errors.Is(deep, fault.New(fault.Missing, "a.b")) || errors.Is(deep, fault.New(fault.Denied, "a.b")) {
		t.Error("errors.Is must compare kind and key")
	}
}

func TestAtCopies(t *testing.T) {
	f := fault.New(fault.Invalid, "a.b")
	if g := f.At("x"); f.Field != "" || g.Field != "x" {
		t.Errorf("At changed its receiver: %+v, %+v", f, g)
	}
}

func TestNote(t *testing.T) {
	run := func(inner error) (err error) {
		defer fault.Note(&err, "pay %s", "P-1")
		return inner
	}
	if err := run(nil); err != nil {
		t.Errorf("Note made an error of nil: %v", err)
	}
	err := run(fault.New(fault.Refused, "a.b"))
	if err.Error() != "pay P-1: refused a.b" || !fault.Is(err, "a.b") {
		t.Errorf("Note = %v", err)
	}
}

func TestList(t *testing.T) {
	var l fault.List
	if l.AddErr("x", nil); l.Err() != nil {
		t.Error("an empty list is no error")
	}
	l.Add("name", "a.empty")
	l.AddErr("card", fault.New(fault.Refused, "a.card", 4))
	l.AddErr("file", errors.New("disk full"))
	f := fault.Of(l.Err())
	if f.Kind != fault.Invalid || f.Key != "fault.form" || f.Args[0] != 3 || len(f.Parts) != 3 {
		t.Fatalf("Err = %+v", f)
	}
	for i, want := range []string{"invalid a.empty at name", "refused a.card at card", "internal fault.internal at file"} {
		if got := f.Parts[i].Error(); got != want {
			t.Errorf("part %d = %s, want %s", i, got, want)
		}
	}
}
