package intake

import (
	"context"
	"slices"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/ident"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
)

// Relative is one of the family as the application tells it, the worker too. MemberID ties to the household on file;
// Gone says "does not live with us any more". Consent is how an adult agreed to being asked about.
type Relative struct {
	UnionID, ApplicationID, ID, MemberID string
	Relation                             person.Relation
	Name                                 string
	IDNoIx, IDMask                       string
	Birth                                day.Day
	Health                               person.Health
	Schooling                            person.Schooling
	Work                                 person.Work
	Gone                                 bool
	Consent                              string
	ConsentAt                            int64
	Sort                                 int64
}

const relativeColumns = `union_id, application_id, id, member_id, relation, name, id_no_ix, id_mask, birth, health, schooling, work, gone,
	consent, consent_at, sort`

type relativeRow struct {
	Relative
	IDNo []byte
}

// Self reports the worker's own row.
func (m Relative) Self() bool { return m.Relation == person.RelSelf }

// Family gives the family of an application, the worker first; those who moved out are left out unless all is true.
func Family(ctx context.Context, tx *db.Tx, id string, all bool) ([]Relative, error) {
	rows, err := db.All[Relative](ctx, tx, `
		select `+relativeColumns+` from intake_member where union_id = $1 and application_id = $2 order by sort, id`, tx.Union, id)
	if all {
		return rows, err
	}
	return slices.DeleteFunc(rows, func(m Relative) bool { return m.Gone }), err
}

// seedFamily puts the household on file into a new draft, so that nobody is asked what is known (ux §0.4).
func seedFamily(ctx context.Context, tx *db.Tx, a Application, w person.Worker) error {
	h, err := person.Household(ctx, tx, w.HouseholdID)
	if err != nil {
		return err
	}
	for i, m := range h.SeenBy(w.ID) {
		r := Relative{UnionID: tx.Union, ApplicationID: a.ID, ID: tx.ID(), MemberID: m.ID, Relation: m.Relation, Name: m.Name,
			IDNoIx: m.IDNoIx, IDMask: m.IDMask, Birth: m.Birth, Health: m.Health, Schooling: m.Schooling, Work: m.Employment, Sort: int64(i)}
		if err := r.agreed(ctx, tx); err != nil {
			return err
		}
		if err := db.Insert(ctx, tx, "intake_member", relativeRow{Relative: r}); err != nil {
			return err
		}
		known, amount := m.IncomeKnown, m.Income
		if m.WorkerID == w.ID && w.PayKnown {
			known, amount = true, w.Pay
		}
		if known {
			if err := say(ctx, tx, a, Answer{Subject: r.ID, Name: person.FactIncome, Known: true, Value: plainFen(amount)}); err != nil {
				return err
			}
		}
	}
	return nil
}

// consentLasts is for how many days a relative's consent to be asked about holds for the next application.
const consentLasts = 365

// agreed carries over what one on file agreed to within the last year, so that nobody is asked twice.
func (m *Relative) agreed(ctx context.Context, tx *db.Tx) error {
	old, ok, err := db.Maybe[struct {
		Consent   string
		ConsentAt int64
	}](ctx, tx, `
		select consent, consent_at from intake_member where union_id = $1 and member_id = $2 and consent in ('link', 'paper') and consent_at >= $3
		order by consent_at desc limit 1`, tx.Union, m.MemberID, tx.Now.AddDate(0, 0, -consentLasts).UnixMilli())
	if ok {
		m.Consent, m.ConsentAt = old.Consent, old.ConsentAt
	}
	return err
}

// RelativeIn adds one of the family or changes what was said of them. Income is what they earn a month.
type RelativeIn struct {
	ID        string           `form:"id" kind:"hidden" need:"true" max:"40"`
	Member    string           `form:"member" kind:"hidden" max:"40"`
	Relation  person.Relation  `form:"relation" label:"是您的什么人" need:"true"`
	Name      string           `form:"name" label:"姓名" need:"true" max:"50"`
	IDNo      string           `form:"id_no" label:"身份证号码" hint:"记不清可以先不填，走访时再补" kind:"id"`
	Health    person.Health    `form:"health" label:"身体怎么样" need:"true"`
	Schooling person.Schooling `form:"schooling" label:"在读书吗"`
	Income    *money.Amount    `form:"income" label:"每月大约收入" hint:"没有收入填 0，说不准就填大概数" unit:"元 / 月" max:"1000000"`
}

// MemberRef names one of the family.
type MemberRef struct {
	ID     string `form:"id" kind:"hidden" need:"true" max:"40"`
	Member string `form:"member" kind:"hidden" need:"true" max:"40"`
}

// AddMember keeps one of the family in the draft. The union checks it before it goes on file. Faults:
// "intake.member_self", "intake.member_twice", "intake.minor_consent", those of ident.
var AddMember = act.Act[RelativeIn, MemberRef]{Name: "intake.add_member", Title: "添加家人", Right: "intake.fill", Do: addMember}

func addMember(ctx context.Context, tx *db.Tx, in RelativeIn) (MemberRef, error) {
	a, err := filling(ctx, tx, in.ID)
	if err != nil {
		return MemberRef{}, err
	}
	tx.About("application", a.ID, "member")
	all, err := Family(ctx, tx, a.ID, true)
	if err != nil {
		return MemberRef{}, err
	}
	r := Relative{UnionID: tx.Union, ApplicationID: a.ID, ID: tx.ID(), Sort: int64(len(all))}
	if i := slices.IndexFunc(all, func(m Relative) bool { return m.ID == in.Member }); i >= 0 {
		r = all[i]
		if r.Self() {
			return MemberRef{}, fault.New(fault.Refused, "intake.member_self")
		}
	} else if in.Member != "" || len(all) > 20 {
		return MemberRef{}, fault.New(fault.Missing, "fault.missing")
	}
	row, err := r.with(tx, in)
	if err != nil {
		return MemberRef{}, err
	}
	if err := a.mayName(ctx, tx, row); err != nil {
		return MemberRef{}, err
	}
	for _, m := range all {
		same := m.Name == row.Name && m.Relation == row.Relation || row.IDNoIx != "" && m.IDNoIx == row.IDNoIx
		if m.ID != row.ID && !m.Gone && same {
			return MemberRef{}, fault.New(fault.Invalid, "intake.member_twice", m.Name).At("name")
		}
	}
	if err := keepMember(ctx, tx, row); err != nil {
		return MemberRef{}, err
	}
	if in.Income != nil {
		err = say(ctx, tx, a, Answer{Subject: row.ID, Name: person.FactIncome, Known: true, Value: plainFen(*in.Income)})
	}
	return MemberRef{a.ID, row.ID}, err
}

// with lays what was typed on a row. A number that is typed gives birth and is sealed; an empty one leaves what is there.
func (m Relative) with(tx *db.Tx, in RelativeIn) (relativeRow, error) {
	name, err := ident.ParseName(in.Name)
	if err != nil {
		return relativeRow{}, fault.Of(err).At("name")
	}
	m.Relation, m.Name, m.Health, m.Schooling, m.Gone = in.Relation, name, in.Health, in.Schooling, false
	row := relativeRow{Relative: m}
	if strings.TrimSpace(in.IDNo) == "" {
		return row, nil
	}
	id, _, err := ident.ParseID(in.IDNo, tx.Day())
	if err != nil {
		return relativeRow{}, fault.Of(err).At("id_no")
	}
	row.Birth, row.IDMask, row.IDNoIx = id.Birth(), id.String(), tx.Index("id_no", id.Open())
	row.IDNo, err = tx.Seal(placeMember, row.ID, id.Open())
	return row, err
}

// mayName holds the number of a child under fourteen to the consent for it; the child counts either way.
func (a Application) mayName(ctx context.Context, tx *db.Tx, r relativeRow) error {
	if len(r.IDNo) == 0 || !r.Birth.Valid() || r.Birth.Age(tx.Day()) >= 14 {
		return nil
	}
	all, err := Consents(ctx, tx, a.ID)
	if err == nil && !Agreed(all, ForMinors) {
		err = fault.New(fault.Refused, "intake.minor_consent").At("id_no")
	}
	return err
}

func keepMember(ctx context.Context, tx *db.Tx, r relativeRow) error {
	_, err := tx.Exec(ctx, `
		insert into intake_member (union_id, application_id, id, member_id, relation, name, id_no, id_no_ix, id_mask, birth, health, schooling,
			work, gone, consent, consent_at, sort) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
		on conflict (union_id, application_id, id) do update set relation = excluded.relation, name = excluded.name,
			id_no = case when excluded.id_no_ix = intake_member.id_no_ix then intake_member.id_no else excluded.id_no end,
			id_no_ix = excluded.id_no_ix, id_mask = excluded.id_mask, birth = excluded.birth, health = excluded.health,
			schooling = excluded.schooling, work = excluded.work, gone = excluded.gone`,
		tx.Union, r.ApplicationID, r.ID, r.MemberID, r.Relation, r.Name, r.IDNo, r.IDNoIx, r.IDMask, r.Birth, r.Health, r.Schooling,
		r.Work, r.Gone, r.Consent, r.ConsentAt, r.Sort)
	return err
}

// DropMember takes one of the family out: one who is on file is marked as moved out, another is forgotten.
// Fault: "intake.member_self".
var DropMember = act.Act[MemberRef, act.None]{Name: "intake.drop_member", Title: "移出家人", Right: "intake.fill", Do: dropMember}

func dropMember(ctx context.Context, tx *db.Tx, in MemberRef) (act.None, error) {
	a, err := filling(ctx, tx, in.ID)
	if err != nil {
		return act.None{}, err
	}
	tx.About("application", a.ID, "member")
	all, err := Family(ctx, tx, a.ID, true)
	if err != nil {
		return act.None{}, err
	}
	i := slices.IndexFunc(all, func(m Relative) bool { return m.ID == in.Member })
	switch {
	case i < 0:
		return act.None{}, fault.New(fault.Missing, "fault.missing")
	case all[i].Self():
		return act.None{}, fault.New(fault.Refused, "intake.member_self")
	}
	if a.AboutID == in.Member {
		a.AboutID = ""
		if err := save(ctx, tx, &a, Draft); err != nil {
			return act.None{}, err
		}
	}
	if _, err := tx.Exec(ctx, `delete from intake_answer where union_id = $1 and application_id = $2 and subject = $3`,
		tx.Union, a.ID, in.Member); err != nil {
		return act.None{}, err
	}
	if all[i].MemberID != "" {
		return act.None{}, tx.Must(ctx, "fault.stale", `
			update intake_member set gone = 1 where union_id = $1 and application_id = $2 and id = $3`, tx.Union, a.ID, in.Member)
	}
	return act.None{}, tx.Must(ctx, "fault.stale", `
		delete from intake_member where union_id = $1 and application_id = $2 and id = $3`, tx.Union, a.ID, in.Member)
}

// FamilyDone marks the family as complete.
var FamilyDone = act.Act[Ref, act.None]{Name: "intake.family_done", Title: "家庭成员填完了", Right: "intake.fill",
	Do: func(ctx context.Context, tx *db.Tx, in Ref) (act.None, error) {
		a, err := filling(ctx, tx, in.ID)
		if err != nil {
			return act.None{}, err
		}
		tx.About("application", a.ID, "member")
		return act.None{}, a.finish(ctx, tx, "family")
	}}
