package ingest

import (
	"bytes"
	"context"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/text"
)

// The odd files are made by generators that know what each file must become: they write the cells themselves. Every one
// is loaded as a user's file is, by the fast path and by the careful one, and rehearsed.

// oddSeed makes the same files every time; another one makes others.
const oddSeed = 20261031

// oddFile is one file and its truth.
type oddFile struct {
	kind    string
	name    string // of the file
	extra   string // of the source, in YAML
	data    string
	rows    []string // as stored: the cells of oddColumns joined by "|", NULL as "-"
	rejects []string // line, column and code
	refused string   // text keys of the refusal, one of which it has, joined by "|"; "": not refused
	note    string   // text key of a line of the receipt; "": none is demanded
}

// The outcomes.
const (
	oddLoads       = "loads right"
	oddQuarantined = "quarantined"
	oddRefused     = "refused"
)

func (f oddFile) outcome() string {
	switch {
	case f.refused != "":
		return oddRefused
	case len(f.rejects) > 0:
		return oddQuarantined
	}
	return oddLoads
}

// isRefusal reports whether the file was refused for its own reason.
func (f oddFile) isRefusal(r Receipt) bool {
	return r.Refused != nil && slices.Contains(strings.Split(f.refused, "|"), r.Refused.Key)
}

// oddKind makes files of one kind, n of them.
type oddKind struct {
	name string
	n    int
	make func(g *oddGen) oddFile
}

// oddColumns are the columns of the feed customers that the files have, one of each type that matters.
var oddColumns = []string{"customer_id", "name", "region", "users", "credit_limit_fen", "first_active_on", "status"}

const (
	cID = iota
	cName
	cRegion
	cUsers
	cLimit
	cSince
	cStatus
)

// oddGen makes one file.
type oddGen struct {
	*rand.Rand
	t  *testing.T
	no int // of the kind in its group
	i  int // of the file in its kind
}

func newOddGen(t *testing.T, kind string, no, i int) *oddGen {
	t.Helper()
	h := fnv.New64a()
	h.Write([]byte(kind))
	return &oddGen{rand.New(rand.NewPCG(oddSeed, h.Sum64()+uint64(i))), t, no, i}
}

var (
	simplified  = []rune("北京华信息科技有限公司上海贸易发展集团南方电力建设银行第一人民医院东城区学校物流港口钢铁化工医药食品广告传媒")
	traditional = []rune("臺灣電力公司國際貿易銀行醫院學校陳黃張劉華東區資訊開發業務關係處運輸總廠經濟部會計師事務所產險證券")
	fourByte    = []rune("䶮㐂㑇㔾㕥㙟㛃𠮷𡥦𣗋𩽾𫖯𬭊")
)

// word is a text of n characters of the pool.
func (g *oddGen) word(pool []rune, n int) string {
	out := make([]rune, n)
	for i := range out {
		out[i] = pool[g.IntN(len(pool))]
	}
	return string(out)
}

// table makes rows of plain values; their ids differ between files.
func (g *oddGen) table(n int) [][]string {
	rows := make([][]string, n)
	for i := range rows {
		rows[i] = []string{
			fmt.Sprintf("K%02d%02d-%03d", g.no, g.i, i), g.word(simplified, 3+g.IntN(4)), g.word(simplified, 2), fmt.Sprint(g.IntN(5000)),
			fmt.Sprint(g.IntN(1e8)), fmt.Sprintf("20%02d-%02d-%02d", g.IntN(26), 1+g.IntN(12), 1+g.IntN(28)),
			[]string{"active", "suspended", "cancelled", "moved_out"}[g.IntN(4)],
		}
	}
	return rows
}

// some makes 4 to 11 rows.
func (g *oddGen) some() [][]string { return g.table(4 + g.IntN(8)) }

// want is what is stored of rows.
func want(rows [][]string) []string {
	out := make([]string, len(rows))
	for i, row := range rows {
		cells := make([]string, len(row))
		for j, s := range row {
			if cells[j] = s; s == "" {
				cells[j] = "-"
			}
		}
		out[i] = strings.Join(cells, "|")
	}
	return out
}

// without returns the rows but those at the indexes.
func without(rows [][]string, at ...int) [][]string {
	var out [][]string
	for i, row := range rows {
		if !slices.Contains(at, i) {
			out = append(out, row)
		}
	}
	return out
}

// lines are the lines of a CSV, the header first.
func csvLines(header []string, rows [][]string) []string {
	out := []string{strings.TrimSuffix(string(appendCSV(nil, header)), "\n")}
	for _, row := range rows {
		out = append(out, strings.TrimSuffix(string(appendCSV(nil, row)), "\n"))
	}
	return out
}

func csvText(header []string, rows [][]string) string {
	return strings.Join(csvLines(header, rows), "\n") + "\n"
}

func clone(rows [][]string) [][]string {
	out := make([][]string, len(rows))
	for i := range rows {
		out[i] = slices.Clone(rows[i])
	}
	return out
}

func (g *oddGen) file(ext string) string { return fmt.Sprintf("odd%02d-%02d.%s", g.no, g.i, ext) }

// plainFile is a CSV of rows that loads.
func (g *oddGen) plainFile(rows [][]string) oddFile {
	return oddFile{name: g.file("csv"), data: csvText(oddColumns, rows), rows: want(rows)}
}

// spoil puts odd cells into a column of some rows that are then rejects, or stored as good says.
func (g *oddGen) spoil(at int, cell, good, code string) oddFile {
	rows := g.table(5 + g.IntN(6))
	hit := 1 + g.IntN(len(rows)-1)
	written := clone(rows)
	written[hit][at] = cell
	f := oddFile{name: g.file("csv"), data: csvText(oddColumns, written)}
	if code != "" {
		f.rejects = []string{fmt.Sprintf("%d %s %s", hit+2, oddColumns[at], code)}
		f.rows = want(without(rows, hit))
		return f
	}
	rows[hit][at] = good
	f.rows = want(rows)
	return f
}

// oddGroups are the kinds; those of a group share a warehouse.
func oddGroups() map[string][]oddKind {
	return map[string][]oddKind{"encodings": oddEncodings(), "shapes": oddShapes(), "headers": oddHeaders(), "values": oddValues(),
		"books": oddBooks(), "columnar": oddColumnar()}
}

// TestOdd_files: every odd file is loaded right, quarantined by line, column and code, or refused with its message; what
// becomes of each kind stands in docs/malformed-files.md.
func TestOdd_files(t *testing.T) {
	var table strings.Builder
	total := map[string]int{}
	t.Run("load", func(t *testing.T) {
		for _, name := range []string{"encodings", "shapes", "headers", "values", "books", "columnar"} {
			files := tabulateOdd(t, oddGroups()[name], &table, total)
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				loadOdd(t, loadOdd(t, files, false), true)
				rehearseOdd(t, files)
			})
		}
	})
	sum := total[oddLoads] + total[oddQuarantined] + total[oddRefused]
	fmt.Fprintf(&table, "| all | %d | %d | %d | %d |\n", sum, total[oddLoads], total[oddQuarantined], total[oddRefused])
	if sum < 300 {
		t.Errorf("only %d files", sum)
	}
	checkGenerated(t, filepath.Join("..", "docs", "malformed-files.md"), "odd files: go test ./ingest -run Odd -update",
		"| kind | files | loads right | quarantined | refused |\n|---|---|---|---|---|\n"+table.String())
}

// tabulateOdd makes the files of some kinds and counts what is to become of them.
func tabulateOdd(t *testing.T, kinds []oddKind, table *strings.Builder, total map[string]int) (files []oddFile) {
	t.Helper()
	for no, k := range kinds {
		counts := map[string]int{}
		for i := range k.n {
			f := k.make(newOddGen(t, k.name, no, i))
			f.kind = k.name
			files = append(files, f)
			counts[f.outcome()]++
			total[f.outcome()]++
		}
		fmt.Fprintf(table, "| %s | %d | %d | %d | %d |\n", k.name, k.n, counts[oddLoads], counts[oddQuarantined], counts[oddRefused])
	}
	return files
}

// checkGenerated compares the part of a document between the marks of what with text, or writes it with -update.
func checkGenerated(t *testing.T, path, what, text string) {
	t.Helper()
	from, to := "<!-- generated "+what+" -->\n", "<!-- end -->\n"
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(data), from)
	_, after, ended := strings.Cut(rest, to)
	if !ok || !ended {
		t.Fatalf("%s lacks the marks %q", path, from)
	}
	whole := before + from + text + to + after
	if *update {
		if err := os.WriteFile(path, []byte(whole), 0o644); err != nil { //nolint:gosec // documentation
			t.Fatal(err)
		}
	} else if d := cmp.Diff(string(data), whole); d != "" {
		t.Errorf("%s is not what is measured (%s): %s", path, what, d)
	}
}

// oddSite is a site with one source a file.
func oddSite(t *testing.T, files []oddFile) *site {
	t.Helper()
	var sources strings.Builder
	for i, f := range files {
		fmt.Fprintf(&sources, "  - {name: odd%d, feed: customers, path: %s%s}\n", i, f.name, f.extra)
	}
	s := newSite(t, sources.String())
	for _, f := range files {
		s.write(f.name, f.data)
	}
	return s
}

// oddLimit is the time that all files of a group may take together: more is a hang.
const oddLimit = 10 * time.Minute

func (s *site) runOdd(o Options) []Receipt {
	s.t.Helper()
	ctx, stop := context.WithTimeout(context.Background(), oddLimit)
	defer stop()
	var out bytes.Buffer
	o.Config, o.Now, o.Out, o.Reader, o.Lang = s.config(), testNow, &out, testReader, text.EN
	receipts, err := Run(ctx, o)
	if err != nil && fault.KindOf(err) != fault.Refused {
		s.t.Fatalf("%v\n%s", err, out.String())
	}
	return receipts
}

// loadOdd loads the files and compares what they became with their truth; it returns those that DuckDB read itself.
func loadOdd(t *testing.T, files []oddFile, slow bool) (fast []oddFile) {
	t.Helper()
	s := oddSite(t, files)
	receipts := s.runOdd(Options{slow: slow})
	if len(receipts) != len(files) {
		t.Fatalf("%d receipts of %d files", len(receipts), len(files))
	}
	cells := make([]string, len(oddColumns))
	for i, c := range oddColumns {
		cells[i] = "coalesce(cast(" + c + " as VARCHAR), '-')"
	}
	stored := map[string][]string{}
	for _, line := range s.query("select batch_id, concat_ws('|', " + strings.Join(cells, ", ") + ") from customers where superseded_by is null") {
		batch, row, _ := strings.Cut(line, "|")
		stored[batch] = append(stored[batch], row)
	}
	rejected := map[string][]string{}
	for _, line := range s.query("select batch_id, line || ' ' || coalesce(column_name, '') || ' ' || code from rejects order by line") {
		batch, reject, _ := strings.Cut(line, "|")
		rejected[batch] = append(rejected[batch], reject)
	}
	for i, f := range files {
		r, batch := receipts[i], fmt.Sprint(receipts[i].Batch)
		if f.refused != "" {
			if !f.isRefusal(r) {
				t.Errorf("%s: %s (careful %t): want %s\n%s%.400v", f.kind, f.name, slow, f.refused, r.Text(text.EN), stored[batch])
			}
			continue
		}
		if r.Refused != nil {
			t.Errorf("%s: %s (careful %t): %s %v", f.kind, f.name, slow, r.Text(text.EN), r.Refused)
			continue
		}
		rows, got := slices.Sorted(slices.Values(f.rows)), slices.Sorted(slices.Values(stored[batch]))
		if d := cmp.Diff(rows, got) + cmp.Diff(f.rejects, rejected[batch]); d != "" {
			t.Errorf("%s: %s (careful %t): %.1500s\n%s", f.kind, f.name, slow, d, r.Text(text.EN))
		}
		checkOddReceipt(t, f, r)
		if r.Fast {
			fast = append(fast, f)
		}
	}
	return fast
}

// checkOddReceipt: the receipt says in both languages what the truth demands, and names every reject by line.
func checkOddReceipt(t *testing.T, f oddFile, r Receipt) {
	t.Helper()
	for _, lang := range []text.Lang{text.ZH, text.EN} {
		said := r.Text(lang)
		if start, _, _ := strings.Cut(lang.T(f.note), "%"); f.note != "" && !strings.Contains(said, start) {
			t.Errorf("%s: %s: the receipt lacks %q:\n%s", f.kind, f.name, start, said)
		}
	}
	if len(f.rejects) > 0 && (r.RejectFile == "" || !strings.Contains(r.Text(text.EN), "line "+strings.Fields(f.rejects[0])[0])) {
		t.Errorf("%s: %s: the receipt does not name the reject:\n%s", f.kind, f.name, r.Text(text.EN))
	}
}

// rehearseOdd: a dry run says the same.
func rehearseOdd(t *testing.T, files []oddFile) {
	t.Helper()
	for i, r := range oddSite(t, files).runOdd(Options{DryRun: true}) {
		f := files[i]
		switch {
		case f.refused != "":
			if !f.isRefusal(r) {
				t.Errorf("%s: %s, dry run: want %s\n%s", f.kind, f.name, f.refused, r.Text(text.EN))
			}
		case r.Refused != nil, int(r.Loaded) < len(f.rows), int(r.Rejected) != len(f.rejects):
			t.Errorf("%s: %s, dry run: %s", f.kind, f.name, r.Text(text.EN))
		}
	}
}
