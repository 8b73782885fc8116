package casefile

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/fund"
	"bangfu/internal/domain/person"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/org"
)

// packageForm names the kind and version of the package, so that another program knows what it reads.
const packageForm = "bangfu.casefile/1"

// Package is a file as one union hands it to another, in this installation or elsewhere: what is known of the hardship and
// every help that counts. It names the worker by name and masked number; papers and sealed fields do not travel in it.
type Package struct {
	Form          string      `json:"form"`
	Union         string      `json:"union"`
	UnionName     string      `json:"union_name"`
	Number        string      `json:"number"`
	Name          string      `json:"name"`
	IDMask        string      `json:"id_mask"`
	OpenedOn      day.Day     `json:"opened_on"`
	Level         fund.Level  `json:"level"`
	Class         string      `json:"class"`
	ClassText     string      `json:"class_text"`
	Scheme        string      `json:"scheme"`
	SchemeVersion int64       `json:"scheme_version"`
	Cause         Cause       `json:"cause"`
	Others        string      `json:"others"`
	Degree        Degree      `json:"degree"`
	Need          string      `json:"need"`
	Reason        string      `json:"reason"`
	On            day.Day     `json:"on"`
	Aid           []PackedAid `json:"aid"`
}

// PackedAid is one help in a package. Amount is fen.
type PackedAid struct {
	Programme string       `json:"programme"`
	Item      string       `json:"item"`
	Amount    money.Amount `json:"amount"`
	On        day.Day      `json:"on"`
	EventDay  day.Day      `json:"event_day"`
	Note      string       `json:"note"`
}

// ExportIn names the file whose package is wanted.
type ExportIn struct {
	ID string `form:"id" kind:"hidden" need:"true" max:"40"`
}

// Export makes the package of a file that is on its way to another union. The answer is not kept. Faults: "fault.denied",
// "casefile.not_abroad" when it is not handed over to another union.
var Export = act.Act[ExportIn, Package]{Name: "casefile.export", Title: "导出转接档案", Right: "casefile.transfer", Secret: true, Do: export}

func export(ctx context.Context, tx *db.Tx, in ExportIn) (Package, error) {
	f, err := Reached(ctx, tx, "casefile.transfer", in.ID)
	if err != nil {
		return Package{}, err
	}
	all, err := Handings(ctx, tx, f.ID)
	if err != nil {
		return Package{}, err
	}
	if len(all) == 0 || all[0].Answer != "" || all[0].ToUnion == "" {
		return Package{}, fault.New(fault.Refused, "casefile.not_abroad", f.Number)
	}
	w, err := person.Get(ctx, tx, f.PersonID)
	if err != nil {
		return Package{}, err
	}
	u, err := org.Info(ctx, tx)
	if err != nil {
		return Package{}, err
	}
	aid, err := AidOf(ctx, tx, f.HouseholdID, "", "")
	if err != nil {
		return Package{}, err
	}
	tx.About("file", f.ID, "package", "to="+all[0].ID)
	p := Package{packageForm, tx.Union, u.Name, f.Number, w.Name, w.IDMask, f.OpenedOn, f.Level, f.Class, f.ClassText, f.Scheme, f.SchemeVersion,
		f.Cause, f.Others, f.Degree, f.Need, all[0].Reason, tx.Day(), []PackedAid{}}
	for _, a := range aid {
		p.Aid = append(p.Aid, PackedAid{a.Programme, a.Item, a.Amount, a.On, a.EventDay, a.Note})
	}
	return p, nil
}

// ParsePackage reads the package another union handed over. Fault: "casefile.package" (Invalid) for anything that is not one.
func ParsePackage(text string) (p Package, err error) {
	bad := fault.New(fault.Invalid, "casefile.package").At("package")
	if json.Unmarshal([]byte(text), &p) != nil || p.Form != packageForm || p.Union == "" || p.Number == "" || len(p.Aid) > 5000 {
		return Package{}, bad
	}
	within := func(all []form.Choice, value string, empty bool) bool {
		return value == "" && empty || slices.ContainsFunc(all, func(c form.Choice) bool { return c.Value == value })
	}
	ok := within(p.Cause.Choices(), string(p.Cause), true) && within(p.Degree.Choices(), string(p.Degree), true) &&
		slices.Contains([]fund.Level{fund.Own, fund.Provincial, fund.National}, p.Level) && p.OpenedOn.Valid() && p.SchemeVersion >= 0
	for _, c := range strings.Fields(p.Others) {
		ok = ok && within(p.Cause.Choices(), c, false)
	}
	for _, s := range []string{p.Union, p.UnionName, p.Number, p.Name, p.IDMask, p.Class, p.ClassText, p.Scheme} {
		ok = ok && len(s) <= 300
	}
	for _, a := range p.Aid {
		ok = ok && a.Item != "" && a.Amount >= 0 && a.On.Valid() && (a.EventDay == "" || a.EventDay.Valid())
	}
	if !ok || len(p.Need) > 3000 {
		return Package{}, bad
	}
	return p, nil
}

// TakeIn is a file that comes from another union, for a worker who is on the roster here already.
type TakeIn struct {
	PersonID string `form:"person_id" kind:"hidden" need:"true" max:"40"`
	Package  string `form:"package" label:"转来的档案" hint:"对方工会导出的文件内容" kind:"area" need:"true" max:"1000000"`
}

// Take takes in the file another union handed over: the household is in care here from today, its class keeps the version it was
// recognised by, and every help it had counts. The number of the file it gives is the receipt for the sending union, which
// keeps its file in force until it has written that down. Again changes nothing. Faults: "casefile.package",
// "casefile.package_own", "casefile.package_who" when it is of another person, "fault.denied".
var Take = act.Act[TakeIn, File]{Name: "casefile.take", Title: "接收外单位档案", Right: "casefile.transfer", Do: takeIn}

func takeIn(ctx context.Context, tx *db.Tx, in TakeIn) (File, error) {
	w, err := person.Get(ctx, tx, in.PersonID)
	if err != nil {
		if fault.Of(err).Kind == fault.Missing {
			err = fault.New(fault.Denied, "fault.denied")
		}
		return File{}, err
	}
	tx.Trail.Subject = w.ID
	if err := auth.Reach(tx, "casefile.transfer", w.UnitPath, w.ID); err != nil {
		return File{}, err
	}
	p, err := ParsePackage(in.Package)
	switch {
	case err != nil:
		return File{}, err
	case p.Union == tx.Union:
		return File{}, fault.New(fault.Refused, "casefile.package_own").At("package")
	case p.Name != w.Name || p.IDMask != w.IDMask:
		return File{}, fault.New(fault.Refused, "casefile.package_who").At("package")
	}
	ref := fmt.Sprintf("transfer/%s/%s", p.Union, p.Number)
	f, err := Ensure(ctx, tx, Opening{HouseholdID: w.HouseholdID, PersonID: w.ID, ApplicationID: ref, Level: p.Level, Class: p.Class, ClassText: p.ClassText,
		Scheme: p.Scheme, SchemeVersion: p.SchemeVersion, Cause: p.Cause, Others: p.Others, Degree: p.Degree, Need: p.Need})
	if err != nil {
		return f, err
	}
	tx.About("file", f.ID, "package")
	for i, a := range p.Aid {
		err := AddAid(ctx, tx, Aid{Ref: fmt.Sprintf("%s/%d", ref, i), HouseholdID: w.HouseholdID, PersonID: w.ID, Programme: a.Programme, Item: a.Item,
			Amount: a.Amount, On: a.On, EventDay: a.EventDay, Source: Outside, Note: a.Note})
		if err != nil {
			return f, err
		}
	}
	n, err := db.Value[int64](ctx, tx, `select count(*) from casefile_event where union_id = $1 and file_id = $2 and kind = 'taken_in' and ref = $3`, tx.Union, f.ID, ref)
	if err != nil || n > 0 {
		return f, err
	}
	return f, Event(ctx, tx, f.ID, Entry{Kind: "taken_in", Text: "casefile.event_taken_in", Args: []any{p.UnionName, p.Number}, Ref: ref})
}
