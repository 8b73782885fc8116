package app

import (
	"testing"

	"bangfu/internal/face/api"
)

// Every act is either an operation of the API or left out of it with a reason.
func TestEveryActIsServed(t *testing.T) {
	for _, gap := range api.Gaps(Acts()) {
		t.Error(gap)
	}
}
