package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/kamlens/kamlens/internal/archive"
	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/feed"
	"github.com/kamlens/kamlens/internal/text"
	"github.com/kamlens/kamlens/internal/warehouse"
)

// Options say what to load.
type Options struct {
	Config     config.Config
	Sources    []string // names; none: every source of the configuration
	File       string   // load this file instead of the source's own path, e.g. a corrected reject file
	Landed     []string // load these files of the inbox only; nil: those that are complete, and all other files
	OnlyLanded bool     // load nothing but Landed
	DryRun     bool     // show what would be loaded; store nothing
	NoneOK     bool     // that no source has any file is said loudly and is no error
	Now        time.Time
	Lang       text.Lang
	Out        io.Writer // receipts

	// Progress receives a bar while a long file is read; nil: none. Give it only a terminal.
	Progress io.Writer
	// Reader makes the command of a process that calls [ServeRows]; workbooks and Arrow files are parsed there, under
	// limits. nil: they are parsed in this process.
	Reader func(ctx context.Context) *exec.Cmd
	// Corrector answers for corrected reject files; nil: they are left alone.
	Corrector *Corrector
	// Lock and DB are set by a caller that already holds the warehouse; Run neither releases nor closes them.
	Lock *warehouse.Lock
	DB   *warehouse.DB

	slow bool // tests: never take the fast path
}

// Run loads the files of the sources, each in a transaction of its own, and returns a receipt for every file. A
// refused file does not stop the others; when there was one the error is [fault.Refused] and counts them. It is
// [fault.Refused], too, when no source has any file, unless NoneOK.
func Run(ctx context.Context, o Options) (receipts []Receipt, err error) {
	if o.Config.Inbox != nil && o.File == "" && o.Landed == nil {
		if o.Landed, err = o.complete(ctx); err != nil {
			return nil, err
		}
		if len(o.Sources) == 0 {
			err = o.nameStrangers(map[string]bool{})
		}
		if err != nil {
			return nil, err
		}
	}
	jobs, err := o.plan()
	if err == nil && o.File == "" && !o.OnlyLanded && len(o.Sources) == 0 {
		err = o.nameUnread()
	}
	if err != nil {
		return nil, err
	}
	l := &loader{o: o, zone: o.Config.Zone(), unsettled: map[string]int64{}}
	defer func() { err = errors.Join(err, l.dropScratch()) }()
	open := l.open
	if o.DryRun {
		open = func(ctx context.Context) (func() error, error) { return l.openForTrial(ctx, jobs) }
	}
	done, err := open(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, done()) }()
	if !o.DryRun {
		if err := l.inTurn(ctx, jobs); err != nil {
			return nil, err
		}
	}
	own, err := l.decisions(ctx)
	if err == nil && !o.DryRun {
		err = l.log(ctx)
	}
	if err != nil {
		return own, err
	}
	for _, j := range jobs {
		r, err := l.load(ctx, j)
		if err == nil && !o.DryRun {
			err = l.log(ctx)
		}
		if f, ok := errors.AsType[*fault.Error](err); ok && f.Kind == fault.Refused && ctx.Err() == nil {
			r.Refused = f
		} else if err != nil {
			return append(own, receipts...), err
		}
		receipts = append(receipts, r)
		if err := r.print(o.Out, o.Lang); err != nil {
			return receipts, err
		}
	}
	if err := l.resettle(ctx); err != nil {
		return receipts, err
	}
	if err := l.o.clear(jobs, receipts); err != nil {
		return receipts, err
	}
	receipts = append(own, receipts...)
	return receipts, l.conclude(ctx, receipts)
}

// conclude says how many files were loaded, and loudly that nothing was; refused files, and no file at all, are errors.
func (l *loader) conclude(ctx context.Context, receipts []Receipt) error {
	o := l.o
	var loaded, skipped, refused, left int
	for _, r := range receipts {
		switch {
		case r.Refused != nil:
			refused++
		case r.Skipped:
			skipped++
		case r.LeftAlone:
			left++
		default:
			loaded++
		}
	}
	none := o.nothing(len(receipts))
	if none != nil && !o.NoneOK {
		return none
	}
	key := "ingest.summary"
	if o.DryRun {
		key = "ingest.summary.dry"
	}
	lines := append([]string{o.Lang.T(key, loaded, skipped, refused)}, o.arrivedTogether(receipts)...)
	if left > 0 {
		lines = append(lines, o.Lang.T("ingest.summary.left", left))
	}
	if none != nil {
		lines = append(lines, none.In(o.Lang))
	}
	if !o.DryRun {
		empty, err := isVirgin(ctx, l.db)
		if err != nil {
			return err
		}
		if empty {
			lines = append(lines, o.Lang.T("ingest.nothing_loaded"))
		}
	}
	if _, err := fmt.Fprintln(o.Out, strings.Join(lines, "\n")); err != nil {
		return err
	}
	if refused > 0 {
		return fault.New(fault.Refused, "ingest.refused.some", refused, len(receipts))
	}
	return nil
}

// nothing is the fault of a run that found no file for any of its sources; nil when it found one.
func (o Options) nothing(files int) *fault.Error {
	if files > 0 {
		return nil
	}
	if len(o.Config.Sources) == 0 {
		return fault.New(fault.Refused, "ingest.refused.no_sources")
	}
	var patterns []string
	for _, s := range o.Config.Sources {
		if len(o.Sources) == 0 || slices.Contains(o.Sources, s.Name) {
			patterns = append(patterns, s.Name+": "+strings.Join(s.Path, ", "))
		}
	}
	return fault.New(fault.Refused, "ingest.refused.nothing_found", o.Config.Resolve("."), strings.Join(patterns, "\n  "))
}

// isVirgin reports whether no file was ever loaded into the warehouse.
func isVirgin(ctx context.Context, db *warehouse.DB) (bool, error) {
	var n int
	if err := db.SQL().QueryRowContext(ctx, "select count(*) from batches").Scan(&n); err != nil {
		return false, fmt.Errorf("count the batches: %w", err)
	}
	return n == 0, nil
}

// job is one file of one source.
type job struct {
	source config.Source
	feed   feed.Feed
	path   string
	remote bool // the rows come from the source's database

	name  string // what ledger and receipt call the file; "": path
	reach string // of decisions: how far into their journal it reaches
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
	if info, err := os.Stat(o.File); o.File != "" && (err != nil || info.IsDir()) {
		return nil, fault.New(fault.Usage, "ingest.usage.no_file", o.File).Because(err)
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
			jobs = append(jobs, job{source: s, feed: f, path: path, remote: s.Database != nil && o.File == ""})
		}
	}
	return jobs, nil
}

// loader loads one file after the other into one warehouse.
type loader struct {
	o       Options
	zone    *time.Location
	db      *warehouse.DB // nil in a dry run
	scratch *warehouse.DB // an empty one, for a dry run that needs DuckDB to read a file; nil until then
	at      string        // file of scratch

	unsettled map[string]int64 // feed -> the first batch whose place another one took

	kept   string // folder of the archive; "": that of the configuration
	folder *archive.Folder
	logged int64 // the last batch that the archive has a line of
	redo   bool  // everything was done before: reject files are left as they are
}

// engine returns a DuckDB that can read files.
func (l *loader) engine(ctx context.Context) (*warehouse.DB, error) {
	if l.db != nil {
		return l.db, nil
	}
	if l.scratch == nil {
		folder := l.o.Config.Dir("tmp")
		path := warehouse.NewSnapshotPath(folder, l.o.Now)
		db, err := warehouse.Open(ctx, path, l.engineOptions())
		if err != nil {
			return nil, err
		}
		l.scratch, l.at = db, path
	}
	return l.scratch, nil
}

// dropScratch removes the engine of a dry run.
func (l *loader) dropScratch() error {
	if l.scratch == nil {
		return nil
	}
	return errors.Join(l.scratch.Close(), warehouse.Remove(l.at))
}

func (l *loader) engineOptions() warehouse.Options {
	c := l.o.Config
	return warehouse.Options{MemoryLimit: c.MemoryLimit, Threads: c.Threads, TempDir: c.Dir("tmp")}
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
		lock, err := warehouse.Acquire(l.o.Config.Dir(""), "ingest", l.zone)
		if err != nil {
			return nil, err
		}
		undo = append(undo, lock.Release)
	}
	if err := l.sweep(); err != nil {
		return nil, errors.Join(err, done())
	}
	if l.db = l.o.DB; l.db == nil {
		if err := l.notLost(); err != nil {
			return nil, errors.Join(err, done())
		}
		l.db, err = warehouse.Open(ctx, l.o.Config.WarehousePath(), l.engineOptions())
		if err != nil {
			return nil, errors.Join(err, done())
		}
		undo = append(undo, l.db.Close)
	}
	if err := EnsureSchema(ctx, l.db); err != nil {
		return nil, errors.Join(err, done())
	}
	if err := l.meetLog(ctx); err != nil {
		return nil, errors.Join(err, done())
	}
	return done, nil
}

// sweep removes what a killed load left behind: the lock says that nobody else is loading.
func (l *loader) sweep() error {
	for _, pattern := range []string{"arrived-*", "canonical-*", "columns-*", "snap-*", sweepOwn, sweepReplay} {
		left, err := filepath.Glob(filepath.Join(l.o.Config.Dir("tmp"), pattern))
		if err != nil {
			return err
		}
		for _, path := range left {
			if err := os.RemoveAll(path); err != nil {
				return err
			}
		}
	}
	return nil
}
