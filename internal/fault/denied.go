package fault

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// Denied returns the file or folder that the system did not let the program read or write; ok is false for any other
// error.
func Denied(err error) (path string, ok bool) {
	if !errors.Is(err, fs.ErrPermission) && !errors.Is(err, syscall.EROFS) {
		return "", false
	}
	if e, is := errors.AsType[*fs.PathError](err); is {
		return e.Path, true
	}
	if e, is := errors.AsType[*os.LinkError](err); is {
		return e.New, true
	}
	return "", false
}

// Unable asks the system why a library, which only says so in words of its own, could not open the file at path, for
// writing as well when write is set: it returns an error that [Denied] knows, or nil when rights are not the reason. A
// file that is not there yet is looked for by its folder.
func Unable(path string, write bool) error {
	mode := os.O_RDONLY
	if write {
		mode = os.O_RDWR
	}
	f, err := os.OpenFile(path, mode, 0) //nolint:gosec // the path of the caller, opened and closed
	if err == nil {
		return f.Close()
	}
	if errors.Is(err, fs.ErrNotExist) && write {
		f, err = os.CreateTemp(filepath.Dir(path), ".tried-*")
		if err == nil {
			return errors.Join(f.Close(), os.Remove(f.Name()))
		}
		if e, is := errors.AsType[*fs.PathError](err); is {
			e.Path = path
		}
	}
	if _, denied := Denied(err); denied {
		return err
	}
	return nil
}
