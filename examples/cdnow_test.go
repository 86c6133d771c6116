package examples_test

import (
	"context"
	"encoding/csv"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/kamlens/kamlens/internal/calendar"
	"github.com/kamlens/kamlens/internal/kpi"
)

// Published: for each of the 2,357 customers x (repeat purchases), t_x and T (weeks) and zbar (mean repeat spend), from
// the test data of the lifetimes project, two decimals.
func TestCDNOW(t *testing.T) {
	root := dataset(t, "cdnow")
	d := open(t, "cdnow", []string{"m_cdnow_repeats", "m_cdnow_recency", "m_cdnow_age", "m_cdnow_spend"})
	x, recency, age := perCustomer(t, d, "CDNOW.repeats"), perCustomer(t, d, "CDNOW.recency"), perCustomer(t, d, "CDNOW.age")
	spend := perCustomer(t, d, "CDNOW.spend")
	golden := readCSV(t, filepath.Join(root, "cdnow", "published_lifetimes_customers_summary_with_transactions.csv"))
	wrong := 0
	for _, g := range golden {
		id := fourDigits(g[0])
		zbar := 0.0
		if spend[id].den > 0 {
			zbar = float64(spend[id].num) / 100 / float64(spend[id].den)
		}
		if float64(x[id].num) != number(t, g[1]) || !near(float64(recency[id].num)/7, number(t, g[2]), 2) ||
			!near(float64(age[id].num)/7, number(t, g[3]), 2) || !near(zbar, number(t, g[4]), 2) {
			if wrong++; wrong <= 5 {
				t.Errorf("customer %s: published %v; got x %d, t_x %d/7, T %d/7, zbar %v", id, g[1:], x[id].num, recency[id].num, age[id].num, zbar)
			}
		}
	}
	if len(golden) != 2357 || len(x) != 2357 || wrong > 0 {
		t.Errorf("%d customers published, %d computed, %d differ", len(golden), len(x), wrong)
	}
}

type sums struct{ num, den int64 }

// perCustomer returns num and den of a measure's rows by customer.
func perCustomer(t *testing.T, d *kpi.Door, measure string) map[string]sums {
	t.Helper()
	month, err := calendar.ParsePeriod("1997-09")
	if err != nil {
		t.Fatal(err)
	}
	rows, err := d.Explain(context.Background(), kpi.Everything(), kpi.ExplainQuestion{KPI: measure, Period: month, Limit: 10000})
	if err != nil {
		t.Fatal(err)
	}
	by := map[string]sums{}
	for _, r := range rows.Rows {
		by[r.CustomerID] = sums{*r.Num, *r.Den}
	}
	return by
}

// fourDigits writes an id as the purchases do: 0001.
func fourDigits(id string) string {
	for len(id) < 4 {
		id = "0" + id
	}
	return id
}

func number(t *testing.T, s string) float64 {
	t.Helper()
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// readCSV returns the records of a file below its header.
func readCSV(t *testing.T, path string) [][]string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return records[1:]
}
