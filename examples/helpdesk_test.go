package examples_test

import (
	"math"
	"testing"
)

// Published and recomputed (INDEX.md 3): 4,580 cases, of which 4,479 pass the publisher's filter on the whole case. First
// response over all n 4,285, median 16.39 h; over the publisher's n 4,191, 17.28 h; median duration 39 whole days (exact
// 39.83 d); Resolve to Closed median 30.0 d (exact 30.008 d).
func TestHelpdesk(t *testing.T) {
	dataset(t, "italian_helpdesk")
	d := open(t, "helpdesk", []string{"m_helpdesk_first_response", "m_helpdesk_first_response_complete",
		"m_helpdesk_duration", "m_helpdesk_resolve_to_close", "m_b2_calendar"})
	const period = "2010-01..2014-01"
	const hour, day = 3600, 86400
	for _, c := range []struct {
		measure  string
		n        int64
		value    float64
		unit     float64
		decimals int
	}{
		{"helpdesk.first_response", 4285, 16.39, hour, 2},
		{"helpdesk.first_response_complete", 4191, 17.28, hour, 2},
		{"helpdesk.duration", 4479, 39.83, day, 2},
		{"helpdesk.resolve_to_close", 4479, 30.0, day, 1},
	} {
		a := one(t, ask(t, d, c.measure, period, nil, nil))
		if a.N != c.n || a.P50 == nil || !near(*a.P50/c.unit, c.value, c.decimals) {
			t.Errorf("%s: got n %d, median %v; published n %d, %v", c.measure, a.N, *a.P50/c.unit, c.n, c.value)
		}
		if c.measure == "helpdesk.duration" && math.Floor(*a.P50/day) != 39 {
			t.Errorf("median duration: got %v whole days, published 39", math.Floor(*a.P50/day))
		}
	}
	// The product's own B2 makes one case of each id of the log. It also takes the resolve of a case that nobody took in
	// charge for its answer, so it knows more answers: at most one a case.
	b2 := one(t, ask(t, d, "B2.calendar", period, nil, nil))
	if b2.N < 4285 || b2.N > 4580 {
		t.Errorf("B2.calendar: got n %d, want between 4,285 and 4,580", b2.N)
	}
}
