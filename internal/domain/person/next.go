package person

import (
	"context"
	"fmt"
	"strings"

	"bangfu/internal/base/fault"
	"bangfu/internal/engine/db"
)

// A batch is what one import is about to write: laid beside the roster in chunks, made visible by one flip, and taken back
// whole from the rows it replaced. Nothing outside this file sees a batch before its flip.

// shadow is a table with its twin that holds a batch.
type shadow struct{ name, columns string }

func shadows() []shadow {
	return []shadow{{"household", homeColumns}, {"worker", workerColumns}, {"member", memberColumns}, {"fact", factColumns}}
}

// say puts the table and its columns into a statement.
func (s shadow) say(query string) string {
	var set []string
	for _, c := range strings.Split(s.columns, ",") {
		if c = strings.TrimSpace(c); c != "union_id" && c != "id" {
			set = append(set, c+" = excluded."+c)
		}
	}
	return strings.NewReplacer("{live}", "person_"+s.name, "{next}", "person_next_"+s.name, "{columns}", s.columns,
		"{set}", strings.Join(set, ", ")).Replace(query)
}

// staged is the head of a row in a batch.
type staged struct{ BatchID, Op string }

type nextHome struct {
	staged
	homeRow
}

type nextWorker struct {
	staged
	worker
}

type nextMember struct {
	staged
	memberRow
}

type nextFact struct {
	staged
	factRow
}

// batch gathers the rows of a chunk.
type batch struct {
	id      string
	homes   []nextHome
	workers []nextWorker
	members []nextMember
	facts   []nextFact
	tokens  []token
}

func (b *batch) write(ctx context.Context, tx *db.Tx) error {
	if err := db.InsertAll(ctx, tx, "person_next_household", b.homes); err != nil {
		return err
	}
	if err := db.InsertAll(ctx, tx, "person_next_worker", b.workers); err != nil {
		return err
	}
	if err := db.InsertAll(ctx, tx, "person_next_member", b.members); err != nil {
		return err
	}
	if err := db.InsertAll(ctx, tx, "person_next_fact", b.facts); err != nil {
		return err
	}
	return db.InsertNew(ctx, tx, "person_token", b.tokens)
}

func (b *batch) fact(rows []factRow) {
	for _, f := range rows {
		b.facts = append(b.facts, nextFact{staged{b.id, "new"}, f})
	}
}

// StageWorkers lays drafts ready in a batch: those whose ID is known change a worker, the others are new.
func StageWorkers(ctx context.Context, tx *db.Tx, batchID string, all []Staged) error {
	b := &batch{id: batchID}
	for _, s := range all {
		var err error
		if s.ID == "" {
			err = b.fresh(tx, s.Draft)
		} else {
			err = b.change(ctx, tx, s)
		}
		if err != nil {
			return err
		}
	}
	return b.write(ctx, tx)
}

// Staged is a draft for a worker; an empty ID is a new worker. Version is the one the person saw; 0 asks for none.
type Staged struct {
	ID      string
	Version int64
	Draft   Draft
}

func (b *batch) fresh(tx *db.Tx, d Draft) error {
	n, err := makeWorker(tx, d, FromRoster, b.id)
	if err != nil {
		return err
	}
	b.homes = append(b.homes, nextHome{staged{b.id, "new"}, n.home})
	b.workers = append(b.workers, nextWorker{staged{b.id, "new"}, n.worker})
	b.members = append(b.members, nextMember{staged{b.id, "new"}, n.member})
	b.fact(n.facts)
	b.tokens = append(b.tokens, tokensOf(tx, n.worker.ID, n.tokens)...)
	return nil
}

func (b *batch) change(ctx context.Context, tx *db.Tx, s Staged) error {
	w, err := row(ctx, tx, s.ID)
	if err != nil {
		return err
	}
	fields, tokens, err := s.Draft.lay(tx, &w)
	if err != nil || len(fields) == 0 {
		return err
	}
	origin := w.ImportID
	w.ImportID = b.id
	facts, err := jobFacts(tx, w, fields, FromRoster)
	w.ImportID = origin
	b.workers = append(b.workers, nextWorker{staged{b.id, "change"}, w})
	b.fact(facts)
	b.tokens = append(b.tokens, tokensOf(tx, w.ID, tokens)...)
	return err
}

// StageMembers lays members ready in a batch: those found in the worker's household already are changed, the others are new.
func StageMembers(ctx context.Context, tx *db.Tx, batchID string, all []NewMember) error {
	b := &batch{id: batchID}
	for _, n := range all {
		w, err := row(ctx, tx, n.WorkerID)
		if err != nil {
			return err
		}
		h, err := Household(ctx, tx, w.HouseholdID)
		if err != nil {
			return err
		}
		n.Source = FromRoster
		m, _, err := n.rows(tx, w, h)
		if err != nil {
			return err
		}
		if err := b.member(ctx, tx, h, m); err != nil {
			return err
		}
	}
	return b.write(ctx, tx)
}

func (b *batch) member(ctx context.Context, tx *db.Tx, h Home, m memberRow) error {
	m.ImportID = b.id
	if old, ok := h.standing(m.Member); ok {
		was, err := memberByID(ctx, tx, old.ID)
		if err != nil {
			return err
		}
		m = was.over(m.Member)
		b.members = append(b.members, nextMember{staged{b.id, "change"}, m})
	} else {
		b.members = append(b.members, nextMember{staged{b.id, "new"}, m})
	}
	said := m.Member
	said.ImportID = b.id
	facts, err := memberFacts(tx, said, FromRoster)
	b.fact(facts)
	return err
}

// standing finds a member in the household who is the human meant.
func (h Home) standing(m Member) (Member, bool) {
	for _, o := range h.Members {
		if o.WorkerID == "" && sameHuman(o, m) && (o.Relation == m.Relation || o.IDNoIx == m.IDNoIx && m.IDNoIx != "") {
			return o, true
		}
	}
	return Member{}, false
}

// over lays what is said of a member on the row that stands; what is not said stays. The document and the days stay too.
func (m memberRow) over(n Member) memberRow {
	m.Version++
	m.Health, m.Disability, m.Disease = or(n.Health, m.Health), or(n.Disability, m.Disability), or(n.Disease, m.Disease)
	m.Schooling, m.Employment, m.Workplace = or(n.Schooling, m.Schooling), or(n.Employment, m.Employment), or(n.Workplace, m.Workplace)
	m.Dependent, m.Grade = or(n.Dependent, m.Dependent), or(n.Grade, m.Grade)
	if n.IncomeKnown {
		m.Income, m.IncomeKnown = n.Income, true
	}
	return m
}

func or[T comparable](a, b T) T {
	if a == *new(T) {
		return b
	}
	return a
}

// MemberOutcome says what staging a member would do: "new", "changed" or "same".
func MemberOutcome(ctx context.Context, tx *db.Tx, n NewMember) (string, error) {
	w, err := row(ctx, tx, n.WorkerID)
	if err != nil {
		return "", err
	}
	h, err := Household(ctx, tx, w.HouseholdID)
	if err != nil {
		return "", err
	}
	m, _, err := n.rows(tx, w, h)
	if err != nil {
		return "", err
	}
	old, ok := h.standing(m.Member)
	switch {
	case !ok:
		for _, o := range h.Members {
			if m.Relation == RelSpouse && o.Relation == RelSpouse {
				if o.WorkerID != "" && (o.IDNoIx == m.IDNoIx || m.IDNoIx == "" && o.Name == m.Name) {
					return "same", nil
				}
				return "", fault.New(fault.Invalid, "person.spouse_twice")
			}
		}
		return "new", nil
	case memberRow{Member: old}.over(m.Member).Member == bumped(old):
		return "same", nil
	}
	return "changed", nil
}

func bumped(m Member) Member {
	m.Version++
	return m
}

// StageFacts lays facts about workers' households ready in a batch.
func StageFacts(ctx context.Context, tx *db.Tx, batchID string, all []Fact) error {
	b := &batch{id: batchID}
	for _, f := range all {
		f.Source, f.ImportID = FromRoster, batchID
		r, err := makeFact(ctx, tx, f)
		if err != nil {
			return err
		}
		b.fact([]factRow{r})
	}
	return b.write(ctx, tx)
}

// CheckFactValue says whether a value can stand under a name, before anything is staged.
func CheckFactValue(tx *db.Tx, f Fact) error {
	f.Source = FromRoster
	_, err := prepared(tx, f)
	return err
}

// DropBatch takes away what a batch laid ready, before its flip or once it can no longer be undone.
func DropBatch(ctx context.Context, tx *db.Tx, batchID string) error {
	for _, s := range shadows() {
		if _, err := tx.Exec(ctx, s.say(`delete from {next} where union_id = $1 and batch_id = $2`), tx.Union, batchID); err != nil {
			return fmt.Errorf("drop batch: %w", err)
		}
	}
	return nil
}
