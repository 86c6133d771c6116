package kpi

import (
	"math"
	"slices"
)

// mostShare is the largest share of sums that is taken for one: what customers pay may grow tenfold, and 95 is 0.95 written
// as percent.
const mostShare = 10

// Range is what the values of a measure can be, by its declared bounds, or else unit and kind; an end that nothing bounds
// is infinite. A share of things lies between 0 and 1, one of sums of money above 1 where they grow, and the mean of gains
// and losses between -1 and 1.
func (d Definition) Range() (low, high float64) {
	switch {
	case len(d.Bounds) == 2:
		return d.Bounds[0], d.Bounds[1]
	case d.Unit == UnitShare && d.Kind == kindSums:
		return 0, mostShare
	case d.Unit == UnitShare && d.Kind == kindMean:
		return -1, 1
	case d.Unit == UnitShare:
		return 0, 1
	case d.Unit == UnitIndex:
		return 0, 100
	case d.Unit == UnitPoints:
		return -100, 100
	case slices.Contains([]string{UnitSeconds, UnitDays, UnitTimes}, d.Unit), d.Kind == kindDuration, d.Kind == kindExposure:
		return 0, math.Inf(1)
	}
	return math.Inf(-1), math.Inf(1)
}

// InOrder reports whether a floor, a target and a stretch goal follow each other in the direction that is better.
func (d Definition) InOrder(values ...float64) bool {
	if d.Direction == "down" {
		values = slices.Clone(values)
		slices.Reverse(values)
	}
	return slices.IsSorted(values)
}
