package oidc

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"bangfu/internal/base/fault"
)

// A provider on this machine whose tokens are whatever a case makes of them. The real one is in the tests of the house; this
// one lies.
type liar struct {
	*httptest.Server
	key    *rsa.PrivateKey
	claims map[string]any
	alg    string
	signer *rsa.PrivateKey
	about  map[string]any // further words of its description
	form   url.Values     // what the token was asked for with
}

func newLiar(t *testing.T) *liar {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	l := &liar{key: key, signer: key, alg: "RS256"}
	say := func(w http.ResponseWriter, what any) {
		w.Header().Set("Content-Type", "application/json")
		if err := json.NewEncoder(w).Encode(what); err != nil {
			t.Error(err)
		}
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		d := map[string]any{"issuer": l.URL, "authorization_endpoint": l.URL + "/auth", "token_endpoint": l.URL + "/token", "jwks_uri": l.URL + "/keys"}
		for k, v := range l.about {
			d[k] = v
		}
		say(w, d)
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) {
		say(w, map[string]any{"keys": []any{map[string]any{"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "one",
			"n": b64(key.N.Bytes()), "e": b64(big.NewInt(int64(key.E)).Bytes())}}})
	})
	mux.HandleFunc("/token", func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			t.Error(err)
		}
		l.form = r.PostForm
		say(w, map[string]any{"access_token": "x", "token_type": "Bearer", "id_token": l.token(t)})
	})
	l.Server = httptest.NewServer(mux)
	t.Cleanup(l.Close)
	return l
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// token signs the claims, or does not, as the algorithm says.
func (l *liar) token(t *testing.T) string {
	head, err := json.Marshal(map[string]string{"alg": l.alg, "kid": "one"})
	if err != nil {
		t.Error(err)
	}
	body, err := json.Marshal(l.claims)
	if err != nil {
		t.Error(err)
	}
	text := b64(head) + "." + b64(body)
	if l.alg == "none" {
		return text + "."
	}
	sum := sha256.Sum256([]byte(text))
	sign, err := rsa.SignPKCS1v15(rand.Reader, l.signer, crypto.SHA256, sum[:])
	if err != nil {
		t.Error(err)
	}
	return text + "." + b64(sign)
}

const flow = "a-flow-of-the-test"

func (l *liar) provider() Provider {
	return Provider{Issuer: l.URL, ClientID: "us", Secret: "s", Redirect: "https://union.example/back"}
}

func (l *liar) honest(t *testing.T) {
	now := testTime(t)
	l.claims = map[string]any{"iss": l.URL, "aud": "us", "sub": "somebody", "nonce": part(flow, "nonce"), "iat": now, "exp": now + 300}
}

// testTime is the second a request of the test's own server is answered in: the tokens must be of now.
func testTime(t *testing.T) int64 {
	t.Helper()
	s := httptest.NewServer(http.NotFoundHandler())
	defer s.Close()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	w, err := s.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Body.Close(); err != nil {
		t.Error(err)
	}
	at, err := http.ParseTime(w.Header.Get("Date"))
	if err != nil {
		t.Fatal(err)
	}
	return at.Unix()
}

func back() url.Values { return url.Values{"state": {part(flow, "state")}, "code": {"c"}} }

// One thing is wrong at a time, and nobody is named; without it somebody is.
func TestLies(t *testing.T) {
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	back := func(more ...string) url.Values {
		v := back()
		for i := 0; i < len(more); i += 2 {
			v.Set(more[i], more[i+1])
		}
		return v
	}
	cases := []struct {
		name string
		lie  func(*liar)
		back url.Values
		want string
	}{
		{"the truth", func(*liar) {}, back(), ""},
		{"the truth, of this issuer", func(*liar) {}, nil, ""},
		{"no state", func(*liar) {}, back("state", ""), "oidc.refused"},
		{"state of another flow", func(*liar) {}, back("state", part("another", "state")), "oidc.refused"},
		{"another issuer sends the browser", func(*liar) {}, back("iss", "https://evil.example"), "oidc.refused"},
		{"no code", func(*liar) {}, back("code", ""), "oidc.refused"},
		{"nonce of another flow", func(l *liar) { l.claims["nonce"] = part("another", "nonce") }, back(), "oidc.refused"},
		{"no nonce", func(l *liar) { delete(l.claims, "nonce") }, back(), "oidc.refused"},
		{"for another client", func(l *liar) { l.claims["aud"] = "them" }, back(), "oidc.refused"},
		{"for us and another", func(l *liar) { l.claims["aud"] = []string{"us", "them"} }, back(), "oidc.refused"},
		{"of another issuer", func(l *liar) { l.claims["iss"] = "https://evil.example" }, back(), "oidc.refused"},
		{"too old", func(l *liar) { l.claims["exp"] = l.claims["iat"].(int64) - 5 }, back(), "oidc.refused"},
		{"of nobody", func(l *liar) { l.claims["sub"] = "" }, back(), "oidc.refused"},
		{"by another key", func(l *liar) { l.signer = other }, back(), "oidc.refused"},
		{"not signed", func(l *liar) { l.alg = "none" }, back(), "oidc.refused"},
		{"signed by an algorithm that is not the key's", func(l *liar) { l.alg = "HS256" }, back(), "oidc.refused"},
		{"describes another issuer", func(l *liar) { l.about = map[string]any{"issuer": "https://evil.example"} }, back(), "oidc.away"},
		{"keys at an address without TLS", func(l *liar) { l.about = map[string]any{"jwks_uri": "http://192.0.2.1/keys"} }, back(), "oidc.refused"},
		{"tokens at an address without TLS", func(l *liar) { l.about = map[string]any{"token_endpoint": "http://192.0.2.1/token"} }, back(), "oidc.away"},
		{"sign-in at an address without TLS", func(l *liar) { l.about = map[string]any{"authorization_endpoint": "http://192.0.2.1/"} }, back(), "oidc.away"},
		{"sends us elsewhere", func(l *liar) {
			l.Config.Handler = http.RedirectHandler("http://127.0.0.1:1/", http.StatusFound)
		}, back(), "oidc.away"},
		{"talks without end", func(l *liar) {
			l.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				for r.Context().Err() == nil {
					if _, err := w.Write([]byte(strings.Repeat(" ", 1<<16))); err != nil {
						return
					}
				}
			})
		}, back(), "oidc.away"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			l := newLiar(t)
			l.honest(t)
			c.lie(l)
			if c.back == nil {
				c.back = back("iss", l.URL)
			}
			got, err := l.provider().Finish(t.Context(), flow, c.back)
			switch {
			case c.want == "" && (err != nil || got != "somebody"):
				t.Errorf("%q, %v", got, err)
			case c.want != "" && (!fault.Is(err, c.want) || got != ""):
				t.Errorf("%q, %v, want %s", got, err, c.want)
			}
		})
	}
}

// What is asked at the beginning is what is shown at the end: the verifier's hash goes first, the verifier later.
func TestVerifier(t *testing.T) {
	l := newLiar(t)
	l.honest(t)
	to, err := l.provider().Begin(t.Context(), flow, true)
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.provider().Finish(t.Context(), flow, back()); err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(l.form.Get("code_verifier")))
	q := u.Query()
	if len(l.form.Get("code_verifier")) < 43 || q.Get("code_challenge") != b64(sum[:]) || q.Get("code_challenge_method") != "S256" || q.Get("prompt") != "login" {
		t.Errorf("asked %v, shown %v", q, l.form)
	}
	seen := map[string]bool{}
	for _, v := range []string{q.Get("state"), q.Get("nonce"), q.Get("code_challenge"), l.form.Get("code_verifier"), flow} {
		if seen[v] || v == "" {
			t.Errorf("one value serves twice: %q", v)
		}
		seen[v] = true
	}
}

// A provider that never answers is away after a few seconds, and at once when the browser has gone.
func TestSilence(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	defer s.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := (Provider{Issuer: s.URL}).Begin(ctx, flow, false); !fault.Is(err, "oidc.away") {
		t.Errorf("a silent provider: %v", err)
	}
}

func TestCheckIssuer(t *testing.T) {
	for issuer, ok := range map[string]bool{
		"https://id.example.com": true, "https://id.example.com/realms/a": true, "http://127.0.0.1:8080/oidc": true, "http://[::1]/": true, "http://localhost:1": true,
		"http://id.example.com": false, "http://10.0.0.1": false, "http://127.0.0.1.example.com": false, "ftp://127.0.0.1": false, "https://": false, "": false,
		"https://me@id.example.com": false, "https://id.example.com?x=1": false, "https://id.example.com#x": false, "id.example.com": false, "javascript:alert(1)": false,
	} {
		if err := CheckIssuer(issuer); (err == nil) != ok {
			t.Errorf("%q: %v", issuer, err)
		}
	}
}
