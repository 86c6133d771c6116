package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/store"
	"github.com/kamlens/kamlens/internal/warehouse"
)

// TestSameFacts: the same facts loaded twice, from renamed files, from files cut in two, in another order or from another
// format give the same rows in every table and view of the snapshot. Order may matter only where one key carries
// different contents, and the generator gives such rows an updated_at.
func TestSameFacts(t *testing.T) {
	base := t.TempDir()
	generate(t, base, "csv")
	want := digests(t, base, 1)
	for name, change := range map[string]func(t *testing.T, dir string) int{
		"loaded twice":       func(*testing.T, string) int { return 2 },
		"renamed":            renamed,
		"cut in two":         cutInTwo,
		"in the other order": reversedNames,
		"ndjson":             rewritten("ndjson", "json"),
		"parquet":            rewritten("parquet", "parquet"),
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.CopyFS(dir, os.DirFS(base)); err != nil {
				t.Fatal(err)
			}
			if err := os.RemoveAll(filepath.Join(dir, "data")); err != nil {
				t.Fatal(err)
			}
			takeAnyName(t, filepath.Join(dir, "kamlens.yaml"))
			compare(t, want, digests(t, dir, change(t, dir)))
		})
	}
	t.Run("xlsx", func(t *testing.T) {
		dir := t.TempDir()
		generate(t, dir, "xlsx")
		compare(t, want, digests(t, dir, 1))
	})
}

func generate(t *testing.T, dir, format string) {
	t.Helper()
	kamlens(t, "--lang", "zh-CN", "generate", "--out", dir, "--customers", "50", "--months", "8", "--until", "2026-10", "--seed", "5", "--format", format)
}

// kamlens runs one command line, which must succeed, and returns its standard output.
func kamlens(t *testing.T, args ...string) string {
	t.Helper()
	var out, log bytes.Buffer
	if code := run(context.Background(), args, &out, &log, scriptClock); code != 0 {
		t.Fatalf("kamlens %s: exit code %d\n%s", strings.Join(args, " "), code, log.String())
	}
	return out.String()
}

// digests runs the pipeline n times and returns a digest of every table and view that holds facts or numbers.
func digests(t *testing.T, dir string, n int) map[string]string {
	t.Helper()
	path := filepath.Join(dir, "kamlens.yaml")
	for range n {
		kamlens(t, "-c", path, "run")
	}
	c, err := config.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	s, err := store.Open(ctx, c.StorePath())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	current, err := s.Current(ctx)
	if err != nil {
		t.Fatal(err)
	}
	db, err := warehouse.OpenSnapshot(ctx, filepath.Join(c.Dir("snapshots"), current.Snapshot), engineOptions(c))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	out := map[string]string{}
	for _, name := range tables(ctx, t, db) {
		var rows int64
		var digest string
		q := fmt.Sprintf(`select count(*), coalesce(md5(string_agg(r, chr(10) order by r)), '') from (select t::varchar as r from %s t)`, warehouse.Quote(name))
		if err := db.SQL().QueryRowContext(ctx, q).Scan(&rows, &digest); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		out[name] = fmt.Sprintf("%d rows %s", rows, digest)
	}
	return out
}

// tables lists what must be equal: everything but what says when and from which file.
func tables(ctx context.Context, t *testing.T, db *warehouse.DB) []string {
	t.Helper()
	rows, err := db.SQL().QueryContext(ctx, `
		select table_name from information_schema.tables
		where table_name like 'dim_%' or table_name like 'fct_%' or table_name like 'm\_%' escape '\'
			or table_name in ('cube', 'calendar_days', 'rule_limits', 'rule_params', 'rule_cadences', 'check_results')`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var names []string
	for rows.Next() {
		var n string
		if err := rows.Scan(&n); err != nil {
			t.Fatal(err)
		}
		names = append(names, n)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	if len(names) < 20 {
		t.Fatalf("only %d tables and views: %v", len(names), names)
	}
	return names
}

func compare(t *testing.T, want, got map[string]string) {
	t.Helper()
	for name, w := range want {
		if got[name] != w {
			t.Errorf("%s: got %s, want %s", name, got[name], w)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d tables, want %d", len(got), len(want))
	}
}

// takeAnyName lets every source read all files whose names begin with its feed's.
func takeAnyName(t *testing.T, path string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text = regexp.MustCompile(`path: "inbox/(\w+)\.csv"`).ReplaceAll(text, []byte(`path: "inbox/$1*.csv"`))
	text = bytes.ReplaceAll(text, []byte(`.csv"`), []byte(`.*"`))
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

// inbox returns the data files of dir.
func inbox(t *testing.T, dir string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "inbox", "*.csv"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	return files
}

// renamed loads everything, then offers the same contents under other names.
func renamed(t *testing.T, dir string) int {
	t.Helper()
	kamlens(t, "-c", filepath.Join(dir, "kamlens.yaml"), "ingest")
	for _, f := range inbox(t, dir) {
		if err := os.Rename(f, strings.TrimSuffix(f, ".csv")+"_again.csv"); err != nil {
			t.Fatal(err)
		}
	}
	return 1
}

// cutInTwo writes the first half of each file's rows to one file and the rest to another.
func cutInTwo(t *testing.T, dir string) int {
	t.Helper()
	for _, f := range inbox(t, dir) {
		header, rows := readLines(t, f)
		stem := strings.TrimSuffix(f, ".csv")
		half := len(rows) / 2
		writeLines(t, stem+"_a.csv", header, rows[:half])
		writeLines(t, stem+"_b.csv", header, rows[half:])
		if err := os.Remove(f); err != nil {
			t.Fatal(err)
		}
	}
	return 1
}

// rewritten turns every file into another format, with DuckDB's own writer.
func rewritten(ext, format string) func(t *testing.T, dir string) int {
	return func(t *testing.T, dir string) int {
		t.Helper()
		ctx := context.Background()
		db, err := warehouse.Open(ctx, filepath.Join(t.TempDir(), "made.duckdb"), warehouse.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		for _, f := range inbox(t, dir) {
			to := strings.TrimSuffix(f, "csv") + ext
			if _, err := db.SQL().ExecContext(ctx, fmt.Sprintf("copy (select * from read_csv(%s, all_varchar=true, header=true)) to %s (format %s)",
				warehouse.Literal(f), warehouse.Literal(to), format)); err != nil {
				t.Fatal(err)
			}
			if err := os.Remove(f); err != nil {
				t.Fatal(err)
			}
		}
		return 1
	}
}

// reversedNames names the files so that they are loaded in the opposite order, and turns the rows round.
func reversedNames(t *testing.T, dir string) int {
	t.Helper()
	files := inbox(t, dir)
	for i, f := range files {
		header, rows := readLines(t, f)
		for a, b := 0, len(rows)-1; a < b; a, b = a+1, b-1 {
			rows[a], rows[b] = rows[b], rows[a]
		}
		if err := os.Remove(f); err != nil {
			t.Fatal(err)
		}
		stem := strings.TrimSuffix(filepath.Base(f), ".csv")
		feed, _, _ := strings.Cut(stem, "_2") // the years
		writeLines(t, filepath.Join(filepath.Dir(f), fmt.Sprintf("%s_2%03d.csv", feed, len(files)-i)), header, rows)
	}
	return 1
}

func readLines(t *testing.T, path string) (header string, rows []string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(data), "\n")
	return lines[0], lines[1 : len(lines)-1]
}

func writeLines(t *testing.T, path, header string, rows []string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(header+strings.Join(rows, "")), 0o600); err != nil {
		t.Fatal(err)
	}
}
