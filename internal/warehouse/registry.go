package warehouse

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/kamlens/kamlens/internal/disk"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/pause"
)

// openDeadline is how long an open waits for an earlier handle of the same path to go away.
const openDeadline = 10 * time.Second

// handle is the one opened instance of a path in this process.
type handle struct {
	path     string
	readOnly bool
	pool     *sql.DB
	file     os.FileInfo
	users    int
	spill    *spillDir
	closed   bool
}

// registry holds the handles of the process. Opening a path again while a connection of an earlier, closed handle is
// still out makes DuckDB spin at full speed without an error, so a path is never opened before its last handle is
// wholly gone. The driver's own cache is process-wide; so must be the record of what is in it.
var registry = struct {
	sync.Mutex
	handles map[string]*handle
}{handles: map[string]*handle{}}

// acquire returns a handle of path: the open one when the mode is the same, else a new one.
func acquire(ctx context.Context, path string, readOnly bool, o Options) (*DB, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, openDeadline)
	defer cancel()
	for {
		d, wait, err := tryAcquire(ctx, path, readOnly, o)
		if err != nil || d != nil {
			return d, err
		}
		if err := pause.For(ctx, wait); err != nil {
			return nil, fmt.Errorf("open %s: an earlier handle still has connections out: %w", path, err)
		}
	}
}

// tryAcquire shares, opens, or (nil, wait, nil) asks the caller to come back.
func tryAcquire(ctx context.Context, path string, readOnly bool, o Options) (*DB, time.Duration, error) {
	registry.Lock()
	defer registry.Unlock()
	if h := registry.handles[path]; h != nil {
		if h.closed {
			if h.pool.Stats().OpenConnections > 0 {
				return nil, 2 * time.Millisecond, nil
			}
			delete(registry.handles, path)
		} else {
			d, err := share(h, readOnly)
			return d, 0, err
		}
	}
	spill, err := newSpillDir(path, o)
	if err != nil {
		return nil, 0, err
	}
	pool, err := open(ctx, path, readOnly, o, spill.path)
	if err != nil {
		return nil, 0, errors.Join(err, spill.remove())
	}
	if !readOnly {
		err = disk.Private(path)
	}
	info, serr := os.Stat(path)
	if err := errors.Join(err, serr); err != nil {
		return nil, 0, errors.Join(closeAlso(err, pool), spill.remove())
	}
	h := &handle{path: path, readOnly: readOnly, pool: pool, file: info, users: 1, spill: spill}
	registry.handles[path] = h
	return &DB{handle: h}, 0, nil
}

// share adds a user to h. A file that was replaced under its path is refused: the driver would go on serving the old
// one.
func share(h *handle, readOnly bool) (*DB, error) {
	if h.readOnly != readOnly {
		return nil, fault.New(fault.Busy, "warehouse.open_otherwise", h.path)
	}
	info, err := os.Stat(h.path)
	if err != nil || !os.SameFile(info, h.file) {
		return nil, fault.New(fault.Refused, "warehouse.replaced", h.path).Because(err)
	}
	h.users++
	return &DB{handle: h}, nil
}

// release takes a user off h and closes it with the last one. Connections that are still out keep the path reserved
// until they come back.
func release(h *handle) error {
	registry.Lock()
	defer registry.Unlock()
	if h.users--; h.users > 0 {
		return nil
	}
	h.closed = true
	err := h.pool.Close()
	if h.pool.Stats().OpenConnections == 0 {
		delete(registry.handles, h.path)
	}
	return errors.Join(err, h.spill.remove())
}

func closeAlso(err error, pool *sql.DB) error { return errors.Join(err, pool.Close()) }
