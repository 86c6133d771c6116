package ingest

import (
	"bufio"
	"errors"
	"io"
	"os"
	"unicode/utf8"

	"github.com/kamlens/kamlens/internal/fault"
)

// Almost any bytes can be read as GB18030, so that they can is no proof: Big5, Western texts and pieces of UTF-8 become
// other, rare characters. Chinese text is written in the characters of GB2312, and chance hardly makes those.

// evidence is what the bytes of a text that is not UTF-8 tell of its encoding.
type evidence struct {
	pairs, common int // characters of two bytes, and those of them that GB2312 has
	fours         int // characters of four bytes, which no other encoding has
	big5, often   int // pairs that are one of Big5, and one of its usual ones
	inUTF8        int // the first line with Chinese text in UTF-8; 0: none
}

// rarest is the share of pairs outside GB2312 above which a text is not taken for GB18030: one of rarest.
const rarest = 8

// strange reports that the text, read as GB18030, would be one of rare characters.
func (e evidence) strange() bool {
	return e.pairs-e.common > (e.pairs+e.fours)/rarest
}

// isBig5 reports that the text is one of rare characters in GB18030 and of usual ones in Big5.
func (e evidence) isBig5() bool {
	return e.strange() && e.fours == 0 && e.big5 == e.pairs && e.often*10 >= e.pairs*9
}

// refusal says why a text is not taken for GB18030; nil when it is.
func (e evidence) refusal(path string, declared bool) error {
	switch {
	case e.inUTF8 > 0:
		return fault.New(fault.Refused, "ingest.refused.mixed", path, e.inUTF8)
	case e.isBig5():
		return fault.New(fault.Refused, "ingest.refused.big5", path)
	case e.strange() && !declared:
		return fault.New(fault.Refused, "ingest.refused.not_gb", path, e.pairs-e.common, e.pairs+e.fours)
	}
	return nil
}

// weigh looks at the copy of a file that is not UTF-8.
func weigh(path string) (e evidence, err error) {
	f, err := os.Open(path)
	if err != nil {
		return e, err
	}
	defer closing(&err, f)
	r := bufio.NewReaderSize(f, 1<<18)
	for line := 1; ; {
		part, err := r.ReadSlice('\n')
		e.weigh(part, line)
		switch {
		case errors.Is(err, io.EOF):
			return e, nil
		case errors.Is(err, bufio.ErrBufferFull): // the rest of the line comes next
		case err != nil:
			return e, err
		default:
			line++
		}
	}
}

// weigh adds what one line tells.
func (e *evidence) weigh(p []byte, line int) {
	for i := 0; i < len(p); {
		if p[i] < utf8.RuneSelf {
			i++
			continue
		}
		end := i
		for end < len(p) && p[end] >= utf8.RuneSelf {
			end++
		}
		if e.inUTF8 == 0 && chineseUTF8(p[i:end]) {
			e.inUTF8 = line
		}
		for i < end {
			i += e.character(p[i:])
		}
	}
}

// character counts the character of GB18030 at the front of p and returns its length.
func (e *evidence) character(p []byte) int {
	if len(p) < 2 {
		return 1
	}
	lead, trail := p[0], p[1]
	switch {
	case len(p) >= 4 && trail >= '0' && trail <= '9':
		e.fours++
		return 4
	case lead == 0x80 || lead == 0xFF || trail < 0x40 || trail == 0x7F || trail == 0xFF:
		return 1 // none: the decoder will say so
	}
	e.pairs++
	if trail >= 0xA1 && (lead >= 0xB0 && lead <= 0xF7 || lead >= 0xA1 && lead <= 0xA3) {
		e.common++
	}
	if trail <= 0x7E || trail >= 0xA1 {
		e.big5++
		if lead >= 0xA1 && lead <= 0xC6 {
			e.often++
		}
	}
	return 2
}

// chineseUTF8 reports whether a run of bytes beyond ASCII is nothing but Chinese text in UTF-8, of at least two
// characters. Three of GBK that look like it would have to be of the rarest.
func chineseUTF8(p []byte) bool {
	n := 0
	for ; len(p) > 0; n++ {
		r, size := utf8.DecodeRune(p)
		if size != 3 || r < 0x3000 || r > 0x9FFF && r < 0xFF00 {
			return false
		}
		p = p[size:]
	}
	return n >= 2
}
