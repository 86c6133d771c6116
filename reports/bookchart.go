package reports

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// The size of a native chart in pixels, and of a row.
const (
	chartWidth  = 470
	chartHeight = 250
	rowPixels   = 20
)

// charts places native charts below the tables, two in a row. Their numbers are on a sheet of their own, because a
// chart draws a cell with words ("样本不足") as nought, and an empty one as a gap.
func (s *sheet) charts(sec *Section) error {
	second := s.columnAt(chartWidth + 20)
	for i, f := range sec.Figures {
		column := 4*len(s.figures) + 1
		s.figures = append(s.figures, placed{figure: f, column: column})
		col := 1
		if i%2 == 1 {
			col = second
		}
		at, err := excelize.CoordinatesToCellName(col, s.row)
		if err != nil {
			return err
		}
		if err := s.file.AddChart(s.name, at, s.native(f, column)); err != nil {
			return err
		}
		if i%2 == 1 || i == len(sec.Figures)-1 {
			s.row += chartHeight/rowPixels + 2
		}
		if i%4 == 3 && i < len(sec.Figures)-1 { // four fill a page
			if err := s.file.InsertPageBreak(s.name, "A"+strconv.Itoa(s.row)); err != nil {
				return err
			}
		}
	}
	return nil
}

// columnAt returns the first column that begins at least so many pixels from the left.
func (s *sheet) columnAt(pixels float64) int {
	x := 0.0
	for i, w := range s.widths {
		if x >= pixels {
			return i + 1
		}
		x += w*7 + 5
	}
	const standard = 64 // pixels of a column without a width
	return len(s.widths) + 1 + max(0, int((pixels-x+standard-1)/standard))
}

// firstData is the first row of numbers on the chart data sheet.
const firstData = 4

func (b *book) native(f Figure, column int) *excelize.Chart {
	last := firstData + len(f.Labels) - 1
	ref := func(offset, from, to int) string {
		name, _ := excelize.ColumnNumberToName(column + offset) // columns are within the sheet's 16,384
		return fmt.Sprintf("'%s'!$%s$%d:$%s$%d", strings.ReplaceAll(b.dataSheet(), "'", "''"), name, from, name, to)
	}
	one := func(offset, row int) string {
		r := ref(offset, row, row)
		return r[:strings.LastIndex(r, ":")]
	}
	series := []excelize.ChartSeries{{
		Name: one(1, firstData-1), Categories: ref(0, firstData, last), Values: ref(1, firstData, last),
		Line: excelize.LineOptions{Width: 2}, Marker: excelize.ChartMarker{Symbol: "circle", Size: 4, Fill: solid(accent)},
		Fill: solid(accent), // of bars, and of lines
	}}
	small := &excelize.Font{Size: 9, Color: grey}
	kind := excelize.Line
	if f.Bars {
		kind = excelize.Col
	}
	c := &excelize.Chart{
		Type: kind, Dimension: excelize.ChartDimension{Width: chartWidth, Height: chartHeight},
		Title:        excelize.ChartTitle{Paragraph: []excelize.RichTextRun{{Text: f.Title, Font: &excelize.Font{Size: 12, Bold: true, Color: ink}}}},
		Legend:       excelize.ChartLegend{Position: "bottom", Font: small},
		ShowBlanksAs: "gap",
		VaryColors:   new(bool),
		YAxis:        excelize.ChartAxis{MajorGridLines: true, Font: *small, NumFmt: excelize.ChartNumFmt{CustomNumFmt: axisFormat(f.Format)}},
		XAxis:        excelize.ChartAxis{TickLabelPosition: excelize.ChartTickLabelLow, Font: *small},
	}
	if len(f.Labels) > 12 {
		c.XAxis.TickLabelSkip = 3                                 // a label a quarter: all of them would overlap
		c.XAxis.Alignment = excelize.Alignment{TextRotation: -45} // some programs write them all the same
	}
	if f.Bars {
		c.Legend.Position = "none"
		c.YAxis.Minimum = new(float64) // a bar's length is its value only from nought
		c.YAxis.Maximum = ceiling(f)
	}
	if f.aimed() && !f.Bars { // a dash for each period: a line would slope where the target changed
		series = append(series, excelize.ChartSeries{
			Name: one(2, firstData-1), Categories: ref(0, firstData, last), Values: ref(2, firstData, last),
			Line: excelize.LineOptions{Type: excelize.LineNone}, Marker: excelize.ChartMarker{Symbol: "dash", Size: 7, Fill: solid(targetRed)},
		})
	}
	c.Series = series
	return c
}

// aimed reports whether any value has a target.
func (f Figure) aimed() bool {
	return slices.ContainsFunc(f.Targets, func(t *float64) bool { return t != nil })
}

// ceiling keeps the axis of shares near 100 % from going on to 120 %; nil leaves the choice to the program.
func ceiling(f Figure) *float64 {
	highest := 0.0
	for _, v := range f.Values {
		if v != nil {
			highest = max(highest, *v)
		}
	}
	if one := 1.0; strings.HasSuffix(f.Format, "%") && highest > 0.8 && highest <= one {
		return &one
	}
	return nil
}

func solid(colour string) excelize.Fill {
	return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colour}}
}

// axisFormat leaves out what a tick does not need: a percentage without decimals.
func axisFormat(format string) string {
	if strings.HasSuffix(format, "%") {
		return "0%"
	}
	return format
}

// chartData writes the sheet that the charts read.
func (b *book) chartData() error {
	if len(b.figures) == 0 {
		return nil
	}
	s := &sheet{book: b, name: b.dataSheet(), row: 1}
	if _, err := b.file.NewSheet(s.name); err != nil {
		return err
	}
	if err := s.line(b.doc.Lang.T("reports.note.chart_data"), look{tone: Muted}); err != nil {
		return err
	}
	for _, p := range b.figures {
		if err := s.figure(p.figure, p.column); err != nil {
			return err
		}
	}
	return b.file.SetSheetVisible(s.name, false) // nothing to read or to print; whoever wants it can unhide it
}

// figure writes labels, values and target of one figure into its columns.
func (s *sheet) figure(f Figure, column int) error {
	for i, w := range []float64{16, 12, 10, 3} {
		name, err := excelize.ColumnNumberToName(column + i)
		if err != nil {
			return err
		}
		if err := s.file.SetColWidth(s.name, name, name, w); err != nil {
			return err
		}
	}
	head := []string{f.Title, f.Series, s.doc.Lang.T("reports.col.target")}
	if !f.aimed() {
		head = head[:2]
	}
	for i, h := range head {
		if err := s.put(column+i, firstData-1, textCell(h), look{header: true}); err != nil {
			return err
		}
	}
	if err := s.file.SetRowHeight(s.name, firstData-1, 84); err != nil { // titles are wrapped: five lines of 16 characters
		return err
	}
	for i, label := range f.Labels {
		if err := s.put(column, firstData+i, textCell(label), look{border: true}); err != nil {
			return err
		}
		for offset, v := range []*float64{f.Values[i], f.Targets[i]} {
			if v == nil {
				continue
			}
			c := Cell{Kind: NumberCell, Number: *v, Format: f.Format}
			if err := s.put(column+1+offset, firstData+i, c, look{border: true}); err != nil {
				return err
			}
		}
	}
	return nil
}
