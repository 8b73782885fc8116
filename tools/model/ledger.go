package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/domain/fund"
)

// The model is written from the rules of S14 and of the shipped chart, without looking things up in the ledger under test:
// it keeps every entry in a slice and every sum in a map, and adds up whatever is asked of it.

// slot is an account of a pocket.
type slot struct{ pocket, code string }

// leg moves fen from one slot to another.
type leg struct {
	from, to slot
	fen      int64
}

// line is an entry of the model.
type line struct {
	kind, key, says, ref string
	day                  day.Day
	fen                  int64
	reverses             int
	voucher              string
	legs                 []leg
}

// part is what one pocket holds for an award.
type part struct {
	ref, pocket, purpose, aid string
	level                     fund.Level
	year                      int
	r, c, s, p                int64 // reserved, committed, spent, parked
	moves                     int
}

// terms are what the giver of a pocket allows.
type terms struct {
	code, purpose string
	level         fund.Level
	until         day.Day
	mutual        bool
	income        string
}

type budgetKey struct {
	pocket string
	year   int
}

type budget struct {
	fen   int64
	carry bool
}

// ledger is the model of one union's books.
type ledger struct {
	today    day.Day
	closed   string
	pockets  []terms
	order    []string
	at       map[slot]int64
	lines    []line // the n-th entry stands at n-1
	byKey    map[string]int
	holds    map[string]*part
	budgets  map[budgetKey]budget
	vouchers map[string]int
	turned   map[int]bool
	owed     map[string]int64 // of loans, by award
}

func newLedger() *ledger {
	return &ledger{at: map[slot]int64{}, byKey: map[string]int{}, holds: map[string]*part{}, budgets: map[budgetKey]budget{},
		vouchers: map[string]int{}, turned: map[int]bool{}, owed: map[string]int64{}, pockets: pockets(), order: []string{"A", "B", "C"}}
}

// pockets are the six of every union of the model: two for aid of any kind, one for a purpose, one for filed families until a
// day, members' money, and interest, which alone may be invested.
func pockets() []terms {
	return []terms{{code: "A", income: "405"}, {code: "B", income: "401"}, {code: "C", income: "40304", level: fund.National, purpose: "medical"},
		{code: "D", income: "408", until: "2029-06-30"}, {code: "M", income: "231", mutual: true},
		{code: "E", income: "408"}}
}

func (l *ledger) pocket(code string) terms {
	return l.pockets[slices.IndexFunc(l.pockets, func(t terms) bool { return t.code == code })]
}

func rank(v fund.Level) int {
	return slices.Index([]fund.Level{fund.AnyLevel, fund.Own, fund.Provincial, fund.National}, cmp.Or(v, fund.AnyLevel))
}

// admits reports whether the terms allow what a part is for, today.
func (l *ledger) admits(t terms, h part) bool {
	return (t.until == "" || l.today <= t.until) && (t.purpose == "" || t.purpose == h.purpose) && rank(h.level) >= rank(t.level)
}

// within reports whether money under one pocket's terms may go to another.
func within(from, to terms) bool {
	return !from.mutual && !to.mutual && (from.purpose == "" || from.purpose == to.purpose) && rank(to.level) >= rank(from.level) &&
		(from.until == "" || to.until != "" && to.until <= from.until)
}

// bad reports an account that may not stand at a sum.
func bad(code string, fen int64) bool {
	switch code {
	case "101", "102", "121", "151", fund.Available, fund.Reserved, fund.Committed, fund.Spent, fund.Lent, fund.Invested:
		return fen < 0
	case "225", "231":
		return fen > 0
	}
	return false
}

// again answers a key that came before: "" and true, or the fault.
func (l *ledger) again(key, says string) (string, bool) {
	n, ok := l.byKey[key]
	if !ok {
		return "", false
	}
	if l.lines[n-1].says != says {
		return "fund.key_reused", true
	}
	return "", true
}

// post books an entry, or says why not; then nothing has changed.
func (l *ledger) post(e line) string {
	if e.day == "" {
		e.day = l.today
	}
	switch {
	case e.day > l.today:
		return "fund.future"
	case string(e.day)[:7] <= l.closed:
		return "fund.closed"
	}
	net := map[slot]int64{}
	for _, g := range e.legs {
		net[g.to] += g.fen
		net[g.from] -= g.fen
	}
	for s, by := range net {
		if bad(s.code, l.at[s]+by) {
			return "fund.short"
		}
	}
	if h := l.holds[e.ref]; h != nil && holdKind(e.kind) {
		r, c, s, p := h.r+net[slot{h.pocket, fund.Reserved}], h.c+net[slot{h.pocket, fund.Committed}], h.s+net[slot{h.pocket, fund.Spent}], h.p
		if slices.Contains([]string{"bounce", "resend", "unpark", "reverse"}, e.kind) {
			p -= net[slot{h.pocket, "225"}]
		}
		if r < 0 || c < 0 || s < 0 || p < 0 || p > s {
			return "fund.held_short"
		}
		h.r, h.c, h.s, h.p, h.moves = r, c, s, p, h.moves+1
	}
	for s, by := range net {
		l.at[s] += by
	}
	if slices.ContainsFunc(e.legs, func(g leg) bool { return !budgetCode(g.from.code) }) {
		m := string(e.day)[:7]
		l.vouchers[m]++
		e.voucher = fmt.Sprintf("记-%s-%04d", m, l.vouchers[m])
	}
	l.lines = append(l.lines, e)
	l.byKey[e.key] = len(l.lines)
	for s, by := range net {
		if s.code == fund.Lent {
			l.owed[e.ref] += by
		}
	}
	return ""
}

func holdKind(k string) bool {
	return !slices.Contains([]string{"opening", "given", "moved", "return", "repay", "invest", "redeem", "draw", "putback", "year"}, k)
}

func budgetCode(code string) bool {
	return slices.Contains([]string{fund.Granted, fund.Available, fund.Reserved, fund.Committed, fund.Spent, fund.Lent, fund.Invested}, code)
}

func (l *ledger) give(pocket, key string, fen int64, on day.Day) string {
	says := fmt.Sprint("give", pocket, fen, on)
	if f, seen := l.again(key, says); seen {
		return f
	}
	return l.post(line{kind: "given", key: key, says: says, day: on, fen: fen, legs: []leg{
		{slot{pocket, l.pocket(pocket).income}, slot{pocket, "102"}, fen}, {slot{pocket, fund.Granted}, slot{pocket, fund.Available}, fen}}})
}

func (l *ledger) move(from, to, key string, fen int64) string {
	if from == to {
		return "fund.same_pocket"
	}
	says := fmt.Sprint("move", from, to, fen)
	if f, seen := l.again(key, says); seen {
		return f
	}
	if string(l.today)[:7] <= l.closed {
		return "fund.closed"
	}
	if !within(l.pocket(from), l.pocket(to)) {
		return "fund.transfer_bars"
	}
	return l.post(line{kind: "moved", key: key, says: says, fen: fen, legs: []leg{
		{slot{from, fund.Available}, slot{from, fund.Granted}, fen}, {slot{to, fund.Granted}, slot{to, fund.Available}, fen},
		{slot{from, "102"}, slot{from, "331"}, fen}, {slot{to, "331"}, slot{to, "102"}, fen}}})
}

func (l *ledger) giveBack(pocket, slip string, fen int64) string {
	key, says := "return/"+slip, fmt.Sprint("return", pocket, fen)
	if f, seen := l.again(key, says); seen {
		return f
	}
	if l.pocket(pocket).mutual {
		return "fund.return_mutual"
	}
	return l.post(line{kind: "return", key: key, says: says, ref: slip, fen: fen, legs: []leg{
		{slot{pocket, "102"}, slot{pocket, l.pocket(pocket).income}, fen}, {slot{pocket, fund.Available}, slot{pocket, fund.Granted}, fen}}})
}

// used is what is promised and paid of a pocket's year.
func (l *ledger) used(pocket string, year int) (sum int64) {
	for _, h := range l.holds {
		if h.pocket == pocket && h.year == year {
			sum += h.r + h.c + h.s
		}
	}
	return sum
}

// left is what a year's budget still allows; false where there is none.
func (l *ledger) left(pocket string, year int) (int64, bool) {
	b, ok := l.budgets[budgetKey{pocket, year}]
	if !ok {
		return 0, false
	}
	sum := b.fen - l.used(pocket, year)
	if b.carry {
		last, _ := l.left(pocket, year-1)
		sum += max(last, 0)
	}
	return sum, true
}

func (l *ledger) parts(ref string) []*part {
	var out []*part
	for n := 1; n <= 9; n++ {
		if h := l.holds[partRef(ref, n)]; h != nil {
			out = append(out, h)
		}
	}
	return out
}

func partRef(ref string, n int) string {
	if n == 1 {
		return ref
	}
	return fmt.Sprintf("%s#%d", ref, n)
}

type want struct {
	pocket string
	fen    int64
}

func (l *ledger) shares(h part, pocket string, fen int64) []want {
	at := slices.Index(l.order, pocket)
	if at < 0 {
		return []want{{pocket, fen}}
	}
	var out []want
	rest := fen
	for _, code := range l.order[at:] {
		if code != pocket && !l.admits(l.pocket(code), h) {
			continue
		}
		room := l.at[slot{code, fund.Available}]
		if b, ok := l.left(code, h.year); ok {
			room = min(room, max(b, 0))
		}
		if f := min(room, rest); f > 0 {
			out, rest = append(out, want{code, f}), rest-f
		}
	}
	if rest > 0 {
		return []want{{pocket, fen}}
	}
	return out
}

// reserve holds an amount for an award; what one pocket lacks comes from the next in order. All or nothing.
func (l *ledger) reserve(h part, key string, fen int64) string {
	says := fmt.Sprint("reserve", h.ref, h.pocket, h.purpose, h.level, h.year, fen)
	if f, seen := l.again(key, says); seen {
		return f
	}
	undo := l.mark(h.ref)
	for n, w := range l.shares(h, h.pocket, fen) {
		mine := h
		mine.ref, mine.pocket = partRef(h.ref, n+1), w.pocket
		if f := l.reserveOne(mine, partRef(key, n+1), says, w.fen); f != "" {
			undo()
			return f
		}
	}
	return ""
}

func (l *ledger) reserveOne(h part, key, says string, fen int64) string {
	if string(l.today)[:7] <= l.closed {
		return "fund.closed"
	}
	if !l.admits(l.pocket(h.pocket), h) {
		return "fund.purpose"
	}
	if b, ok := l.left(h.pocket, h.year); ok && b < fen {
		return "fund.over_budget"
	}
	if old := l.holds[h.ref]; old != nil {
		if old.r+old.c+old.s != 0 {
			return "fund.held"
		}
		h.aid, h.moves, h.p = old.aid, old.moves, old.p
	}
	l.holds[h.ref] = &h
	return l.post(line{kind: "reserve", key: key, says: says, ref: h.ref, fen: fen,
		legs: []leg{{slot{h.pocket, fund.Available}, slot{h.pocket, fund.Reserved}, fen}}})
}

// mark remembers the books and one award, so that a refusal half-way leaves nothing behind.
func (l *ledger) mark(ref string) (undo func()) {
	n, at, vouchers, holds := len(l.lines), maps.Clone(l.at), maps.Clone(l.vouchers), [9]*part{}
	for i := range holds {
		if h := l.holds[partRef(ref, i+1)]; h != nil {
			was := *h
			holds[i] = &was
		}
	}
	return func() {
		for _, e := range l.lines[n:] {
			delete(l.byKey, e.key)
			for _, g := range e.legs {
				if g.to.code == fund.Lent {
					l.owed[e.ref] -= g.fen
				}
				if g.from.code == fund.Lent {
					l.owed[e.ref] += g.fen
				}
			}
		}
		l.lines, l.at, l.vouchers = l.lines[:n], at, vouchers
		for i, h := range holds {
			if delete(l.holds, partRef(ref, i+1)); h != nil {
				l.holds[h.ref] = h
			}
		}
	}
}

func (l *ledger) commit(ref string) string {
	all := l.parts(ref)
	if len(all) == 0 {
		return "fund.no_hold"
	}
	sum := int64(0)
	for _, h := range all {
		sum += h.r + h.c + h.s
	}
	if sum == 0 {
		return "fund.nothing_held"
	}
	undo := l.mark(ref)
	for _, h := range l.parts(ref) {
		if h.r == 0 {
			continue
		}
		if !l.admits(l.pocket(h.pocket), *h) {
			undo()
			return "fund.purpose"
		}
		if f := l.post(line{kind: "commit", key: fmt.Sprintf("commit/%s/%d", h.ref, h.moves), ref: h.ref, fen: h.r,
			legs: []leg{{slot{h.pocket, fund.Reserved}, slot{h.pocket, fund.Committed}, h.r}}}); f != "" {
			undo()
			return f
		}
	}
	return ""
}

func (l *ledger) release(ref string) string {
	all := l.parts(ref)
	if len(all) == 0 {
		return "fund.no_hold"
	}
	for _, h := range all {
		if h.r+h.c == 0 {
			continue
		}
		if f := l.post(line{kind: "release", key: fmt.Sprintf("release/%s/%d", h.ref, h.moves), ref: h.ref, fen: h.r + h.c, legs: freed(h, h.r+h.c)}); f != "" {
			return f
		}
	}
	return ""
}

// freed takes from what is reserved first.
func freed(h *part, fen int64) []leg {
	var out []leg
	if first := min(fen, h.r); first > 0 {
		out = append(out, leg{slot{h.pocket, fund.Reserved}, slot{h.pocket, fund.Available}, first})
		fen -= first
	}
	if fen > 0 {
		out = append(out, leg{slot{h.pocket, fund.Committed}, slot{h.pocket, fund.Available}, fen})
	}
	return out
}

// change is every move of an award's money after its commitment.
func (l *ledger) change(kind, ref, key string, fen int64, cash bool) string {
	all := l.parts(ref)
	if len(all) == 0 {
		return "fund.no_hold"
	}
	says := fmt.Sprint(kind, ref, fen, cash)
	if f, seen := l.again(key, says); seen {
		return f
	}
	if string(l.today)[:7] <= l.closed {
		return "fund.closed"
	}
	type take struct {
		h   *part
		fen int64
	}
	takes := []take{{all[0], fen}}
	if len(all) > 1 {
		takes = nil
		if slices.Contains([]string{"release", "recover", "bounce"}, kind) {
			slices.Reverse(all)
		}
		rest := fen
		for _, h := range all {
			room := map[string]int64{"release": h.r + h.c, "spend": h.c, "recover": h.s - h.p, "bounce": h.s - h.p, "resend": h.p, "unpark": h.p,
				"lend": h.c, "forgive": h.c}[kind]
			if f := min(room, rest); f > 0 {
				takes, rest = append(takes, take{h, f}), rest-f
			}
		}
		if rest > 0 {
			return "fund.held_short"
		}
	}
	undo := l.mark(ref)
	for n, t := range takes {
		if f := l.changeOne(line{kind: kind, key: partRef(key, n+1), says: says, ref: t.h.ref, fen: t.fen}, cash); f != "" {
			undo()
			return f
		}
	}
	return ""
}

func (l *ledger) changeOne(e line, cash bool) string {
	h := l.holds[e.ref]
	till := slot{h.pocket, map[bool]string{true: "101", false: "102"}[cash]}
	lent, owed, bank, parked := slot{h.pocket, fund.Lent}, slot{h.pocket, "121"}, slot{h.pocket, "102"}, slot{h.pocket, "225"}
	spent, free := slot{h.pocket, fund.Spent}, slot{h.pocket, fund.Available}
	aid := slot{h.pocket, h.aid}
	if (e.kind == "recover" || e.kind == "unpark") && h.aid == "" {
		return "fund.nothing_spent"
	}
	switch e.kind {
	case "spend":
		if !l.admits(l.pocket(h.pocket), *h) {
			return "fund.purpose"
		}
		aid.code = aidCode(l.pocket(h.pocket), h.purpose)
		e.legs = []leg{{slot{h.pocket, fund.Committed}, spent, e.fen}, {till, aid, e.fen}}
	case "lend":
		if !l.admits(l.pocket(h.pocket), *h) {
			return "fund.purpose"
		}
		e.legs = []leg{{slot{h.pocket, fund.Committed}, lent, e.fen}, {bank, owed, e.fen}}
	case "forgive":
		if strings.Contains(h.ref, "#") || e.fen > l.owed[h.ref] {
			return "fund.over_repaid"
		}
		aid.code = aidCode(l.pocket(h.pocket), h.purpose)
		e.legs = []leg{{lent, spent, e.fen}, {owed, aid, e.fen}}
	case "release":
		e.legs = freed(h, e.fen)
	case "recover":
		e.legs = []leg{{spent, free, e.fen}, {aid, till, e.fen}}
	case "bounce":
		e.legs = []leg{{parked, till, e.fen}}
	case "resend":
		e.legs = []leg{{till, parked, e.fen}}
	case "unpark":
		e.legs = []leg{{spent, free, e.fen}, {aid, parked, e.fen}}
	}
	f := l.post(e)
	if f == "" && e.kind == "spend" {
		l.holds[e.ref].aid = aid.code
	}
	return f
}

func aidCode(t terms, purpose string) string {
	switch {
	case t.mutual:
		return "231"
	case purpose == "warmth":
		return "50205"
	}
	return "50204"
}

// canReverse says why an entry cannot be turned round.
func (l *ledger) canReverse(n int) string {
	switch {
	case n < 1 || n > len(l.lines):
		return "fund.no_entry"
	case l.lines[n-1].kind == "reverse":
		return "fund.reverse_twice"
	case l.lines[n-1].kind == "year":
		return "fund.reverse_year"
	case l.turned[n]:
		return "fund.reversed_already"
	}
	return ""
}

func (l *ledger) reverse(n int) string {
	e := l.lines[n-1]
	if h := l.holds[e.ref]; h != nil && holdKind(e.kind) && h.pocket != e.legs[0].from.pocket {
		return "fund.reverse_moved"
	}
	back := line{kind: "reverse", key: fmt.Sprintf("reverse/%d", n), ref: e.ref, fen: e.fen, reverses: n}
	for _, g := range e.legs {
		back.legs = append([]leg{{g.to, g.from, g.fen}}, back.legs...)
	}
	if !holdKind(e.kind) {
		back.ref = ""
	}
	f := l.post(back)
	if f == "" {
		l.turned[n] = true
		l.lines[len(l.lines)-1].ref = e.ref
		if back.ref == "" { // a repayment turned round is owed again
			l.owed[e.ref], l.owed[""] = l.owed[e.ref]+l.owed[""], 0
		}
	}
	return f
}

func (l *ledger) canClose(month string) string {
	switch {
	case month >= string(l.today)[:7]:
		return "fund.close_early"
	case month <= l.closed:
		return "fund.closed_already"
	}
	return ""
}

// closeMonth ends the years whose December it closes, then the months.
func (l *ledger) closeMonth(month string) string {
	first := day.Day("9999-01-01")
	for _, e := range l.lines {
		first = min(first, e.day)
	}
	for y := first.Year(); fmt.Sprintf("%d-12", y) <= month; y++ {
		if fmt.Sprintf("%d-12", y) <= l.closed {
			continue
		}
		e := line{kind: "year", key: fmt.Sprintf("year/%d/%d", y, len(l.lines)), day: day.Day(fmt.Sprintf("%d-12-31", y))}
		for s, fen := range l.standing(e.day) {
			if !strings.HasPrefix(s.code, "4") && !strings.HasPrefix(s.code, "5") || fen == 0 {
				continue
			}
			g := leg{s, slot{s.pocket, "331"}, fen}
			if fen < 0 {
				g = leg{g.to, g.from, -fen}
			}
			e.legs, e.fen = append(e.legs, g), e.fen+g.fen
		}
		if len(e.legs) > 0 {
			if f := l.post(e); f != "" {
				return f
			}
		}
	}
	l.closed = month
	return ""
}

// standing adds up every account at the end of a day.
func (l *ledger) standing(on day.Day) map[slot]int64 {
	out := map[slot]int64{}
	for _, e := range l.lines {
		if e.day > on {
			continue
		}
		for _, g := range e.legs {
			out[g.to] += g.fen
			out[g.from] -= g.fen
		}
	}
	return out
}
