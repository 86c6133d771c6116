package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/kamlens/kamlens/internal/calendar"
	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/store"
	"github.com/kamlens/kamlens/reports"
)

func newReportCommand(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:   "report",
		Short: "报表 · write reports: monthly, manager, or all that are due",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	c.AddCommand(newReportMonthlyCommand(a), newReportManagerCommand(a), newReportDueCommand(a))
	return c
}

// reportFlags are the flags of a report that is asked for by hand.
type reportFlags struct {
	period  string
	out     string
	formats []string
	manager string
}

func (f *reportFlags) add(c *cobra.Command) {
	c.Flags().StringVar(&f.period, "period", "", "周期，默认最近一个完整月 · 2026-10, 2026-Q3, 2026; default the last full month")
	c.Flags().StringVar(&f.out, "out", ".", "输出目录 · folder to write to")
	c.Flags().StringSliceVar(&f.formats, "format", []string{"xlsx", "html"}, "格式 · xlsx, html")
}

func newReportMonthlyCommand(a *app) *cobra.Command {
	var f reportFlags
	c := &cobra.Command{
		Use:   "monthly",
		Short: "服务指标报告 · the report on one period for management",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.writeReport(cmd.Context(), "monthly", f) },
	}
	f.add(c)
	return c
}

func newReportManagerCommand(a *app) *cobra.Command {
	var f reportFlags
	c := &cobra.Command{
		Use:   "manager",
		Short: "客户经理指标表 · the sheet of one account manager, or of each",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.writeReport(cmd.Context(), "manager", f) },
	}
	f.add(c)
	c.Flags().StringVar(&f.manager, "manager", "", "客户经理编号，默认全部 · manager id; default every manager")
	return c
}

func newReportDueCommand(a *app) *cobra.Command {
	var dry bool
	c := &cobra.Command{
		Use:   "due",
		Short: "写出到期的定时报表，每期只写一次 · write the scheduled reports that are due, each once",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.writeDue(cmd.Context(), dry) },
	}
	c.Flags().BoolVar(&dry, "dry-run", false, "只列出，不写 · list what is due, write nothing")
	return c
}

// writeReport makes one report and prints the paths of its files.
func (a *app) writeReport(ctx context.Context, report string, f reportFlags) error {
	for _, format := range f.formats {
		if format != "xlsx" && format != "html" {
			return fault.New(fault.Usage, "reports.format", format)
		}
	}
	return a.withDoor(ctx, func(c config.Config, door *kpi.Door) error {
		period := door.LastFullMonth()
		if f.period != "" {
			var err error
			if period, err = calendar.ParsePeriod(f.period); err != nil {
				return err
			}
		}
		o := reports.Options{Period: period, Lang: a.lang(), Now: a.now().In(c.Zone())}
		var doc reports.Document
		var err error
		if report == "manager" {
			doc, err = reports.Manager(ctx, door, kpi.Everything(), f.manager, o)
		} else {
			doc, err = reports.Monthly(ctx, door, kpi.Everything(), o)
		}
		if err != nil {
			return err
		}
		files, err := reports.Write(ctx, doc, f.out, reports.FileName(report, period.String(), f.manager), f.formats)
		for _, file := range files {
			fmt.Fprintln(a.stdout, file.Path)
		}
		return err
	})
}

// dueNow is the instant that the schedule is held against. Data with a fixed as_of (a demo, a replay) lives on that day
// for ever: what falls due on that day is due, whatever the machine's clock says.
func dueNow(c config.Config, clock time.Time) time.Time {
	if c.AsOf == "" {
		return clock
	}
	day := c.AsOfTime(clock)
	return time.Date(day.Year(), day.Month(), day.Day(), 23, 59, 59, 0, c.Zone())
}

// writeDue writes what is due, or lists it when dry, one line for each file or job. It fails when a report failed,
// after trying them all.
func (a *app) writeDue(ctx context.Context, dry bool) error {
	return a.withStore(ctx, func(c config.Config, s *store.Store) error {
		ledger := a.ledger(c, s)
		now := dueNow(c, a.now())
		if dry {
			list, err := ledger.Due(ctx, now)
			for _, d := range list {
				fmt.Fprintf(a.stdout, "%s\t%s\t%s\n", d.Job, d.Period, d.DueAt.In(c.Zone()).Format("2006-01-02 15:04"))
			}
			if err == nil && len(list) == 0 {
				a.say("reports.due.none")
			}
			return err
		}
		list, err := ledger.Run(ctx, now)
		var failed []error
		for _, d := range list {
			for _, f := range d.Files {
				fmt.Fprintf(a.stdout, "%s\t%s\t%s\n", d.Job, d.Period, f.Path)
			}
			if d.Err != nil {
				a.say("reports.due.failed", d.Job, d.Period, fault.Text(a.lang(), d.Err))
				failed = append(failed, d.Err)
			}
		}
		if err == nil && len(list) == 0 {
			a.say("reports.due.none")
		}
		if err == nil && len(failed) > 0 {
			err = fault.New(fault.KindOf(failed[0]), "reports.due.some_failed", len(failed)).Because(errors.Join(failed...))
		}
		return err
	})
}

// ledger is the configured jobs with the published snapshot as their source.
func (a *app) ledger(c config.Config, s *store.Store) *reports.Ledger {
	written := slices.DeleteFunc(slices.Clone(c.Jobs), func(j config.Job) bool { return j.Ingest })
	return &reports.Ledger{
		Jobs: written, Zone: c.Zone(), Store: s, Dir: c.Dir("reports"), Clock: a.now,
		Open: func(ctx context.Context) (reports.Source, func() error, error) {
			current, err := s.Current(ctx)
			if err != nil {
				return nil, nil, err
			}
			door, err := kpi.Open(ctx, filepath.Join(c.Dir("snapshots"), current.Snapshot), engineOptions(c))
			if err != nil {
				return nil, nil, fmt.Errorf("open snapshot %s: %w", strings.TrimSuffix(current.Snapshot, ".duckdb"), err)
			}
			return door, door.Close, nil
		},
	}
}
