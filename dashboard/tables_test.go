package dashboard

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/kpi"
)

// TestTables_page: words, numbers with units, a share with its interval, a drawn series; what is missing is said, and of a long
// table the page shows a part and the file everything.
func TestTables_page(t *testing.T) {
	b := newBench(t, kpi.Everything())
	d := b.page(t, "/tables/plan?period=2026-10")
	if got := cells(d, 1); got != "一级|=华东科技 K1|走访|4|3|75.0 %（30.1–95.4 %）|1.23 万元|" {
		t.Errorf("the second line is %q", got)
	}
	if got := cells(d, 0); got != "一级|K1|走访|4|3|—|—|-" {
		t.Errorf("the first line is %q", got)
	}
	if label, _ := d.Find("tbody tr").Eq(1).Find("svg").Attr("aria-label"); !strings.Contains(label, "最低 3，最高 5") {
		t.Errorf("the series is called %q", label)
	}
	if got := d.Find("tbody tr").Length(); got != maxTableRows || !strings.Contains(d.Find(".showing").Text(), "500 / 750") {
		t.Errorf("%d lines, %q", got, d.Find(".showing").Text())
	}
	w := b.get(t, "/tables/plan/rows.csv?period=2026-10")
	lines := strings.Split(strings.TrimSpace(w.Body.String()), "\r\n")
	if len(lines) != 751 || lines[0] != "\ufeff级别,客户,服务内容,应提供,已提供,兑现率（比例）,收入（分）,走势" || lines[2] != "一级,'=华东科技 K1,走访,4,3,0.75,1234567,3 - 4 5" {
		t.Errorf("%d lines: %q", len(lines), lines[:3])
	}
	if got := b.page(t, "/tables/watch").Find(".instead").Text(); !strings.Contains(got, "走访") {
		t.Errorf("what is missing: %q", got)
	}
	if w := b.get(t, "/tables/nope"); w.Code != http.StatusNotFound {
		t.Errorf("an unknown table: %d", w.Code)
	}
}

// cells are the texts of one line of the page's table.
func cells(d *goquery.Document, line int) string {
	return strings.Join(d.Find("tbody tr").Eq(line).Find("th, td").Map(func(_ int, s *goquery.Selection) string { return s.Text() }), "|")
}

// TestReview_page: each manager has a line with the share, its interval and n, which leads to the rows; it is said that it is no
// finding.
func TestReview_page(t *testing.T) {
	b := newBench(t, kpi.Everything())
	d := b.page(t, "/review?period=2026-10")
	if got := d.Find("tbody tr").Length(); got != 4 {
		t.Errorf("%d lines, want all and three managers", got)
	}
	if !strings.Contains(d.Find(".note").Text(), "仅供复核") {
		t.Error("the page does not say that it is for review only")
	}
	if href, _ := d.Find("tbody tr").Eq(1).Find("td a").Attr("href"); !strings.HasPrefix(href, "/kpi/W1/rows?manager=M001") {
		t.Errorf("the share leads to %q", href)
	}
	nobody := newBench(t, kpi.Scope{})
	for _, target := range []string{"/review", "/tables/plan"} {
		if got := nobody.page(t, target).Find("tbody tr").Length(); got != 0 {
			t.Errorf("%s: who sees nothing gets %d lines", target, got)
		}
	}
}

// Tables: one with every unit that a page must word, one without lines.
func (d *fakeDoor) Tables() []kpi.TableDef {
	column := func(name, unit, zh, en string) kpi.TableColumn {
		return kpi.TableColumn{Name: name, Unit: unit, ZH: zh, EN: en}
	}
	kept := column("kept_rate", "share", "兑现率", "Share kept")
	kept.Num, kept.Den = "done", "owed"
	return []kpi.TableDef{
		{
			Name: "plan", NameZH: "分级服务", NameEN: "Service plan", NoteZH: "期内结束的周期。", NoteEN: "Windows that ended.",
			Columns: []kpi.TableColumn{
				column("tier", "tier", "级别", "Tier"), column("customer", "customer", "客户", "Customer"), column("item", "item", "服务内容", "Item"),
				column("owed", "count", "应提供", "Owed"), column("done", "count", "已提供", "Done"), kept, column("fen", "fen", "收入", "Revenue"),
				column("series", "series", "走势", "Series"),
			},
		},
		{Name: "watch", NameZH: "用量异动", NameEN: "Usage watch", Columns: []kpi.TableColumn{column("month", "month", "月份", "Month")}},
	}
}

// Table: d.rows lines, of which the first has no customer's name and no number.
func (d *fakeDoor) Table(_ context.Context, s kpi.Scope, q kpi.TableQuestion) (kpi.TableRows, error) {
	if d.failing != nil {
		return kpi.TableRows{}, d.failing
	}
	all := d.Tables()
	i := slices.IndexFunc(all, func(t kpi.TableDef) bool { return t.Name == q.Table })
	if i < 0 {
		return kpi.TableRows{}, fault.New(fault.NotFound, "kpi.table.unknown", q.Table, "plan watch")
	}
	t := kpi.TableRows{TableDef: all[i], Period: q.Period.String(), Status: kpi.OK}
	if q.Table == "watch" {
		t.Status, t.Lacks = kpi.NoData, []string{"visits"}
		return t, nil
	}
	for n := 0; n < d.rows*3 && !seesNothing(s); n++ {
		row := []kpi.TableCell{
			{Word: "1"}, {Word: "K1", Name: "=华东科技"}, {Word: "visit"}, {Number: ptr(4.0)}, {Number: ptr(3.0)},
			{Number: ptr(0.75), Low: ptr(0.301), High: ptr(0.954)}, {Number: ptr(1234567.0)}, {Word: "3 - 4 5"},
		}
		if n == 0 {
			row[1].Name, row[5], row[6], row[7] = "", kpi.TableCell{}, kpi.TableCell{}, kpi.TableCell{Word: "-"}
		}
		t.Rows = append(t.Rows, row)
	}
	return t, nil
}
