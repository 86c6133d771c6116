package ingest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/feed"
	"github.com/kamlens/kamlens/internal/text"
)

// filledRows is how many rows a filled workbook may have: it is made for people to correct.
const filledRows = 100_000

// Filled returns the template of a feed with its current rows, in the order of the key. Loaded again unchanged it
// changes nothing. A CSV with text that a spreadsheet would run as a formula is a [fault.Refused]: guarding it would
// change it; a workbook holds it safely.
func Filled(ctx context.Context, c config.Config, name, format string, lang text.Lang) ([]byte, error) {
	f, ok := feed.Get(name)
	if !ok {
		return nil, unknownFeed(name)
	}
	if format != formatCSV && format != formatXLSX {
		return nil, fault.New(fault.Usage, "ingest.template.format", format)
	}
	rows, err := currentRows(ctx, c, f, lang)
	if err != nil {
		return nil, err
	}
	return filledFile(f, format, lang, rows, "")
}

// filledFile writes rows of a feed below its headers; foot stands at the foot of the printed pages of a workbook.
func filledFile(f feed.Feed, format string, lang text.Lang, rows [][]string, foot string) ([]byte, error) {
	if format == formatXLSX {
		if len(rows) > filledRows {
			return nil, fault.New(fault.Refused, "ingest.template.long", len(rows), filledRows)
		}
		return templateBook(f, lang, rows, foot)
	}
	out := appendCSV([]byte("\ufeff"), headers(f, lang))
	for i, row := range rows {
		for j, s := range row {
			if dangerous(s) {
				return nil, fault.New(fault.Refused, "ingest.template.formula", i+2, f.Columns[j].Header(lang), clip(s, 40))
			}
		}
		out = appendCSV(out, row)
	}
	return out, nil
}

// currentRows reads the current rows of a feed as a person writes them.
func currentRows(ctx context.Context, c config.Config, f feed.Feed, lang text.Lang) (list [][]string, err error) {
	l := &loader{o: Options{Config: c, Lang: lang, Out: io.Discard}, zone: c.Zone()}
	done, err := l.open(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, done()) }()
	cells := make([]string, len(f.Columns))
	for i, col := range f.Columns {
		cells[i] = "coalesce(cast(" + ident(col.Name) + " as VARCHAR), '')"
	}
	err = l.connected(ctx, func(conn *sql.Conn) (err error) {
		rows, err := conn.QueryContext(ctx, fmt.Sprintf("select %s from %s where superseded_by is null order by %s",
			strings.Join(cells, ", "), ident(f.Name), idents(f.Key)))
		if err != nil {
			return fmt.Errorf("read %s: %w", f.Name, err)
		}
		defer func() { err = errors.Join(err, rows.Close()) }()
		for rows.Next() {
			row, into := make([]string, len(f.Columns)), make([]any, len(f.Columns))
			for i := range row {
				into[i] = &row[i]
			}
			if err := rows.Scan(into...); err != nil {
				return fmt.Errorf("read %s: %w", f.Name, err)
			}
			for i, col := range f.Columns {
				row[i] = written(col, row[i], lang)
			}
			list = append(list, row)
		}
		return rows.Err()
	})
	return list, err
}

// written is a stored value in the form in which templates take it.
func written(c feed.Column, s string, lang text.Lang) string {
	if s == "" {
		return ""
	}
	switch c.Type {
	case feed.Month: // 202610
		return s[:4] + "-" + s[4:]
	case feed.Quarter: // 20263
		return s[:4] + "-Q" + s[4:]
	case feed.Bool:
		if lang == text.ZH {
			return map[string]string{"true": "是", "false": "否"}[s]
		}
	case feed.Enum:
		for _, v := range c.Values {
			if v.Code == s && lang == text.ZH {
				return v.ZH
			}
		}
	}
	return s
}

// fillBook writes the rows below the header, whole numbers as numbers and everything else as text.
func fillBook(book *excelize.File, sheet string, f feed.Feed, rows [][]string) error {
	for i, row := range rows {
		for j, s := range row {
			if s == "" {
				continue
			}
			at, err := excelize.CoordinatesToCellName(j+1, i+2)
			if err != nil {
				return err
			}
			n, nerr := strconv.ParseInt(s, 10, 64)
			if t := f.Columns[j].Type; nerr == nil && len(s) <= 15 && (t == feed.Int || t == feed.Fen) {
				err = book.SetCellInt(sheet, at, n)
			} else {
				err = book.SetCellStr(sheet, at, s)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}
