package ingest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/kamlens/kamlens/internal/archive"
	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/text"
	"github.com/kamlens/kamlens/internal/warehouse"
)

// RebuildOptions say what to make a warehouse from. Its file is that of Config, which must not exist yet.
type RebuildOptions struct {
	Config  config.Config   // its data folder receives the warehouse
	Archive string          // folder of the archive; "": that of Config
	Entries []archive.Entry // what to load again, in order: all lines of the archive, or the first of them
	Lang    text.Lang
	Out     io.Writer // notes about batches that read differently now
	Reader  func(ctx context.Context) *exec.Cmd
}

// Rebuilt says what was loaded again.
type Rebuilt struct {
	Warehouse         string // path
	Batches, Retracts int
}

// Rebuild makes the warehouse from the archive: every batch is loaded again in its order, by the code that loads files,
// under its own number, mapping and time, and every retraction is made again. The file appears under its name when it is
// complete. The error is a [fault.Refused] where a warehouse exists already, where there is nothing to rebuild from, and
// where bytes of the archive are lost.
func Rebuild(ctx context.Context, o RebuildOptions) (r Rebuilt, err error) {
	path := o.Config.WarehousePath()
	if _, err := os.Stat(path); err == nil {
		return r, fault.New(fault.Refused, "archive.exists", path)
	}
	l := &loader{zone: o.Config.Zone(), unsettled: map[string]int64{}, kept: o.Archive, redo: true,
		o: Options{Config: o.Config, Lang: o.Lang, Out: o.Out, Reader: o.Reader}}
	if archive.LastBatch(o.Entries) == 0 {
		return r, fault.New(fault.Refused, "archive.nothing", l.archive().Dir())
	}
	for _, dir := range []string{filepath.Dir(path), o.Config.Dir("tmp")} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return r, err
		}
	}
	building := path + ".rebuilding"
	if err := errors.Join(warehouse.Remove(building), warehouse.Remove(path)); err != nil { // a log whose file is gone
		return r, err
	}
	if r, err = l.replayAll(ctx, building, o.Entries); err != nil {
		return r, errors.Join(err, warehouse.Remove(building))
	}
	r.Warehouse = path
	return r, os.Rename(building, path) // nothing lies there, and the log is in the file
}

// replayAll loads all entries into a new file.
func (l *loader) replayAll(ctx context.Context, path string, entries []archive.Entry) (r Rebuilt, err error) {
	if l.db, err = warehouse.Open(ctx, path, l.engineOptions()); err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, l.db.Close()) }()
	if err := EnsureSchema(ctx, l.db); err != nil {
		return r, err
	}
	err = l.connected(ctx, func(conn *sql.Conn) error {
		var before *archive.Entry
		for _, e := range entries {
			if e.Batch == nil {
				continue
			}
			if before != nil && (e.Kind == archive.Retract || !e.At.Equal(before.At.Time)) {
				if err := l.settleRun(ctx); err != nil { // the run of the batch before was over here
					return err
				}
			}
			if err := l.repeat(ctx, conn, e, &r); err != nil {
				return fmt.Errorf("batch %d: %w", e.Batch.ID, err)
			}
			before = &e
		}
		if err := l.settleRun(ctx); err != nil {
			return err
		}
		_, err := conn.ExecContext(ctx, "checkpoint")
		return err
	})
	return r, err
}

// settleRun does what the end of a run does.
func (l *loader) settleRun(ctx context.Context) error {
	err := l.resettle(ctx)
	clear(l.unsettled)
	return err
}

// repeat does again what an entry says was done.
func (l *loader) repeat(ctx context.Context, conn *sql.Conn, e archive.Entry, r *Rebuilt) error {
	r.Batches++
	if e.Kind == archive.Retract {
		r.Retracts++
		_, err := l.retract(ctx, conn, RetractOptions{Config: l.o.Config, Batch: e.Batch.Replaces, By: e.Batch.By, ByName: e.Batch.ByName,
			Reason: e.Batch.Reason, Lang: l.o.Lang, Out: io.Discard, arrival: &e.At.Time, decided: true})
		return err
	}
	was := Batch{ID: e.Batch.ID, File: e.Batch.File, ListedOn: e.Batch.ListedOn, sha256: e.Batch.SHA256,
		recipe: string(e.Batch.Recipe), arrival: e.At.Time}
	b, err := l.relive(ctx, conn, was, func(b *batch) {
		b.mapping, b.replace, b.from, b.to = e.Batch.Mapping, e.Batch.Replaces, e.Batch.From, e.Batch.To
		b.by, b.byName = e.Batch.By, e.Batch.ByName
	})
	if err != nil {
		return err
	}
	l.replaced(b)
	if b.counts.loaded != e.Batch.Loaded || b.counts.rejected != e.Batch.Rejected {
		_, err = fmt.Fprintln(l.o.Out, l.o.Lang.T("archive.differs", b.id, b.counts.loaded, b.counts.rejected, e.Batch.Loaded, e.Batch.Rejected))
	}
	return err
}
