package ingest

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kamlens/kamlens/internal/warehouse"
)

// fate is what became of one row of a file.
type fate byte

const (
	stored fate = iota
	filtered
	emptyRow
	rejected
)

// flaw is what is wrong with one cell of a row, or with the row as a whole.
type flaw struct {
	column string // canonical name; empty: the row as a whole
	header string
	value  string
	why    problem
}

// reject is one row that was not loaded, and why: the first bad cell, and the others, so that whoever corrects the row sees
// all of it at once.
type reject struct {
	flaw
	also []flaw
	line int
	rec  record
}

// flaws are all that is wrong with a row.
func (r reject) flaws() []flaw { return append([]flaw{r.flaw}, r.also...) }

// rejectOf is the rejection of a row for its flaws, of which there is one at least.
func rejectOf(rec record, flaws ...flaw) reject {
	return reject{line: rec.line, flaw: flaws[0], also: flaws[1:], rec: rec}
}

// outcome is what a row of the file became: none or more rows of the feed.
type outcome struct {
	fate   fate
	rows   [][]string // canonical text by plan.values; "" is NULL
	reject reject
}

// apply turns one row of the file into rows of the feed.
func (p *plan) apply(rec record) outcome {
	if rec.bad != nil {
		return outcome{fate: rejected, reject: rejectOf(rec, flaw{value: rec.raw, why: *rec.bad})}
	}
	if isEmpty(rec) {
		return outcome{fate: emptyRow}
	}
	if n := len(p.header.names); len(rec.cells) != n {
		why := problem{code: "fields", expected: strconv.Itoa(n)}
		return outcome{fate: rejected, reject: rejectOf(rec, flaw{value: strconv.Itoa(len(rec.cells)), why: why})}
	}
	for _, c := range p.where {
		if !c.takes[trim(p.restore(rec.cells[c.at].s))] {
			return outcome{fate: filtered}
		}
	}
	if at := p.total(rec); at >= 0 {
		return outcome{fate: rejected, reject: rejectOf(rec, flaw{value: trim(rec.cells[at].s), why: problem{code: "total"}})}
	}
	if p.sheets == nil {
		row, flaws := p.row(rec, -1)
		if len(flaws) > 0 {
			return outcome{fate: rejected, reject: rejectOf(rec, flaws...)}
		}
		return outcome{rows: [][]string{row}}
	}
	return p.applySheets(rec)
}

// applySheets turns one row of the file into one row of the feed for each unpivoted column that has a value.
func (p *plan) applySheets(rec record) outcome {
	out := outcome{fate: filtered} // a row without any answer
	var all []flaw
	for _, at := range p.sheets {
		if p.nulls[trim(rec.cells[at].s)] {
			continue
		}
		row, flaws := p.row(rec, at)
		for _, f := range flaws {
			if !slices.Contains(all, f) { // a column that stays is read once for each of the others
				all = append(all, f)
			}
		}
		out.fate, out.rows = stored, append(out.rows, row)
	}
	if len(all) > 0 {
		return outcome{fate: rejected, reject: rejectOf(rec, all...)}
	}
	return out
}

// totalWords stand in a row that adds up the others, in its first cell or as its key; in lower case, without blanks.
func totalWords() []string {
	return []string{"合计", "总计", "小计", "共计", "總計", "合計", "小計", "total", "subtotal", "grandtotal"}
}

// total returns the cell by which a row is one of totals; -1: it is a row like any other.
func (p *plan) total(rec record) int {
	for _, at := range p.totalCells {
		s := trim(rec.cells[at].s)
		for _, mark := range totalMarks() {
			if strings.Contains(s, mark) && slices.Contains(p.totalWords, strings.TrimRight(strings.ToLower(strings.ReplaceAll(s, " ", "")), ":：")) {
				return at
			}
		}
	}
	return -1
}

// totalMarks are pieces one of which every such word has: looking for them alone costs little.
func totalMarks() []string { return []string{"计", "計", "tal", "TAL"} }

// fastTotal holds for cells that are none of a row of totals.
func fastTotal(c string) string {
	var list []string
	for _, word := range totalWords() {
		for _, end := range []string{"", ":", "："} {
			list = append(list, warehouse.Literal(word+end))
		}
	}
	var marked []string
	for _, mark := range totalMarks() {
		marked = append(marked, "contains("+c+", "+warehouse.Literal(mark)+")")
	}
	return "case when " + strings.Join(marked, " or ") + " then lower(replace(" + c + ", ' ', '')) not in (" + strings.Join(list, ", ") + ") else true end"
}

func isEmpty(rec record) bool {
	for _, c := range rec.cells {
		if trim(c.s) != "" || c.kind == cellFormula {
			return false
		}
	}
	return true
}

// row converts the mapped columns of one row, or says what is wrong with it; sheet is the unpivoted column, or -1.
func (p *plan) row(rec record, sheet int) ([]string, []flaw) {
	row := make([]string, len(p.values))
	var flaws []flaw
	for i := range p.values {
		v := &p.values[i]
		text, raw, why := p.eval(v, rec, sheet)
		if why == nil && text == "" && v.col.Required {
			why = &problem{code: "required"}
		}
		if why == nil {
			row[i] = text
			continue
		}
		f := flaw{column: v.col.Name, header: v.label, value: raw, why: *why}
		if v.role != notUnpivoted {
			f.header = p.header.names[sheet]
		}
		// A delay to a time that cannot be read is no flaw of its own.
		if v.base == nil || !slices.ContainsFunc(flaws, func(x flaw) bool { return x.value == f.value && x.why == f.why }) {
			flaws = append(flaws, f)
		}
	}
	return row, flaws
}

// eval returns the canonical text of one column, the cell it came from, and why it cannot be taken.
func (p *plan) eval(v *value, rec record, sheet int) (text, raw string, why *problem) {
	if v.base != nil {
		return p.delayed(v, rec, sheet)
	}
	raw, kind := p.raw(v, rec, sheet)
	if p.nulls[raw] && kind != cellFormula {
		if mapped, ok := v.listed[raw]; ok {
			raw = mapped
		} else if v.other != nil {
			raw = *v.other
		} else {
			return "", raw, nil
		}
		if raw == "" {
			return "", raw, nil
		}
		text, why = v.convert(raw, cellText)
		return text, raw, why
	}
	if len(v.listed) > 0 {
		return v.list(raw, kind)
	}
	text, why = v.convert(raw, kind)
	if why != nil && why.code == "bad_enum" && v.other != nil {
		text, why = v.convert(*v.other, cellText)
	}
	return text, raw, why
}

// list applies `values:` and `default:`.
func (v *value) list(raw string, kind cellKind) (text, was string, why *problem) {
	mapped, ok := v.listed[raw]
	if !ok && len(v.col.Values) > 0 {
		if text, why := v.convert(raw, kind); why == nil {
			return text, raw, nil // an enum's own code or label needs no line of its own
		}
	}
	if !ok && v.other == nil {
		return "", raw, &problem{code: "unlisted", expected: v.col.Name}
	}
	if !ok {
		mapped = *v.other
	}
	if mapped == "" {
		return "", raw, nil
	}
	text, why = v.convert(trim(mapped), cellText)
	return text, raw, why
}

// raw returns the trimmed text that a column is made from.
func (p *plan) raw(v *value, rec record, sheet int) (string, cellKind) {
	switch {
	case v.role == takesHeader:
		name := p.header.names[sheet]
		if to, ok := p.source.Unpivot.Names[name]; ok {
			name = to
		}
		return trim(name), cellText
	case v.role == takesCell:
		return trim(p.restore(rec.cells[sheet].s)), rec.cells[sheet].kind
	case v.konst != nil:
		return trim(*v.konst), cellText
	case v.concat != nil:
		return p.compose(v, rec)
	case len(v.at) == 1:
		c := rec.cells[v.at[0]]
		return trim(p.restore(c.s)), c.kind
	}
	parts := make([]string, 0, len(v.at))
	kind, dates := cellText, 0
	for _, at := range v.at {
		c := rec.cells[at]
		if s := trim(p.restore(c.s)); !p.nulls[s] {
			parts = append(parts, s)
			if c.kind == cellDate {
				dates++
			}
		}
		if c.kind.unreadable() {
			kind = c.kind
		}
	}
	if kind == cellText && dates > 0 && dates == len(parts) {
		kind = cellDate
	}
	return strings.Join(parts, " "), kind
}

// compose builds a key from its pieces; a missing piece makes the key empty, so that no two rows share half a key.
func (p *plan) compose(v *value, rec record) (string, cellKind) {
	var b strings.Builder
	for _, part := range v.concat {
		if part.isText {
			b.WriteString(part.literal)
			continue
		}
		if part.isLine {
			if p.reload { // lines of a corrected reject file are not those of the file it came from
				b.WriteString("r")
			}
			b.WriteString(strconv.Itoa(rec.line))
			continue
		}
		c := rec.cells[part.at]
		s := trim(p.restore(c.s))
		if p.nulls[s] || c.kind.unreadable() {
			return "", cellText
		}
		b.WriteString(s)
	}
	return b.String(), cellText
}

// restore takes off the quote that guards a reject file against formulas.
func (p *plan) restore(s string) string {
	if p.reload {
		return unguard(s)
	}
	return s
}

// delayed adds a delay in whole seconds to a time.
func (p *plan) delayed(v *value, rec record, sheet int) (text, raw string, why *problem) {
	start, startRaw, why := p.eval(v.base, rec, sheet)
	if why != nil {
		return "", startRaw, why
	}
	raw = trim(p.restore(rec.cells[v.delay].s))
	if p.nulls[raw] || start == "" {
		return "", raw, nil
	}
	seconds, err := strconv.ParseInt(fold(raw), 10, 32)
	if err != nil || seconds < 0 {
		return "", raw, &problem{code: "bad_seconds", expected: "3600"}
	}
	t, err := time.Parse(canonicalTime, start)
	if err != nil {
		return "", raw, &problem{code: "bad_seconds", expected: "3600"}
	}
	return t.Add(time.Duration(seconds) * time.Second).Format(canonicalTime), raw, nil
}
