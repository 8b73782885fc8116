package api

import (
	"net/http"
	"reflect"
	"strings"

	"bangfu/internal/base/words"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/form"
)

// object is one object of the document.
type object = map[string]any

// document describes the operations as OpenAPI 3.1 in a language, from the Go types alone.
func document(all []operation, l words.Lang) object {
	paths := object{}
	s := &shapes{all: object{"Problem": problemSchema()}}
	for _, op := range all {
		item, ok := paths[op.path].(object)
		if !ok {
			item = object{}
			paths[op.path] = item
		}
		item[strings.ToLower(op.method)] = op.describe(s, l)
	}
	return object{
		"openapi": "3.1.0",
		"info":    object{"title": words.T(l, "职工帮扶接口"), "version": "1", "description": words.T(l, "api.about")},
		"servers": []any{object{"url": "/"}},
		"paths":   paths,
		"components": object{
			"schemas":         s.all,
			"securitySchemes": object{"token": object{"type": "http", "scheme": "bearer"}},
		},
		"security": []any{object{"token": []any{}}},
	}
}

func (op operation) describe(s *shapes, l words.Lang) object {
	area, _, _ := strings.Cut(op.name, ".")
	d := object{
		"operationId": op.name, "summary": op.title.Say(l), "tags": []any{area}, "x-right": op.right,
		"responses": object{
			"200":     object{"description": words.T(l, "完成"), "content": content("application/json", s.answer(op.out))},
			"default": object{"description": words.T(l, "没有完成，说明原因"), "content": content("application/problem+json", object{"$ref": "#/components/schemas/Problem"})},
		},
	}
	if op.method == http.MethodGet {
		if params := queryParameters(op.in, l); len(params) > 0 {
			d["parameters"] = params
		}
		return d
	}
	d["parameters"] = []any{object{
		"name": "Idempotency-Key", "in": "header", "required": true, "description": words.T(l, "api.about_key"),
		"schema": object{"type": "string", "minLength": 8, "maxLength": 120},
	}}
	d["requestBody"] = object{"required": true, "content": content("application/json", inputSchema(op.in, l))}
	return d
}

func content(kind string, schema object) object { return object{kind: object{"schema": schema}} }

// answer is the schema of what answer makes of a type: an object in every case.
func (s *shapes) answer(t reflect.Type) object {
	plain := t
	for plain.Kind() == reflect.Pointer {
		plain = plain.Elem()
	}
	if plain.Kind() == reflect.Struct || plain.Kind() == reflect.Map {
		return s.of(plain)
	}
	return object{"type": "object", "properties": object{"value": s.of(t)}}
}

// inputSchema is form's schema with its labels and hints said in the language.
func inputSchema(t reflect.Type, l words.Lang) object {
	schema := form.Schema(t)
	props, _ := schema["properties"].(object)
	for _, f := range form.Describe(t) {
		p, _ := props[f.Name].(object)
		if f.Label != "" {
			p["title"] = words.T(l, f.Label)
		}
		if f.Hint != "" {
			p["description"] = words.T(l, f.Hint)
		}
		if f.Kind == form.Money {
			p["description"] = strings.TrimSpace(words.T(l, f.Hint) + " " + words.T(l, "api.fen"))
		}
	}
	return schema
}

func queryParameters(t reflect.Type, l words.Lang) []any {
	schema := inputSchema(t, l)
	props, _ := schema["properties"].(object)
	var out []any
	for _, f := range form.Describe(t) {
		out = append(out, object{"name": f.Name, "in": "query", "required": f.Need, "schema": props[f.Name]})
	}
	return out
}

func problemSchema() object {
	text := func() object { return object{"type": "string"} }
	return object{
		"type": "object", "required": []string{"type", "title", "status", "kind", "code", "detail"},
		"properties": object{
			"type": text(), "title": text(), "status": object{"type": "integer"}, "detail": text(), "trace": text(),
			"kind": object{"type": "string", "enum": []string{"invalid", "denied", "missing", "conflict", "refused", "internal"}},
			"code": text(),
			"errors": object{"type": "array", "items": object{
				"type": "object", "required": []string{"pointer", "code", "detail"},
				"properties": object{"pointer": text(), "code": text(), "detail": text()},
			}},
		},
	}
}

// Operation is one operation for a reader of the page of the API.
type Operation struct {
	Method, Path, Name, Title, Right string
	Fields                           []form.Field
	Answer                           []string // the names of the fields that come back
}

// Operations lists what is served, by path, in a language.
func Operations(acts []act.Any, reads []act.AnyRead, l words.Lang) []Operation {
	var out []Operation
	for _, op := range operations(acts, reads) {
		o := Operation{Method: op.method, Path: op.path, Name: op.name, Title: op.title.Say(l), Right: op.right, Fields: form.Describe(op.in)}
		t := op.out
		for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
			t = t.Elem()
		}
		if t.Kind() == reflect.Struct {
			for _, m := range members(t) {
				o.Answer = append(o.Answer, m.name)
			}
		}
		out = append(out, o)
	}
	return out
}
