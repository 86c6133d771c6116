// Package modeltest runs SQL models on rows written down in a test: the raw tables are filled, the calendar and rules
// made, the named models built with everything they read, and their rows given back as sorted text.
//
//	r := modeltest.Run(t, modeltest.Given{
//		"customers":   "customer_id,name\nC1,甲公司",
//		"assignments": "customer_id,manager_id,valid_from\nC1,M1,2026-01-01",
//		"cases": `case_id, customer_id, kind, created_at
//		          K1, C1, complaint, 2026-10-09 08:30:00`,
//	}, "fct_cases", "m_b1")
//	r.Rows("m_b1", "subject_id", "num", "den", "excluded_reason") // ["K1|1|1|NULL"]
//
// Given rows are CSV with a header of column names of the feed; cells are trimmed, an empty cell is NULL. Superseded
// versions: give the column superseded_by. The business instant is 2026-11-01 00:00, the zone Asia/Shanghai, the hours
// 08:30-12:00 and 14:00-18:00, the rules examples/rules-proposed; change them with [Setup].
package modeltest

import (
	"context"
	"database/sql"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/feed"
	"github.com/kamlens/kamlens/internal/warehouse"
	"github.com/kamlens/kamlens/transform"
)

// Given maps feeds to their rows.
type Given map[string]string

// Setup changes what a run is computed for. Zero fields keep the defaults.
type Setup struct {
	AsOf   string // 2026-11-01 00:00:00
	Config string // lines of kamlens.yaml, e.g. "calendar: {hours: [\"09:00-17:00\"]}"
	Rules  string // a rule file's text instead of the proposed rules
}

// Result is a built snapshot.
type Result struct {
	t  testing.TB
	db *warehouse.DB
	// Path is the snapshot file.
	Path string
	// Transform is what the run reported, checks included.
	Transform transform.Result
}

// Run builds the named models with the default [Setup]; without names, all of them and the checks.
func Run(t testing.TB, given Given, models ...string) *Result {
	t.Helper()
	return Setup{}.Run(t, given, models...)
}

// Run builds the named models; without names, all of them and the checks. Any error fails the test.
func (s Setup) Run(t testing.TB, given Given, models ...string) *Result {
	t.Helper()
	r, err := s.Try(t, given, models...)
	if err != nil {
		t.Fatalf("transform: %v", err)
	}
	return r
}

// Try is Run for tests that expect an error, such as a blocking check.
func (s Setup) Try(t testing.TB, given Given, models ...string) (*Result, error) {
	t.Helper()
	ctx := context.Background()
	dir := t.TempDir()
	o := transform.Options{Config: s.config(t, dir), Now: time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC), Version: "test", Only: models}
	o.AsOf = s.asOf(t)
	o.Warehouse = filepath.Join(dir, "warehouse.duckdb")
	if err := Fill(ctx, o.Warehouse, given); err != nil {
		t.Fatalf("given rows: %v", err)
	}
	path := filepath.Join(dir, "snapshot.duckdb")
	result, err := transform.Build(ctx, o, path)
	if err != nil {
		return nil, err
	}
	db, err := warehouse.OpenSnapshot(ctx, path, warehouse.Options{MemoryLimit: "1GB"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return &Result{t: t, db: db, Path: path, Transform: result}, nil
}

// Rows returns the rows of a fact or measure as sorted lines "a|b|NULL": all columns, or those named (any SQL
// expression over them).
func (r *Result) Rows(model string, columns ...string) []string {
	r.t.Helper()
	list := "*"
	if len(columns) > 0 {
		list = strings.Join(columns, ", ")
	}
	rows := r.Query("select " + list + " from " + model)
	slices.Sort(rows)
	return rows
}

// Query returns the rows of any SELECT in its own order, as lines "a|b|NULL".
func (r *Result) Query(query string) []string {
	r.t.Helper()
	rows, err := r.db.SQL().Query(query)
	if err != nil {
		r.t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		r.t.Fatal(err)
	}
	lines := []string{}
	for rows.Next() {
		cells, dest := make([]any, len(names)), make([]any, len(names))
		for i := range cells {
			dest[i] = &cells[i]
		}
		if err := rows.Scan(dest...); err != nil {
			r.t.Fatal(err)
		}
		line := make([]string, len(cells))
		for i, c := range cells {
			line[i] = cell(c)
		}
		lines = append(lines, strings.Join(line, "|"))
	}
	if err := rows.Err(); err != nil {
		r.t.Fatal(err)
	}
	return lines
}

// SQL gives the snapshot itself.
func (r *Result) SQL() *sql.DB { return r.db.SQL() }

func cell(v any) string {
	switch v := v.(type) {
	case nil:
		return "NULL"
	case time.Time:
		if v.Hour() == 0 && v.Minute() == 0 && v.Second() == 0 {
			return v.Format(time.DateOnly)
		}
		return v.Format(time.DateTime)
	default:
		return fmt.Sprint(v)
	}
}

func (s Setup) asOf(t testing.TB) time.Time {
	t.Helper()
	text := s.AsOf
	if text == "" {
		text = "2026-11-01 00:00:00"
	}
	for _, layout := range []string{time.DateTime, "2006-01-02 15:04", time.DateOnly} {
		if at, err := time.Parse(layout, text); err == nil {
			return at
		}
	}
	t.Fatalf("as of %q: want 2026-11-01 00:00:00", text)
	return time.Time{}
}

// config is the default configuration with the changes of s, in dir.
func (s Setup) config(t testing.TB, dir string) config.Config {
	t.Helper()
	_, here, _, _ := runtime.Caller(0)
	rules := filepath.Join(filepath.Dir(here), "..", "..", "examples", "rules-proposed", "rules.yaml")
	if s.Rules != "" {
		rules = filepath.Join(dir, "rules.yaml")
		if err := os.WriteFile(rules, []byte(s.Rules), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	text := s.Config
	for key, line := range map[string]string{
		"rules": "rules: ['" + rules + "']", "data": "data: '" + dir + "'", "memory_limit": "memory_limit: 1GB", "threads": "threads: 2",
	} {
		if !strings.HasPrefix(text, key+":") && !strings.Contains(text, "\n"+key+":") {
			text += "\n" + line
		}
	}
	c, err := config.Parse([]byte(text+"\n"), filepath.Join(dir, "kamlens.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Fill makes the raw file at path: every raw table, with the given rows in it.
func Fill(ctx context.Context, path string, given Given) error {
	d, err := warehouse.Open(ctx, path, warehouse.Options{MemoryLimit: "1GB"})
	if err != nil {
		return err
	}
	defer func() { _ = d.Close() }()
	if _, err := d.SQL().ExecContext(ctx, rawDDL()); err != nil {
		return err
	}
	for name, text := range given {
		f, ok := feed.Get(name)
		if !ok {
			return fmt.Errorf("there is no feed %s", name)
		}
		statement, err := insert(f, text)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if _, err := d.SQL().ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// rawDDL creates the raw tables as ingest does.
func rawDDL() string {
	var b strings.Builder
	for _, f := range feed.All() {
		b.WriteString("create table " + warehouse.Quote(f.Name) + " (")
		for _, c := range f.Columns {
			b.WriteString(warehouse.Quote(c.Name) + " " + c.Type.SQL() + ", ")
		}
		if f.From != "" {
			b.WriteString("presumed_until DATE, ")
		}
		b.WriteString("batch_id BIGINT, superseded_by BIGINT);\n")
	}
	b.WriteString(`create table batches (batch_id BIGINT, source VARCHAR, feed VARCHAR, file VARCHAR, sha256 VARCHAR,
		mapping_hash VARCHAR, bytes BIGINT, rows_read BIGINT, rows_loaded BIGINT, rows_unchanged BIGINT,
		rows_superseded BIGINT, rows_rejected BIGINT, rows_filtered BIGINT, received_at TIMESTAMP, replaces BIGINT,
		kind VARCHAR default 'load', undone_by BIGINT, recipe VARCHAR);
		create table rejects (batch_id BIGINT, source VARCHAR, feed VARCHAR, file VARCHAR, line BIGINT,
		column_name VARCHAR, header VARCHAR, value VARCHAR, code VARCHAR, expected VARCHAR)`)
	return b.String()
}

// insert composes one INSERT from CSV text.
func insert(f feed.Feed, text string) (string, error) {
	r := csv.NewReader(strings.NewReader(strings.TrimSpace(text)))
	r.TrimLeadingSpace = true
	records, err := r.ReadAll()
	if err != nil {
		return "", err
	}
	if len(records) < 2 {
		return "", fmt.Errorf("want a header and rows")
	}
	columns := []string{"batch_id"}
	for _, name := range records[0] {
		name = strings.TrimSpace(name)
		if _, ok := f.Column(name); !ok && name != "superseded_by" {
			return "", fmt.Errorf("there is no column %s", name)
		}
		columns = append(columns, warehouse.Quote(name))
	}
	var rows []string
	for _, record := range records[1:] {
		cells := []string{"1"}
		for _, v := range record {
			if v = strings.TrimSpace(v); v == "" {
				cells = append(cells, "NULL")
				continue
			}
			cells = append(cells, warehouse.Literal(v))
		}
		rows = append(rows, "("+strings.Join(cells, ", ")+")")
	}
	return "insert into " + warehouse.Quote(f.Name) + " (" + strings.Join(columns, ", ") + ") values " + strings.Join(rows, ", "), nil
}
