package ingest

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/kamlens/kamlens/internal/fault"
)

// arrow writes the facts as an Arrow IPC file or stream of two record batches with typed columns.
func (s *site) arrow(name string, stream bool) {
	s.t.Helper()
	rows := factRows(s.t)
	fields := make([]arrow.Field, len(rows[0]))
	for i, n := range rows[0] {
		fields[i] = arrow.Field{Name: n, Type: arrow.BinaryTypes.String, Nullable: true}
	}
	if stream { // each batch brings its own dictionary, which a file cannot hold
		fields[2].Type = &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.BinaryTypes.String}
	}
	fields[3].Type = &arrow.TimestampType{Unit: arrow.Millisecond, TimeZone: "Asia/Shanghai"}
	fields[4].Type = arrow.PrimitiveTypes.Float64
	fields[5].Type = arrow.FixedWidthTypes.Boolean
	schema := arrow.NewSchema(fields, nil)
	f, err := os.Create(filepath.Join(s.dir, name))
	if err != nil {
		s.t.Fatal(err)
	}
	defer f.Close()
	var w interface {
		Write(arrow.RecordBatch) error
		Close() error
	}
	if stream {
		w = ipc.NewWriter(f, ipc.WithSchema(schema))
	} else if w, err = ipc.NewFileWriter(f, ipc.WithSchema(schema)); err != nil {
		s.t.Fatal(err)
	}
	for _, part := range [][][]string{rows[1:3], rows[3:]} {
		if err := w.Write(s.recordBatch(schema, part)); err != nil {
			s.t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		s.t.Fatal(err)
	}
}

func (s *site) recordBatch(schema *arrow.Schema, rows [][]string) arrow.RecordBatch {
	s.t.Helper()
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	for _, row := range rows {
		for i, text := range row {
			col := b.Field(i)
			if text == "" {
				col.AppendNull()
				continue
			}
			if i == 3 { // civil time of Shanghai, eight hours ahead
				at, err := time.Parse(time.DateTime, text)
				if err != nil {
					s.t.Fatal(err)
				}
				text = at.Add(-8 * time.Hour).Format(time.RFC3339)
			}
			if err := col.AppendValueFromString(text); err != nil {
				s.t.Fatal(err)
			}
		}
	}
	return b.NewRecordBatch()
}

// TestArrow_damaged: whatever byte of an Arrow file is changed, it is read or refused, also where the library asks for
// more memory than there is and takes its process with it.
func TestArrow_damaged(t *testing.T) {
	s := newSite(t, "  - {name: x, feed: cases, path: in.arrow}\n")
	c := s.config()
	l := &loader{o: Options{Config: c, Reader: testReader}, zone: c.Zone()}
	died := 0
	for _, stream := range []bool{false, true} {
		s.arrow("in.arrow", stream)
		data, err := os.ReadFile(filepath.Join(s.dir, "in.arrow"))
		if err != nil {
			t.Fatal(err)
		}
		for i := 8; i < len(data); i += 37 {
			bad := append([]byte(nil), data...)
			bad[i] ^= 0x55
			b := &batch{source: c.Sources[0], format: fileFormat{name: formatArrow}, file: &arrived{path: "in.arrow",
				copy: s.write("bad.arrow", string(bad)), facts: facts{head: bad[:8], size: int64(len(bad))}}}
			r, err := l.apart(t.Context(), b)
			for err == nil {
				_, err = r.Next()
			}
			if f, ok := errors.AsType[*fault.Error](err); ok && f.Key == "ingest.refused.reader_died" {
				died++
			}
			if ignoreEOF(err) != nil && fault.KindOf(err) != fault.Refused {
				t.Fatalf("byte %d: %v", i, err)
			}
			if r != nil {
				if err := r.Close(); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	t.Logf("%d readers died", died)
}

// TestReader_limits: a file that wants more memory than a reader may have costs the reader and is refused.
func TestReader_limits(t *testing.T) {
	s := newSite(t, "  - {name: x, feed: cases, path: in.arrow}\n")
	s.arrow("in.arrow", false)
	data, err := os.ReadFile(filepath.Join(s.dir, "in.arrow"))
	if err != nil {
		t.Fatal(err)
	}
	// Somewhere among the sevens is the length of the list of fields; with 2^28 more the library makes room for them all.
	seven, died := "\x07\x00\x00\x00", 0
	for at := 8; ; at += len(seven) {
		next := strings.Index(string(data[at:]), seven)
		if next < 0 {
			break
		}
		at += next
		bad := append([]byte(nil), data...)
		bad[at+3] = 0x10
		s.write("in.arrow", string(bad))
		_, out, err := s.run(Options{DryRun: true})
		if ignoreRefused(err) != nil {
			t.Fatalf("byte %d: %v\n%s", at, err, out)
		}
		if strings.Contains(out, "beyond its memory or time") {
			died++
		}
	}
	if died == 0 {
		t.Error("no file made its reader die: the test shows nothing")
	}
}

func ignoreRefused(err error) error {
	if fault.KindOf(err) == fault.Refused {
		return nil
	}
	return err
}
