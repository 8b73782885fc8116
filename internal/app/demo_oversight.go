package app

import (
	"context"
	"fmt"

	"bangfu/internal/app/world"
	"bangfu/internal/domain/oversight"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/org"
)

// demoOversight shows income and spending in public, and has two samples; one finding is closed, one is answered, one waits for
// its answer.
func (h *House) demoOversight(ctx context.Context, w *world.World) error {
	today := h.DB.Today()
	if _, err := world.Do(ctx, w, "admin", org.Change, org.SettingIn{Name: "disclosure.public", Value: "yes"}); err != nil {
		return err
	}
	in := oversight.DrawIn{Basis: oversight.Awards, Method: oversight.Random, From: today.Add(-90), Until: today, Size: 5}
	if _, err := world.Do(ctx, w, "yangming", oversight.Draw, in); err != nil {
		return err
	}
	in.Method, in.Size = oversight.ByRisk, 8
	s, err := world.Do(ctx, w, "yangming", oversight.Draw, in)
	if err != nil {
		return err
	}
	var items []oversight.Item
	if err := h.DB.View(ctx, db.System(w.Union), func(ctx context.Context, tx *db.Tx) (err error) {
		_, items, err = oversight.SampleOf(ctx, tx, s.ID)
		return err
	}); err != nil {
		return err
	}
	if err := demoAsked(ctx, w, h, s.ID); err != nil {
		return err
	}
	if len(items) < 4 {
		return fmt.Errorf("only %d awards were drawn", len(items))
	}
	if _, err := world.Do(ctx, w, "yangming", oversight.Pass, oversight.PassIn{Sample: s.ID, Place: 4}); err != nil {
		return err
	}
	for n, text := range []string{"档案里没有集体研究的会议纪要，请补齐或说明。", "家属的同意书没有归档，请核实。", "走访记录只有一人签名，请说明。"} {
		f, err := world.Do(ctx, w, "yangming", oversight.Find, oversight.FindIn{Award: items[n].AwardID, Sample: s.ID, Text: text, Role: "chair", Due: today.Add(10)})
		if err != nil {
			return err
		}
		if n == 0 {
			continue
		}
		if _, err := world.Do(ctx, w, "wuping", oversight.Answer, oversight.WordIn{ID: f.ID, Text: "已核实，材料已补进档案。"}); err != nil {
			return err
		}
		if n == 2 {
			if _, err := world.Do(ctx, w, "yangming", oversight.Close, oversight.WordIn{ID: f.ID, Text: "已查看补充材料，整改到位。"}); err != nil {
				return err
			}
		}
	}
	return nil
}

// demoAsked has the receivers of a sample asked: two have answered, one of them that a part did not come.
func demoAsked(ctx context.Context, w *world.World, h *House, sample string) error {
	if _, err := world.Do(ctx, w, "yangming", oversight.Ask, oversight.SampleID{Sample: sample}); err != nil {
		return err
	}
	var asked []oversight.Asked
	if err := h.DB.View(ctx, db.System(w.Union), func(ctx context.Context, tx *db.Tx) (err error) {
		asked, err = oversight.AskedOf(ctx, tx, sample)
		return err
	}); err != nil {
		return err
	}
	for i, in := range []oversight.ReplyIn{{Answer: "all", Favour: "no"}, {Answer: "part", Favour: "no", Said: "卡上少到一笔，还没弄清是哪家银行扣的。"}} {
		if i >= len(asked) {
			break
		}
		in.Asked = asked[i].ID
		if _, err := world.Do(ctx, w, "yangming", oversight.Reply, in); err != nil {
			return err
		}
	}
	return nil
}
