package ingest

import (
	"bytes"
	"unicode/utf8"
)

// facts is what one pass over the bytes of a file tells.
type facts struct {
	size   int64
	head   []byte // the first bytes, for magic numbers and byte order marks
	utf8   bool   // valid UTF-8 throughout
	nul    bool
	cr, lf bool
	ended  bool     // the last byte ends a line
	cut    bool     // UTF-8 that ends inside a character
	script evidence // of a text that is not UTF-8
	// clean: the file holds nothing on which a strict CSV reader and ours could differ: quotes only where they belong,
	// no blanks at the ends of cells, no line ends but LF, nothing a spreadsheet has spoilt (###, 1.2E+11).
	clean bool
}

// scanner gathers facts from the bytes of a file as they pass.
type scanner struct {
	facts     facts
	delimiter byte
	begun     int64  // where the row begins
	carry     []byte // the unfinished UTF-8 sequence at the end of the last chunk
	tail      []byte // the last bytes of the last chunk, for patterns across chunks
	state     scanState
}

type scanState byte

const (
	atStart scanState = iota // at the start of a cell
	inPlain
	inBlank  // in a plain cell, after a blank
	inQuoted // inside quotes
	inQuotedBlank
	atQuoteStart // just after the opening quote
	afterQuote   // after a quote inside quotes: the end or an escaped quote
	afterBlankQuote
)

func newScanner(delimiter byte) *scanner {
	return &scanner{facts: facts{utf8: true, clean: true}, delimiter: delimiter}
}

// Write looks at the next bytes; it never fails.
func (s *scanner) Write(p []byte) {
	f := &s.facts
	f.size += int64(len(p))
	if len(p) > 0 {
		last := bytes.TrimRight(p[max(0, len(p)-2):], "\x00") // UTF-16LE ends with the other half of the line end
		f.ended = bytes.HasSuffix(last, []byte("\n")) || bytes.HasSuffix(last, []byte("\r")) || len(last) == 0 && f.ended
	}
	if room := 8 - len(f.head); room > 0 {
		f.head = append(f.head, p[:min(room, len(p))]...)
	}
	f.nul = f.nul || bytes.IndexByte(p, 0) >= 0
	f.cr = f.cr || bytes.IndexByte(p, '\r') >= 0
	f.lf = f.lf || bytes.IndexByte(p, '\n') >= 0
	if f.utf8 {
		s.checkUTF8(p)
	}
	f.clean = f.clean && f.utf8 && !f.nul && !f.cr
	if !f.clean {
		return
	}
	seam := append(s.tail, p[:min(4, len(p))]...)
	f.clean = !spoilt(seam) && !spoilt(p)
	s.tail = append(s.tail[:0:0], p[max(0, len(p)-4):]...)
	if f.clean {
		s.walk(p)
	}
}

// finish returns the facts after the last byte.
func (s *scanner) finish() facts {
	if len(s.carry) > 0 {
		s.facts.cut = s.facts.utf8
		s.facts.utf8, s.facts.clean = false, false
	}
	switch s.state {
	case inBlank, inQuoted, inQuotedBlank, atQuoteStart, afterBlankQuote:
		s.facts.clean = false
	}
	s.facts.clean = s.facts.clean && s.facts.size-s.begun <= maxRecord
	return s.facts
}

func (s *scanner) checkUTF8(p []byte) {
	if len(s.carry) > 0 {
		p = append(s.carry, p...)
		s.carry = nil
	}
	cut := len(p)
	for back := 1; back <= 3 && back <= len(p); back++ {
		if c := p[len(p)-back]; c >= 0xC0 {
			if !utf8.FullRune(p[len(p)-back:]) {
				cut = len(p) - back
			}
			break
		}
	}
	s.facts.utf8 = utf8.Valid(p[:cut])
	s.carry = append([]byte(nil), p[cut:]...)
}

// oddBlanks are blanks outside ASCII, in UTF-8: no-break, ideographic, zero-width and the like.
var oddBlanks = [][]byte{
	[]byte("\u00a0"), []byte("\u0085"), []byte("\u1680"), []byte("\u3000"), []byte("\u205f"), []byte("\u202f"),
	[]byte("\u2028"), []byte("\u2029"), []byte("\ufeff"), {0xE2, 0x80, 0x80}, {0xE2, 0x80, 0x81},
	{0xE2, 0x80, 0x82}, {0xE2, 0x80, 0x83}, {0xE2, 0x80, 0x84}, {0xE2, 0x80, 0x85}, {0xE2, 0x80, 0x86},
	{0xE2, 0x80, 0x87}, {0xE2, 0x80, 0x88}, {0xE2, 0x80, 0x89}, {0xE2, 0x80, 0x8A}, {0xE2, 0x80, 0x8B},
}

// spoilt reports patterns that only the careful reader may judge.
func spoilt(p []byte) bool {
	if bytes.Contains(p, []byte("###")) || bytes.Contains(p, []byte("E+")) || bytes.Contains(p, []byte("e+")) {
		return true
	}
	for _, lead := range []byte{0xC2, 0xE1, 0xE2, 0xE3, 0xEF} {
		if bytes.IndexByte(p, lead) < 0 {
			continue
		}
		for _, b := range oddBlanks {
			if b[0] == lead && bytes.Contains(p, b) {
				return true
			}
		}
	}
	return false
}

// walk follows quotes and blanks through the cells.
func (s *scanner) walk(p []byte) {
	st, before := s.state, s.facts.size-int64(len(p))
	for i, c := range p {
		end := c == s.delimiter || c == '\n'
		space := !end && (c == ' ' || c == '\t' || c == '\v' || c == '\f')
		switch st {
		case inPlain:
			switch {
			case end:
				st = atStart
			case space:
				st = inBlank
			case c == '"':
				s.facts.clean = false
			}
		case atStart:
			switch {
			case end:
			case c == '"':
				st = atQuoteStart
			case space:
				s.facts.clean = false
			default:
				st = inPlain
			}
		case inBlank:
			switch {
			case end || c == '"':
				s.facts.clean = false
			case !space:
				st = inPlain
			}
		default:
			st = s.walkQuoted(st, c, end, space || c == '\n')
		}
		if c == '\n' && st == atStart {
			s.facts.clean = s.facts.clean && before+int64(i)-s.begun <= maxRecord
			s.begun = before + int64(i) + 1
		}
		if !s.facts.clean {
			return
		}
	}
	s.state = st
}

func (s *scanner) walkQuoted(st scanState, c byte, end, space bool) scanState {
	switch {
	case st == afterQuote && end:
		return atStart
	case st == afterQuote && c == '"':
		return inQuoted
	case st == afterQuote, st == afterBlankQuote && c != '"':
		s.facts.clean = false // text after a closing quote, or a blank before it
	case st == afterBlankQuote:
		return inQuoted
	case c == '"' && st == inQuotedBlank:
		return afterBlankQuote
	case c == '"':
		return afterQuote
	case space && st == atQuoteStart:
		s.facts.clean = false
	case space:
		return inQuotedBlank
	default:
		return inQuoted
	}
	return st
}
