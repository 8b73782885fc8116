package main

import "testing"

// The bench in small: every way counts alike, and so does every move of a line.
func TestSmall(t *testing.T) {
	if err := run(20_000, 0, true); err != nil {
		t.Error(err)
	}
	if err := run(20_000, 5, false); err != nil {
		t.Error(err)
	}
}
