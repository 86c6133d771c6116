package main

import (
	"bufio"
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/text"
)

// rowSet is an answer with rows of these ids.
func rowSet(ids ...string) kpi.RowSet {
	set := kpi.RowSet{KPI: "B1", Period: "2026-10", Rows: []kpi.Row{}, Total: 3, Excluded: []kpi.ReasonCount{{Reason: "merged", Rows: 2}}}
	for _, id := range ids {
		set.Rows = append(set.Rows, kpi.Row{SubjectID: id, CustomerName: `"rows": [] & <甲>`})
	}
	return set
}

// TestJSONRows: three rows in two parts are, byte for byte, the answer with all of them; so is one without any.
func TestJSONRows(t *testing.T) {
	for _, parts := range [][][]string{{{"a", "b"}, {"c"}}, {{"a"}}, {{}}} {
		var want, got bytes.Buffer
		whole, out := rowSet(), &jsonRows{w: bufio.NewWriter(&got)}
		for _, ids := range parts {
			part := rowSet(ids...)
			whole.Rows = append(whole.Rows, part.Rows...)
			if err := out.take(part); err != nil {
				t.Fatal(err)
			}
		}
		if err := out.end(); err != nil {
			t.Fatal(err)
		}
		if err := (&app{stdout: &want}).writeJSON(whole); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want.String(), got.String()); d != "" {
			t.Errorf("%v\n%s", parts, d)
		}
	}
}

// TestCSVRows: two parts have one head, one mark of the encoding, and a line for each of three rows.
func TestCSVRows(t *testing.T) {
	var got bytes.Buffer
	out := &csvRows{w: &got, l: text.ZH, def: kpi.Definition{ID: "B1"}}
	for _, part := range []kpi.RowSet{rowSet("a", "b"), rowSet("c")} {
		if err := out.take(part); err != nil {
			t.Fatal(err)
		}
	}
	lines := strings.Split(strings.TrimSpace(got.String()), "\r\n")
	if len(lines) != 4 || strings.Count(got.String(), "\ufeff") != 1 || !strings.HasPrefix(lines[3], "c,") {
		t.Errorf("%q", lines)
	}
}

// TestTableOfRows: a visit in two places at once says so in words, a sample names its stratum and the size of that; traits that
// no row has take no column.
func TestTableOfRows(t *testing.T) {
	one, zero, size := int64(1), int64(0), int64(200)
	for _, c := range []struct {
		def         kpi.Definition
		row         kpi.Row
		head, cells []string
	}{
		{kpi.Definition{ID: "F3", Kind: "ratio"}, kpi.Row{SubjectID: "v1", Team: "政企一部", Category: "two_places", Num: &zero, Den: &one},
			[]string{"编号", "发生时间", "计入日期", "客户编号", "客户", "经理编号", "客户经理", "团队", "类别", "分子", "分母", "值", "说明"},
			[]string{"v1", "未分配", "政企一部", "同一时间在两处", "0", "1"}},
		{kpi.Definition{ID: "L2", Kind: "stratified"}, kpi.Row{SubjectID: "p1", Category: "gold", Num: &one, Den: &one, Value: &size},
			[]string{"编号", "发生时间", "计入日期", "客户编号", "客户", "经理编号", "客户经理", "层", "分子", "分母", "层总数", "说明"},
			[]string{"p1", "未分配", "gold", "1", "1", "200"}},
	} {
		var got bytes.Buffer
		out := &tableOfRows{w: &got, l: text.ZH, def: c.def}
		if err := out.take(kpi.RowSet{Rows: []kpi.Row{c.row}}); err != nil {
			t.Fatal(err)
		}
		if err := out.end(); err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(got.String(), "\n")
		if d := cmp.Diff(c.head, strings.Fields(lines[0])); d != "" {
			t.Errorf("%s: %s", c.def.ID, d)
		}
		if d := cmp.Diff(c.cells, strings.Fields(lines[1])); d != "" {
			t.Errorf("%s: %s", c.def.ID, d)
		}
	}
}
