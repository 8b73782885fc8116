package intake

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/ident"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
)

// BehalfIn begins an application for a worker who cannot (W9, S05): the group leader or an officer at a desk or by phone,
// or a direct relative through one of them (then named, with the relation).
type BehalfIn struct {
	Person    string          `form:"person" kind:"hidden" need:"true" max:"40"`
	Programme string          `form:"programme" label:"想要哪种帮助" max:"40"`
	Emergency bool            `form:"emergency" label:"情况紧急，等不了"`
	Relative  string          `form:"relative" label:"来办理的亲属姓名" max:"50"`
	Relation  person.Relation `form:"relation" label:"是职工的什么人"`
}

// Check wants both of a relative's name and relation, or neither.
func (in BehalfIn) Check() error {
	var l fault.List
	if (strings.TrimSpace(in.Relative) == "") != (in.Relation == "") {
		l.Add("relation", "intake.relative_both")
	}
	return l.Err()
}

// FileOnBehalf is the act. Faults: "fault.denied" for a worker out of reach, "intake.relative_kin" for one who is not a
// direct relative, those of Start.
var FileOnBehalf = act.Act[BehalfIn, Ref]{Name: "intake.file_on_behalf", Title: "代为申请", Right: "intake.behalf",
	Do: func(ctx context.Context, tx *db.Tx, in BehalfIn) (Ref, error) {
		w, err := person.Reached(ctx, tx, "intake.behalf", in.Person)
		if err != nil {
			return Ref{}, err
		}
		by := Application{FiledHow: "officer"}
		if in.Relation != "" {
			name, err := ident.ParseName(in.Relative)
			if err != nil {
				return Ref{}, fault.Of(err).At("relative")
			}
			switch in.Relation {
			case person.RelSpouse, person.RelChild, person.RelParent, person.RelParentInLaw:
			default:
				return Ref{}, fault.New(fault.Refused, "intake.relative_kin").At("relation")
			}
			by = Application{FiledHow: "relative", FilerName: name, FilerRelation: string(in.Relation)}
		}
		a, err := begin(ctx, tx, w.ID, StartIn{in.Programme, in.Emergency}, by)
		tx.About("application", a.ID, "filed_by")
		return Ref{a.ID}, err
	}}

// ConfirmIn stands up for what another filed: the worker signed in, or the worker's signed paper scanned (Paper is its key
// in the store). A group leader's code confirms nothing.
type ConfirmIn struct {
	ID    string `form:"id" kind:"hidden" need:"true" max:"40"`
	Paper string `form:"paper" kind:"hidden" max:"100"`
}

// ConfirmBehalf is the act. Faults: "intake.confirm_paper" when neither the worker asks nor a paper is given.
var ConfirmBehalf = act.Act[ConfirmIn, act.None]{Name: "intake.confirm_behalf", Title: "确认代填的申请", Right: "intake.fill",
	Do: func(ctx context.Context, tx *db.Tx, in ConfirmIn) (act.None, error) {
		a, err := filling(ctx, tx, in.ID)
		if err != nil {
			return act.None{}, err
		}
		tx.About("application", a.ID, "confirmed")
		switch {
		case a.mine(tx):
			a.Confirmed = "self"
		case in.Paper != "":
			a.Confirmed, a.ConfirmPaper = "paper", in.Paper
		default:
			return act.None{}, fault.New(fault.Refused, "intake.confirm_paper")
		}
		return act.None{}, save(ctx, tx, &a, Draft)
	}}

// linkTime is how long a relative's link is good, in days.
const linkTime = 14

// LinkOut is the secret part of a relative's link; the face makes the address of it. It is shown once.
type LinkOut struct {
	Token string `json:"token"`
}

// RelativeLink makes a link for one adult relative to answer on a phone of their own. A link made before is void.
// Fault: "fault.missing" for nobody of the family.
var RelativeLink = act.Act[MemberRef, LinkOut]{Name: "intake.relative_link", Title: "请家人同意", Right: "intake.relative", Secret: true,
	Do: func(ctx context.Context, tx *db.Tx, in MemberRef) (LinkOut, error) {
		a, err := Reached(ctx, tx, "intake.relative", in.ID)
		if err != nil {
			return LinkOut{}, err
		}
		tx.About("application", a.ID, "member.consent")
		if _, err := relativeOf(ctx, tx, a.ID, in.Member); err != nil {
			return LinkOut{}, err
		}
		if _, err := tx.Exec(ctx, `delete from intake_link where union_id = $1 and application_id = $2 and member = $3`,
			tx.Union, a.ID, in.Member); err != nil {
			return LinkOut{}, err
		}
		token := db.Token()
		_, err = tx.Exec(ctx, `
			insert into intake_link (union_id, id, application_id, member, until, used_at) values ($1, $2, $3, $4, $5, 0)`,
			tx.Union, hashed(token), a.ID, in.Member, tx.Now.AddDate(0, 0, linkTime).UnixMilli())
		return LinkOut{token}, err
	}}

func hashed(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

func relativeOf(ctx context.Context, tx *db.Tx, id, member string) (Relative, error) {
	return db.One[Relative](ctx, tx, `
		select `+relativeColumns+` from intake_member where union_id = $1 and application_id = $2 and id = $3`, tx.Union, id, member)
}

type linkRow struct {
	ApplicationID, Member string
	Until, UsedAt         int64
}

// Linked gives what a relative's link opens: the application, and the relative. The page shows the relative's own name and
// the worker's, and nothing of the case. Fault: Missing "intake.link" when it is used, too old or none.
func Linked(ctx context.Context, tx *db.Tx, token string) (Application, Relative, error) {
	l, ok, err := db.Maybe[linkRow](ctx, tx, `
		select application_id, member, until, used_at from intake_link where union_id = $1 and id = $2`, tx.Union, hashed(token))
	if err != nil {
		return Application{}, Relative{}, err
	}
	if !ok || l.UsedAt > 0 || l.Until < tx.Ms() {
		return Application{}, Relative{}, fault.New(fault.Missing, "intake.link")
	}
	a, err := Get(ctx, tx, l.ApplicationID)
	if err != nil {
		return a, Relative{}, err
	}
	m, err := relativeOf(ctx, tx, a.ID, l.Member)
	return a, m, err
}

// RelativeConsentIn is a relative's answer. Name is typed as a signature.
type RelativeConsentIn struct {
	Token  string   `form:"token" kind:"hidden" need:"true" max:"64"`
	Answer Answered `form:"answer" label:"您同意吗" need:"true"`
	Name   string   `form:"name" label:"签名：请输入您的姓名" need:"true" max:"50"`
}

// RelativeConsent keeps the answer; the link is then used up. A no does not end the application: the union asks face to
// face. Faults: "intake.link", "intake.signed".
var RelativeConsent = act.Act[RelativeConsentIn, act.None]{Name: "intake.relative_consent", Title: "家人同意", Right: "intake.by_link",
	Do: func(ctx context.Context, tx *db.Tx, in RelativeConsentIn) (act.None, error) {
		a, m, err := Linked(ctx, tx, in.Token)
		if err != nil {
			return act.None{}, err
		}
		tx.About("application", a.ID, "member.consent")
		tx.Trail.Subject = a.PersonID
		if name, err := ident.ParseName(in.Name); err != nil || name != m.Name {
			return act.None{}, fault.New(fault.Invalid, "intake.signed", m.Name).At("name")
		}
		answer := map[Answered]string{"yes": "link", "no": "refused"}[in.Answer]
		if err := tx.Must(ctx, "fault.stale", `
			update intake_member set consent = $4, consent_at = $5 where union_id = $1 and application_id = $2 and id = $3`,
			tx.Union, a.ID, m.ID, answer, tx.Ms()); err != nil {
			return act.None{}, err
		}
		return act.None{}, tx.Must(ctx, "intake.link", `
			update intake_link set used_at = $3 where union_id = $1 and id = $2 and used_at = 0`, tx.Union, hashed(in.Token), tx.Ms())
	}}

// PaperConsent notes that one adult relative has signed the authorisation on paper, which is scanned under the proof of
// that name.
var PaperConsent = act.Act[MemberRef, act.None]{Name: "intake.paper_consent", Title: "登记家人纸面同意", Right: "intake.officer",
	Do: func(ctx context.Context, tx *db.Tx, in MemberRef) (act.None, error) {
		a, err := handling(ctx, tx, in.ID, "verify")
		if err != nil {
			return act.None{}, err
		}
		tx.About("application", a.ID, "member.consent")
		return act.None{}, tx.Must(ctx, "fault.missing", `
			update intake_member set consent = 'paper', consent_at = $4 where union_id = $1 and application_id = $2 and id = $3`,
			tx.Union, a.ID, in.Member, tx.Ms())
	}}
