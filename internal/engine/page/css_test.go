package page_test

import (
	"compress/gzip"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"bangfu/internal/engine/page"
)

// tokens reads the colours that a block of the style sheet names.
func tokens(t *testing.T, block string) map[string]string {
	t.Helper()
	css, err := os.ReadFile("kit.css")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(css), block+" {")
	if !ok {
		t.Fatalf("no %s in the style sheet", block)
	}
	body, _, _ := strings.Cut(rest, "}")
	all := map[string]string{}
	for _, m := range regexp.MustCompile(`--([a-z0-9-]+): #([0-9A-Fa-f]{3,6})`).FindAllStringSubmatch(body, -1) {
		all[m[1]] = m[2]
	}
	return all
}

// luminance is WCAG 2's relative luminance of a colour in hex.
func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	if len(hex) == 3 {
		hex = fmt.Sprintf("%c%c%c%c%c%c", hex[0], hex[0], hex[1], hex[1], hex[2], hex[2])
	}
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(hex[2*i:2*i+2], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		c := float64(n) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}

// TestContrast computes the contrast of every pair of colours the kit puts on each other: 4.5 for words, 3 for the
// edges of controls (WCAG 2.2, 1.4.3 and 1.4.11).
func TestContrast(t *testing.T) {
	normal := tokens(t, ":root")
	high := map[string]string{}
	for k, v := range normal {
		high[k] = v
	}
	for k, v := range tokens(t, `[data-contrast="high"]`) {
		high[k] = v
	}
	for name, c := range map[string]map[string]string{"normal": normal, "high": high} {
		check := func(fore, back string, least float64) {
			a, b := luminance(t, c[fore]), luminance(t, c[back])
			if got := (max(a, b) + 0.05) / (min(a, b) + 0.05); got < least {
				t.Errorf("%s: %s on %s is %.2f, want %.1f", name, fore, back, got, least)
			}
		}
		for _, back := range []string{"surface", "bg", "sunken", "hover"} {
			for _, fore := range []string{"ink", "ink-2", "ink-3", "act", "err", "red", "ok", "warn"} {
				check(fore, back, 4.5)
			}
			check("line-strong", back, 3)
		}
		for _, tone := range []string{"act", "ok", "warn", "err", "neu", "vio", "teal", "red"} {
			check(tone, tone+"-soft", 4.5)
			check("ink", tone+"-soft", 4.5)
		}
		for _, back := range []string{"act", "act-h", "act-a", "red"} {
			check("surface", back, 4.5)
		}
		for _, back := range []string{"act-soft", "ok-soft", "warn-soft"} {
			check("ink-3", back, 4.5)
		}
	}
}

// TestAssets wants the files under names of their content, for ever, compressed when asked, and nothing else served.
func TestAssets(t *testing.T) {
	for _, url := range []string{page.CSS(), page.JS()} {
		r := httptest.NewRequest(http.MethodGet, url, nil)
		plain := httptest.NewRecorder()
		page.Assets().ServeHTTP(plain, r)
		r.Header.Set("Accept-Encoding", "gzip, br")
		zipped := httptest.NewRecorder()
		page.Assets().ServeHTTP(zipped, r)
		z, err := gzip.NewReader(zipped.Body)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(z)
		if err != nil || string(text) != plain.Body.String() || len(text) == 0 {
			t.Errorf("%s: compressed and plain differ (%v)", url, err)
		}
		if !strings.Contains(zipped.Header().Get("Cache-Control"), "immutable") {
			t.Errorf("%s may not be kept", url)
		}
		if n := zipped.Body.Len(); n > 16<<10 {
			t.Errorf("%s has %d bytes compressed, more than 16 KB", url, n)
		}
	}
	w := httptest.NewRecorder()
	page.Assets().ServeHTTP(w, httptest.NewRequest(http.MethodGet, page.AssetsPath+"/kit.css", nil))
	if w.Code != http.StatusNotFound {
		t.Errorf("a name without its hash gives %d", w.Code)
	}
	css, err := os.ReadFile("kit.css")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(css), "url(") || strings.Contains(string(css), "@import") || strings.Contains(string(css), "@font-face") {
		t.Error("the style sheet fetches something")
	}
}

// The kit's script hears no key by itself, so no single letter does anything (A28).
func TestNoSingleKeys(t *testing.T) {
	r := httptest.NewRecorder()
	page.Assets().ServeHTTP(r, httptest.NewRequest(http.MethodGet, page.JS(), nil))
	script := r.Body.String()
	if !strings.Contains(script, "addEventListener") {
		t.Fatal("this is not the script")
	}
	for _, event := range []string{"keydown", "keyup", "keypress", "accessKey"} {
		if strings.Contains(script, event) {
			t.Errorf("the script uses %s", event)
		}
	}
}
