package app

import (
	"context"
	"testing"

	"bangfu/internal/app/world"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/survey"
)

// asking has a named survey of everybody under way and a suggestion in the box.
func (m *matrix) asking(t *testing.T, w *world.World, ids map[string]string) {
	t.Helper()
	made, err := world.Do(t.Context(), w, "wangmin", survey.Begin, survey.BeginIn{From: "living-conditions"})
	must(t, err)
	ids["survey"] = made.ID
	_, err = world.Do(t.Context(), w, "wangmin", surveys().Publish(), made)
	must(t, err)
	for name := range w.Staff {
		_, err = world.Do(t.Context(), w, name, survey.Suggest, survey.SuggestIn{Topic: "care", Text: "食堂多一个清淡的菜"})
		must(t, err)
		break
	}
	must(t, m.h.DB.View(t.Context(), db.System(w.Union), func(ctx context.Context, tx *db.Tx) error {
		all, err := survey.Box(ctx, tx)
		if err == nil {
			ids["suggestion"] = all[0].ID
		}
		return err
	}))
}
