package app

import (
	"context"
	"fmt"
	"strings"

	"bangfu/internal/app/world"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/survey"
)

// demoSurveys has a survey of living conditions that is over and found families who never asked, one of satisfaction that is
// running, and suggestions, one of them answered.
func (h *House) demoSurveys(ctx context.Context, w *world.World) error {
	if err := h.demoLiving(ctx, w); err != nil {
		return fmt.Errorf("living conditions: %w", err)
	}
	made, err := h.demoSurvey(ctx, w, "satisfaction", w.Groups[:4])
	if err != nil {
		return err
	}
	for i, g := range w.Groups[:4] {
		for j := range 9 {
			in := survey.AnswerIn{ID: made.ID, Set: []string{"known=yes", "help=" + rung(i+j), "fair=" + rung(j), "prompt=" + rung(i), "belong=" + rung(i*j), "happy=" + rung(j+1), "want=money", "want=heart"}}
			if _, err := world.Do(ctx, w, g.Workers[j], survey.Cast, in); err != nil {
				return err
			}
		}
	}
	return h.demoSuggestions(ctx, w)
}

// rung is a step of the scale, mostly a good one.
func rung(n int) string { return fmt.Sprint(5 - n%3) }

// demoSurvey makes a survey of a questionnaire of the program and publishes it to some groups.
func (h *House) demoSurvey(ctx context.Context, w *world.World, code string, groups []world.Group) (survey.Ref, error) {
	made, err := world.Do(ctx, w, "wangmin", survey.Begin, survey.BeginIn{From: code})
	if err != nil {
		return made, err
	}
	var in survey.SetIn
	err = h.DB.View(ctx, db.System(w.Union), func(ctx context.Context, tx *db.Tx) error {
		s, err := survey.Get(ctx, tx, made.ID)
		if err != nil {
			return err
		}
		in = s.Shown()
		in.Audience = survey.Units
		for _, g := range groups {
			in.Units = append(in.Units, w.Units[g.Unit].ID)
		}
		return nil
	})
	if err != nil {
		return made, err
	}
	if _, err := world.Do(ctx, w, "wangmin", survey.Set, in); err != nil {
		return made, err
	}
	_, err = world.Do(ctx, w, "wangmin", surveys().Publish(), made)
	return made, err
}

// demoLiving asks four groups how they live; five families are in hardship for five reasons, and one wants a call.
func (h *House) demoLiving(ctx context.Context, w *world.World) error {
	groups := w.Groups[:4]
	made, err := h.demoSurvey(ctx, w, "living-conditions", groups)
	if err != nil {
		return err
	}
	well := "size=3 income=96000 rigid=6000 illness=none disaster=none disability=none schooling=none work=all contact=no"
	said := map[string]string{
		groups[0].Workers[6]: "size=3 income=60000 rigid=26400 illness=spouse disaster=none disability=none schooling=none work=all debts=20000 contact=yes",
		groups[1].Workers[6]: "size=3 income=60000 rigid=3000 illness=none disaster=disaster disability=none schooling=none work=all contact=unsure",
		groups[2].Workers[6]: "size=3 income=28799.99 rigid=8000 illness=none disaster=none disability=family schooling=none work=all contact=no",
		groups[3].Workers[6]: "size=3 income=60000 rigid=9000 illness=none disaster=none disability=none schooling=admitted work=all contact=yes",
		groups[0].Workers[7]: "size=2 income=18000 rigid=1000 illness=none disaster=none disability=none schooling=none work=family contact=no",
		groups[1].Workers[7]: strings.ReplaceAll(well, "contact=no", "contact=yes"),
	}
	for _, g := range groups {
		for _, worker := range g.Workers[5:11] {
			text, told := said[worker]
			if !told {
				text = well
			}
			in := survey.AnswerIn{ID: made.ID, Set: strings.Fields(text)}
			if _, err := world.Do(ctx, w, worker, surveys().Answer(), in); err != nil {
				return err
			}
		}
	}
	_, err = world.Do(ctx, w, "wangmin", survey.Close, survey.Ref(made))
	return err
}

func (h *House) demoSuggestions(ctx context.Context, w *world.World) error {
	g := w.Groups[0]
	for i, text := range []string{"食堂能不能多一个清淡的菜，上夜班的人也吃得上。", "倒班宿舍的热水晚上十点就停了，希望延到十二点。", "检修工具柜太高，老师傅够不着。"} {
		if _, err := world.Do(ctx, w, g.Workers[5+i], survey.Suggest, survey.SuggestIn{Topic: "life", Text: text}); err != nil {
			return err
		}
	}
	var first string
	if err := h.DB.View(ctx, db.System(w.Union), func(ctx context.Context, tx *db.Tx) error {
		all, err := survey.Box(ctx, tx)
		if err == nil && len(all) > 0 {
			first = all[len(all)-1].ID
		}
		return err
	}); err != nil {
		return err
	}
	_, err := world.Do(ctx, w, "wangmin", survey.Reply, survey.ReplyIn{ID: first, Answer: "食堂从下周起每晚加一个清淡的菜，夜班窗口开到一点。", Show: true})
	return err
}
