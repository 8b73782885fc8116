package site

import (
	"io"
	"net/http"

	"bangfu/internal/engine/blob"
	"bangfu/internal/engine/form"
)

// Keep cleans an uploaded photo or PDF and stores it sealed; it gives the key under which an act may name it. What no act
// names is swept away later. Faults: those of blob.Clean.
func (q *Req) Keep(f form.File) (string, error) {
	data, err := io.ReadAll(f.Open())
	if err != nil {
		return "", err
	}
	c, err := blob.Clean(f.Name, data)
	if err != nil {
		return "", err
	}
	q.Doubt(c.Doubt())
	return q.Site.Blob.Put(q.R.Context(), c.Data)
}

// Doubt has the next page say that a photo just taken may be hard to read; the photo is kept all the same.
func (q *Req) Doubt(d blob.Doubt) {
	if d != "" {
		q.setCookie("doubt", string(d), 60)
	}
}

// doubted words what the page before found of a photo, once.
func (q *Req) doubted() string {
	d := blob.Doubt(q.cookie("doubt"))
	if d == "" || q.R.Method != http.MethodGet {
		return ""
	}
	q.setCookie("doubt", "", -1)
	switch d {
	case blob.Dark:
		return q.T("照片有点暗，看不清字时请重拍；看得清就不用管。")
	case blob.Soft:
		return q.T("照片有点模糊，看不清字时请重拍；看得清就不用管。")
	}
	return ""
}
