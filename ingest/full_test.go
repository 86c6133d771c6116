package ingest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/text"
)

const (
	fullSource = "  - {name: full, feed: managers, path: full*.csv, mode: full, max_close_share: 0.4}\n"
	mgrHead    = "manager_id,name,region\n"
	mgrCurrent = "select manager_id, name, batch_id from managers where superseded_by is null order by 1"
)

// TestFull_closes: a whole list closes what it does not hold, and a key that comes back is a version like any other.
func TestFull_closes(t *testing.T) {
	for _, slow := range []bool{false, true} {
		s := newSite(t, fullSource)
		s.write("full1.csv", mgrHead+"M1,甲,东\nM2,乙,东\nM3,丙,西\n")
		s.write("full2.csv", mgrHead+"M1,甲,东\nM3,丙丙,西\n")
		r := s.must(Options{slow: slow})
		if r[1].Closed != 1 || r[1].Unchanged != 1 || r[1].Superseded != 1 {
			t.Errorf("%+v", r[1])
		}
		if got := r[1].Text(text.ZH); !strings.Contains(got, "全量名单中已没有的 1 行已关闭") {
			t.Error(got)
		}
		if d := cmp.Diff([]string{"M1|甲|1", "M3|丙丙|2"}, s.query(mgrCurrent)); d != "" {
			t.Error(d)
		}
		// The same bytes as the first list, under another name: the list as it was is meant, not a file seen before.
		s.write("full3.csv", mgrHead+"M1,甲,东\nM2,乙,东\nM3,丙,西\n")
		if r := s.must(Options{slow: slow}); !r[0].Skipped || !r[1].Skipped || r[2].Skipped {
			t.Errorf("%+v", r)
		}
		if d := cmp.Diff([]string{"M1|甲|1", "M2|乙|3", "M3|丙|3"}, s.query(mgrCurrent)); d != "" {
			t.Error(d)
		}
		s.mustRetract(3)
		if d := cmp.Diff([]string{"M1|甲|1", "M3|丙丙|2"}, s.query(mgrCurrent)); d != "" {
			t.Error(d)
		}
		s.mustRetract(2) // M2 was closed by it
		if d := cmp.Diff([]string{"M1|甲|1", "M2|乙|1", "M3|丙|1"}, s.query(mgrCurrent)); d != "" {
			t.Error(d)
		}
	}
}

// TestFull_refused: 2 of 5 is just allowed at 0.4, 2 of 4 and an empty list are not; nothing is stored then.
func TestFull_refused(t *testing.T) {
	s := newSite(t, fullSource)
	s.write("full1.csv", mgrHead+"M1,甲,东\nM2,乙,东\nM3,丙,西\nM4,丁,西\nM5,戊,西\n")
	s.write("full2.csv", mgrHead+"M1,甲,东\nM2,乙,东\nM3,丙,西\nM6,己,西\n")
	if r := s.must(Options{}); r[1].Closed != 2 { // 5 rows before, M4 and M5 go
		t.Errorf("%+v", r[1])
	}
	for name, content := range map[string]string{"full3.csv": mgrHead + "M1,甲,东\nM2,乙乙,东\n", "full4.csv": mgrHead} {
		s.write(name, content)
	}
	before := s.query("select * from managers order by all")
	r, _, err := s.run(Options{})
	if fault.KindOf(err) != fault.Refused || r[2].Refused == nil || r[3].Refused == nil {
		t.Fatalf("%v %+v", err, r)
	}
	for lang, want := range map[text.Lang]string{
		text.ZH: "它会关闭现有 4 行中的 2 行（50.0%），超过 max_close_share 的 40%。请核对文件是否完整；如果确实如此，调高来源 full 的 max_close_share，如果文件只含变动，写 mode: change",
		text.EN: "would close 2 of the 4 rows there are (50.0%), more than max_close_share allows (40%)",
	} {
		if got := r[2].Text(lang); !strings.Contains(got, want) {
			t.Errorf("%s", got)
		}
	}
	if d := cmp.Diff(before, s.query("select * from managers order by all")); d != "" {
		t.Error(d)
	}
}

// TestFull_fortyPercent: without a limit of its own a source refuses more than one row in twenty.
func TestFull_fortyPercent(t *testing.T) {
	s := newSite(t, "  - {name: full, feed: managers, path: full*.csv, mode: full}\n")
	var all strings.Builder
	for i := range 10 {
		all.WriteString("M" + string(rune('0'+i)) + ",甲,东\n")
	}
	s.write("full1.csv", mgrHead+all.String())
	s.write("full2.csv", mgrHead+all.String()[:6*len("M0,甲,东\n")])
	r, _, err := s.run(Options{})
	if fault.KindOf(err) != fault.Refused || r[1].Refused == nil || !strings.Contains(r[1].Text(text.EN), "close 4 of the 10 rows there are (40.0%), more than max_close_share allows (5%)") {
		t.Fatalf("%v %+v", err, r)
	}
}

// TestFull_scope: a list of one region closes rows of that region only.
func TestFull_scope(t *testing.T) {
	s := newSite(t, strings.Replace(fullSource, "mode: full", "scope: {region: [东]}, mode: full", 1)+"  - {name: rest, feed: managers, path: a*.csv}\n")
	s.yaml = strings.Replace(s.yaml, "max_close_share: 0.4", "max_close_share: 0.5", 1)
	s.write("a.csv", mgrHead+"M1,甲,东\nM2,乙,东\nM3,丙,西\n")
	s.must(Options{Sources: []string{"rest"}})
	s.write("full1.csv", mgrHead+"M1,甲,东\n")
	if r := s.must(Options{}); r[0].Closed != 1 {
		t.Errorf("%+v", r[0])
	}
	if d := cmp.Diff([]string{"M1|甲|1", "M3|丙|1"}, s.query(mgrCurrent)); d != "" {
		t.Error(d)
	}
}

// TestFull_rejectsAreHeld: a row with a bad cell is still on the list; one whose key cannot be read refuses it. The
// corrected reject file adds to the list and closes nothing.
func TestFull_rejectsAreHeld(t *testing.T) {
	s := newSite(t, "  - {name: full, feed: managers, path: full*.csv, mode: full, max_close_share: 1}\n")
	head := "manager_id,name,hired_on\n"
	s.write("full1.csv", head+"M1,甲,2020-01-01\nM2,乙,2020-01-01\nM3,丙,2020-01-01\n")
	s.write("full2.csv", head+"M1,甲甲,2020-01-01\nM2,乙,someday\n")
	r := s.must(Options{})
	if r[1].Rejected != 1 || r[1].Closed != 1 {
		t.Errorf("%+v", r[1])
	}
	if d := cmp.Diff([]string{"M1|甲甲|2", "M2|乙|1"}, s.query(mgrCurrent)); d != "" {
		t.Error(d)
	}
	path := s.write("2-full.csv", head[:len(head)-1]+",kamlens_reject_line\nM2,乙乙,2020-02-02,3\n")
	if r := s.must(Options{File: path}); r[0].Closed != 0 || r[0].Loaded != 1 {
		t.Errorf("%+v", r[0])
	}
	if d := cmp.Diff([]string{"M1|甲甲|2", "M2|乙乙|3"}, s.query(mgrCurrent)); d != "" {
		t.Error(d)
	}
	s.write("full3.csv", head+"M1,甲甲,2020-01-01\n1.2E+11,乙,2020-01-01\n")
	r, _, err := s.run(Options{})
	if fault.KindOf(err) != fault.Refused || !strings.Contains(r[2].Text(text.EN), `full3.csv line 3, column "manager_id", value "1.2E+11"`) ||
		!strings.Contains(r[2].Text(text.ZH), "第 3 行，列“manager_id”，值“1.2E+11”：读不出这一行的键") {
		t.Errorf("%v %+v", err, r)
	}
}

// TestFull_sameNameInTwoFolders: files of one name in two folders do not take turns, and a moved installation reads
// nothing anew.
func TestFull_sameNameInTwoFolders(t *testing.T) {
	s := newSite(t, "  - {name: full, feed: managers, path: \"in/*/list.csv\", mode: full, max_close_share: 1}\n")
	for _, dir := range []string{"in/01", "in/02", "moved/01", "moved/02"} {
		if err := os.MkdirAll(filepath.Join(s.dir, dir), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	s.write("in/01/list.csv", mgrHead+"M1,甲,东\nM2,乙,东\n")
	s.write("in/02/list.csv", mgrHead+"M1,甲,东\n")
	s.must(Options{})
	if r := s.must(Options{}); !r[0].Skipped || !r[1].Skipped {
		t.Errorf("%+v", r)
	}
	s.yaml = strings.Replace(s.yaml, "in/*", "moved/*", 1)
	s.write("moved/02/list.csv", mgrHead+"M1,甲,东\n")
	if r := s.must(Options{}); !r[0].Skipped {
		t.Errorf("%+v", r)
	}
}

// TestFull_changedMapping: the newest list is read anew in its place, an overtaken one is not.
func TestFull_changedMapping(t *testing.T) {
	s := newSite(t, "  - {name: full, feed: managers, path: full*.csv, mode: full, max_close_share: 1, columns: {name: 甲}}\n")
	s.write("full1.csv", "manager_id,甲,乙\nM1,a1,b1\nM2,a2,b2\nM3,a3,b3\n")
	s.write("full2.csv", "manager_id,甲,乙\nM1,a1,b1\nM2,a2,b2x\n")
	s.must(Options{})
	s.yaml = strings.Replace(s.yaml, "name: 甲", "name: 乙", 1)
	r := s.must(Options{})
	if !r[0].Skipped || r[1].Replaces != 2 || r[1].Closed != 1 {
		t.Errorf("%+v", r)
	}
	if d := cmp.Diff([]string{"M1|b1|3", "M2|b2x|3"}, s.query(mgrCurrent)); d != "" {
		t.Error(d)
	}
}
