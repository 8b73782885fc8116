package app

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"bangfu/internal/app/world"
	"bangfu/internal/domain/discovery"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/survey"
)

// latest gives the newest survey.
func (p *player) latest() (s survey.Survey, err error) {
	err = p.see(func(ctx context.Context, tx *db.Tx) error {
		all, err := survey.List(ctx, tx, "")
		if err == nil {
			s = all[0]
		}
		return err
	})
	return s, err
}

// survey WHO TEMPLATE makes a survey from a questionnaire of the program and publishes it to everybody.
func (p *player) survey(ctx context.Context, l line) error {
	made, err := world.Do(ctx, p.w, l.words[1], survey.Begin, survey.BeginIn{From: l.words[2]})
	if err != nil {
		return err
	}
	_, err = world.Do(ctx, p.w, l.words[1], surveys().Publish(), made)
	return err
}

// says WORKER … code=answer hands in the same answers for each; a code with commas ticks several.
func (p *player) says(ctx context.Context, l line) error {
	s, err := p.latest()
	if err != nil {
		return err
	}
	in := survey.AnswerIn{ID: s.ID}
	for code, value := range l.opt {
		for one := range strings.SplitSeq(value, ",") {
			in.Set = append(in.Set, code+"="+one)
		}
	}
	slices.Sort(in.Set)
	a := surveys().Answer()
	if s.Nameless() {
		a = survey.Cast
	}
	for _, name := range l.words[1:] {
		if _, err := world.Do(ctx, p.w, name, a, in); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// paper WHO WORKER code=answer types in what a worker wrote by hand.
func (p *player) paper(ctx context.Context, l line) error {
	s, err := p.latest()
	if err != nil {
		return err
	}
	in := survey.TypeIn{ID: s.ID, StaffNo: p.w.Staff[l.words[2]].StaffNo}
	for code, value := range l.opt {
		in.Set = append(in.Set, code+"="+value)
	}
	slices.Sort(in.Set)
	_, err = world.Do(ctx, p.w, l.words[1], surveys().Type(), in)
	return err
}

// closed WHO ends the survey; what the house does at night follows.
func (p *player) closed(ctx context.Context, l line) error {
	s, err := p.latest()
	if err != nil {
		return err
	}
	if _, err := world.Do(ctx, p.w, l.words[1], survey.Close, survey.Ref{ID: s.ID}); err != nil {
		return err
	}
	return chunks(discovery.Screen)(ctx, p.h.DB, p.w.Union, "")
}

// unhelped WHO WORKER:cause:programme … wants exactly these on the list of those found, with reasons, in any order.
func (p *player) unhelped(ctx context.Context, l line) error {
	who, err := p.w.As(ctx, l.words[1])
	if err != nil {
		return err
	}
	return p.h.DB.View(ctx, who, func(ctx context.Context, tx *db.Tx) error {
		ended, err := survey.Ended(ctx, tx)
		if err != nil {
			return err
		}
		all, err := discovery.List(ctx, tx, ended[0].ID)
		if err != nil {
			return err
		}
		got := []string{}
		for _, f := range all {
			met, err := f.Met()
			if err != nil || f.Hard == 1 && (len(met) == 0 || len(met[0].Clauses) == 0) {
				return fmt.Errorf("found without reasons: %s, %w", f.Found, err)
			}
			for name, w := range p.w.Staff {
				if w.ID == f.PersonID && !strings.HasPrefix(name, "G0") {
					got = append(got, name+":"+f.Cause+":"+f.Programme)
				}
			}
		}
		slices.Sort(got)
		want := slices.Clone(l.words[2:])
		slices.Sort(want)
		return same(got, want)
	})
}

// result CODE N OPTION=count … wants what came of a question of the newest survey; a count of ? is hidden.
func (p *player) result(_ context.Context, l line) error {
	s, err := p.latest()
	if err != nil {
		return err
	}
	return p.see(func(ctx context.Context, tx *db.Tx) error {
		all, _, err := survey.Results(ctx, tx, s)
		if err != nil {
			return err
		}
		for _, r := range all {
			if r.Question.Code != l.words[1] {
				continue
			}
			if err := same(r.N, l.words[2]); err != nil {
				return err
			}
			for i, o := range r.Question.Picks() {
				got := fmt.Sprint(r.Cells[i].N)
				if r.Cells[i].Hidden {
					got = "?"
				}
				if want, ok := l.opt[o.Value]; ok && got != want {
					return fmt.Errorf("%s %s: got %s, want %s", l.words[1], o.Value, got, want)
				}
			}
			return nil
		}
		return fmt.Errorf("no question %s", l.words[1])
	})
}

// suggest WORKER TEXT makes one, nameless=1 without a name.
func (p *player) suggest(ctx context.Context, l line) error {
	a := survey.Suggest
	if l.opt["nameless"] != "" {
		a = survey.SuggestNameless
	}
	_, err := world.Do(ctx, p.w, l.words[1], a, survey.SuggestIn{Topic: "care", Text: l.words[2]})
	return err
}
