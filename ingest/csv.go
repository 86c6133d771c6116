package ingest

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/kamlens/kamlens/internal/fault"
)

// cellKind says what a file knows about a cell; text files have only text.
type cellKind byte

const (
	cellText cellKind = iota
	cellNumber
	cellDate
	cellError   // #N/A and the like
	cellFormula // a formula whose result was not saved
	cellList    // a list, a map or other bytes: more than one value, or none that is text
	cellJSON    // a number of JSON, as it is written
)

// unreadable holds for cells of which no text stands for their value.
func (k cellKind) unreadable() bool { return k == cellError || k == cellFormula || k == cellList }

// cell is one cell as it was found; dates of a spreadsheet are already in canonical form.
type cell struct {
	s    string
	kind cellKind
}

// record is one row of a file.
type record struct {
	line  int // in a text file the line where the row starts, in a sheet the row's number; from 1
	cells []cell
	bad   *problem // the row cannot be cut into cells
	raw   string   // of a bad row
}

// rows yields the rows of a file in order; io.EOF ends them.
type rows interface {
	Next() (record, error)
	Close() error
}

// maxRecord bounds one row of a text file, bytes. A quote that is never closed is found here and not after the whole
// file was swallowed.
const maxRecord = 1 << 20

// csvRows cuts a delimited text into cells by RFC 4180. A quote inside a cell that does not begin with one is plain
// text. delimiter 0 means any run of blanks.
type csvRows struct {
	path      string
	src       io.Closer
	r         *bufio.Reader
	delimiter byte
	line      int // lines read so far
	fields    int // of the first row; 0 before it
	limit     int
}

func newCSV(path string, src io.ReadCloser, delimiter byte) *csvRows {
	return &csvRows{path: path, src: src, r: bufio.NewReaderSize(src, 1<<20), delimiter: delimiter, limit: maxRecord}
}

// Close closes the file.
func (c *csvRows) Close() error { return c.src.Close() }

// Next returns the next row; blank lines are no rows.
func (c *csvRows) Next() (record, error) {
	for {
		text, ended, err := c.readLine()
		if err != nil {
			return record{}, err
		}
		if len(text) > 0 {
			return c.cut(text, ended)
		}
	}
}

// readLine returns the next line without its end, and whether it had one.
func (c *csvRows) readLine() ([]byte, bool, error) {
	var long []byte
	for {
		part, err := c.r.ReadSlice('\n')
		if len(long)+len(part) > c.limit {
			return nil, false, fault.New(fault.Refused, "ingest.refused.long_row", c.path, c.line+1, c.limit)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			long = append(long, part...)
			continue
		case err == io.EOF && len(long)+len(part) == 0:
			return nil, false, io.EOF
		case err != nil && err != io.EOF:
			return nil, false, c.readFault(err)
		}
		if long != nil {
			part = append(long, part...)
		}
		c.line++
		text, ended := bytes.CutSuffix(part, []byte("\n"))
		return bytes.TrimRight(text, "\r"), ended, nil
	}
}

func (c *csvRows) readFault(err error) error {
	if errors.Is(err, errUndecodable) {
		return fault.New(fault.Refused, "ingest.refused.undecodable", c.path, c.line+1).Because(err)
	}
	return err
}

// cut makes a record of a line, reading on while quotes are open.
func (c *csvRows) cut(text []byte, ended bool) (record, error) {
	rec := record{line: c.line}
	if c.delimiter == 0 {
		for _, f := range strings.Fields(string(text)) {
			rec.cells = append(rec.cells, cell{s: f})
		}
		return rec, c.checkEnd(rec, ended)
	}
	if bytes.IndexByte(text, '"') < 0 {
		rec.cells = c.plain(string(text))
		if bytes.IndexByte(text, '\r') >= 0 {
			rec.bad, rec.raw = &problem{code: "line_end"}, strings.ReplaceAll(string(text), "\r", `\r`)
		}
		return rec, c.checkEnd(rec, ended)
	}
	return c.cutQuoted(rec, string(text), ended)
}

// cutQuoted cuts a line with quotes, and the lines after it for as long as one is open.
func (c *csvRows) cutQuoted(rec record, text string, ended bool) (record, error) {
	k := cutter{delimiter: c.delimiter}
	var whole strings.Builder
	for {
		whole.WriteString(text)
		if open := k.add(text); !open {
			rec.cells = k.cells
			if k.bad != "" {
				rec.bad, rec.raw = &problem{code: k.bad}, strings.ReplaceAll(whole.String(), "\r", `\r`)
				if k.bad == "quotes" {
					rec.bad.expected = `"a ""b"" c"`
				}
			}
			return rec, c.checkEnd(rec, ended)
		}
		if whole.Len() > c.limit {
			return record{}, fault.New(fault.Refused, "ingest.refused.long_row", c.path, rec.line, c.limit)
		}
		next, e, err := c.readLine()
		if !ended || errors.Is(err, io.EOF) {
			return record{}, fault.New(fault.Refused, "ingest.refused.open_quote", c.path, rec.line)
		}
		if err != nil {
			return record{}, err
		}
		k.cell.WriteByte('\n')
		whole.WriteByte('\n')
		text, ended = string(next), e
	}
}

// checkEnd refuses a last row without line end that has fewer cells than the first row: the file was cut off.
func (c *csvRows) checkEnd(rec record, ended bool) error {
	if c.fields == 0 {
		c.fields = len(rec.cells)
	}
	if !ended && len(rec.cells) < c.fields {
		return fault.New(fault.Refused, "ingest.refused.truncated", c.path, rec.line, len(rec.cells), c.fields)
	}
	return nil
}

func (c *csvRows) plain(s string) []cell {
	cells := make([]cell, 0, max(c.fields, 8))
	for {
		i := strings.IndexByte(s, c.delimiter)
		if i < 0 {
			return append(cells, cell{s: s})
		}
		cells, s = append(cells, cell{s: s[:i]}), s[i+1:]
	}
}

// cutter cuts the lines of one row with quotes into cells, each byte once however many lines there are.
type cutter struct {
	delimiter byte
	cells     []cell
	cell      strings.Builder // the one whose quote is open
	inside    bool            // of quotes
	bad       string          // the code of a reject; "": none
}

// add cuts the next line; it reports whether a quote is open at its end.
func (k *cutter) add(s string) (open bool) {
	for {
		if !k.inside && !strings.HasPrefix(s, `"`) {
			text, rest, more := strings.Cut(s, string(rune(k.delimiter)))
			if strings.IndexByte(text, '\r') >= 0 {
				k.bad = "line_end"
			}
			k.cells = append(k.cells, cell{s: text})
			if !more {
				return false
			}
			s = rest
			continue
		}
		if !k.inside {
			k.inside, s = true, s[1:]
		}
		rest, closed := k.quoted(s)
		if !closed {
			return true
		}
		text, rest, more := strings.Cut(rest, string(rune(k.delimiter)))
		if trim(text) != "" {
			k.bad = "quotes"
		}
		k.cells = append(k.cells, cell{s: k.cell.String()})
		k.cell.Reset()
		k.inside = false
		if !more {
			return false
		}
		s = rest
	}
}

// quoted takes the text up to the closing quote and returns what follows it; false: it is not in this line.
func (k *cutter) quoted(s string) (rest string, closed bool) {
	for {
		text, rest, found := strings.Cut(s, `"`)
		k.cell.WriteString(text)
		if !found {
			return "", false
		}
		if !strings.HasPrefix(rest, `"`) {
			return rest, true
		}
		k.cell.WriteByte('"')
		s = rest[1:]
	}
}
