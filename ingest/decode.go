package ingest

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"github.com/kamlens/kamlens/internal/fault"
)

// The encodings of a source. Auto takes a byte order mark, then valid UTF-8, then GB18030 where all of it decodes.
const (
	encodingAuto    = "auto"
	encodingUTF8    = "utf-8"
	encodingUTF16   = "utf-16" // with a byte order mark
	encodingUTF16LE = "utf-16le"
	encodingUTF16BE = "utf-16be"
	encodingGB18030 = "gb18030"
)

var errUndecodable = errors.New("bytes that the encoding does not know")

// chooseEncoding settles which encoding a text file is read in.
func chooseEncoding(declared, path string, f facts) (string, error) {
	order := ""
	switch {
	case bytes.HasPrefix(f.head, []byte{0xFF, 0xFE}):
		order = encodingUTF16LE
	case bytes.HasPrefix(f.head, []byte{0xFE, 0xFF}):
		order = encodingUTF16BE
	}
	declared = strings.ToLower(declared)
	switch {
	case (declared == encodingAuto || declared == "" || declared == encodingUTF16) && order != "":
		return order, nil
	case declared == encodingUTF16:
		return "", fault.New(fault.Refused, "ingest.refused.no_bom", path)
	case declared == encodingUTF16LE || declared == encodingUTF16BE:
		if order != "" && order != declared || f.size%2 != 0 {
			return "", fault.New(fault.Refused, "ingest.refused.encoding", path, strings.ToUpper(declared))
		}
		return declared, nil
	case f.nul:
		return "", fault.New(fault.Refused, "ingest.refused.nul", path)
	case f.cut && declared != encodingGB18030:
		return "", fault.New(fault.Refused, "ingest.refused.cut_character", path)
	case declared == encodingUTF8 && !f.utf8:
		return "", fault.New(fault.Refused, "ingest.refused.encoding", path, "UTF-8")
	case f.utf8 && declared != encodingGB18030:
		return encodingUTF8, nil
	}
	return encodingGB18030, f.script.refusal(path, declared == encodingGB18030)
}

// openText opens the copy of a text file as UTF-8 without a byte order mark and with LF or CRLF line ends.
func openText(a *arrived, enc string) (io.ReadCloser, error) {
	f, err := os.Open(a.copy)
	if err != nil {
		return nil, err
	}
	var r io.Reader = f
	switch enc {
	case encodingUTF16LE:
		r = &strictReader{r: transform.NewReader(f, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewDecoder())}
	case encodingUTF16BE:
		r = &strictReader{r: transform.NewReader(f, unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewDecoder())}
	case encodingGB18030:
		r = &strictReader{r: transform.NewReader(f, gb18030().NewDecoder())}
	}
	buffered := bufio.NewReaderSize(r, 1<<16)
	if head, err := buffered.Peek(3); err == nil && bytes.Equal(head, []byte("\ufeff")) {
		if _, err := buffered.Discard(3); err != nil {
			return nil, errors.Join(err, f.Close())
		}
	}
	r = buffered
	if a.facts.cr && !a.facts.lf {
		r = &oldMac{r: r}
	}
	return struct {
		io.Reader
		io.Closer
	}{r, f}, nil
}

func gb18030() encoding.Encoding { return simplifiedchinese.GB18030 }

// strictReader fails where a decoder put the replacement character for bytes it does not know, and at NUL, which is no
// text. A file that holds a real U+FFFD was damaged before it came here, and is refused as well.
type strictReader struct {
	r     io.Reader
	carry []byte
	err   error // sticky
}

func (s *strictReader) Read(p []byte) (int, error) {
	if s.err != nil {
		return 0, s.err
	}
	n, err := s.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = errors.Join(errUndecodable, err)
	}
	before := len(s.carry)
	seam := append(s.carry, p[:n]...)
	at := bytes.Index(seam, []byte(string(utf8.RuneError)))
	if nul := bytes.IndexByte(seam, 0); nul >= 0 && (at < 0 || nul < at) {
		at = nul
	}
	if at >= 0 {
		n, err = max(at-before, 0), errUndecodable // what comes before it says in which line it is
	}
	s.carry = append(s.carry[:0:0], seam[max(0, len(seam)-2):]...)
	s.err = err
	if n > 0 {
		return n, nil
	}
	return n, err
}

// oldMac turns lone CR line ends into LF.
type oldMac struct{ r io.Reader }

func (m *oldMac) Read(p []byte) (int, error) {
	n, err := m.r.Read(p)
	for i := range p[:n] {
		if p[i] == '\r' {
			p[i] = '\n'
		}
	}
	return n, err
}
