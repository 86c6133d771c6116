package oracle

import (
	"strings"
	"time"
)

const day = 86400

func dayOf(t int64) int { return int((t - (t%day+day)%day) / day) }

func date(d int) time.Time { return time.Unix(int64(d)*day, 0).UTC() }

func dayNumber(year, month, dom int) int {
	return int(time.Date(year, time.Month(month), dom, 0, 0, 0, 0, time.UTC).Unix() / day)
}

func firstOfMonth(d int) time.Time {
	t := date(d)
	return time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC)
}

// The holidays and working weekends of 7-calendar.md.
func holidays() map[int][2]string {
	return map[int][2]string{
		2024: {"0101 0210-0217 0404-0406 0501-0505 0610 0915-0917 1001-1007", "0204 0218 0407 0428 0511 0914 0929 1012"},
		2025: {"0101 0128-0204 0404-0406 0501-0505 0531-0602 1001-1008", "0126 0208 0427 0928 1011"},
		2026: {"0101-0103 0215-0223 0404-0406 0501-0505 0619-0621 0925-0927 1001-1007", "0104 0214 0228 0509 0920 1010"},
	}
}

// isWorkday: "explicit shift (调休上班) > holiday > weekly pattern" (R2).
func isWorkday(d int) bool {
	t := date(d)
	md := t.Format("0102")
	if table, ok := holidays()[t.Year()]; ok {
		if strings.Contains(table[1], md) {
			return true
		}
		for _, span := range strings.Fields(table[0]) {
			from, to, _ := strings.Cut(span, "-")
			if to == "" {
				to = from
			}
			if from <= md && md <= to {
				return false
			}
		}
	}
	return t.Weekday() != time.Saturday && t.Weekday() != time.Sunday
}

// interval is half-open: [from, to).
type interval struct{ from, to int64 }

// open returns the intervals of a day on a clock. R2: calendar is 7x24, working has lunch off.
func open(d int, clock string) []interval {
	start := int64(d) * day
	if clock == "calendar" {
		return []interval{{start, start + day}}
	}
	if !isWorkday(d) {
		return nil
	}
	return []interval{{start + 30600, start + 43200}, {start + 50400, start + 64800}}
}

// minus removes the pauses from an interval.
func minus(i interval, pauses []interval) []interval {
	left := []interval{i}
	for _, p := range pauses {
		var next []interval
		for _, l := range left {
			if p.to <= l.from || p.from >= l.to {
				next = append(next, l)
				continue
			}
			if l.from < p.from {
				next = append(next, interval{l.from, p.from})
			}
			if p.to < l.to {
				next = append(next, interval{p.to, l.to})
			}
		}
		left = next
	}
	return left
}

// elapsed returns the seconds on a clock from a to b outside the pauses (R4).
func elapsed(a, b int64, clock string, pauses []interval) int64 {
	var n int64
	for d := dayOf(a); int64(d)*day < b; d++ {
		for _, i := range open(d, clock) {
			i = interval{max(i.from, a), min(i.to, b)}
			if i.from >= i.to {
				continue
			}
			for _, l := range minus(i, pauses) {
				n += l.to - l.from
			}
		}
	}
	return n
}

// due returns the earliest instant at which limit seconds have elapsed since a (3.3: "the earliest such instant (the
// closing instant); it belongs to that day and month"); ok is false when that is not before horizon.
func due(a, limit int64, clock string, pauses []interval, horizon int64) (at int64, on int, ok bool) {
	for d := dayOf(a); int64(d)*day < horizon; d++ {
		for _, i := range open(d, clock) {
			i.from = max(i.from, a)
			if i.from >= i.to {
				continue
			}
			for _, l := range minus(i, pauses) {
				if n := l.to - l.from; n < limit {
					limit -= n
					continue
				}
				at = l.from + limit
				if clock == "calendar" { // midnight belongs to the new day: periods are half-open (R1)
					d = dayOf(at)
				}
				return at, d, true
			}
		}
	}
	return 0, 0, false
}

// workdays counts the working days after day a up to and including day b.
func workdays(a, b int) int {
	n := 0
	for d := a + 1; d <= b; d++ {
		if isWorkday(d) {
			n++
		}
	}
	return n
}

// period is one month, quarter or half year as days, half-open.
type period struct {
	kind       string
	start, end int
}

// periods returns the whole periods of a kind between two days.
func periods(kind string, from, to int) []period {
	length := map[string]int{"month": 1, "quarter": 3, "half": 6, "year": 12}[kind]
	var all []period
	t := date(from)
	for m := time.Date(t.Year(), 1, 1, 0, 0, 0, 0, time.UTC); ; m = m.AddDate(0, length, 0) {
		p := period{kind, int(m.Unix() / day), int(m.AddDate(0, length, 0).Unix() / day)}
		if p.end > to {
			return all
		}
		if p.start >= from {
			all = append(all, p)
		}
	}
}
