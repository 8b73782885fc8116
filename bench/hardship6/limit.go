package main

// families are the inputs in columns; family i is the same everywhere.
type families struct {
	members, income, medical, disaster, disabled, students []int32
	decided                                                []uint8
}

func mix(x uint64) uint64 {
	x += 0x9E3779B97F4A7C15
	x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9
	x = (x ^ (x >> 27)) * 0x94D049BB133111EB
	return x ^ (x >> 31)
}

func generate(n int) *families {
	col := func() []int32 { return make([]int32, n) }
	f := &families{col(), col(), col(), col(), col(), col(), make([]uint8, n)}
	for i := range n {
		h := mix(uint64(i)*7 + 1)
		h2 := mix(h)
		h3 := mix(h2)
		f.members[i], f.income[i] = int32(1+h%6), int32((h>>8)%2000000)
		if h2%10 < 3 {
			f.medical[i] = int32((h2 >> 8) % 12000000)
		}
		if (h2>>48)%100 < 3 {
			f.disaster[i] = int32((h3 >> 8) % 20000000)
		}
		if (h3>>40)%100 < 6 {
			f.disabled[i] = 1
		}
		if (h3>>50)%100 < 15 {
			f.students[i] = int32(1 + (h3>>4)%2)
		}
	}
	return f
}

var (
	amounts = [7]int64{500000, 400000, 300000, 300000, 200000, 150000, 0}
	first   = func() (t [64]uint8) {
		for k := range t {
			t[k] = 6
			for j := 5; j >= 0; j-- {
				if k>>j&1 == 1 {
					t[k] = uint8(j)
				}
			}
		}
		return t
	}()
)

// limit is what a person writes who knows the six rows beforehand: no division, no branch, the row picked by a table.
func (f *families) limit(lo, hi int) (sum tally) {
	const per = 100000
	m, in, me, di, da, st, o := f.members[lo:hi], f.income[lo:hi], f.medical[lo:hi], f.disaster[lo:hi], f.disabled[lo:hi], f.students[lo:hi], f.decided[lo:hi]
	for i := range o {
		mm, inc := m[i], in[i]
		p1 := uint32(^((per+1)*mm - 1 - inc)) >> 31
		p15 := uint32(^((per*3/2+1)*mm - 1 - inc)) >> 31
		p2 := uint32(^((per*2+1)*mm - 1 - inc)) >> 31
		p3 := uint32(^((per*3+1)*mm - 1 - inc)) >> 31
		k := p1 | (p15&uint32(da[i]))<<1 |
			(p2&(uint32(^(me[i]-3000000))>>31))<<2 |
			(p2&(uint32(^(di[i]-5000000))>>31))<<3 |
			(p2&(uint32(^(st[i]-1))>>31))<<4 |
			(p3&(uint32(^(me[i]-8000000))>>31))<<5
		d := first[k&63]
		o[i] = d
		sum.rows[d%7]++
	}
	for d, x := range sum.rows {
		sum.sum += x * amounts[d]
	}
	return sum
}
