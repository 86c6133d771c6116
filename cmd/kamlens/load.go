package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/robfig/cron/v3"

	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/store"
	"github.com/kamlens/kamlens/internal/text"
)

// Jobs that load data stand on the ledger as reports do: one line a time of the schedule, done by one process, tried
// again after a failure, and made up for when nobody was there. The work is kamlens run in a process of its own: what
// crashes there is a failed job.

// loadStale is how long a load may take before another process may take it over, keptLoads how many lines of such a job
// the ledger keeps: what was loaded stands in the batches.
const (
	loadStale = 6 * time.Hour
	keptLoads = 10
)

// lastDue returns the last time of a schedule that is not after now; the zero time when there was none within a year.
func lastDue(schedule cron.Schedule, now time.Time) time.Time {
	for _, back := range []time.Duration{time.Hour, 26 * time.Hour, 8 * 24 * time.Hour, 32 * 24 * time.Hour, 366 * 24 * time.Hour} {
		var last time.Time
		for t := schedule.Next(now.Add(-back)); !t.IsZero() && !t.After(now); t = schedule.Next(t) {
			last = t
		}
		if !last.IsZero() {
			return last
		}
	}
	return time.Time{}
}

// loadScheduled does the loads that are due at now and logs what became of them; false when one failed.
func (a *app) loadScheduled(ctx context.Context, c config.Config, s *store.Store, now time.Time, log *slog.Logger) bool {
	fine := true
	for _, j := range c.Jobs {
		if !j.Ingest {
			continue
		}
		done, err := a.loadOnce(ctx, s, j, now.In(c.Zone()))
		switch {
		case ctx.Err() != nil:
			return true
		case err != nil:
			fine = false
			log.Error("scheduled load failed", "job", j.Name, "error", err)
		case done:
			log.Info("scheduled load done", "job", j.Name)
		}
	}
	return fine
}

// loadOnce does the last load that is due unless it was done already; only the last one, because it takes all there is.
func (a *app) loadOnce(ctx context.Context, s *store.Store, j config.Job, now time.Time) (done bool, err error) {
	schedule, err := cron.ParseStandard(j.Schedule)
	if err != nil {
		return false, fmt.Errorf("schedule %q: %w", j.Schedule, err)
	}
	at := lastDue(schedule, now)
	if at.IsZero() {
		return false, nil
	}
	period := at.Format("2006-01-02 15:04")
	if err := s.PlanJob(ctx, j.Name, period, at); err != nil {
		return false, err
	}
	claim, ok, err := s.ClaimJob(ctx, j.Name, period, a.now(), loadStale)
	if err != nil || !ok {
		return false, err
	}
	if err := a.runChild(ctx, j.Language); err != nil {
		return false, errors.Join(err, s.FailJob(context.WithoutCancel(ctx), claim, a.now(), err.Error()))
	}
	snapshot := ""
	if current, err := s.Current(ctx); err == nil {
		snapshot = current.Snapshot
	} else if fault.KindOf(err) != fault.NotFound {
		return false, err
	}
	if err := s.FinishJob(ctx, claim, a.now(), snapshot, nil, func() error { return nil }); err != nil {
		return false, err
	}
	return true, s.TrimJobs(ctx, j.Name, keptLoads)
}

// runChild runs kamlens run and returns its last words when it fails.
func (a *app) runChild(ctx context.Context, language string) error {
	path, err := os.Executable()
	if err != nil {
		return err
	}
	l, _ := text.Parse(language)
	c := exec.CommandContext(ctx, path, "--config", a.configPath, "--lang", string(l), "run")
	c.Args[0] = "kamlens"
	c.Cancel = func() error { return c.Process.Signal(os.Interrupt) }
	c.WaitDelay = 10 * time.Second
	var said bytes.Buffer
	c.Stdout, c.Stderr = &said, &said
	if err := c.Run(); err != nil {
		lines := strings.Split(strings.TrimSpace(said.String()), "\n")
		return fmt.Errorf("%s (%w)", strings.Join(lines[max(0, len(lines)-3):], " "), err)
	}
	return nil
}
