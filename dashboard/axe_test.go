package dashboard

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/store"
	"github.com/kamlens/kamlens/internal/text"
	"github.com/kamlens/kamlens/reports"
)

// axeScript returns the rules of accessibility that the test set-up installs beside the other tools.
func axeScript(t *testing.T) []byte {
	t.Helper()
	script, err := os.ReadFile(filepath.Join("..", "bin", "tools", "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		t.Skip("axe-core is not installed")
	}
	return script
}

// look is one page as one reader sees it.
type look struct {
	URL    string `json:"url"`
	Width  int    `json:"width"`
	Scheme string `json:"scheme"` // light or dark
}

// finding is what axe says about a look, or an error of the page.
type finding struct {
	look
	Rule   string   `json:"rule"`
	Impact string   `json:"impact"` // minor, moderate, serious, critical
	Help   string   `json:"help"`
	Where  []string `json:"where"`
}

// harness shows one look after the other in a frame, lets axe judge it, and sends what it found. A page that is wider
// than its frame is found as well.
const harness = `<!doctype html><html lang="en"><title>harness</title><body><script>
(async function () {
  var looks = await (await fetch('/looks.json')).json(), found = [];
  for (var look of looks) {
    var frame = document.createElement('iframe');
    frame.style.cssText = 'border:0;height:844px;width:' + look.width + 'px;color-scheme:' + look.scheme;
    frame.src = look.url;
    await new Promise(function (done) { frame.onload = done; document.body.appendChild(frame); });
    var page = frame.contentDocument, script = page.createElement('script');
    script.src = '/axe.js';
    try {
      await new Promise(function (done, failed) { script.onload = done; script.onerror = failed; page.head.appendChild(script); });
      var result = await frame.contentWindow.axe.run(page, { resultTypes: ['violations'] });
      result.violations.forEach(function (v) {
        found.push(Object.assign({ rule: v.id, impact: v.impact, help: v.help, where: v.nodes.slice(0, 4).map(function (n) {
          return n.target.join(' ') + ': ' + n.html.slice(0, 160) + ' ' + n.failureSummary.slice(0, 300);
        }) }, look));
      });
      if (page.documentElement.scrollWidth > look.width) {
        found.push(Object.assign({ rule: 'wider-than-the-screen', impact: 'serious', help: String(page.documentElement.scrollWidth), where: [] }, look));
      }
    } catch (e) {
      found.push(Object.assign({ rule: 'error', impact: 'critical', help: String(e), where: [] }, look));
    }
    frame.remove();
  }
  await fetch('/found', { method: 'POST', body: JSON.stringify(found) });
})();
</script></body></html>`

// axeLooks are every page in both languages, once on a desk and once on a phone, once light and once dark; the pairs
// change from page to page.
func axeLooks(pages []string) []look {
	var list []look
	for i, p := range pages {
		wide, narrow := look{p, 1440, "light"}, look{english(p), 390, "dark"}
		if i%2 == 1 {
			wide.URL, narrow.URL, wide.Scheme, narrow.Scheme = narrow.URL, wide.URL, "dark", "light"
		}
		list = append(list, wide, narrow)
	}
	return list
}

// judge lets Chromium and axe look at what a handler serves.
func judge(t *testing.T, pages http.Handler, looks []look) []finding {
	t.Helper()
	script, chromium := axeScript(t), browser(t)
	sent := make(chan []finding, 1)
	mux := http.NewServeMux()
	mux.HandleFunc("/axe.js", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(script) })
	mux.HandleFunc("/harness", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(harness)) })
	mux.HandleFunc("/looks.json", func(w http.ResponseWriter, _ *http.Request) { _ = json.NewEncoder(w).Encode(looks) })
	mux.HandleFunc("/found", func(_ http.ResponseWriter, r *http.Request) {
		var list []finding
		if err := json.NewDecoder(r.Body).Decode(&list); err != nil {
			list = []finding{{Rule: "error", Impact: "critical", Help: err.Error()}}
		}
		sent <- list
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		answer := httptest.NewRecorder()
		r.Header.Del("Accept-Encoding")
		pages.ServeHTTP(answer, r)
		// Without the policy, in headers and in the page: axe is a foreign script.
		w.Header().Set("Content-Type", answer.Header().Get("Content-Type"))
		w.WriteHeader(answer.Code)
		_, _ = w.Write(bytes.Replace(answer.Body.Bytes(), []byte(`http-equiv="Content-Security-Policy"`), []byte("data-policy"), 1))
	})
	server := httptest.NewServer(mux)
	defer server.Close()
	ctx, stop := context.WithTimeout(t.Context(), 6*time.Minute)
	defer stop()
	cmd := exec.CommandContext(ctx, chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
		"--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
		"--user-data-dir="+t.TempDir(), "--window-size=1600,1000", "--remote-debugging-port=0", server.URL+"/harness")
	cmd.WaitDelay = 10 * time.Second
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { stop(); _ = cmd.Wait() }()
	select {
	case list := <-sent:
		return list
	case <-ctx.Done():
		t.Fatal("the browser did not answer in time")
	}
	return nil
}

// TestAxe: axe finds nothing, not even what it calls moderate, on any page or document, in either language, light or dark, on a desk or
// a phone; and no page is wider than the screen.
func TestAxe(t *testing.T) {
	if testing.Short() {
		t.Skip("chromium and axe-core: -short")
	}
	axeScript(t)
	browser(t)
	b := newBench(t, kpi.Everything())
	b.state.ran, b.state.run = true, store.Run{FinishedAt: time.Date(2026, 11, 2, 3, 4, 0, 0, time.UTC), Error: "check failed", ErrorZH: "检查未通过"}
	pages := []string{
		"/", "/?period=2026-11", "/kpi/A1", "/kpi/B2", "/kpi/G1", "/kpi/K1", "/kpi/B1", "/kpi/B1?period=2026-11", "/kpi/B1/rows", "/kpi/B1/rows?excluded=1", "/definitions",
		"/definitions/B2.calendar", "/customers", "/customers/K1", "/customers/K4", "/quality", "/reports", "/nowhere", "/document/monthly", "/document/manager",
	}
	mux := http.NewServeMux()
	mux.Handle("/", b.Handler())
	mux.HandleFunc("/document/", func(w http.ResponseWriter, r *http.Request) {
		o := reports.Options{Period: b.door.LastFullMonth(), Lang: text.ZH}
		if r.URL.Query().Get("lang") == "en" {
			o.Lang = text.EN
		}
		doc, err := reports.Monthly(r.Context(), b.door, kpi.Everything(), o)
		if strings.HasSuffix(r.URL.Path, "manager") {
			doc, err = reports.Manager(r.Context(), b.door, kpi.Everything(), "M001", o)
		}
		if err == nil {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			err = reports.HTML(r.Context(), w, doc)
		}
		if err != nil {
			t.Error(err)
		}
	})
	for _, f := range judge(t, mux, axeLooks(pages)) {
		t.Errorf("%s at %d, %s: %s (%s): %s\n\t%s", f.URL, f.Width, f.Scheme, f.Rule, f.Impact, f.Help, strings.Join(f.Where, "\n\t"))
	}
}
