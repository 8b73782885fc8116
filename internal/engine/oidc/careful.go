package oidc

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"

	"bangfu/internal/base/fault"
)

// The bounds of what a provider may cost us: time for each answer, and bytes of it.
const (
	patience = 8 * time.Second
	most     = 1 << 20
)

var errPlain = errors.New("not an https address")

// CheckIssuer holds the address of a provider to https without user, query or fragment. A provider on this very machine may
// do without TLS. Fault: Invalid "oidc.issuer".
func CheckIssuer(issuer string) error {
	u, err := url.Parse(issuer)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || !safe(u) {
		return fault.New(fault.Invalid, "oidc.issuer")
	}
	return nil
}

func safe(u *url.URL) bool {
	ip := net.ParseIP(u.Hostname())
	return u.Scheme == "https" || u.Scheme == "http" && (u.Hostname() == "localhost" || ip != nil && ip.IsLoopback())
}

// careful gives a context whose requests go to safe addresses only, follow nothing, wait a few seconds and read a megabyte.
// Each flow has its own, which keeps no connection.
func careful(ctx context.Context) context.Context {
	return oidc.ClientContext(ctx, &http.Client{
		Transport:     guard{&http.Transport{DisableKeepAlives: true, TLSHandshakeTimeout: patience}},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Timeout:       patience,
	})
}

type guard struct{ next http.RoundTripper }

// RoundTrip asks a safe address.
func (g guard) RoundTrip(r *http.Request) (*http.Response, error) {
	if !safe(r.URL) {
		return nil, errPlain
	}
	w, err := g.next.RoundTrip(r)
	if err == nil {
		w.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(w.Body, most), w.Body}
	}
	return w, err
}
