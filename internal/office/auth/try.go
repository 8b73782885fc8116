package auth

import (
	"context"
	"time"

	"bangfu/internal/engine/db"
)

// Try is one guess at a secret: whose, and from where. Device is the hash of a browser that signed in to this account
// before; it is counted by itself, so that wrong tries from elsewhere never shut its owner out.
type Try struct {
	Name, Address, Device string
}

// Five wrong tries cost nothing. Each one after makes that place wait, a quarter of an hour at most; after a day without
// any the count begins anew. Wrong tries from all unknown places together make unknown places wait half a minute once
// there are a hundred in an hour: guessing from many addresses is slow, and nobody is shut out for long.
const (
	freeTries  = 5
	tryMemory  = 24 * time.Hour
	wideTries  = 100
	wideMemory = time.Hour
	wideWait   = 30 * time.Second
)

// tryWait says how long the n-th wrong try makes its place wait.
func tryWait(n int64) time.Duration {
	waits := []time.Duration{1, 2, 4, 8, 15}
	if n < freeTries {
		return 0
	}
	return waits[min(n-freeTries, int64(len(waits)-1))] * time.Minute
}

// Take counts a try before it is made, so that many at once are counted too. It gives 0 when the try may be made, else
// how long to wait. Names are counted in the union InstallUnion, whatever their union and whether or not anybody has them.
// What is older than a day goes on the way.
func Take(ctx context.Context, tx *db.Tx, t Try) (time.Duration, error) {
	if _, err := tx.Exec(ctx, `delete from auth_try where union_id = $1 and last_at < $2`, tx.Union, tx.Now.Add(-tryMemory).UnixMilli()); err != nil {
		return 0, err
	}
	wait, err := count(ctx, tx, t.id(tx, t.place()), tryMemory, tryWait)
	if err != nil || wait > 0 || t.Device != "" {
		return wait, err
	}
	return count(ctx, tx, t.id(tx, ""), wideMemory, func(n int64) time.Duration {
		if n < wideTries {
			return 0
		}
		return wideWait
	})
}

func (t Try) place() string {
	if t.Device != "" {
		return "device:" + t.Device
	}
	return "address:" + t.Address
}

func (t Try) id(tx *db.Tx, place string) string { return tx.Index("auth.try", t.Name+"\x00"+place) }

// count adds one to a row unless it waits still. The wait a try brings is for the tries after it.
func count(ctx context.Context, tx *db.Tx, id string, memory time.Duration, wait func(int64) time.Duration) (time.Duration, error) {
	n, ok, err := db.Maybe[int64](ctx, tx, `
		insert into auth_try (union_id, id, failed, last_at, until_at) values ($1, $2, 1, $3, 0)
		on conflict (union_id, id) do update set
			failed = case when auth_try.last_at < $4 then 1 else auth_try.failed + 1 end, last_at = excluded.last_at
		where auth_try.until_at <= $3 returning failed`, tx.Union, id, tx.Ms(), tx.Now.Add(-memory).UnixMilli())
	if err != nil {
		return 0, err
	}
	if !ok {
		until, err := db.Value[int64](ctx, tx, `select until_at from auth_try where union_id = $1 and id = $2`, tx.Union, id)
		return time.Duration(max(until-tx.Ms(), 1)) * time.Millisecond, err
	}
	if w := wait(n); w > 0 {
		_, err = tx.Exec(ctx, `update auth_try set until_at = $3 where union_id = $1 and id = $2`, tx.Union, id, tx.Now.Add(w).UnixMilli())
	}
	return 0, err
}

// Left says how long a place must wait now, after a try that was wrong; 0 is not at all.
func Left(ctx context.Context, tx *db.Tx, t Try) (time.Duration, error) {
	until, err := db.Value[int64](ctx, tx, `select coalesce(max(until_at), 0) from auth_try where union_id = $1 and id = $2`,
		tx.Union, t.id(tx, t.place()))
	return time.Duration(max(until-tx.Ms(), 0)) * time.Millisecond, err
}

// Right forgets the count of a place after a try that was right.
func Right(ctx context.Context, tx *db.Tx, t Try) error {
	_, err := tx.Exec(ctx, `delete from auth_try where union_id = $1 and id = $2`, tx.Union, t.id(tx, t.place()))
	return err
}

// Sweep forgets sessions and secrets that ended more than a day ago.
func Sweep(ctx context.Context, tx *db.Tx) error {
	for _, q := range []string{`delete from auth_session where union_id = $1 and until < $2`, `delete from auth_secret where union_id = $1 and until < $2`} {
		if _, err := tx.Exec(ctx, q, tx.Union, tx.Now.Add(-tryMemory).UnixMilli()); err != nil {
			return err
		}
	}
	return nil
}
