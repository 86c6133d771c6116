package rules

import (
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/text"
)

// book reads texts as the files a.yaml, b.yaml, …; one that begins with "section" is CSV.
func book(texts ...string) (Book, error) {
	var files []File
	for i, s := range texts {
		name := string(rune('a'+i)) + ".yaml"
		if strings.HasPrefix(strings.TrimPrefix(s, "\ufeff"), "section") {
			name = string(rune('a'+i)) + ".csv"
		}
		files = append(files, File{name, []byte(s)})
	}
	return New(files...)
}

func must(t *testing.T, texts ...string) Book {
	t.Helper()
	b, err := book(texts...)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// days returns the stretches of one cell as from|to|value|version.
func days(b Book, c Cell) []string {
	var out []string
	for _, s := range b.timeline[c] {
		out = append(out, strings.Join([]string{s.From.Format(time.DateOnly), s.To.Format(time.DateOnly), s.Rule.Code(), s.Rule.Version}, "|"))
	}
	return out
}

// TestLimits_mostSpecificWins: more selectors win; of equally many, kind before severity before tier; a later one of
// the same selectors ends the earlier from its day on.
func TestLimits_mostSpecificWins(t *testing.T) {
	b := must(t, `
version: v1
limits:
  - {rule: resolution, limit: 10 working_days}
  - {rule: resolution, severity: urgent, limit: 1 days}
  - {rule: resolution, kind: fault, limit: 8 hours, clock: calendar}
  - {rule: resolution, tier: [1, 2], limit: 5 working_days}
  - {rule: resolution, kind: fault, tier: 1, limit: 4 hours, clock: calendar, from: 2026-03-01, to: 2026-06-01}
  - {rule: resolution, limit: 8 working_days, from: 2026-01-01}
`)
	for name, test := range map[string]struct {
		kind, severity, tier string
		want                 []string
	}{
		"none but all": {"request", "normal", "0", []string{
			"1900-01-01|2026-01-01|10 working_days working|v1", "2026-01-01|2199-12-31|8 working_days working|v1",
		}},
		"kind beats severity": {"fault", "urgent", "0", []string{"1900-01-01|2199-12-31|8 hours calendar|v1"}},
		"severity beats tier": {"request", "urgent", "1", []string{"1900-01-01|2199-12-31|1 days calendar|v1"}},
		"two selectors, for a while": {"fault", "normal", "1", []string{
			"1900-01-01|2026-03-01|8 hours calendar|v1", "2026-03-01|2026-06-01|4 hours calendar|v1", "2026-06-01|2199-12-31|8 hours calendar|v1",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			// a cut where a rule that loses begins or ends is no stretch of its own
			if diff := cmp.Diff(test.want, days(b, Cell{Limits, "resolution", test.kind, test.severity, test.tier})); diff != "" {
				t.Error(diff)
			}
		})
	}
	if got := days(b, Cell{Limits, "first_response", "fault", "normal", "1"}); got != nil {
		t.Errorf("a limit that nobody set: %v, want none", got)
	}
}

// TestFiles_laterOverridesByDate: a later file's rule holds from its day; a given one takes the place of a proposal
// whatever their days and files.
func TestFiles_laterOverridesByDate(t *testing.T) {
	old := "params: [{name: reopen_window_days, value: 7}]"
	b := must(t, old, "section,name,value,from\nparams,reopen_window_days,9,2026-05-01\n")
	cell := Cell{Section: Params, Name: "reopen_window_days"}
	if diff := cmp.Diff([]string{"1900-01-01|2026-05-01|7|", "2026-05-01|2199-12-31|9|"}, days(b, cell)); diff != "" {
		t.Error(diff)
	}
	calls := must(t, "params: [{name: call_seconds_max, value: 300}]") // a rulebook gives 600
	if diff := cmp.Diff([]string{"1900-01-01|2199-12-31|300|"}, days(calls, Cell{Section: Params, Name: "call_seconds_max"})); diff != "" {
		t.Error(diff)
	}
	for name, files := range map[string][]string{
		"proposal first": {"status: proposed\nparams: [{name: reopen_window_days, value: 5}]", old},
		"proposal later": {old, "status: proposed\nparams: [{name: reopen_window_days, value: 5, from: 2026-01-01}]"},
	} {
		if diff := cmp.Diff([]string{"1900-01-01|2199-12-31|7|"}, days(must(t, files...), cell)); diff != "" {
			t.Errorf("%s\n%s", name, diff)
		}
	}
}

// TestCSV_saysTheSameAsYAML: both layouts, GB18030 and Chinese heads included.
func TestCSV_saysTheSameAsYAML(t *testing.T) {
	want := must(t, `
version: v2
limits: [{rule: resolution, kind: [fault, complaint], limit: 4 hours, clock: calendar, document: 某文, heading: 第一章, quote: 一句话, status: proposed}]
cadences: [{kind: visit, tier: 1, window_months: 3, required: 2, max_gap_days: 50}]
mappings: [{name: card_tier, key: gold, value: 2}]
weights: [{of: tiering, from: 2027-01-01, values: {spend: 40, credit: 60}}]
`)
	head := "类别,时限名称,名称,工单类型或事项,级别,时限,时钟,所属,键,值,窗口月数,次数,最长间隔天数,生效日期,规程,章节,原文,状态,版本\n"
	rows := "limits,resolution,,fault;complaint,,4 hours,calendar,,,,,,,,某文,第一章,一句话,proposed,v2\n" +
		"cadences,,,visit,1,,,,,,3,2,50,,,,,,v2\n" +
		"mappings,,card_tier,,,,,,gold,2,,,,,,,,,v2\n" +
		"weights,,,,,,,tiering,spend,40,,,,2027-01-01,,,,,v2\n" +
		"weights,,,,,,,tiering,credit,60,,,,2027-01-01,,,,,v2\n"
	for name, data := range map[string][]byte{"utf-8": []byte("\ufeff" + head + rows), "gb18030": gb18030(t, head+rows)} {
		got, err := New(File{"x.csv", data})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		strip := func(b Book) []Rule {
			var out []Rule
			for _, r := range b.rules {
				if !r.BuiltIn {
					r.File, r.Line = "", 0
					out = append(out, r)
				}
			}
			return out
		}
		if diff := cmp.Diff(strip(want), strip(got)); diff != "" {
			t.Errorf("%s\n%s", name, diff)
		}
	}
}

// TestCadences_byCard: what the manual says of cards holds for tiers once the mappings say which, from their day on; a
// cadence of the tier itself stands before it, one for all tiers behind it.
func TestCadences_byCard(t *testing.T) {
	b := must(t, `
mappings:
  - {name: cadence_kind, key: column_1, value: visit}
  - {name: card_tier, key: diamond, value: 1, from: 2026-01-01}
  - {name: card_tier, key: gold, value: 2}
  - {name: card_tier, key: middle, value: 4}
  - {name: card_tier, key: general, value: 4}
cadences:
  - {kind: visit, tier: 2, window_months: 1, required: 4, from: 2026-06-01}
  - {kind: visit, window_months: 12, required: 1, from: 2026-06-01}
  - {kind: visit, customer: K001, tier: , window_months: 1, required: 2}
  - {kind: forum, customer: , window_months: 12, required: 3}
`)
	for cell, want := range map[Cell][]string{
		{Section: Cadences, Name: "visit", A: "tier", B: "1"}: {"2026-01-01|2199-12-31|1 per 1 months|rulebooks"},
		{Section: Cadences, Name: "visit", A: "tier", B: "2"}: {
			"1900-01-01|2026-06-01|1 per 2 months|rulebooks", "2026-06-01|2199-12-31|4 per 1 months|",
		},
		{Section: Cadences, Name: "visit", A: "tier", B: "3"}:        {"2026-06-01|2199-12-31|1 per 12 months|"},
		{Section: Cadences, Name: "visit", A: "tier", B: "4"}:        {"1900-01-01|2199-12-31|0 per 12 months|rulebooks"}, // of two cards
		{Section: Cadences, Name: "forum", A: "tier", B: "3"}:        {"1900-01-01|2199-12-31|3 per 12 months|"},
		{Section: Cadences, Name: "visit", A: "customer", B: "K001"}: {"1900-01-01|2199-12-31|2 per 1 months|"},
	} {
		if diff := cmp.Diff(want, days(b, cell)); diff != "" {
			t.Errorf("%v\n%s", cell, diff)
		}
	}
}

// TestRefused: each mistake is told with file and line, in both languages.
func TestRefused(t *testing.T) {
	for name, test := range map[string]struct{ text, where, says string }{
		"unknown rule":       {"limits: [{rule: reply, limit: 1 days}]", "a.yaml:1", "reply"},
		"unknown kind":       {"limits:\n- {rule: resolution,\n   kind: moan, limit: 1 days}", "a.yaml:3", "moan"},
		"unknown key":        {"limits:\n- {rule: resolution, limits: 1 days}", "a.yaml:2", "limits"},
		"unknown section":    {"limit: []", "a.yaml:1", "limit"},
		"key twice":          {"params:\n- name: a\n  name: b\n  value: 1", "a.yaml:3", "name"},
		"no list":            {"params: {name: a}", "a.yaml:1", "params"},
		"syntax":             {"params: [\n{name: a", "a.yaml:", "did not find"},
		"two documents":      {"params: []\n---\nparams: []\n", "a.yaml", "---"},
		"no unit":            {"limits: [{rule: resolution, limit: 4}]", "a.yaml:1", "working_days"},
		"hours, no clock":    {"limits: [{rule: resolution, limit: 4 hours}]", "a.yaml:1", "clock"},
		"days, other clock":  {"limits: [{rule: resolution, limit: 4 days, clock: working}]", "a.yaml:1", "clock"},
		"zero":               {"limits: [{rule: resolution, limit: 0 days}]", "a.yaml:1", "0 days"},
		"ends before begin":  {"limits: [{rule: resolution, limit: 4 days, from: 2026-02-01, to: 2026-01-01}]", "a.yaml:1", "2026-02-01"},
		"date":               {"params: [{name: a, value: 1, from: 1.2.2026}]", "a.yaml:1", "1.2.2026"},
		"value":              {"params: [{name: a, value: -1}]", "a.yaml:1", "-1"},
		"unit":               {"params: [{name: reopen_window_days, value: 1, unit: hours}]", "a.yaml:1", "hours"},
		"window":             {"cadences: [{kind: visit, tier: 1, window_months: 4, required: 1}]", "a.yaml:1", "window_months"},
		"half a cadence":     {"cadences: [{kind: visit, tier: 1, required: 1}]", "a.yaml:1", "window_months"},
		"tier and card":      {"cadences: [{kind: visit, tier: 1, card: gold, window_months: 1, required: 1}]", "a.yaml:1", "card"},
		"tier":               {"cadences: [{kind: visit, tier: 7, window_months: 1, required: 1}]", "a.yaml:1", "7"},
		"status of a file":   {"status: decided\nparams: [{name: a, value: 1}, {name: b, value: 1}]", "a.yaml:1", "a.yaml:1"},
		"status":             {"params: [{name: a, value: 1, status: approved}]", "a.yaml:1", "approved"},
		"unset with a value": {"params: [{name: a, value: 1, status: unset}]", "a.yaml:1", "unset"},
		"given without":      {"params: [{name: a, status: given}]", "a.yaml:1", "given"},
		"quote, no document": {"params: [{name: a, value: 1, quote: x}]", "a.yaml:1", "document"},
		"mapping":            {"mappings: [{name: card_tier, key: gold, value: 9}]", "a.yaml:1", "9"},
		"weights":            {"weights: [{of: tiering, values: {spend: 60, credit: 30}}]", "a.yaml:1", "90"},
		"weights of":         {"weights: [{of: tiering, values: {charm: 100}}]", "a.yaml:1", "charm"},
		"break points":       {"break_points: [{of: spend, values: {10: 0, 5: 100}}]", "a.yaml:1", "5"},
		"one break point":    {"break_points: [{of: spend, values: {10: 0}}]", "a.yaml:1", "spend"},
		"cut points":         {"cut_points: [{of: tiering, values: {1: 60, 2: 70, 3: 20}}]", "a.yaml:1", "2"},
		"cut points missing": {"cut_points: [{of: tiering, values: {1: 60, 2: 40}}]", "a.yaml:1", "1, 2, 3"},
		"curve":              {"curves: [{of: default, values: {floor: 0, target: 120, stretch: 100}}]", "a.yaml:1", "stretch"},
		"grades":             {"grades: [{of: scorecard, values: {A: 90, B: 95, C: 0}}]", "a.yaml:1", "B"},
		"last grade":         {"grades: [{of: scorecard, values: {A: 90, B: 80}}]", "a.yaml:1", "B"},
		"no such grade": {
			"grades: [{of: scorecard, values: {A: 90, B: 0}}]\ncoefficients: [{of: scorecard, values: {S: 120}}]", "a.yaml:2", "S",
		},
		"two from the start": {"limits:\n- {rule: resolution, limit: 4 days}\n- {rule: resolution, limit: 5 days}", "a.yaml:3", "a.yaml:2"},
		"param twice":        {"params: [{name: a, value: 1}, {name: a, value: 2}]", "a.yaml:1", "params a"},
		"two cards, one tier": {
			"mappings: [{name: cadence_kind, key: column_1, value: visit}, {name: card_tier, key: gold, value: 2}, {name: card_tier, key: silver, value: 2}]",
			"rulebooks.yaml:", "tier 2",
		},
		"csv column":      {"section,colour\nparams,red\n", "a.csv:1", "colour"},
		"csv section":     {"section,name,value\nparam,a,1\n", "a.csv:2", "param"},
		"csv other field": {"section,name,value,clock\nparams,a,1,working\n", "a.csv:2", "clock"},
		"csv cells":       {"section,name,value\nparams,a\n", "a.csv:2", "2"},
		"csv value":       {"section,name,value\n\nparams,a,x\n", "a.csv:3", "x"},
	} {
		_, err := book(test.text)
		if fault.KindOf(err) != fault.Refused || err == nil {
			t.Errorf("%s: err = %v, want it refused", name, err)
			continue
		}
		zh, en := fault.Text(text.ZH, err), fault.Text(text.EN, err)
		for _, s := range []string{zh, en} {
			if !strings.Contains(s, test.where) || !strings.Contains(s, test.says) {
				t.Errorf("%s: %s, want %q and %q", name, s, test.where, test.says)
			}
		}
		if strings.ContainsFunc(en, func(r rune) bool { return unicode.Is(unicode.Han, r) }) || !strings.ContainsFunc(zh, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
			t.Errorf("%s: languages mixed up:\n%s\n%s", name, zh, en)
		}
	}
}

// TestConflict_acrossFiles names both places, and every problem is told at once.
func TestConflict_acrossFiles(t *testing.T) {
	_, err := book("params: [{name: a, value: 1}, {name: b, value: x}]", "params:\n- {name: a, value: 2}")
	got := fault.Text(text.EN, err)
	for _, want := range []string{"b.yaml:2", "a.yaml:1", `"x"`, "2 errors"} {
		if !strings.Contains(got, want) {
			t.Errorf("%s\nlacks %s", got, want)
		}
	}
}

// FuzzNew: whatever a rule file holds, it is read or refused; nothing panics, and what is read can be listed.
func FuzzNew(f *testing.F) {
	for _, s := range []string{
		"", "---", "limits", "limits: [[a]]", "params: [{name: [a, b], value: {c: d}}]", "a: &x [*x]\nlimits: *x", "weights: [{of: tiering, values: [1]}]",
		"limits: [{rule: resolution, limit: 1 days, from: 2026-01-01}, {rule: resolution, kind: fault, limit: 2 hours, clock: working}]",
		"cadences: [{kind: column_1, card: [gold, silver], window_months: 3, required: 1}]", "grades: [{of: scorecard, values: {A: 1, A: 0}}]",
		"section,name,value\nparams,a,1\n", "section\n\n\"", "section,of,key,value\ngrades,scorecard,A,0\n",
	} {
		f.Add(s, strings.HasPrefix(s, "section"))
	}
	f.Fuzz(func(t *testing.T, s string, isCSV bool) {
		name := "a.yaml"
		if isCSV {
			name = "a.csv"
		}
		b, err := New(File{name, []byte(s)})
		if err != nil {
			if fault.Text(text.ZH, err) == "" {
				t.Error("refused without a word")
			}
			return
		}
		lines, _ := b.Lines()
		for _, l := range lines {
			if l.What(text.EN) == "" || l.Says(text.ZH) == "" {
				t.Errorf("a rule without words: %+v", l)
			}
		}
		if d := Diff(b, b); d != nil {
			t.Errorf("a book differs from itself: %v", d)
		}
	})
}

// gb18030 encodes s as spreadsheets in China save it.
func gb18030(t *testing.T, s string) []byte {
	t.Helper()
	b, err := simplifiedchinese.GB18030.NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return []byte(b)
}
