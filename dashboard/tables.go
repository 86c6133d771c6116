package dashboard

import (
	"bytes"
	"encoding/csv"
	"net/url"

	"github.com/gin-gonic/gin"

	"github.com/kamlens/kamlens/internal/chart"
	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/text"
)

// tablesPage lists the plain tables.
type tablesPage struct {
	base
	Tables []tableLink
}

type tableLink struct{ URL, Title, Note, Name string }

// tablePage shows one plain table.
type tablePage struct {
	base
	Period, Note, Lacks, Showing, CSV string
	Head                              []tableHead
	Rows                              [][]tableCell
}

type tableHead struct {
	Title  string
	Number bool
}

// tableCell is one cell; a series is drawn.
type tableCell struct {
	Text   string
	Number bool
	Data   bool // a word of the data, in whatever language
	Spark  *spark
}

// maxTableRows is how many lines of a table the page shows; the file has all of them.
const maxTableRows = 500

// tables lists what there is.
func (s *Server) tables(a *ask) (view, error) {
	p := tablesPage{base: a.base(a.l.T("dashboard.nav.tables"))}
	for _, t := range a.lease.Tables() {
		p.Tables = append(p.Tables, tableLink{a.filter.url("/tables/" + url.PathEscape(t.Name)), t.Title(a.l), t.Note(a.l), t.Name})
	}
	return view{"tables", p}, nil
}

// tableRows asks for the table of the address.
func (a *ask) tableRows() (kpi.TableRows, error) {
	return a.lease.Table(a.ctx, a.scope, kpi.TableQuestion{Table: a.param("name"), Period: a.filter.Period, Filter: a.filter.Values})
}

// table shows one table.
func (s *Server) table(a *ask) (view, error) {
	t, err := a.tableRows()
	if err != nil {
		return view{}, err
	}
	path := "/tables/" + url.PathEscape(t.Name)
	b, err := a.withFilter(a.base(t.Title(a.l)), path)
	if err != nil {
		return view{}, err
	}
	b.Trail = []navItem{{URL: a.filter.url("/tables"), Label: a.l.T("dashboard.nav.tables")}}
	p := tablePage{
		base: b, Period: chart.PeriodName(a.l, a.filter.Period.String()), Note: t.Note(a.l), CSV: a.filter.url(path + "/rows.csv"),
	}
	if t.Status != kpi.OK {
		p.Lacks = kpi.LackWords(a.l, t.Status, t.Lacks)
	}
	shown := t.Rows[:min(len(t.Rows), maxTableRows)]
	p.Showing = a.l.T("dashboard.tables.showing", kpi.FormatCount(int64(len(shown))), kpi.FormatCount(int64(len(t.Rows))))
	for _, c := range t.Columns {
		p.Head = append(p.Head, tableHead{kpi.Head(a.l, c), !c.IsWord()})
	}
	for _, row := range shown {
		p.Rows = append(p.Rows, a.tableCells(t, row))
	}
	return view{"table", p}, nil
}

// tableCells words one row.
func (a *ask) tableCells(t kpi.TableRows, row []kpi.TableCell) []tableCell {
	var cells []tableCell
	for i, c := range t.Columns {
		x := tableCell{Text: kpi.Cell(a.l, c, row[i]), Number: !c.IsWord(), Data: c.IsWord()}
		if c.Unit == "series" {
			var low, high float64
			if x.Spark, low, high = sparkLine(kpi.Series(row[i])); x.Spark != nil {
				x.Spark.Label = a.l.T("dashboard.tables.series", low, high)
				x.Text = ""
			}
		}
		cells = append(cells, x)
	}
	return cells
}

// tableCSV sends a table as a file for a spreadsheet: words as readers call them, numbers as numbers.
func (s *Server) tableCSV(c *gin.Context) {
	s.answer(c, func(a *ask) error {
		t, err := a.tableRows()
		if err != nil {
			return err
		}
		file, err := tableFile(a.l, t)
		if err != nil {
			return err
		}
		return sendCSV(c, "kamlens-"+t.Name+"-"+t.Period+".csv", file)
	})
}

// tableFile writes a table as RFC 4180 with the mark by which spreadsheets know UTF-8. The heads name the units of the numbers.
func tableFile(l text.Lang, t kpi.TableRows) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("\ufeff")
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	var head []string
	for _, c := range t.Columns {
		head = append(head, text.Cell(kpi.HeadWithUnit(l, c)))
	}
	if err := w.Write(head); err != nil {
		return nil, err
	}
	for _, row := range t.Rows {
		var cells []string
		for i, c := range t.Columns {
			cell := kpi.Plain(c, row[i])
			if c.IsWord() {
				cell = text.Cell(kpi.Cell(l, c, row[i]))
			}
			cells = append(cells, cell)
		}
		if err := w.Write(cells); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}
