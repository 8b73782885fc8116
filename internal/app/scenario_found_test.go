package app

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"

	"bangfu/internal/app/world"
	"bangfu/internal/base/day"
	"bangfu/internal/domain/discovery"
	"bangfu/internal/domain/intake"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/face/exchange/roster"
	"bangfu/internal/office/audit"
)

// at WORKER ADDRESS writes down where a worker lives.
func (p *player) at(_ context.Context, l line) error {
	return p.h.DB.Update(p.t.Context(), db.System(p.w.Union), func(ctx context.Context, tx *db.Tx) error {
		return person.SetAddress(ctx, tx, p.w.Staff[l.words[1]].HouseholdID, l.words[2])
	})
}

// bring KIND WORKER:cell:cell … imports a file of what the enterprise knows, whole, as the personnel office would.
func (p *player) bring(ctx context.Context, l line) error {
	heads := map[string][]string{"pay": {"工号", "月份", "实发工资"}, "leave": {"工号", "请假类别", "开始日期", "天数"}, "news": {"工号", "事项", "日期", "金额"}}
	var file bytes.Buffer
	w := csv.NewWriter(&file)
	rows := [][]string{heads[l.words[1]]}
	for _, word := range l.words[2:] {
		cells := strings.Split(word, ":")
		rows = append(rows, append([]string{p.w.Staff[cells[0]].StaffNo}, cells[1:]...))
	}
	if err := w.WriteAll(rows); err != nil {
		return err
	}
	who, err := p.w.As(ctx, "王敏")
	if err != nil {
		return err
	}
	id, err := roster.Upload(ctx, p.h.Host, act.Call{Actor: who}, roster.UploadIn{Kind: roster.Kind(l.words[1]), File: form.NewFile("list.csv", file.Bytes())})
	if err != nil {
		return err
	}
	desk := p.h.desk()
	m, err := desk.Advance(ctx, who, id)
	if err != nil || m.Faulty+m.Twice > 0 {
		return fmt.Errorf("import: %d faulty, %d twice, %w", m.Faulty, m.Twice, err)
	}
	if _, err := roster.Confirm.Run(ctx, p.h.Host, act.Call{Actor: who}, roster.ConfirmIn{ID: id, Mode: "update"}); err != nil {
		return err
	}
	_, err = desk.Advance(ctx, who, id)
	return err
}

// strike WHO KIND PLACE DAY reports a disaster.
func (p *player) strike(ctx context.Context, l line) error {
	_, err := world.Do(ctx, p.w, l.words[1], discovery.ReportStrike, discovery.StrikeIn{Kind: discovery.Calamity(l.words[2]), Place: l.words[3], On: day.Day(l.words[4])})
	return err
}

// night does what the house does by itself to find people.
func (p *player) night(ctx context.Context, _ line) error {
	if err := chunks(discovery.Search)(ctx, p.h.DB, p.w.Union, ""); err != nil {
		return err
	}
	return chunks(discovery.Sweep)(ctx, p.h.DB, p.w.Union, "")
}

func (p *player) nameOf(id string) string {
	for name, w := range p.w.Staff {
		if w.ID == id && !strings.HasPrefix(name, "G0") {
			return name
		}
	}
	return id
}

// leads STATE WORKER:points:cause … wants exactly these leads, each with reasons that say themselves.
func (p *player) leads(ctx context.Context, l line) error {
	who, err := p.w.As(ctx, "王敏")
	if err != nil {
		return err
	}
	return p.h.DB.View(ctx, who, func(ctx context.Context, tx *db.Tx) error {
		all, err := discovery.Leads(ctx, tx, discovery.LeadQuery{State: discovery.State(l.words[1]), Limit: 100})
		got := []string{}
		for _, lead := range all {
			got = append(got, fmt.Sprintf("%s:%d:%s", p.nameOf(lead.PersonID), lead.Score, lead.Cause))
			signs, err := discovery.Signs(ctx, tx, lead.ID)
			if err != nil || lead.State == discovery.New && len(signs) == 0 {
				return fmt.Errorf("a lead without reasons: %s, %w", lead.Number, err)
			}
			for _, s := range signs {
				if said := s.Say("zh"); strings.Contains(said, "{") || strings.Contains(said, "discovery.") {
					return fmt.Errorf("a reason without its figures: %s", said)
				}
			}
		}
		want := slices.Clone(l.words[2:])
		slices.Sort(got)
		slices.Sort(want)
		if err != nil {
			return err
		}
		return same(got, want)
	})
}

// lead finds the newest lead of a worker.
func (p *player) lead(name string) (found discovery.Lead, err error) {
	err = p.see(func(ctx context.Context, tx *db.Tx) error {
		id, err := db.One[string](ctx, tx, `select max(id) from discovery_lead where union_id = $1 and person_id = $2`, tx.Union, p.w.Staff[name].ID)
		if err != nil {
			return err
		}
		found, err = discovery.LeadByID(ctx, tx, id)
		return err
	})
	return found, err
}

// report WHO WORKER[/OTHER NAME] LINE speaks up for a colleague.
func (p *player) report(ctx context.Context, l line) error {
	number, name, other := strings.Cut(l.words[2], "/")
	if !other {
		name = number
	}
	_, err := world.Do(ctx, p.w, l.words[1], discovery.Report, discovery.ReportIn{StaffNo: p.w.Staff[number].StaffNo, Name: name, Line: l.words[3]})
	return err
}

// read WHO WORKER opens what a colleague said, with a reason.
func (p *player) readNote(ctx context.Context, l line) error {
	lead, err := p.lead(l.words[2])
	if err != nil {
		return err
	}
	text, err := world.Do(ctx, p.w, l.words[1], audit.Look(openers()), audit.LookIn{Kind: "discovery_lead", ID: lead.ID, Field: "note", Reason: "联系以前了解情况"})
	if err == nil && text != "家里好像出事了" {
		err = fmt.Errorf("read %q", text)
	}
	return err
}

// consent WHO WORKER yes|no answers whether the union may call.
func (p *player) consent(ctx context.Context, l line) error {
	lead, err := p.lead(l.words[2])
	if err != nil {
		return err
	}
	after, err := world.Do(ctx, p.w, l.words[1], discovery.Answer, discovery.AnswerIn{ID: lead.ID, Answer: discovery.Consent(l.words[3])})
	if err == nil && l.words[3] == "no" && len(after.Note) > 0 {
		err = fmt.Errorf("what was said is still kept")
	}
	return err
}

// touch WHO WORKER writes down that a family was spoken to.
func (p *player) touch(ctx context.Context, l line) error {
	lead, err := p.lead(l.words[2])
	if err != nil {
		return err
	}
	_, err = world.Do(ctx, p.w, l.words[1], discovery.Touch, discovery.ContactIn{ID: lead.ID, On: day.Of(p.h.DB.Now()), Way: "phone", Reached: true, Note: "说了家里的情况"})
	return err
}

// conclude WHO WORKER OUTCOME [ROOT], apply= begins an application of that programme.
func (p *player) conclude(ctx context.Context, l line) error {
	lead, err := p.lead(l.words[2])
	if err != nil {
		return err
	}
	in := discovery.ConcludeIn{ID: lead.ID, Outcome: discovery.Outcome(l.words[3]), Apply: l.opt["apply"] != "", Programme: l.opt["apply"]}
	if len(l.words) > 4 {
		in.Root = discovery.Root(l.words[4])
	}
	_, err = world.Do(ctx, p.w, l.words[1], discovery.Conclude, in)
	return err
}

// goesOn WORKER PROGRAMME wants the draft that a lead was turned into.
func (p *player) goesOn(_ context.Context, l line) error {
	return p.see(func(ctx context.Context, tx *db.Tx) error {
		a, ok, err := intake.DraftOf(ctx, tx, p.w.Staff[l.words[1]].ID)
		if err != nil || !ok {
			return fmt.Errorf("no draft, %w", err)
		}
		lead, err := p.lead(l.words[1])
		if err != nil {
			return err
		}
		return same([]string{a.Programme, a.ID}, []string{l.words[2], lead.Application})
	})
}

// signals CODE:points:true:false … wants what outcomes made of the signals.
func (p *player) signals(_ context.Context, l line) error {
	return p.see(func(ctx context.Context, tx *db.Tx) error {
		for _, word := range l.words[1:] {
			s, err := discovery.SignalOf(ctx, tx, discovery.Code(strings.Split(word, ":")[0]))
			if err != nil {
				return err
			}
			if err := same(fmt.Sprintf("%s:%d:%d:%d", s.Code, s.Points(), s.Hits, s.Misses), word); err != nil {
				return err
			}
		}
		return nil
	})
}
