package page

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	_ "embed" // the style sheet and the script are part of the program
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

//go:embed kit.css
var kitCSS []byte

//go:embed kit.js
var kitJS []byte

// Policy is the content security policy every page is served with: nothing inline, nothing from elsewhere.
const Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; form-action 'self'; " +
	"frame-ancestors 'none'; base-uri 'none'"

type asset struct {
	url, mime  string
	plain, zip []byte
}

// assets are made once: the name carries the content's hash, so a browser may keep it for ever.
var assets = sync.OnceValue(func() []asset {
	return []asset{
		pack("kit", ".css", "text/css; charset=utf-8", kitCSS),
		pack("kit", ".js", "text/javascript; charset=utf-8", kitJS),
	}
})

func pack(name, ext, mime string, content []byte) asset {
	sum := sha256.Sum256(content)
	var zip bytes.Buffer
	w, err := gzip.NewWriterLevel(&zip, gzip.BestCompression)
	if err == nil {
		_, err = w.Write(content)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		panic("page: " + err.Error()) // writing to memory does not fail
	}
	url := AssetsPath + "/" + name + "." + hex.EncodeToString(sum[:6]) + ext
	return asset{url: url, mime: mime, plain: content, zip: zip.Bytes()}
}

// CSS is the address of the style sheet.
func CSS() string { return assets()[0].url }

// JS is the address of the script. Pages are complete without it.
func JS() string { return assets()[1].url }

// Assets serves the style sheet and the script under AssetsPath, compressed beforehand, to be kept for a year.
func Assets() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, a := range assets() {
			if r.URL.Path == a.url {
				a.serve(w, r)
				return
			}
		}
		http.NotFound(w, r)
	})
}

func (a asset) serve(w http.ResponseWriter, r *http.Request) {
	h, body := w.Header(), a.plain
	h.Set("Content-Type", a.mime)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Vary", "Accept-Encoding")
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		body = a.zip
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the browser went away: there is no one to tell
	}
}
