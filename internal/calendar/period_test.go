package calendar

import "testing"

func TestParsePeriod(t *testing.T) {
	for _, c := range []struct{ in, out, prev, yearAgo string }{
		{"2026-10", "2026-10", "2026-09", "2025-10"},
		{"2026-01", "2026-01", "2025-12", "2025-01"},
		{"2026-Q3", "2026-Q3", "2026-Q2", "2025-Q3"},
		{"2026-H1", "2026-H1", "2025-H2", "2025-H1"},
		{"2026", "2026", "2025", "2025"},
		{"2026-01..2026-02", "2026-01..2026-02", "2025-11..2025-12", "2025-01..2025-02"},
		{"2026-01..2026-03", "2026-Q1", "2025-Q4", "2025-Q1"},
		{"2026-Q1..2026-Q4", "2026", "2025", "2025"},
	} {
		p, err := ParsePeriod(c.in)
		if err != nil {
			t.Errorf("%s: %v", c.in, err)
			continue
		}
		if p.String() != c.out || p.Previous().String() != c.prev || p.YearAgo().String() != c.yearAgo {
			t.Errorf("%s: got %s, previous %s, year ago %s; want %s, %s, %s",
				c.in, p, p.Previous(), p.YearAgo(), c.out, c.prev, c.yearAgo)
		}
	}
	for _, bad := range []string{"", "26", "2026-13", "2026-Q5", "2026-H3", "2026-1", "2026-10-01", "2026-03..2026-01", "x..y"} {
		if p, err := ParsePeriod(bad); err == nil {
			t.Errorf("%q was read as %s", bad, p)
		}
	}
}

func TestPeriod_numbers(t *testing.T) {
	p, _ := ParsePeriod("2024-Q1")
	if p.Days() != 91 || p.Months() != 3 || p.FirstMonth() != 202401 || p.LastMonth() != 202403 {
		t.Errorf("2024-Q1: %d days, %d months, %d to %d", p.Days(), p.Months(), p.FirstMonth(), p.LastMonth())
	}
}
