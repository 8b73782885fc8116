package dbtest

import (
	"strings"
	"testing"
)

// The rule is shown statements that Citus would send to one node, and such as it would not.
func TestShardRule(t *testing.T) {
	s, err := loadShards()
	if err != nil || !s.spread["org_user"] || s.spread["org_union"] || s.spread["auth_directory"] {
		t.Fatal(err, s)
	}
	for _, tt := range []struct {
		query, bad string
		args       []any
		strayed    string
	}{
		{"select id from org_user where union_id = $1 and login = $2", "", []any{"u2"}, ""},
		{"select name from org_union order by name", "", nil, ""},
		{"select id from org_user where login = $1", "org_user", nil, ""},
		{"select id from org_user where 'union_id = $1' = $2", "org_user", nil, ""},
		{"select u.id from org_user u join org_post p on p.union_id = u.union_id and p.user_id = u.id where u.union_id = $1", "", nil, ""},
		{"select u.id from org_user u join org_post p on p.user_id = u.id where u.union_id = $1", "org_post", nil, ""},
		{"select u.id from org_user u, org_post p where u.union_id = $1", "org_post", nil, ""},
		{"select u.id from org_user u where u.union_id = $1 and exists (select 1 from org_post p where p.union_id = u.union_id)", "", nil, ""},
		{"select u.id from org_user u where u.union_id = $1 and exists (select 1 from org_post p where p.user_id = u.id)", "org_post", nil, ""},
		{"select id from org_user where union_id = $1 union all select id from org_unit", "org_unit", nil, ""},
		{"select count(*) from (select id from org_user) x", "org_user", nil, ""},
		{"update org_user set name = $2 where union_id = $1", "", []any{"u1", "x"}, ""},
		{"update org_user set name = $2 where union_id = $1", "", []any{"u2", "x"}, "u2"},
		{"update org_user set name = $1 where id = $2", "org_user", []any{"x", "y"}, ""},
		{"delete from org_user", "org_user", nil, ""},
		{"insert into org_setting (union_id, name, value) values ($1, $2, $3) on conflict (union_id, name) do update set value = excluded.value", "", []any{"u1", "a", "b"}, ""},
		{"insert into org_setting (union_id, name, value) values ($1, $2, $3)", "", []any{"u2", "a", "b"}, "u2"},
		{"insert into org_setting (union_id, name, value) values (?, ?, ?), (?, ?, ?)", "", []any{"u1", "a", "b", "u2", "c", "d"}, "u2"},
		{"insert into org_setting (name, value) values ($1, $2)", "says no union", nil, ""},
		{"insert into org_setting (union_id, name, value) select union_id, id, name from org_user where union_id = $1", "", []any{"u1"}, ""},
		{"insert into org_setting (union_id, name, value) select union_id, id, name from org_user", "org_user", nil, ""},
	} {
		p := s.plan(tt.query)
		if (p.bad == "") != (tt.bad == "") || !strings.Contains(p.bad, tt.bad) {
			t.Errorf("%s: found %q, want %q", tt.query, p.bad, tt.bad)
		}
		if p.bad == "" && p.strayed("u1", tt.args) != tt.strayed {
			t.Errorf("%s %v: strayed to %q, want %q", tt.query, tt.args, p.strayed("u1", tt.args), tt.strayed)
		}
	}
}
