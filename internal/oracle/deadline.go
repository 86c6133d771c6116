package oracle

import "slices"

// deadline is when a limit ends: the day it belongs to and whether that is known.
type deadline struct {
	on    int
	at    int64 // instant of judgement: the limit has passed when it is <= as-of
	known bool
	met   bool
}

// judge returns the deadline of a limit from start, moved by the pauses, and whether end (0 = open) keeps it. R3: "Judge
// timeliness by elapsed <= target".
func (f *Facts) judge(l limit, start, end int64, pauses []interval) deadline {
	horizon := f.AsOf + 400*day
	pauses = after(pauses, start)
	if end != 0 { // a clock that has stopped is not paused afterwards
		pauses = before(pauses, end)
	}
	if l.days == 0 {
		at, on, ok := due(start, l.seconds, l.clock, pauses, horizon)
		return deadline{on, at, ok, end != 0 && elapsed(start, end, l.clock, pauses) <= l.seconds}
	}
	return f.judgeDays(l, start, end, pauses)
}

// after leaves of the pauses what lies behind an instant: a clock that has not started is not paused.
func after(pauses []interval, start int64) []interval {
	var kept []interval
	for _, p := range pauses {
		if p.to > start {
			kept = append(kept, interval{max(p.from, start), p.to})
		}
	}
	return kept
}

// before cuts the pauses off at an instant.
func before(pauses []interval, end int64) []interval {
	var kept []interval
	for _, p := range pauses {
		if p.from < end {
			kept = append(kept, interval{p.from, min(p.to, end)})
		}
	}
	return kept
}

// judgeDays judges a limit in days. 3.2: "the day of the event does not count, the limit ends at 24:00 (calendar) or
// closing time (working) of the Nth day; met if the end event's day number <= start's + N". R4 on day numbers: a pause
// takes away the days from its own day number to that of its end.
func (f *Facts) judgeDays(l limit, start, end int64, pauses []interval) deadline {
	number := func(a, b int) int { // day number of b less that of a
		if l.working {
			return workdays(a, b)
		}
		return b - a
	}
	left := l.days
	for d := dayOf(start) + 1; d < dayOf(f.AsOf)+400; d++ {
		at := int64(d+1) * day
		if l.working {
			at = int64(d)*day + 64800
		}
		paused, known := 0, true
		for _, p := range union(pauses) {
			switch {
			case p.from >= at:
			case p.to >= 1<<59: // open: the days stand still from here on
				known = false
			default:
				paused += number(dayOf(p.from), dayOf(p.to))
			}
		}
		if (l.working && !isWorkday(d)) || number(dayOf(start), d)-paused < left {
			continue
		}
		if !known {
			return deadline{}
		}
		met := false
		if end != 0 {
			used := number(dayOf(start), dayOf(end)) - paused
			if l.working && !isWorkday(dayOf(end)) && dayOf(end) > dayOf(start) {
				used++ // a day off has the number of the next working day
			}
			met = used <= l.days
		}
		return deadline{d, at, true, met}
	}
	return deadline{}
}

// union joins overlapping pauses.
func union(pauses []interval) []interval {
	sorted := slices.Clone(pauses)
	slices.SortFunc(sorted, func(a, b interval) int { return int(a.from - b.from) })
	var joined []interval
	for _, p := range sorted {
		if n := len(joined); n > 0 && p.from <= joined[n-1].to {
			joined[n-1].to = max(joined[n-1].to, p.to)
			continue
		}
		joined = append(joined, p)
	}
	return joined
}
