package main

import (
	"slices"
	"time"

	"bangfu/internal/base/money"
	"bangfu/internal/domain/standard"
)

// whatIf moves the line of a standard again and again over families that lie in memory: each time the standard is compiled and run
// anew and compared with how it stands, family by family. P99 is of one such move, by one worker.
func (b *bench) whatIf(moves int) error {
	cols := standard.NewColumns(b.n)
	for _, f := range facts {
		v := make([]int32, b.n)
		for i := range v {
			v[i] = int32(f.of(int64(i)))
		}
		if err := cols.Ints(f.name, f.sort, v); err != nil {
			return err
		}
	}
	for _, s := range b.all {
		if err := b.moved(s, cols, moves); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) moved(s *standard.Standard, cols *standard.Columns, moves int) error {
	k, err := s.Screener(cols, b.refs)
	if err != nil {
		return err
	}
	was, is := make([]uint8, k.Room()), make([]uint8, k.Room())
	before := k.Run(was, nil, 0, b.n)
	var took []float64
	ok := true
	for i := range moves {
		start := time.Now()
		k, err := s.Screener(cols, standard.Refs{"dibao_line": standard.MoneyOf(money.Yuan(int64(500 + i*1000/moves)))})
		if err != nil {
			return err
		}
		after := k.Run(is, nil, 0, b.n)
		enters, leaves := 0, 0
		for j := range b.n {
			a, z := within(was[j], before), within(is[j], after)
			if a != z {
				if z {
					enters++
				} else {
					leaves++
				}
			}
		}
		took = append(took, float64(time.Since(start).Microseconds())/1000)
		ok = ok && enters-leaves == int(met(after)-met(before))
	}
	slices.Sort(took)
	return line{Work: "whatif", Engine: s.Code, Clients: 1, Ours: took[len(took)/2], P99: took[len(took)*99/100], Unit: "ms", Check: check(ok)}.print()
}

// within reports whether a row of the class table took a family.
func within(row uint8, t standard.Tally) bool {
	return row != standard.RowNone && row != standard.RowUnknown && int(row) < len(t.Rows)
}

func met(t standard.Tally) (n int64) {
	for _, r := range t.Rows {
		n += r
	}
	return n
}
