package standard

import (
	"fmt"
	"io"
	"os"
	"strings"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/words"
)

// RunCheck is "bangfu standard check": it judges the families of a cases file by a standard and prints every difference.
// An unreadable or faulty file is an error; its faults are printed with their lines first.
func RunCheck(stdout io.Writer, standardPath, casesPath string) (differences int, err error) {
	return runCheck(stdout, words.Zh, standardPath, casesPath)
}

func runCheck(stdout io.Writer, l words.Lang, standardPath, casesPath string) (int, error) {
	text, err := os.ReadFile(standardPath)
	if err != nil {
		return 0, fault.New(fault.Invalid, "standard.no_file", standardPath)
	}
	s, err := Parse(text)
	if err != nil {
		return 0, printFaults(stdout, l, standardPath, err)
	}
	if text, err = os.ReadFile(casesPath); err != nil {
		return 0, fault.New(fault.Invalid, "standard.no_file", casesPath)
	}
	c, err := ParseCases(s, text)
	if err != nil {
		return 0, printFaults(stdout, l, casesPath, err)
	}
	diffs := CheckCases(s, c)
	for _, d := range diffs {
		if _, err := fmt.Fprintln(stdout, words.T(l, "standard.diff", casesPath, d.Line, d.Family, d.What, d.Want, d.Got)); err != nil {
			return len(diffs), err
		}
	}
	_, err = fmt.Fprintln(stdout, words.T(l, "standard.checked", s.Name, s.Version, len(c.Families), len(diffs)))
	return len(diffs), err
}

// RunLint is "bangfu standard lint": it prints all that is wrong with a document, each with its line, its column and the
// line itself, and then advice. It gives the number of faults; advice is none.
func RunLint(stdout io.Writer, l words.Lang, path string) (faults int, err error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return 0, fault.New(fault.Invalid, "standard.no_file", path)
	}
	lines, all := strings.Split(string(text), "\n"), Lint(text)
	for _, f := range all {
		said, here := words.T(l, f.Fault.Key, f.Fault.Args...), ""
		if f.Advice {
			said = words.T(l, "standard.advice", said)
		} else {
			faults++
		}
		if f.Line <= len(lines) {
			here = strings.TrimRight(lines[f.Line-1], "\r")
		}
		if _, err := fmt.Fprintf(stdout, "%s:%d:%d: %s\n    %s\n    %s^\n", path, f.Line, f.Col, said, here, under(here, f.Col)); err != nil {
			return faults, err
		}
	}
	_, err = fmt.Fprintln(stdout, words.T(l, "standard.linted", path, faults, len(all)-faults))
	return faults, err
}

// under is the room before a column: a Chinese character takes two places at a terminal.
func under(line string, col int) string {
	var b strings.Builder
	for i, c := range []rune(line) {
		if i >= col-1 {
			break
		}
		switch {
		case c == '\t':
			b.WriteByte('\t')
		case c >= 0x2e80:
			b.WriteString("  ")
		default:
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// printFaults prints each fault with the file it is in and gives the error back.
func printFaults(stdout io.Writer, l words.Lang, path string, err error) error {
	for _, f := range fault.Of(err).Parts {
		if _, werr := fmt.Fprintf(stdout, "%s: %s\n", path, words.T(l, f.Key, f.Args...)); werr != nil {
			return werr
		}
	}
	return err
}
