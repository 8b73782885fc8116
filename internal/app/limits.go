package app

import (
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/words"
	"bangfu/internal/engine/limit"
	"bangfu/internal/face/api"
)

// Limits says how much the house takes: requests a minute of one account, requests under way at once, and the proxies
// whose word about addresses counts. Zero is no limit.
type Limits struct {
	Pace, AtOnce int
	Proxies      limit.Trust
}

// keptKeys bounds the memory of counting: about ten megabytes at worst.
const keptKeys = 50_000

func (l Limits) counter(now func() time.Time) *limit.Counter {
	if l.Pace == 0 {
		return nil
	}
	return limit.New(keptKeys, now)
}

// gate answers 503 at once when too many requests are under way.
func (l Limits) gate(next http.Handler) http.Handler {
	if l.AtOnce == 0 {
		return next
	}
	return limit.Gate(l.AtOnce, http.HandlerFunc(full), next)
}

func full(w http.ResponseWriter, _ *http.Request) {
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	w.WriteHeader(http.StatusServiceUnavailable)
	for _, lang := range words.Langs() {
		_, _ = io.WriteString(w, words.T(lang, "现在用的人太多了，请过几秒再试。您填的内容请先不要关掉。")+"\n") // the browser is gone if this fails
	}
}

// paced holds a program to the pace of its token, wherever it asks from.
func (h *House) paced(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		key := fmt.Sprintf("api %x", sha256.Sum256([]byte(r.Header.Get("Authorization"))))
		if r.Header.Get("Authorization") == "" {
			key = "api " + h.Site.Trust.Address(r)
		}
		wait := h.Site.Rush.Wait(key, limit.Rule{N: h.Site.Pace, Per: time.Minute})
		if wait == 0 {
			next.ServeHTTP(w, r)
			return
		}
		seconds := int((wait + time.Second - 1) / time.Second)
		w.Header().Set("Retry-After", strconv.Itoa(seconds))
		w.Header().Set("X-Content-Type-Options", "nosniff")
		api.Refuse(w, r, fault.New(fault.Refused, "site.rush", seconds))
	})
}

// server bounds what one connection may take: heads of 32 KiB within ten seconds, bodies within two minutes (each form has
// a size of its own), answers within five.
func server(h http.Handler) *http.Server {
	return &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 2 * time.Minute, WriteTimeout: 5 * time.Minute,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 32 << 10}
}
