package frozen

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/internal/archive"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/text"
)

// keep writes a part with one file and keeps it.
func keep(t *testing.T, root string, f archive.Folder, m Manifest) {
	t.Helper()
	folder := filepath.Join(root, ".new")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, "rows-X1.parquet")
	if err := os.WriteFile(path, []byte(m.Period), 0o600); err != nil {
		t.Fatal(err)
	}
	hash, err := HashFile(path)
	if err != nil {
		t.Fatal(err)
	}
	m.Files = []File{{Name: "rows-X1.parquet", Kind: Rows, KPI: "X1", SHA256: hash, Rows: 1}}
	if err := Keep(root, folder, m, f, archive.CivilOf(time.Unix(0, 0).UTC())); err != nil {
		t.Fatal(err)
	}
}

// TestKeep: parts come back in the order in which they were closed; what a crash left without a line gives way and is
// never read; and only the parts that the entries know are read.
func TestKeep(t *testing.T) {
	root, f := t.TempDir(), archive.At(t.TempDir())
	left := filepath.Join(root, "2026-10", "1")
	if err := os.MkdirAll(left, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(left, "rows-OLD.parquet"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if parts, err := Load(root, nil); err != nil || len(parts) != 0 {
		t.Errorf("%v %v", parts, err)
	}
	keep(t, root, f, Manifest{Period: "2026-10", Part: 1, Measures: []string{"X1", "X2"}})
	keep(t, root, f, Manifest{Period: "2026-09", Part: 1, Measures: []string{"X1"}})
	keep(t, root, f, Manifest{Period: "2026-10", Part: 2, Measures: []string{"X3"}})
	entries, err := f.Entries()
	if err != nil {
		t.Fatal(err)
	}
	parts, err := Load(root, entries)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range parts {
		got = append(got, p.Period+" "+strings.Join(p.Measures, " "))
	}
	if d := cmp.Diff([]string{"2026-10 X1 X2", "2026-09 X1", "2026-10 X3"}, got); d != "" {
		t.Error(d)
	}
	if _, err := os.Stat(filepath.Join(left, "rows-OLD.parquet")); !os.IsNotExist(err) {
		t.Error("what was left without a line is still there")
	}
	if first, err := Load(root, entries[:1]); err != nil || len(first) != 1 {
		t.Errorf("%v %v", first, err)
	}
	if n := len(Parts(parts, "2026-10")); n != 2 {
		t.Errorf("%d parts of 2026-10", n)
	}
	for id, want := range map[string]int{"X1": 1, "X3": 1, "X9": 0} {
		if n := len(Holds(parts, "2026-10", id)); n != want {
			t.Errorf("%d parts hold %s, want %d", n, id, want)
		}
	}
}

// TestLoad_refuses: a file that is gone or is not what it was, and a manifest that was rewritten, are told in both
// languages.
func TestLoad_refuses(t *testing.T) {
	for name, c := range map[string]struct {
		harm   func(dir string) error
		zh, en string
	}{
		"file changed": {func(dir string) error { return os.WriteFile(filepath.Join(dir, "rows-X1.parquet"), []byte("x"), 0o600) },
			"rows-X1.parquet 已不是封账时的内容", "rows-X1.parquet of a closed period is not what it was"},
		"file gone": {func(dir string) error { return os.Remove(filepath.Join(dir, "rows-X1.parquet")) },
			"rows-X1.parquet 不见了", "rows-X1.parquet of a closed period is gone"},
		"manifest changed": {func(dir string) error { return os.WriteFile(filepath.Join(dir, "manifest.json"), []byte("{}"), 0o600) },
			"manifest.json 已不是", "manifest.json of a closed period is not what it was"},
		"all gone": {os.RemoveAll, "manifest.json 不见了", "manifest.json of a closed period is gone"},
	} {
		t.Run(name, func(t *testing.T) {
			root, f := t.TempDir(), archive.At(t.TempDir())
			keep(t, root, f, Manifest{Period: "2026-10", Part: 1, Measures: []string{"X1"}})
			if err := c.harm(Dir(root, "2026-10", 1)); err != nil {
				t.Fatal(err)
			}
			entries, err := f.Entries()
			if err != nil {
				t.Fatal(err)
			}
			_, err = Load(root, entries)
			if fault.KindOf(err) != fault.Refused || !strings.Contains(fault.Text(text.ZH, err), c.zh) || !strings.Contains(fault.Text(text.EN, err), c.en) {
				t.Errorf("%v: %s / %s", err, fault.Text(text.ZH, err), fault.Text(text.EN, err))
			}
		})
	}
}
