package bangfu_test

import (
	"fmt"
	"go/token"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// storeys lists the house from the ground up. A package may import packages of its own storey or of any storey below.
var storeys = []string{"base", "engine", "office", "domain", "programme", "face", "app"}

// stairs lists the order inside a storey that has one. A package may import those to its left.
var stairs = map[string][]string{
	"office": {"org", "auth", "audit", "calendar", "task", "approval", "notice", "notify", "survey"},
	"domain": {
		"standard", "person", "fund", "deduction", "casefile", "household", "recognition", "intake", "plan", "payment", "goods", "outreach",
		"effect", "partner", "discovery", "oversight", "report",
	},
}

// sockets are the packages of the programme storey that anyone above may import, kinds with pages of their own among them;
// the plugs are known to "all" only.
var sockets = []string{"all", "shipped", "giving", "mutual", "lending", "paygap", "investment", "service"}

func TestStoreys(t *testing.T) { hold(t, rule{"storey", findStoreys}) }

func findStoreys(h *house) []finding {
	var out []finding
	for _, s := range h.product() {
		for _, im := range s.file.Imports {
			to := strings.Trim(im.Path.Value, `"`)
			if why := barred(s, to); why != "" {
				out = append(out, finding{s.at(to), 0, why})
			}
		}
		if s.parts == nil {
			continue
		}
		if !slices.Contains(storeys, s.parts[0]) {
			out = append(out, finding{s.path, 0, "there is no storey internal/" + s.parts[0]})
		} else if order := stairs[s.parts[0]]; order != nil && (len(s.parts) < 2 || !slices.Contains(order, s.parts[1])) {
			out = append(out, finding{s.path, 0, "the order of " + s.parts[0] + " in arch_test.go has no place for this package"})
		}
	}
	return out
}

// barred says why a file of the product may not import a package, or "".
func barred(s *source, to string) string {
	inner, ours := strings.CutPrefix(to, "bangfu/internal/")
	switch {
	case s.parts == nil:
		if ours && inner != "app" {
			return "a command hands its flags to internal/app and knows nothing else of the house"
		}
		return ""
	case to == "testing" || strings.HasSuffix(to, "test") && ours:
		return "only tests import " + to
	case !ours && s.parts[0] == "base" && strings.Contains(strings.Split(to, "/")[0], "."):
		return "base stands on the standard library and on itself only"
	case !ours:
		return ""
	}
	return up(s.parts, strings.Split(inner, "/"))
}

func up(from, to []string) string {
	below, above := slices.Index(storeys, to[0]), slices.Index(storeys, from[0])
	if below > above {
		return from[0] + " may not look up at " + to[0]
	}
	if to[0] == "programme" && len(to) > 1 && !slices.Contains(sockets, to[1]) && !slices.Contains(from[1:], "all") {
		if from[0] != "programme" || len(from) < 2 || from[1] != to[1] {
			return "only programme/all knows the plug " + to[1]
		}
	}
	if order := stairs[from[0]]; from[0] == to[0] && order != nil && len(from) > 1 && len(to) > 1 {
		if slices.Index(order, to[1]) > slices.Index(order, from[1]) {
			return fmt.Sprintf("%s stands to the left of %s and may not import it", from[1], to[1])
		}
	}
	return ""
}

func TestTableOwners(t *testing.T) { hold(t, rule{"table", findStrangers}) }

var (
	reTouch  = regexp.MustCompile(`\b(insert into|update|delete from|from|join|into)\s+([a-z][a-z0-9]*_[a-z0-9_]+)`)
	reAll    = regexp.MustCompile(`\bselect\s+([a-z_]+\.)?\*`)
	inserts  = regexp.MustCompile(`^(Insert|Upsert|Save|Put|Delete|Update)`)
	readOnly = []string{"from", "join"}
)

// findStrangers reads every SQL text of the product: a package touches the tables that carry its name; oversight and report
// may read any and write none but their own; columns are listed.
func findStrangers(h *house) []finding {
	tables := map[string]bool{}
	for _, t := range schemaTables(h) {
		tables[t.name] = true
	}
	var out []finding
	for _, s := range h.product() {
		if len(s.parts) < 2 {
			continue
		}
		for _, u := range usesOf(s, tables) {
			owner, _, _ := strings.Cut(u.table, "_")
			reads := slices.Contains(readOnly, u.verb)
			if slices.Contains(s.parts[1:], owner) || s.parts[0] == "domain" && slices.Contains([]string{"oversight", "report"}, s.parts[1]) && reads {
				continue
			}
			out = append(out, finding{s.at(u.table), 0, fmt.Sprintf("%s %s: this table belongs to package %s; ask it for a function", u.verb, u.table, owner)})
		}
		s.literals(func(text string, _ token.Pos) {
			if m := reAll.FindString(text); m != "" {
				out = append(out, finding{s.path, 0, m + ": list the columns"})
			}
		})
	}
	return out
}

type use struct{ verb, table string }

func usesOf(s *source, tables map[string]bool) []use {
	seen := map[use]bool{}
	s.literals(func(text string, _ token.Pos) {
		for _, m := range reTouch.FindAllStringSubmatchIndex(text, -1) {
			verb, table := text[m[2]:m[3]], text[m[4]:m[5]]
			if tables[table] {
				seen[use{verb, table}] = true
			}
		}
	})
	calls(s, func(c *call) {
		for _, a := range c.Args {
			if text, ok := stringOf(a); ok && tables[text] && inserts.MatchString(c.name) {
				seen[use{strings.ToLower(c.name), text}] = true
			}
		}
	})
	out := make([]use, 0, len(seen))
	for u := range seen {
		out = append(out, u)
	}
	slices.SortFunc(out, func(a, b use) int { return strings.Compare(a.table+a.verb, b.table+b.verb) })
	return out
}

func TestProgrammeCodes(t *testing.T) { hold(t, rule{"code", findCodes}) }

// findCodes looks for the codes of the programmes outside internal/programme: what is said of one programme belongs in
// its folder or in its shipped document.
func findCodes(h *house) []finding {
	codes := map[string]bool{}
	for _, p := range h.texts {
		rest, ok := strings.CutPrefix(p, "internal/programme/")
		first, file, nested := strings.Cut(rest, "/")
		switch {
		case !ok || !nested:
		case first == "shipped":
			if ext := path.Ext(file); ext == ".yaml" || ext == ".yml" || ext == ".txt" {
				codes[strings.TrimSuffix(path.Base(file), ext)] = true
			}
		case !slices.Contains(sockets, first):
			codes[first] = true
		}
	}
	var out []finding
	for _, s := range h.product() {
		if len(s.parts) > 0 && s.parts[0] == "programme" {
			continue
		}
		s.literals(func(text string, _ token.Pos) {
			if codes[text] {
				out = append(out, finding{s.at(text), 0, "the code of a programme outside internal/programme: let the programme's value or document say it"})
			}
		})
	}
	return out
}
