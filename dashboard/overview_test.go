package dashboard

import (
	"fmt"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/internal/kpi"
)

// TestOverview_statuses: a number is never alone, and where there is none the reader learns why.
func TestOverview_statuses(t *testing.T) {
	b := newBench(t, kpi.Everything())
	zh, en := b.page(t, "/"), b.page(t, "/?lang=en")
	tests := []struct{ card, zh, en string }{
		// step 0: 0.93 + 0.02 sin 0 = 93.0 %; interval 90 to 95 holds the target 93.0; the month before was 1.2 points less
		{"A1", "93.0 % ± 未定 95 % 置信区间 90.0–95.0 % n=412 目标 93.0 % 推定 较2026年9月 ▲ +1.2 个百分点 好转 较2025年10月 样本不足 (n=2)",
			"93.0 % ± not decided 95 % CI 90.0–95.0 % n=412 target 93.0 % presumed vs Sep 2026 ▲ +1.2 pp better vs Oct 2025 sample too small (n=2)"},
		{"A2", "样本不足 (n=3)", "sample too small (n=3)"},
		{"G1", "未成熟，2026-12-01 起定案", "not mature until 2026-12-01"},
		{"K1", "2026年3季度", "Q3 2026"},
		{"Z9", "— 此周期或分组无定义", "— not defined for this period or grouping"},
		// 0.93 x 9000 s = 8370 s = 2.325 h; P90 is three times that: 6.975 h
		{"B2", "2.3 小时 ± 未定 95 % 置信区间 2.3–2.4 小时 P90 7.0 小时 n=412", "2.3 h ± not decided 95 % CI 2.3–2.4 h P90 7.0 h n=412"},
	}
	tests = append(tests, []struct{ card, zh, en string }{
		{"B1", "93.0 % ✓ 达标 95 % 置信区间 90.0–95.0 % n=412 目标 85.0 %", "93.0 % ✓ met 95 % CI 90.0–95.0 % n=412 target 85.0 %"},
		// 0.93 x 4 = 3.72; interval 3.60 to 3.80
		{"D1", "3.72 ✗ 未达标 95 % 置信区间 3.60–3.80 n=412 目标 3.00", "3.72 ✗ missed 95 % CI 3.60–3.80 n=412 target 3.00"},
		{"K1", "93.0 % ✓ 达标（无区间） n=412 目标 93.0 %", "93.0 % ✓ met (no interval) n=412 target 93.0 %"},
	}...)
	if got := zh.Find("main > .note").Text(); !strings.Contains(got, "± 未定：") || !strings.Contains(got, "无区间：") {
		t.Errorf("the verdicts are not explained: %q", got)
	}
	for _, tt := range tests {
		for lang, want := range map[string]string{"zh": tt.zh, "en": tt.en} {
			d := zh
			if lang == "en" {
				d = en
			}
			got := strings.Join(strings.Fields(d.Find("#card-"+tt.card).Text()), " ")
			if !strings.Contains(got, want) {
				t.Errorf("%s %s: %q\nhas not %q", tt.card, lang, got, want)
			}
		}
	}
	if zh.Find("#card-A2 .value b").Length() != 0 {
		t.Error("a value on three answers is shown")
	}
	if n := zh.Find("figure .plot").Length(); n != 4 {
		t.Errorf("%d trends", n)
	}
}

// TestOverview_families: four families come first and are open, as is one with a missed target; the others are folded
// behind how many of their measures stand how. What has nothing to show is no card but a line that says what is missing.
func TestOverview_families(t *testing.T) {
	b := newBench(t, kpi.Everything())
	zh, en := b.page(t, "/"), b.page(t, "/?lang=en")
	var families []string
	zh.Find(".family").Each(func(_ int, s *goquery.Selection) {
		_, open := s.Find("details").Attr("open")
		families = append(families, fmt.Sprint(s.Find("h2").Text(), " ", open, " ", s.Find(".card").Length()))
	})
	want := []string{
		"满意度 true 2", "响应 true 2", "保有 true 1", "客户级别 true 1", // A1 A2, B1 B2, G1, K1
		"解决 false 0", "投诉 true 1", "走访 false 0", "mine false 1", "数据复核 false 1", // C1 unset, D1 missed, F1 without data, Z9, W1
	}
	if diff := cmp.Diff(want, families); diff != "" {
		t.Error(diff)
	}
	for id, want := range map[string][2]string{
		"resolution": {"未配置：解决时限 解决及时率", "not configured: limit of resolution Resolved on time"},
		"visits":     {"无数据：缺少走访、计划与豁免 走访达标率", "no data: missing Visits, Planned duties and waivers Visit attainment"},
	} {
		got := [2]string{}
		for i, d := range []*goquery.Document{zh, en} {
			got[i] = strings.Join(strings.Fields(d.Find("#f-"+id+" .gap").Text()), " ")
		}
		if got != want {
			t.Errorf("%s: %q, want %q", id, got, want)
		}
	}
	tally := func(d *goquery.Document, id string) string {
		return strings.Join(strings.Fields(d.Find("#f-"+id).Parent().Find(".tally").Text()), " ")
	}
	got := []string{tally(zh, "response"), tally(en, "response"), tally(zh, "complaints"), tally(zh, "mine"), tally(en, "mine")}
	if diff := cmp.Diff([]string{"✓ 达标 1 ± 未定 1", "✓ 1 met ± 1 not decided", "✗ 未达标 1", "未评判 1", "1 not judged"}, got); diff != "" {
		t.Error(diff)
	}
	if got := strings.Join(strings.Fields(zh.Find("nav.families").Text()), " "); got != "满意度 响应 保有 客户级别 解决 投诉 ✗1 未达标 走访 mine 数据复核 两年走势" {
		t.Errorf("the way to the families: %q", got)
	}
	zh.Find("nav.families a").Each(func(_ int, s *goquery.Selection) {
		if zh.Find(s.AttrOr("href", "none")).Length() != 1 {
			t.Errorf("%s leads nowhere", s.AttrOr("href", ""))
		}
	})
}

// TestMeasure_noTrend: where there is no number in two years the page says so, in place of an empty picture.
func TestMeasure_noTrend(t *testing.T) {
	b := newBench(t, kpi.Everything())
	for id, want := range map[string]bool{"F1": true, "A1": false} {
		d := b.page(t, "/kpi/"+id)
		if empty := d.Find(".chart.main .empty").Length() == 1; empty != want || empty == (d.Find(".chart.main .plot").Length() == 1) {
			t.Errorf("%s: says that there is nothing: %v", id, empty)
		}
	}
}
