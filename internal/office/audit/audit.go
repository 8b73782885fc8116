// Package audit writes down what was done, by whom, to what, and links it so that no line can be changed, taken out or
// added later without being found (S21, S33). An entry is written inside its act; the chain grows right after commit.
package audit

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"bangfu/internal/base/fault"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
)

// Entry is one line: field names, never values; ids, never names.
type Entry struct {
	UnionID, ID                                                            string
	At                                                                     int64
	Actor, Via, Act, Outcome, Fault, Kind, Object, Subject, Fields, Reason string
}

const columns = `union_id, id, at, actor, via, act, outcome, fault, kind, object, subject, fields, reason`

// Record writes the entry of an act; it is the sink that act.Host hands every act to.
func Record(ctx context.Context, tx *db.Tx, e act.Entry) error {
	id := tx.ID()
	err := db.Insert(ctx, tx, "audit_entry", Entry{UnionID: tx.Union, ID: id, At: tx.Ms(), Actor: tx.Actor.User, Via: tx.Actor.Via,
		Act: e.Act, Outcome: e.Outcome, Fault: e.Fault, Kind: e.Trail.Kind, Object: e.Trail.ID, Subject: e.Trail.Subject,
		Fields: strings.Join(e.Trail.Fields, ","), Reason: e.Trail.Reason})
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `insert into audit_wait (union_id, id) values ($1, $2)`, tx.Union, id)
	return err
}

// hash is the entry's place in the chain: SHA-256 over the previous hash and the entry's fields, each led by its length.
func (e Entry) hash(prev string) string {
	h := sha256.New()
	for _, s := range []string{prev, e.UnionID, e.ID, decimal(e.At), e.Actor, e.Via, e.Act, e.Outcome, e.Fault, e.Kind, e.Object, e.Subject, e.Fields, e.Reason} {
		h.Write([]byte(decimal(int64(len(s))) + ":" + s))
	}
	return hex.EncodeToString(h.Sum(nil))
}

func decimal(n int64) string {
	if n < 0 {
		return "-" + decimal(-n)
	}
	if n < 10 {
		return string(rune('0' + n))
	}
	return decimal(n/10) + string(rune('0'+n%10))
}

// chunk is how many entries the sealer links in one act.
const chunk = 200

type head struct {
	Seq  int64
	Hash string
}

// Link takes the entries that wait and links them; it gives how many. Run it until it gives 0. One sealer of a union
// works at a time: the head's row is locked while the chain grows.
func Link(ctx context.Context, tx *db.Tx) (int, error) {
	if _, err := tx.Exec(ctx, `insert into audit_head (union_id, seq, hash) values ($1, 0, '') on conflict do nothing`, tx.Union); err != nil {
		return 0, err
	}
	if _, err := tx.Exec(ctx, `update audit_head set seq = seq where union_id = $1`, tx.Union); err != nil {
		return 0, err
	}
	at, err := db.One[head](ctx, tx, `select seq, hash from audit_head where union_id = $1`, tx.Union)
	if err != nil {
		return 0, err
	}
	entries, err := db.All[Entry](ctx, tx, `
		select `+columns+` from audit_entry where union_id = $1 and id in (
			select id from audit_wait where union_id = $1 order by id limit $2) order by id`, tx.Union, chunk)
	if err != nil || len(entries) == 0 {
		return 0, err
	}
	for _, e := range entries {
		at = head{at.Seq + 1, e.hash(at.Hash)}
		if _, err := tx.Exec(ctx, `insert into audit_link (union_id, seq, entry_id, hash) values ($1, $2, $3, $4)`, tx.Union, at.Seq, e.ID, at.Hash); err != nil {
			return 0, err
		}
		if err := tx.Must(ctx, "fault.stale", `delete from audit_wait where union_id = $1 and id = $2`, tx.Union, e.ID); err != nil {
			return 0, err
		}
	}
	err = tx.Must(ctx, "fault.stale", `update audit_head set seq = $2, hash = $3 where union_id = $1`, tx.Union, at.Seq, at.Hash)
	return len(entries), err
}

// LinkAll links whatever waits in a union, in short acts.
func LinkAll(ctx context.Context, d *db.DB, union string) error {
	for {
		n := 0
		err := d.Update(ctx, db.System(union), func(ctx context.Context, tx *db.Tx) (err error) {
			n, err = Link(ctx, tx)
			return err
		})
		if err != nil || n == 0 {
			return err
		}
	}
}

// Checkpoint is the chain at a moment, to be kept outside: an older chain rewritten whole no longer meets it.
type Checkpoint struct {
	UnionID string `json:"union"`
	Seq     int64  `json:"seq"`
	Hash    string `json:"hash"`
	At      int64  `json:"at"`
	MAC     string `json:"mac"`
}

func (c Checkpoint) sum(tx *db.Tx) string {
	return hex.EncodeToString(tx.MAC("audit.checkpoint", []byte(c.UnionID+"\x00"+decimal(c.Seq)+"\x00"+c.Hash+"\x00"+decimal(c.At))))
}

// Mark signs the chain's head and keeps the checkpoint; write what it gives to a place outside.
func Mark(ctx context.Context, tx *db.Tx) (Checkpoint, error) {
	at, ok, err := db.Maybe[head](ctx, tx, `select seq, hash from audit_head where union_id = $1`, tx.Union)
	if err != nil || !ok {
		return Checkpoint{}, err
	}
	c := Checkpoint{UnionID: tx.Union, Seq: at.Seq, Hash: at.Hash, At: tx.Ms()}
	c.MAC = c.sum(tx)
	_, err = tx.Exec(ctx, `insert into audit_checkpoint (union_id, seq, hash, at, mac) values ($1, $2, $3, $4, $5) on conflict do nothing`,
		c.UnionID, c.Seq, c.Hash, c.At, c.MAC)
	return c, err
}

// Finding is one thing wrong with the chain.
type Finding struct {
	Seq     int64
	EntryID string
	What    string // changed, missing, gap, unlinked, checkpoint
}

// Report is the answer of Verify.
type Report struct {
	Union          string
	Entries, Links int64
	Head           string
	Waiting        int64
	Findings       []Finding
}

type linked struct {
	Seq                                                                    int64
	LinkID                                                                 string
	Link                                                                   string
	UnionID, ID                                                            string
	At                                                                     int64
	Actor, Via, Act, Outcome, Fault, Kind, Object, Subject, Fields, Reason string
}

// linkedQuery reads the chain in order, each link with its entry; looseQuery the entries that stand outside it.
const (
	linkedQuery = `select k.seq, k.entry_id as link_id, k.hash as link, coalesce(e.union_id, '') as union_id, coalesce(e.id, '') as id,
		coalesce(e.at, 0) as at, coalesce(e.actor, '') as actor, coalesce(e.via, '') as via, coalesce(e.act, '') as act,
		coalesce(e.outcome, '') as outcome, coalesce(e.fault, '') as fault, coalesce(e.kind, '') as kind, coalesce(e.object, '') as object,
		coalesce(e.subject, '') as subject, coalesce(e.fields, '') as fields, coalesce(e.reason, '') as reason
		from audit_link k left join audit_entry e on e.union_id = k.union_id and e.id = k.entry_id
		where k.union_id = $1 order by k.seq`
	looseQuery = `
		select e.id from audit_entry e where e.union_id = $1
		and not exists (select 1 from audit_link k where k.union_id = e.union_id and k.entry_id = e.id)
		and not exists (select 1 from audit_wait w where w.union_id = e.union_id and w.id = e.id) order by e.id`
)

// Verify recomputes the whole chain of a union and compares it with the links, the head and the checkpoints given.
func Verify(ctx context.Context, tx *db.Tx, outside []Checkpoint) (Report, error) {
	r := Report{Union: tx.Union}
	marks, err := db.All[Checkpoint](ctx, tx, `select union_id, seq, hash, at, mac from audit_checkpoint where union_id = $1 order by seq`, tx.Union)
	if err != nil {
		return r, err
	}
	prev, hashes := "", map[int64]string{}
	for _, c := range append(marks, outside...) {
		hashes[c.Seq] = ""
	}
	err = db.Each(ctx, tx, func(l linked) error {
		r.Links++
		if l.Seq != r.Links {
			r.Findings = append(r.Findings, Finding{l.Seq, l.LinkID, "gap"})
			r.Links = l.Seq
		}
		e := Entry{l.UnionID, l.ID, l.At, l.Actor, l.Via, l.Act, l.Outcome, l.Fault, l.Kind, l.Object, l.Subject, l.Fields, l.Reason}
		switch {
		case l.ID == "":
			r.Findings = append(r.Findings, Finding{l.Seq, l.LinkID, "missing"})
		case e.hash(prev) != l.Link:
			r.Findings = append(r.Findings, Finding{l.Seq, l.LinkID, "changed"})
		}
		prev = l.Link
		if _, want := hashes[l.Seq]; want {
			hashes[l.Seq] = l.Link
		}
		return nil
	}, linkedQuery, tx.Union)
	if err != nil {
		return r, err
	}
	r.Head = prev
	r.marks(tx, append(marks, outside...), hashes)
	return r, r.rest(ctx, tx)
}

func (r *Report) marks(tx *db.Tx, marks []Checkpoint, hashes map[int64]string) {
	for _, c := range marks {
		if c.UnionID == tx.Union && (c.Seq > 0 && hashes[c.Seq] != c.Hash || c.MAC != c.sum(tx)) {
			r.Findings = append(r.Findings, Finding{c.Seq, "", "checkpoint"})
		}
	}
}

// rest finds entries that stand outside the chain, and a head that is not the last link.
func (r *Report) rest(ctx context.Context, tx *db.Tx) (err error) {
	if r.Entries, err = db.Value[int64](ctx, tx, `select count(*) from audit_entry where union_id = $1`, tx.Union); err != nil {
		return err
	}
	if r.Waiting, err = db.Value[int64](ctx, tx, `select count(*) from audit_wait where union_id = $1`, tx.Union); err != nil {
		return err
	}
	loose, err := db.All[string](ctx, tx, looseQuery, tx.Union)
	if err != nil {
		return err
	}
	for _, id := range loose {
		r.Findings = append(r.Findings, Finding{0, id, "unlinked"})
	}
	at, ok, err := db.Maybe[head](ctx, tx, `select seq, hash from audit_head where union_id = $1`, tx.Union)
	if err == nil && (ok || r.Links > 0) && (at.Seq != r.Links || at.Hash != r.Head) {
		r.Findings = append(r.Findings, Finding{at.Seq, "", "gap"})
	}
	return err
}

// Opener opens one sealed field of a thing for a look: it answers for the object's reach and names whose data it is.
type Opener func(ctx context.Context, tx *db.Tx, id string) (text, subject string, err error)

// LookIn asks to see one sealed field, with the reason for it.
type LookIn struct {
	Kind   string `form:"kind" need:"true" max:"40"`
	ID     string `form:"id" need:"true" max:"40"`
	Field  string `form:"field" need:"true" max:"40"`
	Reason string `form:"reason" label:"查看原因" need:"true" max:"200"`
}

// Check wants a reason. Fault: "audit.reason".
func (in LookIn) Check() error {
	var l fault.List
	if len([]rune(strings.TrimSpace(in.Reason))) < 2 {
		l.Add("reason", "audit.reason")
	}
	return l.Err()
}

// Look makes the act of opening one sealed field, over the fields that app knows how to open ("person.id_no").
// One look is one entry: refused looks too.
func Look(openers map[string]Opener) act.Act[LookIn, string] {
	return act.Act[LookIn, string]{Name: "audit.look", Title: "查看保密信息", Right: "audit.look", Secret: true,
		Do: func(ctx context.Context, tx *db.Tx, in LookIn) (string, error) {
			tx.About(in.Kind, in.ID, in.Field)
			tx.Trail.Reason = in.Reason
			open := openers[in.Kind+"."+in.Field]
			if open == nil {
				return "", fault.New(fault.Missing, "fault.missing")
			}
			text, subject, err := open(ctx, tx, in.ID)
			tx.Trail.Subject = subject
			return text, err
		}}
}

// Of lists the newest entries about a thing.
func Of(ctx context.Context, tx *db.Tx, kind, object string, limit int) ([]Entry, error) {
	return db.All[Entry](ctx, tx, `select `+columns+` from audit_entry where union_id = $1 and kind = $2 and object = $3 order by id desc limit $4`,
		tx.Union, kind, object, limit)
}

// About lists the newest entries about a person: who opened or changed what of theirs, and why.
func About(ctx context.Context, tx *db.Tx, subject string, limit int) ([]Entry, error) {
	return db.All[Entry](ctx, tx, `select `+columns+` from audit_entry where union_id = $1 and subject = $2 and subject <> '' order by id desc limit $3`,
		tx.Union, subject, limit)
}

// Page lists entries older than one id (empty: the newest), for an auditor's reading; act may narrow it by its beginning.
func Page(ctx context.Context, tx *db.Tx, before, actPrefix string, limit int) ([]Entry, error) {
	return db.All[Entry](ctx, tx, `
		select `+columns+` from audit_entry where union_id = $1 and ($2 = '' or id < $2) and act like $3 order by id desc limit $4`,
		tx.Union, before, actPrefix+"%", limit)
}
