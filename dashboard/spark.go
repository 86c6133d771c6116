package dashboard

import (
	"math"
	"strconv"
	"strings"

	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/text"
)

// spark is a small line without axes: two years at a glance. Gaps stay gaps.
type spark struct {
	Lines  []string // polyline points
	Dots   []point  // periods between two gaps
	Last   *point   // the newest number
	Hollow bool     // it is not mature, or the card's period has none: an older period's is the newest
	Label  string   // what a reader who cannot see it hears
}

type point struct{ X, Y string }

// Size of a spark in its own units; the style sheet stretches it.
const sparkWidth, sparkHeight, sparkAir = 120.0, 30.0, 3.0

// sparkOf draws the trend of a card, nil when there are fewer than two numbers.
func sparkOf(l text.Lang, d kpi.Definition, trend []kpi.Answer) *spark {
	values := make([]*float64, len(trend))
	hollow := false
	for i, v := range trend {
		if counts(v) {
			values[i], hollow = v.Value, v.Status == kpi.Immature || i < len(trend)-1
		}
	}
	s, low, high := sparkLine(values)
	if s == nil {
		return nil
	}
	s.Label = l.T("dashboard.card.spark", d.Name(l), len(trend), kpi.Format(l, d, &low), kpi.Format(l, d, &high))
	if s.Hollow = hollow; s.Hollow {
		s.Label += l.T("dashboard.card.spark_hollow")
	}
	return s
}

// sparkLine draws numbers, oldest first, and returns the smallest and the largest; nil is a gap. It draws nothing when there are
// fewer than two.
func sparkLine(values []*float64) (s *spark, low, high float64) {
	known := 0
	low, high = math.Inf(1), math.Inf(-1)
	for _, v := range values {
		if v != nil {
			known++
			low, high = math.Min(low, *v), math.Max(high, *v)
		}
	}
	if known < 2 {
		return nil, low, high
	}
	y := scale(low, high, sparkHeight-sparkAir, sparkAir)
	step := (sparkWidth - 2*sparkAir) / float64(len(values)-1)
	s = &spark{}
	var run []point
	flush := func() {
		switch {
		case len(run) == 1:
			s.Dots = append(s.Dots, run[0])
		case len(run) > 1:
			s.Lines = append(s.Lines, polyline(run))
		}
		run = nil
	}
	for i, v := range values {
		if v == nil {
			flush()
			continue
		}
		p := point{coordinate(sparkAir + float64(i)*step), coordinate(y(*v))}
		run = append(run, p)
		s.Last = &p
	}
	flush()
	return s, low, high
}

// counts reports whether an answer's value may be drawn.
func counts(v kpi.Answer) bool {
	return v.Value != nil && (v.Status == kpi.OK || v.Status == kpi.Immature)
}

// scale maps low..high to from..to; a flat line lies in the middle.
func scale(low, high, from, to float64) func(float64) float64 {
	return func(v float64) float64 {
		if high == low {
			return (from + to) / 2
		}
		return from + (v-low)/(high-low)*(to-from)
	}
}

func coordinate(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) }

func polyline(points []point) string {
	all := make([]string, len(points))
	for i, p := range points {
		all[i] = p.X + "," + p.Y
	}
	return strings.Join(all, " ")
}
