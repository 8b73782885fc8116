package person

import (
	"context"
	"testing"

	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
	"bangfu/internal/office/org"
)

// An account whose login is a staff number belongs to that worker, whichever came first; another name is another person.
func TestClaim(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		err := d.Update(t.Context(), db.System("u1"), func(ctx context.Context, tx *db.Tx) error {
			if err := org.Found(ctx, tx, org.Union{Name: "示例工会", State: "setup"}); err != nil {
				return err
			}
			users := map[string]org.User{}
			for _, u := range []org.User{{Login: "G001", Name: "王敏"}, {Login: "G002", Name: "赵青"}} {
				made, err := org.AddUser(ctx, tx, u)
				if err != nil {
					return err
				}
				users[u.Login] = made
			}
			for _, c := range []struct {
				no, name string
				bound    bool
			}{{"G001", "王敏", true}, {"G002", "别人", false}, {"G003", "孙立", false}} {
				w, err := Add(ctx, tx, Draft{StaffNo: c.no, Name: c.name, UnitID: "u1"})
				if err != nil {
					return err
				}
				u, ok, err := org.UserOfPerson(ctx, tx, w.ID)
				if err != nil {
					return err
				}
				if ok != c.bound || ok && u.ID != users[c.no].ID {
					t.Errorf("%s is bound to %q: %v", c.no, u.Login, ok)
				}
				if id, err := WorkerOf(ctx, tx, c.no, c.name); err != nil || (id != "") != (c.no != "G001") {
					t.Errorf("an account %s %s would be of %q: %v", c.no, c.name, id, err)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
