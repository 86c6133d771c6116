package warehouse

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/kamlens/kamlens/internal/disk"
)

// NewSnapshotPath returns a file name in dir that was never used before and never will be again. It sorts by time.
func NewSnapshotPath(dir string, now time.Time) string {
	id := ulid.MustNew(ulid.Timestamp(now), rand.Reader)
	return filepath.Join(dir, "snap-"+strings.ToLower(id.String())+".duckdb")
}

// Remove deletes a snapshot or a half-built file with everything DuckDB left beside it. Only for files that can be
// built again: a write-ahead log can hold the only pointer to bulk rows.
func Remove(path string) error {
	var all error
	for _, p := range []string{path, path + ".wal"} {
		if err := os.Remove(p); err != nil && !errors.Is(err, os.ErrNotExist) {
			all = errors.Join(all, err)
		}
	}
	return errors.Join(all, os.RemoveAll(path+".tmp"))
}

// Seal turns a freshly built file, closed by its builder, into a snapshot: everything is checkpointed into the one
// file and synced, and the file is opened as readers will open it and read to the last column. Row counts and content
// hashes must be those that the builder's side sees.
func Seal(ctx context.Context, path string, o Options) error {
	built, err := checkpoint(ctx, path, o)
	if err != nil {
		return fmt.Errorf("seal %s: %w", path, err)
	}
	if _, err := os.Stat(path + ".wal"); !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("seal %s: a write-ahead log is left beside it", path)
	}
	if err := errors.Join(disk.Sync(path), disk.Sync(filepath.Dir(path))); err != nil {
		return fmt.Errorf("seal %s: %w", path, err)
	}
	d, err := OpenSnapshot(ctx, path, o)
	if err != nil {
		return fmt.Errorf("seal: %w", err)
	}
	read, err := contents(ctx, d.SQL())
	if err := errors.Join(err, d.Close()); err != nil {
		return fmt.Errorf("seal: read back %s: %w", path, err)
	}
	for table, want := range built {
		if read[table] != want {
			return fmt.Errorf("seal %s: table %s reads back as %v, was built as %v", path, table, read[table], want)
		}
	}
	return nil
}

// checkpoint writes the log into the file and returns what the file should hold.
func checkpoint(ctx context.Context, path string, o Options) (map[string]content, error) {
	d, err := Open(ctx, path, o)
	if err != nil {
		return nil, err
	}
	built, err := contents(ctx, d.SQL())
	if err == nil {
		_, err = d.SQL().ExecContext(ctx, "checkpoint")
	}
	return built, errors.Join(err, d.Close())
}

// content is what a table holds: rows, and a hash over every column of every row, whatever their order.
type content struct {
	rows int64
	hash string
}

// contents reads every column of every table.
func contents(ctx context.Context, db *sql.DB) (map[string]content, error) {
	tables, err := tableColumns(ctx, db)
	if err != nil {
		return nil, err
	}
	all := make(map[string]content, len(tables))
	for table, columns := range tables {
		var c content
		q := "select count(*), coalesce(sum(hash(" + strings.Join(columns, ", ") + ")), 0)::varchar from " + Quote(table)
		if err := db.QueryRowContext(ctx, q).Scan(&c.rows, &c.hash); err != nil {
			return nil, fmt.Errorf("table %s: %w", table, err)
		}
		all[table] = c
	}
	return all, nil
}

func tableColumns(ctx context.Context, db *sql.DB) (map[string][]string, error) {
	rows, err := db.QueryContext(ctx, `select table_name, column_name from duckdb_columns()
		where database_name = current_database() and schema_name = 'main' and not internal
		and table_name in (select table_name from duckdb_tables() where database_name = current_database())
		order by table_name, column_index`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	tables := map[string][]string{}
	for rows.Next() {
		var table, column string
		if err := rows.Scan(&table, &column); err != nil {
			return nil, err
		}
		tables[table] = append(tables[table], Quote(column))
	}
	return tables, rows.Err()
}

// Quote writes name as an SQL identifier.
func Quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// Literal writes s as an SQL string.
func Literal(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
