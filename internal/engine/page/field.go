package page

import (
	"slices"
	"strings"

	"bangfu/internal/engine/form"
)

// F is one field as drawn: words already in the page's language. Its fault is found in In.Errors by Name.
type F struct {
	Name, Label, Hint string
	Value             string
	Values            []string // the ticked ones of FieldChecks
	Choices           []form.Choice
	Unit              string // stands after the input: 元 / 月
	Auto              string // autocomplete token; the typed fields know their own
	Need              bool
	Max               int // characters, told to the browser and shown for FieldArea
	Rows              int // of FieldArea
	Accept            []string
	Many              bool
	Part              string // of Auto: before the name in the ids
	Now               string // what somebody else has made of it meanwhile
}

// offersNone reports that one of the choices stands for none, so that no empty line is needed above them.
func (f F) offersNone() bool {
	return slices.ContainsFunc(f.Choices, func(c form.Choice) bool { return c.Value == "" })
}

// FieldOf puts a described field into the page's language with the texts to show.
func FieldOf(in In, d form.Field, v form.Values) F {
	f := F{
		Name: d.Name, Label: in.T(d.Label), Value: v.Get(d.Name), Values: v[d.Name], Auto: d.Auto, Need: d.Need,
		Accept: d.Accept, Many: d.Many,
	}
	if d.Hint != "" {
		f.Hint = in.T(d.Hint)
	}
	if d.Unit != "" {
		f.Unit = in.T(d.Unit)
	}
	if d.Kind != form.Money && d.Kind != form.Int && d.Kind != form.FileIn {
		f.Max = int(d.Max)
	}
	for _, c := range d.Choices {
		c.Label = in.T(c.Label)
		if c.Hint != "" {
			c.Hint = in.T(c.Hint)
		}
		f.Choices = append(f.Choices, c)
	}
	return f
}

func (f F) id() string { return fieldID(f.Part + f.Name) }

// describedBy names the hint and the error of the field, in reading order.
func (f F) describedBy(in In) string {
	var ids []string
	if f.Hint != "" {
		ids = append(ids, f.id()+"-h")
	}
	if f.Now != "" {
		ids = append(ids, f.id()+"-n")
	}
	if in.Wrong(f.Name) != "" {
		ids = append(ids, f.id()+"-e")
	}
	return strings.Join(ids, " ")
}

func (f F) class(in In) string {
	if in.Wrong(f.Name) != "" {
		return "field field-err"
	}
	return "field"
}

func (f F) ticked(value string) bool {
	for _, v := range f.Values {
		if v == value {
			return true
		}
	}
	return f.Value == value && (value != "" || len(f.Values) == 0)
}

// Button is a button of a form (no Href) or a link drawn as one. Kind is "main", "", "text" or "stop" (for what ends or
// removes something). Name and Value tell the server which button was pressed.
type Button struct {
	Label, Href, Name, Value, Icon, Kind string
}

func (b Button) class() string {
	if b.Kind == "" {
		return "btn"
	}
	return "btn btn-" + b.Kind
}

// Auto is a whole form drawn from a description. Fields may be grouped: fields with the same Group stand under one
// heading. Version, if given, is posted as form.VersionName.
type Auto struct {
	Action  string
	Fields  []form.Field
	Values  form.Values
	Submit  string // "" is 保存
	Cancel  Link
	Version string
	More    []Button // further ways to submit
	Hidden  []Pair   // further hidden inputs: Label is the name
	Part    string   // tells the ids of this form from those of another on the page; the form with the faults has none
	now     form.Values
}

// Against is a form that came too late: somebody changed the thing meanwhile. What was typed stays in the fields, what
// stands now is said beside those that differ, and the version is the present one, so that whoever has compared the two
// can save.
func (a Auto) Against(now form.Values) Auto {
	given := form.Values{}
	for k, v := range a.Values {
		given[k] = v
	}
	if v, ok := now[form.VersionName]; ok {
		given[form.VersionName] = v
	}
	a.Values, a.now = given, now
	return a
}

// field describes one field of the form, with what stands now where that is something else.
func (a Auto) field(in In, d form.Field) F {
	f := FieldOf(in, d, a.Values)
	f.Part = a.Part
	if a.now == nil || d.Kind == form.FileIn || d.Kind == form.Secret || slices.Equal(filled(a.now[d.Name]), filled(a.Values[d.Name])) {
		return f
	}
	var said []string
	for _, v := range filled(a.now[d.Name]) {
		for _, c := range f.Choices {
			if c.Value == v {
				v = c.Label
			}
		}
		said = append(said, v)
	}
	f.Now = strings.Join(said, in.T("、"))
	if f.Now == "" {
		f.Now = in.T("没有填")
	}
	return f
}

func filled(all []string) []string {
	var out []string
	for _, v := range all {
		if v = strings.TrimSpace(v); v != "" {
			out = append(out, v)
		}
	}
	return out
}

type fieldGroup struct {
	title  string
	fields []form.Field
}

// groups keeps the order of the fields and starts a heading where Group changes.
func (a Auto) groups() []fieldGroup {
	var all []fieldGroup
	for _, f := range a.Fields {
		if f.Kind == form.Hidden {
			continue
		}
		if len(all) == 0 || all[len(all)-1].title != f.Group {
			all = append(all, fieldGroup{title: f.Group})
		}
		last := &all[len(all)-1]
		last.fields = append(last.fields, f)
	}
	return all
}

func (a Auto) multipart() bool {
	for _, f := range a.Fields {
		if f.Kind == form.FileIn {
			return true
		}
	}
	return false
}

// needed says whether any field must be filled in, which the desk face explains once.
func (a Auto) needed() bool {
	for _, f := range a.Fields {
		if f.Need {
			return true
		}
	}
	return false
}
