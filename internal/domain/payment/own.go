package payment

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/ident"
	"bangfu/internal/base/money"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
)

// Set is how a file's characters are kept.
type Set string

// Choices lists the encodings banks ask for.
func (Set) Choices() []form.Choice {
	return []form.Choice{{Value: "gb18030", Label: "GB18030"}, {Value: "gbk", Label: "GBK"}, {Value: "utf8", Label: "UTF-8"}}
}

// Between is what stands between two columns.
type Between string

// Choices lists the separators banks ask for.
func (Between) Choices() []form.Choice {
	return []form.Choice{{Value: "comma", Label: "逗号"}, {Value: "bar", Label: "竖线"}, {Value: "tab", Label: "制表符"}, {Value: "semicolon", Label: "分号"}}
}

func (b Between) sign() string {
	return map[Between]string{"comma": ",", "bar": "|", "tab": "\t", "semicolon": ";"}[b]
}

// ProfileIn is a bank's format as a union writes it down. Columns is one "kind=heading" a line; Kinds lists the kinds.
type ProfileIn struct {
	Code      string  `form:"code" label:"格式编号" hint:"小写字母和数字，例如 ccb1" need:"true" max:"20"`
	Name      string  `form:"name" label:"格式名称" need:"true" max:"40"`
	Encoding  Set     `form:"encoding" label:"文字编码" need:"true"`
	Separator Between `form:"separator" label:"列之间的符号" need:"true"`
	Columns   string  `form:"columns" kind:"area" label:"各列" hint:"每行一列：内容=列名。内容有 line 序号、name 户名、card 账号、amount 金额、bank 开户行、branch 网点、purpose 用途、id 身份证号、staff 工号、ref 流水号" need:"true" max:"1000"`
	Head      bool    `form:"head" label:"第一行是列名"`
	Total     string  `form:"total" label:"合计行的字样" hint:"不填就没有合计行" max:"10"`
	Least     int64   `form:"least" label:"一个文件至少几行" need:"true" min:"1" max:"100000"`
	Most      int64   `form:"most" label:"一个文件最多几行" hint:"超过时自动拆成几个批次" need:"true" min:"1" max:"100000"`
	Purpose   string  `form:"purpose" label:"用途" max:"30"`
}

// Kinds lists what a column of a bank's file can hold.
func Kinds() []string {
	return []string{"line", "name", "card", "amount", "bank", "branch", "purpose", "id", "staff", "ref"}
}

var reProfile = regexp.MustCompile(`^[a-z][a-z0-9]{1,19}$`)

// columns reads the lines of Columns. Fault: "payment.profile_column" (Invalid) naming the line that cannot stand.
func (in ProfileIn) columns() ([]Column, error) {
	var out []Column
	for _, line := range strings.Split(in.Columns, "\n") {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		is, head, _ := strings.Cut(line, "=")
		c := Column{Is: strings.TrimSpace(is), Head: strings.TrimSpace(head)}
		if !slices.Contains(Kinds(), c.Is) || strings.ContainsAny(c.Head, in.Separator.sign()+"\"\r") || slices.ContainsFunc(out, func(o Column) bool { return o.Is == c.Is }) {
			return nil, fault.New(fault.Invalid, "payment.profile_column", line).At("columns")
		}
		out = append(out, c)
	}
	return out, nil
}

// Check holds the shape: "payment.profile_code", "payment.profile_column", "payment.profile_lacks" (a file must say whom and
// how much), "payment.profile_rows".
func (in ProfileIn) Check() error {
	var bad fault.List
	if !reProfile.MatchString(in.Code) {
		bad.Add("code", "payment.profile_code")
	}
	if in.Separator.sign() == "" || in.Profile().Encoding == "" {
		bad.Add("separator", "payment.profile")
	}
	if all, err := in.columns(); err != nil {
		bad.Add("columns", "payment.profile_column", fault.Of(err).Args...)
	} else if has := func(is string) bool {
		return slices.ContainsFunc(all, func(c Column) bool { return c.Is == is })
	}; !has("amount") || !has("card") && !has("staff") || !has("name") {
		bad.Add("columns", "payment.profile_lacks")
	}
	if in.Least < 1 || in.Most < in.Least {
		bad.Add("most", "payment.profile_rows")
	}
	return bad.Err()
}

// Profile is the format as the program uses it.
func (in ProfileIn) Profile() Profile {
	all, _ := in.columns() // what is kept was checked; for what is not, Check says what is wrong
	p := Profile{Code: in.Code, Name: map[string]string{"zh": in.Name, "en": in.Name}, Separator: in.Separator.sign(), Columns: all, Head: in.Head,
		Total: in.Total, Least: int(in.Least), Most: int(in.Most), Purpose: in.Purpose, File: "{number}_{lines}_{total}.txt"}
	if slices.ContainsFunc(in.Encoding.Choices(), func(c form.Choice) bool { return c.Value == string(in.Encoding) }) {
		p.Encoding = string(in.Encoding)
	}
	if in.Separator == "comma" {
		p.File = "{number}_{lines}_{total}.csv"
	}
	return p
}

// KeepProfile keeps a union's own format; batches made before keep their lines and totals. Faults: those of Check,
// "payment.profile_shipped" (Conflict: the program's own formats do not change).
func KeepProfile(ctx context.Context, tx *db.Tx, in ProfileIn) (act.None, error) {
	if err := in.Check(); err != nil {
		return act.None{}, err
	}
	if _, err := ProfileOf(in.Code); err == nil {
		return act.None{}, fault.New(fault.Conflict, "payment.profile_shipped").At("code")
	}
	tx.About("profile", in.Code, "columns")
	head := 0
	if in.Head {
		head = 1
	}
	return act.None{}, tx.Must(ctx, "fault.stale", `
		insert into payment_profile (union_id, code, name, encoding, separator, columns, head, total, least, most, purpose, by_user, at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
		on conflict (union_id, code) do update set name = excluded.name, encoding = excluded.encoding, separator = excluded.separator,
			columns = excluded.columns, head = excluded.head, total = excluded.total, least = excluded.least, most = excluded.most,
			purpose = excluded.purpose, by_user = excluded.by_user, at = excluded.at`,
		tx.Union, in.Code, strings.TrimSpace(in.Name), in.Encoding, in.Separator, in.Columns, head, in.Total, in.Least, in.Most, in.Purpose, tx.Actor.User, tx.Ms())
}

// KeepProfileAct keeps a union's own bank format.
var KeepProfileAct = act.Act[ProfileIn, act.None]{Name: "payment.keep_profile", Title: "编辑银行文件格式", Right: "payment.keep_profile", Do: KeepProfile}

// OwnProfiles lists the formats the union wrote down, by code.
func OwnProfiles(ctx context.Context, tx *db.Tx) ([]ProfileIn, error) {
	return db.All[ProfileIn](ctx, tx, `select code, name, encoding, separator, columns, head, total, least, most, purpose
		from payment_profile where union_id = $1 order by code`, tx.Union)
}

// ProfilesOf lists the shipped formats and then the union's own.
func ProfilesOf(ctx context.Context, tx *db.Tx) ([]Profile, error) {
	all, err := Profiles()
	if err != nil {
		return nil, err
	}
	own, err := OwnProfiles(ctx, tx)
	for _, in := range own {
		all = append(all, in.Profile())
	}
	return all, err
}

// ProfileFor gives a format by its code, shipped or the union's own. Fault: "payment.profile" (Invalid, on the field profile).
func ProfileFor(ctx context.Context, tx *db.Tx, code string) (Profile, error) {
	all, err := ProfilesOf(ctx, tx)
	if err != nil {
		return Profile{}, err
	}
	i := slices.IndexFunc(all, func(p Profile) bool { return p.Code == code })
	if i < 0 {
		return Profile{}, fault.New(fault.Invalid, "payment.profile").At("profile")
	}
	return all[i], nil
}

// Sample is how a file of two invented payees looks, one line each, for whoever edits a format.
func (p Profile) Sample() []string {
	var out []string
	join := func(cell func(Column) string) { out = append(out, strings.Join(p.line(cell), p.Separator)) }
	if p.Head {
		join(func(c Column) string { return c.Head })
	}
	for i, name := range []string{"示例甲", "示例乙"} {
		r := row{no: int64(i + 1), name: name, card: ident.InventedCard(i + 1), bank: "示例银行", branch: "示例支行", id: ident.Invented("1980-01-01", i+1),
			staff: "S000" + string(rune('1'+i)), ref: "FF-2026-000001-000" + string(rune('1'+i)), amount: money.Yuan(int64(500 * (i + 1)))}
		join(func(c Column) string { return p.cell(r, c.Is) })
	}
	if p.Total != "" {
		join(func(c Column) string { return p.totals(c.Is, 2, money.Yuan(1500)) })
	}
	return out
}
