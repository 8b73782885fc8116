package people

import (
	"context"

	"github.com/a-h/templ"

	"bangfu/internal/domain/person"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
	"bangfu/internal/office/audit"
)

// taker opens sealed fields.
type taker struct {
	look act.Act[audit.LookIn, string]
}

// take opens one sealed field for one reader: the value stands on this answer only, which nobody may keep.
func (t taker) take(q *site.Req) error {
	var in audit.LookIn
	_, err := q.Read(&in)
	text := ""
	if err == nil {
		text, err = site.Do(q, t.look, in)
	}
	if err != nil {
		return q.Again(err, func(p page.In) templ.Component { return lookView(p, in, "") }, q.Page(q.T("查看保密信息")))
	}
	return q.Render(lookView(q.Page(q.T("查看保密信息")), in, text))
}

// fieldName says a sealed field in words.
func fieldName(in page.In, field string) string {
	switch field {
	case "id_no":
		return in.T("身份证号")
	case "phone":
		return in.T("手机号")
	case "card":
		return in.T("银行卡号")
	case "address":
		return in.T("家庭住址")
	case "sealed":
		return in.T("诊断说明")
	}
	return in.T("保密信息")
}

type slip struct {
	Worker  person.Worker
	Unit    string
	Handed  person.Handed
	Union   string
	Printed string
	Day     string
}

// takeCode makes the code and shows it once, as a slip of paper to hand over.
func takeCode(q *site.Req) error {
	var in person.CodeFor
	if _, err := q.Read(&in); err != nil {
		return err
	}
	handed, err := site.Do(q, person.GiveCode, in)
	if err != nil {
		return err
	}
	s := slip{Handed: handed, Union: q.Union.Name}
	if err := q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		s.Day = string(tx.Day())
		s.Printed = s.Day
		s.Worker, err = person.Reached(ctx, tx, person.RightCode, in.WorkerID)
		return err
	}); err != nil {
		return err
	}
	return q.Render(slipView(q.Page(q.T("办理码")), s))
}
