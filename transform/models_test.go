package transform_test

import (
	"context"
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/internal/text"
	"github.com/kamlens/kamlens/internal/warehouse"
	"github.com/kamlens/kamlens/sql"
	"github.com/kamlens/kamlens/transform/modeltest"
)

// TestReads_agreeWithTheEngine compares the tables that package sql finds in each model with those in DuckDB's own
// syntax tree: the order of a run rests on them.
func TestReads_agreeWithTheEngine(t *testing.T) {
	models, err := sql.Load(sql.Embedded)
	if err != nil {
		t.Fatal(err)
	}
	d, err := warehouse.Open(context.Background(), filepath.Join(t.TempDir(), "w.duckdb"), warehouse.Options{MemoryLimit: "500MB"})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	for _, m := range models {
		var text string
		if err := d.SQL().QueryRow("select cast(json_serialize_sql(" + warehouse.Literal(m.Query) + ") as varchar)").Scan(&text); err != nil {
			t.Errorf("%s: %v", m.Path, err)
			continue
		}
		var tree map[string]any
		if err := json.Unmarshal([]byte(text), &tree); err != nil {
			t.Fatal(err)
		}
		if tree["error"] == true {
			t.Errorf("%s: %v", m.Path, tree["error_message"])
			continue
		}
		found := &tables{}
		found.walk(tree)
		if diff := cmp.Diff(found.reads(), m.Reads); diff != "" {
			t.Errorf("%s: engine (-) and package sql (+) differ\n%s", m.Path, diff)
		}
	}
}

// tables collects tables and common table expressions of a syntax tree.
type tables struct{ named, ctes []string }

func (f *tables) walk(node any) {
	switch n := node.(type) {
	case []any:
		for _, c := range n {
			f.walk(c)
		}
	case map[string]any:
		if n["type"] == "BASE_TABLE" {
			name, _ := n["table_name"].(string)
			if schema, _ := n["schema_name"].(string); schema != "" {
				name = schema + "." + name
			}
			f.named = append(f.named, strings.ToLower(name))
		}
		if m, ok := n["cte_map"].(map[string]any); ok {
			list, _ := m["map"].([]any)
			for _, e := range list {
				if entry, ok := e.(map[string]any); ok {
					name, _ := entry["key"].(string)
					f.ctes = append(f.ctes, strings.ToLower(name))
				}
			}
		}
		for _, c := range n {
			f.walk(c)
		}
	}
}

func (f *tables) reads() []string {
	var names []string
	for _, t := range f.named {
		if !slices.Contains(f.ctes, t) {
			names = append(names, t)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// TestTypes_arePortable: what is stored or read by the door has a type that every engine keeps: a bare sum would land
// in Parquet as a floating number.
func TestTypes_arePortable(t *testing.T) {
	r := modeltest.Run(t, nil)
	bad := r.Query(`select table_name || '.' || column_name || ' ' || data_type from duckdb_columns()
		where database_name = current_database() and not internal
		and data_type not in ('INTEGER', 'BIGINT', 'VARCHAR', 'DATE', 'TIMESTAMP', 'BOOLEAN') and data_type not like 'DECIMAL%'
		order by all`)
	for _, b := range bad {
		t.Errorf("%s: write cast(… as bigint) or another portable type", b)
	}
}

// TestMeasures_haveTheColumnsOfTheContract: the door and the cube read every measure alike; after the columns that all
// have come the details of its header, then the numbers of the dimensions or neither, and nothing else; each detail has a
// heading and the type that its name promises.
func TestMeasures_haveTheColumnsOfTheContract(t *testing.T) {
	want := []string{
		"subject_id VARCHAR", "subject_kind VARCHAR", "period_kind VARCHAR", "event_at TIMESTAMP", "anchor_on DATE", "mature_on DATE",
		"original_on DATE", "customer_id VARCHAR", "manager_id VARCHAR", "unassigned_reason VARCHAR", "team VARCHAR", "region VARCHAR",
		"tier INTEGER", "kind VARCHAR", "severity VARCHAR", "category VARCHAR", "num BIGINT", "den BIGINT", "value BIGINT",
		"excluded_reason VARCHAR",
	}
	r := modeltest.Run(t, nil)
	views := r.Query("select view_name from duckdb_views() where not internal and view_name like 'm\\_%' escape '\\' order by 1")
	if len(views) == 0 {
		t.Fatal("no measures")
	}
	for _, v := range views {
		want := append(slices.Clone(want), detailsOf(t, v)...)
		got := r.Query("select column_name || ' ' || data_type from duckdb_columns() where database_name = current_database() and table_name = " +
			warehouse.Literal(v) + " order by column_index")
		if numbers := []string{"owner_no INTEGER", "class_no INTEGER"}; len(got) >= 2 && slices.Equal(got[len(got)-2:], numbers) {
			want = append(want, numbers...)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s\n%s", v, diff)
		}
	}
}

// detailsOf returns the columns that the header of a measure view declares.
func detailsOf(t *testing.T, view string) []string {
	t.Helper()
	models, err := sql.Load(sql.Embedded)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range models {
		if m.Layer != sql.KPI || m.Name != view {
			continue
		}
		var columns []string
		for _, name := range m.Header.List("details") {
			if !text.Has("kpi.detail." + name) {
				t.Errorf("%s: no words for the detail %s", view, name)
			}
			columns = append(columns, name+" "+detailType(name))
		}
		return columns
	}
	t.Fatalf("no model %s", view)
	return nil
}

// detailType is the type of a detail by the end of its name.
func detailType(name string) string {
	switch {
	case strings.HasSuffix(name, "_at"):
		return "TIMESTAMP"
	case strings.HasSuffix(name, "_on"):
		return "DATE"
	case strings.HasSuffix(name, "_tier"):
		return "INTEGER"
	case name == "score":
		return "DECIMAL(24,4)"
	case slices.Contains([]string{"rule_version", "clock", "missed_by"}, name) || strings.HasSuffix(name, "_id"):
		return "VARCHAR"
	}
	return "BIGINT"
}

// TestFamilies_words: every family of the built-in measures has a name in both languages; pages and documents show them.
func TestFamilies_words(t *testing.T) {
	models, err := sql.Load(sql.Embedded)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range models {
		if key := "kpi.family." + m.Header.Get("family"); m.Layer == sql.KPI && !text.Has(key) {
			t.Errorf("%s: internal/text has no %s", m.Path, key)
		}
	}
}
