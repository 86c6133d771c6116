package kpi

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/internal/calendar"
	"github.com/kamlens/kamlens/internal/text"
)

// TestFamilies: four families come first in their order, the others as they come; a family may lack a share, or a word.
func TestFamilies(t *testing.T) {
	defs := []Definition{
		{ID: "D1", Family: "complaints", Main: true}, {ID: "A2", Family: "satisfaction", Main: true, Unit: UnitIndex},
		{ID: "K1", Family: "tiers", Main: true}, {ID: "A1", Family: "satisfaction", Main: true, Unit: UnitShare},
		{ID: "Z1", Family: "my own"}, {ID: "D2", Family: "complaints"},
	}
	var got []string
	for _, f := range Families(defs) {
		line := f.Name(text.EN)
		for _, d := range f.Defs {
			line += " " + d.ID
		}
		if lead, ok := f.Leading(); ok {
			line += " led by " + lead.ID
		}
		if f.Lead {
			line += ", first"
		}
		got = append(got, line)
	}
	want := []string{"Satisfaction A2 A1 led by A1, first", "Tiers K1 led by K1, first", "Complaints D1 D2 led by D1", "my own Z1"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestLacks: what has no number says which feed was never loaded, or which rule holds on no day of the period: the last
// day of a rule is before the first of October, so September has it and October has not.
func TestLacks(t *testing.T) {
	door := newFixture(t, 4, 50).door
	def := Definition{
		ID: "L", Needs: []string{"surveys.answered_at", "cases.case_id", "surveys.score", "calendar.day"},
		Rules: []string{"rule_limits.first_response", "rule_params.reopen_window_days"},
	}
	for _, c := range []struct {
		status Status
		period string
		want   []string
		words  string
	}{
		{NoData, "2026-10", []string{"surveys"}, "no data: missing Surveys"},
		{Unset, "2026-10", []string{"rule_limits.first_response"}, "not configured: limit of first response"},
		{Unset, "2026-09", []string{"rule_limits.first_response", "rule_params.reopen_window_days"}, "not configured: limit of first response, window in which a reopen voids the resolve"},
		{OK, "2026-10", nil, ""},
	} {
		p, err := calendar.ParsePeriod(c.period)
		if err != nil {
			t.Fatal(err)
		}
		got := door.Lacks(def, c.status, p)
		if !slices.Equal(got, c.want) || c.words != "" && LackWords(text.EN, c.status, got) != c.words {
			t.Errorf("%s in %s: %v, %q; want %v, %q", c.status, c.period, got, LackWords(text.EN, c.status, got), c.want, c.words)
		}
	}
	if got := LackWords(text.EN, NoData, door.Lacks(Definition{Needs: []string{"cases.case_id"}}, NoData, calendar.MonthOf(door.asOfOn))); got != "no data" {
		t.Errorf("with every feed loaded: %q", got)
	}
}

// TestSplitGaps: measures without a row or a rule are grouped by what is missing; those with too few rows stay.
func TestSplitGaps(t *testing.T) {
	defs := []Definition{{ID: "A"}, {ID: "B"}, {ID: "C"}, {ID: "D"}, {ID: "E"}, {ID: "F"}, {ID: "G"}}
	status := map[string]Status{"A": NoData, "B": OK, "C": Unset, "D": NoData, "E": SmallSample, "F": OK, "G": OK}
	notes := map[string][]string{"F": {NoRows}, "G": {NoneCounted}}
	shown, gaps := SplitGaps(text.EN, lackOf{"A": "bills", "D": "bills"}, defs, Period{}, func(d Definition) Answer { return Answer{Status: status[d.ID], Notes: notes[d.ID]} })
	got := []string{}
	for _, d := range shown {
		got = append(got, d.ID)
	}
	for _, g := range gaps {
		line := g.Why + ":"
		for _, d := range g.Defs {
			line += " " + d.ID
		}
		got = append(got, line)
	}
	if diff := cmp.Diff([]string{"B", "E", "G", "no data: missing Bills: A D", "not configured: C", "no rows in this period: F"}, got); diff != "" {
		t.Error(diff)
	}
}

// lackOf plants what a measure lacks.
type lackOf map[string]string

func (l lackOf) Lacks(d Definition, _ Status, _ Period) []string {
	if lack := l[d.ID]; lack != "" {
		return []string{lack}
	}
	return nil
}
