package discovery

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/words"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
)

// Calamity is what struck a place.
type Calamity string

// Choices lists what can strike a place.
func (Calamity) Choices() []form.Choice {
	return []form.Choice{{Value: "flood", Label: "洪水、内涝"}, {Value: "storm", Label: "台风、风雹"}, {Value: "quake", Label: "地震"}, {Value: "slide", Label: "滑坡、泥石流"},
		{Value: "drought", Label: "干旱"}, {Value: "snow", Label: "低温、雪灾"}, {Value: "fire", Label: "火灾"}, {Value: "epidemic", Label: "疫情"}}
}

// Say gives the word.
func (c Calamity) Say(l words.Lang) string { return said(l, c.Choices(), string(c)) }

// Strike is one disaster and the search for those it struck: how many addresses were looked at, and how many lie in the place.
type Strike struct {
	UnionID, ID    string
	Kind           Calamity
	Place          string
	OnDay          day.Day
	After          string
	Looked, Struck int64
	Done           bool
	ByUser         string
	At             int64
}

const strikeColumns = `union_id, id, kind, place, on_day, after, looked, struck, done, by_user, at`

// StrikeIn reports a disaster. Place is a part of an address as it is written in the files: a county, a town, a village.
type StrikeIn struct {
	Kind  Calamity `form:"kind" label:"什么灾害" need:"true"`
	Place string   `form:"place" label:"受灾的地方" hint:"写住址里会出现的字，比如“青溪镇”。会逐户比对住址，按批量查阅记入日志" need:"true" min:"2" max:"40"`
	On    day.Day  `form:"on" label:"受灾日期" need:"true"`
}

// Check wants a place of two characters or more.
func (in StrikeIn) Check() error {
	if len([]rune(strings.TrimSpace(in.Place))) < 2 {
		return invalid("place", "discovery.place")
	}
	return nil
}

// ReportStrike begins the search among the addresses of all workers; it is one bulk look, with count and hash in the audit when
// it ends. Fault: "discovery.day".
var ReportStrike = act.Act[StrikeIn, Strike]{Name: "discovery.strike", Title: "登记受灾地区", Right: "discovery.strike",
	Do: func(ctx context.Context, tx *db.Tx, in StrikeIn) (Strike, error) {
		if !in.On.Valid() || in.On > tx.Day() || in.On < tx.Day().AddMonths(-3) {
			return Strike{}, invalid("on", "discovery.day", tx.Day().AddMonths(-3))
		}
		s := Strike{UnionID: tx.Union, ID: tx.ID(), Kind: in.Kind, Place: strings.TrimSpace(in.Place), OnDay: in.On, ByUser: tx.Actor.User, At: tx.Ms()}
		tx.About("discovery.strike", s.ID, "address")
		tx.Trail.Reason = words.T(words.Zh, "比对住址，找出受灾的职工")
		return s, db.Insert(ctx, tx, "discovery_disaster", s)
	}}

// Strikes lists the newest disasters.
func Strikes(ctx context.Context, tx *db.Tx) ([]Strike, error) {
	return db.All[Strike](ctx, tx, `select `+strikeColumns+` from discovery_disaster where union_id = $1 order by id desc limit 20`, tx.Union)
}

// span is how many addresses one act opens.
const span = 200

// Search is the chunk of the job that holds the addresses of workers against the places that were struck; "" when all are done.
func Search(ctx context.Context, tx *db.Tx, _ string) (string, error) {
	s, ok, err := db.Maybe[Strike](ctx, tx, `select `+strikeColumns+` from discovery_disaster where union_id = $1 and done = 0 order by id limit 1`, tx.Union)
	if err != nil || !ok {
		return "", err
	}
	signal, err := SignalOf(ctx, tx, Disaster)
	if err != nil {
		return "", err
	}
	some, err := person.After(ctx, tx, s.After, span)
	if err != nil {
		return "", err
	}
	var homes []string
	for _, w := range some {
		s.After = w.ID
		if w.Status == person.Active {
			homes = append(homes, w.HouseholdID)
		}
	}
	where, err := person.OpenAddresses(ctx, tx, homes)
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	for _, w := range some {
		if w.Status != person.Active || where[w.HouseholdID] == "" {
			continue
		}
		s.Looked++
		fmt.Fprintf(sum, "%s\x1e", w.HouseholdID)
		if !strings.Contains(where[w.HouseholdID], s.Place) {
			continue
		}
		s.Struck++
		if err := raise(ctx, tx, signal, Find{PersonID: w.ID, Ref: "strike/" + s.ID, On: s.OnDay, Args: []any{s.Kind, s.OnDay}}); err != nil {
			return "", err
		}
	}
	s.Done = len(some) < span
	tx.About("discovery.strike", s.ID, "address", fmt.Sprintf("rows=%d", len(where)), "sha256="+hex.EncodeToString(sum.Sum(nil)))
	return "more", tx.Must(ctx, "fault.stale", `
		update discovery_disaster set after = $3, looked = $4, struck = $5, done = $6 where union_id = $1 and id = $2 and done = 0`,
		tx.Union, s.ID, s.After, s.Looked, s.Struck, s.Done)
}
