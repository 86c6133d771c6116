package ingest

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/text"
	"github.com/kamlens/kamlens/internal/warehouse"
)

// TestEnsureSchema_olderLedger: a warehouse of before there were retractions is brought up to date: what was replaced
// is undone by what replaced it. A batch that kept no mapping cannot be replayed, which is said, and nothing changes.
func TestEnsureSchema_olderLedger(t *testing.T) {
	ctx := context.Background()
	s := newSite(t, caseSource)
	if err := os.MkdirAll(filepath.Join(s.dir, "data"), 0o700); err != nil {
		t.Fatal(err)
	}
	db, err := warehouse.Open(ctx, s.config().WarehousePath(), warehouse.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.SQL().ExecContext(ctx, ledger+`;
		insert into batches select i, 'cases', 'cases', 'in.csv', repeat('a', 64), 'm', 1, 1, 1, 0, 0, 0, 0, timestamp '2026-10-01', if(i = 2, 1, null)
			from range(1, 4) t(i);
		create table assignments (customer_id VARCHAR, manager_id VARCHAR, batch_id BIGINT, superseded_by BIGINT)`); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	list, err := Batches(ctx, s.config(), text.EN)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, b := range list {
		got = append(got, b.Kind+" "+b.State)
	}
	if d := cmp.Diff([]string{"load replaced", "load active", "load active"}, got); d != "" {
		t.Error(d)
	}
	if got := s.query("select count(presumed_until), count(valid_to) from assignments"); got[0] != "0|0" {
		t.Errorf("%v", got)
	}
	_, _, err = s.retract(2, false) // batch 3 would have to be read again, and 1 too
	if fault.KindOf(err) != fault.Refused || !strings.Contains(fault.Text(text.EN, err), "kept no mapping of its day") {
		t.Errorf("%v", err)
	}
	if got := s.query("select count(*) from batches"); got[0] != "3" {
		t.Errorf("%v", got)
	}
}

// TestSeenBefore_changes: a file of changes that takes a row back to what it was is loaded; the same file once more, a
// moved folder and a retracted content are not. A copy is loaded without a new version, so that it cannot come later.
func TestSeenBefore_changes(t *testing.T) {
	const a, b = "manager_id,name,team\nM1,甲,T1\n", "manager_id,name,team\nM1,甲,T2\n"
	s := newSite(t, "  - {name: m, feed: managers, path: \"in/*.csv\"}\n")
	if err := os.Mkdir(filepath.Join(s.dir, "in"), 0o700); err != nil {
		t.Fatal(err)
	}
	step := func(what string, want ...string) { // the current team, versions of it, then + or = (loaded, skipped) a file
		t.Helper()
		var files string
		for _, r := range s.must(Options{}) {
			files += map[bool]string{true: "=", false: "+"}[r.Skipped]
		}
		got := s.query("select (select team from managers where superseded_by is null), count(*) from managers")
		if d := cmp.Diff(want, append(got, files)); d != "" {
			t.Errorf("%s: %s", what, d)
		}
	}
	s.write("in/1.csv", a)
	s.write("in/2.csv", b)
	s.write("in/3.csv", a)
	step("back to the first", "T1|3", "+++")
	step("nothing new", "T1|3", "===")
	s.write("in/4.csv", a)
	step("a copy", "T1|3", "===+")
	s.write("in/5.csv", b)
	step("changed again: the copy is known", "T2|4", "====+")
	s.write("in/5.csv", a)
	step("the same name, back again", "T1|5", "====+")
	step("nothing new", "T1|5", "=====")
	if err := os.Rename(filepath.Join(s.dir, "in"), filepath.Join(s.dir, "moved")); err != nil {
		t.Fatal(err)
	}
	s.yaml = strings.Replace(s.yaml, "in/", "moved/", 1)
	step("moved", "T1|5", "=====")
	s.mustRetract(6)
	s.write("moved/5.csv", b)
	step("retracted", "T2|5", "=====")
}
