package ingest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"

	"github.com/kamlens/kamlens/internal/fault"
)

// arrowFileHead begins an Arrow IPC file; a stream begins with its first message.
const arrowFileHead = "ARROW1"

// arrowRows reads the record batches of an Arrow IPC file or stream, one in memory at a time.
type arrowRows struct {
	path    string
	file    *os.File
	schema  *arrow.Schema
	next    func() (arrow.RecordBatch, error) // valid until the next call; io.EOF ends them
	release func() error
	batch   arrow.RecordBatch
	at      int64 // row of the batch
	line    int
}

// openArrow opens the copy of an arrived file.
func openArrow(a *arrived) (_ *arrowRows, err error) {
	f, err := os.Open(a.copy)
	if err != nil {
		return nil, err
	}
	r := &arrowRows{path: a.path, file: f}
	if err := r.guarded(func() error { return r.start(bytes.HasPrefix(a.facts.head, []byte(arrowFileHead))) }); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return r, nil
}

func (r *arrowRows) start(isFile bool) error {
	if isFile {
		in, err := ipc.NewFileReader(r.file)
		if err != nil {
			return err
		}
		r.schema, r.next, r.release = in.Schema(), in.Read, in.Close
		return nil
	}
	if err := checkStreamEnd(r.file); err != nil {
		return err
	}
	in, err := ipc.NewReader(r.file)
	if err != nil {
		return err
	}
	r.schema, r.next = in.Schema(), in.Read
	r.release = func() error { in.Release(); return nil }
	return nil
}

// streamEnd ends a stream. The format lets a writer leave it out, but then nobody can tell a stream that was cut off
// after a message from a whole one.
const streamEnd = "\xff\xff\xff\xff\x00\x00\x00\x00"

// checkStreamEnd refuses a stream without its end and leaves the file at its beginning.
func checkStreamEnd(f *os.File) error {
	end := make([]byte, len(streamEnd))
	if _, err := f.Seek(-int64(len(end)), io.SeekEnd); err != nil {
		return err
	}
	if _, err := io.ReadFull(f, end); err != nil {
		return err
	}
	if string(end) != streamEnd {
		return errors.New("arrow: the stream has no end")
	}
	_, err := f.Seek(0, io.SeekStart)
	return err
}

// guarded runs f over bytes that may be damaged: the library panics on some of them.
func (r *arrowRows) guarded(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("arrow: %v", p)
		}
		if err != nil && !errors.Is(err, io.EOF) {
			err = fault.New(fault.Refused, "ingest.refused.damaged_file", r.path).Because(err)
		}
	}()
	return f()
}

// Names returns the columns of the schema.
func (r *arrowRows) Names() []string {
	names := make([]string, r.schema.NumFields())
	for i, f := range r.schema.Fields() {
		names[i] = f.Name
	}
	return names
}

// Close closes the file.
func (r *arrowRows) Close() error {
	return errors.Join(r.guarded(r.release), r.file.Close())
}

// Next returns the next row; its line is its number in the file, from 1.
func (r *arrowRows) Next() (rec record, err error) {
	err = r.guarded(func() error {
		for r.batch == nil || r.at >= r.batch.NumRows() {
			if r.batch, err = r.next(); err != nil {
				return err
			}
			r.at = 0
		}
		r.line++
		rec = record{line: r.line, cells: make([]cell, r.batch.NumCols())}
		for i, col := range r.batch.Columns() {
			rec.cells[i] = arrowCell(col, int(r.at))
		}
		r.at++
		return nil
	})
	return rec, err
}

// arrowCell returns the text of one value.
func arrowCell(col arrow.Array, i int) cell {
	if col.IsNull(i) {
		return cell{}
	}
	switch a := col.(type) {
	case *array.Dictionary:
		return arrowCell(a.Dictionary(), a.GetValueIndex(i))
	case *array.Timestamp:
		return arrowTime(a, i)
	case *array.Date32, *array.Date64:
		return cell{s: a.ValueStr(i), kind: cellDate}
	case *array.Float16:
		return floatCell(float64(a.Value(i).Float32()), 32)
	case *array.Float32:
		return floatCell(float64(a.Value(i)), 32)
	case *array.Float64:
		return floatCell(a.Value(i), 64)
	case *array.Boolean:
		return cell{s: strconv.FormatBool(a.Value(i))}
	}
	switch col.DataType().ID() {
	case arrow.STRING, arrow.LARGE_STRING, arrow.STRING_VIEW:
		s := col.ValueStr(i)
		if !utf8.ValidString(s) {
			return cell{s: s, kind: cellList}
		}
		return cell{s: s}
	case arrow.INT8, arrow.INT16, arrow.INT32, arrow.INT64, arrow.UINT8, arrow.UINT16, arrow.UINT32, arrow.UINT64,
		arrow.DECIMAL32, arrow.DECIMAL64, arrow.DECIMAL128, arrow.DECIMAL256, arrow.TIME32, arrow.TIME64:
		return cell{s: col.ValueStr(i)}
	}
	return cell{s: "[…]", kind: cellList}
}

// arrowTime gives a time with a zone as an instant, any other as the civil time that it is.
func arrowTime(a *array.Timestamp, i int) cell {
	typ, ok := a.DataType().(*arrow.TimestampType)
	if !ok {
		return cell{kind: cellList}
	}
	t := a.Value(i).ToTime(typ.Unit)
	if typ.TimeZone != "" {
		return cell{s: t.Format(time.RFC3339Nano), kind: cellDate}
	}
	return cell{s: t.Format("2006-01-02 15:04:05.999999999"), kind: cellDate}
}

// floatCell gives a floating number as a spreadsheet would: whole numbers without a point, never an exponent.
func floatCell(f float64, bits int) cell {
	return numberCell(strconv.FormatFloat(f, 'g', -1, bits), style{}, false)
}
