package main

import (
	"context"
	"strings"
	"testing"
)

// A small run holds the check value of every kind: each answer has the text, and what is counted is there.
func TestSmall(t *testing.T) {
	var out strings.Builder
	if err := run(context.Background(), wish{n: 300, asks: 101}, &out); err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(out.String(), `"check":"ok"`); got != len(kinds()) {
		t.Errorf("%d of %d kinds are ok:\n%s", got, len(kinds()), out.String())
	}
}
