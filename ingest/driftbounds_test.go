package ingest

import (
	"slices"
	"testing"

	"github.com/kamlens/kamlens/internal/config"
)

// TestEmptied: what a column of a normal second month looks like, and what a steward must act on.
func TestEmptied(t *testing.T) {
	for _, c := range []struct {
		what           string
		was, now, rows float64
		told           bool
	}{
		{"closed_at of cases that are still open", .97, .39, 300, false},
		{"a column that was always filled", 1, 0, 40, true},
		{"of 19 values expected there is none", .95, 0, 20, false}, // 0.95 x 20 = 19, below 20
		{"of 20 there is none", 1, 0, 20, true},
		{"a quarter of what was", .8, .2, 1000, false}, // 0.2 is not below 0.25 x 0.8
		{"less than a quarter", .8, .19, 1000, true},
		{"a rare column at half", .06, .03, 359, false},
		{"a rare column without a value, 12 expected", .05, 0, 234, false},
		{"a rare column without a value, 100 expected", .05, 0, 2000, true}, // 0.05 x 2,000
		{"a rare column with one", .05, .0005, 2000, false},
	} {
		if got := emptied(c.was, c.now, c.rows); got != c.told {
			t.Errorf("%s: %t", c.what, got)
		}
	}
}

// TestRowDrift: three months of 600 rows over 30 days each. Nine days make 180 rows at that pace, so 90 are the bound.
func TestRowDrift(t *testing.T) {
	past := []profile{{Rows: 600, Days: 30, Ended: true}, {Rows: 600, Days: 30, Ended: true}, {Rows: 600, Days: 30, Ended: true}}
	for _, c := range []struct {
		what  string
		rows  int64
		days  float64
		usual int64 // 0: nothing is told
	}{
		{"a month", 590, 30, 0},
		{"a month cut to less than half", 299, 30, 600},
		{"the first nine days", 150, 9, 0},
		{"the first nine days at half the pace", 90, 9, 0},
		{"fewer", 89, 9, 180},
		{"a quarter", 1800, 91, 0},
		{"a month twice", 1200, 30, 600},
		{"a quarter twice", 3600, 90, 1800},
		{"rows without a day", 299, 0, 600},
	} {
		b := &batch{plan: &plan{source: config.Source{Name: "crm"}}}
		b.counts.read, b.profile = c.rows, profile{Rows: c.rows, Days: c.days, Ended: true}
		got := b.rowDrift(past)
		if len(got) == 0 != (c.usual == 0) || len(got) > 0 && !slices.Equal(got[0].args, []any{c.rows, c.usual}) {
			t.Errorf("%s: %v", c.what, got)
		}
	}
	b := &batch{plan: &plan{}, profile: profile{Ended: true}}
	if got := b.rowDrift(past[:2]); len(got) > 0 {
		t.Errorf("after two files: %v", got)
	}
}
