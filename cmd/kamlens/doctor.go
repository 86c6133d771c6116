package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/store"
	"github.com/kamlens/kamlens/internal/warehouse"
)

func newDoctorCommand(a *app) *cobra.Command {
	var coverage bool
	var check, format string
	c := &cobra.Command{
		Use:   "doctor",
		Short: "自检 · say what is installed and where things are; --coverage: which data there is, and which KPIs it allows; --check: the rows a check found",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if cmd.Flags().Changed("check") {
				return a.checkRows(cmd.Context(), check, format)
			}
			if coverage {
				return a.coverage(cmd.Context())
			}
			return a.doctor(cmd.Context())
		},
	}
	c.Flags().BoolVar(&coverage, "coverage", false, "有哪些数据、缺哪些月份，哪些指标可算 · which feeds and months hold data, which KPIs can be computed, and what the others need")
	c.Flags().StringVar(&check, "check", "", "列出这项数据检查发现的行 · list the rows that this data check found")
	c.Flags().StringVar(&format, "format", "table", "与 --check 同用 · with --check: table, json, csv")
	return c
}

// doctor prints one line for each thing that a run depends on.
func (a *app) doctor(ctx context.Context) error {
	c, err := a.config()
	if err != nil {
		return err
	}
	a.fact("doctor.version", version(), runtime.Version(), runtime.GOOS+"/"+runtime.GOARCH)
	if err := a.doctorEngine(ctx); err != nil {
		return err
	}
	path, err := filepath.Abs(a.configPath)
	if err != nil {
		return err
	}
	a.fact("doctor.config", path)
	a.fact("doctor.data", c.Dir(""))
	a.fact("doctor.warehouse", c.WarehousePath(), size(c.WarehousePath()))
	if h, held := warehouse.Held(c.Dir("")); held {
		a.fact("doctor.locked", h.PID, h.Command, h.Since.In(c.Zone()).Format(time.DateTime))
	} else {
		a.fact("doctor.unlocked")
	}
	a.doctorMemory(c)
	a.doctorState(ctx, c)
	if path := chromium(); path != "" {
		a.fact("doctor.chromium", path)
	} else {
		a.fact("doctor.no_chromium")
	}
	return nil
}

// fact prints one line of data.
func (a *app) fact(key string, args ...any) { fmt.Fprintln(a.stdout, a.lang().T(key, args...)) }

// doctorEngine opens a throw-away file to ask the engine about itself.
func (a *app) doctorEngine(ctx context.Context) (err error) {
	dir, err := os.MkdirTemp("", "kamlens-doctor-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	d, err := warehouse.Open(ctx, filepath.Join(dir, "probe.duckdb"), warehouse.Options{MemoryLimit: "100MB"})
	if err != nil {
		return err
	}
	engine, errV := warehouse.Version(ctx, d)
	extensions, errE := warehouse.Extensions(ctx, d)
	a.fact("doctor.engine", engine, strings.Join(extensions, ", "))
	return errors.Join(errV, errE, d.Close())
}

// doctorMemory states the limits that hold: of a run, and of each snapshot that serve keeps open.
func (a *app) doctorMemory(c config.Config) {
	mb := func(n int64) string { return fmt.Sprintf("%d MiB", n>>20) }
	total := warehouse.Memory()
	run := c.MemoryLimit
	if run == "" {
		run = mb(total / 2)
	}
	a.fact("doctor.memory", mb(total), run, mb(total/10), runtime.GOMAXPROCS(0))
}

// doctorState says what the state file holds: what is published, how the last run ended, who may decide.
func (a *app) doctorState(ctx context.Context, c config.Config) {
	if _, err := os.Stat(c.StorePath()); err != nil {
		a.fact("doctor.unpublished")
		a.fact("doctor.no_users")
		return
	}
	s, err := store.Open(ctx, c.StorePath())
	if err != nil {
		a.fact("doctor.trouble", fault.Text(a.lang(), err))
		return
	}
	defer s.Close() //nolint:errcheck // only read
	if p, err := s.Current(ctx); err == nil {
		path := filepath.Join(c.Dir("snapshots"), p.Snapshot)
		a.fact("doctor.published", path, size(path), p.AsOf.Format(time.DateTime), p.Checks, p.Warnings)
	} else {
		a.fact("doctor.unpublished")
	}
	if r, ok, err := s.LastRun(ctx); err == nil && ok && !r.OK {
		a.fact("doctor.failed", r.FinishedAt.In(c.Zone()).Format(time.DateTime), r.Reason(a.lang()))
	}
	a.doctorUsers(ctx, s)
}

// doctorUsers says how many people may decide something.
func (a *app) doctorUsers(ctx context.Context, s *store.Store) {
	all, err := s.People(ctx)
	if err != nil {
		a.fact("doctor.trouble", fault.Text(a.lang(), err))
		return
	}
	active := 0
	for _, p := range all {
		if p.DisabledAt.IsZero() {
			active++
		}
	}
	if active == 0 {
		a.fact("doctor.no_users")
		return
	}
	a.fact("doctor.users", len(all), active)
}

func size(path string) string {
	info, err := os.Stat(path)
	if err != nil {
		return "-"
	}
	return fmt.Sprintf("%.1f MB", float64(info.Size())/1e6)
}

// chromium returns the installed browser that reports could be printed with.
func chromium() string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}
