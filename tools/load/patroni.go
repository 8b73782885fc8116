package load

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Cluster is three PostgreSQL servers under Patroni in strict synchronous mode, with etcd and haproxy, all on loopback.
type Cluster struct {
	home, bin, etcd, front string
	as                     *syscall.Credential
	nodes                  []*node
	others                 []*exec.Cmd
}

type node struct {
	name, pg, rest string // the addresses of the server and of Patroni
	cmd            *exec.Cmd
}

// NewCluster makes and starts one, and waits until it has a primary and a synchronous standby.
func NewCluster(ctx context.Context) (c *Cluster, err error) {
	c = &Cluster{}
	if c.bin, err = postgresBin(); err != nil {
		return nil, err
	}
	if c.home, err = os.MkdirTemp("/tmp", "bangfu-failover."); err != nil {
		return nil, err
	}
	if os.Geteuid() == 0 {
		if c.as, err = credential("postgres"); err == nil {
			err = os.Chown(c.home, int(c.as.Uid), int(c.as.Gid))
		}
		if err != nil {
			return nil, err
		}
	}
	if err := c.start(ctx); err != nil {
		return nil, errors.Join(err, c.Remove())
	}
	return c, nil
}

func (c *Cluster) start(ctx context.Context) (err error) {
	var peer string
	for _, to := range []*string{&c.etcd, &peer, &c.front} {
		if *to, err = FreeAddr(); err != nil {
			return err
		}
	}
	etcd, err := c.run("etcd", "etcd", "--enable-v2=true", "--data-dir", filepath.Join(c.home, "etcd"), "--listen-client-urls", "http://"+c.etcd, "--advertise-client-urls", "http://"+c.etcd,
		"--listen-peer-urls", "http://"+peer, "--initial-advertise-peer-urls", "http://"+peer, "--initial-cluster", "default=http://"+peer)
	if err != nil {
		return err
	}
	c.others = append(c.others, etcd)
	for i := range 3 {
		n := &node{name: "n" + strconv.Itoa(i+1)}
		for _, to := range []*string{&n.pg, &n.rest} {
			if *to, err = FreeAddr(); err != nil {
				return err
			}
		}
		c.nodes = append(c.nodes, n)
	}
	if err := c.proxy(); err != nil {
		return err
	}
	for _, n := range c.nodes {
		if err := c.up(n); err != nil {
			return err
		}
		if n == c.nodes[0] { // the first founds the cluster
			if err := c.await(ctx, func(v view) bool { return v.leader() != "" }); err != nil {
				return err
			}
		}
	}
	return c.Whole(ctx)
}

// run starts a program of the cluster, its words in a file of its own.
func (c *Cluster) run(log, name string, args ...string) (*exec.Cmd, error) {
	out, err := os.OpenFile(filepath.Join(c.home, log+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = c.home, out, out
	cmd.Env = append(os.Environ(), "PATH="+os.Getenv("PATH")+":/usr/sbin", "HOME="+c.home, "ETCD_UNSUPPORTED_ARCH=")
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: c.as}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("%s: %w (is it installed?)", name, err)
	}
	return cmd, out.Close()
}

const patroniConfig = `scope: bangfu
name: %[1]s
restapi: {listen: "%[2]s", connect_address: "%[2]s"}
etcd: {host: "%[3]s"}
bootstrap:
  dcs:
    ttl: 10
    loop_wait: 2
    retry_timeout: 3
    synchronous_mode: true
    synchronous_mode_strict: true
    postgresql:
      use_pg_rewind: true
      parameters: {wal_log_hints: "on", max_connections: 100, shared_buffers: 32MB, wal_keep_size: 256MB}
  initdb: [{encoding: UTF8}, {locale: C.UTF-8}]
postgresql:
  listen: "%[4]s"
  connect_address: "%[4]s"
  data_dir: "%[5]s/data-%[1]s"
  bin_dir: "%[6]s"
  pgpass: "%[5]s/pgpass-%[1]s"
  authentication: {superuser: {username: postgres, password: local}, replication: {username: copy, password: local}}
  parameters: {unix_socket_directories: ""}
  pg_hba: ["host all all 127.0.0.1/32 trust", "host replication copy 127.0.0.1/32 trust"]
`

// up starts a node's Patroni, which starts its server.
func (c *Cluster) up(n *node) (err error) {
	conf := filepath.Join(c.home, n.name+".yml")
	text := fmt.Sprintf(patroniConfig, n.name, n.rest, c.etcd, n.pg, c.home, c.bin)
	if err := os.WriteFile(conf, []byte(text), 0o644); err != nil {
		return err
	}
	n.cmd, err = c.run(n.name, "patroni", conf)
	return err
}

// proxy starts haproxy, which leads every connection to the primary and ends those to one that is no longer it.
func (c *Cluster) proxy() error {
	text := `global
  maxconn 400
defaults
  mode tcp
  timeout connect 2s
  timeout client 1h
  timeout server 1h
  timeout check 1s
listen primary
  bind ` + c.front + `
  option httpchk GET /primary
  http-check expect status 200
  default-server inter 500ms fall 2 rise 1 on-marked-down shutdown-sessions
`
	for _, n := range c.nodes {
		_, port, _ := strings.Cut(n.rest, ":")
		text += "  server " + n.name + " " + n.pg + " check port " + port + "\n"
	}
	conf := filepath.Join(c.home, "haproxy.cfg")
	if err := os.WriteFile(conf, []byte(text), 0o644); err != nil {
		return err
	}
	cmd, err := c.run("haproxy", "/usr/sbin/haproxy", "-db", "-f", conf)
	c.others = append(c.others, cmd)
	return err
}

// DSN is the address of the primary, whichever it is.
func (c *Cluster) DSN() string {
	return "postgres://postgres@" + c.front + "/postgres?sslmode=disable&connect_timeout=3"
}

// view is the cluster as Patroni tells it.
type view struct {
	Members []struct{ Name, Role, State string }
}

func (v view) leader() string {
	for _, m := range v.Members {
		if m.Role == "leader" && m.State == "running" {
			return m.Name
		}
	}
	return ""
}

func (c *Cluster) view() (v view) {
	web := http.Client{Timeout: time.Second}
	for _, n := range c.nodes {
		res, err := web.Get("http://" + n.rest + "/cluster")
		if err != nil {
			continue
		}
		err = json.NewDecoder(res.Body).Decode(&v)
		if errors.Join(err, res.Body.Close()) == nil && v.leader() != "" {
			return v
		}
	}
	return view{}
}

func (c *Cluster) await(ctx context.Context, good func(view) bool) error {
	var v view
	for until := time.Now().Add(2 * patience); time.Now().Before(until); {
		if v = c.view(); good(v) {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(200 * time.Millisecond):
		}
	}
	return fmt.Errorf("the cluster does not come to rest: %+v", v)
}

// Whole waits until all three run and one of them is the synchronous standby.
func (c *Cluster) Whole(ctx context.Context) error {
	return c.await(ctx, func(v view) bool {
		run, sync := 0, false
		for _, m := range v.Members {
			if m.State == "running" || m.State == "streaming" {
				run++
			}
			sync = sync || m.Role == "sync_standby"
		}
		return v.leader() != "" && run == 3 && sync
	})
}

// Strike takes the primary away, by SIGKILL or SIGSTOP, with its Patroni, and waits until another leads. It gives what
// brings the old one back.
func (c *Cluster) Strike(ctx context.Context, sig syscall.Signal) (back func() error, err error) {
	name := c.view().leader()
	i := slices.IndexFunc(c.nodes, func(n *node) bool { return n.name == name })
	if i < 0 {
		return nil, errors.New("there is no primary to strike")
	}
	n := c.nodes[i]
	file := filepath.Join(c.home, "data-"+n.name, "postmaster.pid")
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	pid, err := strconv.Atoi(strings.SplitN(string(text), "\n", 2)[0])
	if err != nil {
		return nil, err
	}
	all := append([]int{n.cmd.Process.Pid, pid}, children(pid)...)
	for _, p := range all {
		_ = syscall.Kill(p, sig) // a child may be gone by itself
	}
	back = func() error {
		for _, p := range all {
			_ = syscall.Kill(p, syscall.SIGCONT)
		}
		return nil
	}
	if sig == syscall.SIGKILL {
		_ = n.cmd.Wait() // killed
		back = func() error {
			if err := os.Remove(file); err != nil && !errors.Is(err, os.ErrNotExist) {
				return err
			}
			return c.up(n)
		}
	}
	return back, c.await(ctx, func(v view) bool { return v.leader() != "" && v.leader() != name })
}

// Remove ends everything and takes the folder away.
func (c *Cluster) Remove() error {
	var all []int
	for _, n := range c.nodes {
		if n.cmd != nil {
			all = append(all, n.cmd.Process.Pid)
		}
		text, err := os.ReadFile(filepath.Join(c.home, "data-"+n.name, "postmaster.pid"))
		if err != nil {
			continue
		}
		if pid, err := strconv.Atoi(strings.SplitN(string(text), "\n", 2)[0]); err == nil {
			all = append(append(all, pid), children(pid)...)
		}
	}
	for _, cmd := range c.others {
		if cmd != nil {
			all = append(all, cmd.Process.Pid)
		}
	}
	for _, p := range all {
		_ = syscall.Kill(p, syscall.SIGKILL)
	}
	for range 100 {
		if !slices.ContainsFunc(all, alive) {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	return os.RemoveAll(c.home)
}
