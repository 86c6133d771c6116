// Package disk makes what was written last, and keeps it for whom it is meant: a file, or the names in a folder, is on the
// medium when [Sync] returns; folders and files have the mode that was asked for, whatever the umask. It must not know what
// is written, or where.
package disk

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// Sync flushes a file or a folder. A name that was given or renamed is durable only when its folder was flushed, too.
func Sync(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// Write puts a file of that content under a name at once, its owner's only: whoever reads sees what was there before, or all of
// it. It is on the medium when Write returns. The folder must be there; names that begin with a dot are used on the way.
func Write(path string, data []byte) error {
	folder := filepath.Dir(path)
	tmp, err := os.CreateTemp(folder, ".new-*")
	if err != nil {
		return err
	}
	_, err = tmp.Write(data)
	if err = errors.Join(err, tmp.Sync(), tmp.Close()); err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(tmp.Name()))
	}
	return Sync(folder)
}

// Folder makes a folder of that mode, and those above it that are missing. One that is there is left as it is: whoever made
// it may have meant it for others.
func Folder(path string, mode fs.FileMode) error {
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	if err := os.MkdirAll(path, mode); err != nil {
		return err
	}
	return os.Chmod(path, mode)
}

// Private leaves a file to its owner only, and makes an empty one where there is none. It never opens one that is there: for
// an open database that would end its locks. The file of another owner stays as it is.
func Private(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err == nil {
		return f.Close()
	}
	info, serr := os.Stat(path)
	if serr != nil {
		return err
	}
	if info.Mode().Perm()&0o077 == 0 {
		return nil
	}
	if err := os.Chmod(path, 0o600); err != nil && !errors.Is(err, fs.ErrPermission) {
		return err
	}
	return nil
}
