package survey

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
	"bangfu/internal/engine/db"
)

// least is the smallest group that is shown (ux.md W5): fewer could be told who they are.
const least = 5

// Cell is one answer with how many gave it. Hidden is a number that would show a small group, by itself or by difference;
// its N is 0.
type Cell struct {
	Label  Text
	N      int64
	Hidden bool
}

// Result is what came of one question. N is how many answered it; Hidden says that they are too few. Mean is a hundredth of
// the average of a scale or a number (fen of an amount, in hundredths of the count), Meant whether it can be told. Texts are
// in the order of their words, which says nothing of who came first.
type Result struct {
	Question Question
	N        int64
	Hidden   bool
	Cells    []Cell
	Mean     int64
	Meant    bool
	Texts    []string
}

// Results counts the answers of a survey that is over. Small groups are hidden the same way on every page and in every file.
// Fault: Refused "survey.not_closed" while answers still come in: the difference of two counts would show one person.
func Results(ctx context.Context, tx *db.Tx, s Survey) ([]Result, int64, error) {
	if !s.Over(tx.Day()) {
		return nil, 0, fault.New(fault.Refused, "survey.not_closed")
	}
	questions, err := s.Questions()
	if err != nil {
		return nil, 0, err
	}
	all, err := answers(ctx, tx, s)
	if err != nil {
		return nil, 0, err
	}
	out := make([]Result, 0, len(questions))
	for _, q := range questions {
		var given [][]string
		for _, a := range all {
			if v := a[q.Code]; len(v) > 0 {
				given = append(given, v)
			}
		}
		out = append(out, q.count(given))
	}
	return out, int64(len(all)), nil
}

// answers opens every answer of a survey, for counting only.
func answers(ctx context.Context, tx *db.Tx, s Survey) ([]Answers, error) {
	var out []Answers
	if s.Nameless() {
		all, err := ballots(ctx, tx, s.ID)
		for _, b := range all {
			var a Answers
			if err := json.Unmarshal([]byte(b.Answers), &a); err != nil {
				return nil, err
			}
			out = append(out, a)
		}
		return out, err
	}
	err := db.Each(ctx, tx, func(r Response) error {
		a, err := r.open(tx)
		out = append(out, a)
		return err
	}, `select `+responseColumns+` from survey_response where union_id = $1 and survey_id = $2 and state = 'done'`, tx.Union, s.ID)
	return out, err
}

// count counts the answers to a question and hides what is too small.
func (q Question) count(given [][]string) Result {
	r := Result{Question: q, N: int64(len(given))}
	if r.N < least {
		r.N, r.Hidden = 0, true
		return r
	}
	switch q.Kind {
	case Short:
		for _, g := range given {
			r.Texts = append(r.Texts, g[0])
		}
		slices.Sort(r.Texts)
		return r
	case Number:
		r.bands(given)
	case One, Many, YesNo, Scale:
		for _, o := range q.Picks() {
			c := Cell{Label: o.Text}
			for _, g := range given {
				if slices.Contains(g, o.Value) {
					c.N++
				}
			}
			r.Cells = append(r.Cells, c)
		}
	}
	if q.Kind == Many {
		hideEach(r.Cells, r.N)
	} else {
		hideParts(r.Cells)
	}
	r.mean(given)
	return r
}

// bands spreads numbers over at most six bands with round borders.
func (r *Result) bands(given [][]string) {
	var all []int64
	for _, g := range given {
		if n, err := strconv.ParseInt(g[0], 10, 64); err == nil {
			all = append(all, n)
		}
	}
	lo, hi := slices.Min(all), slices.Max(all)
	step := int64(1)
	if r.Question.Money {
		step = 100
	}
	for i := 0; (hi-lo)/step >= 5; i++ {
		if i%3 == 1 {
			step = step / 2 * 5
		} else {
			step *= 2
		}
	}
	from := lo / step * step
	if lo < 0 && lo%step != 0 {
		from -= step
	}
	for ; from <= hi; from += step {
		c := Cell{Label: r.band(from, from+step)}
		for _, n := range all {
			if n >= from && n < from+step {
				c.N++
			}
		}
		r.Cells = append(r.Cells, c)
	}
}

func (r *Result) band(from, below int64) Text {
	if r.Question.Money {
		a, b := money.Amount(from).Plain(), money.Amount(below).Plain()
		return Text{a[:len(a)-3] + "～" + b[:len(b)-3], a[:len(a)-3] + " to " + b[:len(b)-3]}
	}
	a, b := strconv.FormatInt(from, 10), strconv.FormatInt(below-1, 10)
	if a == b {
		return Text{Zh: a}
	}
	return Text{a + "～" + b, a + " to " + b}
}

// mean tells the average of a scale or number, but not beside a hidden cell, which it would help to find.
func (r *Result) mean(given [][]string) {
	if r.Question.Kind != Scale && r.Question.Kind != Number || slices.ContainsFunc(r.Cells, func(c Cell) bool { return c.Hidden }) {
		return
	}
	sum := int64(0)
	for _, g := range given {
		n, err := strconv.ParseInt(g[0], 10, 64)
		if err != nil {
			return
		}
		sum += n
	}
	n := int64(len(given))
	r.Mean, r.Meant = (sum*100+n/2)/n, true
}

// MeanWords says the average with its unit; "" when it cannot be told.
func (r Result) MeanWords(l words.Lang) string {
	switch {
	case !r.Meant:
		return ""
	case r.Question.Money:
		return words.T(l, "平均 {0}", money.Amount(r.Mean/100))
	}
	return words.T(l, "平均 {0}", money.Amount(r.Mean).Plain())
}

// hideParts hides the cells of a whole whose sum is known: those of one to four, and then the next smallest until at least two
// hold something and they hold five together, so that no subtraction finds one.
func hideParts(cells []Cell) {
	order := make([]int, len(cells))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return int(cells[a].N - cells[b].N) })
	sum, held := int64(0), 0
	for _, i := range order {
		n := cells[i].N
		if n == 0 || n >= least && (held == 0 || held >= 2 && sum >= least) {
			continue
		}
		sum, held = sum+n, held+1
		cells[i].N, cells[i].Hidden = 0, true
	}
}

// hideEach hides the cells of a question with several answers: those that fewer than five gave, or fewer than five did not.
func hideEach(cells []Cell, all int64) {
	for i, c := range cells {
		if c.N > 0 && c.N < least || all-c.N > 0 && all-c.N < least {
			cells[i].N, cells[i].Hidden = 0, true
		}
	}
}

// Rate is how many of a unit were asked and have answered. UnitID "" is several small units together.
type Rate struct {
	UnitID          string
	Asked, Answered int64
}

// Rates gives the response by unit within a right of the actor, and all of them together. Units of fewer than five asked are
// put together, with the next smallest if need be, so that no subtraction shows one of them.
func Rates(ctx context.Context, tx *db.Tx, s Survey, within func(n int) (string, []any)) ([]Rate, Rate, error) {
	where, args := within(3)
	all, err := db.All[Rate](ctx, tx, `
		select unit_id, count(*) as asked, cast(sum(answered) as bigint) as answered from survey_seat where union_id = $1 and survey_id = $2 and `+where+`
		group by unit_id order by count(*), unit_id`, append([]any{tx.Union, s.ID}, args...)...)
	if err != nil {
		return nil, Rate{}, err
	}
	var out []Rate
	var small, sum Rate
	for _, r := range all {
		sum.Asked, sum.Answered = sum.Asked+r.Asked, sum.Answered+r.Answered
		if r.Asked < least || small.Asked > 0 && small.Asked < least {
			small.Asked, small.Answered = small.Asked+r.Asked, small.Answered+r.Answered
			continue
		}
		out = append(out, r)
	}
	if small.Asked > 0 {
		out = append(out, small)
	}
	return out, sum, nil
}

// Named is one handed-in answer in the list of a named survey.
type Named struct {
	ID, PersonID, UnitPath, TypedBy string
	OnDay                           string
}

// Names lists who has answered a named survey, after one of them, 100 at most. What they said is opened one at a time.
func Names(ctx context.Context, tx *db.Tx, s Survey, after string) ([]Named, error) {
	return db.All[Named](ctx, tx, `
		select id, person_id, unit_path, typed_by, on_day from survey_response where union_id = $1 and survey_id = $2 and state = 'done' and id > $3
		order by id limit 100`, tx.Union, s.ID, after)
}
