package reports

import (
	"fmt"
	"strings"
	"testing"
	"unicode"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/text"
)

func TestHTML_selfContained(t *testing.T) {
	doc := monthlyOf(t, newFake(false), text.ZH)
	raw := renderPage(t, doc)
	page, err := goquery.NewDocumentFromReader(strings.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	if n := page.Find("script, link, img, iframe, object").Length(); n > 0 {
		t.Errorf("%d elements fetch or run something", n)
	}
	for _, bad := range []string{"url(http", "@import", "src=", "ZgotmplZ"} {
		if strings.Contains(raw, bad) {
			t.Errorf("the page holds %q", bad)
		}
	}
	if n := page.Find("figure svg").Length(); n != 8 { // four families: their trend, and by region
		t.Errorf("%d pictures, want 8", n)
	}
	ids := map[string]bool{}
	page.Find("[id]").Each(func(_ int, s *goquery.Selection) {
		id, _ := s.Attr("id")
		if ids[id] {
			t.Errorf("id %q is there twice", id)
		}
		ids[id] = true
	})
	if again := renderPage(t, doc); again != raw {
		t.Error("the same document gave other bytes")
	}
}

// TestDocuments_english: no Chinese in an English document about Latin data, in either file.
func TestDocuments_english(t *testing.T) {
	f := newFake(true)
	plantStatuses(f)
	f.missed = 60
	sheets, err := Manager(t.Context(), f, kpi.Everything(), "", options(t, text.EN))
	if err != nil {
		t.Fatal(err)
	}
	han := func(s string) bool {
		return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) })
	}
	for _, doc := range []Document{monthlyOf(t, f, text.EN), sheets} {
		openPage(t, doc).Find("body *").Each(func(_ int, s *goquery.Selection) {
			if s.Children().Length() == 0 && han(s.Text()) {
				t.Errorf("page: %q", s.Text())
			}
		})
		book := openBook(t, doc)
		for _, name := range book.GetSheetList() {
			rows, err := book.GetRows(name)
			if err != nil {
				t.Fatal(err)
			}
			if text := name + fmt.Sprint(rows); han(text) {
				t.Errorf("workbook: %.200q", text)
			}
		}
		if strings.Contains(outline(doc), "%!") || strings.Contains(outline(doc), "reports.") {
			t.Errorf("a text is missing or wrongly filled:\n%s", outline(doc))
		}
	}
}

func TestWorkbook_printAndPanes(t *testing.T) {
	f := newFake(false)
	f.manyManagers(40)
	book := openBook(t, monthlyOf(t, f, text.ZH))
	dim := func(d kpi.Dim) string { return text.ZH.T("kpi.dim." + string(d)) }
	want := []string{"摘要", "图表", dim(kpi.ByManager), dim(kpi.ByTeam), dim(kpi.ByRegion), dim(kpi.ByTier), "月份趋势", "明细", "分级服务方案", "口径", "数据质量", "图表数据"}
	if diff := cmp.Diff(want, book.GetSheetList()); diff != "" {
		t.Errorf("sheets (-want +got)\n%s", diff)
	}
	titles := map[string]bool{}
	for _, d := range book.GetDefinedName() {
		titles[d.Scope] = titles[d.Scope] || d.Name == "_xlnm.Print_Titles"
	}
	// a header is repeated only where every row of the sheet is below it: not above charts or further tables
	if diff := cmp.Diff(map[string]bool{"摘要": true, dim(kpi.ByManager): true, "明细": true, "分级服务方案": true, "口径": true}, titles); diff != "" {
		t.Errorf("sheets that repeat their header (-want +got)\n%s", diff)
	}
	for _, name := range want[:11] {
		layout, err := book.GetPageLayout(name)
		if err != nil || *layout.Orientation != "landscape" || *layout.Size != 9 {
			t.Errorf("%s: layout %+v, %v; want A4 landscape", name, layout, err)
		}
	}
	panes, err := book.GetPanes("摘要")
	if err != nil || !panes.Freeze || panes.XSplit != 2 || panes.YSplit < 5 {
		t.Errorf("panes of the summary: %+v, %v", panes, err)
	}
}

func TestWorkbook_noFormulas(t *testing.T) {
	f := newFake(false)
	f.missed = 2
	all, err := Manager(t.Context(), f, kpi.Everything(), "", options(t, text.ZH))
	if err != nil {
		t.Fatal(err)
	}
	for _, doc := range []Document{monthlyOf(t, f, text.ZH), all} {
		book := openBook(t, doc)
		for _, name := range book.GetSheetList() {
			rows, err := book.GetRows(name, excelize.Options{RawCellValue: true})
			if err != nil {
				t.Fatal(err)
			}
			for i, r := range rows {
				for j, v := range r {
					at := cellName(t, j+1, i+1)
					kind, err := book.GetCellType(name, at)
					if err != nil {
						t.Fatal(err)
					}
					formula, err := book.GetCellFormula(name, at)
					if err != nil || formula != "" {
						t.Errorf("%s!%s has the formula %q (%v)", name, at, formula, err)
					}
					if kind == excelize.CellTypeSharedString && text.Cell(v) != v && !strings.HasPrefix(v, "'") {
						t.Errorf("%s!%s holds %q", name, at, v)
					}
				}
			}
		}
	}
}
