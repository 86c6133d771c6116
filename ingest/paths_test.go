package ingest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/text"
	"github.com/kamlens/kamlens/internal/warehouse"
)

// nasty cells by the type of the column they are put into, besides plain ones.
var nasty = map[string][]string{
	"id": {"0001", "1.2E+11", "1.2e11", "12E5", "1.2", " C1", "C1 ", "\u3000C1", "", "NULL", "\"C,1\"", "\"C\"\"1\"", "C\"1", "'C1", "########",
		"9007199254740993", "客户一", "\"\"", "\"C1\nC2\"", "-", "NaN", "C1\t", "\u200bC1", "a b", "\" C1\"", "1e+5"},
	"time": {"2026-1-2 3:4:5", "2026-10-01", "2026-10-01T08:00:00", "2026-10-01 08:00:00Z", "2026-10-01 08:00:00+08",
		"2026-10-01 08:00:00.5", "26-01-02 00:00:00", "1899-12-31 23:59:59", "2200-01-01 00:00:00", "infinity", "epoch",
		"2026-02-30 00:00:00", "2026-10-01 24:00:00", "2026-10-01 08:00", "-", "", "2026/10/01 08:00:00",
		"20261001 08:00:00", "2026-10-01  08:00:00", "2026-10-01 08:00:60", "2026-10-01 08:00:00 ", "\"2026-10-01 08:00:00\"",
		"2026-10-1 8:0:0", "02026-10-01 08:00:00", "+2026-10-01 08:00:00", "2026-10-01 08:00:00 UTC", "２０２６-10-01", "EPOCH", "-infinity", "1970-01-01 00:00:00", "1900-01-01 00:00:00"},
	"date": {"2026-1-2", "2026-13-01", "2026-02-29", "2024-02-29", "10/01/2026", "2026-10-01 00:00:00", "20261001", "",
		"1899-12-31", "2199-12-31", "2200-01-01", "today", "2026年10月1日", "2026-10-01Z", "-2026-10-01", "2026-10-001", "epoch", "Epoch", "infinity", "-inf", "1970-01-01", "1900-01-01"},
	"int": {"1.5", "1.0", "+5", "1e3", "0x10", "-0", "007", "-7", "1,000", "\"1,000\"", "99999999999999",
		"100000000000000", "9223372036854775807", "", "１２", "1_000", " 5", "--5", "5-", "٣"},
	"decimal": {"1.5", "1.23456", ".5", "5.", "1e3", "-0.0001", "99999999999999.9999", "9999999999999.9999", "1.50000",
		"NaN", "inf", "+1", "12%", "０.5"},
	"bool":  {"true", "TRUE", "True", "t", "f", "1", "0", "是", "否", "Y", "n", "yes", "no", "2", "on", "", "Ｙ"},
	"enum":  {"fault", "FAULT", "故障", "投诉", "ｆault", "faults", "", "其他", "-", "fault ", "Complaint"},
	"month": {"2026-10", "2026-1", "202610", "2026-13", "1899-01", "2026/10", "2026-10-01", "", "2026年1月", "2199-12"},
}

var plain = map[string][]string{
	"id": {"C1", "C2", "X-9", "工单7"}, "time": {"2026-10-01 08:00:00", "2026-12-31 23:59:59"},
	"date": {"2026-10-01", "2024-02-29"}, "int": {"0", "12", "-3"}, "decimal": {"1", "2.5", "-0.25"},
	"bool": {"是", "0", "true", ""}, "enum": {"fault", "故障", "request"}, "month": {"2026-10", "2025-01"},
}

type shape struct {
	source  string
	columns []string // name:type
}

var shapes = []shape{
	{"  - {name: x, feed: cases, path: 'in.csv', null_values: ['-']}\n",
		[]string{"case_id:id", "customer_id:id", "kind:enum", "created_at:time", "category:id", "excluded_minutes:int", "is_test:bool"}},
	{"  - {name: x, feed: bills, path: 'in.csv'}\n",
		[]string{"bill_id:id", "customer_id:id", "account_month:month", "issued_on:date", "due_on:date", "amount_fen:int"}},
	{"  - {name: x, feed: surveys, path: 'in.csv'}\n",
		[]string{"survey_id:id", "question:id", "customer_id:id", "score:decimal", "staff:bool", "answered_at:time", "updated_at:time"}},
	{"  - {name: x, feed: cases, path: 'in.csv', columns: {kind: {from: 类型, values: {其他: consult}, default: request}, severity: {const: 重要}}}\n",
		[]string{"case_id:id", "customer_id:id", "类型:enum", "created_at:time", "junk:id"}},
	{"  - {name: x, feed: assignments, path: 'in.csv', max_reject_share: 1}\n",
		[]string{"customer_id:id", "manager_id:id", "valid_from:date", "valid_to:date"}},
}

// drawFile makes a file: mostly plain, so that the fast path is really taken, with a few nasty cells, repeated keys,
// blank lines and ragged rows.
func drawFile(t *rapid.T, s shape) string {
	var b strings.Builder
	mean := rapid.IntRange(0, 3).Draw(t, "nasty cells in the file")
	end := rapid.SampledFrom([]string{"\n", "\n", "\n", "\r\n"}).Draw(t, "line end")
	if rapid.IntRange(0, 5).Draw(t, "bom") == 0 {
		b.WriteString("\ufeff")
	}
	for i, c := range s.columns {
		if i > 0 {
			b.WriteByte(',')
		}
		name, _, _ := strings.Cut(c, ":")
		b.WriteString(name)
	}
	rows := rapid.IntRange(0, 8).Draw(t, "rows")
	for r := range rows {
		b.WriteString(end)
		for i, c := range s.columns {
			if i > 0 {
				b.WriteByte(',')
			}
			_, typ, _ := strings.Cut(c, ":")
			list := plain[typ]
			if mean > 0 && rapid.IntRange(0, 9).Draw(t, "pick") == 0 {
				mean--
				list = nasty[typ]
			}
			cell := rapid.SampledFrom(list).Draw(t, c)
			if i == 0 && rapid.IntRange(0, 5).Draw(t, "own key") > 0 {
				cell = fmt.Sprintf("K%d", r)
			}
			b.WriteString(cell)
		}
		switch rapid.IntRange(0, 40).Draw(t, "ragged") {
		case 0:
			b.WriteString(",")
		case 1:
			b.WriteString(end)
		}
	}
	if rapid.IntRange(0, 5).Draw(t, "last line end") > 0 {
		b.WriteString(end)
	}
	return b.String()
}

// loadBoth loads the same files on both paths and returns what is in the feed's table and what was said.
func loadOne(t *rapid.T, dir string, s shape, files []string, slow bool) (table, said []string, fast int) {
	ctx := context.Background()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	c, err := config.Parse([]byte("sources:\n"+s.source), filepath.Join(dir, "kamlens.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	db, err := warehouse.Open(ctx, filepath.Join(dir, "w.duckdb"), warehouse.Options{TempDir: filepath.Join(dir, "tmp")})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	lock, err := warehouse.Acquire(c.Dir(""), "test", time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Release() //nolint:errcheck // a test
	for _, content := range files {
		if err := os.WriteFile(filepath.Join(dir, "in.csv"), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		r, err := Run(ctx, Options{Config: c, Now: testNow, Lang: text.EN, Out: &out, DB: db, Lock: lock, slow: slow})
		said = append(said, strings.ReplaceAll(fmt.Sprint(err, out.String()), dir, ""))
		if len(r) > 0 && r[0].Fast {
			fast++
		}
	}
	return dump(t, db, c.Sources[0].Feed), said, fast
}

func dump(t *rapid.T, db *warehouse.DB, table string) []string {
	rows, err := db.SQL().Query("select cast(columns(*) as VARCHAR) from " + ident(table) + " order by all")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	cols, _ := rows.Columns()
	var out []string
	for rows.Next() {
		cells, ptrs := make([]*string, len(cols)), make([]any, len(cols))
		for i := range cells {
			ptrs[i] = &cells[i]
		}
		if err := rows.Scan(ptrs...); err != nil {
			t.Fatal(err)
		}
		var line strings.Builder
		for i, c := range cells {
			if c != nil {
				fmt.Fprintf(&line, "%s=%q ", cols[i], *c)
			}
		}
		out = append(out, line.String())
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestRun_pathsAgree: whatever a file holds, the fast path stores exactly what the careful path stores, and says the
// same about it.
func TestRun_pathsAgree(t *testing.T) {
	root := t.TempDir()
	n, fast, files := 0, 0, 0
	rapid.Check(t, func(t *rapid.T) {
		n++
		s := shapes[rapid.IntRange(0, len(shapes)-1).Draw(t, "shape")]
		var list []string
		for range rapid.IntRange(1, 3).Draw(t, "files") {
			list = append(list, drawFile(t, s))
		}
		dir := filepath.Join(root, fmt.Sprint(n))
		quick, saidQuick, f := loadOne(t, filepath.Join(dir, "f"), s, list, false)
		slow, saidSlow, _ := loadOne(t, filepath.Join(dir, "s"), s, list, true)
		if d := cmp.Diff(slow, quick); d != "" {
			t.Fatalf("tables differ (-careful +fast):\n%s\nfiles: %q", d, list)
		}
		if d := cmp.Diff(saidSlow, saidQuick); d != "" {
			t.Fatalf("receipts differ (-careful +fast):\n%s\nfiles: %q", d, list)
		}
		fast, files = fast+f, files+len(list)
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
	})
	t.Logf("%d of %d files took the fast path", fast, files)
	if fast*5 < files {
		t.Errorf("only %d of %d files took the fast path: the test compares too little", fast, files)
	}
}
