// Command import100k measures the work IMPORT-100K: a roster of 100,000 rows, from the file's bytes to workers that can be
// found: read, matched, every field validated, duplicates looked for, laid ready and made visible, sealed and durable. The
// limit is the sum of two raw things taken in turn with it: reading every cell of the same file (encoding/csv, excelize),
// and inserting the finished rows of the same tables into an empty copy on the same driver, in one transaction.
//
//	go run ./bench/import100k               .xlsx and .csv, three rounds
//	go run ./bench/import100k -rows 10000   smaller
package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"bangfu/bench/harness"
	"bangfu/internal/base/day"
	"bangfu/internal/base/ident"
	"bangfu/internal/engine/sheet"

	"github.com/xuri/excelize/v2"
)

type wish struct{ rows, rounds int }

func main() {
	var w wish
	flag.IntVar(&w.rows, "rows", 100_000, "of the roster")
	flag.IntVar(&w.rounds, "rounds", 3, "how often each is taken, in turn")
	flag.Parse()
	if err := run(context.Background(), w, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "import100k:", err)
		os.Exit(1)
	}
}

// kind is one form of file, with its raw way of reading.
type kind struct {
	name   string
	format sheet.Format
	read   func([]byte) (rows int, err error)
}

func run(ctx context.Context, w wish, out io.Writer) error {
	harness.Machine()
	for _, k := range []kind{{"xlsx", sheet.Xlsx, readXlsx}, {"csv", sheet.CSV, readCSV}} {
		data, err := made(k.format, w.rows)
		if err != nil {
			return err
		}
		if err := measure(ctx, w, k, data, out); err != nil {
			return fmt.Errorf("%s: %w", k.name, err)
		}
	}
	return nil
}

// measure takes the rounds of one kind of file and prints its lines: the time, the memory, and what other acts felt.
func measure(ctx context.Context, w wish, k kind, data []byte, out io.Writer) error {
	var whole, raw, memory, alone, beside []float64
	for range w.rounds {
		one, err := round(ctx, w.rows, k, data)
		if err != nil {
			return err
		}
		fmt.Fprintf(os.Stderr, "%s: whole %.2f s, raw read %.2f s, raw insert %.2f s, %.0f MiB more, p99 of others %.1f ms, alone %.1f ms\n",
			k.name, one.whole, one.read, one.insert, one.memory, one.beside, one.alone)
		whole, raw, memory = append(whole, one.whole), append(raw, one.read+one.insert), append(memory, one.memory)
		alone, beside = append(alone, one.alone), append(beside, one.beside)
	}
	work := fmt.Sprintf("IMPORT-%d %s", w.rows, k.name)
	med := harness.Median
	lines := []harness.Line{
		{Work: work, Against: "raw read + raw insert", Ours: med(whole), Limit: med(raw), Unit: "seconds"},
		{Work: work + " memory", Against: "64 MiB", Ours: med(memory), Limit: 64, Unit: "MiB above rest"},
		{Work: work + " other acts", Against: "the same acts alone", Ours: med(beside), Limit: med(alone), Unit: "ms p99"},
	}
	var err error
	for _, l := range lines {
		l.Engine, l.Clients, l.P99, l.Ratio = "sqlite", 1, med(beside), l.Ours/l.Limit
		err = errors.Join(err, l.Print(out, nil))
	}
	return err
}

// made makes the file: invented people, each of whom passes every check.
func made(f sheet.Format, n int) ([]byte, error) {
	var out bytes.Buffer
	var heads []sheet.Head
	for _, title := range strings.Fields("工号 姓名 部门 性别 身份证号 手机号 岗位 用工形式 工会会员 入职日期 月工资 银行卡号 开户姓名 开户银行") {
		heads = append(heads, sheet.Head{Title: title})
	}
	w, err := sheet.NewWriter(&out, sheet.List{Format: f, Sheet: "名册", Heads: heads})
	if err != nil {
		return nil, err
	}
	for i := range n {
		birth, name := day.Day("1970-01-01").Add(i/400%12000), []string{"赵一甲", "钱二乙", "孙三丙", "李四丁", "周五戊", "吴六己"}[i%6]
		id, sex := ident.Invented(birth, 2+2*(i%400)), "女"
		if err := w.Row(fmt.Sprintf("B%07d", i), name, groups()[i%8], sex, id, ident.InventedPhone(i), "工人", "在岗", "是", "2015-07-01",
			fmt.Sprint(3000+i%4000), ident.InventedCard(1_000_000+i), name, "示例银行"); err != nil {
			return nil, err
		}
	}
	err = w.Close()
	return out.Bytes(), err
}

// groups are those a founded world of eight has.
func groups() []string {
	return []string{"检修一班", "检修二班", "检修三班", "装配一组", "装配二组", "铸造车间", "热处理班", "质检科"}
}

func readCSV(data []byte) (n int, err error) {
	r := csv.NewReader(bytes.NewReader(data))
	r.ReuseRecord, r.FieldsPerRecord = true, -1
	for {
		switch _, err := r.Read(); {
		case err == io.EOF:
			return n - 1, nil // the heading
		case err != nil:
			return n, err
		}
		n++
	}
}

func readXlsx(data []byte) (n int, err error) {
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{RawCellValue: true})
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	rows, err := f.Rows("名册")
	if err != nil {
		return 0, err
	}
	for rows.Next() {
		if _, err := rows.Columns(); err != nil {
			return n, err
		}
		n++
	}
	return n - 1, rows.Close()
}
