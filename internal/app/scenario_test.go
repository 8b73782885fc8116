package app

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"bangfu/internal/app/world"
	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
	"bangfu/internal/domain/fund"
	"bangfu/internal/domain/intake"
	"bangfu/internal/domain/payment"
	"bangfu/internal/domain/person"
	"bangfu/internal/domain/plan"
	"bangfu/internal/domain/recognition"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
	"bangfu/internal/office/notice"
)

// TestScenarios plays testdata/*.txt, the scenarios of the articles, on both engines. A line is a verb, its words and its
// name=value; "! key words" is the fault that the line before must give, and what its sentence must say. After each script
// the books balance, the ledger and the audit verify, and every verdict replays equal.
func TestScenarios(t *testing.T) {
	files, err := filepath.Glob("testdata/scenario*.txt")
	if err != nil || len(files) < 5 {
		t.Fatalf("scripts: %v, %v", files, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for engine, dsn := range map[string]func(*testing.T) string{
			"sqlite":   func(*testing.T) string { return "" },
			"postgres": func(t *testing.T) string { return dbtest.PostgresDSN(t) },
		} {
			t.Run(strings.TrimSuffix(filepath.Base(file), ".txt")+"/"+engine, func(t *testing.T) {
				p := &player{t: t, h: open(t, dsn(t)), cases: map[string]*world.Live{},
					family: map[string][]world.Kin{}, verdicts: map[string]string{}}
				p.play(file, string(text))
				p.sound()
			})
		}
	}
}

// player is a script under way: the last case of each worker, the families told and not yet on file, the verdicts as they
// were when they were made, and the last day of the notice that is open.
type player struct {
	t        *testing.T
	h        *House
	w        *world.World
	cases    map[string]*world.Live
	family   map[string][]world.Kin
	verdicts map[string]string
	ends     day.Day
}

// line is one line of a script.
type line struct {
	words []string
	opt   map[string]string
}

func (l line) amount(i int) money.Amount {
	a, err := money.Parse(l.words[i])
	if err != nil {
		panic(err)
	}
	return a
}

func (p *player) play(file, text string) {
	p.t.Helper()
	all := strings.Split(text, "\n")
	for i, s := range all {
		if s == "" || s[0] == '#' || s[0] == '!' {
			continue
		}
		l := line{opt: map[string]string{}}
		for _, word := range strings.Fields(s) {
			if k, v, ok := strings.Cut(word, "="); ok {
				l.opt[k] = v
			} else {
				l.words = append(l.words, word)
			}
		}
		var want []string
		if i+1 < len(all) && strings.HasPrefix(all[i+1], "! ") {
			want = strings.Fields(all[i+1])[1:]
		}
		do := verbs()[l.words[0]]
		if do == nil {
			p.t.Fatalf("%s:%d: no verb %q", file, i+1, l.words[0])
		}
		if err := do(p, p.t.Context(), l); !meets(err, want) {
			p.t.Fatalf("%s:%d: %s: got %q, want %q", file, i+1, s, spoken(err), want)
		}
	}
}

// meets reports that an error is the fault a script wants: its key, and then words that its sentence says.
func meets(err error, want []string) bool {
	if len(want) == 0 || err == nil {
		return err == nil && len(want) == 0
	}
	missing := func(word string) bool { return !strings.Contains(spoken(err), word) }
	return fault.Of(err).Key == want[0] && !slices.ContainsFunc(want[1:], missing)
}

// spoken is an error as a person and a programmer read it.
func spoken(err error) string {
	if err == nil {
		return ""
	}
	f := fault.Of(err)
	if f.Kind == fault.Internal {
		return err.Error()
	}
	return f.Key + ": " + words.T(words.Zh, f.Key, f.Args...)
}

// verbs are the words of the scripts.
func verbs() map[string]func(*player, context.Context, line) error {
	return map[string]func(*player, context.Context, line) error{
		"union": (*player).union, "line": (*player).line, "pocket": (*player).pocket, "worker": (*player).worker, "family": (*player).tell,
		"apply": (*player).apply, "first": (*player).first, "verify": (*player).verify, "assess": (*player).assess, "review": (*player).review,
		"verdict": (*player).verdict, "propose": (*player).propose, "decide": (*player).decide, "publish": (*player).publish,
		"board": (*player).board, "sign": (*player).sign, "pay": (*player).pay, "earns": (*player).earns, "adjust": (*player).adjust,
		"stop": (*player).stop, "retry": (*player).retry, "instalments": (*player).instalments, "held": (*player).held, "aid": (*player).aid,
		"ledger": (*player).ledger, "award": (*player).award, "route": (*player).route, "look": (*player).look,
		"campaign": (*player).campaign, "approve-visits": (*player).approveVisits, "visit": (*player).visit, "visit-again": (*player).visitAgain,
		"visited": (*player).visited, "looked": (*player).looked, "effects": (*player).effects, "partner": (*player).partner,
		"lends": (*player).lends, "borrows": (*player).borrows, "lend-to": (*player).lendTo, "payroll": (*player).payroll, "repays": (*player).repays,
		"forgives": (*player).forgives, "still-owes": (*player).stillOwes,
		"members-fund": (*player).membersFund, "joins": (*player).joins, "contributes": (*player).contributes, "own-account": (*player).ownAccount, "leaves": (*player).leaves,
		"appeal": (*player).appeal, "gift": (*player).gift, "account": (*player).account, "became": (*player).became,
		"refer": (*player).refer, "answer": (*player).answer,
		"survey": (*player).survey, "says": (*player).says, "paper": (*player).paper, "survey-ends": (*player).closed, "unhelped": (*player).unhelped,
		"result": (*player).result, "suggest": (*player).suggest,
		"at": (*player).at, "bring": (*player).bring, "strike": (*player).strike, "night": (*player).night, "leads": (*player).leads, "report": (*player).report,
		"read": (*player).readNote, "consent": (*player).consent, "touch": (*player).touch, "conclude": (*player).conclude,
		"apply-goes-on": (*player).goesOn, "signals": (*player).signals,
		"day": func(p *player, _ context.Context, l line) error {
			p.h.clock.MoveTo(day.Day(l.words[1]), p.h.DB.Now())
			return nil
		},
		"notice-ends": func(p *player, ctx context.Context, _ line) error {
			p.h.clock.MoveTo(p.ends.Add(1), p.h.DB.Now())
			if err := p.w.Settle(ctx); err != nil {
				return err
			}
			return p.h.DB.Update(ctx, db.System(p.w.Union), recognition.Settle)
		},
		"gone": func(p *player, ctx context.Context, l line) error {
			return p.h.DB.Update(ctx, db.System(p.w.Union), func(ctx context.Context, tx *db.Tx) error {
				return person.Move(ctx, tx, person.MoveIn{WorkerID: p.w.Staff[l.words[1]].ID, To: person.Status(l.words[2]), On: tx.Day(), Note: "示例"})
			})
		},
		"withdraw": func(p *player, ctx context.Context, l line) error {
			_, err := world.Do(ctx, p.w, l.words[1], plan.WithdrawAct, intake.WithdrawIn{ID: p.cases[l.words[1]].App})
			return err
		},
		"moves": (*player).moves, "follow": (*player).follow, "turns": (*player).turns, "close-gone": (*player).closeGone, "owes": (*player).owes, "sees": (*player).sees,
		"record": (*player).record, "recognise": (*player).recognise, "rule": (*player).rule, "file": (*player).file, "end": (*player).end,
		"leader": func(p *player, ctx context.Context, l line) error { return p.w.Lead(ctx, l.words[1], l.words[2]) },
	}
}

func (p *player) union(ctx context.Context, _ line) (err error) {
	p.w, err = world.Found(ctx, p.h.Host, world.Shape{Name: "示例机电公司工会", Short: "示例工会", Region: demoRegion, Branches: 1, Groups: 3, State: "live"}, Ship)
	return err
}

func (p *player) line(ctx context.Context, l line) error {
	return p.h.DB.Update(ctx, db.System(p.w.Union), func(ctx context.Context, tx *db.Tx) error {
		_, err := standard.AddLine(ctx, tx, standard.LineIn{Region: demoRegion, Kind: l.words[1], FromDay: day.Day(l.words[2]), Amount: l.amount(3), Source: "示例"})
		return err
	})
}

func (p *player) pocket(ctx context.Context, l line) error {
	in := fund.NewPocket{Code: l.words[1], Name: l.words[1], Source: fund.Source(l.words[2]), Programmes: strings.FieldsFunc(l.opt["for"], func(r rune) bool { return r == ',' })}
	return p.w.Endow(ctx, in, l.amount(3))
}

func (p *player) worker(ctx context.Context, l line) error {
	_, err := p.w.Hire(ctx, l.words[1], l.amount(2), l.words[3:]...)
	return err
}

func kin(word string) world.Kin {
	part := append(strings.Split(word, ":"), "")
	return world.Kin{Relation: person.Relation(part[0]), Name: part[1], Schooling: person.Schooling(part[2])}
}

func (p *player) tell(_ context.Context, l line) error {
	for _, word := range l.words[2:] {
		p.family[l.words[1]] = append(p.family[l.words[1]], kin(word))
	}
	return nil
}

// apply hands in an application: apply WORKER PROGRAMME CAUSE, by=who fills it in, relative=relation:name, about=whom, pay=a
// month; child.x tells of the child, found.x is what the officer will find, all else answers the programme's questions.
func (p *player) apply(ctx context.Context, l line) (err error) {
	c := world.Case{Worker: l.words[1], Programme: l.words[2], Cause: intake.Cause(l.words[3]), Story: "家里遇到困难，收入不够用，请工会帮一把。",
		Behalf: l.opt["by"], About: l.opt["about"], Pay: l.opt["pay"], Family: p.family[l.words[1]],
		Say: map[string]string{}, Child: map[string]string{}, Found: map[string]string{}}
	if r := l.opt["relative"]; r != "" {
		k := kin(r)
		c.Relative = &k
	}
	for k, v := range l.opt {
		if name, ok := strings.CutPrefix(k, "child."); ok {
			c.Child[name] = v
		} else if name, ok := strings.CutPrefix(k, "found."); ok {
			c.Found[name] = v
		} else {
			c.Say[k] = v
		}
	}
	c.Emergency, c.Unseen = l.opt["emergency"] != "", l.opt["unseen"] != ""
	delete(c.Say, "emergency")
	delete(c.Say, "unseen")
	delete(p.family, c.Worker) // once told it is on file
	p.cases[c.Worker], err = p.w.Apply(ctx, c)
	return err
}

func (p *player) first(ctx context.Context, l line) error {
	return p.w.First(ctx, p.cases[l.words[2]], l.words[1])
}

func (p *player) verify(ctx context.Context, l line) error {
	return p.w.Verify(ctx, p.cases[l.words[2]], l.words[1])
}

func (p *player) assess(ctx context.Context, l line) error {
	return p.w.Assess(ctx, p.cases[l.words[2]], l.words[1])
}

// review is first, verify and assess by those who usually do: review LEADER WORKER ….
func (p *player) review(ctx context.Context, l line) error {
	for _, name := range l.words[2:] {
		c := p.cases[name]
		for _, step := range []func() error{
			func() error { return p.w.First(ctx, c, l.words[1]) },
			func() error { return p.w.Verify(ctx, c, "王敏") },
			func() error { return p.w.Assess(ctx, c, "郑和") },
		} {
			if err := step(); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	return nil
}

func (p *player) see(f func(context.Context, *db.Tx) error) error {
	return p.h.DB.View(p.t.Context(), db.System(p.w.Union), f)
}

func same(got, want any) error {
	if g, w := fmt.Sprint(got), fmt.Sprint(want); g != w {
		return fmt.Errorf("got %s, want %s", g, w)
	}
	return nil
}

func (p *player) verdict(_ context.Context, l line) error {
	return p.see(func(ctx context.Context, tx *db.Tx) error {
		app, err := intake.Get(ctx, tx, p.cases[l.words[1]].App)
		if err != nil {
			return err
		}
		v, err := plan.Judge(ctx, tx, app)
		if err != nil {
			return err
		}
		return same(v.Outcome, l.words[2])
	})
}

func (p *player) propose(ctx context.Context, l line) error {
	c := p.cases[l.words[1]]
	times, err := strconv.ParseInt(l.opt["times"], 10, 64)
	if err != nil {
		times = 1
	}
	in := plan.ProposeIn{Item: c.Programme, Times: times, Pocket: l.words[3], Amount: l.amount(2), Route: l.opt["route"], Reason: l.opt["reason"], Wish: l.opt["wish"] == "read"}
	if err := p.w.Propose(ctx, c, in); err != nil {
		return err
	}
	return p.see(func(ctx context.Context, tx *db.Tx) error {
		a, err := plan.Get(ctx, tx, c.Award)
		p.verdicts[a.ID] = a.Verdict
		return err
	})
}

// decide WHO yes|no WORKER …, paper= where an answer on paper is written down.
func (p *player) decide(ctx context.Context, l line) error {
	for _, name := range l.words[3:] {
		in := plan.DecideIn{ID: p.cases[name].Award, Yes: l.words[2], Reason: l.opt["reason"], Paper: l.opt["paper"]}
		if _, err := world.Do(ctx, p.w, l.words[1], plan.DecideAct, in); err != nil {
			return err
		}
	}
	return nil
}

func (p *player) publish(ctx context.Context, l line) error {
	var all []*world.Live
	for _, name := range l.words[1:] {
		all = append(all, p.cases[name])
	}
	s, err := p.w.Publish(ctx, all...)
	p.ends = s.EndsOn
	return err
}

// board wants exactly these masked names on the public board.
func (p *player) board(_ context.Context, l line) error {
	return p.see(func(ctx context.Context, tx *db.Tx) error {
		sheets, err := notice.Board(ctx, tx)
		var names []string
		for _, s := range sheets {
			for _, row := range s.Lines {
				names = append(names, row.Name)
			}
		}
		if err != nil {
			return err
		}
		return same(names, l.words[1:])
	})
}

func (p *player) sign(ctx context.Context, l line) error {
	for _, name := range l.words[2:] {
		if err := p.w.Sign(ctx, p.cases[name], l.words[1]); err != nil {
			return err
		}
	}
	return nil
}

// pay POCKET LINES TOTAL checks what is due, pays what is ready, and compares.
func (p *player) pay(ctx context.Context, l line) error {
	done, err := p.w.PayAll(ctx, l.words[1])
	if err != nil {
		return err
	}
	return same([]any{done.Paid, done.Total.Plain()}, l.words[2:])
}

// earns is the officer's finding of a new monthly pay.
func (p *player) earns(ctx context.Context, l line) error {
	in := person.FactIn{SubjectKind: person.OfWorker, SubjectID: p.w.Staff[l.words[2]].ID, Name: person.FactPay, Value: l.words[3], Source: person.FromOfficer}
	_, err := world.Do(ctx, p.w, l.words[1], person.PutFact, in)
	return err
}

// of gives the instalments of a worker's award.
func (p *player) of(name string) (all []payment.Instalment, err error) {
	err = p.see(func(ctx context.Context, tx *db.Tx) (err error) {
		all, err = payment.OfAward(ctx, tx, p.cases[name].Award)
		return err
	})
	return all, err
}

func (p *player) nth(l line) payment.Instalment {
	all, err := p.of(l.words[2])
	n, bad := strconv.Atoi(l.words[3])
	if err != nil || bad != nil || n > len(all) {
		p.t.Fatalf("%v: %d instalments, %v %v", l.words, len(all), err, bad)
	}
	return all[n-1]
}
