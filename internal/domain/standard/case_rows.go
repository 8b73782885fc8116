package standard

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"bangfu/internal/base/fault"
)

// CaseRow is one worked family as an officer fills it in: "name"; "fact.X" for what is known, earlier aid among it; "group.X" with
// one element a line, its fields as "field=value; field=value"; "ref.X" for the lines; and what must come out: "want.outcome",
// "want.class", "want.reason", "want.item.X" (yes, no, unknown or yuan). What is empty is not said, "?" is not known.
type CaseRow map[string]string

// notKnown is how a row says that a thing is not known although the defaults of the file know it.
const notKnown = "?"

// The ways of a family's values in a cases file, by what stands before the point in a CaseRow.
var caseWays = map[string]string{"fact": "facts", "ref": "refs", "group": "facts", "want": "expect", "item": "expect/items"}

// caseWay gives where a value stands in the family: its way and its own name.
func caseWay(key string) (way, field string) {
	kind, field, ok := strings.Cut(key, ".")
	switch {
	case !ok:
		return "", key
	case kind == "want" && strings.HasPrefix(field, "item."):
		return caseWays["item"], strings.TrimPrefix(field, "item.")
	case kind == "fact" && strings.Contains(field, "."):
		return "earlier", field
	}
	return caseWays[kind], field
}

// CaseAt gives one family of a cases file. Fault: "standard.no_row" (Missing).
func CaseAt(s *Standard, cases string, at int) (CaseRow, error) {
	n, err := familyNode(cases, at)
	if err != nil {
		return nil, err
	}
	out := CaseRow{"name": scalarOf(valueOf(n, "name"))}
	for _, key := range CaseKeys(s) {
		way, field := caseWay(key)
		v := valueOf(follow(n, way, yaml.MappingNode, false), field)
		switch {
		case v == nil:
		case strings.HasPrefix(key, "group."):
			out[key] = rowsText(v)
		case v.Kind == yaml.MappingNode: // {no: reason} and the like
			out[key] = wantText(v)
		case v.Tag == "!!null":
			out[key] = notKnown
		default:
			out[key] = scalarOf(v)
		}
	}
	return out, nil
}

// CaseKeys lists what can be said of a family under a standard, in the order of a form.
func CaseKeys(s *Standard) []string {
	var out []string
	for _, f := range s.Facts {
		if !strings.Contains(f.Name, ".") {
			out = append(out, "fact."+f.Name)
		}
	}
	for _, g := range s.Groups {
		out = append(out, "group."+g.Name)
	}
	for _, p := range s.Parameters {
		if key := "ref." + p.Ref; p.Ref != "" && !slices.Contains(out, key) {
			out = append(out, key)
		}
	}
	for _, f := range s.Earlier() {
		out = append(out, "fact."+f.Name)
	}
	out = append(out, "want.outcome")
	if s.Classes != nil {
		out = append(out, "want.class")
	}
	out = append(out, "want.reason")
	for _, it := range s.Items {
		if it.Each == "" {
			out = append(out, "want.item."+it.Code)
			continue
		}
		for _, n := range []string{"[1]", "[2]"} {
			out = append(out, "want.item."+it.Code+n)
		}
	}
	return out
}

// PutCase writes a family over the one at a place, or behind the last. cases "" begins a file. Faults: "standard.faults" with
// the keys of the row at its parts, "standard.no_row", "standard.case_name" at "name".
func PutCase(s *Standard, cases string, at int, row CaseRow) (string, error) {
	if strings.TrimSpace(row["name"]) == "" {
		return "", fault.New(fault.Invalid, "standard.case_name").At("name")
	}
	if cases == "" {
		cases = "standard: " + s.Code + "\nfamilies: []\n"
	}
	root, err := tree(cases)
	if err != nil {
		return "", err
	}
	all := follow(root, "families", yaml.SequenceNode, true)
	all.Style = 0
	if at == len(all.Content) {
		all.Content = append(all.Content, &yaml.Node{Kind: yaml.MappingNode})
	}
	if at < 0 || at >= len(all.Content) {
		return "", fault.New(fault.Missing, "standard.no_row")
	}
	n := all.Content[at]
	fill(n, Row{"says": ""})
	setName(n, strings.TrimSpace(row["name"]))
	for _, key := range CaseKeys(s) {
		text, given := row[key]
		if !given {
			continue
		}
		way, field := caseWay(key)
		at := follow(n, way, yaml.MappingNode, strings.TrimSpace(text) != "")
		if at == nil {
			continue
		}
		if at.Kind != yaml.MappingNode {
			*at = yaml.Node{Kind: yaml.MappingNode}
		}
		switch {
		case strings.HasPrefix(key, "group."):
			setNode(at, field, rowsNode(text))
		case valueOf(at, field) != nil && valueOf(at, field).Kind == yaml.MappingNode && wantText(valueOf(at, field)) == text:
		default:
			setNode(at, field, wantNode(key, text))
		}
	}
	out, err := written(root)
	if err != nil {
		return "", err
	}
	if _, err := ParseCases(s, []byte(out)); err != nil {
		return "", placedInCase(s, err, out, at)
	}
	return out, nil
}

// DropCase takes a family out; with the last one the file is empty.
func DropCase(s *Standard, cases string, at int) (string, error) {
	root, err := tree(cases)
	if err != nil {
		return "", err
	}
	all := follow(root, "families", yaml.SequenceNode, false)
	if all == nil || at < 0 || at >= len(all.Content) {
		return "", fault.New(fault.Missing, "standard.no_row")
	}
	if all.Content = slices.Delete(all.Content, at, at+1); len(all.Content) == 0 {
		return "", nil
	}
	return written(root)
}

func familyNode(cases string, at int) (*yaml.Node, error) {
	root, err := tree(cases)
	if err != nil {
		return nil, err
	}
	_, n := rowNode(follow(root, "families", yaml.SequenceNode, false), "families", at)
	if n == nil {
		return nil, fault.New(fault.Missing, "standard.no_row")
	}
	return n, nil
}

func scalarOf(n *yaml.Node) string {
	if n == nil {
		return ""
	}
	text, _ := typed(n)
	return text
}

func setName(n *yaml.Node, name string) {
	v := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: name}
	if i := indexOf(n, "name"); i >= 0 {
		n.Content[i+1] = v
		return
	}
	n.Content = append([]*yaml.Node{{Kind: yaml.ScalarNode, Value: "name"}, v}, n.Content...)
}

// setNode writes one value of a mapping; nil takes it out.
func setNode(n *yaml.Node, field string, v *yaml.Node) {
	i := indexOf(n, field)
	switch {
	case v == nil && i >= 0:
		n.Content = slices.Delete(n.Content, i, i+2)
	case v == nil:
	case i >= 0:
		n.Content[i+1] = v
	default:
		n.Content = append(n.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: field}, v)
	}
}

// wantText says what must come out for an item: {no: reason} as "no", {amount: x} as x.
func wantText(n *yaml.Node) string {
	if v := valueOf(n, "no"); v != nil {
		return "no"
	}
	for _, field := range []string{"amount", "cap"} {
		if v := valueOf(n, field); v != nil {
			return scalarOf(v)
		}
	}
	return "yes"
}

func wantNode(key, text string) *yaml.Node {
	text = strings.TrimSpace(text)
	switch text {
	case "":
		return nil
	case notKnown, "？":
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null", Value: "null"}
	}
	if strings.HasPrefix(key, "fact.") || strings.HasPrefix(key, "want.") {
		text = map[string]string{"是": "yes", "否": "no"}[text] + strings.Trim(text, "是否")
	}
	return &yaml.Node{Kind: yaml.ScalarNode, Value: text}
}

// rowsText writes the elements of a group one a line.
func rowsText(n *yaml.Node) string {
	var lines []string
	for _, e := range n.Content {
		var fields []string
		for i := 0; i+1 < len(e.Content); i += 2 {
			fields = append(fields, e.Content[i].Value+"="+scalarOf(e.Content[i+1]))
		}
		lines = append(lines, strings.Join(fields, "; "))
	}
	return strings.Join(lines, "\n")
}

func rowsNode(text string) *yaml.Node {
	if strings.TrimSpace(text) == "" {
		return nil
	}
	out := &yaml.Node{Kind: yaml.SequenceNode}
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		e := &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle}
		for _, part := range strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(";；", r) }) {
			k, v, _ := strings.Cut(strings.ReplaceAll(part, "＝", "="), "=")
			if k = strings.TrimSpace(k); k != "" {
				setNode(e, k, &yaml.Node{Kind: yaml.ScalarNode, Value: strings.TrimSpace(v)})
			}
		}
		out.Content = append(out.Content, e)
	}
	return out
}

// placedInCase puts the faults of a family at the keys they come from.
func placedInCase(s *Standard, err error, out string, at int) error {
	f := fault.Of(err)
	n, bad := familyNode(out, at)
	if f.Key != "standard.faults" || bad != nil {
		return err
	}
	var parts []*fault.Fault
	for _, part := range f.Parts {
		line, _ := part.Args[0].(int)
		col, _ := part.Args[1].(int)
		said, ok := part.Args[2].(Said)
		placed := false
		for _, key := range CaseKeys(s) {
			way, field := caseWay(key)
			m := follow(n, way, yaml.MappingNode, false)
			if i := indexOf(m, field); ok && !placed && i >= 0 && holds(m.Content[i], m.Content[i+1], line, col) {
				parts, placed = append(parts, said.At(key)), true
			}
		}
		if !placed {
			parts = append(parts, part)
		}
	}
	return &fault.Fault{Kind: f.Kind, Key: f.Key, Args: f.Args, Parts: parts}
}

// holds reports whether a place of the text lies in a value or its key.
func holds(k, v *yaml.Node, line, col int) bool {
	if k.Line == line && k.Column == col || v.Line == line && v.Column == col {
		return true
	}
	return slices.ContainsFunc(v.Content, func(c *yaml.Node) bool { return holds(c, c, line, col) })
}

// CaseResult is a family of the cases kept with a standard, and where the standard says other than it must.
type CaseResult struct {
	Name  string
	Diffs []Diff
}

// RunCases judges every family of a cases file. Faults: those of ParseCases.
func RunCases(s *Standard, cases string) ([]CaseResult, error) {
	if cases == "" {
		return nil, nil
	}
	c, err := ParseCases(s, []byte(cases))
	if err != nil {
		return nil, err
	}
	var out []CaseResult
	for i, f := range c.Families {
		out = append(out, CaseResult{Name: f.Name})
		out[i].Diffs = CheckCases(s, Cases{Standard: c.Standard, Families: c.Families[i : i+1]})
	}
	return out, nil
}
