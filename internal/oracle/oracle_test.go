package oracle

import (
	"testing"
	"time"
)

func at(t *testing.T, s string) int64 {
	t.Helper()
	v, err := time.Parse("2006-01-02 15:04:05", s)
	if err != nil {
		t.Fatal(err)
	}
	return v.Unix()
}

// TestWorkdays holds the calendar to the counts of 7-calendar.md.
func TestWorkdays(t *testing.T) {
	for year, want := range map[int][12]int{
		2024: {22, 18, 21, 22, 21, 19, 23, 22, 21, 19, 21, 22},
		2025: {19, 19, 21, 22, 19, 20, 23, 21, 23, 18, 20, 23},
		2026: {21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23},
	} {
		for m := range 12 {
			first := dayNumber(year, m+1, 1)
			if got := workdays(first-1, dayNumber(year, m+2, 1)-1); got != want[m] {
				t.Errorf("%d-%02d has %d working days, want %d", year, m+1, got, want[m])
			}
		}
	}
}

// Working time is 08:30-12:00 and 14:00-18:00: 3.5 h and 4 h.
func TestElapsedAndDue(t *testing.T) {
	for _, test := range []struct {
		name, clock, from, to string
		pause                 [2]string
		want                  int64
	}{
		// 17:00-18:00 and, the holidays and the working Saturday counted right, 08:30-09:30
		{name: "over the National Day", clock: "working", from: "2026-09-30 17:00:00", to: "2026-10-08 09:30:00", want: 7200},
		// Friday 17:59:59 to the 调休 Saturday 08:30:01: one second each
		{name: "into a working Saturday", clock: "working", from: "2026-10-09 17:59:59", to: "2026-10-10 08:30:01", want: 2},
		{name: "lunch", clock: "working", from: "2026-10-12 12:30:00", to: "2026-10-12 13:30:00", want: 0},
		// 09:00-12:00 less 10:00-11:00
		{name: "a pause", clock: "working", from: "2026-10-12 09:00:00", to: "2026-10-12 12:00:00", pause: [2]string{"2026-10-12 10:00:00", "2026-10-12 11:00:00"}, want: 7200},
		{name: "round the clock", clock: "calendar", from: "2026-10-03 23:00:00", to: "2026-10-04 01:00:00", want: 7200},
	} {
		var pauses []interval
		if test.pause[0] != "" {
			pauses = []interval{{at(t, test.pause[0]), at(t, test.pause[1])}}
		}
		from, to := at(t, test.from), at(t, test.to)
		if got := elapsed(from, to, test.clock, pauses); got != test.want {
			t.Errorf("%s: %d s, want %d", test.name, got, test.want)
		}
		if test.want == 0 {
			continue
		}
		got, _, ok := due(from, test.want, test.clock, pauses, to+10*day)
		if !ok || got != to {
			t.Errorf("%s: due at %v, want %s", test.name, time.Unix(got, 0).UTC(), test.to)
		}
	}
}

// TestJudgeDays: one working day from Monday ends on Tuesday's closing; a pause over one night moves it by one day; done
// on the evening of the last day is in time, on the day off after it is not.
func TestJudgeDays(t *testing.T) {
	f := &Facts{AsOf: at(t, "2026-11-01 00:00:00")}
	one := limit{set: true, days: 1, working: true}
	for _, test := range []struct {
		name, start, end string
		pauses           []interval
		on               int
		met              bool
	}{
		{"the next day", "2026-10-12 09:00:00", "2026-10-13 20:00:00", nil, dayNumber(2026, 10, 13), true},
		{"a day late", "2026-10-12 09:00:00", "2026-10-14 08:00:00", nil, dayNumber(2026, 10, 13), false},
		{"paused over a night", "2026-10-12 09:00:00", "2026-10-14 08:00:00",
			[]interval{{at(t, "2026-10-12 16:00:00"), at(t, "2026-10-13 09:00:00")}}, dayNumber(2026, 10, 14), true},
		{"Friday's on the day off", "2026-10-15 09:00:00", "2026-10-17 10:00:00", nil, dayNumber(2026, 10, 16), false},
		{"opened on a day off", "2026-10-17 09:00:00", "2026-10-19 17:00:00", nil, dayNumber(2026, 10, 19), true},
	} {
		d := f.judge(one, at(t, test.start), at(t, test.end), test.pauses)
		if !d.known || d.on != test.on || d.met != test.met {
			t.Errorf("%s: %+v, want day %d, met %v", test.name, d, test.on, test.met)
		}
	}
}
