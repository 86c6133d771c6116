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

// TestWrite: a file is written anew as a whole, is its owner's only, and leaves nothing else in its folder.
func TestWrite(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	for _, data := range []string{"long content", "short", ""} {
		if err := disk.Write(path, []byte(data)); err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(path)
		if err != nil || string(got) != data {
			t.Errorf("%q, %v: want %q", got, err, data)
		}
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Error(info, err)
	}
	if err := os.Mkdir(filepath.Join(dir, "taken"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := disk.Write(filepath.Join(dir, "taken"), nil); err == nil {
		t.Error("a folder was written over")
	}
	if err := disk.Write(filepath.Join(dir, "gone", "file"), nil); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
	if names, err := os.ReadDir(dir); err != nil || len(names) != 2 {
		t.Error(names, err)
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
