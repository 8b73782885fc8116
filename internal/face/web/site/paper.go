package site

import (
	"net/http"
	"net/url"

	"bangfu/internal/engine/act"
	"bangfu/internal/engine/page"
	"bangfu/internal/engine/paper"
)

// PaperPress makes the route of a button that gives a kept paper as a download; in makes the act's input of the request.
func PaperPress[In any](path string, face page.Face, a act.Act[In, paper.Kept], in func(*Req) In) Route {
	_, _, right := a.About()
	return Route{Pattern: "POST " + path, Right: right, Face: face, Do: func(q *Req) error {
		k, err := Do(q, a, in(q))
		if err != nil {
			return err
		}
		h := q.W.Header()
		h.Set("Content-Type", "application/pdf")
		h.Set("Content-Disposition", "attachment; filename*=UTF-8''"+url.PathEscape(k.Name))
		h.Set("Cache-Control", "no-store")
		q.W.WriteHeader(http.StatusOK)
		_, err = q.W.Write(k.PDF)
		return err
	}}
}
