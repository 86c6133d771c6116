package reports

import (
	"bytes"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"github.com/kamlens/kamlens/internal/calendar"
	"github.com/kamlens/kamlens/internal/chart"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/text"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func october(t *testing.T) kpi.Period {
	t.Helper()
	p, err := calendar.ParsePeriod("2026-10")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func options(t *testing.T, l text.Lang) Options {
	t.Helper()
	return Options{Period: october(t), Lang: l, Now: time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC)}
}

func monthlyOf(t *testing.T, f *fake, l text.Lang) Document {
	t.Helper()
	doc, err := Monthly(t.Context(), f, kpi.Everything(), options(t, l))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// outline is the layout of a document: sections, sentences, headers and the first rows.
func outline(doc Document) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s | %s\n%s\n%s\n%s\n", doc.Title, doc.Subtitle, doc.Demo, doc.StampLine(), doc.Warning)
	for _, s := range doc.Sections {
		fmt.Fprintf(&b, "\n# %s [%s] %s\n", s.ID, s.Name, s.Title)
		for _, line := range s.Intro {
			fmt.Fprintf(&b, "%s\n", line)
		}
		for _, t := range s.Tables {
			fmt.Fprintf(&b, "table %s %s %s\n", t.ID, t.Caption, t.Cut)
			var head []string
			for _, c := range t.Columns {
				head = append(head, strings.Trim(c.Group+"/"+c.Title, "/"))
			}
			fmt.Fprintf(&b, "  %s\n", strings.Join(head, " | "))
			for i, r := range t.Rows {
				if i == 9 {
					fmt.Fprintf(&b, "  ... %d rows\n", len(t.Rows))
					break
				}
				var cells []string
				for _, c := range r.Cells {
					cells = append(cells, c.Text)
				}
				fmt.Fprintf(&b, "  %s\n", strings.Join(cells, " | "))
			}
		}
		for _, f := range s.Figures {
			fmt.Fprintf(&b, "figure %s %s: %d points, bars %v\n", f.ID, f.Title, len(f.Labels), f.Bars)
		}
		for _, n := range s.Notes {
			fmt.Fprintf(&b, "note %s\n", n)
		}
		for _, who := range s.Signatures {
			fmt.Fprintf(&b, "sign %s\n", who)
		}
	}
	return b.String()
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path) //nolint:gosec // a file of this test
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got)\n%s", name, diff)
	}
}

// plantStatuses gives the summary one measure of each status.
func plantStatuses(f *fake) {
	f.plant("S1", "2026-10", "", kpi.Answer{Status: kpi.OK, Value: ptr(0.89996), Target: ptr(0.9), N: 2500, Low: ptr(0.88), High: ptr(0.91),
		Previous: &kpi.Comparison{Period: "2026-09", Value: ptr(0.95), Low: ptr(0.941), High: ptr(0.958), Status: kpi.OK, N: 2400}, Notes: []string{"unset_rows:12", "unset_share:0.005"}})
	f.plant("S2", "2026-10", "", kpi.Answer{Status: kpi.SmallSample, Value: ptr(100.0), Low: ptr(1.0), High: ptr(2.0), Target: ptr(30.0), N: 3, Num: ptr(int64(3)), Den: ptr(int64(3))})
	f.plant("R1", "2026-10", "", kpi.Answer{Status: kpi.Unset})
	f.plant("R2", "2026-10", "", kpi.Answer{Status: kpi.OK, Value: ptr(7200.0), P90: ptr(36000.0), Target: ptr(7200.0), N: 40, Low: ptr(5400.0), High: ptr(9000.0)})
	f.plant("R2.calendar", "2026-10", "", kpi.Answer{Status: kpi.NoData})
	f.plant("Q1", "2026-10", "", kpi.Answer{Status: kpi.OK})
	f.plant("G1", "2026-10", "", kpi.Answer{Status: kpi.Immature, Value: ptr(0.97), MaturesOn: "2026-12-01", N: 1980})
}

func TestMonthly_layout(t *testing.T) {
	for _, l := range []text.Lang{text.ZH, text.EN} {
		f := newFake(l == text.EN)
		plantStatuses(f)
		golden(t, "monthly."+string(l)+".txt", outline(monthlyOf(t, f, l)))
	}
}

func TestMonthly_wordsForNoValue(t *testing.T) {
	f := newFake(false)
	plantStatuses(f)
	want := map[string][]string{ // id: value, n, low, high, met, status
		"S1": {"90.00 %", "2,500", "88.0 %", "91.0 %", "± 未定", "正常；12 行因参数未配置未计入；占应计入的 0.5 %"},
		"S2": {"样本不足 (n=3)", "3", "—", "—", "—", "样本不足 (n=3)"},
		"R2": {"2.00", "40", "1.50", "2.50", "± 未定", "正常"},
		"Q1": {"—", "0", "—", "—", "—", "本期没有应计记录"},
		"G1": {"97.0 %", "1,980", "—", "—", "—", "未成熟，2026-12-01 起定案"},
	}
	// 0.89996 prints 90.0 % at one decimal, as does its target: one digit more is 90.00 %, another 89.996 %.
	want["S1"][0] = "89.996 %"
	rowless := kpi.Answer{Status: kpi.OK, Notes: []string{kpi.NoRows}}
	if got := statusWords(text.ZH, rowless); got != "本期无记录" {
		t.Errorf("without a row: %q", got)
	}
	var notes []string
	for _, r := range monthlyOf(t, f, text.ZH).Sections[0].Tables[0].Rows {
		if r.Note {
			notes = append(notes, r.Cells[0].Text)
		}
		w, ok := want[r.Cells[0].Text]
		if !ok {
			continue
		}
		var got []string
		for _, i := range []int{4, 5, 6, 7, 10, 15} {
			got = append(got, r.Cells[i].Text)
		}
		if diff := cmp.Diff(w, got); diff != "" {
			t.Errorf("%s (-want +got)\n%s", r.Cells[0].Text, diff)
		}
		delete(want, r.Cells[0].Text)
	}
	if len(want) > 0 {
		t.Errorf("not in the summary: %v", want)
	}
	if diff := cmp.Diff([]string{"未配置：解决时限（R1 响应及时率）", "无数据：缺少走访（R2.calendar 响应时长（自然时间））"}, notes); diff != "" {
		t.Error(diff)
	}
}

// TestMonthly_verdicts: 340 of 380 (86.0 to 92.2 %) misses 95 %, 34 of 38 (75.9 to 95.8 %) cannot tell, 39 of 40 (87.1 to
// 99.6 %) meets 87 %, too few for an interval cannot tell
// either, and of a measure that has none the words say so; only what is surely missed has the sign before it.
func TestMonthly_verdicts(t *testing.T) {
	planted := map[string]kpi.Answer{
		"S1": {Status: kpi.OK, Value: ptr(340.0 / 380), Low: ptr(.860), High: ptr(.922), Target: ptr(.95), N: 380},
		"R1": {Status: kpi.OK, Value: ptr(34.0 / 38), Low: ptr(.759), High: ptr(.958), Target: ptr(.95), N: 38},
		"G1": {Status: kpi.OK, Value: ptr(39.0 / 40), Low: ptr(.871), High: ptr(.996), Target: ptr(.87), N: 40},
		"Q1": {Status: kpi.OK, Value: ptr(21.5), Target: ptr(20.0), N: 9},
		"S2": {Status: kpi.OK, Value: ptr(31.0), Target: ptr(32.0), N: 9},
	}
	f := newFake(true)
	for i := range f.defs {
		if f.defs[i].ID == "S2" {
			f.defs[i].Interval = "none"
		}
	}
	for id, a := range planted {
		f.plant(id, "2026-10", "", a)
	}
	doc := monthlyOf(t, f, text.EN)
	want := map[string]Cell{
		"S1": {Text: "▼ missed", Tone: Bad, Centre: true}, "R1": {Text: "± not decided", Tone: Warn, Centre: true},
		"G1": {Text: "✓ met", Tone: Good, Centre: true}, "Q1": {Text: "± not decided", Tone: Warn, Centre: true},
		"S2": {Text: "▼ missed (no interval)", Tone: Bad, Centre: true},
	}
	for _, r := range doc.Sections[0].Tables[0].Rows {
		if w, ok := want[r.Cells[0].Text]; ok && r.Cells[10] != w {
			t.Errorf("%s: %+v, want %+v", r.Cells[0].Text, r.Cells[10], w)
		}
	}
	said := strings.Join(doc.Sections[0].Intro, "\n")
	for _, w := range []string{
		"Of 7 main KPIs 5 have a target and can be judged: 1 met, 2 missed, 2 not decided.",
		"Missed: satisfied share 89.5\u00a0% (target 95.0\u00a0%); promoters less detractors 31.0 points (target 32.0 points).",
		"Not decided (the 95 % interval holds the target, or the sample is too small for one): answered in time 89.5\u00a0% (target 95.0\u00a0%); complaints 21.50 per 100 customer-months (target 20.00 per 100 customer-months).",
	} {
		if !strings.Contains(said, w) {
			t.Errorf("the summary says\n%s\nand not\n%s", said, w)
		}
	}
	company := doc.Sections[2].Tables[0].Rows[0].Cells // the sheet of managers: name, id, team, then value and n of each measure
	if company[3].Text != "▼ 89.5 %" || company[7].Text != "89.5 %" {
		t.Errorf("missed %q, not decided %q", company[3].Text, company[7].Text)
	}
}

// TestMonthly_sameNumbers reads numbers out of both files and compares them with what the door answered.
func TestMonthly_sameNumbers(t *testing.T) {
	f := newFake(false)
	plantStatuses(f)
	f.plant("S2", "2026-10", "", kpi.Answer{Status: kpi.OK, Value: ptr(-12.5), Low: ptr(-20.0), High: ptr(-5.0), N: 50, Target: ptr(30.0)})
	doc := monthlyOf(t, f, text.ZH)
	book := openBook(t, doc)
	page := openPage(t, doc)

	// door's unit -> cell: shares stay fractions, 7,200 s are 2 h, 36,000 s are 10 h.
	want := map[string]map[int]float64{
		"S1": {4: 0.89996, 5: 2500, 6: 0.88, 7: 0.91, 9: 0.9, 11: 0.95, 12: -5.004}, // 89.996 - 95 = -5.004 points
		"S2": {4: -12.5, 5: 50, 6: -20, 7: -5, 9: 30},
		"R2": {4: 2, 5: 40, 6: 1.5, 7: 2.5, 8: 10, 9: 2},
		"K1": {4: 0.87, 5: 107}, // asked for the third quarter: 0.80 + 7 x 0.01, n = 100 + 7
	}
	rows, err := book.GetRows("摘要", excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	for id, cells := range want {
		i := slices.IndexFunc(rows, func(r []string) bool { return len(r) > 0 && r[0] == id })
		if i < 0 {
			t.Errorf("%s is not in the workbook", id)
			continue
		}
		line := page.Find("#t-summary tbody tr").FilterFunction(func(_ int, s *goquery.Selection) bool {
			return s.Find("td").First().Text() == id
		})
		for col, v := range cells {
			inBook, err1 := strconv.ParseFloat(rows[i][col], 64)
			raw, _ := line.Find("td").Eq(col).Attr("data-v")
			inPage, err2 := strconv.ParseFloat(raw, 64)
			if err1 != nil || err2 != nil || math.Abs(inBook-v) > 1e-9 || math.Abs(inPage-v) > 1e-9 {
				t.Errorf("%s column %d: workbook %v (%v), page %v (%v), door %v", id, col, inBook, err1, inPage, err2, v)
			}
			kind, err := book.GetCellType("摘要", cellName(t, col+1, i+1))
			if err != nil || (kind != excelize.CellTypeUnset && kind != excelize.CellTypeNumber) {
				t.Errorf("%s column %d is %v in the workbook, want a number (%v)", id, col, kind, err)
			}
		}
	}
}

func cellName(t *testing.T, col, row int) string {
	t.Helper()
	name, err := excelize.CoordinatesToCellName(col, row)
	if err != nil {
		t.Fatal(err)
	}
	return name
}

// TestMonthly_everyCell compares every cell of every table: as shown in the workbook, as shown on the page.
func TestMonthly_everyCell(t *testing.T) {
	for _, l := range []text.Lang{text.ZH, text.EN} {
		f := newFake(l == text.EN)
		plantStatuses(f)
		f.manyManagers(40)
		doc := monthlyOf(t, f, l)
		book, page := openBook(t, doc), openPage(t, doc)
		compared := 0
		for _, s := range doc.Sections {
			rows, err := book.GetRows(s.Name)
			if err != nil {
				t.Fatal(err)
			}
			next := 0
			for _, table := range inBook(s.Tables) {
				for i, r := range table.Rows {
					if r.Heading {
						continue
					}
					next = findRow(t, rows, next, r)
					inPage := pageRow(page, table, i)
					for col, c := range r.Cells {
						cell := ""
						if col < len(rows[next]) {
							cell = rows[next][col]
						}
						if inPage[col] != c.OnPage() || percent(cell) != percent(written(c)) {
							t.Errorf("%s %s row %d column %d: page %q, workbook %q, document %q", l, table.ID, i, col, inPage[col], cell, c.Text)
						}
						compared++
					}
					next++
				}
			}
		}
		if compared < 500 {
			t.Errorf("only %d cells were compared", compared)
		}
	}
}

// inBook returns the tables as they stand in the workbook: wide ones in parts, unless long.
func inBook(tables []Table) []Table {
	var list []Table
	for _, t := range tables {
		if t.sideBySide() {
			list = append(list, t)
		} else {
			list = append(list, t.parts()...)
		}
	}
	return list
}

// pageRow reads one row of a table from the page, where a wide table stands in parts.
func pageRow(page *goquery.Document, t Table, row int) []string {
	var cells []string
	for i := 0; i <= len(t.Breaks); i++ {
		id := t.ID
		if i > 0 {
			id = fmt.Sprintf("%s-%d", t.ID, i+1)
		}
		page.Find("[id='t-" + id + "'] tbody tr").Eq(row).Find("td").Each(func(col int, s *goquery.Selection) {
			if i == 0 || col >= t.Hold {
				cells = append(cells, s.Text())
			}
		})
	}
	for len(cells) < len(t.Columns) {
		cells = append(cells, "missing")
	}
	return cells
}

// written is how a cell reads in the workbook.
func written(c Cell) string {
	if c.Kind == NumberCell {
		return c.Text
	}
	return text.Cell(c.Text)
}

// percent takes the blanks away around a percent sign: the library shows "0.0 %" as "93.9% ", a spreadsheet as "93.9 %".
func percent(s string) string { return strings.TrimSpace(strings.ReplaceAll(s, " %", "%")) }

// findRow returns the next row of the sheet that begins as r does.
func findRow(t *testing.T, rows [][]string, from int, r Row) int {
	t.Helper()
	first := text.Cell(r.Cells[0].Text)
	for i := from; i < len(rows); i++ {
		if len(rows[i]) > 0 && rows[i][0] == first && (r.Note || r.Cells[1].Text == "" || len(rows[i]) > 1 && percent(rows[i][1]) == percent(written(r.Cells[1]))) {
			return i
		}
	}
	t.Fatalf("row %q is not in the workbook after row %d", first, from)
	return 0
}

func openBook(t *testing.T, doc Document) *excelize.File {
	t.Helper()
	var out bytes.Buffer
	if err := Workbook(&out, doc); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&out)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	return f
}

func renderPage(t *testing.T, doc Document) string {
	t.Helper()
	var out bytes.Buffer
	if err := HTML(t.Context(), &out, doc); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// openPage renders doc without its pictures, which take most of the time.
func openPage(t *testing.T, doc Document) *goquery.Document {
	t.Helper()
	doc.Sections = slices.Clone(doc.Sections)
	for i := range doc.Sections {
		doc.Sections[i].Figures = nil
	}
	page, err := goquery.NewDocumentFromReader(strings.NewReader(renderPage(t, doc)))
	if err != nil {
		t.Fatal(err)
	}
	return page
}

func TestManager_sheets(t *testing.T) {
	f := newFake(false)
	f.missed = 60
	f.plant("S1", "2026-10", "M001", kpi.Answer{Status: kpi.SmallSample, Value: ptr(1.0), N: 3, Num: ptr(int64(3)), Den: ptr(int64(3))})
	doc, err := Manager(t.Context(), f, kpi.Everything(), "M001", options(t, text.ZH))
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "manager.zh-CN.txt", outline(doc))

	s := doc.Sections[0]
	if got, want := s.Tables[1].Cut, "只列出逾期最久的 50 条，共 60 条"; got != want || len(s.Tables[1].Rows) != 50 {
		t.Errorf("missed: %q with %d rows, want %q with 50", got, len(s.Tables[1].Rows), want)
	}
	if len(s.Signatures) != 3 {
		t.Errorf("signatures: %v", s.Signatures)
	}

	all, err := Manager(t.Context(), f, kpi.Everything(), "", options(t, text.ZH))
	if err != nil {
		t.Fatal(err)
	}
	book := openBook(t, all)
	want := []string{"名单", "张三 M001", "=cmd|' _C calc'!A0 M002", "李四 M003"}
	if diff := cmp.Diff(want, book.GetSheetList()); diff != "" {
		t.Errorf("sheets (-want +got)\n%s", diff)
	}
	if _, err := Manager(t.Context(), f, kpi.Everything(), "M999", options(t, text.ZH)); fault.KindOf(err) != fault.Usage {
		t.Errorf("an unknown manager: %v, want wrong usage", err)
	}
	if _, err := Manager(t.Context(), f, kpi.Scope{}, "M001", options(t, text.ZH)); fault.KindOf(err) != fault.Usage {
		t.Errorf("the empty scope: %v, want wrong usage", err)
	}
}

// TestMonthly_refusals: a document that would be empty is not made, in the words of either language.
func TestMonthly_refusals(t *testing.T) {
	for _, c := range []struct {
		name   string
		period string
		blank  bool
		zh, en string
	}{
		{"not begun", "2027-05", false, "尚未开始", "had not begun"},
		{"begins on the day of the data", "2026-11", false, "尚未开始", "had not begun"},
		{"no rows", "2026-10", true, "没有任何指标有记录", "no KPI has a row"},
	} {
		f, o := newFake(false), options(t, text.ZH)
		f.blank = c.blank
		var err error
		if o.Period, err = calendar.ParsePeriod(c.period); err != nil {
			t.Fatal(err)
		}
		_, monthly := Monthly(t.Context(), f, kpi.Everything(), o)
		_, manager := Manager(t.Context(), f, kpi.Everything(), "", o)
		for _, err := range []error{monthly, manager} {
			if fault.KindOf(err) != fault.Refused {
				t.Fatalf("%s: %v, want it refused", c.name, err)
			}
			if zh, en := fault.Text(text.ZH, err), fault.Text(text.EN, err); !strings.Contains(zh, c.zh) || !strings.Contains(en, c.en) {
				t.Errorf("%s: %q and %q, want %q and %q", c.name, zh, en, c.zh, c.en)
			}
		}
	}
}

// TestHTML_dark: in the dark the pictures have the colours that the same charts have on dark pages, on paper the light
// ones; the colour behind a hollow point is that of the document.
func TestHTML_dark(t *testing.T) {
	page := renderPage(t, monthlyOf(t, newFake(true), text.EN))
	script := string(chart.Script())
	dark := script[strings.Index(script, "dark: {"):]
	for name := range strings.FieldsSeq("ink muted grid accent band bar target") {
		_, after, ok := strings.Cut(dark, "'@"+name+"': '")
		colour, _, _ := strings.Cut(after, "'")
		if !ok || !strings.Contains(page, "--chart-"+name+":"+colour) {
			t.Errorf("@%s is %q in the dark, and not so in the style of documents", name, colour)
		}
	}
	rule := page[strings.Index(page, "prefers-color-scheme:dark"):]
	if !strings.HasPrefix(rule, "prefers-color-scheme:dark){@media screen{") || strings.Index(rule, "--chart-ink") > strings.Index(rule, "}") {
		t.Error("the dark colours hold for paper too")
	}
	if !strings.Contains(rule[:strings.Index(rule, "}")], "--paper:#14191f") || !strings.Contains(rule, "--chart-paper:#14191f") {
		t.Error("hollow points are filled with another colour than that of the page")
	}
	if !strings.Contains(page, `stroke="var(--chart-accent,`) {
		t.Error("the pictures do not follow the page")
	}
}

// TestMonthly_open: a report on a month that is not over says so on the page, on every sheet of its workbook and beside
// the period, with the day its measures mature on.
func TestMonthly_open(t *testing.T) {
	for _, l := range []text.Lang{text.ZH, text.EN} {
		f := newFake(l == text.EN)
		f.asOf = time.Date(2026, 10, 20, 0, 0, 0, 0, time.UTC)
		f.plant("S1", "2026-10", "", kpi.Answer{Status: kpi.Immature, MaturesOn: "2026-11-01", N: 50})
		want := map[text.Lang]string{
			text.ZH: "初步：2026年10月尚未结束，数字截至 2026-10-20 00:00。未成熟的指标：2026-11-01 起定案：满意率。",
			text.EN: "Preliminary: Oct 2026 is not over; the numbers are as of 2026-10-20 00:00. KPIs not mature yet: final from 2026-11-01: satisfied share.",
		}[l]
		monthly := monthlyOf(t, f, l)
		sheets, err := Manager(t.Context(), f, kpi.Everything(), "", options(t, l))
		if err != nil {
			t.Fatal(err)
		}
		for name, doc := range map[string]Document{"monthly": monthly, "sheets": sheets} {
			page := openPage(t, doc)
			if got := page.Find("header .open").Text(); got != want {
				t.Errorf("%s %s: the page says %q, want %q", name, l, got, want)
			}
			if n, want := page.Find("section .open").Length(), page.Find("section.page").Length(); n != want {
				t.Errorf("%s %s: %d of %d pages say it", name, l, n, want)
			}
			if got := page.Find("h1 span").Text(); !strings.Contains(got, map[text.Lang]string{text.ZH: "（初步）", text.EN: "(preliminary)"}[l]) {
				t.Errorf("%s %s: the period is called %q", name, l, got)
			}
			book := openBook(t, doc)
			for _, s := range doc.Sections[:2] {
				rows, err := book.GetRows(s.Name)
				if err != nil || !slices.ContainsFunc(rows, func(r []string) bool { return len(r) > 0 && r[0] == want }) {
					t.Errorf("%s %s: the sheet %s does not say it (%v)", name, l, s.Name, err)
				}
			}
		}
	}
	if doc := monthlyOf(t, newFake(true), text.EN); doc.Open != "" || openPage(t, doc).Find(".open").Length() != 0 {
		t.Errorf("a month that is over: %q", doc.Open)
	}
}

// TestMonthly_units: a duration of 3,461 s is 57.7 minutes (57.683) in the workbook, and said with its unit on the page;
// its P90 of 12,000 s stays in the column's minutes (200.0) but is 3.3 hours on the page.
func TestMonthly_units(t *testing.T) {
	f := newFake(false)
	f.plant("R2", "2026-10", "", kpi.Answer{Status: kpi.OK, Value: ptr(3461.0), P90: ptr(12000.0), N: 40, Low: ptr(3300.0), High: ptr(3660.0)})
	f.plant("R2.calendar", "2026-10", "", kpi.Answer{Status: kpi.OK, Value: ptr(7200.0), N: 40})
	rows := monthlyOf(t, f, text.ZH).Sections[0].Tables[0].Rows
	for id, want := range map[string][]string{
		"R2":          {"分钟/时长", "57.7/57.7 分钟", "55.0/55.0 分钟", "61.0/1.0 小时", "200.0/3.3 小时"},
		"R2.calendar": {"小时/时长", "2.00/2.0 小时", "—/—", "—/—", "—/—"},
	} {
		i := slices.IndexFunc(rows, func(r Row) bool { return r.Cells[0].Text == id })
		var got []string
		for _, col := range []int{3, 4, 6, 7, 8} {
			c := rows[i].Cells[col]
			got = append(got, c.Text+"/"+c.OnPage())
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got)\n%s", id, diff)
		}
	}
}

// TestWorkbook_chartData: what the charts read is out of sight and out of the print; months are short labels.
func TestWorkbook_chartData(t *testing.T) {
	book := openBook(t, monthlyOf(t, newFake(false), text.ZH))
	if visible, err := book.GetSheetVisible("图表数据"); err != nil || visible {
		t.Errorf("the sheet of chart data is visible: %v, %v", visible, err)
	}
	first, err := book.GetCellValue("图表数据", cellName(t, 1, firstData))
	if err != nil || first != "24-11" { // 24 months up to October 2026 begin in November 2024
		t.Errorf("first label %q, %v; want 24-11", first, err)
	}
}

// TestMonthly_datedTargets: a picture of a trend holds the target of each month, not one for all; a month without one has
// none.
func TestMonthly_datedTargets(t *testing.T) {
	f := newFake(true)
	for month, target := range map[string]*float64{"2026-08": ptr(0.9), "2026-09": ptr(0.9), "2026-10": ptr(0.95)} {
		f.plant("S1", month, "", kpi.Answer{Status: kpi.OK, Value: ptr(0.93), Low: ptr(0.92), High: ptr(0.94), N: 400, Target: target})
	}
	doc := monthlyOf(t, f, text.EN)
	i := slices.IndexFunc(doc.Sections, func(s Section) bool { return s.ID == "charts" })
	fig := doc.Sections[i].Figures[0]
	if fig.ID != "trend-S1" || len(fig.Targets) != trendMonths || fig.Targets[20] != nil {
		t.Fatalf("%s: %d targets, of July %v", fig.ID, len(fig.Targets), fig.Targets[20])
	}
	got := []float64{*fig.Targets[21], *fig.Targets[22], *fig.Targets[23]}
	if diff := cmp.Diff([]float64{0.9, 0.9, 0.95}, got); diff != "" { // August, September, October
		t.Error(diff)
	}
}

// TestSpread: what is said of up to eight measures is one sentence, of more it is one for each family.
func TestSpread(t *testing.T) {
	a := newAsker(newFake(true), kpi.Everything(), options(t, text.EN))
	var list []said
	for i := range 9 {
		list = append(list, said{[]string{"response", "mine"}[i/6], fmt.Sprint("m", i)})
	}
	if diff := cmp.Diff([]string{"Missed: m0; m1; m2; m3; m4; m5; m6; m7."}, a.spread("say.missed", list[:8])); diff != "" {
		t.Error(diff)
	}
	want := []string{"Missed: 9 KPIs, by family below.", "　Response: m0; m1; m2; m3; m4; m5.", "　mine: m6; m7; m8."}
	if diff := cmp.Diff(want, a.spread("say.missed", list)); diff != "" {
		t.Error(diff)
	}
}
