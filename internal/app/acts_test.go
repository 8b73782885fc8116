package app

import (
	"reflect"
	"testing"

	"bangfu/internal/engine/act"
	"bangfu/internal/engine/form"
)

// A field that picks from a list offers something to pick: one whose list comes from the database says so with kind:"choice".
func TestPicksOfferSomething(t *testing.T) {
	for _, a := range Acts() {
		name, _, _ := a.About()
		in, _ := a.Types()
		if in == reflect.TypeFor[act.None]() {
			continue
		}
		for _, f := range form.Describe(in) {
			some := f.Choices == nil
			for _, c := range f.Choices {
				some = some || c.Value != ""
			}
			if !some {
				t.Errorf("%s: field %q takes nothing but an empty value", name, f.Name)
			}
		}
	}
}
