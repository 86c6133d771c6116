package kpi

import "testing"

// TestMoved: the published example of Newcombe 1998, 56/70 against 48/80, has the interval 0.0524 to 0.3339 by his method
// 10; of 9/10 against 3/10 it is 0.1705 to 0.8090, of 10/10 against 0/10 it is 0.6075 to 1. A shop's 97 of 107 against
// 104 of 126 (z = 1.84) could be chance.
func TestMoved(t *testing.T) {
	for _, c := range []struct {
		k, n, l, m float64
		want       bool
	}{
		{56, 70, 48, 80, true}, {9, 10, 3, 10, true}, {10, 10, 0, 10, true},
		{97, 107, 104, 126, false}, {48, 80, 48, 80, false}, {6, 7, 2, 7, true}, {5, 56, 0, 29, false},
		{104, 126, 97, 107, false}, {3, 10, 9, 10, true},
	} {
		low, high := Wilson(c.k, c.n)
		lo, hi := Wilson(c.l, c.m)
		p, q := c.k/c.n, c.l/c.m
		moved, ok := Answer{Value: &p, Low: &low, High: &high}.Moved(&Comparison{Value: &q, Low: &lo, High: &hi})
		if !ok || moved != c.want {
			t.Errorf("%v/%v against %v/%v: %v %v", c.k, c.n, c.l, c.m, moved, ok)
		}
	}
	half := 0.5
	if _, ok := (Answer{Value: &half}).Moved(&Comparison{Value: &half}); ok {
		t.Error("moved without intervals")
	}
}
