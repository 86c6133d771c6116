package kpi

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestParts: on Wednesday 2026-11-11 at noon November has had eight working days: 2-6 and 9-11. October's first eight
// are 8, 9, 12-16 and 19 (the first week is free), those of November 2025 are 3-7 and 10-12. The third quarter is
// compared with whole quarters, for it is over.
func TestParts(t *testing.T) {
	rows := map[string][]fixtureRow{}
	one := func(kpi, on string, num, den int64) { rows[kpi] = append(rows[kpi], row(t, on, "c01", "m1", num, den)) }
	one("X.ratio", "2026-11-03", 1, 1)
	for _, on := range []string{"2026-10-01", "2026-10-19"} { // a free day within the part, and its last day
		one("X.ratio", on, 1, 1)
	}
	one("X.ratio", "2026-10-20", 0, 1) // the day after
	one("X.ratio", "2025-11-12", 1, 1)
	one("X.ratio", "2025-11-13", 0, 1)
	one("X.events", "2026-11-01", 0, 100)
	one("X.events", "2026-10-01", 0, 310)
	wait := row(t, "2026-10-19", "c01", "m1", 60, 1)
	wait.value = wait.num
	late := row(t, "2026-10-20", "c01", "m1", 9000, 1)
	late.value = late.num
	now := row(t, "2026-11-03", "c01", "m1", 30, 1)
	now.value = now.num
	rows["X.wait"] = []fixtureRow{wait, late, now}
	rows["X.duties"] = []fixtureRow{row(t, "2026-10-19", "c01", "m1", 1, 2), row(t, "2026-10-31", "c02", "m1", 2, 2), row(t, "2026-11-10", "c01", "m1", 2, 2)}
	f := openFixture(t, &fixture{path: t.TempDir() + "/snap.duckdb", asOf: "2026-11-11 12:00:00", rows: rows})
	short := func(kpi, period string, by ...Dim) []string {
		var list []string
		for _, a := range ask(t, f.door, Everything(), period, by, kpi) {
			list = append(list, "previous "+compared(a.Previous)+"; year ago "+compared(a.YearAgo))
		}
		return list
	}
	for _, c := range []struct {
		kpi, period string
		want        string
	}{
		{"X.ratio", "2026-11", "previous 2026-10-01..2026-10-19 2/2 n 2; year ago 2025-11-01..2025-11-12 1/1 n 1"},
		{"X.ratio", "2026-10", "previous 2026-09 0/0 n 0; year ago 2025-10 0/0 n 0"},
		{"X.wait", "2026-11", "previous 2026-10-01..2026-10-19 60/1 n 1; year ago 2025-11-01..2025-11-12 0/0 n 0"},
		{"X.duties", "2026-11", "previous 2026-10-01..2026-10-19 1/2 n 1; year ago 2025-11-01..2025-11-12 0/0 n 0"},
		{"X.events", "2026-11", "previous 2026-10 0/310 n 0; year ago 2025-11 0/0 n 0"},
	} {
		if diff := cmp.Diff([]string{c.want}, short(c.kpi, c.period)); diff != "" {
			t.Errorf("%s %s\n%s", c.kpi, c.period, diff)
		}
	}
	want := []string{"previous 2026-10-01..2026-10-19 2/2 n 2; year ago 2025-11-01..2025-11-12 1/1 n 1"}
	if diff := cmp.Diff(want, short("X.ratio", "2026-11", ByManager)); diff != "" {
		t.Errorf("by manager\n%s", diff)
	}
}

func compared(c *Comparison) string {
	if c == nil {
		return "none"
	}
	number := func(n *int64) int64 {
		if n == nil {
			return 0
		}
		return *n
	}
	return fmt.Sprintf("%s %d/%d n %d", c.Period, number(c.Num), number(c.Den), c.N)
}
