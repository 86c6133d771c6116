package reports

import (
	"errors"
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/kamlens/kamlens/internal/text"
)

// Workbook writes doc as an Excel workbook: one sheet a section, numbers as numbers, native charts. Texts that a
// spreadsheet could take for a formula are guarded.
func Workbook(w io.Writer, doc Document) error {
	b, err := newBook(doc)
	if err != nil {
		return fmt.Errorf("workbook: %w", err)
	}
	for i := range doc.Sections {
		if err := b.section(&doc.Sections[i]); err != nil {
			return errors.Join(fmt.Errorf("workbook, sheet %s: %w", doc.Sections[i].ID, err), b.file.Close())
		}
	}
	err = b.chartData()
	if err == nil {
		err = b.file.Write(w)
	}
	if err := errors.Join(err, b.file.Close()); err != nil {
		return fmt.Errorf("workbook: %w", err)
	}
	return nil
}

// book is a workbook being written.
type book struct {
	doc     Document
	file    *excelize.File
	sheets  map[string]string // section id -> sheet name
	styles  map[look]int
	figures []placed // in the order of the chart data
}

// placed is a figure and the column of the chart data sheet that its labels are in.
type placed struct {
	figure Figure
	column int
}

func newBook(doc Document) (*book, error) {
	b := &book{doc: doc, file: excelize.NewFile(), sheets: map[string]string{}, styles: map[look]int{}}
	taken := map[string]bool{strings.ToLower(b.dataSheet()): true}
	for i, s := range doc.Sections {
		name := sheetName(s.Name, taken)
		b.sheets[s.ID] = name
		var err error
		if i == 0 {
			err = b.file.SetSheetName("Sheet1", name)
		} else {
			_, err = b.file.NewSheet(name)
		}
		if err != nil {
			return nil, err
		}
	}
	err := b.file.SetDocProps(&excelize.DocProperties{Title: doc.Title + " " + doc.Subtitle, Creator: "kamlens", Language: string(doc.Lang)})
	return b, errors.Join(err, b.file.SetDefaultFont(fontOf(doc.Lang)))
}

func (b *book) dataSheet() string { return b.doc.Lang.T("reports.sheet.chart_data") }

// fontOf is a font that the office programs of the reader have.
func fontOf(l text.Lang) string {
	if l == text.EN {
		return "Calibri"
	}
	return "Microsoft YaHei"
}

// sheetName makes s fit for a sheet: no forbidden characters, at most 31 UTF-16 units, not taken yet.
func sheetName(s string, taken map[string]bool) string {
	s = strings.Trim(strings.Map(func(r rune) rune {
		if strings.ContainsRune(`[]:*?/\`, r) || r < ' ' || r > 0xFFFF {
			return '_'
		}
		return r
	}, s), "' ")
	if s == "" {
		s = "_"
	}
	name := cut(s, 31)
	for i := 2; taken[strings.ToLower(name)]; i++ {
		suffix := fmt.Sprintf(" %d", i)
		name = cut(s, 31-len(suffix)) + suffix
	}
	taken[strings.ToLower(name)] = true
	return name
}

func cut(s string, runes int) string {
	if r := []rune(s); len(r) > runes {
		return string(r[:runes])
	}
	return s
}

// sheet is one sheet being written, top down.
type sheet struct {
	*book
	name   string
	row    int // the next free row
	widths []float64
}

func (b *book) section(s *Section) error {
	stacked := *s // with short wide tables in parts
	stacked.Tables = nil
	for _, t := range s.Tables {
		if t.sideBySide() {
			stacked.Tables = append(stacked.Tables, t)
		} else {
			stacked.Tables = append(stacked.Tables, t.parts()...)
		}
	}
	s = &stacked
	sh := &sheet{book: b, name: b.sheets[s.ID], row: 1, widths: columnWidths(s)}
	steps := []func(*Section) error{sh.columns, sh.head, sh.tables, sh.charts, sh.tail, sh.page}
	for _, step := range steps {
		if err := step(s); err != nil {
			return err
		}
	}
	return nil
}

// columnWidths gives each column of the sheet the width that its tables need; text is wrapped beyond a column's Max.
func columnWidths(s *Section) []float64 {
	var widths []float64
	for _, t := range s.Tables {
		for i, c := range t.Columns {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = math.Max(widths[i], columnWidth(t, i, c))
		}
	}
	for len(widths) < 6 {
		widths = append(widths, 14)
	}
	return widths
}

func columnWidth(t Table, i int, c Column) float64 {
	lowest, highest := c.Min, c.Max
	if lowest == 0 {
		lowest = 8
	}
	if highest == 0 {
		highest = math.Max(lowest, 22)
	}
	w := lowest
	for word := range strings.FieldsSeq(c.Title) { // a Latin word of the header is not to be broken; Chinese may be
		if len(word) == len([]rune(word)) {
			w = math.Max(w, float64(len(word))*1.15+2)
		}
	}
	highest = math.Max(highest, w)
	digits := 0.0
	for _, r := range t.Rows {
		if r.Heading || r.Note || i >= len(r.Cells) {
			continue
		}
		need := displayWidth(r.Cells[i].Text) + 3
		if r.Strong {
			need *= 1.15
		}
		if r.Cells[i].Kind == NumberCell {
			digits = math.Max(digits, need) // a number that does not fit reads ####: it has no Max
		} else {
			w = math.Max(w, need)
		}
	}
	return math.Max(math.Min(w, highest), digits)
}

// displayWidth counts Latin letters as one and Chinese characters as two.
func displayWidth(s string) float64 {
	w := 0.0
	for _, r := range s {
		if r >= 0x1100 {
			w++
		}
		w++
	}
	return w
}

func (s *sheet) columns(*Section) error {
	for i, w := range s.widths {
		name, err := excelize.ColumnNumberToName(i + 1)
		if err != nil {
			return err
		}
		if err := s.file.SetColWidth(s.name, name, name, w); err != nil {
			return err
		}
	}
	return nil
}

// headLine is one line above the tables.
type headLine struct {
	text string
	look look
}

// head writes title, stamp, notices and sentences. Where the first columns are repeated on further pages, lines must
// not run beyond them: the stamp then takes a line for each item.
func (s *sheet) head(sec *Section) error {
	stamp, title := []string{s.doc.StampLine()}, look{size: 16, bold: true}
	if len(sec.Tables) > 0 && sec.Tables[0].sideBySide() {
		stamp, title.size = s.doc.Stamp, 13
	}
	lines := []headLine{
		{s.doc.Title + " · " + s.doc.Subtitle, look{size: 10, tone: Muted}}, {sec.Title, title},
		{s.doc.Demo, look{bold: true, tone: Bad}},
	}
	for _, item := range stamp {
		lines = append(lines, headLine{item, look{size: 9, tone: Muted}})
	}
	lines = append(lines, headLine{s.doc.Warning, look{tone: Warn}}, headLine{s.doc.Presumed, look{tone: Warn}})
	for _, l := range lines {
		if l.text == "" {
			continue
		}
		if err := s.line(l.text, l.look); err != nil {
			return err
		}
	}
	if s.doc.Open != "" && len(stamp) == 1 { // elsewhere the subtitle says it: the sentence is too long
		if err := s.paragraph(s.doc.Open, look{wrap: true, bold: true, tone: Warn}); err != nil {
			return err
		}
	}
	for _, sentence := range sec.Intro {
		if err := s.paragraph(sentence, look{wrap: true}); err != nil {
			return err
		}
	}
	s.row++
	return nil
}

// line writes a text that may run over the empty cells at its right.
func (s *sheet) line(text string, l look) error {
	err := s.put(1, s.row, textCell(text), l)
	if l.size > 11 {
		err = errors.Join(err, s.file.SetRowHeight(s.name, s.row, l.size*1.7))
	}
	s.row++
	return err
}

// paragraph writes a text over the whole width, wrapped; a spreadsheet does not fit the height of merged cells, so it
// is reckoned.
func (s *sheet) paragraph(text string, l look) error {
	total := 0.0
	for _, w := range s.widths {
		total += w
	}
	lines := math.Ceil(displayWidth(text) * 1.05 / math.Max(total, 20))
	if err := s.merge(1, s.row, len(s.widths), s.row); err != nil {
		return err
	}
	if err := s.file.SetRowHeight(s.name, s.row, 17*math.Max(1, lines)); err != nil {
		return err
	}
	return s.line(text, l)
}

func (s *sheet) merge(col1, row1, col2, row2 int) error {
	from, err := excelize.CoordinatesToCellName(col1, row1)
	if err != nil {
		return err
	}
	to, err := excelize.CoordinatesToCellName(col2, row2)
	if err != nil || from == to {
		return err
	}
	return s.file.MergeCell(s.name, from, to)
}

// put writes one cell.
func (s *sheet) put(col, row int, c Cell, l look) error {
	at, err := excelize.CoordinatesToCellName(col, row)
	if err != nil {
		return err
	}
	if c.Kind == NumberCell {
		l.format = c.Format
		err = s.file.SetCellFloat(s.name, at, c.Number, -1, 64)
	} else if c.Text != "" {
		err = s.file.SetCellStr(s.name, at, text.Cell(c.Text))
	}
	if err != nil {
		return err
	}
	if to, ok := s.sheets[c.Link]; ok && c.Link != "" {
		if err := s.file.SetCellHyperLink(s.name, at, "'"+strings.ReplaceAll(to, "'", "''")+"'!A1", "Location"); err != nil {
			return err
		}
		l.link = true
	}
	style, err := s.style(l)
	if err != nil {
		return err
	}
	return s.file.SetCellStyle(s.name, at, at, style)
}

// tail writes notes and signature lines.
func (s *sheet) tail(sec *Section) error {
	for _, n := range sec.Notes {
		if err := s.paragraph(n, look{wrap: true, size: 9, tone: Muted}); err != nil {
			return err
		}
	}
	for _, who := range sec.Signatures {
		s.row++
		if err := s.file.SetRowHeight(s.name, s.row, 26); err != nil {
			return err
		}
		for col, c := range []Cell{textCell(who), {}, {}, textCell(s.doc.Lang.T("reports.sign.date")), {}, {}} {
			if err := s.put(col+1, s.row, c, look{under: c.Text == ""}); err != nil {
				return err
			}
		}
		s.row++
	}
	return nil
}
