package cli

import (
	"errors"
	"path/filepath"
	"time"

	"bangfu/internal/base/fault"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/seal"
)

// KeyFile is the name of the key file in the data folder.
const KeyFile = "bangfu.key"

// rotateAfter is how long after the command a new key is put in force, so that every process has read it before the first
// field is sealed under it.
const rotateAfter = 10 * time.Second

type keyCmd struct {
	Add    keyAdd    `cmd:"" help:"加一把新密钥，先不用 / add a key that does not seal yet"`
	List   keyList   `cmd:"" help:"列出密钥和用它封存的数量 / list keys and how much each seals"`
	Rotate keyRotate `cmd:"" help:"启用新密钥，旧数据由后台逐步换封 / seal with the new key from now on"`
	Retire keyRetire `cmd:"" help:"销毁已无数据使用的旧密钥 / wipe a key that nothing uses"`
}

func (sh *Shell) keyFile() string { return filepath.Join(sh.Where.Data, KeyFile) }

// keyed makes what the keys do not allow a sentence.
func keyed(err error) error {
	if errors.Is(err, seal.ErrKey) {
		return fault.New(fault.Refused, "cli.key")
	}
	return err
}

type keyAdd struct {
	Alg string `help:"aes 或 sm4 / algorithm" enum:"aes,sm4" default:"aes"`
}

// Run adds a fresh key to the key file.
func (c keyAdd) Run(sh *Shell) error {
	id, err := seal.Add(sh.keyFile(), seal.Algorithm(c.Alg))
	if err != nil {
		return keyed(err)
	}
	return sh.print(map[string]uint16{"id": id}, sh.T("已加密钥 {0}。请先把密钥文件另存一份，再运行 key rotate 启用。", id))
}

type keyRotate struct{}

// Run puts the key that was added in force, in a moment.
func (keyRotate) Run(sh *Shell) error {
	id, err := seal.Rotate(sh.keyFile(), db.Machine().Add(rotateAfter))
	if err != nil {
		return keyed(err)
	}
	return sh.print(map[string]uint16{"id": id}, sh.T("密钥 {0} 马上启用。程序运行时会在后台把旧数据逐步换封，用 key list 看进度。", id))
}

// keyLine is a key and how much is sealed under it.
type keyLine struct {
	seal.Key
	Sealed int64 `json:"sealed"`
}

type keyList struct{}

// Run lists the keys, oldest first.
func (keyList) Run(sh *Shell) error {
	return sh.house(func(h *House) error {
		under, err := h.Sealed(sh.Ctx)
		if err != nil {
			return err
		}
		keys, err := seal.List(sh.keyFile())
		if err != nil {
			return err
		}
		var out []keyLine
		var lines []string
		for _, k := range keys {
			out = append(out, keyLine{k, under[k.ID]})
			state := sh.T("在用")
			switch {
			case k.Retired:
				state = sh.T("已销毁")
			case k.Waiting():
				state = sh.T("未启用")
			}
			lines = append(lines, sh.T("密钥 {0}（{1}）{2}，封存 {3} 项", k.ID, string(k.Alg), state, under[k.ID]))
		}
		return sh.print(out, lines...)
	})
}

type keyRetire struct {
	ID uint16 `arg:"" help:"密钥编号 / key id"`
}

// Run wipes a key's secret, once nothing is sealed under it. Fault: "cli.key_used" with how much still is.
func (c keyRetire) Run(sh *Shell) error {
	return sh.house(func(h *House) error {
		under, err := h.Sealed(sh.Ctx)
		if err != nil {
			return err
		}
		if n := under[c.ID]; n > 0 {
			return fault.New(fault.Refused, "cli.key_used", c.ID, n)
		}
		if err := seal.Retire(sh.keyFile(), c.ID, db.Machine()); err != nil {
			return keyed(err)
		}
		return sh.print(map[string]uint16{"id": c.ID}, sh.T("密钥 {0} 已销毁。", c.ID))
	})
}
