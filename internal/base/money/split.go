package money

import (
	"cmp"
	"math"
	"math/bits"
	"slices"

	"bangfu/internal/base/fault"
)

// Split shares total out by weights so that the parts sum to it exactly: each gets its share rounded towards zero, and the
// fen left over go one each to the largest remainders, the earlier first among equals. A weight of 0 gets nothing.
// Faults: "money.weights" (none, one below 0, all 0, or their sum beyond an int64), "money.range" (total is the least int64).
func Split(total Amount, weights []int64) ([]Amount, error) {
	sum, err := weigh(weights)
	if err != nil {
		return nil, err
	}
	if total == math.MinInt64 {
		return nil, fault.New(fault.Invalid, "money.range")
	}
	whole := abs(int64(total))
	parts, rems, order := make([]Amount, len(weights)), make([]uint64, len(weights)), make([]int, len(weights))
	left := whole
	for i, w := range weights {
		hi, lo := bits.Mul64(whole, uint64(w))
		q, rem := bits.Div64(hi, lo, sum)
		parts[i], rems[i], order[i] = Amount(q), rem, i
		left -= q
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(rems[j], rems[i]) })
	for _, i := range order[:left] { // left is below the number of parts with a remainder
		parts[i]++
	}
	if total < 0 {
		for i := range parts {
			parts[i] = -parts[i]
		}
	}
	return parts, nil
}

func weigh(weights []int64) (uint64, error) {
	var sum int64
	for _, w := range weights {
		if w < 0 || sum > math.MaxInt64-w {
			return 0, fault.New(fault.Invalid, "money.weights")
		}
		sum += w
	}
	if sum == 0 {
		return 0, fault.New(fault.Invalid, "money.weights")
	}
	return uint64(sum), nil
}
