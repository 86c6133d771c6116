package reports

import (
	"strings"
	"unicode/utf8"
)

// guard makes a text harmless where a spreadsheet would take it for a formula (CWE-1236): one quote goes before a text
// that begins with = + - @, their full-width forms, TAB, CR or NUL, also behind blanks and quotes. Typed numbers are
// never guarded. Taking exactly one quote off a guarded text gives the original.
func guard(s string) string {
	if formulaLike(s) {
		return "'" + s
	}
	return s
}

func formulaLike(s string) bool {
	s = strings.TrimLeft(s, " \u00a0\u3000'\"")
	r, size := utf8.DecodeRuneInString(s)
	return size > 0 && strings.ContainsRune("=+-@\t\r\x00＝＋－＠", r)
}
