package site_test

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/db/dbtest"
	"bangfu/internal/engine/sheet"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/audit"
	"bangfu/internal/office/auth"
)

// download posts for a list of n rows and gives the answer.
func download(t *testing.T, d *db.DB, role string, n int, in url.Values) (*httptest.ResponseRecorder, error) {
	t.Helper()
	s := &site.Site{Log: slog.New(slog.DiscardHandler), Host: &act.Host{DB: d, Allow: auth.Allow, Record: audit.Record}}
	who := db.Actor{Union: "u1", User: "ann", Name: "示例甲", Via: "web", Posts: []db.Post{{Role: role, Unit: "u1", Path: "/u1/"}}}
	w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, "/desk/people/export", strings.NewReader(in.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	q := &site.Req{W: w, R: r, Site: s, Who: who, Route: site.Route{Right: "person.list"}}
	return w, q.Download(site.Download{Kind: "roster", Title: "示例名单",
		Heads: []sheet.Head{{Title: "姓名"}, {Title: "金额", Kind: sheet.Amount}},
		Rows: func(_ context.Context, _ *db.Tx, put func(...any) error) error {
			for i := range n {
				if err := put(fmt.Sprintf("示例%d", i), money.Amount(i*100)); err != nil {
					return err
				}
			}
			return nil
		}})
}

func entries(t *testing.T, d *db.DB) (all []audit.Entry) {
	t.Helper()
	err := d.View(context.Background(), db.System("u1"), func(ctx context.Context, tx *db.Tx) (err error) {
		all, err = audit.Page(ctx, tx, "", "export.", 100)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestDownload(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for _, purpose := range []string{"", "   ", "无"} {
			if w, err := download(t, d, "officer", 3, url.Values{"purpose": {purpose}}); fault.Of(err) == nil || fault.Of(err).Kind != fault.Invalid || w.Body.Len() > 0 {
				t.Errorf("purpose %q: %v, %d bytes", purpose, err, w.Body.Len())
			}
		}
		if all := entries(t, d); len(all) != 0 {
			t.Errorf("entries of what did not leave: %v", all)
		}
		w, err := download(t, d, "officer", 3, url.Values{"purpose": {"送区总工会核对"}, "format": {"xlsx"}})
		if err != nil || !strings.Contains(w.Header().Get("Content-Disposition"), ".xlsx") {
			t.Fatalf("download: %v %v", err, w.Header())
		}
		all := entries(t, d)
		if len(all) != 1 || all[0].Kind != "export.roster" || all[0].Reason != "送区总工会核对" || all[0].Actor != "ann" ||
			!strings.HasPrefix(all[0].Fields, "rows=3,sha256=") || len(all[0].Fields) != len("rows=3,sha256=")+64 {
			t.Fatalf("entry: %+v", all)
		}
		checkBook(t, w.Body.Bytes(), all[0].Object)
		again, err := download(t, d, "officer", 3, url.Values{"purpose": {"送区总工会核对"}})
		if err != nil || again.Body.Len() == 0 || entries(t, d)[0].Fields != all[0].Fields {
			t.Errorf("the same list again has another hash, or did not come: %v", err)
		}
	})
}

// checkBook holds that the first and last row say who and what for, and that the id stands in the file's properties.
func checkBook(t *testing.T, data []byte, id string) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	text := ""
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		part, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if f.Name == "docProps/core.xml" && !strings.Contains(string(part), id) {
			t.Errorf("the properties do not hold %s: %s", id, part)
		}
		if strings.HasPrefix(f.Name, "xl/worksheets/") {
			text = string(part)
		}
	}
	rows := strings.Split(text, "<row ")[1:]
	if len(rows) != 6 {
		t.Fatalf("%d rows, want two notes, a heading and three: %s", len(rows), text)
	}
	for _, i := range []int{0, 5} {
		for _, want := range []string{"示例甲", "2026-11-23 09:00", "用途：送区总工会核对"} {
			if !strings.Contains(rows[i], want) {
				t.Errorf("row %d does not say %s: %s", i+1, want, rows[i])
			}
		}
	}
}

func TestLongDownload(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		in := url.Values{"purpose": {"年度核对用"}, "format": {"csv"}}
		if w, err := download(t, d, "officer", site.FewRows, in); err != nil || strings.Count(w.Body.String(), "\r\n") != site.FewRows+3 {
			t.Errorf("%d rows: %v, %d lines", site.FewRows, err, strings.Count(w.Body.String(), "\r\n"))
		}
		w, err := download(t, d, "officer", site.FewRows+1, in)
		if !fault.Is(err, "export.large") || w.Body.Len() > 0 {
			t.Errorf("one row more: %v, %d bytes", err, w.Body.Len())
		}
		refused := func(e audit.Entry) bool {
			return e.Outcome == "refused" && e.Fault == "export.large" && e.Reason == "年度核对用"
		}
		if all := entries(t, d); len(all) != 2 || !slices.ContainsFunc(all, refused) {
			t.Errorf("the refusal is not on record: %+v", all)
		}
		if w, err := download(t, d, "auditor", site.FewRows+1, in); err != nil || !strings.Contains(w.Body.String(), "示例500") {
			t.Errorf("with the right: %v", err)
		}
		if _, err := download(t, d, "admin", 1, in); fault.Of(err) == nil || fault.Of(err).Kind != fault.Denied {
			t.Errorf("without the right to the list: %v", err)
		}
	})
}
