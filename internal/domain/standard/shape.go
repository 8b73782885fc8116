package standard

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"

	"bangfu/internal/base/fault"
)

//go:embed shapes/*.yaml
var shapeFiles embed.FS

// Shape is a small whole document that a new standard starts from. Says tells who it is for.
type Shape struct {
	Code       string
	Name, Says Text
	body       string
}

// Shapes lists the shapes in menu order.
func Shapes() ([]Shape, error) {
	names, err := fs.Glob(shapeFiles, "shapes/*.yaml")
	if err != nil {
		return nil, err
	}
	var out []Shape
	for _, name := range names {
		text, err := fs.ReadFile(shapeFiles, name)
		if err != nil {
			return nil, err
		}
		s, err := Parse(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		out = append(out, Shape{s.Code, s.Name, s.Notes[0].Text, string(text)})
	}
	return out, nil
}

// Start is how a new standard begins: from a shape, or as a copy of a kept version.
type Start struct {
	Code          string
	Name          Text
	Source, Issue string // the title of the paper it follows, and who issued it
}

// FromShape gives the first draft of a new standard. Faults: "standard.no_shape", "standard.code" at "code".
func (s Start) FromShape(code string) (string, error) {
	all, err := Shapes()
	if err != nil {
		return "", err
	}
	for _, shape := range all {
		if shape.Code == code {
			body, err := DropRow(shape.body, "notes", 0)
			if err != nil {
				return "", err
			}
			return s.FromCopy(body)
		}
	}
	return "", fault.New(fault.Invalid, "standard.no_shape").At("shape")
}

// FromCopy gives the first draft of a new standard that says what another document says.
func (s Start) FromCopy(body string) (string, error) {
	if !codeShape.MatchString(s.Code) {
		return "", fault.New(fault.Invalid, "standard.code", s.Code).At("code")
	}
	return SetFields(Renumber(body, 1), map[string]string{"standard": s.Code, "name/zh": strings.TrimSpace(s.Name.Zh), "name/en": strings.TrimSpace(s.Name.En),
		"source/title": strings.TrimSpace(s.Source), "source/clause": "", "source/url": "", "issuer": strings.TrimSpace(s.Issue), "valid/from": "", "valid/until": ""})
}
