package backup_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/kamlens/kamlens/internal/archive"
	"github.com/kamlens/kamlens/internal/backup"
	"github.com/kamlens/kamlens/internal/fault"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// add stores data in the archive, with a line that rests on it.
func add(t *testing.T, kept archive.Folder, data string) string {
	t.Helper()
	hash, err := kept.Put([]byte(data))
	must(t, err)
	must(t, kept.Append(archive.Entry{Kind: archive.Load, Batch: &archive.Batch{SHA256: hash}}))
	return hash
}

// copyAll is one backup of an archive.
func copyAll(from, to string) (r backup.Report, files int, err error) {
	if err := errors.Join(r.Lists(from, to), r.Tree(from, to, true)); err != nil {
		return r, 0, err
	}
	files, err = backup.Check(to)
	return r, files, err
}

// TestCopy: the first copy takes everything, the next what came, and what a crash left unfinished is not in it.
func TestCopy(t *testing.T) {
	from, to := t.TempDir(), filepath.Join(t.TempDir(), "copy")
	kept := archive.At(from)
	a := add(t, kept, "a")
	must(t, os.WriteFile(filepath.Join(from, a[:2], ".new-1"), []byte("half"), 0o600))
	if r, files, err := copyAll(from, to); err != nil || r.Copied != 2 || r.Kept != 0 || files != 1 {
		t.Fatalf("%+v, %d files, %v", r, files, err)
	}
	add(t, kept, "b")
	journal := filepath.Join(from, "batches.ndjson")
	whole, err := os.ReadFile(journal)
	must(t, err)
	must(t, os.WriteFile(journal, append(whole, `{"kind":"lo`...), 0o600))
	if r, files, err := copyAll(from, to); err != nil || r.Copied != 2 || r.Kept != 1 || files != 2 {
		t.Fatalf("%+v, %d files, %v", r, files, err)
	}
	if got, err := os.ReadFile(filepath.Join(to, "batches.ndjson")); err != nil || string(got) != string(whole) {
		t.Errorf("%s %v", got, err)
	}
	info, err := os.Stat(filepath.Join(to, a[:2], a))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info, err)
	}
	var r backup.Report
	if err := r.Tree(filepath.Join(from, "nothing"), to, false); err != nil || r.Copied != 0 {
		t.Errorf("a folder that is not there: %+v %v", r, err)
	}
}

// TestCopy_refuses: another history, bytes that are not what their name says, in the original and in the copy, and bytes that are missing.
func TestCopy_refuses(t *testing.T) {
	for name, spoil := range map[string]func(from, to, hash string) error{
		"another history": func(_, to, _ string) error {
			return os.WriteFile(filepath.Join(to, "batches.ndjson"), []byte(`{"kind":"other","previous_hash":""}`+"\n"), 0o600)
		},
		"altered original": func(from, to, hash string) error {
			return errors.Join(os.Remove(filepath.Join(to, hash[:2], hash)), os.WriteFile(filepath.Join(from, hash[:2], hash), []byte("b"), 0o600))
		},
		"altered copy": func(_, to, hash string) error {
			return os.WriteFile(filepath.Join(to, hash[:2], hash), []byte("b"), 0o600)
		},
		"lost": func(from, to, hash string) error {
			return errors.Join(os.Remove(filepath.Join(from, hash[:2], hash)), os.Remove(filepath.Join(to, hash[:2], hash)))
		},
	} {
		t.Run(name, func(t *testing.T) {
			from, to := t.TempDir(), t.TempDir()
			hash := add(t, archive.At(from), "a")
			_, _, err := copyAll(from, to)
			must(t, err)
			must(t, spoil(from, to, hash))
			if _, _, err := copyAll(from, to); fault.KindOf(err) != fault.Refused {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestWithin(t *testing.T) {
	for folder, want := range map[string]bool{"/a/data": true, "/a/data/x": true, "/a/data2": false, "/a": false, "/b": false} {
		if got := backup.Within(folder, "/a/data"); got != want {
			t.Errorf("%s: %v", folder, got)
		}
	}
}
