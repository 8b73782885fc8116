package cli

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"

	"bangfu/internal/base/fault"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/job"
	"bangfu/internal/engine/limit"
	"bangfu/internal/office/audit"
)

type serveCmd struct {
	Listen string `help:"监听地址 / address to listen on" default:"127.0.0.1:8080" env:"BANGFU_LISTEN"`
	Cert   string `help:"TLS 证书文件 / certificate file" type:"existingfile"`
	Key    string `help:"TLS 私钥文件 / key file" type:"existingfile"`
	Pace   int    `help:"每个账号每分钟最多几次请求，0 不限 / requests a minute of one account, 0 for no limit" default:"600" env:"BANGFU_PACE"`
	AtOnce int    `help:"同时处理几个请求，再多的请稍后再来，0 不限 / requests at once, 0 for no limit" default:"256" env:"BANGFU_AT_ONCE"`
	Proxy  string `help:"可信的反向代理地址，逗号分开 / addresses of trusted proxies, parted by commas" env:"BANGFU_PROXY"`
}

// Run serves; plain http is for loopback only, anywhere else TLS is spoken.
func (c serveCmd) Run(sh *Shell) error {
	host, _, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return fault.New(fault.Invalid, "cli.listen", c.Listen)
	}
	ip := net.ParseIP(host)
	secure := c.Cert != "" || ip == nil && host != "localhost" || ip != nil && !ip.IsLoopback()
	sh.Where.Secure, sh.Where.Pace, sh.Where.AtOnce = secure, c.Pace, c.AtOnce
	if sh.Where.Proxies, err = limit.ParseTrust(c.Proxy); err != nil {
		return fault.New(fault.Invalid, "cli.proxy", c.Proxy)
	}
	return sh.house(func(h *House) error {
		l, err := net.Listen("tcp", c.Listen)
		if err != nil {
			return fault.New(fault.Invalid, "cli.taken", c.Listen)
		}
		base := "http://" + l.Addr().String()
		if secure {
			conf, err := tlsConfig(certWish{data: sh.Where.Data, cert: c.Cert, key: c.Key, host: host, now: h.DB.Now()})
			if err != nil {
				return err
			}
			l, base = tls.NewListener(l, conf), "https://"+l.Addr().String()
		}
		path, err := h.FirstLink(sh.Ctx)
		if err != nil {
			return err
		}
		fmt.Fprintln(sh.Out, sh.T("帮扶系统：{0}", base))
		if path != "" {
			fmt.Fprintln(sh.Out, sh.T("第一次使用，请在 30 分钟内打开：{0}", base+path))
		}
		return h.Serve(sh.Ctx, l, io.Discard)
	})
}

type demoCmd struct {
	Port string `help:"端口 / port" default:"8080" env:"PORT"`
}

// Run makes a house of invented people, prints a way in for each role, and serves it on loopback.
func (c demoCmd) Run(sh *Shell) error {
	dir, err := os.MkdirTemp("", "bangfu-demo-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir) // invented data; nothing to keep
	sh.Where.Demo = true
	sh.Where.Backup.Dir, sh.Where.Backup.Hour = filepath.Join(dir, "backups"), 0 // at once, so that its page has something to show
	if sh.Where.DSN == "" {
		sh.Where.Data = dir
	}
	return sh.house(func(h *House) error {
		l, err := net.Listen("tcp", "127.0.0.1:"+c.Port)
		if err != nil {
			return fault.New(fault.Invalid, "cli.taken", "127.0.0.1:"+c.Port)
		}
		doors, err := h.Demo(sh.Ctx, func(line string) { fmt.Fprintln(sh.Out, line) })
		if err != nil {
			return err
		}
		base := "http://" + l.Addr().String()
		fmt.Fprintln(sh.Out, sh.T("演示已就绪：{0}", base))
		fmt.Fprintln(sh.Out, sh.T("每个角色一个登录链接（各用一次）："))
		for _, d := range doors {
			fmt.Fprintf(sh.Out, "  %s %s\t%s%s\n", sh.T("role."+d.Role), d.Name, base, d.Path)
		}
		return h.Serve(sh.Ctx, l, io.Discard)
	})
}

type doctorCmd struct{}

type health struct {
	Union string `json:"union"`
	Dead  int64  `json:"dead_jobs"`
	Chain int    `json:"chain_findings"`
}

// Run checks what an operator should know: the database answers, no job was given up, every chain holds.
func (doctorCmd) Run(sh *Shell) error {
	return sh.house(func(h *House) error {
		unions, err := h.Unions(sh.Ctx)
		if err != nil {
			return err
		}
		var all []health
		var lines []string
		for _, u := range unions {
			one := health{Union: u}
			err := h.DB.View(sh.Ctx, db.System(u), func(ctx context.Context, tx *db.Tx) (err error) {
				if one.Dead, err = job.Dead(ctx, tx); err != nil {
					return err
				}
				r, err := audit.Verify(ctx, tx, nil)
				one.Chain = len(r.Findings)
				return err
			})
			if err != nil {
				return err
			}
			all = append(all, one)
			lines = append(lines, sh.T("单位 {0}：放弃的任务 {1} 件，审计链问题 {2} 处", u, one.Dead, one.Chain))
		}
		return sh.print(all, append(lines, sh.T("数据库正常，{0} 个单位。", len(unions)))...)
	})
}

// readAll reads a file an operator names; a missing one is a clear fault.
func readAll(path string) ([]byte, error) {
	raw, err := os.ReadFile(filepath.Clean(path))
	if err != nil {
		return nil, fault.New(fault.Invalid, "cli.file", strings.TrimPrefix(path, "./"))
	}
	return raw, nil
}
