package standard

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

func tree(body string) (*yaml.Node, error) {
	r := &reader{}
	root := r.root([]byte(body))
	if root == nil {
		return nil, r.err()
	}
	if root.Kind != yaml.MappingNode {
		r.add(root, "standard.not_mapping")
		return nil, r.err()
	}
	return root, nil
}

// written is the document of a tree; comments and the order of things stay.
func written(root *yaml.Node) (string, error) {
	nothing(root)
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := e.Encode(root); err != nil {
		return "", fmt.Errorf("write the document: %w", err)
	}
	return b.String(), e.Close()
}

// nothing writes out a value that is not there, which the encoder would take for an empty text.
func nothing(n *yaml.Node) {
	if n.Tag == "!!null" {
		n.Value = "null"
	}
	for _, c := range n.Content {
		nothing(c)
	}
}

// follow goes a way from the top; make puts what is not there yet, its end of a kind.
func follow(root *yaml.Node, way string, end yaml.Kind, create bool) *yaml.Node {
	n := root
	parts := strings.Split(way, "/")
	for i, part := range parts {
		if at, err := strconv.Atoi(part); err == nil {
			if n.Kind != yaml.SequenceNode || at < 0 || at >= len(n.Content) {
				return nil
			}
			n = n.Content[at]
			continue
		}
		next := valueOf(n, part)
		kind := yaml.MappingNode
		if i == len(parts)-1 {
			kind = end
		}
		switch {
		case next == nil && !create:
			return nil
		case next == nil:
			next = &yaml.Node{Kind: kind}
			n.Content = append(n.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: part}, next)
			n.Style &^= yaml.FlowStyle
		case next.Tag == "!!null" && create:
			*next = yaml.Node{Kind: kind}
		case create && kind == yaml.SequenceNode && next.Kind == yaml.ScalarNode: // one word may stand for a list of one
			*next = yaml.Node{Kind: kind, Content: []*yaml.Node{{Kind: yaml.ScalarNode, Value: next.Value}}}
		}
		n = next
	}
	return n
}

func valueOf(n *yaml.Node, key string) *yaml.Node {
	if i := indexOf(n, key); i >= 0 {
		return n.Content[i+1]
	}
	return nil
}

// indexOf gives the place of a field's key in a mapping, -1 where there is none.
func indexOf(n *yaml.Node, key string) int {
	if n == nil || n.Kind != yaml.MappingNode {
		return -1
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return i
		}
	}
	return -1
}

// rowNode gives a row of a list, and its name where the list is keyed.
func rowNode(all *yaml.Node, list string, at int) (key, n *yaml.Node) {
	switch {
	case all == nil || at < 0:
	case all.Kind == yaml.MappingNode && keyed(list):
		if 2*at+1 < len(all.Content) {
			return all.Content[2*at], all.Content[2*at+1]
		}
	case all.Kind == yaml.SequenceNode && at < len(all.Content):
		return nil, all.Content[at]
	}
	return nil, nil
}

// typed is a value as it is filled in: a scalar, a list of words, or the words of a fact's values.
func typed(n *yaml.Node) (string, bool) {
	switch n.Kind {
	case yaml.ScalarNode:
		if n.Tag == "!!null" {
			return "", true
		}
		return n.Value, true
	case yaml.SequenceNode:
		var out []string
		for _, e := range n.Content {
			if e.Kind != yaml.ScalarNode {
				return "", false
			}
			out = append(out, e.Value)
		}
		return strings.Join(out, " "), true
	case yaml.MappingNode, yaml.DocumentNode, yaml.AliasNode:
	}
	return "", false
}

// Normal is a document as PutRow would write it, so that two of them can be compared by what they say.
func Normal(body string) string {
	root, err := tree(body)
	if err != nil {
		return body
	}
	settle(root)
	out, err := written(root)
	if err != nil {
		return body
	}
	return out
}

// settle takes away what is only a way of writing: quotes, short forms, and on how many lines a thing stands.
func settle(n *yaml.Node) {
	n.Style = 0
	for _, c := range n.Content {
		settle(c)
	}
}
