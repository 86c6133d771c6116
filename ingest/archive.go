package ingest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/kamlens/kamlens/internal/disk"
	"github.com/kamlens/kamlens/internal/fault"
)

// arrived is a file whose bytes were copied, hashed and looked at once; everything after reads the copy, so a file
// that changes later cannot change what is loaded.
type arrived struct {
	path   string // of the original, as shown to people
	copy   string
	sha256 string
	facts  facts
}

// openFault says why a file cannot be read: there is none, it is none, or another reason.
func openFault(path string, err error) error {
	key := "ingest.refused.open"
	switch {
	case errors.Is(err, fs.ErrNotExist):
		key = "ingest.refused.missing"
	case errors.Is(err, fs.ErrPermission):
		key = "ingest.refused.open_permission"
	case err == nil:
		key = "ingest.refused.no_file"
	}
	return fault.New(fault.Refused, key, path).Because(err)
}

// take copies the file into folder (data/tmp), hashing and scanning it on the way, and refuses a file that changed
// meanwhile.
func take(ctx context.Context, path, folder string, delimiter byte, watch func(int64)) (a *arrived, err error) {
	src, err := os.Open(path)
	if err != nil {
		return nil, openFault(path, err)
	}
	defer closing(&err, src)
	before, err := src.Stat()
	if err != nil || !before.Mode().IsRegular() {
		return nil, openFault(path, err)
	}
	dst, err := createTemp(folder, "arrived-*")
	if err != nil {
		return nil, err
	}
	a = &arrived{path: path, copy: dst.Name()}
	size, err := a.pour(ctx, dst, src, delimiter, watch)
	if err := errors.Join(err, dst.Close()); err != nil {
		return nil, errors.Join(err, os.Remove(dst.Name()))
	}
	if !a.facts.utf8 {
		if a.facts.script, err = weigh(a.copy); err != nil {
			return nil, errors.Join(err, os.Remove(dst.Name()))
		}
	}
	after, err := os.Stat(path)
	if err != nil || after.Size() != size || before.Size() != size || !after.ModTime().Equal(before.ModTime()) {
		return nil, errors.Join(fault.New(fault.Refused, "ingest.refused.changed", path), os.Remove(dst.Name()))
	}
	return a, nil
}

// createTemp creates a temporary file in folder, and the folder.
func createTemp(folder, pattern string) (*os.File, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	return os.CreateTemp(folder, pattern)
}

func (a *arrived) pour(ctx context.Context, dst io.Writer, src io.Reader, delimiter byte, watch func(int64)) (int64, error) {
	hash, look := sha256.New(), newScanner(delimiter)
	buf := make([]byte, 1<<20)
	var size int64
	for {
		if err := ctx.Err(); err != nil {
			return size, err
		}
		n, err := src.Read(buf)
		size += int64(n)
		hash.Write(buf[:n]) // never fails
		look.Write(buf[:n])
		if _, werr := dst.Write(buf[:n]); werr != nil {
			return size, fmt.Errorf("copy %s: %w", a.path, werr)
		}
		watch(int64(n))
		if err == io.EOF {
			break
		}
		if err != nil {
			return size, fmt.Errorf("read %s: %w", a.path, err)
		}
	}
	a.sha256, a.facts = hex.EncodeToString(hash.Sum(nil)), look.finish()
	return size, nil
}

// keep moves the copy into the archive under its hash. A file that lies there already is replaced by the same bytes,
// which also heals one that has rotted.
func (a *arrived) keep(archive string) error {
	folder := filepath.Join(archive, a.sha256[:2])
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(a.copy, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return err
	}
	to := filepath.Join(folder, a.sha256)
	if err := os.Rename(a.copy, to); err != nil {
		return err
	}
	a.copy = to
	return disk.Sync(folder)
}

// drop removes a copy that was not kept.
func (a *arrived) drop() error { return os.Remove(a.copy) }
