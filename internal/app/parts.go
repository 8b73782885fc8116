package app

import (
	"context"
	"io/fs"
	"maps"
	"time"

	"bangfu/internal/domain/casefile"
	"bangfu/internal/domain/discovery"
	"bangfu/internal/domain/effect"
	"bangfu/internal/domain/intake"
	"bangfu/internal/domain/outreach"
	"bangfu/internal/domain/oversight"
	"bangfu/internal/domain/partner"
	"bangfu/internal/domain/payment"
	"bangfu/internal/domain/person"
	"bangfu/internal/domain/plan"
	"bangfu/internal/domain/recognition"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/job"
	"bangfu/internal/face/exchange/backup"
	"bangfu/internal/face/exchange/roster"
	"bangfu/internal/face/web/people"
	"bangfu/internal/office/audit"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/notice"
	"bangfu/internal/office/notify"
	"bangfu/internal/office/survey"
	"bangfu/internal/office/task"
	"bangfu/internal/programme"
	"bangfu/internal/programme/investment"
	"bangfu/internal/programme/lending"
	"bangfu/internal/programme/mutual"
	"bangfu/internal/programme/service"
	"bangfu/standards"
)

// daily is the span of what happens once a day.
const daily = 24 * time.Hour

// jobs lists what the house does by itself.
func (h *House) jobs() *job.Runner {
	r := &job.Runner{DB: h.DB, Log: h.Log, Unions: h.Unions,
		Kinds: map[string]job.Func{
			"audit.link":       func(ctx context.Context, d *db.DB, union, _ string) error { return audit.LinkAll(ctx, d, union) },
			"audit.mark":       inTx(func(ctx context.Context, tx *db.Tx) error { _, err := audit.Mark(ctx, tx); return err }),
			"act.sweep":        inTx(act.Sweep),
			"seal.rekey":       h.rekey,
			"auth.sweep":       inTx(auth.Sweep),
			"notice.due":       inTx(notice.Due),
			"plan.notices":     inTx(plan.SettleNotices),
			"recognition.end":  inTx(recognition.Settle),
			"notify.remind":    inTx(remindAll),
			"intake.drafts":    inTx(drafts),
			"file.remind":      inTx(remindFiles),
			"roster.sweep":     inTx(roster.Sweep),
			people.AdvanceJob:  people.Advance(h.desk()),
			"effect.sweep":     chunks(effect.Sweep),
			"outreach.sweep":   chunks(outreach.Sweep),
			"intake.follow":    chunks(intake.Follow),
			"plan.follow":      chunks(plan.Follow),
			"payment.follow":   chunks(payment.Follow),
			"mutual.follow":    chunks(mutual.Follow),
			"investment.watch": inTx(investment.Watch),
			"file.gone":        chunks(casefile.Gone),
			survey.SeatJob:     chunks(surveys().Seating),
			survey.RemindJob:   chunks(survey.Reminding),
			"survey.night":     inTx(survey.Night),
			"discovery.look":   chunks(discovery.Screen),
			"discovery.sweep":  chunks(discovery.Sweep),
			"discovery.seek":   chunks(discovery.Search),
			"payment.ask":      inTx(payment.AskDue),
			"loan.sweep":       chunks(lending.Sweep),
			"payment.hold":     inTx(payment.HoldGone),
			"backup.watch":     inTx(func(ctx context.Context, tx *db.Tx) error { return backup.Watch(ctx, tx, h.copies) }),
		},
		Every: []job.Every{
			{Kind: "audit.link", Span: 10 * time.Second}, {Kind: "audit.mark", Span: time.Hour}, {Kind: "act.sweep", Span: daily}, {Kind: "auth.sweep", Span: daily},
			{Kind: "seal.rekey", Span: time.Minute}, {Kind: "notice.due", Span: time.Hour}, {Kind: "plan.notices", Span: 10 * time.Minute},
			{Kind: "recognition.end", Span: 10 * time.Minute},
			{Kind: "intake.follow", Span: 10 * time.Minute}, {Kind: "plan.follow", Span: 10 * time.Minute}, {Kind: "payment.follow", Span: 10 * time.Minute}, {Kind: "mutual.follow", Span: daily}, {Kind: "investment.watch", Span: daily},
			{Kind: "notify.remind", Span: daily}, {Kind: "intake.drafts", Span: daily}, {Kind: "file.remind", Span: daily},
			{Kind: "effect.sweep", Span: daily}, {Kind: "roster.sweep", Span: daily}, {Kind: "file.gone", Span: daily},
			{Kind: "backup.watch", Span: time.Hour}, {Kind: "payment.ask", Span: daily}, {Kind: "outreach.sweep", Span: daily}, {Kind: "payment.hold", Span: daily},
			{Kind: "survey.night", Span: daily}, {Kind: survey.SeatJob, Span: daily}, {Kind: survey.RemindJob, Span: daily}, {Kind: "discovery.look", Span: 10 * time.Minute},
			{Kind: "discovery.sweep", Span: daily}, {Kind: "loan.sweep", Span: daily}, {Kind: "discovery.seek", Span: time.Minute},
		},
	}
	r.Init()
	return r
}

func inTx(f func(context.Context, *db.Tx) error) job.Func {
	return func(ctx context.Context, d *db.DB, union, _ string) error { return d.Update(ctx, db.System(union), f) }
}

// chunks runs what goes through a long list one act a chunk, each told where the last one ended.
func chunks(f func(ctx context.Context, tx *db.Tx, after string) (string, error)) job.Func {
	return func(ctx context.Context, d *db.DB, union, _ string) error {
		for after := ""; ; {
			var next string
			err := d.Update(ctx, db.System(union), func(ctx context.Context, tx *db.Tx) (err error) {
				next, err = f(ctx, tx, after)
				return err
			})
			if err != nil || next == "" {
				return err
			}
			after = next
		}
	}
}

func remindAll(ctx context.Context, tx *db.Tx) error {
	for {
		n, err := notify.Remind(ctx, tx)
		if err != nil || n == 0 {
			return err
		}
	}
}

func drafts(ctx context.Context, tx *db.Tx) error {
	if _, err := intake.RemindDrafts(ctx, tx); err != nil {
		return err
	}
	_, err := intake.DropDrafts(ctx, tx)
	return err
}

// remindFiles opens the turns of yearly reviews and follow-ups that have come due.
func remindFiles(ctx context.Context, tx *db.Tx) error {
	if _, err := casefile.Remind(ctx, tx); err != nil {
		return err
	}
	_, err := effect.Remind(ctx, tx)
	return err
}

// openers are the sealed fields a look can open, by kind and field.
func openers() map[string]audit.Opener {
	all := maps.Clone(person.Openers())
	maps.Copy(all, outreach.Openers())
	maps.Copy(all, partner.Openers())
	maps.Copy(all, discovery.Openers())
	maps.Copy(all, service.Openers())
	maps.Copy(all, oversight.Openers())
	all["objection.contact"] = notice.OpenContact
	all["survey_response.answers"] = survey.OpenAnswers
	return all
}

// todo counts what waits for the reader, for the head of the desk's pages.
func todo(ctx context.Context, tx *db.Tx, _ string) (int, error) {
	all, err := task.Counts(ctx, tx)
	n := 0
	for _, c := range all {
		n += int(c.N)
	}
	return n, err
}

// Ship gives a new union what every union starts with: the shipped programmes and the standards that judge them.
func Ship(ctx context.Context, d *db.DB, union string) error {
	return d.Update(ctx, db.System(union), func(ctx context.Context, tx *db.Tx) error {
		if err := programme.Ship(ctx, tx); err != nil {
			return err
		}
		all, err := programme.Shipped()
		if err != nil {
			return err
		}
		codes := []string{recognition.Standard}
		for _, p := range all {
			codes = append(codes, p.Standard)
		}
		for _, code := range codes {
			text, err := fs.ReadFile(standards.Files, code+".yaml")
			if err != nil {
				return err
			}
			if err := standard.Install(ctx, tx, string(text), tx.Day()); err != nil {
				return err
			}
		}
		return nil
	})
}
