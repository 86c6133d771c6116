package reports

import (
	"context"
	"math"
	"strconv"
	"strings"

	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/text"
)

// style says how a number is written, in a spreadsheet and in text alike.
type style struct {
	factor   float64 // the door's unit times factor is the number of the cell
	decimals int
	percent  bool // the cell holds the fraction
	signed   bool // a change: its sign is always written

	lang text.Lang
	page *kpi.Definition // of durations: the page writes each in the unit that suits it, as all pages do
}

// style returns how values of d are written in this document. A column of a workbook has one unit: minutes for the
// durations of the measures that chooseUnits found to be short.
func (a *asker) style(d kpi.Definition) style {
	s := styleOf(d)
	if d.Unit == kpi.UnitSeconds {
		s.lang, s.page = a.opts.Lang, &d
	}
	if a.minutes[d.ID] {
		s.factor, s.decimals = 1.0/60, 1
	}
	return s
}

// chooseUnits finds the durations that are better told in minutes: the company's value is below two hours.
func (a *asker) chooseUnits(ctx context.Context) error {
	var durations []kpi.Definition
	for _, d := range a.all {
		if d.Unit == kpi.UnitSeconds {
			durations = append(durations, d)
		}
	}
	got, err := a.ask(ctx, durations, nil, false)
	for _, d := range durations {
		x := got.one(d)
		a.minutes[d.ID] = x.Value != nil && *x.Value < 2*3600
	}
	return err
}

// styleOf returns how values of d are written: shares as percentages, durations in hours, money in yuan.
func styleOf(d kpi.Definition) style {
	switch d.Unit {
	case "share":
		return style{factor: 1, decimals: 1, percent: true}
	case "seconds":
		return style{factor: 1.0 / 3600, decimals: 2}
	case "fen":
		return style{factor: 1.0 / 100, decimals: 2}
	case "count":
		return style{factor: 1}
	case "index", "points", "days":
		return style{factor: 1, decimals: 1}
	default:
		return style{factor: 1, decimals: 2}
	}
}

// change returns how the difference of two values is written: of shares in percentage points.
func (s style) change() style {
	if s.percent {
		s = style{factor: 100, decimals: 1}
	}
	s.signed = true
	return s
}

// countStyle writes whole numbers.
func countStyle() style { return style{factor: 1} }

// format is the spreadsheet number format.
func (s style) format() string {
	digits := "0"
	if s.decimals > 0 {
		digits += "." + strings.Repeat("0", s.decimals)
	}
	switch {
	case s.percent:
		return digits + " %"
	case s.signed:
		return "+" + digits + ";-" + digits + ";" + digits
	case s.decimals == 0:
		return "#,##0"
	default:
		return "#,##" + digits
	}
}

// cell makes the number cell of v, a value in the door's unit.
func (s style) cell(v float64) Cell {
	n := v * s.factor
	if s.factor < 1 { // 1/3600 is no binary fraction: divide, so that 7200 s are 2 h and not 1.9999999999999998
		n = v / math.Round(1/s.factor)
	}
	c := Cell{Kind: NumberCell, Number: n, Text: s.text(n), Format: s.format()}
	switch {
	case s.page != nil && s.signed:
		c.Page = kpi.FormatDelta(s.lang, *s.page, &v, new(float64))
	case s.page != nil:
		c.Page = kpi.Format(s.lang, *s.page, &v)
	}
	if s.signed && round(n, s.decimals) == 0 {
		plain := strings.TrimLeft(c.Text, "+-")
		c.Format = plain + ";" + plain // what rounds to nought has no sign
	}
	return c
}

// text writes n, the number of the cell, as the spreadsheet shows it: rounded half away from zero (R15).
func (s style) text(n float64) string {
	if s.percent {
		n *= 100
	}
	n = round(n, s.decimals)
	t := grouped(strconv.FormatFloat(math.Abs(n), 'f', s.decimals, 64))
	switch {
	case n < 0:
		t = "-" + t
	case n > 0 && s.signed:
		t = "+" + t
	}
	if s.percent {
		t += " %"
	}
	return t
}

// round rounds half away from zero. The nudge is for halves that a binary fraction misses by its last digit.
func round(v float64, decimals int) float64 {
	p := math.Pow(10, float64(decimals))
	return math.Round(v*p+math.Copysign(1e-7, v)) / p
}

// grouped puts a comma between thousands.
func grouped(digits string) string {
	whole, rest, has := strings.Cut(digits, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if has {
		return whole + "." + rest
	}
	return whole
}

// beside returns s with as many more digits as it takes for v and target to be seen on the sides of each other that
// they are on (ruling 3.24: 89.996 must not read 90.00 and "missed").
func (s style) beside(v, target float64) style {
	const most = 6
	for s.decimals < most && v != target && s.cell(v).Text == s.cell(target).Text {
		s.decimals++
	}
	return s
}

// unitWord names the unit of the numbers of d.
func (a *asker) unitWord(d kpi.Definition) string {
	unit := d.Unit
	if a.minutes[d.ID] {
		unit = "minutes"
	}
	if key := "reports.unit." + unit; text.Has(key) {
		return a.opts.Lang.T(key)
	}
	return d.Unit
}

// unitCell is the unit of a row: the page writes it beside each duration.
func (a *asker) unitCell(d kpi.Definition) Cell {
	c := textCell(a.unitWord(d))
	if d.Unit == kpi.UnitSeconds {
		c.Page = kpi.UnitName(a.opts.Lang, d)
	}
	return c
}
