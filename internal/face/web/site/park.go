package site

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"time"

	"bangfu/internal/base/fault"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/office/auth"
)

// parkTime is how long a post waits for its sender. A stranger may leave little, and no files: what fills the house is
// taken only from those who are signed in.
const (
	parkTime    = time.Hour
	parkStrange = 64 << 10
)

// The pages where a code is shown, and where codes are set up.
const (
	ProvePath = "/account/prove"
	CodePath  = "/account/code"
)

// parked is a post that came too early or too late, sealed: where it was going, what was typed and what was attached. User is
// whose it was, "" for a visitor who had not signed in.
type parked struct {
	To     string
	User   string
	Fields form.Values
	Files  []parkedFile
}

type parkedFile struct {
	Field, Name string
	Data        []byte
}

type parkedRow struct {
	UnionID, ID string
	Body        []byte
	Until       int64
}

// park keeps the post and gives the address where it is offered again; "/" when it cannot be kept.
func (q *Req) park() (string, error) {
	if q.Who.Union == "" {
		return "/", nil
	}
	values, err := form.Parse(q.R)
	if err != nil {
		return "", err
	}
	p := parked{To: q.R.URL.RequestURI(), Fields: values}
	if q.SignedIn() {
		if p.Files, err = q.attached(); err != nil {
			return "", err
		}
	}
	if p.User, err = q.whose(); err != nil {
		return "", err
	}
	text, err := json.Marshal(p)
	if err != nil || !q.SignedIn() && len(text) > parkStrange {
		return "/", err
	}
	id := db.Token()
	err = q.Site.Host.DB.Update(q.R.Context(), q.Who, func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Exec(ctx, `delete from site_parked where union_id = $1 and until < $2`, tx.Union, tx.Ms()); err != nil {
			return err
		}
		body, err := tx.Seal("site_parked.body", id, string(text))
		if err != nil {
			return err
		}
		return db.Insert(ctx, tx, "site_parked", parkedRow{tx.Union, id, body, tx.Now.Add(parkTime).UnixMilli()})
	})
	q.setCookie("parked", id, int(parkTime.Seconds()))
	return "/parked/" + id, err
}

// whose says who posts: the user signed in, the user of the session that has just ended, or "" for a visitor. A browser whose
// session nobody knows any more belongs to nobody: "?".
func (q *Req) whose() (user string, err error) {
	token := q.cookie("session")
	if q.SignedIn() || token == "" {
		if q.SignedIn() {
			user = q.Who.User
		}
		return user, nil
	}
	err = q.Site.Host.DB.View(q.R.Context(), q.Who, func(ctx context.Context, tx *db.Tx) error {
		user, err = auth.Whose(ctx, tx, token)
		return err
	})
	if user == "" {
		user = "?"
	}
	return user, err
}

func (q *Req) attached() ([]parkedFile, error) {
	var out []parkedFile
	if q.R.MultipartForm == nil {
		return nil, nil
	}
	for field, heads := range q.R.MultipartForm.File {
		for _, h := range heads {
			f, err := h.Open()
			if err != nil {
				return nil, err
			}
			data, err := io.ReadAll(f)
			if err != nil {
				return nil, err
			}
			out = append(out, parkedFile{field, h.Filename, data})
		}
	}
	return out, nil
}

// kept gives the post that this browser left, to the user who left it: a phone may be shared. Fault: Missing "fault.missing".
func (q *Req) kept() (parked, error) {
	var p parked
	if q.cookie("parked") != q.ID("id") { // only the browser that posted it
		return p, fault.New(fault.Missing, "fault.missing")
	}
	err := q.See(func(ctx context.Context, tx *db.Tx) error {
		row, err := db.One[parkedRow](ctx, tx, `
			select union_id, id, body, until from site_parked where union_id = $1 and id = $2 and until > $3`, tx.Union, q.ID("id"), tx.Ms())
		if err != nil {
			return err
		}
		text, err := tx.Open("site_parked.body", row.ID, row.Body)
		if err != nil {
			return err
		}
		return json.Unmarshal([]byte(text), &p)
	})
	if err == nil && (Local(p.To, "") == "" || p.User != "" && p.User != q.Who.User) {
		err = fault.New(fault.Missing, "fault.missing")
	}
	return p, err
}

// showParked offers a kept post once more.
func showParked(q *Req) error {
	p, err := q.kept()
	if err != nil {
		return err
	}
	return q.Render(parkedPage(q.Page(q.T("接着提交")), q.R.URL.RequestURI(), len(p.Files)))
}

// sendParked posts what was kept, with its files, as if the browser did so now; its idempotency key lets it act once.
func sendParked(q *Req) error {
	p, err := q.kept()
	if err != nil {
		return err
	}
	to, err := url.Parse(p.To)
	if err != nil {
		return err
	}
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, values := range p.Fields {
		for _, v := range values {
			if err := w.WriteField(name, v); err != nil {
				return err
			}
		}
	}
	for _, f := range p.Files {
		part, err := w.CreateFormFile(f.Field, f.Name)
		if err != nil {
			return err
		}
		if _, err := part.Write(f.Data); err != nil {
			return err
		}
	}
	if err := w.Close(); err != nil {
		return err
	}
	r := q.R.Clone(q.R.Context())
	r.URL, r.RequestURI, r.Body, r.ContentLength = to, p.To, io.NopCloser(&body), int64(body.Len())
	r.Form, r.PostForm, r.MultipartForm = nil, nil, nil
	r.Header.Set("Content-Type", w.FormDataContentType())
	q.Site.inner.ServeHTTP(q.W, r)
	return nil
}

// Routes are the site's own pages.
func Routes() []Route {
	return []Route{
		{Pattern: "GET /parked/{id}", Right: Signed, Face: page.Worker, Do: showParked},
		{Pattern: "POST /parked/{id}", Right: Signed, Face: page.Worker, Do: sendParked},
		{Pattern: "GET " + page.LookPath, Right: Open, Do: setLook},
		{Pattern: "GET " + page.StayPath, Right: Signed, Do: func(q *Req) error {
			q.W.WriteHeader(http.StatusNoContent)
			return nil
		}},
		Press(viewPath+"/save", page.Desk, SaveView, func(_ *Req, v View) (string, string) { return v.Href(), "视图已保存。" }),
		Press(viewPath+"/drop", page.Desk, DropView, func(_ *Req, v View) (string, string) { return v.Path, "视图已删除。" }),
	}
}

func setLook(q *Req) error {
	for _, what := range []string{"lang", "size", "contrast", "density"} {
		if v := q.Query(what); v != "" {
			q.SetLook(what, v)
		}
	}
	return q.Go(Local(q.Query("back"), "/"))
}
