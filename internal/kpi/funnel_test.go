package kpi

import "testing"

// TestPosition: of 10 subjects at one half, P(X <= 1) = 11/1024 = .0107 and P(X <= 2) = 56/1024 = .0547, so 1 is an alert and 2 is
// not; P(X <= 0) = 1/1024 = .00098 is below .001. 1.5 of 10, after the adjustment, counts as 2.
func TestPosition(t *testing.T) {
	for k, want := range map[float64]Position{0: Below, 1: AlertBelow, 1.5: Inside, 2: Inside, 8: Inside, 8.5: Inside, 9: AlertAbove, 10: Above} {
		if got := PositionOf(k/10, 10, .5); got != want {
			t.Errorf("%v of 10 is %s, want %s", k, got, want)
		}
	}
}
