package chart

import (
	"math"

	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/text"
)

// unit says how the values of one chart are drawn: divided by div, ticks written by formatter, the axis named name.
type unit struct {
	div       float64
	formatter string
	name      string
}

// Seconds in an hour and a minute. Days are not used: a working day is not 24 hours.
const (
	hour   = 3600
	minute = 60
)

// unitOf chooses the unit for values up to most (in the unit of d). Durations are drawn in minutes below two hours.
func unitOf(l text.Lang, d kpi.Definition, most float64) unit {
	switch d.Unit {
	case "share":
		return unit{1, "@percent", ""} // the ticks say %
	case "seconds":
		if most < 2*hour {
			return unit{minute, "@number", l.T("chart.unit.minutes")}
		}
		return unit{hour, "@number", l.T("chart.unit.hours")}
	case "fen":
		return unit{100, "@number", l.T("chart.unit.fen")}
	}
	key := "chart.unit." + d.Unit
	if !text.Has(key) {
		return unit{1, "@number", d.Unit}
	}
	return unit{1, "@number", l.T(key)}
}

// draw returns v as drawn; nil stays nil. Six decimals keep the JSON short and lose nothing that a screen shows.
func (u unit) draw(v *float64) any {
	if v == nil || math.IsNaN(*v) || math.IsInf(*v, 0) {
		return nil
	}
	return u.at(*v)
}

// at returns v as drawn.
func (u unit) at(v float64) float64 { return math.Round(v/u.div*1e6) / 1e6 }

// span is the range of an axis and the distance of its ticks.
type span struct{ low, high, step float64 }

// niceSpan returns the axis range that holds every value with some air, on round numbers. A share stays within 0..1.
func niceSpan(values []float64, share bool) span {
	if len(values) == 0 {
		return span{0, 1, 0.2}
	}
	low, high := values[0], values[0]
	for _, v := range values {
		low, high = math.Min(low, v), math.Max(high, v)
	}
	step := niceStep(high - low)
	s := span{math.Floor(low/step+1e-9) * step, math.Ceil(high/step-1e-9) * step, step}
	if s.low == s.high {
		s.high += step
	}
	if low >= 0 {
		s.low = math.Max(0, s.low)
	}
	if share {
		s.high = math.Min(1, s.high)
	}
	return span{round9(s.low), round9(s.high), round9(s.step)}
}

// niceStep returns the step of about five ticks over width: 1, 2 or 5 times a power of ten.
func niceStep(width float64) float64 {
	if width <= 0 {
		return 0.1
	}
	power := math.Pow(10, math.Floor(math.Log10(width/4)))
	for _, m := range []float64{1, 2, 5} {
		if m*power*5.5 >= width {
			return m * power
		}
	}
	return 10 * power
}

func round9(v float64) float64 { return math.Round(v*1e9) / 1e9 }
