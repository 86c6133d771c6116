package journal_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/journal"
	"github.com/kamlens/kamlens/internal/text"
)

type entry struct {
	What     string `json:"what"`
	Previous string `json:"previous_hash"`
}

func add(t *testing.T, f journal.File, what string) journal.Line {
	t.Helper()
	line, err := f.Append(func(h journal.Head) (any, error) { return entry{what, h.Hash}, nil })
	if err != nil {
		t.Fatal(err)
	}
	return line
}

func whats(t *testing.T, f journal.File) (out []string) {
	t.Helper()
	if _, err := f.Read(func(l journal.Line) error {
		var e entry
		if err := json.Unmarshal(l.Data, &e); err != nil {
			return err
		}
		out = append(out, e.What)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestAppendAndRead(t *testing.T) {
	f := journal.At(filepath.Join(t.TempDir(), "archive", "decisions.ndjson"))
	if head, err := f.Verify(); err != nil || head != (journal.Head{}) {
		t.Fatal(head, err) // no file: no lines
	}
	first := add(t, f, "同意 <升级> & 通知")
	second := add(t, f, "two\nlines")
	if first.Previous != "" || second.Previous != first.Hash || second.Number != 2 {
		t.Errorf("%+v %+v", first, second)
	}
	if diff := cmp.Diff([]string{"同意 <升级> & 通知", "two\nlines"}, whats(t, f)); diff != "" {
		t.Error(diff)
	}
	if head, err := f.Verify(); err != nil || head != (journal.Head{Lines: 2, Hash: second.Hash}) {
		t.Error(head, err)
	}
}

// Whatever is done to a line that another one follows is found, and the first line that does not follow is named.
func TestVerify_names(t *testing.T) {
	path := filepath.Join(t.TempDir(), "j.ndjson")
	for i := range 5 {
		add(t, journal.At(path), fmt.Sprint("entry ", i))
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(strings.TrimSuffix(string(whole), "\n"), "\n")
	lines[4] += "\n"
	for name, c := range map[string]struct {
		lines []string
		at    int
	}{
		"changed":     {[]string{lines[0], strings.Replace(lines[1], "entry", "Entry", 1), lines[2], lines[3], lines[4]}, 3},
		"removed":     {[]string{lines[0], lines[1], lines[3], lines[4]}, 3},
		"first gone":  {lines[1:], 1},
		"added":       {[]string{lines[0], lines[0], lines[1], lines[2]}, 2},
		"swapped":     {[]string{lines[0], lines[2], lines[1], lines[3]}, 2},
		"not JSON":    {[]string{lines[0], "so what\n"}, 2},
		"without":     {[]string{lines[0], "{}\n"}, 2},
		"empty lines": {[]string{lines[0], "\n", lines[1]}, 2},
	} {
		if err := os.WriteFile(path, []byte(strings.Join(c.lines, "")), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := journal.At(path).Verify()
		if fault.KindOf(err) != fault.Refused || !strings.Contains(fault.Text(text.EN, err), fmt.Sprintf("line %d ", c.at)) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := journal.At(path).Append(func(h journal.Head) (any, error) { return entry{"x", h.Hash}, nil }); err == nil {
			t.Errorf("%s: a broken journal goes on", name)
		}
	}
}

// A line cut short by a crash was never acknowledged: it is no line, and the next one takes its place.
func TestAppend_afterCrash(t *testing.T) {
	path := filepath.Join(t.TempDir(), "j.ndjson")
	add(t, journal.At(path), "one")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, append(whole, `{"what":"tw`...), 0o600); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"one"}, whats(t, journal.At(path))); diff != "" {
		t.Error(diff)
	}
	add(t, journal.At(path), "three")
	if diff := cmp.Diff([]string{"one", "three"}, whats(t, journal.At(path))); diff != "" {
		t.Error(diff)
	}
}

func TestAppend_refuses(t *testing.T) {
	f := journal.At(filepath.Join(t.TempDir(), "j.ndjson"))
	no := fault.New(fault.Usage, "journal.broken", "x", 1)
	if _, err := f.Append(func(journal.Head) (any, error) { return nil, no }); !errors.Is(err, no) {
		t.Error(err)
	}
	if _, err := f.Append(func(journal.Head) (any, error) { return entry{"x", "another hash"}, nil }); err == nil {
		t.Error("a line that does not name the one before it is written")
	}
	if head, err := f.Verify(); err != nil || head.Lines != 0 {
		t.Error(head, err)
	}
}

// Writers side by side never lose or fork a line.
func TestAppend_together(t *testing.T) {
	path := filepath.Join(t.TempDir(), "j.ndjson")
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for k := range 10 {
				if _, err := journal.At(path).Append(func(h journal.Head) (any, error) { return entry{fmt.Sprint(i, k), h.Hash}, nil }); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if head, err := journal.At(path).Verify(); err != nil || head.Lines != 80 {
		t.Error(head, err)
	}
}

// Several lines are written together, each following the one before, or none of them.
func TestAppend_several(t *testing.T) {
	f := journal.At(filepath.Join(t.TempDir(), "j.ndjson"))
	add(t, f, "one")
	say := func(what string) func(journal.Head) (any, error) {
		return func(h journal.Head) (any, error) { return entry{what, h.Hash}, nil }
	}
	last, err := f.Append(say("two"), say("three"))
	if err != nil || last.Number != 3 {
		t.Error(last, err)
	}
	no := errors.New("no")
	if _, err := f.Append(say("four"), func(journal.Head) (any, error) { return nil, no }); !errors.Is(err, no) {
		t.Error(err)
	}
	add(t, f, "five")
	if diff := cmp.Diff([]string{"one", "two", "three", "five"}, whats(t, f)); diff != "" {
		t.Error(diff)
	}
}

// What a journal has read or written it does not read again for the next line, unless the file is another than it left it;
// a change that hides from that is found by the next reading.
func TestAppend_remembers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "j.ndjson")
	f := journal.At(path)
	add(t, f, "one")
	add(t, journal.At(path), "two") // another process
	add(t, f, "three")
	left, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	alter := func(modified time.Time) {
		t.Helper()
		forged := strings.Replace(string(whole), "one", "uno", 1)
		if err := errors.Join(os.WriteFile(path, []byte(forged), 0o600), os.Chtimes(path, modified, modified)); err != nil {
			t.Fatal(err)
		}
	}
	alter(left.ModTime().Add(time.Nanosecond))
	if _, err := f.Append(func(h journal.Head) (any, error) { return entry{"four", h.Hash}, nil }); fault.KindOf(err) != fault.Refused {
		t.Errorf("a journal that was altered goes on: %v", err)
	}
	alter(left.ModTime())
	add(t, f, "four")
	if _, err := f.Verify(); fault.KindOf(err) != fault.Refused || !strings.Contains(fault.Text(text.EN, err), "line 2 ") {
		t.Errorf("the altered line is not found: %v", err)
	}
}
