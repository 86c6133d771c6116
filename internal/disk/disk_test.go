package disk_test

import (
	"errors"
	"os"
	"path/filepath"
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
