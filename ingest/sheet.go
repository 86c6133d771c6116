package ingest

import (
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strconv"
	"strings"
	"time"
)

// style is what a cell's format says about its number.
type style struct {
	date  bool
	zeros int // the format is 000...: so many digits are shown
}

// readStyles reads which cell formats are dates and which show leading zeros.
func (w *workbook) readStyles() error {
	var sheet struct {
		Formats []struct {
			ID   int    `xml:"numFmtId,attr"`
			Code string `xml:"formatCode,attr"`
		} `xml:"numFmts>numFmt"`
		Cells []struct {
			Format int `xml:"numFmtId,attr"`
		} `xml:"cellXfs>xf"`
	}
	if _, err := w.part("xl/styles.xml"); err != nil {
		return nil //nolint:nilerr // a workbook may have none
	}
	if err := w.decode("xl/styles.xml", &sheet); err != nil {
		return err
	}
	custom := map[int]string{}
	for _, f := range sheet.Formats {
		custom[f.ID] = f.Code
	}
	for _, c := range sheet.Cells {
		code, ok := custom[c.Format]
		s := style{date: builtinDate(c.Format)}
		if ok {
			s = style{date: dateCode(code)}
			if strings.Trim(code, "0") == "" {
				s.zeros = len(code)
			}
		}
		w.styles = append(w.styles, s)
	}
	return nil
}

// builtinDate holds for the numbers of built-in formats that show dates or times, the Chinese ones included.
func builtinDate(id int) bool {
	return id >= 14 && id <= 22 || id >= 27 && id <= 36 || id >= 45 && id <= 47 || id >= 50 && id <= 58
}

// dateCode reports whether a format code shows a date or a time of day.
func dateCode(code string) bool {
	first, _, _ := strings.Cut(code, ";")
	quoted, bracket := false, false
	for i := 0; i < len(first); i++ {
		switch c := first[i]; {
		case c == '\\' || c == '_' || c == '*':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[':
			bracket = true
		case c == ']':
			bracket = false
		case bracket:
		case strings.ContainsRune("yYmMdDhHsS", rune(c)):
			return true
		}
	}
	return false
}

// sheetRows streams the rows of one sheet.
type sheetRows struct {
	book  *workbook
	src   io.Closer
	dec   *xml.Decoder
	row   int
	cells int
}

// Close closes sheet and workbook.
func (s *sheetRows) Close() error { return errors.Join(s.src.Close(), s.book.zip.Close()) }

// Next returns the next row that the sheet holds.
func (s *sheetRows) Next() (record, error) {
	for {
		tok, err := s.dec.Token()
		if errors.Is(err, io.EOF) {
			return record{}, s.book.explain(io.ErrUnexpectedEOF) // the end of the rows comes first
		}
		if err != nil {
			return record{}, s.book.explain(err)
		}
		switch t := tok.(type) {
		case xml.EndElement:
			if t.Name.Local == "sheetData" {
				return record{}, io.EOF
			}
		case xml.StartElement:
			if t.Name.Local == "sheetData" {
				continue
			}
			if t.Name.Local == "row" {
				rec, err := s.readRow(t)
				if err != nil {
					return record{}, s.book.explain(err)
				}
				return rec, nil
			}
		}
	}
}

func (s *sheetRows) readRow(start xml.StartElement) (record, error) {
	s.row++
	if r := atoi(attr(start, "r")); r > s.row {
		s.row = r
	}
	if s.row > s.book.limits.rows {
		return record{}, s.book.bomb("ingest.refused.bomb_rows", s.row, s.book.limits.rows)
	}
	rec := record{line: s.row}
	next := 0
	for {
		tok, err := s.dec.Token()
		if err != nil {
			return rec, err
		}
		switch t := tok.(type) {
		case xml.EndElement:
			if t.Name.Local == "row" {
				return rec, nil
			}
		case xml.StartElement:
			if t.Name.Local != "c" {
				continue
			}
			if s.cells++; s.cells > s.book.limits.cells {
				return rec, s.book.bomb("ingest.refused.bomb_cells", s.cells, s.book.limits.cells)
			}
			at := next
			if i := column(attr(t, "r")); i >= 0 {
				at = i
			}
			next = at + 1
			c, err := s.readCell(t)
			if err != nil {
				return rec, err
			}
			rec.put(at, c)
		}
	}
}

// put places a cell; empty ones far out at the right do not widen the row.
func (r *record) put(at int, c cell) {
	if c.s == "" && c.kind != cellFormula || at >= 1<<14 {
		return
	}
	for len(r.cells) <= at {
		r.cells = append(r.cells, cell{})
	}
	r.cells[at] = c
}

// readCell reads one <c> element.
func (s *sheetRows) readCell(start xml.StartElement) (cell, error) {
	typ, num := attr(start, "t"), atoi(attr(start, "s"))
	var value, inline string
	hasFormula, hasValue := false, false
	for {
		tok, err := s.dec.Token()
		if err != nil {
			return cell{}, err
		}
		switch t := tok.(type) {
		case xml.EndElement:
			if t.Name.Local != "c" {
				continue
			}
			if hasFormula && value == "" && (!hasValue || typ != "str") { // only a text may be an empty result
				return cell{kind: cellFormula}, nil
			}
			if typ == "inlineStr" {
				value = inline
			}
			return s.typed(typ, value, num), nil
		case xml.StartElement:
			switch t.Name.Local {
			case "f":
				hasFormula = true
				err = s.dec.Skip()
			case "v":
				hasValue = true
				value, err = plainText(s.dec)
			case "is":
				inline, err = richText(s.dec)
			}
			if err != nil {
				return cell{}, err
			}
		}
	}
}

// plainText reads the text up to the end of the open element.
func plainText(dec *xml.Decoder) (string, error) {
	var b strings.Builder
	for {
		tok, err := dec.Token()
		if err != nil {
			return "", err
		}
		switch t := tok.(type) {
		case xml.CharData:
			b.Write(t)
		case xml.EndElement:
			return b.String(), nil
		case xml.StartElement:
			if err := dec.Skip(); err != nil {
				return "", err
			}
		}
	}
}

// typed gives a raw value the meaning that its type and style say.
func (s *sheetRows) typed(typ, value string, num int) cell {
	switch typ {
	case "s":
		i, err := strconv.Atoi(strings.TrimSpace(value))
		if err != nil || i < 0 || i >= len(s.book.strings) {
			return cell{s: value, kind: cellError}
		}
		return cell{s: s.book.strings[i]}
	case "str", "inlineStr":
		return cell{s: value}
	case "b":
		return cell{s: map[string]string{"1": "true", "0": "false"}[value]}
	case "e":
		return cell{s: value, kind: cellError}
	case "d":
		return cell{s: strings.Replace(value, "T", " ", 1), kind: cellDate}
	}
	if value == "" {
		return cell{}
	}
	var st style
	if num >= 0 && num < len(s.book.styles) {
		st = s.book.styles[num]
	}
	return numberCell(value, st, s.book.date1904)
}

// numberCell reads a number as the spreadsheet shows it: 15 significant digits, dates as dates, leading zeros kept.
func numberCell(value string, st style, date1904 bool) cell {
	f, err := strconv.ParseFloat(value, 64)
	if err != nil {
		return cell{s: value, kind: cellError}
	}
	if st.date {
		if s, ok := serialDate(f, date1904); ok {
			return cell{s: s, kind: cellDate}
		}
		return cell{s: value, kind: cellError}
	}
	short := strconv.FormatFloat(f, 'g', 15, 64)
	r, err := strconv.ParseFloat(short, 64)
	if err != nil || math.Abs(r) >= 1e21 {
		return cell{s: value, kind: cellError}
	}
	s := strconv.FormatFloat(r, 'f', -1, 64)
	if allDigits(s) {
		for len(s) < st.zeros && st.zeros <= 30 {
			s = "0" + s
		}
	}
	return cell{s: s, kind: cellNumber}
}

// serialDate turns the day number of a spreadsheet into civil time, to the second: a day, a day with time, or (below 1)
// a time of day alone. Serial 60 is 29 February 1900, a
// day that never was.
func serialDate(f float64, date1904 bool) (string, bool) {
	if f < 0 || f >= 2_958_466 || !date1904 && f >= 60 && f < 61 {
		return "", false
	}
	epoch := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	switch {
	case date1904:
		epoch = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	case f < 60:
		epoch = epoch.AddDate(0, 0, 1)
	}
	seconds := int64(math.Round(f * 86400))
	t := time.Unix(epoch.Unix()+seconds, 0).UTC()
	switch {
	case f < 1 && !date1904:
		return t.Format(time.TimeOnly), true
	case seconds%86400 == 0:
		return t.Format(time.DateOnly), true
	}
	return t.Format(time.DateTime), true
}
