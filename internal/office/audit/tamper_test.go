package audit_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
	"bangfu/internal/office/audit"
)

// tampers is how many rows are tampered with: a few hundred in the gate, BANGFU_TAMPERS=10000 by night.
func tampers(t *testing.T) int {
	t.Helper()
	if text := os.Getenv("BANGFU_TAMPERS"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	return 300
}

// errUndo is what an attack is undone with.
var errUndo = fmt.Errorf("the attack is undone")

// second builds the second verifier.
func second(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "auditcheck")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, "../../../tools/auditcheck").CombinedOutput(); err != nil {
		t.Fatalf("build: %v %s", err, out)
	}
	return program
}

// findings asks both verifiers about the chain as the act sees it; they have to agree on whether it is sound.
func findings(ctx context.Context, t *testing.T, tx *db.Tx, program, dir string, marks []audit.Checkpoint, ask bool) bool {
	t.Helper()
	r, err := audit.Verify(ctx, tx, marks)
	if err != nil {
		t.Fatal(err)
	}
	if !ask {
		return len(r.Findings) > 0
	}
	var text bytes.Buffer
	if err := audit.Export(ctx, tx, &text); err != nil {
		t.Fatal(err)
	}
	kept, err := json.Marshal(marks)
	if err != nil {
		t.Fatal(err)
	}
	export, outside := filepath.Join(dir, "export"), filepath.Join(dir, "marks")
	for name, raw := range map[string][]byte{export: text.Bytes(), outside: kept} {
		if err := os.WriteFile(name, raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(ctx, program, export, outside)
	out, err := cmd.CombinedOutput()
	code := cmd.ProcessState.ExitCode()
	if code > 1 || (code == 1) != (len(r.Findings) > 0) {
		t.Errorf("the verifiers differ: ours %v, the other %d %s %v", r.Findings, code, out, err)
	}
	return len(r.Findings) > 0
}

// Any of many random rows flipped, deleted, swapped or cut, and the whole chain rewritten with its hashes recomputed, is found
// each time against a checkpoint kept outside, by the program and by a second verifier that shares no code with it.
func TestTamperedRowsAreFound(t *testing.T) {
	program, rows, n := second(t), 120, tampers(t)
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, dir := context.Background(), t.TempDir()
		write(t, d, rows)
		var mark audit.Checkpoint
		if err := d.Update(ctx, db.System(union), func(ctx context.Context, tx *db.Tx) (err error) {
			if mark, err = audit.Mark(ctx, tx); err == nil && findings(ctx, t, tx, program, dir, []audit.Checkpoint{mark}, true) {
				t.Error("an untouched chain has findings")
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		seed := rand.Uint64()
		t.Logf("seed %d", seed)
		random := rand.New(rand.NewPCG(seed, 1))
		for i := range n {
			a := attacks()[random.IntN(len(attacks()))]
			seq := 1 + random.IntN(rows-1)
			err := d.Update(ctx, db.System(union), func(ctx context.Context, tx *db.Tx) error {
				for _, q := range a.queries {
					if _, err := tx.Exec(ctx, q, union, seq); err != nil {
						return err
					}
				}
				if a.relink {
					for done := 1; done > 0; {
						var err error
						if done, err = audit.Link(ctx, tx); err != nil {
							return err
						}
					}
				}
				if !findings(ctx, t, tx, program, dir, []audit.Checkpoint{mark}, i%10 == 0) {
					t.Errorf("%s at link %d was not found", a.name, seq)
				}
				return errUndo
			})
			if err == nil || err.Error() != errUndo.Error() {
				t.Fatalf("%s at %d: %v", a.name, seq, err)
			}
		}
	})
}

// attack changes rows behind the program's back; $2 is the link it strikes.
type attack struct {
	name    string
	queries []string
	relink  bool
}

func attacks() []attack {
	entry := `id = (select entry_id from audit_link where union_id = $1 and seq = cast($2 as bigint))`
	var out []attack
	for _, c := range []string{"actor", "via", "act", "outcome", "fault", "kind", "object", "subject", "fields", "reason"} {
		out = append(out, attack{name: "flip " + c, queries: []string{`update audit_entry set ` + c + ` = ` + c + ` || 'x' where union_id = $1 and ` + entry}})
	}
	again := []string{`delete from audit_checkpoint where union_id = $1 and $2 > 0`, `delete from audit_link where union_id = $1 and $2 > 0`,
		`update audit_head set seq = 0, hash = '' where union_id = $1 and $2 > 0`,
		`insert into audit_wait (union_id, id) select union_id, id from audit_entry where union_id = $1 and $2 > 0`}
	return append(out,
		attack{name: "flip at", queries: []string{`update audit_entry set at = at + 1 where union_id = $1 and ` + entry}},
		attack{name: "flip a hash", queries: []string{`update audit_link set hash = hash || '0' where union_id = $1 and seq = cast($2 as bigint)`}},
		attack{name: "delete an entry", queries: []string{`delete from audit_entry where union_id = $1 and ` + entry}},
		attack{name: "delete a link", queries: []string{`delete from audit_link where union_id = $1 and seq = cast($2 as bigint)`}},
		attack{name: "swap two", queries: []string{`update audit_link set entry_id = entry_id || '~' where union_id = $1 and seq in (cast($2 as bigint), cast($2 as bigint) + 1)`,
			`update audit_link set entry_id = (select substr(o.entry_id, 1, length(o.entry_id) - 1) from audit_link o where o.union_id = $1 and o.seq = cast($2 as bigint) + 1) where union_id = $1 and seq = cast($2 as bigint)`,
			`update audit_link set entry_id = (select max(e.id) from audit_entry e where e.union_id = $1 and not exists
				(select 1 from audit_link k where k.union_id = $1 and k.entry_id = e.id)) where union_id = $1 and seq = cast($2 as bigint) + 1`}},
		attack{name: "cut the tail", queries: []string{`delete from audit_link where union_id = $1 and seq > $2`,
			`delete from audit_entry where union_id = $1 and $2 > 0 and not exists (select 1 from audit_link k where k.union_id = $1 and k.entry_id = audit_entry.id)`,
			`update audit_head set seq = $2, hash = (select hash from audit_link where union_id = $1 and seq = cast($2 as bigint)) where union_id = $1`,
			`delete from audit_checkpoint where union_id = $1 and $2 > 0`}},
		attack{name: "rewrite the chain", relink: true, queries: append([]string{`update audit_entry set reason = 'rewritten' where union_id = $1 and ` + entry}, again...)},
		attack{name: "take one out and rewrite", relink: true, queries: append([]string{`delete from audit_entry where union_id = $1 and ` + entry}, again...)})
}
