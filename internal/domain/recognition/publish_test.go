package recognition

import (
	"context"
	"testing"

	"bangfu/internal/base/day"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/notice"
	"bangfu/internal/office/org"
)

// A first recognition counts when its notice ends without an objection; until then there is no file. An objection found right refuses
// it, and what is no longer true at the end goes back.
func TestPublicFirst(t *testing.T) {
	each(t, func(t *testing.T, h *town) {
		h.Do("system", func(ctx context.Context, tx *db.Tx) error { return org.Set(ctx, tx, "recognition.publish", "yes") })
		h.clock.SetDay(t, "2026-02-02")
		for _, tt := range []struct {
			name    string
			happens func(w person.Worker, c Case)
			want    State
		}{
			{"nothing", func(person.Worker, Case) {}, Recognised},
			{"taken down", func(_ person.Worker, c Case) {
				h.Do("system", func(ctx context.Context, tx *db.Tx) error {
					return notice.WithdrawObject(ctx, tx, c.ID, "plan.withdrawn")
				})
			}, Refused},
			{"richer", func(w person.Worker, _ Case) {
				h.Do("officer", func(ctx context.Context, tx *db.Tx) error {
					_, err := person.SetFact(ctx, tx, person.Fact{SubjectKind: person.OfHousehold, SubjectID: w.HouseholdID, Name: "income_year", Known: true,
						Value: "90000", Source: person.FromOfficer})
					return err
				})
			}, Returned},
		} {
			w := h.family("28799.99")
			c, err := run(h, "chair", Decide, DecideIn{ID: h.proposed("officer", w).ID, Answer: "yes"})
			if err != nil || c.Stands() != Public || h.file(w).ID != "" {
				t.Fatalf("%s: %s, %v", tt.name, c.Stands(), err)
			}
			h.Do("system", Settle) // its days are not over
			tt.happens(w, c)
			at := day.Day("")
			h.Do("system", func(_ context.Context, tx *db.Tx) error { at = tx.Day(); return nil })
			h.clock.SetDay(t, string(at.Add(15)))
			h.Do("system", Settle)
			h.Do("officer", func(ctx context.Context, tx *db.Tx) (err error) {
				c, err = Get(ctx, tx, c.ID)
				return err
			})
			if c.Stands() != tt.want || (h.file(w).Class == "deep") != (tt.want == Recognised) {
				t.Errorf("%s: %s with a file of class %q, want %s", tt.name, c.Stands(), h.file(w).Class, tt.want)
			}
			if n := h.counts()[Public]; n != 0 {
				t.Errorf("%s: %d are public still", tt.name, n)
			}
		}
	})
}

func (h *town) counts() (out map[State]int64) {
	h.Do("chair", func(ctx context.Context, tx *db.Tx) (err error) {
		out, err = Counts(ctx, tx, "recognition.see")
		return err
	})
	return out
}
