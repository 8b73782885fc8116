package dbtest

import (
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/url"
	"sync"
	"testing"
)

// Wire is the line to a PostgreSQL server, which can be cut at the n-th thing asked over it: before it goes out, or after the
// server did it and before its answer comes back, so that nobody knows.
type Wire struct {
	l      net.Listener
	server string

	mu    sync.Mutex
	count int
	nth   int // 0 is never
	after bool
	hit   bool
}

// NewWire lays a line to the server of an address and gives the address at its near end.
func NewWire(t testing.TB, dsn string) (*Wire, string) {
	t.Helper()
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &Wire{l: l, server: u.Host}
	t.Cleanup(func() { _ = l.Close() })
	go w.accept() // until the listener is closed
	u.Host = l.Addr().String()
	return w, u.String()
}

// Cut cuts the line of whoever asks the n-th thing from now; 0 is nobody.
func (w *Wire) Cut(n int, after bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.count, w.nth, w.after, w.hit = 0, n, after, false
}

// Was reports whether the line was cut since Cut.
func (w *Wire) Was() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.hit
}

func (w *Wire) accept() {
	for {
		near, err := w.l.Accept()
		if err != nil {
			return
		}
		far, err := net.Dial("tcp", w.server)
		if err != nil {
			_ = near.Close()
			continue
		}
		s := &strand{w: w, near: near, far: far}
		go s.there() // each until one end is closed
		go s.back()
	}
}

// strand is one connection.
type strand struct {
	w         *Wire
	near, far net.Conn
	mu        sync.Mutex
	mute      bool // the next whole answer is kept back, and the line cut
}

func (s *strand) cut() { _ = errors.Join(s.near.Close(), s.far.Close()) }

// ask counts a thing asked: every Sync or Query message, and so every statement, begin and commit.
func (w *Wire) ask(kind byte) (now, after bool) {
	if kind != 'S' && kind != 'Q' {
		return false, false
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.count++
	if w.nth == 0 || w.count != w.nth {
		return false, false
	}
	w.hit = true
	return true, w.after
}

// frame reads one message; the first of a connection has no kind.
func frame(r io.Reader, kinds bool) (kind byte, whole []byte, err error) {
	head := make([]byte, 5)
	if !kinds {
		head = head[:4]
	}
	if _, err := io.ReadFull(r, head); err != nil {
		return 0, nil, err
	}
	size := binary.BigEndian.Uint32(head[len(head)-4:])
	body := make([]byte, size-4)
	_, err = io.ReadFull(r, body)
	return head[0], append(head, body...), err
}

func (s *strand) there() {
	defer s.cut()
	for first := true; ; first = false {
		kind, whole, err := frame(s.near, !first)
		if err != nil {
			return
		}
		if !first {
			if now, after := s.w.ask(kind); now && !after {
				return
			} else if now {
				s.mu.Lock()
				s.mute = true
				s.mu.Unlock()
			}
		}
		if _, err := s.far.Write(whole); err != nil {
			return
		}
	}
}

func (s *strand) back() {
	defer s.cut()
	for {
		kind, whole, err := frame(s.far, true)
		if err != nil {
			return
		}
		s.mu.Lock()
		mute := s.mute
		s.mu.Unlock()
		if mute && kind == 'Z' { // the server is done with it
			return
		}
		if mute {
			continue
		}
		if _, err := s.near.Write(whole); err != nil {
			return
		}
	}
}
