package evidence

import (
	"fmt"

	"github.com/xuri/excelize/v2"

	"github.com/kamlens/kamlens/internal/text"
)

// paper is the workbook being written. The first error stands and ends everything after it.
type paper struct {
	file   *excelize.File
	lang   text.Lang
	styles map[look]int
	err    error
}

// look is how a cell looks; equal looks share a style.
type look struct {
	size   float64
	bold   bool
	format string
	align  string
	box    bool // with lines around it
	head   bool // of a table
	under  bool // a line to sign on
	wrap   bool
	input  bool // a number that nothing beside it computes: from the company, or a rule
}

// Colours of the paper: black on white, grey for heads, pale yellow for what is given and not computed.
const (
	ink   = "1F2933"
	lines = "8A939C"
	grey  = "ECEFF2"
	given = "FFF8E1"
)

func newPaper(l text.Lang, first string) *paper {
	p := &paper{file: excelize.NewFile(), lang: l, styles: map[look]int{}}
	p.check(p.file.SetSheetName("Sheet1", first))
	p.check(p.file.SetDefaultFont(font(l)))
	full := true
	p.check(p.file.SetCalcProps(&excelize.CalcPropsOptions{FullCalcOnLoad: &full}))
	return p
}

func (p *paper) check(err error) {
	if p.err == nil {
		p.err = err
	}
}

// font is that of official Chinese papers, for English one that every office program has.
func font(l text.Lang) string {
	if l == text.EN {
		return "Calibri"
	}
	return "宋体"
}

// t is a sentence of the workbook.
func (p *paper) t(key string, args ...any) string { return p.lang.T("evidence."+key, args...) }

// at names a cell.
func at(col string, row int) string { return fmt.Sprintf("%s%d", col, row) }

// on names a cell of another sheet, in a formula.
func on(sheet, cell string) string { return "'" + sheet + "'!" + cell }

// words writes text; what a spreadsheet could take for a formula is guarded.
func (p *paper) words(sheet, cell, s string, l look) {
	if s != "" {
		p.check(p.file.SetCellStr(sheet, cell, text.Cell(s)))
	}
	if l.box && l.align == "" {
		l.align = "left"
	}
	p.style(sheet, cell, cell, l)
}

// number writes a given number; nil leaves the cell empty: it is not 0.
func (p *paper) number(sheet, cell string, v *float64, l look) {
	if v != nil {
		p.check(p.file.SetCellFloat(sheet, cell, *v, -1, 64))
	}
	p.style(sheet, cell, cell, l)
}

// whole writes a given whole number.
func (p *paper) whole(sheet, cell string, v *int64, l look) {
	if v != nil {
		p.check(p.file.SetCellInt(sheet, cell, *v))
	}
	p.style(sheet, cell, cell, l)
}

// formula writes a live formula, without the sign of equality.
func (p *paper) formula(sheet, cell, f string, l look) {
	p.check(p.file.SetCellFormula(sheet, cell, f))
	p.style(sheet, cell, cell, l)
}

// style gives cells a look.
func (p *paper) style(sheet, from, to string, l look) {
	id, ok := p.styles[l]
	if !ok {
		st := &excelize.Style{
			Font:      &excelize.Font{Family: font(p.lang), Size: 10, Bold: l.bold || l.head, Color: ink},
			Alignment: &excelize.Alignment{Vertical: "center", Horizontal: l.align, WrapText: l.wrap || l.head},
		}
		if l.size > 0 {
			st.Font.Size = l.size
		}
		if l.box && l.align == "left" {
			st.Alignment.Indent = 1 // words keep off the number at their left
		}
		if l.head {
			st.Alignment.Horizontal = "center"
			st.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{grey}}
		}
		if l.input {
			st.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{given}}
		}
		if l.box || l.head {
			for _, side := range []string{"left", "right", "top", "bottom"} {
				st.Border = append(st.Border, excelize.Border{Type: side, Color: lines, Style: 1})
			}
		}
		if l.under {
			st.Border = []excelize.Border{{Type: "bottom", Color: ink, Style: 1}}
		}
		if l.format != "" {
			st.CustomNumFmt = &l.format
		}
		var err error
		id, err = p.file.NewStyle(st)
		p.check(err)
		p.styles[l] = id
	}
	p.check(p.file.SetCellStyle(sheet, from, to, id))
}

// merged writes text over several cells of one row.
func (p *paper) merged(sheet, from, to, s string, l look) {
	p.check(p.file.MergeCell(sheet, from, to))
	if l.box && l.align == "" {
		l.align = "left"
	}
	p.words(sheet, from, s, l)
	p.style(sheet, from, to, l)
}

// heads writes the head of a table into one row.
func (p *paper) heads(sheet string, row int, columns []string, keys []string) {
	for i, key := range keys {
		p.words(sheet, at(columns[i], row), p.t("head."+key), look{head: true})
	}
}

// widths sets the widths of the columns from A on.
func (p *paper) widths(sheet string, list ...float64) {
	for i, w := range list {
		name, err := excelize.ColumnNumberToName(i + 1)
		p.check(err)
		p.check(p.file.SetColWidth(sheet, name, name, w))
	}
}

// page prints a sheet on A4, as wide as the page, its last column being that.
func (p *paper) page(sheet, orientation, last string, lastRow, tall int) {
	size, wide, fit, centre := 9, 1, true, true
	p.check(p.file.SetSheetProps(sheet, &excelize.SheetPropsOptions{FitToPage: &fit}))
	p.check(p.file.SetPageLayout(sheet, &excelize.PageLayoutOptions{Size: &size, Orientation: &orientation, FitToWidth: &wide, FitToHeight: &tall}))
	margin := 0.5
	p.check(p.file.SetPageMargins(sheet, &excelize.PageLayoutMarginsOptions{Left: &margin, Right: &margin, Top: &margin, Bottom: &margin, Horizontally: &centre}))
	p.check(p.file.SetHeaderFooter(sheet, &excelize.HeaderFooterOptions{OddFooter: "&C&P / &N"}))
	p.check(p.file.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Area", Scope: sheet, RefersTo: fmt.Sprintf("'%s'!$A$1:$%s$%d", sheet, last, lastRow)}))
}
