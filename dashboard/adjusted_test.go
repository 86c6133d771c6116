package dashboard

import (
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
