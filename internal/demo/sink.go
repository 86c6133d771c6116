package demo

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/kamlens/kamlens/internal/feed"
)

// inbox is the folder of the data files, below the company's own.
const inbox = "inbox"

// xlsxRows is how many rows of data go into one workbook; a sheet holds 1,048,576.
const xlsxRows = 1_000_000

// sink writes chunks to the files, one per table and span, opened with the first row.
type sink struct {
	co    *company
	out   [][]output
	files int
	rows  map[string]int64
	bytes int64
}

// output is one data file.
type output interface {
	write(rows []byte) error // complete CSV rows
	close() (int64, error)
}

func newSink(co *company) (*sink, error) {
	s := &sink{co: co, rows: map[string]int64{}}
	for _, t := range co.list {
		n := 1
		if t.spanned {
			n = len(co.spans)
		}
		s.out = append(s.out, make([]output, n))
	}
	return s, nil
}

// write appends the rows of a chunk.
func (s *sink) write(c *chunk) error {
	for i, t := range s.co.list {
		for span, data := range c.bytes[i] {
			if len(data) == 0 {
				continue
			}
			if s.out[i][span] == nil {
				o, err := s.open(t, span)
				if err != nil {
					return err
				}
				s.out[i][span] = o
				s.files++
			}
			if err := s.out[i][span].write(data); err != nil {
				return fmt.Errorf("write %s: %w", t.name, err)
			}
			s.rows[t.name] += c.rows[i][span]
		}
	}
	return nil
}

func (s *sink) open(t *table, span int) (output, error) {
	name := t.name
	if t.spanned {
		name += "_" + s.co.spans[span].label
	}
	path := filepath.Join(s.co.Dir, inbox, name)
	if s.co.Format == XLSX {
		return &xlsxFile{path: path, t: t, header: t.header(s.co.Lang)}, nil
	}
	f, err := os.Create(path + ".csv")
	if err != nil {
		return nil, fmt.Errorf("create data file: %w", err)
	}
	o := &csvFile{file: f, w: bufio.NewWriterSize(f, 1<<18)}
	return o, o.write([]byte(t.header(s.co.Lang)))
}

// close finishes all files.
func (s *sink) close() error {
	var errs []error
	for _, spans := range s.out {
		for _, o := range spans {
			if o == nil {
				continue
			}
			n, err := o.close()
			s.bytes += n
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

type csvFile struct {
	file *os.File
	w    *bufio.Writer
	n    int64
}

func (f *csvFile) write(rows []byte) error {
	n, err := f.w.Write(rows)
	f.n += int64(n)
	return err
}

func (f *csvFile) close() (int64, error) { return f.n, errors.Join(f.w.Flush(), f.file.Close()) }

// xlsxFile writes one workbook, and another one when a sheet is full.
type xlsxFile struct {
	path   string
	t      *table
	header string
	book   *excelize.File
	sheet  *excelize.StreamWriter
	day    int // style of dates
	time   int // style of times
	line   int
	part   int
	n      int64
}

func (f *xlsxFile) write(rows []byte) error {
	r := csv.NewReader(bytes.NewReader(rows))
	r.ReuseRecord = true
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if f.line >= xlsxRows+1 {
			if err := f.finish(); err != nil {
				return err
			}
		}
		if f.book == nil {
			if err := f.begin(); err != nil {
				return err
			}
		}
		if err := f.row(record); err != nil {
			return err
		}
	}
}

// begin opens the next workbook and writes its header.
func (f *xlsxFile) begin() (err error) {
	f.book = excelize.NewFile()
	if f.sheet, err = f.book.NewStreamWriter("Sheet1"); err != nil {
		return err
	}
	day, instant := "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"
	if f.day, err = f.book.NewStyle(&excelize.Style{CustomNumFmt: &day}); err != nil {
		return err
	}
	if f.time, err = f.book.NewStyle(&excelize.Style{CustomNumFmt: &instant}); err != nil {
		return err
	}
	record, err := csv.NewReader(bytes.NewReader([]byte(f.header))).Read()
	if err != nil {
		return err
	}
	cells := make([]any, len(record))
	for i, v := range record {
		cells[i] = v
	}
	f.line, f.part = 1, f.part+1
	return f.sheet.SetRow("A1", cells)
}

// row writes one row: numbers as numbers, days and times as spreadsheet dates, all else as text.
func (f *xlsxFile) row(record []string) error {
	cells := make([]any, len(record))
	for i, v := range record {
		if v == "" {
			continue
		}
		switch f.t.columns[i].Type {
		case feed.Int, feed.Fen:
			n, err := strconv.ParseInt(v, 10, 64)
			if err != nil {
				return err
			}
			cells[i] = n
		case feed.Decimal:
			n, err := strconv.ParseFloat(v, 64)
			if err != nil {
				return err
			}
			cells[i] = n
		case feed.Date:
			d, err := time.Parse("2006-01-02", v)
			if err != nil {
				return err
			}
			cells[i] = excelize.Cell{StyleID: f.day, Value: d}
		case feed.Time:
			d, err := time.Parse("2006-01-02 15:04:05", v)
			if err != nil {
				return err
			}
			cells[i] = excelize.Cell{StyleID: f.time, Value: d}
		default:
			cells[i] = v
		}
	}
	f.line++
	return f.sheet.SetRow("A"+strconv.Itoa(f.line), cells)
}

// finish writes the open workbook to its file.
func (f *xlsxFile) finish() error {
	if f.book == nil {
		return nil
	}
	if err := f.sheet.Flush(); err != nil {
		return err
	}
	path := f.path + ".xlsx"
	if f.part > 1 {
		path = f.path + "_" + strconv.Itoa(f.part) + ".xlsx"
	}
	if err := f.book.SaveAs(path); err != nil {
		return err
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	f.n += info.Size()
	err = f.book.Close()
	f.book, f.line = nil, 0
	return err
}

func (f *xlsxFile) close() (int64, error) {
	err := f.finish()
	return f.n, err
}
