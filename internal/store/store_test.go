package store_test

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/store"
	"github.com/kamlens/kamlens/internal/text"
)

func open(t *testing.T, path string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func at(minute int) time.Time { return time.Date(2026, 11, 1, 8, minute, 0, 0, time.UTC) }

func TestPublish_flipsThePointer(t *testing.T) {
	ctx, path := t.Context(), filepath.Join(t.TempDir(), "数据 a%b?c", "app.sqlite")
	s := open(t, path)
	if _, err := s.Current(ctx); fault.KindOf(err) != fault.NotFound {
		t.Fatalf("Current of an empty store: %v, want NotFound", err)
	}
	first := store.Publication{Snapshot: "snap-a.duckdb", PublishedAt: at(1), AsOf: at(0), Checks: 58, Warnings: 2}
	second := store.Publication{Snapshot: "snap-b.duckdb", PublishedAt: at(2), AsOf: at(0), Checks: 58}
	for _, p := range []store.Publication{first, second} {
		if err := s.Publish(ctx, p); err != nil {
			t.Fatal(err)
		}
	}
	first.ID, second.ID = 1, 2
	again := open(t, path) // another process sees the same
	got, err := again.Current(ctx)
	if diff := cmp.Diff(second, got); err != nil || diff != "" {
		t.Errorf("Current: %v (-want +got)\n%s", err, diff)
	}
	all, err := again.Publications(ctx)
	if diff := cmp.Diff([]store.Publication{second, first}, all); err != nil || diff != "" {
		t.Errorf("Publications: %v (-want +got)\n%s", err, diff)
	}
}

func TestRunLog(t *testing.T) {
	ctx, s := t.Context(), open(t, filepath.Join(t.TempDir(), "app.sqlite"))
	if _, ok, err := s.LastRun(ctx); ok || err != nil {
		t.Fatalf("LastRun of an empty store: %v, %v", ok, err)
	}
	want := store.Run{StartedAt: at(3), FinishedAt: at(4), Error: "check accounts_disjoint: 3 rows", ErrorZH: "检查未通过"}
	for _, r := range []store.Run{{StartedAt: at(1), FinishedAt: at(2), OK: true, Snapshot: "snap-a.duckdb"}, want} {
		if err := s.RecordRun(ctx, r); err != nil {
			t.Fatal(err)
		}
	}
	got, ok, err := s.LastRun(ctx)
	if diff := cmp.Diff(want, got); !ok || err != nil || diff != "" {
		t.Errorf("LastRun: %v, %v (-want +got)\n%s", ok, err, diff)
	}
}

func TestRun_Reason(t *testing.T) {
	both, old := store.Run{Error: "failed", ErrorZH: "失败"}, store.Run{Error: "failed"}
	got := []string{both.Reason(text.ZH), both.Reason(text.EN), old.Reason(text.ZH), old.Reason(text.EN)}
	if diff := cmp.Diff([]string{"失败", "failed", "failed", "failed"}, got); diff != "" {
		t.Error(diff)
	}
}

// TestOpen_oldRuns: a run recorded before the Chinese reason was kept stays readable.
func TestOpen_oldRuns(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.sqlite")
	open(t, path)
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, statement := range []string{
		"alter table runs drop column error_zh", "delete from goose_db_version where version_id >= 2",
		"alter table publications drop column withdrawn_at", "alter table publications drop column withdrawn_by",
		"alter table publications drop column withdrawn_reason", "alter table publications drop column withdrawn_name",
		"drop table audit_begun", "drop table audit", "drop table person_roles", "drop table people",
		`insert into runs (started_at, finished_at, ok, error, snapshot)
			values ('2026-11-01T08:00:03.000000000Z', '2026-11-01T08:00:04.000000000Z', 0, 'of before', '')`,
	} {
		if _, err := db.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	r, ok, err := open(t, path).LastRun(t.Context())
	if err != nil || !ok || r.Reason(text.ZH) != "of before" {
		t.Errorf("LastRun = %+v, %v, %v; want the run of before", r, ok, err)
	}
}

func TestOpen_togetherOnANewFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.sqlite")
	var wg sync.WaitGroup
	errs := make([]error, 8)
	for i := range errs {
		wg.Go(func() {
			s, err := store.Open(context.WithoutCancel(t.Context()), path)
			if err == nil {
				err = s.Close()
			}
			errs[i] = err
		})
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Error(err)
	}
}

const stale = 30 * time.Minute

func TestClaimJob_oneWins(t *testing.T) {
	ctx, path := t.Context(), filepath.Join(t.TempDir(), "app.sqlite")
	if err := open(t, path).PlanJob(ctx, "monthly", "2026-10", at(0)); err != nil {
		t.Fatal(err)
	}
	var won atomic.Int32
	var wg sync.WaitGroup
	for range 8 {
		s := open(t, path) // a handle each, as processes have
		wg.Go(func() {
			_, ok, err := s.ClaimJob(ctx, "monthly", "2026-10", at(0), stale)
			if err != nil {
				t.Error(err)
			}
			if ok {
				won.Add(1)
			}
		})
	}
	wg.Wait()
	if won.Load() != 1 {
		t.Errorf("%d claims were granted, want 1", won.Load())
	}
}

func TestClaimJob_states(t *testing.T) {
	ctx, s := t.Context(), open(t, filepath.Join(t.TempDir(), "app.sqlite"))
	claim := func(minute int, want bool) store.Claim {
		t.Helper()
		c, ok, err := s.ClaimJob(ctx, "monthly", "2026-10", at(minute), stale)
		if err != nil || ok != want {
			t.Fatalf("claim at minute %d: %v, %v, want %v", minute, ok, err, want)
		}
		return c
	}
	claim(0, false) // never planned
	for range 2 {   // planning twice is planning once
		if err := s.PlanJob(ctx, "monthly", "2026-10", at(0)); err != nil {
			t.Fatal(err)
		}
	}
	slow := claim(0, true)
	claim(29, false)
	fast := claim(30, true) // the first holder is given up after 30 minutes

	var put int
	files := []store.JobFile{{Name: "a.xlsx", SHA256: "00ff", Bytes: 3}}
	move := func() error { put++; return nil }
	if err := s.FinishJob(ctx, slow, at(31), "snap-a", files, move); !errors.Is(err, store.ErrClaimLost) || put != 0 {
		t.Errorf("finish by the slow holder: %v, put %d, want the claim lost and nothing put", err, put)
	}
	if err := s.FailJob(ctx, fast, at(32), "no data"); err != nil {
		t.Fatal(err)
	}
	third := claim(33, true) // a failed job is tried again
	boom := errors.New("disk full")
	if err := s.FinishJob(ctx, third, at(34), "snap-a", files, func() error { return boom }); !errors.Is(err, boom) {
		t.Errorf("finish with a failing move: %v, want %v", err, boom)
	}
	if err := s.FinishJob(ctx, third, at(35), "snap-a", files, move); err != nil || put != 1 {
		t.Fatalf("finish: %v, put %d", err, put)
	}
	claim(99, false) // written for good

	want := []store.Job{{Job: "monthly", Period: "2026-10", State: store.JobWritten, DueAt: at(0), ClaimedAt: at(33),
		FinishedAt: at(35), Attempts: 3, Snapshot: "snap-a", Files: files}}
	for _, name := range []string{"", "monthly"} {
		got, err := s.Jobs(ctx, name)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("Jobs(%q): %v (-want +got)\n%s", name, err, diff)
		}
	}
	if got, err := s.Jobs(ctx, "other"); err != nil || len(got) != 0 {
		t.Errorf("Jobs of another job: %v, %v", got, err)
	}
}

// TestBack: readers go back step by step, over what was withdrawn and what has no file any more, and forward with the
// next publication.
func TestBack(t *testing.T) {
	ctx := t.Context()
	s, err := store.Open(ctx, filepath.Join(t.TempDir(), "app.sqlite"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	at := time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC)
	all := func(string) bool { return true }
	publish := func(name string) {
		t.Helper()
		if err := s.Publish(ctx, store.Publication{Snapshot: name, PublishedAt: at, AsOf: at}); err != nil {
			t.Fatal(err)
		}
	}
	back := func(from, to string, usable func(string) bool) {
		t.Helper()
		f, p, err := s.Back(ctx, store.Withdrawal{At: at, By: "wang", Name: "王芳", Reason: "wrong"}, usable)
		current, cerr := s.Current(ctx)
		if err != nil || cerr != nil || f.Snapshot != from || p.Snapshot != to || current.Snapshot != to {
			t.Errorf("back from %s to %s (current %s), want %s to %s: %v %v", f.Snapshot, p.Snapshot, current.Snapshot, from, to, err, cerr)
		}
	}
	if _, _, err := s.Back(ctx, store.Withdrawal{At: at}, all); fault.KindOf(err) != fault.NotFound {
		t.Errorf("nothing published: %v", err)
	}
	for _, name := range []string{"a", "b", "c", "d"} {
		publish(name)
	}
	back("d", "c", all)
	publish("e")
	back("e", "c", all) // d was withdrawn
	back("c", "a", func(name string) bool { return name != "b" })
	if _, _, err := s.Back(ctx, store.Withdrawal{At: at}, all); fault.KindOf(err) != fault.Refused {
		t.Errorf("nothing before: %v", err)
	}
	list, err := s.Publications(ctx)
	if err != nil || list[0].Withdrawn != (store.Withdrawal{at, "wang", "王芳", "wrong"}) || !list[4].Withdrawn.At.IsZero() {
		t.Errorf("%+v %v", list, err)
	}
}
