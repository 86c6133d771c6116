package dashboard

import (
	"context"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/internal/kpi"
)

// TestMeasure_path: the page of a measure with deadlines says of a period that is not over what it still takes, of all and
// by manager, and which open rows decide it; of a period that is over, and of a measure without deadlines, it does not.
func TestMeasure_path(t *testing.T) {
	b := newBench(t, kpi.Everything())
	rows := func(d *goquery.Document, table string) []string {
		var list []string
		d.Find("#path " + table + " tbody tr").Each(func(_ int, s *goquery.Selection) {
			list = append(list, strings.Join(s.Find("th,td").Map(func(_ int, c *goquery.Selection) string { return c.Text() }), " | "))
		})
		return list
	}
	d := b.page(t, "/kpi/B1?period=2026-11&lang=en")
	if diff := cmp.Diff([]string{
		"All on this page | 7/8 | 8/9 | 3 | 66.7–91.7 % | 90.0 % | 3 of 3 open must be kept",
		"张伟 | 7/8 | 8/9 | 0 | 88.9 % | 90.0 % | cannot be reached with what is known: 1 more would have to come, all kept",
		"Unassigned | 0/0 | 0/0 | 3 | 0.0–100.0 % |  | no target",
	}, rows(d, "table:not(.open)")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"W1 | 华东科技 | 张伟 | 2026-11-03 17:30"}, rows(d, "table.open")); diff != "" {
		t.Error(diff)
	}
	if got := d.Find("#path table.open .hint").Text(); !strings.Contains(got, "1 of 3 open rows listed") {
		t.Errorf("the list says %q", got)
	}
	if href, _ := d.Find("#path tbody a").First().Attr("href"); !strings.Contains(href, "manager=M001") || !strings.Contains(href, "period=2026-11") {
		t.Errorf("a manager leads to %q", href)
	}
	for _, target := range []string{"/kpi/B1?period=2026-10", "/kpi/A1?period=2026-11"} {
		if b.page(t, target).Find("#path").Length() != 0 {
			t.Errorf("%s: something is still to be done", target)
		}
	}
	if newBench(t, kpi.Scope{}).page(t, "/kpi/B1?period=2026-11").Find("#path").Length() != 0 {
		t.Error("who may see nothing sees open rows")
	}
}

// Path: 7 of 8 fell due and were kept, one is done ahead, three are open; the target is 0.9 of 12, so 11. M001 has none open:
// of 9 he kept 8, and 9 of 10 is the first that reaches it.
func (d *fakeDoor) Path(_ context.Context, s kpi.Scope, q kpi.PathQuestion) (kpi.Paths, error) {
	if !s.All {
		return kpi.Paths{}, nil
	}
	path := func(manager string, due, locked [2]int64, open int64, floor, ceiling float64) kpi.Path {
		return kpi.Path{KPI: q.KPI, Period: q.Period.String(), By: map[string]string{"manager": manager}, DueNum: due[0], DueDen: due[1],
			LockedNum: locked[0], LockedDen: locked[1], Open: open, Floor: &floor, Ceiling: &ceiling, Status: kpi.Immature}
	}
	whole := path("", [2]int64{7, 8}, [2]int64{8, 9}, 3, 8.0/12, 11.0/12)
	whole.Target, whole.Needed, whole.Outlook = ptr(0.9), ptr(int64(3)), kpi.Possible
	all := kpi.Paths{Total: 3, Paths: []kpi.Path{whole}, Rows: []kpi.Row{{SubjectID: "W1", CustomerName: "华东科技", ManagerID: "M001", ManagerName: "张伟",
		Details: []kpi.Detail{{Name: "due_at", Value: "2026-11-03 17:30:00"}}}}}
	if len(q.By) > 0 {
		one := path("M001", [2]int64{7, 8}, [2]int64{8, 9}, 0, 8.0/9, 8.0/9)
		one.Target, one.Needed, one.Outlook, one.Extra = ptr(0.9), ptr(int64(1)), kpi.Impossible, ptr(int64(1))
		all.Paths = []kpi.Path{one, path("", [2]int64{}, [2]int64{}, 3, 0, 1)}
	}
	return all, nil
}
