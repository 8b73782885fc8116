// Command rawlimit is the smallest server in Go and SQLite for the work CASES-100K: one indexed query, JSON out, one writer
// with group commit, nothing else, on the driver the program uses. It is the limit a whole program is compared with.
//
//	SEED=100000 rawlimit ADDR FILE
//
// GET /list?status=review&union=union-7&page=1 gives 30 rows, newest first, with their total; POST /create keeps one row
// durably; GET /count says how many rows there are.
package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"
	"strconv"

	_ "modernc.org/sqlite" // the driver the program uses
)

const (
	driver  = "sqlite"
	options = "?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=busy_timeout(10000)&_txlock=immediate"
)

type rec struct {
	ID       int64  `json:"id"`
	CaseNo   string `json:"case_no"`
	Name     string `json:"applicant"`
	IDNo     string `json:"idno"`
	Union    string `json:"union_name"`
	Kind     string `json:"kind"`
	Status   string `json:"status"`
	Handler  string `json:"handler"`
	Note     string `json:"note"`
	Members  int    `json:"members"`
	Income   int    `json:"income"`
	Amount   int    `json:"amount"`
	OpenedAt int    `json:"opened"`
}

func (c rec) args() []any {
	return []any{c.CaseNo, c.Name, c.IDNo, c.Union, c.Kind, c.Status, c.Handler, c.Note, c.Members, c.Income, c.Amount, c.OpenedAt}
}

func must[T any](v T, err error) T {
	if err != nil {
		log.Panic(err)
	}
	return v
}

const (
	cols   = "case_no,applicant,idno,union_name,kind,status,handler,note,members,income,amount,opened"
	insert = "insert into cases(" + cols + ") values(?,?,?,?,?,?,?,?,?,?,?,?)"
)

func main() {
	db := open(os.Args[2], 8)
	must(db.Exec("create table if not exists cases(id integer primary key,case_no text unique,applicant text,idno text,union_name text,kind text,status text,handler text,note text,members int,income int,amount int,opened int)"))
	must(db.Exec("create index if not exists cases_list on cases(status,union_name,opened)"))
	seed(db, must(strconv.Atoi(os.Getenv("SEED"))))
	queue := make(chan create, 1024)
	go write(open(os.Args[2], 1), queue)
	http.HandleFunc("GET /list", list(db))
	http.HandleFunc("POST /create", take(queue))
	http.HandleFunc("GET /count", func(rw http.ResponseWriter, _ *http.Request) {
		var n int
		if err := db.QueryRow("select count(*) from cases").Scan(&n); err != nil {
			log.Panic(err)
		}
		fmt.Fprint(rw, n)
	})
	log.Fatal(http.ListenAndServe(os.Args[1], nil))
}

func open(file string, conns int) *sql.DB {
	db := must(sql.Open(driver, "file:"+file+options))
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	return db
}

func seed(db *sql.DB, n int) {
	status := []string{"draft", "submitted", "review", "approved", "paid"}
	tx := must(db.Begin())
	for i := range n {
		c := rec{0, fmt.Sprintf("K%08d", i), fmt.Sprintf("申请人%d", i), fmt.Sprintf("990101199%09d", i), fmt.Sprintf("union-%d", i%50), fmt.Sprintf("kind-%d", i%6),
			status[i/50%5], fmt.Sprintf("handler-%d", i%30), "说明" + strconv.Itoa(i), 1 + i%6, i % 2000000, i % 500000, i}
		must(tx.Exec(insert, c.args()...))
	}
	if err := tx.Commit(); err != nil {
		log.Panic(err)
	}
}

type create struct {
	c    *rec
	done chan error
}

// write is the one writer: creates that wait at the same time share one commit.
func write(db *sql.DB, queue <-chan create) {
	ctx := context.Background()
	wc := must(db.Conn(ctx))
	ins := must(wc.PrepareContext(ctx, insert))
	for first := range queue {
		group := []create{first}
	more:
		for len(group) < 256 {
			select {
			case x := <-queue:
				group = append(group, x)
			default:
				break more
			}
		}
		must(wc.ExecContext(ctx, "begin immediate"))
		errs := make([]error, len(group))
		for i, x := range group {
			res, err := ins.Exec(x.c.args()...)
			if errs[i] = err; err == nil {
				x.c.ID = must(res.LastInsertId())
			}
		}
		must(wc.ExecContext(ctx, "commit"))
		for i, x := range group {
			x.done <- errs[i]
		}
	}
}

func list(db *sql.DB) http.HandlerFunc {
	page := must(db.Prepare("select id," + cols + " from cases where status=? and union_name=? order by opened desc limit 30 offset ?"))
	count := must(db.Prepare("select count(*) from cases where status=? and union_name=?"))
	return func(rw http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		p := max(must(strconv.Atoi(q.Get("page"))), 1)
		var total int
		if err := count.QueryRow(q.Get("status"), q.Get("union")).Scan(&total); err != nil {
			log.Panic(err)
		}
		rows := must(page.Query(q.Get("status"), q.Get("union"), (p-1)*30))
		defer rows.Close()
		out := make([]rec, 0, 30)
		for rows.Next() {
			var c rec
			if err := rows.Scan(&c.ID, &c.CaseNo, &c.Name, &c.IDNo, &c.Union, &c.Kind, &c.Status, &c.Handler, &c.Note, &c.Members, &c.Income, &c.Amount, &c.OpenedAt); err != nil {
				log.Panic(err)
			}
			out = append(out, c)
		}
		rw.Header().Set("Content-Type", "application/json")
		answer(rw, map[string]any{"page": p, "total": total, "items": out})
	}
}

func take(queue chan<- create) http.HandlerFunc {
	return func(rw http.ResponseWriter, r *http.Request) {
		var c rec
		if err := json.NewDecoder(r.Body).Decode(&c); err != nil {
			http.Error(rw, err.Error(), http.StatusBadRequest)
			return
		}
		x := create{&c, make(chan error, 1)}
		queue <- x
		if err := <-x.done; err != nil {
			http.Error(rw, err.Error(), http.StatusConflict)
			return
		}
		answer(rw, c)
	}
}

func answer(rw http.ResponseWriter, v any) {
	if err := json.NewEncoder(rw).Encode(v); err != nil {
		log.Print(err)
	}
}
