package bangfu_test

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// The house is this repository as its rules see it: every Go file parsed once, every other text file by its path.
type house struct {
	fsys  fs.FS
	fset  *token.FileSet
	files []*source
	texts []string // paths of the text files, Go ones too
}

// A source is one Go file.
type source struct {
	path  string
	parts []string // below internal/: storey, package …; nil elsewhere
	file  *ast.File
	lines int
	test  bool // a test, or a package that only tests import
	made  bool // written by a generator
}

// A finding is one broken rule: where, how much (or 0), and the sentence for whoever broke it.
type finding struct {
	where  string
	figure int
	says   string
}

// A rule finds what breaks it. Its kind names it in arch_exceptions.txt.
type rule struct {
	kind string
	find func(*house) []finding
}

var theHouse = sync.OnceValues(func() (*house, error) { return load(os.DirFS(".")) })

// hold fails the test for every finding of the rule that has no line in arch_exceptions.txt, and for every line that
// is no longer needed: the list may only shrink.
func hold(t *testing.T, r rule) {
	t.Helper()
	h, err := theHouse()
	if err != nil {
		t.Fatal(err)
	}
	list, err := exceptions(h.fsys)
	if err != nil {
		t.Fatal(err)
	}
	for _, says := range judge(r.kind, r.find(h), list) {
		t.Error(says)
	}
}

// An exception lets one finding pass, with a reason, and never lets it grow.
type exception struct {
	kind, where string
	figure      int
}

func judge(kind string, found []finding, list []exception) []string {
	var out []string
	used := map[string]bool{}
	for _, f := range found {
		i := slices.IndexFunc(list, func(e exception) bool { return e.kind == kind && e.where == f.where })
		switch {
		case i < 0:
			out = append(out, f.where+": "+f.says)
		case f.figure > list[i].figure:
			out = append(out, fmt.Sprintf("%s: %s; the exception allows %d", f.where, f.says, list[i].figure))
		case f.figure < list[i].figure:
			out = append(out, fmt.Sprintf("%s is better than its exception: write %d for %d in arch_exceptions.txt", f.where, f.figure, list[i].figure))
		}
		used[f.where] = true
	}
	for _, e := range list {
		if e.kind == kind && !used[e.where] {
			out = append(out, fmt.Sprintf("arch_exceptions.txt: %s %s is not needed any more: take the line out", e.kind, e.where))
		}
	}
	return out
}

// exceptions reads lines "kind where figure reason…".
func exceptions(fsys fs.FS) ([]exception, error) {
	text, err := fs.ReadFile(fsys, "arch_exceptions.txt")
	if err != nil {
		return nil, err
	}
	var out []exception
	for i, line := range strings.Split(string(text), "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		w := strings.Fields(line)
		if len(w) < 6 {
			return nil, fmt.Errorf("arch_exceptions.txt:%d: want kind, where, figure and a reason of a few words", i+1)
		}
		n, err := strconv.Atoi(w[2])
		if err != nil {
			return nil, fmt.Errorf("arch_exceptions.txt:%d: %w", i+1, err)
		}
		out = append(out, exception{w[0], w[1], n})
	}
	return out, nil
}

// textual lists the endings of files that people write.
var textual = []string{".go", ".md", ".txt", ".sql", ".templ", ".yaml", ".yml", ".json", ".css", ".js", ".csv", ".sh", ".html", ".tsv", ".run", ""}

func load(fsys fs.FS) (*house, error) {
	h := &house{fsys: fsys, fset: token.NewFileSet()}
	err := fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if p != "." && slices.Contains([]string{".git", "node_modules", "bangfu-data", "demo-data", "tmp"}, d.Name()) {
				return fs.SkipDir
			}
			return nil
		}
		if slices.Contains(textual, path.Ext(p)) && !strings.HasSuffix(p, ".min.js") && d.Type().IsRegular() {
			h.texts = append(h.texts, p)
		}
		if path.Ext(p) == ".go" && !strings.Contains(p, "testdata/") {
			return h.add(p)
		}
		return nil
	})
	return h, err
}

func (h *house) add(p string) error {
	text, err := fs.ReadFile(h.fsys, p)
	if err != nil {
		return err
	}
	f, err := parser.ParseFile(h.fset, p, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	s := &source{path: p, file: f, lines: bytes.Count(text, []byte("\n"))}
	s.test = strings.HasSuffix(p, "_test.go") || strings.HasSuffix(path.Dir(p), "test")
	s.made = strings.HasSuffix(p, "_templ.go")
	if rest, ok := strings.CutPrefix(p, "internal/"); ok {
		s.parts = strings.Split(path.Dir(rest), "/")
	}
	h.files = append(h.files, s)
	return nil
}

// product gives the Go files that end up in the program and that people wrote.
func (h *house) product() []*source {
	var out []*source
	for _, s := range h.files {
		if !s.test && !s.made && (s.parts != nil || strings.HasPrefix(s.path, "cmd/")) {
			out = append(out, s)
		}
	}
	return out
}

// at names a place for a finding about a declaration: file:Name.
func (s *source) at(name string) string { return s.path + ":" + name }

// literals calls f with the value of every string literal of the file, import paths and struct tags apart.
func (s *source) literals(f func(text string, pos token.Pos)) {
	ast.Inspect(s.file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.BasicLit:
			if text, ok := stringOf(n); ok {
				f(text, n.Pos())
			}
		}
		return true
	})
}

// stringOf gives the value of a string literal.
func stringOf(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(lit.Value)
	return text, err == nil
}

// named gives the package and name of a selector such as time.Now, or "" and the name of a plain identifier.
func named(e ast.Expr) (pkg, name string) {
	switch e := e.(type) {
	case *ast.Ident:
		return "", e.Name
	case *ast.SelectorExpr:
		if x, ok := e.X.(*ast.Ident); ok {
			return x.Name, e.Sel.Name
		}
		return "?", e.Sel.Name
	case *ast.IndexExpr: // a generic function with its type
		return named(e.X)
	case *ast.IndexListExpr:
		return named(e.X)
	}
	return "", ""
}

func line(h *house, pos token.Pos) string {
	p := h.fset.Position(pos)
	return fmt.Sprintf("%s:%d", p.Filename, p.Line)
}

// A call is a function call by the name it is made under.
type call struct {
	*ast.CallExpr
	pkg, name string
}

// calls calls f for every call in the file, from the outside in.
func calls(s *source, f func(*call)) {
	ast.Inspect(s.file, func(n ast.Node) bool {
		if c, ok := n.(*ast.CallExpr); ok {
			pkg, name := named(c.Fun)
			f(&call{c, pkg, name})
		}
		return true
	})
}
