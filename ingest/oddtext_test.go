package ingest

import (
	"fmt"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
)

func (g *oddGen) encode(e encoding.Encoding, s string) string {
	g.t.Helper()
	out, err := e.NewEncoder().String(s)
	if err != nil {
		g.t.Fatal(err)
	}
	return out
}

func utf16Of(order unicode.Endianness, bom unicode.BOMPolicy) encoding.Encoding {
	return unicode.UTF16(order, bom)
}

// oddEncodings are the ways in which text arrives, and texts that are not what they are taken for.
func oddEncodings() []oddKind {
	const gb, le, be = ", encoding: gb18030", ", encoding: utf-16le", ", encoding: utf-16be"
	zh := []string{"客户编号", "客户名称", "区域", "用户数", "信用额度", "入网日期", "客户状态"}
	encoded := func(enc encoding.Encoding, declared ...string) func(g *oddGen) oddFile {
		return func(g *oddGen) oddFile {
			rows := g.some()
			head := oddColumns
			if g.IntN(2) == 0 {
				head = zh
			}
			f := g.plainFile(rows)
			f.data, f.extra = g.encode(enc, csvText(head, rows)), declared[g.i%len(declared)]
			return f
		}
	}
	return []oddKind{
		{"GBK", 20, encoded(gb18030(), "", gb)},
		{"GB18030 with four-byte characters", 20, func(g *oddGen) oddFile {
			rows := g.some()
			for i := range rows {
				rows[i][cName] = g.word(fourByte, 1+g.IntN(2)) + rows[i][cName]
			}
			f := g.plainFile(rows)
			f.data, f.extra = g.encode(gb18030(), f.data), []string{"", gb}[g.i%2]
			return f
		}},
		{"UTF-8 with a byte order mark", 20, func(g *oddGen) oddFile {
			f := g.plainFile(g.some())
			f.data = "\ufeff" + f.data
			return f
		}},
		{"UTF-16LE with a byte order mark", 20, encoded(utf16Of(unicode.LittleEndian, unicode.UseBOM), "", ", encoding: utf-16", le)},
		{"UTF-16BE with a byte order mark", 20, encoded(utf16Of(unicode.BigEndian, unicode.UseBOM), "", ", encoding: utf-16", be)},
		{"UTF-16LE without a mark", 20, func(g *oddGen) oddFile { return g.unmarked(unicode.LittleEndian, le, be) }},
		{"UTF-16BE without a mark", 20, func(g *oddGen) oddFile { return g.unmarked(unicode.BigEndian, be, le) }},
		{"Big5 taken for GBK", 24, (*oddGen).big5},
		{"several encodings in one file", 24, (*oddGen).mixed},
	}
}

// unmarked is UTF-16 without a mark: declared it loads; undeclared, or declared as its opposite, it is refused.
func (g *oddGen) unmarked(order unicode.Endianness, right, wrong string) oddFile {
	f := g.plainFile(g.some())
	f.data = g.encode(utf16Of(order, unicode.IgnoreBOM), f.data)
	switch g.i % 4 {
	case 0, 1:
		f.extra = right
	case 2:
		f.refused = "ingest.refused.nul"
	default:
		f.extra, f.refused = wrong, "ingest.refused.columns_missing|ingest.refused.undecodable"
	}
	return f
}

// big5 is text from Taiwan or Hong Kong that says nothing of its encoding, or says GB18030.
func (g *oddGen) big5() oddFile {
	rows := g.some()
	for i := range rows {
		rows[i][cName], rows[i][cRegion] = g.word(traditional, 2+g.IntN(5)), g.word(traditional, 2)
	}
	f := g.plainFile(rows)
	f.data, f.refused = g.encode(traditionalchinese.Big5, f.data), "ingest.refused.big5"
	if g.i%2 == 1 {
		f.extra = ", encoding: gb18030"
	}
	return f
}

// mixed is a file that was put together from pieces of different encodings.
func (g *oddGen) mixed() oddFile {
	rows := g.some()
	for i := range rows {
		for n := 2 * (1 + g.IntN(3)); len([]rune(rows[i][cName])) != n; { // an even number decodes as GBK
			rows[i][cName] = g.word(simplified, n)
		}
	}
	f := g.plainFile(rows)
	lines := csvLines(oddColumns, rows)
	gb := func(s string) string { return g.encode(gb18030(), s) }
	hit := 1 + g.IntN(len(lines)-1)
	switch g.i % 6 {
	case 0: // GBK, one line in UTF-8
		for i := range lines {
			if i != hit {
				lines[i] = gb(lines[i])
			}
		}
		f.refused = "ingest.refused.mixed"
	case 1: // UTF-8, one line in GBK
		lines[hit] = gb(lines[hit])
		f.refused = "ingest.refused.mixed"
	case 2: // one cell in UTF-8 in a line in GBK
		cells := strings.Split(lines[hit], ",")
		for i := range lines {
			lines[i] = gb(lines[i])
		}
		cells[cRegion] = gb(cells[cRegion])
		lines[hit] = strings.Join(cells, ",")
		f.refused = "ingest.refused.mixed"
	case 3: // UTF-16 appended
		data := gb(strings.Join(lines, "\n")+"\n") + g.encode(utf16Of(unicode.LittleEndian, unicode.IgnoreBOM), "K9,名称,,,,,\n")
		f.data, f.refused = data, "ingest.refused.nul"
		return f
	case 4: // declared UTF-8, one line in GBK
		lines[hit] = gb(lines[hit])
		f.extra, f.refused = ", encoding: utf-8", "ingest.refused.encoding"
	default: // English text with names of Windows-1252
		for i := range rows {
			rows[i][cName], rows[i][cRegion] = []string{"Müller", "Göteborg AB", "Société", "São José"}[g.IntN(4)], "EU"
		}
		f.data, f.refused = g.encode(charmap.Windows1252, csvText(oddColumns, rows)), "ingest.refused.not_gb"
		return f
	}
	f.data = strings.Join(lines, "\n") + "\n"
	return f
}

// oddShapes are texts whose rows are hard to tell apart.
func oddShapes() []oddKind {
	return []oddKind{
		{"huge field", 20, (*oddGen).huge},
		{"10,000 columns", 20, (*oddGen).wide},
		{"mixed line ends", 24, (*oddGen).lineEnds},
		{"embedded newline", 20, (*oddGen).newline},
		{"odd quotes", 20, (*oddGen).quotes},
		{"more or fewer cells than the header", 20, (*oddGen).cells},
		{"NUL", 20, (*oddGen).nul},
		{"half-written text", 30, (*oddGen).halfWritten},
		{"trailing row of totals", 24, (*oddGen).totals},
	}
}

// huge has one field of 0.1 to 4 MB; a row of a text may have 1 MiB.
func (g *oddGen) huge() oddFile {
	rows := g.table(3)
	sizes := []int{100_000, 500_000, 1_000_000, 1_100_000, 2_000_000, 2_200_000, 4_000_000}
	n := sizes[g.i%len(sizes)]
	long := strings.Repeat("长", n/3)
	f := oddFile{name: g.file("csv")}
	if n > maxRecord {
		f.refused = "ingest.refused.long_row"
	}
	switch g.i % 4 {
	case 1: // quoted, with line breaks
		long = strings.Repeat(strings.Repeat("x", 99)+"\n", n/100) + "x"
		if n > maxRecord {
			f.refused = "ingest.refused.long_row"
		}
	case 2:
		f.name = g.file("ndjson")
	case 3:
		f.data = "\xef\xbb\xbf"
	}
	rows[1][cName] = long
	f.rows = want(rows)
	if strings.HasSuffix(f.name, "ndjson") {
		f.data = jsonLines(rows)
		return f
	}
	f.data += csvText(oddColumns, rows)
	return f
}

// wide has 10,000 columns, those of the feed anywhere among them.
func (g *oddGen) wide() oddFile {
	rows := g.table(3)
	const n = 10_000
	at := g.Perm(n)[:len(oddColumns)]
	grid := make([][]string, len(rows)+1)
	for i := range grid {
		grid[i] = make([]string, n)
		for j := range grid[i] {
			if grid[i][j] = "x"; i == 0 {
				grid[i][j] = fmt.Sprintf("列%d", j)
			}
		}
		for j, to := range at {
			if grid[i][to] = oddColumns[j]; i > 0 {
				grid[i][to] = rows[i-1][j]
			}
		}
	}
	f := oddFile{name: g.file("csv"), data: csvText(grid[0], grid[1:]), rows: want(rows)}
	switch g.i % 4 {
	case 1:
		f.name, f.data = g.file("tsv"), strings.ReplaceAll(f.data, ",", "\t")
	case 2:
		f.name, f.data = g.file("xlsx"), handBook(g.t, "", bookRows(grid))
	case 3:
		f.name, f.data, f.refused = g.file("ndjson"), jsonOf(grid[0], grid[1:]), "ingest.refused.keys"
	}
	return f
}

// lineEnds mixes CRLF, LF and CR. Where there are others, a lone CR is no line end: such lines are rejects.
func (g *oddGen) lineEnds() oddFile {
	rows := g.some()
	f := g.plainFile(rows)
	lines := csvLines(oddColumns, rows)
	join := func(end func(i int) string) string {
		var b strings.Builder
		for i, l := range lines {
			b.WriteString(l + end(i))
		}
		return b.String()
	}
	hit := 2 + g.IntN(len(lines)-2)
	switch g.i % 6 {
	case 0:
		f.data = join(func(int) string { return "\r\n" })
	case 1:
		f.data = join(func(int) string { return "\r" })
	case 2:
		f.data = join(func(int) string { return []string{"\r\n", "\n"}[g.IntN(2)] })
	case 3:
		f.data = join(func(int) string { return "\r\r\n" })
	case 4: // one line ends in CR: it and the next are one line
		f.data = join(func(i int) string { return []string{"\n", "\r"}[b2i(i == hit-1)] })
		f.rejects, f.rows = []string{fmt.Sprintf("%d  line_end", hit)}, want(without(rows, hit-2, hit-1))
	default: // the same, where the next row is all but empty
		rows[hit-1] = append([]string{rows[hit-1][cID]}, make([]string, len(oddColumns)-1)...)
		lines = csvLines(oddColumns, rows)
		f.data = join(func(i int) string { return []string{"\n", "\r"}[b2i(i == hit-1)] })
		f.rejects, f.rows = []string{fmt.Sprintf("%d  line_end", hit)}, want(without(rows, hit-2, hit-1))
	}
	return f
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// newline has a line break inside a cell, in quotes or bare.
func (g *oddGen) newline() oddFile {
	rows := g.table(6)
	hit := 1 + g.IntN(4)
	switch g.i % 4 {
	case 0:
		rows[hit][cName] = "甲\n乙\n" + rows[hit][cName]
		return g.plainFile(rows)
	case 1:
		rows[hit][cName] = "甲\r\n乙"
		f := g.plainFile(rows)
		f.data = strings.ReplaceAll(strings.ReplaceAll(f.data, "\r\n", "\n"), "\n", "\r\n")
		rows[hit][cName] = "甲\n乙"
		f.rows = want(rows)
		return f
	case 2: // bare, in the second cell: two lines with too few cells
		f := g.plainFile(rows)
		f.data = strings.Replace(f.data, rows[hit][cID]+",", rows[hit][cID]+",甲\n", 1)
		f.rows = want(without(rows, hit))
		f.rejects = []string{fmt.Sprintf("%d  fields", hit+2), fmt.Sprintf("%d  fields", hit+3)}
		return f
	}
	// bare, in the last cell: its second part is a line with one cell
	f := g.plainFile(rows)
	line := strings.Join(rows[hit], ",")
	f.data = strings.Replace(f.data, line, line+"\n续", 1)
	f.rejects = []string{fmt.Sprintf("%d  fields", hit+3)}
	return f
}

func (g *oddGen) quotes() oddFile {
	rows := g.table(6)
	hit := 1 + g.IntN(4)
	f := g.plainFile(rows)
	name := rows[hit][cName]
	put := func(cell string) { f.data = strings.Replace(f.data, ","+name+",", ","+cell+",", 1) }
	switch g.i % 5 {
	case 0:
		put(`"` + name + `"尾`)
		f.rejects, f.rows = []string{fmt.Sprintf("%d  quotes", hit+2)}, want(without(rows, hit))
	case 1:
		put(`"` + name)
		f.refused = "ingest.refused.open_quote"
	case 2:
		put(`""""`)
		rows[hit][cName] = `"`
		f.rows = want(rows)
	case 3:
		put(name + `"内"`)
		rows[hit][cName] = name + `"内"`
		f.rows = want(rows)
	default:
		put(`  "` + name + `"`) // a quote after blanks is plain text
		rows[hit][cName] = `"` + name + `"`
		f.rows = want(rows)
	}
	return f
}

func (g *oddGen) cells() oddFile {
	rows := g.table(6)
	hit := 1 + g.IntN(4)
	f := g.plainFile(rows)
	line := strings.Join(rows[hit], ",")
	odd := line + ",多"
	switch g.i % 4 {
	case 1:
		odd = strings.Join(rows[hit][:5], ",")
	case 2:
		odd = line + ",,,"
	case 3:
		odd = "制表：张三"
	}
	f.data = strings.Replace(f.data, line, odd, 1)
	if g.i%4 != 2 { // empty cells beyond the last are none
		f.rejects, f.rows = []string{fmt.Sprintf("%d  fields", hit+2)}, want(without(rows, hit))
	}
	return f
}

func (g *oddGen) nul() oddFile {
	f := g.plainFile(g.some())
	at := g.IntN(len(f.data))
	f.data, f.refused = f.data[:at]+"\x00"+f.data[at:], "ingest.refused.nul"
	switch g.i % 4 {
	case 1:
		f.data += strings.Repeat("\x00", 512) // a block that was never written
	case 2:
		f = g.plainFile(g.some())
		f.data, f.refused = g.encode(utf16Of(unicode.LittleEndian, unicode.UseBOM), strings.Replace(f.data, ",", ",\x00", 3)), "ingest.refused.undecodable"
	case 3:
		f = g.plainFile(g.some())
		f.data, f.refused = g.encode(gb18030(), f.data)+"\x00", "ingest.refused.nul"
	}
	return f
}

// halfWritten stops anywhere. What ends inside a row is refused; a last cell that may be cut is stored and said.
func (g *oddGen) halfWritten() oddFile {
	rows := g.table(6)
	name := func(s []string) []string { return append(append([]string{s[0]}, s[2:]...), s[1]) }
	head := name(oddColumns)
	lines := []string{strings.Join(head, ",")}
	for _, r := range rows {
		lines = append(lines, strings.Join(name(r), ","))
	}
	f := oddFile{name: g.file("csv"), rows: want(rows)}
	whole := strings.Join(lines, "\n") + "\n"
	switch g.i % 5 {
	case 0: // inside a row
		last := lines[len(lines)-1]
		comma := strings.LastIndex(last, ",")
		f.data, f.refused = whole[:len(whole)-1-len(last)+1+g.IntN(comma-1)], "ingest.refused.truncated|ingest.refused.cut_character"
	case 1: // inside the last cell
		f.data = strings.TrimSuffix(whole, string([]rune(rows[5][cName])[1:])+"\n")
		rows[5][cName] = string([]rune(rows[5][cName])[:1])
		f.rows, f.note = want(rows), "ingest.drift.unended"
	case 2: // inside a character
		f.data, f.refused = whole[:len(whole)-2], "ingest.refused.cut_character"
	case 3: // inside quotes
		f.data, f.refused = strings.Replace(whole, lines[6], strings.Replace(lines[6], ",", ",\"半", 1), 1), "ingest.refused.open_quote"
	default: // after the header
		f.data, f.rows, f.note = lines[0]+"\n", nil, "ingest.receipt.no_rows"
	}
	return f
}

// totals has a last row that adds up the others.
func (g *oddGen) totals() oddFile {
	rows := g.some()
	word := []string{"合计", "总计", "小计", "Total", "合计：", "  合 计 ", "TOTAL:", "共计"}[g.i%8]
	last := []string{word, "", "", "12345", "678900", "", ""}
	switch g.i % 3 {
	case 1: // filled enough to pass for a customer
		last[cName] = fmt.Sprint(len(rows)) + "户"
	case 2:
		last[cID], last[cName] = "", word
	}
	f := oddFile{name: g.file("csv"), data: csvText(oddColumns, append(rows, last)), rows: want(rows)}
	f.rejects = []string{fmt.Sprintf("%d  total", len(rows)+2)}
	if g.i%3 == 2 {
		f.rejects = []string{fmt.Sprintf("%d customer_id required", len(rows)+2)}
	}
	return f
}
