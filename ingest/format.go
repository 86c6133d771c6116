package ingest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"path/filepath"
	"strings"

	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/fault"
)

const (
	formatCSV     = "csv"
	formatTSV     = "tsv"
	formatXLSX    = "xlsx"
	formatNDJSON  = "ndjson"
	formatParquet = "parquet"
	formatArrow   = "arrow"
)

// fileFormat is how the bytes of a file are cut into rows.
type fileFormat struct {
	name      string
	delimiter byte // 0: any run of blanks
}

// formatOf takes the format from the source, else from the file's name.
func formatOf(s config.Source, path string) (fileFormat, error) {
	name := strings.ToLower(s.Format)
	if name == "" {
		name = strings.ToLower(strings.TrimPrefix(filepath.Ext(path), "."))
		if name == "txt" || name == "" && (s.Delimiter != "" || s.Database != nil) {
			name = formatCSV
		}
	}
	f := fileFormat{name: name}
	switch name {
	case formatCSV:
		f.delimiter = ','
	case formatTSV:
		f.delimiter = '\t'
	case formatXLSX:
		return f, nil
	case "jsonl":
		f.name = formatNDJSON
	case "feather", "ipc", "arrows":
		f.name = formatArrow
	case formatNDJSON, formatParquet, formatArrow:
	default:
		return f, fault.New(fault.Refused, "ingest.refused.format", path, name)
	}
	if f.namesItself() {
		if s.HeaderRow != nil || len(s.Names) > 0 {
			return f, fault.New(fault.Usage, "ingest.config.names_itself", s.Name, f.name)
		}
		return f, nil
	}
	switch d := s.Delimiter; {
	case d == "":
	case d == "whitespace":
		f.delimiter = 0
	case d == "tab" || d == `\t`:
		f.delimiter = '\t'
	case len(d) == 1 && d[0] < 0x80 && d != "\"" && d != "\n" && d != "\r":
		f.delimiter = d[0]
	default:
		return f, fault.New(fault.Usage, "ingest.config.delimiter", s.Name, d)
	}
	return f, nil
}

// namesItself holds for formats that carry the names of their columns, so that they have no header row.
func (f fileFormat) namesItself() bool {
	return f.name == formatNDJSON || f.name == formatParquet || f.name == formatArrow
}

const zipMagic = "zip/xlsx"

// magic numbers of files that are no text.
var magic = []struct{ head, name string }{
	{"PK\x03\x04", zipMagic},
	{"\x1f\x8b", "gzip"},
	{"PAR1", "parquet"},
	{arrowFileHead, "arrow"},
	{"\xff\xff\xff\xff", "arrow"}, // a stream
	{"\xd0\xcf\x11\xe0", "xls/encrypted xlsx"},
	{"%PDF", "pdf"},
	{"SQLite", "sqlite"},
	{"\x89PNG", "png"},
	{"7z\xbc\xaf", "7z"},
	{"Rar!", "rar"},
}

// verify refuses a file that is not what its name says.
func (f fileFormat) verify(a *arrived) error {
	want := ""
	switch f.name {
	case formatXLSX:
		want = zipMagic
	case formatParquet, formatArrow:
		want = f.name
	}
	found := a.magic()
	switch {
	case a.facts.size == 0:
		return fault.New(fault.Refused, "ingest.refused.empty", a.path, 1)
	case found == want:
		return nil
	case found == "":
		found = "text"
	}
	return fault.New(fault.Refused, "ingest.refused.magic", a.path, f.name, found)
}

// magic returns what the first bytes of a file that is no text say it is.
func (a *arrived) magic() string {
	for _, m := range magic {
		if bytes.HasPrefix(a.facts.head, []byte(m.head)) {
			return m.name
		}
	}
	return ""
}

// adoptRejectFile lets a corrected reject file be read: it is a CSV (or was saved as a workbook) with a header, whatever
// the source's own files are.
func (b *batch) adoptRejectFile(ctx context.Context, l *loader) error {
	probe := *b
	switch b.file.magic() {
	case zipMagic:
		probe.format = fileFormat{name: formatXLSX}
	case "":
		probe.source.Encoding, probe.format = encodingAuto, fileFormat{name: formatCSV, delimiter: ','}
	default:
		return nil
	}
	in, err := probe.open(ctx, l)
	if err != nil {
		return nil //nolint:nilerr // the proper open says what is wrong
	}
	rec, err := in.Next()
	if err := errors.Join(ignoreEOF(err), in.Close()); err != nil {
		return nil //nolint:nilerr // likewise
	}
	for _, c := range rec.cells {
		if trim(c.s) == rejectLine {
			one := 1
			probe.source.HeaderRow, probe.source.Names, probe.source.Delimiter = &one, nil, ""
			probe.source.Sheet = ""
			*b = probe
			return nil
		}
	}
	return nil
}

func ignoreEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}
