package ident

import "regexp"

var reLong = regexp.MustCompile(`[0-9]{10,}[0-9Xx]`)

// Veil takes out of a text for the log every run of digits that is long enough to be somebody's number: an error of a
// library may quote what it was given.
func Veil(s string) string { return reLong.ReplaceAllString(s, "[…]") }
