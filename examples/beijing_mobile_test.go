package examples_test

import (
	"context"
	"strconv"
	"testing"

	"github.com/kamlens/kamlens/internal/calendar"
	"github.com/kamlens/kamlens/internal/kpi"
)

// The 40 published counts of answers 1..10 and the published means (INDEX.md 11).
var beijing = []struct {
	question string
	counts   [10]int64
	mean     float64
}{
	{"语音通话整体满意度", [10]int64{209, 42, 71, 55, 172, 182, 214, 567, 764, 3157}, 8.6799},
	{"网络覆盖与信号强度", [10]int64{237, 62, 90, 90, 211, 271, 327, 658, 786, 2701}, 8.3396},
	{"语音通话清晰度", [10]int64{184, 40, 59, 85, 161, 207, 268, 643, 805, 2981}, 8.6330},
	{"语音通话稳定性", [10]int64{230, 49, 83, 93, 201, 228, 309, 654, 786, 2800}, 8.4283},
}

const beijingCSV = "附件1语音业务用户满意度数据.csv"

func TestBeijingMobile(t *testing.T) {
	dataset(t, "beijing_mobile")
	for _, file := range []struct{ name, path string }{
		{"CSV", ""}, {"GB18030", "附件1语音业务用户满意度数据_GB18030.csv"}, {"XLSX", "附件1语音业务用户满意度数据.xlsx"},
	} {
		t.Run(file.name, func(t *testing.T) {
			var replace []string
			if file.path != "" {
				replace = []string{beijingCSV, file.path}
			}
			d := open(t, "beijing-mobile", []string{"m_a1", "m_a2", "m_beijing_score"}, replace...)
			beijingFigures(t, d)
			beijingExplain(t, d)
		})
	}
}

func beijingFigures(t *testing.T, d *kpi.Door) {
	t.Helper()
	got := map[string]int64{}
	for _, a := range ask(t, d, "Beijing.score", "2022-10", []kpi.Dim{kpi.ByCategory, kpi.ByKind}, nil) {
		got[a.By["category"]+" "+a.By["kind"]] = a.N
	}
	counts := 0
	for _, q := range beijing {
		for i, n := range q.counts {
			counts++
			if key := q.question + " " + strconv.Itoa(i+1); got[key] != n {
				t.Errorf("%s: got %d answers, published %d", key, got[key], n)
			}
		}
		a := one(t, ask(t, d, "Beijing.score", "2022-10", nil, map[kpi.Dim][]string{kpi.ByCategory: {q.question}}))
		if a.N != 5433 || !near(*a.Value, q.mean, 4) {
			t.Errorf("%s: got n %d, mean %v; published 5433, %v", q.question, a.N, *a.Value, q.mean)
		}
	}
	if counts != 40 || len(got) != 40 {
		t.Errorf("compared %d counts and got %d", counts, len(got))
	}
	// Satisfied with the whole: (567 + 764 + 3157) / 5433 = 4488 / 5433 = 82.6 %.
	a := one(t, ask(t, d, "A1", "2022-10", nil, map[kpi.Dim][]string{kpi.ByCategory: {"语音通话整体满意度"}}))
	if *a.Num != 4488 || *a.Den != 5433 || !near(*a.Value, 0.826, 3) {
		t.Errorf("A1 of the whole: got %d/%d = %v, want 4488/5433 = 82.6 %%", *a.Num, *a.Den, *a.Value)
	}
}

// The rows behind a figure are the answers themselves.
func beijingExplain(t *testing.T, d *kpi.Door) {
	t.Helper()
	month, err := calendar.ParsePeriod("2022-10")
	if err != nil {
		t.Fatal(err)
	}
	rows, err := d.Explain(context.Background(), kpi.Everything(), kpi.ExplainQuestion{
		KPI: "A1", Period: month, Limit: 10000, Filter: map[kpi.Dim][]string{kpi.ByCategory: {"语音通话整体满意度"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	var satisfied int64
	for _, r := range rows.Rows {
		satisfied += *r.Num
	}
	if rows.Total != 5433 || satisfied != 4488 {
		t.Errorf("rows: %d, satisfied %d; want 5433 and 4488", rows.Total, satisfied)
	}
}
