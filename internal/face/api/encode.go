package api

import (
	"fmt"
	"reflect"
	"strings"
	"time"
	"unicode"

	"bangfu/internal/base/day"
	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
)

// member is one field of an answer: its JSON name and where it stands.
type member struct {
	name  string
	index []int
}

// members lists the fields of a struct that may leave the house: exported ones under their names in snake case, but no
// bytes (sealed values are bytes), no blind index, no functions, and none tagged json:"-".
func members(t reflect.Type) []member {
	var out []member
	for _, f := range reflect.VisibleFields(t) {
		tag, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous && f.Type.Kind() == reflect.Struct || !f.IsExported() || tag == "-" || !speaks(f.Type) || len(f.Index) > 1 && !open(t, f.Index) {
			continue
		}
		if tag == "" {
			tag = snake(f.Name)
		}
		if strings.HasSuffix(tag, "_ix") {
			continue
		}
		out = append(out, member{tag, f.Index})
	}
	return out
}

// open reports whether a promoted field is reached through embedded structs only: a nil pointer on the way cannot be read.
func open(t reflect.Type, index []int) bool {
	for _, i := range index[:len(index)-1] {
		if t.Kind() != reflect.Struct {
			return false
		}
		t = t.Field(i).Type
	}
	return t.Kind() == reflect.Struct
}

func speaks(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Func, reflect.Chan, reflect.UnsafePointer:
		return false
	case reflect.Slice, reflect.Array:
		return t.Elem().Kind() != reflect.Uint8 && speaks(t.Elem())
	case reflect.Pointer:
		return speaks(t.Elem())
	}
	return true
}

// answer makes an act's answer ready for JSON: an object in every case.
func answer(v any, l words.Lang) any {
	out := encoder{l, map[reflect.Type][]member{}}.value(reflect.ValueOf(v))
	if _, ok := out.(map[string]any); !ok {
		return map[string]any{"value": out}
	}
	return out
}

// encoder writes one answer; of holds the members of the types met in it, for lists have many of one.
type encoder struct {
	lang words.Lang
	of   map[reflect.Type][]member
}

func (e encoder) members(t reflect.Type) []member {
	all, ok := e.of[t]
	if !ok {
		all = members(t)
		e.of[t] = all
	}
	return all
}

func (e encoder) value(v reflect.Value) any {
	for v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
		if v.IsNil() {
			return nil
		}
		v = v.Elem()
	}
	if !v.IsValid() || !speaks(v.Type()) {
		return nil
	}
	if at, ok := v.Interface().(time.Time); ok {
		return at.UTC().Format(time.RFC3339Nano)
	}
	if key, ok := v.Interface().(words.Key); ok {
		return key.Say(e.lang)
	}
	switch v.Kind() {
	case reflect.Struct:
		out := map[string]any{}
		for _, m := range e.members(v.Type()) {
			out[m.name] = e.value(v.FieldByIndex(m.index))
		}
		return out
	case reflect.Map:
		out := map[string]any{}
		for i := v.MapRange(); i.Next(); {
			out[fmt.Sprint(i.Key().Interface())] = e.value(i.Value())
		}
		return out
	case reflect.Slice, reflect.Array:
		out := make([]any, v.Len())
		for i := range v.Len() {
			out[i] = e.value(v.Index(i))
		}
		return out
	case reflect.String:
		return v.String()
	}
	return v.Interface()
}

// shapes builds the JSON Schemas of answers; structs with a name become components, so that a type may hold itself.
type shapes struct{ all map[string]any }

// of gives the schema of a type as answer would write it.
func (s *shapes) of(t reflect.Type) map[string]any {
	switch t {
	case reflect.TypeFor[money.Amount]():
		return map[string]any{"type": "integer", "format": "int64", "description": "fen (1/100 CNY)"}
	case reflect.TypeFor[day.Day]():
		return map[string]any{"type": "string", "description": "2006-01-02, or empty"}
	case reflect.TypeFor[time.Time]():
		return map[string]any{"type": "string", "format": "date-time"}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return map[string]any{"anyOf": []any{s.of(t.Elem()), map[string]any{"type": "null"}}}
	case reflect.Struct:
		return s.object(t)
	case reflect.Map:
		return map[string]any{"type": "object", "additionalProperties": s.of(t.Elem())}
	case reflect.Slice, reflect.Array:
		return map[string]any{"type": "array", "items": s.of(t.Elem())}
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.Float32, reflect.Float64:
		return map[string]any{"type": "number"}
	case reflect.String:
		return map[string]any{"type": "string"}
	case reflect.Interface:
		return map[string]any{}
	}
	return map[string]any{"type": "integer", "format": "int64"}
}

func (s *shapes) object(t reflect.Type) map[string]any {
	name := component(t)
	ref := map[string]any{"$ref": "#/components/schemas/" + name}
	if _, known := s.all[name]; known {
		return ref
	}
	props := map[string]any{}
	s.all[name] = map[string]any{"type": "object", "properties": props}
	for _, m := range members(t) {
		props[m.name] = s.of(t.FieldByIndex(m.index).Type)
	}
	return ref
}

// component names a type within the characters OpenAPI allows: "person.Worker", "act.Page_person.Worker".
func component(t reflect.Type) string {
	name := t.String()
	if t.Name() == "" {
		name = "Unnamed" + name
	}
	if from, of, ok := strings.Cut(name, "["); ok {
		name = from + "_" + of[strings.LastIndex(of, "/")+1:]
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '.', r == '_', r == '-':
			return r
		case r == ']':
			return -1
		}
		return '_'
	}, name)
}

// snake turns UnitID into unit_id and IDNo into id_no, as columns are named.
func snake(s string) string {
	var b strings.Builder
	rs := []rune(s)
	for i, r := range rs {
		up := unicode.IsUpper(r)
		if up && i > 0 && (!unicode.IsUpper(rs[i-1]) || i+1 < len(rs) && unicode.IsLower(rs[i+1])) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
