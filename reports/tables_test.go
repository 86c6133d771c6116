package reports

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/internal/calendar"
	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/text"
)

// TestMonthly_plainTables: each plain table is a section before the definitions, its numbers in the unit that its heads say, a
// share with its interval; what is not known is a dash.
func TestMonthly_plainTables(t *testing.T) {
	october, err := calendar.ParsePeriod("2026-10")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := Monthly(t.Context(), newFake(false), kpi.Everything(), Options{Period: october, Lang: text.ZH})
	if err != nil {
		t.Fatal(err)
	}
	n := len(doc.Sections)
	s := doc.Sections[n-3]
	if s.ID != "table-service-plan" || s.Title != "分级服务方案" || len(s.Tables) != 1 || doc.Sections[n-2].ID != "definitions" {
		t.Fatalf("the section before the definitions is %q", s.ID)
	}
	line := func(of int) string {
		var cells []string
		for _, c := range s.Tables[0].Rows[of].Cells {
			cells = append(cells, c.Text)
		}
		return strings.Join(cells, "|")
	}
	var head []string
	for _, c := range s.Tables[0].Columns {
		head = append(head, c.Title)
	}
	got := []string{strings.Join(head, "|"), line(0), line(1)}
	// 123,456 fen are 1,234.56 yuan; 5,400 s are 1.5 hours
	want := []string{"级别|应提供|已提供|兑现率|下限|上限|变化|收入（元）|时长（小时）", "一级|4|3|75.0 %|30.1 %|95.4 %|-25.0 %|1,234.56|1.50", "二级|0|0|—|—|—|—|—|—"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
