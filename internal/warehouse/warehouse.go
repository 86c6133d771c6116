// Package warehouse opens DuckDB files and is the only importer of the DuckDB driver.
//
// It promises that every file is opened with the settings that keep the known faults of the pinned DuckDB release away
// (see [options]), that a snapshot is opened read-only and locked down, that one process holds at most one handle per
// path, and that a sealed snapshot was read back column by column. It knows no tables, feeds or KPIs.
//
// Rules for everybody who writes through it: no PRIMARY KEY, UNIQUE or CREATE INDEX in any file (an index can make a
// file un-openable after a crash, a key can rot: keys are checked by SELECTs), and no file is ever renamed over
// another one (the driver caches instances by path, and a stale .wal would be replayed into the new file).
package warehouse

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"

	"github.com/duckdb/duckdb-go/v2"
	"github.com/kamlens/kamlens/internal/fault"
)

// Options are the resources of one opened file. Zero values mean the defaults.
type Options struct {
	MemoryLimit string // e.g. "4GB"; default half of the machine's or cgroup's memory, a tenth for a snapshot
	Threads     int    // default all cores
	TempDir     string // parent of the spill folder; default "tmp" beside the file
}

// DB is one opened DuckDB file. It is safe for concurrent use.
type DB struct {
	handle *handle
	once   sync.Once
	err    error
}

// SQL returns the pool of connections. TEMP tables and views belong to one connection: use [sql.DB.Conn] for them.
func (d *DB) SQL() *sql.DB { return d.handle.pool }

// Close gives the handle back; the last holder's Close closes the file. Closing twice is harmless.
func (d *DB) Close() error {
	d.once.Do(func() { d.err = release(d.handle) })
	return d.err
}

// Open opens path for reading and writing and creates it when it is missing.
func Open(ctx context.Context, path string, o Options) (*DB, error) {
	return acquire(ctx, path, false, o)
}

// OpenSnapshot opens a published snapshot read-only. Its connections can reach no other file, and no setting can be
// changed. Callers of the same path in one process share one handle, opened with the first caller's options.
func OpenSnapshot(ctx context.Context, path string, o Options) (*DB, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, fault.New(fault.NotFound, "warehouse.no_snapshot", path).Because(err)
	}
	return acquire(ctx, path, true, o)
}

// open opens the pool of a new handle and runs one statement, so that a bad file fails here and not later.
func open(ctx context.Context, path string, readOnly bool, o Options, spill string) (*sql.DB, error) {
	dsn, err := dataSource(path, readOnly, o, spill)
	if err != nil {
		return nil, err
	}
	connector, err := duckdb.NewConnector(dsn, func(driver.ExecerContext) error { return nil })
	if err != nil {
		return nil, openError(path, readOnly, err)
	}
	pool := sql.OpenDB(connector)
	first := "select 1"
	if readOnly {
		first = lockDown
	}
	if _, err := pool.ExecContext(ctx, first); err != nil {
		return nil, openError(path, readOnly, closeAlso(err, pool))
	}
	return pool, nil
}

// openError is why a file could not be opened; DuckDB tells missing rights in words only.
func openError(path string, readOnly bool, err error) error {
	if denied := fault.Unable(path, !readOnly); denied != nil {
		err = errors.Join(denied, err)
	}
	return fmt.Errorf("open %s: %w", path, err)
}

// lockDown makes an instance reach no other file and keep its settings. It comes after the opening: with the access
// already off the spill folder could not be set, and the driver sets the options of a data source in random order.
const lockDown = "set enable_external_access = false; set lock_configuration = true"

// dataSource composes path and settings; the settings hold for the whole instance, whoever connects.
func dataSource(path string, readOnly bool, o Options, spill string) (string, error) {
	if strings.ContainsAny(path, "?%#") || strings.Contains(filepath.Base(path), ":") {
		return "", fault.New(fault.Usage, "warehouse.path_bad", path)
	}
	settings := options(readOnly, o, spill)
	if _, err := url.Parse(path + "?" + settings.Encode()); err != nil {
		return "", fault.New(fault.Usage, "warehouse.path_bad", path).Because(err)
	}
	return path + "?" + settings.Encode(), nil
}

// options are the settings of every open.
func options(readOnly bool, o Options, spill string) url.Values {
	limit, share := o.MemoryLimit, int64(2)
	if readOnly {
		share = 10
	}
	if limit == "" {
		limit = strconv.FormatInt(Memory()/share>>20, 10) + "MiB"
	}
	threads := o.Threads
	if threads <= 0 {
		threads = runtime.GOMAXPROCS(0)
	}
	v := url.Values{}
	// Both optimizers return silently wrong rows in 1.5.5 (top-N per group; UNION ALL arms that share a join).
	v.Set("disabled_optimizers", "top_n_window_elimination,common_subplan")
	// Newer storage refuses a write-ahead log that belongs to another file; the default replays it.
	v.Set("storage_compatibility_version", "latest")
	// Nothing is fetched from the network at run time.
	v.Set("autoinstall_known_extensions", "false")
	v.Set("autoload_known_extensions", "false")
	v.Set("allow_community_extensions", "false")
	v.Set("memory_limit", limit)
	v.Set("threads", strconv.Itoa(threads))
	v.Set("temp_directory", spill)
	if readOnly {
		v.Set("access_mode", "READ_ONLY")
	}
	return v
}

// Memory returns the bytes of memory this process may use: the cgroup's limit or the machine's memory.
func Memory() int64 {
	total := int64(4 << 30) // when neither can be read
	if data, err := os.ReadFile("/proc/meminfo"); err == nil {
		for line := range strings.Lines(string(data)) {
			if f := strings.Fields(line); len(f) > 1 && f[0] == "MemTotal:" {
				if kb, err := strconv.ParseInt(f[1], 10, 64); err == nil {
					total = kb << 10
				}
			}
		}
	}
	for _, name := range []string{"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"} {
		data, err := os.ReadFile(name)
		if err != nil {
			continue
		}
		if n, err := strconv.ParseInt(strings.TrimSpace(string(data)), 10, 64); err == nil && n > 0 && n < total {
			total = n
		}
	}
	return total
}

// Version returns the version of the DuckDB library.
func Version(ctx context.Context, d *DB) (string, error) {
	var v string
	err := d.SQL().QueryRowContext(ctx, "select version()").Scan(&v)
	return v, err
}

// Extensions returns the extensions that are built into the library.
func Extensions(ctx context.Context, d *DB) ([]string, error) {
	rows, err := d.SQL().QueryContext(ctx, "select extension_name from duckdb_extensions() where loaded order by extension_name")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var names []string
	for rows.Next() {
		var n string
		if err := rows.Scan(&n); err != nil {
			return nil, err
		}
		names = append(names, n)
	}
	return names, rows.Err()
}
