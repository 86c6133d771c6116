package main

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/robfig/cron/v3"

	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/store"
)

// TestLastDue: the last time of a schedule, however seldom it comes.
func TestLastDue(t *testing.T) {
	now := time.Date(2026, 11, 22, 9, 7, 30, 0, time.UTC)
	for spec, want := range map[string]string{
		"*/15 * * * *": "2026-11-22 09:00", "0 6 * * *": "2026-11-22 06:00", "0 22 * * *": "2026-11-21 22:00", "7 9 * * *": "2026-11-22 09:07",
		"0 8 * * mon": "2026-11-16 08:00", "0 8 1 * *": "2026-11-01 08:00", "0 0 24 12 *": "2025-12-24 00:00",
	} {
		schedule, err := cron.ParseStandard(spec)
		if err != nil {
			t.Fatal(err)
		}
		if got := lastDue(schedule, now).Format("2006-01-02 15:04"); got != want {
			t.Errorf("%s: %s, want %s", spec, got, want)
		}
	}
	never, err := cron.ParseStandard("0 0 30 2 *")
	if err != nil {
		t.Fatal(err)
	}
	if got := lastDue(never, now); !got.IsZero() {
		t.Errorf("30 February: %s", got)
	}
}

// TestLoadScheduled: a load that is due is done once, missed times are made up for by one load, and a load that fails
// says why and is done again.
func TestLoadScheduled(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	yaml := "language: en\nsources: [{name: customers, feed: customers, path: in/*.csv}]\ninbox: {path: in, settle: 10ms}\njobs: [{name: nightly, ingest: true, schedule: 0 6 * * *}]\n"
	write("kamlens.yaml", yaml)
	if err := os.Mkdir(filepath.Join(dir, "in"), 0o700); err != nil {
		t.Fatal(err)
	}
	c, err := config.Load(filepath.Join(dir, "kamlens.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), c.StorePath())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	clock := time.Date(2026, 11, 22, 7, 0, 0, 0, c.Zone())
	var said bytes.Buffer
	a := &app{stdout: &said, stderr: &said, now: func() time.Time { return clock }, configPath: filepath.Join(dir, "kamlens.yaml")}
	load := func(fine bool) string {
		t.Helper()
		if got := a.loadScheduled(t.Context(), c, s, clock, slog.New(slog.NewTextHandler(&said, nil))); got != fine {
			t.Fatalf("fine: %v\n%s", got, said.String())
		}
		jobs, err := s.Jobs(t.Context(), "nightly")
		if err != nil {
			t.Fatal(err)
		}
		var lines []string
		for _, j := range jobs {
			lines = append(lines, j.Period+" "+string(j.State))
		}
		return strings.Join(lines, ", ")
	}
	write("in/a.csv", "customer_id,name\nC1,One\n")
	if got := load(true); got != "2026-11-22 06:00 written" {
		t.Fatalf("%s\n%s", got, said.String())
	}
	first, err := s.Current(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	write("in/b.csv", "customer_id,name\nC2,Two\n")
	load(true) // it is the same day: nothing to do
	if again, err := s.Current(t.Context()); err != nil || again != first {
		t.Fatal("loaded twice for one time of the schedule", err)
	}
	clock = clock.AddDate(0, 0, 3)
	write("in/c.csv", "not a customer\n1\n") // refused: the load is done, and says that it failed
	if got := load(false); got != "2026-11-22 06:00 written, 2026-11-25 06:00 failed" {
		t.Fatal(got)
	}
	if !strings.Contains(said.String(), "1 of 2 files was refused") {
		t.Errorf("the log does not say why: %s", said.String())
	}
	if got := load(true); got != "2026-11-22 06:00 written, 2026-11-25 06:00 written" {
		t.Fatal(got)
	}
	for _, name := range []string{"done/a.csv", "done/b.csv", "failed/c.csv"} {
		if _, err := os.Stat(filepath.Join(dir, "in", name)); err != nil {
			t.Error(err)
		}
	}
}
