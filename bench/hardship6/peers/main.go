// Command peers runs HARDSHIP-6 on expr or cel-go and prints the rate of the middle of three passes with the check values.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"time"

	"cel.dev/cel-go/cel"
	"github.com/expr-lang/expr"
)

type family struct{ Members, Income, Medical, Disaster, Disabled, Students int }

func mix(x uint64) uint64 {
	x += 0x9E3779B97F4A7C15
	x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9
	x = (x ^ (x >> 27)) * 0x94D049BB133111EB
	return x ^ (x >> 31)
}

func gen(i int) family {
	h := mix(uint64(i)*7 + 1)
	h2 := mix(h)
	h3 := mix(h2)
	f := family{Members: int(1 + h%6), Income: int((h >> 8) % 2000000)}
	if h2%10 < 3 {
		f.Medical = int((h2 >> 8) % 12000000)
	}
	if (h2>>48)%100 < 3 {
		f.Disaster = int((h3 >> 8) % 20000000)
	}
	if (h3>>40)%100 < 6 {
		f.Disabled = 1
	}
	if (h3>>50)%100 < 15 {
		f.Students = int(1 + (h3>>4)%2)
	}
	return f
}

func main() {
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(which string) error {
	decide, err := map[string]func() (func(*family) (int, error), error){"expr": byExpr, "cel-go": byCEL}[which]()
	if err != nil {
		return err
	}
	const n = 1_000_000
	all := make([]family, n)
	for i := range all {
		all[i] = gen(i)
	}
	out := struct {
		Rate float64
		Rows [7]int64
		Sum  int64
	}{}
	stored, amounts := make([]uint8, n), [7]int64{500000, 400000, 300000, 300000, 200000, 150000, 0}
	var took []float64
	for range 3 {
		out.Rows, out.Sum = [7]int64{}, 0
		start := time.Now()
		for i := range all {
			d, err := decide(&all[i])
			if err != nil {
				return err
			}
			stored[i] = uint8(d)
			out.Rows[d]++
			out.Sum += amounts[d]
		}
		took = append(took, time.Since(start).Seconds())
	}
	slices.Sort(took)
	out.Rate = float64(int(n / took[1]))
	return json.NewEncoder(os.Stdout).Encode(out)
}

func byExpr() (func(*family) (int, error), error) {
	src := `let pc = Income / Members; pc < 100001 ? 0 : pc < 150001 && Disabled == 1 ? 1 : pc < 200001 && Medical >= 3000000 ? 2 : pc < 200001 && Disaster >= 5000000 ? 3 : pc < 200001 && Students >= 1 ? 4 : pc < 300001 && Medical >= 8000000 ? 5 : 6`
	prog, err := expr.Compile(src, expr.Env(family{}), expr.AsInt())
	return func(f *family) (int, error) {
		d, err := expr.Run(prog, *f)
		if err != nil {
			return 0, err
		}
		return d.(int), nil
	}, err
}

func byCEL() (func(*family) (int, error), error) {
	var vars []cel.EnvOption
	for _, s := range []string{"Members", "Income", "Medical", "Disaster", "Disabled", "Students"} {
		vars = append(vars, cel.Variable(s, cel.IntType))
	}
	env, err := cel.NewEnv(vars...)
	if err != nil {
		return nil, err
	}
	ast, iss := env.Compile(`Income / Members <= 100000 ? 0 : Income / Members <= 150000 && Disabled == 1 ? 1 : Income / Members <= 200000 && Medical >= 3000000 ? 2 : Income / Members <= 200000 && Disaster >= 5000000 ? 3 : Income / Members <= 200000 && Students >= 1 ? 4 : Income / Members <= 300000 && Medical >= 8000000 ? 5 : 6`)
	if iss.Err() != nil {
		return nil, iss.Err()
	}
	prog, err := env.Program(ast, cel.EvalOptions(cel.OptOptimize))
	m := map[string]any{}
	return func(f *family) (int, error) {
		m["Members"], m["Income"], m["Medical"] = int64(f.Members), int64(f.Income), int64(f.Medical)
		m["Disaster"], m["Disabled"], m["Students"] = int64(f.Disaster), int64(f.Disabled), int64(f.Students)
		o, _, err := prog.Eval(m)
		if err != nil {
			return 0, err
		}
		return int(o.Value().(int64)), nil
	}, err
}
