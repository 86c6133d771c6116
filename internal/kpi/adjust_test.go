package kpi

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/internal/calendar"
	"github.com/kamlens/kamlens/internal/fault"
)

// TestAdjusted_filter: a line stands where its manager is now, so a filter by manager, team or region leaves the lines of
// those managers; a line knows no tier, so answers filtered by tier are not adjusted.
func TestAdjusted_filter(t *testing.T) {
	door := newFixture(t, 3, 200).door
	october, err := calendar.ParsePeriod("2026-10")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		filter map[Dim][]string
		want   []string
	}{
		{nil, []string{"m1", "m2", ""}},
		{map[Dim][]string{ByManager: {"m2"}}, []string{"m2"}},
		{map[Dim][]string{ByManager: {""}}, []string{""}},
		{map[Dim][]string{ByTeam: {"t1"}}, []string{"m1"}},
		{map[Dim][]string{ByRegion: {""}}, []string{"m2", ""}}, // nobody is in no region either
		{map[Dim][]string{ByTeam: {"t1"}, ByManager: {"m2"}}, []string{}},
	} {
		got, err := door.Adjusted(t.Context(), Everything(), Question{KPIs: []string{"X.ratio"}, Period: october, Filter: c.filter})
		if err != nil {
			t.Fatal(err)
		}
		of := []string{}
		for _, l := range got[0].Lines {
			of = append(of, l.ManagerID)
		}
		if diff := cmp.Diff(c.want, of); diff != "" {
			t.Errorf("%v: %s", c.filter, diff)
		}
	}
	_, err = door.Adjusted(t.Context(), Everything(), Question{KPIs: []string{"X.ratio"}, Period: october, Filter: map[Dim][]string{ByTier: {"1"}}})
	if bad := new(fault.Error); !errors.As(err, &bad) || bad.Key != "kpi.adjusted_filter" {
		t.Errorf("by tier: %v", err)
	}
}
