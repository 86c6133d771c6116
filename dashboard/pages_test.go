package dashboard

import (
	"encoding/csv"
	"io/fs"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/store"
	"github.com/kamlens/kamlens/internal/text"
)

// allPages are addresses that execute every template and every branch worth having.
func allPages() []string {
	return []string{
		"/", "/?period=2026-Q3&region=城东&tier=2&manager=-", "/kpi/A1", "/kpi/A2", "/kpi/B2", "/kpi/C1", "/kpi/F1", "/kpi/G1",
		"/kpi/K1", "/kpi/Z9", "/kpi/A1?manager=M001", "/kpi/B1", "/kpi/B1/rows", "/kpi/B2/rows?offset=100", "/kpi/B1/rows?excluded=1",
		"/customers", "/customers?risk=high&sort=health&tier=1", "/customers/K1", "/customers/K1?what=case", "/customers/K3", "/customers/K4",
		"/definitions", "/definitions/B2.calendar", "/quality", "/reports", "/due", "/due?which=overdue&manager=M001", "/due?which=waived&kpi=F1",
		"/tables", "/tables/plan", "/tables/watch", "/review", "/review?period=2026-Q3&team=一班",
	}
}

func english(target string) string {
	if strings.Contains(target, "?") {
		return target + "&lang=en"
	}
	return target + "?lang=en"
}

// TestPages_presumed: a measure of days before the first list of owners says so, one of later days does not.
func TestPages_presumed(t *testing.T) {
	b := newBench(t, kpi.Everything())
	for target, want := range map[string]string{
		"/kpi/A1?period=2026-10": "推定：归属在 2026-10-02 之前，按首份名单推定", "/kpi/A1?period=2026-10&lang=en": "Presumed: Assignments before 2026-10-02",
		"/kpi/A1?period=2026-11": "",
	} {
		got := b.page(t, target).Find("section.big .presumed").Text()
		if got == "" != (want == "") || !strings.Contains(strings.ToLower(got), strings.ToLower(want)) {
			t.Errorf("%s: %q, want %q", target, got, want)
		}
	}
}

// TestPages_presumedEverywhere: cards are marked, overview and rows say what is presumed; later periods are not.
func TestPages_presumedEverywhere(t *testing.T) {
	b := newBench(t, kpi.Everything())
	for _, c := range []struct{ period, mark, sentence string }{
		{"2026-10", "推定", "推定：归属在 2026-10-02 之前，按首份名单推定"}, {"2026-11", "", ""},
	} {
		overview := b.page(t, "/?period="+c.period)
		if got := overview.Find("#card-A1 .mark").Text(); got != c.mark {
			t.Errorf("%s: the card is marked %q, want %q", c.period, got, c.mark)
		}
		if got := strings.Contains(overview.Find("main > .note").Text(), "推定："); got != (c.sentence != "") {
			t.Errorf("%s: the overview says it: %v", c.period, got)
		}
		if got := b.page(t, "/kpi/A1/rows?period="+c.period).Find(".presumed").Text(); got != c.sentence {
			t.Errorf("%s: the rows say %q, want %q", c.period, got, c.sentence)
		}
	}
}

// TestPages_open: the pages of a month that is not over say so, and show what its values will be held against; others
// say nothing.
func TestPages_open(t *testing.T) {
	b := newBench(t, kpi.Everything())
	for target, want := range map[string]string{
		"/?period=2026-11":                    "初步：2026年11月尚未结束，数字截至 2026-11-01 00:00。6 个指标未成熟，最迟 2026-12-01 起定案。",
		"/kpi/B1?period=2026-11&lang=en":      "Preliminary: Nov 2026 is not over; the numbers are as of 2026-11-01 00:00. KPIs not mature yet: final from 2026-12-01: First response on time.",
		"/kpi/B1/rows?period=2026-11&lang=en": "final from 2026-12-01: First response on time.",
		"/?period=2026-10":                    "",
		"/kpi/B1?period=2026-10":              "",
		"/kpi/K1?period=2026-11":              "", // shows the third quarter
		"/kpi/K1/rows?period=2026-11&lang=en": "",
		"/definitions/B1?period=2026-11":      "",
		"/?period=2026-10..2026-11&lang=en":   "Preliminary: Oct 2026 to Nov 2026 is not over",
	} {
		got := b.page(t, target).Find(".banner.wait p").Text()
		if (got == "") != (want == "") || !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q", target, got, want)
		}
	}
	if got, want := b.page(t, "/?period=2026-11").Find(".banner.wait details:not([open]) li").Text(), "2026-12-01 起定案：客户满意率、首次响应及时率、"; !strings.Contains(got, want) {
		t.Errorf("the folded list is %q", got)
	}
	// 0.93 - 0.012 = 91.8 % of 401; the year before had two answers only
	for target, want := range map[string]string{
		"/?period=2026-11":         "2026年10月 91.8 %（n=401） 较2025年11月 样本不足 (n=2)",
		"/?period=2026-11&lang=en": "Oct 2026 91.8 % (n=401) vs Nov 2025 sample too small (n=2)",
	} {
		if got := strings.Join(strings.Fields(b.page(t, target).Find("#card-B1 .changes").Text()), " "); got != want {
			t.Errorf("%s: %q, want %q", target, got, want)
		}
	}
	got := strings.Join(strings.Fields(b.page(t, "/kpi/B1?period=2026-11&lang=en").Find(".big dl").Text()), " ")
	if want := "Oct 202691.8 % (n=401)"; !strings.Contains(got, want) {
		t.Errorf("%q has not %q", got, want)
	}
}

// TestPages_bothLanguages: every page renders, is well made, and its English has no Chinese outside of data.
func TestPages_bothLanguages(t *testing.T) {
	b := newBench(t, kpi.Everything())
	b.state.ran, b.state.run = true, store.Run{FinishedAt: time.Date(2026, 11, 2, 3, 4, 0, 0, time.UTC), Error: "check failed"}
	for _, target := range allPages() {
		zh, en := b.page(t, target), b.page(t, english(target))
		for lang, d := range map[string]*goquery.Document{"zh-CN": zh, "en": en} {
			wellMade(t, target, lang, d)
		}
		if !hasHan(zh.Find("main").Text()) {
			t.Errorf("%s: no Chinese on the Chinese page", target)
		}
		if own := en.Find("[data-han]").Text(); strings.Contains(own, "本系统") {
			t.Errorf("%s: a sentence of the product passes for data", target)
		}
		en.Find("[data-han]").Remove()
		en.Find("script").Remove()
		html, err := en.Html()
		if err != nil {
			t.Fatal(err)
		}
		for _, data := range []string{"城东", "城西", "一班", "二班", "张伟", "李娜", "阿宝"} { // members in URLs and labels
			html = strings.ReplaceAll(strings.ReplaceAll(html, data, ""), url.QueryEscape(data), "")
		}
		if i := strings.IndexFunc(html, func(r rune) bool { return unicode.Is(unicode.Han, r) }); i >= 0 {
			t.Errorf("%s: Chinese on the English page: …%s…", target, html[max(0, i-80):min(len(html), i+60)])
		}
	}
}

func hasHan(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

// wellMade checks what holds for every page.
func wellMade(t *testing.T, target, lang string, d *goquery.Document) {
	t.Helper()
	bad := func(what string) { t.Errorf("%s (%s): %s", target, lang, what) }
	if got := d.Find("html").AttrOr("lang", ""); got != lang {
		bad("html lang " + got)
	}
	if d.Find("h1").Length() != 1 || d.Find("main").Length() != 1 {
		bad("not exactly one h1 and main")
	}
	if d.Find("[style],[onclick],style").Length() > 0 || d.Find("script:not([src]):not([type='application/json'])").Length() > 0 {
		bad("inline style or script")
	}
	if !strings.Contains(d.Find(".banner.demo").Text()+".", map[string]string{"zh-CN": "演示数据", "en": "Demonstration"}[lang]) {
		bad("demo data is not said")
	}
	if d.Find(".banner.bad").Length() != 1 || d.Find(".stamp").Length() != 1 {
		bad("no failed run or no stamp")
	}
	d.Find("table").Each(func(_ int, s *goquery.Selection) {
		if s.Find("caption").Length() == 0 && s.Closest("figure").Length() == 0 {
			bad("table without caption")
		}
	})
	if d.Find("th:not([scope])").Length() > 0 {
		bad("th without scope")
	}
	ids := map[string]bool{}
	d.Find("[id]").Each(func(_ int, s *goquery.Selection) {
		id := s.AttrOr("id", "")
		if ids[id] {
			bad("id twice: " + id)
		}
		ids[id] = true
	})
	d.Find("select, input:not([type=hidden])").Each(func(_ int, s *goquery.Selection) {
		if s.Closest("label").Length() == 0 {
			bad("field without label")
		}
	})
	if key := regexp.MustCompile(`(dashboard|kpi|chart|reports)\.[a-z_]+[.a-z_]*`).FindString(d.Find("body").Text()); key != "" && key != "kpi.sql" {
		bad("missing text " + key)
	}
	if strings.Contains(d.Text(), "%!") {
		bad("wrong arguments of a text")
	}
}

// TestTemplates_texts: every key a template names is in the catalogue.
func TestTemplates_texts(t *testing.T) {
	key := regexp.MustCompile(`\.T "([^"]+)"`)
	names, err := fs.Glob(files, "templates/*.html")
	if err != nil {
		t.Fatal(err)
	}
	if len(names) != len(pageNames())+2 {
		t.Errorf("%d templates, %d pages", len(names), len(pageNames()))
	}
	for _, name := range names {
		data, err := fs.ReadFile(files, name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range key.FindAllStringSubmatch(string(data), -1) {
			if !text.Has(m[1]) {
				t.Errorf("%s: no text %s", name, m[1])
			}
		}
	}
}

// TestFilter_roundTrip: the state of a page lives in its URL, links keep it, and the door is asked for it.
func TestFilter_roundTrip(t *testing.T) {
	b := newBench(t, kpi.Everything())
	d := b.page(t, "/?period=2026-09&region=城东&manager=-&tier=2")
	chosen := map[string]string{}
	d.Find("form.filter select").Each(func(_ int, s *goquery.Selection) {
		chosen[s.AttrOr("name", "")] = s.Find("option[selected]").AttrOr("value", "")
	})
	if diff := cmp.Diff(map[string]string{"period": "2026-09", "region": "城东", "manager": "-", "tier": "2", "team": ""}, chosen); diff != "" {
		t.Error(diff)
	}
	for _, q := range b.door.asked {
		want := map[kpi.Dim][]string{kpi.ByRegion: {"城东"}, kpi.ByManager: {""}, kpi.ByTier: {"2"}}
		if diff := cmp.Diff(want, q.Filter); diff != "" {
			t.Error(diff)
		}
	}
	link, ok := d.Find("#card-B1 h3 a").Attr("href")
	if !ok {
		t.Fatal("no link")
	}
	u, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	want := url.Values{"period": {"2026-09"}, "region": {"城东"}, "manager": {"-"}, "tier": {"2"}}
	if diff := cmp.Diff(want, u.Query()); diff != "" || u.Path != "/kpi/B1" {
		t.Errorf("%s: %s", link, diff)
	}
	if k1 := d.Find("#card-K1 h3 a").AttrOr("href", ""); !strings.Contains(k1, "period=2026-Q3") {
		t.Errorf("the tier card links to %s", k1)
	}
}

func TestPeriodFor(t *testing.T) {
	own := func(periods ...string) kpi.Definition { return kpi.Definition{OverTime: "own", Periods: periods} }
	for _, tt := range []struct {
		d        kpi.Definition
		on, want string
	}{
		{kpi.Definition{OverTime: "sum"}, "2026-10", "2026-10"},
		{own("month", "quarter"), "2026-10", "2026-10"},
		{own("quarter"), "2026-10", "2026-Q3"}, // October's quarter is not over
		{own("quarter"), "2026-09", "2026-Q3"},
		{own("quarter", "year"), "2026", "2026"},
		{own("half"), "2026-10", "2026-H1"},
		{own("month", "quarter"), "2026-H1", "2026-Q2"},
		{own("quarter"), "2026-01..2026-05", "2026-Q1"},
	} {
		p, err := parseFilter(url.Values{"period": {tt.on}}, kpi.Period{})
		if err != nil {
			t.Fatal(err)
		}
		if got := tt.d.Within(p.Period).String(); got != tt.want {
			t.Errorf("%v on %s: %s, want %s", tt.d.Periods, tt.on, got, tt.want)
		}
	}
}

func TestBreakdown_sortedByID(t *testing.T) {
	d := newBench(t, kpi.Everything()).page(t, "/kpi/A1")
	var got []string
	d.Find("#by-manager tbody th").Each(func(_ int, s *goquery.Selection) { got = append(got, s.Text()) })
	if diff := cmp.Diff([]string{"张伟", "李娜", "阿宝", "未分配"}, got); diff != "" { // M001, M002, M003, none
		t.Error(diff)
	}
	if d.Find("#by-manager svg.line").Length() != 4 {
		t.Error("intervals are not drawn")
	}
}

func TestRows(t *testing.T) {
	b := newBench(t, kpi.Everything())
	d := b.page(t, "/kpi/B1/rows?offset=100")
	if got := d.Find(".showing [role=status]").Text(); got != "显示第 101–200 条，共 250 条" {
		t.Error(got)
	}
	if d.Find("a[rel=prev]").Length() != 1 || d.Find("a[rel=next]").Length() != 1 || d.Find("table.rows tbody tr").Length() != 100 {
		t.Error("paging")
	}
	if last := b.page(t, "/kpi/B1/rows?offset=200"); last.Find("a[rel=next]").Length() != 0 || last.Find("tbody tr").Length() != 50 {
		t.Error("last page")
	}
	excluded := b.page(t, "/kpi/B1/rows?excluded=1").Find(".reasons").Text()
	if !strings.Contains(excluded, "1,234") {
		t.Error(excluded)
	}
	for _, bad := range []string{"-1", "x", "99999999999999999999"} {
		if w := b.get(t, "/kpi/B1/rows?offset="+bad); w.Code != http.StatusBadRequest {
			t.Errorf("offset %s: %d", bad, w.Code)
		}
	}
}

func TestRowsCSV(t *testing.T) {
	b := newBench(t, kpi.Everything())
	w := b.get(t, "/kpi/B1/rows.csv?period=2026-10")
	body, ok := strings.CutPrefix(w.Body.String(), "\ufeff")
	if !ok {
		t.Error("no byte order mark")
	}
	lines, err := csv.NewReader(strings.NewReader(body)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(lines) != 251 || lines[1][0] != "'=C0000" || lines[1][14] != "1" || lines[0][0] != "对象" {
		t.Errorf("%d lines, first %q", len(lines), lines[1])
	}
	if got := w.Header().Get("Content-Disposition"); got != `attachment; filename="kamlens-B1-2026-10-rows.csv"` {
		t.Error(got)
	}
}

// TestPages_flows: what went where, by name; only of a measure whose category is a flow.
func TestPages_flows(t *testing.T) {
	b := newBench(t, kpi.Everything())
	for target, want := range map[string]string{
		"/kpi/K1": "期初 ╲ 期末一级二级流失 一级400 二级2301", "/kpi/K1?lang=en": "At the start ╲ At the endTier 1Tier 2Lost Tier 1400 Tier 22301", "/kpi/B1": "",
	} {
		d := b.page(t, target).Find("#flows")
		got := strings.Join([]string{d.Find("thead").Text(), d.Find("tbody").Text()}, " ")
		if strings.Join(strings.Fields(got), "") != strings.Join(strings.Fields(want), "") {
			t.Errorf("%s: %q, want %q", target, got, want)
		}
	}
}

// TestLinks_keep: the way to the other language keeps an id with a slash, and a page that is not about a period passes it on.
func TestLinks_keep(t *testing.T) {
	b := newBench(t, kpi.Everything())
	if got := b.get(t, "/customers/K%2F9").Body.String(); !strings.Contains(got, `"/customers/K%2F9?lang=en"`) {
		t.Error("the id is lost")
	}
	for _, path := range []string{"/due", "/customers"} {
		if got := b.page(t, path+"?period=2026-Q3").Find("form.filter input[name=period]").AttrOr("value", ""); got != "2026-Q3" {
			t.Errorf("%s passes %q on", path, got)
		}
	}
}
