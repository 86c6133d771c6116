package ingest

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/feed"
	"github.com/kamlens/kamlens/internal/text"
)

// DraftOptions say for which file a source is drafted.
type DraftOptions struct {
	Path  string // of the file
	Base  string // folder of the configuration: the path of the source starts there
	Names []string
	Feed  string // "": guessed from the headers and the file's name
	Sheet string
	Zone  *time.Location
	Lang  text.Lang
	Now   time.Time

	Reader func(ctx context.Context) *exec.Cmd // as in [Options]
}

// Draft is a proposal for a source: what was found in a file, and what a person has to look at.
type Draft struct {
	Feed    string
	YAML    string // one entry of sources, with remarks as comments
	Missing []string
	Unused  []string
}

// draftRows is how many rows a draft looks at.
const draftRows = 500

// drafter gathers what one file tells.
type drafter struct {
	o       DraftOptions
	b       *batch
	head    int // index of the header among records
	records []record
	feed    feed.Feed
	names   []string
	columns []draftColumn
	near    []draftColumn // pairs that only look alike: remarks, no mapping
	sniffed byte          // delimiter; 0: that of the format
	enc     string
	dayAt   int     // the column with the day of the list; -1: none
	dayForm string  // in which it is written; "": a plain day
	l       *loader // reads files; it has no warehouse
}

// draftColumn is one column of the feed and the header that it seems to be.
type draftColumn struct {
	col    feed.Column
	at     int     // of the file
	sure   bool    // the header is one of the feed's own
	near   bool    // it only looks alike
	format string  // for cells that need one
	scale  int64   // for yuan
	remark string  // what a person has to look at
	level  float64 // 0..1
}

// MakeDraft looks at the first rows of a file and drafts a source for it. Nothing is loaded. The error is
// [fault.Refused] when the file cannot be read or no feed fits.
func MakeDraft(ctx context.Context, o DraftOptions) (d Draft, err error) {
	switch info, err := os.Stat(o.Path); {
	case errors.Is(err, fs.ErrNotExist):
		return d, fault.New(fault.Usage, "ingest.refused.missing", o.Path).Because(err)
	case err == nil && info.IsDir():
		return d, fault.New(fault.Usage, "ingest.refused.no_file", o.Path)
	}
	dir, err := os.MkdirTemp("", "kamlens-map-")
	if err != nil {
		return d, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	l := &loader{o: Options{Config: config.Config{Data: dir}, Reader: o.Reader, Now: o.Now}, zone: o.Zone}
	defer func() { err = errors.Join(l.dropScratch(), err) }()
	if err := os.MkdirAll(l.o.Config.Dir("tmp"), 0o700); err != nil {
		return d, err
	}
	w := &drafter{o: o, l: l, b: &batch{source: config.Source{Name: "draft", Sheet: o.Sheet}}}
	if w.b.format, err = formatOf(w.b.source, o.Path); err != nil {
		return d, err
	}
	if w.b.file, err = take(ctx, o.Path, dir, w.b.format.delimiter, func(int64) {}); err != nil {
		return d, err
	}
	if err := w.b.format.verify(w.b.file); err != nil {
		return d, err
	}
	if err := w.sniff(ctx); err != nil {
		return d, err
	}
	if w.records, err = w.read(ctx, draftRows); err != nil {
		return d, err
	}
	if err := w.recognise(); err != nil {
		return d, err
	}
	w.dayAt, w.dayForm = w.dayColumn()
	w.near = slices.DeleteFunc(w.near, func(d draftColumn) bool { return d.at == w.dayAt })
	for _, list := range [][]draftColumn{w.columns, w.near} {
		for i := range list {
			w.sample(&list[i])
		}
	}
	d.Feed, d.Missing, d.Unused = w.feed.Name, w.missing(), w.unused()
	d.YAML = w.yaml(d)
	return d, nil
}

// sniff finds the encoding of a text and, where commas do not cut its first rows, another delimiter that does.
func (w *drafter) sniff(ctx context.Context) (err error) {
	if w.b.format.delimiter == 0 {
		return nil
	}
	if w.enc, err = chooseEncoding(encodingAuto, w.o.Path, w.b.file.facts); err != nil {
		return err
	}
	best, most := w.b.format.delimiter, 0
	for _, d := range []byte{w.b.format.delimiter, '\t', ';', '|'} {
		w.b.format.delimiter = d
		list, err := w.read(ctx, 20)
		if err != nil {
			continue // another delimiter may cut it
		}
		cells := 0
		for _, r := range list {
			cells = max(cells, len(r.cells))
		}
		if cells > most {
			best, most = d, cells
		}
	}
	if w.b.format.delimiter = best; best != ',' && filepath.Ext(w.o.Path) != ".tsv" {
		w.sniffed = best
	}
	return nil
}

// read returns the first rows of the file.
func (w *drafter) read(ctx context.Context, n int) (list []record, err error) {
	in, err := w.b.open(ctx, w.l)
	if err != nil {
		return nil, err
	}
	defer closing(&err, in)
	if self, ok := in.(selfNamed); ok {
		names := record{line: 1}
		for _, name := range self.Names() {
			names.cells = append(names.cells, cell{s: name})
		}
		list = append(list, names)
	}
	for len(list) < n {
		rec, err := in.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return list, err
		}
		list = append(list, rec)
	}
	return list, nil
}

// recognise finds the header and the feed that fit each other best.
func (w *drafter) recognise() error {
	feeds := feed.All()
	if w.o.Feed != "" {
		f, ok := feed.Get(w.o.Feed)
		if !ok {
			return unknownFeed(w.o.Feed)
		}
		feeds = []feed.Feed{f}
	}
	best, least := 0.0, 0.0
	if w.o.Feed != "" { // then it is no guess, however little fits
		best, least = -1000, -1000
	}
	for i, rec := range w.records[:min(len(w.records), 15)] {
		names := make([]string, len(rec.cells))
		for j, c := range rec.cells {
			names[j] = trim(c.s)
		}
		for _, f := range feeds {
			columns, near, score := match(f, names)
			if score > 0 && w.o.Feed == "" {
				score += nameBonus(f, filepath.Base(w.o.Path))
			}
			if score > best {
				best, w.head, w.feed, w.names, w.columns, w.near = score, i, f, names, columns, near
			}
		}
	}
	if best <= least || w.o.Feed == "" && !w.explains() {
		return fault.New(fault.Refused, "ingest.map.no_feed", w.o.Path, w.firstNames())
	}
	return nil
}

// leastExplained is the share of a file's columns that a feed must know for the file to be taken for one of it, unless the
// file is named after it or enough columns bear the feed's own names: three headers such as from and to are in many files.
const (
	leastExplained = 0.4
	enoughSure     = 5
)

// explains reports whether the feed that fits best accounts for enough of the file.
func (w *drafter) explains() bool {
	named, sure := 0, 0
	for _, n := range w.names {
		named += min(1, len(n))
	}
	for _, c := range w.columns {
		if c.sure {
			sure++
		}
	}
	return sure >= enoughSure || float64(len(w.columns)) >= leastExplained*float64(named) || nameBonus(w.feed, filepath.Base(w.o.Path)) > 0
}

func (w *drafter) firstNames() string {
	if len(w.records) == 0 {
		return ""
	}
	names := make([]string, len(w.records[0].cells))
	for i, c := range w.records[0].cells {
		names[i] = c.s
	}
	return newHeader(w.o.Path, names).list()
}

// match pairs the columns of f with headers, the surest first, each header at most once, and says how well f fits:
// what is found counts, required columns twice, and required ones that are missing count against it. Pairs that are only
// near do not count: they are for a person to look at.
func match(f feed.Feed, names []string) (columns, near []draftColumn, score float64) {
	var all []draftColumn
	for _, c := range f.Columns {
		for at, name := range names {
			if level, sure := alike(c, name); level > 0 {
				all = append(all, draftColumn{col: c, at: at, sure: sure, near: level < spelling, level: level})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b draftColumn) int {
		switch {
		case a.level > b.level:
			return -1
		case a.level < b.level:
			return 1
		}
		return 0
	})
	for _, d := range all {
		taken := func(o draftColumn) bool { return o.at == d.at || o.col.Name == d.col.Name }
		if slices.ContainsFunc(columns, taken) || slices.ContainsFunc(near, taken) {
			continue
		}
		if d.near {
			near = append(near, d)
			continue
		}
		columns = append(columns, d)
		score += d.level
		if d.col.Required {
			score += d.level
		}
	}
	for _, c := range f.Columns {
		found := slices.ContainsFunc(columns, func(d draftColumn) bool { return d.col.Name == c.Name })
		if c.Required && !found && c.Name != f.From {
			score -= 1.5
		}
	}
	slices.SortFunc(columns, func(a, b draftColumn) int { return a.at - b.at })
	return columns, near, score
}

// spelling is the level of a header that is one of the feed's own names in other usual words.
const spelling = 0.8

// alike says how much a header looks like a column: 1 for the feed's own names, [spelling] for their other spellings,
// less for what is only near them, 0 for anything else.
func alike(c feed.Column, header string) (level float64, sure bool) {
	key := headerKey(header)
	if key == "" {
		return 0, false
	}
	usual := strings.NewReplacer("编号", "编号", "编码", "编号", "代码", "编号", "号", "编号", "id", "编号", "日期", "时间", "no.", "编号")
	for _, own := range []string{c.Name, c.ZH, c.EN()} {
		switch o := headerKey(own); {
		case o == key:
			return 1, true
		case usual.Replace(o) == usual.Replace(key):
			level = max(level, spelling)
		default:
			if near := overlap([]rune(o), []rune(key)); near >= 0.7 {
				level = max(level, 0.7*near)
			}
		}
	}
	return level, false
}

// overlap is twice the longest common subsequence over both lengths.
func overlap(a, b []rune) float64 {
	row := make([]int, len(b)+1)
	for _, x := range a {
		corner := 0
		for j, y := range b {
			up := row[j+1]
			if x == y {
				row[j+1] = corner + 1
			} else {
				row[j+1] = max(up, row[j])
			}
			corner = up
		}
	}
	return 2 * float64(row[len(b)]) / float64(len(a)+len(b))
}

// nameBonus prefers the feed that the file is named after; the longer name wins (工单事件 over 工单).
func nameBonus(f feed.Feed, file string) float64 {
	key, bonus := headerKey(file), 0.0
	for _, name := range []string{f.Name, f.Title.ZH, f.Title.EN} {
		if n := headerKey(name); strings.Contains(key, n) {
			bonus = max(bonus, 1+float64(len([]rune(n)))/20)
		}
	}
	return bonus
}

// missing names the required columns that no header seems to be.
func (w *drafter) missing() []string {
	var out []string
	for _, c := range w.feed.Columns {
		found := slices.ContainsFunc(w.columns, func(d draftColumn) bool { return d.col.Name == c.Name })
		if worked := w.isListing() && c.Name == w.feed.From; c.Required && !found && !worked {
			out = append(out, c.Name)
		}
	}
	return out
}

// unused names the headers that belong to no column, and are not near one.
func (w *drafter) unused() []string {
	var out []string
	for at, name := range w.names {
		mine := func(d draftColumn) bool { return d.at == at }
		day := at == w.dayAt && w.isListing()
		if name != "" && !day && !slices.ContainsFunc(w.columns, mine) && !slices.ContainsFunc(w.near, mine) {
			out = append(out, name)
		}
	}
	return out
}

// isListing reports whether the file looks like a list of the present state: of a dated feed, without the day, or what
// may be it.
func (w *drafter) isListing() bool {
	from, ok := w.feed.Column(w.feed.From)
	day := func(d draftColumn) bool { return d.col.Name == w.feed.From }
	return ok && from.Required && !slices.ContainsFunc(w.columns, day) && !slices.ContainsFunc(w.near, day)
}
