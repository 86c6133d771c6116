package dashboard

import (
	"context"
	"encoding/csv"
	"errors"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
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
		"/kpi/K1", "/kpi/Z9", "/kpi/A1?manager=M001", "/kpi/B1/rows", "/kpi/B2/rows?offset=100", "/kpi/B1/rows?excluded=1",
		"/definitions", "/definitions/B2.calendar", "/quality", "/reports",
	}
}

func english(target string) string {
	if strings.Contains(target, "?") {
		return target + "&lang=en"
	}
	return target + "?lang=en"
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
	d.Find("select, input").Each(func(_ int, s *goquery.Selection) {
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

// TestOverview_statuses: a number is never alone, and where there is none the reader learns why.
func TestOverview_statuses(t *testing.T) {
	b := newBench(t, kpi.Everything())
	zh, en := b.page(t, "/"), b.page(t, "/?lang=en")
	tests := []struct{ card, zh, en string }{
		// step 0: 0.93 + 0.02 sin 0 = 93.0 %; interval 90 to 95; target 93.0 is met; the month before was 1.2 points less
		{"A1", "93.0 % ✓ 达标 95% 区间 90.0–95.0 % n=412 目标 93.0 % 较2026年9月 ▲ +1.2 个百分点 较2025年10月 —",
			"93.0 % ✓ on target 95% interval 90.0–95.0 % n=412 target 93.0 % vs Sep 2026 ▲ +1.2 pp vs Oct 2025 —"},
		{"A2", "样本不足 (n=3)", "too few (n=3)"},
		{"C1", "未配置", "not configured"},
		{"F1", "无数据：缺少走访、计划与豁免", "no data: missing Visits, Planned duties and waivers"},
		{"G1", "未成熟，2026-12-01 起定案", "not mature until 2026-12-01"},
		{"K1", "2026年3季度", "Q3 2026"},
		{"Z9", "— 此周期无定义", "— not defined for this period"},
		// 0.93 x 9000 s = 8370 s = 2.325 h; P90 is three times that: 6.975 h
		{"B2", "2.3 小时 ✓ 达标 95% 区间 2.3–2.4 小时 P90 7.0 小时 n=412", "2.3 h ✓ on target 95% interval 2.3–2.4 h P90 7.0 h n=412"},
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
	var families []string
	zh.Find(".family h2").Each(func(_ int, s *goquery.Selection) { families = append(families, s.Text()) })
	if diff := cmp.Diff([]string{"满意度", "保有", "响应与解决", "客户级别", "走访与投诉", "其他"}, families); diff != "" {
		t.Error(diff)
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
		if got := periodFor(tt.d, p.Period).String(); got != tt.want {
			t.Errorf("%v on %s: %s, want %s", tt.d.Periods, tt.on, got, tt.want)
		}
	}
}

func TestBreakdown_sortedByName(t *testing.T) {
	d := newBench(t, kpi.Everything()).page(t, "/kpi/A1")
	var got []string
	d.Find("#by-manager tbody th").Each(func(_ int, s *goquery.Selection) { got = append(got, s.Text()) })
	if diff := cmp.Diff([]string{"阿宝", "李娜", "张伟", "未分配"}, got); diff != "" { // ā, lǐ, zhāng
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

func TestSecurityHeaders(t *testing.T) {
	b := newBench(t, kpi.Everything())
	for _, target := range append(allPages(), "/nowhere", "/healthz", "/kpi/nope", b.assets.url("app.css")) {
		h := b.get(t, target).Header()
		for name, want := range map[string]string{
			"Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
		} {
			if h.Get(name) != want {
				t.Errorf("%s: %s is %q", target, name, h.Get(name))
			}
		}
		if !strings.Contains(h.Get("Content-Type"), "charset=utf-8") {
			t.Errorf("%s: content type %q", target, h.Get("Content-Type"))
		}
	}
}

func TestErrors(t *testing.T) {
	b := newBench(t, kpi.Everything())
	for target, want := range map[string]int{
		"/nowhere": 404, "/kpi/nope": 404, "/kpi/:id": 404, "/?period=soon": 400, "/assets/none.js": 404, "/definitions/x": 404,
		"/reports/monthly/2026-10/other.xlsx": 404, "/reports/managers/2026-10/月报.xlsx": 404,
		"/reports/monthly/2026-10/..%2f..%2fx": 404, "/reports/monthly/..%2fmonthly%2f2026-10/月报.xlsx": 404,
	} {
		w := b.get(t, target)
		if w.Code != want {
			t.Errorf("%s: %d, want %d", target, w.Code, want)
		}
		if d := parse(t, w.Body.String()); d.Find("h1").Length() != 1 {
			t.Errorf("%s: no error page", target)
		}
	}
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader("x"))
	r.Host = "localhost:8080"
	w := httptest.NewRecorder()
	b.Handler().ServeHTTP(w, r)
	if w.Code != http.StatusMethodNotAllowed {
		t.Errorf("POST: %d", w.Code)
	}
	b.door.failing = errors.New("secret detail")
	w = b.get(t, "/?lang=en")
	if w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "secret") || w.Header().Get("ETag") != "" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if b.door.failing = nil; b.get(t, "/?lang=en").Code != http.StatusOK {
		t.Error("a failed page was kept")
	}
}

// TestPanic: the reader gets an error page, the program goes on.
func TestPanic(t *testing.T) {
	b := newBench(t, kpi.Everything())
	b.engine.GET("/boom", b.Server.page(func(*ask) (view, error) { panic("boom") }))
	if w := b.get(t, "/boom"); w.Code != http.StatusInternalServerError || !strings.Contains(w.Body.String(), "<h1") {
		t.Errorf("%d", w.Code)
	}
	if b.door.using.Load() != 0 {
		t.Error("the snapshot was not given back")
	}
}

func TestForeignHost(t *testing.T) {
	b := newBench(t, kpi.Everything())
	for host, want := range map[string]int{
		"127.0.0.1:8080": 200, "localhost": 200, "[::1]:8080": 200, "evil.example:8080": 403, "10.0.0.7": 403, "": 403,
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Host = host
		w := httptest.NewRecorder()
		b.Handler().ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("host %q: %d, want %d", host, w.Code, want)
		}
	}
}

func TestCheckAddress(t *testing.T) {
	for address, fine := range map[string]bool{
		"127.0.0.1:8080": true, "localhost:0": true, "[::1]:80": true, "127.9.9.9:1": true,
		":8080": false, "0.0.0.0:8080": false, "192.168.1.4:80": false, "example.com:80": false, "8080": false, "[::]:80": false,
	} {
		if err := CheckAddress(address); (err == nil) != fine {
			t.Errorf("%s: %v", address, err)
		}
	}
}

// TestZeroScope: a reader who may see nothing sees no customer, member, file or number.
func TestZeroScope(t *testing.T) {
	b := newBench(t, kpi.Scope{})
	for _, target := range append(allPages(), "/kpi/B1/rows.csv") {
		if target == "/?period=2026-Q3&region=城东&tier=2&manager=-" || strings.Contains(target, "manager=M001") {
			continue // the question itself names members
		}
		body := regexp.MustCompile(`/assets/[^"]+`).ReplaceAllString(b.get(t, target).Body.String(), "") // hashes may hold any digits
		for _, secret := range []string{"张伟", "华东科技", "412", "cases-10.csv", "城东", "93.0"} {
			if strings.Contains(body, secret) {
				t.Errorf("%s shows %s", target, secret)
			}
		}
	}
}

func TestETag(t *testing.T) {
	b := newBench(t, kpi.Everything())
	first := b.get(t, "/?period=2026-10")
	tag := first.Header().Get("ETag")
	if w := b.get(t, "/?period=2026-10", "If-None-Match", tag); w.Code != http.StatusNotModified || w.Body.Len() != 0 {
		t.Errorf("%d", w.Code)
	}
	asked := len(b.door.asked)
	if b.get(t, "/?period=2026-10"); len(b.door.asked) != asked {
		t.Error("the same page was computed twice")
	}
	for what, w := range map[string]*httptest.ResponseRecorder{
		"other language": b.get(t, "/?period=2026-10", "Cookie", "kamlens_lang=en"),
		"other question": b.get(t, "/?period=2026-09"),
	} {
		if w.Header().Get("ETag") == tag {
			t.Error(what + ": same ETag")
		}
	}
	b.state.ran, b.state.run = true, store.Run{FinishedAt: time.Unix(1, 0)}
	if b.get(t, "/?period=2026-10").Header().Get("ETag") == tag {
		t.Error("a failed run: same ETag")
	}
	other := newBench(t, kpi.Scope{Teams: []string{"一班"}})
	if other.get(t, "/?period=2026-10").Header().Get("ETag") == tag {
		t.Error("other scope: same ETag")
	}
	if zipped := b.get(t, "/?period=2026-10", "Accept-Encoding", "gzip"); zipped.Header().Get("Content-Encoding") != "gzip" {
		t.Error("not compressed")
	}
}

// TestFollow_warms: the overview of a new snapshot is ready before anybody asks.
func TestFollow_warms(t *testing.T) {
	b := newBench(t, kpi.Everything())
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { b.Follow(ctx, time.Hour); close(done) }()
	for range 200 {
		if b.cached() == 2 {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if n := b.cached(); n != 2 {
		t.Errorf("%d pages are ready", n)
	}
	stop()
	<-done
	b.door.failing = errors.New("asked again")
	if w := b.get(t, "/"); w.Code != http.StatusOK {
		t.Error("the overview was not ready")
	}
}

func (b bench) cached() int {
	b.cache.mu.Lock()
	defer b.cache.mu.Unlock()
	return len(b.cache.pages)
}

func TestLanguage_isKept(t *testing.T) {
	b := newBench(t, kpi.Everything())
	w := b.get(t, "/?lang=en")
	cookie := w.Header().Get("Set-Cookie")
	if !strings.Contains(cookie, "kamlens_lang=en") || !strings.Contains(cookie, "HttpOnly") {
		t.Error(cookie)
	}
	d := parse(t, b.get(t, "/quality", "Cookie", "kamlens_lang=en").Body.String())
	if d.Find("html").AttrOr("lang", "") != "en" {
		t.Error("the language was forgotten")
	}
}

func TestAssets(t *testing.T) {
	b := newBench(t, kpi.Everything())
	d := b.page(t, "/")
	var urls []string
	d.Find("script[src], link[href]").Each(func(_ int, s *goquery.Selection) {
		urls = append(urls, s.AttrOr("src", "")+s.AttrOr("href", ""))
	})
	if len(urls) != 5 {
		t.Errorf("assets: %v", urls)
	}
	total := 0
	for _, u := range urls {
		w := b.get(t, u, "Accept-Encoding", "gzip")
		if w.Code != http.StatusOK || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") {
			t.Errorf("%s: %d %s", u, w.Code, w.Header().Get("Cache-Control"))
		}
		total += w.Body.Len()
	}
	page := b.get(t, "/", "Accept-Encoding", "gzip").Body.Len()
	if total+page > 600<<10 || page > 60<<10 { // the budgets of the design
		t.Errorf("first visit %d bytes, page %d bytes", total+page, page)
	}
}

func TestDocument(t *testing.T) {
	b := newBench(t, kpi.Everything())
	d := b.page(t, "/reports")
	link := d.Find("a[download]").AttrOr("href", "")
	w := b.get(t, link)
	if w.Code != http.StatusOK || w.Body.String() != "book" || !strings.HasPrefix(w.Header().Get("Content-Disposition"), "attachment") {
		t.Errorf("%s: %d %q %v", link, w.Code, w.Body, w.Header())
	}
}

// TestSharedWords: the words that other rooms own are still where this room looks for them.
func TestSharedWords(t *testing.T) {
	if got := word(text.ZH, "reject", "bad_time"); got == "bad_time" {
		t.Error("the rejects have lost their words")
	}
	if !text.Has("reports.word.feed.visits") || slices.Contains([]string{"", "visits"}, word(text.ZH, "feed", "visits")) {
		t.Error("the feeds have lost their names")
	}
}
