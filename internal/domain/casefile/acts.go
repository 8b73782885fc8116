package casefile

import (
	"context"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/domain/fund"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/org"
	"bangfu/internal/office/task"
)

// Acts lists what people can do with files.
func Acts() []act.Any {
	return []act.Any{Amend, Review, Exit, Reenter, Assign, Transfer, Receive, Export, Take}
}

// does makes the function of an act on one file that the right reaches.
func does[In any](right string, id func(In) string, f func(context.Context, *db.Tx, *File, In) error) func(context.Context, *db.Tx, In) (File, error) {
	return func(ctx context.Context, tx *db.Tx, in In) (File, error) {
		file, err := Reached(ctx, tx, right, id(in))
		if err != nil {
			return File{}, err
		}
		return file, f(ctx, tx, &file, in)
	}
}

// AmendIn is what an officer knows of a household's hardship. Every field stands for itself; empty ones clear it.
type AmendIn struct {
	ID      string     `form:"id" kind:"hidden" need:"true" max:"40"`
	Version int64      `form:"_version" kind:"hidden"`
	Cause   Cause      `form:"cause" label:"主要致困原因" need:"true"`
	Others  []Cause    `form:"others" label:"其他致困原因"`
	Degree  Degree     `form:"degree" label:"困难程度" need:"true"`
	Level   fund.Level `form:"level" label:"建档级别" choices:"own=本级建档|provincial=省级建档|national=全国建档" need:"true"`
	Need    string     `form:"need" label:"帮扶需求" hint:"这个家庭最需要什么帮助" kind:"area" max:"500"`
	On      day.Day    `form:"on" label:"从哪天起变化" hint:"不填就是今天"`
}

// Amend writes what changed about a household's hardship, from a day on. Fault: "fault.stale" for an old version.
var Amend = act.Act[AmendIn, File]{Name: "casefile.amend", Title: "变更档案信息", Right: "casefile.keep",
	Do: does("casefile.keep", func(in AmendIn) string { return in.ID }, amend)}

func amend(ctx context.Context, tx *db.Tx, f *File, in AmendIn) error {
	if in.Version > 0 && in.Version != f.Version {
		return fault.New(fault.Conflict, "fault.stale")
	}
	others := make([]string, 0, len(in.Others))
	for _, c := range in.Others {
		if c != in.Cause {
			others = append(others, string(c))
		}
	}
	err := f.change(ctx, tx, today(tx, in.On), Field{"cause", string(in.Cause)}, Field{"others", strings.Join(others, " ")},
		Field{"degree", string(in.Degree)}, Field{"level", string(in.Level)}, Field{"need", strings.TrimSpace(in.Need)})
	if err != nil {
		return err
	}
	return Event(ctx, tx, f.ID, Entry{Kind: "amend", Text: "casefile.event_amend", Args: []any{in.Cause, in.Degree}, On: in.On})
}

func today(tx *db.Tx, on day.Day) day.Day {
	if on == "" {
		return tx.Day()
	}
	return on
}

// ReviewIn is the yearly look at a household (policy §1.5: at least once a year).
type ReviewIn struct {
	ID     string   `form:"id" kind:"hidden" need:"true" max:"40"`
	Found  Reviewed `form:"found" label:"复核结果" need:"true"`
	Degree Degree   `form:"degree" label:"困难程度" hint:"情况有变化时填写"`
	Note   string   `form:"note" label:"复核依据" hint:"怎样核实的，看到什么" kind:"area" need:"true" max:"500"`
	Since  day.Day  `form:"since" label:"收入从哪天起高于标准" hint:"已脱困时填写"`
}

// Check wants a note that says something.
func (in ReviewIn) Check() error {
	var l fault.List
	if len([]rune(strings.TrimSpace(in.Note))) < 2 {
		l.Add("note", "casefile.note")
	}
	return l.Err()
}

// Review records the yearly review; out of hardship ends the file by the same rule as Exit. Faults: "casefile.not_open",
// those of Exit.
var Review = act.Act[ReviewIn, File]{Name: "casefile.review", Title: "年度复核", Right: "casefile.review",
	Do: does("casefile.review", func(in ReviewIn) string { return in.ID }, review)}

func review(ctx context.Context, tx *db.Tx, f *File, in ReviewIn) error {
	if f.State != Open {
		return fault.New(fault.Refused, "casefile.not_open", f.Number)
	}
	if err := task.Close(ctx, tx, turnReview, f.ID); err != nil {
		return err
	}
	if in.Found == "out" {
		return exit(ctx, tx, f, ExitIn{ID: f.ID, Reason: Improved, Since: in.Since, Note: in.Note})
	}
	fields := []Field{{"review_due", string(tx.Day().AddMonths(12))}}
	if in.Degree != "" && in.Found == "changed" {
		fields = append(fields, Field{"degree", string(in.Degree)})
	}
	if err := f.change(ctx, tx, tx.Day(), fields...); err != nil {
		return err
	}
	return Event(ctx, tx, f.ID, Entry{Kind: "review", Text: "casefile.event_review", Args: []any{in.Found, in.Note}})
}

// AssignIn hands the care of a household to another.
type AssignIn struct {
	ID     string `form:"id" kind:"hidden" need:"true" max:"40"`
	UserID string `form:"user_id" label:"结对联系人" kind:"choice" need:"true" max:"40"`
	Reason string `form:"reason" label:"说明" kind:"area" max:"200"`
}

// Assign names the person who looks after a household, or hands it over. Faults: "casefile.keeper" when the user has no
// post, "casefile.keeper_own" when it is the worker's own file.
var Assign = act.Act[AssignIn, File]{Name: "casefile.assign", Title: "指定结对联系人", Right: "casefile.assign",
	Do: does("casefile.assign", func(in AssignIn) string { return in.ID }, assign)}

func assign(ctx context.Context, tx *db.Tx, f *File, in AssignIn) error {
	u, err := org.UserByID(ctx, tx, in.UserID)
	if err != nil && fault.Of(err).Kind != fault.Missing {
		return err
	}
	posts, bad := org.PostsOf(ctx, tx, in.UserID)
	switch {
	case bad != nil:
		return bad
	case err != nil, u.Status != "active", len(posts) == 0:
		return fault.New(fault.Refused, "casefile.keeper").At("user_id")
	case u.PersonID != "" && u.PersonID == f.PersonID:
		return fault.New(fault.Refused, "casefile.keeper_own").At("user_id")
	}
	if err := f.change(ctx, tx, tx.Day(), Field{"keeper", u.ID}); err != nil {
		return err
	}
	return Event(ctx, tx, f.ID, Entry{Kind: "assign", Text: "casefile.event_assign", Args: []any{u.Name}})
}
