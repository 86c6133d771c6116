package rules

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/internal/text"
)

// TestLines_unsetFirst: what the rulebooks leave blank is listed first, with its sentence, until something decides it.
func TestLines_unsetFirst(t *testing.T) {
	blank := must(t)
	lines, _ := blank.Lines()
	if lines[0].Status != Unset || lines[len(lines)-1].Status != Given {
		t.Errorf("first %s, last %s: want unset first", lines[0].Status, lines[len(lines)-1].Status)
	}
	for _, l := range lines {
		if l.Section == Limits && l.Status != Unset {
			t.Errorf("%s is %s: the rulebooks leave every limit blank", l.SelectCode(), l.Code())
		}
	}
	of := func(b Book, what string) []string {
		lines, _ := b.Lines()
		var out []string
		for _, l := range lines {
			if l.SelectCode() == what && l.Status == Unset {
				from, to := l.Days()
				s := from + ".." + to
				if l.Partly {
					s += " partly"
				}
				out = append(out, s)
			}
		}
		return out
	}
	const what = "first_response kind=consult"
	for name, test := range map[string]struct {
		text string
		want []string
	}{
		"nothing":    {"", []string{".."}},
		"all of it":  {"limits: [{rule: first_response, limit: 1 days}]", nil},
		"from a day": {"limits: [{rule: first_response, limit: 1 days, from: 2026-01-01}]", []string{"..2026-01-01"}},
		"one tier":   {"limits: [{rule: first_response, tier: 1, limit: 1 days}]", []string{".. partly"}},
	} {
		if diff := cmp.Diff(test.want, of(must(t, test.text), what)); diff != "" {
			t.Errorf("%s\n%s", name, diff)
		}
	}
}

// TestTables_readByDay: the tables of tiering and assessment are found by name and day; one with a blank is not.
func TestTables_readByDay(t *testing.T) {
	b := must(t, `
weights:
  - {of: tiering, values: {spend: 50, credit: 50}}
  - {of: tiering, from: 2026-07-01, values: {spend: 70, credit: 30}}
grades: [{of: scorecard, values: {A: 90, B: }}]
`)
	for day, want := range map[string]string{"2026-06-30": "spend 50, credit 50", "2026-07-01": "spend 70, credit 30"} {
		at, _ := time.Parse(time.DateOnly, day)
		r, ok := b.At(Cell{Section: Weights, Name: "tiering"}, at)
		if !ok || r.Code() != want {
			t.Errorf("%s: %q, want %q", day, r.Code(), want)
		}
	}
	if _, ok := b.At(Cell{Section: Grades, Name: "scorecard"}, Always()); ok {
		t.Error("grades with a blank count as decided")
	}
}

// TestDiff: what changed, from when, with the cells put together again and the tables that are read.
func TestDiff(t *testing.T) {
	old := must(t, `
limits:
  - {rule: first_response, limit: 4 hours, clock: working}
params: [{name: reopen_window_days, value: 7, status: proposed}]
`)
	changed := must(t, `
limits:
  - {rule: first_response, limit: 4 hours, clock: working}
  - {rule: first_response, kind: fault, severity: [normal, high], limit: 2 hours, clock: working, from: 2026-06-01}
params: [{name: reopen_window_days, value: 7}]
mappings:
  - {name: cadence_kind, key: column_1, value: visit}
  - {name: card_tier, key: diamond, value: 1}
`)
	var got []string
	for _, c := range Diff(old, changed) {
		from, to := c.Days()
		var refs []string
		for _, r := range c.Refs {
			refs = append(refs, r.Table+"."+r.Name)
		}
		got = append(got, strings.Join([]string{string(c.About.Section), c.About.SelectCode(), from, to, c.Old.WithStatus(), c.New.WithStatus(), one(refs)}, "|"))
	}
	want := []string{
		"limits|first_response kind=fault severity=high,normal|2026-06-01||4 hours working (given)|2 hours working (given)|rule_limits.first_response",
		"params|reopen_window_days|||7 (proposed)|7 (given)|",
		"cadences|visit tier=1||||1 per 1 months (given)|rule_cadences.visit",
		"mappings|cadence_kind column_1||||visit (given)|",
		"mappings|card_tier diamond||||1 (given)|",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if same := Diff(old, old); same != nil {
		t.Errorf("a book differs from itself: %v", same)
	}
}

// TestWords: everything that has a name is called something in both languages.
func TestWords(t *testing.T) {
	b := must(t)
	var names []string
	names = append(names, b.LimitNames()...)
	names = append(names, b.ParamNames()...)
	names = append(append(append(names, duties()...), columns()...), cardTier, cadenceKind, "default")
	for _, s := range Sections() {
		names = append(names, ofs(s)...)
		if !text.Has("rules.section." + string(s)) {
			t.Errorf("the section %s has no word", s)
		}
	}
	for _, n := range append(names, indicators()...) {
		if !text.Has("rules.name." + n) {
			t.Errorf("%s has no word", n)
		}
	}
	for _, k := range append(cards(), columns()...) {
		if !text.Has("rules.key." + k) {
			t.Errorf("%s has no word", k)
		}
	}
	for _, f := range csvFields() {
		if !text.Has("rules.field." + f) {
			t.Errorf("the column %s has no word", f)
		}
	}
	for _, r := range b.rules {
		if r.Section == Params && !text.Has("rules.unit."+r.Value.Unit) {
			t.Errorf("the unit %s of %s has no word", r.Value.Unit, r.Name)
		}
	}
}

// TestShipped: the shipped rules leave every blank of the rulebooks unset, and the example says of every value that it is
// a proposal. That the quotations stand in the rulebooks is tested with the trace, in internal/archtest.
func TestShipped(t *testing.T) {
	example := filepath.Join("..", "..", "examples", "rules-proposed")
	b, err := Read(example)
	if err != nil {
		t.Fatal(err)
	}
	proposals := 0
	for _, r := range b.rules {
		if r.BuiltIn {
			if strings.Contains(r.Quote, "[X]") && r.Status != Unset {
				t.Errorf("%s:%d: a blank is filled in", r.File, r.Line)
			}
			if r.Status == Proposed {
				t.Errorf("%s:%d: a proposal is shipped as default", r.File, r.Line)
			}
			continue
		}
		if r.Status == Unset {
			continue
		}
		proposals++
		if r.Status != Proposed || r.Source != "本系统建议" {
			t.Errorf("%s:%d: not marked as a proposal", r.File, r.Line)
		}
		if r.Heading != "" && r.Quote == "" {
			t.Errorf("%s:%d: a heading needs a quote", r.File, r.Line)
		}
	}
	if proposals == 0 {
		t.Error("no proposals")
	}
}

// TestDocs: the examples of docs/rules.md can be loaded as they stand.
func TestDocs(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("..", "..", "docs", "rules.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, layout := range []string{"yaml", "csv"} {
		_, rest, ok := strings.Cut(string(data), "```"+layout+"\n")
		example, _, closed := strings.Cut(rest, "```")
		if !ok || !closed {
			t.Fatalf("there is no %s example", layout)
		}
		if _, err := New(File{"rules." + layout, []byte(example)}); err != nil {
			t.Errorf("%s: %v", layout, err)
		}
	}
}
