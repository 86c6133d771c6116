package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/go-co-op/gocron/v2"
	"github.com/spf13/cobra"

	"github.com/kamlens/kamlens/dashboard"
	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/store"
	"github.com/kamlens/kamlens/reports"
)

// defaultAddr is where the dashboard is served unless told otherwise: this machine only.
const defaultAddr = "127.0.0.1:8080"

// How often serve looks for a newer snapshot and for reports that are due, and how long a report that failed rests.
const (
	followEvery = time.Second
	dueEvery    = time.Minute
	restAfter   = 15 * time.Minute
)

func newServeCommand(a *app) *cobra.Command {
	var addr string
	c := &cobra.Command{
		Use:   "serve",
		Short: "看板与定时报表 · serve the dashboard and write the scheduled reports",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.serve(cmd.Context(), addr) },
	}
	c.Flags().StringVar(&addr, "addr", defaultAddr, "地址，只能是本机 · address, this machine only")
	return c
}

// serve shows the published snapshot until ctx ends. It reads only: data comes in through kamlens run, a process of its
// own also when a job of the ledger starts it, whose next snapshot is taken up within a second.
func (a *app) serve(ctx context.Context, addr string) error {
	if err := dashboard.CheckAddress(addr); err != nil {
		return err
	}
	return a.withStore(ctx, func(c config.Config, s *store.Store) (err error) {
		log := slog.New(slog.NewTextHandler(a.stderr, nil))
		doors := newDoors(c, s)
		server, err := dashboard.New(dashboard.Options{
			Doors: doors, State: s, Reports: c.Dir("reports"), Scope: kpi.Everything(), Lang: a.lang(), Zone: c.Zone(),
			Build: version(), Log: log,
		})
		if err != nil {
			return err
		}
		listener, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
		if errors.Is(err, syscall.EACCES) {
			return fault.New(fault.Internal, "dashboard.listen_denied", addr).Because(err)
		}
		if errors.Is(err, syscall.EADDRINUSE) {
			return fault.New(fault.Internal, "dashboard.listen_taken", addr).Because(err)
		}
		if err != nil {
			return fault.New(fault.Usage, "dashboard.listen", addr, err.Error()).Because(err)
		}
		a.say("dashboard.serving", listener.Addr())
		if err := doors.Refresh(ctx); dashboard.NothingPublished(err) {
			a.say("dashboard.empty_yet")
		}
		work, stop := context.WithCancel(ctx)
		var background sync.WaitGroup
		background.Go(func() { server.Follow(work, followEvery) })
		schedule, err := a.schedule(work, c, s, log)
		if err == nil {
			err = errors.Join(server.Serve(ctx, listener), schedule.Shutdown())
		}
		stop()
		background.Wait()
		return errors.Join(err, doors.Close())
	})
}

// newDoors follows the snapshot that the store says is published.
func newDoors(c config.Config, s *store.Store) *dashboard.Doors {
	return dashboard.NewDoors(
		func(ctx context.Context) (string, error) {
			current, err := s.Current(ctx)
			return current.Snapshot, err
		},
		func(ctx context.Context, name string) (dashboard.Door, error) {
			door, err := kpi.Open(ctx, filepath.Join(c.Dir("snapshots"), name), engineOptions(c))
			if err != nil {
				return nil, fmt.Errorf("open snapshot %s: %w", name, err)
			}
			return door, nil
		},
	)
}

// schedule starts the clock that loads data and writes reports when they fall due. Another process may do the same: the
// ledger sees to it that each is done once.
func (a *app) schedule(ctx context.Context, c config.Config, s *store.Store, log *slog.Logger) (gocron.Scheduler, error) {
	clock, err := gocron.NewScheduler(gocron.WithLocation(c.Zone()))
	if err != nil {
		return nil, err
	}
	var rest time.Time
	due := func() {
		now := a.now()
		if now.Before(rest) || ctx.Err() != nil {
			return
		}
		loaded := a.loadScheduled(ctx, c, s, now, log) // before the reports, which speak of what was loaded
		if !a.writeScheduled(ctx, a.ledger(c, s), dueNow(c, now), log) || !loaded {
			rest = now.Add(restAfter)
		}
	}
	_, err = clock.NewJob(gocron.DurationJob(dueEvery), gocron.NewTask(due),
		gocron.WithSingletonMode(gocron.LimitModeReschedule), gocron.WithStartAt(gocron.WithStartImmediately()))
	if err != nil {
		return nil, errors.Join(err, clock.Shutdown())
	}
	clock.Start()
	return clock, nil
}

// writeScheduled writes what is due and logs what became of it; false when something failed.
func (a *app) writeScheduled(ctx context.Context, ledger *reports.Ledger, now time.Time, log *slog.Logger) bool {
	list, err := ledger.Run(ctx, now)
	switch {
	case err != nil && fault.KindOf(err) == fault.NotFound: // nothing is published yet
		return true
	case err != nil:
		log.Error("scheduled reports", "error", err)
		return false
	}
	fine := true
	for _, o := range list {
		if o.Err != nil {
			fine = false
			log.Error("scheduled report failed", "job", o.Job, "period", o.Period, "error", o.Err)
			continue
		}
		log.Info("scheduled report written", "job", o.Job, "period", o.Period, "files", len(o.Files))
	}
	return fine
}
