package auth

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"bangfu/internal/base/fault"
	"bangfu/internal/engine/db"
)

//go:embed rights/*.txt
var files embed.FS

// reach is how far a role's right goes.
type reach string

const (
	reachOwn   reach = "own"   // the actor's own person
	reachUnit  reach = "unit"  // the units of the post and all beneath
	reachUnion reach = "union" // everything in the union
	reachAny   reach = "any"   // nobody needs to be signed in
)

// mark stands among the roles of a right whose acts need a fresh code (approvals, payments, the keys of the house).
const mark = "code:fresh"

// Roles that are not posts: every signed-in worker, everyone signed in, and everyone at all.
const (
	roleWorker = "worker"
	roleSigned = "signed"
	rolePublic = "public"
)

// table is the one table of rights: right → role → reach, read once from rights/*.txt ("right role:reach role:reach").
var table = sync.OnceValues(func() (map[string]map[string]reach, error) {
	names, err := fs.Glob(files, "rights/*.txt")
	if err != nil {
		return nil, err
	}
	all := map[string]map[string]reach{}
	for _, name := range names {
		text, err := files.ReadFile(name)
		if err != nil {
			return nil, err
		}
		for i, line := range strings.Split(string(text), "\n") {
			words := strings.Fields(line)
			if len(words) == 0 || strings.HasPrefix(words[0], "#") {
				continue
			}
			if all[words[0]] != nil {
				return nil, fmt.Errorf("%s:%d: right %s is given twice", name, i+1, words[0])
			}
			if all[words[0]], err = readLine(words[1:]); err != nil {
				return nil, fmt.Errorf("%s:%d: %w", name, i+1, err)
			}
		}
	}
	return all, nil
})

func readLine(words []string) (map[string]reach, error) {
	roles := map[string]reach{}
	for _, w := range words {
		if w == mark {
			roles[mark] = reachAny
			continue
		}
		role, far, ok := strings.Cut(w, ":")
		if r := reach(far); !ok || !slices.Contains([]reach{reachOwn, reachUnit, reachUnion, reachAny}, r) {
			return nil, fmt.Errorf("%q is not role:reach", w)
		}
		roles[role] = reach(far)
	}
	return roles, nil
}

// Rights gives the whole table as right → role → reach, for the page of rights and for tests.
func Rights() (map[string]map[string]string, error) {
	all, err := table()
	if err != nil {
		return nil, err
	}
	out := map[string]map[string]string{}
	for right, roles := range all {
		out[right] = map[string]string{}
		for role, far := range roles {
			if role != mark {
				out[right][role] = string(far)
			}
		}
	}
	return out, nil
}

// Span is how far an actor's right goes: the whole union, some units and all beneath them, or the actor's own person.
type Span struct {
	All   bool
	Own   bool
	Paths []string
}

// None reports a span that reaches nothing.
func (s Span) None() bool { return !s.All && !s.Own && len(s.Paths) == 0 }

// Scope works out how far an actor's right reaches today. The posts in the actor are read anew for each request, so a
// withdrawn right is gone at the next one. Jobs reach everything.
func Scope(who db.Actor, right string) Span {
	all, err := table()
	if err != nil {
		return Span{}
	}
	if who.Only != nil && !slices.Contains(who.Only, right) {
		return Span{}
	}
	if who.User == "system" {
		return Span{All: true}
	}
	roles := all[right]
	var s Span
	s.add(roles[rolePublic], db.Post{}, who)
	if who.User != "" && who.User != "public" {
		s.add(roles[roleSigned], db.Post{}, who)
		if who.Person != "" {
			s.add(roles[roleWorker], db.Post{}, who)
		}
	}
	for _, p := range who.Posts {
		s.add(roles[p.Role], p, who)
	}
	return s
}

func (s *Span) add(far reach, p db.Post, who db.Actor) {
	switch far {
	case reachUnion, reachAny:
		s.All = true
	case reachUnit:
		s.Paths = append(s.Paths, p.Path)
	case reachOwn:
		s.Own = true
	}
}

// Allow says whether the actor has a right at all; how far it reaches is for Reach, Own and Where. Fault: "fault.denied".
func Allow(_ context.Context, tx *db.Tx, right string) error {
	if Scope(tx.Actor, right).None() {
		return fault.New(fault.Denied, "fault.denied")
	}
	return nil
}

// Reach says whether the right reaches an object of a unit (by its path) that belongs to a person (empty: to none).
// Fault: "fault.denied", the same for what is not there, so that nothing can be guessed.
func Reach(tx *db.Tx, right, unitPath, personID string) error {
	s := Scope(tx.Actor, right)
	if s.All || s.Own && personID != "" && personID == tx.Actor.Person {
		return nil
	}
	for _, p := range s.Paths {
		if p != "" && strings.HasPrefix(unitPath, p) {
			return nil
		}
	}
	return fault.New(fault.Denied, "fault.denied")
}

// Where gives the same check as SQL for lists: pathColumn and personColumn are constants of the caller, n the number of
// the first free parameter. It gives a condition in brackets and its arguments.
func (s Span) Where(pathColumn, personColumn, person string, n int) (string, []any) {
	if s.All {
		return "(1 = 1)", nil
	}
	var parts []string
	var args []any
	for _, p := range s.Paths {
		beneath, more := db.Beneath(pathColumn, n+len(args), p)
		parts, args = append(parts, beneath), append(args, more...)
	}
	if s.Own && personColumn != "" && person != "" {
		parts = append(parts, fmt.Sprintf("%s = $%d", personColumn, n+len(args)))
		args = append(args, person)
	}
	if len(parts) == 0 {
		return "(1 = 0)", nil
	}
	return "(" + strings.Join(parts, " or ") + ")", args
}
