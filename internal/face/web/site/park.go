package site

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"bangfu/internal/base/fault"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
)

// parkTime is how long a post waits for its sender to sign in again.
const parkTime = time.Hour

// parked is a post that came after its session died, sealed: where it was going and what was typed.
type parked struct {
	To     string
	Fields form.Values
}

type parkedRow struct {
	UnionID, ID string
	Body        []byte
	Until       int64
}

// park keeps the post and gives the address where it is offered again.
func (q *Req) park() (string, error) {
	if q.Who.Union == "" {
		return "/", nil
	}
	values, err := form.Parse(q.R)
	if err != nil {
		return "", err
	}
	text, err := json.Marshal(parked{To: q.R.URL.RequestURI(), Fields: values})
	if err != nil {
		return "", err
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

// showParked offers a kept post once more.
func showParked(q *Req) error {
	if q.cookie("parked") != q.ID("id") { // only the browser that posted it
		return fault.New(fault.Missing, "fault.missing")
	}
	var p parked
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
	if err != nil {
		return err
	}
	if Local(p.To, "") == "" {
		return fault.New(fault.Missing, "fault.missing")
	}
	return q.Render(parkedPage(q.Page(q.T("接着提交")), p))
}

// Routes are the site's own pages.
func Routes() []Route {
	return []Route{
		{Pattern: "GET /parked/{id}", Right: Signed, Face: page.Worker, Do: showParked},
		Press(viewPath+"/save", page.Desk, SaveView, func(_ *Req, v View) (string, string) { return v.Href(), "视图已保存。" }),
		Press(viewPath+"/drop", page.Desk, DropView, func(_ *Req, v View) (string, string) { return v.Path, "视图已删除。" }),
		{Pattern: "GET " + page.LookPath, Right: Open, Do: setLook},
		{Pattern: "GET " + page.StayPath, Right: Signed, Do: func(q *Req) error {
			q.W.WriteHeader(http.StatusNoContent)
			return nil
		}},
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
