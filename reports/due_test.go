package reports

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/store"
)

// shanghai is UTC+8; the ledger works in the configured zone.
func shanghai(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func when(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", s, shanghai(t))
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// newLedger has one monthly job on the first of the month at eight; its state file is at path, shared by "processes".
func newLedger(t *testing.T, dir string, f *fake) *Ledger {
	t.Helper()
	s, err := store.Open(t.Context(), filepath.Join(dir, "app.sqlite"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return &Ledger{
		Jobs: []config.Job{{Name: "monthly-report", Report: "monthly", Schedule: "0 8 1 * *", Formats: []string{"xlsx"}, Language: "zh-CN", CatchUp: 3}},
		Zone: shanghai(t), Store: s, Dir: filepath.Join(dir, "reports"),
		Clock: func() time.Time { return time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC) },
		Open:  func(context.Context) (Source, func() error, error) { return f, func() error { return nil }, nil },
	}
}

// run returns the periods written, and fails on anything that was not.
func run(t *testing.T, g *Ledger, now string) []string {
	t.Helper()
	list, err := g.Run(t.Context(), when(t, now))
	if err != nil {
		t.Fatal(err)
	}
	var periods []string
	for _, o := range list {
		if o.Err != nil {
			t.Fatalf("%s: %v", o.Period, o.Err)
		}
		periods = append(periods, o.Period)
	}
	return periods
}

func TestRun_whenDue(t *testing.T) {
	f := newFake(false)
	f.asOf = time.Date(2027, 4, 1, 0, 0, 0, 0, time.UTC)
	g := newLedger(t, t.TempDir(), f)
	for _, step := range []struct {
		now  string
		want []string
	}{
		{"2026-11-01 07:59", []string{"2026-09"}}, // October is over but its hour has not come; a new job owes one month
		{"2026-11-01 08:00", []string{"2026-10"}},
		{"2026-11-01 08:00", nil}, // written is written
		{"2026-11-30 23:59", nil},
		{"2027-04-01 09:00", []string{"2027-01", "2027-02", "2027-03"}}, // five months missed, three made up for, oldest first
		{"2027-04-01 09:01", nil},
	} {
		if diff := cmp.Diff(step.want, run(t, g, step.now)); diff != "" {
			t.Errorf("at %s (-want +got)\n%s", step.now, diff)
		}
	}
}

func TestDue_writesNothing(t *testing.T) {
	g := newLedger(t, t.TempDir(), newFake(false))
	list, err := g.Due(t.Context(), when(t, "2026-11-02 00:00"))
	if err != nil || len(list) != 1 || list[0].Period != "2026-10" || !list[0].DueAt.Equal(when(t, "2026-11-01 08:00")) {
		t.Errorf("Due: %+v, %v", list, err)
	}
	if jobs, err := g.Store.Jobs(t.Context(), ""); err != nil || len(jobs) != 0 {
		t.Errorf("the ledger holds %v, %v after a dry run", jobs, err)
	}
}

// Midnight of the first is the first instant after the month, and counts.
func TestRun_atMidnight(t *testing.T) {
	g := newLedger(t, t.TempDir(), newFake(false))
	g.Jobs[0].Schedule = "0 0 1 * *"
	if diff := cmp.Diff([]string{"2026-10"}, run(t, g, "2026-11-01 00:00")); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// TestDocument_made: a document says when it was made by the clock, not up to when the schedule was held against (a demo's day ends
// for ever at its last second).
func TestDocument_made(t *testing.T) {
	f := newFake(false)
	g := newLedger(t, t.TempDir(), f)
	doc, err := g.document(t.Context(), f, due{job: g.Jobs[0], period: october(t)})
	if err != nil {
		t.Fatal(err)
	}
	if got := doc.Stamp[len(doc.Stamp)-1]; got != "编制时间 2026-11-21 08:00" { // midnight UTC in Shanghai
		t.Errorf("the stamp ends with %q", got)
	}
}

func TestRun_filesAndHashes(t *testing.T) {
	dir := t.TempDir()
	g := newLedger(t, dir, newFake(false))
	run(t, g, "2026-11-01 08:00")
	jobs, err := g.Store.Jobs(t.Context(), "monthly-report")
	if err != nil || len(jobs) != 1 || len(jobs[0].Files) != 1 {
		t.Fatalf("ledger: %+v, %v", jobs, err)
	}
	file := jobs[0].Files[0]
	data, err := os.ReadFile(filepath.Join(dir, "reports", "monthly-report", "2026-10", file.Name))
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(data)
	if hex.EncodeToString(sum[:]) != file.SHA256 || int64(len(data)) != file.Bytes {
		t.Errorf("the ledger says %s, %d bytes; the file is %x, %d bytes", file.SHA256, file.Bytes, sum, len(data))
	}
	if jobs[0].Snapshot != "snap-01.duckdb" || jobs[0].State != store.JobWritten {
		t.Errorf("ledger: %+v", jobs[0])
	}
	onlyFinished(t, filepath.Join(dir, "reports", "monthly-report"), "2026-10")
}

// onlyFinished fails when a folder holds anything but what is named: half-written files have other names.
func onlyFinished(t *testing.T, dir string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got)\n%s", dir, diff)
	}
}

func TestRun_manyProcessesWriteOnce(t *testing.T) {
	dir := t.TempDir()
	var wg sync.WaitGroup
	var mu sync.Mutex
	var wrote []string
	for range 4 {
		g := newLedger(t, dir, newFake(false))
		wg.Go(func() {
			list, err := g.Run(context.WithoutCancel(t.Context()), when(t, "2026-11-01 08:00"))
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			for _, o := range list {
				wrote = append(wrote, o.Period)
				if o.Err != nil {
					t.Error(o.Err)
				}
			}
		})
	}
	wg.Wait()
	if diff := cmp.Diff([]string{"2026-10"}, wrote); diff != "" {
		t.Errorf("written (-want +got)\n%s", diff)
	}
	onlyFinished(t, filepath.Join(dir, "reports", "monthly-report"), "2026-10")
}

// TestRun_afterACrash: a process claimed the job and died; it may even have moved the files.
func TestRun_afterACrash(t *testing.T) {
	dir := t.TempDir()
	g := newLedger(t, dir, newFake(false))
	ctx := t.Context()
	if err := g.Store.PlanJob(ctx, "monthly-report", "2026-10", when(t, "2026-11-01 08:00")); err != nil {
		t.Fatal(err)
	}
	if _, ok, err := g.Store.ClaimJob(ctx, "monthly-report", "2026-10", g.Clock(), StaleAfter); !ok || err != nil {
		t.Fatal(ok, err)
	}
	place := filepath.Join(dir, "reports", "monthly-report", "2026-10")
	if err := os.MkdirAll(place, 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(place, "left-over.xlsx"), []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := run(t, g, "2026-11-01 08:10"); got != nil {
		t.Errorf("written while another process may still be at it: %v", got)
	}
	start := g.Clock()
	g.Clock = func() time.Time { return start.Add(StaleAfter) }
	if diff := cmp.Diff([]string{"2026-10"}, run(t, g, "2026-11-01 08:40")); diff != "" {
		t.Errorf("after the claim went stale (-want +got)\n%s", diff)
	}
	onlyFinished(t, place, "monthly-2026-10.xlsx")
}

func TestRun_failureLeavesNothing(t *testing.T) {
	for _, c := range []struct {
		name  string
		spoil func(f *fake)
		kind  fault.Kind
		says  string
	}{
		{"the door fails", func(f *fake) { f.fail = errors.New("column gone") }, fault.Internal, "column gone"},
		{"there are no rows", func(f *fake) { f.blank = true }, fault.Refused, "没有任何指标有记录"},
		{"the snapshot is too early", func(f *fake) { f.asOf = time.Date(2026, 10, 31, 0, 0, 0, 0, time.UTC) }, fault.Refused, "2026-10-31"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir, f := t.TempDir(), newFake(false)
			g := newLedger(t, dir, f)
			c.spoil(f)
			list, err := g.Run(t.Context(), when(t, "2026-11-01 08:00"))
			if err != nil || len(list) != 1 || fault.KindOf(list[0].Err) != c.kind {
				t.Fatalf("Run: %+v, %v; want one failure of kind %v", list, err, c.kind)
			}
			onlyFinished(t, filepath.Join(dir, "reports", "monthly-report"))
			jobs, err := g.Store.Jobs(t.Context(), "")
			if err != nil || jobs[0].State != store.JobFailed || !strings.Contains(jobs[0].Error, c.says) {
				t.Errorf("ledger: %+v, %v; want failed with %q", jobs, err, c.says)
			}
			good := newFake(false)
			g.Open = func(context.Context) (Source, func() error, error) { return good, func() error { return nil }, nil }
			if diff := cmp.Diff([]string{"2026-10"}, run(t, g, "2026-11-01 08:05")); diff != "" {
				t.Errorf("the next run (-want +got)\n%s", diff)
			}
		})
	}
}

func TestRun_nothingDueOpensNothing(t *testing.T) {
	g := newLedger(t, t.TempDir(), newFake(false))
	g.Jobs = nil
	g.Open = func(context.Context) (Source, func() error, error) {
		t.Error("the door was opened")
		return nil, nil, errors.New("no")
	}
	if got := run(t, g, "2026-11-01 08:00"); got != nil {
		t.Errorf("written: %v", got)
	}
}
