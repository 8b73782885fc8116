package main

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"os"
	"sync"
	"syscall"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // pg-func speaks to the same server as ours, by the same driver
	_ "modernc.org/sqlite"             // bare-sql is on our own driver
)

const accounts = 10_000

// bareSQL is the bare work on our SQLite driver: prepared statements, one writer, one commit for each transfer (or for a
// thousand), synchronous FULL.
func bareSQL(file, mode string) side {
	var d *sql.DB
	var mu sync.Mutex
	return side{engine: "sqlite", name: "bare-sql", mode: mode,
		begin: func() (op, error) {
			if d == nil {
				var err error
				if d, err = bareOpen(file); err != nil {
					return nil, err
				}
			}
			st := [3]*sql.Stmt{}
			for i, q := range []string{"insert into transfer (idem, at) values (?, 1)", "insert into entry values (?, ?, ?), (?, ?, ?)",
				"update account set balance = balance + ? where id = ?"} {
				var err error
				if st[i], err = d.Prepare(q); err != nil {
					return nil, err
				}
			}
			begun := time.Now().UnixNano()
			return func(ctx context.Context, client, n int) (int, error) {
				mu.Lock()
				defer mu.Unlock()
				return bareWork(ctx, d, st, bareUnit{fmt.Sprintf("%x-%d-%d", begun, client, n), mode, rand.New(rand.NewPCG(uint64(client), uint64(n)))})
			}, nil
		},
		check: func() error {
			return holds(d, "select (select count(*) from transfer), (select count(*) from entry), (select sum(balance) from account)")
		}}
}

func bareOpen(file string) (*sql.DB, error) {
	d, err := sql.Open("sqlite", "file:"+file+"?_txlock=immediate&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=cache_size(-65536)")
	if err != nil {
		return nil, err
	}
	d.SetMaxOpenConns(1)
	for _, q := range []string{
		"create table account (id integer primary key, balance integer not null default 0) strict",
		"create table transfer (id integer primary key, idem text not null unique, at integer not null) strict",
		"create table entry (transfer integer not null, account integer not null, amount integer not null) strict",
		"create index entry_a on entry (account, transfer)",
		"insert into account (id) with recursive g(i) as (select 0 union all select i + 1 from g where i < 9999) select i from g",
	} {
		if _, err := d.Exec(q); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// bareUnit is one commit of the bare work.
type bareUnit struct {
	key, mode string
	r         *rand.Rand
}

func bareWork(ctx context.Context, d *sql.DB, st [3]*sql.Stmt, u bareUnit) (int, error) {
	per := 1
	if u.mode == "batch" {
		per = 1000
	}
	tx, err := d.BeginTx(ctx, nil)
	if err != nil {
		return 0, err
	}
	defer func() { _ = tx.Rollback() }() // after a commit it does nothing
	var in [3]*sql.Stmt
	for i := range st {
		in[i] = tx.StmtContext(ctx, st[i])
	}
	for i := range per {
		from, to := pair(u.r, accounts, false)
		fen := 1 + u.r.IntN(100000)
		res, err := in[0].ExecContext(ctx, fmt.Sprint(u.key, "-", i))
		if err != nil {
			return 0, err
		}
		id, err := res.LastInsertId()
		if err != nil {
			return 0, err
		}
		if _, err := in[1].ExecContext(ctx, id, from, -fen, id, to, fen); err != nil {
			return 0, err
		}
		_, err1 := in[2].ExecContext(ctx, -fen, from)
		_, err2 := in[2].ExecContext(ctx, fen, to)
		if err := errors.Join(err1, err2); err != nil {
			return 0, err
		}
	}
	return per, tx.Commit()
}

func holds(d *sql.DB, query string) error {
	var transfers, entries, sum int64
	if err := d.QueryRow(query).Scan(&transfers, &entries, &sum); err != nil {
		return err
	}
	if entries != 2*transfers || sum != 0 {
		return fmt.Errorf("%d transfers, %d entries, sum %d", transfers, entries, sum)
	}
	return nil
}

const pgSchema = `
drop schema if exists l cascade; create schema l;
create table l.account (id int primary key, balance bigint not null default 0) with (fillfactor = 70);
create table l.transfer (id bigserial primary key, idem text not null unique, at timestamptz not null default now());
create table l.entry (transfer bigint not null, account int not null, amount bigint not null);
create index on l.entry (account, transfer);
insert into l.account select g from generate_series(0, 9999) g;
create function l.post(k text, d int, c int, a bigint) returns bigint language plpgsql as $$
declare t bigint; begin
  insert into l.transfer (idem) values (k) on conflict do nothing returning id into t;
  if t is null then select id into t from l.transfer where idem = k; return -t; end if;
  insert into l.entry values (t, d, -a), (t, c, a);
  if d < c then
    update l.account set balance = balance - a where id = d;
    update l.account set balance = balance + a where id = c;
  else
    update l.account set balance = balance + a where id = c;
    update l.account set balance = balance - a where id = d;
  end if;
  return t; end $$;`

// pgFunc is the work in one function call of plain PostgreSQL.
func pgFunc(dsn, mode string) side {
	var d *sql.DB
	return side{engine: "postgres", name: "pg-func", mode: mode,
		begin: func() (op, error) {
			if d == nil {
				var err error
				if d, err = sql.Open("pgx", dsn); err != nil {
					return nil, err
				}
				d.SetMaxIdleConns(32)
				if mode == "spread" { // the first of the two makes it, the other goes on in it
					if _, err := d.Exec(pgSchema); err != nil {
						return nil, err
					}
				}
			}
			begun := time.Now().UnixNano()
			return func(ctx context.Context, client, n int) (int, error) {
				r := rand.New(rand.NewPCG(uint64(client), uint64(n)))
				from, to := pair(r, accounts, mode == "hot")
				_, err := d.ExecContext(ctx, "select l.post($1, $2, $3, $4)", fmt.Sprintf("%x-%d-%d", begun, client, n), from, to, 1+r.IntN(100000))
				return 1, err
			}, nil
		},
		check: func() error {
			return holds(d, "select (select count(*) from l.transfer), (select count(*) from l.entry), (select sum(balance)::bigint from l.account)")
		}}
}

// moving is one transfer on its way to the write-ahead limit.
type moving struct {
	key      [16]byte
	from, to int
	fen      int64
	done     chan error
}

// wal is the limit: one process, balances and keys in memory, records of 64 bytes appended to one file, one fdatasync for
// all that wait.
func wal(file string) side {
	queue := make(chan moving, 1024)
	balance, posted, off := make([]int64, accounts), int64(0), int64(0)
	var once sync.Once
	var opened error
	begin := func() {
		f, err := os.Create(file)
		if opened = err; err != nil {
			return
		}
		go func() {
			seen := map[[16]byte]struct{}{}
			for first := range queue {
				group := []moving{first}
				for more := true; more && len(group) < 8000; {
					select {
					case m := <-queue:
						group = append(group, m)
					default:
						more = false
					}
				}
				var buf []byte
				for _, m := range group {
					if _, twice := seen[m.key]; !twice {
						seen[m.key] = struct{}{}
						balance[m.from] -= m.fen
						balance[m.to] += m.fen
						buf, posted = append(buf, m.record()...), posted+1
					}
				}
				_, err := f.WriteAt(buf, off)
				off += int64(len(buf))
				err = errors.Join(err, syscall.Fdatasync(int(f.Fd())))
				for _, m := range group {
					m.done <- err
				}
			}
		}()
	}
	return side{engine: "sqlite", name: "wal", mode: "spread",
		begin: func() (op, error) {
			once.Do(begin)
			begun := uint64(time.Now().UnixNano())
			return func(_ context.Context, client, n int) (int, error) {
				r := rand.New(rand.NewPCG(uint64(client), uint64(n)))
				m := moving{fen: int64(1 + r.IntN(100000)), done: make(chan error, 1)}
				m.from, m.to = pair(r, accounts, false)
				binary.LittleEndian.PutUint64(m.key[:], begun+uint64(client))
				binary.LittleEndian.PutUint64(m.key[8:], uint64(n))
				queue <- m
				return 1, <-m.done
			}, opened
		},
		check: func() error {
			sum := int64(0)
			for _, b := range balance {
				sum += b
			}
			if sum != 0 || off != posted*64 {
				return fmt.Errorf("sum %d, %d bytes for %d transfers", sum, off, posted)
			}
			return nil
		}}
}

func (m moving) record() []byte {
	var r [64]byte
	copy(r[:], m.key[:])
	binary.LittleEndian.PutUint32(r[16:], uint32(m.from))
	binary.LittleEndian.PutUint32(r[20:], uint32(m.to))
	binary.LittleEndian.PutUint64(r[24:], uint64(m.fen))
	binary.LittleEndian.PutUint32(r[60:], crc32.ChecksumIEEE(r[:60]))
	return r[:]
}
