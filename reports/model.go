// Package reports makes documents from answers of the door: the monthly report, the sheet of each account manager, and
// the job ledger's due documents.
//
// Words. A document is a typed model ([Document]): sections with sentences, tables of typed cells, figures and
// signature lines. It is built once and written by two writers, a workbook and a self-contained HTML page, so that
// both say the same. A job is a document that falls due on a schedule, once for each period.
//
// It promises: every number comes from an answer of the door and is a number in the workbook; a document is written
// whole or not at all; a job's period is written exactly once, however many processes try. It must not know any single
// KPI, SQL, or where the data lies.
package reports

import (
	"slices"
	"strconv"

	"github.com/kamlens/kamlens/internal/chart"
	"github.com/kamlens/kamlens/internal/text"
)

// Document is what both writers write.
type Document struct {
	Lang     text.Lang
	Title    string
	Subtitle string // the period and, on a manager's sheet, the person
	Demo     string // says that the data is made up; "" when it is not
	Stamp    []string
	Open     string // that the period is not over, as of when and what is not mature; "" when it is over
	Presumed string // which owners or tiers of the period are presumed; "" when all are known
	Warning  string // a check that found rows; "" when all passed
	Sections []Section
}

// Section is one sheet of the workbook and one chapter of the page.
type Section struct {
	ID         string // stable, latin
	Name       string // of the sheet and in the table of contents
	Title      string
	Intro      []string
	Tables     []Table
	Figures    []Figure
	Notes      []string
	Signatures []string // who signs; each gets an empty line
	Page       bool     // stands alone: on a new page of paper, with the stamp
}

// Table is a grid of cells. A section's first table is the one whose header stays in view.
type Table struct {
	ID      string // stable within the document
	Caption string
	Label   string // what a screen reader calls it on the page; every table of a document has its own
	Columns []Column
	Rows    []Row
	Folded  bool     // the page shows it on demand
	Cut     string   // "showing 50 of 128"; "" when every row is there
	Filter  bool     // the workbook offers a filter on its header
	Hold    int      // how many columns stay in view
	Breaks  []int    // columns where a too wide table goes on anew: on paper, and on the page; Hold columns are repeated
	Names   []string // of the parts between breaks, the first one's too
	Part    string   // the name of this part, of a table that was split
}

// Column is one column of a table. Columns with the same Group stand under one heading.
type Column struct {
	Group string
	Title string
	Min   float64 // narrowest width in characters; 0 takes the default
	Max   float64 // text that is wider is wrapped; 0 takes the default
}

// Row is one line of a table.
type Row struct {
	ID      string // of a heading that the page has a way to; stable within the document
	Heading bool   // a line that names the rows below it; it has one cell
	Note    bool   // a line about what has no row; it has one cell over the whole width
	Strong  bool   // a total
	Cells   []Cell
}

// CellKind says what a cell holds.
type CellKind int

// The kinds of cells.
const (
	TextCell CellKind = iota
	NumberCell
)

// Tone is what colour tells, never alone: the text says it too.
type Tone string

// The tones.
const (
	Plain Tone = ""
	Good  Tone = "good"
	Bad   Tone = "bad"
	Muted Tone = "muted" // hidden, immature or beside the point
	Warn  Tone = "warn"
)

// Cell is one cell: text, or a number with how it is written.
type Cell struct {
	Kind   CellKind
	Text   string  // as people read it, also for numbers
	Page   string  // what the page shows instead of Text, "" for the same
	Number float64 // of a NumberCell: the value of the spreadsheet cell
	Format string  // of a NumberCell: its number format
	Tone   Tone
	Centre bool
	Link   string // id of the section it leads to
}

// Figure is one picture: the page draws Chart, the workbook makes a native chart of Labels and Values.
type Figure struct {
	ID      string // stable within the document
	Title   string
	Bars    bool // bars by member instead of a line over time
	Chart   chart.Chart
	Series  string // what the values are called
	Labels  []string
	Values  []*float64 // in the unit of Format; nil is a gap
	Targets []*float64 // of each label, in the same unit; nil where there is none
	Format  string
}

// OnPage is how the page shows the cell.
func (c Cell) OnPage() string {
	if c.Page != "" {
		return c.Page
	}
	return c.Text
}

// textCell is a cell with words.
func textCell(s string) Cell { return Cell{Text: s} }

// mutedCell is a cell with words that stand in for a number.
func mutedCell(s string) Cell { return Cell{Text: s, Tone: Muted, Centre: true} }

// noCell stands where there is no number: NULL is never 0.
func noCell() Cell { return Cell{Text: "—", Tone: Muted, Centre: true} }

// words makes text cells.
func words(texts ...string) []Cell {
	cells := make([]Cell, len(texts))
	for i, s := range texts {
		cells[i] = textCell(s)
	}
	return cells
}

// parts splits a table at its breaks; each part begins with the columns that stay in view.
func (t Table) parts() []Table {
	if len(t.Breaks) == 0 {
		return []Table{t}
	}
	from := append([]int{t.Hold}, t.Breaks...)
	list := make([]Table, len(from))
	for i, start := range from {
		end := len(t.Columns)
		if i+1 < len(from) {
			end = from[i+1]
		}
		p := t
		p.Breaks, p.Names, p.Columns, p.Rows = nil, nil, slices.Concat(t.Columns[:t.Hold], t.Columns[start:end]), make([]Row, len(t.Rows))
		for j, r := range t.Rows {
			p.Rows[j] = r
			if !r.Heading && !r.Note {
				p.Rows[j].Cells = slices.Concat(r.Cells[:t.Hold], r.Cells[start:end])
			}
		}
		if i < len(t.Names) {
			p.Part = t.Names[i]
		}
		if i > 0 {
			p.ID, p.Caption, p.Cut = t.ID+"-"+strconv.Itoa(i+1), "", ""
			p.Label += " " + strconv.Itoa(i+1)
		}
		list[i] = p
	}
	return list
}

// sideBySide reports whether the parts of a table stand beside each other on a sheet: a long one is easier to use
// that way, a short one is easier to read with its parts one below the other.
func (t Table) sideBySide() bool {
	const long = 30
	return len(t.Breaks) > 0 && len(t.Rows) > long
}
