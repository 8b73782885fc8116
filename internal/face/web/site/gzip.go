package site

import (
	"compress/gzip"
	"net/http"
	"strings"
	"sync"
)

// compress packs pages for browsers that take gzip; files and assets are left as they are.
func compress(next http.Handler) http.Handler {
	pool := &sync.Pool{New: func() any { return gzip.NewWriter(nil) }}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			next.ServeHTTP(w, r)
			return
		}
		z := &zipper{ResponseWriter: w, pool: pool}
		defer z.close()
		next.ServeHTTP(z, r)
	})
}

type zipper struct {
	http.ResponseWriter
	pool  *sync.Pool
	zip   *gzip.Writer
	begun bool
}

// WriteHeader decides by the content's type whether to pack.
func (z *zipper) WriteHeader(code int) {
	if !z.begun {
		z.begun = true
		h := z.Header()
		kind := h.Get("Content-Type")
		if h.Get("Content-Encoding") == "" && (strings.HasPrefix(kind, "text/html") || strings.HasPrefix(kind, "application/json")) {
			h.Set("Content-Encoding", "gzip")
			h.Add("Vary", "Accept-Encoding")
			h.Del("Content-Length")
			z.zip = z.pool.Get().(*gzip.Writer)
			z.zip.Reset(z.ResponseWriter)
		}
	}
	z.ResponseWriter.WriteHeader(code)
}

// Write packs or passes on.
func (z *zipper) Write(p []byte) (int, error) {
	if !z.begun {
		z.WriteHeader(http.StatusOK)
	}
	if z.zip != nil {
		return z.zip.Write(p)
	}
	return z.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController through.
func (z *zipper) Unwrap() http.ResponseWriter { return z.ResponseWriter }

func (z *zipper) close() {
	if z.zip != nil {
		z.zip.Close() // the browser is gone if this fails
		z.pool.Put(z.zip)
	}
}
