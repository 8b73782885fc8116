package oversight

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
)

// Home is where the auditor's desk stands.
const Home = "/desk/oversight"

// Basis is what is drawn.
type Basis string

// What can be drawn: awards decided in the span, or payments the bank made in it.
const (
	Awards   Basis = "award"
	Payments Basis = "payment"
)

// Choices lists them.
func (Basis) Choices() []form.Choice {
	return []form.Choice{{Value: string(Awards), Label: "批准的帮扶"}, {Value: string(Payments), Label: "已付的款"}}
}

// Say gives the basis in a language.
func (b Basis) Say(l words.Lang) string { return label(l, b.Choices(), string(b)) }

// Method is how it is drawn.
type Method string

// The ways to draw: every one alike, or the more often the more speaks for a closer look.
const (
	Random Method = "random"
	ByRisk Method = "risk"
)

// Choices lists them.
func (Method) Choices() []form.Choice {
	return []form.Choice{{Value: string(Random), Label: "随机抽取"}, {Value: string(ByRisk), Label: "按风险加权抽取"}}
}

// Say gives the method in a language.
func (m Method) Say(l words.Lang) string { return label(l, m.Choices(), string(m)) }

func label(l words.Lang, all []form.Choice, value string) string {
	for _, c := range all {
		if c.Value == value {
			return words.T(l, c.Label)
		}
	}
	return value
}

// Span is the days looked at, both counted.
type Span struct{ From, Until day.Day }

// Sample is what was drawn and how, so that it can be drawn again. Digest is the SHA-256 of what it was drawn from.
type Sample struct {
	UnionID, ID, Number string
	Basis               Basis
	Method              Method
	FromOn, UntilOn     day.Day
	Size, Population    int64
	Amount              money.Amount // of all that it was drawn from
	Seed, Digest        string
	ByUser              string
	At                  int64
}

const sampleColumns = `union_id, id, number, basis, method, from_on, until_on, size, population, amount, seed, digest, by_user, at`

// Item is one that was drawn, with the signals as they stood.
type Item struct {
	UnionID, SampleID string
	Place             int64
	Name              string
	ObjectID, AwardID string
	Amount            money.Amount
	Score             int64
	Signs             string
	PassedBy          string
	PassedAt          int64
}

const itemColumns = `union_id, sample_id, place, name, object_id, award_id, amount, score, signs, passed_by, passed_at`

// Signals gives the item's signals.
func (i Item) Signals() (out []Sign, err error) { return out, json.Unmarshal([]byte(i.Signs), &out) }

// SampleOf gives a sample with its items, in the order they were drawn. Fault: Missing.
func SampleOf(ctx context.Context, tx *db.Tx, id string) (Sample, []Item, error) {
	s, err := db.One[Sample](ctx, tx, `select `+sampleColumns+` from oversight_sample where union_id = $1 and id = $2`, tx.Union, id)
	if err != nil {
		return s, nil, err
	}
	items, err := db.All[Item](ctx, tx, `select `+itemColumns+` from oversight_item where union_id = $1 and sample_id = $2 order by place`, tx.Union, id)
	return s, items, err
}

// Samples lists the samples, newest first.
func Samples(ctx context.Context, tx *db.Tx) ([]Sample, error) {
	return db.All[Sample](ctx, tx, `select `+sampleColumns+` from oversight_sample where union_id = $1 order by at desc, number desc`, tx.Union)
}

// ItemsOf lists the items by which an award was drawn, newest first.
func ItemsOf(ctx context.Context, tx *db.Tx, awardID string) ([]Item, error) {
	return db.All[Item](ctx, tx, `select `+itemColumns+` from oversight_item where union_id = $1 and award_id = $2 order by sample_id desc, place`, tx.Union, awardID)
}

// lots is one name in the drawing, with as many lots as it has.
type lots struct {
	Item
	n     int64
	first string // its lowest lot
}

// perLot is how many points of risk give one lot more.
const perLot = 5

// drawn are the names of a span in order, each with its lots by the method.
func drawn(all []*Dossier, in DrawIn) ([]lots, error) {
	var out []lots
	for _, d := range all {
		signs, err := json.Marshal(append([]Sign{}, d.Signs...))
		if err != nil {
			return nil, err
		}
		l := lots{Item: Item{Name: d.Number, ObjectID: d.ID, AwardID: d.ID, Amount: d.Total, Score: Score(d.Signs), Signs: string(signs)}, n: 1}
		if in.Method == ByRisk {
			l.n += l.Score / perLot
		}
		if in.Basis == Awards {
			out = append(out, l)
			continue
		}
		for _, p := range d.Pays {
			if p.Done() && p.PaidOn >= in.From && p.PaidOn <= in.Until {
				l.Name, l.ObjectID, l.Amount = d.Number+"-"+strconv.FormatInt(p.No, 10), p.ID, p.Amount
				out = append(out, l)
			}
		}
	}
	slices.SortFunc(out, func(a, b lots) int { return cmp.Compare(a.Name, b.Name) })
	return out, nil
}

// draw takes size names: each lot is the SHA-256 of seed, name and the lot's number, and the lowest win. So a seed and the list
// of names give the same sample wherever it is worked out, and who has more lots wins more often.
func draw(all []lots, seed string, size int) []lots {
	out := slices.Clone(all)
	for i := range out {
		for n := range out[i].n {
			sum := sha256.Sum256([]byte(seed + "|" + out[i].Name + "|" + strconv.FormatInt(n+1, 10)))
			if h := hex.EncodeToString(sum[:]); out[i].first == "" || h < out[i].first {
				out[i].first = h
			}
		}
	}
	slices.SortFunc(out, func(a, b lots) int { return cmp.Or(cmp.Compare(a.first, b.first), cmp.Compare(a.Name, b.Name)) })
	return out[:min(size, len(out))]
}

// digest is the SHA-256 of the names with their sums and lots, a line each.
func digest(all []lots) string {
	var b strings.Builder
	for _, l := range all {
		b.WriteString(l.Name + "|" + strconv.FormatInt(int64(l.Amount), 10) + "|" + strconv.FormatInt(l.n, 10) + "\n")
	}
	sum := sha256.Sum256([]byte(b.String()))
	return hex.EncodeToString(sum[:])
}

// DrawIn says what to draw. An empty Seed is thrown.
type DrawIn struct {
	Basis  Basis   `form:"basis" label:"抽什么" need:"true"`
	Method Method  `form:"method" label:"怎么抽" need:"true"`
	From   day.Day `form:"from" label:"从哪天" need:"true"`
	Until  day.Day `form:"until" label:"到哪天" need:"true"`
	Size   int64   `form:"size" label:"抽几件" need:"true" min:"1" max:"500"`
	Seed   string  `form:"seed" label:"随机种子" hint:"一般不填，由系统产生。填以前的种子可以重抽核对" max:"40"`
}

// Check holds the span: "oversight.span".
func (in DrawIn) Check() error {
	var l fault.List
	if in.Until < in.From || in.Until.Sub(in.From) > 3*366 {
		l.Add("until", "oversight.span")
	}
	return l.Err()
}

// Draw draws a sample and keeps it. Fault: "oversight.nothing" (Refused) when the span has nothing to draw from.
var Draw = act.Act[DrawIn, Sample]{Name: "oversight.draw", Title: "抽取审计样本", Right: "oversight.draw", Do: takeSample}

func takeSample(ctx context.Context, tx *db.Tx, in DrawIn) (Sample, error) {
	all, err := population(ctx, tx, in)
	if err != nil {
		return Sample{}, err
	}
	if len(all) == 0 {
		return Sample{}, fault.New(fault.Refused, "oversight.nothing").At("from")
	}
	s := Sample{UnionID: tx.Union, ID: tx.ID(), Basis: in.Basis, Method: in.Method, FromOn: in.From, UntilOn: in.Until, Population: int64(len(all)),
		Seed: strings.TrimSpace(in.Seed), Digest: digest(all), ByUser: tx.Actor.User, At: tx.Ms()}
	if s.Seed == "" {
		s.Seed = db.Token()[:12]
	}
	for _, l := range all {
		s.Amount += l.Amount
	}
	won := draw(all, s.Seed, int(in.Size))
	s.Size = int64(len(won))
	if s.Number, err = tx.Number(ctx, "SJ"); err != nil {
		return s, err
	}
	tx.About("oversight_sample", s.ID)
	if err := db.Insert(ctx, tx, "oversight_sample", s); err != nil {
		return s, err
	}
	for n, l := range won {
		l.UnionID, l.SampleID, l.Place = tx.Union, s.ID, int64(n+1)
		if err := db.Insert(ctx, tx, "oversight_item", l.Item); err != nil {
			return s, err
		}
	}
	return s, nil
}

func population(ctx context.Context, tx *db.Tx, in DrawIn) ([]lots, error) {
	all, err := load(ctx, tx, in.Basis.in(Span{in.From, in.Until}))
	if err != nil {
		return nil, err
	}
	return drawn(all, in)
}

// Again says how a kept sample comes out when it is drawn again from today's records.
type Again struct {
	Same, SameData bool
	Population     int64
}

// Redraw draws a kept sample again. Where what it was drawn from has changed (a payment came back, a signal was mended) the
// sample may come out another way; SameData tells the two apart.
func Redraw(ctx context.Context, tx *db.Tx, s Sample, items []Item) (Again, error) {
	all, err := population(ctx, tx, DrawIn{Basis: s.Basis, Method: s.Method, From: s.FromOn, Until: s.UntilOn})
	if err != nil {
		return Again{}, err
	}
	a := Again{SameData: digest(all) == s.Digest, Population: int64(len(all))}
	a.Same = slices.EqualFunc(draw(all, s.Seed, int(s.Size)), items, func(l lots, i Item) bool { return l.ObjectID == i.ObjectID })
	return a, nil
}

// PassIn names an item of a sample that was looked at.
type PassIn struct {
	Sample string `form:"sample" kind:"hidden" need:"true" max:"40"`
	Place  int64  `form:"place" label:"序号" need:"true" min:"1"`
}

// Pass writes down that an item was looked at and nothing needs an answer. Fault: Conflict when it was.
var Pass = act.Act[PassIn, Item]{Name: "oversight.pass", Title: "核查无问题", Right: "oversight.draw",
	Do: func(ctx context.Context, tx *db.Tx, in PassIn) (Item, error) {
		tx.About("oversight_sample", in.Sample, "passed")
		i, err := db.One[Item](ctx, tx, `select `+itemColumns+` from oversight_item where union_id = $1 and sample_id = $2 and place = $3`, tx.Union, in.Sample, in.Place)
		if err != nil {
			return i, err
		}
		i.PassedBy, i.PassedAt = tx.Actor.User, tx.Ms()
		return i, tx.Must(ctx, "fault.stale", `update oversight_item set passed_by = $4, passed_at = $5
			where union_id = $1 and sample_id = $2 and place = $3 and passed_at = 0`, tx.Union, i.SampleID, i.Place, i.PassedBy, i.PassedAt)
	}}
