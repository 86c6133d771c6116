package ingest

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

const caseSource = "  - {name: crm, feed: cases, path: 'in*.csv'}\n"

func TestRun_loadsACleanFileFast(t *testing.T) {
	s := newSite(t, caseSource)
	s.write("in.csv", "工单编号,customer id,kind,CREATED_AT,excluded_minutes,测试单\n"+
		"0001,C1,complaint,2026-10-01 08:00:00,5,是\n0002,C2,需求,2026-10-02 09:30:00,,\n")
	r := s.must(Options{})
	if len(r) != 1 || !r[0].Fast || r[0].Loaded != 2 || r[0].Read != 2 {
		t.Fatalf("%+v", r)
	}
	got := s.query("select case_id, customer_id, kind, created_at, excluded_minutes, is_test, severity, batch_id, superseded_by from cases order by 1")
	want := []string{"0001|C1|complaint|2026-10-01 08:00:00|5|true|-|1|-", "0002|C2|request|2026-10-02 09:30:00|-|-|-|1|-"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	r = s.must(Options{})
	if !r[0].Skipped || r[0].Batch != 1 {
		t.Errorf("second time: %+v", r[0])
	}
	if n := s.query("select count(*) from batches"); n[0] != "1" {
		t.Errorf("batches: %v", n)
	}
}

func TestRun_loadsAnUncleanFileCarefully(t *testing.T) {
	s := newSite(t, caseSource)
	s.write("in.csv", "case_id,customer_id,kind,created_at\r\n 0001 ,C1,COMPLAINT,2026/10/1 8:00\r\n0002,C2,x,2026-10-02\r\n0003,C2,fault,2026年10月2日\r\n")
	r := s.must(Options{})
	if r[0].Fast || r[0].Loaded != 2 || r[0].Rejected != 1 {
		t.Fatalf("%+v", r[0])
	}
	got := s.query("select case_id, customer_id, kind, created_at from cases order by 1")
	want := []string{"0001|C1|complaint|2026-10-01 08:00:00", "0003|C2|fault|2026-10-02 00:00:00"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	got = s.query("select batch_id, line, column_name, header, value, code from rejects")
	if d := cmp.Diff([]string{"1|3|kind|kind|x|bad_enum"}, got); d != "" {
		t.Error(d)
	}
}

func TestRun_upserts(t *testing.T) {
	s := newSite(t, caseSource)
	head := "case_id,customer_id,kind,created_at\n"
	s.write("in1.csv", head+"1,C1,fault,2026-10-01 08:00:00\n2,C2,fault,2026-10-02 08:00:00\n3,C3,fault,2026-10-02 08:00:00\n")
	s.write("in2.csv", head+"2,C9,fault,2026-10-02 08:00:00\n3,C3,fault,2026-10-02 08:00:00\n4,C4,fault,2026-10-02 08:00:00\n")
	r := s.must(Options{})
	if r[1].Loaded != 2 || r[1].Unchanged != 1 || r[1].Superseded != 1 {
		t.Errorf("%+v", r[1])
	}
	got := s.query("select case_id, customer_id, batch_id, superseded_by from cases order by 1, 3")
	want := []string{"1|C1|1|-", "2|C2|1|2", "2|C9|2|-", "3|C3|1|-", "4|C4|2|-"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}
