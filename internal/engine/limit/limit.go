// Package limit keeps a rush from becoming an outage: it counts requests by key within a bounded memory, refuses quickly
// what the machine cannot take, and says from which address a request came.
package limit

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"
)

// Rule is how many in what span.
type Rule struct {
	N   int
	Per time.Duration
}

// Counter counts by key in spans. It never holds more than twice its bound of keys; the longest unused go first. The
// zero Counter is not for use; a nil one lets everything through.
type Counter struct {
	now  func() time.Time
	most int

	mu       sync.Mutex
	new, old map[string]tally
}

type tally struct {
	began time.Time
	n     int
}

// New makes a counter that keeps most keys at once, twice that at worst.
func New(most int, now func() time.Time) *Counter {
	return &Counter{now: now, most: most, new: map[string]tally{}}
}

// Wait counts one of a key. It gives 0 when the rule allows it, else how long until it would; what was refused counts too
// little to make the wait longer.
func (c *Counter) Wait(key string, r Rule) time.Duration {
	if c == nil || r.N <= 0 {
		return 0
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now()
	t, ok := c.new[key]
	if !ok {
		t = c.old[key]
	}
	if d := now.Sub(t.began); d >= r.Per || d < 0 {
		t = tally{began: now}
	}
	if t.n >= r.N {
		return max(t.began.Add(r.Per).Sub(now), time.Second)
	}
	t.n++
	if !ok && len(c.new) >= c.most {
		c.old, c.new = c.new, map[string]tally{}
	}
	c.new[key] = t
	return 0
}

// Keys is how many keys are held.
func (c *Counter) Keys() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.new) + len(c.old)
}

// Trust names the proxies whose word about the address is taken; none unless configured.
type Trust []netip.Prefix

// ParseTrust reads addresses and networks ("10.0.0.5", "10.0.0.0/8") parted by commas.
func ParseTrust(text string) (Trust, error) {
	var out Trust
	for _, s := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' }) {
		if a, err := netip.ParseAddr(s); err == nil {
			out = append(out, netip.PrefixFrom(a, a.BitLen()))
			continue
		}
		p, err := netip.ParsePrefix(s)
		if err != nil {
			return nil, err
		}
		out = append(out, p.Masked())
	}
	return out, nil
}

func (t Trust) has(a netip.Addr) bool {
	for _, p := range t {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// Address gives where a request came from: the peer, or, when the peer is a trusted proxy, the last address in
// X-Forwarded-For that is not one. An IPv6 address is cut to its network of 64 bits, for one home has all of it.
func (t Trust) Address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	at, err := netip.ParseAddr(host)
	if err != nil {
		return host
	}
	at = at.Unmap()
	if t.has(at) {
		hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
		for i := len(hops) - 1; i >= 0 && t.has(at); i-- {
			a, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
			if err != nil {
				break
			}
			at = a.Unmap()
		}
	}
	if at.Is6() {
		p, err := at.WithZone("").Prefix(64)
		if err == nil {
			return p.Addr().String()
		}
	}
	return at.String()
}

// Gate lets so many requests in at once; the next gets 503 at once, with a sentence and when to try again. Health
// questions are to stand outside it.
func Gate(most int, full, next http.Handler) http.Handler {
	room := make(chan struct{}, most)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case room <- struct{}{}:
			defer func() { <-room }()
			next.ServeHTTP(w, r)
		default:
			w.Header().Set("Retry-After", "5")
			full.ServeHTTP(w, r)
		}
	})
}
