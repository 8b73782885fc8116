package site

import (
	"io"

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
	return q.Site.Blob.Put(q.R.Context(), c.Data)
}
