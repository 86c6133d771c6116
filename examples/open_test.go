package examples_test

import (
	"bytes"
	"context"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/kamlens/kamlens/ingest"
	"github.com/kamlens/kamlens/internal/calendar"
	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/text"
	"github.com/kamlens/kamlens/internal/warehouse"
	"github.com/kamlens/kamlens/transform"
)

// dataset points KAMLENS_DATA at the data sets and skips the test where the named one is absent.
func dataset(t *testing.T, name string) string {
	t.Helper()
	root := os.Getenv("KAMLENS_DATA")
	if root == "" {
		root = filepath.Join("..", "..", "shared", "data")
	}
	root, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(root, name)); err != nil {
		t.Skipf("data set %s is not in %s: set KAMLENS_DATA (docs/datasets.md)", name, root)
	}
	t.Setenv("KAMLENS_DATA", root)
	return root
}

// open loads the data of an example into a warehouse of its own, builds the named measures and opens them. Old and new
// texts, in pairs, are replaced in the configuration first. Every row must be taken.
func open(t *testing.T, example string, measures []string, replace ...string) *kpi.Door {
	t.Helper()
	ctx := context.Background()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(example)); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "kamlens.yaml")
	yaml, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.NewReplacer(replace...).Replace(string(yaml))
	if len(replace) > 0 && changed == string(yaml) {
		t.Fatalf("%s does not contain what is to be replaced: %q", path, replace)
	}
	c, err := config.Parse([]byte(changed), path)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	now := time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	receipts, err := ingest.Run(ctx, ingest.Options{Config: c, Now: now, Lang: text.EN, Out: &out})
	if err != nil {
		t.Fatalf("ingest: %v\n%s", err, out.String())
	}
	if strings.Contains(out.String(), ": not a") || len(receipts) < len(c.Sources) {
		t.Fatalf("ingest:\n%s", out.String())
	}
	snapshot := filepath.Join(dir, "snapshot.duckdb")
	only := append([]string{"dim_customers", "dim_managers", "fct_targets"}, measures...)
	if _, err := transform.Build(ctx, transform.Options{Config: c, Now: now, Version: "test", Only: only}, snapshot); err != nil {
		t.Fatalf("transform: %v", err)
	}
	d, err := kpi.Open(ctx, snapshot, warehouse.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d
}

// ask returns the answers to one measure over a period.
func ask(t *testing.T, d *kpi.Door, id, period string, by []kpi.Dim, filter map[kpi.Dim][]string) []kpi.Answer {
	t.Helper()
	p, err := calendar.ParsePeriod(period)
	if err != nil {
		t.Fatal(err)
	}
	answers, err := d.Query(context.Background(), kpi.Everything(), kpi.Question{KPIs: []string{id}, Period: p, By: by, Filter: filter})
	if err != nil {
		t.Fatal(err)
	}
	return answers
}

// one returns the only answer.
func one(t *testing.T, answers []kpi.Answer) kpi.Answer {
	t.Helper()
	if len(answers) != 1 || answers[0].Value == nil {
		t.Fatalf("want one answer with a value, got %+v", answers)
	}
	return answers[0]
}

// near reports whether got rounds to the published figure with the given number of decimals.
func near(got, published float64, decimals int) bool {
	return math.Abs(got-published) <= 0.5000001*math.Pow10(-decimals)
}
