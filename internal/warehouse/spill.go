package warehouse

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// spillDir is the folder one opened file spills into. Spill files hold customer data and stay behind when a process is
// killed; so the folder is for its owner only, is marked as in use by a lock that dies with the process, and every
// later open sweeps the folders whose lock is gone.
type spillDir struct {
	path string
	lock *os.File
}

const spillPrefix, spillLock = "spill-", ".in-use"

func newSpillDir(db string, o Options) (*spillDir, error) {
	parent := o.TempDir
	if parent == "" {
		parent = filepath.Join(filepath.Dir(db), "tmp")
	}
	parent, err := filepath.Abs(parent)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(parent, 0o700); err != nil {
		return nil, fmt.Errorf("spill folder: %w", err)
	}
	if err := os.Chmod(parent, 0o700); err != nil {
		return nil, fmt.Errorf("spill folder: %w", err)
	}
	if _, err := Sweep(parent); err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(parent, spillPrefix)
	if err != nil {
		return nil, fmt.Errorf("spill folder: %w", err)
	}
	lock, err := lockFile(filepath.Join(dir, spillLock))
	if err != nil {
		return nil, fmt.Errorf("spill folder: %w", err)
	}
	return &spillDir{path: dir, lock: lock}, nil
}

func (s *spillDir) remove() error {
	return errors.Join(os.RemoveAll(s.path), s.lock.Close())
}

// Sweep removes the spill folders under parent that no living process uses and returns how many files they held.
func Sweep(parent string) (int, error) {
	dirs, err := filepath.Glob(filepath.Join(parent, spillPrefix+"*"))
	if err != nil {
		return 0, err
	}
	removed := 0
	for _, dir := range dirs {
		mark := filepath.Join(dir, spillLock)
		if _, err := os.Stat(mark); errors.Is(err, os.ErrNotExist) && fresh(dir) {
			continue // another process is just making it
		}
		lock, err := lockFile(mark)
		if errors.Is(err, syscall.EWOULDBLOCK) || errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return removed, fmt.Errorf("sweep %s: %w", dir, err)
		}
		files, err := os.ReadDir(dir)
		removed += max(len(files)-1, 0)
		if err := errors.Join(err, os.RemoveAll(dir), lock.Close()); err != nil {
			return removed, fmt.Errorf("sweep %s: %w", dir, err)
		}
	}
	return removed, nil
}

// fresh reports whether dir is still empty: a folder between its making and its marking.
func fresh(dir string) bool {
	files, err := os.ReadDir(dir)
	return err == nil && len(files) == 0
}

// lockFile opens path and takes its lock; EWOULDBLOCK means that a living process holds it.
func lockFile(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}
