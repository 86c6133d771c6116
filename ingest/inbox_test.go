package ingest

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/text"
	"github.com/kamlens/kamlens/internal/warehouse"
)

func inboxSite(t *testing.T, settle string) *site {
	t.Helper()
	s := newSite(t, "  - {name: cases, feed: cases, path: 'in/cases*'}\n  - {name: people, feed: customers, path: ['in/both*', 'else/*.csv']}\n  - {name: also, feed: cases, path: 'in/both*'}\n"+
		"inbox: {path: in, settle: "+settle+"}\n")
	for _, dir := range []string{"in", "else"} {
		if err := os.Mkdir(filepath.Join(s.dir, dir), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// tree lists the files below the inbox.
func (s *site) tree() []string {
	s.t.Helper()
	var list []string
	err := filepath.WalkDir(filepath.Join(s.dir, "in"), func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			rel, rerr := filepath.Rel(s.dir, path)
			list, err = append(list, filepath.ToSlash(rel)), rerr
		}
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return list
}

// TestInbox: complete files are loaded by every source that takes them and moved with their receipts; refused ones go
// to the failed; unfinished files, strangers and files of no inbox stay.
func TestInbox(t *testing.T) {
	s := inboxSite(t, "20ms")
	s.write("in/cases1.csv", caseHead+caseRow(1))
	s.write("in/cases2.csv", caseHead+"2,C2,x,2026-10-01 08:00:00\n"+caseRow(3))
	s.write("in/cases3.csv", "nothing,of,use\n1,2,3\n")
	s.write("in/cases4.csv.part", caseHead)
	s.write("in/both.csv", "customer_id,name,case_id,kind,created_at\nC1,客户,9,fault,2026-10-01\n")
	s.write("in/both_half.csv", "customer_id,name\nC1,客户\n") // no cases: one of its two sources refuses it
	s.write("in/stranger.csv", "a\n")
	s.write("else/x.csv", "customer_id,name\nC7,客户\n")
	if _, _, err := s.run(Options{DryRun: true}); fault.KindOf(err) != fault.Refused || len(s.tree()) != 7 {
		t.Fatalf("a dry run: %v %v", err, s.tree())
	}
	r, out, err := s.run(Options{})
	if fault.KindOf(err) != fault.Refused || len(r) != 8 {
		t.Fatalf("%v %d receipts\n%s", err, len(r), out)
	}
	want := []string{"in/cases4.csv.part", "in/done/both.csv", "in/done/both.csv.receipt.txt", "in/done/cases1.csv", "in/done/cases1.csv.receipt.txt",
		"in/done/cases2.csv", "in/done/cases2.csv.receipt.txt", "in/failed/both_half.csv", "in/failed/both_half.csv.receipt.txt",
		"in/failed/cases3.csv", "in/failed/cases3.csv.receipt.txt", "in/stranger.csv"}
	if d := cmp.Diff(want, s.tree()); d != "" {
		t.Error(d)
	}
	for name, words := range map[string][]string{
		"done/both.csv":     {"people <-", "also <-", "1 stored"},
		"done/cases2.csv":   {"1 rejected", "line 2"},
		"failed/cases3.csv": {"the whole file is refused", "required columns"},
	} {
		text, err := os.ReadFile(filepath.Join(s.dir, "in", name+".receipt.txt"))
		for _, w := range words {
			if err != nil || !strings.Contains(string(text), w) {
				t.Errorf("%s: %v no %q in %s", name, err, w, text)
			}
		}
	}
	// The same name comes again with other rows, and the same bytes come again under another name.
	s.write("in/cases1.csv", caseHead+caseRow(11))
	s.write("in/cases9.csv", caseHead+caseRow(1))
	if _, out, err := s.run(Options{}); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	tree := strings.Join(s.tree(), " ")
	for _, name := range []string{"in/done/cases1.2.csv", "in/done/cases1.2.csv.receipt.txt", "in/done/cases9.csv"} {
		if !strings.Contains(tree, name) {
			t.Errorf("no %s in %s", name, tree)
		}
	}
	if got := s.query("select count(*) from cases"); got[0] != "4" {
		t.Errorf("%v cases", got)
	}
}

// TestInbox_complete: a file that grows is left alone until it stands still or its companion comes.
func TestInbox_complete(t *testing.T) {
	s := inboxSite(t, "150ms")
	growing, err := os.Create(filepath.Join(s.dir, "in", "cases1.csv"))
	if err != nil {
		t.Fatal(err)
	}
	stop := make(chan struct{})
	var writer sync.WaitGroup
	writer.Go(func() {
		for {
			select {
			case <-stop:
				return
			case <-time.After(10 * time.Millisecond):
				_, _ = growing.WriteString(caseHead)
			}
		}
	})
	s.write("in/cases2.csv", caseHead+caseRow(2))
	r := s.must(Options{})
	if len(r) != 1 || filepath.Base(r[0].File) != "cases2.csv" {
		t.Errorf("%+v", r)
	}
	close(stop)
	writer.Wait()
	if err := growing.Close(); err != nil {
		t.Fatal(err)
	}
	// Announced files are not waited for: the settle time of an hour would be seen.
	s.yaml = strings.Replace(s.yaml, "150ms", "1h", 1)
	s.write("in/cases1.csv", caseHead+caseRow(1))
	s.write("in/cases1.csv.ok", "")
	if r := s.must(Options{}); len(r) != 1 || r[0].Loaded != 1 {
		t.Errorf("%+v", r)
	}
	if d := cmp.Diff([]string{"in/done/cases1.csv", "in/done/cases1.csv.receipt.txt", "in/done/cases2.csv", "in/done/cases2.csv.receipt.txt"}, s.tree()); d != "" {
		t.Error(d)
	}
}

// locked is a buffer that a watch writes while a test reads.
type locked struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *locked) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// TestWatch: what lands is loaded and moved, a busy warehouse is tried again, a stranger is named once, and the end of
// the watch is no error. A corrected reject file waits for somebody who answers for it; that is said once, too.
func TestWatch(t *testing.T) {
	s := inboxSite(t, "20ms")
	ctx, stop := context.WithCancel(t.Context())
	var out locked
	ended := make(chan error, 1)
	lock, err := warehouse.Acquire(s.config().Dir(""), "another", time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		ended <- Watch(ctx, Options{Config: s.config(), Lang: text.EN, Out: &out}, func() time.Time { return testNow })
	}()
	s.write("in/stranger.csv", "a\n")
	s.write("in/cases1.csv", caseHead+caseRow(1))
	s.write("in/cases8.csv", correctedHead+correctedRow)
	until(t, &out, "another")
	if err := lock.Release(); err != nil {
		t.Fatal(err)
	}
	until(t, &out, "1 stored")
	s.write("in/cases2.csv", "nothing\n1\n")
	until(t, &out, "refused: 1")
	s.write("in/cases3.csv", caseHead+caseRow(3))
	until(t, &out, "batch 2")
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if n := strings.Count(out.String(), "stranger.csv"); n != 1 {
		t.Errorf("the stranger is named %d times\n%s", n, out.String())
	}
	if n := strings.Count(out.String(), "cases8.csv: a corrected reject file"); n != 1 {
		t.Errorf("that the corrected rows wait is said %d times\n%s", n, out.String())
	}
	want := []string{"in/done/cases1.csv", "in/done/cases1.csv.receipt.txt", "in/done/cases3.csv", "in/done/cases3.csv.receipt.txt",
		"in/cases8.csv",
		"in/failed/cases2.csv", "in/failed/cases2.csv.receipt.txt", "in/stranger.csv"}
	slices.Sort(want)
	if d := cmp.Diff(want, s.tree()); d != "" {
		t.Error(d)
	}
	if err := Watch(t.Context(), Options{Config: newSite(t, "").config()}, nil); fault.KindOf(err) != fault.Usage {
		t.Errorf("without an inbox: %v", err)
	}
}

func until(t *testing.T, out *locked, words string) {
	t.Helper()
	for range 1000 {
		if strings.Contains(out.String(), words) {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("never said %q:\n%s", words, out.String())
}

// TestRun_namesUnread: files beside those that the sources read are named in one line; hidden and unfinished ones, the
// configuration's own folder and a load of some sources only are not looked at.
func TestRun_namesUnread(t *testing.T) {
	s := newSite(t, "  - {name: people, feed: managers, path: \"in/managers[._0-9]*\"}\n")
	if err := os.Mkdir(filepath.Join(s.dir, "in"), 0o700); err != nil {
		t.Fatal(err)
	}
	s.write("in/managers.csv", mgrHead+"M1,甲,东\n")
	for _, name := range []string{"here.txt", "in/.hidden", "in/managers-new.csv.part", "in/managers-october.csv", "in/notes.txt"} {
		s.write(name, "x\n")
	}
	names := filepath.Join(s.dir, "in", "managers-october.csv") + ", " + filepath.Join(s.dir, "in", "notes.txt")
	for _, c := range []struct {
		o    Options
		want string
	}{
		{Options{Lang: text.ZH}, "注意：有 2 个文件没有来源读取：" + names + "；"},
		{Options{DryRun: true}, "note: no source reads these 2 files: " + names + ";"},
		{Options{Sources: []string{"people"}}, ""},
	} {
		_, out, err := s.run(c.o)
		if err != nil || !strings.Contains(out, c.want) || c.want == "" && strings.Contains(out, "notes.txt") ||
			strings.Contains(out, "hidden") || strings.Contains(out, ".part") || strings.Contains(out, "here.txt") {
			t.Errorf("%v no %q in %s", err, c.want, out)
		}
	}
}
