package transform_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/store"
	"github.com/kamlens/kamlens/internal/text"
	"github.com/kamlens/kamlens/internal/warehouse"
	"github.com/kamlens/kamlens/transform"
	"github.com/kamlens/kamlens/transform/modeltest"
)

// workplace is a data folder with an empty warehouse and a store.
func workplace(t *testing.T, lines string) (transform.Options, *store.Store) {
	t.Helper()
	dir := t.TempDir()
	c, err := config.Parse([]byte("language: en\nmemory_limit: 1GB\nthreads: 2\ndata: data\n"+lines), filepath.Join(dir, "kamlens.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(c.Dir(""), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := modeltest.Fill(context.Background(), c.WarehousePath(), nil); err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(context.Background(), c.StorePath())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	now := time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	return transform.Options{Config: c, Now: now, Version: "test", Publisher: s}, s
}

// model writes a file of the user's own models folder.
func model(t *testing.T, o transform.Options, name, text string) {
	t.Helper()
	path := filepath.Join(o.Config.Resolve("models"), filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestRun_emptyWarehousePublishes(t *testing.T) {
	ctx := context.Background()
	o, s := workplace(t, "")
	var progress bytes.Buffer
	o.Progress = &progress
	r, err := transform.Run(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	p, err := s.Current(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if p.Snapshot != filepath.Base(r.Snapshot) || p.Checks != len(r.Checks) {
		t.Errorf("published %+v, made %s with %d checks", p, r.Snapshot, len(r.Checks))
	}
	// 2026-11-21 09:00 UTC is 17:00 in Shanghai; the business instant is told in civil time.
	if want := time.Date(2026, 11, 21, 17, 0, 0, 0, time.UTC); !p.AsOf.Equal(want) {
		t.Errorf("published as of %v, want %v", p.AsOf, want)
	}
	if !regexp.MustCompile(`of [1-9]\d* rows,`).MatchString(progress.String()) {
		t.Errorf("progress does not tell the rows: %s", progress.String())
	}
	for _, q := range []string{"select count(*) from duckdb_indexes()", "select count(*) from duckdb_constraints() where constraint_type <> 'NOT NULL'"} {
		if n := count(t, r.Snapshot, q); n != 0 {
			t.Errorf("%s = %d in a snapshot; indexes and keys are not crash-safe in this release", q, n)
		}
	}
	if n := count(t, r.Snapshot, "select count(*) from information_schema.tables where table_name like 'stg_%'"); n != 0 {
		t.Errorf("%d staging relations were left in the snapshot", n)
	}
}

func count(t *testing.T, snapshot, query string) int64 {
	t.Helper()
	d, err := warehouse.OpenSnapshot(context.Background(), snapshot, warehouse.Options{MemoryLimit: "500MB"})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	var n int64
	if err := d.SQL().QueryRow(query).Scan(&n); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return n
}

// TestRun_blockedStays: a blocking check that finds rows keeps the snapshot published before, says so, deletes the new
// file and records the failure.
func TestRun_blockedStays(t *testing.T) {
	ctx := context.Background()
	o, s := workplace(t, "models: models\n")
	if err := os.MkdirAll(o.Config.Resolve("models"), 0o700); err != nil {
		t.Fatal(err)
	}
	first, err := transform.Run(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	model(t, o, "checks/always_bad.sql", "-- name_zh: 总不通过\n-- name_en: Never passes\n-- blocking: yes\nselect unnest([7, 6, 5, 4, 3, 2, 1]) as x\n")
	model(t, o, "checks/warns.sql", "-- name_zh: 有提示\n-- name_en: Warns\n-- blocking: no\nselect 8 as y\n")
	o.Now = o.Now.Add(time.Hour)
	var told strings.Builder
	o.Progress = &told
	_, err = transform.Run(ctx, o)
	if fault.KindOf(err) != fault.Refused || !strings.Contains(err.Error(), "Never passes") {
		t.Fatalf("err = %v, want a refusal that names the check", err)
	}
	// Seven rows: the first five and how many more; no way to list what is gone with the snapshot.
	rows := "  {\"x\":1}\n  {\"x\":2}\n  {\"x\":3}\n  {\"x\":4}\n  {\"x\":5}\n"
	if got := told.String(); !strings.Contains(got, rows) || strings.Contains(got, `{"x":6}`) || !strings.Contains(got, `{"y":8}`) || strings.Contains(got, "doctor --check") {
		t.Errorf("the run tells:\n%s", got)
	}
	p, err := s.Current(ctx)
	if err != nil || p.Snapshot != filepath.Base(first.Snapshot) {
		t.Errorf("published = %+v, %v; want %s to stay", p, err, first.Snapshot)
	}
	files, err := filepath.Glob(filepath.Join(o.Config.Dir("snapshots"), "*.duckdb*"))
	if err != nil || len(files) != 1 {
		t.Errorf("files = %v, %v; want the first snapshot only", files, err)
	}
	last, ok, err := s.LastRun(ctx)
	if err != nil || !ok || last.OK || last.Snapshot != "" || !strings.Contains(last.Error, "Never passes") {
		t.Errorf("last run = %+v, %v, %v; want the failure", last, ok, err)
	}
	if zh := last.Reason(text.ZH); !strings.Contains(zh, "总不通过（always_bad：7）") || strings.Contains(zh, "Never") {
		t.Errorf("the reason in Chinese is %q", zh)
	}
}

// TestRun_measureDroppedIn: a measure is one file put into a folder.
func TestRun_measureDroppedIn(t *testing.T) {
	o, _ := workplace(t, "models: models\n")
	model(t, o, "kpi/m_x1.sql", measureX1)
	r, err := transform.Run(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	// Weekdays of 2026-10 as rows 1/1: 22 of them (the 1st is a Thursday, so Thu, Fri, Sat come five times).
	if n := count(t, r.Snapshot, "select num from cube where kpi = 'X1' and ym = 202610"); n != 22 {
		t.Errorf("cube of the dropped-in measure = %d, want 22", n)
	}
	if n := count(t, r.Snapshot, "select count(*) from catalogue where id = 'X1' and definition like '%工作日占比%'"); n != 1 {
		t.Error("the dropped-in measure is not in the catalogue")
	}
}

const measureX1 = `-- id: X1
-- of: X1
-- main: yes
-- name_zh: 工作日占比
-- name_en: Share of weekdays
-- family: response
-- kind: ratio
-- over_time: sum
-- unit: share
-- direction: up
-- anchor_zh: 日期
-- anchor_en: day
-- needs: cases.case_id
-- formula_zh: 周一至周五
-- formula_en: Monday to Friday
-- source: 本系统建议
select cast(d.day as varchar) as subject_id, 'day' as subject_kind, cast(null as varchar) as period_kind,
    cast(d.day as timestamp) as event_at, d.day as anchor_on, d.day as mature_on, d.day as original_on,
    cast(null as varchar) as customer_id, cast(null as varchar) as manager_id, 'no_owner' as unassigned_reason,
    cast(null as varchar) as team, cast(null as varchar) as region, cast(null as integer) as tier,
    cast(null as varchar) as kind, cast(null as varchar) as severity, cast(null as varchar) as category,
    cast(case when d.dow <= 5 then 1 else 0 end as bigint) as num, cast(1 as bigint) as den,
    cast(null as bigint) as value, cast(null as varchar) as excluded_reason
from calendar_days d
`

func TestRun_refusals(t *testing.T) {
	for name, test := range map[string]struct {
		lines, file, text string
		kind              fault.Kind
		says              string
	}{
		"unknown table":  {"models: models\n", "facts/fct_x.sql", "-- about: x\nselect 1 as a from nowhere\n", fault.Usage, "nowhere"},
		"cycle":          {"models: models\n", "facts/fct_x.sql", "-- about: x\nselect 1 as a from fct_x\n", fault.Usage, "fct_x -> fct_x"},
		"no header":      {"models: models\n", "facts/fct_x.sql", "select 1\n", fault.Usage, "about"},
		"unknown column": {"models: models\n", "facts/fct_x.sql", "-- about: x\nselect nothing from run_info\n", fault.Usage, "facts/fct_x.sql"},
		"bad value":      {"models: models\n", "facts/fct_x.sql", "-- about: x\nselect cast(version as bigint) as a from run_info\n", fault.Usage, "facts/fct_x.sql"},
		"no columns":     {"models: models\n", "kpi/m_x1.sql", measureX1[:strings.Index(measureX1, "select")] + "select 1 as num from run_info\n", fault.Usage, "kpi/m_x1.sql"},
		"bad check":      {"models: models\n", "checks/x.sql", "-- name_zh: x\n-- name_en: x\n-- blocking: no\nselect nothing from run_info\n", fault.Usage, "check x"},
		"no layer":       {"models: models\n", "m_x1.sql", measureX1, fault.Usage, "models/m_x1.sql is not where"},
		"other layer":    {"models: models\n", "marts/m_x1.sql", measureX1, fault.Usage, "staging/, facts/, kpi/, tables/, checks/"},
		"too deep":       {"models: models\n", "kpi/mine/m_x1.sql", measureX1, fault.Usage, "models/kpi/mine/m_x1.sql"},
		"capitals":       {"models: models\n", "kpi/M_X1.SQL", measureX1, fault.Usage, "models/kpi/M_X1.SQL"},
		"no folder":      {"models: nowhere\n", "", "", fault.Usage, "nowhere, which models"},
		"four intervals": {"calendar: {hours: [\"01:00-02:00\", \"03:00-04:00\", \"05:00-06:00\", \"07:00-08:00\"]}\n", "", "", fault.Usage, "at most 3"},
		"rules missing":  {"rules: [nowhere.yaml]\n", "", "", fault.Usage, "nowhere.yaml"},
	} {
		t.Run(name, func(t *testing.T) {
			o, _ := workplace(t, test.lines)
			if test.file != "" {
				model(t, o, test.file, test.text)
			}
			_, err := transform.Run(context.Background(), o)
			if fault.KindOf(err) != test.kind || !strings.Contains(err.Error(), test.says) {
				t.Errorf("err = %v (kind %d), want kind %d and %q", err, fault.KindOf(err), test.kind, test.says)
			}
		})
	}
	t.Run("nothing loaded", func(t *testing.T) {
		o, _ := workplace(t, "")
		o.Warehouse = filepath.Join(t.TempDir(), "none.duckdb")
		if _, err := transform.Run(context.Background(), o); fault.KindOf(err) != fault.Refused {
			t.Errorf("err = %v, want a refusal", err)
		}
	})
}

// TestRun_genericChecksBlock breaks each generic check once, by a model of the user's own.
func TestRun_genericChecksBlock(t *testing.T) {
	for name, test := range map[string]struct{ file, text, says string }{
		"key twice":                    {"facts/fct_x.sql", "-- about: x\n-- key: a, b\nselect 1 as a, 2 as b union all select 1, 2 union all select 1, 3\n", "fct_x_key: 1"},
		"rows lost":                    {"facts/fct_x.sql", "-- about: x\n-- rows_from: calendar_days\nselect day from calendar_days where day > date '2010-01-01'\n", "fct_x_rows: 1"},
		"column that no feed has":      {"kpi/m_x1.sql", strings.Replace(measureX1, "cases.case_id", "cases.case_id, cases.mood, moods", 1), "m_x1_needs: 2"},
		"neither counted nor excluded": {"kpi/m_x1.sql", strings.Replace(measureX1, "cast(1 as bigint) as den", "cast(null as bigint) as den", 1), "m_x1_rows"},
		"nobody's row":                 {"kpi/m_x1.sql", strings.Replace(measureX1, "'no_owner' as una", "cast(null as varchar) as una", 1), "m_x1_rows"},
		"counted and excluded":         {"kpi/m_x1.sql", strings.Replace(measureX1, "cast(null as varchar) as excluded", "'test' as excluded", 1), "m_x1_rows"},
		// A measure that is not the same twice cannot agree with its cube.
		"cube": {"kpi/m_x1.sql", strings.Replace(measureX1, "case when d.dow <= 5 then 1 else 0 end", "(random() * 1000000)", 1), "m_x1_cube: 1"},
	} {
		t.Run(name, func(t *testing.T) {
			o, _ := workplace(t, "models: models\n")
			model(t, o, test.file, test.text)
			o.Only = []string{strings.TrimSuffix(filepath.Base(test.file), ".sql")}
			_, err := transform.Run(context.Background(), o)
			if fault.KindOf(err) != fault.Refused || !strings.Contains(err.Error(), test.says) {
				t.Errorf("err = %v, want a refusal that says %q", err, test.says)
			}
		})
	}
}

// TestRun_retention: the files of the last five publications and those younger than a day stay.
func TestRun_retention(t *testing.T) {
	o, _ := workplace(t, "")
	o.Only = []string{"dim_customers"}
	start := o.Now
	for i := range 7 {
		o.Now = start.Add(time.Duration(i) * 48 * time.Hour)
		r, err := transform.Run(context.Background(), o)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(r.Snapshot, o.Now, o.Now); err != nil {
			t.Fatal(err)
		}
	}
	files, err := filepath.Glob(filepath.Join(o.Config.Dir("snapshots"), "snap-*"))
	if err != nil || len(files) != 5 {
		t.Errorf("%d files stay, want the last five publications: %v, %v", len(files), files, err)
	}
}
