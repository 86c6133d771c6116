package ingest

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/internal/archive"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/feed"
	"github.com/kamlens/kamlens/internal/text"
	"github.com/kamlens/kamlens/internal/warehouse"
)

// everything returns every row of every table of the warehouse, superseded ones too.
func (s *site) everything() map[string][]string {
	s.t.Helper()
	db, err := warehouse.Open(context.Background(), s.config().WarehousePath(), warehouse.Options{}) // for all queries
	if err != nil {
		s.t.Fatal(err)
	}
	defer db.Close()
	all := map[string][]string{}
	tables := []string{"batches", "rejects"}
	for _, f := range feed.All() {
		tables = append(tables, f.Name)
		if f.From != "" {
			tables = append(tables, listingName(f))
		}
	}
	for _, table := range tables {
		all[table] = s.query("select * from " + table + " order by all")
	}
	return all
}

func (s *site) rebuild(entries []archive.Entry) (string, error) {
	s.t.Helper()
	var out bytes.Buffer
	_, err := Rebuild(context.Background(), RebuildOptions{Config: s.config(), Entries: entries, Lang: text.EN, Out: &out, Reader: testReader})
	return out.String(), err
}

func (s *site) entries() []archive.Entry {
	s.t.Helper()
	list, err := archive.At(s.config().Dir("archive")).Entries()
	if err != nil {
		s.t.Fatal(err)
	}
	return list
}

// mustRebuild deletes the warehouse, makes it again from the archive and compares every row with what there was.
func (s *site) mustRebuild() {
	s.t.Helper()
	before := s.everything()
	if err := os.Remove(s.config().WarehousePath()); err != nil {
		s.t.Fatal(err)
	}
	if out, err := s.rebuild(s.entries()); err != nil || out != "" {
		s.t.Fatalf("%v\n%s", err, out)
	}
	if d := cmp.Diff(before, s.everything()); d != "" {
		s.t.Errorf("rebuilt otherwise (- before, + rebuilt):\n%s", d)
	}
}

// TestRebuild: a history of every kind of batch is made again from the archive, row by row, rejects and ledger with it;
// and it goes on from there: what was loaded is known, and what was taken back can be taken in again.
func TestRebuild(t *testing.T) {
	s := newSite(t, `  - {name: log, feed: cases, path: log*.csv, columns: {case_id: one}}
  - {name: more, feed: cases, path: more*.csv}
  - {name: full, feed: managers, path: full*.csv, mode: full, max_close_share: 0.5}
`+listSource)
	s.write("log1.csv", "one,two,customer_id,kind,created_at\n1,7,C1,fault,2026-10-01\n")
	s.write("more1.csv", caseHead+"1,C1,fault,2026-10-01\n2,C2,fault,10/31/2026\n3,C3,fault,2026-10-01\n")
	s.write("full1.csv", mgrHead+"M1,甲,东\nM2,乙,东\n")
	s.write("list_20260131.csv", listHead+"C1,M1\nC2,M1\n")
	s.must(Options{})
	s.write("list_20260228.csv", listHead+"C1,M2\nC2,M1\n")
	s.write("full2.csv", mgrHead+"M1,甲甲,东\n")
	s.write("more2.csv", caseHead+"3,WRONG,fault,2026-10-01\n4,C4,fault,2026-10-02\n")
	s.must(Options{})
	fixed := "case_id,customer_id,kind,created_at,kamlens_reject_line\n2,C2,fault,2026-10-31,3\n"
	s.must(Options{File: s.write("2-more.csv", fixed)})
	s.mustRetract(7)                                                    // more2
	s.yaml = strings.Replace(s.yaml, "case_id: one", "case_id: two", 1) // log1 is read anew
	s.must(Options{})
	s.mustRetract(6) // full2
	s.mustRetract(11)
	s.mustRetract(4) // the first list
	kinds := s.query("select kind, count(*) from batches group by kind order by 1")
	if d := cmp.Diff([]string{"load|9", "retract|4"}, kinds); d != "" {
		t.Fatal(d)
	}
	s.mustRebuild()

	for _, r := range s.must(Options{}) {
		if !r.Skipped {
			t.Errorf("%s was loaded again: %+v", r.File, r)
		}
	}
	s.mustRetract(9) // the retraction of more2
	if got := s.query("select customer_id from cases where case_id = '3' and superseded_by is null"); len(got) != 1 || got[0] != "WRONG" {
		t.Errorf("case 3 is of %v", got)
	}
	s.mustRebuild()
}

// TestRebuild_known: the archive up to a batch, and up to a time, gives the rows that were current then.
func TestRebuild_known(t *testing.T) {
	s := newSite(t, caseSource)
	current := "select case_id, customer_id from cases where superseded_by is null order by 1"
	s.write("in1.csv", caseHead+"1,A,fault,2026-10-01\n")
	s.must(Options{})
	first := s.query(current)
	s.write("in2.csv", caseHead+"1,B,fault,2026-10-01\n2,B,fault,2026-10-01\n")
	s.must(Options{})
	second := s.query(current)
	s.mustRetract(2)
	all := s.entries()
	for point, want := range map[string][]string{"1": first, "2": second, "3": first} {
		known, err := archive.Until(all, point)
		if err != nil {
			t.Fatal(err)
		}
		past := newSite(t, caseSource)
		_, err = Rebuild(context.Background(), RebuildOptions{Config: past.config(), Archive: s.config().Dir("archive"), Entries: known,
			Out: &bytes.Buffer{}, Reader: testReader})
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, past.query(current)); d != "" {
			t.Errorf("known at %s: %s", point, d)
		}
	}
}

// TestRebuild_refuses: nothing is built over a warehouse, from nothing, or from bytes that are lost; and nothing is
// loaded beside an archive that knows more.
func TestRebuild_refuses(t *testing.T) {
	s := newSite(t, caseSource)
	s.write("in1.csv", caseHead+caseRow(1))
	check := func(err error, zh, en string) {
		t.Helper()
		if fault.KindOf(err) != fault.Refused || !strings.Contains(fault.Text(text.ZH, err), zh) || !strings.Contains(fault.Text(text.EN, err), en) {
			t.Errorf("%v: %s / %s", err, fault.Text(text.ZH, err), fault.Text(text.EN, err))
		}
	}
	_, err := s.rebuild(nil)
	check(err, "无从重建", "nothing to rebuild from")
	s.must(Options{})
	all := s.entries()
	_, err = s.rebuild(all)
	check(err, "已存在，不覆盖", "exists and is not overwritten")

	path := s.config().WarehousePath()
	if err := os.Rename(path, path+".away"); err != nil {
		t.Fatal(err)
	}
	_, _, err = s.run(Options{})
	check(err, "档案里有 1 批，仓库只有 0 批", "the archive knows 1 batch, the warehouse 0")
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a new warehouse was begun: %v", err)
	}
	kept := archive.At(s.config().Dir("archive")).Path(all[0].Batch.SHA256)
	if err := os.WriteFile(kept, []byte("other"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = s.rebuild(all)
	check(err, "存档丢失或已损坏", "missing or damaged")
	if left, err := filepath.Glob(path + "*"); err != nil || len(left) != 1 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

// TestLog_afterACrash: a batch that was committed and not logged gets its line at the next opening; a journal of another
// warehouse is refused.
func TestLog_afterACrash(t *testing.T) {
	s := newSite(t, caseSource)
	s.write("in1.csv", caseHead+caseRow(1))
	s.must(Options{})
	s.write("in2.csv", caseHead+caseRow(2))
	s.must(Options{})
	all := s.entries()
	path := filepath.Join(s.config().Dir("archive"), "batches.ndjson")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(data), "\n")
	if err := os.WriteFile(path, []byte(first+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.must(Options{})
	if d := cmp.Diff(all, s.entries()); d != "" {
		t.Error(d)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	other := archive.Entry{Kind: archive.Load, At: archive.CivilOf(time.Unix(0, 0)), Batch: &archive.Batch{ID: 2, SHA256: "aa"}}
	if err := archive.At(s.config().Dir("archive")).Append(other); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.run(Options{}); fault.KindOf(err) != fault.Refused || !strings.Contains(fault.Text(text.ZH, err), "不是同一批") {
		t.Error(err)
	}
}
