package intake

import (
	"context"

	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
)

// Acts lists what can be done to applications.
func Acts() []act.Any {
	return []act.Any{Start, Give, Self, AddMember, DropMember, FamilyDone, SetCause, SetAnswers, AddProof, DropProof, PapersDone, SetCard,
		Submit, Supply, TakeBack, Nudge, FileOnBehalf, ConfirmBehalf, RelativeLink, RelativeConsent, FirstReview, Take, Free, Assign,
		LookPaper, VouchPaper, Correct, RecordVisit, PaperConsent, Verify, Return, Refuse, Assess, MakeAppeal, AnswerAppeal, KeepDocument, EndDocument, OpenPaper,
		LookTexts}
}

// DocumentIn is the text of a programme's document.
type DocumentIn struct {
	Text string `form:"text" label:"帮扶项目文件" kind:"area" need:"true" max:"60000"`
}

// DocumentRef names a programme.
type DocumentRef struct {
	Code string `form:"code" kind:"hidden" need:"true" max:"40"`
}

// KeepDocument puts an edited document into force as the next edition. Faults: those of Parse.
var KeepDocument = act.Act[DocumentIn, DocumentRef]{Name: "intake.keep_programme", Title: "保存帮扶项目", Right: "intake.programme",
	Do: func(ctx context.Context, tx *db.Tx, in DocumentIn) (DocumentRef, error) {
		p, err := Keep(ctx, tx, []byte(in.Text))
		tx.About("programme", p.Code, "body")
		return DocumentRef{p.Code}, err
	}}

// EndDocument takes a programme out of the list.
var EndDocument = act.Act[DocumentRef, act.None]{Name: "intake.end_programme", Title: "停用帮扶项目", Right: "intake.programme",
	Do: func(ctx context.Context, tx *db.Tx, in DocumentRef) (act.None, error) {
		tx.About("programme", in.Code, "ended_at")
		if _, err := Document(ctx, tx, in.Code); err != nil {
			return act.None{}, err
		}
		return act.None{}, End(ctx, tx, in.Code)
	}}
