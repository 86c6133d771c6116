package kpi

import "math"

// Moved reports whether a value differs from the one it is compared with by more than chance: whether the 95 % interval
// of the difference leaves out zero. The interval is made of the two values' own ones by the method of variance
// estimates recovery (MOVER; Newcombe 1998 method 10 for shares, Zou and Donner 2008 in general). ok is false where
// either has no interval: then nobody can tell.
func (a Answer) Moved(c *Comparison) (moved, ok bool) {
	if c == nil || a.Value == nil || a.Low == nil || a.High == nil || c.Value == nil || c.Low == nil || c.High == nil {
		return false, false
	}
	d := *a.Value - *c.Value
	low := d - math.Hypot(*a.Value-*a.Low, *c.High-*c.Value)
	high := d + math.Hypot(*a.High-*a.Value, *c.Value-*c.Low)
	return low > 0 || high < 0, true
}
