package chart

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/dop251/goja"
	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/internal/calendar"
	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/text"
)

func ptr(v float64) *float64 { return &v }

var onTime = kpi.Definition{
	ID: "X1", NameZH: "首次响应及时率", NameEN: "First response on time", Unit: "share", Direction: "up", Kind: "ratio",
}

// series returns 24 months to October 2026: two too small, one without data, the last immature.
func series() []kpi.Answer {
	p := calendar.MonthOf(time.Date(2024, 11, 1, 0, 0, 0, 0, time.UTC))
	var points []kpi.Answer
	for i := range 24 {
		v := 0.9 + 0.04*math.Sin(float64(i)/3)
		a := kpi.Answer{
			KPI: "X1", Period: "2024-11..2026-10", By: map[string]string{"month": p.String()}, N: 400, Status: kpi.OK,
			Value: ptr(v), Low: ptr(v - 0.03), High: ptr(v + 0.02), Target: ptr(0.9),
		}
		switch i {
		case 5, 7:
			a.Status, a.N = kpi.SmallSample, 3
		case 12:
			a = kpi.Answer{KPI: "X1", By: a.By, Status: kpi.NoData}
		case 23:
			a.Status, a.MaturesOn = kpi.Immature, "2026-12-01"
		}
		points = append(points, a)
		p = p.Shift(1)
	}
	return points
}

func members() []kpi.Answer {
	var answers []kpi.Answer
	for i, id := range []string{"T03", "T01", "", "T02", "T10"} {
		v := 0.85 + 0.03*float64(i)
		answers = append(answers, kpi.Answer{
			KPI: "X1", Period: "2026-10", By: map[string]string{"team": id}, N: 120, Status: kpi.OK,
			Value: ptr(v), Low: ptr(v - 0.06), High: ptr(math.Min(1, v+0.05)), Target: ptr(0.9),
		})
	}
	answers[1].Status, answers[1].N = kpi.SmallSample, 2
	return answers
}

func label(l text.Lang) func(string) string {
	return func(id string) string {
		if id == "" {
			return map[text.Lang]string{text.ZH: "未分配", text.EN: "unassigned"}[l]
		}
		return map[text.Lang]string{text.ZH: "班组", text.EN: "Team "}[l] + strings.TrimLeft(id, "T0")
	}
}

func both(l text.Lang) []Chart {
	return []Chart{Trend(l, onTime, series()), Bars(l, onTime, members(), label(l))}
}

func TestRenderSVG(t *testing.T) {
	unseen := regexp.MustCompile(`stroke="#[0-9a-f]{6}" stroke-width="2" stroke-opacity="0"`) // the edges of the band
	want := map[text.Lang][][]string{
		text.ZH: {{"目标 90.0 %", "2026年", "7月", "95%", "首次响应及时率"}, {"班组2  94.0 %", "班组1  样本不足 (n=2)", "未分配  91.0 %"}},
		text.EN: {{"target 90.0 %", "2026", "Jul", "95%", "First response on time"}, {"Team 2  94.0 %", "Team 1  sample too small (n=2)", "unassigned  91.0 %"}},
	}
	for _, l := range []text.Lang{text.ZH, text.EN} {
		for _, theme := range []Theme{Light, Dark, OfPage} {
			pictures, err := RenderSVG(t.Context(), both(l), Size{}, theme)
			if err != nil {
				t.Fatal(err)
			}
			again, err := RenderSVG(t.Context(), both(l), Size{}, theme)
			if err != nil {
				t.Fatal(err)
			}
			for i, svg := range pictures {
				if !bytes.Equal(svg, again[i]) {
					t.Errorf("%s %d: two renderings differ", l, i)
				}
				plain := wellFormed(t, svg)
				for _, w := range want[l][i] {
					if !strings.Contains(plain, w) {
						t.Errorf("%s %d: %q is not in the picture: %s", l, i, w, plain)
					}
				}
				if named := strings.Contains(string(svg), `"var(--chart-grid,#e5e7eb)"`); named != (theme == OfPage) {
					t.Errorf("%s %d: colours of the page in the theme %s: %v", l, i, theme, named)
				}
				if left := regexp.MustCompile(`(fill|stroke)="#[0-9a-f]{6}"`).FindString(unseen.ReplaceAllString(string(svg), "")); theme == OfPage && left != "" {
					t.Errorf("%s %d: %s does not follow the page", l, i, left)
				}
				if strings.Contains(string(svg), `"@`) || strings.Contains(string(svg), "NaN") {
					t.Errorf("%s %d: a name was not replaced, or a coordinate is no number", l, i)
				}
				keep(t, fmt.Sprintf("%s-%d-%v.svg", l, i, theme), svg)
			}
			if overlap := sharedIDs(pictures[0], pictures[1]); len(overlap) > 0 {
				t.Errorf("ids in both pictures: %v", overlap)
			}
		}
	}
}

// wellFormed parses an SVG and returns its text.
func wellFormed(t *testing.T, svg []byte) string {
	t.Helper()
	var plain strings.Builder
	d := xml.NewDecoder(bytes.NewReader(svg))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return plain.String()
		}
		if err != nil {
			t.Fatalf("not well-formed: %v\n%s", err, svg)
		}
		if c, ok := token.(xml.CharData); ok {
			plain.Write(c)
			plain.WriteByte('\n')
		}
	}
}

func sharedIDs(a, b []byte) []string {
	id := regexp.MustCompile(`\bid="([^"]+)"`)
	var all []string
	for _, m := range id.FindAllSubmatch(a, -1) {
		if bytes.Contains(b, m[0]) {
			all = append(all, string(m[1]))
		}
	}
	return all
}

// keep writes a picture into the folder named by CHART_OUT, to be looked at.
func keep(t *testing.T, name string, data []byte) {
	t.Helper()
	if dir := os.Getenv("CHART_OUT"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Error(err)
		}
	}
}

func TestRenderSVG_stopsWithContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := RenderSVG(ctx, both(text.ZH), Size{}, Light); err == nil {
		t.Error("a cancelled drawing gave no error")
	}
}

// TestTrend_gaps: too few and no data are gaps, an immature point is hollow, everything is in the table.
func TestTrend_gaps(t *testing.T) {
	c := Trend(text.ZH, onTime, series())
	var option struct {
		Series []struct {
			Name string
			Data []struct {
				Value     *float64
				ItemStyle struct{ BorderColor string }
			}
		}
	}
	data, err := c.JSON()
	if err != nil {
		t.Fatal(err)
	}
	// The series of lone intervals holds arrays; only the first three are read.
	if err := json.Unmarshal(data, &option); err != nil && len(option.Series) < 3 {
		t.Fatal(err)
	}
	var gaps []int
	line := option.Series[2].Data
	for i, p := range line {
		if p.Value == nil {
			gaps = append(gaps, i)
		}
	}
	if diff := cmp.Diff([]int{5, 7, 12}, gaps); diff != "" {
		t.Error(diff)
	}
	if line[23].ItemStyle.BorderColor == "" || line[22].ItemStyle.BorderColor != "" {
		t.Error("the immature point is not hollow, or another is")
	}
	if len(c.Table.Rows) != 24 {
		t.Errorf("%d rows in the table", len(c.Table.Rows))
	}
	if diff := cmp.Diff([]string{"2025年4月", "样本不足 (n=3)", "—", "3", "90.0 %"}, c.Table.Rows[5]); diff != "" {
		t.Error(diff)
	}
	// Index 6 stands between two gaps: 0.9 + 0.04 sin 2 = 0.936372, minus 0.03, plus 0.02.
	if diff := cmp.Diff([][]any{{6, 0.906372, 0.956372}}, loneIntervals(unit{div: 1}, series())); diff != "" {
		t.Error(diff)
	}
}

// TestTrend_signals: eleven months of 90 % of 100 and one of 79 %, which is below the limit of 79.7 %: it and the months from the
// eighth on, all above the centre line, are diamonds; with 80 % the last is none (limits worked out at kpi.TestControlChart).
func TestTrend_signals(t *testing.T) {
	for _, c := range []struct {
		last int64
		want string
	}{{79, "[8 9 10 11 12]"}, {80, "[8 9 10 11]"}} {
		points, month := []kpi.Answer{}, calendar.MonthOf(time.Date(2025, 11, 1, 0, 0, 0, 0, time.UTC))
		for i := range 12 {
			num, den := int64(90), int64(100)
			if i == 11 {
				num = c.last
			}
			points = append(points, kpi.Answer{KPI: "X1", Period: month.String(), Status: kpi.OK, Num: &num, Den: &den, Value: ptr(float64(num) / 100), N: den})
			month = month.Shift(1)
		}
		var diamonds []int
		for i, on := range points {
			if signalsOf(onTime, points)[on.Period] {
				diamonds = append(diamonds, i+1)
			}
		}
		drawn := Trend(text.EN, onTime, points)
		data, err := drawn.JSON()
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(diamonds); got != c.want || strings.Count(string(data), `"diamond"`) != len(diamonds) || !strings.Contains(drawn.Note, "Diamonds") {
			t.Errorf("%d: diamonds at %s, want %s; %q", c.last, got, c.want, drawn.Note)
		}
	}
	if c := Trend(text.EN, onTime, series()); strings.Contains(c.Note, "Diamonds") {
		t.Errorf("nothing stands out, and the note says %q", c.Note)
	}
}

// TestTargetSteps: each period keeps the target that held in it. Ten months at 90 %, one at 92, a month without, two at 95:
// the run of one month is too short for its label, the last has one however short it is.
func TestTargetSteps(t *testing.T) {
	aims := []*float64{10: ptr(0.92), 12: ptr(0.95), 13: ptr(0.95)}
	points := series()[:14]
	for i := range points {
		points[i].Target = aims[i]
		if i < 10 {
			points[i].Target = ptr(0.9)
		}
	}
	want := []step{
		{"target 90.0 %", [4]any{0, 9, 0.9, nil}}, {"", [4]any{10, 10, 0.92, 0.9}}, {"target 95.0 %", [4]any{12, 13, 0.95, nil}},
	}
	if diff := cmp.Diff(want, targetSteps(text.EN, onTime, unit{div: 1}, points)); diff != "" {
		t.Error(diff)
	}
	c := Trend(text.EN, onTime, points)
	if got := []string{c.Table.Rows[9][4], c.Table.Rows[10][4], c.Table.Rows[11][4], c.Table.Rows[12][4]}; !slices.Equal(got, []string{"90.0 %", "92.0 %", "—", "95.0 %"}) {
		t.Errorf("targets in the table: %v", got)
	}
	for i := range points {
		points[i].Target = nil
	}
	if c := Trend(text.EN, onTime, points); strings.Contains(c.Note, "target") || len(c.Table.Head) != 4 {
		t.Errorf("without targets: %q, %v", c.Note, c.Table.Head)
	}
}

func TestBars_sortedByName(t *testing.T) {
	c := Bars(text.EN, onTime, members(), label(text.EN))
	var got []string
	for _, r := range c.Table.Rows {
		got = append(got, r[0])
	}
	if diff := cmp.Diff([]string{"Team 1", "Team 2", "Team 3", "Team 10", "unassigned"}, got); diff != "" {
		t.Error(diff)
	}
	if c.ID != "bars-x1-team" {
		t.Errorf("id %q", c.ID)
	}
}

func TestEnglishHasNoHan(t *testing.T) {
	for _, c := range both(text.EN) {
		data, err := c.JSON()
		if err != nil {
			t.Fatal(err)
		}
		all := string(data) + c.Title + c.Note + fmt.Sprint(c.Table)
		if i := strings.IndexFunc(all, func(r rune) bool { return unicode.Is(unicode.Han, r) }); i >= 0 {
			t.Errorf("Chinese in English: %s", all[max(0, i-40):i+10])
		}
	}
}

func TestUnitOf(t *testing.T) {
	tests := []struct {
		unit string
		most float64
		want unit
	}{
		{"share", 1, unit{1, "@percent", ""}},
		{"seconds", 5400, unit{60, "@number", "分钟"}}, // 1.5 h
		{"seconds", 7200, unit{3600, "@number", "小时"}},
		{"index", 100, unit{1, "@number", "指数（0–100）"}},
		{"widgets", 7, unit{1, "@number", "widgets"}},
	}
	for _, tt := range tests {
		if got := unitOf(text.ZH, kpi.Definition{Unit: tt.unit}, tt.most); got != tt.want {
			t.Errorf("unitOf(%s, %v) = %v, want %v", tt.unit, tt.most, got, tt.want)
		}
	}
}

func TestNiceSpan(t *testing.T) {
	tests := []struct {
		values []float64
		share  bool
		want   span
	}{
		{[]float64{0.87, 0.96}, true, span{0.86, 0.96, 0.02}}, // width .09: steps of .02
		{[]float64{0.91, 0.999}, true, span{0.9, 1, 0.02}},
		{[]float64{0, 41}, false, span{0, 50, 10}}, // steps of 10
		{[]float64{-12, 30}, false, span{-20, 30, 10}},
		{[]float64{0.5}, true, span{0.5, 0.6, 0.1}},
		{nil, false, span{0, 1, 0.2}},
	}
	for _, tt := range tests {
		if got := niceSpan(tt.values, tt.share); got != tt.want {
			t.Errorf("niceSpan(%v) = %v, want %v", tt.values, got, tt.want)
		}
	}
}

func TestPeriodName(t *testing.T) {
	for id, want := range map[string][2]string{
		"2026-10":          {"2026年10月", "Oct 2026"},
		"2026-Q3":          {"2026年3季度", "Q3 2026"},
		"2026-H2":          {"2026年下半年", "H2 2026"},
		"2026":             {"2026年", "2026"},
		"2026-01..2026-05": {"2026年1月至2026年5月", "Jan 2026 to May 2026"},
		"?":                {"?", "?"},
	} {
		if got := [2]string{PeriodName(text.ZH, id), PeriodName(text.EN, id)}; got != want {
			t.Errorf("%s: %v, want %v", id, got, want)
		}
	}
}

// TestFormatters runs the named formatters of the shared script.
func TestFormatters(t *testing.T) {
	vm := goja.New()
	if _, err := vm.RunString(string(Script())); err != nil {
		t.Fatal(err)
	}
	for expression, want := range map[string]string{
		"kamlensChart.percent(0.9388)":   "93.9%",
		"kamlensChart.percent(1)":        "100%",
		"kamlensChart.percent(0)":        "0%",
		"kamlensChart.percent(0.29)":     "29%", // 0.29*1000 = 290.00000000000006
		"kamlensChart.number(1234567.5)": "1,234,567.5",
		"kamlensChart.number(-1200.456)": "-1,200.46",
		"kamlensChart.number(2.4)":       "2.4",
		"kamlensChart.option({series:[{name:'@bar',color:'@bar'}],xAxis:{},yAxis:{}},'light').series[0].name":  "@bar",
		"kamlensChart.option({series:[{name:'@bar',color:'@bar'}],xAxis:{},yAxis:{}},'light').series[0].color": "#7fb0dc",
	} {
		v, err := vm.RunString(expression)
		if err != nil {
			t.Fatal(err)
		}
		if got := v.String(); got != want {
			t.Errorf("%s = %s, want %s", expression, got, want)
		}
	}
}

func BenchmarkRenderSVG(b *testing.B) {
	charts := both(text.ZH)
	for b.Loop() {
		if _, err := RenderSVG(b.Context(), charts, Size{}, Light); err != nil {
			b.Fatal(err)
		}
	}
}

// The name of a long unit begins at the axis: centred on it, half of it would lie left of the picture.
func TestTrend_unitNotCut(t *testing.T) {
	d := kpi.Definition{ID: "X2", NameEN: "Complaints passed on", Unit: "per_million_users", Direction: "down", Kind: "exposure"}
	pictures, err := RenderSVG(t.Context(), []Chart{Trend(text.EN, d, series())}, Size{}, Light)
	if err != nil {
		t.Fatal(err)
	}
	name := regexp.MustCompile(`<text[^>]*>per million users</text>`).FindString(string(pictures[0]))
	if name == "" || strings.Contains(name, `text-anchor="middle"`) || strings.Contains(name, `text-anchor="end"`) {
		t.Errorf("the unit is written as %q", name)
	}
}

// TestCurve: the table has every sixth month, the axis too; a line of many points has no dots.
func TestCurve(t *testing.T) {
	var months []kpi.Answer
	for m := range 40 {
		kept := 1 - float64(m)/100
		months = append(months, kpi.Answer{KPI: "X1", Status: kpi.OK, Value: &kept, Low: ptr(kept / 2), High: ptr((1 + kept) / 2), N: 400})
	}
	c := Curve(text.EN, onTime, months)
	var heads []string
	for _, row := range c.Table.Rows {
		heads = append(heads, row[0])
	}
	if d := cmp.Diff([]string{"0 months", "6 months", "12 months", "18 months", "24 months", "30 months", "36 months"}, heads); d != "" {
		t.Error(d)
	}
	option, err := c.JSON()
	if err != nil || !strings.Contains(string(option), `"showSymbol":false`) || c.Table.Rows[1][1] != "94.0 %" || c.Table.Rows[1][2] != "47.0–97.0 %" {
		t.Errorf("%v %v", c.Table.Rows[1], err)
	}
}
