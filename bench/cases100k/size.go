package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"time"

	"bangfu/bench/harness"
)

// The most the list of a desk may weigh, in compressed kB: the page, and all it brings on a first view.
const (
	mostPage  = 25
	mostFirst = 80
)

// mostBinary, in MB, and the bounds of a start and of a house at rest: aims, told and not enforced here.
const (
	mostBinary = 60
	mostStart  = 1000 // ms
	mostRest   = 80   // MB
)

// brings finds what a page makes the browser fetch for its first view.
var brings = regexp.MustCompile(`<(?:link rel="stylesheet" href|script[^>]* src)="([^"]+)"`)

// sizes prints what the house weighs with its cases in it: a start to the first answer, memory at rest, the program, a page.
func (f *field) sizes(ctx context.Context) error {
	began := time.Now()
	if err := f.server.Start(); err != nil {
		return err
	}
	if err := f.server.Ready(ctx); err != nil {
		return err
	}
	start := float64(time.Since(began).Milliseconds())
	rest := float64(f.server.Memory()) * 1.048576
	program, err := os.Stat(f.bin)
	if err != nil {
		return err
	}
	page, first, err := f.weigh(ctx)
	if err != nil {
		return err
	}
	binary := float64(program.Size()) / 1e6
	for _, l := range []harness.Line{
		{Work: "start to the first answer", Ours: start, Limit: mostStart, Unit: "ms"}, {Work: "memory at rest", Ours: rest, Limit: mostRest, Unit: "MB"},
		{Work: "the program", Ours: binary, Limit: mostBinary, Unit: "MB"}, {Work: "list page, compressed", Ours: page, Limit: mostPage, Unit: "kB"},
		{Work: "list page, first view, compressed", Ours: first, Limit: mostFirst, Unit: "kB"},
	} {
		l.Engine, l.Clients, l.Against, l.Ratio = f.engine, 1, fmt.Sprintf("the most allowed, at %d cases", f.seeded.cases), l.Ours/l.Limit
		var heavy error
		if l.Unit == "kB" && l.Ratio > 1 {
			heavy = fmt.Errorf("%s: %.1f %s, at most %.0f", l.Work, l.Ours, l.Unit, l.Limit)
		}
		err = errors.Join(err, l.Print(f.out, heavy))
	}
	return errors.Join(err, f.server.Stop())
}

// weigh gives the kB of the list's page, and of all of its first view.
func (f *field) weigh(ctx context.Context) (page, first float64, err error) {
	text, n, err := f.fetch(ctx, "/desk/applications?state=verifying")
	if err != nil {
		return 0, 0, err
	}
	page, first = n, n
	for _, m := range brings.FindAllSubmatch(text, -1) {
		_, n, err := f.fetch(ctx, string(m[1]))
		if err != nil {
			return 0, 0, err
		}
		first += n
	}
	if first == page {
		err = errors.New("the page brings no style sheet: it is not the page that is meant")
	}
	return page, first, err
}

// fetch gives a body and what it weighed on the way, in kB.
func (f *field) fetch(ctx context.Context, path string) ([]byte, float64, error) {
	r, err := f.askPage(0)
	if err != nil {
		return nil, 0, err
	}
	at, err := r.URL.Parse(path)
	if err != nil {
		return nil, 0, err
	}
	r.URL = at
	r.Header.Set("Accept-Encoding", "gzip")
	sent, err := harness.Get(ctx, http.DefaultClient, r)
	if err != nil || !bytes.HasPrefix(sent, []byte{0x1f, 0x8b}) {
		return sent, float64(len(sent)) / 1e3, err
	}
	z, err := gzip.NewReader(bytes.NewReader(sent))
	if err != nil {
		return nil, 0, err
	}
	text, err := io.ReadAll(z)
	return text, float64(len(sent)) / 1e3, err
}
