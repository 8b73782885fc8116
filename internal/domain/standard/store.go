package standard

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/words"
	"bangfu/internal/engine/db"
)

// State is where a version stands: written, in force by approval, or taken out of force.
type State string

// The states of a version.
const (
	Draft    State = "draft"
	Approved State = "approved"
	Retired  State = "retired"
)

// Say gives the word of a state.
func (s State) Say(l words.Lang) string { return words.T(l, "standard.state_"+string(s)) }

// Version is one kept version of a standard. FromDay and UntilDay are its first and last day in force; "" for none.
// Instants are UTC milliseconds, 0 for not yet.
type Version struct {
	UnionID, Code        string
	Version              int64
	Kind, NameZh, NameEn string
	Body, Hash           string
	State                State
	FromDay, UntilDay    day.Day
	MadeBy, MadePerson   string
	MadeAt               int64
	ApprovedBy           string
	ApprovedAt           int64
	RetiredBy            string
	RetiredAt            int64
	Reason               string
	Cases                string // the worked families it must judge rightly, as a cases file; "" for none
}

const versionColumns = `union_id, code, version, kind, name_zh, name_en, body, hash, state, from_day, until_day, made_by, made_person,
	made_at, approved_by, approved_at, retired_by, retired_at, reason, cases`

// Name gives the version's name in both languages.
func (v Version) Name() Text { return Text{v.NameZh, v.NameEn} }

// InForce reports whether the version counts on a day.
func (v Version) InForce(on day.Day) bool {
	return v.State != Draft && v.FromDay <= on && (v.UntilDay == "" || on <= v.UntilDay)
}

// Current gives the standard of a code that is in force on a day, parsed, with the row it stands in: of several the one
// that came into force last (S12). Fault: Missing "standard.none_in_force".
func Current(ctx context.Context, tx *db.Tx, code string, on day.Day) (*Standard, Version, error) {
	v, ok, err := db.Maybe[Version](ctx, tx, `
		select `+versionColumns+` from standard_version
		where union_id = $1 and code = $2 and state <> 'draft' and from_day <= $3 and (until_day = '' or until_day >= $3)
		order by from_day desc, version desc limit 1`, tx.Union, code, on)
	if err == nil && !ok {
		err = fault.New(fault.Missing, "standard.none_in_force", code, string(on))
	}
	if err != nil {
		return nil, Version{}, err
	}
	s, err := db.Once(tx, v.Body, Parse)
	return s, v, err
}

// VersionOf gives one kept version. Fault: Missing.
func VersionOf(ctx context.Context, tx *db.Tx, code string, version int64) (Version, error) {
	return db.One[Version](ctx, tx, `
		select `+versionColumns+` from standard_version where union_id = $1 and code = $2 and version = $3`, tx.Union, code, version)
}

// Versions lists every version of a code, newest first; of every standard, by code, when code is "". Bodies come along.
func Versions(ctx context.Context, tx *db.Tx, code string) ([]Version, error) {
	return db.All[Version](ctx, tx, `
		select `+versionColumns+` from standard_version where union_id = $1 and ($2 = '' or code = $2)
		order by code, version desc`, tx.Union, code)
}

// ByHash gives the very document a verdict was found with, whatever its state. Fault: Missing.
func ByHash(ctx context.Context, tx *db.Tx, hash string) (*Standard, error) {
	v, err := db.One[Version](ctx, tx, `
		select `+versionColumns+` from standard_version where union_id = $1 and hash = $2 order by version desc limit 1`, tx.Union, hash)
	if err != nil {
		return nil, err
	}
	return db.Once(tx, v.Body, Parse)
}

// Install puts a shipped document into force from a day, at set-up. A code the union has already is left as it is.
// Faults: those of Parse.
func Install(ctx context.Context, tx *db.Tx, text string, from day.Day) error {
	s, err := Parse([]byte(text))
	if err != nil {
		return err
	}
	have, err := latest(ctx, tx, s.Code)
	if err != nil || have > 0 {
		return err
	}
	v := s.row(tx, text)
	v.State, v.FromDay, v.ApprovedBy, v.ApprovedAt = Approved, max(from, s.From), tx.Actor.User, tx.Ms()
	if s.Until != "" && s.Until < v.FromDay {
		v.FromDay = s.From // a rule of the past is kept for files of its days
	}
	return db.Insert(ctx, tx, "standard_version", v)
}

func latest(ctx context.Context, tx *db.Tx, code string) (int64, error) {
	return db.Value[int64](ctx, tx, `select max(version) from standard_version where union_id = $1 and code = $2`, tx.Union, code)
}

// row makes the row of a document as a draft.
func (s *Standard) row(tx *db.Tx, text string) Version {
	return Version{UnionID: tx.Union, Code: s.Code, Version: s.Version, Kind: s.Kind, NameZh: s.Name.Zh, NameEn: s.Name.En, Body: text, Hash: s.Hash,
		State: Draft, FromDay: s.From, UntilDay: s.Until, MadeBy: tx.Actor.User, MadePerson: tx.Actor.Person, MadeAt: tx.Ms()}
}

// Save keeps a document as a draft. A draft of the same version is written over; what was approved never is. Faults:
// "standard.faults" with a line for each mistake, "standard.version_taken", "standard.version_next", "standard.draft_moved"
// (Conflict) when another has saved the draft since it was read. The worked families of the version before come along.
func Save(ctx context.Context, tx *db.Tx, in DraftIn) (Version, error) {
	s, err := Parse([]byte(in.Body))
	if err != nil {
		return Version{}, err
	}
	v := s.row(tx, in.Body)
	old, ok, err := db.Maybe[Version](ctx, tx, `
		select `+versionColumns+` from standard_version where union_id = $1 and code = $2 and version = $3`, tx.Union, s.Code, s.Version)
	switch {
	case err != nil:
		return Version{}, err
	case ok && old.State != Draft:
		return Version{}, fault.New(fault.Refused, "standard.version_taken", s.Name, s.Version).At("body")
	case ok && in.Was != "" && in.Was != old.Hash:
		return Version{}, fault.New(fault.Conflict, "standard.draft_moved")
	case ok:
		v.Cases = old.Cases
		return v, tx.Must(ctx, "standard.not_draft", `
			update standard_version set kind = $4, name_zh = $5, name_en = $6, body = $7, hash = $8, from_day = $9, until_day = $10,
				made_by = $11, made_person = $12, made_at = $13
			where union_id = $1 and code = $2 and version = $3 and state = 'draft'`,
			tx.Union, v.Code, v.Version, v.Kind, v.NameZh, v.NameEn, v.Body, v.Hash, v.FromDay, v.UntilDay, v.MadeBy, v.MadePerson, v.MadeAt)
	}
	last, err := latest(ctx, tx, s.Code)
	if err != nil {
		return Version{}, err
	}
	if s.Version < last {
		return Version{}, fault.New(fault.Refused, "standard.version_next", s.Name, last+1).At("body")
	}
	if last > 0 {
		before, err := VersionOf(ctx, tx, s.Code, last)
		if err != nil {
			return Version{}, err
		}
		v.Cases = before.Cases
	}
	return v, db.Insert(ctx, tx, "standard_version", v)
}

// approve puts a draft into force from today or from the later day the document names. Who wrote it may not approve it;
// two accounts of one person are one. Faults: "standard.same_person" (Denied), "standard.not_draft" (Conflict),
// "standard.draft_changed" (Conflict) when it was written over since it was read, "standard.case_fails" (Refused) when a worked
// family kept with it comes out otherwise.
func approve(ctx context.Context, tx *db.Tx, in ApproveIn) (Version, error) {
	v, err := VersionOf(ctx, tx, in.Code, in.Version)
	if err != nil {
		return v, err
	}
	tx.About("standard", v.Code, "state")
	switch {
	case v.State != Draft:
		return v, fault.New(fault.Conflict, "standard.not_draft")
	case v.MadeBy == tx.Actor.User, v.MadePerson != "" && v.MadePerson == tx.Actor.Person:
		return v, fault.New(fault.Denied, "standard.same_person")
	case v.Hash != in.Hash:
		return v, fault.New(fault.Conflict, "standard.draft_changed")
	}
	if err := v.proven(); err != nil {
		return v, err
	}
	v.State, v.ApprovedBy, v.ApprovedAt, v.FromDay = Approved, tx.Actor.User, tx.Ms(), max(v.FromDay, tx.Day())
	if v.UntilDay != "" && v.UntilDay < v.FromDay {
		return v, fault.New(fault.Refused, "standard.over_already", string(v.UntilDay))
	}
	return v, tx.Must(ctx, "standard.draft_changed", `
		update standard_version set state = 'approved', from_day = $5, approved_by = $6, approved_at = $7
		where union_id = $1 and code = $2 and version = $3 and state = 'draft' and hash = $4`,
		tx.Union, v.Code, v.Version, v.Hash, v.FromDay, v.ApprovedBy, v.ApprovedAt)
}

// proven holds that the version judges every worked family kept with it as it must. Fault: "standard.case_fails" (Refused), those
// of ParseCases.
func (v Version) proven() error {
	s, err := Parse([]byte(v.Body))
	if err != nil {
		return err
	}
	all, err := RunCases(s, v.Cases)
	for _, r := range all {
		if len(r.Diffs) > 0 {
			return fault.New(fault.Refused, "standard.case_fails", r.Name)
		}
	}
	return err
}

// keepCases writes the worked families of a draft. Faults: those of ParseCases, "standard.not_draft" (Conflict),
// "standard.draft_moved" (Conflict) when another has changed them since they were read.
func keepCases(ctx context.Context, tx *db.Tx, in CasesIn) (Version, error) {
	v, err := VersionOf(ctx, tx, in.Code, in.Version)
	if err != nil {
		return v, err
	}
	tx.About("standard", v.Code, "cases")
	if v.State != Draft {
		return v, fault.New(fault.Conflict, "standard.not_draft")
	}
	s, err := Parse([]byte(v.Body))
	if err == nil && in.Cases != "" {
		_, err = ParseCases(s, []byte(in.Cases))
	}
	if err != nil {
		return v, err
	}
	was := v.Cases
	if in.Was != "" && in.Was != CasesHash(was) {
		return v, fault.New(fault.Conflict, "standard.draft_moved")
	}
	v.Cases = in.Cases
	return v, tx.Must(ctx, "standard.draft_moved", `
		update standard_version set cases = $4 where union_id = $1 and code = $2 and version = $3 and state = 'draft' and cases = $5`,
		tx.Union, v.Code, v.Version, v.Cases, was)
}

// CasesHash tells one state of the worked families from another.
func CasesHash(cases string) string {
	sum := sha256.Sum256([]byte(cases))
	return hex.EncodeToString(sum[:])
}

// retire takes a version out of force after a day, today at the earliest, with the reason. An earlier version that had no
// last day is then in force again.
func retire(ctx context.Context, tx *db.Tx, in RetireIn) (Version, error) {
	v, err := VersionOf(ctx, tx, in.Code, in.Version)
	if err != nil {
		return v, err
	}
	tx.About("standard", v.Code, "state")
	tx.Trail.Reason = in.Reason
	switch {
	case v.State != Approved:
		return v, fault.New(fault.Conflict, "standard.not_approved")
	case in.On < tx.Day():
		return v, fault.New(fault.Invalid, "standard.retire_past").At("on")
	}
	v.State, v.UntilDay, v.RetiredBy, v.RetiredAt, v.Reason = Retired, in.On, tx.Actor.User, tx.Ms(), strings.TrimSpace(in.Reason)
	return v, tx.Must(ctx, "standard.not_approved", `
		update standard_version set state = 'retired', until_day = $4, retired_by = $5, retired_at = $6, reason = $7
		where union_id = $1 and code = $2 and version = $3 and state = 'approved'`,
		tx.Union, v.Code, v.Version, v.UntilDay, v.RetiredBy, v.RetiredAt, v.Reason)
}
