package kpi

import (
	"errors"
	"testing"

	"github.com/kamlens/kamlens/internal/calendar"
	"github.com/kamlens/kamlens/internal/fault"
)

// TestGrains: a measure some of whose rows have managers and teams only has values by these and none by anything else: not by
// groups, not filtered, not for those who see a region, and a change is not taken apart by it.
func TestGrains(t *testing.T) {
	f := newFixture(t, 7, 400)
	october, err := calendar.ParsePeriod("2026-10")
	if err != nil {
		t.Fatal(err)
	}
	f.door.catalogue[f.door.position["x.ratio"]].Grains = []string{"manager", "team"}
	for name, test := range map[string]struct {
		scope   Scope
		by      []Dim
		filter  map[Dim][]string
		defined bool
	}{
		"whole":         {Everything(), nil, nil, true},
		"manager":       {Everything(), []Dim{ByManager, ByMonth}, nil, true},
		"team":          {Scope{Teams: []string{"t1"}}, []Dim{ByTeam}, nil, true},
		"region":        {Everything(), []Dim{ByRegion}, nil, false},
		"tier":          {Everything(), []Dim{ByManager, ByTier}, nil, false},
		"of a region":   {Everything(), []Dim{ByManager}, map[Dim][]string{ByRegion: {"north"}}, false},
		"sees a region": {Scope{Regions: []string{"north"}}, nil, nil, false},
	} {
		answers, err := f.door.Query(t.Context(), test.scope, Question{KPIs: []string{"X.ratio"}, Period: october, By: test.by, Filter: test.filter, Compare: true})
		if err != nil || len(answers) == 0 {
			t.Fatalf("%s: %v, %d answers", name, err, len(answers))
		}
		for _, a := range answers {
			if (a.Status != NotDefined) != test.defined || !test.defined && (a.Value != nil || a.Num != nil || a.N != 0 || a.Previous != nil && a.Previous.Status != NotDefined) {
				t.Errorf("%s: %+v", name, a)
			}
		}
	}
	_, err = f.door.Why(t.Context(), Everything(), WhyQuestion{KPI: "X.ratio", Period: october, By: ByRegion})
	if x, ok := errors.AsType[*fault.Error](err); !ok || x.Key != "kpi.why.no_grain" || x.Kind != fault.Usage {
		t.Errorf("why by region: %v", err)
	}
	def, err := f.door.Definition("X.ratio")
	if err != nil || def.WhyBy() != ByManager || (Definition{}).WhyBy() != ByRegion {
		t.Errorf("by default %s, %v", def.WhyBy(), err)
	}
}
