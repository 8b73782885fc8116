package me

import (
	"cmp"
	"context"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"bangfu/internal/base/fault"
	"bangfu/internal/domain/intake"
	"bangfu/internal/engine/act"
	"bangfu/internal/engine/blob"
	"bangfu/internal/engine/db"
	"bangfu/internal/engine/form"
	"bangfu/internal/engine/page"
	"bangfu/internal/face/web/site"
)

// paperIn is one paper's page: photos, or why there is none.
type paperIn struct {
	Files  []form.File    `form:"file" label:"拍照或选文件" hint:"可以一次选几张。JPG、PNG 或 PDF，每个不超过 10 MB" accept:"image/jpeg,image/png,application/pdf" max:"10"`
	Reason intake.NoPaper `form:"reason" label:"暂时没有"`
}

// paperPage is the page of one paper.
type paperPage struct {
	Doubt  blob.Doubt // what the photo just handed in may be hard to read for
	Proof  intake.Proof
	Have   []intake.Paper
	Onsite bool // consent was refused: it is brought by hand
	Action string
	Left   int // papers still to come after this one
	Note   string
	Values form.Values
}

func (d draft) paper(code string) (paperPage, error) {
	want, ok := d.P.Paper(code)
	if !ok {
		return paperPage{}, fault.New(fault.Missing, "fault.missing")
	}
	p := paperPage{Proof: want, Have: d.of(code), Action: d.way("papers/" + code)}
	p.Onsite = want.Sensitive != "" && !intake.Agreed(d.Consents, intake.Purpose(want.Sensitive))
	return p, nil
}

func showPapers(q *site.Req) error {
	d, err := read(q)
	if err != nil {
		return err
	}
	if d.A.State != intake.Draft {
		return q.Go("/me/applications/" + d.A.ID)
	}
	return q.Render(papers(d.frame(q, "证明材料"), d))
}

// uploads is the list of papers with what has come of each.
func (d draft) uploads(in page.In) []page.Upload {
	var out []page.Upload
	for _, want := range d.P.Papers(d.A.Cause) {
		u := page.Upload{Label: want.Name.Say(in.Lang), Note: want.Hint.Say(in.Lang), Href: d.way("papers/" + want.Code), State: "missing"}
		if want.Optional {
			u.Note = in.T("（可以不交）") + u.Note
		}
		have := d.of(want.Code)
		for _, p := range have {
			u.State = "ok"
			if p.Blob == "" {
				u.Note, u.State = intake.NoPaper(p.Reason).Say(in.Lang), "missing"
			}
			if p.State == "bad" {
				u.Note, u.State = p.Note, "bad"
			}
		}
		u.File = in.T("拍照或说明")
		if u.State == "ok" {
			u.File = in.T("已交 {0} 张，看看或再加", len(have))
		}
		out = append(out, u)
	}
	return out
}

func showPaper(q *site.Req) error {
	d, err := read(q)
	if err != nil {
		return err
	}
	p, err := d.paper(q.ID("code"))
	if err != nil {
		return err
	}
	if len(p.Have) > 0 {
		p.Doubt = blob.Doubt(q.Query("doubt"))
	}
	return q.Render(paper(d.paperFrame(q), d, p))
}

func (d draft) paperFrame(q *site.Req) page.In {
	in := d.frame(q, "证明材料")
	in.Back = page.Link{Href: d.way("papers"), Label: q.T("返回材料清单")}
	return in
}

func takePaper(q *site.Req) error {
	var in paperIn
	var doubt blob.Doubt
	values, err := q.Read(&in)
	if err == nil {
		doubt, err = handIn(q, q.ID("id"), q.ID("code"), in)
	}
	d, rerr := read(q)
	if rerr != nil {
		return rerr
	}
	if err != nil {
		p, perr := d.paper(q.ID("code"))
		if perr != nil {
			return perr
		}
		p.Values = values
		return q.Again(err, func(f page.In) templ.Component { return paper(f, d, p) }, d.paperFrame(q))
	}
	if doubt != "" {
		return q.Go(doubtPath(d.way("papers/"+q.ID("code")), doubt))
	}
	if want, more := d.missing(); more && d.From != "check" {
		return q.Done(d.path("papers/"+want.Code), "收到了，下一样")
	}
	return q.Done(d.way("papers"), "收到了")
}

// handIn cleans, keeps and hands in each file, or says why there is none. It tells when one of them may be hard to read.
func handIn(q *site.Req, id, code string, in paperIn) (doubt blob.Doubt, err error) {
	if len(in.Files) == 0 {
		_, err := site.Do(q, intake.AddProof, intake.ProofIn{ID: id, Code: code, Reason: in.Reason})
		return "", err
	}
	for i, f := range in.Files {
		data, err := io.ReadAll(f.Open())
		if err != nil {
			return doubt, err
		}
		c, err := blob.Clean(f.Name, data)
		if err != nil {
			return doubt, fault.Of(err).At("file")
		}
		doubt = cmp.Or(doubt, c.Doubt())
		key, err := q.Site.Blob.Put(q.R.Context(), c.Data)
		if err != nil {
			return doubt, err
		}
		call := q.Call()
		if call.Key != "" {
			call.Key += "." + strconv.Itoa(i)
		}
		_, err = intake.AddProof.Run(q.R.Context(), q.Site.Host, call, intake.ProofIn{ID: id, Code: code, Blob: key, File: c.Name,
			Kind: c.Kind.Mime(), Size: int64(len(c.Data))})
		if err != nil && !fault.Is(err, "act.key_reused") { // pressed twice: the first press has handed it in
			return doubt, err
		}
	}
	return doubt, nil
}

// doubtPath is the page of a paper again, with the word that its photo may be hard to read.
func doubtPath(path string, d blob.Doubt) string {
	if strings.Contains(path, "?") {
		return path + "&doubt=" + string(d)
	}
	return path + "?doubt=" + string(d)
}

func takePapersDone(q *site.Req) error {
	d, err := read(q)
	if err != nil {
		return err
	}
	_, err = site.Do(q, intake.PapersDone, intake.Ref{ID: d.A.ID})
	if err != nil {
		return q.Again(err, func(f page.In) templ.Component { return papers(f, d) }, d.frame(q, "证明材料"))
	}
	return q.Go(d.next("papers"))
}

// goBack is where a button was pressed: the way back posted with it.
type goBack struct {
	Back string `form:"back" max:"200"`
}

func takePaperDrop(q *site.Req) error {
	var in intake.ProofRef
	if _, err := posted(q, &in); err != nil {
		return err
	}
	var back goBack
	if _, err := q.Read(&back); err != nil {
		return err
	}
	if _, err := site.Do(q, intake.DropProof, in); err != nil {
		return err
	}
	return q.Done(site.Local(back.Back, "/me/apply/"+in.ID+"/papers"), "已删除")
}

// servePaper gives one's own paper back for looking at. Staff look through the desk, where each look is written down.
func servePaper(q *site.Req) error {
	var p intake.Paper
	err := q.See(func(ctx context.Context, tx *db.Tx) error {
		a, err := intake.Reached(ctx, tx, "intake.fill", q.ID("id"))
		if err != nil {
			return err
		}
		if a.PersonID != tx.Actor.Person && (a.State != intake.Draft || a.FiledBy != tx.Actor.User) {
			return fault.New(fault.Denied, "fault.denied")
		}
		p, err = intake.PaperOf(ctx, tx, a.ID, q.ID("proof"))
		return err
	})
	if err != nil {
		return err
	}
	data, err := q.Site.Blob.Get(q.R.Context(), p.Blob)
	if err != nil {
		return err
	}
	h := q.W.Header()
	h.Set("Content-Type", p.Kind)
	h.Set("Content-Disposition", "inline; filename*=UTF-8''"+url.PathEscape(p.File))
	h.Set("Cache-Control", "no-store")
	_, err = q.W.Write(data)
	return err
}

// supplyTurn is W2: the one page with what the union asked for, and nothing else.
type supplyPage struct {
	D      draft
	Return intake.Step
	Wants  []paperPage
	Values form.Values
}

func readSupply(q *site.Req) (supplyPage, error) {
	d, err := read(q)
	p := supplyPage{D: d}
	if err != nil {
		return p, err
	}
	err = q.See(func(ctx context.Context, tx *db.Tx) (err error) {
		owed, err := intake.Later(ctx, tx, d.A)
		if err != nil || d.A.State != intake.Returned {
			p.Return = later(d.A, owed)
			return err
		}
		p.Return, err = intake.LastReturn(ctx, tx, d.A.ID)
		return err
	})
	if fault.Of(err) != nil && fault.Of(err).Kind == fault.Missing {
		err = nil
	}
	missing := p.Return.Missing(d.Papers)
	for _, code := range p.codes() {
		w, perr := d.paper(code)
		if perr != nil {
			continue
		}
		w.Have = nil
		for _, one := range d.of(code) {
			if one.At > p.Return.At && one.Blob != "" && one.State != "bad" || p.D.A.State == intake.Returned && one.At > p.Return.At {
				w.Have = append(w.Have, one)
			}
		}
		w.Left = len(missing)
		p.Wants = append(p.Wants, w)
	}
	return p, err
}

// later asks for what an emergency still owes as a sending back asks for papers.
func later(a intake.Application, owed []intake.Proof) intake.Step {
	s := intake.Step{Due: a.Due}
	for _, f := range owed {
		s.Answer += " " + f.Code
	}
	return s
}

// codes are the papers to hand in: those named, or where a paper is wanted and none is named, each of the programme's.
func (p supplyPage) codes() []string {
	codes := p.Return.Codes()
	wanted := slices.ContainsFunc(p.Return.Gaps(), func(g intake.Gap) bool { return strings.HasPrefix(string(g), "paper_") })
	if len(codes) > 0 || !wanted {
		return codes
	}
	for _, one := range p.D.P.Papers(p.D.A.Cause) {
		codes = append(codes, one.Code)
	}
	return codes
}

func (p supplyPage) frame(q *site.Req) page.In {
	in := q.Page(q.T("补充材料"))
	in.Back = page.Link{Href: "/me/applications/" + p.D.A.ID, Label: q.T("返回进度")}
	if !p.D.Mine {
		in.ActingFor = p.D.W.Name
	}
	return in
}

func showSupply(q *site.Req) error {
	p, err := readSupply(q)
	if err != nil {
		return err
	}
	if p.D.A.State != intake.Returned && len(p.Wants) == 0 {
		return q.Go("/me/applications/" + p.D.A.ID)
	}
	return q.Render(supply(p.frame(q), p))
}

// supplyIn is the posted page: one set of photos for each paper asked for stands under file-<code>; Note is for the rest.
type supplyIn struct {
	Note string `form:"note" label:"说明" kind:"area" max:"200"`
}

func takeSupply(q *site.Req) error {
	p, err := readSupply(q)
	if err != nil {
		return err
	}
	var in supplyIn
	values, err := q.Read(&in)
	if err == nil {
		err = p.handIn(q)
	}
	if err == nil {
		_, err = intake.Supply.Run(q.R.Context(), q.Site.Host, act.Call{Actor: q.Who, Key: q.Call().Key}, intake.SupplyIn{ID: p.D.A.ID, Note: in.Note})
	}
	if err == nil {
		return q.Done("/me/applications/"+p.D.A.ID, "已收到，谢谢。现在不用再做什么。")
	}
	if missing := p.Return.Missing(p.D.Papers); fault.Is(err, "intake.supply_none") && len(missing) > 0 {
		err = fault.Of(err).At("file-" + missing[0])
	}
	again, rerr := readSupply(q)
	if rerr != nil {
		return rerr
	}
	again.Values = values
	return q.Again(err, func(f page.In) templ.Component { return supply(f, again) }, again.frame(q))
}

// handIn takes the photos of each paper asked for.
func (p supplyPage) handIn(q *site.Req) error {
	for _, w := range p.Wants {
		files, err := postedFiles(q, "file-"+w.Proof.Code)
		if err != nil || len(files) == 0 {
			if err != nil {
				return err
			}
			continue
		}
		doubt, err := handIn(q, p.D.A.ID, w.Proof.Code, paperIn{Files: files})
		if err != nil {
			return err
		}
		q.Doubt(doubt)
	}
	return nil
}

func postedFiles(q *site.Req, name string) ([]form.File, error) {
	var out []form.File
	if q.R.MultipartForm == nil {
		return nil, nil
	}
	for _, h := range q.R.MultipartForm.File[name] {
		if h.Size == 0 {
			continue
		}
		f, err := h.Open()
		if err != nil {
			return nil, err
		}
		data, err := io.ReadAll(io.LimitReader(f, form.Limit))
		f.Close()
		if err != nil {
			return nil, err
		}
		out = append(out, form.NewFile(h.Filename, data))
	}
	return out, nil
}
