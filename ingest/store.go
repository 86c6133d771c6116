package ingest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/fault"
)

// fast loads a clean file by one statement; errCareful means that nothing was stored and the careful path must judge.
func (l *loader) fast(ctx context.Context, conn *sql.Conn, b *batch) error {
	query, ok := l.fastQuery(ctx, b)
	if !ok {
		return errCareful
	}
	b.fast = true
	err := inTransaction(ctx, conn, func() error { return l.fastLoad(ctx, conn, b, query) })
	if err == nil || ctx.Err() != nil || errors.Is(err, errRehearsed) {
		return err
	}
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return f
	}
	b.fast, b.counts, b.rejects, b.clashes = false, counts{}, nil, nil
	return errCareful
}

// fastQuery returns the one statement that reads the file; false: the careful path must.
func (l *loader) fastQuery(ctx context.Context, b *batch) (string, bool) {
	switch {
	case l.o.slow:
		return "", false
	case b.format.name == formatParquet:
		cols, err := parquetColumns(ctx, l.db, b.file)
		if err != nil {
			return "", false
		}
		return b.plan.fastParquet(b.file.copy, cols)
	case b.format.name != formatCSV && b.format.name != formatTSV:
		return "", false
	}
	enc, err := chooseEncoding(b.source.Encoding, b.file.path, b.file.facts)
	if err != nil || enc != encodingUTF8 || !b.file.facts.clean {
		return "", false
	}
	return b.plan.fastQuery(b.file.copy, b.format.delimiter)
}

func (l *loader) fastLoad(ctx context.Context, conn *sql.Conn, b *batch, query string) error {
	if err := b.begin(ctx, conn); err != nil {
		return err
	}
	empty, err := isVacant(ctx, conn, b.feed.Name)
	if err != nil {
		return err
	}
	empty = empty && !b.isSnapshot()
	m := newMerge(conn, b)
	if empty {
		if b.counts.loaded, err = m.direct(ctx, query); err != nil {
			return err
		}
		b.counts.read = b.counts.loaded
	} else if b.counts.read, err = m.stage(ctx, query); err != nil {
		return err
	}
	twice, err := m.keyTwice(ctx, empty)
	if err != nil {
		return err
	}
	if twice {
		return errCareful // which line is the last one is known there only
	}
	from := "kl_stage"
	if empty {
		from = fmt.Sprintf("%s where batch_id = %d", m.table, b.id)
	}
	if err := b.measure(ctx, conn, from); err != nil {
		return err
	}
	if !empty {
		if err := m.run(ctx); err != nil {
			return err
		}
	}
	if b.watchesOwners() && !b.isSnapshot() {
		clash, err := overlapping(ctx, conn)
		if err != nil {
			return err
		}
		if clash {
			return errCareful
		}
	}
	return l.end(ctx, conn, b)
}

// careful reads the file row by row in Go, writes what it accepts as a canonical file and loads that.
func (l *loader) careful(ctx context.Context, conn *sql.Conn, b *batch) error {
	owners, err := currentOwners(ctx, conn, b)
	if err != nil {
		return err
	}
	path, err := l.canonical(ctx, b, owners)
	if err != nil {
		return err
	}
	err = inTransaction(ctx, conn, func() error {
		if err := b.begin(ctx, conn); err != nil {
			return err
		}
		m := newMerge(conn, b)
		m.lines = true
		if _, err := m.stage(ctx, b.plan.canonicalQuery(path, b.longest)); err != nil {
			return err
		}
		if err := b.measure(ctx, conn, "kl_stage"); err != nil {
			return err
		}
		if err := m.run(ctx); err != nil {
			return err
		}
		return l.end(ctx, conn, b)
	})
	return errors.Join(err, os.Remove(path))
}

// begin gives the batch its number and takes back the batch that it replaces.
func (b *batch) begin(ctx context.Context, conn *sql.Conn) error {
	if !b.replay { // or it has its number
		if err := conn.QueryRowContext(ctx, "select coalesce(max(batch_id), 0) + 1 from batches").Scan(&b.id); err != nil {
			return fmt.Errorf("number the batch: %w", err)
		}
	}
	if b.replace == 0 {
		return nil
	}
	if b.source.Mode == config.ModeFull {
		if err := b.reopen(ctx, conn); err != nil {
			return err
		}
	}
	return b.takeBack(ctx, conn)
}

// end checks what was announced about the file and writes the audit row, the rejects and the reject file. A batch that is
// replayed was judged when it arrived, and its reject file may be under correction.
func (l *loader) end(ctx context.Context, conn *sql.Conn, b *batch) error {
	if !b.replay {
		if err := b.verdict(); err != nil {
			return err
		}
		if err := b.judgeDrift(ctx, conn); err != nil {
			return err
		}
	}
	if l.o.DryRun {
		return errRehearsed
	}
	if err := storeRejects(ctx, conn, b); err != nil {
		return err
	}
	if len(b.rejects) > 0 && !b.replay {
		b.rejectFile = l.rejectFile(b)
		if err := writeRejects(b.rejectFile, b.plan.header, b.rejects, l.o.Lang); err != nil {
			return fmt.Errorf("reject file: %w", err)
		}
	}
	return b.record(ctx, conn, l.zone)
}

func (l *loader) rejectFile(b *batch) string {
	return filepath.Join(l.o.Config.Dir("rejects"), strconv.FormatInt(b.id, 10)+"-"+b.source.Name+".csv")
}

// fewRejects: up to so many rejects never refuse a file, however short it is, as long as one row is acceptable.
const fewRejects = 20

// verdict refuses the whole file when it is shorter than announced or too much of it was rejected.
func (b *batch) verdict() error {
	c := b.counts
	if want := b.source.ExpectRows; want != nil && c.read < int64(*want) {
		return fault.New(fault.Refused, "ingest.refused.too_short", b.file.path, c.read, *want)
	}
	share := 0.05
	if b.source.MaxRejectShare != nil {
		share = *b.source.MaxRejectShare
	}
	judged := c.read - c.filtered
	if c.rejected > 0 && c.rejected == judged {
		first := b.rejects[0]
		return fault.New(fault.Refused, "ingest.refused.all_rejected", b.file.path, c.rejected, first.line, first.where(),
			clip(first.value, 60))
	}
	if c.rejected > fewRejects && float64(c.rejected) > share*float64(judged) {
		first := b.rejects[0]
		return fault.New(fault.Refused, "ingest.refused.reject_share", b.file.path, c.rejected, judged, share*100,
			first.line, first.where(), clip(first.value, 60))
	}
	return nil
}

// isVacant reports whether the feed's table holds no current row.
func isVacant(ctx context.Context, conn *sql.Conn, table string) (bool, error) {
	var n int
	err := conn.QueryRowContext(ctx, "select count(*) from (select 1 from "+ident(table)+
		" where superseded_by is null limit 1)").Scan(&n)
	return n == 0, err
}
