package main

import (
	"context"
	"fmt"

	"bangfu/internal/app"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/audit"
	"bangfu/internal/office/org"
	"bangfu/tools/load"
)

// groups is how many department groups the cases lie in, as the work says.
const groups = 50

// states are those the cases are in, a fifth each.
const states = 5

// seeded is a house full of cases.
type seeded struct {
	union   *load.Union
	unit    string // the group whose cases are listed
	leader  load.Who
	officer load.Who
	cases   int
	spare   int // workers without a case, for creates
}

// seed founds a union by the program's own acts, and then lays workers and cases beside those it has, in one statement each:
// the same columns, valid values, no sealed text.
func seed(ctx context.Context, cfg app.Config, cases, spare int) (s *seeded, err error) {
	s = &seeded{cases: cases, spare: spare}
	if s.union, err = load.Found(ctx, cfg, 1, 8); err != nil {
		return nil, err
	}
	h, err := app.Open(ctx, cfg)
	if err != nil {
		return nil, err
	}
	err = s.fill(ctx, h.DB)
	if bad := h.Close(); err == nil {
		err = bad
	}
	return s, err
}

// part is how many lines of a group are laid in one act: an act has its time.
const part = 1000

func (s *seeded) fill(ctx context.Context, d *db.DB) error {
	var units []org.Unit
	err := d.Update(ctx, db.System(s.union.ID), func(ctx context.Context, tx *db.Tx) (err error) {
		units, err = s.grow(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	for i, u := range units {
		// worker n goes to the group n mod 50; the first of them have a case, the others none yet
		people, files := (s.cases+s.spare)/groups, s.cases/groups
		for at := 0; at < people; at += part {
			err := d.Update(ctx, db.System(s.union.ID), func(ctx context.Context, tx *db.Tx) error {
				for _, lay := range []struct {
					statement string
					until     int
				}{{households, people}, {workers, people}, {cases, files}} {
					if at >= lay.until {
						continue
					}
					if _, err := tx.Exec(ctx, lay.statement, tx.Union, u.ID, u.Path, i, groups, at, min(at+part, lay.until)); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// grow adds groups until there are enough, and finds the leader whose cases are listed.
func (s *seeded) grow(ctx context.Context, tx *db.Tx) (out []org.Unit, err error) {
	all, err := org.Units(ctx, tx)
	if err != nil {
		return nil, err
	}
	for _, u := range all {
		if u.Kind == org.KindGroup {
			out = append(out, u)
		}
	}
	branch := out[0].ParentID
	for len(out) < groups {
		u, err := org.AddUnit(ctx, tx, branch, org.KindGroup, fmt.Sprintf("第%d工会小组", len(out)+1))
		if err != nil {
			return nil, err
		}
		out = append(out, u)
	}
	s.unit = out[0].ID
	lead, err := org.Holders(ctx, tx, org.RoleGroupLeader, s.unit)
	if err != nil || len(lead) == 0 {
		return nil, fmt.Errorf("the first group has no leader: %w", err)
	}
	s.leader, s.officer = s.union.Staff[lead[0].Name], s.union.Staff["wangmin"]
	return out, nil
}

// kept counts the drafts there are and verifies the audit's chain over all that was done.
func (s *seeded) kept(ctx context.Context, cfg app.Config) (drafts int64, err error) {
	h, err := app.Open(ctx, cfg)
	if err != nil {
		return 0, err
	}
	if err = audit.LinkAll(ctx, h.DB, s.union.ID); err == nil {
		err = h.DB.View(ctx, db.System(s.union.ID), func(ctx context.Context, tx *db.Tx) error {
			if drafts, err = db.Value[int64](ctx, tx, `select count(*) from intake_application where union_id = $1 and state = 'draft'`, tx.Union); err != nil {
				return err
			}
			r, err := audit.Verify(ctx, tx, nil)
			if err == nil && len(r.Findings)+int(r.Waiting) > 0 {
				err = fmt.Errorf("the audit does not verify: %d waiting, findings %v", r.Waiting, r.Findings)
			}
			return err
		})
	}
	if bad := h.Close(); err == nil {
		err = bad
	}
	return drafts, err
}

// number is the n of worker n, of ids and of names, eight digits.
const number = `substr(cast(100000000 + n.i * $5 + $4 as text), 2)`

// upTo counts from $6 up to $7.
const upTo = `with recursive n (i) as (select cast($6 as bigint) union all select i + 1 from n where i + 1 < $7) `

const households = `insert into person_household (union_id, id, head_id, since, until, into_id, import_id, version, created_at) ` + upTo + `
	select $1, 'bench-h-' || ` + number + `, 'bench-w-' || ` + number + `, '2020-01-01', '', '', '', 1, 1790000000000 from n
	where $2 <> '' and $3 <> ''`

const workers = `insert into person_worker (union_id, id, staff_no, name, sort_key, search, sex, birth, id_kind, id_no_ix, id_mask, phone_ix, phone_mask,
		card_ix, card_tail, card_holder, card_relation, card_bank, card_branch, card_at, unit_id, unit_path, household_id, post, employment, union_member,
		entry_on, pay, pay_known, status, status_on, status_note, import_id, version, created_at, changed_at) ` + upTo + `
	select $1, 'bench-w-' || ` + number + `, 'B' || ` + number + `, '张工' || ` + number + `, 'zhang gong ' || ` + number + `, '张工 zhanggong zg b' || ` + number + `,
		'male', '1980-01-01', '', '', '', '', '', '', '', '', '', '', '', 0, $2, $3, 'bench-h-' || ` + number + `, '工人', 'regular', 1,
		'2015-07-01', 300000, 1, 'active', '', '', '', 1, 1790000000000, 1790000000000 from n`

const cases = `insert into intake_application (union_id, id, number, person_id, household_id, unit_id, unit_path, programme, edition, cause, others, about_id,
		emergency, state, back_to, filed_by, filed_how, filer_name, filer_relation, confirmed, confirm_paper, pages, roster_note, signed, officer_id, barred,
		due, keep_until, reminded_on, started_at, submitted_on, ended_on, reason, note, doors, version) ` + upTo + `
	select $1, 'bench-a-' || ` + number + `, 'B-' || ` + number + `, 'bench-w-' || ` + number + `, 'bench-h-' || ` + number + `, $2, $3, 'disaster', 1, 'calamity', '', '',
		0, case n.i % 5 when 0 then 'submitted' when 1 then 'verifying' when 2 then 'panel' when 3 then 'decided' else 'refused' end, '', 'bench', 'self', '', '', '',
		'', '', '', '', '', '', '2026-12-31', '', '', 1790000000000, '2026-10-01', '', '', '', '', 1 from n`
