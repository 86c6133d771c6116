package ingest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/feed"
)

// batch is the load of one file while it runs.
type batch struct {
	source  config.Source
	feed    feed.Feed
	file    *arrived
	format  fileFormat
	mapping string // hash
	plan    *plan
	keys    []string // of NDJSON
	id      int64
	counts  counts
	rejects []reject
	fast    bool
	replace int64     // batch of the same file under another mapping; 0: none
	replay  bool      // it was loaded before and is read again from the archive, into a history that has changed
	arrival time.Time // civil

	dated    feed.Feed // of a snapshot: the feed; feed is then that of its lists
	listedOn string    // of a snapshot: the day it speaks of, 2026-01-31
	clashes  []clash

	pulled   bool   // from a database
	from, to string // the watermark of a database, or of the journal of decisions: where the reading began and what it reached

	by, byName string // of corrected rejects: the person who answers for them

	profile  profile
	findings []finding // what differs from the files before

	rejectFile string
	longest    int // bytes of the longest row of the canonical file, at most
}

// counts are rows: of the file (read, rejected, filtered, blank) or of the feed (loaded, unchanged, superseded).
type counts struct {
	read, rejected, filtered, blank, loaded, unchanged, superseded, closed int64
}

// clash is a key that one file gives more than one content.
type clash struct {
	key   string
	lines string
}

// load takes one file from arrival to receipt.
func (l *loader) load(ctx context.Context, j job) (r Receipt, err error) {
	r = Receipt{Source: j.source.Name, Feed: j.feed.Name, File: j.path, DryRun: l.o.DryRun}
	b := &batch{source: j.source, feed: j.feed, arrival: toZone(l.o.Now, l.zone), to: j.reach}
	bar, finish := l.bar(j.path)
	if j.remote {
		b.format = fileFormat{name: formatCSV, delimiter: ','}
		b.file, err = l.pull(ctx, b, bar)
	} else if b.format, err = formatOf(j.source, j.path); err == nil {
		b.file, err = take(ctx, j.path, l.o.Config.Dir("tmp"), b.format.delimiter, bar)
	}
	finish()
	if err != nil {
		return r, err
	}
	if j.name != "" {
		r.File, b.file.path = j.name, j.name
	}
	defer func() {
		if filepath.Dir(b.file.copy) == l.o.Config.Dir("tmp") {
			err = errors.Join(err, b.file.drop())
		}
	}()
	r.SHA256, r.Bytes = b.file.sha256, b.file.facts.size
	if err := b.prepare(ctx, l); err != nil {
		return r, err
	}
	if l.o.DryRun {
		return r, l.rehearse(ctx, b, &r)
	}
	err = l.store(ctx, b, &r)
	return r, err
}

// prepare settles what the bytes are and how they are mapped.
func (b *batch) prepare(ctx context.Context, l *loader) error {
	if err := b.adoptRejectFile(ctx, l); err != nil {
		return err
	}
	if err := b.format.verify(b.file); err != nil {
		return err
	}
	rows, err := b.open(ctx, l)
	if err != nil {
		return err
	}
	h, err := b.readHeader(rows)
	if err = errors.Join(err, rows.Close()); err != nil {
		return err
	}
	source := b.source
	if b.isSnapshot() {
		if source, err = b.asListing(b.source, h); err != nil {
			return err
		}
	}
	if b.plan, err = newPlan(source, b.feed, h, l.zone); err != nil {
		if sign := h.uncut(); sign != "" && b.format.delimiter != 0 && fault.KindOf(err) == fault.Refused {
			return fault.New(fault.Refused, "ingest.refused.delimiter", b.file.path, sign, h.list()).Because(err)
		}
		return err
	}
	b.mapping, err = mappingHash(b.source, b.feed, l.zone)
	return err
}

// store loads a prepared file in one transaction, unless it was seen before.
func (l *loader) store(ctx context.Context, b *batch, r *Receipt) (err error) {
	conn, err := l.db.SQL().Conn(ctx)
	if err != nil {
		return fmt.Errorf("open connection: %w", err)
	}
	defer closing(&err, conn)
	last, err := seenBefore(ctx, conn, b)
	if err != nil {
		return err
	}
	if r.Retracted = last.retraction; last.id != 0 && (last.mapping == b.mapping || last.retraction != 0) {
		r.Batch, r.Skipped = last.id, true
		return nil
	}
	b.replace, b.by, b.byName = last.id, last.by, last.byName
	if b.plan.reload && last.id == 0 {
		return l.correct(ctx, b, r, func() error { return l.settle(ctx, conn, b, r) })
	}
	return l.settle(ctx, conn, b, r)
}

// settle archives and loads a file that is to be loaded.
func (l *loader) settle(ctx context.Context, conn *sql.Conn, b *batch, r *Receipt) (err error) {
	if err := b.corrected(ctx, conn); err != nil {
		return err
	}
	if err := b.file.keep(l.o.Config.Dir("archive")); err != nil {
		return fmt.Errorf("archive %s: %w", b.file.path, err)
	}
	err = l.fast(ctx, conn, b)
	if errors.Is(err, errCareful) {
		err = l.careful(ctx, conn, b)
	}
	r.take(b)
	if err == nil {
		r.RejectFile = b.rejectFile
		l.replaced(b)
	}
	return err
}

// errCareful says that the fast path met something it may not judge.
var errCareful = errors.New("needs the careful path")

// inTransaction runs f between BEGIN and COMMIT on conn.
func inTransaction(ctx context.Context, conn *sql.Conn, f func() error) error {
	if _, err := conn.ExecContext(ctx, "begin transaction"); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	err := f()
	if err == nil {
		if _, err = conn.ExecContext(ctx, "commit"); err == nil {
			return nil
		}
		err = fmt.Errorf("commit: %w", err)
	}
	// The context may be over; the connection must come back clean all the same.
	if _, rerr := conn.ExecContext(context.WithoutCancel(ctx), "rollback"); rerr != nil {
		return errors.Join(err, fmt.Errorf("rollback: %w", rerr))
	}
	return err
}

// open opens the file for the careful reader.
func (b *batch) open(ctx context.Context, l *loader) (rows, error) {
	switch b.format.name {
	case formatXLSX, formatArrow:
		return l.apart(ctx, b)
	case formatParquet:
		db, err := l.engine(ctx)
		if err != nil {
			return nil, err
		}
		return openParquet(ctx, db, b.file, l.o.Config.Dir("tmp"))
	}
	src, err := b.text()
	if err != nil {
		return nil, err
	}
	if b.format.name == formatCSV || b.format.name == formatTSV {
		return newCSV(b.file.path, src, b.format.delimiter), nil
	}
	if b.keys == nil {
		if b.keys, err = ndjsonNames(b.file.path, src); err != nil {
			return nil, err
		}
		if src, err = b.text(); err != nil {
			return nil, err
		}
	}
	return newNDJSON(b.file.path, src, b.keys), nil
}

// text opens the file as UTF-8.
func (b *batch) text() (io.ReadCloser, error) {
	enc, err := chooseEncoding(b.source.Encoding, b.file.path, b.file.facts)
	if err != nil {
		return nil, err
	}
	return openText(b.file, enc)
}

// readHeader reads up to and with the header row; without one the source's names stand for it.
func (b *batch) readHeader(in rows) (*header, error) {
	if self, ok := in.(selfNamed); ok {
		return newHeader(b.file.path, self.Names()), nil
	}
	row := 1
	if b.source.HeaderRow != nil {
		row = *b.source.HeaderRow
	}
	if row == 0 {
		return newHeader(b.file.path, b.source.Names), nil
	}
	for {
		rec, err := in.Next()
		if errors.Is(err, io.EOF) {
			return nil, fault.New(fault.Refused, "ingest.refused.empty", b.file.path, row)
		}
		if err != nil {
			return nil, err
		}
		if rec.line < row {
			continue
		}
		names := make([]string, len(rec.cells))
		for i, c := range rec.cells {
			names[i] = c.s
		}
		return newHeader(b.file.path, names), nil
	}
}
