package cli

import "bangfu/internal/base/fault"

// Admin asks for a way in for an administrator of a union; Union may stay empty where there is only one.
type Admin struct{ Union, Login, Name string }

type adminCmd struct {
	Create adminCreateCmd `cmd:"" help:"没有人能管理系统时：任命管理员并打印一次性登录链接 / appoint an administrator and print a one-time link"`
}

type adminCreateCmd struct {
	Login string `arg:"" help:"登录名，没有这个账号就新建 / login name; made if there is none"`
	Name  string `help:"姓名，新建账号时要填 / name, for a new account"`
	Union string `help:"工会编号，只有一个工会时不用填 / union id, where there are several"`
}

// Run appoints the account and prints its link. It is the operator's: who may start the program may also mend it. It stands in
// the audit. Faults: "cli.unions", "cli.admin_name", those of a new account.
func (c adminCreateCmd) Run(sh *Shell) error {
	return sh.house(func(h *House) error {
		unions, err := h.Unions(sh.Ctx)
		if err != nil {
			return err
		}
		a := Admin{Union: c.Union, Login: c.Login, Name: c.Name}
		if a.Union == "" {
			if len(unions) != 1 {
				return fault.New(fault.Invalid, "cli.unions", len(unions))
			}
			a.Union = unions[0]
		}
		path, err := h.Admin(sh.Ctx, a)
		if err != nil {
			return err
		}
		return sh.print(map[string]string{"path": path}, sh.T("请在 30 分钟内打开这个地址登录，只能用一次：{0}", "https://…"+path))
	})
}
