package ingest

import (
	"bytes"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/feed"
)

// FuzzDecode: whatever the bytes, decoding ends, gives valid UTF-8 without replacement characters, or refuses.
func FuzzDecode(f *testing.F) {
	for _, s := range []string{"a,b\n1,2\n", "\ufeffa\n", "\xff\xfea\x00\n\x00", "\xd6\xd0\xce\xc4,b\n", "\"a\nb\",c\r\n", "\xfe\x9f", "a\rb\r", "a\x00b",
		"\"open", "\"a\"x,b\n", strings.Repeat("\"\"", 50)} {
		f.Add([]byte(s), byte(','))
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, data []byte, delimiter byte) {
		if delimiter == 0 || delimiter >= 0x80 || strings.IndexByte("\"\r\n", delimiter) >= 0 {
			t.Skip("formatOf lets no such delimiter in")
		}
		path := filepath.Join(dir, "in")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		look := newScanner(delimiter)
		for chunk := range bytes.Lines(data) { // uneven chunks: patterns lie across their seams
			look.Write(chunk)
		}
		facts := look.finish()
		whole := newScanner(delimiter)
		whole.Write(data)
		if w := whole.finish(); w.clean != facts.clean || w.utf8 != facts.utf8 || facts.utf8 != utf8.Valid(data) {
			t.Fatalf("in chunks %+v, at once %+v", facts, w)
		}
		enc, err := chooseEncoding(encodingAuto, path, facts)
		if err != nil {
			return
		}
		src, err := openText(&arrived{path: path, copy: path, facts: facts}, enc)
		if err != nil {
			t.Fatal(err)
		}
		in := newCSV(path, src, delimiter)
		defer in.Close()
		for {
			rec, err := in.Next()
			if err != nil {
				return
			}
			for _, c := range rec.cells {
				if !utf8.ValidString(c.s) || enc != encodingUTF8 && strings.ContainsRune(c.s, utf8.RuneError) {
					t.Fatalf("cell %q", c.s)
				}
			}
		}
	})
}

// FuzzHeader: no header makes matching panic, and a column is never taken from two headers.
func FuzzHeader(f *testing.F) {
	f.Add("case_id,customer_id,kind,created_at", "kind")
	f.Add("工单编号,客户编号,客户编号,工单类型,创建时间", "工单类型")
	f.Add("ｃase　id,Customer ID,KIND,created_at,,", "x")
	cases, _ := feed.Get("cases")
	f.Fuzz(func(t *testing.T, head, name string) {
		h := newHeader("f", strings.Split(head, ","))
		p, err := newPlan(config.Source{Columns: map[string]config.Mapping{"kind": {From: []string{name}}}}, cases, h, time.UTC)
		if err != nil {
			return
		}
		for _, v := range p.values {
			if len(v.at) != 1 || v.at[0] < 0 || v.at[0] >= len(h.names) {
				t.Fatalf("%s at %v", v.col.Name, v.at)
			}
			if n := h.names[v.at[0]]; v.col.Name != "kind" && headerKey(n) != headerKey(v.col.Name) && headerKey(n) != headerKey(v.col.ZH) {
				t.Fatalf("%s taken from %q", v.col.Name, n)
			}
		}
	})
}

// FuzzAmount: an accepted amount has exactly the value that is written, times the scale.
func FuzzAmount(f *testing.F) {
	for _, s := range []string{"1234.56", "-0.01", "1,234", "1e5", "９９", "￥1", "0x1F", "1_000", "99999999999999999999", "-", ".", "1/2"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, scale := range []int64{0, 100} {
			c := converter{col: col(feed.Fen), zone: time.UTC, scale: scale}
			got, why := c.convert(s, cellText)
			if why != nil {
				continue
			}
			want, ok := new(big.Rat).SetString(fold(s))
			if !ok {
				t.Fatalf("%q was accepted as %s", s, got)
			}
			if scale > 0 {
				want.Mul(want, new(big.Rat).SetInt64(scale))
			}
			if have, ok := new(big.Rat).SetString(got); !ok || have.Cmp(want) != 0 {
				t.Fatalf("%q x %d became %s", s, scale, got)
			}
		}
	})
}

// FuzzTime: an accepted time is a real one in its canonical form, which reads back as itself; every digit of the date
// is in the text.
func FuzzTime(f *testing.F) {
	for _, s := range []string{"2026-10-31 08:30:00", "2026/1/2", "20260102", "2026年1月2日 8:05", "2026-10-31T00:30:00Z", "2026-02-30",
		"1/2/2026", "26-1-2", "2026-10-31 08:30:00.123456789+08:00", "2026-10-31T0830+14"} {
		f.Add(s)
	}
	c := converter{col: col(feed.Time), zone: shanghai}
	f.Fuzz(func(t *testing.T, s string) {
		got, why := c.convert(s, cellText)
		if why != nil {
			return
		}
		back, err := time.Parse(canonicalTime, got)
		if err != nil || back.Year() < 1900 || back.Year() > 2199 {
			t.Fatalf("%q became %q", s, got)
		}
		again, why := c.convert(got, cellText)
		if why != nil || again != got {
			t.Fatalf("%q became %q, which became %q", s, got, again)
		}
	})
}

// FuzzFormat: no format and no text make the reader of declared formats panic, and what it reads is a real time.
func FuzzFormat(f *testing.F) {
	f.Add("%m/%d/%Y", "4/6/2013")
	f.Add("%Y%m%d%H%M%S", "20261031083000")
	f.Add("%d %b %Y %I:%M %p%z", "9 Oct 2026 12:05 AM+0800")
	f.Fuzz(func(t *testing.T, format, s string) {
		layout, err := parseFormat(format)
		if err != nil {
			return
		}
		if v, ok := parseLayout(s, layout, shanghai); ok && v.Year() > 10_000 {
			t.Fatalf("%q by %q became %v", s, format, v)
		}
	})
}

// FuzzSheet: no bytes make the reader of workbooks panic or run on.
func FuzzSheet(f *testing.F) {
	f.Add([]byte(`<row r="1"><c r="A1" t="s"><v>0</v></c><c><f>x</f></c></row>`))
	f.Add([]byte(`<row r="9999999"><c r="ZZZZZZZ1"><v>1e999</v></c></row>`))
	f.Add([]byte(`<row><c t="s"><v>-1</v></c><c s="99"><v>46082</v></c><c t="inlineStr"><is><t>x</t>`))
	f.Fuzz(func(t *testing.T, cells []byte) {
		tt := &testing.T{}
		path := filepath.Join(t.TempDir(), "a.xlsx")
		if err := os.WriteFile(path, []byte(handBook(tt, "", string(cells))), 0o600); err != nil {
			t.Fatal(err)
		}
		in, err := openXLSX(&arrived{path: path, copy: path}, "", limits{bytes: 1 << 20, ratio: 1000, entries: 100, rows: 100, cells: 1000})
		if err != nil {
			return
		}
		defer in.Close()
		for range 1000 {
			if _, err := in.Next(); err != nil {
				return
			}
		}
		t.Fatal("more than 1000 rows")
	})
}
