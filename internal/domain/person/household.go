package person

import (
	"context"
	"slices"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/ident"
	"bangfu/internal/base/money"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/auth"
)

// Home is a household: who lives together with one or more workers. IntoID names the household it was joined into.
type Home struct {
	ID, HeadID   string
	Since, Until day.Day
	IntoID       string
	ImportID     string
	Version      int64
	CreatedAt    int64
	On           day.Day  `db:"-"` // the day the members and facts below are of
	Members      []Member `db:"-"`
	Facts        []Fact   `db:"-"`
}

type homeRow struct {
	UnionID string
	Home
	Address []byte
}

const homeColumns = `union_id, id, head_id, address, since, until, into_id, import_id, version, created_at`

// Member is one who lives in a household from Since until the day before Until. WorkerID is set for workers of the roster. Income
// is fen a month and means nothing unless IncomeKnown.
type Member struct {
	ID, HouseholdID, WorkerID string
	Relation                  Relation
	Name                      string
	Sex                       ident.Sex
	Birth                     day.Day
	IDNoIx, IDMask            string
	Dependent                 Dependent
	Health                    Health
	Disability                Disability
	Grade                     int64
	Disease                   Disease
	Schooling                 Schooling
	Employment                Work
	Workplace                 string
	Income                    money.Amount
	IncomeKnown               bool
	Since, Until              day.Day
	EndReason, FormerID       string
	ImportID                  string
	Version, CreatedAt        int64
}

type memberRow struct {
	UnionID string
	Member
	IDNo []byte
}

const memberColumns = `union_id, id, household_id, worker_id, relation, name, sex, birth, id_no, id_no_ix, id_mask, dependent, health,
	disability, grade, disease, schooling, employment, workplace, income, income_known, since, until, end_reason, former_id, import_id,
	version, created_at`

// Household gives a household as it is today, members and facts with it.
func Household(ctx context.Context, tx *db.Tx, id string) (Home, error) {
	return HouseholdAsOf(ctx, tx, id, tx.Day())
}

// HouseholdAsOf rebuilds a household as it was on a day from its dated rows: who lived there, and what was known of each
// from a day not later than it. A household joined into another later is given as it was before.
func HouseholdAsOf(ctx context.Context, tx *db.Tx, id string, on day.Day) (Home, error) {
	h, err := home(ctx, tx, id)
	if err != nil {
		return Home{}, err
	}
	h.On = on
	rows, err := members(ctx, tx, id)
	if err != nil {
		return Home{}, err
	}
	if h.Facts, err = Facts(ctx, tx, id, on); err != nil {
		return Home{}, err
	}
	for _, m := range rows {
		if m.Since <= on && (m.Until == "" || m.Until > on) {
			h.Members = append(h.Members, m.asOf(h.Facts))
		}
	}
	return h.Home, nil
}

func home(ctx context.Context, tx *db.Tx, id string) (homeRow, error) {
	return db.One[homeRow](ctx, tx, `select `+homeColumns+` from person_household where union_id = $1 and id = $2`, tx.Union, id)
}

// members gives all who ever lived in a household, the head first, then by age.
func members(ctx context.Context, tx *db.Tx, householdID string) ([]memberRow, error) {
	rows, err := db.All[memberRow](ctx, tx, `
		select `+memberColumns+` from person_member where union_id = $1 and household_id = $2 order by since, birth, id`, tx.Union, householdID)
	rank := []Relation{RelSelf, RelSpouse, RelChild, RelParent, RelParentInLaw}
	at := func(r Relation) int {
		if i := slices.Index(rank, r); i >= 0 {
			return i
		}
		return len(rank)
	}
	slices.SortStableFunc(rows, func(a, b memberRow) int { return at(a.Relation) - at(b.Relation) })
	return rows, err
}

// asOf sets what changes about a member to what the facts of a day say; what they do not say is not known.
func (m memberRow) asOf(facts []Fact) Member {
	out := m.Member
	out.Health, out.Disability, out.Grade, out.Disease, out.Schooling, out.Employment = "", "", 0, "", "", ""
	out.Income, out.IncomeKnown = 0, false
	latest := day.Day("")
	for _, f := range facts {
		if f.SubjectID != m.ID {
			continue
		}
		switch f.Name {
		case FactHealth:
			out.Health = Health(f.Value)
		case "disability_kind":
			out.Disability = Disability(f.Value)
		case "disability_grade":
			out.Grade = f.Num
		case FactDisease:
			out.Disease = Disease(f.Value)
		case FactSchooling:
			out.Schooling = Schooling(f.Value)
		case FactWork:
			out.Employment = Work(f.Value)
		case FactIncome:
			if f.FromOn >= latest {
				out.Income, out.IncomeKnown, latest = f.Amount(), true, f.FromOn
			}
		}
	}
	return out
}

// Fact gives what is known of a subject under a name: for months and years the latest period. False when nothing is known.
func (h Home) Fact(subjectID, name string) (Fact, bool) {
	var best Fact
	found := false
	for _, f := range h.Facts {
		if f.SubjectID == subjectID && f.Name == name && (!found || f.Period >= best.Period) {
			best, found = f, true
		}
	}
	return best, found
}

// Sum adds a money fact over the whole household for one period: its own row and those of its workers and present members.
// The second result says whether anything was known at all.
func (h Home) Sum(name, period string) (money.Amount, bool, error) {
	var parts []money.Amount
	for _, f := range h.Facts {
		if f.Name == name && f.Period == period && h.counts(f) {
			parts = append(parts, f.Amount())
		}
	}
	total, err := money.Sum(parts...)
	return total, len(parts) > 0, err
}

func (h Home) counts(f Fact) bool {
	return f.SubjectKind == OfHousehold || slices.ContainsFunc(h.Members, func(m Member) bool {
		return m.ID == f.SubjectID || m.WorkerID != "" && m.WorkerID == f.SubjectID
	})
}

// MemberOf gives the member who is a worker of the roster; false when the worker does not live here.
func (h Home) MemberOf(workerID string) (Member, bool) {
	i := slices.IndexFunc(h.Members, func(m Member) bool { return m.WorkerID == workerID && workerID != "" })
	if i < 0 {
		return Member{}, false
	}
	return h.Members[i], true
}

// SeenBy gives the members with their relation to one worker of the household instead of to its head.
func (h Home) SeenBy(workerID string) []Member {
	me, ok := h.MemberOf(workerID)
	if !ok {
		return h.Members
	}
	out := slices.Clone(h.Members)
	for i := range out {
		out[i].Relation = out[i].Relation.seen(me.Relation)
		if out[i].ID == me.ID {
			out[i].Relation = RelSelf
		}
	}
	return out
}

// WorkersOf gives the workers who live in a household today.
func WorkersOf(ctx context.Context, tx *db.Tx, householdID string) ([]Worker, error) {
	return views(db.All[worker](ctx, tx, `select `+workerColumns+` from person_worker where union_id = $1 and household_id = $2 order by id`,
		tx.Union, householdID))
}

// reachHome says whether a right reaches a household through any of its workers. Fault: "fault.denied".
func reachHome(ctx context.Context, tx *db.Tx, right, householdID string) error {
	all, err := WorkersOf(ctx, tx, householdID)
	if err != nil {
		return err
	}
	for _, w := range all {
		if auth.Reach(tx, right, w.UnitPath, w.ID) == nil {
			tx.Trail.Subject = w.ID
			return nil
		}
	}
	return denied(nil)
}

func denied(err error) error {
	if err != nil && fault.Of(err).Kind != fault.Missing {
		return err
	}
	return fault.New(fault.Denied, "fault.denied")
}

// SetAddress seals the address of a household. An empty one is taken out.
func SetAddress(ctx context.Context, tx *db.Tx, householdID, address string) error {
	if len([]rune(address)) > 200 {
		return fault.New(fault.Invalid, "person.address").At("address")
	}
	closed, err := tx.Seal(placeAddress, householdID, address)
	if err != nil {
		return err
	}
	return tx.Must(ctx, "fault.missing", `update person_household set address = $3, version = version + 1 where union_id = $1 and id = $2`,
		tx.Union, householdID, closed)
}
