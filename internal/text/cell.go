package text

import (
	"strings"
	"unicode/utf8"
)

// Cell guards a text cell of a CSV file or workbook against being read as a formula: one that begins, after a blank or
// a quote, with a sign that spreadsheets take for one (= + - @, their full-width forms, TAB, CR, NUL) gets a ' in
// front. Only for text: numbers are written as numbers, so that -12.5 stays one.
func Cell(s string) string {
	first, size := utf8.DecodeRuneInString(strings.TrimLeft(s, " \u00a0\u3000'\""))
	if size > 0 && strings.ContainsRune("=+-@\t\r\x00＝＋－＠", first) {
		return "'" + s
	}
	return s
}
