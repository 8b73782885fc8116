package bangfu_test

import (
	"fmt"
	"go/ast"
	"go/token"
	"path"
	"slices"
	"strings"
	"testing"
)

// The budgets. A longer file or function, or one more parameter, needs its line in arch_exceptions.txt.
const (
	mostFileLines  = 400
	mostFuncLines  = 60
	mostParameters = 4 // context and transaction counted, receiver not
)

func TestFileSizes(t *testing.T) { hold(t, rule{"file", findLongFiles}) }

func findLongFiles(h *house) []finding {
	var out []finding
	for _, s := range h.product() {
		if s.lines > mostFileLines {
			out = append(out, finding{s.path, s.lines, fmt.Sprintf("%d lines, the budget is %d: split it by use case", s.lines, mostFileLines)})
		}
	}
	return out
}

func TestFuncSizes(t *testing.T) { hold(t, rule{"func", findLongFuncs}) }

func findLongFuncs(h *house) []finding {
	var out []finding
	h.funcs(func(s *source, f *ast.FuncDecl) {
		lines := h.fset.Position(f.End()).Line - h.fset.Position(f.Pos()).Line + 1
		if lines > mostFuncLines {
			out = append(out, finding{s.at(funcName(f)), lines, fmt.Sprintf("%d lines, the budget is %d", lines, mostFuncLines)})
		}
	})
	return out
}

func TestParameters(t *testing.T) { hold(t, rule{"params", findManyParameters}) }

func findManyParameters(h *house) []finding {
	var out []finding
	h.funcs(func(s *source, f *ast.FuncDecl) {
		if n := ownParameters(f); n > mostParameters {
			out = append(out, finding{s.at(funcName(f)), n, fmt.Sprintf("%d parameters, the budget is %d: take a struct", n, mostParameters)})
		}
	})
	return out
}

// ownParameters counts what a function is told beyond the act it runs in: ctx and tx lead every use case and say nothing.
func ownParameters(f *ast.FuncDecl) int {
	n := f.Type.Params.NumFields()
	for _, p := range f.Type.Params.List {
		for _, name := range p.Names {
			if name.Name == "ctx" || name.Name == "tx" {
				n--
			}
		}
	}
	return n
}

// funcs calls f for every function of the product.
func (h *house) funcs(f func(*source, *ast.FuncDecl)) {
	for _, s := range h.product() {
		for _, d := range s.file.Decls {
			if d, ok := d.(*ast.FuncDecl); ok {
				f(s, d)
			}
		}
	}
}

// funcName is Name, or Type.Name for a method.
func funcName(f *ast.FuncDecl) string {
	if f.Recv == nil {
		return f.Name.Name
	}
	return receiver(f) + "." + f.Name.Name
}

func receiver(f *ast.FuncDecl) string {
	typ := f.Recv.List[0].Type
	if star, ok := typ.(*ast.StarExpr); ok {
		typ = star.X
	}
	_, name := named(typ)
	return name
}

func TestPackageComments(t *testing.T) { hold(t, rule{"package", findSilentPackages}) }

func findSilentPackages(h *house) []finding {
	said := map[string]bool{}
	for _, s := range h.files {
		if strings.HasSuffix(s.path, "_test.go") {
			continue
		}
		dir := path.Dir(s.path)
		name := "Package " + s.file.Name.Name + " "
		if s.file.Name.Name == "main" {
			name = "Command "
		}
		said[dir] = said[dir] || s.file.Doc != nil && strings.HasPrefix(s.file.Doc.Text(), name)
	}
	var out []finding
	for dir, ok := range said {
		if !ok {
			out = append(out, finding{dir, 0, "no package comment: say its idea in one breath above 'package' in its main file"})
		}
	}
	return byPlace(out)
}

func byPlace(list []finding) []finding {
	slices.SortFunc(list, func(a, b finding) int { return strings.Compare(a.where+a.says, b.where+b.says) })
	return list
}

func TestExportedComments(t *testing.T) { hold(t, rule{"comment", findSilentNames}) }

// findSilentNames wants a comment on every exported function, method, type, constant and variable. One comment above a
// group speaks for the whole group. The comment of a function or type begins with its name.
func findSilentNames(h *house) []finding {
	var out []finding
	for _, s := range h.product() {
		for _, d := range s.file.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				open := d.Name.IsExported() && (d.Recv == nil || ast.IsExported(receiver(d)))
				if open && !begins(d.Doc, d.Name.Name) {
					out = append(out, finding{s.at(funcName(d)), 0, "no comment that begins with its name and says what it promises"})
				}
			case *ast.GenDecl:
				out = append(out, silentSpecs(s, d)...)
			}
		}
	}
	return out
}

func silentSpecs(s *source, d *ast.GenDecl) []finding {
	var out []finding
	for _, spec := range d.Specs {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			doc := spec.Doc
			if doc == nil {
				doc = d.Doc
			}
			if spec.Name.IsExported() && doc == nil {
				out = append(out, finding{s.at(spec.Name.Name), 0, "no comment"})
			}
		case *ast.ValueSpec:
			for _, name := range spec.Names {
				if name.IsExported() && d.Doc == nil && spec.Doc == nil && spec.Comment == nil {
					out = append(out, finding{s.at(name.Name), 0, "no comment"})
				}
			}
		}
	}
	return out
}

func begins(doc *ast.CommentGroup, name string) bool {
	if doc == nil {
		return false
	}
	words := strings.Fields(doc.Text())
	for i := range min(2, len(words)) {
		if strings.Trim(words[i], ",.:'s") == strings.Trim(name, ",.:'s") {
			return true
		}
	}
	return false
}

func TestNoInit(t *testing.T) { hold(t, rule{"init", findInits}) }

func findInits(h *house) []finding {
	var out []finding
	h.funcs(func(s *source, f *ast.FuncDecl) {
		if f.Recv == nil && f.Name.Name == "init" {
			out = append(out, finding{s.path, 0, "func init: call it by name from where it is needed"})
		}
	})
	return out
}

func TestClock(t *testing.T) { hold(t, rule{"clock", findClocks}) }

// findClocks: an act's instant is tx.Now, its day tx.Day(), and outside an act db.Now() is the clock.
func findClocks(h *house) []finding {
	var out []finding
	for _, s := range h.product() {
		if strings.HasPrefix(s.path, "internal/engine/db/") {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok {
				if pkg, name := named(sel); pkg == "time" && slices.Contains([]string{"Now", "Since", "Until"}, name) {
					out = append(out, finding{line(h, n.Pos()), 0, "time." + name + ": take the instant from tx.Now or db.Now()"})
				}
			}
			return true
		})
	}
	return out
}

// moneyPaths are the packages no float may enter.
var moneyPaths = []string{
	"internal/base/money", "internal/domain/fund", "internal/domain/payment", "internal/domain/standard",
	"internal/domain/plan", "internal/domain/goods", "internal/programme/lending", "internal/programme/mutual",
	"internal/programme/investment", "internal/programme/giving",
}

func TestNoFloatOnMoney(t *testing.T) { hold(t, rule{"float", findFloats}) }

func findFloats(h *house) []finding {
	var out []finding
	for _, s := range h.product() {
		if !slices.ContainsFunc(moneyPaths, func(p string) bool { return strings.HasPrefix(s.path, p+"/") }) {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			id, isID := n.(*ast.Ident)
			lit, isLit := n.(*ast.BasicLit)
			if isID && strings.HasPrefix(id.Name, "float") && len(id.Name) == 7 || isLit && lit.Kind == token.FLOAT && strings.ContainsAny(lit.Value, ".-") {
				out = append(out, finding{line(h, n.Pos()), 0, "a float on a money path: count in fen, rates in millionths"})
			}
			return true
		})
	}
	return out
}
