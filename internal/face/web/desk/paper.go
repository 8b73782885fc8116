package desk

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"bangfu/internal/base/fault"
	"bangfu/internal/domain/intake"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/face/web/site"
)

// servePaper shows the original of a paper. Opening one is an act: it is recorded and the worker can read who looked.
func servePaper(q *site.Req) error {
	call := act.Call{Actor: q.Who} // a look changes nothing that a second look could change twice
	p, err := intake.OpenPaper.Run(q.R.Context(), q.Site.Host, call, intake.ProofRef{ID: q.ID("id"), Proof: q.ID("proof")})
	if err != nil {
		return err
	}
	return serve(q, p.Blob, p.File)
}

// servePhoto shows the n-th photo of a visit.
func servePhoto(q *site.Req) error {
	var keys []string
	err := q.See(func(ctx context.Context, tx *db.Tx) error {
		if _, err := intake.Reached(ctx, tx, "intake.see", q.ID("id")); err != nil {
			return err
		}
		all, err := intake.Visits(ctx, tx, q.ID("id"))
		for _, v := range all {
			if v.ID == q.ID("visit") {
				keys = strings.Fields(v.Photos)
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(q.ID("n"))
	if err != nil || n < 1 || n > len(keys) {
		return fault.New(fault.Missing, "fault.missing")
	}
	return serve(q, keys[n-1], q.T("现场照片 {0}", n))
}

// serve writes a stored file. Its type is found from its bytes; the store takes in photos and PDF only.
func serve(q *site.Req, key, name string) error {
	data, err := q.Site.Blob.Get(q.R.Context(), key)
	if err != nil {
		return err
	}
	h := q.W.Header()
	h.Set("Content-Type", http.DetectContentType(data))
	h.Set("Content-Disposition", "inline; filename*=UTF-8''"+url.PathEscape(name))
	h.Set("Cache-Control", "no-store")
	_, err = q.W.Write(data)
	return err
}
