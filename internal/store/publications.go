package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/text"
)

// Publication is one snapshot that readers could see.
type Publication struct {
	ID          int64
	Snapshot    string    // file name in data/snapshots
	PublishedAt time.Time // instant
	AsOf        time.Time // business instant, civil, held as UTC
	Checks      int       // data checks that ran
	Warnings    int       // of them, checks that found rows and do not block
	Withdrawn   Withdrawal
}

// Withdrawal is the decision to send readers back from a publication; the zero value is none.
type Withdrawal struct {
	At     time.Time
	By     string // id of the person; in rows of before there were users, what was typed
	Name   string // of the person
	Reason string
}

// Publish appends p and points readers at it, in one transaction. p.ID is given by the store.
func (s *Store) Publish(ctx context.Context, p Publication) error {
	err := s.inTx(ctx, func(tx *sql.Tx) error {
		r, err := tx.ExecContext(ctx, `insert into publications (snapshot, published_at, as_of, checks, warnings)
			values (?, ?, ?, ?, ?)`, p.Snapshot, stored(p.PublishedAt), stored(p.AsOf), p.Checks, p.Warnings)
		if err != nil {
			return err
		}
		id, err := r.LastInsertId()
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `insert into current_publication (one, publication_id) values (1, ?)
			on conflict (one) do update set publication_id = excluded.publication_id`, id)
		return err
	})
	if err != nil {
		return fmt.Errorf("publish %s: %w", p.Snapshot, err)
	}
	return nil
}

// Back withdraws the current publication and points readers at the newest one before it that is not withdrawn and whose
// snapshot file is still usable, in one transaction. It returns both. The error is a [fault.NotFound] when nothing was
// ever published, and a [fault.Refused] when there is nothing to go back to.
func (s *Store) Back(ctx context.Context, w Withdrawal, usable func(snapshot string) bool) (from, to Publication, err error) {
	if from, err = s.Current(ctx); err != nil {
		return from, to, err
	}
	err = s.inTx(ctx, func(tx *sql.Tx) error {
		before, err := collect(ctx, tx, scanPublication, publicationColumns+`where p.id < ? and p.withdrawn_at = '' order by p.id desc`, from.ID)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(before, func(p Publication) bool { return usable(p.Snapshot) })
		if i < 0 {
			return fault.New(fault.Refused, "store.nothing_before", from.Snapshot)
		}
		to = before[i]
		if _, err := tx.ExecContext(ctx, `update publications set withdrawn_at = ?, withdrawn_by = ?, withdrawn_name = ?,
			withdrawn_reason = ? where id = ?`, stored(w.At), w.By, w.Name, w.Reason, from.ID); err != nil {
			return err
		}
		// A run that published meanwhile keeps readers: it is not what was to be withdrawn.
		_, err = tx.ExecContext(ctx, `update current_publication set publication_id = ? where publication_id = ?`, to.ID, from.ID)
		return err
	})
	if err != nil {
		return from, to, fmt.Errorf("go back from %s: %w", from.Snapshot, err)
	}
	return from, to, nil
}

const publicationColumns = `select p.id, p.snapshot, p.published_at, p.as_of, p.checks, p.warnings,
	p.withdrawn_at, p.withdrawn_by, p.withdrawn_name, p.withdrawn_reason from publications p `

// Current returns the publication that readers follow; a [fault.NotFound] when nothing was ever published.
func (s *Store) Current(ctx context.Context) (Publication, error) {
	row := s.db.QueryRowContext(ctx, publicationColumns+`join current_publication c on c.publication_id = p.id`)
	p, err := scanPublication(row)
	if errors.Is(err, sql.ErrNoRows) {
		return Publication{}, fault.New(fault.NotFound, "store.nothing_published")
	}
	if err != nil {
		return Publication{}, fmt.Errorf("current publication: %w", err)
	}
	return p, nil
}

// Publications returns every publication, newest first.
func (s *Store) Publications(ctx context.Context) ([]Publication, error) {
	list, err := collect(ctx, s.db, scanPublication, publicationColumns+`order by p.id desc`)
	if err != nil {
		return nil, fmt.Errorf("publications: %w", err)
	}
	return list, nil
}

// scanner is what *sql.Row and *sql.Rows share.
type scanner interface{ Scan(dest ...any) error }

func scanPublication(row scanner) (Publication, error) {
	var p Publication
	at := make([]string, 3)
	err := row.Scan(&p.ID, &p.Snapshot, &at[0], &at[1], &p.Checks, &p.Warnings, &at[2], &p.Withdrawn.By, &p.Withdrawn.Name, &p.Withdrawn.Reason)
	if err != nil {
		return Publication{}, err
	}
	return p, loaded(at, &p.PublishedAt, &p.AsOf, &p.Withdrawn.At)
}

// Run is one transform, good or bad.
type Run struct {
	StartedAt  time.Time
	FinishedAt time.Time
	OK         bool
	Error      string // why it failed, in English
	ErrorZH    string // the same in Chinese; "" in rows of before it was kept
	Snapshot   string // file name of what it published, "" when it failed
}

// Reason says in language l why the run failed; in English where nothing else was kept.
func (r Run) Reason(l text.Lang) string {
	if l == text.EN || r.ErrorZH == "" {
		return r.Error
	}
	return r.ErrorZH
}

// RecordRun appends r to the run log.
func (s *Store) RecordRun(ctx context.Context, r Run) error {
	_, err := s.db.ExecContext(ctx, `insert into runs (started_at, finished_at, ok, error, error_zh, snapshot)
		values (?, ?, ?, ?, ?, ?)`, stored(r.StartedAt), stored(r.FinishedAt), r.OK, r.Error, r.ErrorZH, r.Snapshot)
	if err != nil {
		return fmt.Errorf("record run: %w", errors.Join(fault.Unable(s.path, true), err))
	}
	return nil
}

// LastRun returns the run recorded last; false when there was none.
func (s *Store) LastRun(ctx context.Context) (Run, bool, error) {
	row := s.db.QueryRowContext(ctx,
		`select started_at, finished_at, ok, error, error_zh, snapshot from runs order by id desc limit 1`)
	var r Run
	at := make([]string, 2)
	err := row.Scan(&at[0], &at[1], &r.OK, &r.Error, &r.ErrorZH, &r.Snapshot)
	if errors.Is(err, sql.ErrNoRows) {
		return Run{}, false, nil
	}
	if err == nil {
		err = loaded(at, &r.StartedAt, &r.FinishedAt)
	}
	if err != nil {
		return Run{}, false, fmt.Errorf("last run: %w", err)
	}
	return r, true, nil
}

// querier is what *sql.DB and *sql.Tx share.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// collect runs a query and scans every row.
func collect[T any](ctx context.Context, q querier, scan func(scanner) (T, error), query string, args ...any) ([]T, error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, errors.Join(rows.Err(), rows.Close())
}
