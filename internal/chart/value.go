package chart

import (
	"strconv"

	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/text"
)

// format writes a value with its unit, as people read it.
func format(l text.Lang, d kpi.Definition, v *float64) string {
	if v == nil {
		return "—"
	}
	switch d.Unit {
	case "share":
		return strconv.FormatFloat(*v*100, 'f', 1, 64) + " %"
	case "seconds":
		if *v < 2*hour {
			return strconv.FormatFloat(*v/minute, 'f', 1, 64) + " " + l.T("chart.unit.minutes")
		}
		return strconv.FormatFloat(*v/hour, 'f', 1, 64) + " " + l.T("chart.unit.hours")
	}
	return strconv.FormatFloat(*v, 'f', 1, 64)
}
