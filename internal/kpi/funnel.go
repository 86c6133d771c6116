package kpi

import "math"

// The limits of a funnel plot (Spiegelhalter, Stat. Med. 24 (2005) 1185): one in twenty of people who are all alike lies
// outside the first, one in five hundred outside the second. Only what lies outside the second is said to differ.
const (
	alertTail = 0.025
	alarmTail = 0.001
)

// Position is where a share lies among those of all managers.
type Position string

// The positions. Alerts are a reason to look, not to judge.
const (
	Inside     Position = "inside"
	AlertBelow Position = "alert_below" // outside the 95 % limits
	AlertAbove Position = "alert_above"
	Below      Position = "below" // outside the 99.8 % limits: differs
	Above      Position = "above"
)

// PositionOf compares a share p of n subjects with the exact binomial limits around the share of all for as many subjects. A
// comparable share is no whole number of subjects; it is then rounded towards the middle, so that rounding puts nobody outside.
func PositionOf(p, n, all float64) Position {
	size, k := int64(math.Round(n)), n*p
	atMost := BinomialCDF(int64(math.Ceil(k-1e-9)), size, all)
	atLeast := 1 - BinomialCDF(int64(math.Floor(k+1e-9))-1, size, all)
	switch {
	case atMost < alarmTail:
		return Below
	case atLeast < alarmTail:
		return Above
	case atMost < alertTail:
		return AlertBelow
	case atLeast < alertTail:
		return AlertAbove
	}
	return Inside
}
