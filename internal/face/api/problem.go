package api

import (
	"encoding/json"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/words"
)

// Problem is the answer to what could not be done (RFC 9457). Code is the fault's key: programs branch on it, people read
// Detail. No value that was sent comes back in it.
type Problem struct {
	Type   string  `json:"type"`
	Title  string  `json:"title"`
	Status int     `json:"status"`
	Kind   string  `json:"kind"`
	Code   string  `json:"code"`
	Detail string  `json:"detail"`
	Trace  string  `json:"trace,omitempty"`
	Errors []Wrong `json:"errors,omitempty"`
}

// Wrong is what is wrong with one field, by its JSON pointer.
type Wrong struct {
	Pointer string `json:"pointer"`
	Code    string `json:"code"`
	Detail  string `json:"detail"`
}

// special are the faults whose status says more than their kind's.
func special(key string) int {
	switch key {
	case "api.token":
		return http.StatusUnauthorized
	case "form.body", "api.key":
		return http.StatusBadRequest
	case "form.big":
		return http.StatusRequestEntityTooLarge
	case "api.media":
		return http.StatusUnsupportedMediaType
	case "site.rush":
		return http.StatusTooManyRequests
	case "fault.full", "fault.gone", "blob.gone":
		return http.StatusServiceUnavailable
	case "api.method":
		return http.StatusMethodNotAllowed
	}
	return 0
}

// Refuse answers a request that was not let in, as the operations answer theirs.
func Refuse(w http.ResponseWriter, r *http.Request, f *fault.Fault) {
	problemOf(f, langOf(r)).write(w)
}

// statusOf gives the HTTP status of a fault: one table for the whole face.
func statusOf(f *fault.Fault) int {
	if s := special(f.Key); s != 0 {
		return s
	}
	switch f.Kind {
	case fault.Invalid, fault.Refused:
		return http.StatusUnprocessableEntity
	case fault.Denied:
		return http.StatusForbidden
	case fault.Missing:
		return http.StatusNotFound
	case fault.Conflict:
		return http.StatusConflict
	}
	return http.StatusInternalServerError
}

// problemOf words a fault in a language.
func problemOf(f *fault.Fault, l words.Lang) Problem {
	p := Problem{Type: "about:blank", Title: words.T(l, "api.kind."+f.Kind.String()), Status: statusOf(f), Kind: f.Kind.String(),
		Code: f.Key, Detail: words.T(l, f.Key, hushed(f)...)}
	parts := f.Parts
	if f.Field != "" {
		parts = append(parts, f)
	}
	for _, part := range parts {
		p.Errors = append(p.Errors, Wrong{Pointer: pointer(part.Field), Code: part.Key, Detail: words.T(l, part.Key, hushed(part)...)})
	}
	return p
}

// hushed gives the figures of a fault without the texts that came in: a bad input's plain text may be anybody's name or
// number, and answers are kept in logs. Words of the catalogue, numbers and the names of properties stay.
func hushed(f *fault.Fault) []any {
	if f.Kind != fault.Invalid || slices.Contains([]string{"form.unknown", "form.twice", "form.type", "api.method"}, f.Key) {
		return f.Args
	}
	out := slices.Clone(f.Args)
	for i, a := range out {
		if _, said := a.(words.Said); !said && reflect.TypeOf(a).Kind() == reflect.String {
			out[i] = "…"
		}
	}
	return out
}

// pointer is the JSON pointer of a field, as a fragment.
func pointer(field string) string {
	return "#/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(field)
}

// write answers with the problem.
func (p Problem) write(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/problem+json")
	if p.Status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Bearer realm="bangfu"`)
	}
	w.WriteHeader(p.Status)
	text, _ := json.Marshal(p) // texts and numbers never fail
	_, _ = w.Write(text)       // the caller is gone if this fails
}

// langOf reads the language a caller likes best of those we speak; Chinese when it says nothing.
func langOf(r *http.Request) words.Lang {
	best, most := words.Zh, 0
	for part := range strings.SplitSeq(r.Header.Get("Accept-Language"), ",") {
		tag, q, _ := strings.Cut(strings.TrimSpace(part), ";")
		weight := 1000
		if v, ok := strings.CutPrefix(strings.TrimSpace(q), "q="); ok {
			weight = thousandths(v)
		}
		base, _, _ := strings.Cut(tag, "-")
		lang := words.Lang(strings.ToLower(base))
		if (lang == words.Zh || lang == words.En) && weight > most {
			best, most = lang, weight
		}
	}
	return best
}

// thousandths reads a quality of a header, "0.8", as 800; what is none is 0.
func thousandths(q string) int {
	whole, part, _ := strings.Cut(q, ".")
	n, err := strconv.Atoi(whole + (part + "000")[:3])
	if err != nil || n < 0 || n > 1000 {
		return 0
	}
	return n
}
