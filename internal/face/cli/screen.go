package cli

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/domain/standard"
)

type screenCmd struct {
	Standard string   `arg:"" help:"标准文件 / standard file"`
	Families string   `arg:"" help:"家庭表 .csv：第一列编号，其余列名是事实 / table of families: an id, then facts"`
	To       string   `help:"结论写进这个文件 / file to write" required:"" type:"path" placeholder:"OUT.csv"`
	Ref      []string `help:"参考数，如 dibao_line=1000 / reference figure" placeholder:"NAME=VALUE"`
}

// Run decides every family of a table by a standard and writes id, outcome, class and amounts. A run that was stopped goes on
// where it was when the same is asked again (S03).
func (c screenCmd) Run(sh *Shell) error {
	return sh.screening(&screening{names: []string{c.Standard}, in: c.Families, out: c.To, given: c.Ref})
}

type simulateCmd struct {
	Before   string   `arg:"" help:"现在的标准 / the standard as it is"`
	After    string   `arg:"" help:"改后的标准 / the standard as it might be"`
	Families string   `arg:"" help:"家庭表 .csv / table of families"`
	To       string   `help:"有变化的家庭写进这个文件 / file for the families that change" required:"" type:"path" placeholder:"OUT.csv"`
	Ref      []string `help:"参考数 / reference figure" placeholder:"NAME=VALUE"`
}

// Run decides every family by two standards and says who enters, who leaves and what it costs, to the fen (S03).
func (c simulateCmd) Run(sh *Shell) error {
	return sh.screening(&screening{names: []string{c.Before, c.After}, in: c.Families, out: c.To, given: c.Ref})
}

// portion is how many families are decided between two marks of where a run stands.
const portion = 1 << 16

// screening is one run over a table, by one standard or two.
type screening struct {
	names   []string
	in, out string
	given   []string
	all     []*standard.Standard
	refs    []standard.Refs
	facts   []standard.Fact // by column; the first is the id and has none
	mark    mark
}

// mark is where a run stands; it is kept beside the answers until the run is done.
type mark struct {
	Of     string           `json:"of"` // what is asked: standards, figures and table
	In     int64            `json:"in"` // bytes read
	Out    int64            `json:"out"`
	Done   int64            `json:"done"`
	Bad    int64            `json:"bad"` // values that could not be read, taken as not known
	Counts map[string]int64 `json:"counts"`
	Gives  []money.Amount   `json:"gives"`
	Most   []money.Amount   `json:"most"`
}

func (sh *Shell) screening(s *screening) (err error) {
	if err := s.load(); err != nil {
		return err
	}
	in, err := os.Open(filepath.Clean(s.in))
	if err != nil {
		return fault.New(fault.Invalid, "standard.no_file", s.in)
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	if err := s.header(in); err != nil {
		return err
	}
	out, err := s.resume()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	if s.mark.Done > 0 {
		_ = sh.print(nil, sh.T("接着上次的进度：已完成 {0} 户", s.mark.Done)) // a terminal that has gone does not stop the work
	}
	if err := s.run(sh, in, out); err != nil {
		return err
	}
	if err := os.Remove(s.out + ".mark"); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return sh.print(s.mark, s.lines(sh)...)
}

// load reads the standards and their figures.
func (s *screening) load() error {
	for _, name := range s.names {
		text, err := os.ReadFile(filepath.Clean(name))
		if err != nil {
			return fault.New(fault.Invalid, "standard.no_file", name)
		}
		one, err := standard.Parse(text)
		if err != nil {
			return err
		}
		refs := standard.Refs{}
		for _, g := range s.given {
			key, value, _ := strings.Cut(g, "=")
			for _, p := range one.Parameters {
				if v, ok := p.ReadRef(value); p.Ref == key && ok {
					refs[key] = v
				} else if p.Ref == key {
					return fault.New(fault.Invalid, "cli.figure", g)
				}
			}
		}
		s.all, s.refs = append(s.all, one), append(s.refs, refs)
	}
	s.mark.Counts, s.mark.Gives, s.mark.Most = map[string]int64{}, make([]money.Amount, len(s.all)), make([]money.Amount, len(s.all))
	return nil
}

// header reads the names of the columns and what the run is of.
func (s *screening) header(in *os.File) error {
	r := csv.NewReader(bufio.NewReader(in))
	names, err := r.Read()
	if err != nil {
		return fault.New(fault.Invalid, "cli.table", s.in)
	}
	s.facts = make([]standard.Fact, len(names))
	for i, name := range names[1:] {
		found := false
		for _, one := range s.all {
			for _, f := range one.Facts {
				if f.Name == strings.TrimSpace(name) {
					s.facts[i+1], found = f, true
				}
			}
		}
		if !found {
			return fault.New(fault.Invalid, "cli.column", name)
		}
	}
	info, err := in.Stat()
	if err != nil {
		return err
	}
	h := sha256.New()
	for i := range s.all {
		fmt.Fprintln(h, s.all[i].Hash)
	}
	fmt.Fprintln(h, slices.Sorted(slices.Values(s.given)), info.Size(), info.ModTime().UnixNano())
	s.mark.Of, s.mark.In = hex.EncodeToString(h.Sum(nil)), r.InputOffset()
	return nil
}

// resume opens the answers where the last run of the same left off, or anew.
func (s *screening) resume() (*os.File, error) {
	var was mark
	flags := os.O_CREATE | os.O_RDWR | os.O_TRUNC
	if text, err := os.ReadFile(s.out + ".mark"); err == nil && json.Unmarshal(text, &was) == nil && was.Of == s.mark.Of {
		s.mark, flags = was, os.O_CREATE|os.O_RDWR
	}
	out, err := os.OpenFile(filepath.Clean(s.out), flags, 0o600)
	if err != nil {
		return nil, fault.New(fault.Invalid, "cli.file", s.out)
	}
	err = out.Truncate(s.mark.Out)
	if err == nil {
		_, err = out.Seek(s.mark.Out, io.SeekStart)
	}
	return out, err
}

func (s *screening) run(sh *Shell, in, out *os.File) error {
	if _, err := in.Seek(s.mark.In, io.SeekStart); err != nil {
		return err
	}
	from, r := s.mark.In, csv.NewReader(bufio.NewReaderSize(in, 1<<20))
	r.FieldsPerRecord, r.ReuseRecord = len(s.facts), true
	for {
		ids, all, end, err := s.read(r)
		if err != nil {
			return err
		}
		if err := s.decide(out, ids, all); err != nil {
			return err
		}
		s.mark.In, s.mark.Done = from+r.InputOffset(), s.mark.Done+int64(len(ids))
		if err := s.keep(out); err != nil || end {
			return err
		}
		if !sh.JSON {
			_ = sh.print(nil, sh.T("已完成 {0} 户", s.mark.Done))
		}
		if sh.Ctx.Err() != nil {
			return errors.Join(fault.New(fault.Refused, "cli.stopped", s.mark.Done), context.Cause(sh.Ctx))
		}
	}
}

// read takes the next portion of families in; what cannot be read counts as not known.
func (s *screening) read(r *csv.Reader) (ids []string, all []standard.Facts, end bool, err error) {
	for len(ids) < portion {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return ids, all, true, nil
		}
		if err != nil {
			return nil, nil, false, errors.Join(fault.New(fault.Invalid, "cli.row", s.mark.Done+int64(len(ids))+1), err)
		}
		f := make(standard.Facts, len(row))
		for i, text := range row[1:] {
			v, ok := s.facts[i+1].Read(text)
			if !ok {
				s.mark.Bad++
			} else if v.Known() {
				f[s.facts[i+1].Name] = v
			}
		}
		ids, all = append(ids, strings.Clone(row[0])), append(all, f)
	}
	return ids, all, false, nil
}

// decide judges a portion and writes it: every family by one standard, those that change by two.
func (s *screening) decide(out io.Writer, ids []string, all []standard.Facts) error {
	w := csv.NewWriter(out)
	var got [][]standard.Decision
	for i := range s.all {
		got = append(got, s.all[i].Decide(all, s.refs[i]))
	}
	for row, id := range ids {
		line := []string{id}
		for i := range got {
			d := got[i][row]
			var over error
			if s.mark.Gives[i], over = s.mark.Gives[i].Add(d.Gives); over == nil {
				s.mark.Most[i], over = s.mark.Most[i].Add(d.Most)
			}
			if over != nil {
				return over
			}
			line = append(line, string(d.Outcome), d.Class, d.Gives.String(), d.Most.String())
		}
		last := got[len(got)-1][row]
		if len(got) == 1 {
			s.mark.Counts[strings.TrimSuffix(string(last.Outcome)+" "+last.Class, " ")]++
		} else {
			first := got[0][row]
			if first == last {
				s.mark.Counts["same"]++
				continue
			}
			s.mark.Counts[change(first, last)]++
		}
		if err := w.Write(line); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}

// change names what becomes of a family.
func change(a, b standard.Decision) string {
	switch {
	case a.Outcome != standard.Yes && b.Outcome == standard.Yes:
		return "enters"
	case a.Outcome == standard.Yes && b.Outcome != standard.Yes:
		return "leaves"
	case a.Outcome != b.Outcome:
		return "unsure"
	case a.Class != b.Class:
		return "class"
	}
	return "amount"
}

// keep marks where the run stands once its answers are on the disk.
func (s *screening) keep(out *os.File) error {
	at, err := out.Seek(0, io.SeekCurrent)
	if err != nil {
		return err
	}
	if err := out.Sync(); err != nil {
		return err
	}
	s.mark.Out = at
	text, err := json.Marshal(s.mark)
	if err != nil {
		return err
	}
	if err := os.WriteFile(s.out+".mark.new", text, 0o600); err != nil {
		return err
	}
	return os.Rename(s.out+".mark.new", s.out+".mark")
}

func (s *screening) lines(sh *Shell) []string {
	lines := []string{sh.T("共 {0} 户，读不出的数据 {1} 处（按不清楚计）", s.mark.Done, s.mark.Bad)}
	for _, k := range slices.Sorted(maps.Keys(s.mark.Counts)) {
		what, class, _ := strings.Cut(k, " ")
		lines = append(lines, "  "+strings.TrimSpace(sh.T("screen."+what)+" "+class)+": "+fmt.Sprint(s.mark.Counts[k]))
	}
	for i := range s.all {
		lines = append(lines, sh.T("{0}：确定金额合计 {1}，最多可再决定 {2}", s.names[i], s.mark.Gives[i], s.mark.Most[i]))
	}
	return lines
}
