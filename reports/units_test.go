package reports

import (
	"math"
	"strings"
	"testing"

	"github.com/kamlens/kamlens/internal/calendar"
	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/text"
)

func TestStyle_text(t *testing.T) {
	share, hours, points := kpi.Definition{Unit: "share"}, kpi.Definition{Unit: "seconds"}, kpi.Definition{Unit: "points"}
	for _, c := range []struct {
		style style
		value float64
		want  string
	}{
		{styleOf(share), 0.9388, "93.9 %"},
		{styleOf(share), 0.9345, "93.5 %"}, // half away from zero, though 0.9345 is a hair below in binary
		{styleOf(share), 1, "100.0 %"},
		{styleOf(share), -0.0625, "-6.3 %"},
		{styleOf(hours), 62208, "17.28"}, // 62,208 / 3,600
		{styleOf(hours), 4_500_000, "1,250.00"},
		{styleOf(points), -12.55, "-12.6"},
		{styleOf(share).change(), 0.012, "+1.2"},
		{styleOf(share).change(), -0.012, "-1.2"},
		{styleOf(share).change(), 0.0004, "0.0"},
		{styleOf(hours).change(), -3600, "-1.00"},
		{countStyle(), 1234567, "1,234,567"},
	} {
		if got := c.style.cell(c.value).Text; got != c.want {
			t.Errorf("%+v of %v = %q, want %q", c.style, c.value, got, c.want)
		}
	}
}

// The workbook has the number of a change, the page its unit, too.
func TestComparisonCells_share(t *testing.T) {
	now, before := .93, .95
	a := &asker{opts: Options{Lang: text.ZH}}
	cells := a.comparisonCells(kpi.Definition{ID: "X", Unit: kpi.UnitShare}, kpi.Answer{Status: kpi.OK, Value: &now}, &kpi.Comparison{Status: kpi.OK, Value: &before})
	if got := cells[1]; got.Text != "-2.0" || got.OnPage() != "-2.0 个百分点" {
		t.Errorf("%+v", got)
	}
}

func TestStyle_beside(t *testing.T) {
	s := styleOf(kpi.Definition{Unit: "points"})
	for _, c := range []struct {
		v, target float64
		want      string
	}{
		{89.996, 90, "89.996"}, // 90.0 and 90.00 would read as met
		{90, 90, "90.0"},
		{91, 90, "91.0"},
		{89.96, 90, "89.96"},
		{90.04, 90, "90.04"},
	} {
		if got := s.beside(c.v, c.target).cell(c.v).Text; got != c.want {
			t.Errorf("%v beside %v = %q, want %q", c.v, c.target, got, c.want)
		}
	}
}

func TestPeriodFor(t *testing.T) {
	quarterly := kpi.Definition{OverTime: "own", Periods: []string{"quarter", "year"}}
	monthly := kpi.Definition{OverTime: "own", Periods: []string{"month"}}
	sum := kpi.Definition{OverTime: "sum"}
	for _, c := range []struct {
		def      kpi.Definition
		in, want string
	}{
		{sum, "2026-10", "2026-10"},
		{sum, "2026-02..2026-05", "2026-02..2026-05"},
		{quarterly, "2026-10", "2026-Q3"},
		{quarterly, "2026-09", "2026-Q3"},
		{quarterly, "2026-01", "2025-Q4"},
		{quarterly, "2026-Q3", "2026-Q3"},
		{quarterly, "2026-H1", "2026-Q2"},
		{quarterly, "2026", "2026"},
		{quarterly, "2025-03..2026-05", "2025"}, // fifteen months: the last whole year
		{monthly, "2026-Q3", "2026-09"},
		{monthly, "2026-02..2026-05", "2026-05"},
	} {
		p, err := calendar.ParsePeriod(c.in)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.def.Within(p).String(); got != c.want {
			t.Errorf("Within(%v, %s) = %s, want %s", c.def.Periods, c.in, got, c.want)
		}
	}
}

func TestSheetName(t *testing.T) {
	taken := map[string]bool{}
	for _, c := range [][2]string{
		{"张三 M001", "张三 M001"}, {"张三 m001", "张三 m001 2"}, {"a/b:c*d?e[f]g\\h", "a_b_c_d_e_f_g_h"}, {"'q'", "q"}, {"", "_"},
		{strings.Repeat("长", 40), strings.Repeat("长", 31)}, {strings.Repeat("长", 41), strings.Repeat("长", 29) + " 2"},
	} {
		if got := sheetName(c[0], taken); got != c[1] {
			t.Errorf("sheetName(%q) = %q, want %q", c[0], got, c[1])
		}
	}
}

func TestRound(t *testing.T) {
	for _, c := range []struct {
		v    float64
		d    int
		want float64
	}{{0.5, 0, 1}, {-0.5, 0, -1}, {2.675, 2, 2.68}, {1.005, 2, 1.01}, {93.4499, 1, 93.4}} {
		if got := round(c.v, c.d); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("round(%v, %d) = %v, want %v", c.v, c.d, got, c.want)
		}
	}
}
