package kpi

import (
	"math/big"
	"testing"
)

// TestStratified: 60 of 100 in stratum 1, 10 of 50 samples failed; 40 in stratum 2, 4 of 10 failed.
//
//	p = 60/100·40/50 + 40/100·6/10 = .48 + .24 = .72
//	variance = .6²·(1-50/60)·.8·.2/49 + .4²·(1-10/40)·.6·.4/9 = .000195918 + .0032 = .003395918
//	n with this variance = .72·.28/.003395918 = 59.3654: the interval is that of 42.7431 of 59.3654
func TestStratified(t *testing.T) {
	v, in, ok := stratifiedValue([]stratum{{value: 60, n: 50, passed: 40}, {value: 40, n: 10, passed: 6}})
	if !ok || !near(v, .72, 1e-12) {
		t.Errorf("estimate %v", v)
	}
	low, high := Wilson(.72*59.36541, 59.36541)
	if !near(in.low, low, 1e-6) || !near(in.high, high, 1e-6) {
		t.Errorf("interval %+v, want [%v, %v]", in, low, high)
	}
	// The plain share is 46/60 = .767: it counts the oversampled stratum too much.
}

func TestStratified_edges(t *testing.T) {
	// Everything was looked at: no uncertainty is left.
	if v, in, ok := stratifiedValue([]stratum{{value: 4, n: 4, passed: 3}, {value: 6, n: 6, passed: 6}}); !ok || !near(v, .9, 1e-12) || !near(in.low, .9, 1e-12) || !near(in.high, .9, 1e-12) {
		t.Errorf("census: %v %+v", v, in)
	}
	// All passed: as many as an equal share everywhere, n = 1/((1-5/50)/5) = 5.5556, not certainty.
	low, _ := Wilson(5/.9, 5/.9)
	if v, in, ok := stratifiedValue([]stratum{{value: 50, n: 5, passed: 5}}); !ok || v != 1 || !near(in.low, low, 1e-9) || in.high != 1 {
		t.Errorf("all passed: %v %+v, want from %v", v, in, low)
	}
	// Single samples take the variance of the estimate: p = .5, variance = 2·.25·(1-1/10)·.25 = .1125, n = .25/.1125 = 2.2222.
	low, high := Wilson(1/.9, 2/.9)
	if v, in, ok := stratifiedValue([]stratum{{value: 10, n: 1, passed: 1}, {value: 10, n: 1}}); !ok || !near(v, .5, 1e-12) || !near(in.low, low, 1e-9) || !near(in.high, high, 1e-9) {
		t.Errorf("single: %v %+v, want [%v, %v]", v, in, low, high)
	}
	if _, _, ok := stratifiedValue(nil); ok {
		t.Error("an estimate of nothing")
	}
}

// TestAgreement is Cohen's own reckoning for 100 things: both passed 40, both failed 30, first only 20, second only 10.
//
//	p_o = .70; first .60, second .50; p_e = .6·.5 + .4·.5 = .50; kappa = .20/.50 = .40
//	error = √(.7·.3/(100·.5²)) = √.0084 = .0916515; .40 ± 1.959964·.0916515 = .40 ± .1796337
func TestAgreement(t *testing.T) {
	v, in, ok := agreementValue([]stratum{{value: 3, n: 40}, {value: 0, n: 30}, {value: 2, n: 20}, {value: 1, n: 10}})
	if !ok || !near(v, .4, 1e-12) || !near(in.low, .2203663, 1e-6) || !near(in.high, .5796337, 1e-6) {
		t.Errorf("%v %+v", v, in)
	}
	if _, _, ok := agreementValue([]stratum{{value: 3, n: 9}}); ok {
		t.Error("everything passed twice: chance alone explains it")
	}
	if v, in, ok := agreementValue([]stratum{{value: 3, n: 5}, {value: 0, n: 4}}); !ok || v != 1 || in.ok {
		t.Errorf("always agreed: %v %+v", v, in)
	}
}

// TestCount: the exact limits of 0 and of 5 events (see TestPoisson); a sum has none.
func TestCount(t *testing.T) {
	count := Definition{Kind: kindCount, Scale: 1}
	for n, want := range map[int64][2]float64{0: {0, 3.6889}, 5: {1.6235, 11.6683}} {
		v, in, ok := count.arithmetic(&sums{num: big.NewInt(n), den: big.NewInt(n)})
		if !ok || v != float64(n) || !near(in.low, want[0], 1e-4) || !near(in.high, want[1], 1e-4) {
			t.Errorf("%d: %v %+v", n, v, in)
		}
	}
	sum := Definition{Kind: kindSum, Scale: 1}
	if v, in, ok := sum.arithmetic(&sums{counted: 3, num: big.NewInt(-2), den: big.NewInt(3)}); !ok || v != -2 || in.ok {
		t.Errorf("sum: %v %+v %v", v, in, ok)
	}
	if _, _, ok := sum.arithmetic(&sums{num: new(big.Int), den: new(big.Int)}); ok {
		t.Error("the sum of no rows is no number")
	}
}
