package demo

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/internal/calendar"
	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/text"
)

func month2026(t *testing.T, s string) calendar.Period {
	t.Helper()
	p, err := calendar.ParsePeriod(s)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// generated makes a small company and returns its files by name.
func generated(t *testing.T, o Options) map[string][]byte {
	t.Helper()
	o.Dir = t.TempDir()
	if o.Until == (calendar.Period{}) {
		o.Until = month2026(t, "2026-10")
	}
	s, err := Generate(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	err = filepath.WalkDir(o.Dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		files[filepath.Base(path)] = data
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := len(files) - 3; s.Files != want { // kamlens.yaml, rules.yaml and data_truth.json are not data
		t.Errorf("Summary.Files = %d, want %d", s.Files, want)
	}
	return files
}

func TestGenerate_sameSeedSameBytes(t *testing.T) {
	for _, format := range []string{CSV, XLSX} {
		t.Run(format, func(t *testing.T) {
			o := Options{Customers: 70, Months: 4, Seed: 7, Format: format}
			if format == XLSX {
				o.Feeds = []string{"customers", "cases", "bills", "tier_history"}
			}
			a := generated(t, o)
			was := runtime.GOMAXPROCS(1) // the files must not depend on the number of workers
			b := generated(t, o)
			runtime.GOMAXPROCS(was)
			if len(a) != len(b) {
				t.Fatalf("%d files, then %d", len(a), len(b))
			}
			for name := range a {
				if !bytes.Equal(a[name], b[name]) {
					t.Errorf("%s differs", name)
				}
			}
			o.Seed = 8
			other := generated(t, o)
			for _, prefix := range []string{"customers", "cases_2026-10", "bills_2026-10"} {
				if bytes.Equal(a[prefix+"."+format], other[prefix+"."+format]) {
					t.Errorf("%s is the same for another seed", prefix)
				}
			}
		})
	}
}

// TestGenerate_onlySomeFeeds: leaving out feeds changes nothing in the others.
func TestGenerate_onlySomeFeeds(t *testing.T) {
	o := Options{Customers: 40, Months: 3, Seed: 3}
	all := generated(t, o)
	o.Feeds = []string{"customers", "cases", "visits"}
	some := generated(t, o)
	for name, data := range some {
		if name != truthFile && name != "kamlens.yaml" && !bytes.Equal(data, all[name]) {
			t.Errorf("%s differs from the full generation", name)
		}
	}
	if _, ok := some["bills_2026-10.csv"]; ok {
		t.Error("bills were not asked for")
	}
}

func TestGenerate_refuses(t *testing.T) {
	good := Options{Dir: t.TempDir(), Customers: 20, Months: 2, Until: month2026(t, "2026-10")}
	for key, change := range map[string]func(*Options){
		"demo.bad.dir":       func(o *Options) { o.Dir = "" },
		"demo.bad.customers": func(o *Options) { o.Customers = 9 },
		"demo.bad.months":    func(o *Options) { o.Months = 0 },
		"demo.bad.until":     func(o *Options) { o.Until = month2026(t, "2026") },
		"demo.bad.format":    func(o *Options) { o.Format = "ods" },
		"demo.bad.xlsx":      func(o *Options) { o.Format, o.Customers = XLSX, 100_001 },
		"demo.bad.rate":      func(o *Options) { o.CasesPerMonth = -1 },
		"demo.bad.feed":      func(o *Options) { o.Feeds = []string{"tickets"} },
	} {
		o := good
		change(&o)
		_, err := Generate(t.Context(), o)
		e, ok := errors.AsType[*fault.Error](err)
		if !ok || e.Key != key || e.Kind != fault.Usage {
			t.Errorf("error %v, want %s", err, key)
		}
	}
}

// TestGenerate_foreignFolder: a configuration that was not generated is never overwritten; a generated one is.
func TestGenerate_foreignFolder(t *testing.T) {
	dir := t.TempDir()
	mine := filepath.Join(dir, "kamlens.yaml")
	if err := os.WriteFile(mine, []byte("language: en\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	o := Options{Dir: dir, Customers: 20, Months: 2, Until: month2026(t, "2026-10")}
	_, err := Generate(t.Context(), o)
	if e, ok := errors.AsType[*fault.Error](err); !ok || e.Key != "demo.bad.foreign" {
		t.Fatalf("error %v, want demo.bad.foreign", err)
	}
	if err := os.Remove(mine); err != nil {
		t.Fatal(err)
	}
	for _, months := range []int{4, 2} {
		o.Months = months
		if _, err := Generate(t.Context(), o); err != nil {
			t.Fatal(err)
		}
	}
	left, err := filepath.Glob(filepath.Join(dir, inbox, "cases_*"))
	if err != nil || len(left) != 3 { // September, October and the days after; nothing of the longer generation before
		t.Errorf("files %v, error %v: want those of two months and the days after", left, err)
	}
}

func TestGenerate_configLoads(t *testing.T) {
	for _, lang := range []text.Lang{text.ZH, text.EN} {
		files := generated(t, Options{Customers: 20, Months: 2, Lang: lang})
		c, err := config.Parse(files["kamlens.yaml"], filepath.Join(t.TempDir(), "kamlens.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		if !c.Demo || c.AsOf != "2026-11-10 00:00" || c.Lang() != lang || len(c.Jobs) != 2 {
			t.Errorf("configuration %+v", c)
		}
		matched := 0
		for _, s := range c.Sources {
			for name := range files {
				if ok, _ := filepath.Match(filepath.Base(s.Path[0]), name); ok {
					matched++
				}
			}
		}
		if want := len(files) - 4; matched != want { // all but the three files beside and the contacts
			t.Errorf("the sources match %d files, want %d", matched, want)
		}
	}
}

// TestRules holds the embedded rules to the published example.
func TestRules(t *testing.T) {
	want, err := os.ReadFile("../../examples/rules-proposed/rules.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(rules)); diff != "" {
		t.Errorf("internal/demo/rules.yaml is not the example (-example +embedded):\n%s", diff)
	}
}

func TestSpansOf(t *testing.T) {
	for _, test := range []struct {
		first, until string
		want         []string
	}{
		{"2026-10", "2026-10", []string{"2026-10"}},
		{"2026-09", "2026-10", []string{"2026-09", "2026-10"}},
		{"2024-11", "2026-10", []string{"2024-11_12", "2025-01_12", "2026-01_09", "2026-10"}},
		{"2025-12", "2026-01", []string{"2025-12", "2026-01"}},
	} {
		var got []string
		spans := spansOf(month2026(t, test.first), month2026(t, test.until))
		for i, s := range spans {
			got = append(got, s.label)
			if i > 0 && s.start != spans[i-1].end {
				t.Errorf("%s does not begin where %s ends", s.label, spans[i-1].label)
			}
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s..%s (-want +got):\n%s", test.first, test.until, diff)
		}
	}
}

// TestGenerate_truth: the truth file holds the plan, and what it says is planted is in the files.
func TestGenerate_truth(t *testing.T) {
	files := generated(t, Options{Customers: 200, Months: 12, Seed: 11})
	var truth truth
	if err := json.Unmarshal(files[truthFile], &truth); err != nil {
		t.Fatal(err)
	}
	data := parseAll(t, files)
	for name, rows := range truth.Rows {
		if len(data[name]) != int(rows) {
			t.Errorf("%s: %d rows, the truth says %d", name, len(data[name]), rows)
		}
	}
	var plans []string
	for _, m := range truth.Managers {
		plans = append(plans, m.Planted)
	}
	for _, want := range []string{"games the numbers", "better in everything", "worse in everything", "better in satisfaction only"} {
		if n := len(slices.DeleteFunc(slices.Clone(plans), func(s string) bool { return s != want })); n != 1 {
			t.Errorf("%d managers are planted as %q, want 1", n, want)
		}
	}
	last := map[string]record{}
	for _, name := range []string{"cases", "customers", "payments", "surveys", "bills", "visits", "managers", "duties"} {
		for _, r := range data[name] {
			last[r.get(r.feed.Key[0])] = r
		}
	}
	for kind, want := range map[string]func(truthedItem, record) bool{
		"case_merged":    func(i truthedItem, r record) bool { return r.get("merged_into") == i.Detail },
		"case_duplicate": func(i truthedItem, r record) bool { return r.get("dup_of") == i.Detail },
		"case_reopened":  func(_ truthedItem, r record) bool { return r.get("reopened_at") != "" },
		"customer_merged": func(i truthedItem, r record) bool {
			return r.get("merged_into") == i.Detail && r.get("merged_at") != ""
		},
		"customer_split":   func(i truthedItem, r record) bool { return r.get("split_from") == i.Detail },
		"payment_reversed": func(i truthedItem, r record) bool { return r.get("reversed_on") == i.Detail },
		"credit_note": func(i truthedItem, r record) bool {
			return r.get("ref_bill") == i.Detail && r.get("amount_fen")[0] == '-'
		},
		"survey_answered_twice": func(_ truthedItem, r record) bool { return r.get("case_id") != "" },
		"visit_recorded_late":   func(_ truthedItem, r record) bool { return r.get("recorded_at")[:10] > r.get("started_at")[:10] },
		"manager_left":          func(i truthedItem, r record) bool { return r.get("left_on") == i.Detail },
		"duty_waived":           func(_ truthedItem, r record) bool { return r.get("waived_by") != "" },
	} {
		k := truth.Planted[kind]
		if k.Count == 0 {
			t.Errorf("no %s is planted", kind)
		}
		for _, item := range k.Items {
			if r, ok := last[item.ID]; !ok || !want(item, r) {
				t.Errorf("%s %s %s is not in the files: %v", kind, item.ID, item.Detail, r.cells)
			}
		}
	}
}

// TestEffects: the planted log-odds are what the drawn delays show. With 40,000 draws the standard error of a log-odds
// near a share of 0.8 is about 0.0125, of a difference 0.018; 0.07 is four of them.
func TestEffects(t *testing.T) {
	share := func(effect float64, limit int64) float64 {
		r, n := newRNG(5, streamCases, 1), 0
		for range 40_000 {
			if r.delay(4200, spreadResponse, effect) <= limit {
				n++
			}
		}
		return float64(n) / 40_000
	}
	for _, limit := range []int64{3600, 7200, 14400} {
		if got := logit(share(0.9, limit)) - logit(share(0, limit)); got < 0.83 || got > 0.97 {
			t.Errorf("limit %d s: the effect shows as %.3f log-odds, planted 0.9", limit, got)
		}
	}
}

func TestClock(t *testing.T) {
	day := func(s string) civil { return civilOf(month2026(t, s).Start) }
	at := func(month string, d, h, m, s int) civil { return day(month) + civil((d-1)*daySeconds+h*3600+m*60+s) }
	k := newClock(day("2025-12").day(), day("2027-01").day())
	for _, test := range []struct {
		name    string
		from    civil
		seconds int64
		want    civil
	}{
		{"within the morning", at("2026-10", 12, 9, 0, 0), 3600, at("2026-10", 12, 10, 0, 0)},
		{"over lunch", at("2026-10", 12, 11, 30, 0), 3600, at("2026-10", 12, 14, 30, 0)},
		{"to the closing instant", at("2026-10", 12, 17, 0, 0), 3600, at("2026-10", 12, 18, 0, 0)},
		{"over night", at("2026-10", 12, 17, 30, 0), 3600, at("2026-10", 13, 9, 0, 0)},
		{"over the holidays to a Thursday", at("2026-09", 30, 17, 30, 0), 3600, at("2026-10", 8, 9, 0, 0)},
		{"a working Saturday counts", at("2026-10", 9, 17, 30, 0), 3600, at("2026-10", 10, 9, 0, 0)},
	} {
		if got := k.add(test.from, test.seconds); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, appendTime(nil, got), appendTime(nil, test.want))
		}
		if got := k.seconds(test.want) - k.seconds(test.from); got != test.seconds {
			t.Errorf("%s: %d working seconds, want %d", test.name, got, test.seconds)
		}
	}
}

func ExampleSummary_Total() {
	fmt.Println(Summary{Rows: map[string]int64{"cases": 3, "visits": 2}}.Total())
	// Output: 5
}
