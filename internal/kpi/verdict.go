package kpi

// Verdict says how an answer stands against its target.
type Verdict string

// The verdicts.
const (
	NotJudged Verdict = ""          // no target, no value, or a status under which nothing is judged
	Met       Verdict = "met"       // the whole 95 % interval reaches the target
	Missed    Verdict = "missed"    // no part of it does
	Undecided Verdict = "undecided" // the interval holds the target, or there was not enough for one: the sample cannot tell
)

// Judge compares an answer with its target. A value on one side of the target proves nothing while the target lies in
// its 95 % interval: 34 of 38 against 95 % is 89 % with 76 to 96 %, and so undecided. A target at the very end of the
// scale, 100 % of 100 %, is met by reaching it: no interval could lie above it.
//
// A sample that is not even enough for an interval (a ratio of sums over fewer than ten customers) tells less than one with
// a wide interval, so it decides nothing either. Only where the measure has no interval by its kind (a sum, a stock, a
// survival curve) are value and target compared as they are, and plain is true: whoever shows the verdict says so.
func (d Definition) Judge(a Answer) (v Verdict, plain bool) {
	reached, ok := d.Meets(a.Value, a.Target)
	if !ok || a.Status != OK {
		return NotJudged, false
	}
	switch {
	case !d.hasInterval():
		return verdictOf(reached), true
	case a.Low == nil || a.High == nil:
		return Undecided, false
	}
	worst, best := a.Low, a.High
	if d.Direction == "down" {
		worst, best = best, worst
	}
	if *a.Value == *a.Target && *a.Value == *best {
		return Met, false
	}
	surely, _ := d.Meets(worst, a.Target)
	maybe, _ := d.Meets(best, a.Target)
	if surely == maybe {
		return verdictOf(surely), false
	}
	return Undecided, false
}

func verdictOf(met bool) Verdict {
	if met {
		return Met
	}
	return Missed
}
