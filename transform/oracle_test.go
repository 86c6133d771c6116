package transform_test

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kamlens/kamlens/ingest"
	"github.com/kamlens/kamlens/internal/calendar"
	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/demo"
	"github.com/kamlens/kamlens/internal/oracle"
	"github.com/kamlens/kamlens/internal/store"
	"github.com/kamlens/kamlens/internal/text"
	"github.com/kamlens/kamlens/internal/warehouse"
	"github.com/kamlens/kamlens/transform"
)

// TestOracle compares every measure row that the product makes from a synthetic company with those that a second, plain
// implementation makes from the same files, over twenty seeds.
func TestOracle(t *testing.T) {
	seeds := 20
	if testing.Short() {
		seeds = 2
	}
	compared := map[string]int{}
	for seed := range seeds {
		t.Run(fmt.Sprintf("seed %d", seed+1), func(t *testing.T) {
			dir := t.TempDir()
			snapshot := pipeline(t, dir, uint64(seed+1), 40+seed, 8)
			f, err := oracle.Load(filepath.Join(dir, "inbox"), filepath.Join(dir, "rules.yaml"), time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC).Unix())
			if err != nil {
				t.Fatal(err)
			}
			want := totals(oracle.Compute(f))
			got := totals(product(t, snapshot))
			for kpi, n := range differences(t, want, got) {
				compared[kpi] += n
			}
		})
	}
	total := 0
	for _, kpi := range slices.Sorted(maps.Keys(compared)) {
		t.Logf("%-4s %7d rows compared", kpi, compared[kpi])
		total += compared[kpi]
	}
	if total < 1000*seeds {
		t.Errorf("only %d rows were compared", total)
	}
}

// pipeline generates a company and runs the product on it; it returns the snapshot.
func pipeline(t *testing.T, dir string, seed uint64, customers, months int) string {
	t.Helper()
	ctx := context.Background()
	until, err := calendar.ParsePeriod("2026-10")
	if err != nil {
		t.Fatal(err)
	}
	s, err := demo.Generate(ctx, demo.Options{
		Dir: dir, Customers: customers, Months: months, Until: until, Seed: seed,
		Feeds: oracleFeeds(),
	})
	if err != nil {
		t.Fatal(err)
	}
	c, err := config.Load(s.Config)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC)
	if _, err := ingest.Run(ctx, ingest.Options{Config: c, Now: now, Lang: text.EN, Out: t.Output()}); err != nil {
		t.Fatal(err)
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
	return r.Snapshot
}

func oracleFeeds() []string {
	return []string{"customers", "managers", "assignments", "tier_history", "services", "cases", "case_events", "surveys",
		"visits", "duties", "bills", "leaves"}
}

// product reads the measure rows of the KPIs that the oracle knows.
func product(t *testing.T, snapshot string) []oracle.Row {
	t.Helper()
	db, err := warehouse.OpenSnapshot(context.Background(), snapshot, warehouse.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var rows []oracle.Row
	for _, kpi := range []string{"A1", "A2", "A3", "A5", "B1", "B2", "C1", "C2", "C3", "D1", "F1", "G1", "G2", "G3", "K1", "K2"} {
		r, err := db.SQL().Query(`select subject_id, coalesce(period_kind, ''), date_diff('day', date '1970-01-01', anchor_on), customer_id,
			coalesce(manager_id, ''), coalesce(unassigned_reason, ''), coalesce(num, 0), coalesce(den, 0), coalesce(value, 0),
			coalesce(excluded_reason, '') from m_` + strings.ToLower(kpi))
		if err != nil {
			t.Fatal(err)
		}
		for r.Next() {
			row := oracle.Row{KPI: kpi}
			var customer sql.NullString
			if err := r.Scan(&row.Subject, &row.Kind, &row.Anchor, &customer, &row.Manager, &row.Reason, &row.Num, &row.Den, &row.Value, &row.Excluded); err != nil {
				t.Fatal(err)
			}
			row.Customer = customer.String
			rows = append(rows, row)
		}
		if err := r.Err(); err != nil {
			t.Fatal(err)
		}
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
		kpi := w.KPI + g.KPI[:len(g.KPI)*b2i(!inWant)]
		compared[kpi]++
		if inWant && inGot && w.Num == g.Num && w.Den == g.Den && w.Value == g.Value {
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

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}
