package ingest

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/feed"
	"github.com/kamlens/kamlens/internal/text"
)

// driftFile is a file of a feed that fits it, column by column.
type driftFile struct {
	feed  feed.Feed
	names []string
	rows  [][]string
}

// driftRowsOf is how many rows a usual file has.
const driftRowsOf = 40

// newDriftFile makes n rows with a value in every column; batch keeps the keys of files apart.
func newDriftFile(f feed.Feed, batch, n int) *driftFile {
	d := &driftFile{feed: f}
	for _, c := range f.Columns {
		if c.Name != "updated_at" {
			d.names = append(d.names, c.Name)
		}
	}
	for i := range n {
		row := make([]string, len(d.names))
		for j, name := range d.names {
			c, _ := f.Column(name)
			row[j] = driftCell(c, slices.Contains(f.Key, name), batch*1000+i)
		}
		d.rows = append(d.rows, row)
	}
	return d
}

func driftCell(c feed.Column, isKey bool, n int) string {
	switch c.Type {
	case feed.ID:
		return fmt.Sprintf("N%06d", n)
	case feed.Time:
		return fmt.Sprintf("2026-%02d-%02d 08:30:00", n%9+1, n%28+1)
	case feed.Date:
		return fmt.Sprintf("2026-%02d-%02d", n%9+1, n%28+1)
	case feed.Month:
		return fmt.Sprintf("2026-%02d", n%9+1)
	case feed.Quarter:
		return fmt.Sprintf("2026-Q%d", n%4+1)
	case feed.Fen, feed.Int, feed.Decimal:
		return strconv.Itoa(300 + n%200)
	case feed.Enum:
		return c.Values[n%len(c.Values)].Code
	case feed.Bool:
		return "true"
	}
	if isKey {
		return fmt.Sprintf("键%d", n)
	}
	return "文字"
}

// at returns the place of the first column that is of one of the types, and required or not; no key unless keys.
func (d *driftFile) at(required, keys bool, types ...feed.Type) int {
	return slices.IndexFunc(d.names, func(name string) bool {
		c, _ := d.feed.Column(name)
		return c.Required == required && slices.Contains(d.feed.Key, name) == keys && slices.Contains(types, c.Type)
	})
}

// number is the place of a column of numbers.
func (d *driftFile) number() int {
	types := []feed.Type{feed.Fen, feed.Int, feed.Decimal}
	return max(d.at(false, false, types...), d.at(true, false, types...))
}

func (d *driftFile) optional() int {
	return d.at(false, false, feed.ID, feed.Text, feed.Date, feed.Time)
}

func (d *driftFile) required() int {
	return max(d.at(true, true, feed.ID), d.at(true, false, feed.ID))
}

// edit changes the cells of a column in every nth row.
func (d *driftFile) edit(at, nth int, f func(string) string) {
	for i := range d.rows {
		if i%nth == 0 {
			d.rows[i][at] = f(d.rows[i][at])
		}
	}
}

func (d *driftFile) drop(at int) {
	d.names = slices.Delete(slices.Clone(d.names), at, at+1)
	for i := range d.rows {
		d.rows[i] = slices.Delete(d.rows[i], at, at+1)
	}
}

func (d *driftFile) times(factor float64) {
	d.edit(d.number(), 1, func(s string) string {
		n, _ := strconv.Atoi(s) // made above
		return strconv.FormatFloat(float64(n)*factor, 'f', -1, 64)
	})
}

// drift is one way in which files change.
type drift struct {
	name    string
	make    func(d *driftFile)
	rows    int      // of the file; 0: the usual number
	warns   []string // text keys of the notes
	rejects int      // rows; the others are loaded
	refused []string // text keys, one of which refuses the file
	why     string
}

func drifts() []drift {
	const gone, fresh, empty, unit, ids, rows = "ingest.drift.gone", "ingest.drift.fresh", "ingest.drift.empty", "ingest.drift.unit", "ingest.drift.ids", "ingest.drift.rows"
	missing, rejected := []string{"ingest.refused.columns_missing"}, []string{"ingest.refused.all_rejected", "ingest.refused.reject_share"}
	return []drift{
		{name: "a column is added", warns: []string{fresh}, why: "nothing is lost, but it may be the new name of something",
			make: func(d *driftFile) {
				d.names = append(slices.Clone(d.names), "新列")
				for i := range d.rows {
					d.rows[i] = append(d.rows[i], "x")
				}
			}},
		{name: "an optional column is dropped", warns: []string{gone}, why: "its values would be empty from now on",
			make: func(d *driftFile) { d.drop(d.optional()) }},
		{name: "a required column is dropped", refused: missing, why: "no row can be taken",
			make: func(d *driftFile) { d.drop(d.required()) }},
		{name: "an optional column is renamed", warns: []string{gone, fresh}, why: "names are not guessed; both are named",
			make: func(d *driftFile) { d.names[d.optional()] = "新名" }},
		{name: "a required column is renamed", refused: missing, why: "names are not guessed",
			make: func(d *driftFile) { d.names[d.required()] = "新名" }},
		{name: "columns are reordered", why: "columns are found by name",
			make: func(d *driftFile) {
				slices.Reverse(d.names)
				for i := range d.rows {
					slices.Reverse(d.rows[i])
				}
			}},
		{name: "a number becomes text in some rows", rejects: 4, why: "these rows cannot be read",
			make: func(d *driftFile) { d.edit(d.number(), 10, func(s string) string { return s + "元" }) }},
		{name: "a number becomes text throughout", refused: rejected, why: "no row can be read",
			make: func(d *driftFile) { d.edit(d.number(), 1, func(s string) string { return "约" + s }) }},
		{name: "ids become numbers", warns: []string{ids}, why: "they can be read but mean others: zeros or letters are lost",
			make: func(d *driftFile) {
				d.edit(d.required(), 1, func(s string) string { return strings.TrimLeft(s, "N0") + "7" })
			}},
		{name: "texts become longer", why: "text has no length",
			make: func(d *driftFile) {
				if at := d.at(false, false, feed.Text); at >= 0 {
					d.edit(at, 1, func(s string) string { return strings.Repeat(s, 50) })
				}
			}},
		{name: "numbers get more digits, below 20 times", why: "growth is no other unit",
			make: func(d *driftFile) { d.times(8) }},
		{name: "numbers get decimals", rejects: -1, why: "whole numbers are never rounded; a decimal column takes four places",
			make: func(d *driftFile) { d.edit(d.number(), 10, func(s string) string { return s + ".00001" }) }},
		{name: "an enum gets an unknown value", rejects: 4, why: "it can be translated with `values:`",
			make: func(d *driftFile) {
				at := max(d.at(false, false, feed.Enum), d.at(true, false, feed.Enum))
				d.edit(at, 10, func(string) string { return "新值" })
			}},
		{name: "a unit changes by 100", warns: []string{unit}, why: "yuan and fen read alike", make: func(d *driftFile) { d.times(100) }},
		{name: "a unit changes by 1/100", warns: []string{unit}, why: "yuan and fen read alike",
			make: func(d *driftFile) {
				d.edit(d.number(), 1, func(s string) string { return s[:1] })
			}},
		{name: "a unit changes by 10,000", warns: []string{unit}, why: "万元 and 元 read alike", make: func(d *driftFile) { d.times(10_000) }},
		{name: "an optional column is empty throughout", warns: []string{empty}, why: "empty is allowed, but was not usual",
			make: func(d *driftFile) { d.edit(d.optional(), 1, func(string) string { return "" }) }},
		{name: "a required column is empty throughout", refused: rejected, why: "no row can be taken",
			make: func(d *driftFile) { d.edit(d.required(), 1, func(string) string { return "" }) }},
		{name: "less than half the usual rows", rows: driftRowsOf/2 - 1, warns: []string{rows}, why: "the file may be cut off; `expect_rows` refuses it"},
		{name: "more than half as many rows again", rows: driftRowsOf*3/2 + 1, warns: []string{rows}, why: "rows may be doubled"},
		{name: "a few rows less", rows: driftRowsOf * 3 / 4, why: "files differ"},
	}
}

// TestDrift runs every way over several feeds: three files as usual, then the one that drifted. What is a warning refuses
// the file where the source says drift: refuse. The table stands in docs/malformed-files.md.
func TestDrift(t *testing.T) {
	for _, name := range []string{"customers", "cases", "calls", "surveys", "bills", "opportunities"} {
		f := mustFeed(t, name)
		for _, refuse := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s refuse %t", name, refuse), func(t *testing.T) {
				t.Parallel()
				testDrift(t, f, refuse)
			})
		}
	}
	var b strings.Builder
	for _, d := range drifts() {
		plain, strict := "loaded", "loaded"
		switch {
		case d.refused != nil:
			plain, strict = "refused", "refused"
		case d.warns != nil:
			plain, strict = "loaded, said in the receipt", "refused"
		case d.rejects != 0:
			plain, strict = "rows quarantined", "rows quarantined"
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", d.name, plain, strict, d.why)
	}
	checkGenerated(t, filepath.Join("..", "docs", "malformed-files.md"), "drift: go test ./ingest -run Drift -update",
		"| what changes | `drift: warn` | `drift: refuse` | why |\n|---|---|---|---|\n"+b.String())
}

func testDrift(t *testing.T, f feed.Feed, refuse bool) {
	t.Helper()
	base := newSite(t, driftSource(f, false))
	for batch := range 3 {
		usual := newDriftFile(f, batch, driftRowsOf)
		base.write(fmt.Sprintf("in%d.csv", batch), csvText(usual.names, usual.rows))
	}
	for _, r := range base.must(Options{}) {
		if strings.Contains(r.Text(text.EN), "note:") {
			t.Fatalf("a usual file: %s", r.Text(text.EN))
		}
	}
	for _, d := range drifts() {
		if refuse && d.warns == nil {
			continue
		}
		s := newSite(t, driftSource(f, refuse))
		if err := os.CopyFS(filepath.Join(s.dir, "data"), os.DirFS(filepath.Join(base.dir, "data"))); err != nil {
			t.Fatal(err)
		}
		odd := newDriftFile(f, 9, max(d.rows, (1-min(1, d.rows))*driftRowsOf))
		if d.make != nil {
			d.make(odd)
		}
		s.write("in9.csv", csvText(odd.names, odd.rows))
		receipts, out, err := s.run(Options{})
		if err != nil && fault.KindOf(err) != fault.Refused {
			t.Fatalf("%s: %v\n%s", d.name, err, out)
		}
		if refuse {
			d.refused = []string{"ingest.refused.drift"}
		}
		checkDrift(t, d, receipts[len(receipts)-1], len(odd.rows))
	}
}

func driftSource(f feed.Feed, refuse bool) string {
	word := map[bool]string{false: "warn", true: "refuse"}[refuse]
	return fmt.Sprintf("  - {name: crm, feed: %s, path: 'in*.csv', drift: %s}\n", f.Name, word)
}

// TestProfile_ofManyRows: of a long file a sample tells as much. Every second name is empty, every number is 400.
func TestProfile_ofManyRows(t *testing.T) {
	s := newSite(t, "  - {name: crm, feed: customers, path: 'in*.csv'}\n")
	for file := range 2 { // the first goes straight into the table, the second is merged
		var b strings.Builder
		b.WriteString("customer_id,name,region,users\n")
		for i := range 3 * profileRows {
			fmt.Fprintf(&b, "C%d%06d,甲,%s,400\n", file, i, []string{"东", ""}[i%2])
		}
		s.write(fmt.Sprintf("in%d.csv", file), b.String())
	}
	s.must(Options{})
	for _, line := range s.query("select profile from batches order by batch_id") {
		var p profile
		if err := json.Unmarshal([]byte(line), &p); err != nil {
			t.Fatal(err)
		}
		if c := p.Columns; math.Abs(c["region"].Filled-0.5) > 0.01 || c["users"].Magnitude != 400 || c["customer_id"].Length != 8 || c["name"].Filled != 1 {
			t.Errorf("%s", line)
		}
	}
}

func checkDrift(t *testing.T, d drift, r Receipt, rows int) {
	t.Helper()
	for _, lang := range []text.Lang{text.ZH, text.EN} {
		said := r.Text(lang)
		for _, key := range d.warns {
			if n := slices.IndexFunc(r.findings, func(f finding) bool { return f.key == key }); n < 0 || !strings.Contains(said, r.findings[n].in(lang)) {
				t.Errorf("%s: %s is not said:\n%s", d.name, key, said)
			}
		}
	}
	for _, f := range r.findings {
		if !slices.Contains(d.warns, f.key) {
			t.Errorf("%s: said beside: %s", d.name, f.in(text.EN))
		}
	}
	if d.refused != nil {
		if r.Refused == nil || !slices.Contains(d.refused, r.Refused.Key) {
			t.Errorf("%s: not refused: %s", d.name, r.Text(text.EN))
		}
		return
	}
	if d.rejects < 0 {
		d.rejects = int(r.Rejected)
		if d.rejects != 4 {
			t.Errorf("%s: %d rejects", d.name, d.rejects)
		}
	}
	if r.Refused != nil || int(r.Rejected) != d.rejects || int(r.Loaded) != rows-d.rejects {
		t.Errorf("%s: %+v", d.name, r)
	}
}
