package transform

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/internal/rules"
)

// TestRuleTables: what the rules decide becomes rows; what they leave open, and what is decided for a customer, has
// none. The last cadence is that of the gold card, by the mappings.
func TestRuleTables(t *testing.T) {
	b, err := rules.New(rules.File{Name: "rules.yaml", Data: []byte(`
version: v1
limits:
  - {rule: resolution, kind: fault, severity: urgent, tier: 1, limit: 4 hours, clock: calendar, from: 2026-03-01}
  - {rule: resolution, kind: fault, severity: urgent, tier: 2, limit: 3 working_days}
params: [{name: reopen_window_days, value: 7}, {name: reopen_window_days, value: 9, from: 2026-05-01}, {name: own, value: 0}]
cadences:
  - {kind: visit, tier: [1, 3], window_months: 1, required: 2, max_gap_days: 40}
  - {kind: visit, tier: 1, window_months: 3, required: 1, from: 2026-04-01}
  - {kind: visit, customer: K1, window_months: 3, required: 1}
mappings: [{name: card_tier, key: gold, value: 2}, {name: cadence_kind, key: column_1, value: visit}]
`)})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for row := range limitRows(b) {
		got = append(got, line(row...))
	}
	for row := range paramRows(b) {
		if row[0] != "call_seconds_max" { // given by a rulebook
			got = append(got, line(row...))
		}
	}
	for row := range cadenceRows(b) {
		got = append(got, line(row...))
	}
	want := []string{
		"resolution|fault|urgent|1|2026-03-01|2199-12-31|14400|<nil>|calendar|v1",
		"resolution|fault|urgent|2|1900-01-01|2199-12-31|<nil>|3|working|v1",
		"own|1900-01-01|2199-12-31|0",
		"reopen_window_days|1900-01-01|2026-05-01|7",
		"reopen_window_days|2026-05-01|2199-12-31|9",
		"visit|<nil>|K1|1900-01-01|2199-12-31|3|1|<nil>",
		"visit|1|<nil>|1900-01-01|2026-04-01|1|2|40",
		"visit|1|<nil>|2026-04-01|2199-12-31|3|1|<nil>",
		"visit|2|<nil>|1900-01-01|2199-12-31|2|1|<nil>",
		"visit|3|<nil>|1900-01-01|2199-12-31|1|2|40",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestRuleTables_assessment: the tables that people are assessed by become rows in the order written, with the mappings beside
// them; the weights of tiering and the mapping of cards do not.
func TestRuleTables_assessment(t *testing.T) {
	b, err := rules.New(rules.File{Name: "rules.yaml", Data: []byte(`
weights:
  - {of: scorecard.chief, values: {C1: 60, A1: 40}, from: 2027-01-01}
  - {of: tiering, values: {spend: 40, frequency: 15, credit: 20, tenure: 10, complexity: 15}}
mappings: [{name: dimension, key: C1, value: quality}, {name: grade_cap, key: L4, value: C}, {name: card_tier, key: gold, value: 2}]
grades: [{of: scorecard, values: {A: 90, B: 0}}]
deductions: [{of: scorecard, values: {M3: 2}}]
`)})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for row := range tableRows(b) {
		got = append(got, line(row...))
	}
	want := []string{
		"mappings|dimension|C1|0|1900-01-01|2199-12-31|<nil>|quality", "mappings|grade_cap|L4|0|1900-01-01|2199-12-31|<nil>|C",
		"weights|scorecard.chief|C1|0|2027-01-01|2199-12-31|60|<nil>", "weights|scorecard.chief|A1|1|2027-01-01|2199-12-31|40|<nil>",
		"grades|scorecard|A|0|1900-01-01|2199-12-31|90|<nil>", "grades|scorecard|B|1|1900-01-01|2199-12-31|0|<nil>",
		"deductions|scorecard|M3|0|1900-01-01|2199-12-31|2|<nil>",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
