package assess

import (
	"testing"

	"github.com/kamlens/kamlens/internal/kpi"
)

// TestSimulate: of five people with 95, 90, 80, 79 and 60 points, each ±3, A=20, B=70, C=10 draws its lines after
// round(1) = 1 and round(4.5) = 5, of whom there are no more: one line, between 95 and 90, whose difference of 5 is above
// √18 = 4.24. With C=20 the second lies after 4; with A=60 the first lies between 80 and 79, who do not differ.
func TestSimulate(t *testing.T) {
	var sheets []Sheet
	for i, total := range []float64{60, 95, 79, 90, 80} {
		sheets = append(sheets, Sheet{ManagerID: string(rune('a' + i)), Scorecard: "scorecard", State: Scored, Total: figure(total, total-3, total+3)})
	}
	sheets = append(sheets, Sheet{ManagerID: "x", Scorecard: "scorecard", State: Ungraded, Total: figure(99, 98, 100)})
	for name, test := range map[string]struct {
		quotas []Quota
		want   []string // above, below, whether they differ
	}{
		"rounded away": {[]Quota{{"A", 20}, {"B", 70}, {"C", 10}}, []string{"bd+"}},
		"both":         {[]Quota{{"A", 20}, {"B", 60}, {"C", 20}}, []string{"bd+", "ca+"}},
		"by chance":    {[]Quota{{"A", 60}, {"B", 40}}, []string{"ec-"}},
	} {
		got := Simulate(sheets, test.quotas)
		if len(got) != len(test.want) {
			t.Fatalf("%s: %d lines, want %v", name, len(got), test.want)
		}
		for i, b := range got {
			sign := map[bool]string{true: "+", false: "-"}[*b.Differs]
			if s := b.Above.ManagerID + b.Below.ManagerID + sign; s != test.want[i] {
				t.Errorf("%s: %s, want %s", name, s, test.want[i])
			}
		}
	}
}

// TestSees: a sheet is shown to its manager and to who reads its team or region; the zero scope sees none, and nobody sees by
// a team or region that is not known.
func TestSees(t *testing.T) {
	m := kpi.Staff{Member: kpi.Member{ID: "M1", Team: "T1"}, Region: "R1"}
	for name, test := range map[string]struct {
		scope kpi.Scope
		who   kpi.Staff
		want  bool
	}{
		"all": {kpi.Everything(), m, true}, "zero": {kpi.Scope{}, m, false}, "self": {kpi.Scope{Managers: []string{"M1"}}, m, true},
		"another": {kpi.Scope{Managers: []string{"M2"}}, m, false}, "team": {kpi.Scope{Teams: []string{"T1"}}, m, true},
		"other team": {kpi.Scope{Teams: []string{"T2"}}, m, false}, "region": {kpi.Scope{Regions: []string{"R1"}}, m, true},
		"nowhere": {kpi.Scope{Teams: []string{""}, Regions: []string{""}}, kpi.Staff{}, false},
	} {
		if got := sees(test.scope, test.who); got != test.want {
			t.Errorf("%s: sees is %v, want %v", name, got, test.want)
		}
	}
}
