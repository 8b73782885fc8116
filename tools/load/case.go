package load

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
)

type ref struct {
	ID     string `json:"id"`
	Number string `json:"number"`
}

// step is one thing done for a case.
type step = func(ctx context.Context) error

// Run takes one worker after another from application to receipt until stopped, booking money that came in now and then.
// It gives what went wrong, nil when it was only stopped.
func (c *Client) Run(ctx context.Context, workers []Worker) error {
	for _, w := range workers {
		one := &caseOf{Client: c, w: w}
		for n, do := range one.steps() {
			err := do(ctx)
			if err == nil && n%4 == c.No%4 {
				err = c.receive(ctx)
			}
			if errors.Is(err, errStopped) {
				return nil
			}
			if err != nil {
				return fmt.Errorf("client %d, case %d, step %d: %w", c.No, c.Cases, n, err)
			}
		}
		c.Cases++
	}
	<-c.Stop // everybody has been helped
	return nil
}

// receive books a slip of the bank's, of an odd amount, into the client's pocket.
func (c *Client) receive(ctx context.Context) error {
	fen := 1 + c.Rand.Int64N(999_999)
	in := map[string]any{"pocket": Pocket(c.No), "amount": fen, "slip": c.key(), "day": string(c.Union.Today), "payer": "公司"}
	err := c.act(ctx, c.Union.Staff["jiangqing"], "fund.receive", in, nil)
	if err == nil {
		c.Given += fen
	}
	return err
}

// caseOf is one case under way.
type caseOf struct {
	*Client
	w                      Worker
	app, award, item, line string
	amount                 int64
	batch                  ref
}

func (o *caseOf) steps() []step {
	return []step{o.start, o.consent, o.self, o.tell, o.answer, o.papers, o.submit, o.review, o.verify, o.assess, o.propose, o.decide, o.sign,
		o.check, o.make, o.send, o.land, o.confirm}
}

// all does acts one after another as somebody, each about the application.
func (o *caseOf) all(ctx context.Context, who Who, acts ...any) error {
	for i := 0; i < len(acts); i += 2 {
		in := acts[i+1].(map[string]any)
		in["id"] = o.app
		if err := o.act(ctx, who, acts[i].(string), in, nil); err != nil {
			return err
		}
	}
	return nil
}

type in = map[string]any

func (o *caseOf) start(ctx context.Context) error {
	var r ref
	err := o.act(ctx, o.w.Who, "intake.start", in{"programme": kind, "emergency": true}, &r)
	o.app = r.ID
	return err
}

func (o *caseOf) consent(ctx context.Context) error {
	err := o.page(ctx, o.w.Who, "intake.consent", "/me/apply/"+o.app+"/notice", url.Values{"id": {o.app}, "notice": {"1"}})
	if err != nil {
		return err
	}
	return o.page(ctx, o.w.Who, "intake.consent", "/me/apply/"+o.app+"/separate", url.Values{"id": {o.app}, "separate": {"1"}, "agree": purposes()})
}

func (o *caseOf) self(ctx context.Context) error { return o.all(ctx, o.w.Who, "intake.self", in{}) }

func (o *caseOf) tell(ctx context.Context) error {
	return o.all(ctx, o.w.Who, "intake.family_done", in{}, "intake.cause", in{"cause": "calamity", "story": "发大水，一楼的家具电器都泡坏了。"})
}

func (o *caseOf) answer(ctx context.Context) error {
	return o.all(ctx, o.w.Who, "intake.answer", in{"page": "ask", "set": o.Union.Ask})
}

func (o *caseOf) papers(ctx context.Context) error {
	for _, code := range o.Union.Papers {
		if err := o.all(ctx, o.w.Who, "intake.add_proof", in{"code": code, "reason": "onsite"}); err != nil {
			return err
		}
	}
	return o.all(ctx, o.w.Who, "intake.papers_done", in{}, "intake.card", in{"later": true})
}

func (o *caseOf) submit(ctx context.Context) error {
	return o.all(ctx, o.w.Who, "intake.submit", in{"promise": true, "signed": o.w.Name})
}

func (o *caseOf) review(ctx context.Context) error {
	return o.all(ctx, o.Union.Staff[o.w.Leader], "intake.first_review", in{"opinion": "true", "on_duty": "yes"})
}

func (o *caseOf) verify(ctx context.Context) error {
	return o.all(ctx, o.Union.Staff["wangmin"], "intake.take", in{},
		"intake.visit", in{"on": string(o.Union.Today), "visitors": "王敏\n赵青", "checked": looked(), "findings": "一楼进过水，家具都坏了。", "signed": true},
		"intake.correct", in{"subject": o.Union.about, "name": found, "value": "1", "note": "走访时核实"},
		"intake.verify", in{"programme": kind, "agrees": true, "finding": "情况属实，材料已核对。"})
}

func (o *caseOf) assess(ctx context.Context) error {
	return o.all(ctx, o.Union.Staff["zhenghe"], "intake.assess", in{"situation": "家庭困难属实，符合本单位的帮扶办法。", "suggestion": "help", "present": "郑和\n冯立"})
}

func (o *caseOf) propose(ctx context.Context) error {
	var r ref
	o.amount = 100 * (500 + o.Rand.Int64N(4000))
	err := o.act(ctx, o.Union.Staff["zhaoqing"], "plan.propose", in{"application_id": o.app, "item": kind, "times": 1, "amount": o.amount,
		"pocket": Pocket(o.No), "reason": "按损失的程度，视情确定。"}, &r)
	o.award = r.ID
	return err
}

func (o *caseOf) decide(ctx context.Context) error {
	return o.act(ctx, o.Union.Staff["zhouzheng"], "plan.decide", in{"id": o.award, "yes": "yes"}, nil)
}

func (o *caseOf) sign(ctx context.Context) error {
	return o.act(ctx, o.Union.Staff["wuping"], "payment.sign", in{"id": o.award}, nil)
}

var reTick = regexp.MustCompile(`name="id"[^>]*value="([^"]+)"`)

// check looks at what is due until this case is ready to be paid: two who check at once may find the other's lines moved.
func (o *caseOf) check(ctx context.Context) error {
	for range 20 {
		err := o.act(ctx, o.Union.Staff["wangmin"], "payment.check", in{}, nil)
		var no refusal
		if err != nil && !(errors.As(err, &no) && no.Status == 409) {
			return err
		}
		ids, err := o.look(ctx, o.Union.Staff["jiangqing"], "/desk/payments/new?profile=plain&pocket="+Pocket(o.No), reTick)
		if err != nil {
			return err
		}
		if len(ids) == 1 {
			o.item = ids[0]
			return nil
		}
		if len(ids) > 1 {
			return fmt.Errorf("%d instalments are ready in a pocket that has one case", len(ids))
		}
	}
	return errors.New("a signed award never became ready")
}

func (o *caseOf) make(ctx context.Context) error {
	err := o.act(ctx, o.Union.Staff["jiangqing"], "payment.make", in{"pocket": Pocket(o.No), "profile": "plain", "id": []string{o.item}}, &o.batch)
	if err != nil {
		return err
	}
	return o.act(ctx, o.Union.Staff["shenshi"], "payment.countersign", in{"id": o.batch.ID}, nil)
}

func (o *caseOf) send(ctx context.Context) error {
	return o.page(ctx, o.Union.Staff["shenshi"], "payment.send", "/desk/payments/batches/file", url.Values{"id": {o.batch.ID}})
}

func (o *caseOf) land(ctx context.Context) error {
	csv := fmt.Sprintf("流水号,金额,结果\n%s-0001,%d.%02d,成功\n", o.batch.Number, o.amount/100, o.amount%100)
	file := in{"name": "answer.csv", "data": base64.StdEncoding.EncodeToString([]byte(csv))}
	err := o.act(ctx, o.Union.Staff["shenshi"], "payment.land", in{"id": o.batch.ID, "file": file}, nil)
	if err == nil {
		o.Paid += o.amount
	}
	return err
}

func (o *caseOf) confirm(ctx context.Context) error {
	return o.act(ctx, o.w.Who, "payment.confirm", in{"id": o.item, "come": "yes", "name": strings.TrimSpace(o.w.Name)}, nil)
}
