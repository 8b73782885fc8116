package site

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"bangfu/internal/base/fault"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/sheet"
	"bangfu/internal/office/auth"
)

// The bounds of a list that leaves the house: without the right "export.large", and at all.
const (
	FewRows  = 500
	mostRows = 100_000
)

// Download is a list that leaves the house as a file. Kind names it in the audit ("roster"); Title names the file and its
// sheet; Rows reads the rows, in one picture of the data and under the route's right, and hands each to put.
type Download struct {
	Kind, Title string
	Heads       []sheet.Head
	Rows        func(ctx context.Context, tx *db.Tx, put func(cells ...any) error) error
}

// Purpose is what whoever takes a list has to say first. The form of a download has these fields; it is a post, so that
// the purpose stands in no address.
type Purpose struct {
	Purpose string `form:"purpose" label:"用途" hint:"写清给谁、做什么用，会印在表上并记入日志" need:"true" min:"4" max:"100"`
	Format  Format `form:"format" label:"格式"`
}

// Format is the form of a downloaded file; empty is the Excel sheet.
type Format string

// The forms of a file.
const (
	Excel Format = "xlsx"
	CSV   Format = "csv"
	JSON  Format = "json"
)

// Choices lists the forms of a file.
func (Format) Choices() []form.Choice {
	return []form.Choice{{Value: string(Excel), Label: "Excel 表格"}, {Value: string(CSV), Label: "CSV 文本"}, {Value: string(JSON), Label: "JSON（给程序用）"}}
}

// Left is what the audit is told of a list that left: how many rows, and the hash of what they said.
type Left struct {
	ID, Kind, Purpose, Hash string
	Rows                    int64
}

// ExportLog records a list that leaves: purpose, count and hash of the list (S33). The download runs it before the first
// byte goes out. Faults: Denied "export.large" for more than 500 rows without the right of that name, Refused "export.long".
var ExportLog = act.Act[Left, act.None]{Name: "export.log", Title: "导出名单", Right: "export.log",
	Do: func(_ context.Context, tx *db.Tx, in Left) (act.None, error) {
		tx.About("export."+in.Kind, in.ID, fmt.Sprintf("rows=%d", in.Rows), "sha256="+in.Hash)
		tx.Trail.Reason = in.Purpose
		switch {
		case in.Rows > FewRows && auth.Scope(tx.Actor, "export.large").None():
			return act.None{}, fault.New(fault.Denied, "export.large", FewRows)
		case in.Rows > mostRows:
			return act.None{}, fault.New(fault.Refused, "export.long", mostRows)
		}
		return act.None{}, nil
	}}

// Acts lists what readers of the desk do with its lists.
func Acts() []act.Any { return []act.Any{ExportLog, SaveView, DropView} }

// Download answers a post with a list as a file. The first and the last row say who took it, when and for what, the file's
// properties hold the id of its entry in the audit. Faults: those of Purpose, "export.large", "export.long".
func (q *Req) Download(d Download) error {
	var in Purpose
	if _, err := q.Read(&in); err != nil {
		return err
	}
	now := q.Site.Host.DB.Now()
	left := Left{ID: db.Token(), Kind: d.Kind, Purpose: in.Purpose}
	list := sheet.List{Sheet: d.Title, Heads: d.Heads, ID: left.ID,
		Note: q.T("{0}　{1}　用途：{2}", q.Who.Name, now.In(time.FixedZone("CST", 8*3600)).Format("2006-01-02 15:04"), in.Purpose)}
	switch in.Format {
	case CSV:
		list.Format = sheet.CSV
	case JSON:
		list.Format = sheet.JSON
	}
	var file bytes.Buffer
	if err := q.fill(&file, list, d, &left); err != nil {
		return err
	}
	if _, err := ExportLog.Run(q.R.Context(), q.Site.Host, act.Call{Actor: q.Who, Key: left.ID}, left); err != nil {
		return err
	}
	name, kind := d.Title+"-"+now.Format("20060102")+".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	switch in.Format {
	case JSON:
		name, kind = d.Title+"-"+now.Format("20060102")+".json", "application/json"
	case CSV:
		name, kind = d.Title+"-"+now.Format("20060102")+".csv", "text/csv; charset=utf-8"
	}
	h := q.W.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", "attachment; filename*=UTF-8''"+url.PathEscape(name))
	h.Set("Cache-Control", "no-store")
	q.W.WriteHeader(http.StatusOK)
	_, err := file.WriteTo(q.W)
	return err
}

// errTooMany ends the reading of a list that may not leave; the act says why and puts it on record.
var errTooMany = errors.New("too many rows")

// fill writes the file and works out what the audit is told of it. It reads one row more than may leave.
func (q *Req) fill(to *bytes.Buffer, list sheet.List, d Download, left *Left) error {
	w, err := sheet.NewWriter(to, list)
	if err != nil {
		return err
	}
	most := int64(FewRows)
	if q.Can("export.large") {
		most = mostRows
	}
	sum := sha256.New()
	err = q.See(func(ctx context.Context, tx *db.Tx) error {
		return d.Rows(ctx, tx, func(cells ...any) error {
			if left.Rows++; left.Rows > most {
				return errTooMany
			}
			for _, c := range cells {
				fmt.Fprintf(sum, "%v\x1f", c)
			}
			fmt.Fprint(sum, "\x1e")
			return w.Row(cells...)
		})
	})
	if errors.Is(err, errTooMany) {
		err = nil
	}
	left.Hash = hex.EncodeToString(sum.Sum(nil))
	return errors.Join(err, w.Close())
}

// PurposeFields are the fields of a download's form.
func PurposeFields() []form.Field { return form.Of[Purpose]() }
