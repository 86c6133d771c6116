package kpi

import "testing"

// TestJudge. Wilson intervals at 95 % (z = 1.96), worked with the textbook formula:
// 34/38: centre (.894737 + .050546)/1.101091 = .858496, half .099801: .7587 to .9583.
// 340/380: centre (.894737 + .005055)/1.010109 = .890787, half .030955: .8598 to .9217.
// 39/40 = .975: .8712 to .9956.
func TestJudge(t *testing.T) {
	up, down := Definition{Direction: "up"}, Definition{Direction: "down"}
	sums, given := Definition{Direction: "up", Kind: kindSums}, Definition{Direction: "up", Kind: kindSums, Interval: "none"}
	stock := Definition{Direction: "down", Kind: kindStock}
	wilson := func(k, n, target float64) Answer {
		low, high := Wilson(k, n)
		return Answer{Status: OK, Value: num(k / n), Low: &low, High: &high, Target: &target}
	}
	with := func(a Answer, change func(*Answer)) Answer {
		change(&a)
		return a
	}
	for _, c := range []struct {
		name  string
		d     Definition
		a     Answer
		want  Verdict
		plain bool
	}{
		{"34 of 38 against 95 %", up, wilson(34, 38, .95), Undecided, false},
		{"the same share of ten times as many", up, wilson(340, 380, .95), Missed, false},
		{"above, but not surely", up, wilson(39, 40, .95), Undecided, false},
		{"the whole interval above", up, wilson(39, 40, .87), Met, false},
		{"fewer is better: the whole interval below", down, wilson(34, 38, .97), Met, false},
		{"fewer is better: the whole interval above", down, wilson(34, 38, .75), Missed, false},
		{"fewer is better: the interval holds it", down, wilson(34, 38, .85), Undecided, false},
		{"all of all against all", up, wilson(12, 12, 1), Met, false},
		{"none against none", down, wilson(0, 12, 0), Met, false},
		{"all of few against less than all", up, wilson(12, 12, .95), Undecided, false},
		{"the lower end is the target", up, Answer{Status: OK, Value: num(.95), Low: num(.9), High: num(.99), Target: num(.9)}, Met, false},
		{"the upper end is the target", up, Answer{Status: OK, Value: num(.85), Low: num(.8), High: num(.9), Target: num(.9)}, Undecided, false},
		{"too few for an interval, reached", sums, Answer{Status: OK, Value: num(.91), Target: num(.9)}, Undecided, false},
		{"too few for an interval, not reached", sums, Answer{Status: OK, Value: num(.89), Target: num(.9)}, Undecided, false},
		{"no interval by declaration", given, Answer{Status: OK, Value: num(.91), Target: num(.9)}, Met, true},
		{"no interval by kind, reached", stock, Answer{Status: OK, Value: num(91), Target: num(91)}, Met, true},
		{"no interval by kind, not reached", stock, Answer{Status: OK, Value: num(92), Target: num(91)}, Missed, true},
		{"too few", up, with(wilson(3, 4, .95), func(a *Answer) { a.Status = SmallSample }), NotJudged, false},
		{"not mature", up, with(wilson(340, 380, .95), func(a *Answer) { a.Status = Immature }), NotJudged, false},
		{"no target", up, with(wilson(34, 38, .95), func(a *Answer) { a.Target = nil }), NotJudged, false},
		{"nothing counted", up, Answer{Status: OK, Target: num(.9)}, NotJudged, false},
	} {
		if got, plain := c.d.Judge(c.a); got != c.want || plain != c.plain {
			t.Errorf("%s: %q (plain %v), want %q (%v)", c.name, got, plain, c.want, c.plain)
		}
	}
}
