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
