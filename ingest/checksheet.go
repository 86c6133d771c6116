package ingest

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/feed"
	"github.com/kamlens/kamlens/internal/sampling"
	"github.com/kamlens/kamlens/internal/text"
)

// CheckSheet is the form on which a scorer judges a sample: a row for each thing that was drawn, what it is, a column for
// each item and the verdict. Its columns are those of the feed of the samples, or of those judged again, so that it is loaded
// as it was filled in; what no feed has (who the customer is) loading leaves alone.
type CheckSheet struct {
	sampling.Draw

	ID     string // of the draw; a sample is ID-001
	Day    string // of the draw: 2026-11-21
	Second bool   // the second scorer's sheet: only what that one judges, and nothing of what the first found
	// Names says what things are called: of "customer", "manager", "kind" and "tier", by their ids.
	Names func(what, id string) string
}

// SampleID is the id of the sample with a number in a draw.
func SampleID(draw string, number int) string { return fmt.Sprintf("%s-%03d", draw, number) }

// File writes the sheet as csv or xlsx, in language l.
func (s CheckSheet) File(format string, l text.Lang) ([]byte, error) {
	if format != formatCSV && format != formatXLSX {
		return nil, fault.New(fault.Usage, "ingest.template.format", format)
	}
	f := s.form()
	var rows [][]string
	for _, d := range s.Samples {
		if d.Second || !s.Second {
			rows = append(rows, s.row(f, d, l))
		}
	}
	if len(rows) == 0 {
		return nil, fault.New(fault.Refused, "sampling.no_second", s.ID)
	}
	data, err := filledFile(f, format, l, rows, l.T("sampling.sheet.foot", s.ID, s.Period, s.Day))
	if err != nil || format != formatXLSX {
		return data, err
	}
	return s.dressed(data, f, rows, l)
}

// dressed makes the workbook fit for a pen: columns as wide as what they hold, lines around the cells, and on paper no more than
// the scorer needs.
func (s CheckSheet) dressed(data []byte, f feed.Feed, rows [][]string, l text.Lang) (out []byte, err error) {
	book, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, book.Close()) }()
	sheet := book.GetSheetName(0)
	var lines []excelize.Border
	for _, side := range []string{"left", "right", "top", "bottom"} {
		lines = append(lines, excelize.Border{Type: side, Color: "808080", Style: 1})
	}
	asText := "@"
	cell, err := book.NewStyle(&excelize.Style{CustomNumFmt: &asText, Border: lines, Alignment: &excelize.Alignment{WrapText: true, Vertical: "center"}})
	if err != nil {
		return nil, err
	}
	first, last := "A", ""
	for i, c := range f.Columns {
		name, err := excelize.ColumnNumberToName(i + 1)
		if err != nil {
			return nil, err
		}
		wide := columnWidth(c.Header(l))
		for _, row := range rows {
			wide = max(wide, columnWidth(row[i]))
		}
		if c.Name == text.EN.T("sampling.head.remark") {
			wide, last = 24, name
		}
		if err := book.SetColWidth(sheet, name, name, float64(min(wide, 24)+2)); err != nil {
			return nil, err
		}
	}
	end := strconv.Itoa(len(rows) + 1)
	err = errors.Join(book.SetCellStyle(sheet, first+"1", last+end, cell), book.SetDefinedName(&excelize.DefinedName{
		Name: "_xlnm.Print_Area", RefersTo: "'" + sheet + "'!$" + first + "$1:$" + last + "$" + end, Scope: sheet,
	}))
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = book.Write(&b)
	return b.Bytes(), err
}

// columnWidth is how many characters wide a text is, Chinese ones being two.
func columnWidth(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r >= 0x2e80 {
			n++
		}
	}
	return n
}

// CheckItems refuses items that are no headers of a sheet of their own: empty ones, one twice, one that is a column already.
func CheckItems(items []string) error {
	taken := map[string]bool{}
	for _, second := range []bool{false, true} {
		for _, c := range (CheckSheet{Second: second}).form().Columns {
			for _, l := range []text.Lang{text.ZH, text.EN} {
				taken[headerKey(c.Header(l))] = true
			}
		}
	}
	for _, item := range items {
		name := headerKey(item)
		if name == "" || taken[name] || len([]rune(item)) > 40 || strings.ContainsAny(item, ",\r\n\t") {
			return fault.New(fault.Usage, "sampling.item", item)
		}
		taken[name] = true
	}
	return nil
}

// form is the sheet's columns as a feed has them.
func (s CheckSheet) form() feed.Feed {
	name, title := "audit_samples", "sampling.sheet.first"
	own := []string{"drawn_on", "stratum", "stratum_size", "seed"}
	if s.Second {
		name, title, own = "audit_rescores", "sampling.sheet.second", nil
	}
	source, _ := feed.Get(name) // declared: the package's tests write both sheets
	column := func(name string) feed.Column { c, _ := source.Column(name); return c }
	said := func(name string) feed.Column {
		return feed.Column{Name: text.EN.T("sampling.head." + name), ZH: text.ZH.T("sampling.head." + name), Type: feed.Text}
	}
	yes, no := feed.Value{Code: "Y", ZH: "是"}, feed.Value{Code: "N", ZH: "否"}
	f := feed.Feed{Name: name, Title: text.Message{ZH: text.ZH.T(title), EN: text.EN.T(title)}}
	f.Columns = []feed.Column{column("sample_id")}
	for _, c := range []string{"subject", "subject_id", "day", "customer_id", "customer"} {
		f.Columns = append(f.Columns, said(c))
	}
	if !s.Second {
		f.Columns = append(f.Columns, column("manager_id"))
	}
	for _, c := range []string{"manager", "kind", "tier"} {
		f.Columns = append(f.Columns, said(c))
	}
	for _, item := range s.Items {
		values := []feed.Value{yes, no, {Code: text.EN.T("sampling.not_applicable"), ZH: text.ZH.T("sampling.not_applicable")}}
		f.Columns = append(f.Columns, feed.Column{Name: item, ZH: item, Type: feed.Enum, Values: values})
	}
	passed := column("passed")
	passed.Type, passed.Values = feed.Enum, []feed.Value{yes, no}
	f.Columns = append(f.Columns, passed, column("scorer"), said("remark"))
	for _, c := range own {
		f.Columns = append(f.Columns, column(c))
	}
	return f
}

// row is a sample below the columns of the form; what the scorer writes is empty.
func (s CheckSheet) row(f feed.Feed, d sampling.Sample, l text.Lang) []string {
	known := map[string]string{
		"sample_id": SampleID(s.ID, d.Number), "manager_id": d.ManagerID, "drawn_on": s.Day, "stratum": d.Stratum,
		"stratum_size": strconv.Itoa(d.Size), "seed": s.Seed,
	}
	for name, value := range map[string]string{
		"subject": l.T("sampling.subject." + d.Subject), "subject_id": d.ID, "day": d.Day, "customer_id": d.CustomerID,
		"customer": s.Names("customer", d.CustomerID), "manager": s.Names("manager", d.ManagerID), "kind": s.Names("kind", d.Kind),
		"tier": s.Names("tier", strconv.FormatInt(d.Tier, 10)),
	} {
		known[text.EN.T("sampling.head."+name)] = value
	}
	row := make([]string, len(f.Columns))
	for i, c := range f.Columns {
		row[i] = known[c.Name]
	}
	return row
}
