package api

import (
	"fmt"
	"reflect"

	"bangfu/internal/engine/act"
	"bangfu/internal/engine/form"
)

// Left lists the acts that stay out of the API, each with its reason.
func Left() map[string]string {
	return map[string]string{
		"api.token_new":           "a token makes no further tokens: a person does, on the page",
		"auth.code_begin":         "codes are set up by their owner on the page",
		"auth.code_confirm":       "codes are set up by their owner on the page",
		"auth.code_end":           "codes are set up and ended by their owner on the page",
		"auth.code_prove":         "a token has no session in which a code could be shown",
		"auth.end_others":         "a token has no session of its own",
		"auth.install":            "the first administrator comes in by the printed link only",
		"auth.invite":             "its answer signs somebody in; it is shown once, on the page",
		"auth.link":               "the owner links an account in the browser in which the provider named them",
		"auth.link_begin":         "the owner's password is asked for just before, on the page",
		"auth.provider":           "the client's secret is typed by the administrator on the page",
		"auth.unlink":             "the owner unlinks an account on the page",
		"auth.new_user":           "its answer signs somebody in; it is shown once, on the page",
		"auth.password":           "passwords are typed by their owner on the page and hashed outside the act",
		"auth.sign_in":            "a token is not a sign-in",
		"auth.sign_out":           "a token has no session to end",
		"auth.use_secret":         "passwords are typed by their owner on the page and hashed outside the act",
		"export.log":              "it is written by the download itself",
		"intake.consent":          "consent is the worker's own word, given on the page that shows what is agreed to",
		"intake.look":             "sealed texts are read on the case's page and go nowhere else",
		"intake.relative_consent": "consent is the relative's own word, given on the page that shows what is agreed to",
		"intake.relative_link":    "its answer lets a relative in; it is shown once, on the page",
		"notice.object":           "an objection carries no name and a token does",
		"person.give_code":        "its answer lets a worker in; it is shown once, on the page",
		"roster.begin":            "a list is taken in by the import page or the import command, which read its columns",
		"payment.send":            "the bank file is a look at many cards; it is handed over on its page",
	}
}

// Unfit says why an act's input cannot come from JSON, or "": each field must be one of a form, and none a secret.
func Unfit(in reflect.Type) string {
	if in == reflect.TypeFor[act.None]() {
		return ""
	}
	if in.Kind() != reflect.Struct {
		return fmt.Sprintf("%s is not a form", in)
	}
	for i := range in.NumField() {
		f := in.Field(i)
		name := f.Tag.Get("form")
		switch {
		case f.Anonymous && f.Type.Kind() == reflect.Struct:
			if why := Unfit(f.Type); why != "" {
				return why
			}
		case f.IsExported() && (name == "" || name == "-"):
			return fmt.Sprintf("%s.%s is no field of a form", in, f.Name)
		}
	}
	for _, f := range form.Describe(in) {
		if f.Kind == form.Secret || f.Kind == form.OneTime {
			return fmt.Sprintf("%s is a secret", f.Name)
		}
	}
	return ""
}

// Offered gives the acts the API serves.
func Offered(acts []act.Any) []act.Any {
	var out []act.Any
	for _, a := range acts {
		name, _, _ := a.About()
		in, _ := a.Types()
		if _, left := Left()[name]; !left && Unfit(in) == "" {
			out = append(out, a)
		}
	}
	return out
}

// Gaps tells which acts can neither be served nor have a reason to be left out, for the house test: there should be none.
func Gaps(acts []act.Any) []string {
	var out []string
	for _, a := range acts {
		name, _, _ := a.About()
		in, _ := a.Types()
		if why := Unfit(in); why != "" && Left()[name] == "" {
			out = append(out, name+": "+why)
		}
	}
	return out
}
