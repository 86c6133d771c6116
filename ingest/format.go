package ingest

import (
	"bytes"
	"errors"
	"io"
	"path/filepath"
	"strings"

	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/fault"
)

const (
	formatCSV  = "csv"
	formatTSV  = "tsv"
	formatXLSX = "xlsx"
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
		if name == "txt" || name == "" && s.Delimiter != "" {
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
	default:
		return f, fault.New(fault.Refused, "ingest.refused.format", path, name)
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

// magic numbers of files that are no text.
var magic = []struct{ head, name string }{
	{"PK\x03\x04", "zip/xlsx"},
	{"\x1f\x8b", "gzip"},
	{"PAR1", "parquet"},
	{"ARROW1", "arrow"},
	{"\xd0\xcf\x11\xe0", "xls/encrypted xlsx"},
	{"%PDF", "pdf"},
	{"SQLite", "sqlite"},
	{"\x89PNG", "png"},
	{"7z\xbc\xaf", "7z"},
	{"Rar!", "rar"},
}

// verify refuses a file that is not what its name says.
func (f fileFormat) verify(a *arrived) error {
	found := ""
	for _, m := range magic {
		if bytes.HasPrefix(a.facts.head, []byte(m.head)) {
			found = m.name
		}
	}
	switch {
	case a.facts.size == 0:
		return fault.New(fault.Refused, "ingest.refused.empty", a.path, 1)
	case f.name == formatXLSX && found != "zip/xlsx":
		if found == "" {
			found = "text"
		}
		return fault.New(fault.Refused, "ingest.refused.magic", a.path, f.name, found)
	case f.name != formatXLSX && found != "":
		return fault.New(fault.Refused, "ingest.refused.magic", a.path, f.name, found)
	}
	return nil
}

// adoptRejectFile lets a corrected reject file be read: it is a CSV with a header, whatever the source's own files are.
func (b *batch) adoptRejectFile() error {
	probe := *b
	if b.format.name != formatXLSX {
		probe.source.Encoding, probe.format = encodingAuto, fileFormat{name: formatCSV, delimiter: ','}
	}
	in, err := probe.open()
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
