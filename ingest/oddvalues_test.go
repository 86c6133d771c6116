package ingest

import (
	"fmt"
	"slices"
	"strings"
)

// oddHeaders are headers that are not those of the feed.
func oddHeaders() []oddKind {
	return []oddKind{
		{"duplicate headers", 20, (*oddGen).twice},
		{"blank headers", 20, (*oddGen).blankHeader},
		{"renamed headers", 20, (*oddGen).renamed},
		{"reordered headers", 20, (*oddGen).reordered},
		{"extra headers", 20, (*oddGen).extraHeaders},
		{"missing headers", 20, (*oddGen).missing},
	}
}

// withColumn puts a column of equal cells before column at.
func withColumn(rows [][]string, at int, cell string) [][]string {
	out := clone(rows)
	for i := range out {
		out[i] = slices.Insert(out[i], at, cell)
	}
	return out
}

// twice has a header twice; that only matters where it is used.
func (g *oddGen) twice() oddFile {
	rows := g.some()
	f := g.plainFile(rows)
	at := g.IntN(len(oddColumns))
	name := oddColumns[at]
	switch g.i % 4 {
	case 0:
		f.refused = "ingest.refused.header_twice"
	case 1: // once more in another spelling: the exact one is meant
		name = strings.ToUpper(name)
	case 2: // its Chinese name: the feed's own comes first
		c, _ := mustFeed(g.t, "customers").Column(name)
		name = c.ZH
	default: // a column that nobody uses
		head, wide := slices.Insert(slices.Clone(oddColumns), 2, "备注", "备注"), withColumn(withColumn(rows, 2, "x"), 2, "y")
		f.data, f.note = csvText(head, wide), "ingest.drift.unused"
		return f
	}
	to := g.IntN(len(oddColumns) + 1)
	f.data = csvText(slices.Insert(slices.Clone(oddColumns), to, name), withColumn(rows, to, "1"))
	if f.refused == "" {
		f.note = "ingest.drift.unused"
	}
	return f
}

func (g *oddGen) blankHeader() oddFile {
	rows := g.some()
	f := g.plainFile(rows)
	to := g.IntN(len(oddColumns) + 1)
	head := slices.Insert(slices.Clone(oddColumns), to, []string{"", " ", "\u3000"}[g.i%3])
	switch g.i % 4 {
	case 3: // the header of a required column is blank
		head = slices.Clone(oddColumns)
		head[cName] = ""
		f.data, f.refused = csvText(head, rows), "ingest.refused.columns_missing"
	case 2: // the whole header row is
		f.data, f.refused = strings.Repeat(",", len(oddColumns)-1)+"\n"+csvText(oddColumns, rows), "ingest.refused.columns_missing"
	default:
		f.data = csvText(head, withColumn(rows, to, "x"))
	}
	return f
}

// renamed calls a column otherwise: a required one is missed, another one stays empty and the new name is said.
func (g *oddGen) renamed() oddFile {
	rows := g.some()
	f := g.plainFile(rows)
	head := slices.Clone(oddColumns)
	switch at := g.IntN(len(head)); g.i % 4 {
	case 0:
		head[g.IntN(2)] = "改名"
		f.refused = "ingest.refused.columns_missing"
	case 1: // another spelling of the same name
		head[at] = []string{strings.ToUpper(head[at]), " " + head[at] + " ", strings.ReplaceAll(head[at], "_", " ")}[g.IntN(3)]
	case 2:
		c, _ := mustFeed(g.t, "customers").Column(head[at])
		head[at] = c.ZH
	default:
		at = cRegion + g.IntN(len(head)-cRegion)
		head[at] += "_new"
		blank := clone(rows)
		for i := range blank {
			blank[i][at] = ""
		}
		f.rows, f.note = want(blank), "ingest.drift.unused"
	}
	f.data = csvText(head, rows)
	return f
}

func (g *oddGen) reordered() oddFile {
	rows := g.some()
	f := g.plainFile(rows)
	order := g.Perm(len(oddColumns))
	shuffle := func(row []string) []string {
		out := make([]string, len(row))
		for i, at := range order {
			out[i] = row[at]
		}
		return out
	}
	shuffled := make([][]string, len(rows))
	for i := range rows {
		shuffled[i] = shuffle(rows[i])
	}
	f.data = csvText(shuffle(oddColumns), shuffled)
	return f
}

func (g *oddGen) extraHeaders() oddFile {
	rows := g.some()
	f := g.plainFile(rows)
	head, wide := slices.Clone(oddColumns), rows
	for n := range 1 + g.IntN(30) {
		to := g.IntN(len(head) + 1)
		head, wide = slices.Insert(head, to, fmt.Sprintf("附加%d", n)), withColumn(wide, to, g.word(simplified, 2))
	}
	f.data, f.note = csvText(head, wide), "ingest.drift.unused"
	return f
}

// missing lacks a column: a required one refuses the file, another one stays empty.
func (g *oddGen) missing() oddFile {
	rows := g.some()
	f := g.plainFile(rows)
	at := g.i % len(oddColumns)
	narrow, blank := clone(rows), clone(rows)
	for i := range rows {
		narrow[i] = slices.Delete(narrow[i], at, at+1)
		blank[i][at] = ""
	}
	f.data, f.rows = csvText(slices.Delete(slices.Clone(oddColumns), at, at+1), narrow), want(blank)
	if at == cID || at == cName {
		f.refused = "ingest.refused.columns_missing"
	}
	if g.i%5 == 4 { // no header at all: the first row is taken for one
		f.data, f.refused = strings.Join(csvLines(oddColumns, rows)[1:], "\n")+"\n", "ingest.refused.columns_missing"
	}
	return f
}

// oddCell is a cell for a column and what is stored of it, or the code of the reject.
type oddCell struct {
	at               int
	cell, good, code string
}

func oddCells(name string, cells ...oddCell) oddKind {
	return oddKind{name, max(20, len(cells)), func(g *oddGen) oddFile {
		c := cells[g.i%len(cells)]
		if c.code == "" && c.good == "" {
			c.good = c.cell
		}
		return g.spoil(c.at, c.cell, c.good, c.code)
	}}
}

// oddValues are cells that are not what their column wants, or only look so.
func oddValues() []oddKind {
	bad := func(at int, code string, cells ...string) (out []oddCell) {
		for _, c := range cells {
			out = append(out, oddCell{at, c, "", code})
		}
		return out
	}
	good := func(at int, pairs ...string) (out []oddCell) {
		for i := 0; i < len(pairs); i += 2 {
			out = append(out, oddCell{at, pairs[i], pairs[i+1], ""})
		}
		return out
	}
	return []oddKind{
		oddCells("full-width digits and blanks", slices.Concat(
			good(cUsers, "１２３", "123", "\u30007\u3000", "7", "－５", "-5", "\u00a042", "42"),
			good(cLimit, "９９００", "9900", "\u3000１００", "100"),
			good(cSince, "２０２６－０１－０２", "2026-01-02", "２０２６年１月２日", "2026-01-02", "\u30002026/1/2", "2026-01-02"),
			good(cID, "Ｋ１", "Ｋ１", "\u3000K-1\u3000", "K-1"), good(cName, "\u200b甲公司\ufeff", "甲公司", "甲\u3000公司", "甲\u3000公司"),
			good(cStatus, "ａｃｔｉｖｅ", "active", "\u3000在网", "active"),
			bad(cUsers, "bad_int", "１２，３", "1 2", "１\u3000２", "Ⅻ", "一百", "١٢"))...),
		oddCells("separators, currency, units, percent", slices.Concat(
			bad(cLimit, "bad_amount", "1,234", "￥100", "¥100", "100元", "1.5万元", "3万", "$5", "12%", "１，２３４", "1'234", "1 234", "1234.5", "RMB 3", "(100)"),
			bad(cUsers, "bad_int", "1,000", "12%", "100户", "1.5", "千", "+5"), good(cUsers, "12.0", "12", "12.", "12.")[:1])...),
		oddCells("NaN, Infinity, 1e400, -0", slices.Concat(
			bad(cUsers, "bad_int", "NaN", "nan", "Infinity", "-inf", "1e400", "1e5", "1E+3", "0x1F", "1_000", "99999999999999999999", "--1", ".", "-", "1e-3"),
			bad(cLimit, "bad_amount", "NaN", "1e400", "100000000000000", "9223372036854775808"),
			good(cUsers, "-0", "0", "-0.0", "0", "00012", "12"), good(cLimit, "-0", "0", "99999999999999", "99999999999999"))...),
		oddCells("long ids and leading zeros", slices.Concat(
			good(cID, "110101199003078811", "110101199003078811", "000123", "000123", "9007199254740993", "9007199254740993", "-7", "-7", "1.0", "1.0",
				"0", "0", "00", "00", "99999999999999999999999999", "99999999999999999999999999", "1e5", "1e5", "=1+1", "=1+1", "0x10", "0x10"),
			bad(cID, "id_exponent", "1.1010119900307881E+17", "1.2E+11", "1e+5", "１.２E+11")[:3], bad(cID, "hashes", "########", "###"),
			good(cName, "007", "007", "1.2E+11", "1.2E+11", "-", "-", "NULL", "NULL"))...),
		oddCells("forms of days", slices.Concat(
			good(cSince, "2026/1/2", "2026-01-02", "20260102", "2026-01-02", "2026年1月2日", "2026-01-02", "2026-1-2", "2026-01-02",
				"2026-01-02 23:59:59", "2026-01-02", "2026-01-02T00:00:00", "2026-01-02", "2026-01-01T16:00:00Z", "2026-01-02", "2026-12-31", "2026-12-31"),
			bad(cSince, "bad_date", "01/02/2026", "1/2/26", "26-01-02", "2026.1.2", "2026-1", "2026年", "Jan 2, 2026", "2-Jan-2026", "今天", "0000-00-00",
				"1899-12-31", "2200-01-01", "epoch", "infinity", "1767312000", "2026-01-02x"))...),
		oddCells("days that never were", bad(cSince, "bad_date", "1900-02-29", "2026-02-30", "2026-02-29", "2026-13-01", "2026-00-10", "2026-01-00", "2026-01-32",
			"2026/2/30", "20260230", "2026年2月30日", "2100-02-29", "2026-04-31", "2026-01-02 24:00:00", "2026-01-02 25:00", "2026-01-02 12:60", "２０２６-02-30")...),
		oddCells("serial numbers in text", bad(cSince, "bad_date", "46024", "1", "60", "46024.5", "0", "-1", "2958465")...),
		oddCells("what a spreadsheet spoils", slices.Concat(
			bad(cUsers, "hashes", "####"), bad(cName, "hashes", "########"), bad(cUsers, "bad_int", "#N/A", "#REF!", "#DIV/0!", "=SUM(A1)"),
			bad(cStatus, "bad_enum", "#N/A", "在网 ？", "1", "激活"), bad(cSince, "hashes", "##########"), bad(cSince, "bad_date", "#VALUE!"),
			bad(cName, "required", "", "  ", "\u3000", "\u200b"), bad(cID, "required", "", "\u00a0"))...),
	}
}
