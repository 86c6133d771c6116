package demo

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/kamlens/kamlens/internal/feed"
	"github.com/kamlens/kamlens/internal/text"
)

// layout says which columns of a feed are written, and whether it comes as one file or one per span of months.
type layout struct {
	feed    string
	spanned bool
	columns string
}

// table is a layout made ready for writing.
type table struct {
	name    string
	index   int
	spanned bool
	columns []feed.Column
	labels  []map[string]string // of enum columns, in the language of the files
	yes, no string
}

// newTables checks the layouts against the declarations of the feeds.
func newTables(o Options) (map[string]*table, []*table, error) {
	byName, list := map[string]*table{}, []*table{}
	for _, l := range layouts() {
		f, ok := feed.Get(l.feed)
		if !ok {
			return nil, nil, fmt.Errorf("layout of an unknown feed %s", l.feed)
		}
		t := &table{name: l.feed, index: len(list), spanned: l.spanned, yes: "true", no: "false"}
		if o.Lang == text.ZH {
			t.yes, t.no = "是", "否"
		}
		for _, name := range strings.Fields(l.columns) {
			c, ok := f.Column(name)
			if !ok {
				return nil, nil, fmt.Errorf("layout of %s: no column %s", l.feed, name)
			}
			t.columns = append(t.columns, c)
			t.labels = append(t.labels, labelsOf(c, o.Lang))
		}
		if o.wanted(l.feed) {
			list = append(list, t)
			byName[l.feed] = t
		}
	}
	return byName, list, nil
}

func labelsOf(c feed.Column, l text.Lang) map[string]string {
	if c.Type != feed.Enum {
		return nil
	}
	labels := map[string]string{}
	for _, v := range c.Values {
		labels[v.Code] = v.Code
		if l == text.ZH {
			labels[v.Code] = v.ZH
		}
	}
	return labels
}

// header returns the header row.
func (t *table) header(l text.Lang) string {
	names := make([]string, len(t.columns))
	for i, c := range t.columns {
		names[i] = c.Header(l)
	}
	return strings.Join(names, ",") + "\n"
}

// chunk holds the rows that one worker made, as CSV, by table and span.
type chunk struct {
	co        *company
	bytes     [][][]byte
	rows      [][]int64
	customers int
	planted   []planted
	skip      row // swallows the rows of feeds that are not wanted
}

// planted is one planted fact for the truth file.
type planted struct{ kind, id, detail string }

func newChunk(co *company) *chunk {
	c := &chunk{co: co}
	for _, t := range co.list {
		n := 1
		if t.spanned {
			n = len(co.spans)
		}
		c.bytes = append(c.bytes, make([][]byte, n))
		c.rows = append(c.rows, make([]int64, n))
	}
	return c
}

// plant notes a planted fact.
func (c *chunk) plant(kind, id, detail string) {
	c.planted = append(c.planted, planted{kind, id, detail})
}

// row writes one row, column by column, in the order of the layout. Times at or after cut are not known yet and stay
// empty.
type row struct {
	c     *chunk
	t     *table
	span  int
	cut   civil
	b     []byte
	start int
	col   int
}

// row begins a row of a feed in the file of the span that holds the time at, as it was known at the end of that span.
func (c *chunk) row(name string, at civil) *row {
	t, ok := c.co.tables[name]
	if !ok || at >= c.co.end { // not asked for, or not yet happened
		c.skip = row{}
		return &c.skip
	}
	span := 0
	if t.spanned {
		span = c.co.spanOf(at)
	}
	return c.rowIn(t, span)
}

// rowIn begins a row in the file of a span.
func (c *chunk) rowIn(t *table, span int) *row {
	r := &row{c: c, t: t, span: span, cut: c.co.end, b: c.bytes[t.index][span]}
	if t.spanned {
		r.cut = c.co.spans[span].end
	}
	r.start = len(r.b)
	return r
}

// sep begins the next cell.
func (r *row) sep() bool {
	if r.t == nil {
		return false
	}
	if r.col > 0 {
		r.b = append(r.b, ',')
	}
	r.col++
	return true
}

// s writes text.
func (r *row) s(v string) *row {
	if !r.sep() {
		return r
	}
	if strings.ContainsAny(v, ",\"\n\r") {
		v = `"` + strings.ReplaceAll(v, `"`, `""`) + `"`
	}
	r.b = append(r.b, v...)
	return r
}

// raw writes the pieces of an id one after the other.
func (r *row) raw(prefix string, digits int, n int) *row {
	if r.sep() {
		r.b = appendID(r.b, prefix, digits, n)
	}
	return r
}

// none writes n empty cells.
func (r *row) none(n int) *row {
	for range n {
		r.sep()
	}
	return r
}

// n writes a whole number.
func (r *row) n(v int64) *row {
	if r.sep() {
		r.b = appendInt(r.b, v)
	}
	return r
}

// code writes the label of an enum value; "" stays empty.
func (r *row) code(v string) *row {
	if !r.sep() || v == "" {
		return r
	}
	label, ok := r.t.labels[r.col-1][v]
	if !ok {
		panic("demo: " + r.t.name + "." + r.t.columns[r.col-1].Name + " has no value " + v)
	}
	r.b = append(r.b, label...)
	return r
}

// flag writes yes or no.
func (r *row) flag(v bool) *row {
	if !r.sep() {
		return r
	}
	if v {
		r.b = append(r.b, r.t.yes...)
	} else {
		r.b = append(r.b, r.t.no...)
	}
	return r
}

// when writes a time that is known once it has passed.
func (r *row) when(t civil) *row {
	if t >= r.cut {
		t = 0
	}
	return r.due(t)
}

// due writes a time that may lie in the future.
func (r *row) due(t civil) *row {
	if r.sep() && t != 0 {
		r.b = appendTime(r.b, t)
	}
	return r
}

// on writes the day d when it has passed; 0 stays empty.
func (r *row) on(d int) *row {
	if dayStart(d) >= r.cut {
		d = 0
	}
	return r.dueOn(d)
}

// dueOn writes a day that may lie in the future; 0 stays empty.
func (r *row) dueOn(d int) *row {
	if r.sep() && d != 0 {
		r.b = appendDate(r.b, d)
	}
	return r
}

// ym writes a month given as YYYYMM.
func (r *row) ym(v int) *row {
	if r.sep() {
		r.b = appendPadded(r.b, v/100, 4)
		r.b = append(r.b, '-')
		r.b = appendPadded(r.b, v%100, 2)
	}
	return r
}

// end finishes the row. A row of the wrong length is a fault of this package.
func (r *row) end() {
	if r.t == nil {
		return
	}
	if r.col != len(r.t.columns) {
		panic(fmt.Sprintf("demo: %s: %d of %d cells: %s", r.t.name, r.col, len(r.t.columns), r.b[r.start:]))
	}
	r.b = append(r.b, '\n')
	r.c.bytes[r.t.index][r.span] = r.b
	r.c.rows[r.t.index][r.span]++
}

// endTwice finishes the row and writes it once more, as sloppy exports do.
func (r *row) endTwice() {
	r.end()
	if r.t != nil {
		again := bytes.Clone(r.b[r.start:])
		r.c.bytes[r.t.index][r.span] = append(r.b, again...)
		r.c.rows[r.t.index][r.span]++
	}
}

func appendPadded(b []byte, v, width int) []byte {
	div := 1
	for range width - 1 {
		div *= 10
	}
	for ; v >= 10*div; div *= 10 {
	}
	for ; div > 0; div /= 10 {
		b = append(b, byte('0'+v/div%10))
	}
	return b
}

func appendID(b []byte, prefix string, digits, n int) []byte {
	return appendPadded(append(b, prefix...), n, digits)
}

func appendInt(b []byte, v int64) []byte {
	if v < 0 {
		b = append(b, '-')
		v = -v
	}
	return appendPadded(b, int(v), 1)
}

func appendDate(b []byte, d int) []byte {
	y, m, day := dateOf(d)
	b = append(appendPadded(b, y, 4), '-')
	b = append(appendPadded(b, m, 2), '-')
	return appendPadded(b, day, 2)
}

func appendTime(b []byte, t civil) []byte {
	s := int(t.inDay())
	b = append(appendDate(b, t.day()), ' ')
	b = append(appendPadded(b, s/3600, 2), ':')
	b = append(appendPadded(b, s/60%60, 2), ':')
	return appendPadded(b, s%60, 2)
}

// dateOf turns a day number into year, month and day (the proleptic Gregorian calendar, counted from March).
func dateOf(d int) (year, month, day int) {
	z := d + 719468
	era := z / 146097
	doe := z - era*146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	month = mp + 3
	year = yoe + era*400
	if mp >= 10 {
		month, year = mp-9, year+1
	}
	return year, month, doy - (153*mp+2)/5 + 1
}
