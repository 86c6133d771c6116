package ingest

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/kamlens/kamlens/internal/fault"
)

// limits bound what a workbook may unpack to: a zip of 7 MB can hold a sheet of 2 GB.
type limits struct {
	bytes   int64 // of all parts together, unpacked
	ratio   int64 // unpacked by packed size of a part; small parts are free
	entries int
	rows    int
	cells   int
}

func defaultLimits() limits {
	return limits{bytes: 1 << 30, ratio: 200, entries: 10_000, rows: 1_048_576, cells: 60_000_000}
}

// smallPart is the unpacked size up to which the ratio does not matter, bytes.
const smallPart = 16 << 20

// workbook is an opened xlsx. Sheets are read as a stream of XML: the usual libraries give either the formatted text
// of a cell (which loses days, zeros and digits) or build every row in full width (a stray cell in column XEC of each
// row is then 16,000 cells), and we need raw values with their styles.
type workbook struct {
	path     string
	zip      *zip.ReadCloser
	limits   limits
	unzip    int64 // bytes unpacked so far
	strings  []string
	styles   []style
	date1904 bool
}

// openXLSX opens the sheet called name, or the first one.
func openXLSX(a *arrived, name string, lim limits) (rows, error) {
	z, err := zip.OpenReader(a.copy)
	if err != nil {
		return nil, fault.New(fault.Refused, "ingest.refused.damaged", a.path).Because(err)
	}
	w := &workbook{path: a.path, zip: z, limits: lim}
	s, err := w.sheet(name)
	if err != nil {
		return nil, errors.Join(w.explain(err), z.Close())
	}
	return s, nil
}

// explain turns a fault of the XML or the zip into a refusal of the file.
func (w *workbook) explain(err error) error {
	if _, ok := errors.AsType[*fault.Error](err); ok || errors.Is(err, io.EOF) {
		return err
	}
	return fault.New(fault.Refused, "ingest.refused.damaged", w.path).Because(err)
}

func (w *workbook) sheet(name string) (*sheetRows, error) {
	if err := w.checkSize(); err != nil {
		return nil, err
	}
	target, err := w.find(name)
	if err != nil {
		return nil, err
	}
	if err := w.readStrings(); err != nil {
		return nil, err
	}
	if err := w.readStyles(); err != nil {
		return nil, err
	}
	part, err := w.part(target)
	if err != nil {
		return nil, err
	}
	return &sheetRows{book: w, src: part, dec: xml.NewDecoder(part)}, nil
}

// checkSize refuses a zip bomb by what the zip's own directory admits; part watches what is really unpacked.
func (w *workbook) checkSize() error {
	var total int64
	for _, f := range w.zip.File {
		size, packed := int64(f.UncompressedSize64), int64(f.CompressedSize64)
		total += size
		if size < 0 || total > w.limits.bytes || size > smallPart && size > packed*w.limits.ratio {
			return w.bomb("ingest.refused.bomb_bytes", total>>20, w.limits.bytes>>20)
		}
	}
	if len(w.zip.File) > w.limits.entries {
		return w.bomb("ingest.refused.bomb_entries", len(w.zip.File), w.limits.entries)
	}
	return nil
}

func (w *workbook) bomb(key string, got, most any) error {
	return fault.New(fault.Refused, key, w.path, got, most)
}

// part opens one part of the workbook; reading past the limit fails.
func (w *workbook) part(name string) (io.ReadCloser, error) {
	for _, f := range w.zip.File {
		if strings.EqualFold(f.Name, name) {
			r, err := f.Open()
			if err != nil {
				return nil, err
			}
			return &bounded{r: r, book: w}, nil
		}
	}
	return nil, fmt.Errorf("part %s is missing", name)
}

type bounded struct {
	r    io.ReadCloser
	book *workbook
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	b.book.unzip += int64(n)
	if b.book.unzip > b.book.limits.bytes {
		return n, b.book.bomb("ingest.refused.bomb_bytes", b.book.unzip>>20, b.book.limits.bytes>>20)
	}
	return n, err
}

func (b *bounded) Close() error { return b.r.Close() }

// decode reads a small part whole.
func (w *workbook) decode(name string, into any) error {
	part, err := w.part(name)
	if err != nil {
		return err
	}
	return errors.Join(xml.NewDecoder(part).Decode(into), part.Close())
}

// find returns the part of the sheet called name, or of the first sheet.
func (w *workbook) find(name string) (string, error) {
	var book struct {
		Pr struct {
			Date1904 string `xml:"date1904,attr"`
		} `xml:"workbookPr"`
		Sheets []struct {
			Name string     `xml:"name,attr"`
			ID   string     `xml:"http://schemas.openxmlformats.org/officeDocument/2006/relationships id,attr"`
			Any  []xml.Attr `xml:",any,attr"`
		} `xml:"sheets>sheet"`
	}
	var rels struct {
		List []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	if err := w.decode("xl/workbook.xml", &book); err != nil {
		return "", err
	}
	if err := w.decode("xl/_rels/workbook.xml.rels", &rels); err != nil {
		return "", err
	}
	w.date1904 = book.Pr.Date1904 == "1" || book.Pr.Date1904 == "true"
	var names []string
	for _, s := range book.Sheets {
		names = append(names, s.Name)
		if name != "" && s.Name != name {
			continue
		}
		id := s.ID
		for _, a := range s.Any { // the strict variant has another namespace
			if id == "" && a.Name.Local == "id" {
				id = a.Value
			}
		}
		for _, r := range rels.List {
			if r.ID == id {
				if t, ok := strings.CutPrefix(r.Target, "/"); ok {
					return t, nil
				}
				return "xl/" + r.Target, nil
			}
		}
	}
	return "", fault.New(fault.Refused, "ingest.refused.sheet", w.path, name, strings.Join(names, " | "))
}

// readStrings reads the shared strings; a workbook may have none.
func (w *workbook) readStrings() error {
	part, err := w.part("xl/sharedStrings.xml")
	if err != nil {
		return nil //nolint:nilerr // a workbook may have none
	}
	dec := xml.NewDecoder(part)
	for {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return part.Close()
		}
		if err != nil {
			return errors.Join(err, part.Close())
		}
		if start, ok := tok.(xml.StartElement); ok && start.Name.Local == "si" {
			s, err := richText(dec)
			if err != nil {
				return errors.Join(err, part.Close())
			}
			w.strings = append(w.strings, s)
		}
	}
}

// richText joins the pieces of text up to the end of the open element, leaving out phonetic hints.
func richText(dec *xml.Decoder) (string, error) {
	var b strings.Builder
	depth, hint, inText := 1, 0, false
	for depth > 0 {
		tok, err := dec.Token()
		if err != nil {
			return "", err
		}
		switch t := tok.(type) {
		case xml.StartElement:
			depth++
			if t.Name.Local == "rPh" {
				hint = depth
			}
			inText = t.Name.Local == "t" && hint == 0
		case xml.EndElement:
			if hint == depth {
				hint = 0
			}
			depth--
			inText = false
		case xml.CharData:
			if inText {
				b.Write(t)
			}
		}
	}
	return b.String(), nil
}

// column returns the number of the column of a reference such as AB12, from 0; -1 for none, and for one beyond any sheet
// a number that is beyond it too.
func column(ref string) int {
	n := 0
	for i := range len(ref) {
		c := ref[i]
		if c >= 'a' && c <= 'z' {
			c -= 'a' - 'A'
		}
		if c < 'A' || c > 'Z' {
			break
		}
		n = n*26 + int(c-'A') + 1
		if n > 1<<20 {
			break
		}
	}
	return n - 1
}

func attr(start xml.StartElement, name string) string {
	for _, a := range start.Attr {
		if a.Name.Local == name && a.Name.Space == "" {
			return a.Value
		}
	}
	return ""
}

func atoi(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}
