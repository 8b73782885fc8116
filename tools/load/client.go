package load

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"sync"
	"time"
)

// Call is one asking as its client remembers it.
type Call struct {
	Act, Actor, Key string
	Body            string // JSON, or a posted form
	Answer          string // what was answered when it was done
	Tries           int
	Refused         string // the refusal's words, if it was refused
}

// Journal keeps what was asked and what was answered, on disk too.
type Journal struct {
	mu     sync.Mutex
	file   *os.File
	Done   []Call
	Tried  int // askings sent, those without an answer too
	Denied []Call
	last   time.Time     // of an answer
	gap    time.Duration // the longest without one
}

// NewJournal begins a journal in a file.
func NewJournal(path string) (*Journal, error) {
	f, err := os.Create(path)
	return &Journal{file: f}, err
}

func (j *Journal) add(c Call) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.Tried += c.Tries
	if c.Refused != "" {
		j.Denied = append(j.Denied, c)
	} else {
		j.Done = append(j.Done, c)
	}
	now := time.Now()
	if !j.last.IsZero() {
		j.gap = max(j.gap, now.Sub(j.last))
	}
	j.last = now
	text, err := json.Marshal(c)
	if err == nil {
		_, err = j.file.Write(append(text, '\n'))
	}
	return err
}

// Acts says how many acts were answered so far.
func (j *Journal) Acts() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return len(j.Done)
}

// Count says how many acts of a name were answered so far.
func (j *Journal) Count(name string) int {
	j.mu.Lock()
	defer j.mu.Unlock()
	n := 0
	for _, c := range j.Done {
		if c.Act == name {
			n++
		}
	}
	return n
}

// Gap is the longest time without an answered act since it was last asked; the time until now counts.
func (j *Journal) Gap() time.Duration {
	j.mu.Lock()
	defer j.mu.Unlock()
	now := time.Now()
	d := max(j.gap, now.Sub(j.last))
	j.gap, j.last = 0, now
	return d
}

// Await waits until so many acts were answered.
func (j *Journal) Await(ctx context.Context, acts int) error {
	for until := time.Now().Add(patience); j.Acts() < acts; {
		if time.Now().After(until) {
			return fmt.Errorf("%d acts are answered, %d were awaited", j.Acts(), acts)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
	return nil
}

// Client is one of those who ask. It asks the servers in turn until one answers, with the same key each time.
type Client struct {
	No      int
	Union   *Union
	Servers []string // base addresses
	Journal *Journal
	Rand    *rand.Rand
	Stop    <-chan struct{}

	http  http.Client
	at    int
	Given int64 // fen that came in by this client's slips
	Paid  int64 // fen the bank has paid out for this client's cases
	Cases int
}

var errStopped = errors.New("stopped between two acts")

// refusal is an answer that says no.
type refusal struct {
	Status int    `json:"status"`
	Key    string `json:"code"`
	Detail string `json:"detail"`
}

func (r refusal) Error() string { return fmt.Sprintf("%d %s %s", r.Status, r.Key, r.Detail) }

// key makes an idempotency key of the client's own.
func (c *Client) key() string {
	return fmt.Sprintf("load-%02d-%016x%016x", c.No, c.Rand.Uint64(), c.Rand.Uint64())
}

func (c *Client) stopping() bool {
	select {
	case <-c.Stop:
		return true
	default:
		return false
	}
}

// act asks for an act over the API until it is answered, and writes it down; out gets the answer.
func (c *Client) act(ctx context.Context, who Who, name string, in map[string]any, out any) error {
	if c.stopping() {
		return errStopped
	}
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	call := Call{Act: name, Actor: who.Name, Key: c.key(), Body: string(body)}
	text, err := c.insist(ctx, &call, func(base string) (*http.Request, error) { return apiRequest(base, who, call) })
	var no refusal
	if errors.As(err, &no) {
		call.Refused = no.Error()
	} else if err != nil {
		return err
	}
	call.Answer = string(text)
	if bad := c.Journal.add(call); bad != nil {
		return bad
	}
	if err == nil && out != nil {
		err = json.Unmarshal(text, out)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

func apiRequest(base string, who Who, call Call) (*http.Request, error) {
	r, err := http.NewRequest(http.MethodPost, base+"/api/v1/"+strings.ReplaceAll(call.Act, ".", "/"), strings.NewReader(call.Body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Authorization", "Bearer "+who.Token)
	r.Header.Set("Idempotency-Key", call.Key)
	r.Header.Set("Content-Type", "application/json")
	return r, nil
}

// page posts a form as a browser does, until it is answered.
func (c *Client) page(ctx context.Context, who Who, name, path string, values url.Values) error {
	if c.stopping() {
		return errStopped
	}
	call := Call{Act: name, Actor: who.Name, Key: c.key()}
	values.Set("_key", call.Key)
	call.Body = values.Encode()
	_, err := c.insist(ctx, &call, func(base string) (*http.Request, error) {
		r, err := http.NewRequest(http.MethodPost, base+path, strings.NewReader(call.Body))
		if err == nil {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.AddCookie(cookie(who))
		}
		return r, err
	})
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return c.Journal.add(call)
}

func cookie(who Who) *http.Cookie {
	return &http.Cookie{Name: "session", Value: base64.RawURLEncoding.EncodeToString([]byte(who.Session))}
}

// look reads a page until it is answered, and gives what a pattern finds in it.
func (c *Client) look(ctx context.Context, who Who, path string, find *regexp.Regexp) ([]string, error) {
	text, err := c.insist(ctx, &Call{}, func(base string) (*http.Request, error) {
		r, err := http.NewRequest(http.MethodGet, base+path, nil)
		if err == nil {
			r.AddCookie(cookie(who))
		}
		return r, err
	})
	var out []string
	for _, m := range find.FindAllStringSubmatch(string(text), -1) {
		out = append(out, m[1])
	}
	return out, err
}

// insist sends a request to one server after another until it is answered: no connection, a broken one, and a 5xx are no
// answers. What is refused is an answer.
func (c *Client) insist(ctx context.Context, call *Call, make func(base string) (*http.Request, error)) ([]byte, error) {
	until := time.Now().Add(patience)
	for {
		r, err := make(c.Servers[c.at%len(c.Servers)])
		if err != nil {
			return nil, err
		}
		call.Tries++
		text, err := c.send(r.WithContext(ctx))
		var no refusal
		switch {
		case err == nil:
			return text, nil
		case errors.As(err, &no) && no.Status < 500:
			return nil, no
		case time.Now().After(until):
			return nil, fmt.Errorf("nobody answered for %v: %w", patience, err)
		}
		c.at++
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func (c *Client) send(r *http.Request) ([]byte, error) {
	c.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	c.http.Timeout = 20 * time.Second
	res, err := c.http.Do(r)
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(res.Body)
	if bad := res.Body.Close(); err == nil {
		err = bad
	}
	if err != nil {
		return nil, err
	}
	if res.StatusCode >= 400 {
		no := refusal{Detail: brief(text)}
		if json.Unmarshal(text, &no) != nil || no.Status == 0 {
			no.Status = res.StatusCode
		}
		return nil, no
	}
	if to := res.Header.Get("Location"); strings.HasPrefix(to, "/signin") {
		return nil, refusal{Status: 403, Detail: "sent to sign in"}
	}
	return text, nil
}

func brief(text []byte) string {
	text = bytes.Join(bytes.Fields(text), []byte(" "))
	return string(text[:min(len(text), 300)])
}
