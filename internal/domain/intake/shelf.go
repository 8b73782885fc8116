package intake

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"bangfu/internal/base/fault"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/db"
)

type programmeRow struct {
	UnionID, Code   string
	Version, Sort   int64
	Body, MadeBy    string
	MadeAt, EndedAt int64
}

// Keep puts a document into force as the next edition of its programme; applications begun under an earlier one keep
// theirs. The same text again changes nothing. Faults: those of Parse.
func Keep(ctx context.Context, tx *db.Tx, text []byte) (Programme, error) {
	p, err := Parse(text)
	if err != nil {
		return Programme{}, err
	}
	last, ok, err := db.Maybe[programmeRow](ctx, tx, `
		select union_id, code, version, sort, body, made_by, made_at, ended_at from intake_programme
		where union_id = $1 and code = $2 order by version desc limit 1`, tx.Union, p.Code)
	if err != nil {
		return Programme{}, err
	}
	p.Edition = last.Version
	if ok && last.EndedAt == 0 && last.Body == string(text) {
		return p, nil
	}
	if err := End(ctx, tx, p.Code); err != nil {
		return Programme{}, err
	}
	p.Edition++
	return p, db.Insert(ctx, tx, "intake_programme", programmeRow{UnionID: tx.Union, Code: p.Code, Version: p.Edition, Sort: p.Sort,
		Body: string(text), MadeBy: tx.Actor.User, MadeAt: tx.Ms()})
}

// End takes a programme out of the list; applications under way go on.
func End(ctx context.Context, tx *db.Tx, code string) error {
	_, err := tx.Exec(ctx, `update intake_programme set ended_at = $3 where union_id = $1 and code = $2 and ended_at = 0`, tx.Union, code, tx.Ms())
	return err
}

// Programmes gives the programmes in force, in menu order.
func Programmes(ctx context.Context, tx *db.Tx) ([]Programme, error) {
	rows, err := db.All[programmeRow](ctx, tx, `
		select union_id, code, version, sort, body, made_by, made_at, ended_at from intake_programme
		where union_id = $1 and ended_at = 0 order by sort, code`, tx.Union)
	if err != nil {
		return nil, err
	}
	out := make([]Programme, 0, len(rows))
	for _, r := range rows {
		p, err := r.parsed(tx)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

func (r programmeRow) parsed(tx *db.Tx) (Programme, error) {
	p, err := db.Once(tx, r.Body, Parse)
	if err != nil {
		return p, fmt.Errorf("programme %s version %d: %w", r.Code, r.Version, err)
	}
	p.Edition = r.Version
	return p, nil
}

// Document gives the text of a programme in force, for its page of editing. Fault: Missing.
func Document(ctx context.Context, tx *db.Tx, code string) (string, error) {
	return db.One[string](ctx, tx, `select body from intake_programme where union_id = $1 and code = $2 and ended_at = 0`, tx.Union, code)
}

// ProgrammeOf gives the edition an application was begun under. One that names none asks what every programme that helps
// with its cause asks: that is how an assessment comes before a kind of help is named (S05).
func ProgrammeOf(ctx context.Context, tx *db.Tx, a Application) (Programme, error) {
	if a.Programme == "" {
		all, err := Programmes(ctx, tx)
		return open(all, a.Cause), err
	}
	r, err := db.One[programmeRow](ctx, tx, `
		select union_id, code, version, sort, body, made_by, made_at, ended_at from intake_programme
		where union_id = $1 and code = $2 and version = $3`, tx.Union, a.Programme, a.Edition)
	if err != nil {
		return Programme{}, err
	}
	return r.parsed(tx)
}

// open puts together what is asked for a cause when no programme is named. With no cause yet it asks what all have in
// common.
func open(all []Programme, c Cause) Programme {
	p := Programme{Money: true}
	p.Causes = causeList()
	for _, one := range all {
		p.Urgent = p.Urgent || one.Urgent
		if c == "" || !one.Fits(c) {
			continue
		}
		for _, r := range one.About {
			if !slices.Contains(p.About, r) {
				p.About = append(p.About, r)
			}
		}
		for _, q := range one.Ask {
			if !slices.ContainsFunc(p.Ask, func(o Question) bool { return o.Fact == q.Fact && o.Of == q.Of }) {
				p.Ask = append(p.Ask, q)
			}
		}
		for _, f := range one.Proofs {
			if !slices.ContainsFunc(p.Proofs, func(o Proof) bool { return o.Code == f.Code }) {
				p.Proofs = append(p.Proofs, f)
			}
		}
	}
	if len(p.Proofs) == 0 && len(all) > 0 {
		p.Proofs = common(all)
	}
	return p
}

// common gives the papers every programme asks for.
func common(all []Programme) []Proof {
	return slices.DeleteFunc(slices.Clone(all[0].Proofs), func(f Proof) bool {
		for _, p := range all {
			if !slices.ContainsFunc(p.Proofs, func(o Proof) bool { return o.Code == f.Code && len(o.Causes) == 0 }) {
				return true
			}
		}
		return false
	})
}

func causeList() []Cause {
	var out []Cause
	for _, c := range Cause("").Choices() {
		out = append(out, Cause(c.Value))
	}
	return out
}

// Questions gives what the worker is asked for the application's cause.
func (p Programme) Questions(c Cause, by string) []Question {
	var out []Question
	for _, q := range p.Ask {
		if q.By == by && c.For(q.Causes) {
			out = append(out, q)
		}
	}
	return out
}

// Papers gives the papers asked for with a cause.
func (p Programme) Papers(c Cause) []Proof {
	var out []Proof
	for _, f := range p.Proofs {
		if c.For(f.Causes) {
			out = append(out, f)
		}
	}
	return out
}

// Paper finds a paper of the list by its code.
func (p Programme) Paper(code string) (Proof, bool) {
	i := slices.IndexFunc(p.Proofs, func(f Proof) bool { return f.Code == code })
	if i < 0 {
		return Proof{}, false
	}
	return p.Proofs[i], true
}

// named finds the programme in force of a code, "" being none. Fault: "intake.programme".
func named(ctx context.Context, tx *db.Tx, code string) (Programme, error) {
	if code == "" {
		return Programme{}, nil
	}
	r, ok, err := db.Maybe[programmeRow](ctx, tx, `
		select union_id, code, version, sort, body, made_by, made_at, ended_at from intake_programme
		where union_id = $1 and code = $2 and ended_at = 0 order by version desc limit 1`, tx.Union, code)
	if err == nil && !ok {
		err = fault.New(fault.Invalid, "intake.programme").At("programme")
	}
	if err != nil {
		return Programme{}, err
	}
	return r.parsed(tx)
}

// ForAbout reports whether a relation can be the one the help is for.
func (p Programme) ForAbout(r person.Relation) bool { return slices.Contains(p.About, r) }

func lines(s string) []string {
	var out []string
	for part := range strings.SplitSeq(s, "\n") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// Editions gives how many editions of each programme there have been, ended ones too.
func Editions(ctx context.Context, tx *db.Tx) (map[string]int64, error) {
	rows, err := db.All[programmeRow](ctx, tx, `
		select union_id, code, max(version) as version, 0 as sort, '' as body, '' as made_by, 0 as made_at, 0 as ended_at
		from intake_programme where union_id = $1 group by union_id, code`, tx.Union)
	out := map[string]int64{}
	for _, r := range rows {
		out[r.Code] = r.Version
	}
	return out, err
}
