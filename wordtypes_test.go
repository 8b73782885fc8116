package bangfu_test

import (
	"go/ast"
)

// A keyTable knows, without a type checker, where the type words.Key stands: in the fields of which structs, in the
// arguments of which functions, under which type names. Names are package.Name.
type keyTable struct {
	types     map[string]ast.Expr // type names → what they stand for
	arguments map[string][]int
}

func keyTypes(h *house) *keyTable {
	k := &keyTable{map[string]ast.Expr{}, map[string][]int{}}
	for _, s := range h.files {
		if s.test {
			continue
		}
		pkg := s.file.Name.Name
		ast.Inspect(s.file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.TypeSpec:
				k.types[pkg+"."+n.Name.Name] = qualified(n.Type, pkg)
			case *ast.FuncDecl:
				if list := keyParameters(n.Type, pkg); n.Recv == nil && len(list) > 0 {
					k.arguments[pkg+"."+n.Name.Name] = list
				}
			}
			return true
		})
	}
	return k
}

func keyParameters(f *ast.FuncType, pkg string) []int {
	var out []int
	i := 0
	for _, field := range f.Params.List {
		for range max(1, len(field.Names)) {
			if isKey(field.Type, pkg) {
				out = append(out, i)
			}
			i++
		}
	}
	return out
}

func isKey(e ast.Expr, pkg string) bool {
	from, name := named(e)
	return name == "Key" && (from == "words" || from == "" && pkg == "words")
}

// scoped is a type expression with the package its plain names belong to.
type scoped struct {
	ast.Expr
	pkg string
}

func qualified(e ast.Expr, pkg string) ast.Expr { return scoped{e, pkg} }

// literals calls say with every text that stands where a words.Key is wanted: in a composite literal, a constant, a
// variable or a return.
func (k *keyTable) literals(s *source, say func(ast.Expr)) {
	pkg := s.file.Name.Name
	ast.Inspect(s.file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CompositeLit:
			if n.Type != nil {
				k.composite(n, n.Type, pkg, say)
			}
		case *ast.ValueSpec:
			if n.Type != nil && isKey(n.Type, pkg) {
				for _, v := range n.Values {
					say(v)
				}
			}
		case *ast.FuncDecl:
			returns(n, pkg, say)
		}
		return true
	})
}

func returns(f *ast.FuncDecl, pkg string, say func(ast.Expr)) {
	if f.Type.Results == nil || f.Body == nil || len(f.Type.Results.List) == 0 || !isKey(f.Type.Results.List[0].Type, pkg) {
		return
	}
	ast.Inspect(f.Body, func(n ast.Node) bool {
		if _, ok := n.(*ast.FuncLit); ok {
			return false
		}
		if r, ok := n.(*ast.ReturnStmt); ok && len(r.Results) > 0 {
			say(r.Results[0])
		}
		return true
	})
}

// composite walks a literal of a known type; the parts of slices and maps that leave their type out are walked with it.
func (k *keyTable) composite(lit *ast.CompositeLit, typ ast.Expr, pkg string, say func(ast.Expr)) {
	typ, pkg = k.resolve(typ, pkg)
	switch typ := typ.(type) {
	case *ast.ArrayType:
		for _, e := range lit.Elts {
			k.element(e, typ.Elt, pkg, say)
		}
	case *ast.MapType:
		for _, e := range lit.Elts {
			if kv, ok := e.(*ast.KeyValueExpr); ok {
				k.element(kv.Key, typ.Key, pkg, say)
				k.element(kv.Value, typ.Value, pkg, say)
			}
		}
	case *ast.StructType:
		for i, e := range lit.Elts {
			name, value := "", e
			if kv, ok := e.(*ast.KeyValueExpr); ok {
				_, name = named(kv.Key)
				value = kv.Value
			}
			if ft := fieldType(typ, name, i); ft != nil {
				k.element(value, ft, pkg, say)
			}
		}
	}
}

func (k *keyTable) element(e, typ ast.Expr, pkg string, say func(ast.Expr)) {
	if kv, ok := e.(*ast.KeyValueExpr); ok { // an indexed array
		e = kv.Value
	}
	if isKey(typ, pkg) {
		say(e)
		return
	}
	if lit, ok := e.(*ast.CompositeLit); ok && lit.Type == nil {
		k.composite(lit, typ, pkg, say)
	}
}

// resolve follows type names and stars to the type written out, and the package its plain names belong to.
func (k *keyTable) resolve(typ ast.Expr, pkg string) (ast.Expr, string) {
	for range 10 { // a chain of type names longer than this is not ours
		switch t := typ.(type) {
		case scoped:
			typ, pkg = t.Expr, t.pkg
			continue
		case *ast.StarExpr:
			typ = t.X
			continue
		}
		from, name := named(typ)
		if from == "" {
			from = pkg
		}
		next, ok := k.types[from+"."+name]
		if !ok {
			return typ, pkg
		}
		typ = next
	}
	return typ, pkg
}

func fieldType(s *ast.StructType, name string, at int) ast.Expr {
	i := 0
	for _, f := range s.Fields.List {
		names := f.Names
		if len(names) == 0 {
			_, own := named(f.Type)
			if own == name || name == "" && i == at {
				return f.Type
			}
			i++
		}
		for _, n := range names {
			if n.Name == name || name == "" && i == at {
				return f.Type
			}
			i++
		}
	}
	return nil
}
