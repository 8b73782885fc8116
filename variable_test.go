package bangfu_test

import (
	"go/ast"
	"go/token"
	"path"
	"slices"
	"strings"
	"testing"
)

func TestNoMutableVariables(t *testing.T) { hold(t, rule{"var", findVariables}) }

// findVariables lets a package variable stand only when nobody can change it: the result of a function known to give
// something fixed, an embedded file, an interface check, or a table written out in place that the package never assigns.
func findVariables(h *house) []finding {
	changed := map[string]bool{} // folder:name
	for _, s := range h.product() {
		changes(s, func(name string) { changed[path.Dir(s.path)+":"+name] = true })
	}
	var out []finding
	for _, s := range h.product() {
		for _, d := range s.file.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.VAR {
				continue
			}
			for _, spec := range g.Specs {
				v := spec.(*ast.ValueSpec)
				for i, name := range v.Names {
					if why := mutable(g, v, i); why != "" {
						out = append(out, finding{s.at(name.Name), 0, why})
					} else if changed[path.Dir(s.path)+":"+name.Name] && !embedded(g, v) {
						out = append(out, finding{s.at(name.Name), 0, "a package variable that is assigned or whose address is taken"})
					}
				}
			}
		}
	}
	return out
}

// fixed lists the functions whose results never change.
var fixed = []string{
	"regexp.MustCompile", "errors.New", "fault.New", "sync.OnceValue", "sync.OnceValues", "sync.OnceFunc",
	"strings.NewReplacer", "time.FixedZone", "template.Must",
}

func mutable(g *ast.GenDecl, v *ast.ValueSpec, i int) string {
	switch {
	case v.Names[i].Name == "_" || embedded(g, v):
		return ""
	case len(v.Values) == 0:
		return "a package variable without a value can only be one that changes: pass it, or make it sync.OnceValue"
	case len(v.Values) != len(v.Names):
		return "a package variable from a call: use sync.OnceValues"
	}
	switch e := v.Values[i].(type) {
	case *ast.CompositeLit:
		return ""
	case *ast.BasicLit:
		return "make it a constant"
	case *ast.FuncLit:
		return "make it a function"
	case *ast.CallExpr:
		if pkg, name := named(e.Fun); slices.Contains(fixed, pkg+"."+name) {
			return ""
		}
	}
	return "a package variable that is not plainly fixed: use sync.OnceValue, or a table written out in place"
}

func embedded(g *ast.GenDecl, v *ast.ValueSpec) bool {
	for _, doc := range []*ast.CommentGroup{g.Doc, v.Doc} {
		if doc != nil && slices.ContainsFunc(doc.List, func(c *ast.Comment) bool { return strings.HasPrefix(c.Text, "//go:embed ") }) {
			return true
		}
	}
	return false
}

// changes calls f with the names a file assigns, counts up, deletes from or takes the address of, but for names the
// function declares for itself.
func changes(s *source, f func(name string)) {
	for _, d := range s.file.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || fn.Body == nil {
			continue
		}
		own := locals(fn)
		report := func(e ast.Expr) {
			if name := root(e); name != "" && !own[name] {
				f(name)
			}
		}
		ast.Inspect(fn.Body, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.AssignStmt:
				if n.Tok != token.DEFINE {
					for _, e := range n.Lhs {
						report(e)
					}
				}
			case *ast.IncDecStmt:
				report(n.X)
			case *ast.UnaryExpr:
				if n.Op == token.AND {
					report(n.X)
				}
			case *ast.CallExpr:
				if _, name := named(n.Fun); slices.Contains([]string{"delete", "clear"}, name) && len(n.Args) > 0 {
					report(n.Args[0])
				}
			}
			return true
		})
	}
}

// root is the variable at the bottom of x, x[i], x.f, *x.
func root(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.IndexExpr:
		return root(e.X)
	case *ast.SelectorExpr:
		return root(e.X)
	case *ast.StarExpr:
		return root(e.X)
	case *ast.ParenExpr:
		return root(e.X)
	}
	return ""
}

// locals names everything a function declares: receiver, parameters, results, and what its body defines.
func locals(fn *ast.FuncDecl) map[string]bool {
	own := map[string]bool{}
	add := func(e ast.Expr) {
		if id, ok := e.(*ast.Ident); ok {
			own[id.Name] = true
		}
	}
	ast.Inspect(fn, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Field:
			for _, id := range n.Names {
				add(id)
			}
		case *ast.AssignStmt:
			if n.Tok == token.DEFINE {
				for _, e := range n.Lhs {
					add(e)
				}
			}
		case *ast.RangeStmt:
			add(n.Key)
			add(n.Value)
		case *ast.ValueSpec:
			for _, id := range n.Names {
				add(id)
			}
		}
		return true
	})
	return own
}
