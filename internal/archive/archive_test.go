package archive

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/internal/fault"
)

func at(t *testing.T, s string) Civil {
	t.Helper()
	c, err := time.Parse(time.DateTime, s)
	if err != nil {
		t.Fatal(err)
	}
	return CivilOf(c)
}

// TestFolder_bytes: what is stored comes back under its hash; what rotted or is gone is said.
func TestFolder_bytes(t *testing.T) {
	f := At(t.TempDir())
	hash, err := f.Put([]byte("abc"))
	// SHA-256 of "abc" is the first test vector of FIPS 180-2.
	if err != nil || hash != "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" {
		t.Fatal(hash, err)
	}
	if data, err := f.Get(hash); err != nil || string(data) != "abc" {
		t.Errorf("%q %v", data, err)
	}
	if err := os.WriteFile(f.Path(hash), []byte("abd"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Get(hash); fault.KindOf(err) != fault.Refused {
		t.Error(err)
	}
	if again, err := f.Put([]byte("abc")); err != nil || again != hash { // it heals
		t.Error(err)
	}
	if data, err := f.Get(hash); err != nil || string(data) != "abc" {
		t.Errorf("%q %v", data, err)
	}
	if _, err := f.Get("00"); fault.KindOf(err) != fault.Refused {
		t.Error(err)
	}
}

// TestFolder_entries: entries come back as they were written, chained; a changed line is found.
func TestFolder_entries(t *testing.T) {
	f := At(t.TempDir())
	want := []Entry{
		{Kind: Load, At: at(t, "2026-10-01 08:00:00"), Batch: &Batch{ID: 1, Source: "a", SHA256: "aa", Loaded: 3, Recipe: json.RawMessage(`{"Source":{"Name":"a<b"}}`)}},
		{Kind: Run, At: at(t, "2026-10-02 08:00:00"), Run: &Computed{"s", "2026-10-01 00:00:00", "v1"}},
		{Kind: Freeze, At: at(t, "2026-10-03 08:00:00"), Freeze: &Frozen{"2026-09", 1, "m"}},
	}
	for _, e := range want {
		if err := f.Append(e); err != nil {
			t.Fatal(err)
		}
	}
	got, err := f.Entries()
	if err != nil {
		t.Fatal(err)
	}
	for i := range got {
		if (got[i].Previous == "") != (i == 0) {
			t.Errorf("line %d: previous %q", i+1, got[i].Previous)
		}
		got[i].Previous = ""
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	path := filepath.Join(f.Dir(), "batches.ndjson")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(strings.Replace(string(data), `"rows_loaded":3`, `"rows_loaded":4`, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Entries(); fault.KindOf(err) != fault.Refused || !strings.Contains(err.Error(), "line 2") {
		t.Error(err)
	}
}

// TestUntil: a batch brings what was decided before the next one came; a day is known at its end, a minute too.
func TestUntil(t *testing.T) {
	list := []Entry{
		{Kind: Load, At: at(t, "2026-10-01 08:00:00"), Batch: &Batch{ID: 1}},
		{Kind: Rules, At: at(t, "2026-10-01 08:00:00"), Rules: &Settings{}},
		{Kind: Load, At: at(t, "2026-10-02 09:30:15"), Batch: &Batch{ID: 2}},
		{Kind: Run, At: at(t, "2026-10-03 00:00:00"), Run: &Computed{Snapshot: "snap-x.duckdb"}},
		{Kind: Rules, At: at(t, "2026-10-03 00:00:00"), Rules: &Settings{}},
	}
	for point, want := range map[string]int{
		"1": 2, "2": 5, "snap-x": 4, "snap-x.duckdb": 4, "2026-10-02T09:30": 3, "2026-10-02 09:29": 2, "2026-10-02 09:30:15.5": 3,
		"2026-10-01": 2, "2026-10-02": 3, "2026-10-02 09:30": 3, "2026-10-02 09:30:14": 2,
		"2026-10-02T09:30:15": 3, "2027-01-01": 5,
	} {
		if got, err := Until(list, point); err != nil || len(got) != want {
			t.Errorf("until %s: %d entries, %v; want %d", point, len(got), err, want)
		}
	}
	for _, point := range []string{"3", "0", "x", "", "2026-13-01", "2026-09-30", "snap-y", "snap-"} {
		if _, err := Until(list, point); fault.KindOf(err) != fault.Usage {
			t.Errorf("until %q: %v", point, err)
		}
	}
}

// TestInstant: a day and a minute are their last microsecond, a second is itself.
func TestInstant(t *testing.T) {
	for point, want := range map[string]string{
		"2026-10-02":            "2026-10-02T23:59:59.999999 true",
		"2026-10-02 09:30":      "2026-10-02T09:30:59.999999 true",
		"2026-10-02T09:30":      "2026-10-02T09:30:59.999999 true",
		"2026-10-02 09:30:00":   "2026-10-02T09:30:00.000000 false",
		"2026-10-02T09:30:00.5": "2026-10-02T09:30:00.500000 false",
	} {
		at, whole, ok := Instant(point)
		if got := fmt.Sprint(at.Format(civilLayout), " ", whole); !ok || got != want {
			t.Errorf("%s: %s %v, want %s", point, got, ok, want)
		}
	}
	for _, point := range []string{"", "47", "snap-x", "09:30", "2026-10-02 25:00"} {
		if at, _, ok := Instant(point); ok {
			t.Errorf("%q is %v", point, at)
		}
	}
}
