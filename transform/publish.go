package transform

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/kamlens/kamlens/internal/store"
	"github.com/kamlens/kamlens/internal/warehouse"
)

// How long published snapshots stay: other processes (kpi, report, serve) may still be reading them.
const (
	keepPublished = 5
	keepYounger   = 24 * time.Hour
)

// publish flips the pointer to the new snapshot and removes the files that nobody needs any more.
func publish(ctx context.Context, o Options, r Result) error {
	err := o.Publisher.Publish(ctx, store.Publication{
		Snapshot: filepath.Base(r.Snapshot), PublishedAt: o.now(), AsOf: civil(r.AsOf),
		Checks: len(r.Checks), Warnings: r.Warnings(),
	})
	if err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	o.sayPublished(r)
	// The new snapshot is published; an old file that cannot be removed now is removed by the next run.
	if err := retain(ctx, o); err != nil {
		_, _ = fmt.Fprintln(o.Progress, o.Lang.T("transform.retain_failed", err.Error()))
	}
	return nil
}

func (o Options) sayPublished(r Result) {
	_, _ = fmt.Fprintln(o.Progress, o.Lang.T("transform.published", filepath.Base(r.Snapshot), r.AsOf.Format(time.DateTime)))
}

// retain removes snapshot files except those of the last publications and the young ones.
func retain(ctx context.Context, o Options) error {
	published, err := o.Publisher.Publications(ctx)
	if err != nil {
		return err
	}
	slices.SortFunc(published, func(a, b store.Publication) int { return b.PublishedAt.Compare(a.PublishedAt) })
	keep := map[string]bool{}
	for _, p := range published[:min(keepPublished, len(published))] {
		keep[p.Snapshot] = true
	}
	files, err := filepath.Glob(filepath.Join(o.Config.Dir("snapshots"), "snap-*.duckdb"))
	if err != nil {
		return err
	}
	var all error
	for _, f := range files {
		info, err := os.Stat(f)
		if err != nil || keep[filepath.Base(f)] || o.Now.Sub(info.ModTime()) < keepYounger {
			all = errors.Join(all, err)
			continue
		}
		all = errors.Join(all, warehouse.Remove(f))
	}
	return all
}
