package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMonthGaps(t *testing.T) {
	for _, c := range []struct {
		held  []int
		until int
		want  []string
		empty int
		all   int
	}{
		{[]int{202610}, 202610, nil, 0, 1},
		{[]int{202610, 202611}, 202610, nil, 0, 1}, // a month that has begun
		{[]int{202611, 202703}, 202705, []string{"2026-12..2027-02", "2027-04..2027-05"}, 5, 7},
		{[]int{202608, 202610}, 202610, []string{"2026-09"}, 1, 3},
	} {
		got, empty, all := monthGaps(c.held, c.until)
		if d := cmp.Diff(c.want, got); d != "" || empty != c.empty || all != c.all {
			t.Errorf("%v until %d: %d of %d %s", c.held, c.until, empty, all, d)
		}
	}
}
