package transform

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/kamlens/kamlens/internal/archive"
	"github.com/kamlens/kamlens/internal/config"
)

// TestRecall_models: the user's own models are kept when they change, and come back as they were: the first of two, and
// none where there was no folder. An archive that knows nothing of models leaves those of now.
func TestRecall_models(t *testing.T) {
	dir := t.TempDir()
	f := archive.At(filepath.Join(dir, "archive"))
	path := filepath.Join(dir, "own", "kpi", "m_x1.sql")
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	remember := func(lines, model string) config.Config {
		t.Helper()
		if err := os.WriteFile(path, []byte(model), 0o600); err != nil {
			t.Fatal(err)
		}
		c, err := config.Parse([]byte(lines), filepath.Join(dir, "kamlens.yaml"))
		if err == nil {
			err = Remember(f, c, time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC))
		}
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	remember("models: own", "select 1")
	remember("models: own", "select 1") // the same: no line
	remember("models: own", "select 2")
	now := remember("data: d", "select 3") // no models
	now.Models = "own"
	entries, err := f.Entries()
	if err != nil || len(entries) != 3 {
		t.Fatalf("%d lines, want 3 (%v)", len(entries), err)
	}
	for n, want := range []string{"select 1", "select 2", ""} {
		then, _, err := Recall(f, now, entries[:n+1], filepath.Join(dir, "then", want))
		if err != nil {
			t.Fatal(err)
		}
		files, err := ownFiles(then)
		if err != nil || (want == "") != (len(files) == 0) || want != "" && (string(files[0].Data) != want || files[0].Name != "kpi/m_x1.sql") {
			t.Errorf("after line %d: %v (%v), want %q", n+1, files, err, want)
		}
	}
	entries[2].Rules.Models = nil
	if then, _, err := Recall(f, now, entries, filepath.Join(dir, "old")); err != nil || then.Models != "own" {
		t.Errorf("models %q (%v), want those of now", then.Models, err)
	}
}
