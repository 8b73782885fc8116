package bangfu_test

import (
	"go/ast"
	"go/types"
	"path"
	"slices"
	"strings"
	"testing"
)

func TestParsersAreFuzzed(t *testing.T) { hold(t, rule{"fuzz", findUnfuzzed}) }

// parsing lists what the names of parsers begin with. A function so named that takes text, bytes, a stream or a request, and no
// transaction, reads what comes from outside.
var parsing = []string{"Parse", "Read", "Decode", "Unpack", "Unmarshal", "Clean", "Open"}

// outside lists the types that what comes from outside has.
var outside = []string{"string", "[]byte", "json.RawMessage", "io.Reader", "io.ReaderAt", "*http.Request", "Values"}

// findUnfuzzed wants every exported parser reached by a fuzz target of its own package, and every fuzz target to have a seed.
func findUnfuzzed(h *house) []finding {
	var out []finding
	reached := map[string]map[string]bool{} // folder, name
	for dir, bodies := range h.bodies() {
		reached[dir] = map[string]bool{}
		for name := range bodies {
			if !strings.HasPrefix(name, "Fuzz") {
				continue
			}
			called := reach(bodies, name)
			if !called["Add"] {
				out = append(out, finding{dir + ":" + name, 0, "a fuzz target without a seed: give it f.Add of an input that is well and one that is not"})
			}
			for n := range called {
				reached[dir][n] = true
			}
		}
	}
	h.funcs(func(s *source, f *ast.FuncDecl) {
		if isParser(f) && !reached[path.Dir(s.path)][f.Name.Name] {
			out = append(out, finding{s.at(funcName(f)), 0, "a parser that no Fuzz function of its package reaches: write one, with seeds"})
		}
	})
	return byPlace(out)
}

// isParser tells a parser from its name and parameters. The Read of an io.Reader fills bytes and parses none.
func isParser(f *ast.FuncDecl) bool {
	if !slices.ContainsFunc(parsing, func(p string) bool { return strings.HasPrefix(f.Name.Name, p) }) {
		return false
	}
	if f.Recv != nil && receiver(f) == "Tx" {
		return false
	}
	if r := f.Type.Results; f.Name.Name == "Read" && r != nil && types.ExprString(r.List[0].Type) == "int" {
		return false
	}
	takes, opens := false, strings.HasPrefix(f.Name.Name, "Open")
	for _, p := range f.Type.Params.List {
		switch kind := types.ExprString(p.Type); {
		case kind == "*db.Tx" || kind == "context.Context":
			return false
		case slices.Contains(outside, kind) && !(opens && kind == "string"): // a name or a path is opened, not parsed
			takes = true
		}
	}
	return takes
}

// bodies gives, for each folder, the names that each of its functions, tests too, calls or hands on.
func (h *house) bodies() map[string]map[string][]string {
	out := map[string]map[string][]string{}
	for _, s := range h.files {
		dir := path.Dir(s.path)
		if out[dir] == nil {
			out[dir] = map[string][]string{}
		}
		for _, d := range s.file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Body == nil {
				continue
			}
			ast.Inspect(f.Body, func(n ast.Node) bool {
				if id, ok := n.(*ast.Ident); ok {
					out[dir][f.Name.Name] = append(out[dir][f.Name.Name], id.Name)
				}
				return true
			})
		}
	}
	return out
}

// reach gives every name that a function comes by, itself or through functions of its folder.
func reach(bodies map[string][]string, from string) map[string]bool {
	seen := map[string]bool{}
	for todo := []string{from}; len(todo) > 0; {
		name := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, n := range bodies[name] {
			if !seen[n] {
				seen[n] = true
				todo = append(todo, n)
			}
		}
	}
	return seen
}
