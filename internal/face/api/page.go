package api

import (
	"slices"

	"bangfu/internal/base/fault"
	"bangfu/internal/engine/act"
)

// slicePage pages a list that is read whole, for the short ones: the page begins after the item that the cursor names. Fault:
// "api.cursor".
func slicePage[T any](all []T, in act.Cursor, key func(T) string) (act.Page[T], error) {
	if in.After != "" {
		at := slices.IndexFunc(all, func(t T) bool { return key(t) == in.After })
		if at < 0 {
			return act.Page[T]{}, fault.New(fault.Invalid, "api.cursor").At("after")
		}
		all = all[at+1:]
	}
	return act.Cut(all, in.Most(), key), nil
}

// pageOf pages such a list and turns each item of the page into what is given.
func pageOf[T, U any](all []T, in act.Cursor, key func(T) string, to func(T) (U, error)) (out act.Page[U], err error) {
	cut, err := slicePage(all, in, key)
	out.Next = cut.Next
	for _, t := range cut.Items {
		if err != nil {
			return out, err
		}
		var u U
		u, err = to(t)
		out.Items = append(out.Items, u)
	}
	return out, err
}
