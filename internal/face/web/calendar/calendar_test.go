package calendar

import (
	"bytes"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"bangfu/internal/base/fault"
	"bangfu/internal/engine/db/dbtest"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/auth"
	"bangfu/internal/office/task/tasktest"
)

type hall struct {
	*tasktest.House
	site *site.Site
}

func open(t *testing.T) *hall {
	t.Helper()
	h := &hall{House: tasktest.New(t, dbtest.Open(t))}
	h.site = &site.Site{Log: slog.New(slog.DiscardHandler), Host: h.Host}
	return h
}

func (h *hall) send(who string, req *http.Request) (int, string, error) {
	h.T.Helper()
	for _, r := range Routes() {
		if r.Pattern != req.Method+" "+req.URL.Path {
			continue
		}
		q := &site.Req{W: httptest.NewRecorder(), R: req, Site: h.site, Who: h.Actor(who), Route: r}
		if auth.Scope(q.Who, r.Right).None() {
			return 0, "", fault.New(fault.Denied, "fault.denied")
		}
		w := q.W.(*httptest.ResponseRecorder)
		err := r.Do(q)
		return w.Code, w.Body.String(), err
	}
	h.T.Fatalf("no route %s %s", req.Method, req.URL.Path)
	return 0, "", nil
}

func (h *hall) post(who, path string, in url.Values, code int) string {
	h.T.Helper()
	req := httptest.NewRequest("POST", path, strings.NewReader(in.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	got, body, err := h.send(who, req)
	if err != nil || got != code {
		h.T.Fatalf("POST %s = %d, %v", path, got, err)
	}
	return body
}

func (h *hall) want(who, path string, texts ...string) string {
	h.T.Helper()
	code, body, err := h.send(who, httptest.NewRequest("GET", path, nil))
	if err != nil || code != http.StatusOK {
		h.T.Fatalf("GET %s = %d, %v", path, code, err)
	}
	for _, s := range texts {
		if !strings.Contains(body, s) {
			h.T.Errorf("GET %s says nothing of %q", path, s)
		}
	}
	return body
}

func TestYear(t *testing.T) {
	h := open(t)
	h.want("admin", home, "国庆节", "调休上班", "国家放假安排", "上传下一年")
	h.want("worker", home, "国庆节")
	if body := h.want("officer", home); strings.Contains(body, "<input") && strings.Contains(body, home+"/day") {
		t.Error("an officer is offered to set days")
	}
	h.want("admin", home+"?year=2031", "这一年还没有放假安排")
	if _, _, err := h.send("admin", httptest.NewRequest("GET", home+"?year=9999", nil)); fault.Of(err) == nil || fault.Of(err).Kind != fault.Missing {
		t.Errorf("the year 9999: %v", err)
	}
}

func TestOwnDay(t *testing.T) {
	h := open(t)
	h.post("admin", home+"/day", url.Values{"day": {"2026-12-15"}, "name": {"厂庆"}, "kind": {"off"}}, http.StatusSeeOther)
	h.want("admin", home, "厂庆", "本单位", home+"/clear")
	if body := h.want("officer", home, "厂庆"); strings.Contains(body, home+"/clear") {
		t.Error("an officer is offered to clear a day")
	}
	if body := h.post("admin", home+"/day", url.Values{"day": {"2026-01-15"}, "name": {"厂庆"}, "kind": {"off"}}, http.StatusUnprocessableEntity); !strings.Contains(body, "已经过去的日期") {
		t.Error("a past day is not explained")
	}
	h.post("admin", home+"/clear", url.Values{"day": {"2026-12-15"}}, http.StatusSeeOther)
	if body := h.want("admin", home); strings.Contains(body, "厂庆") {
		t.Error("a cleared day is still there")
	}
}

func TestNextYearComes(t *testing.T) {
	h := open(t)
	send := func(who, text string) (int, string, error) {
		var body bytes.Buffer
		m := multipart.NewWriter(&body)
		part, err := m.CreateFormFile("file", "2031.csv")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
		if err := m.Close(); err != nil {
			t.Fatal(err)
		}
		req := httptest.NewRequest("POST", home+"/file", &body)
		req.Header.Set("Content-Type", m.FormDataContentType())
		return h.send(who, req)
	}
	if code, body, err := send("admin", "no file of days"); err != nil || code != http.StatusUnprocessableEntity || !strings.Contains(body, "<h1") {
		t.Errorf("a file of something else = %d, %v", code, err)
	}
	if code, _, err := send("admin", yearText); err != nil || code != http.StatusSeeOther {
		t.Fatalf("upload = %d, %v", code, err)
	}
	h.want("admin", home+"?year=2031", "元旦", "放假 1 天，调休上班 1 天")
	if _, _, err := send("officer", yearText); fault.Of(err) == nil || fault.Of(err).Kind != fault.Denied {
		t.Errorf("an officer uploads a year: %v", err)
	}
}

const yearText = "日期,名称,休/班\n2031-01-01,元旦,休\n2031-01-04,元旦,班\n"
