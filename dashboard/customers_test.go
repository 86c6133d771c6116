package dashboard

import (
	"net/http"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/internal/kpi"
)

func texts(s *goquery.Selection) (list []string) {
	s.Each(func(_ int, x *goquery.Selection) { list = append(list, strings.Join(strings.Fields(x.Text()), " ")) })
	return list
}

// K1 asked to cancel (60) and is 31 days overdue (30): high. It spends 100,000 yuan a month, 100 points. Of K3 nothing is known.
// Its health: satisfaction 75 points (9450 of 12600), complaints 33.3, arrears 65.6: (40·75 + 30·33.33 + 30·65.56)/100 = 59.7.
func TestCustomers_list(t *testing.T) {
	b := newBench(t, kpi.Everything())
	p := b.page(t, "/customers")
	rows := p.Find("table.customers tbody tr")
	if rows.Length() != 3 {
		t.Fatalf("%d customers, want 3", rows.Length())
	}
	cells := texts(rows.First().Find("th, td"))
	if diff := cmp.Diff([]string{"华东科技 K1", "高", "1 份销户申请未决（2026-10-25）、欠费逾期 31 天", "59.7（3/3 项）投诉次数 2（-20.0 分）最长逾期 31 天（-10.3 分）"}, cells[:4]); diff != "" {
		t.Errorf("the first (-want +got):\n%s", diff)
	}
	if href, _ := rows.Eq(1).Find("th a").Attr("href"); href != "/customers/K%2F2%20%3F" {
		t.Errorf("the second leads to %q", href)
	}
	if got := texts(rows.Last().Find("td")); got[0] != "未知" || got[2] != "样本不足（0/3 项，权重 0 %）" || got[3] != "未知 没有账单" {
		t.Errorf("nothing known of the last: %v", got)
	}
	if got := texts(p.Find("table.matrix tbody tr").First().Find("td")); got[0] != "1 10.00 万元" || got[1] != "0" {
		t.Errorf("matrix: %v", got)
	}
	chosen := b.page(t, "/customers?risk=high&value=high")
	if n := chosen.Find("table.customers tbody tr").Length(); n != 1 || chosen.Find("table.matrix a[aria-current]").Text() != "1" {
		t.Errorf("of the cell high, high there are %d", n)
	}
	if got := b.page(t, "/customers?risk=medium&lang=en").Find("p.showing").Text(); got != "There are no such customers" {
		t.Errorf("nobody: %q", got)
	}
	for _, target := range []string{"/customers?sort=name", "/customers?offset=-1", "/customers/K1?what=gossip"} {
		if w := b.get(t, target); w.Code != http.StatusBadRequest {
			t.Errorf("%s: %d", target, w.Code)
		}
	}
}

// TestCustomer: the page of one says what it is, why it is judged so, and what happened, all or of one kind.
func TestCustomer(t *testing.T) {
	b := newBench(t, kpi.Everything())
	p := b.page(t, "/customers/K1")
	if diff := cmp.Diff([]string{"1 份销户申请未决（2026-10-25）", "欠费逾期 31 天"}, texts(p.Find("ul.reasons li"))); diff != "" {
		t.Errorf("reasons (-want +got):\n%s", diff)
	}
	if got := texts(p.Find("main > section p.quiet")); len(got) == 0 || got[0] != "无从判断：业务到期" {
		t.Errorf("not known: %v", got)
	}
	if href, _ := p.Find("ul.reasons a").First().Attr("href"); href != "/customers/K1?what=cancel#events" {
		t.Errorf("the request leads to %q", href)
	}
	all, bills := p.Find("table").Last().Find("tbody tr").Length(), b.page(t, "/customers/K1?what=bill").Find("table").Last()
	if all != 5 || bills.Find("tbody tr").Length() != 1 || bills.Find(".verdict.missed").Text() != "逾期未缴" {
		t.Errorf("%d events; bills %q", all, bills.Text())
	}
	if got := b.page(t, "/customers/K4").Find("p.note").Text(); !strings.Contains(got, "目前不在网") {
		t.Errorf("who is gone: %q", got)
	}
	if got := b.page(t, "/customers/K%2F2%20%3F").Find("h1 span").Text(); got != "<b>西城</b>" {
		t.Errorf("an odd id: %q", got)
	}
}

// TestCustomers_scope: a manager's list holds the own customers, and another's page looks like one that does not exist.
func TestCustomers_scope(t *testing.T) {
	b := newBench(t, kpi.Scope{Managers: []string{"M002"}})
	if got := texts(b.page(t, "/customers").Find("table.customers tbody th")); len(got) != 1 || !strings.Contains(got[0], "西城") {
		t.Errorf("the list of M002: %v", got)
	}
	theirs, none := b.get(t, "/customers/K1"), b.get(t, "/customers/K9")
	if theirs.Code != http.StatusNotFound || strings.Contains(theirs.Body.String(), "华东") || strings.ReplaceAll(theirs.Body.String(), "K1", "K9") != none.Body.String() {
		t.Errorf("another's customer: %d, and %d for none", theirs.Code, none.Code)
	}
}
