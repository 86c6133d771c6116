package ingest

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/schollz/progressbar/v3"

	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/text"
)

// Receipt says what became of one file. Read, Rejected and Filtered count rows of the file; Loaded, Unchanged and
// Superseded count rows of the feed (a row of the file may become several).
type Receipt struct {
	Source, Feed, File string
	SHA256             string
	Bytes              int64
	Batch              int64
	Skipped            bool  // the same bytes were loaded before under the same mapping
	Retracted          int64 // the retraction by which these bytes stay out; 0: none
	LeftAlone          bool  // a corrected reject file for which nobody answers
	DryRun             bool
	Fast               bool  // read by DuckDB itself
	Replaces           int64 // batch of the same bytes under another mapping, which this one supersedes

	Read, Loaded, Unchanged, Superseded, Rejected, Filtered, Blank int64
	Closed                                                         int64 // rows that a whole list no longer holds

	WatermarkFrom, WatermarkTo string // of a database: where the reading began (empty: at the beginning), what it reached

	ListedOn   string // of a list of the present state: the day it speaks of, the last one where it has several
	RejectFile string
	Refused    *fault.Error // why nothing of the file was stored

	rejects []reject
	clashes []clash
	preview *preview

	findings []finding
}

// take copies the counts of a finished batch.
func (r *Receipt) take(b *batch) {
	c := b.counts
	r.Batch, r.Replaces, r.Fast = b.id, b.replace, b.fast
	r.Read, r.Loaded, r.Unchanged, r.Superseded = c.read, c.loaded, c.unchanged, c.superseded
	r.Rejected, r.Filtered, r.Blank, r.Closed = c.rejected, c.filtered, c.blank, c.closed
	r.findings = b.findings
	r.rejects, r.clashes, r.ListedOn = b.rejects, b.clashes, b.listedOn
	r.WatermarkFrom, r.WatermarkTo = b.from, b.to
}

// How many rejects and clashes a receipt lists: the reject file has all of them. A dry run writes none, so it lists more.
const (
	shown    = 5
	shownDry = 200
)

// Text returns the receipt as a person reads it, one or more lines.
func (r Receipt) Text(l text.Lang) string {
	var b strings.Builder
	say := func(key string, args ...any) { b.WriteString(l.T(key, args...) + "\n") }
	if r.preview != nil {
		r.preview.write(&b, l)
	}
	switch {
	case r.Refused != nil:
		say("ingest.receipt.refused", r.Source, r.Refused.In(l))
	case r.Retracted != 0:
		say("ingest.receipt.retracted", r.Source, r.File, r.Batch, r.Retracted)
	case r.Skipped:
		say("ingest.receipt.skipped", r.Source, r.File, r.Batch)
	case r.LeftAlone:
		say("ingest.receipt.left_alone", r.Source, r.File)
	case r.DryRun:
		say("ingest.receipt.dry", r.Source, r.File, r.Feed, r.Read, r.Loaded, r.Rejected, r.Filtered)
	default:
		say("ingest.receipt.loaded", r.Source, r.File, r.Feed, r.Batch, r.Read, r.Loaded, r.Unchanged, r.Superseded,
			r.Rejected, r.Filtered)
	}
	if r.Refused == nil && r.Replaces != 0 {
		say("ingest.receipt.replaces", r.Replaces)
	}
	if r.Refused == nil && r.WatermarkTo != "" && r.Source != config.Own {
		say("ingest.receipt.watermark", r.WatermarkFrom, r.WatermarkTo)
	}
	if r.Refused == nil && !r.Skipped && r.ListedOn != "" {
		say("ingest.receipt.listed", r.ListedOn)
	}
	if r.Refused == nil && r.Closed > 0 {
		say("ingest.receipt.closed", r.Closed)
	}
	if r.Refused == nil && !r.Skipped && !r.LeftAlone && r.Read == 0 {
		say("ingest.receipt.no_rows")
	}
	for _, f := range r.findings {
		b.WriteString(l.T("ingest.receipt.finding", f.in(l)) + "\n")
	}
	r.listRejects(&b, l)
	for _, c := range r.clashes[:min(shown, len(r.clashes))] {
		say("ingest.receipt.clash", c.key, c.lines)
	}
	if more := len(r.clashes) - shown; more > 0 {
		say("ingest.receipt.more_clashes", more)
	}
	return b.String()
}

func (r Receipt) listRejects(b *strings.Builder, l text.Lang) {
	limit := shown
	if r.DryRun {
		limit = shownDry
	}
	for _, x := range r.rejects[:min(limit, len(r.rejects))] {
		for _, f := range x.flaws() {
			b.WriteString(l.T("ingest.receipt.reject", r.File, x.line, f.where(), clip(f.value, 60), f.reason(l)))
			if e := f.expectation(l); e != "" {
				b.WriteString(l.T("ingest.receipt.expected", e))
			}
			b.WriteString("\n")
		}
	}
	if more := len(r.rejects) - limit; more > 0 {
		b.WriteString(l.T("ingest.receipt.more_rejects", more) + "\n")
	}
	if len(r.rejects) > shown {
		r.countRejects(b, l)
	}
	if r.RejectFile != "" {
		b.WriteString(l.T("ingest.receipt.reject_file", r.RejectFile, r.Source) + "\n")
	}
}

// countRejects says how many rows are rejected for what, by column and reason, the most frequent first.
func (r Receipt) countRejects(b *strings.Builder, l text.Lang) {
	type kind struct{ where, reason string }
	count := map[kind]int{}
	for _, x := range r.rejects {
		for _, f := range x.flaws() {
			count[kind{f.where(), f.reason(l)}]++
		}
	}
	kinds := slices.SortedFunc(maps.Keys(count), func(x, y kind) int {
		return cmp.Or(cmp.Compare(count[y], count[x]), strings.Compare(x.where, y.where), strings.Compare(x.reason, y.reason))
	})
	for _, k := range kinds {
		b.WriteString(l.T("ingest.receipt.reject_count", k.where, k.reason, count[k]) + "\n")
	}
}

func (r Receipt) print(w io.Writer, l text.Lang) error {
	_, err := io.WriteString(w, r.Text(l))
	return err
}

// longFile is the size from which reading is long work that deserves a bar, bytes.
const longFile = 32 << 20

// bar returns what to call with every number of bytes read, and what to call at the end.
func (l *loader) bar(path string) (func(int64), func()) {
	none := func(int64) {}
	info, err := os.Stat(path)
	if l.o.Progress == nil || err != nil || info.Size() < longFile {
		return none, func() {}
	}
	bar := progressbar.NewOptions64(info.Size(), progressbar.OptionSetWriter(l.o.Progress),
		progressbar.OptionSetDescription(l.o.Lang.T("ingest.progress", info.Name())), progressbar.OptionShowBytes(true),
		progressbar.OptionClearOnFinish(), progressbar.OptionThrottle(100_000_000))
	// A terminal that went away is no reason to stop loading.
	return func(n int64) { _ = bar.Add64(n) }, func() { _ = bar.Finish() }
}

// preview is what a dry run shows: where each column comes from and the first row as it would be stored.
type preview struct {
	mapping [][2]string // canonical column, header
	unused  []string
	row     []string
}

// write writes the mapping as one paragraph: columns that have their own name in the file need no mention each.
func (p *preview) write(w io.Writer, l text.Lang) {
	var other, same []string
	for _, m := range p.mapping {
		if m[0] == m[1] {
			same = append(same, m[0])
		} else {
			other = append(other, m[0]+" <- "+m[1])
		}
	}
	// Writing to a strings.Builder cannot fail.
	say := func(key string, list []string, between string) {
		if len(list) > 0 {
			_, _ = fmt.Fprintln(w, l.T(key, strings.Join(list, between)))
		}
	}
	say("ingest.dry.mapping", other, "; ")
	say("ingest.dry.same", same, ", ")
	if len(p.unused) > 0 {
		_, _ = fmt.Fprintln(w, l.T("ingest.dry.unused", few(p.unused)))
	}
	var cells []string
	for i, s := range p.row {
		if s != "" {
			cells = append(cells, p.mapping[i][0]+"="+clip(s, 40))
		}
	}
	say("ingest.dry.row", cells, "  ")
}
