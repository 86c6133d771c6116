package kpi

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/internal/calendar"
)

// TestStaff: October 2026 has 22 weekdays, of which the 1st, 2nd, 5th, 6th and 7th are free: 17. The two leaves of m2 overlap and
// cover the 12th to the 16th and the 19th: 6. m3's last day is the 15th: the 8th, 9th and 12th to 15th. m4 comes in November, m5
// left in September. m1 is a manager on the first day and a chief on the second, m2 was a manager until June.
func TestStaff(t *testing.T) {
	f := newFixture(t, 5, 40)
	october, err := calendar.ParsePeriod("2026-10")
	if err != nil {
		t.Fatal(err)
	}
	lines := func(s Scope) []string {
		staff, err := f.door.Staff(t.Context(), s, october)
		if err != nil {
			t.Fatal(err)
		}
		out := []string{}
		for _, m := range staff {
			out = append(out, fmt.Sprintf("%s %s %s %s %s %d/%d", m.ID, m.Team, m.Region, m.Role, m.LeftOn, m.PresentDays, m.WorkDays))
		}
		return out
	}
	want := []string{"m1 t1 south manager  17/17", "m2 t0  specialist  11/17", "m3 t1 north manager 2026-10-15 6/17", "m6 t0 north manager  17/17"}
	for name, test := range map[string]struct {
		scope Scope
		want  []string
	}{
		"all": {Everything(), want}, "team": {Scope{Teams: []string{"t1"}}, []string{want[0], want[2]}},
		"self": {Scope{Managers: []string{"m2"}}, want[1:2]}, "zero": {Scope{}, []string{}},
	} {
		if diff := cmp.Diff(test.want, lines(test.scope)); diff != "" {
			t.Errorf("%s\n%s", name, diff)
		}
	}
}

// TestStaffNumbers: what the feed has, and nothing to whom does not see everybody.
func TestStaffNumbers(t *testing.T) {
	f := newFixture(t, 5, 40)
	for name, test := range map[string]struct {
		scope Scope
		want  map[string]string
	}{"all": {Everything(), map[string]string{"m1": "80017", "m3": "80019"}}, "team": {Scope{Teams: []string{"t1"}}, nil}} {
		got, err := f.door.StaffNumbers(t.Context(), test.scope)
		if diff := cmp.Diff(test.want, got); err != nil || diff != "" {
			t.Errorf("%s: %v\n%s", name, err, diff)
		}
	}
}

// TestRuleLines: what holds on the first day, tables in the order written; a grade that changes on the second day is still the
// old one, a parameter stands beside the tables.
func TestRuleLines(t *testing.T) {
	f := newFixture(t, 6, 40)
	for period, want := range map[string][]string{
		"2026-10": {"grades scorecard A 90 ", "mappings dimension X 0 quality", "params reopen_window_days  7 ", "weights scorecard X 60 ", "weights scorecard X.wait 40 "},
		"2026-11": {"grades scorecard B 80 ", "mappings dimension X 0 quality", "params reopen_window_days  7 ", "weights scorecard X 60 ", "weights scorecard X.wait 40 "},
		"2024-12": {"grades scorecard A 90 ", "weights scorecard X 60 ", "weights scorecard X.wait 40 "},
	} {
		p, err := calendar.ParsePeriod(period)
		if err != nil {
			t.Fatal(err)
		}
		lines, err := f.door.RuleLines(t.Context(), Everything(), p)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, l := range lines {
			got = append(got, fmt.Sprintf("%s %s %s %d %s", l.Section, l.Name, l.Item, l.Value, l.Word))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s\n%s", period, diff)
		}
		if none, err := f.door.RuleLines(t.Context(), Scope{}, p); err != nil || len(none) > 0 {
			t.Errorf("the zero scope sees %v (%v)", none, err)
		}
	}
}

// TestGoals: floor and stretch come with the target, from the same row: m1's own has them, the team's and the company's do not.
func TestGoals(t *testing.T) {
	f := newFixture(t, 7, 400)
	p, err := calendar.ParsePeriod("2026-10")
	if err != nil {
		t.Fatal(err)
	}
	answers, err := f.door.Query(t.Context(), Everything(), Question{KPIs: []string{"X.ratio"}, Period: p, By: []Dim{ByManager}})
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range answers {
		own := a.By["manager"] == "m1"
		if (a.Floor != nil) != own || (a.Stretch != nil) != own || a.Target == nil {
			t.Errorf("%s: target %v, floor %v, stretch %v", a.By["manager"], a.Target, a.Floor, a.Stretch)
		}
		if own && (*a.Target != .9 || *a.Floor != .7 || *a.Stretch != .98) {
			t.Errorf("m1: %v %v %v, want .9 .7 .98", *a.Target, *a.Floor, *a.Stretch)
		}
	}
}

// TestBeta: Beta(1, 1) is uniform, from .025 to .975; Beta(2, 1) has the distribution function x²; Beta(1, 2) is its mirror image.
func TestBeta(t *testing.T) {
	for _, test := range []struct{ a, b, low, high float64 }{
		{1, 1, .025, .975}, {2, 1, .158113883, .987420883}, {1, 2, .012579117, .841886117},
	} {
		low, high := Beta(test.a, test.b)
		if !near(low, test.low, 1e-8) || !near(high, test.high, 1e-8) {
			t.Errorf("Beta(%g, %g): %.9f to %.9f, want %.9f to %.9f", test.a, test.b, low, high, test.low, test.high)
		}
	}
}
