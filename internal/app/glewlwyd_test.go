package app

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"database/sql"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// glewlwyd is an identity provider of the Debian package of that name, which the test started.
type glewlwyd struct {
	t      *testing.T
	at     string // its address
	config string
	run    *exec.Cmd
}

// The client of the provider that we are, and the address its codes go to.
const (
	ourClient = "bangfu"
	ourSecret = "invented-client-secret-1"
	ourBack   = "http://example.com/signin/provider/back"
)

// provider starts a provider with our client and these users, whose passwords are words8.
func provider(t *testing.T, users ...string) *glewlwyd {
	t.Helper()
	schema, err := os.ReadFile("/usr/share/dbconfig-common/data/glewlwyd/install/sqlite3")
	if err != nil {
		t.Fatalf("install the Debian package glewlwyd: %v", err)
	}
	dir := t.TempDir()
	store, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "provider.db"))
	if err == nil {
		_, err = store.ExecContext(t.Context(), string(schema))
		err = errors.Join(err, store.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := free.Addr().(*net.TCPAddr).Port
	if err := free.Close(); err != nil {
		t.Fatal(err)
	}
	g := &glewlwyd{t: t, at: fmt.Sprintf("http://127.0.0.1:%d", port), config: filepath.Join(dir, "provider.conf")}
	text := fmt.Sprintf(providerConfig, port, g.at, filepath.Join(dir, "provider.db"))
	if err := os.WriteFile(g.config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	g.start()
	t.Cleanup(g.stop)
	g.furnish(users)
	return g
}

const providerConfig = `port=%d
bind_address="127.0.0.1"
external_url="%s"
login_url="login.html"
api_prefix="api"
log_mode="console"
log_level="INFO"
cookie_secure=0
session_expiration=2419200
session_key="GLEWLWYD2_SESSION_ID"
admin_session_authentication="cookie"
profile_session_authentication="cookie"
login_api_enabled=true
admin_scope="g_admin"
profile_scope="g_profile"
user_module_path="/usr/lib/glewlwyd/user"
client_module_path="/usr/lib/glewlwyd/client"
user_auth_scheme_module_path="/usr/lib/glewlwyd/scheme"
plugin_module_path="/usr/lib/glewlwyd/plugin"
use_secure_connection=false
secure_connection_key_file="none"
secure_connection_pem_file="none"
secure_connection_ca_file="none"
hash_algorithm="SHA512"
database = { type = "sqlite3"; path = "%s"; };
`

// start runs the provider and waits until it says that it listens.
func (g *glewlwyd) start() {
	g.t.Helper()
	g.run = exec.CommandContext(context.WithoutCancel(g.t.Context()), "glewlwyd", "-c", g.config)
	out, err := g.run.StdoutPipe()
	if err == nil {
		g.run.Stderr = g.run.Stdout
		err = g.run.Start()
	}
	if err != nil {
		g.t.Fatalf("install the Debian package glewlwyd: %v", err)
	}
	var said strings.Builder
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		fmt.Fprintln(&said, lines.Text())
		if strings.Contains(lines.Text(), "started on port") {
			go func() { _, _ = io.Copy(io.Discard, out) }() // until it ends
			g.listens()
			return
		}
	}
	g.t.Fatalf("the provider does not start: %s", said.String())
}

// listens waits for the first connection that is taken: the provider says that it has started a moment before.
func (g *glewlwyd) listens() {
	g.t.Helper()
	var err error
	for range 100_000 {
		var c net.Conn
		if c, err = (&net.Dialer{}).DialContext(g.t.Context(), "tcp", strings.TrimPrefix(g.at, "http://")); err == nil {
			err = c.Close()
			break
		}
	}
	if err != nil {
		g.t.Fatalf("the provider does not listen: %v", err)
	}
}

// stop takes the provider away.
func (g *glewlwyd) stop() {
	if g.run != nil {
		_ = g.run.Process.Signal(syscall.SIGTERM) // it may be gone
		_ = g.run.Wait()
		g.run = nil
	}
}

// furnish makes the provider speak OpenID Connect, with our client and its users.
func (g *glewlwyd) furnish(users []string) {
	g.t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		g.t.Fatal(err)
	}
	public, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		g.t.Fatal(err)
	}
	armour := func(kind string, data []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: data}))
	}
	admin := g.sit()
	admin.ask(http.MethodPost, "/api/auth/", m{"username": "admin", "password": "password"}) // as the package is installed
	admin.ask(http.MethodPost, "/api/mod/plugin/", m{"module": "oidc", "name": "oidc", "display_name": "OIDC", "order_rank": 0, "parameters": m{
		"iss": g.issuer(), "jwt-type": "rsa", "jwt-key-size": "256", "key": armour("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(key)),
		"cert": armour("PUBLIC KEY", public), "code-duration": 600, "refresh-token-duration": 1209600, "access-token-duration": 3600,
		"auth-type-code-enabled": true, "pkce-allowed": true, "pkce-required": true, "pkce-method-plain-allowed": false, "jwks-show": true,
		"subject-type": "public", "allow-non-oidc": false, "name-claim": "no", "email-claim": "no", "scope-claim": "no",
		"address-claim": m{"type": "no"}, "claims": []m{}, "scope": []m{{"name": "openid", "refresh-token-rolling": false}}}})
	admin.ask(http.MethodPost, "/api/client/", m{"client_id": ourClient, "name": "Bangfu", "password": ourSecret, "confidential": true, "enabled": true,
		"redirect_uri": []string{ourBack}, "authorization_type": []string{"code"}, "scope": []string{}, "token_endpoint_auth_method": []string{"client_secret_basic"}})
	for _, u := range users {
		admin.ask(http.MethodPost, "/api/user/", m{"username": u, "name": u, "password": words8, "scope": []string{"openid", "g_profile"}, "enabled": true})
	}
}

func (g *glewlwyd) issuer() string { return g.at + "/api/oidc" }

type m map[string]any

// seat is a browser at the provider.
type seat struct {
	g  *glewlwyd
	to *http.Client
}

func (g *glewlwyd) sit() seat {
	jar, err := cookiejar.New(nil)
	if err != nil {
		g.t.Fatal(err)
	}
	return seat{g, &http.Client{Jar: jar, Transport: &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// ask calls what the provider's own pages call.
func (s seat) ask(method, path string, in m) {
	s.g.t.Helper()
	text, err := json.Marshal(in)
	if err != nil {
		s.g.t.Fatal(err)
	}
	if code, _ := s.send(method, s.g.at+path, text); code != http.StatusOK {
		s.g.t.Fatalf("the provider answers %s %s with %d", method, path, code)
	}
}

func (s seat) send(method, to string, body []byte) (int, string) {
	s.g.t.Helper()
	r, err := http.NewRequestWithContext(s.g.t.Context(), method, to, bytes.NewReader(body))
	if err != nil {
		s.g.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	w, err := s.to.Do(r)
	if err != nil {
		s.g.t.Fatal(err)
	}
	defer func() { _ = w.Body.Close() }() // it was read
	_, _ = io.Copy(io.Discard, w.Body)
	return w.StatusCode, w.Header.Get("Location")
}

// through goes from the address we sent the browser to, by the provider's page, to the address it sends the browser back to:
// asked to sign in, a user does, and lets us know who they are.
func (s seat) through(to, user string) string {
	s.g.t.Helper()
	code, next := s.send(http.MethodGet, to, nil)
	page, err := url.Parse(next)
	if err != nil || code != http.StatusFound || !strings.HasSuffix(page.Path, "/login.html") {
		s.g.t.Fatalf("the provider does not ask who it is: %d %s", code, next)
	}
	s.ask(http.MethodPost, "/api/auth/", m{"username": user, "password": words8})
	s.ask(http.MethodPut, "/api/auth/grant/"+ourClient+"/", m{"scope": "openid"})
	on := page.Query().Get("callback_url") + "&g_continue"
	code, next = s.send(http.MethodGet, on, nil)
	if code != http.StatusFound || !strings.HasPrefix(next, ourBack+"?") {
		s.g.t.Fatalf("the provider does not send the browser back: %d %s", code, next)
	}
	return strings.TrimPrefix(next, "http://example.com")
}
