package limit

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// A key has its number in a span, whatever others do; the span over, it has it again.
func TestWait(t *testing.T) {
	now := time.Unix(1e9, 0)
	c := New(100, func() time.Time { return now })
	r := Rule{3, time.Minute}
	for i := range 3 {
		if w := c.Wait("a", r); w != 0 {
			t.Fatalf("try %d waits %v", i, w)
		}
	}
	now = now.Add(20 * time.Second)
	if w := c.Wait("a", r); w != 40*time.Second {
		t.Errorf("the fourth waits %v", w)
	}
	if w := c.Wait("b", r); w != 0 {
		t.Errorf("another key waits %v", w)
	}
	now = now.Add(40 * time.Second)
	if w := c.Wait("a", r); w != 0 {
		t.Errorf("after the span it waits %v", w)
	}
	var none *Counter
	if none.Wait("a", Rule{1, time.Hour}) != 0 || none.Wait("a", Rule{1, time.Hour}) != 0 {
		t.Error("no counter refuses")
	}
}

// A million keys take the room of a few, and a key that comes again and again is not forgotten among them.
func TestMemoryIsBounded(t *testing.T) {
	c := New(1000, func() time.Time { return time.Unix(1e9, 0) })
	r := Rule{2000, time.Hour}
	for i := range 1_000_000 {
		c.Wait(fmt.Sprint("k", i), r)
		if i%500 == 0 {
			c.Wait("busy", r)
		}
	}
	if n := c.Keys(); n > 2000 {
		t.Errorf("%d keys are held", n)
	}
	if c.Wait("busy", r) == 0 {
		t.Error("the busy key was forgotten")
	}
}

func TestAddress(t *testing.T) {
	trust, err := ParseTrust("10.0.0.0/8, 192.0.2.7")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, peer, forwarded, want string }{
		{"peer", "198.51.100.4:555", "", "198.51.100.4"},
		{"a stranger's word is not taken", "198.51.100.4:555", "203.0.113.9", "198.51.100.4"},
		{"a proxy's is", "10.1.2.3:1", "203.0.113.9", "203.0.113.9"},
		{"what the caller wrote before the proxy is not", "10.1.2.3:1", "1.2.3.4, 203.0.113.9", "203.0.113.9"},
		{"two proxies", "10.1.2.3:1", "203.0.113.9, 192.0.2.7", "203.0.113.9"},
		{"nonsense", "10.1.2.3:1", "x", "10.1.2.3"},
		{"six", "[2001:db8:1:2:3:4:5:6]:80", "", "2001:db8:1:2::"},
		{"four in six", "[::ffff:198.51.100.4]:80", "", "198.51.100.4"},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = c.peer
		if c.forwarded != "" {
			r.Header.Set("X-Forwarded-For", c.forwarded)
		}
		if got := trust.Address(r); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	if _, err := ParseTrust("10.0.0"); err == nil {
		t.Error("half an address is taken")
	}
}

// Full means 503 at once; room again means in again.
func TestGate(t *testing.T) {
	inside, free := make(chan bool), make(chan bool)
	full := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) })
	h := Gate(2, full, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { inside <- true; <-free }))
	ask := func() int {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
		return w.Code
	}
	done := make(chan int, 2)
	for range 2 {
		go func() { done <- ask() }()
		<-inside
	}
	if code := ask(); code != http.StatusServiceUnavailable {
		t.Errorf("the third gets %d", code)
	}
	free <- true
	if code := <-done; code != http.StatusOK {
		t.Errorf("the first got %d", code)
	}
	go func() { done <- ask() }()
	<-inside
	close(free)
	for range 2 {
		if code := <-done; code != http.StatusOK {
			t.Errorf("got %d", code)
		}
	}
}

// FuzzParseTrust reads any text as a list of proxies: what it takes trusts a valid network each, and the loopback only if named.
func FuzzParseTrust(f *testing.F) {
	for _, s := range []string{"", "10.0.0.5", "10.0.0.0/8, ::1", "10.0.0.0/99", "fe80::1%eth0", ",,"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		trust, err := ParseTrust(text)
		for _, p := range trust {
			if err != nil || !p.IsValid() {
				t.Fatalf("%q trusts %v with %v", text, p, err)
			}
		}
	})
}
