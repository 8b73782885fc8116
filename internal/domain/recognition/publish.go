package recognition

import (
	"context"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/ident"
	"bangfu/internal/base/words"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/notice"
	"bangfu/internal/office/notify"
	"bangfu/internal/office/org"
)

// A household recognised for the first time is made public before it counts (policy §1.5), unless the union has switched that off. The
// list goes up on the board, on paper only: nobody has agreed to be on a screen.

// NoticeTitle heads the 公示 of recognitions.
const NoticeTitle words.Key = "困难职工建档公示"

// publishes reports whether a yes is to be made public first. A class that a yearly review changes was public before.
func (c Case) publishes(ctx context.Context, tx *db.Tx) (bool, error) {
	v, err := org.Setting(ctx, tx, "recognition.publish")
	return v == "yes" && c.Kind == "first", err
}

// publish puts a household up for objections; Settle carries it on.
func (c *Case) publish(ctx context.Context, tx *db.Tx) error {
	w, err := person.Get(ctx, tx, c.PersonID)
	if err != nil {
		return err
	}
	u, err := org.UnitOf(ctx, tx, c.UnitID)
	if err != nil {
		return err
	}
	kin, err := person.Kin(ctx, tx, c.PersonID)
	if err != nil {
		return err
	}
	s, err := notice.Open(ctx, tx, notice.New{Kind: "recognition", ObjectID: c.ID, Title: string(NoticeTitle), Scope: notice.ScopePaper,
		Lines: []notice.Line{{Name: ident.MaskName(w.Name), Unit: u.Name, Category: c.Class.Say(words.Zh), CategoryEn: c.Class.Say(words.En),
			Barred: append(kin, c.PersonID, c.ProposedBy)}}})
	if err != nil {
		return err
	}
	return notify.Send(ctx, tx, notify.To{PersonID: c.PersonID, UnitID: c.UnitID}, notify.Text{Key: "recognition.told_public", Args: []any{c.Class, s.EndsOn}, Href: "/me/file"})
}

// Settle carries ended notices over to their recognitions: without an objection left the household is recognised, an objection found
// right refuses it, and what is no longer true goes back to whoever proposed it. It is a job and may run as often as one likes.
func Settle(ctx context.Context, tx *db.Tx) error {
	waiting, err := db.All[Case](ctx, tx, `
		select `+columns+` from recognition_case where union_id = $1 and state = 'proposed' and decided_at > 0 order by id`, tx.Union)
	if err != nil {
		return err
	}
	for _, c := range waiting {
		s, err := notice.StateOf(ctx, tx, c.ID)
		if err != nil {
			return err
		}
		if err := c.settle(ctx, tx, s); err != nil {
			return err
		}
	}
	return nil
}

func (c Case) settle(ctx context.Context, tx *db.Tx, s notice.State) error {
	var err error
	switch s {
	case notice.StateEnded:
		c.State = Recognised
		if err = c.borneOut(ctx, tx); fault.Is(err, "recognition.moved") {
			c.State = Returned
			err = notify.Send(ctx, tx, notify.To{UserID: c.ProposedBy}, notify.Text{Key: "recognition.told_moved", Href: "/desk/recognition/" + c.ID})
		} else if err == nil {
			err = c.recognise(ctx, tx)
		}
	case notice.StateUpheld, notice.StateWithdrawn:
		c.State, c.Note = Refused, words.T(words.Zh, "公示期间的异议成立")
		err = c.refuse(ctx, tx)
	case notice.StateNone, notice.StateOpen, notice.StateObjected:
		return nil
	}
	if err != nil {
		return err
	}
	return c.save(ctx, tx)
}
