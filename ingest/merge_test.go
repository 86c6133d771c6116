package ingest

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/internal/text"
)

const current = "select * exclude (batch_id, superseded_by) from cases where superseded_by is null order by all"

// TestRun_sameFactsSameTable: the same facts loaded twice, renamed, cut in two, in another order, in another encoding or
// form give the same current rows.
func TestRun_sameFactsSameTable(t *testing.T) {
	a, b, c := caseRow(1)+caseRow(2), caseRow(3)+caseRow(4), "5,C5,complaint,2026-10-01 09:00:00\n"
	var want []string
	for name, files := range map[string]map[string]string{
		"one file":      {"in.csv": caseHead + a + b + c},
		"twice":         {"in1.csv": caseHead + a + b + c, "in2.csv": caseHead + c + a + b},
		"cut in three":  {"in1.csv": caseHead + a, "in2.csv": caseHead + b, "in3.csv": caseHead + c},
		"other order":   {"in3.csv": caseHead + a, "in2.csv": caseHead + b, "in1.csv": caseHead + c},
		"twice in one":  {"in.csv": caseHead + a + b + c + a},
		"CRLF, quotes":  {"in.csv": strings.ReplaceAll(caseHead+a+b, "\n", "\r\n") + "\"5\",\"C5\", 投诉 ,2026/10/1 9:00\r\n"},
		"other columns": {"in.csv": "创建时间,工单类型,客户编号,工单编号\n2026-10-01 08:00:00,fault,C1,1\n2026-10-01 08:00:00,fault,C2,2\n2026-10-01 08:00:00,fault,C3,3\n2026-10-01 08:00:00,故障,C4,4\n2026-10-01 09:00:00,complaint,C5,5\n"},
	} {
		s := newSite(t, caseSource)
		for file, content := range files {
			s.write(file, content)
		}
		s.must(Options{})
		got := s.query(current)
		if want == nil {
			want = got
		}
		if d := cmp.Diff(want, got); d != "" || len(got) != 5 {
			t.Errorf("%s: %s", name, d)
		}
	}
}

// TestRun_updatedAtDecides: with updated_at the order of arrival does not matter, in two files or in one.
func TestRun_updatedAtDecides(t *testing.T) {
	head := "case_id,customer_id,kind,created_at,updated_at\n"
	old := "1,OLD,fault,2026-10-01 08:00:00,2026-10-02 00:00:00\n"
	newer := "1,NEW,fault,2026-10-01 08:00:00,2026-10-03 00:00:00\n"
	for name, files := range map[string]map[string]string{
		"old first": {"in1.csv": head + old, "in2.csv": head + newer}, "new first": {"in1.csv": head + newer, "in2.csv": head + old},
		"one file": {"in.csv": head + old + newer}, "one file, new first": {"in.csv": head + newer + old},
	} {
		s := newSite(t, caseSource)
		for file, content := range files {
			s.write(file, content)
		}
		s.must(Options{})
		got := s.query("select customer_id, superseded_by is null from cases order by 1")
		if d := cmp.Diff([]string{"NEW|true", "OLD|false"}, got); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

// TestRun_laterLineWinsAndIsNamed: without updated_at the later line of a file holds, the earlier content is kept as a
// superseded version, and the receipt names the key and the lines.
func TestRun_laterLineWinsAndIsNamed(t *testing.T) {
	s := newSite(t, caseSource)
	s.write("in.csv", caseHead+"1,A,fault,2026-10-01\n2,X,fault,2026-10-01\n1,B,fault,2026-10-01\n1,A,fault,2026-10-01\n2,X,fault,2026-10-01\n1,C,fault,2026-10-01\n")
	r := s.must(Options{})
	// Contents of key 1: A (last in line 5), B (4), C (7); of key 2: X twice. Four versions, two repetitions.
	if r[0].Loaded != 4 || r[0].Unchanged != 2 {
		t.Errorf("%+v", r[0])
	}
	got := s.query("select case_id, customer_id, superseded_by from cases order by 1, 2")
	if d := cmp.Diff([]string{"1|A|1", "1|B|1", "1|C|-", "2|X|-"}, got); d != "" {
		t.Error(d)
	}
	for lang, want := range map[text.Lang]string{
		text.ZH: "注意：键 1 在文件中有不同内容（第 4, 5, 7 行），以最后列出的一行为准",
		text.EN: "note: key 1 has different contents in this file (lines 4, 5, 7); the line named last holds",
	} {
		if got := r[0].Text(lang); !strings.Contains(got, want) {
			t.Errorf("%s", got)
		}
	}
}

// TestRun_changedMappingTakesTheBatchBack: the same bytes under another mapping supersede what they gave before, and
// what that had superseded comes back where the new reading does not touch it.
func TestRun_changedMappingTakesTheBatchBack(t *testing.T) {
	s := newSite(t, "  - {name: a, feed: cases, path: a.csv}\n  - {name: b, feed: cases, path: b.csv, columns: {case_id: one}}\n")
	s.write("a.csv", caseHead+"1,FROM-A,fault,2026-10-01\n")
	s.write("b.csv", "one,two,customer_id,kind,created_at\n1,9,FROM-B,fault,2026-10-01\n")
	s.must(Options{})
	if d := cmp.Diff([]string{"1|FROM-A|1|2", "1|FROM-B|2|-"}, s.query("select case_id, customer_id, batch_id, superseded_by from cases order by 3")); d != "" {
		t.Fatal(d)
	}
	s.yaml = strings.Replace(s.yaml, "case_id: one", "case_id: two", 1)
	r := s.must(Options{})
	if !r[0].Skipped || r[1].Replaces != 2 || r[1].Loaded != 1 {
		t.Errorf("%+v", r)
	}
	want := []string{"1|FROM-A|1|-", "1|FROM-B|2|3", "9|FROM-B|3|-"}
	if d := cmp.Diff(want, s.query("select case_id, customer_id, batch_id, superseded_by from cases order by 3")); d != "" {
		t.Error(d)
	}
	for lang, want := range map[text.Lang]string{text.ZH: "同一文件换了映射：取代第 2 批", text.EN: "the same file under a changed mapping: takes the place of batch 2"} {
		if got := r[1].Text(lang); !strings.Contains(got, want) {
			t.Errorf("%s", got)
		}
	}
	if got := s.query("select batch_id, replaces from batches order by 1"); got[2] != "3|2" {
		t.Errorf("%v", got)
	}
	files, err := globAll(s.dir + "/data/archive/*/*")
	if err != nil || len(files) != 2 { // the bytes are archived once
		t.Errorf("archive: %v %v", files, err)
	}
}

// TestRun_oneFileTwoFeeds: two sources may read the same bytes.
func TestRun_oneFileTwoFeeds(t *testing.T) {
	s := newSite(t, "  - {name: a, feed: customers, path: in.csv}\n  - {name: b, feed: payments, path: in.csv}\n")
	s.write("in.csv", "customer_id,name,payment_id,bill_id,paid_on,amount_fen\nC1,甲,1,B1,2026-10-01,5\n")
	r := s.must(Options{})
	if r[0].Loaded != 1 || r[1].Loaded != 1 {
		t.Errorf("%+v", r)
	}
}

// TestRun_ownersAreCheckedAfterReplacing: closing one owner and opening the next in one file is no overlap.
func TestRun_ownersAreCheckedAfterReplacing(t *testing.T) {
	s := newSite(t, "  - {name: a, feed: assignments, path: 'in*.csv'}\n")
	head := "customer_id,manager_id,valid_from,valid_to,role\n"
	s.write("in1.csv", head+"C1,M1,2026-01-01,,owner\nC1,M9,2026-01-01,,deputy\n")
	s.write("in2.csv", head+"C1,M1,2026-01-01,2026-06-30,owner\nC1,M2,2026-07-01,,\n")
	s.write("in3.csv", head+"C1,M3,2026-08-01,,owner\nC2,M3,2026-08-01,,owner\n")
	r := s.must(Options{})
	if !r[1].Fast || r[1].Rejected != 0 || r[2].Rejected != 1 || r[2].Loaded != 1 {
		t.Errorf("%+v", r)
	}
	s.yaml = strings.Replace(s.yaml, "in*.csv'", "in3.csv', overlap: later", 1)
	if r := s.must(Options{}); r[0].Rejected != 0 || r[0].Loaded != 2 {
		t.Errorf("%+v", r[0])
	}
}

// TestRun_readAnewInTurn: a changed mapping has both files read again; the one that came later still tells the last of
// the case, though its name sorts first.
func TestRun_readAnewInTurn(t *testing.T) {
	s := newSite(t, "  - {name: a, feed: cases, path: 'cases_*.csv'}\n")
	head := "case_id,customer_id,kind,created_at\n"
	s.write("cases_9.csv", head+"K1,C1,complaint,2026-09-01\n")
	s.must(Options{})
	s.write("cases_10.csv", head+"K1,C1,fault,2026-09-01\n")
	s.must(Options{})
	s.yaml = strings.Replace(s.yaml, "'cases_*.csv'", "'cases_*.csv', null_values: [none]", 1)
	if r := s.must(Options{}); r[0].Replaces != 1 || r[1].Replaces != 2 {
		t.Errorf("read in the order %d, %d", r[0].Replaces, r[1].Replaces)
	}
	if diff := cmp.Diff([]string{"fault"}, s.query("select kind from cases where superseded_by is null")); diff != "" {
		t.Error(diff)
	}
}
