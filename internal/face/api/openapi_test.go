package api

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"bangfu/internal/engine/db/dbtest"
)

var (
	reComponent = regexp.MustCompile(`^[a-zA-Z0-9._-]+$`) // OpenAPI 3.1, 4.8.7
	methods     = []string{"get", "post"}
	types       = []string{"object", "array", "string", "integer", "number", "boolean", "null"}
)

// TestDocument walks the document as a reader of OpenAPI 3.1 would: every reference leads somewhere, every schema says a
// type that exists, every operation has its id once.
func TestDocument(t *testing.T) {
	h := newHouse(t, dbtest.Open(t))
	for _, lang := range []string{"zh-CN", "en"} {
		code, head, text := h.do(call{Method: "GET", Path: DocumentPath, Lang: lang})
		var doc map[string]any
		if err := json.Unmarshal([]byte(text), &doc); err != nil || code != http.StatusOK || head.Get("Content-Type") != "application/json" {
			t.Fatalf("document: %d %v", code, err)
		}
		if doc["openapi"] != "3.1.0" || doc["info"].(map[string]any)["title"] == "" || doc["info"].(map[string]any)["version"] == "" {
			t.Errorf("head of the document: %v %v", doc["openapi"], doc["info"])
		}
		parts := doc["components"].(map[string]any)["schemas"].(map[string]any)
		for name, s := range parts {
			if !reComponent.MatchString(name) {
				t.Errorf("component %q", name)
			}
			schema(t, name, s, parts)
		}
		checkPaths(t, doc["paths"].(map[string]any), parts)
	}
}

func checkPaths(t *testing.T, paths, parts map[string]any) {
	t.Helper()
	if want := len(operations(everyAct(), Reads())); len(paths) < want-2 || len(paths) > want {
		t.Errorf("%d paths for %d operations", len(paths), want)
	}
	ids := map[string]bool{}
	for path, item := range paths {
		if !strings.HasPrefix(path, Root) || strings.ContainsAny(path, "{}?#") {
			t.Errorf("path %q", path)
		}
		for method, v := range item.(map[string]any) {
			op := v.(map[string]any)
			id := method + " " + op["operationId"].(string)
			if !slices.Contains(methods, method) || ids[id] || op["summary"] == "" || op["x-right"] == "" {
				t.Errorf("operation %s of %s: %v", method, path, op["operationId"])
			}
			ids[id] = true
			for _, p := range list(op["parameters"]) {
				param := p.(map[string]any)
				if in := param["in"]; in != "query" && in != "header" || param["name"] == "" {
					t.Errorf("%s: parameter %v", id, param)
				}
				schema(t, id, param["schema"], parts)
			}
			if b, ok := op["requestBody"].(map[string]any); ok != (method == "post") {
				t.Errorf("%s: body %v", id, b)
			} else if ok {
				media(t, id, b, parts)
			}
			for _, r := range op["responses"].(map[string]any) {
				if r.(map[string]any)["description"] == "" {
					t.Errorf("%s: a response without description", id)
				}
				media(t, id, r.(map[string]any), parts)
			}
		}
	}
}

func list(v any) []any { l, _ := v.([]any); return l }

func media(t *testing.T, at string, v, parts map[string]any) {
	t.Helper()
	all, _ := v["content"].(map[string]any)
	if len(all) != 1 {
		t.Errorf("%s: content %v", at, v)
	}
	for _, m := range all {
		schema(t, at, m.(map[string]any)["schema"], parts)
	}
}

// schema checks one JSON Schema and all in it.
func schema(t *testing.T, at string, v any, parts map[string]any) {
	t.Helper()
	s, ok := v.(map[string]any)
	if !ok {
		t.Errorf("%s: schema %v", at, v)
		return
	}
	if ref, ok := s["$ref"].(string); ok {
		if name, ok := strings.CutPrefix(ref, "#/components/schemas/"); !ok || parts[name] == nil {
			t.Errorf("%s: %s leads nowhere", at, ref)
		}
		return
	}
	if typ, ok := s["type"]; ok && !slices.Contains(types, typ.(string)) {
		t.Errorf("%s: type %v", at, typ)
	}
	props, _ := s["properties"].(map[string]any)
	for name, p := range props {
		schema(t, at+"/"+name, p, parts)
	}
	for _, need := range list(s["required"]) {
		if props[need.(string)] == nil {
			t.Errorf("%s: %v is required and not described", at, need)
		}
	}
	if s["type"] == "array" {
		schema(t, at+"[]", s["items"], parts)
	}
	for _, one := range list(s["anyOf"]) {
		schema(t, at, one, parts)
	}
}
