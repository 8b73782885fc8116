package standard

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
)

// Edit is what an officer changes without writing the document: its name, its first day, its figures by the keys of Dials.
// What is empty stays.
type Edit struct {
	Name    Text
	From    day.Day
	Figures map[string]string
	Version int64
}

var (
	nameLine  = regexp.MustCompile(`(?m)^name:[^\n]*$`)
	validLine = regexp.MustCompile(`(?m)^valid:[^\n]*\n(?:[ \t]+[^\n]*\n)*`)
	fromPart  = regexp.MustCompile(`from:[ \t]*["']?[0-9-]*["']?`)
)

// Apply writes the changes into a document; all else stays to the letter. Faults: those of Turn, "standard.edit_same" when
// nothing is changed, "standard.edit_form" when the document is written in a way that only its text can be changed.
func (e Edit) Apply(body string) (string, error) {
	was, err := Parse([]byte(body))
	if err != nil {
		return "", err
	}
	out, err := Turn(body, e.Figures)
	if err != nil {
		return "", err
	}
	name, from := was.Name, was.From
	if e.Name.Zh != "" {
		name.Zh = e.Name.Zh
	}
	if e.Name.En != "" {
		name.En = e.Name.En
	}
	if e.From != "" {
		from = e.From
	}
	if out == body && name == was.Name && from == was.From {
		return "", fault.New(fault.Invalid, "standard.edit_same")
	}
	if name != was.Name {
		out = nameLine.ReplaceAllLiteralString(out, "name: {zh: "+yamlText(name.Zh)+", en: "+yamlText(name.En)+"}")
	}
	if from != was.From {
		out = startOn(out, from)
	}
	out = Renumber(out, e.Version)
	is, err := Parse([]byte(out))
	if err != nil || is.Name != name || is.From != from || is.Version != e.Version {
		return "", fault.New(fault.Refused, "standard.edit_form")
	}
	return out, nil
}

// yamlText writes a text so that YAML reads it back as it is.
func yamlText(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		return `""`
	}
	return string(b)
}

func startOn(body string, from day.Day) string {
	at := validLine.FindStringIndex(body)
	if at == nil {
		end := versionLine.FindStringIndex(body)
		if end == nil {
			return body
		}
		return body[:end[1]] + "\nvalid: {from: " + string(from) + "}" + body[end[1]:]
	}
	part := body[at[0]:at[1]]
	switch {
	case fromPart.MatchString(part):
		part = fromPart.ReplaceAllLiteralString(part, "from: "+string(from))
	case strings.HasPrefix(part, "valid: {"):
		part = strings.Replace(part, "{", "{from: "+string(from)+", ", 1)
	}
	return body[:at[0]] + part + body[at[1]:]
}

// Turned is a figure that two versions write differently.
type Turned struct {
	Dial // of the newer version
	Was  string
}

// Turns compares the figures of two versions whose words are the same; false when more than figures, name and days differ,
// so that only the texts can be compared.
func Turns(old, new string) ([]Turned, bool) {
	a, b := Dials(old), Dials(new)
	if !slices.Equal(shape(old, a), shape(new, b)) {
		return nil, false
	}
	var out []Turned
	for i := range a {
		if a[i].Text != b[i].Text {
			out = append(out, Turned{b[i], a[i].Text})
		}
	}
	return out, true
}

// shape is a document without its figures, name, version and days.
func shape(body string, all []Dial) []string {
	lines := strings.Split(body, "\n")
	for _, d := range slices.Backward(all) {
		r := []rune(lines[d.line])
		lines[d.line] = string(r[:d.col]) + "#" + string(r[d.col+len([]rune(d.Text)):])
	}
	text := strings.Join(lines, "\n")
	for _, e := range []*regexp.Regexp{versionLine, nameLine, validLine} {
		text = e.ReplaceAllLiteralString(text, "")
	}
	return slices.DeleteFunc(strings.Split(text, "\n"), func(l string) bool { return strings.TrimSpace(l) == "" })
}
