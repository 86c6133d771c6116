package dashboard

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/store"
	"github.com/kamlens/kamlens/internal/text"
)

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
