package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/store"
	"github.com/kamlens/kamlens/internal/warehouse"
)

// TestPrivate: whatever the umask, what the program keeps about customers and people is its owner's only: databases,
// snapshots, the archive and its journals, also the logs of databases that are open, and files that an earlier release made.
func TestPrivate(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0))
	dir := t.TempDir()
	conf := filepath.Join(dir, "kamlens.yaml")
	kamlens(t, "generate", "--out", dir, "--customers", "10", "--months", "2", "--until", "2026-10", "--seed", "5", "--format", "csv")
	kamlens(t, "-c", conf, "run")
	kamlens(t, "-c", conf, "user", "add", "root", "--name", "root", "--role", "admin")
	c, err := config.Load(conf)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.Chmod(c.StorePath(), 0o644), os.Chmod(c.WarehousePath(), 0o644)); err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), c.StorePath())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	db, err := warehouse.Open(t.Context(), c.WarehousePath(), warehouse.Options{MemoryLimit: "512MB"})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.SQL().Exec("create table logged as select 1 as n"); err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	err = filepath.WalkDir(c.Dir(""), func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: %v", path, info.Mode())
		}
		found[filepath.Base(path)] = true
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"app.sqlite", "app.sqlite-wal", "warehouse.duckdb", "warehouse.duckdb.wal", "snapshots", "batches.ndjson"} {
		if !found[name] {
			t.Errorf("%s was not looked at", name)
		}
	}
}
