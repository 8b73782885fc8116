package browser

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"io"
	"net/http"
	"strings"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// Fetch gets an address of the site with this page's cookies, outside the browser: for files to download and check.
func (p *Page) Fetch(address string) (*http.Response, []byte) {
	p.t.Helper()
	if strings.HasPrefix(address, "/") {
		address = p.base + address
	}
	req, err := http.NewRequestWithContext(p.t.Context(), http.MethodGet, address, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	return p.send(req)
}

// formScript gives where the form of a button goes and what it would send.
const formScript = `(function (e) {
  const sent = new URLSearchParams(new FormData(e.form, e));
  return JSON.stringify([e.form.action, sent.toString()]);
})`

// Download presses the button with these words outside the browser, as Fetch does, for forms that answer with a file.
func (p *Page) Download(words string) (*http.Response, []byte) {
	p.t.Helper()
	p.tap(1)
	var form [2]string
	if err := json.Unmarshal([]byte(p.Eval(formScript+"("+p.call("press", words)+")")), &form); err != nil {
		p.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(p.t.Context(), http.MethodPost, form[0], strings.NewReader(form[1]))
	if err != nil {
		p.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", p.base)
	return p.send(req)
}

func (p *Page) send(req *http.Request) (*http.Response, []byte) {
	p.t.Helper()
	for _, c := range p.cookies(req.URL.String()) {
		req.AddCookie(&http.Cookie{Name: c.Name, Value: c.Value})
	}
	client := &http.Client{Transport: &http.Transport{
		TLSClientConfig:   &tls.Config{InsecureSkipVerify: true}, //nolint:gosec // the site under test made its own certificate
		DisableKeepAlives: true,
	}}
	res, err := client.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return res, body
}

// Cookie is the value of a cookie of the site; "" when there is none.
func (p *Page) Cookie(name string) string {
	p.t.Helper()
	for _, c := range p.cookies(p.base) {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

func (p *Page) cookies(address string) (out []*network.Cookie) {
	p.t.Helper()
	p.tries("read the cookies", func(ctx context.Context) error {
		got, err := chromedp.Call(ctx, network.GetCookies, network.GetCookiesParams{URLs: []string{address}})
		out = got.Cookies
		return err
	})
	return out
}
