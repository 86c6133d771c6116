package reports

import (
	"strconv"
	"strings"

	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/text"
)

// shown reports whether an answer's value may be read: never on too few subjects.
func shown(s kpi.Status, v *float64) bool {
	return v != nil && (s == kpi.OK || s == kpi.Immature)
}

// valueCell writes the value of an answer, or why there is none.
func (a *asker) valueCell(d kpi.Definition, x kpi.Answer) Cell {
	l := a.opts.Lang
	if !shown(x.Status, x.Value) {
		return absentCell(l, x.Status, x.N)
	}
	s := a.style(d)
	if x.Target != nil {
		s = s.beside(*x.Value, *x.Target)
	}
	c := s.cell(*x.Value)
	if x.Status == kpi.Immature {
		c.Tone = Muted
	}
	return c
}

// absentCell says why there is no value.
func absentCell(l text.Lang, s kpi.Status, n int64) Cell {
	switch s {
	case kpi.OK:
		return noCell()
	case kpi.SmallSample:
		return mutedCell(l.T("reports.status.small_sample", n))
	default:
		return mutedCell(l.T("reports.status." + string(s)))
	}
}

// numberCell writes an optional number of an answer that may be read; else a dash.
func numberCell(s style, readable bool, v *float64) Cell {
	if !readable || v == nil {
		return noCell()
	}
	return s.cell(*v)
}

// endCell is [numberCell] for an end of an interval: rounding does not carry it to the target or past it.
func endCell(s style, readable bool, v, target *float64) Cell {
	if readable && v != nil && target != nil {
		s = s.beside(*v, *target)
	}
	return numberCell(s, readable, v)
}

// countCell writes a whole number.
func countCell(n int64) Cell { return countStyle().cell(float64(n)) }

// wholeCell writes an optional whole number.
func wholeCell(n *int64) Cell {
	if n == nil {
		return noCell()
	}
	return countCell(*n)
}

// metCell says by sign, word and colour whether the target is met, or that the interval cannot tell.
func metCell(l text.Lang, d kpi.Definition, x kpi.Answer) Cell {
	v, plain := d.Judge(x)
	words := kpi.VerdictName(l, v, plain)
	switch v {
	case kpi.Met:
		return Cell{Text: "✓ " + words, Tone: Good, Centre: true}
	case kpi.Missed:
		return Cell{Text: missedSign + words, Tone: Bad, Centre: true}
	case kpi.Undecided:
		return Cell{Text: "± " + words, Tone: Warn, Centre: true}
	}
	return noCell()
}

// missedSign marks a missed target, in a cell of its own and before a value.
const missedSign = "▼ "

// comparisonCells write the value of another period and how far the answer is from it.
func (a *asker) comparisonCells(d kpi.Definition, x kpi.Answer, c *kpi.Comparison) []Cell {
	if c == nil {
		return []Cell{noCell(), noCell()}
	}
	if !shown(c.Status, c.Value) {
		return []Cell{absentCell(a.opts.Lang, c.Status, c.N), noCell()}
	}
	then := a.style(d).cell(*c.Value)
	if c.Status == kpi.Immature {
		then.Tone = Muted
	}
	if !shown(x.Status, x.Value) {
		return []Cell{then, noCell()}
	}
	moved := a.style(d).change().cell(*x.Value - *c.Value)
	if d.Unit == kpi.UnitShare { // a page has no unit in the head of the column
		moved.Page = kpi.FormatDelta(a.opts.Lang, d, x.Value, c.Value)
	}
	return []Cell{then, moved}
}

// statusWords say how an answer may be used, with everything else that holds of it.
func statusWords(l text.Lang, x kpi.Answer) string {
	var parts []string
	switch {
	case x.Status == kpi.Immature && x.MaturesOn != "":
		parts = append(parts, l.T("reports.status.immature_until", x.MaturesOn))
	case x.Status == kpi.SmallSample:
		parts = append(parts, l.T("reports.status.small_sample", x.N))
	case x.Rowless(): // its note says so
	case x.Status == kpi.OK && x.Value == nil:
		parts = append(parts, l.T("kpi.none_counted"))
	default:
		parts = append(parts, l.T("reports.status."+string(x.Status)))
	}
	for _, note := range x.Notes {
		if words := noteWords(l, note); words != "" {
			parts = append(parts, words)
		}
	}
	if closing := kpi.Closing(l, x); closing != "" {
		parts = append(parts, closing)
	}
	return strings.Join(parts, l.T("reports.join"))
}

// noteWords reads a note of the door: "unset_rows:12", "unset_share:0.05", "presumed_until:2026-10-02" or another status that holds. A note that
// this program has no words for is not shown.
func noteWords(l text.Lang, note string) string {
	kind, number, counted := strings.Cut(note, ":")
	key := "reports.note." + kind
	switch {
	case kind == kpi.PresumedUntil:
		return l.T("kpi.presumed.until", number)
	case counted && text.Has(key):
		v, err := strconv.ParseFloat(number, 64)
		if err != nil {
			return ""
		}
		s := countStyle()
		if kind == "unset_share" {
			s = style{factor: 1, decimals: 1, percent: true}
		}
		return l.T(key, s.cell(v).Text)
	case kpi.Status(note) == kpi.SmallSample:
		return l.T("reports.status.few")
	case text.Has("reports.status." + note):
		return l.T("reports.status." + note)
	}
	return ""
}

// statusCell is [statusWords] with its colour.
func statusCell(l text.Lang, x kpi.Answer) Cell {
	c := textCell(statusWords(l, x))
	switch {
	case x.Status == kpi.Unset || x.Status == kpi.NoData:
		c.Tone = Warn
	case x.Status != kpi.OK || x.Rowless():
		c.Tone = Muted
	}
	return c
}
