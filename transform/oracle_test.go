package transform_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kamlens/kamlens/ingest"
	"github.com/kamlens/kamlens/internal/calendar"
	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/demo"
	"github.com/kamlens/kamlens/internal/feed"
	"github.com/kamlens/kamlens/internal/oracle"
	"github.com/kamlens/kamlens/internal/store"
	"github.com/kamlens/kamlens/internal/text"
	"github.com/kamlens/kamlens/internal/warehouse"
	"github.com/kamlens/kamlens/transform"
)

// TestOracle compares every measure row that the product makes from a synthetic company with those that a second, plain
// implementation makes from the same files, over twenty seeds; with the small histories and the shaken ones the parts are
// held against the whole over thirty companies.
func TestOracle(t *testing.T) {
	seeds := 20
	if testing.Short() {
		seeds = 2
	}
	var histories []history
	for seed := range seeds {
		histories = append(histories, history{seed: uint64(seed + 1), customers: 40 + seed, months: 8, until: "2026-10", rate: 1.25})
	}
	compareAll(t, histories, 1000)
}

// TestOracle_smallHistories does the same for few customers with many cases, over months that hold the Spring Festival,
// a year's end and a leap day.
func TestOracle_smallHistories(t *testing.T) {
	histories := []history{
		{seed: 101, customers: 10, months: 4, until: "2026-03", rate: 5},
		{seed: 102, customers: 12, months: 5, until: "2025-02", rate: 4},
		{seed: 103, customers: 14, months: 3, until: "2025-10", rate: 6},
		{seed: 104, customers: 11, months: 7, until: "2024-08", rate: 3},
		{seed: 105, customers: 13, months: 13, until: "2026-01", rate: 2},
		{seed: 106, customers: 15, months: 6, until: "2025-06", rate: 4},
		{seed: 107, customers: 14, months: 6, until: "2026-05", rate: 4, rules: otherRules},
		{seed: 108, customers: 30, months: 8, until: "2025-12", rate: 2, rules: otherRules},
		{seed: 109, customers: 20, months: 5, until: "2026-04", rate: 3, wide: true},
	}
	if testing.Short() {
		histories = histories[:1]
	}
	compareAll(t, histories, 300)
}

// partsAndWhole counts, beside the KPIs, the sums over managers and other parts that were held against the company's.
const partsAndWhole = "parts and whole"

// history is one synthetic company.
type history struct {
	seed              uint64
	customers, months int
	until             string
	rate              float64 // cases of a customer and month
	rules             string  // instead of the proposed ones
	wide              bool    // only the columns of the cases, no events
	shake             float64 // share of values that lie at an edge
}

// compareAll compares the two on every history, as many at once as there are processors, and reports what was compared:
// a history with fewer rows than `least` fails.
func compareAll(t *testing.T, histories []history, least int) {
	t.Helper()
	all := &tally{compared: map[string]int{}, silent: map[string]bool{}}
	t.Run("histories", func(t *testing.T) {
		for _, h := range histories {
			t.Run(fmt.Sprintf("seed %d until %s", h.seed, h.until), func(t *testing.T) {
				t.Parallel()
				h.compare(t, all)
			})
		}
	})
	all.report(t, least*len(histories))
}

// tally adds up what was compared.
type tally struct {
	mu       sync.Mutex
	compared map[string]int  // rows, by measure
	silent   map[string]bool // measures that only one side knows
}

// add takes what one history was compared in.
func (a *tally) add(compared map[string]int, silent map[string]bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for kpi, n := range compared {
		a.compared[kpi] += n
	}
	maps.Copy(a.silent, silent)
}

// compare runs both implementations and adds up by KPI how many rows were compared.
func (h history) compare(t *testing.T, all *tally) {
	t.Helper()
	dir := t.TempDir()
	snapshot, asOf := h.pipeline(t, dir)
	f, err := oracle.Load(filepath.Join(dir, "inbox"), filepath.Join(dir, "rules.yaml"), civil(asOf))
	if err != nil {
		t.Fatal(err)
	}
	silent := map[string]bool{}
	rows, known := product(t, snapshot, silent)
	want := slices.DeleteFunc(oracle.Compute(f), func(r oracle.Row) bool { return !known[r.KPI] })
	compared := differences(t, totals(want), totals(rows))
	compared[partsAndWhole] = reconcile(t, snapshot, asOf, h.seed)
	all.add(compared, silent)
}

func (a *tally) report(t *testing.T, least int) {
	t.Helper()
	total := 0
	for _, kpi := range slices.Sorted(maps.Keys(a.compared)) {
		t.Logf("%-12s %7d rows compared", kpi, a.compared[kpi])
		total += a.compared[kpi]
	}
	t.Logf("%-12s %7d rows compared", "all", total)
	for _, what := range slices.Sorted(maps.Keys(a.silent)) {
		t.Log(what)
	}
	if total < least {
		t.Errorf("only %d rows were compared, want at least %d", total, least)
	}
}

// pipeline generates the company and runs the product on it; it returns the snapshot and its business instant.
func (h history) pipeline(t *testing.T, dir string) (string, time.Time) {
	t.Helper()
	ctx := context.Background()
	until, err := calendar.ParsePeriod(h.until)
	if err != nil {
		t.Fatal(err)
	}
	var feeds []string // all
	if h.wide {
		for _, d := range feed.All() {
			if d.Name != "case_events" && d.Name != "case_log" && d.Name != feed.Decisions {
				feeds = append(feeds, d.Name)
			}
		}
	}
	s, err := demo.Generate(ctx, demo.Options{
		Dir: dir, Customers: h.customers, Months: h.months, Until: until, Seed: h.seed, CasesPerMonth: h.rate, Feeds: feeds,
	})
	if err != nil {
		t.Fatal(err)
	}
	if h.rules != "" {
		if err := os.WriteFile(filepath.Join(dir, "rules.yaml"), []byte(h.rules), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if h.shake > 0 {
		shake(t, dir, h.seed, h.shake, until.End.AddDate(0, 0, 9))
	}
	c, err := config.Load(s.Config)
	if err != nil {
		t.Fatal(err)
	}
	return run(t, c, until.End.AddDate(0, 0, 20))
}

// run loads what is there to load and builds a snapshot; it returns it and its business instant.
func run(t *testing.T, c config.Config, now time.Time) (string, time.Time) {
	t.Helper()
	ctx := t.Context()
	var receipts bytes.Buffer
	if _, err := ingest.Run(ctx, ingest.Options{Config: c, Now: now, Lang: text.EN, Out: &receipts}); err != nil {
		t.Fatalf("%v\n%s", err, receipts.String())
	}
	app, err := store.Open(ctx, c.StorePath())
	if err != nil {
		t.Fatal(err)
	}
	defer app.Close()
	r, err := transform.Run(ctx, transform.Options{Config: c, Now: now, Version: "test", Publisher: app})
	if err != nil {
		t.Fatal(err)
	}
	return r.Snapshot, r.AsOf
}

// civil returns the wall clock's time as seconds.
func civil(t time.Time) int64 {
	_, offset := t.Zone()
	return t.Unix() + int64(offset)
}

// product reads the measure rows of the KPIs that both sides know, and says which only one of them knows.
func product(t *testing.T, snapshot string, silent map[string]bool) (rows []oracle.Row, known map[string]bool) {
	t.Helper()
	db, err := warehouse.OpenSnapshot(t.Context(), snapshot, warehouse.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	views := measureViews(t, db)
	known = map[string]bool{}
	for _, kpi := range oracle.Measures() {
		view := "m_" + strings.ToLower(strings.ReplaceAll(kpi, ".", "_"))
		if !views[view] {
			silent["no SQL yet: "+kpi] = true
			continue
		}
		delete(views, view)
		known[kpi] = true
		rows = append(rows, measureRows(t, db, kpi, view)...)
	}
	for view := range views {
		silent["no oracle: "+view] = true
	}
	return rows, known
}

// measureViews names the measures of a snapshot.
func measureViews(t *testing.T, db *warehouse.DB) map[string]bool {
	t.Helper()
	r, err := db.SQL().QueryContext(t.Context(), `select table_name from information_schema.tables where table_name like 'm\_%' escape '\'`)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	views := map[string]bool{}
	for r.Next() {
		var name string
		if err := r.Scan(&name); err != nil {
			t.Fatal(err)
		}
		views[name] = true
	}
	if err := r.Err(); err != nil {
		t.Fatal(err)
	}
	return views
}

// measureRows reads the measure rows of one KPI.
func measureRows(t *testing.T, db *warehouse.DB, kpi, view string) []oracle.Row {
	t.Helper()
	r, err := db.SQL().QueryContext(t.Context(), `select subject_id, coalesce(period_kind, ''), date_diff('day', date '1970-01-01', anchor_on),
		customer_id, coalesce(manager_id, ''), coalesce(unassigned_reason, ''), coalesce(num, 0), coalesce(den, 0), coalesce(value, 0),
		coalesce(excluded_reason, '') from `+view)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var rows []oracle.Row
	for r.Next() {
		row := oracle.Row{KPI: kpi}
		var customer sql.NullString
		if err := r.Scan(&row.Subject, &row.Kind, &row.Anchor, &customer, &row.Manager, &row.Reason,
			&row.Num, &row.Den, &row.Value, &row.Excluded); err != nil {
			t.Fatal(err)
		}
		row.Customer = customer.String
		rows = append(rows, row)
	}
	if err := r.Err(); err != nil {
		t.Fatal(err)
	}
	return rows
}

// totals adds rows up that say the same thing in parts: a cohort member's days, the days of exposure.
func totals(rows []oracle.Row) map[string]oracle.Row {
	all := map[string]oracle.Row{}
	for _, r := range rows {
		if !r.Comparable() {
			continue
		}
		key := r.Key()
		sum, ok := all[key]
		if !ok {
			sum = r
			sum.Num, sum.Den, sum.Value = 0, 0, 0
		}
		sum.Num, sum.Den, sum.Value = sum.Num+r.Num, sum.Den+r.Den, sum.Value+r.Value
		all[key] = sum
	}
	maps.DeleteFunc(all, func(_ string, r oracle.Row) bool { return r.Excluded == "" && r.Num == 0 && r.Den == 0 && r.Value == 0 })
	return all
}

// differences reports the first rows that differ and returns how many were compared by KPI.
func differences(t *testing.T, want, got map[string]oracle.Row) map[string]int {
	t.Helper()
	compared, wrong := map[string]int{}, map[string]int{}
	keys := slices.Sorted(maps.Keys(want))
	for k := range got {
		if _, ok := want[k]; !ok {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	for _, k := range keys {
		w, inWant := want[k]
		g, inGot := got[k]
		kpi := w.KPI
		if !inWant {
			kpi = g.KPI
		}
		compared[kpi]++
		if inWant && inGot && w.Num == g.Num && w.Den == g.Den && (w.Value == g.Value || w.Excluded != "") {
			continue
		}
		if wrong[kpi]++; wrong[kpi] > 5 {
			continue
		}
		switch {
		case !inGot:
			t.Errorf("only the oracle: %s", w.Text())
		case !inWant:
			t.Errorf("only the product: %s", g.Text())
		default:
			t.Errorf("oracle:  %s\nproduct: %s", w.Text(), g.Text())
		}
	}
	for kpi, n := range wrong {
		t.Errorf("%s: %d of %d rows differ", kpi, n, compared[kpi])
	}
	return compared
}
