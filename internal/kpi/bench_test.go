package kpi

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/kamlens/kamlens/internal/warehouse"
	models "github.com/kamlens/kamlens/sql"
)

// BenchmarkDoor times the questions that have bars (ruling 1.7: ratios at most 20 ms, percentiles of a company year over
// 10 million cases at most 200 ms; 2.9: an overview at most 150 ms). KAMLENS_BENCH_ROWS sets the cases of two years,
// 200,000 by default: below 20 million, 10 a year, it is not the bar.
func BenchmarkDoor(b *testing.B) {
	rows := 200_000
	if n, err := strconv.Atoi(os.Getenv("KAMLENS_BENCH_ROWS")); err == nil {
		rows = n
	}
	door := benchDoor(b, rows)
	for _, c := range []struct {
		name string
		q    Question
	}{
		{"ratio of a month", Question{KPIs: []string{"X.ratio"}, Period: mustPeriod(b, "2026-09")}},
		{"ratio of a month by manager", Question{KPIs: []string{"X.ratio"}, Period: mustPeriod(b, "2026-09"), By: []Dim{ByManager}}},
		{"ratios of a month compared", Question{KPIs: []string{"X.ratio", "X.late", "X.scale", "X.nps"}, Period: mustPeriod(b, "2026-09"), Compare: true}},
		{"ratio trend of a year", Question{KPIs: []string{"X.ratio"}, Period: mustPeriod(b, "2026"), By: []Dim{ByMonth}}},
		{"percentiles of a month", Question{KPIs: []string{"X.wait"}, Period: mustPeriod(b, "2026-09")}},
		{"percentiles of a month by manager", Question{KPIs: []string{"X.wait"}, Period: mustPeriod(b, "2026-09"), By: []Dim{ByManager}}},
		{"percentiles of a year", Question{KPIs: []string{"X.wait"}, Period: mustPeriod(b, "2026")}},
		{"percentile trend of a year", Question{KPIs: []string{"X.wait"}, Period: mustPeriod(b, "2026"), By: []Dim{ByMonth}}},
		{"percentiles of a year by manager", Question{KPIs: []string{"X.wait"}, Period: mustPeriod(b, "2026"), By: []Dim{ByManager}}},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportMetric(float64(rows), "cases")
			for b.Loop() {
				answers, err := door.Query(context.Background(), Everything(), c.q)
				if err != nil || len(answers) == 0 || answers[0].Value == nil && answers[0].Status == OK {
					b.Fatalf("%v, %+v", err, answers)
				}
			}
		})
	}
}

// benchDoor writes a snapshot whose measures are views over one table of cases, as the product's are.
func benchDoor(b *testing.B, rows int) *Door {
	b.Helper()
	f := &fixture{path: filepath.Join(b.TempDir(), "snap.duckdb"), rows: map[string][]fixtureRow{}}
	f.write(b)
	ctx := context.Background()
	db, err := warehouse.Open(ctx, f.path, warehouse.Options{})
	if err != nil {
		b.Fatal(err)
	}
	exec := func(s string) {
		if _, err := db.SQL().ExecContext(ctx, s); err != nil {
			b.Fatalf("%v\n%.400s", err, s)
		}
	}
	exec("delete from catalogue")
	exec(fmt.Sprintf(`create table fct_cases as select 'c' || i as case_id, date '2025-01-01' + cast(i * 730 // %d as integer) as anchor_on,
		'k' || hash(i) %% 200000 as customer_id, 'm' || hash(i + 1) %% 400 as manager_id, 't' || hash(i + 1) %% 400 %% 20 as team,
		'r' || hash(i + 2) %% 6 as region, cast(1 + hash(i + 3) %% 4 as integer) as tier,
		case hash(i + 4) %% 3 when 0 then 'request' when 1 then 'fault' else 'complaint' end as kind,
		case hash(i + 5) %% 3 when 0 then 'urgent' when 1 then 'high' else 'normal' end as severity, 'cat' || hash(i + 6) %% 5 as category,
		cast(hash(i + 7) %% 10 > 0 as bigint) as num, cast(hash(i + 8) %% 86400 as bigint) as took,
		case when hash(i + 9) %% 20 = 0 then 'merged' end as excluded_reason from range(%d) as r(i)`, rows, rows))
	for i, def := range fixtureMeasures() {
		if def.OverTime != overSum || def.Kind == kindExposure || def.Kind == kindSums || def.ID == "X.unfed" {
			continue
		}
		text, err := json.Marshal(def)
		if err != nil {
			b.Fatal(err)
		}
		exec(fmt.Sprintf("insert into catalogue values (%d, %s, %s)", i, literal(def.ID), literal(string(text))))
		numerator, value := "num", "cast(null as bigint)"
		if def.Kind == kindDuration {
			numerator, value = "took", "took"
		}
		view := models.ViewName(def.ID)
		exec("drop table if exists " + view)
		exec("create view " + view + ` as select case_id as subject_id, 'case' as subject_kind, cast(null as varchar) as period_kind,
			cast(anchor_on as timestamp) as event_at, anchor_on, anchor_on as mature_on, cast(null as date) as original_on, customer_id,
			case when excluded_reason is null then manager_id end as manager_id, 'no_owner' as unassigned_reason, team, region, tier, kind,
			severity, category, case when excluded_reason is null then ` + numerator + ` end as num, case when excluded_reason is null then 1 end as den,
			` + value + ` as value, excluded_reason from fct_cases`)
		for _, statement := range cubesOf(def, view) {
			exec(statement)
		}
	}
	if err := db.Close(); err != nil {
		b.Fatal(err)
	}
	door, err := Open(ctx, f.path, warehouse.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := door.Close(); err != nil {
			b.Error(err)
		}
	})
	return door
}
