package dashboard

import (
	"context"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/internal/kpi"
)

// TestMeasure_adjusted: the page of a closed figure about which a dispute was upheld shows it both ways, of all and of
// those who have lines, and the lines; the closed figure stays at the top.
func TestMeasure_adjusted(t *testing.T) {
	b := newBench(t, kpi.Everything())
	rows := func(d *goquery.Document, table string) []string {
		var list []string
		d.Find("#adjusted " + table + " tbody tr").Each(func(_ int, s *goquery.Selection) {
			list = append(list, strings.Join(s.Find("th,td").Map(func(_ int, c *goquery.Selection) string { return c.Text() }), " | "))
		})
		return list
	}
	d := b.page(t, "/kpi/B1?period=2026-10&lang=en")
	if diff := cmp.Diff([]string{ // 388 of 412; a row moved within, two taken off: 388 of 410 = 94.6 %
		"All on this page | 388 | 412 | 93.0 % | 388 | 410 | 94.6 %",
		"张伟 | 388 | 412 | 94.8 % | 388 | 412 | 94.8 %", // the planted answers move by member: M001 is the second, 0.93 + 0.02 sin 2
		"李娜 | 388 | 412 | 91.5 % | 388 | 412 | 91.5 %", // the third, 0.93 + 0.02 sin 4
		"Unassigned | 388 | 412 | 92.4 % | 388 | 412 | 92.4 %",
	}, rows(d, "table.both")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{
		"D000031 | 张伟 | K7 | 0 | -1 | bo | 2026-11-05 10:11 | 交接之前", "D000031 | 李娜 | K7 | 0 | +1 | bo | 2026-11-05 10:11 | 交接之前",
		"D000032 | Unassigned | K8 | 0 | -2 | bo | 2026-11-05 10:11 | 重复",
	}, rows(d, "table:not(.both)")); diff != "" {
		t.Error(diff)
	}
	if got := d.Find(".big .value b").Text(); got != "93.0 %" {
		t.Errorf("the closed figure reads %q", got)
	}
	// a line has no tier: with a filter by tier the lines are there, the figures are not
	tier := b.page(t, "/kpi/B1?period=2026-10&tier=2&lang=en")
	if got := tier.Find("#adjusted .note").Text(); !strings.Contains(got, "not the Tier") || tier.Find("#adjusted table.both").Length() != 0 || len(rows(tier, "table")) != 3 {
		t.Errorf("filtered by tier: %q, %v", got, rows(tier, "table"))
	}
	for _, target := range []string{"/kpi/B1?period=2026-09", "/kpi/A1?period=2026-10"} {
		if b.page(t, target).Find("#adjusted").Length() != 0 {
			t.Errorf("%s: lines where nothing was upheld", target)
		}
	}
	if newBench(t, kpi.Scope{}).page(t, "/kpi/B1?period=2026-10").Find("#adjusted").Length() != 0 {
		t.Error("who may see nothing sees lines")
	}
}

// Adjustments: of B1 a row of M001 in October was found to be M002's, and one of nobody was taken off.
// Flows: of K1 two went from tier 2 to 1, thirty stayed, one was lost.
func (d *fakeDoor) Flows(_ context.Context, s kpi.Scope, q kpi.ExplainQuestion) (kpi.Flows, error) {
	if !s.All || q.KPI != "K1" {
		return kpi.Flows{}, nil
	}
	return kpi.Flows{From: []string{"1", "2"}, To: []string{"1", "2", "lost"}, Rows: [][]int64{{4, 0, 0}, {2, 30, 1}}}, nil
}

func (d *fakeDoor) Adjustments(_ context.Context, s kpi.Scope, p kpi.Period) ([]kpi.Adjustment, error) {
	if !s.All || p.String() != "2026-10" {
		return nil, nil
	}
	line := func(decision, subject, manager string, den int64, reason string) kpi.Adjustment {
		return kpi.Adjustment{Decision: decision, KPI: "B1", SubjectID: subject, ManagerID: manager, Num: ptr(int64(0)), Den: &den,
			DecidedBy: "bo", DecidedAt: "2026-11-05 10:11:12", Reason: reason}
	}
	return []kpi.Adjustment{line("D000031", "K7", "M001", -1, "交接之前"), line("D000031", "K7", "M002", 1, "交接之前"), line("D000032", "K8", "", -2, "重复")}, nil
}

// Adjusted is the answers with those lines.
func (d *fakeDoor) Adjusted(ctx context.Context, s kpi.Scope, q kpi.Question) ([]kpi.Adjusted, error) {
	answers, err := d.Query(ctx, s, q)
	if err != nil {
		return nil, err
	}
	lines, err := d.Adjustments(ctx, s, q.Period)
	var list []kpi.Adjusted
	for _, a := range answers {
		x := kpi.Adjusted{Answer: a, AdjustedNum: a.Num, AdjustedDen: a.Den, AdjustedValue: a.Value}
		manager, by := a.By["manager"]
		for _, l := range lines {
			if a.KPI == l.KPI && (!by || manager == l.ManagerID) {
				x.Lines = append(x.Lines, l)
			}
		}
		if len(x.Lines) > 0 && !by {
			x.AdjustedDen, x.AdjustedValue = ptr(int64(410)), ptr(388.0/410)
		}
		list = append(list, x)
	}
	return list, err
}
