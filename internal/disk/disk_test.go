package disk_test

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/kamlens/kamlens/internal/disk"
)

func TestSync(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(disk.Sync(path), disk.Sync(dir)); err != nil {
		t.Error(err)
	}
	if err := disk.Sync(filepath.Join(dir, "gone")); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}

// Folders and files have the mode that was asked for whatever the umask; a folder that is there keeps its own, a file that
// is there keeps its content.
func TestModes(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0o077))
	mode := func(path string) os.FileMode {
		t.Helper()
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		return info.Mode().Perm()
	}
	shared := filepath.Join(t.TempDir(), "a", "shared")
	if err := disk.Folder(shared, 0o750); err != nil || mode(shared) != 0o750 {
		t.Error(err, mode(shared))
	}
	if err := disk.Folder(shared, 0o700); err != nil || mode(shared) != 0o750 {
		t.Error(err, mode(shared))
	}
	syscall.Umask(0)
	path := filepath.Join(shared, "file")
	if err := disk.Private(path); err != nil || mode(path) != 0o600 {
		t.Error(err, mode(path))
	}
	if err := errors.Join(os.WriteFile(path, []byte("x"), 0o600), os.Chmod(path, 0o644), disk.Private(path)); err != nil || mode(path) != 0o600 {
		t.Error(err, mode(path))
	}
	if data, err := os.ReadFile(path); err != nil || string(data) != "x" {
		t.Error(err, string(data))
	}
	if err := disk.Private(filepath.Join(shared, "gone", "file")); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}
