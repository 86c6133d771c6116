package reports

import (
	"context"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/kamlens/kamlens/internal/chart"
)

//go:embed document.html.tmpl
var pageSource string

//go:embed document.css
var pageStyle string

// HTML writes doc as one self-contained page: style and pictures are inside, nothing is fetched, no script runs.
func HTML(ctx context.Context, w io.Writer, doc Document) error {
	doc.Sections = labelled(doc.Sections)
	pictures, err := draw(ctx, doc)
	if err != nil {
		return fmt.Errorf("page: %w", err)
	}
	page, err := template.New("document").Funcs(template.FuncMap{
		"t":       func(key string) string { return doc.Lang.T("reports." + key) },
		"style":   func() template.CSS { return template.CSS(pageStyle) },               //nolint:gosec // our own file
		"picture": func(id string) template.HTML { return template.HTML(pictures[id]) }, //nolint:gosec // drawn by internal/chart, which escapes
		"head":    headLines,
		"parts":   Table.parts,
		"ways":    Table.ways,
		"number":  func(c Cell) bool { return c.Kind == NumberCell },
		"raw":     func(c Cell) string { return strconv.FormatFloat(c.Number, 'g', -1, 64) },
		"long":    func(c Cell) bool { return c.Kind == TextCell && displayWidth(c.Text) > 22 },
		"alone":   func() bool { return len(doc.Sections) == 1 },
		"width":   func(t Table) int { return len(t.Columns) },
	}).Parse(pageSource)
	if err != nil {
		return fmt.Errorf("page: %w", err)
	}
	if err := page.Execute(w, doc); err != nil {
		return fmt.Errorf("page: %w", err)
	}
	return nil
}

// labelled gives every table a name of its own: its section's, and its caption.
func labelled(sections []Section) []Section {
	sections = slices.Clone(sections)
	for i, s := range sections {
		sections[i].Tables = slices.Clone(s.Tables)
		for j, t := range s.Tables {
			label := s.Title
			if t.Caption != "" && t.Caption != s.Title {
				label += " · " + t.Caption
			}
			sections[i].Tables[j].Label = label
		}
	}
	return sections
}

// draw makes the pictures of all figures in one go, so that the ids in them differ.
func draw(ctx context.Context, doc Document) (map[string]string, error) {
	var ids []string
	var charts []chart.Chart
	for _, s := range doc.Sections {
		for _, f := range s.Figures {
			c := f.Chart
			c.ID = "figure-" + strconv.Itoa(len(ids)+1) // a measure may be drawn twice in one document
			ids, charts = append(ids, f.ID), append(charts, c)
		}
	}
	pictures := map[string]string{}
	if len(charts) == 0 {
		return pictures, nil
	}
	drawn, err := chart.RenderSVG(ctx, charts, chart.Size{}, chart.OfPage)
	if err != nil {
		return nil, err
	}
	for i, id := range ids {
		pictures[id] = string(drawn[i])
	}
	return pictures, nil
}

// ways are the headings of a long table that a reader may go to.
func (t Table) ways() []Row {
	const long = 30
	if len(t.Rows) <= long {
		return nil
	}
	var list []Row
	for _, r := range t.Rows {
		if r.Heading && r.ID != "" {
			list = append(list, r)
		}
	}
	return list
}

// headCell is one cell of a table's header.
type headCell struct {
	Text       string
	Cols, Rows int
}

// headLines lays out the header: one line, or two where columns have groups.
func headLines(t Table) [][]headCell {
	grouped := false
	for _, c := range t.Columns {
		grouped = grouped || c.Group != ""
	}
	lines := make([][]headCell, 1, 2)
	for i := 0; i < len(t.Columns); {
		c, j := t.Columns[i], i+1
		switch {
		case c.Group != "":
			for j < len(t.Columns) && t.Columns[j].Group == c.Group {
				j++
			}
			lines[0] = append(lines[0], headCell{Text: c.Group, Cols: j - i, Rows: 1})
		case grouped:
			lines[0] = append(lines[0], headCell{Text: c.Title, Cols: 1, Rows: 2})
		default:
			lines[0] = append(lines[0], headCell{Text: c.Title, Cols: 1, Rows: 1})
		}
		i = j
	}
	if grouped {
		var second []headCell
		for _, c := range t.Columns {
			if c.Group != "" {
				second = append(second, headCell{Text: c.Title, Cols: 1, Rows: 1})
			}
		}
		lines = append(lines, second)
	}
	return lines
}

// StampLine is the stamp on one line.
func (d Document) StampLine() string { return strings.Join(d.Stamp, "  ·  ") }
