package ingest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/text"
)

// FuzzNDJSON: whatever the bytes, every line that is not blank is a row or a reject with its line number, or the file is
// refused; a row has what another reader of JSON finds in the line, and a key that stands there twice is never a row.
func FuzzNDJSON(f *testing.F) {
	for _, s := range []string{`{"a":1}`, "{\"a\":{\"b\":[1,{\"c\":2}]},\"d\":null}\n\n{}\r\n", `{"a":1,"a":2}`, `{"a":{"b":1},"a.b":2}`, `{"a":"\ud800"}`, "[1]\n{\"a\":",
		"\x00", `{"a":1e5,"b":-0.0,"c":true}` + "\n" + `{"":"x"}`, strings.Repeat(`{"a":`, 50), `{"a":1} {"b":2}`, "{\"a\":\"\ufffd\"}"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if !utf8.Valid(data) {
			t.Skip("another reader decodes")
		}
		open := func() io.ReadCloser { return io.NopCloser(bytes.NewReader(data)) }
		names, err := ndjsonNames("in", open())
		if err != nil {
			refused(t, err)
			return
		}
		in := newNDJSON("in", open(), names)
		lines := bytes.Split(data, []byte("\n"))
		for at := 0; ; {
			for at < len(lines) && len(bytes.TrimSpace(lines[at])) == 0 {
				at++
			}
			rec, err := in.Next()
			if errors.Is(err, io.EOF) {
				if at < len(lines) {
					t.Fatalf("line %d is lost: %q", at+1, lines[at])
				}
				return
			}
			if err != nil {
				refused(t, err)
				return
			}
			if at++; rec.line != at {
				t.Fatalf("line %d, want %d", rec.line, at)
			}
			if rec.bad == nil {
				sameMembers(t, rec, names, lines[at-1])
			}
		}
	})
}

func refused(t *testing.T, err error) {
	t.Helper()
	if fault.KindOf(err) != fault.Refused {
		t.Fatal(err)
	}
}

// sameMembers compares a row with what encoding/json makes of the line: texts, numbers and booleans, by their dotted names.
func sameMembers(t *testing.T, rec record, names []string, line []byte) {
	t.Helper()
	var whole map[string]any
	dec := json.NewDecoder(bytes.NewReader(line))
	dec.UseNumber()
	if err := dec.Decode(&whole); err != nil {
		t.Fatalf("%q is a row and no object: %v", line, err)
	}
	want := map[string]string{}
	flatten("", whole, want)
	for i, name := range names {
		c := rec.cells[i]
		if c.kind != cellList && c.s != want[name] {
			t.Fatalf("%q: %s is %q, want %q", line, name, c.s, want[name])
		}
		delete(want, name)
	}
	if len(want) > 0 {
		t.Fatalf("%q: %v are no columns", line, want)
	}
}

func flatten(prefix string, object map[string]any, into map[string]string) {
	for key, value := range object {
		switch v := value.(type) {
		case nil, []any:
		case map[string]any:
			flatten(prefix+key+".", v, into)
		default:
			into[prefix+key] = fmt.Sprint(v)
		}
	}
}

// TestNDJSON_ids: a number that is an id is a plain integer, or nobody can say how it was written.
func TestNDJSON_ids(t *testing.T) {
	s := newSite(t, "  - {name: x, feed: cases, path: in.ndjson, max_reject_share: 1}\n")
	ids := []string{"1e3", "1.20e11", "1.0", "-0", "110101199003078811", `"1.0"`}
	var in strings.Builder
	for _, id := range ids {
		fmt.Fprintf(&in, `{"case_id":%s,"customer_id":"C1","kind":"fault","created_at":"2026-10-01 08:00:00"}`+"\n", id)
	}
	path := s.write("in.ndjson", in.String())
	r := s.must(Options{})
	if d := cmp.Diff([]string{"1.0", "110101199003078811"}, s.query("select case_id from cases order by 1")); d != "" || r[0].Rejected != 4 {
		t.Errorf("%s %+v", d, r[0])
	}
	for lang, want := range map[text.Lang]string{
		text.ZH: path + " 第 1 行，列“case_id”，值“1e3”：JSON 中未加引号的编号不是普通整数",
		text.EN: path + ` line 4, column "case_id", value "-0": an id as a JSON number that is no plain integer`,
	} {
		if got := r[0].Text(lang); !strings.Contains(got, want) {
			t.Errorf("no %q in %s", want, got)
		}
	}
}
