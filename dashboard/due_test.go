package dashboard

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/internal/kpi"
)

// TestDue: each view words its rows; the counts lead to the lists of a duty and of a person, with the view kept.
func TestDue(t *testing.T) {
	b := newBench(t, kpi.Everything())
	rows := func(target string) (lines []string) {
		for _, tr := range b.page(t, target).Find("#list ~ .scroll tbody tr").EachIter() {
			lines = append(lines, strings.Join(tr.Find("th, td").Map(func(_ int, s *goquery.Selection) string { return s.Text() }), "|"))
		}
		return lines
	}
	for target, want := range map[string][]string{
		"/due": {"2026-11-01 10:00|今天到期|首次响应及时率|华东科技|张伟||另有时限：解决及时率 2026-11-03|二级|一班|W1",
			"2026-11-30|还有 29 天|走访达标率|华东科技|张伟|还差 3（共 4）||二级|一班|W1"},
		"/due?which=overdue&lang=en": {"2026-10-29 08:30|3 days overdue|First response on time|华东科技|李娜 (on leave; deputy 阿宝)|张伟 is accountable|Tier 2|一班|W1"},
		"/due?which=waived":          {"2026-11-30|已批准豁免|走访达标率|华东科技|张伟|S1 批准豁免，至 2026-11-30；两次联系未果|二级|一班|W1"},
	} {
		if d := cmp.Diff(want, rows(target)); d != "" {
			t.Errorf("%s (-want +got):\n%s", target, d)
		}
	}
	if got, _ := b.page(t, "/due?team=T1").Find("#list ~ .scroll tbody td:nth-child(4) a").First().Attr("href"); got != "/customers/K1" {
		t.Errorf("the customer leads to %q", got)
	}
	if got, _ := b.page(t, "/due?manager=M001").Find("#list ~ .scroll tbody td:nth-child(3) a").First().Attr("href"); got != "/kpi/B1?manager=M001&period=2026-11" {
		t.Errorf("the duty leads to %q, want the filter kept", got)
	}
	page := b.page(t, "/due?which=overdue")
	if got := page.Find(".days li").Length(); got != 14 {
		t.Errorf("the calendar has %d days", got)
	}
	if got := strings.Join(strings.Fields(page.Find(".days li").Eq(1).Text()), " "); got != "11-02 周一 1" {
		t.Errorf("the second day reads %q", got)
	}
	if got := page.Find(".days .free .quiet").Map(func(_ int, s *goquery.Selection) string { return s.Text() }); strings.Join(got, ", ") != "11-01 周日, 11-03 周二, 11-08 周日" {
		t.Errorf("free days %q: those of the calendar, not of the week", got)
	}
	if got, _ := page.Find("#duties ~ .scroll a").First().Attr("href"); got != "/due?kpi=B1&period=2026-10&which=overdue#list" {
		t.Errorf("the first duty leads to %q", got)
	}
	if got, _ := page.Find("#doers ~ .scroll a").Eq(1).Attr("href"); got != "/due?manager=M001&period=2026-10&which=overdue" {
		t.Errorf("the second person leads to %q", got)
	}
	overview := b.page(t, "/").Find(".owed")
	if got := strings.Join(strings.Fields(overview.Text()), " "); got != "7 天内到期 2 件 已逾期 7 件" {
		t.Errorf("the overview says %q", got)
	}
	nobody := newBench(t, kpi.Scope{})
	if got := nobody.page(t, "/due").Find("#list ~ .scroll").Length(); got != 0 {
		t.Error("nobody sees rows")
	}
}

func (d *fakeDoor) DueTotal(_ context.Context, s kpi.Scope, _ map[kpi.Dim][]string) (kpi.DueCount, error) {
	if seesNothing(s) {
		return kpi.DueCount{}, nil
	}
	return kpi.DueCount{Overdue: 7, In7: 2}, nil
}

// Due plants a thing of every state: one with two limits, an amount, one whose doer is on leave.
func (d *fakeDoor) Due(_ context.Context, s kpi.Scope, q kpi.DueQuestion) (kpi.DueList, error) {
	list := kpi.DueList{AsOf: "2026-11-01 00:00:00", Limit: q.Limit, Offset: q.Offset}
	if seesNothing(s) {
		return list, nil
	}
	limit := func(id, due string, days int64, state string) kpi.Limit {
		return kpi.Limit{KPI: id, Due: due, Days: days, State: state}
	}
	of := func(x kpi.Limit) kpi.Obligation {
		return kpi.Obligation{Limit: x, SubjectID: "W1", CustomerID: "K1", CustomerName: "华东科技", ManagerID: "M001", ManagerName: "张伟",
			DoerID: "M001", DoerName: "张伟", Team: "一班", Tier: ptr(int64(2)), Den: 1}
	}
	switch {
	case q.Waived:
		o := of(limit("F1", "2026-11-30", 29, kpi.StateWaived))
		o.WaivedBy, o.WaivedReason, o.WaivedUntil = "S1", "两次联系未果", "2026-11-30"
		list.Rows = []kpi.Obligation{o}
	case q.Overdue:
		o := of(limit("B1", "2026-10-29 08:30:00", -3, kpi.StateOverdue))
		o.DoerID, o.DoerName, o.OnLeave, o.DeputyID, o.DeputyName = "M002", "李娜", true, "M003", "阿宝"
		list.Rows = []kpi.Obligation{o}
	default:
		o, f := of(limit("B1", "2026-11-01 10:00:00", 0, kpi.StateOpen)), of(limit("F1", "2026-11-30", 29, kpi.StateOpen))
		o.Also = []kpi.Limit{limit("C1", "2026-11-03", 2, kpi.StateOpen)}
		f.Num, f.Den = 1, 4
		list.Rows = []kpi.Obligation{o, f}
	}
	list.Total, list.Overdue = int64(len(list.Rows)), 7
	list.Duties = []kpi.DueCount{{Member: "B1", Overdue: 7, Today: 1, In7: 1, In14: 1, Open: 1}, {Member: "F1", Open: 1, Waived: 1}}
	list.Doers = []kpi.DueCount{{Overdue: 1}, {Member: "M001", Overdue: 6, Today: 1, In7: 1, In14: 1, Open: 2, Waived: 1}}
	for i := range 14 {
		day := kpi.DueDay{DueCount: kpi.DueCount{Member: time.Date(2026, 11, 1+i, 0, 0, 0, 0, time.UTC).Format(time.DateOnly), Open: int64(i % 3)}}
		if i < 13 { // Saturday the 7th makes up for Tuesday the 3rd; the calendar does not reach the last day
			day.Workday = ptr(i != 0 && i != 2 && i != 7)
		}
		list.Days = append(list.Days, day)
	}
	return list, nil
}
