package ingest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/kamlens/kamlens/internal/fault"
)

// selfNamed are rows of a format that carries the names of its columns itself, so that no row of it is a header.
type selfNamed interface{ Names() []string }

// Limits of one file in NDJSON: keys in all of its objects together, and objects within objects.
const (
	maxKeys  = 4096
	maxDepth = 32
)

// ndjsonRows reads one JSON object a line. Keys of objects within objects are joined by a dot. A key that a line does
// not have is an empty cell, and so is null; numbers keep the digits they were written with; lists are cells that no
// column takes.
type ndjsonRows struct {
	lines *csvRows // for its lines only
	names []string
	at    map[string]int
}

// newNDJSON reads the rows of src, whose columns are names.
func newNDJSON(path string, src io.ReadCloser, names []string) *ndjsonRows {
	r := &ndjsonRows{lines: newCSV(path, src, ','), names: names, at: make(map[string]int, len(names))}
	for i, n := range names {
		r.at[n] = i
	}
	return r
}

// Names returns the keys of the file.
func (r *ndjsonRows) Names() []string { return r.names }

// Close closes the file.
func (r *ndjsonRows) Close() error { return r.lines.Close() }

// Next returns the next line that is not blank.
func (r *ndjsonRows) Next() (record, error) {
	for {
		text, ended, err := r.lines.readLine()
		if err != nil {
			return record{}, err
		}
		if len(bytes.TrimSpace(text)) == 0 {
			continue
		}
		rec := record{line: r.lines.line, cells: make([]cell, len(r.names))}
		err = eachMember(text, func(key string, c cell) {
			if i, ok := r.at[key]; ok { // the file was read to its end for its keys, so it always is
				rec.cells[i] = c
			}
		})
		if err != nil {
			return r.bad(rec, string(text), ended, err)
		}
		return rec, nil
	}
}

// bad makes a reject of a line that is no object; when it is the last line and has no end, the file was cut off.
func (r *ndjsonRows) bad(rec record, text string, ended bool, err error) (record, error) {
	if !ended && errors.Is(err, io.ErrUnexpectedEOF) {
		return record{}, fault.New(fault.Refused, "ingest.refused.cut_off", r.lines.path, rec.line)
	}
	why, ok := errors.AsType[*jsonFault](err)
	if !ok {
		why = &jsonFault{code: "json"}
	}
	rec.cells, rec.raw = nil, text
	rec.bad = &problem{code: why.code, expected: why.expected}
	return rec, nil
}

// ndjsonNames returns the keys of all objects of src in the order in which they first occur, and closes it.
func ndjsonNames(path string, src io.ReadCloser) (names []string, err error) {
	lines := newCSV(path, src, ',')
	defer closing(&err, lines)
	seen := map[string]bool{}
	for {
		text, _, err := lines.readLine()
		if errors.Is(err, io.EOF) {
			return names, nil
		}
		if err != nil {
			return nil, err
		}
		var fresh []string
		if eachMember(text, func(key string, _ cell) {
			if !seen[key] {
				fresh = append(fresh, key)
			}
		}) != nil {
			continue // a reject, as will be said when the rows are read
		}
		for _, key := range fresh {
			seen[key] = true
		}
		if names = append(names, fresh...); len(names) > maxKeys {
			return nil, fault.New(fault.Refused, "ingest.refused.keys", path, lines.line, maxKeys)
		}
	}
}

// jsonFault says why a line cannot be taken, where it is not plain bad syntax.
type jsonFault struct{ code, expected string }

func (f *jsonFault) Error() string { return f.code + " " + f.expected }

// eachMember hands on the members of the one object that text holds.
func eachMember(text []byte, take func(key string, c cell)) error {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	m := members{dec: dec, take: take, seen: map[string]bool{}, raw: bytes.Contains(text, []byte(string(utf8.RuneError)))}
	tok, err := dec.Token()
	if err != nil {
		return unexpected(err)
	}
	if tok != json.Delim('{') {
		return &jsonFault{code: "json", expected: `{"…": …}`}
	}
	if err := m.object("", 1); err != nil {
		return unexpected(err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return &jsonFault{code: "json", expected: `{"…": …}`}
	}
	return nil
}

// unexpected makes one error of the two ways in which the decoder says that a text ends too early.
func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// members walks through one object.
type members struct {
	dec  *json.Decoder
	take func(key string, c cell)
	seen map[string]bool
	raw  bool // the text itself holds the replacement character
}

// object reads up to the end of the open object; its keys are named after prefix.
func (m *members) object(prefix string, depth int) error {
	if depth > maxDepth {
		return &jsonFault{code: "json_deep", expected: fmt.Sprint(maxDepth)}
	}
	for m.dec.More() {
		tok, err := m.dec.Token()
		if err != nil {
			return err
		}
		key, ok := tok.(string)
		if !ok || m.spoilt(key) {
			return &jsonFault{code: "json"}
		}
		if err := m.member(prefix+key, depth); err != nil {
			return err
		}
	}
	_, err := m.dec.Token()
	return err
}

// member reads the value of key.
func (m *members) member(key string, depth int) error {
	tok, err := m.dec.Token()
	if err != nil {
		return err
	}
	if tok == json.Delim('{') {
		return m.object(key+".", depth+1)
	}
	if m.seen[key] {
		return &jsonFault{code: "json_twice", expected: key}
	}
	m.seen[key] = true
	c, err := m.cell(tok, depth)
	if err != nil {
		return err
	}
	m.take(key, c)
	return nil
}

func (m *members) cell(tok json.Token, depth int) (cell, error) {
	switch v := tok.(type) {
	case string:
		if m.spoilt(v) {
			return cell{}, &jsonFault{code: "json_text", expected: v}
		}
		return cell{s: v}, nil
	case json.Number:
		return cell{s: v.String(), kind: cellJSON}, nil
	case bool:
		return cell{s: fmt.Sprint(v)}, nil
	case json.Delim:
		return cell{s: "[…]", kind: cellList}, m.skip(depth + 1)
	}
	return cell{}, nil // null
}

// skip reads over an open list.
func (m *members) skip(depth int) error {
	for open := 1; open > 0; {
		tok, err := m.dec.Token()
		if err != nil {
			return err
		}
		switch tok {
		case json.Delim('['), json.Delim('{'):
			if open++; open+depth > maxDepth {
				return &jsonFault{code: "json_deep", expected: fmt.Sprint(maxDepth)}
			}
		case json.Delim(']'), json.Delim('}'):
			open--
		}
	}
	return nil
}

// spoilt reports a text with a character that its escapes cannot mean: half of a surrogate pair, or NUL.
func (m *members) spoilt(s string) bool {
	return !m.raw && strings.ContainsRune(s, utf8.RuneError) || strings.IndexByte(s, 0) >= 0
}
