package ingest

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/kamlens/kamlens/internal/archive"
	"github.com/kamlens/kamlens/internal/fault"
)

// The ledger stands twice: as the table batches, which is asked, and as lines of the archive, from which the table can be
// made again. A line is written after its batch is committed; what a crash left out is made up for when the warehouse
// is opened next.

// archive is the folder that the loader reads old files from and puts new ones into.
func (l *loader) archive() archive.Folder {
	if l.folder == nil {
		f := archive.At(cmp.Or(l.kept, l.o.Config.Dir("archive")))
		l.folder = &f
	}
	return *l.folder
}

// notLost refuses to begin a new warehouse where the archive has batches.
func (l *loader) notLost() error {
	if _, err := os.Stat(l.o.Config.WarehousePath()); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	entries, err := l.archive().Entries()
	if err != nil {
		return err
	}
	if last := archive.LastBatch(entries); last > 0 {
		return fault.New(fault.Refused, behind, last, 0)
	}
	return nil
}

// The keys of the refusals of a warehouse that is not the one of the archive.
const behind, other = "archive.behind", "archive.other"

// Misplaced reports whether err says that the warehouse is not the one that the archive belongs to: then nothing may be
// built from it either.
func Misplaced(err error) bool {
	f, ok := errors.AsType[*fault.Error](err)
	return ok && (f.Key == behind || f.Key == other)
}

// meetLog finds the last batch that the archive knows, and refuses a warehouse that is not the one it belongs to.
func (l *loader) meetLog(ctx context.Context) error {
	entries, err := l.archive().Entries()
	if err != nil {
		return err
	}
	l.logged = archive.LastBatch(entries)
	var last int64
	if err := l.db.SQL().QueryRowContext(ctx, "select coalesce(max(batch_id), 0) from batches").Scan(&last); err != nil {
		return fmt.Errorf("find the last batch: %w", err)
	}
	if last < l.logged {
		return fault.New(fault.Refused, behind, l.logged, last)
	}
	for _, e := range entries {
		if e.Batch == nil || e.Batch.ID != l.logged {
			continue
		}
		var same bool
		err := l.db.SQL().QueryRowContext(ctx, "select count(*) > 0 from batches where batch_id = ? and received_at = ? and coalesce(sha256, '') = ?",
			l.logged, e.At.Time, e.Batch.SHA256).Scan(&same)
		if err != nil {
			return fmt.Errorf("find the last batch: %w", err)
		}
		if !same {
			return fault.New(fault.Refused, other, l.logged)
		}
	}
	return l.log(ctx)
}

// log writes the lines of the batches that the archive does not know yet.
func (l *loader) log(ctx context.Context) error {
	entries, err := l.unlogged(ctx)
	if err != nil {
		return err
	}
	if len(entries) == 0 {
		return nil
	}
	first, last := entries[0].Batch.ID, entries[len(entries)-1].Batch.ID
	if err := l.archive().Append(entries...); err != nil {
		return fmt.Errorf("log the batches %d to %d: %w", first, last, err)
	}
	l.logged = last
	return nil
}

// unlogged reads the rows of the ledger after the last line.
func (l *loader) unlogged(ctx context.Context) (list []archive.Entry, err error) {
	rows, err := l.db.SQL().QueryContext(ctx, `select batch_id, kind, received_at, coalesce(source, ''), coalesce(feed, ''),
		coalesce(file, ''), coalesce(sha256, ''), coalesce(mapping_hash, ''), coalesce(bytes, 0), rows_read, rows_loaded,
		rows_unchanged, rows_superseded, coalesce(rows_closed, 0), rows_rejected, rows_filtered,
		coalesce(cast(listed_on as VARCHAR), ''), coalesce(corrects, false), coalesce(replaces, 0), coalesce(decided_by, ''),
		coalesce(decided_name, ''), coalesce(reason, ''), coalesce(watermark_from, ''), coalesce(watermark_to, ''), recipe
		from batches where batch_id > ? order by batch_id`, l.logged)
	if err != nil {
		return nil, fmt.Errorf("read the ledger: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		b := &archive.Batch{}
		e := archive.Entry{Batch: b}
		var how sql.NullString
		if err := rows.Scan(&b.ID, &e.Kind, &e.At.Time, &b.Source, &b.Feed, &b.File, &b.SHA256, &b.Mapping, &b.Bytes, &b.Read,
			&b.Loaded, &b.Unchanged, &b.Superseded, &b.Closed, &b.Rejected, &b.Filtered, &b.ListedOn, &b.Corrects, &b.Replaces,
			&b.By, &b.ByName, &b.Reason, &b.From, &b.To, &how); err != nil {
			return nil, fmt.Errorf("read the ledger: %w", err)
		}
		if how.Valid {
			b.Recipe = json.RawMessage(how.String)
		}
		list = append(list, e)
	}
	return list, rows.Err()
}
