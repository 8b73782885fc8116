// Package cli is the program at a terminal. Commands that touch a union's data act as a named user with that user's
// rights; only serve, demo, db, audit verify, backup, restore and doctor are the operator's own.
package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/alecthomas/kong"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/words"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/limit"
	"bangfu/internal/engine/seal"
	"bangfu/internal/face/exchange/backup"
	"bangfu/internal/face/exchange/roster"
)

// House is the open program as commands need it, handed down by app.
type House struct {
	DB        *db.DB
	Host      *act.Host
	Unions    func(ctx context.Context) ([]string, error)
	FirstLink func(ctx context.Context) (path string, err error)
	Admin     func(ctx context.Context, a Admin) (path string, err error)
	Serve     func(ctx context.Context, l net.Listener, out io.Writer) error
	Demo      func(ctx context.Context, progress func(string)) ([]Door, error)
	Roster    roster.Desk // takes lists in
	Backup    backup.House
	Sealed    func(ctx context.Context) (map[uint16]int64, error) // how much is sealed under each key
	Close     func() error
}

// Door is a way into the demonstration: a role and its one-time sign-in path.
type Door struct{ Role, Name, Path string }

// Where says which house to open.
type Where struct {
	Data, DSN string
	Secure    bool
	Pace      int         // requests a minute of one account; 0 is no limit
	AtOnce    int         // requests under way at once; 0 is no limit
	Proxies   limit.Trust // whose word about the address is taken
	Demo      bool
	Verbose   bool
	Cipher    seal.Algorithm // of the first key
	Backup    backup.Plan
}

// Shell is what every command gets.
type Shell struct {
	Ctx    context.Context
	Out    io.Writer
	Open   func(ctx context.Context, w Where) (*House, error)
	Where  Where
	Lang   words.Lang
	JSON   bool
	Demo   string // the folder of the demonstration; "" makes a fresh one
	Listen string
}

type root struct {
	Data     string `help:"数据目录 / data folder" default:"bangfu-data" env:"BANGFU_DATA"`
	Database string `help:"数据库地址 sqlite:… 或 postgres://… / database address" env:"BANGFU_DATABASE"`
	Lang     string `help:"zh 或 en / language of messages" enum:"zh,en" default:"zh" env:"BANGFU_LANG"`
	JSON     bool   `help:"以 JSON 输出 / print JSON"`
	Cipher   string `help:"首次启动时密钥的算法 aes 或 sm4 / algorithm of the first key" enum:"aes,sm4" default:"aes" env:"BANGFU_CIPHER"`
	Verbose  bool   `help:"打印每个请求 / log requests"`

	BackupDir   string `help:"备份放在哪里；不写是数据目录下的 backups / folder of the backups" env:"BANGFU_BACKUP_DIR"`
	BackupHour  int    `help:"每天几点以后自动备份，-1 不自动 / hour after which the nightly backup is made, -1 never" default:"2" env:"BANGFU_BACKUP_HOUR"`
	BackupEvery int    `help:"每几分钟备份一次，0 是每天一次 / minutes between backups, 0 for one a night" default:"0" env:"BANGFU_BACKUP_EVERY"`
	BackupKeep  int    `help:"保留几份备份 / backups to keep" default:"7" env:"BANGFU_BACKUP_KEEP"`
	BackupOld   int    `help:"备份超过几天就提醒 / days after which a backup is old" default:"2" env:"BANGFU_BACKUP_OLD"`
	BackupTests int    `help:"几天演练一次恢复 / days between rehearsals of a restore" default:"7" env:"BANGFU_BACKUP_TESTS"`

	Serve    serveCmd    `cmd:"" help:"启动服务 / serve the program"`
	Demo     demoCmd     `cmd:"" help:"用编造的数据演示 / serve invented demonstration data"`
	Import   Import      `cmd:"" help:"导入 / import lists"`
	Standard standardCmd `cmd:"" help:"帮扶标准 / assistance standards"`
	Screen   screenCmd   `cmd:"" help:"按一份标准筛查一张家庭表 / screen a table of families by a standard"`
	Simulate simulateCmd `cmd:"" help:"比较两份标准：谁进谁出、花费多少 / compare two standards over a table of families"`
	Admin    adminCmd    `cmd:"" help:"系统管理员 / administrators"`
	Audit    auditCmd    `cmd:"" help:"审计链 / audit chain"`
	Key      keyCmd      `cmd:"" help:"密钥 / keys of sealed fields"`
	DB       dbCmd       `cmd:"" name:"db" help:"数据库 / database"`
	Backup   backupCmd   `cmd:"" help:"备份 / back up the house"`
	Restore  restoreCmd  `cmd:"" help:"把备份恢复到新的地方 / restore a backup into a new place"`
	Doctor   doctorCmd   `cmd:"" help:"检查运行状况 / check the house"`
	Version  versionCmd  `cmd:"" help:"版本 / version"`
}

// Version of the program, set by the linker for releases.
const Version = "0.1.0"

// errDiffer is the answer "no" of a command that compares: exit code 1 without a message of its own.
var errDiffer = errors.New("differences found")

// Main runs one command line and gives the exit code: 0 done, 1 a check said no, 2 bad input, 3 denied or missing,
// 4 refused or in conflict, 5 our own trouble.
func Main(args []string, stdout, stderr io.Writer, open func(context.Context, Where) (*House, error)) int {
	var r root
	parser, err := kong.New(&r, kong.Name("bangfu"), kong.Description("帮扶 Bangfu：企业工会困难职工帮扶系统"),
		kong.Writers(stdout, stderr), kong.UsageOnError(), kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	if err != nil {
		fmt.Fprintln(stderr, err)
		return 5
	}
	k, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintln(stderr, err)
		return 2
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	sh := &Shell{Ctx: ctx, Out: stdout, Open: open, Lang: words.Lang(r.Lang), JSON: r.JSON,
		Where: Where{Data: r.Data, DSN: r.Database, Verbose: r.Verbose, Cipher: seal.Algorithm(r.Cipher), Backup: r.plan()}}
	return exit(k.Run(sh), sh.Lang, stderr)
}

// plan is what the operator set for the copies of the house.
func (r root) plan() backup.Plan {
	p := backup.Plan{Dir: r.BackupDir, Hour: r.BackupHour, Every: r.BackupEvery, Keep: r.BackupKeep, OldDays: r.BackupOld, TestDays: r.BackupTests}
	if p.Dir == "" {
		p.Dir = filepath.Join(r.Data, "backups")
	}
	return p
}

func exit(err error, l words.Lang, stderr io.Writer) int {
	if err == nil {
		return 0
	}
	if errors.Is(err, errDiffer) {
		return 1
	}
	f := fault.Of(err)
	fmt.Fprintln(stderr, words.T(l, f.Key, f.Args...))
	switch f.Kind {
	case fault.Invalid:
		return 2
	case fault.Denied, fault.Missing:
		return 3
	case fault.Refused, fault.Conflict:
		return 4
	}
	fmt.Fprintln(stderr, err)
	return 5
}

// house opens the house for one command and closes it after.
func (sh *Shell) house(f func(*House) error) error {
	h, err := sh.Open(sh.Ctx, sh.Where)
	if err != nil {
		return err
	}
	return errors.Join(f(h), h.Close())
}

// print writes an answer: JSON if asked for, else the lines.
func (sh *Shell) print(v any, lines ...string) error {
	if sh.JSON {
		return json.NewEncoder(sh.Out).Encode(v)
	}
	for _, l := range lines {
		fmt.Fprintln(sh.Out, l)
	}
	return nil
}

// T says a sentence in the language of the command line.
func (sh *Shell) T(zh string, args ...any) string { return words.T(sh.Lang, zh, args...) }

type versionCmd struct{}

// Run prints the version.
func (versionCmd) Run(sh *Shell) error {
	return sh.print(map[string]string{"version": Version}, "bangfu "+Version)
}

type dbCmd struct {
	Migrate    migrateCmd    `cmd:"" help:"升级数据库表结构 / bring the tables up to date"`
	Distribute distributeCmd `cmd:"" help:"分布式 PostgreSQL（Citus）的布表语句 / lay the tables out on Citus"`
}

type migrateCmd struct{}

// Run opens the house, which migrates it.
func (migrateCmd) Run(sh *Shell) error {
	return sh.house(func(*House) error { return sh.print(map[string]bool{"ok": true}, sh.T("数据库已是最新。")) })
}

type distributeCmd struct {
	Issue bool `name:"run" help:"不只打印，还要执行 / issue them, do not only print"`
}

// Run prints the statements that lay the tables out on many nodes, and with --run issues them. Fault: "cli.no_citus".
func (c distributeCmd) Run(sh *Shell) error {
	return sh.house(func(h *House) error {
		all, err := h.DB.Distribution(sh.Ctx)
		if err != nil {
			return err
		}
		if c.Issue {
			if err := h.DB.Distribute(sh.Ctx); err != nil {
				return errors.Join(fault.New(fault.Refused, "cli.no_citus"), err)
			}
		}
		lines := make([]string, len(all))
		for i, q := range all {
			lines[i] = q + ";"
		}
		return sh.print(map[string]any{"statements": all, "issued": c.Issue}, lines...)
	})
}
