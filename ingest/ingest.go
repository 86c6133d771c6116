package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"time"

	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/feed"
	"github.com/kamlens/kamlens/internal/text"
	"github.com/kamlens/kamlens/internal/warehouse"
)

// Options say what to load.
type Options struct {
	Config  config.Config
	Sources []string // names; none: every source of the configuration
	File    string   // load this file instead of the source's own path, e.g. a corrected reject file
	DryRun  bool     // show what would be loaded; store nothing
	Now     time.Time
	Lang    text.Lang
	Out     io.Writer // receipts

	// Progress receives a bar while a long file is read; nil: none. Give it only a terminal.
	Progress io.Writer
	// Lock and DB are set by a caller that already holds the warehouse; Run neither releases nor closes them.
	Lock *warehouse.Lock
	DB   *warehouse.DB

	slow bool // tests: never take the fast path
}

// Run loads the files of the sources, each in a transaction of its own, and returns a receipt for every file. A
// refused file does not stop the others; when there was one the error is [fault.Refused] and counts them.
func Run(ctx context.Context, o Options) (receipts []Receipt, err error) {
	jobs, err := o.plan()
	if err != nil {
		return nil, err
	}
	l := &loader{o: o, zone: o.Config.Zone()}
	if !o.DryRun {
		done, err := l.open(ctx)
		if err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, done()) }()
	}
	refused := 0
	for _, j := range jobs {
		r, err := l.load(ctx, j)
		if f, ok := errors.AsType[*fault.Error](err); ok && f.Kind == fault.Refused && ctx.Err() == nil {
			refused++
			r.Refused = f
		} else if err != nil {
			return receipts, err
		}
		receipts = append(receipts, r)
		if err := r.print(o.Out, o.Lang); err != nil {
			return receipts, err
		}
	}
	if refused > 0 {
		return receipts, fault.New(fault.Refused, "ingest.refused.some", refused, len(jobs))
	}
	return receipts, nil
}

// job is one file of one source.
type job struct {
	source config.Source
	feed   feed.Feed
	path   string
}

var rejectFileName = regexp.MustCompile(`^[0-9]+-(.+)\.csv$`)

// plan lists the files to load, in the order of the sources and then of the names.
func (o Options) plan() ([]job, error) {
	names := o.Sources
	if m := rejectFileName.FindStringSubmatch(filepath.Base(o.File)); len(names) == 0 && m != nil {
		names = []string{m[1]}
	}
	if o.File != "" && len(names) != 1 {
		return nil, fault.New(fault.Usage, "ingest.usage.file_source", o.File)
	}
	for _, n := range names {
		if !slices.ContainsFunc(o.Config.Sources, func(s config.Source) bool { return s.Name == n }) {
			return nil, fault.New(fault.Usage, "ingest.usage.no_source", n)
		}
	}
	var jobs []job
	for _, s := range o.Config.Sources {
		if len(names) > 0 && !slices.Contains(names, s.Name) {
			continue
		}
		f, ok := feed.Get(s.Feed)
		if !ok {
			return nil, fault.New(fault.Usage, "ingest.config.feed", s.Name, s.Feed)
		}
		if f.Name == "contacts" && !o.Config.KeepContacts {
			return nil, fault.New(fault.Usage, "ingest.config.contacts", s.Name)
		}
		files, err := o.files(s)
		if err != nil {
			return nil, err
		}
		for _, path := range files {
			jobs = append(jobs, job{source: s, feed: f, path: path})
		}
	}
	return jobs, nil
}

// files returns the files of a source; that there are none is said, and is no error.
func (o Options) files(s config.Source) ([]string, error) {
	if o.File != "" {
		return []string{o.File}, nil
	}
	pattern := o.Config.Resolve(s.Path)
	files, err := filepath.Glob(pattern)
	if err != nil {
		return nil, fault.New(fault.Usage, "ingest.config.glob", s.Name, s.Path)
	}
	slices.Sort(files)
	if len(files) == 0 {
		_, err = fmt.Fprintln(o.Out, o.Lang.T("ingest.no_files", s.Name, pattern))
	}
	return files, err
}

// loader loads one file after the other into one warehouse.
type loader struct {
	o    Options
	zone *time.Location
	db   *warehouse.DB // nil in a dry run
}

// open takes the lock and the warehouse unless the caller brought them.
func (l *loader) open(ctx context.Context) (done func() error, err error) {
	var undo []func() error
	done = func() error {
		var errs []error
		for _, f := range slices.Backward(undo) {
			errs = append(errs, f())
		}
		return errors.Join(errs...)
	}
	if l.o.Lock == nil {
		lock, err := warehouse.Acquire(l.o.Config.Dir(""), "ingest")
		if err != nil {
			return nil, err
		}
		undo = append(undo, lock.Release)
	}
	if err := l.sweep(); err != nil {
		return nil, errors.Join(err, done())
	}
	if l.db = l.o.DB; l.db == nil {
		l.db, err = warehouse.Open(ctx, l.o.Config.WarehousePath(), warehouse.Options{
			MemoryLimit: l.o.Config.MemoryLimit, Threads: l.o.Config.Threads, TempDir: l.o.Config.Dir("tmp"),
		})
		if err != nil {
			return nil, errors.Join(err, done())
		}
		undo = append(undo, l.db.Close)
	}
	if err := EnsureSchema(ctx, l.db); err != nil {
		return nil, errors.Join(err, done())
	}
	return done, nil
}

// sweep removes what a killed load left behind: the lock says that nobody else is loading.
func (l *loader) sweep() error {
	for _, pattern := range []string{"arrived-*", "canonical-*"} {
		left, err := filepath.Glob(filepath.Join(l.o.Config.Dir("tmp"), pattern))
		if err != nil {
			return err
		}
		for _, path := range left {
			if err := os.Remove(path); err != nil {
				return err
			}
		}
	}
	return nil
}
