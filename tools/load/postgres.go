package load

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Postgres is a private PostgreSQL that keeps what it answered: it flushes, unlike the one of the tests.
type Postgres struct {
	bin, home, port string
	as              *syscall.Credential
}

// NewPostgres makes and starts one in a folder of its own.
func NewPostgres() (p *Postgres, err error) {
	p = &Postgres{}
	if p.bin, err = postgresBin(); err != nil {
		return nil, err
	}
	addr, err := FreeAddr()
	if err != nil {
		return nil, err
	}
	_, p.port, _ = strings.Cut(addr, ":")
	if p.home, err = os.MkdirTemp("/tmp", "bangfu-crash-pg."); err != nil { // the socket's path must stay short
		return nil, err
	}
	if os.Geteuid() == 0 { // the server refuses to run as root
		if p.as, err = credential("postgres"); err == nil {
			err = os.Chown(p.home, int(p.as.Uid), int(p.as.Gid))
		}
		if err != nil {
			return nil, err
		}
	}
	if err := p.run(context.Background(), "initdb", "-D", p.data(), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"); err != nil {
		return nil, err
	}
	return p, p.Start(context.Background())
}

func postgresBin() (string, error) {
	all, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(all) == 0 {
		return "", errors.New("PostgreSQL server not found: install the package postgresql")
	}
	slices.Sort(all)
	return filepath.Dir(all[len(all)-1]), nil
}

func credential(name string) (*syscall.Credential, error) {
	u, err := user.Lookup(name)
	if err != nil {
		return nil, err
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, err
}

func (p *Postgres) data() string { return filepath.Join(p.home, "data") }

// DSN is the address of its one database.
func (p *Postgres) DSN() string {
	return "postgres://postgres@127.0.0.1:" + p.port + "/postgres?sslmode=disable"
}

func (p *Postgres) run(ctx context.Context, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, filepath.Join(p.bin, name), args...)
	cmd.Dir = p.home
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: p.as}
	var said strings.Builder
	cmd.Stdout, cmd.Stderr = &said, &said
	cmd.WaitDelay = time.Second // a server it starts keeps the pipe
	if err := cmd.Run(); err != nil && !errors.Is(err, exec.ErrWaitDelay) {
		log, _ := os.ReadFile(filepath.Join(p.home, "log")) // there is none before the first start
		return fmt.Errorf("%s: %w\n%s\n%s", name, err, said.String(), log[max(0, len(log)-600):])
	}
	return nil
}

// Start starts the server and waits until it has recovered.
func (p *Postgres) Start(ctx context.Context) error {
	return p.run(ctx, "pg_ctl", "-D", p.data(), "-w", "-t", "60", "-l", filepath.Join(p.home, "log"), "-o",
		"-c listen_addresses=127.0.0.1 -p "+p.port+" -c unix_socket_directories= -c fsync=on -c synchronous_commit=on -c shared_buffers=64MB -c max_connections=120", "start")
}

// Kill kills the server and all its children at once.
func (p *Postgres) Kill() error {
	text, err := os.ReadFile(filepath.Join(p.data(), "postmaster.pid"))
	if err != nil {
		return err
	}
	pid, err := strconv.Atoi(strings.SplitN(string(text), "\n", 2)[0])
	if err != nil {
		return err
	}
	all := append(children(pid), pid)
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		return err
	}
	for _, c := range all {
		_ = syscall.Kill(c, syscall.SIGKILL) // some are gone with their parent
	}
	for until := time.Now().Add(10 * time.Second); time.Now().Before(until); time.Sleep(10 * time.Millisecond) {
		if !slices.ContainsFunc(all, alive) { // dead but perhaps not reaped: the next server must not take it for a living one
			return os.Remove(filepath.Join(p.data(), "postmaster.pid"))
		}
	}
	return errors.New("killed and still there")
}

func children(pid int) []int {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	if err != nil {
		return nil
	}
	var out []int
	for _, f := range strings.Fields(string(text)) {
		if n, err := strconv.Atoi(f); err == nil {
			out = append(out, n)
		}
	}
	return out
}

// alive tells a process that runs from one that is gone or waits to be reaped.
func alive(pid int) bool {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return false
	}
	_, rest, _ := strings.Cut(string(text), ") ")
	return !strings.HasPrefix(rest, "Z") && !strings.HasPrefix(rest, "X")
}

// Remove ends the server and takes its folder away.
func (p *Postgres) Remove() error {
	err := p.run(context.Background(), "pg_ctl", "-D", p.data(), "-m", "immediate", "stop")
	return errors.Join(err, os.RemoveAll(p.home))
}
