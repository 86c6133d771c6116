package reports

import (
	"fmt"
	"math"
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

// tables writes the tables one below the other; the header of the first stays in view and is repeated on paper.
func (s *sheet) tables(sec *Section) error {
	for i, t := range sec.Tables {
		if t.Caption != "" || t.Cut != "" {
			if err := s.line(strings.TrimSpace(t.Caption+"　"+t.Cut), look{bold: true, size: 12}); err != nil {
				return err
			}
		}
		top := s.row
		if err := s.tableHead(t); err != nil {
			return err
		}
		if i == 0 {
			if err := s.hold(t, top, s.row-1); err != nil {
				return err
			}
		}
		head := s.row - 1
		for _, r := range t.Rows {
			if err := s.tableRow(t, r); err != nil {
				return err
			}
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
	for i, c := range r.Cells {
		l := look{border: true, tone: c.Tone, bold: r.Strong}
		switch {
		case c.Kind == NumberCell:
			l.align = "right"
		case c.Centre:
			l.align = "center"
		default:
			l.wrap = displayWidth(c.Text)+1 > s.widths[i]
		}
		if err := s.put(i+1, s.row, c, l); err != nil {
			return err
		}
	}
	s.row++
	return nil
}

// hold keeps the header in view and repeats it on every printed page.
func (s *sheet) hold(t Table, top, bottom int) error {
	err := s.file.SetDefinedName(&excelize.DefinedName{
		Name: "_xlnm.Print_Titles", RefersTo: fmt.Sprintf("'%s'!$%d:$%d", strings.ReplaceAll(s.name, "'", "''"), top, bottom), Scope: s.name,
	})
	if err != nil {
		return err
	}
	at, err := excelize.CoordinatesToCellName(t.Hold+1, bottom+1)
	if err != nil {
		return err
	}
	return s.file.SetPanes(s.name, &excelize.Panes{
		Freeze: true, XSplit: t.Hold, YSplit: bottom, TopLeftCell: at, ActivePane: map[bool]string{true: "bottomRight", false: "bottomLeft"}[t.Hold > 0],
	})
}

// page sets up A4 landscape, as wide as one page.
func (s *sheet) page(*Section) error {
	paper, wide, high, orientation, fit := 9, 1, 0, "landscape", true
	if err := s.file.SetSheetProps(s.name, &excelize.SheetPropsOptions{FitToPage: &fit}); err != nil {
		return err
	}
	err := s.file.SetPageLayout(s.name, &excelize.PageLayoutOptions{
		Size: &paper, Orientation: &orientation, FitToWidth: &wide, FitToHeight: &high,
	})
	if err != nil {
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
