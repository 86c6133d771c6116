// Package store keeps the program's own state in one SQLite file: which snapshot is published, how the last runs went,
// the ledger of scheduled jobs, the people who may decide, and the audit of what they did.
//
// It promises: every write is one transaction that survives a power cut (WAL, synchronous = FULL); a job of a period is
// held by one process at a time; several processes may open the same file; rows of the audit are chained by hash. It holds
// nothing that changes a number, and must not know KPIs, reports or the warehouse, nor what a role allows.
package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite" // the driver "sqlite"

	"github.com/kamlens/kamlens/internal/disk"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/pause"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Store is the open state file. It is safe for concurrent use.
type Store struct {
	db   *sql.DB
	path string
}

// Open opens the state file at path, creating it and its folder when missing, and brings its tables up to date.
func Open(ctx context.Context, path string) (*Store, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("open state: %w", err)
	}
	db, err := sql.Open("sqlite", dsn(path))
	if err != nil {
		return nil, fmt.Errorf("open state: %w", err)
	}
	if err = disk.Private(path); err == nil { // so are its log and its index, which take the mode of the file
		err = migrate(ctx, db)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open state %s: %w", path, errors.Join(fault.Unable(path, true), err)), db.Close())
	}
	return &Store{db: db, path: path}, nil
}

// Close closes the file.
func (s *Store) Close() error { return s.db.Close() }

// Copy writes what the file holds at this moment into another one, which must not exist; others go on reading and writing.
func (s *Store) Copy(ctx context.Context, path string) error {
	if _, err := s.db.ExecContext(ctx, "vacuum into ?", path); err != nil {
		return fmt.Errorf("copy state to %s: %w", path, err)
	}
	return errors.Join(os.Chmod(path, 0o600), disk.Sync(path))
}

// dsn makes transactions take the write lock when they begin, so that a claim reads and writes one state.
func dsn(path string) string {
	q := url.Values{}
	q["_pragma"] = []string{"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)"}
	q.Set("_txlock", "immediate")
	return (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: q.Encode()}).String()
}

// migrate runs the migrations that are missing. Two processes that open a new file together both try; the loser finds
// the work done when it looks again.
func migrate(ctx context.Context, db *sql.DB) error {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	const tries = 5
	for i := 1; ; i++ {
		err := up(ctx, db, files)
		if err == nil || i == tries || ctx.Err() != nil {
			return err
		}
		_ = pause.For(ctx, time.Duration(i)*50*time.Millisecond) // an early end shows in the next look
	}
}

func up(ctx context.Context, db *sql.DB, files fs.FS) error {
	p, err := goose.NewProvider(goose.DialectSQLite3, db, files)
	if err != nil {
		return err
	}
	_, err = p.Up(ctx)
	return err
}

// inTx runs f in one transaction.
func (s *Store) inTx(ctx context.Context, f func(tx *sql.Tx) error) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := f(tx); err != nil {
		return errors.Join(fault.Unable(s.path, true), err, tx.Rollback()) // SQLite reads without the right to write, until now
	}
	return tx.Commit()
}

// layout is how instants are stored: UTC, of one width, so that text order is time order.
const layout = "2006-01-02T15:04:05.000000000Z"

func stored(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(layout)
}

// loaded reads instants back in order; "" is the zero time.
func loaded(texts []string, into ...*time.Time) error {
	for i, s := range texts {
		if s == "" {
			*into[i] = time.Time{}
			continue
		}
		t, err := time.Parse(layout, s)
		if err != nil {
			return fmt.Errorf("stored time %q: %w", s, err)
		}
		*into[i] = t
	}
	return nil
}
