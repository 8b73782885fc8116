package form

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"strings"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
)

// JSON fills a pointer to struct from a JSON object by the same names, kinds and faults as a posted form. Money is whole
// fen, days are "2026-11-22", files are {"name", "data"} with data in base64. Null is "none". Further faults:
// "form.body" (no object, or more than one), "form.big", and on a field "form.unknown", "form.twice", "form.type".
func JSON(body io.Reader, into any) error {
	text, err := io.ReadAll(io.LimitReader(body, Limit+1))
	if err != nil {
		return fault.New(fault.Invalid, "form.body")
	}
	if len(text) > Limit {
		return fault.New(fault.Invalid, "form.big", Limit>>20)
	}
	all, twice, err := object(text)
	if err != nil {
		return fault.New(fault.Invalid, "form.body")
	}
	fields := Describe(reflect.TypeOf(into))
	values, files := Values{}, map[string][]File{}
	var bad fault.List
	if twice != "" {
		bad.Add(twice, "form.twice", twice)
	}
	for _, name := range all.order {
		f, ok := Name(fields, name)
		if !ok {
			bad.Add(name, "form.unknown", name)
			continue
		}
		if bytes.Equal(all.raw[name], []byte("null")) {
			continue
		}
		if f.Kind == FileIn {
			files[name], err = filesOf(all.raw[name], f.Many)
		} else {
			values[name], err = textsOf(all.raw[name], f)
		}
		if err != nil {
			bad.Add(name, "form.type", f.label(), jsonType(f))
		}
	}
	if err := bad.Err(); err != nil {
		return err
	}
	return decode(values, files, into)
}

type members struct {
	order []string
	raw   map[string]json.RawMessage
}

// object reads exactly one JSON object and tells of a name that comes twice, which no reader should have to guess about.
func object(text []byte) (m members, twice string, err error) {
	m.raw = map[string]json.RawMessage{}
	dec := json.NewDecoder(bytes.NewReader(text))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return m, "", errShape
	}
	for dec.More() {
		t, err := dec.Token()
		name, ok := t.(string)
		if err != nil || !ok {
			return m, "", errShape
		}
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil {
			return m, "", errShape
		}
		if _, dup := m.raw[name]; dup {
			twice = name
		} else {
			m.order = append(m.order, name)
		}
		m.raw[name] = raw
	}
	if _, err := dec.Token(); err != nil { // the closing brace
		return m, "", errShape
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return m, "", errShape
	}
	return m, twice, nil
}

var errShape = errors.New("form: not the JSON that was asked for")

// textsOf turns one JSON value into the texts a form would have posted, so that one path checks both.
func textsOf(raw json.RawMessage, f Field) ([]string, error) {
	switch f.Kind {
	case Bool:
		var b bool
		if err := json.Unmarshal(raw, &b); err != nil {
			return nil, err
		}
		if b {
			return []string{"1"}, nil
		}
		return []string{"0"}, nil
	case Picks:
		var all []string
		err := json.Unmarshal(raw, &all)
		return all, err
	case Money, Int:
		var n int64
		if err := json.Unmarshal(raw, &n); err != nil {
			return nil, err
		}
		if f.Kind == Money {
			return []string{money.Amount(n).Plain()}, nil
		}
		return []string{string(bytes.TrimSpace(raw))}, nil
	}
	if f.Kind == Hidden && len(raw) > 0 && raw[0] != '"' {
		var n int64
		err := json.Unmarshal(raw, &n)
		return []string{string(raw)}, err
	}
	var s string
	err := json.Unmarshal(raw, &s)
	return []string{s}, err
}

type jsonFile struct {
	Name string `json:"name"`
	Data string `json:"data"`
}

func filesOf(raw json.RawMessage, many bool) ([]File, error) {
	var all []jsonFile
	if !many {
		all = make([]jsonFile, 1)
		if err := json.Unmarshal(raw, &all[0]); err != nil {
			return nil, err
		}
	} else if err := json.Unmarshal(raw, &all); err != nil {
		return nil, err
	}
	var files []File
	for _, j := range all {
		data, err := base64.StdEncoding.DecodeString(j.Data)
		if err != nil {
			return nil, err
		}
		files = append(files, NewFile(j.Name, data))
	}
	return files, nil
}

// jsonType names the JSON type a field wants, for the fault that says another came.
func jsonType(f Field) string {
	t, _ := schemaOf(f)["type"].(string)
	return t
}

// Schema gives the JSON Schema (2020-12, as OpenAPI 3.1 uses) of a struct type. Titles are the Chinese labels.
func Schema(t reflect.Type) map[string]any {
	props, need := map[string]any{}, []string{}
	for _, f := range Describe(t) {
		s := schemaOf(f)
		if f.Label != "" {
			s["title"] = f.Label
		}
		if f.Hint != "" {
			s["description"] = strings.TrimSpace(f.Hint + " " + str(s["description"]))
		}
		props[f.Name] = s
		if f.Need {
			need = append(need, f.Name)
		}
	}
	return map[string]any{"type": "object", "properties": props, "required": need, "additionalProperties": false}
}

func str(v any) string {
	s, _ := v.(string)
	return s
}

func schemaOf(f Field) map[string]any {
	s := map[string]any{"type": "string"}
	switch f.Kind {
	case Money:
		s = map[string]any{"type": "integer", "format": "int64", "description": "fen (1/100 CNY)"}
	case Int:
		s = map[string]any{"type": "integer", "format": "int64"}
	case Bool:
		return map[string]any{"type": "boolean"}
	case Day:
		s["format"] = "date"
	case Secret:
		s["format"] = "password"
	case Picks:
		return map[string]any{"type": "array", "items": choiceSchema(f), "maxItems": mostPicks, "uniqueItems": true}
	case FileIn:
		one := map[string]any{"type": "object", "required": []string{"name", "data"}, "properties": map[string]any{
			"name": map[string]any{"type": "string"},
			"data": map[string]any{"type": "string", "contentEncoding": "base64"},
		}}
		if f.Many {
			return map[string]any{"type": "array", "items": one}
		}
		return one
	case Pick:
		return choiceSchema(f)
	case Hidden:
		if f.Choices != nil {
			return choiceSchema(f)
		}
	}
	if !f.isText() {
		if f.Min != 0 || f.Kind == Money {
			s["minimum"] = f.Min
		}
		if f.Max != 0 {
			s["maximum"] = f.Max
		}
		return s
	}
	s["maxLength"] = f.Max
	if f.Min > 0 {
		s["minLength"] = f.Min
	}
	return s
}

func choiceSchema(f Field) map[string]any {
	s := map[string]any{"type": "string"}
	if f.Choices != nil {
		var all []string
		for _, c := range f.Choices {
			all = append(all, c.Value)
		}
		s["enum"] = all
	}
	return s
}
