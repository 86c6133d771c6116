package kpi

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/kamlens/kamlens/internal/calendar"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/text"
)

// Control charts tell a change from the noise of months. The chart follows the kind of the measure, as its interval does:
// shares of things have a p-chart, events over exposure a u-chart, all else a chart of individuals with moving ranges
// (Montgomery, Introduction to Statistical Quality Control, 7.2, 7.3.2, 6.4). Limits are three standard errors from the
// centre line.

const (
	chartMonths = 24   // that a chart looks back
	chartLeast  = 12   // months with a value, below which limits mean nothing: our choice
	runLength   = 8    // months on one side of the centre line that are a signal
	rangeFactor = 2.66 // 3/d2 for ranges of two: limits of individuals from the mean moving range
	onCentre    = 1e-8 // of the value: nearer to a line than that is on it; answers have nine digits
)

// The kinds of control chart.
const (
	ChartP           = "p"
	ChartU           = "u"
	ChartIndividuals = "individuals"
)

// Signal is why a month stands out.
type Signal string

// The signals.
const (
	NoSignal   Signal = ""
	AboveLimit Signal = "above" // outside the upper limit
	BelowLimit Signal = "below" // outside the lower limit
	RunAbove   Signal = "run_above"
	RunBelow   Signal = "run_below" // at least eight months in a row on one side of the centre line
)

// ControlChart is a measure over months, held against what its own noise allows.
type ControlChart struct {
	KPI    string       `json:"kpi"`
	Kind   string       `json:"kind"`
	Least  int          `json:"least"`  // months with a value that limits need
	Enough bool         `json:"enough"` // else there are neither limits nor signals
	Centre *float64     `json:"centre"`
	Points []ChartPoint `json:"points"` // months with a value, in order
}

// ChartPoint is one month.
type ChartPoint struct {
	Period string   `json:"period"`
	Value  float64  `json:"value"`
	Low    *float64 `json:"low"` // limits
	High   *float64 `json:"high"`
	Run    int      `json:"run"` // how many months in a row, with this one, lie on its side of the centre line
	Signal Signal   `json:"signal"`

	size float64 // of its sample: the denominator
	num  float64
}

// SignalQuestion asks for the control chart of a measure over the months up to the end of a period.
type SignalQuestion struct {
	KPI    string
	Period Period
	Filter map[Dim][]string
}

// Signals returns the control chart of the 24 months that end with a period. Months without a value, and those that are not
// mature, are left out. A measure without months is a usage fault. The zero scope gets an empty chart.
func (d *Door) Signals(ctx context.Context, s Scope, q SignalQuestion) (ControlChart, error) {
	def, err := d.Definition(q.KPI)
	if err != nil {
		return ControlChart{}, err
	}
	if !def.HasMonths() {
		return ControlChart{}, fault.New(fault.Usage, "kpi.why.no_months", def.ID)
	}
	months := calendar.MonthOf(q.Period.End.AddDate(0, 0, -1))
	span := Period{Kind: calendar.Range, Start: months.Shift(1 - chartMonths).Start, End: months.End}
	answers, err := d.Query(ctx, s, Question{KPIs: []string{def.ID}, Period: span, By: []Dim{ByMonth}, Filter: q.Filter})
	if err != nil {
		return ControlChart{}, fmt.Errorf("signals of %s: %w", def.ID, err)
	}
	return ControlChartOf(def, answers), nil
}

// ControlChartOf is the control chart of answers about single months, oldest first; of answers about other periods it is empty.
func ControlChartOf(def Definition, months []Answer) ControlChart {
	c := ControlChart{KPI: def.ID, Kind: def.chart(), Least: chartLeast, Points: []ChartPoint{}}
	for _, a := range months {
		start, err := time.Parse("2006-01", a.Period)
		counts := a.Num != nil && a.Den != nil || c.Kind == ChartIndividuals
		if err == nil && counts && a.Value != nil && a.Status != Immature {
			c.Points = append(c.Points, def.chartPoint(a, calendar.MonthOf(start)))
		}
	}
	c.judge(float64(max(1, def.Scale)))
	return c
}

// HasMonths reports whether a measure has a value of single months.
func (def Definition) HasMonths() bool { return def.defined(Period{Kind: calendar.Month}) }

// chart is the kind of control chart of a measure.
func (def Definition) chart() string {
	switch def.Kind {
	case kindRatio:
		return ChartP
	case kindExposure, kindCount:
		return ChartU
	}
	return ChartIndividuals
}

// chartPoint is the month of an answer, with the size of its sample in the unit that the value is per.
func (def Definition) chartPoint(a Answer, month Period) ChartPoint {
	p := ChartPoint{Period: a.Period, Value: *a.Value, size: 1}
	if def.chart() == ChartIndividuals {
		return p
	}
	p.num = float64(*a.Num)
	if def.Kind != kindCount {
		p.size = float64(*a.Den)
	}
	if def.Exposure == "days" {
		p.size /= float64(month.Days())
	}
	return p
}

// judge works out the centre line and the limits, and marks what stands out. scale is that of the measure.
func (c *ControlChart) judge(scale float64) {
	if c.Enough = len(c.Points) >= c.Least; !c.Enough {
		return
	}
	centre, spread := c.spread(scale)
	c.Centre = number(centre)
	side, run := 0, 0
	for i := range c.Points {
		p := &c.Points[i]
		low, high := centre-spread(*p), centre+spread(*p)
		if c.Kind != ChartIndividuals {
			low = math.Max(0, low)
		}
		if c.Kind == ChartP {
			high = math.Min(scale, high)
		}
		p.Low, p.High = number(low), number(high)
		switch of := sideOf(p.Value, centre); of {
		case 0: // on the line: neither part of a run nor its end
		case side:
			run++
			p.Run = run
		default:
			side, run = of, 1
			p.Run = run
		}
		p.Signal = p.signal(side, low, high)
	}
}

// sideOf says on which side of the centre line a value lies: 1 above, -1 below, 0 on it.
func sideOf(v, centre float64) int {
	switch gap := v - centre; {
	case math.Abs(gap) <= onCentre*math.Max(math.Abs(v), math.Abs(centre)):
		return 0
	case gap > 0:
		return 1
	}
	return -1
}

// signal is why the month stands out: a limit before a run.
func (p ChartPoint) signal(side int, low, high float64) Signal {
	switch {
	case sideOf(p.Value, high) > 0:
		return AboveLimit
	case sideOf(p.Value, low) < 0:
		return BelowLimit
	case p.Run < runLength:
		return NoSignal
	case side > 0:
		return RunAbove
	}
	return RunBelow
}

// spread returns the centre line and how far from it the limits of a month are.
func (c *ControlChart) spread(scale float64) (centre float64, of func(ChartPoint) float64) {
	var num, size, values, ranges float64
	for i, p := range c.Points {
		num, size, values = num+p.num, size+p.size, values+p.Value
		if i > 0 {
			ranges += math.Abs(p.Value - c.Points[i-1].Value)
		}
	}
	switch c.Kind {
	case ChartP:
		mean := num / size
		return scale * mean, func(p ChartPoint) float64 { return 3 * scale * math.Sqrt(math.Max(0, mean*(1-mean))/p.size) }
	case ChartU:
		mean := num / size
		return scale * mean, func(p ChartPoint) float64 { return 3 * scale * math.Sqrt(mean/p.size) }
	}
	n := float64(len(c.Points))
	return values / n, func(ChartPoint) float64 { return rangeFactor * ranges / (n - 1) }
}

// Words says what stands out in a chart, a sentence a month, or that nothing does.
func (c ControlChart) Words(l text.Lang, d Definition) []string {
	if !c.Enough {
		return []string{l.T("kpi.chart.few", len(c.Points), c.Least)}
	}
	list := c.Signals(l, d)
	if len(list) == 0 {
		list = append(list, l.T("kpi.chart.none", Format(l, d, c.Centre)))
	}
	return list
}

// Signals are the sentences about the months that stand out in a chart.
func (c ControlChart) Signals(l text.Lang, d Definition) []string {
	var list []string
	for _, p := range c.Points {
		if p.Signal != NoSignal {
			list = append(list, l.T("kpi.chart.signal."+string(p.Signal), Label(l, ByMonth, p.Period, ""), Format(l, d, &p.Value),
				Format(l, d, p.Low), Format(l, d, p.High), p.Run, Format(l, d, c.Centre)))
		}
	}
	return list
}
