package person

import (
	"context"

	"bangfu/internal/base/fault"
	"bangfu/internal/engine/db"
)

// FlipBatch makes a batch visible in one act: new rows appear, changed ones are replaced and kept for the undoing, spouses
// on the roster are joined. It gives the number of workers and members that were new or changed. Faults, all Conflict:
// "person.batch_stale" when someone changed one of the rows meanwhile, "person.batch_taken" when someone took a number.
func FlipBatch(ctx context.Context, tx *db.Tx, batchID string) (int64, error) {
	if err := fresh(ctx, tx, batchID); err != nil {
		return 0, err
	}
	for _, s := range shadows() {
		for _, q := range []string{
			`insert into {next} (batch_id, op, {columns}) select $2, 'former', {columns} from {live} where union_id = $1
				and id in (select id from {next} where union_id = $1 and batch_id = $2 and op = 'change') on conflict do nothing`,
			`insert into {live} ({columns}) select {columns} from {next} where union_id = $1 and batch_id = $2 and op = 'new'`,
			`insert into {live} ({columns}) select {columns} from {next} where union_id = $1 and batch_id = $2 and op = 'change'
				on conflict (union_id, id) do update set {set}`,
		} {
			if _, err := tx.Exec(ctx, s.say(q), tx.Union, batchID); db.Taken(err) {
				return 0, fault.New(fault.Conflict, "person.batch_taken")
			} else if err != nil {
				return 0, err
			}
		}
	}
	n, err := db.Value[int64](ctx, tx, `
		select (select count(*) from person_next_worker where union_id = $1 and batch_id = $2 and op <> 'former')
			+ (select count(*) from person_next_member where union_id = $1 and batch_id = $2 and op <> 'former' and worker_id = '')`, tx.Union, batchID)
	if err != nil {
		return 0, err
	}
	if err := selves(ctx, tx, batchID); err != nil {
		return 0, err
	}
	if err := joins(ctx, tx, batchID); err != nil {
		return 0, err
	}
	if err := claim(ctx, tx); err != nil {
		return 0, err
	}
	return n, seal(ctx, tx, batchID)
}

// fresh wants that nobody changed, since it was staged, what the batch would replace.
func fresh(ctx context.Context, tx *db.Tx, batchID string) error {
	for _, s := range shadows()[1:3] { // workers and members: the others are never changed by staging
		n, err := db.Value[int64](ctx, tx, s.say(`
			select count(*) from {next} n left join {live} l on l.union_id = n.union_id and l.id = n.id
			where n.union_id = $1 and n.batch_id = $2 and n.op = 'change' and coalesce(l.version, -1) <> n.version - 1`), tx.Union, batchID)
		if err != nil {
			return err
		}
		if n > 0 {
			return fault.New(fault.Conflict, "person.batch_stale", n)
		}
	}
	return nil
}

// selves keeps the changed workers' own places in their households in step.
func selves(ctx context.Context, tx *db.Tx, batchID string) error {
	const changed = `union_id = $1 and until = '' and worker_id in
		(select id from person_next_worker where union_id = $1 and batch_id = $2 and op = 'change')`
	_, err := tx.Exec(ctx, shadows()[2].say(`insert into {next} (batch_id, op, {columns}) select $2, 'former', {columns} from {live}
		where `+changed+` on conflict do nothing`), tx.Union, batchID)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `update person_member set version = version + 1,
			name = (select w.name from person_worker w where w.union_id = person_member.union_id and w.id = person_member.worker_id),
			sex = (select w.sex from person_worker w where w.union_id = person_member.union_id and w.id = person_member.worker_id),
			birth = (select w.birth from person_worker w where w.union_id = person_member.union_id and w.id = person_member.worker_id),
			id_no_ix = (select w.id_no_ix from person_worker w where w.union_id = person_member.union_id and w.id = person_member.worker_id),
			id_mask = (select w.id_mask from person_worker w where w.union_id = person_member.union_id and w.id = person_member.worker_id)
		where `+changed, tx.Union, batchID)
	return err
}

// joins brings the households of spouses together whom the batch says are married. Two who cannot be joined stay apart;
// the officer sees both households name the other.
func joins(ctx context.Context, tx *db.Tx, batchID string) error {
	rows, err := db.All[memberRow](ctx, tx, `select `+memberColumns+` from person_member where union_id = $1 and import_id = $2
		and relation = 'spouse' and until = '' and worker_id = ''`, tx.Union, batchID)
	if err != nil {
		return err
	}
	for _, m := range rows {
		h, err := home(ctx, tx, m.HouseholdID)
		if err != nil {
			return err
		}
		w, err := Get(ctx, tx, h.HeadID)
		if err != nil {
			return err
		}
		other, ok, err := spouseOf(ctx, tx, w, m.Member)
		if err != nil {
			return err
		}
		if !ok || h.Until != "" {
			continue
		}
		if err := Join(ctx, tx, JoinIn{A: w.ID, B: other, BatchID: batchID}); err != nil && fault.Of(err).Kind != fault.Refused {
			return err
		}
	}
	return nil
}

// keepJoin keeps what a join is about to replace.
func keepJoin(ctx context.Context, tx *db.Tx, batchID string, homes [2]string) error {
	where := []string{`id in ($3, $4)`, `household_id in ($3, $4)`, `household_id in ($3, $4)`}
	for i, s := range shadows()[:3] {
		_, err := tx.Exec(ctx, s.say(`insert into {next} (batch_id, op, {columns}) select $2, 'former', {columns} from {live}
			where union_id = $1 and `+where[i]+` and not exists (select 1 from {next} n where n.union_id = $1 and n.batch_id = $2
				and n.op = 'new' and n.id = {live}.id) on conflict do nothing`), tx.Union, batchID, homes[0], homes[1])
		if err != nil {
			return err
		}
	}
	return nil
}

// seal notes the versions the rows have right after the flip: a later one means that somebody has worked with them.
func seal(ctx context.Context, tx *db.Tx, batchID string) error {
	for _, s := range shadows()[:3] {
		for _, q := range []string{
			`insert into {next} (batch_id, op, {columns}) select $2, 'change', {columns} from {live} where union_id = $1
				and id in (select id from {next} where union_id = $1 and batch_id = $2 and op = 'former')
				on conflict (union_id, batch_id, op, id) do update set version = excluded.version`,
			`update {next} set version = (select l.version from {live} l where l.union_id = {next}.union_id and l.id = {next}.id)
				where union_id = $1 and batch_id = $2 and op = 'new'`,
		} {
			if _, err := tx.Exec(ctx, s.say(q), tx.Union, batchID); err != nil {
				return err
			}
		}
	}
	return nil
}

// BatchWorkers gives the ids of the workers a batch added, and of those it changed.
func BatchWorkers(ctx context.Context, tx *db.Tx, batchID, op string) ([]string, error) {
	return db.All[string](ctx, tx, `select id from person_next_worker where union_id = $1 and batch_id = $2 and op = $3 order by id`,
		tx.Union, batchID, op)
}

// BatchTouched gives the ids, in order, of the workers of every household that a batch told something of.
func BatchTouched(ctx context.Context, tx *db.Tx, batchID string) ([]string, error) {
	return db.All[string](ctx, tx, `
		select id from person_worker where union_id = $1 and household_id in (
			select household_id from person_fact where union_id = $1 and import_id = $2
			union select household_id from person_member where union_id = $1 and import_id = $2
			union select household_id from person_next_worker where union_id = $1 and batch_id = $2 and op in ('new', 'change'))
		order by id`, tx.Union, batchID)
}

// UndoBatch takes a flipped batch back whole: what it added goes, what it replaced returns. Fault: Refused
// "person.batch_used" (how many rows somebody has worked with since).
func UndoBatch(ctx context.Context, tx *db.Tx, batchID string) error {
	if err := untouched(ctx, tx, batchID); err != nil {
		return err
	}
	if err := unclaim(ctx, tx, batchID); err != nil {
		return err
	}
	for _, s := range shadows()[:3] {
		if _, err := tx.Exec(ctx, s.say(`insert into {live} ({columns}) select {columns} from {next}
			where union_id = $1 and batch_id = $2 and op = 'former' on conflict (union_id, id) do update set {set}`), tx.Union, batchID); err != nil {
			return err
		}
	}
	if err := counted(ctx, tx); err != nil {
		return err
	}
	for _, q := range []string{
		`delete from person_fact where union_id = $1 and import_id = $2`,
		`delete from person_member where union_id = $1 and import_id = $2`,
		`delete from person_token where union_id = $1 and person_id in
			(select id from person_next_worker where union_id = $1 and batch_id = $2 and op = 'new')`,
		`delete from person_worker where union_id = $1 and id in
			(select id from person_next_worker where union_id = $1 and batch_id = $2 and op = 'new')`,
		`delete from person_household where union_id = $1 and id in
			(select id from person_next_household where union_id = $1 and batch_id = $2 and op = 'new')`,
	} {
		if _, err := tx.Exec(ctx, q, tx.Union, batchID); err != nil {
			return err
		}
	}
	return DropBatch(ctx, tx, batchID)
}

// untouched wants that nobody has worked with what the batch wrote.
func untouched(ctx context.Context, tx *db.Tx, batchID string) error {
	queries := []string{
		`select count(*) from person_fact f where f.union_id = $1 and f.import_id <> $2 and (f.household_id in
			(select id from person_next_household where union_id = $1 and batch_id = $2 and op = 'new'))`,
		`select count(*) from person_member m where m.union_id = $1 and m.import_id <> $2 and m.until = '' and m.household_id in
			(select id from person_next_household where union_id = $1 and batch_id = $2 and op = 'new')`,
		`select count(*) from person_kin k where k.union_id = $1 and (k.a_id in
			(select id from person_next_worker where union_id = $1 and batch_id = $2 and op = 'new') or k.b_id in
			(select id from person_next_worker where union_id = $1 and batch_id = $2 and op = 'new'))`,
	}
	for _, s := range shadows()[:3] {
		queries = append(queries, s.say(`select count(*) from {next} n left join {live} l on l.union_id = n.union_id and l.id = n.id
			where n.union_id = $1 and n.batch_id = $2 and n.op in ('new', 'change') and coalesce(l.version, -1) <> n.version`))
	}
	for _, q := range queries {
		n, err := db.Value[int64](ctx, tx, q, tx.Union, batchID)
		if err != nil {
			return err
		}
		if n > 0 {
			return fault.New(fault.Refused, "person.batch_used", n)
		}
	}
	return nil
}

// counted lets PostgreSQL count the tables an import has just filled: planning by their old sizes, it compared every
// search token with every staged worker. SQLite plans by the keys alone.
func counted(ctx context.Context, tx *db.Tx) error {
	if !tx.Postgres() {
		return nil
	}
	for _, q := range []string{`analyze person_next_worker`, `analyze person_token`, `analyze person_worker`} {
		if _, err := tx.Exec(ctx, q); err != nil {
			return err
		}
	}
	return nil
}
