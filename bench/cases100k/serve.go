package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"bangfu/bench/harness"
	"bangfu/internal/app"
	"bangfu/tools/load"
)

// raise builds and starts the limit.
func (f *field) raise(ctx context.Context) (stop func(), err error) {
	stop = func() {}
	bin := filepath.Join(f.dir, "rawlimit")
	if said, err := exec.CommandContext(ctx, "go", "build", "-o", bin, "bangfu/bench/rawlimit").CombinedOutput(); err != nil {
		return stop, fmt.Errorf("build rawlimit: %w\n%s", err, said)
	}
	addr, err := load.FreeAddr()
	if err != nil {
		return stop, err
	}
	c := exec.Command(bin, addr, bin+".db")
	c.Env, c.Stderr = append(os.Environ(), fmt.Sprintf("SEED=%d", f.cases)), os.Stderr
	if err := c.Start(); err != nil {
		return stop, err
	}
	stop = func() {
		_ = c.Process.Kill() // it has nothing to keep
		_ = c.Wait()
	}
	l := limit{name: "rawlimit on our driver", base: "http://" + addr}
	f.limits = append(f.limits, l)
	return stop, l.ready(ctx)
}

func (l limit) get(ctx context.Context, path string) ([]byte, error) {
	r, err := http.NewRequest(http.MethodGet, l.base+path, nil)
	if err != nil {
		return nil, err
	}
	return harness.Get(ctx, http.DefaultClient, r)
}

// ready waits until it is seeded and answers.
func (l limit) ready(ctx context.Context) error {
	until := time.Now().Add(5 * time.Minute)
	for {
		_, err := l.get(ctx, "/count")
		if err == nil || time.Now().After(until) {
			return err
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func (l limit) askList(int) (*http.Request, error) {
	return http.NewRequest(http.MethodGet, l.base+"/list?status=review&union=union-7&page=1", nil)
}

func (l limit) askCreate(n int) (*http.Request, error) {
	return http.NewRequest(http.MethodPost, l.base+"/create", strings.NewReader(fmt.Sprintf(`{"case_no":"N-%d","applicant":"申请人甲","idno":"990101199001010015",
		"union_name":"union-7","kind":"kind-1","status":"draft","handler":"handler-3","note":"说明","members":3,"income":120000,"amount":300000,"opened":200000}`, n)))
}

// serve makes a house of n cases and serves it as it is shipped.
func (f *field) serve(ctx context.Context, n int) (stop func(), err error) {
	stop = func() {}
	f.cfg, f.made = app.Config{Data: filepath.Join(f.dir, fmt.Sprintf("house%d", n))}, 0
	if f.engine == "postgres" {
		if f.pg, err = load.NewPostgres(); err != nil {
			return stop, err
		}
		pg := f.pg
		stop = func() { _ = pg.Remove() } // a private server, done with
		f.cfg.DSN = pg.DSN()
	}
	if f.seeded, err = seed(ctx, f.cfg, n, f.spare); err != nil {
		return stop, err
	}
	addr, err := load.FreeAddr()
	if err != nil {
		return stop, err
	}
	f.server = &load.Server{Bin: f.bin, Data: f.cfg.Data, DSN: f.cfg.DSN, Addr: addr}
	before, server := stop, f.server
	stop = func() { _ = server.Stop(); before() } // stopped already, if all went well
	if err := f.server.Start(); err != nil {
		return before, err
	}
	return stop, f.server.Ready(ctx)
}

func (f *field) askList(int) (*http.Request, error) {
	r, err := http.NewRequest(http.MethodGet, f.server.Base()+"/api/v1/intake/list?state=verifying&limit=30", nil)
	if err == nil {
		r.Header.Set("Authorization", "Bearer "+f.seeded.leader.Token)
	}
	return r, err
}

func (f *field) askPage(int) (*http.Request, error) {
	r, err := http.NewRequest(http.MethodGet, f.server.Base()+"/desk/applications?state=verifying", nil)
	if err == nil {
		r.AddCookie(&http.Cookie{Name: "session", Value: base64.RawURLEncoding.EncodeToString([]byte(f.seeded.leader.Session))})
	}
	return r, err
}

// askCreate begins an application for the n-th worker without one, as an officer does at the desk.
func (f *field) askCreate(n int) (*http.Request, error) {
	if n >= f.seeded.spare {
		return nil, errors.New("every worker has an application: ask for more with -spare")
	}
	body := fmt.Sprintf(`{"person":"bench-w-%08d","programme":"disaster","emergency":true}`, f.seeded.cases+n)
	r, err := http.NewRequest(http.MethodPost, f.server.Base()+"/api/v1/intake/file_on_behalf", strings.NewReader(body))
	if err == nil {
		r.Header.Set("Authorization", "Bearer "+f.seeded.officer.Token)
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Idempotency-Key", fmt.Sprintf("bench-create-%012d", n))
	}
	return r, err
}

type listed struct {
	Items []struct {
		ID     string `json:"id"`
		State  string `json:"state"`
		UnitID string `json:"unit_id"`
	} `json:"items"`
}

// checkList holds both faces to the list's own answer: the newest of the leader's group in that state, newest first.
func (f *field) checkList(ctx context.Context) error {
	r, err := f.askList(0)
	if err != nil {
		return err
	}
	text, err := harness.Get(ctx, http.DefaultClient, r)
	if err != nil {
		return err
	}
	var got listed
	if err := json.Unmarshal(text, &got); err != nil {
		return err
	}
	there := f.seeded.cases / groups / states
	if len(got.Items) != min(30, there) {
		return fmt.Errorf("the list has %d cases, %d are in the group and state", len(got.Items), there)
	}
	last := (there-1)*states + 1 // of the group's cases, the newest being verified
	for i, one := range got.Items {
		want := fmt.Sprintf("bench-a-%08d", (last-i*states)*groups)
		if one.State != "verifying" || one.UnitID != f.seeded.unit || one.ID != want {
			return fmt.Errorf("line %d of the list is %v, not %s", i, one, want)
		}
	}
	if r, err = f.askPage(0); err != nil {
		return err
	}
	if text, err = harness.Get(ctx, http.DefaultClient, r); err == nil && !strings.Contains(string(text), got.Items[0].ID) {
		err = errors.New("the page does not show the first case of the list")
	}
	return err
}

// checkKept holds what was answered against what is kept, on both sides.
func (f *field) checkKept(ctx context.Context) error {
	drafts, err := f.seeded.kept(ctx, f.cfg)
	if err == nil && drafts != int64(f.made) {
		err = fmt.Errorf("%d creates were answered, %d are kept", f.made, drafts)
	}
	for _, l := range f.limits {
		text, bad := l.get(ctx, "/count")
		if bad != nil {
			return errors.Join(err, bad)
		}
		if n, bad := strconv.Atoi(string(text)); bad != nil || n != f.cases+l.made {
			err = errors.Join(err, fmt.Errorf("%s answered %d creates beside %d cases and has %s", l.name, l.made, f.cases, text))
		}
	}
	return err
}
