package reports

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"
)

// look is how a cell looks; equal looks share one style of the workbook.
type look struct {
	size    float64
	bold    bool
	tone    Tone
	format  string
	wrap    bool
	header  bool
	heading bool
	border  bool
	under   bool // a line to sign on
	link    bool
	align   string
}

// Colours: two greys and one accent; green, amber and red only judge.
const (
	ink       = "1F2933"
	grey      = "6B7480"
	paleGrey  = "F1F3F5"
	lineGrey  = "C9CFD6"
	accent    = "1F5FA8"
	paleBlue  = "E8EFF7"
	targetRed = "B45309"
	green     = "1B7A3D"
	red       = "B3261E"
	amber     = "8A5A00"
	paleGreen = "E6F4EA"
	paleRed   = "FCE8E6"
	paleAmber = "FFF4DB"
)

func (b *book) style(l look) (int, error) {
	if id, ok := b.styles[l]; ok {
		return id, nil
	}
	st := &excelize.Style{
		Font:      &excelize.Font{Family: fontOf(b.doc.Lang), Size: 10, Bold: l.bold || l.header || l.heading, Color: ink},
		Alignment: &excelize.Alignment{Vertical: "center", WrapText: l.wrap || l.header, Horizontal: l.align},
	}
	if l.border && l.align == "left" {
		st.Alignment.Indent = 1 // words keep off the number at their left
	}
	if l.size > 0 {
		st.Font.Size = l.size
	}
	if l.link {
		st.Font.Color, st.Font.Underline = accent, "single"
	}
	fill := map[Tone][2]string{Good: {green, paleGreen}, Bad: {red, paleRed}, Warn: {amber, paleAmber}, Muted: {grey, ""}}[l.tone]
	if fill[0] != "" {
		st.Font.Color = fill[0]
	}
	pale := fill[1]
	switch {
	case l.header:
		pale, st.Alignment.Horizontal = paleBlue, "center"
	case l.heading:
		pale = paleGrey
	case !l.border:
		pale = ""
	}
	if pale != "" {
		st.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{pale}}
	}
	if l.border || l.header || l.heading {
		for _, side := range []string{"left", "right", "top", "bottom"} {
			st.Border = append(st.Border, excelize.Border{Type: side, Color: lineGrey, Style: 1})
		}
	}
	if l.under {
		st.Border = []excelize.Border{{Type: "bottom", Color: ink, Style: 1}}
	}
	if l.format != "" {
		st.CustomNumFmt = &l.format
	}
	id, err := b.file.NewStyle(st)
	b.styles[l] = id
	return id, err
}

// tables writes the tables one below the other; the header of an only table stays in view.
func (s *sheet) tables(sec *Section) error {
	for i, t := range sec.Tables {
		if t.Caption != "" || t.Cut != "" {
			if err := s.line(strings.TrimSpace(t.Caption+"　"+t.Cut), look{bold: true, size: 12}); err != nil {
				return err
			}
		}
		if t.Part != "" {
			if err := s.line(t.Part, look{bold: true, size: 11, tone: Muted}); err != nil {
				return err
			}
		}
		top := s.row
		if err := s.tableHead(t); err != nil {
			return err
		}
		only := len(sec.Tables) == 1
		if i == 0 && only { // the header in view must be that of the rows below it
			if err := s.hold(t, top, s.row-1); err != nil {
				return err
			}
		}
		head := s.row - 1
		if err := s.tableRows(t, only); err != nil {
			return err
		}
		if t.Filter && len(t.Rows) > 0 {
			if err := s.filter(t, head); err != nil {
				return err
			}
		}
		s.row++
	}
	return nil
}

// tableRows writes the rows of a table. One that goes on over pages without its header on top has it again before a
// family: with other tables below, the header cannot be repeated by the program.
func (s *sheet) tableRows(t Table, only bool) error {
	const page = 30
	top := s.row
	for _, r := range t.Rows {
		if r.Heading && r.ID != "" && !only && s.row-top >= page {
			if err := s.tableHead(t); err != nil {
				return err
			}
			top = s.row
		}
		if err := s.tableRow(t, r); err != nil {
			return err
		}
	}
	return nil
}

func (s *sheet) filter(t Table, head int) error {
	from, err := excelize.CoordinatesToCellName(1, head)
	if err != nil {
		return err
	}
	to, err := excelize.CoordinatesToCellName(len(t.Columns), s.row-1)
	if err != nil {
		return err
	}
	return s.file.AutoFilter(s.name, from+":"+to, nil)
}

// tableHead writes one header line, or two where columns have groups.
func (s *sheet) tableHead(t Table) error {
	grouped := false
	for _, c := range t.Columns {
		grouped = grouped || c.Group != ""
	}
	top, bottom := s.row, s.row
	if grouped {
		bottom++
	}
	for i, c := range t.Columns {
		if c.Group != "" {
			if err := s.put(i+1, top, textCell(c.Group), look{header: true}); err != nil {
				return err
			}
		} else if err := s.put(i+1, top, textCell(c.Title), look{header: true}); err != nil {
			return err
		}
		if grouped {
			if err := s.put(i+1, bottom, textCell(c.Title), look{header: true}); err != nil {
				return err
			}
		}
	}
	if grouped {
		if err := s.mergeHead(t, top, bottom); err != nil {
			return err
		}
	}
	s.row = bottom + 1
	return s.headHeights(t, top, bottom)
}

// mergeHead joins the cells of a group, and both lines of a column without one.
func (s *sheet) mergeHead(t Table, top, bottom int) error {
	for i := 0; i < len(t.Columns); {
		j := i + 1
		if g := t.Columns[i].Group; g != "" {
			for j < len(t.Columns) && t.Columns[j].Group == g {
				j++
			}
			if err := s.merge(i+1, top, j, top); err != nil {
				return err
			}
		} else if err := s.merge(i+1, top, i+1, bottom); err != nil {
			return err
		}
		i = j
	}
	return nil
}

// headHeights makes the header lines as high as their wrapped texts.
func (s *sheet) headHeights(t Table, top, bottom int) error {
	var first, both float64 = 1, 1
	for i := 0; i < len(t.Columns); {
		g, w, j := t.Columns[i].Group, s.widths[i], i+1
		for g != "" && j < len(t.Columns) && t.Columns[j].Group == g {
			w += s.widths[j]
			j++
		}
		if g != "" {
			first = math.Max(first, math.Ceil(displayWidth(g)/(w-1)))
		} else {
			both = math.Max(both, math.Ceil(displayWidth(t.Columns[i].Title)/(w-1)))
		}
		i = j
	}
	const line = 16
	if top == bottom {
		return s.file.SetRowHeight(s.name, top, line*both+4)
	}
	if err := s.file.SetRowHeight(s.name, top, line*math.Max(first, both-1)+4); err != nil {
		return err
	}
	return s.file.SetRowHeight(s.name, bottom, line+4)
}

func (s *sheet) tableRow(t Table, r Row) error {
	if r.Note {
		return s.noteRow(t, r)
	}
	if r.Heading {
		for i := range t.Columns {
			c := Cell{}
			if i == 0 && len(r.Cells) > 0 {
				c = r.Cells[0]
			}
			if err := s.put(i+1, s.row, c, look{heading: true}); err != nil {
				return err
			}
		}
		s.row++
		return nil
	}
	lines := 1.0
	for i, c := range r.Cells {
		l := look{border: true, tone: c.Tone, bold: r.Strong}
		if c.Kind == NumberCell {
			l.align = "right"
		} else {
			l.align = "left"
			if c.Centre {
				l.align = "center"
			}
			l.wrap = displayWidth(c.Text)+1 > s.widths[i]
			if l.wrap {
				lines = math.Max(lines, math.Ceil(displayWidth(c.Text)*1.08/(s.widths[i]-2)))
			}
		}
		if err := s.put(i+1, s.row, c, l); err != nil {
			return err
		}
	}
	s.row++
	return s.file.SetRowHeight(s.name, s.row-1, math.Min(400, 15*lines+2)) // 409 points is the most there is
}

// noteRow writes a line over the whole width of a table, wrapped.
func (s *sheet) noteRow(t Table, r Row) error {
	total := 0.0
	for _, w := range s.widths[:len(t.Columns)] {
		total += w
	}
	for i := range t.Columns {
		c := Cell{}
		if i == 0 {
			c = r.Cells[0]
		}
		if err := s.put(i+1, s.row, c, look{border: true, tone: Muted, wrap: true, align: "left"}); err != nil {
			return err
		}
	}
	if err := s.merge(1, s.row, len(t.Columns), s.row); err != nil {
		return err
	}
	lines := math.Ceil(displayWidth(r.Cells[0].Text) * 1.08 / (total - 2))
	s.row++
	return s.file.SetRowHeight(s.name, s.row-1, math.Min(400, 15*lines+2))
}

// hold keeps the header in view and repeats it on every printed page.
func (s *sheet) hold(t Table, top, bottom int) error {
	at, err := excelize.CoordinatesToCellName(t.Hold+1, bottom+1)
	if err != nil {
		return err
	}
	pane := "bottomLeft"
	if t.Hold > 0 {
		pane = "bottomRight"
	}
	err = s.file.SetPanes(s.name, &excelize.Panes{Freeze: true, XSplit: t.Hold, YSplit: bottom, TopLeftCell: at, ActivePane: pane})
	if err != nil {
		return err
	}
	quoted := "'" + strings.ReplaceAll(s.name, "'", "''") + "'"
	titles := fmt.Sprintf("%s!$%d:$%d", quoted, top, bottom)
	if len(t.Breaks) > 0 {
		last, err := excelize.ColumnNumberToName(t.Hold)
		if err != nil {
			return err
		}
		titles = fmt.Sprintf("%s!$A:$%s,%s", quoted, last, titles)
	}
	return s.file.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: titles, Scope: s.name})
}

// printable is the width of A4 landscape between our margins, in pixels of the screen.
const printable = 1030

// page sets up A4 landscape: as wide as one page, or a page for each part of a table with breaks.
func (s *sheet) page(sec *Section) error {
	paper, orientation := 9, "landscape"
	layout := &excelize.PageLayoutOptions{Size: &paper, Orientation: &orientation}
	if len(sec.Tables) > 0 && sec.Tables[0].sideBySide() {
		if err := s.breaks(sec, layout); err != nil {
			return err
		}
	} else {
		wide, high, fit := 1, 0, true
		if err := s.file.SetSheetProps(s.name, &excelize.SheetPropsOptions{FitToPage: &fit}); err != nil {
			return err
		}
		layout.FitToWidth, layout.FitToHeight = &wide, &high
	}
	if err := s.file.SetPageLayout(s.name, layout); err != nil {
		return err
	}
	side, edge := 0.4, 0.5
	if err := s.file.SetPageMargins(s.name, &excelize.PageLayoutMarginsOptions{Left: &side, Right: &side, Top: &edge, Bottom: &edge}); err != nil {
		return err
	}
	grid := false
	if err := s.file.SetSheetView(s.name, 0, &excelize.ViewOptions{ShowGridLines: &grid}); err != nil {
		return err
	}
	foot := strings.ReplaceAll(s.doc.Title+" "+s.doc.Subtitle, "&", "&&")
	return s.file.SetHeaderFooter(s.name, &excelize.HeaderFooterOptions{OddFooter: "&L&8" + cut(foot, 80) + "&C&8&A&R&8&P / &N"})
}

// breaks puts page breaks at the columns where a wide table goes on anew, and chooses the scale at which every part
// fits a page.
func (s *sheet) breaks(sec *Section, layout *excelize.PageLayoutOptions) error {
	t := sec.Tables[0]
	const letter = 9.6 // pixels of a character in the widest of the fonts that may stand in for ours
	held, widest := 0.0, 0.0
	for _, w := range s.widths[:t.Hold] {
		held += w * letter
	}
	from := t.Hold
	for _, to := range append(slices.Clone(t.Breaks), len(t.Columns)) {
		part := held
		for _, w := range s.widths[from:to] {
			part += w * letter
		}
		widest, from = math.Max(widest, part), to
	}
	scale := uint(math.Min(100, math.Floor(100*printable/widest)))
	layout.AdjustTo = &scale
	for _, col := range t.Breaks {
		at, err := excelize.CoordinatesToCellName(col+1, 1)
		if err != nil {
			return err
		}
		if err := s.file.InsertPageBreak(s.name, at); err != nil {
			return err
		}
	}
	return nil
}
