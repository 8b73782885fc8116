package intake

import (
	"context"
	"slices"
	"strings"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/words"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
)

// Paper is one file handed in for a proof, or the word that there is none for now (State none, with the reason) or that it
// is brought by hand (State paper). Blob is its key in the store; it is never shown to anyone.
type Paper struct {
	UnionID, ApplicationID, ID string
	Code                       string
	Blob, File, Kind           string
	Size                       int64
	Reason, State, Note        string
	ByUser                     string
	At                         int64
	CheckedBy                  string
	CheckedAt                  int64
}

const paperColumns = `union_id, application_id, id, code, blob, file, kind, size, reason, state, note, by_user, at, checked_by, checked_at`

// Papers gives what was handed in, in order.
func Papers(ctx context.Context, tx *db.Tx, id string) ([]Paper, error) {
	return db.All[Paper](ctx, tx, `
		select `+paperColumns+` from intake_proof where union_id = $1 and application_id = $2 order by id`, tx.Union, id)
}

// PaperOf gives one paper for showing; the caller has checked the right to the application.
func PaperOf(ctx context.Context, tx *db.Tx, id, proof string) (Paper, error) {
	return db.One[Paper](ctx, tx, `
		select `+paperColumns+` from intake_proof where union_id = $1 and application_id = $2 and id = $3`, tx.Union, id, proof)
}

// NoPaper is why a paper cannot be handed in now.
type NoPaper string

// Choices lists the reasons.
func (NoPaper) Choices() []form.Choice {
	return []form.Choice{
		{Value: "later", Label: "还没拿到，以后补"},
		{Value: "onsite", Label: "到工会现场拍"},
		{Value: "lost", Label: "丢了，正在补办"},
		{Value: "never", Label: "没有这种材料"},
	}
}

// ProofIn hands in one file, or says why there is none. The face has cleaned the file and put it in the store: Blob is the
// key that the store gave, Kind its content type, Size its bytes.
type ProofIn struct {
	ID     string  `form:"id" kind:"hidden" need:"true" max:"40"`
	Code   string  `form:"code" kind:"hidden" need:"true" max:"40"`
	Blob   string  `form:"blob" kind:"hidden" max:"100"`
	File   string  `form:"file_name" kind:"hidden" max:"120"`
	Kind   string  `form:"file_kind" kind:"hidden" max:"40"`
	Size   int64   `form:"file_size" kind:"hidden"`
	Reason NoPaper `form:"reason" label:"暂时没有"`
}

// ProofRef names one paper.
type ProofRef struct {
	ID    string `form:"id" kind:"hidden" need:"true" max:"40"`
	Proof string `form:"proof" kind:"hidden" need:"true" max:"40"`
}

// mostPapers bounds the files of one application.
const mostPapers = 60

// AddProof is the act of handing in. Faults: "intake.proof_none" with neither file nor reason, "intake.proof_consent" for
// a sensitive paper without its consent, "intake.proof_many".
var AddProof = act.Act[ProofIn, ProofRef]{Name: "intake.add_proof", Title: "交材料", Right: "intake.fill", Do: addProof}

func addProof(ctx context.Context, tx *db.Tx, in ProofIn) (ProofRef, error) {
	a, err := supplying(ctx, tx, in.ID)
	if err != nil {
		return ProofRef{}, err
	}
	tx.About("application", a.ID, "proof."+in.Code)
	p, err := ProgrammeOf(ctx, tx, a)
	if err != nil {
		return ProofRef{}, err
	}
	want, ok := p.Paper(in.Code)
	if !ok {
		return ProofRef{}, fault.New(fault.Missing, "fault.missing")
	}
	if err := a.mayHand(ctx, tx, want, in); err != nil {
		return ProofRef{}, err
	}
	row := Paper{UnionID: tx.Union, ApplicationID: a.ID, ID: tx.ID(), Code: in.Code, Blob: in.Blob, File: in.File, Kind: in.Kind,
		Size: in.Size, Reason: string(in.Reason), State: "given", ByUser: tx.Actor.User, At: tx.Ms()}
	if in.Blob == "" {
		row.State, row.File, row.Kind, row.Size = "none", "", "", 0
		if in.Reason == "onsite" {
			row.State = "paper"
		}
	} else {
		row.Reason = ""
	}
	// A word about a missing paper is replaced by the paper, and by a newer word.
	_, err = tx.Exec(ctx, `
		delete from intake_proof where union_id = $1 and application_id = $2 and code = $3 and blob = '' and checked_at = 0`, tx.Union, a.ID, in.Code)
	if err != nil {
		return ProofRef{}, err
	}
	return ProofRef{a.ID, row.ID}, db.Insert(ctx, tx, "intake_proof", row)
}

func (a Application) mayHand(ctx context.Context, tx *db.Tx, want Proof, in ProofIn) error {
	if in.Blob == "" && in.Reason == "" {
		return fault.New(fault.Invalid, "intake.proof_none", want.Name).At("file")
	}
	n, err := db.Value[int64](ctx, tx, `select count(*) from intake_proof where union_id = $1 and application_id = $2`, tx.Union, a.ID)
	if err != nil {
		return err
	}
	if n >= mostPapers {
		return fault.New(fault.Refused, "intake.proof_many", mostPapers)
	}
	if want.Sensitive == "" || in.Blob == "" {
		return nil
	}
	all, err := Consents(ctx, tx, a.ID)
	if err == nil && !Agreed(all, Purpose(want.Sensitive)) {
		err = fault.New(fault.Refused, "intake.proof_consent", want.Name).At("file")
	}
	return err
}

// supplying gives an application whose papers may be added to: a draft, one sent back for more, or an emergency that brings
// them later.
func supplying(ctx context.Context, tx *db.Tx, id string) (Application, error) {
	a, err := Reached(ctx, tx, "intake.fill", id)
	if err != nil {
		return a, err
	}
	if a.State != Draft && a.State != Returned && !a.later() || !a.mine(tx) && !a.filer(tx) && !tx.Actor.Has("officer") {
		return a, fault.New(fault.Refused, "intake.not_draft", a.State)
	}
	return a, nil
}

// DropProof takes a paper back while the draft is open, or while it is sent back for more. One the union has looked at
// stays. Fault: "intake.proof_kept".
var DropProof = act.Act[ProofRef, act.None]{Name: "intake.drop_proof", Title: "删除材料", Right: "intake.fill", Do: dropProof}

func dropProof(ctx context.Context, tx *db.Tx, in ProofRef) (act.None, error) {
	a, err := supplying(ctx, tx, in.ID)
	if err != nil {
		return act.None{}, err
	}
	tx.About("application", a.ID, "proof")
	n, err := tx.Exec(ctx, `
		delete from intake_proof where union_id = $1 and application_id = $2 and id = $3 and checked_at = 0 and (by_user = $4 or $5 = 'draft')`,
		tx.Union, a.ID, in.Proof, tx.Actor.User, a.State)
	if err == nil && n == 0 {
		err = fault.New(fault.Refused, "intake.proof_kept")
	}
	return act.None{}, err
}

// PapersDone marks the page of papers as looked through; what is missing is told by the list, not blocked.
var PapersDone = act.Act[Ref, act.None]{Name: "intake.papers_done", Title: "材料交完了", Right: "intake.fill",
	Do: func(ctx context.Context, tx *db.Tx, in Ref) (act.None, error) {
		a, err := filling(ctx, tx, in.ID)
		if err != nil {
			return act.None{}, err
		}
		tx.About("application", a.ID, "proof")
		p, err := ProgrammeOf(ctx, tx, a)
		if err != nil {
			return act.None{}, err
		}
		have, err := Papers(ctx, tx, a.ID)
		if err != nil {
			return act.None{}, err
		}
		for _, want := range p.Papers(a.Cause) {
			if !want.Optional && !Handed(have, want.Code) {
				return act.None{}, fault.New(fault.Invalid, "intake.proof_none", want.Name).At("code-" + want.Code)
			}
		}
		return act.None{}, a.finish(ctx, tx, "papers")
	}}

// Handed reports whether something was said of a paper: handed in, or why not.
func Handed(all []Paper, code string) bool {
	return slices.ContainsFunc(all, func(p Paper) bool { return p.Code == code })
}

// Given reports whether a file of a paper was handed in and not found bad.
func Given(all []Paper, code string) bool {
	return slices.ContainsFunc(all, func(p Paper) bool { return p.Code == code && p.Blob != "" && p.State != "bad" })
}

// LookIn is the officer's word on one paper.
type LookIn struct {
	ID    string `form:"id" kind:"hidden" need:"true" max:"40"`
	Proof string `form:"proof" kind:"hidden" need:"true" max:"40"`
	Good  Word   `form:"good" label:"这份材料" need:"true"`
	Note  string `form:"note" label:"说明" max:"200"`
}

// LookPaper keeps the officer's word on one paper.
var LookPaper = act.Act[LookIn, act.None]{Name: "intake.look_paper", Title: "核对材料", Right: "intake.officer",
	Do: func(ctx context.Context, tx *db.Tx, in LookIn) (act.None, error) {
		a, err := looking(ctx, tx, in.ID)
		if err != nil {
			return act.None{}, err
		}
		tx.About("application", a.ID, "proof")
		err = tx.Must(ctx, "fault.missing", `
			update intake_proof set state = $4, note = $5, checked_by = $6, checked_at = $7
			where union_id = $1 and application_id = $2 and id = $3 and blob <> ''`,
			tx.Union, a.ID, in.Proof, in.Good, strings.TrimSpace(in.Note), tx.Actor.User, tx.Ms())
		if err != nil {
			return act.None{}, err
		}
		return act.None{}, a.settleLater(ctx, tx)
	}}

// Say gives the words of a reason.
func (n NoPaper) Say(l words.Lang) string { return sayChoice(l, n.Choices(), string(n)) }
