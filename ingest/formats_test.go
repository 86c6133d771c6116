package ingest

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/unicode"

	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/text"
	"github.com/kamlens/kamlens/internal/warehouse"
)

// factsCSV: two good rows, one with empty cells, one reject (kind x in row 3).
const factsCSV = `case_id,customer_id,kind,created_at,excluded_minutes,is_test,info.category
0001,C1,complaint,2026-10-01 08:00:00,5,true,"a ""b"", c"
0002,客户二,需求,2026-10-02 09:30:15,,false,
0003,C3,x,2026-10-03 10:00:00,7,,"two
lines"
`

const factsSource = "  - {name: crm, feed: cases, path: 'in.*', %s columns: {category: info.category}}\n"

const factsQuery = "select case_id, customer_id, kind, created_at, excluded_minutes, is_test, category, batch_id, superseded_by from cases order by 1"

// TestFormats_sameFacts: the same rows in every format give the same table and the same rejects.
func TestFormats_sameFacts(t *testing.T) {
	want := []string{"0001|C1|complaint|2026-10-01 08:00:00|5|true|a \"b\", c|1|-",
		"0002|客户二|request|2026-10-02 09:30:15|-|false|-|1|-"}
	texts := func(le unicode.Endianness, bom unicode.BOMPolicy) func(*site) {
		return func(s *site) {
			out, err := unicode.UTF16(le, bom).NewEncoder().String(factsCSV)
			if err != nil {
				t.Fatal(err)
			}
			s.write("in.csv", out)
		}
	}
	for name, tc := range map[string]struct {
		extra string
		write func(*site)
		line  int // of the reject
	}{
		"csv":              {"", func(s *site) { s.write("in.csv", factsCSV) }, 4},
		"utf-16le marked":  {"", texts(unicode.LittleEndian, unicode.UseBOM), 4},
		"utf-16be marked":  {"encoding: utf-16,", texts(unicode.BigEndian, unicode.UseBOM), 4},
		"utf-16le":         {"encoding: utf-16le,", texts(unicode.LittleEndian, unicode.IgnoreBOM), 4},
		"utf-16be":         {"encoding: utf-16be,", texts(unicode.BigEndian, unicode.IgnoreBOM), 4},
		"ndjson":           {"", func(s *site) { s.write("in.jsonl", factsNDJSON(t)) }, 3},
		"parquet of texts": {"", func(s *site) { s.parquet("in.parquet", "") }, 3},
		"typed parquet": {"", func(s *site) {
			s.parquet("in.parquet", "cast(created_at as timestamp) as created_at, cast(excluded_minutes as smallint) as excluded_minutes, cast(is_test as boolean) as is_test")
		}, 3},
		"arrow file":   {"", func(s *site) { s.arrow("in.arrow", false) }, 3},
		"arrow stream": {"format: arrow,", func(s *site) { s.arrow("in.dat", true) }, 3},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, fmt.Sprintf(factsSource, tc.extra))
			tc.write(s)
			if r, out, err := s.run(Options{DryRun: true}); err != nil || r[0].Rejected != 1 || r[0].Loaded != 2 {
				t.Fatalf("dry run: %v %s", err, out)
			}
			r := s.must(Options{})
			if r[0].Read != 3 || r[0].Rejected != 1 || r[0].Fast {
				t.Errorf("%+v", r[0])
			}
			if d := cmp.Diff(want, s.query(factsQuery)); d != "" {
				t.Error(d)
			}
			rejects := []string{fmt.Sprintf("1|%d|kind|kind|x|bad_enum", tc.line)}
			if d := cmp.Diff(rejects, s.query("select batch_id, line, column_name, header, value, code from rejects")); d != "" {
				t.Error(d)
			}
			s.correct(r[0].RejectFile, ",x,", ",fault,")
			s.must(Options{File: r[0].RejectFile})
			last := s.query("select case_id, kind, excluded_minutes, is_test, category from cases where batch_id = 2")
			if d := cmp.Diff([]string{"0003|fault|7|-|two\nlines"}, last); d != "" {
				t.Error(d)
			}
			left, err := filepath.Glob(filepath.Join(s.dir, "data", "tmp", "*-*"))
			if err != nil || len(left) > 0 {
				t.Error(left, err)
			}
		})
	}
}

// correct changes the text of a reject file.
func (s *site) correct(path, from, to string) {
	s.t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(strings.Replace(string(data), from, to, 1)), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

// parquet writes the facts as Parquet, the columns of replace with other types.
func (s *site) parquet(name, replace string) {
	s.t.Helper()
	what := "*"
	if replace != "" {
		what = "* replace (" + replace + ")"
	}
	s.duck(fmt.Sprintf("copy (select %s from read_csv(%s, all_varchar=true, header=true)) to %s (format parquet)", what,
		warehouse.Literal(s.write("facts.txt", factsCSV)), warehouse.Literal(filepath.Join(s.dir, name))))
}

// duck runs one statement in a database of its own.
func (s *site) duck(query string) {
	s.t.Helper()
	ctx := context.Background()
	db, err := warehouse.Open(ctx, filepath.Join(s.t.TempDir(), "made.duckdb"), warehouse.Options{})
	if err != nil {
		s.t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.SQL().ExecContext(ctx, query); err != nil {
		s.t.Fatal(err)
	}
}

// factRows are the cells of the facts, the header first.
func factRows(tb testing.TB) [][]string {
	tb.Helper()
	rows, err := csv.NewReader(strings.NewReader(factsCSV)).ReadAll()
	if err != nil {
		tb.Fatal(err)
	}
	return rows
}

// factsNDJSON has numbers and booleans as such, leaves out or nulls empty cells and nests the dotted column.
func factsNDJSON(tb testing.TB) string {
	tb.Helper()
	rows := factRows(tb)
	var b strings.Builder
	for i, row := range rows[1:] {
		line := map[string]any{}
		for j, name := range rows[0] {
			switch {
			case row[j] == "" && i%2 == 0:
				line[name] = nil
			case row[j] == "":
			case name == "excluded_minutes":
				line[name] = json.Number(row[j])
			case name == "is_test":
				line[name] = row[j] == "true"
			case name == "info.category":
				line["info"] = map[string]any{"category": row[j], "list": []int{1}}
			default:
				line[name] = row[j]
			}
		}
		text, err := json.Marshal(line)
		if err != nil {
			tb.Fatal(err)
		}
		b.Write(append(text, "\n\n"[i%2:]...)) // a blank line is no row, but it is a line
	}
	return strings.Replace(b.String(), "\n\n", "\n", 1)
}

// TestNDJSON_badLines: a line that is no object is a reject with its line; the others are loaded.
func TestNDJSON_badLines(t *testing.T) {
	good := func(id string) string {
		return `{"case_id": ` + id + `, "customer_id": "C1", "kind": "fault", "created_at": "2026-10-01 08:00:00"}`
	}
	s := newSite(t, "  - {name: crm, feed: cases, path: in.ndjson}\n")
	s.write("in.ndjson", strings.Join([]string{
		good(`12345678901234567890`), // 1: the digits stay as written
		good(`"2"`) + `,`,            // 2: more after the object
		`[1]`,                        // 3: no object
		"",
		`{"case_id": 5, "case_id": 6}`, // 5: a key twice
		good(`{"a": 1}`),               // 6: case_id.a instead of case_id
		good(`[7]`),                    // 7: a list where a value is wanted
		good(`"\u0000"`),               // 8: NUL
		good(`"\ud800"`),               // 9: half a pair
		good(`"10"`),
		`{"case_id": "11"`, // 11: not closed
		strings.Repeat(`{"a":`, 40) + "1" + strings.Repeat("}", 40), // 12: too deep
		`{}`,
		good(`1.20e11`), // 14: an id that is no integer
	}, "\r\n")+"\r\n")
	r := s.must(Options{})
	if r[0].Loaded != 2 || r[0].Rejected != 10 || r[0].Blank != 1 {
		t.Errorf("%+v", r[0])
	}
	want := []string{"10", "12345678901234567890"}
	if d := cmp.Diff(want, s.query("select case_id from cases order by 1")); d != "" {
		t.Error(d)
	}
	rejects := []string{"2|json", "3|json", "5|json_twice", "6|required", "7|list", "8|json_text", "9|json_text", "11|json", "12|json_deep", "14|id_number"}
	if d := cmp.Diff(rejects, s.query("select line, code from rejects order by line")); d != "" {
		t.Error(d)
	}
}

// TestFormats_refuse: what makes nobody sure of the file refuses it whole, with a message in both languages.
func TestFormats_refuse(t *testing.T) {
	s := newSite(t, "")
	s.parquet("whole.parquet", "")
	s.arrow("whole.arrow", false)
	s.arrow("whole.arrows", true)
	whole := func(name string) string {
		data, err := os.ReadFile(filepath.Join(s.dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	cut := func(name string, n int) string { return whole(name)[:len(whole(name))-n] }
	line := `{"case_id": "1", "customer_id": "C1", "kind": "fault", "created_at": "2026-10-01"}` + "\n"
	wide := func() string {
		var b strings.Builder
		for i := range 5000 {
			fmt.Fprintf(&b, "{\"k%d\": 1}\n", i)
		}
		return b.String()
	}
	for name, tc := range map[string]struct{ file, content, extra, zh, en string }{
		"ndjson cut off":     {"in.ndjson", line + line[:40], "", "文件被截断，最后的第 2 行", "line 2, the last, has no line end"},
		"too many keys":      {"in.ndjson", wide(), "", "超过 4096 个不同的键", "more than 4096 different keys"},
		"parquet cut off":    {"in.parquet", cut("whole.parquet", 10), "", "文件已损坏", "damaged or incomplete"},
		"parquet by name":    {"in.parquet", line, "", "内容却是 text", "its content is text"},
		"arrow cut off":      {"in.arrow", cut("whole.arrow", 10), "", "文件已损坏", "damaged or incomplete"},
		"stream cut off":     {"in.arrows", cut("whole.arrows", 100), "", "文件已损坏", "damaged or incomplete"},
		"no byte order mark": {"in.csv", "a\x00b\x00", ", encoding: utf-16", "utf-16le", "say encoding: utf-16le"},
		"odd UTF-16":         {"in.csv", "a\x00b", ", encoding: utf-16le", "不是 UTF-16LE", "not UTF-16LE"},
		"NUL in UTF-16":      {"in.csv", "a\x00\x00\x00\n\x00", ", encoding: utf-16le", "无法解码", "cannot be decoded"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, "  - {name: x, feed: cases, path: "+tc.file+tc.extra+"}\n")
			s.write(tc.file, tc.content)
			for lang, want := range map[text.Lang]string{text.ZH: tc.zh, text.EN: tc.en} {
				_, out, err := s.run(Options{Lang: lang})
				if fault.KindOf(err) != fault.Refused || !strings.Contains(out, want) {
					t.Errorf("%v\n%s\nwant %q", err, out, want)
				}
			}
			if n := s.query("select count(*) from cases"); n[0] != "0" {
				t.Errorf("%s rows stored", n[0])
			}
		})
	}
}

// TestParquet_fast: a clean file is read by DuckDB itself, and a second one is merged with what is there.
func TestParquet_fast(t *testing.T) {
	s := newSite(t, "  - {name: crm, feed: cases, path: 'in*.parquet'}\n")
	for name, kind := range map[string]string{"in1": "fault", "in2": "需求"} {
		s.duck("copy (select 'A' || i as case_id, 'C1' as customer_id, '" + kind + "' as kind, timestamp '2026-10-01 08:00:00' as created_at, i::int as excluded_minutes from range(3) r(i)) to '" +
			filepath.Join(s.dir, name+".parquet") + "' (format parquet)")
	}
	r := s.must(Options{})
	if !r[0].Fast || !r[1].Fast || r[0].Loaded != 3 || r[1].Superseded != 3 {
		t.Errorf("%+v", r)
	}
	got := s.query("select case_id, kind, created_at, excluded_minutes, batch_id from cases where superseded_by is null order by 1")
	want := []string{"A0|request|2026-10-01 08:00:00|0|2", "A1|request|2026-10-01 08:00:00|1|2", "A2|request|2026-10-01 08:00:00|2|2"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// TestParquet_unreadable: a list or a NUL character in a mapped column is a reject of its row.
func TestParquet_unreadable(t *testing.T) {
	s := newSite(t, "  - {name: crm, feed: cases, path: in.parquet, columns: {category: tags}}\n")
	s.duck("copy (select 'A' || i as case_id, 'C1' as customer_id, 'fault' as kind, date '2026-10-01' as created_at, if(i = 1, ['a'], null) as tags, " +
		"if(i = 2, 'x' || chr(0), 'x') as source_ref from range(3) r(i)) to '" + filepath.Join(s.dir, "in.parquet") + "' (format parquet)")
	r := s.must(Options{})
	if r[0].Loaded != 1 || r[0].Rejected != 2 {
		t.Errorf("%+v", r[0])
	}
	want := []string{"2|tags|list", "3|source_ref|nul"}
	if d := cmp.Diff(want, s.query("select line, header, code from rejects order by line")); d != "" {
		t.Error(d)
	}
}
