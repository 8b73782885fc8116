package oversight

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strconv"

	"bangfu/internal/base/day"
	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
	"bangfu/internal/domain/fund"
	"bangfu/internal/domain/intake"
	"bangfu/internal/domain/payment"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/approval"
	"bangfu/internal/office/org"
)

// Sign is one signal: a reason to look closer, never a judgement. Args fill its sentence.
type Sign struct {
	Code string   `json:"code"`
	Args []string `json:"args,omitempty"`
}

// Say gives the sentence of a signal.
func (s Sign) Say(l words.Lang) string {
	args := make([]any, len(s.Args))
	for i, a := range s.Args {
		args[i] = a
	}
	return words.T(l, "oversight.sign."+s.Code, args...)
}

// Part is where in the evidence a gap lies.
type Part string

// The parts of an evidence page, in the order of work.
const (
	PartAsked   Part = "asked"
	PartLooked  Part = "looked"
	PartDecided Part = "decided"
	PartShown   Part = "shown"
	PartPaid    Part = "paid"
	PartPattern Part = "pattern" // no gap: how it stands beside others
)

// weight is what a signal adds to the risk of an award, and where it stands.
type weight struct {
	Part   Part
	Points int64
}

// weights says what each signal counts. They only set how often an award is drawn.
func weights() map[string]weight {
	return map[string]weight{
		"no_consent":          {PartAsked, 20},
		"adult_consent":       {PartAsked, 20},
		"withdrawn":           {PartAsked, 20},
		"no_paper":            {PartAsked, 10},
		"unseen_paper":        {PartAsked, 15},
		"late_paper":          {PartAsked, 20},
		"no_review":           {PartLooked, 15},
		"no_visit":            {PartLooked, 15},
		"no_panel":            {PartLooked, 15},
		"no_meeting":          {PartLooked, 10},
		"no_decision":         {PartDecided, 30},
		"same_hand":           {PartDecided, 30},
		"above_panel":         {PartDecided, 15},
		"not_public":          {PartShown, 30},
		"short_public":        {PartShown, 20},
		"upheld":              {PartShown, 20},
		"no_signature":        {PartPaid, 30},
		"unchecked":           {PartPaid, 20},
		"same_payer":          {PartPaid, 30},
		"no_entry":            {PartPaid, 40},
		"no_receipt":          {PartPaid, 5},
		"denied":              {PartPaid, 30},
		"twice":               {PartPattern, 40},
		"split":               {PartPattern, 30},
		"under":               {PartPattern, 20},
		"kin_hand":            {PartPattern, 60},
		"kin_official":        {PartPattern, 15},
		"same_official_card":  {PartPattern, 50},
		"same_official_phone": {PartPattern, 40},
		"same_contact_card":   {PartPattern, 30},
		"same_contact_phone":  {PartPattern, 10},
		"cluster":             {PartPattern, 10},
		"hurry":               {PartPattern, 5},
		"round":               {PartPattern, 5},
	}
}

// Part gives where the signal stands in the evidence.
func (s Sign) Part() Part { return weights()[s.Code].Part }

// Gap reports a signal that something of the evidence is missing or wrong, and not only how the award stands beside others.
func (s Sign) Gap() bool { return s.Part() != PartPattern }

// Score adds up what the signals count.
func Score(all []Sign) (n int64) {
	w := weights()
	for _, s := range all {
		n += w[s.Code].Points
	}
	return n
}

func (d *Dossier) sign(code string, args ...string) {
	d.Signs = append(d.Signs, Sign{code, args})
}

// receipts is how many days a worker has to sign for a payment before an auditor asks.
const receipts = 15

// gaps looks for what is missing or wrong in the evidence itself.
func (d *Dossier) gaps(today day.Day, days int64) {
	d.gapsAsked(today)
	d.gapsLooked()
	d.gapsDecided()
	d.gapsShown(days)
	d.gapsPaid(today)
}

func (d *Dossier) gapsAsked(today day.Day) {
	agreed, gone := false, ""
	for _, c := range d.Consents {
		agreed = agreed || c.Purpose == intake.ForNotice && c.Given
		if c.Given && c.WithdrawnAt > 0 && c.WithdrawnAt < d.DecidedAt {
			gone = string(dayOf(c.WithdrawnAt))
		}
	}
	if !agreed {
		d.sign("no_consent")
	}
	if gone != "" {
		d.sign("withdrawn", gone)
	}
	asked := 0
	for _, m := range d.Family {
		if r := (intake.Relative{Birth: m.Birth, Relation: m.Relation}); m.Consent == "" && r.Adult(d.Decided()) {
			asked++
		}
	}
	if asked > 0 {
		d.sign("adult_consent", strconv.Itoa(asked))
	}
	none, unseen := 0, 0
	for _, p := range d.Papers {
		switch p.State {
		case "none", "bad":
			none++
		case "given":
			unseen++
		}
	}
	if none > 0 && d.Emergency && d.PapersDue.Valid() && d.PapersDue < today {
		d.sign("late_paper", string(d.PapersDue), strconv.Itoa(none))
	} else if none > 0 {
		d.sign("no_paper", strconv.Itoa(none))
	}
	if unseen > 0 {
		d.sign("unseen_paper", strconv.Itoa(unseen))
	}
}

func (d *Dossier) gapsLooked() {
	reviewed := false
	for _, s := range d.Steps {
		reviewed = reviewed || reviews(s.Act)
	}
	if !reviewed {
		d.sign("no_review")
	}
	if len(d.Visits) == 0 {
		d.sign("no_visit")
	}
	if len(d.Panels) == 0 {
		d.sign("no_panel")
	}
	if len(d.Talks) == 0 && !d.Emergency {
		d.sign("no_meeting")
	}
}

// reviews reports the steps by which an application is looked at by the union.
func reviews(act string) bool {
	return slices.Contains([]string{"pass", "forward", "visit", "verify", "assess"}, act)
}

func (d *Dossier) gapsDecided() {
	yes := false
	for _, s := range d.Signed {
		yes = yes || s.Yes
		if s.UserID == d.MadeBy {
			d.sign("same_hand", s.Name)
		}
	}
	if !yes {
		d.sign("no_decision")
	}
	if n := len(d.Panels); n > 0 && d.Panels[n-1].Amount > 0 && d.Amount > d.Panels[n-1].Amount {
		d.sign("above_panel", d.Amount.String(), d.Panels[n-1].Amount.String())
	}
}

func (d *Dossier) gapsShown(days int64) {
	if d.Emergency {
		return // an emergency is paid before it is public (S07)
	}
	if d.SignedAt > 0 && d.PublishedAt == 0 && len(d.Shown) == 0 {
		d.sign("not_public")
	}
	for _, s := range d.Shown {
		if s.Days < days {
			d.sign("short_public", strconv.FormatInt(s.Days, 10), strconv.FormatInt(days, 10))
		}
		if s.Upheld > 0 {
			d.sign("upheld")
		}
	}
}

func (d *Dossier) gapsPaid(today day.Day) {
	spent := money.Amount(0)
	for _, p := range d.Posts {
		if p.Kind == string(fund.KindSpend) {
			spent += p.Amount
		}
	}
	for _, p := range d.Pays {
		no := strconv.FormatInt(p.No, 10)
		if p.Batch != "" && p.BatchOther != "" && p.BatchBy == p.BatchOther {
			d.sign("same_payer", no)
		}
		if p.State == payment.Missing {
			d.sign("denied", no)
		}
		if !p.Done() {
			continue
		}
		spent -= p.Amount
		if d.SignedAt == 0 {
			d.sign("no_signature", no)
		}
		if p.CheckedAt == 0 {
			d.sign("unchecked", no)
		}
		if p.State == payment.Paid && p.PaidOn.Valid() && p.PaidOn.Add(receipts) < today {
			d.sign("no_receipt", no, string(p.PaidOn))
		}
	}
	if spent < 0 {
		d.sign("no_entry", (-spent).String())
	}
}

// signals works out every signal of the loaded awards.
func signals(ctx context.Context, tx *db.Tx, w which, all []*Dossier) error {
	text, err := org.Setting(ctx, tx, "notice.days")
	if err != nil {
		return err
	}
	days, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return err
	}
	rules, err := approval.Rules(ctx, tx)
	if err != nil {
		return err
	}
	programmes, err := intake.Programmes(ctx, tx)
	if err != nil {
		return err
	}
	public := map[string]int64{}
	for _, p := range programmes {
		public[p.Code] = p.Publish
	}
	for _, d := range all {
		d.gaps(tx.Day(), cmp.Or(public[d.Programme], days))
		d.round()
	}
	if err := beside(ctx, tx, w, all, rules); err != nil {
		return err
	}
	return related(ctx, tx, w, all)
}

// round notes a sum in whole thousands of yuan where the standard left the sum open.
func (d *Dossier) round() {
	if d.Verdict == "" {
		return
	}
	var v standard.Verdict
	if json.Unmarshal([]byte(d.Verdict), &v) != nil {
		return
	}
	for _, it := range v.Items {
		if it.Code == d.Item && it.Floor != it.Ceiling && it.Ceiling > 0 && d.Amount < it.Ceiling {
			d.sign("round", d.Amount.String())
			return
		}
	}
}
