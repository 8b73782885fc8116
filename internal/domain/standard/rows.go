package standard

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"bangfu/internal/base/fault"
)

// Row is one row of a document as an officer fills it in: plain values by the field names of docs/standards.md. A list of
// words is written with spaces between. What is empty is left out of the document; what a row holds besides, such as the
// conditions inside an item, stays as it is.
type Row map[string]string

// keyed are the lists whose rows have a name before them instead of a place; the row says it as "name".
func keyed(list string) bool {
	return slices.Contains([]string{"facts", "parameters", "derived"}, list)
}

// manyWords are the fields that hold several words, numberless the ones that are text even where they look like a figure.
func manyWords(field string) bool { return field == "documents" || field == "items" }

func plainText(field string) bool {
	return slices.Contains([]string{"zh", "en", "clause", "title", "source", "unit", "period", "url", "issuer", "says"}, field)
}

// RowAt gives one row of a list. A list is named by its way from the top: "gates", "classes/rows", "items/0/requires",
// "items/0/tiers/steps", "parameters". Fault: "standard.no_row" (Missing).
func RowAt(body, list string, at int) (Row, error) {
	root, err := tree(body)
	if err != nil {
		return nil, err
	}
	key, n := rowNode(follow(root, list, yaml.SequenceNode, false), list, at)
	if n == nil {
		return nil, fault.New(fault.Missing, "standard.no_row")
	}
	row := Row{}
	if key != nil {
		row["name"] = key.Value
	}
	switch {
	case n.Kind == yaml.ScalarNode && n.Tag != "!!null": // the short form of a parameter or a derived value
		row["value"] = n.Value
	case n.Kind == yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			if text, ok := typed(n.Content[i+1]); ok {
				row[n.Content[i].Value] = text
			}
		}
	}
	return row, nil
}

// RowsIn counts the rows of a list.
func RowsIn(body, list string) int {
	root, err := tree(body)
	if err != nil {
		return 0
	}
	n := follow(root, list, yaml.SequenceNode, false)
	switch {
	case n == nil:
		return 0
	case n.Kind == yaml.MappingNode:
		return len(n.Content) / 2
	}
	return len(n.Content)
}

// PutRow writes a row over the one at a place, or behind the last where at is the number of rows. Facts of the published
// vocabulary that it speaks of are declared with it. Faults: "standard.faults", whose parts stand at the fields of the row
// where they come from it; "standard.no_row".
func PutRow(body, list string, at int, row Row) (string, error) {
	root, err := tree(body)
	if err != nil {
		return "", err
	}
	all := follow(root, list, yaml.SequenceNode, true)
	if keyed(list) {
		all.Kind, all.Tag, all.Value = yaml.MappingNode, "!!map", ""
	}
	key, n := rowNode(all, list, at)
	switch {
	case n != nil:
	case at != RowsIn(body, list):
		return "", fault.New(fault.Missing, "standard.no_row")
	default:
		n = &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle}
		if keyed(list) {
			key = &yaml.Node{Kind: yaml.ScalarNode}
			all.Content = append(all.Content, key)
		}
		all.Content = append(all.Content, n)
	}
	if key != nil {
		key.Value = row["name"]
	}
	fill(n, row)
	if err := declare(root, row); err != nil {
		return "", err
	}
	out, err := written(root)
	if err != nil {
		return "", err
	}
	if _, err = Parse([]byte(out)); err != nil {
		return "", placedIn(err, out, list, at)
	}
	return out, nil
}

// DropRow takes a row out. Faults: "standard.no_row", "standard.faults" when something else in the document needs it.
func DropRow(body, list string, at int) (string, error) {
	return rearranged(body, list, at, func(all *yaml.Node, from, n int) { all.Content = slices.Delete(all.Content, from, from+n) })
}

// RaiseRow lets a row change places with the one before it: the order of a decision table counts. The first stays.
func RaiseRow(body, list string, at int) (string, error) {
	return rearranged(body, list, at, func(all *yaml.Node, from, n int) {
		if from >= n {
			moved := slices.Clone(all.Content[from : from+n])
			copy(all.Content[from:from+n], all.Content[from-n:from])
			copy(all.Content[from-n:from], moved)
		}
	})
}

func rearranged(body, list string, at int, do func(all *yaml.Node, from, n int)) (string, error) {
	root, err := tree(body)
	if err != nil {
		return "", err
	}
	all := follow(root, list, yaml.SequenceNode, false)
	if _, n := rowNode(all, list, at); n == nil {
		return "", fault.New(fault.Missing, "standard.no_row")
	}
	if all.Kind == yaml.MappingNode {
		do(all, 2*at, 2)
	} else {
		do(all, at, 1)
	}
	out, err := written(root)
	if err == nil {
		_, err = Parse([]byte(out))
	}
	return out, err
}

// SetFields writes single values of the document by their way from the top, "source/title" or "publicity/days"; an empty one
// is taken out.
func SetFields(body string, values map[string]string) (string, error) {
	root, err := tree(body)
	if err != nil {
		return "", err
	}
	for way, text := range values {
		parent, field := "", way
		if i := strings.LastIndexByte(way, '/'); i >= 0 {
			parent, field = way[:i], way[i+1:]
		}
		at := root
		if parent != "" {
			at = follow(root, parent, yaml.MappingNode, text != "")
		}
		if at != nil {
			fill(at, Row{field: text})
		}
	}
	out, err := written(root)
	if err == nil {
		_, err = Parse([]byte(out))
	}
	return out, err
}

// Field gives a single value of a document by its way from the top, "" where there is none.
func Field(body, way string) string {
	root, err := tree(body)
	if err != nil {
		return ""
	}
	n := follow(root, way, yaml.ScalarNode, false)
	if n == nil {
		return ""
	}
	text, _ := typed(n)
	return text
}

// fill writes the fields of a row into its node and takes the empty ones out.
func fill(n *yaml.Node, row Row) {
	if n.Kind != yaml.MappingNode {
		if short(row) {
			n.Value, n.Tag = row["value"], ""
			return
		}
		*n = yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle}
	}
	for _, field := range order(row) {
		text := strings.TrimSpace(row[field])
		at := indexOf(n, field)
		switch {
		case field == "name":
		case text == "" && at >= 0:
			n.Content = slices.Delete(n.Content, at, at+2)
		case text == "":
		case at >= 0:
			n.Content[at+1] = leaf(field, text)
		default:
			n.Content = append(n.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: field}, leaf(field, text))
		}
	}
}

// short reports whether a row has nothing but its name and value, so that it may stay as short as it was written.
func short(row Row) bool {
	for field, text := range row {
		if field != "name" && field != "value" && strings.TrimSpace(text) != "" {
			return false
		}
	}
	return row["value"] != ""
}

// order is the order in which new fields are written: as the shipped documents have them.
func order(row Row) []string {
	first := []string{"code", "class", "type", "ref", "at", "zh", "en", "kind", "when", "of", "from", "above", "upto", "below", "rate", "amount", "floor", "ceiling", "value"}
	var out []string
	for _, f := range first {
		if _, ok := row[f]; ok {
			out = append(out, f)
		}
	}
	var rest []string
	for f := range row {
		if !slices.Contains(first, f) {
			rest = append(rest, f)
		}
	}
	slices.Sort(rest)
	return append(out, rest...)
}

func leaf(field, text string) *yaml.Node {
	switch {
	case manyWords(field):
		n := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
		for _, w := range strings.Fields(text) {
			n.Content = append(n.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: w})
		}
		return n
	case plainText(field):
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text}
	}
	return &yaml.Node{Kind: yaml.ScalarNode, Value: text}
}

var word = regexp.MustCompile(`'[^']*'|"[^"]*"|[a-z][a-z0-9_]*`)

// declare puts the facts and groups of the published vocabulary that a row speaks of among those of the document.
func declare(root *yaml.Node, row Row) error {
	v, err := Published()
	if err != nil {
		return err
	}
	taken := func(name string) bool {
		for _, list := range []string{"facts", "groups", "parameters", "derived"} {
			if valueOf(valueOf(root, list), name) != nil {
				return true
			}
		}
		return false
	}
	add := func(list, name string) {
		if !taken(name) {
			all := follow(root, list, yaml.MappingNode, true)
			all.Content = append(all.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: name}, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null", Value: "null"})
		}
	}
	for field, text := range row {
		if plainText(field) || field == "code" || field == "name" || field == "class" || field == "kind" {
			continue
		}
		for _, name := range word.FindAllString(text, -1) {
			if _, ok := v.fact(name); ok && !strings.Contains(text, "."+name) {
				add("facts", name)
			}
			for _, g := range v.Groups {
				if field == "each" && g.Name == name || strings.Contains(text, g.One+".") && g.One == name {
					add("groups", g.Name)
				}
			}
		}
	}
	return nil
}

// placedIn puts the faults that come from a row at its fields, said without the line, which nobody who fills in a form sees.
func placedIn(err error, out, list string, at int) error {
	f := fault.Of(err)
	root, bad := tree(out)
	if f.Key != "standard.faults" || bad != nil {
		return err
	}
	key, n := rowNode(follow(root, list, yaml.SequenceNode, false), list, at)
	var parts []*fault.Fault
	for _, part := range f.Parts {
		said, ok := part.Args[2].(Said)
		line, col := part.Args[0].(int), part.Args[1].(int)
		if field, in := fieldAt(key, n, line, col); ok && in {
			switch said.Key {
			case "standard.missing":
				field = fmt.Sprint(said.Args[0])
			case "standard.twice":
				field = "code"
			}
			parts = append(parts, said.At(field))
			continue
		}
		parts = append(parts, part)
	}
	return &fault.Fault{Kind: f.Kind, Key: f.Key, Args: f.Args, Parts: parts}
}

// fieldAt gives the field of a row that a place of the document lies in.
func fieldAt(key, n *yaml.Node, line, col int) (field string, in bool) {
	if key != nil && key.Line == line && col <= key.Column+len([]rune(key.Value)) {
		return "name", true
	}
	if n == nil || n.Line > line {
		return "", false
	}
	bestLine, bestCol := 0, 0
	for i := 0; i+1 < len(n.Content) && n.Kind == yaml.MappingNode; i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		before := k.Line < line || k.Line == line && k.Column <= col
		if before && (k.Line > bestLine || k.Line == bestLine && k.Column > bestCol) && line <= last(v) {
			field, in, bestLine, bestCol = k.Value, true, k.Line, k.Column
		}
	}
	if !in && n.Line == line && n.Column == col { // the row itself: something it needs is missing
		return "", n.Kind == yaml.MappingNode
	}
	return field, in
}

// last is the last line of a node.
func last(n *yaml.Node) int {
	line := n.Line
	for _, c := range n.Content {
		line = max(line, last(c))
	}
	return line
}
