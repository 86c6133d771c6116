package kpi

import (
	"math"
	"testing"
)

// A value at an end of the range can be, the next one beyond it cannot.
func TestRange(t *testing.T) {
	for _, c := range []struct {
		unit, kind string
		low, high  float64
	}{
		{UnitShare, kindRatio, 0, 1},
		{UnitShare, kindCohort, 0, 1},
		{UnitShare, kindSums, 0, 10}, // what customers pay may grow
		{UnitShare, kindMean, -1, 1}, // up 1, down -1
		{UnitIndex, kindMean, 0, 100},
		{UnitPoints, kindMean, -100, 100},
		{UnitSeconds, kindDuration, 0, math.Inf(1)},
		{"per_100_months", kindExposure, 0, math.Inf(1)},
		{UnitTimes, kindMean, 0, math.Inf(1)},
		{"fen", kindSums, math.Inf(-1), math.Inf(1)},
	} {
		low, high := Definition{Unit: c.unit, Kind: c.kind}.Range()
		if low != c.low || high != c.high {
			t.Errorf("%s %s: %v to %v, want %v to %v", c.unit, c.kind, low, high, c.low, c.high)
		}
	}
	if low, high := (Definition{Unit: UnitPoints, Kind: kindMean, Bounds: []float64{1, 7}}).Range(); low != 1 || high != 7 {
		t.Errorf("declared bounds: %v to %v", low, high)
	}
}

func TestInOrder(t *testing.T) {
	up, down := Definition{Direction: "up"}, Definition{Direction: "down"}
	for _, c := range []struct {
		values   []float64
		up, down bool
	}{
		{[]float64{.9, .95, .97}, true, false},
		{[]float64{4, 2, 1}, false, true},
		{[]float64{.9, .9, .9}, true, true},
		{[]float64{.95, .9}, false, true},
		{[]float64{.9, .97, .95}, false, false},
		{[]float64{.9}, true, true},
	} {
		if up.InOrder(c.values...) != c.up || down.InOrder(c.values...) != c.down {
			t.Errorf("%v: up %v, down %v", c.values, up.InOrder(c.values...), down.InOrder(c.values...))
		}
	}
}
