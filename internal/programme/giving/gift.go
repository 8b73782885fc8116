package giving

import (
	"context"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
	"bangfu/internal/domain/casefile"
	"bangfu/internal/domain/fund"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
)

// The kinds of gift.
const (
	Money = "money"
	Goods = "goods"
)

// Gift is one gift. Worth is fen. Seq is the entry that booked it, 0 for goods worth nothing; Pieces came and Given of them were
// handed out. ShownName is "" unless the donor agreed to be named.
type Gift struct {
	UnionID, ID, Number, CampaignID, Kind string
	Showing                               Showing
	ShownName                             string
	Donor                                 []byte
	Worth                                 money.Amount
	Slip                                  string
	Seq                                   int64
	Item, Unit                            string
	Pieces, Given                         int64
	OnDay                                 day.Day
	ByUser                                string
	At                                    int64
}

const giftColumns = `union_id, id, number, campaign_id, kind, showing, shown_name, donor, worth, slip, seq, item, unit, pieces, given, on_day, by_user, at`

// By is what the public calls the donor.
func (g Gift) By(l words.Lang) string { return shownName(l, g.Showing, g.ShownName) }

// GiftOf gives one. Fault: Missing.
func GiftOf(ctx context.Context, tx *db.Tx, id string) (Gift, error) {
	return db.One[Gift](ctx, tx, `select `+giftColumns+` from giving_gift where union_id = $1 and id = $2`, tx.Union, id)
}

// Gifts lists a campaign's gifts in the order they were written down.
func Gifts(ctx context.Context, tx *db.Tx, campaign string) ([]Gift, error) {
	return db.All[Gift](ctx, tx, `select `+giftColumns+` from giving_gift where union_id = $1 and campaign_id = $2 order by number`, tx.Union, campaign)
}

// MoneyIn is a gift of money by its bank slip.
type MoneyIn struct {
	Campaign string       `form:"campaign" kind:"hidden" need:"true" max:"40"`
	Amount   money.Amount `form:"amount" label:"金额" unit:"元" need:"true" min:"0.01"`
	Slip     string       `form:"slip" label:"银行回单号" hint:"同一张回单只能登记一次" need:"true" max:"60"`
	On       day.Day      `form:"on" label:"到账日期" need:"true"`
	Showing  Showing      `form:"showing" label:"姓名怎样公开" need:"true"`
	Donor    string       `form:"donor" label:"捐款人或单位" hint:"匿名的不填" max:"60"`
}

// Check holds the shape: "giving.amount", "giving.donor", "giving.no_donor".
func (in MoneyIn) Check() error {
	var l fault.List
	if in.Amount <= 0 {
		l.Add("amount", "giving.amount")
	}
	checkDonor(&l, in.Showing, in.Donor)
	return l.Err()
}

func checkDonor(l *fault.List, s Showing, donor string) {
	switch named := strings.TrimSpace(donor) != ""; {
	case s == Anonymous && named:
		l.Add("donor", "giving.no_donor")
	case s != Anonymous && !named:
		l.Add("donor", "giving.donor")
	}
}

// begin is what every gift starts with: an open campaign, a day that has come, a number, its donor sealed.
func begin(ctx context.Context, tx *db.Tx, campaign string, g Gift, donor string) (Gift, Campaign, error) {
	c, err := CampaignOf(ctx, tx, campaign)
	switch {
	case err != nil:
		return g, c, err
	case c.State != Open:
		return g, c, fault.New(fault.Conflict, "giving.closed")
	case !g.OnDay.Valid() || g.OnDay > tx.Day():
		return g, c, fault.New(fault.Invalid, "giving.day").At("on")
	}
	g.UnionID, g.ID, g.CampaignID, g.ByUser, g.At = tx.Union, tx.ID(), c.ID, tx.Actor.User, tx.Ms()
	donor = strings.TrimSpace(donor)
	if g.Showing == Named {
		g.ShownName = donor
	}
	if g.Showing != Anonymous {
		if g.Donor, err = tx.Seal("giving_gift.donor", g.ID, donor); err != nil {
			return g, c, err
		}
	}
	tx.About("gift", g.ID)
	g.Number, err = tx.Number(ctx, "JZ")
	return g, c, err
}

// Receive books a gift of money into its campaign's pocket. Faults: "giving.closed", "giving.slip_taken" (Conflict),
// "giving.day", and those of fund.Give.
var Receive = act.Act[MoneyIn, Gift]{Name: "giving.receive", Title: "登记捐款", Right: "giving.receive",
	Do: func(ctx context.Context, tx *db.Tx, in MoneyIn) (Gift, error) {
		g, c, err := begin(ctx, tx, in.Campaign, Gift{Kind: Money, Showing: in.Showing, Worth: in.Amount, Slip: strings.TrimSpace(in.Slip), OnDay: in.On}, in.Donor)
		if err != nil {
			return g, err
		}
		e, err := fund.Give(ctx, tx, fund.Gift{Key: "slip/" + g.Slip, Pocket: c.Pocket, Ref: g.Slip, Memo: g.Number, Amount: g.Worth, Day: g.OnDay})
		if fault.Is(err, "fund.key_reused") {
			return g, fault.New(fault.Conflict, "giving.slip_taken", g.Slip).At("slip")
		}
		if err != nil {
			return g, err
		}
		g.Seq = e.Seq
		return g, db.Insert(ctx, tx, "giving_gift", g)
	}}

// GoodsIn is a gift in kind. Worth is what the whole of it is worth by its invoice or by two persons' estimate.
type GoodsIn struct {
	Campaign string       `form:"campaign" kind:"hidden" need:"true" max:"40"`
	Item     string       `form:"item" label:"物品" need:"true" max:"40"`
	Pieces   int64        `form:"pieces" label:"数量" need:"true" min:"1" max:"1000000"`
	Unit     string       `form:"unit" label:"单位" hint:"例如：袋、件" need:"true" max:"8"`
	Worth    money.Amount `form:"worth" label:"总价值" unit:"元" hint:"按发票；没有发票的按两人估价" need:"true"`
	On       day.Day      `form:"on" label:"收到日期" need:"true"`
	Showing  Showing      `form:"showing" label:"姓名怎样公开" need:"true"`
	Donor    string       `form:"donor" label:"捐赠人或单位" hint:"匿名的不填" max:"60"`
}

// Check holds the shape: "giving.amount", "giving.pieces", "giving.donor", "giving.no_donor".
func (in GoodsIn) Check() error {
	var l fault.List
	if in.Worth < 0 {
		l.Add("worth", "giving.amount")
	}
	if in.Pieces < 1 {
		l.Add("pieces", "giving.pieces")
	}
	checkDonor(&l, in.Showing, in.Donor)
	return l.Err()
}

// TakeGoods writes down a gift in kind. Faults: "giving.closed", "giving.day".
var TakeGoods = act.Act[GoodsIn, Gift]{Name: "giving.take_goods", Title: "登记捐赠物品", Right: "giving.goods",
	Do: func(ctx context.Context, tx *db.Tx, in GoodsIn) (Gift, error) {
		g, c, err := begin(ctx, tx, in.Campaign, Gift{Kind: Goods, Showing: in.Showing, Worth: in.Worth, Item: strings.TrimSpace(in.Item),
			Unit: strings.TrimSpace(in.Unit), Pieces: in.Pieces, OnDay: in.On}, in.Donor)
		if err != nil {
			return g, err
		}
		if g.Worth > 0 {
			e, err := fund.TakeIn(ctx, tx, fund.Stock{Key: "gift/" + g.ID, Pocket: c.Pocket, Ref: g.ID, Memo: g.Number + " " + g.Item, Amount: g.Worth, Day: g.OnDay})
			if err != nil {
				return g, err
			}
			g.Seq = e.Seq
		}
		return g, db.Insert(ctx, tx, "giving_gift", g)
	}}

// Handout is goods handed to a household; Worth is its part of the gift's, fen.
type Handout struct {
	UnionID, ID, GiftID, PersonID, HouseholdID string
	Pieces                                     int64
	Worth                                      money.Amount
	OnDay                                      day.Day
	ByUser                                     string
	At                                         int64
}

// Handouts lists what became of a gift in kind.
func Handouts(ctx context.Context, tx *db.Tx, gift string) ([]Handout, error) {
	return db.All[Handout](ctx, tx, `select union_id, id, gift_id, person_id, household_id, pieces, worth, on_day, by_user, at from giving_handout
		where union_id = $1 and gift_id = $2 order by id`, tx.Union, gift)
}

// HandIn hands goods to a worker's household.
type HandIn struct {
	Gift    string  `form:"gift" kind:"hidden" need:"true" max:"40"`
	StaffNo string  `form:"staff_no" label:"工号" need:"true" max:"40"`
	Pieces  int64   `form:"pieces" label:"数量" need:"true" min:"1" max:"1000000"`
	On      day.Day `form:"on" label:"领取日期" need:"true"`
}

// HandOut hands goods of a gift to a household, and counts their worth as help it had. Never more than came. Faults:
// "giving.no_worker" (Missing), "giving.own" (Denied: one's own household), "giving.day", "giving.too_many" (Refused).
var HandOut = act.Act[HandIn, Handout]{Name: "giving.hand_out", Title: "发放捐赠物品", Right: "giving.hand_out", Do: handOut}

func handOut(ctx context.Context, tx *db.Tx, in HandIn) (Handout, error) {
	h := Handout{UnionID: tx.Union, ID: tx.ID(), GiftID: in.Gift, Pieces: in.Pieces, OnDay: in.On, ByUser: tx.Actor.User, At: tx.Ms()}
	w, err := receiver(ctx, tx, in.StaffNo)
	if err != nil {
		return h, err
	}
	g, err := GiftOf(ctx, tx, in.Gift)
	if err != nil {
		return h, err
	}
	if !in.On.Valid() || in.On > tx.Day() || in.On < g.OnDay {
		return h, fault.New(fault.Invalid, "giving.day").At("on")
	}
	h.PersonID, h.HouseholdID = w.ID, w.HouseholdID
	tx.About("gift", g.ID, "given")
	tx.Trail.Subject = w.ID
	after, ok, err := db.Maybe[int64](ctx, tx, `update giving_gift set given = given + $3
		where union_id = $1 and id = $2 and kind = 'goods' and given + $3 <= pieces returning given`, tx.Union, g.ID, in.Pieces)
	if err == nil && !ok {
		err = fault.New(fault.Refused, "giving.too_many", g.Pieces-g.Given).At("pieces")
	}
	if err != nil {
		return h, err
	}
	if h.Worth, err = part(g, after-in.Pieces, after); err != nil {
		return h, err
	}
	if err := db.Insert(ctx, tx, "giving_handout", h); err != nil {
		return h, err
	}
	if err := h.book(ctx, tx, g); err != nil {
		return h, err
	}
	return h, casefile.AddAid(ctx, tx, casefile.Aid{Ref: "handout/" + h.ID, HouseholdID: h.HouseholdID, PersonID: h.PersonID, Item: "goods", Amount: h.Worth,
		On: h.OnDay, Source: casefile.Outside, Note: g.Item + " " + g.Number})
}

// book takes what was handed out off the stock. Gifts of before the stock was booked (Seq 0) are on no account.
func (h Handout) book(ctx context.Context, tx *db.Tx, g Gift) error {
	if g.Seq == 0 || h.Worth == 0 {
		return nil
	}
	c, err := CampaignOf(ctx, tx, g.CampaignID)
	if err != nil {
		return err
	}
	_, err = fund.HandOut(ctx, tx, fund.Stock{Key: "handout/" + h.ID, Pocket: c.Pocket, Ref: g.ID, Memo: g.Number + " " + g.Item, Amount: h.Worth, Day: h.OnDay})
	return err
}

// part is the worth of the pieces from one count to another: the parts of a gift add up to its worth to the fen.
func part(g Gift, from, to int64) (money.Amount, error) {
	low, err := g.Worth.MulDiv(from, g.Pieces, money.Down)
	if err != nil {
		return 0, err
	}
	high, err := g.Worth.MulDiv(to, g.Pieces, money.Down)
	return high - low, err
}

func receiver(ctx context.Context, tx *db.Tx, staffNo string) (person.Worker, error) {
	w, ok, err := person.ByStaffNo(ctx, tx, person.StaffNo(staffNo))
	if err == nil && !ok {
		err = fault.New(fault.Missing, "giving.no_worker").At("staff_no")
	}
	if err != nil {
		return w, err
	}
	if w, err = person.Reached(ctx, tx, "giving.hand_out", w.ID); err != nil || tx.Actor.Person == "" {
		return w, err
	}
	kin, err := person.Kin(ctx, tx, w.ID)
	for _, id := range append(kin, w.ID) {
		if err == nil && id == tx.Actor.Person {
			err = fault.New(fault.Denied, "giving.own")
		}
	}
	return w, err
}
