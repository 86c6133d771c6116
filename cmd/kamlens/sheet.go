package main

import (
	"encoding/csv"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/width"

	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/text"
)

// sheet is a table to print: its first text columns are words, the others numbers, the last one words again.
type sheet struct {
	head []string
	text int
	rows [][]string
}

// headed names columns: for programs as they are, for people in words.
func headed(l text.Lang, prefix string, columns []string, raw bool) []string {
	if raw {
		return columns
	}
	var head []string
	for _, c := range columns {
		head = append(head, l.T(prefix+c))
	}
	return head
}

// writerOf returns how a sheet is printed in a format; json has its own way.
func writerOf(format string) (func(io.Writer, sheet) error, error) {
	switch format {
	case "table":
		return writeTable, nil
	case "csv":
		return writeCSV, nil
	case "json":
		return nil, nil //nolint:nilnil // answers are printed as JSON themselves
	}
	return nil, fault.New(fault.Usage, "kpi.cli.format", format)
}

// writeTable aligns a sheet for a terminal, Chinese characters being two columns wide; numbers to the right.
func writeTable(w io.Writer, t sheet) error {
	widths := make([]int, len(t.head))
	for _, row := range append([][]string{t.head}, t.rows...) {
		for i, cell := range row {
			widths[i] = max(widths[i], columns(cell))
		}
	}
	var out strings.Builder
	line := func(row []string) {
		for i, cell := range row {
			gap := strings.Repeat(" ", widths[i]-columns(cell))
			switch {
			case i == len(row)-1:
				out.WriteString(cell)
			case i < t.text:
				out.WriteString(cell + gap + "  ")
			default:
				out.WriteString(gap + cell + "  ")
			}
		}
		out.WriteByte('\n')
	}
	line(t.head)
	for _, row := range t.rows {
		line(row)
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// columns is how many terminal columns s takes.
func columns(s string) int {
	n := 0
	for len(s) > 0 {
		p, size := width.LookupString(s)
		if size == 0 {
			break
		}
		n++
		if k := p.Kind(); k == width.EastAsianWide || k == width.EastAsianFullwidth {
			n++
		}
		_, rune1 := utf8.DecodeRuneInString(s)
		s = s[max(size, rune1):]
	}
	return n
}

// writeCSV prints a sheet as RFC 4180, with the mark by which spreadsheets know UTF-8, words guarded against being read
// as formulas.
func writeCSV(w io.Writer, t sheet) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	if err := out.Write(t.head); err != nil {
		return err
	}
	return writeRows(out, t)
}

// writeCSVRows goes on with more rows of a sheet whose head was written.
func writeCSVRows(w io.Writer, t sheet) error {
	out := csv.NewWriter(w)
	out.UseCRLF = true
	return writeRows(out, t)
}

func writeRows(out *csv.Writer, t sheet) error {
	for _, row := range t.rows {
		guarded := append([]string{}, row...)
		for i := range guarded {
			if i < t.text || i == len(row)-1 {
				guarded[i] = text.Cell(guarded[i])
			}
		}
		if err := out.Write(guarded); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}
