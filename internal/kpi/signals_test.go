package kpi

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// charted makes a chart of months with num of size each.
func charted(kind string, size float64, nums ...float64) ControlChart {
	c := ControlChart{Kind: kind, Least: chartLeast}
	for i, n := range nums {
		c.Points = append(c.Points, ChartPoint{Period: fmt.Sprint(i + 1), Value: significant(n / size), num: n, size: size})
	}
	return c
}

// signals are the months that stand out: "12 below".
func signals(c ControlChart) string {
	c.judge(1)
	var list []string
	for _, p := range c.Points {
		if p.Signal != NoSignal {
			list = append(list, p.Period+" "+string(p.Signal))
		}
	}
	return strings.Join(list, ", ")
}

func times(n int, v float64) []float64 {
	list := make([]float64, n)
	for i := range list {
		list[i] = v
	}
	return list
}

// TestControlChart: each signal and its neighbour.
//
// p: eleven months of 90 in 100 and one of 79: centre 1069/1200 = .8908, limit .8908 - 3·√(.8908·.1092/100) = .7973, so 79 is
// below it; with 80 the limit is .7984. Eight months of 92 before four of 80 are eight above the centre .88, seven before five
// are none; of 8·92, 88 and 4·80 the centre is 88, and the month on it neither ends the run nor counts. Twelve equal months, or all of everything, have
// nothing to say, and eleven months are too few.
//
// u: eleven months of 4 events and one of 12: centre 56/12, limit 4.667 + 3·√4.667 = 11.15; with 11 it is 4.583 + 6.423 = 11.006.
//
// Individuals: 10 and 12 in turn, then x. With x = 19 the centre is 139/12 = 11.583, the mean moving range (10·2 + 9)/11 =
// 2.636, the limit 11.583 + 2.66·2.636 = 18.596; with x = 18 it is 11.5 + 2.66·28/11 = 18.271.
func TestControlChart(t *testing.T) {
	turns := []float64{10, 12, 10, 12, 10, 12, 10, 12, 10, 12, 10}
	for _, c := range []struct {
		name  string
		chart ControlChart
		want  string
	}{
		{"p below", charted(ChartP, 100, append(times(11, 90), 79)...), "8 run_above, 9 run_above, 10 run_above, 11 run_above, 12 below"},
		{"p within", charted(ChartP, 100, append(times(11, 90), 80)...), "8 run_above, 9 run_above, 10 run_above, 11 run_above"},
		{"run of eight", charted(ChartP, 100, append(times(8, 92), times(4, 80)...)...), "8 run_above"},
		{"run of seven", charted(ChartP, 100, append(times(7, 92), times(5, 80)...)...), ""},
		{"run through the centre", charted(ChartP, 100, append(append(times(4, 92), 88), append(times(4, 92), times(4, 80)...)...)...), "9 run_above"},
		{"all equal", charted(ChartP, 100, times(12, 90)...), ""},
		{"everything", charted(ChartP, 100, times(12, 100)...), ""},
		{"too few", charted(ChartP, 100, append(times(10, 90), 0)...), ""},
		{"u above", charted(ChartU, 1, append(times(11, 4), 12)...), "8 run_below, 9 run_below, 10 run_below, 11 run_below, 12 above"},
		{"u within", charted(ChartU, 1, append(times(11, 4), 11)...), "8 run_below, 9 run_below, 10 run_below, 11 run_below"},
		{"individuals above", charted(ChartIndividuals, 1, append(turns, 19)...), "12 above"},
		{"individuals within", charted(ChartIndividuals, 1, append(turns, 18)...), ""},
	} {
		if got := signals(c.chart); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// TestSignals: the chart of a measure looks 24 months back from the end of the period, leaves out months without a value, and
// has the values of the door; of days of exposure the size is in customer-months.
func TestSignals(t *testing.T) {
	d := bare(t, map[string][]fixtureRow{
		"X.ratio": {row(t, "2024-10-03", "c01", "m1", 0, 1), row(t, "2024-11-03", "c01", "m1", 0, 1), row(t, "2026-09-03", "c01", "m1", 1, 1),
			row(t, "2026-10-03", "c01", "m2", 1, 1), row(t, "2026-11-01", "c01", "m1", 0, 1)},
		"X.events": {row(t, "2026-02-01", "c01", "m1", 0, 14_000), row(t, "2026-02-03", "c01", "m1", 1, 0)},
	})
	ask := func(id string, s Scope) (lines []string) {
		c, err := d.Signals(context.Background(), s, SignalQuestion{KPI: id, Period: mustPeriod(t, "2026-10")})
		if err != nil || c.Enough {
			t.Fatalf("%+v, %v", c, err)
		}
		for _, p := range c.Points {
			lines = append(lines, fmt.Sprintf("%s %v %v", p.Period, p.Value, p.size))
		}
		return lines
	}
	if d := cmp.Diff([]string{"2024-11 0 1", "2026-09 1 1", "2026-10 1 1"}, ask("X", Everything())); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"2026-10 1 1"}, ask("X", Scope{Managers: []string{"m2"}})); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"2026-02 0.2 500"}, ask("X.events", Everything())); d != "" { // 14,000 days of 28
		t.Error(d)
	}
	if got := ask("X", Scope{}); len(got) > 0 {
		t.Errorf("nobody sees %q", got)
	}
}
