// Command auditcheck checks an export of the audit by docs/audit-format.md alone: it shares no code with the program.
//
//	auditcheck EXPORT [CHECKPOINTS …]
//
// It prints each finding and ends with 1 when there is one, with 2 when it cannot read what it is given.
package main

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
)

// line is any line of an export.
type line struct {
	T       string `json:"t"`
	Union   string `json:"union"`
	Seq     int64  `json:"seq"`
	Entry   string `json:"entry"`
	Hash    string `json:"hash"`
	ID      string `json:"id"`
	At      int64  `json:"at"`
	Actor   string `json:"actor"`
	Via     string `json:"via"`
	Act     string `json:"act"`
	Outcome string `json:"outcome"`
	Fault   string `json:"fault"`
	Kind    string `json:"kind"`
	Object  string `json:"object"`
	Subject string `json:"subject"`
	Fields  string `json:"fields"`
	Reason  string `json:"reason"`
}

// mark is a checkpoint kept outside.
type mark struct {
	Union string `json:"union"`
	Seq   int64  `json:"seq"`
	Hash  string `json:"hash"`
}

func (l line) sum(prev string) string {
	h := sha256.New()
	for _, s := range []string{prev, l.Union, l.ID, strconv.FormatInt(l.At, 10), l.Actor, l.Via, l.Act, l.Outcome, l.Fault, l.Kind, l.Object, l.Subject, l.Fields, l.Reason} {
		fmt.Fprintf(h, "%d:%s", len(s), s)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// chain is one union's chain while it is read.
type chain struct {
	union, prev string
	seq         int64
	open        *line            // a link whose entry has not come yet
	at          map[int64]string // hashes that checkpoints ask for
	head        bool
}

type checker struct {
	out      io.Writer
	marks    []mark
	seen     []string
	now      *chain
	findings int
}

func (c *checker) find(seq int64, what string) {
	c.findings++
	union := ""
	if c.now != nil {
		union = c.now.union
	}
	fmt.Fprintf(c.out, "union %s link %d: %s\n", union, seq, what)
}

// end closes the union that was being read.
func (c *checker) end() {
	n := c.now
	if n == nil {
		return
	}
	c.entryless()
	if !n.head {
		c.find(n.seq, "the head is missing")
	}
	for _, m := range c.marks {
		if m.Union == n.union && m.Seq > 0 && n.at[m.Seq] != m.Hash {
			c.find(m.Seq, "a checkpoint is not met")
		}
	}
	c.seen = append(c.seen, n.union)
}

// entryless reports a link that no entry followed.
func (c *checker) entryless() {
	if c.now.open != nil {
		c.find(c.now.open.Seq, "the entry is missing")
		c.now.prev, c.now.open = c.now.open.Hash, nil
	}
}

func (c *checker) take(l line) error {
	if l.T == "union" {
		c.end()
		c.now = &chain{union: l.Union, at: map[int64]string{}}
		for _, m := range c.marks {
			if m.Union == l.Union {
				c.now.at[m.Seq] = ""
			}
		}
		return nil
	}
	n := c.now
	if n == nil {
		return fmt.Errorf("a line of kind %q before any union", l.T)
	}
	switch l.T {
	case "link":
		c.entryless()
		if n.seq++; l.Seq != n.seq {
			c.find(l.Seq, fmt.Sprintf("link %d was expected", n.seq))
			n.seq = l.Seq
		}
		n.open = &l
		if _, asked := n.at[l.Seq]; asked {
			n.at[l.Seq] = l.Hash
		}
	case "entry":
		switch {
		case n.open == nil || n.open.Entry != l.ID:
			c.find(n.seq, "an entry follows that is not of the link")
		case l.Union != n.union || l.sum(n.prev) != n.open.Hash:
			c.find(n.seq, "the hash does not come out")
		}
		if n.open != nil {
			n.prev, n.open = n.open.Hash, nil
		}
	case "loose":
		c.find(0, "entry "+l.ID+" is in no link")
	case "head":
		c.entryless()
		if n.head = true; l.Seq != n.seq || l.Hash != n.prev {
			c.find(l.Seq, "the head is not the last link")
		}
	default:
		return fmt.Errorf("a line of unknown kind %q", l.T)
	}
	return nil
}

// check reads an export and gives the number of findings.
func check(export io.Reader, marks []mark, out io.Writer) (int, error) {
	c := &checker{out: out, marks: marks}
	in := bufio.NewScanner(export)
	in.Buffer(make([]byte, 1<<16), 1<<24)
	for in.Scan() {
		var l line
		if err := json.Unmarshal(in.Bytes(), &l); err != nil {
			return c.findings, err
		}
		if err := c.take(l); err != nil {
			return c.findings, err
		}
	}
	c.end()
	c.now = nil
	for _, m := range marks {
		if !slices.Contains(c.seen, m.Union) {
			c.find(m.Seq, "a checkpoint is of a union that is not here: "+m.Union)
		}
	}
	return c.findings, in.Err()
}

func run(args []string, out io.Writer) (int, error) {
	if len(args) == 0 {
		return 0, fmt.Errorf("usage: auditcheck EXPORT [CHECKPOINTS …]")
	}
	var marks []mark
	for _, name := range args[1:] {
		raw, err := os.ReadFile(name)
		if err != nil {
			return 0, err
		}
		var some []mark
		if err := json.Unmarshal(raw, &some); err != nil {
			return 0, fmt.Errorf("%s: %w", name, err)
		}
		marks = append(marks, some...)
	}
	f, err := os.Open(args[0])
	if err != nil {
		return 0, err
	}
	n, err := check(f, marks, out)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	return n, err
}

func main() {
	n, err := run(os.Args[1:], os.Stdout)
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	case n > 0:
		os.Exit(1)
	}
	fmt.Println("sound")
}
