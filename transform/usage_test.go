package transform_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/kamlens/kamlens/internal/calendar"
	"github.com/kamlens/kamlens/internal/demo"
	"github.com/kamlens/kamlens/transform/modeltest"
)

// usageRules are the thresholds of the proposal, for a group of four.
const usageRules = `params:
  - {name: usage_change_percent, value: 20}
  - {name: usage_robust_deviations, value: 3}
  - {name: usage_group_min, value: 4}
`

// TestUsage_flags: growth, in parts of 10,000, is from October 2025 to October 2026; the median of the five is 10900.
//
//	customer   then   now   growth   from the trend: growth · 10000 / 10900 - 10000
//	C1          100   110    11000      92   (10091.7)
//	C2          100   111    11100     183   (10183.5)
//	C3          100   109    10900       0
//	C4          100    84     8400   -2294   (7706.4)
//	C5          100    90     9000   -1743   (8256.9)
//
// Distances in order 0 92 183 1743 2294: the third is 183, times 1.4826 is 271, three of them are 814. C5 is further than
// that, but not further than 20 %; C4 is beyond both. C6 and C7 have nothing to compare with; minutes have one customer.
func TestUsage_flags(t *testing.T) {
	r := modeltest.Setup{Rules: usageRules}.Run(t, modeltest.Given{
		"customers":   "customer_id\nC1\nC2\nC3\nC4\nC5\nC6\nC7",
		"assignments": "customer_id, manager_id, valid_from\nC4, M1, 2024-01-01",
		"usage": `customer_id, month, product, metric, value
			C1, 202510, 专线, GB, 100
			C2, 202510, 专线, GB, 100
			C3, 202510, 专线, GB, 100
			C4, 202510, 专线, GB, 100
			C5, 202510, 专线, GB, 100
			C6, 202510, 专线, GB, 0
			C1, 202610, 专线, GB, 110
			C2, 202610, 专线, GB, 111
			C3, 202610, 专线, GB, 109
			C4, 202610, 专线, GB, 84
			C5, 202610, 专线, GB, 90
			C6, 202610, 专线, GB, 500
			C7, 202610, 专线, GB, 500
			C1, 202611, 专线, GB, 1
			C1, 202510, 专线, 分钟, 100
			C1, 202610, 专线, 分钟, 10`,
	}, "fct_usage")
	want(t, r, "fct_usage where ym = 202610", []string{"customer_id", "metric", "members", "expected", "deviation_bp", "robust_bp", "is_flagged", "excluded_reason"},
		"C1|GB|5|109|92|271|false|NULL", "C2|GB|5|109|183|271|false|NULL", "C3|GB|5|109|0|271|false|NULL",
		"C4|GB|5|109|-2294|271|true|NULL", "C5|GB|5|109|-1743|271|false|NULL",
		"C6|GB|0|NULL|NULL|271|false|no_year_ago", "C7|GB|0|NULL|NULL|271|false|no_year_ago",
		"C1|分钟|1|10|0|0|false|small_group")
	if got := r.Query("select * from fct_usage where ym = 202611"); len(got) > 0 {
		t.Errorf("a month that is not over is judged: %v", got)
	}
	if got := r.Query("select a.manager_id from fct_usage u join dim_accounts a on a.account_no = u.account_no where u.is_flagged"); len(got) != 1 || got[0] != "M1" {
		t.Errorf("the account of the flagged month is %v", got)
	}
}

// TestUsage_edges: exactly at a threshold is not beyond it, and a group whose members all grow alike has no deviation, so that
// the percentage alone decides. C5 expects 100 and used 80: 20 % off, no more; C6 used 79.99.
func TestUsage_edges(t *testing.T) {
	rows := []string{"customer_id, month, product, metric, value"}
	for i, now := range []string{"100", "100", "100", "100", "80", "79.99", "120", "120.01"} {
		rows = append(rows, fmt.Sprintf("C%d, 202510, 专线, GB, 100", i+1), fmt.Sprintf("C%d, 202610, 专线, GB, %s", i+1, now))
	}
	given := modeltest.Given{"usage": strings.Join(rows, "\n")}
	r := modeltest.Setup{Rules: usageRules}.Run(t, given, "fct_usage")
	want(t, r, "fct_usage where is_flagged", []string{"customer_id", "deviation_bp"}, "C6|-2001", "C8|2001")

	// without the rules nothing is judged, and it is said why
	r = modeltest.Setup{Rules: "params: []\n"}.Run(t, given, "fct_usage")
	want(t, r, "fct_usage where ym = 202610", []string{"is_flagged", "excluded_reason", "count(*) over ()"},
		strings.Split(strings.Repeat("false|rule_unset|8,", 8), ",")[:8]...)
}

// TestUsage_planted: of companies made with twenty seeds, which nobody picked, the flagged falls are compared with the planted
// ones. What has to be found are the months from the planted one on, as long as the month a year before was a full one:
// twelve of them. Precision and recall are over the months of all seeds together, and at least 0.8 each. The companies lie in
// one warehouse, under customers and products of their own, so that no group has members of two.
func TestUsage_planted(t *testing.T) {
	lines, drops := []string{"customer_id,month,product,metric,value"}, map[string]int{}
	for seed := range uint64(20) {
		lines = append(lines, usageOf(t, seed+1, drops)...)
	}
	r := modeltest.Run(t, modeltest.Given{"usage": strings.Join(lines, "\n")}, "fct_usage")
	truth := map[string]bool{}
	for _, line := range r.Query("select customer_id, month_no from fct_usage where excluded_reason is null") {
		customer, month, _ := strings.Cut(line, "|")
		no, err := strconv.Atoi(month)
		if err != nil {
			t.Fatal(err)
		}
		if from, fell := drops[customer]; fell && from <= no && no < from+12 {
			truth[line] = true
		}
	}
	var right, flagged int
	for _, line := range r.Query("select customer_id, month_no from fct_usage where is_flagged and deviation_bp < 0") {
		if flagged++; truth[line] {
			right++
		}
	}
	precision, recall := float64(right)/float64(flagged), float64(right)/float64(len(truth))
	t.Logf("planted %d, flagged %d, right %d: precision %.3f, recall %.3f", len(truth), flagged, right, precision, recall)
	if len(truth) < 100 || flagged == 0 || precision < 0.8 || recall < 0.8 {
		t.Errorf("planted %d, flagged %d, right %d: precision %.3f, recall %.3f", len(truth), flagged, right, precision, recall)
	}
}

// usageOf makes a company's usage, as lines, and adds the number of the month from which on each customer's fell.
func usageOf(t *testing.T, seed uint64, drops map[string]int) []string {
	t.Helper()
	until, err := calendar.ParsePeriod("2026-10")
	if err != nil {
		t.Fatal(err)
	}
	o := demo.Options{Dir: t.TempDir(), Customers: 200, Months: 24, Until: until, Seed: seed, Feeds: []string{"usage"}}
	if _, err := demo.Generate(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	var truth struct {
		Planted map[string]struct {
			Count int
			Items []struct{ ID, Detail string }
		}
	}
	data, err := os.ReadFile(filepath.Join(o.Dir, "data_truth.json"))
	if err == nil {
		err = json.Unmarshal(data, &truth)
	}
	planted := truth.Planted["usage_drop"]
	if err != nil || planted.Count != len(planted.Items) {
		t.Fatalf("the truth lists %d of %d drops: %v", len(planted.Items), planted.Count, err)
	}
	own := fmt.Sprintf("S%d-", seed)
	for _, item := range planted.Items {
		ym, err := strconv.Atoi(item.Detail)
		if err != nil {
			t.Fatal(err)
		}
		drops[own+item.ID] = ym/100*12 + ym%100
	}
	files, err := filepath.Glob(filepath.Join(o.Dir, "inbox", "*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no files: %v", err)
	}
	var lines []string
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows[1:] { // customer, month, product, metric, value
			lines = append(lines, strings.Join([]string{own + row[0], strings.ReplaceAll(row[1], "-", ""), own + row[2], row[3], row[4]}, ","))
		}
	}
	return lines
}
