package ingest

import (
	"bytes"
	"errors"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/feed"
	"github.com/kamlens/kamlens/internal/text"
)

// Template returns a blank file of a feed, with its headers in language l. Filled in, it needs no mapping. The workbook
// keeps ids as text, offers the allowed values and explains the columns on a second sheet.
func Template(name, format string, l text.Lang) ([]byte, error) {
	f, ok := feed.Get(name)
	if !ok {
		return nil, unknownFeed(name)
	}
	switch format {
	case formatCSV:
		return appendCSV([]byte("\ufeff"), headers(f, l)), nil // the mark tells spreadsheet programs that it is UTF-8
	case formatXLSX:
		return templateBook(f, l, nil, "")
	}
	return nil, fault.New(fault.Usage, "ingest.template.format", format)
}

// unknownFeed names the feeds there are.
func unknownFeed(name string) error {
	var known []string
	for _, f := range feed.All() {
		known = append(known, f.Name)
	}
	return fault.New(fault.Usage, "ingest.template.feed", name, strings.Join(known, ", "))
}

func headers(f feed.Feed, l text.Lang) []string {
	out := make([]string, len(f.Columns))
	for i, c := range f.Columns {
		out[i] = c.Header(l)
	}
	return out
}

// templateBook writes the workbook of a feed with rows; foot stands at the foot of every printed page.
func templateBook(f feed.Feed, l text.Lang, rows [][]string, foot string) (data []byte, err error) {
	book := excelize.NewFile()
	defer func() { err = errors.Join(err, book.Close()) }()
	sheet := f.Title.In(l)
	if err := book.SetSheetName("Sheet1", sheet); err != nil {
		return nil, err
	}
	for i, c := range f.Columns {
		if err := templateColumn(book, sheet, i+1, c, l, len(rows)); err != nil {
			return nil, err
		}
	}
	if err := book.SetPanes(sheet, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return nil, err
	}
	if err := fillBook(book, sheet, f, rows); err != nil {
		return nil, err
	}
	if err := errors.Join(printed(book, sheet, foot), templateNotes(book, f, l)); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = book.Write(&b)
	return b.Bytes(), err
}

// templateColumn writes the header of column n and formats the cells below it; rows is how many will be filled in.
func templateColumn(book *excelize.File, sheet string, n int, c feed.Column, l text.Lang, rows int) error {
	name, err := excelize.ColumnNumberToName(n)
	if err != nil {
		return err
	}
	format := map[feed.Type]string{feed.Time: "yyyy-mm-dd hh:mm:ss", feed.Date: "yyyy-mm-dd", feed.Int: "0",
		feed.Fen: "0", feed.Decimal: "General"}[c.Type]
	if format == "" {
		format = "@"
	}
	body, err := book.NewStyle(&excelize.Style{CustomNumFmt: &format})
	if err != nil {
		return err
	}
	head, err := book.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: c.Required}})
	if err != nil {
		return err
	}
	err = errors.Join(book.SetColStyle(sheet, name, body), book.SetColWidth(sheet, name, name, 16),
		book.SetCellStr(sheet, name+"1", c.Header(l)), book.SetCellStyle(sheet, name+"1", name+"1", head))
	if err != nil || len(c.Values) == 0 {
		return err
	}
	list := make([]string, len(c.Values))
	for i, v := range c.Values {
		list[i] = v.Code
		if l == text.ZH {
			list[i] = v.ZH
		}
	}
	choice := excelize.NewDataValidation(true)
	choice.Sqref = name + "2:" + name + strconv.Itoa(max(2000, rows+1000))
	if err := choice.SetDropList(list); err != nil {
		return err
	}
	return book.AddDataValidation(sheet, choice)
}

// printed sets a sheet up for A4 landscape, one page wide, with its header on every page.
func printed(book *excelize.File, sheet, foot string) error {
	paper, orientation, wide, high, fit := 9, "landscape", 1, 0, true
	titles := "'" + strings.ReplaceAll(sheet, "'", "''") + "'!$1:$1"
	return errors.Join(book.SetSheetProps(sheet, &excelize.SheetPropsOptions{FitToPage: &fit}),
		book.SetPageLayout(sheet, &excelize.PageLayoutOptions{Size: &paper, Orientation: &orientation, FitToWidth: &wide, FitToHeight: &high}),
		book.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: titles, Scope: sheet}),
		book.SetHeaderFooter(sheet, &excelize.HeaderFooterOptions{OddFooter: "&L&8" + strings.ReplaceAll(foot, "&", "&&") + "&R&8&P / &N"}))
}

// templateNotes explains the columns on a sheet of their own.
func templateNotes(book *excelize.File, f feed.Feed, l text.Lang) error {
	sheet := l.T("ingest.template.notes")
	if _, err := book.NewSheet(sheet); err != nil {
		return err
	}
	rows := [][]string{{l.T("ingest.template.column"), l.T("ingest.template.required"), l.T("ingest.template.what")}}
	for _, c := range f.Columns {
		must := ""
		if c.Required {
			must = l.T("ingest.template.yes")
		}
		rows = append(rows, []string{c.Header(l), must, describe(c, l)})
	}
	for i, row := range rows {
		at, err := excelize.CoordinatesToCellName(1, i+1)
		if err != nil {
			return err
		}
		if err := book.SetSheetRow(sheet, at, &row); err != nil {
			return err
		}
	}
	return errors.Join(book.SetColWidth(sheet, "A", "B", 18), book.SetColWidth(sheet, "C", "C", 80))
}

// describe says what a column holds.
func describe(c feed.Column, l text.Lang) string {
	s := l.T("ingest.type." + string(c.Type))
	if len(c.Values) == 0 {
		return s
	}
	list := make([]string, len(c.Values))
	for i, v := range c.Values {
		list[i] = v.Code
		if l == text.ZH {
			list[i] = v.ZH + " (" + v.Code + ")"
		}
	}
	return s + strings.Join(list, ", ")
}
