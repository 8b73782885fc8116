package roster

import (
	"context"
	"slices"
	"strings"

	"bangfu/internal/base/fault"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/org"
)

// units finds a unit by what a roster calls it: its name where there is one of that name, or names from above down, 生产部/一车间.
type units struct {
	all   []org.Unit
	paths map[string]string // unit path → "生产部/一车间"
	known map[string]org.Unit
	many  map[string]bool // names borne by several
}

func loadUnits(ctx context.Context, tx *db.Tx) (*units, error) {
	all, err := org.Units(ctx, tx)
	u := &units{all: all, paths: map[string]string{}, known: map[string]org.Unit{}, many: map[string]bool{}}
	names := map[string]string{}
	for _, one := range all {
		names[one.ID] = one.Name
		if long := names["path:"+one.ParentID]; long != "" && one.ParentID != "" {
			names["path:"+one.ID] = long + "/" + one.Name
		} else if one.ParentID != "" {
			names["path:"+one.ID] = one.Name
		}
		for _, name := range []string{one.Name, names["path:"+one.ID]} {
			key := unitKey(name)
			if other, taken := u.known[key]; taken && other.ID != one.ID {
				u.many[key] = true
			}
			u.known[key] = one
		}
		u.paths[one.Path] = names["path:"+one.ID]
	}
	return u, err
}

// unitKey drops what people write differently in a unit's name.
func unitKey(s string) string {
	return strings.NewReplacer(" ", "", "　", "", "／", "/", "\\", "/", ">", "/", "-", "/", "—", "/", "（", "(", "）", ")").Replace(strings.TrimSpace(s))
}

// find gives the unit of a name. Faults: "roster.unit_many", "roster.unit" with up to three names that come near.
func (u *units) find(name string) (org.Unit, error) {
	key := unitKey(name)
	if u.many[key] {
		return org.Unit{}, fault.New(fault.Invalid, "roster.unit_many", name)
	}
	if got, ok := u.known[key]; ok {
		return got, nil
	}
	if near := u.near(key); near != "" {
		return org.Unit{}, fault.New(fault.Invalid, "roster.unit_near", name, near)
	}
	return org.Unit{}, fault.New(fault.Invalid, "roster.unit", name)
}

// near lists up to three names that share most with the one asked for.
func (u *units) near(key string) string {
	type hit struct {
		name  string
		score int
	}
	var hits []hit
	for _, one := range u.all {
		shared := 0
		for _, r := range []rune(one.Name) {
			if strings.ContainsRune(key, r) {
				shared += 2
			}
		}
		if score := shared - len([]rune(one.Name)); score > 0 {
			hits = append(hits, hit{one.Name, score})
		}
	}
	slices.SortStableFunc(hits, func(a, b hit) int { return b.score - a.score })
	var names []string
	for _, h := range hits {
		if len(names) < 3 && !slices.Contains(names, h.name) {
			names = append(names, h.name)
		}
	}
	return strings.Join(names, "、")
}

// make builds the units a name asks for, from above down, under the union; used only while the union is being set up.
func (u *units) make(ctx context.Context, tx *db.Tx, name string) error {
	parent := tx.Union
	path := ""
	for _, part := range strings.Split(unitKey(name), "/") {
		if part == "" {
			continue
		}
		path = strings.TrimPrefix(path+"/"+part, "/")
		if got, ok := u.known[path]; ok {
			parent = got.ID
			continue
		}
		made, err := org.AddUnit(ctx, tx, parent, org.KindBranch, part)
		if err != nil {
			return err
		}
		parent = made.ID
		u.known[path] = made
		if _, taken := u.known[part]; !taken {
			u.known[part] = made
		}
	}
	return nil
}
