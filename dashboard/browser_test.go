package dashboard

import (
	"context"
	"net"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/kamlens/kamlens/internal/kpi"
)

// listen serves the bench on a free port until ctx ends.
func (b bench) listen(t *testing.T, ctx context.Context) (string, <-chan error) { //nolint:revive // t first, as in testing
	t.Helper()
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- b.Serve(ctx, l) }()
	return l.Addr().String(), done
}

// browser returns an installed Chromium.
func browser(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("chromium is not installed")
	return ""
}

// TestBrowser: in a real browser the overview and a measure draw their charts, with nothing on the console and nothing
// that the Content-Security-Policy had to stop.
func TestBrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("chromium: -short")
	}
	chromium := browser(t)
	b := newBench(t, kpi.Everything())
	ctx, stop := context.WithTimeout(t.Context(), 2*time.Minute)
	defer stop()
	address, done := b.listen(t, ctx)
	for path, charts := range map[string]string{"/": "4", "/kpi/B2?lang=en": "1"} {
		cmd := exec.CommandContext(ctx, chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
			"--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
			"--user-data-dir="+t.TempDir(), "--window-size=1440,900", "--virtual-time-budget=8000",
			"--enable-logging=stderr", "--v=0", "--dump-dom", "http://"+address+path)
		var dom, log strings.Builder
		cmd.Stdout, cmd.Stderr = &dom, &log
		if err := cmd.Run(); err != nil {
			t.Fatalf("%v\n%s", err, log.String())
		}
		page := parse(t, dom.String())
		if got := page.Find("html").AttrOr("data-charts", "none"); got != charts {
			t.Errorf("%s: %s charts drawn, want %s\n%s", path, got, charts, log.String())
		}
		page.Find(".plot").Each(func(_ int, s *goquery.Selection) {
			if s.Find("canvas").Length() == 0 {
				t.Errorf("%s: an empty chart", path)
			}
		})
		for _, line := range strings.Split(log.String(), "\n") {
			if strings.Contains(line, "CONSOLE") || strings.Contains(line, "Content Security Policy") {
				t.Errorf("%s: %s", path, line)
			}
		}
	}
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
}
