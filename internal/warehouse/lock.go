package warehouse

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/kamlens/kamlens/internal/fault"
)

// Lock is the right to write into a data folder. One process holds it at a time; it ends with the process.
type Lock struct{ file *os.File }

// Holder says who holds the lock of a data folder.
type Holder struct {
	PID     int       `json:"pid"`
	Command string    `json:"command"`
	Since   time.Time `json:"since"`
}

const lockName = "warehouse.lock"

// Acquire takes the write lock of the data folder dir for command. When another process holds it the error is
// [fault.Busy] and names that process, its command and since when, in civil time of zone.
func Acquire(dir, command string, zone *time.Location) (*Lock, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	path := filepath.Join(dir, lockName)
	f, err := lockFile(path)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		h := readHolder(path)
		return nil, fault.New(fault.Busy, "warehouse.busy", h.PID, h.Command, h.Since.In(zone).Format(time.DateTime))
	}
	if err != nil {
		return nil, fmt.Errorf("write lock: %w", err)
	}
	if err := writeHolder(f, command); err != nil {
		return nil, errors.Join(fmt.Errorf("write lock: %w", err), f.Close())
	}
	return &Lock{file: f}, nil
}

// Release gives the lock back.
func (l *Lock) Release() error {
	if err := l.file.Truncate(0); err != nil {
		return errors.Join(err, l.file.Close())
	}
	return l.file.Close()
}

// Held returns who holds the lock of dir; false when nobody does.
func Held(dir string) (Holder, bool) {
	path := filepath.Join(dir, lockName)
	if _, err := os.Stat(path); err != nil {
		return Holder{}, false
	}
	f, err := lockFile(path)
	if err == nil {
		_ = f.Close() // only looked
		return Holder{}, false
	}
	return readHolder(path), true
}

// writeHolder records the holder; since is when the file system saw the record written.
func writeHolder(f *os.File, command string) error {
	if err := f.Truncate(0); err != nil {
		return err
	}
	info, err := f.Stat()
	if err != nil {
		return err
	}
	data, err := json.Marshal(Holder{PID: os.Getpid(), Command: command, Since: info.ModTime()})
	if err != nil {
		return err
	}
	if _, err := f.WriteAt(data, 0); err != nil {
		return err
	}
	return f.Sync()
}

// readHolder reads the record; a holder that has not written it yet is unknown, not an error.
func readHolder(path string) Holder {
	var h Holder
	f, err := os.Open(path)
	if err != nil {
		return h
	}
	defer func() { _ = f.Close() }() // it was only read
	data, err := io.ReadAll(io.LimitReader(f, 4096))
	if err == nil {
		_ = json.Unmarshal(data, &h)
	}
	return h
}
