package ingest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/kamlens/kamlens/internal/warehouse"
)

// jsonOf writes rows as one JSON object a line, all values as text; an empty cell is left out.
func jsonOf(head []string, rows [][]string) string {
	var b strings.Builder
	for _, row := range rows {
		b.WriteString(jsonLine(head, row) + "\n")
	}
	return b.String()
}

func jsonLines(rows [][]string) string { return jsonOf(oddColumns, rows) }

func jsonLine(head, row []string) string {
	var members []string
	for i, s := range row {
		if s == "" {
			continue
		}
		key, _ := json.Marshal(head[i]) // of a string: never fails
		value, _ := json.Marshal(s)
		members = append(members, string(key)+": "+string(value))
	}
	return "{" + strings.Join(members, ", ") + "}"
}

func oddColumnar() []oddKind {
	return []oddKind{
		{"odd JSON", 48, (*oddGen).oddJSON},
		{"truncated NDJSON", 24, (*oddGen).cutJSON},
		{"a JSON document instead of lines", 20, (*oddGen).jsonDocument},
		{"odd Parquet", 20, (*oddGen).oddParquet},
		{"truncated Parquet", 20, func(g *oddGen) oddFile {
			return g.truncated("parquet", g.parquetOf(g.some(), "*"))
		}},
		{"truncated Arrow file", 20, func(g *oddGen) oddFile {
			data, _ := g.arrowOf(g.table(9), false)
			return g.truncated("arrow", data)
		}},
		{"truncated Arrow stream", 20, (*oddGen).cutStream},
	}
}

// oddJSON has one odd line among good ones.
func (g *oddGen) oddJSON() oddFile {
	rows := g.table(5)
	hit := 1 + g.IntN(3)
	lines := strings.Split(strings.TrimSuffix(jsonLines(rows), "\n"), "\n")
	line := lines[hit]
	users := `"users": "` + rows[hit][cUsers] + `"`
	type odd struct {
		line string
		at   int // of the value that is stored otherwise
		good string
		code string // of the reject, with its column
	}
	with := func(value string) string { return strings.Replace(line, users, `"users": `+value, 1) }
	id := func(value string) string { return strings.Replace(line, `"`+rows[hit][cID]+`"`, value, 1) }
	name := func(value string) string { return strings.Replace(line, `"`+rows[hit][cName]+`"`, value, 1) }
	odds := []odd{
		{line: with("null"), at: cUsers, good: "-"}, {line: with("7"), at: cUsers, good: "7"}, {line: with("-0"), at: cUsers, good: "0"},
		{line: with("7.0"), at: cUsers, good: "7"}, {line: with("7.5"), code: "users bad_int"}, {line: with("1e400"), code: "users bad_int"},
		{line: with("1E5"), code: "users bad_int"}, {line: with("true"), code: "users bad_int"}, {line: with("[1]"), code: "users list"},
		{line: with("[[[1]]]"), code: "users list"}, {line: with("NaN"), code: " json"}, {line: with("Infinity"), code: " json"}, {line: with("007"), code: " json"},
		{line: with("+7"), code: " json"}, {line: with(".5"), code: " json"}, {line: with("0x1F"), code: " json"}, {line: with("'7'"), code: " json"},
		{line: with("undefined"), code: " json"}, {line: with("7,"), code: " json"}, {line: with(`{"a": 1}`), at: cUsers, good: "-"},
		{line: id("110101199003078811"), at: cID, good: "110101199003078811"}, {line: id("12345678901234567890123"), at: cID, good: "12345678901234567890123"},
		{line: id("true"), at: cID, good: "true"}, {line: id(`"0007"`), at: cID, good: "0007"}, {line: id("null"), code: "customer_id required"},
		{line: name(`"\u4e2d\ud83d\ude00"`), at: cName, good: "中😀"}, {line: name(`"\ud800"`), code: " json_text"}, {line: name(`"\u0000"`), code: " json_text"},
		{line: name(`"甲\n乙"`), at: cName, good: "甲\n乙"}, {line: name("\"甲\t乙\""), code: " json"}, {line: name(`"\x41"`), code: " json"},
		{line: line + line, code: " json"}, {line: line + ",", code: " json"}, {line: line + "]", code: " json"}, {line: "[" + line + "]", code: " json"},
		{line: "// " + line, code: " json"}, {line: line + " /* x */", code: " json"}, {line: strings.TrimSuffix(line, "}"), code: " json"},
		{line: strings.Replace(line, ":", "=", 1), code: " json"}, {line: strings.Replace(line, `"users"`, `users`, 1), code: " json"},
		{line: strings.Replace(line, users, users+`, "users": 9`, 1), code: " json_twice"}, {line: "\ufeff" + line, code: " json"},
		{line: `"` + rows[hit][cID] + `"`, code: " json"}, {line: "12", code: " json"}, {line: "null", code: " json"},
		{line: strings.Replace(line, "}", `, "deep": `+strings.Repeat("[", 40)+strings.Repeat("]", 40)+"}", 1), code: " json_deep"},
		{line: strings.Replace(line, "}", `, "deep": {"er": {"list": [1, {"x": 2}]}}}`, 1)}, {line: "\t" + line + "  \r"},
	}
	o := odds[g.i%len(odds)]
	lines[hit] = o.line
	f := oddFile{name: g.file("ndjson"), data: strings.Join(lines, "\n") + "\n"}
	switch {
	case o.code != "":
		f.rejects, f.rows = []string{fmt.Sprintf("%d %s", hit+1, o.code)}, want(without(rows, hit))
		return f
	case o.good != "":
		rows[hit][o.at] = strings.TrimPrefix(o.good, "-")
	}
	f.rows = want(rows)
	return f
}

// cutJSON stops inside a line, which refuses it, or at the end of one: then it is a shorter file.
func (g *oddGen) cutJSON() oddFile {
	rows := g.table(6)
	whole := jsonLines(rows)
	f := oddFile{name: g.file("ndjson")}
	at := 1 + g.IntN(len(whole)-1)
	if end := strings.IndexByte(whole[at:], '\n'); g.i%6 >= 4 && end >= 0 { // at the end of a line, or before it
		at += end + g.i%2
	}
	for at < len(whole) && whole[at]&0xC0 == 0x80 {
		at++
	}
	f.data = whole[:at]
	last := f.data[strings.LastIndexByte(f.data, '\n')+1:]
	switch {
	case last == "":
		f.rows = want(rows[:strings.Count(f.data, "\n")])
	case strings.HasSuffix(last, "}"):
		f.rows, f.note = want(rows[:strings.Count(f.data, "\n")+1]), "ingest.drift.unended"
	default:
		f.refused = "ingest.refused.cut_off|ingest.refused.columns_missing" // without a whole line there are no columns
	}
	return f
}

// jsonDocument is one array or object over several lines, whole or cut.
func (g *oddGen) jsonDocument() oddFile {
	var list []map[string]string
	for _, row := range g.some() {
		m := map[string]string{}
		for i, s := range row {
			m[oddColumns[i]] = s
		}
		list = append(list, m)
	}
	f := oddFile{name: g.file("ndjson"), refused: "ingest.refused.columns_missing"}
	data, err := json.MarshalIndent(list, "", "  ")
	switch g.i % 4 {
	case 1: // one line
		data, err = json.Marshal(list)
	case 2:
		data, err = json.MarshalIndent(map[string]any{"data": list, "total": len(list)}, "", " ")
	case 3:
		f.name, f.refused = g.file("json"), "ingest.refused.format"
	}
	if err != nil {
		g.t.Fatal(err)
	}
	f.data = string(data) + "\n"
	return f
}

// parquetOf writes rows as Parquet through DuckDB, selecting from text columns.
func (g *oddGen) parquetOf(rows [][]string, what string) string {
	g.t.Helper()
	s := &site{t: g.t, dir: g.t.TempDir()}
	out := filepath.Join(s.dir, "x.parquet")
	s.duck(fmt.Sprintf("copy (select %s from read_csv(%s, all_varchar=true, header=true)) to %s (format parquet)", what,
		warehouse.Literal(s.write("x.txt", csvText(oddColumns, rows))), warehouse.Literal(out)))
	data, err := os.ReadFile(out)
	if err != nil {
		g.t.Fatal(err)
	}
	return string(data)
}

// oddParquet has columns of types that are not those of the feed.
func (g *oddGen) oddParquet() oddFile {
	rows := g.some()
	hit := g.IntN(len(rows))
	only := fmt.Sprintf("customer_id = '%s'", rows[hit][cID])
	type odd struct {
		replace string
		at      int
		good    string
		code    string
	}
	odds := []odd{
		{replace: "cast(users as BIGINT) as users"}, {replace: "cast(users as DOUBLE) as users"}, {replace: "cast(users as DECIMAL(10,2)) as users"},
		{replace: "if(" + only + ", 'nan'::double, users::double) as users", at: cUsers, code: "bad_int"},
		{replace: "if(" + only + ", 'inf'::double, users::double) as users", at: cUsers, code: "cell_error"},
		{replace: "if(" + only + ", -0.0::double, users::double) as users", at: cUsers, good: "0"},
		{replace: "if(" + only + ", 1.5::double, users::double) as users", at: cUsers, code: "bad_int"},
		{replace: "if(" + only + ", [1], null) as users", at: cUsers, code: "list"},
		{replace: "cast(first_active_on as DATE) as first_active_on"}, {replace: "cast(first_active_on as TIMESTAMP) as first_active_on"},
		{replace: "cast(first_active_on || ' 12:00:00+08' as TIMESTAMPTZ) as first_active_on"},
		{replace: "if(" + only + ", 'infinity'::date, first_active_on::date) as first_active_on", at: cSince, code: "bad_date"},
		{replace: "if(" + only + ", 'x' || chr(0), name) as name", at: cName, code: "nul"},
		{replace: "if(" + only + ", '  甲  ', name) as name", at: cName, good: "甲"},
		{replace: "if(" + only + ", null, name) as name", at: cName, code: "required"},
		{replace: "if(" + only + ", '合计', customer_id) as customer_id", at: -1, code: "total"},
		{replace: "if(" + only + ", '在网', status) as status", at: cStatus, good: "active"},
		{replace: "if(" + only + ", '#N/A', status) as status", at: cStatus, code: "bad_enum"},
		{replace: "if(" + only + ", '1.2E+11', customer_id) as customer_id", at: cID, code: "id_exponent"},
		{replace: "if(" + only + ", 'a' || chr(13) || 'b', name) as name", at: cName, good: "a\rb"},
	}
	o := odds[g.i%len(odds)]
	f := oddFile{name: g.file("parquet"), data: g.parquetOf(rows, "* replace ("+o.replace+")")}
	switch {
	case o.code != "":
		column := ""
		if o.at >= 0 {
			column = oddColumns[o.at]
		}
		f.rejects = []string{fmt.Sprintf("%d %s %s", hit+1, column, o.code)}
		f.rows = want(without(rows, hit))
		if o.code == "list" { // the others have none
			rows = clone(rows)
			for i := range rows {
				rows[i][cUsers] = ""
			}
			f.rows = want(without(rows, hit))
		}
		return f
	case o.good != "":
		rows[hit][o.at] = o.good
	}
	f.rows = want(rows)
	return f
}

// arrowOf writes rows as an Arrow file or stream of record batches of three, and says where in it each message ends.
func (g *oddGen) arrowOf(rows [][]string, stream bool) (string, []int) {
	g.t.Helper()
	fields := make([]arrow.Field, len(oddColumns))
	for i, n := range oddColumns {
		fields[i] = arrow.Field{Name: n, Type: arrow.BinaryTypes.String, Nullable: true}
	}
	schema := arrow.NewSchema(fields, nil)
	var b bytes.Buffer
	var w interface {
		Write(arrow.RecordBatch) error
		Close() error
	} = ipc.NewWriter(&b, ipc.WithSchema(schema))
	if !stream {
		var err error
		if w, err = ipc.NewFileWriter(&b, ipc.WithSchema(schema)); err != nil {
			g.t.Fatal(err)
		}
	}
	var ends []int
	for part := range slices.Chunk(rows, 3) {
		build := array.NewRecordBuilder(memory.DefaultAllocator, schema)
		for _, row := range part {
			for i, s := range row {
				build.Field(i).(*array.StringBuilder).Append(s)
			}
		}
		if err := w.Write(build.NewRecordBatch()); err != nil {
			g.t.Fatal(err)
		}
		ends = append(ends, b.Len())
	}
	if err := w.Close(); err != nil {
		g.t.Fatal(err)
	}
	return b.String(), ends
}

// cutStream is an Arrow stream without its end, also where a message ends and nothing looks amiss.
func (g *oddGen) cutStream() oddFile {
	data, ends := g.arrowOf(g.table(9), true)
	f := g.truncated("arrows", data)
	if g.i%3 == 2 {
		f.data = data[:ends[g.i/3%len(ends)]]
	}
	if len(f.data) < 4 {
		f.data = data[:4]
	}
	f.refused = "ingest.refused.damaged_file"
	return f
}
