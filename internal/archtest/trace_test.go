package archtest

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/feed"
	"github.com/kamlens/kamlens/internal/rules"
	"github.com/kamlens/kamlens/sql"
)

// traceRow is one line of docs/rulebook-trace.csv.
type traceRow struct {
	line                                    int
	document, heading, quote, status, notes string
	ids                                     []string
}

func traceRows(t *testing.T) []traceRow {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "..", "docs", "rulebook-trace.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(records[0], ","); got != "document,heading,quotation,id,status,note" {
		t.Fatalf("header %s", got)
	}
	var rows []traceRow
	for i, r := range records[1:] {
		rows = append(rows, traceRow{i + 2, r[0], r[1], r[2], r[4], r[5], strings.Fields(r[3])})
	}
	return rows
}

// works are what later work adds that is no KPI; the catalogue of KPIs describes them.
var works = []string{
	"work:people",
}

// pages returns the addresses of the dashboard's pages, as its list of routes has them.
func pages(t *testing.T) []string {
	t.Helper()
	src, err := os.ReadFile(filepath.Join("..", "..", "dashboard", "dashboard.go"))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, m := range regexp.MustCompile(`(?m)^\s+"(/[^"]*)":\s+s\.|GET\("(/reports)"`).FindAllStringSubmatch(string(src), -1) {
		out = append(out, m[1]+m[2])
	}
	if len(out) < 5 {
		t.Fatalf("only the pages %v were found", out)
	}
	return out
}

// commands returns the commands of the program, as their files name them.
func commands(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "..", "cmd", "kamlens", "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, f := range files {
		src, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`(?m)^\s+Use:\s+"([a-z]+)`).FindAllStringSubmatch(string(src), -1) {
			out = append(out, m[1])
		}
	}
	if !slices.Contains(out, "kpi") {
		t.Fatalf("only the commands %v were found", out)
	}
	return out
}

// built returns everything that a built row may name; the KPIs by block.
func built(t *testing.T) map[string]bool {
	t.Helper()
	ids := map[string]bool{}
	models, err := sql.Load(sql.Embedded)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range models {
		switch m.Layer {
		case sql.KPI:
			ids["kpi:"+m.Header.Get("of")] = true
		case sql.Checks:
			ids["check:"+m.Name] = true
		case sql.Tables:
			ids["table:"+m.Name] = true
		}
	}
	for _, f := range feed.All() {
		ids["feed:"+f.Name] = true
	}
	for _, p := range pages(t) {
		ids["page:"+p] = true
	}
	for _, c := range commands(t) {
		ids["command:"+c] = true
	}
	for _, r := range []string{"monthly", "manager"} {
		job := fmt.Sprintf("jobs: [{name: a, report: %s, schedule: '0 8 1 * *'}]", r)
		if _, err := config.Parse([]byte(job), "kamlens.yaml"); err != nil {
			t.Fatal(err)
		}
		ids["report:"+r] = true
	}
	for _, c := range commands(t) {
		ids["command:"+c] = true
	}
	book, err := rules.New()
	if err != nil {
		t.Fatal(err)
	}
	lines, _ := book.Lines()
	for _, l := range lines {
		ids["rule:"+l.Name], ids["rule:"+string(l.Section)] = true, true
	}
	return ids
}

// TestTrace_rows: every row says what answers its sentence, and its status is true.
func TestTrace_rows(t *testing.T) {
	ids, reached, seen := built(t), map[string]bool{}, map[string]bool{}
	for _, r := range traceRows(t) {
		key := r.document + r.quote + r.status
		if r.document != "ours" && seen[key] {
			t.Errorf("line %d: the sentence stands there twice", r.line)
		}
		seen[key] = true
		missing := slices.DeleteFunc(slices.Clone(r.ids), func(id string) bool { return ids[id] })
		switch r.status {
		case "built":
			if len(r.ids) == 0 || len(missing) > 0 {
				t.Errorf("line %d is built, but not %v", r.line, missing)
			}
			for _, id := range r.ids {
				reached[id] = true
			}
		case "planned":
			if len(missing) == 0 {
				t.Errorf("line %d is planned, but there is %v: say built", r.line, r.ids)
			}
			for _, id := range r.ids {
				if strings.HasPrefix(id, "kpi:") && ids[id] {
					t.Errorf("line %d: %s is built: give it a row of its own", r.line, id)
				}
				if !ids[id] && !strings.HasPrefix(id, "kpi:") && !slices.Contains(works, id) {
					t.Errorf("line %d: nobody plans %s", r.line, id)
				}
			}
		case "out of scope":
			if len(r.ids) > 0 || r.notes == "" {
				t.Errorf("line %d is out of scope: want the reason and no id", r.line)
			}
		default:
			t.Errorf("line %d: status %q", r.line, r.status)
		}
		if ours := r.document == "ours"; ours != (r.quote == "") || ours && (r.notes == "" || r.status != "built") {
			t.Errorf("line %d: what is ours has a reason and no quotation, what is a rulebook's has one", r.line)
		}
	}
	for id := range ids {
		if kind, _, _ := strings.Cut(id, ":"); slices.Contains([]string{"kpi", "page", "report", "table"}, kind) && !reached[id] {
			t.Errorf("no sentence leads to %s, and it is not marked ours", id)
		}
	}
}

// shared returns the folder beside KAMLENS_DATA, or skips.
func shared(t *testing.T, folder string) string {
	t.Helper()
	dir := os.Getenv("KAMLENS_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data")
	}
	dir = filepath.Join(dir, "..", folder)
	if _, err := os.Stat(dir); err != nil {
		t.Skip("data: the folder " + folder + " is not beside KAMLENS_DATA")
	}
	return dir
}

// rulebooks returns the text of each rulebook by its name, S0 to S4.
func rulebooks(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(shared(t, "rulebooks"), "S*.txt"))
	if err != nil {
		t.Fatal(err)
	}
	books := map[string]string{}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		books[filepath.Base(f)[:2]] = string(data)
	}
	if len(books) != 5 {
		t.Fatalf("%d rulebooks, want 5", len(books))
	}
	return books
}

// TestTrace_quotations: each is literally in its rulebook, at most 40 characters long, under a heading that is there.
func TestTrace_quotations(t *testing.T) {
	books := rulebooks(t)
	for _, r := range traceRows(t) {
		if r.document == "ours" {
			continue
		}
		text, ok := books[r.document]
		if n := utf8.RuneCountInString(r.quote); !ok || !strings.Contains(text, r.quote) || n > 40 {
			t.Errorf("line %d: not in %s, or longer than 40 (%d): %s", r.line, r.document, n, r.quote)
		}
		if r.heading == "" || !strings.Contains(solid(text), solid(r.heading)) {
			t.Errorf("line %d: no heading of %s: %s", r.line, r.document, r.heading)
		}
	}
}

// TestRules_quotations: what the shipped rules and the proposed ones quote stands in the rulebooks, white space aside.
func TestRules_quotations(t *testing.T) {
	var all strings.Builder
	for _, text := range rulebooks(t) {
		all.WriteString(solid(text) + "\n")
	}
	for name, paths := range map[string][]string{"shipped": nil, "proposed": {filepath.Join("..", "..", "examples", "rules-proposed")}} {
		book, err := rules.Read(paths...)
		if err != nil {
			t.Fatal(err)
		}
		lines, quoted := 0, 0
		list, _ := book.Lines()
		for _, l := range list {
			lines++
			for what, s := range map[string]string{"document": l.Document, "heading": l.Heading, "quote": l.Quote} {
				if !strings.Contains(all.String(), solid(s)) {
					t.Errorf("%s:%d: %s not found in any rulebook: %s", l.File, l.Line, what, s)
				}
			}
			if l.Quote != "" {
				quoted++
			}
		}
		if lines == 0 || quoted == 0 {
			t.Errorf("%s: %d rules with %d quotations", name, lines, quoted)
		}
	}
}

// TestMeasures_quotations: what the header of a measure quotes as its source stands in the rulebook that it names.
func TestMeasures_quotations(t *testing.T) {
	books := rulebooks(t)
	models, err := sql.Load(sql.Embedded)
	if err != nil {
		t.Fatal(err)
	}
	quoted := 0
	for _, m := range models {
		if m.Layer != sql.KPI {
			continue
		}
		book := ""
		for part := range strings.SplitSeq(m.Header.Get("source"), "；") {
			if name := regexp.MustCompile(`^S\d`).FindString(part); name != "" {
				book = name
			}
			for _, q := range regexp.MustCompile(`「([^」]*)」`).FindAllStringSubmatch(part, -1) {
				quoted++
				if !strings.Contains(solid(books[book]), solid(q[1])) {
					t.Errorf("%s: not in %q: %s", m.Path, book, q[1])
				}
			}
		}
	}
	if quoted < 20 {
		t.Errorf("only %d quotations were looked at", quoted)
	}
}

// TestTrace_complete: no sentence of the rulebooks is left out. A line without a comma and a full stop is a heading.
func TestTrace_complete(t *testing.T) {
	rows := traceRows(t)
	sentences := 0
	for name, text := range rulebooks(t) {
		for line := range strings.Lines(text) {
			if !strings.ContainsAny(line, ",，。;；") {
				continue
			}
			for _, sentence := range strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune("。;；\n", r) }) {
				if utf8.RuneCountInString(solid(sentence)) < 9 {
					continue // what is left of a title, and "N N Y END"
				}
				sentences++
				if !slices.ContainsFunc(rows, func(r traceRow) bool {
					return r.document == name && strings.Contains(sentence, r.quote)
				}) {
					t.Errorf("%s: no row for: %s", name, sentence)
				}
			}
		}
	}
	if sentences < 200 {
		t.Errorf("only %d sentences were looked at", sentences)
	}
}

// TestTrace_planned: a KPI that is still to be built is one of the catalogue.
func TestTrace_planned(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(shared(t, "domain"), "3-kpi-catalogue.md"))
	if err != nil {
		t.Fatal(err)
	}
	ids := built(t)
	for _, r := range traceRows(t) {
		for _, id := range r.ids {
			kpi, ok := strings.CutPrefix(id, "kpi:")
			if ok && !ids[id] && !regexp.MustCompile(`(?m)^(\| |\*\*)`+kpi+`\+?\*? `).Match(data) {
				t.Errorf("line %d: the catalogue has no %s", r.line, kpi)
			}
		}
	}
}

// solid takes the white space out of s.
func solid(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}
