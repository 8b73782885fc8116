package recognition

import (
	"context"
	"strconv"
	"testing"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/casefile"
	"bangfu/internal/domain/fund"
	"bangfu/internal/domain/household"
	"bangfu/internal/domain/person"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
	"bangfu/internal/office/notify"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task"
	"bangfu/internal/office/task/tasktest"
	"bangfu/standards"
)

// town is a small union with the shipped standard in force and a line of 800 yuan.
type town struct {
	*tasktest.House
	clock *dbtest.Clock
	n     int
}

func each(t *testing.T, test func(t *testing.T, h *town)) {
	t.Helper()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		c.SetDay(t, "2026-01-05")
		h := &town{tasktest.New(t, d), c, 0}
		text, err := standards.Files.ReadFile(Standard + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		h.Do("system", func(ctx context.Context, tx *db.Tx) error {
			if err := standard.Install(ctx, tx, string(text), tx.Day()); err != nil {
				return err
			}
			if err := org.Set(ctx, tx, "recognition.publish", "no"); err != nil {
				return err
			}
			_, err := standard.AddLine(ctx, tx, standard.LineIn{Kind: standard.DibaoLine, FromDay: "2026-01-01", Amount: money.Yuan(800), Source: "示例"})
			return err
		})
		test(t, h)
	})
}

// family adds an invented worker of whose household all is known but for what is "".
func (h *town) family(income string) (w person.Worker) {
	h.T.Helper()
	h.n++
	h.Do("officer", func(ctx context.Context, tx *db.Tx) (err error) {
		w, err = person.Add(ctx, tx, person.Draft{StaffNo: "T" + strconv.Itoa(h.n), Name: "示例", UnitID: h.Units["group"], EntryOn: "2020-01-01"})
		return err
	})
	for name, value := range map[string]string{"family_size": "3", "rigid_year": "0", "costly_private_school": "0", "self_paid_abroad": "0", "homes": "1",
		"employs_others": "0", "still_hard": "0", "income_year": income} {
		if value != "" {
			h.fact(w, name, value)
		}
	}
	return w
}

func (h *town) fact(w person.Worker, name, value string) {
	h.T.Helper()
	h.Do("officer", func(ctx context.Context, tx *db.Tx) error {
		_, err := person.SetFact(ctx, tx, person.Fact{SubjectKind: person.OfHousehold, SubjectID: w.HouseholdID, Name: name, Value: value, Known: true, Source: person.FromOfficer})
		return err
	})
}

func run[In, Out any](h *town, who string, a act.Act[In, Out], in In) (Out, error) {
	return a.Run(context.Background(), h.Host, act.Call{Actor: h.Actor(who)}, in)
}

func (h *town) proposed(who string, w person.Worker) Case {
	h.T.Helper()
	c, err := run(h, who, Propose, ProposeIn{PersonID: w.ID, Level: fund.Own, Cause: "illness", Reason: "走访核实，情况属实"})
	if err != nil {
		h.T.Fatal(err)
	}
	return c
}

func (h *town) bad(err error, key string) {
	h.T.Helper()
	if !fault.Is(err, key) {
		h.T.Fatalf("got %v, want %s", err, key)
	}
}

func (h *town) file(w person.Worker) (f casefile.File) {
	h.T.Helper()
	h.Do("officer", func(ctx context.Context, tx *db.Tx) (err error) {
		f, _, err = casefile.OfHousehold(ctx, tx, w.HouseholdID)
		return err
	})
	return f
}

// The class by the standard, proposed by one and decided by another, stands in the file with its version; earlier days show
// none, the facts tell it on to other standards, and the verdict replays.
func TestRecognise(t *testing.T) {
	each(t, func(t *testing.T, h *town) {
		w := h.family("28799.99")
		h.clock.SetDay(t, "2026-02-02")
		c := h.proposed("officer", w)
		if c.Kind != "first" || c.Class != "deep" || c.StandardVersion != 1 {
			t.Fatalf("%+v", c)
		}
		_, err := run(h, "officer2", Propose, ProposeIn{PersonID: w.ID, Level: fund.Own, Cause: "illness", Reason: "再提一次"})
		h.bad(err, "recognition.open_already")
		if h.file(w).ID != "" {
			t.Fatal("a proposal opens no file")
		}
		_, err = run(h, "officer", Decide, DecideIn{ID: c.ID, Answer: "yes"})
		h.bad(err, "fault.denied")
		h.clock.SetDay(t, "2026-02-10")
		if c, err = run(h, "chair", Decide, DecideIn{ID: c.ID, Answer: "yes"}); err != nil {
			t.Fatal(err)
		}
		f := h.file(w)
		if f.Class != "deep" || f.ClassText != "深度困难" || f.Scheme != Standard || f.SchemeVersion != 1 || f.ReviewDue != "2027-02-10" || f.ID != c.FileID {
			t.Fatalf("%+v", f)
		}
		_, err = run(h, "chair", Decide, DecideIn{ID: c.ID, Answer: "yes"})
		h.bad(err, "recognition.decided")
		h.Do("officer", func(ctx context.Context, tx *db.Tx) error {
			facts, err := household.Facts(ctx, tx, household.Ask{PersonID: w.ID})
			if err != nil {
				return err
			}
			if facts["filed_class"].Str != "deep" {
				t.Errorf("filed_class is %v", facts["filed_class"])
			}
			_, err = household.Replay(ctx, tx, c.Verdict)
			if err != nil {
				return err
			}
			open, err := task.Of(ctx, tx, c.ID)
			if len(open) > 0 {
				t.Error("a turn is left over")
			}
			return err
		})
		if got := h.messages(w); got != 1 {
			t.Errorf("%d messages to the worker", got)
		}
	})
}

func (h *town) messages(w person.Worker) (n int) {
	h.T.Helper()
	h.Do("system", func(ctx context.Context, tx *db.Tx) error {
		all, err := notify.Slips(ctx, tx, w.UnitID)
		for _, s := range all {
			if s.PersonID == w.ID {
				n += len(s.Messages)
			}
		}
		return err
	})
	return n
}

// What the standard says no to can be refused with a reason and not be recognised; what is not known cannot be proposed; what
// changed since cannot be decided; nobody acts for a relative.
func TestRefuse(t *testing.T) {
	each(t, func(t *testing.T, h *town) {
		rich := h.proposed("officer", h.family("57600"))
		if rich.Class != "" {
			t.Fatalf("class %q at twice the line", rich.Class)
		}
		_, err := run(h, "chair", Decide, DecideIn{ID: rich.ID, Answer: "yes"})
		h.bad(err, "recognition.verdict_no")
		if err := (DecideIn{ID: rich.ID, Answer: "no"}).Check(); err == nil {
			t.Error("refused without a reason")
		}
		c, err := run(h, "chair", Decide, DecideIn{ID: rich.ID, Answer: "no", Reason: "人均收入高于标准两倍"})
		if err != nil || c.State != Refused {
			t.Fatal(c.State, err)
		}
		unknown := h.family("")
		_, err = run(h, "officer", Propose, ProposeIn{PersonID: unknown.ID, Level: fund.Own, Cause: "illness", Reason: "情况属实"})
		h.bad(err, "recognition.needs")
		hurt := h.family("100000")
		h.fact(hurt, "still_hard", "1")
		in := ProposeIn{PersonID: hurt.ID, Level: fund.Own, Cause: "accident", Reason: "车祸重伤", Cost: money.Yuan(80000) + 1}
		if c, err = run(h, "officer", Propose, in); err != nil || c.Class != "accident" {
			t.Fatal(c.Class, err)
		}
		if c, err = run(h, "chair", Decide, DecideIn{ID: c.ID, Answer: "yes"}); err != nil || h.file(hurt).Class != "accident" {
			t.Fatal(c.State, err)
		}
		moved := h.family("28000")
		c = h.proposed("officer", moved)
		h.clock.SetDay(t, "2026-03-01")
		h.fact(moved, "income_year", "40000")
		_, err = run(h, "chair", Decide, DecideIn{ID: c.ID, Answer: "yes"})
		h.bad(err, "recognition.moved")
		if c, err = run(h, "chair", Decide, DecideIn{ID: c.ID, Answer: "back", Reason: "收入变了"}); err != nil || c.State != Returned {
			t.Fatal(c.State, err)
		}
		if c = h.proposed("officer", moved); c.Class != "relative" {
			t.Fatalf("proposed anew as %q", c.Class)
		}
	})
}

// A year later the review is due; one that is not borne out takes the class and asks for the file's end; after the end the
// household can come back under its old number.
func TestYearlyReview(t *testing.T) {
	each(t, func(t *testing.T, h *town) {
		w := h.family("28000")
		c := h.proposed("officer", w)
		if _, err := run(h, "chair", Decide, DecideIn{ID: c.ID, Answer: "yes"}); err != nil {
			t.Fatal(err)
		}
		first := h.file(w)
		h.clock.SetDay(t, "2026-12-20")
		h.Do("system", func(ctx context.Context, tx *db.Tx) error {
			n, err := casefile.Remind(ctx, tx)
			if n != 1 {
				t.Errorf("%d reviews on the desks", n)
			}
			return err
		})
		h.fact(w, "income_year", "60000")
		c = h.proposed("officer2", w)
		if c.Kind != "review" || c.Class != "" {
			t.Fatalf("%+v", c)
		}
		if _, err := run(h, "chair", Decide, DecideIn{ID: c.ID, Answer: "no", Reason: "收入已经提高"}); err != nil {
			t.Fatal(err)
		}
		f := h.file(w)
		if f.Class != "" || f.State != casefile.Open || f.ReviewDue != "2027-12-20" {
			t.Fatalf("%+v", f)
		}
		h.Do("system", func(ctx context.Context, tx *db.Tx) error {
			turns, err := task.Of(ctx, tx, f.ID)
			if len(turns) != 1 || turns[0].Kind != "casefile.out" {
				t.Errorf("turns %+v", turns)
			}
			was, bad := casefile.AsOf(ctx, tx, f.ID, "2026-06-01")
			if bad != nil || was.Class != "deep" {
				t.Errorf("on 1 June it was %q, %v", was.Class, bad)
			}
			return err
		})
		if _, err := run(h, "officer", casefile.Exit, casefile.ExitIn{ID: f.ID, Reason: "relieved", Note: "低保兜底"}); err != nil {
			t.Fatal(err)
		}
		h.clock.SetDay(t, "2027-03-01")
		for name, value := range map[string]string{"income_year": "20000", "rigid_year": "0"} {
			h.fact(w, name, value)
		}
		c = h.proposed("officer", w)
		if c.Kind != "first" {
			t.Fatalf("%+v", c)
		}
		if _, err := run(h, "chair", Decide, DecideIn{ID: c.ID, Answer: "yes"}); err != nil {
			t.Fatal(err)
		}
		if again := h.file(w); again.Number != first.Number || again.State != casefile.Open || again.Class != "deep" {
			t.Fatalf("%+v", again)
		}
	})
}
