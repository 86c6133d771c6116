package ingest

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"hash/crc32"
	"strings"
)

// xmlText escapes a text for a workbook.
func xmlText(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a Builder takes everything
	return b.String()
}

// bookRows are the rows of a sheet whose cells are all text.
func bookRows(grid [][]string) string {
	var b strings.Builder
	for i, row := range grid {
		fmt.Fprintf(&b, `<row r="%d">`, i+1)
		for _, s := range row {
			b.WriteString(`<c t="inlineStr"><is><t>` + xmlText(s) + `</t></is></c>`)
		}
		b.WriteString("</row>")
	}
	return b.String()
}

// book is a workbook of rows; cell replaces one of its cells by XML.
func (g *oddGen) book(pr string, rows [][]string, hit, at int, cell string) string {
	grid := append([][]string{oddColumns}, rows...)
	sheet := bookRows(grid)
	if cell != "" {
		marked := clone(grid)
		marked[hit+1][at] = "MARK"
		sheet = strings.Replace(bookRows(marked), `<c t="inlineStr"><is><t>MARK</t></is></c>`, cell, 1)
	}
	return handBook(g.t, pr, sheet)
}

// bookCell puts an odd cell into a workbook.
func (g *oddGen) bookCell(pr string, at int, cell, good, code string) oddFile {
	rows := g.table(5 + g.IntN(4))
	hit := g.IntN(len(rows))
	f := oddFile{name: g.file("xlsx"), data: g.book(pr, rows, hit, at, cell)}
	if code != "" {
		f.rejects, f.rows = []string{fmt.Sprintf("%d %s %s", hit+2, oddColumns[at], code)}, want(without(rows, hit))
		return f
	}
	rows[hit][at] = good
	f.rows = want(rows)
	return f
}

func oddBooks() []oddKind {
	return []oddKind{
		{"serial days of 1900", 20, func(g *oddGen) oddFile { return g.serial(false) }},
		{"serial days of 1904", 20, func(g *oddGen) oddFile { return g.serial(true) }},
		{"odd cells of a workbook", 26, (*oddGen).oddBookCell},
		{"zip bombs", 20, (*oddGen).bomb},
		{"truncated workbook", 20, func(g *oddGen) oddFile { return g.truncated("xlsx", g.book("", g.some(), 0, 0, "")) }},
		{"content that is not what the name says", 20, (*oddGen).liar},
	}
}

// serial has a day as the number of a spreadsheet: styled as a day it is read, bare it is none. The day n of 1900 is the
// n-th from 1899-12-31 up to 59 and one less from 61 on (60 never was); of 1904 the n-th from 1904-01-01.
func (g *oddGen) serial(date1904 bool) oddFile {
	type day struct {
		serial, good1900, good1904 string // "" is a reject
	}
	// 46023 = 2026-01-01; 1462 days lie between the two systems.
	days := []day{
		{"46023", "2026-01-01", "2030-01-02"}, {"46081", "2026-02-28", "2030-03-01"}, {"46082", "2026-03-01", "2030-03-02"},
		{"46023.5", "2026-01-01", "2030-01-02"}, {"60", "", "1904-03-01"}, {"59", "1900-02-28", "1904-02-29"}, {"61", "1900-03-01", "1904-03-02"},
		{"1", "1900-01-01", "1904-01-02"}, {"-1", "", ""}, {"2958466", "", ""}, {"1e9", "", ""}, {"0.5", "", "1904-01-01"}, {"36585", "2000-02-29", "2004-03-01"},
	}
	d := days[g.i%len(days)]
	pr, good := "", d.good1900
	if date1904 {
		pr, good = `date1904="1"`, d.good1904
	}
	switch {
	case g.i >= 13 && g.i < 17: // without a style it is a number
		return g.bookCell(pr, cSince, `<c><v>`+d.serial+`</v></c>`, "", "bad_date")
	case good == "":
		code := "cell_error"
		if d.serial == "0.5" { // a time of day alone
			code = "bad_date"
		}
		return g.bookCell(pr, cSince, `<c s="1"><v>`+d.serial+`</v></c>`, "", code)
	}
	return g.bookCell(pr, cSince, `<c s="1"><v>`+d.serial+`</v></c>`, good, "")
}

func (g *oddGen) oddBookCell() oddFile {
	type odd struct {
		at               int
		cell, good, code string
	}
	cells := []odd{
		{cID, `<c><v>110101199003078811</v></c>`, "", "id_digits"}, {cID, `<c><v>1.10101199003078E+17</v></c>`, "", "id_digits"},
		{cID, `<c s="2"><v>123</v></c>`, "00123", ""}, {cID, `<c><v>123</v></c>`, "123", ""}, {cID, `<c s="1"><v>46023</v></c>`, "", "id_date"},
		{cID, `<c t="str"><v>110101199003078811</v></c>`, "110101199003078811", ""},
		{cUsers, `<c t="e"><v>#N/A</v></c>`, "", "cell_error"}, {cUsers, `<c><f>1+1</f></c>`, "", "formula"}, {cUsers, `<c><f>1+1</f><v>2</v></c>`, "2", ""},
		{cUsers, `<c><v>1e400</v></c>`, "", "cell_error"}, {cUsers, `<c><v>NaN</v></c>`, "", "bad_int"}, {cUsers, `<c><v>-0</v></c>`, "0", ""},
		{cUsers, `<c><v>1.5</v></c>`, "", "bad_int"}, {cUsers, `<c><v>19.999999999999996</v></c>`, "20", ""}, {cUsers, `<c t="b"><v>1</v></c>`, "", "bad_int"},
		{cUsers, `<c t="str"><v>１２</v></c>`, "12", ""}, {cUsers, `<c t="s"><v>99</v></c>`, "", "cell_error"}, {cUsers, `<c t="s"><v>-1</v></c>`, "", "cell_error"},
		{cUsers, `<c t="s"><v>x</v></c>`, "", "cell_error"}, {cUsers, `<c t="x"><v>7</v></c>`, "7", ""}, {cLimit, `<c><v>1234.5</v></c>`, "", "bad_amount"},
		{cSince, `<c t="d"><v>2026-01-02T00:00:00</v></c>`, "2026-01-02", ""}, {cSince, `<c><v>20260102</v></c>`, "2026-01-02", ""},
		{cName, `<c t="inlineStr"><is><r><t>甲</t></r><r><t>乙</t></r></is></c>`, "甲乙", ""}, {cName, `<c t="inlineStr"><is><t></t></is></c>`, "", "required"},
		{cRegion, `<c/>`, "", ""},
	}
	c := cells[g.i%len(cells)]
	return g.bookCell("", c.at, c.cell, c.good, c.code)
}

// bomb is a small workbook that asks for much.
func (g *oddGen) bomb() oddFile {
	f := oddFile{name: g.file("xlsx"), refused: "ingest.refused.bomb_bytes"}
	mib := strings.Repeat(" ", 1<<20)
	parts := map[string]string{"xl/workbook.xml": "<workbook/>"}
	switch g.i % 8 {
	case 0: // one part
		parts["xl/worksheets/s.xml"] = strings.Repeat(mib, 20+g.IntN(20))
		f.data = zipOf(g.t, parts)
	case 1: // the shared strings
		parts["xl/sharedStrings.xml"] = "<sst>" + strings.Repeat(mib, 20) + "</sst>"
		f.data = zipOf(g.t, parts)
	case 2: // more parts than any workbook has
		for i := range 10_001 {
			parts[fmt.Sprintf("x/%d", i)] = ""
		}
		f.data, f.refused = zipOf(g.t, parts), "ingest.refused.bomb_entries"
	case 3: // a row far out
		f.data = handBook(g.t, "", bookRows([][]string{oddColumns})+`<row r="9999999"><c><v>1</v></c></row>`)
		f.refused = "ingest.refused.bomb_rows"
	case 4: // the directory says less than there is
		f.data, f.refused = lyingZip(g, 1<<10), "ingest.refused.damaged"
	case 5: // the directory says more than the limit
		f.data = lyingZip(g, 5<<30)
	case 6: // entities within entities
		sheet := `<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>` + bookRows([][]string{oddColumns}) + `<row><c t="str"><v>&b;&b;</v></c></row>`
		f.data, f.refused = handBook(g.t, "", sheet), "ingest.refused.damaged"
	default: // elements within elements
		f.data = handBook(g.t, "", bookRows([][]string{oddColumns})+`<row><c t="inlineStr"><is>`+strings.Repeat("<r>", 300_000))
		f.refused = "ingest.refused.damaged"
	}
	return f
}

// lyingZip is a workbook of which one part is said to have size bytes.
func lyingZip(g *oddGen, size uint64) string {
	g.t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	body := []byte("<workbook>" + strings.Repeat(" ", 1<<16) + "</workbook>")
	h := &zip.FileHeader{Name: "xl/workbook.xml", Method: zip.Store, CRC32: crc32.ChecksumIEEE(body), CompressedSize64: uint64(len(body)), UncompressedSize64: size}
	part, err := w.CreateRaw(h)
	if err != nil {
		g.t.Fatal(err)
	}
	if _, err := part.Write(body); err != nil {
		g.t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		g.t.Fatal(err)
	}
	return b.String()
}

// truncated is a file without its end.
func (g *oddGen) truncated(ext, whole string) oddFile {
	f := oddFile{name: g.file(ext), data: whole[:len(whole)*g.i/20], refused: "ingest.refused.damaged_file"}
	if ext == "xlsx" {
		f.refused = "ingest.refused.damaged"
	}
	if f.data == "" {
		f.refused = "ingest.refused.empty"
	}
	return f
}

// liar is called what it is not.
func (g *oddGen) liar() oddFile {
	rows := g.some()
	text := csvText(oddColumns, rows)
	f := oddFile{refused: "ingest.refused.magic"}
	type lie struct{ ext, data string }
	l := []lie{
		{"xlsx", text}, {"csv", g.book("", rows, 0, 0, "")}, {"csv", "\x1f\x8b\x08\x00" + text}, {"xlsx", "\xd0\xcf\x11\xe0" + text}, {"csv", "%PDF-1.7\n" + text},
		{"parquet", text}, {"arrow", text}, {"csv", "PAR1" + text}, {"ndjson", "PK\x03\x04" + text}, {"csv", "SQLite format 3\x00" + text},
	}[g.i%10]
	f.name, f.data = g.file(l.ext), l.data
	return f
}
