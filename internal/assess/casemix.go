package assess

import "math"

// sums are numerator and denominator of the rows of one stratum.
type sums struct{ num, den float64 }

func (s sums) rate() float64 { return s.num / s.den }

func (s sums) less(o sums) sums { return sums{s.num - o.num, s.den - o.den} }

func (s sums) plus(o sums) sums { return sums{s.num + o.num, s.den + o.den} }

// mix is what everybody has of one measure, by stratum. Only what no manager decides makes a stratum; the rows of nobody
// belong to the company.
type mix struct {
	company map[string]sums            // by stratum
	own     map[string]map[string]sums // by manager and stratum
	whole   sums
}

func newMix() *mix {
	return &mix{company: map[string]sums{}, own: map[string]map[string]sums{}}
}

// add counts rows of a manager ("" is nobody) in a stratum.
func (x *mix) add(manager, stratum string, s sums) {
	x.company[stratum] = x.company[stratum].plus(s)
	x.whole = x.whole.plus(s)
	if x.own[manager] == nil {
		x.own[manager] = map[string]sums{}
	}
	x.own[manager][stratum] = x.own[manager][stratum].plus(s)
}

// largeShare is the share of a stratum from which a manager would be compared with himself: his rows are then left out of
// the rate that he is compared with.
const largeShare = 0.2

// expected is what the company would have reached on the rows of a manager, Σ_s n_s·p_s (indirect standardisation). In a
// stratum of which he holds more than a fifth p_s is the rate of the others; where there are no others in it, their rate
// over all strata.
func (x *mix) expected(manager string) float64 {
	e := 0.0
	for stratum, mine := range x.own[manager] {
		if mine.den > 0 {
			e += mine.den * x.rateFor(manager, stratum, mine)
		}
	}
	return e
}

func (x *mix) rateFor(manager, stratum string, mine sums) float64 {
	all := x.company[stratum]
	if mine.den <= largeShare*all.den {
		return all.rate()
	}
	if others := all.less(mine); others.den > 0 {
		return others.rate()
	}
	own := sums{}
	for _, s := range x.own[manager] {
		own = own.plus(s)
	}
	if others := x.whole.less(own); others.den > 0 {
		return others.rate()
	}
	return x.whole.rate()
}

// factor is what a rate of a manager is multiplied by to be comparable: the company's rate over the one that the company
// would have on his mix. ok is false where nothing was to be expected, so that there is nothing to compare with.
func (x *mix) factor(manager string) (f float64, ok bool) {
	den := 0.0
	for _, s := range x.own[manager] {
		den += s.den
	}
	e := x.expected(manager)
	if den <= 0 || e <= 0 || x.whole.den <= 0 {
		return 1, false
	}
	return x.whole.rate() / (e / den), true
}

// times is a share multiplied by a factor, within 0 and 1.
func times(share, factor float64) float64 { return math.Min(1, math.Max(0, share*factor)) }
