package dbtest

import (
	"fmt"
	"io/fs"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"bangfu/internal/base/schema"
	"bangfu/internal/engine/db"
)

// Shards gives a watch that fails the test when the house issues a statement that a distributed PostgreSQL (Citus) would
// refuse or send to every node: each table in it must be bound to one union by a parameter, or joined on union_id to one
// that is, and what is written must be of the act's own union, so that no act touches two. Statements that tests write
// themselves are not held to it. Every database of this package is under this watch.
func Shards(t testing.TB) db.Watch {
	t.Helper()
	shards, err := loadShards()
	if err != nil {
		t.Fatal(err)
	}
	return func(union, query string, args []any) {
		p := shards.plan(query)
		if p.bad != "" && !fromTest() {
			t.Errorf("on many nodes %s: %s", p.bad, query)
		}
		if strayed := p.strayed(union, args); strayed != "" && !fromTest() {
			t.Errorf("an act of union %q touches %s: %s", union, strayed, query)
		}
	}
}

// fromTest reports whether the nearest caller outside the database package is a test.
func fromTest() bool {
	pcs := make([]uintptr, 24)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs)])
	for {
		f, more := frames.Next()
		if !strings.Contains(f.Function, "internal/engine/db.") && !strings.Contains(f.Function, "internal/engine/db/dbtest.") {
			return strings.HasSuffix(f.File, "_test.go")
		}
		if !more {
			return false
		}
	}
}

// shards knows which tables are spread over nodes, and remembers what it found of each statement.
type shards struct {
	spread map[string]bool
	plans  sync.Map // statement → shardPlan
}

// shardPlan is what a statement does: why it cannot stand (or ""), whether it writes, and where its union is among the
// arguments: the numbers of parameters, and for rows of "?" the place in each row.
type shardPlan struct {
	bad       string
	writes    bool
	params    []int
	at, width int
}

var loadShards = sync.OnceValues(func() (*shards, error) {
	shared, err := db.Reference(schema.Files)
	if err != nil {
		return nil, err
	}
	names, err := fs.Glob(schema.Files, "*.sql")
	s := &shards{spread: map[string]bool{}}
	for _, name := range names {
		text, bad := fs.ReadFile(schema.Files, name)
		if bad != nil {
			return nil, bad
		}
		for _, m := range reMade.FindAllStringSubmatch(string(text), -1) {
			s.spread[m[1]] = !shared[m[1]]
		}
	}
	return s, err
})

var (
	reMade   = regexp.MustCompile(`(?m)^create table ([a-z0-9_]+)`)
	reText   = regexp.MustCompile(`'(?:[^']|'')*'`)
	reSpace  = regexp.MustCompile(`\s+`)
	reComma  = regexp.MustCompile(`,\s+([a-z][a-z0-9]*_[a-z0-9_]+)(?:\s+(?:as\s+)?([a-z][a-z0-9_]*))?`)
	reRef    = regexp.MustCompile(`\b(?:from|join|update|into)\s+([a-z][a-z0-9]*_[a-z0-9_]+)(?:\s+(?:as\s+)?([a-z][a-z0-9_]*))?`)
	reBound  = regexp.MustCompile(`(?:^|[^.\w])(?:([a-z_][a-z0-9_]*)\.)?union_id = \$(\d+)`)
	reLinked = regexp.MustCompile(`(?:^|[^.\w])(?:([a-z_][a-z0-9_]*)\.)?union_id = ([a-z_][a-z0-9_]*)\.union_id`)
	reInsert = regexp.MustCompile(`^insert into ([a-z0-9_]+) (?:as [a-z]+ )?\(([^)]*)\) (values|select) ?(.*)$`)
	reSplit  = regexp.MustCompile(`\b(?:union all|union|except|intersect)\b`)
	notAlias = []string{"where", "set", "on", "join", "left", "inner", "cross", "order", "group", "limit", "values", "select", "using", "as", "returning", "for", "union"}
)

func (s *shards) plan(query string) shardPlan {
	if p, ok := s.plans.Load(query); ok {
		return p.(shardPlan)
	}
	q := strings.TrimSpace(reSpace.ReplaceAllString(reText.ReplaceAllString(query, "''"), " "))
	p := shardPlan{writes: !strings.HasPrefix(q, "select") && !strings.HasPrefix(q, "with")}
	if m := reInsert.FindStringSubmatch(q); m != nil && s.spread[m[1]] {
		p.insert(m)
		rest := m[4]
		if m[3] == "select" {
			rest = "select " + rest
		}
		q = rest
		if m[3] == "values" {
			q, _, _ = strings.Cut(q, " on conflict")
		}
	}
	if p.bad == "" {
		p.bad = s.scope(q, nil, &p)
	}
	s.plans.Store(query, p)
	return p
}

// insert finds the union among the columns of what is put in.
func (p *shardPlan) insert(m []string) {
	cols := strings.Split(strings.ReplaceAll(m[2], " ", ""), ",")
	p.at = slices.Index(cols, "union_id")
	if p.at < 0 {
		p.bad = "a row of " + m[1] + " says no union"
		return
	}
	if m[3] != "values" {
		return
	}
	values := strings.Split(strings.TrimPrefix(m[4], "("), ",")
	switch v := strings.TrimSpace(values[min(p.at, len(values)-1)]); {
	case v == "?":
		p.width = len(cols)
	case strings.HasPrefix(v, "$"):
		p.params = append(p.params, number(v[1:]))
	default:
		p.bad = "a row of " + m[1] + " has a union that is no parameter"
	}
}

func number(digits string) int {
	n, _ := strconv.Atoi(strings.TrimRight(digits, ") ")) // the pattern found digits
	return n
}

// scope holds one select, with those inside it, to the rule; outer are the names bound outside.
func (s *shards) scope(q string, outer map[string]bool, p *shardPlan) string {
	own, inner := unfold(q)
	parts := reSplit.Split(own, -1)
	at := 0
	for _, part := range parts {
		bound, bad := s.bound(part, outer, p)
		if bad != "" {
			return bad
		}
		for range strings.Count(part, "\x00") {
			if bad := s.scope(inner[at], bound, p); bad != "" {
				return bad
			}
			at++
		}
	}
	return ""
}

// unfold takes out the brackets that hold a select, and leaves the others standing.
func unfold(q string) (own string, inner []string) {
	var b strings.Builder
	for i := 0; i < len(q); i++ {
		if q[i] != '(' {
			b.WriteByte(q[i])
			continue
		}
		depth, end := 0, i
		for ; end < len(q); end++ {
			if q[end] == '(' {
				depth++
			} else if q[end] == ')' {
				depth--
			}
			if depth == 0 {
				break
			}
		}
		body := strings.TrimSpace(q[i+1 : min(end, len(q))])
		if !strings.HasPrefix(body, "select ") {
			b.WriteByte('(')
			continue
		}
		inner = append(inner, body)
		b.WriteString("(\x00)")
		i = end
	}
	return b.String(), inner
}

// bound finds the tables of one select and sees that each is bound to the union, by itself or through another.
func (s *shards) bound(q string, outer map[string]bool, p *shardPlan) (map[string]bool, string) {
	refs, names := map[string]string{}, map[string]bool{}
	for k, v := range outer {
		names[k] = v
	}
	for _, m := range append(reRef.FindAllStringSubmatch(q, -1), reComma.FindAllStringSubmatch(sources(q), -1)...) {
		if !s.spread[m[1]] {
			continue
		}
		name := m[2]
		if name == "" || slices.Contains(notAlias, name) {
			name = m[1]
		}
		refs[name], names[name] = m[1], false
	}
	for _, m := range reBound.FindAllStringSubmatch(q, -1) {
		p.params = append(p.params, number(m[2]))
		if m[1] != "" {
			names[m[1]] = true
			continue
		}
		for name := range refs { // unqualified: there is one table
			names[name] = true
		}
	}
	for range 4 {
		for _, m := range reLinked.FindAllStringSubmatch(q, -1) {
			left := m[1]
			if left == "" && len(refs) == 1 {
				for name := range refs {
					left = name
				}
			}
			if names[left] || names[m[2]] {
				names[left], names[m[2]] = true, true
			}
		}
	}
	for name, table := range refs {
		if !names[name] {
			return nil, fmt.Sprintf("%s is bound to no union", table)
		}
	}
	return names, ""
}

// sources is what stands between from and where: a comma there parts tables, anywhere else columns.
func sources(q string) string {
	_, from, ok := strings.Cut(q, " from ")
	if !ok {
		return ""
	}
	for _, end := range []string{" where ", " group by ", " order by ", " limit "} {
		from, _, _ = strings.Cut(from, end)
	}
	return from
}

// strayed names the other union that a statement writes to, or "".
func (p shardPlan) strayed(union string, args []any) string {
	if !p.writes {
		return ""
	}
	for _, n := range p.params {
		if n > 0 && n <= len(args) {
			if got := fmt.Sprint(args[n-1]); got != union {
				return got
			}
		}
	}
	for i := p.at; p.width > 0 && i < len(args); i += p.width {
		if got := fmt.Sprint(args[i]); got != union {
			return got
		}
	}
	return ""
}
