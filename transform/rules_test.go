package transform

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
)

func proposed(t *testing.T) Rules {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "examples", "rules-proposed", "rules.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := ParseRules(data)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.check(); err != nil {
		t.Fatal(err)
	}
	return r
}

func origins(r Rules) []Origin {
	var all []Origin
	for _, l := range r.Limits {
		all = append(all, l.Origin)
	}
	for _, p := range r.Params {
		all = append(all, p.Origin)
	}
	for _, c := range r.Cadences {
		all = append(all, c.Origin)
	}
	return all
}

// TestProposedRules_sayWhereTheyComeFrom: every number of the example is a proposal and says so.
func TestProposedRules_sayWhereTheyComeFrom(t *testing.T) {
	all := origins(proposed(t))
	if len(all) == 0 {
		t.Fatal("no rules")
	}
	for _, o := range all {
		if o.Status != "proposed" || o.Source != "本系统建议" {
			t.Errorf("%+v is not marked as a proposal", o)
		}
		if (o.Quote == "") != (o.Document == "") || o.Heading != "" && o.Quote == "" {
			t.Errorf("%+v: a quote needs its document, and they need a quote", o)
		}
	}
}

// TestProposedRules_quotesAreVerbatim looks every quoted sentence up in the rulebooks, white space aside.
func TestProposedRules_quotesAreVerbatim(t *testing.T) {
	dir := os.Getenv("KAMLENS_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared", "data")
	}
	files, err := filepath.Glob(filepath.Join(dir, "..", "rulebooks", "*.txt"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Skip("data: the rulebooks are not beside KAMLENS_DATA")
	}
	var books []string
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		books = append(books, solid(string(data)))
	}
	looked := 0
	for _, o := range origins(proposed(t)) {
		if o.Quote == "" {
			continue
		}
		looked++
		for what, s := range map[string]string{"document": o.Document, "heading": o.Heading, "quote": o.Quote} {
			if !strings.Contains(strings.Join(books, "\n"), solid(s)) {
				t.Errorf("%s not found in any rulebook: %s", what, s)
			}
		}
	}
	if looked == 0 {
		t.Error("no quotes")
	}
}

// solid takes the white space out of s.
func solid(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}

// limits returns the grid rows of one cell as from|to|seconds|days|clock.
func limits(r Rules, rule, kind, severity, tier string) []string {
	var out []string
	for _, s := range stretches(r.cell(rule, kind, severity, tier)) {
		out = append(out, strings.Join([]string{
			s.begin.Format("2006-01-02"), s.end.Format("2006-01-02"), s.rule.Limit, s.rule.Clock, s.rule.version,
		}, "|"))
	}
	return out
}

// TestLimits_mostSpecificWins: more selectors win; of equally many, kind before severity before tier; a later one of
// the same selectors ends the earlier from its day on.
func TestLimits_mostSpecificWins(t *testing.T) {
	r, err := ParseRules([]byte(`
version: v1
limits:
  - {rule: resolution, limit: 10 working_days}
  - {rule: resolution, severity: urgent, limit: 1 days}
  - {rule: resolution, kind: fault, limit: 8 hours, clock: calendar}
  - {rule: resolution, tier: [1, 2], limit: 5 working_days}
  - {rule: resolution, kind: fault, tier: 1, limit: 4 hours, clock: calendar, from: 2026-03-01, to: 2026-06-01}
  - {rule: resolution, limit: 8 working_days, from: 2026-01-01}
`))
	if err != nil {
		t.Fatal(err)
	}
	if err := r.check(); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		kind, severity, tier string
		want                 []string
	}{
		"none but all":   {"request", "normal", "0", []string{"1900-01-01|2026-01-01|10 working_days|working|v1", "2026-01-01|2199-12-31|8 working_days|working|v1"}},
		"severity":       {"request", "urgent", "3", []string{"1900-01-01|2199-12-31|1 days|calendar|v1"}},
		"kind beats it":  {"fault", "urgent", "0", []string{"1900-01-01|2199-12-31|8 hours|calendar|v1"}},
		"severity beats": {"request", "urgent", "1", []string{"1900-01-01|2199-12-31|1 days|calendar|v1"}},
		"two selectors, for a while": {"fault", "normal", "1", []string{
			"1900-01-01|2026-03-01|8 hours|calendar|v1", "2026-03-01|2026-06-01|4 hours|calendar|v1", "2026-06-01|2199-12-31|8 hours|calendar|v1",
		}},
		"tier": {"request", "normal", "2", []string{"1900-01-01|2199-12-31|5 working_days|working|v1"}},
	} {
		if diff := cmp.Diff(test.want, limits(r, "resolution", test.kind, test.severity, test.tier)); diff != "" {
			t.Errorf("%s\n%s", name, diff)
		}
	}
	if got := limits(r, "first_response", "fault", "normal", "1"); got != nil {
		t.Errorf("a rule that nobody set: %v, want no row", got)
	}
}

func TestParams_laterEndsEarlier(t *testing.T) {
	r, err := ParseRules([]byte("params: [{name: a, value: 7}, {name: a, value: 9, from: 2026-05-01}, {name: b, value: 0}]"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for row := range r.paramRows() {
		got = append(got, line(row...))
	}
	want := []string{"a|1900-01-01|2026-05-01|7", "a|2026-05-01|2199-12-31|9", "b|1900-01-01|2199-12-31|0"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestCadences_byTier(t *testing.T) {
	r, err := ParseRules([]byte("cadences: [{kind: visit, tier: [1, 2], window_months: 1, required: 2, max_gap_days: 40}, {kind: visit, tier: 1, window_months: 3, required: 1, from: 2026-04-01}]"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for row := range r.cadenceRows() {
		got = append(got, line(row...))
	}
	want := []string{"visit|1|1900-01-01|2026-04-01|1|2|40", "visit|2|1900-01-01|2199-12-31|1|2|40", "visit|1|2026-04-01|2199-12-31|3|1|<nil>"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestParseRules_refuses(t *testing.T) {
	for name, test := range map[string]struct{ text, says string }{
		"unknown rule":       {"limits: [{rule: reply, limit: 1 days}]", "reply"},
		"unknown kind":       {"limits: [{rule: resolution, kind: moan, limit: 1 days}]", "moan"},
		"unknown key":        {"limits: [{rule: resolution, limits: 1 days}]", "limits"},
		"no unit":            {"limits: [{rule: resolution, limit: 4}]", "working_days"},
		"hours, no clock":    {"limits: [{rule: resolution, limit: 4 hours}]", "clock"},
		"days, other clock":  {"limits: [{rule: resolution, limit: 4 days, clock: working}]", "clock"},
		"zero":               {"limits: [{rule: resolution, limit: 0 days}]", "number"},
		"ends before begin":  {"limits: [{rule: resolution, limit: 4 days, from: 2026-02-01, to: 2026-01-01}]", "not before"},
		"date":               {"params: [{name: a, value: 1, from: 1.2.2026}]", "1.2.2026"},
		"no value":           {"params: [{name: a}]", "value"},
		"window":             {"cadences: [{kind: visit, tier: 1, window_months: 5, required: 1}]", "window_months"},
		"tier":               {"cadences: [{kind: visit, tier: 7, window_months: 1, required: 1}]", "7"},
		"two from the start": {"limits: [{rule: resolution, limit: 4 days}, {rule: resolution, limit: 5 days}]", "same day"},
		"param twice":        {"params: [{name: a, value: 1}, {name: a, value: 2}]", "twice"},
		"cadence twice":      {"cadences: [{kind: visit, tier: 1, window_months: 1, required: 1}, {kind: visit, tier: [1, 2], window_months: 1, required: 1}]", "twice"},
	} {
		r, err := ParseRules([]byte(test.text))
		if err = errors.Join(err, r.check()); err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: err = %v, want %q", name, err, test.says)
		}
	}
}
