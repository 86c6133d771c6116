package ingest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/text"
	"github.com/kamlens/kamlens/internal/warehouse"
)

// TestDryRun_ofWholeLists: a dry run refuses the list that a load would refuse, and stores nothing; while somebody else
// loads it says that it could not compare.
func TestDryRun_ofWholeLists(t *testing.T) {
	s := newSite(t, "  - {name: crm, feed: customers, path: 'in*.csv', mode: full}\n")
	var rows strings.Builder
	for i := range 10 {
		fmt.Fprintf(&rows, "C%d,甲\n", i)
	}
	s.write("in1.csv", "customer_id,name\n"+rows.String())
	s.must(Options{})
	s.write("in2.csv", "customer_id,name\nC0,甲\nC1,甲\n") // 8 of 10 gone
	r, out, err := s.run(Options{DryRun: true})
	if fault.KindOf(err) != fault.Refused || r[1].Refused == nil || r[1].Refused.Key != "ingest.refused.closes" {
		t.Errorf("%v\n%s", err, out)
	}
	if n := s.query("select count(*) filter (superseded_by is null), count(*) from customers"); n[0] != "10|10" {
		t.Errorf("the dry run changed the table: %v", n)
	}
	if n := s.query("select count(*) from batches"); n[0] != "1" {
		t.Errorf("%s batches", n[0])
	}
	lock, err := warehouse.Acquire(s.config().Dir(""), "another", time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	if r, out, err := s.run(Options{DryRun: true}); err != nil || !strings.Contains(out, "not compared with what is there") || r[1].Loaded != 2 {
		t.Errorf("%v\n%s", err, out)
	}
	if err := lock.Release(); err != nil {
		t.Fatal(err)
	}
}

// TestDryRun_isShort: first the mapping, then the counts, then the first rejects; no line for every column.
func TestDryRun_isShort(t *testing.T) {
	s := newSite(t, "  - {name: crm, feed: customers, path: in.csv, columns: {name: 名}}\n")
	s.write("in.csv", "customer_id,名,region,users,备注\nA,甲,东,1,x\nB,乙,西,many,x\n")
	_, out, err := s.run(Options{DryRun: true})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"columns as found: name <- 名", "under their own names: customer_id, region, users", "columns left unused: 备注",
		"the first row would be stored as: customer_id=A  name=甲  region=东  users=1", "dry run, nothing stored: 2 rows read, 1 would be stored",
		`line 3, column "users", value "many"`}
	lines := strings.Split(out, "\n")
	for i, w := range want {
		if i >= len(lines) || !strings.Contains(lines[i], w) {
			t.Fatalf("line %d: want %q in\n%s", i+1, w, out)
		}
	}
}

// TestTemplate_throughAList: rows with their days are not taken for the list of one day.
func TestTemplate_throughAList(t *testing.T) {
	s := newSite(t, "  - {name: lists, feed: assignments, path: '名单_*.csv', history: snapshots, as_of: name}\n")
	s.write("名单_20260930.csv", "customer_id,manager_id\nC1,M1\nC2,M2\n")
	s.must(Options{})
	for _, lang := range []text.Lang{text.ZH, text.EN} {
		data, err := Filled(t.Context(), s.config(), "assignments", "csv", lang)
		if err != nil {
			t.Fatal(err)
		}
		s.write("名单_20261031.csv", string(data))
		r, out, err := s.run(Options{})
		if fault.KindOf(err) != fault.Refused || r[1].Refused == nil || r[1].Refused.Key != "ingest.refused.dated_rows" {
			t.Errorf("%v\n%s", err, out)
		}
	}
}

// TestRetract_saysWhatChanges: the column with its old and new value, and the batch that is in force again.
func TestRetract_saysWhatChanges(t *testing.T) {
	s := newSite(t, "  - {name: crm, feed: customers, path: 'in*.csv'}\n")
	s.write("in1.csv", "customer_id,name,users\nA,甲,1\nB,乙,1\n")
	s.must(Options{})
	s.write("in2.csv", "customer_id,name,users\nA,甲,100\nB,乙乙,1\n")
	s.must(Options{})
	_, out, err := s.retract(2, true)
	if err != nil || !strings.Contains(out, `changed: A | : users "100" -> "1"`) || !strings.Contains(out, `changed: B | : name "乙乙" -> "乙"`) {
		t.Errorf("%v\n%s", err, out)
	}
	if strings.Contains(out, "takes the place") || strings.Contains(out, "in force again") {
		t.Errorf("nothing comes back:\n%s", out)
	}
	s.yaml = strings.Replace(s.yaml, "}\n", ", columns: {region: {const: 东}}}\n", 1)
	s.must(Options{})
	_, out, err = s.retract(4, true)
	if err != nil || !strings.Contains(out, "batch 2 will be in force again") {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestRun_namesStrangers: a file of the inbox that no source takes is mentioned by a plain load, too.
func TestRun_namesStrangers(t *testing.T) {
	s := newSite(t, "  - {name: crm, feed: customers, path: box/in*.csv}\ninbox: {path: box, settle: 10ms}\n")
	if err := os.Mkdir(filepath.Join(s.dir, "box"), 0o700); err != nil {
		t.Fatal(err)
	}
	s.write("box/in.csv", "customer_id,name\nA,甲\n")
	s.write("box/other.csv", "a,b\n")
	_, out, err := s.run(Options{})
	if err != nil || strings.Count(out, "no source has a path that matches it") != 1 || !strings.Contains(out, "other.csv") {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestDraft_doesNotGuess: a ticket export that shares three headers with a feed is not taken for it.
func TestDraft_doesNotGuess(t *testing.T) {
	s := newSite(t, "")
	path := s.write("export.csv", "Ticket,Subject,Customer ID,From,To,Priority,Agent,Queue,Opened,Closed,Tags,Notes\n1,x,C1,a@b,c@d,1,Li,q,2026-10-01,2026-10-02,t,n\n")
	for lang, want := range map[text.Lang]string{text.ZH: "看不出是哪一类数据", text.EN: "cannot be told"} {
		d, err := s.draft(path, DraftOptions{Lang: lang})
		if fault.KindOf(err) != fault.Refused || !strings.Contains(fault.Text(lang, err), want) {
			t.Errorf("%+v %v", d, err)
		}
	}
	if d, err := s.draft(path, DraftOptions{Feed: "cases"}); err != nil || d.Feed != "cases" {
		t.Errorf("%v", err)
	}
}

// TestRun_permissions: a file and a folder that may not be read are said so. The super-user may read all.
func TestRun_permissions(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("the super-user may read all files")
	}
	s := newSite(t, "  - {name: crm, feed: customers, path: box/in*.csv}\n")
	box := filepath.Join(s.dir, "box")
	if err := os.Mkdir(box, 0o700); err != nil {
		t.Fatal(err)
	}
	path := s.write("box/in.csv", "customer_id,name\nA,甲\n")
	for _, tc := range []struct{ path, en string }{{path, "in.csv: no permission to read it"}, {box, "no permission to read the folder"}} {
		if err := os.Chmod(tc.path, 0); err != nil {
			t.Fatal(err)
		}
		_, out, err := s.run(Options{})
		if said := out + fault.Text(text.EN, err); fault.KindOf(err) != fault.Refused || !strings.Contains(said, tc.en) {
			t.Errorf("%v\n%s", err, out)
		}
		if err := os.Chmod(tc.path, 0o700); err != nil {
			t.Fatal(err)
		}
	}
}
