package kpi

import "testing"

// TestLeastFor: a target is the decimal number that was written down, although 0.92·25 and 0.07·100 are not whole as floats.
func TestLeastFor(t *testing.T) {
	for _, c := range []struct {
		target     float64
		scale, den int64
		want       int64
	}{
		{0.92, 1, 25, 23}, {0.9201, 1, 25, 24}, {0.9199, 1, 25, 23}, {0.07, 1, 100, 7}, {1, 1, 7, 7}, {0, 1, 7, 0}, {0.5, 1, 7, 4},
		{92, 100, 25, 23}, {-0.5, 1, 7, -3},
	} {
		if got := leastFor(written(c.target, c.scale), c.den); got != c.want {
			t.Errorf("%v of %d, scale %d: %d, want %d", c.target, c.den, c.scale, got, c.want)
		}
	}
}

// TestExtraFor: 11 of 13 against 92 %: 23 of 25 is the first that reaches it, with 12 more; 22 of 24 is 91.7 %. 4 of 5 against
// 81 %: 5 of 6 is 83.3 %. Everything is beyond reach once one is missed.
func TestExtraFor(t *testing.T) {
	for _, c := range []struct {
		target         float64
		num, den, want int64
	}{{0.92, 11, 13, 12}, {0.81, 4, 5, 1}, {0.9, 8, 9, 1}, {0.9, 7, 9, 11}, {1, 4, 5, -1}} {
		got := int64(-1)
		if x := extraFor(written(c.target, 1), c.num, c.den); x != nil {
			got = *x
		}
		if got != c.want {
			t.Errorf("%v from %d of %d: %d, want %d", c.target, c.num, c.den, got, c.want)
		}
	}
}
