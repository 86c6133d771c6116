package ingest

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/sampling"
	"github.com/kamlens/kamlens/internal/text"
)

// checkSheet is a draw of three, of which the second is judged twice.
func checkSheet(second bool) CheckSheet {
	d := sampling.Draw{Plan: sampling.Plan{Period: "2026-10", Seed: "0047", Items: []string{"响应及时", "回访确认"}}}
	for i, id := range []string{"K1", "K2", "K3"} {
		item := sampling.Item{Subject: "case", ID: id, Day: "2026-10-09", Kind: "complaint", Tier: 1, CustomerID: "0001", ManagerID: "M1"}
		d.Samples = append(d.Samples, sampling.Sample{Item: item, Number: i + 1, Stratum: "2026-10/complaint-1", Size: 60, Second: i == 1})
	}
	return CheckSheet{Draw: d, ID: "D000012", Day: "2026-11-02", Second: second, Names: func(what, id string) string { return what + " " + id }}
}

// fill writes what a scorer writes into a workbook: by header, the cells below it.
func fill(t *testing.T, data []byte, cells map[string][]string) string {
	t.Helper()
	book, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	name := book.GetSheetName(0)
	rows, err := book.GetRows(name)
	if err != nil {
		t.Fatal(err)
	}
	for header, values := range cells {
		at := -1
		for i, h := range rows[0] {
			if h == header {
				at = i + 1
			}
		}
		if at < 0 {
			t.Fatalf("no column %s in %v", header, rows[0])
		}
		for i, v := range values {
			cell, err := excelize.CoordinatesToCellName(at, i+2)
			if err != nil {
				t.Fatal(err)
			}
			if err := book.SetCellStr(name, cell, v); err != nil {
				t.Fatal(err)
			}
		}
	}
	var out bytes.Buffer
	if err := book.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

const checkSources = `
  - {name: samples, feed: audit_samples, path: first.*}
  - {name: again, feed: audit_rescores, path: second.*}
  - {name: items, feed: audit_checks, path: [first.*, second.*], null_values: [不适用, N/A],
     unpivot: {columns: [响应及时, 回访确认], into: {question: item, score: ok}}}
`

// TestCheckSheet_comesBack: a sheet that was filled in is loaded as it is, in both languages and formats, and nothing of it is
// lost; the second scorer sees only what is judged twice, and nothing of the first's verdict.
func TestCheckSheet_comesBack(t *testing.T) {
	for _, l := range []text.Lang{text.ZH, text.EN} {
		s := newSite(t, checkSources)
		passed, scorer, yes, no := "合格", "评分人", "是", "否"
		if l == text.EN {
			passed, scorer, yes, no = "passed", "scorer", "Y", "N"
		}
		first, err := checkSheet(false).File("xlsx", l)
		if err != nil {
			t.Fatal(err)
		}
		second, err := checkSheet(true).File("xlsx", l)
		if err != nil {
			t.Fatal(err)
		}
		s.write("first.xlsx", fill(t, first, map[string][]string{passed: {yes, no}, scorer: {"007", "007", "007"},
			"响应及时": {yes, no, l.T("sampling.not_applicable")}, "回访确认": {yes}}))
		s.write("second.xlsx", fill(t, second, map[string][]string{passed: {yes}, scorer: {"008"}, "响应及时": {no}}))
		for _, r := range s.must(Options{}) {
			if r.Rejected != 0 {
				t.Errorf("%s: %+v", l, r)
			}
		}
		want := []string{"D000012-001|M1|2026-11-02|2026-10/complaint-1|60|0047|-|true|007|-", "D000012-002|M1|2026-11-02|2026-10/complaint-1|60|0047|-|false|007|-",
			"D000012-003|M1|2026-11-02|2026-10/complaint-1|60|0047|-|-|007|-"}
		got := s.query("select sample_id, manager_id, cast(drawn_on as varchar), stratum, stratum_size, seed, targeted, passed, scorer, second_passed from audit_samples order by 1")
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s: %s", l, d)
		}
		if d := cmp.Diff([]string{"D000012-002|true|008"}, s.query("select sample_id, passed, scorer from audit_rescores")); d != "" {
			t.Errorf("%s: %s", l, d)
		}
		want = []string{"D000012-001|007|响应及时|true", "D000012-001|007|回访确认|true", "D000012-002|007|响应及时|false", "D000012-002|008|响应及时|false"}
		if d := cmp.Diff(want, s.query("select sample_id, scorer, item, ok from audit_checks order by 1, 2, 3")); d != "" {
			t.Errorf("%s: %s", l, d)
		}
	}
}

// TestCheckSheet_csv: the same columns, the rest empty; what was mistyped is rejected by line, column and value.
func TestCheckSheet_csv(t *testing.T) {
	data, err := checkSheet(true).File("csv", text.ZH)
	want := "\ufeff样本编号,对象,对象编号,办结日期,客户编号,客户,客户经理,类型,级别,响应及时,回访确认,合格,评分人,备注\n" +
		"D000012-002,工单,K2,2026-10-09,0001,customer 0001,manager M1,kind complaint,tier 1,,,,,\n"
	if got := strings.ReplaceAll(string(data), "\r\n", "\n"); err != nil || got != want {
		t.Errorf("%q %v", got, err)
	}
	s := newSite(t, checkSources)
	first, err := checkSheet(false).File("csv", text.ZH)
	if err != nil {
		t.Fatal(err)
	}
	s.write("first.csv", strings.Replace(string(first), "tier 1,,,,", "tier 1,,,大概,", 1))
	_, out, _ := s.run(Options{Sources: []string{"samples"}})
	if !strings.Contains(out, `line 2, column "合格", value "大概"`) {
		t.Errorf("%s", out)
	}
}

func TestCheckSheet_refuses(t *testing.T) {
	for _, items := range [][]string{{""}, {"a,b"}, {"响应", "响应"}, {"合格"}, {"Customer ID"}, {"remark"}, {strings.Repeat("长", 41)}} {
		if err := CheckItems(items); fault.KindOf(err) != fault.Usage {
			t.Errorf("%q: %v", items, err)
		}
	}
	if err := CheckItems([]string{"响应及时", "首问负责"}); err != nil {
		t.Error(err)
	}
	s := checkSheet(true)
	s.Samples = s.Samples[:1]
	if _, err := s.File("csv", text.EN); fault.KindOf(err) != fault.Refused {
		t.Errorf("nothing to judge twice: %v", err)
	}
	if _, err := s.File("pdf", text.EN); fault.KindOf(err) != fault.Usage {
		t.Errorf("pdf: %v", err)
	}
}
