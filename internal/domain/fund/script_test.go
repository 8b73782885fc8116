package fund

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
)

// TestScripts plays testdata/*.txt on both engines. A line is a verb and its words; "! key" is the fault the line before
// must give (a second key is the term it names). After each script the whole ledger is verified.
func TestScripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) < 5 {
		t.Fatalf("scripts: %v, %v", files, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
				p := &player{t: t, d: d, clock: c, who: db.Actor{Union: "u1", User: "ann", Person: "p-ann"}}
				p.play(file, string(text))
				p.see(func(ctx context.Context, tx *db.Tx) error {
					_, err := Verify(ctx, tx)
					return err
				})
			})
		})
	}
}

type player struct {
	t     *testing.T
	d     *db.DB
	clock *dbtest.Clock
	who   db.Actor
}

func (p *player) play(file, text string) {
	p.t.Helper()
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		words := strings.Fields(line)
		if len(words) == 0 || line[0] == '#' || words[0] == "!" {
			continue
		}
		want := ""
		if i+1 < len(lines) && strings.HasPrefix(lines[i+1], "! ") {
			want = strings.TrimPrefix(lines[i+1], "! ")
		}
		if got := said(p.do(words)); got != want {
			p.t.Fatalf("%s:%d: %s: got %q, want %q", file, i+1, line, got, want)
		}
	}
}

// said gives the key of a fault and of the term it names; an error that is no fault speaks for itself.
func said(err error) string {
	if err == nil {
		return ""
	}
	f := fault.Of(err)
	if f.Kind == fault.Internal {
		return err.Error()
	}
	for _, a := range f.Args {
		if b, ok := a.(*Breach); ok {
			return f.Key + " " + string(b.Rule)
		}
	}
	return f.Key
}

func (p *player) see(f func(context.Context, *db.Tx) error) {
	p.t.Helper()
	if err := p.d.View(p.t.Context(), p.who, f); err != nil {
		p.t.Fatal(err)
	}
}

// do does one line.
func (p *player) do(w []string) error {
	p.t.Helper()
	opt := map[string]string{}
	for len(w) > 0 && strings.Contains(w[len(w)-1], "=") {
		k, v, _ := strings.Cut(w[len(w)-1], "=")
		opt[k], w = v, w[:len(w)-1]
	}
	switch w[0] {
	case "as":
		p.who.User, p.who.Person = w[1], "p-"+w[1]
		return nil
	case "day":
		p.clock.SetDay(p.t, w[1])
		return nil
	}
	return p.d.Update(p.t.Context(), p.who, func(ctx context.Context, tx *db.Tx) error {
		return step(ctx, tx, w, opt)
	})
}

func step(ctx context.Context, tx *db.Tx, w []string, opt map[string]string) error {
	at := func(i int) money.Amount {
		a, err := money.Parse(w[i])
		if err != nil {
			panic(err)
		}
		return a
	}
	move := func() Move { return Move{Ref: w[1], Amount: at(2), Key: w[3]} }
	switch w[0] {
	case "pocket":
		_, err := Open(ctx, tx, pocketOf(w, opt))
		return err
	case "give":
		_, err := Give(ctx, tx, Gift{Pocket: w[1], Amount: at(2), Key: w[3], Day: day.Day(opt["day"])})
		return err
	case "move":
		_, err := Shift(ctx, tx, Transfer{From: w[1], To: w[2], Amount: at(3), Key: w[4], Reason: "test"})
		return err
	case "return":
		_, err := Return(ctx, tx, ReturnIn{Pocket: w[1], Amount: at(2), Slip: w[3], Reason: "test"})
		return err
	case "reserve":
		return Reserve(ctx, tx, Hold{Ref: w[1], Pocket: w[2], Amount: at(3), Key: w[4], Use: useOf(opt)})
	case "commit":
		return Commit(ctx, tx, w[1])
	case "release":
		return Release(ctx, tx, w[1])
	case "trim":
		return Trim(ctx, tx, move())
	case "spend":
		return Spend(ctx, tx, move())
	case "recover":
		return Recover(ctx, tx, move())
	case "bounce":
		return Bounce(ctx, tx, move())
	case "resend":
		return Resend(ctx, tx, move())
	case "unpark":
		return Unpark(ctx, tx, move())
	case "close", "reopen", "reverse":
		_, err := Propose(ctx, tx, Proposal{What(w[0]), w[1], "test"})
		return err
	case "yes", "no":
		return answerTo(ctx, tx, w)
	case "order", "limit", "ask", "grant", "come", "left", "held", "union":
		return plans(ctx, tx, w, opt)
	}
	return check(ctx, tx, w)
}

// check compares figures: balance POCKET CODE, on DAY POCKET CODE, budget POCKET available reserved committed spent.
func check(ctx context.Context, tx *db.Tx, w []string) error {
	var got []money.Amount
	var err error
	one := func(a money.Amount, e error) { got, err = append(got, a), e }
	switch w[0] {
	case "balance":
		one(Balance(ctx, tx, Account{w[1], w[2]}))
		w = w[3:]
	case "on":
		one(BalanceOn(ctx, tx, day.Day(w[1]), Account{w[2], w[3]}))
		w = w[4:]
	case "budget":
		var s State
		s, err = StateOf(ctx, tx, w[1])
		got = []money.Amount{s.Available, s.Reserved, s.Committed, s.Spent}
		if err == nil && s.Bank != s.Available+s.Reserved+s.Committed+s.Parked {
			return fmt.Errorf("the bank holds %v, the budget %v", s.Bank, got)
		}
		w = w[2:]
	case "result":
		b, e := BooksOf(ctx, tx, Span{day.Day(w[1]), day.Day(w[2])}, "")
		r := b.Result()
		got, err, w = []money.Amount{r.In, r.Out}, e, w[3:]
	case "sheet":
		b, e := BooksOf(ctx, tx, Span{day.Day(w[1]), day.Day(w[1])}, "")
		s := b.BalanceSheet()
		got, err, w = []money.Amount{s.Have, s.Owed, s.Worth}, e, w[2:]
		if !s.Even() {
			return fmt.Errorf("the sheet is not even: %+v", s)
		}
	default:
		return fmt.Errorf("no verb %q", w[0])
	}
	if err != nil {
		return err
	}
	for i, a := range got {
		if a.Plain() != w[i] {
			return fmt.Errorf("got %v, want %v", got, w)
		}
	}
	return nil
}

func answerTo(ctx context.Context, tx *db.Tx, w []string) error {
	all, err := Asks(ctx, tx)
	if err != nil {
		return err
	}
	id := ""
	for _, a := range all {
		if string(a.What) == w[1] && a.Object == w[2] {
			id = a.ID
		}
	}
	_, err = Answer(ctx, tx, id, w[0] == "yes")
	return err
}

func pocketOf(w []string, opt map[string]string) NewPocket {
	n := NewPocket{
		Code: w[1], Name: "fund " + w[1], Source: Source(w[2]), Level: Level(opt["level"]), Place: opt["place"],
		Donor: opt["donor"], Wish: opt["wish"], From: day.Day(opt["from"]), Until: day.Day(opt["until"]), Manager: "m1",
	}
	n.Purposes = strings.FieldsFunc(opt["purposes"], func(r rune) bool { return r == ',' })
	_, _ = fmt.Sscan(opt["year"], &n.Year) // an empty word leaves no year
	return n
}

func useOf(opt map[string]string) Use {
	u := Use{Purpose: opt["purpose"], FileLevel: Level(opt["level"]), Place: opt["place"], Donor: opt["donor"]}
	_, _ = fmt.Sscan(opt["year"], &u.Year) // an empty word leaves no year
	return u
}
