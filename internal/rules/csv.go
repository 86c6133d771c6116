package rules

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/kamlens/kamlens/internal/text"
)

// csvFields are the columns that a CSV rule file may have, in the order of the documentation.
func csvFields() []string {
	return []string{
		"section", "rule", "name", "of", "kind", "severity", "tier", "card", "customer", "limit", "clock", "key", "value", "unit",
		"window_months", "required", "max_gap_days", "from", "to", "document", "heading", "quote", "source", "status", "version",
	}
}

// header finds the column that a head stands for: its code, or its Chinese or English name.
func header(s string) (string, bool) {
	s = strings.TrimSpace(s)
	for _, f := range csvFields() {
		key := "rules.field." + f
		if strings.EqualFold(s, f) || s == text.ZH.T(key) || strings.EqualFold(s, text.EN.T(key)) {
			return f, true
		}
	}
	return "", false
}

// readCSV turns a CSV file into records: one row is one entry; the rows of one table with the same days are one entry.
func readCSV(file string, data []byte) ([]record, Problems) {
	var ps Problems
	bad := func(line int, key string, args ...any) { ps = append(ps, Problem{file, line, key, args}) }
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if !utf8.Valid(data) {
		decoded, err := simplifiedchinese.GB18030.NewDecoder().Bytes(data)
		if err != nil || bytes.ContainsRune(decoded, utf8.RuneError) {
			bad(0, "rules.problem.encoding")
			return nil, ps
		}
		data = decoded
	}
	r := csv.NewReader(bytes.NewReader(data))
	r.FieldsPerRecord = -1
	var head []string
	var out []record
	tables := map[string]int{} // which record the rows of a table go to
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return out, ps
		}
		if pe, ok := errors.AsType[*csv.ParseError](err); ok {
			bad(pe.Line, "rules.problem.syntax", pe.Err.Error())
			return out, ps
		}
		line, _ := r.FieldPos(0)
		switch {
		case head == nil:
			if head = readHead(row, func(key string, args ...any) { bad(line, key, args...) }); head == nil {
				return nil, ps
			}
		case strings.TrimSpace(strings.Join(row, "")) == "":
		case len(row) != len(head):
			bad(line, "rules.problem.cells", len(row), len(head))
		default:
			rec, p := readRow(file, line, head, row)
			if ps = append(ps, p...); len(p) == 0 {
				out = join(out, rec, tables)
			}
		}
	}
}

// readHead returns the field of each column; nil when one is unknown, stands there twice, or section is missing.
func readHead(row []string, bad func(string, ...any)) []string {
	head := make([]string, len(row))
	ok, seen := true, map[string]bool{}
	for i, s := range row {
		f, known := header(s)
		switch {
		case !known:
			bad("rules.problem.unknown_key", s, strings.Join(csvFields(), ", "))
			ok = false
		case seen[f]:
			bad("rules.problem.key_twice", s)
			ok = false
		}
		head[i], seen[f] = f, true
	}
	if ok && !seen["section"] {
		bad("rules.problem.missing", "section")
		ok = false
	}
	if !ok {
		return nil
	}
	return head
}

// readRow reads one row; a filled column that its section does not have is a problem.
func readRow(file string, line int, head, row []string) (record, Problems) {
	rec := record{file: file, line: line, fields: map[string]cell{}}
	var ps Problems
	got := map[string]string{}
	for i, f := range head {
		if s := strings.TrimSpace(row[i]); s != "" {
			got[f] = s
		}
	}
	rec.section = Section(got["section"])
	if !contains(names(Sections()), string(rec.section)) {
		return rec, Problems{{file, line, "rules.problem.one_of", []any{"section", got["section"], strings.Join(names(Sections()), ", ")}}}
	}
	allowed := append(fields(rec.section), "section")
	if isTable(rec.section) {
		allowed = append(allowed, "key", "value")
		if got["key"] != "" {
			rec.stated, rec.pairs = true, []pair{{got["key"], got["value"], line}}
		}
	}
	for _, f := range head {
		s, filled := got[f]
		if filled && !contains(allowed, f) {
			ps = append(ps, Problem{file, line, "rules.problem.unknown_key", []any{f, strings.Join(allowed, ", ")}})
		}
		pair := isTable(rec.section) && (f == "key" || f == "value")
		if filled && f != "section" && !pair {
			rec.fields[f] = cell{split(f, s), line}
		}
	}
	return rec, ps
}

// split cuts a selector at semicolons and 、; other cells are one text.
func split(field, s string) []string {
	if !contains([]string{"kind", "severity", "tier", "card", "customer"}, field) {
		return []string{s}
	}
	var out []string
	for _, part := range strings.FieldsFunc(s, func(r rune) bool { return r == ';' || r == '；' || r == '、' }) {
		out = append(out, strings.TrimSpace(part))
	}
	return out
}

// join adds a record, or its pair to the record of the same table that holds on the same days.
func join(out []record, rec record, tables map[string]int) []record {
	if !isTable(rec.section) {
		return append(out, rec)
	}
	key := strings.Join([]string{string(rec.section), one(rec.fields["of"].texts), one(rec.fields["from"].texts), one(rec.fields["to"].texts)}, "\x00")
	if i, ok := tables[key]; ok {
		out[i].pairs, out[i].stated = append(out[i].pairs, rec.pairs...), out[i].stated || rec.stated
		return out
	}
	tables[key] = len(out)
	return append(out, rec)
}

func names(list []Section) []string {
	var out []string
	for _, s := range list {
		out = append(out, string(s))
	}
	return out
}
