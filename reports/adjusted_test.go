package reports

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/text"
)

// TestManager_adjusted: lines of disputes upheld after the close stand on the sheets of those whom they are about, with the
// figure and the company's both ways; the closed figures stay, and other sheets have nothing of it.
func TestManager_adjusted(t *testing.T) {
	f := newFake(true)
	f.plant("S1", "2026-10", "M001", kpi.Answer{Status: kpi.OK, Value: ptr(0.75), N: 40, Num: ptr(int64(30)), Den: ptr(int64(40))})
	f.lines = []kpi.Adjustment{{Decision: "D000031", KPI: "S1", Period: "2026-10", SubjectID: "K7", ManagerID: "M001", Num: ptr(int64(0)),
		Den: ptr(int64(-1)), DecidedBy: "bo", Reason: "a duplicate"}}
	doc, err := Manager(t.Context(), f, kpi.Everything(), "", options(t, text.EN))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range doc.Sections {
		for _, table := range s.Tables {
			if !strings.HasPrefix(table.ID, "adjusted-") && !strings.HasPrefix(table.ID, "lines-") {
				continue
			}
			for _, r := range table.Rows {
				var cells []string
				for _, c := range r.Cells {
					cells = append(cells, c.Text)
				}
				got = append(got, table.ID+": "+strings.Join(cells, " | "))
			}
		}
	}
	want := []string{ // 30 of 40 and 80 of 100; without the row 30 of 39 = 76.9 % and 80 of 99 = 80.8 %
		"adjusted-M001: S1 | satisfied share | Oct 2026 | 30 | 40 | 75.0 % | 30 | 39 | 76.9 % | 80.0 % | 80.8 %",
		"lines-M001: S1 | K7 | 0 | -1 | D000031 | bo | a duplicate",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
