// Package transform turns the raw tables of the warehouse into one snapshot: calendar and rules, the models of sql/ in
// the order of what they read, the measures' views and their month cube, the catalogue, and the data checks; then it
// seals and publishes the file.
//
// It promises that a snapshot is published whole or not at all: a failed run or a blocking check that finds rows throws
// the new file away, is recorded, and leaves the published snapshot as it was. Nothing in it asks the clock; the
// business instant of a run is an input. It knows no single KPI and no file format.
package transform

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/kamlens/kamlens/internal/archive"
	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/store"
	"github.com/kamlens/kamlens/internal/text"
	"github.com/kamlens/kamlens/internal/warehouse"
	"github.com/kamlens/kamlens/sql"
)

// Publisher is where the result of a run is made known: the application state.
type Publisher interface {
	Publish(ctx context.Context, p store.Publication) error
	Publications(ctx context.Context) ([]store.Publication, error)
	RecordRun(ctx context.Context, r store.Run) error
}

// Options are the inputs of a run.
type Options struct {
	Config    config.Config
	Warehouse string           // file of the raw tables; default that of Config
	Now       time.Time        // start of the run
	AsOf      time.Time        // business instant, civil; zero: the configured one, else Now
	Version   string           // of the program, stored in the snapshot
	Progress  io.Writer        // what was found and what is done; nil: silent
	Verbose   bool             // a line of progress for every table, too
	Clock     func() time.Time // for the times reported; nil: no times
	Publisher Publisher
	Lang      text.Lang       // of the progress; default that of Config
	Frozen    string          // folder of the closed periods; default that of Config
	Known     []archive.Entry // what of them the run may know; nil: all
	Scratch   bool            // the snapshot is compared and thrown away: its data checks are not run
	Only      []string        // models to build (with what they read) instead of all; for snapshots that are not published
}

// Result says what a run made.
type Result struct {
	Snapshot string // path
	AsOf     time.Time
	Models   []ModelReport
	Checks   []CheckReport
	Elapsed  time.Duration
}

// ModelReport is one step of a run.
type ModelReport struct {
	Name    string
	Rows    int64 // -1 for a view
	Elapsed time.Duration
}

// CheckReport is the result of one data check.
type CheckReport struct {
	Name, ZH, EN string
	Blocking     bool
	BadRows      int64
	Samples      []string // the first bad rows, as JSON objects; at most checkShown
}

// Warnings counts the checks that found rows without blocking.
func (r Result) Warnings() int {
	n := 0
	for _, c := range r.Checks {
		if !c.Blocking && c.BadRows > 0 {
			n++
		}
	}
	return n
}

// Run builds a new snapshot, checks it and publishes it. On any failure the new file is deleted, the failure recorded,
// and the snapshot published before stays.
func Run(ctx context.Context, o Options) (Result, error) {
	o = o.withDefaults()
	dir := o.Config.Dir("snapshots")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return Result{}, fmt.Errorf("transform: %w", err)
	}
	path := warehouse.NewSnapshotPath(dir, o.Now)
	r, err := build(ctx, o, path)
	if err == nil {
		err = warehouse.Seal(ctx, path, o.resources())
	}
	if err == nil {
		err = o.sayRuleChanges()
	}
	if err == nil {
		err = o.log(r)
	}
	if err == nil {
		err = publish(ctx, o, r)
	}
	run := store.Run{StartedAt: o.Now, FinishedAt: o.now(), OK: err == nil, Snapshot: filepath.Base(path)}
	if err != nil {
		err = keepsPrevious(err)
		run.Error, run.ErrorZH, run.Snapshot = fault.Text(text.EN, err), fault.Text(text.ZH, err), ""
		// The record must be written even when ctx was cancelled: that is how the run ended.
		record := o.Publisher.RecordRun(context.WithoutCancel(ctx), run)
		return r, errors.Join(err, warehouse.Remove(path), record)
	}
	return r, o.Publisher.RecordRun(ctx, run)
}

// Build makes the snapshot file at path without sealing or publishing it.
func Build(ctx context.Context, o Options, path string) (Result, error) {
	return build(ctx, o.withDefaults(), path)
}

// keepsPrevious gives errors that say nothing to a user a first sentence that does.
func keepsPrevious(err error) error {
	if _, ok := errors.AsType[*fault.Error](err); ok {
		return err
	}
	if path, ok := fault.Denied(err); ok {
		return fault.New(fault.Internal, "transform.denied", path).Because(err)
	}
	return fault.New(fault.Internal, "transform.failed", err.Error())
}

func (o Options) withDefaults() Options {
	if o.Warehouse == "" {
		o.Warehouse = o.Config.WarehousePath()
	}
	if o.Progress == nil {
		o.Progress = io.Discard
	}
	if o.Lang == "" {
		o.Lang = o.Config.Lang()
	}
	if o.AsOf.IsZero() {
		o.AsOf = o.Config.AsOfTime(o.Now)
	}
	return o
}

// now is the clock, or the start of the run where no clock was given.
func (o Options) now() time.Time {
	if o.Clock == nil {
		return o.Now
	}
	return o.Clock()
}

func (o Options) resources() warehouse.Options {
	return warehouse.Options{MemoryLimit: o.Config.MemoryLimit, Threads: o.Config.Threads, TempDir: o.Config.Dir("tmp")}
}

// models reads the built-in models and those of the user's own folder, in running order.
func (o Options) models() ([]sql.Model, error) {
	models, err := sql.Load(sql.Embedded)
	if err != nil {
		return nil, err
	}
	if o.Config.Models != "" {
		folder, err := ownModels(o.Config.Resolve(o.Config.Models))
		if err != nil {
			return nil, err
		}
		// The built-in models load, so whatever is wrong from here on came with the user's own.
		if models, err = sql.Load(sql.Embedded, folder); err != nil {
			return nil, modelFault(err)
		}
	}
	if len(o.Only) > 0 {
		if models, err = sql.Closure(models, append(slices.Clone(o.Only), ownersModel, rulingsModel)...); err != nil {
			return nil, err
		}
	}
	ordered, err := sql.Order(models, rawTables()...)
	if err != nil && o.Config.Models != "" {
		return nil, modelFault(err)
	}
	return ordered, err
}
