package chart

import (
	"slices"
	"strconv"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/text"
)

// Trend draws one measure over time: points are its answers, oldest first, one per period. A shaded band is the 95 %
// interval, a dashed step line the target of each period: targets are dated, and those of closed periods stay. Periods
// without a number, or on too few subjects, are gaps; a period that is not mature yet is a hollow point, a month that stands
// out on the control chart of these months a diamond.
func Trend(l text.Lang, d kpi.Definition, points []kpi.Answer) Chart {
	headings, ids := make([]string, len(points)), make([]string, len(points))
	for i, p := range points {
		ids[i] = periodOf(p)
		headings[i] = PeriodName(l, ids[i])
	}
	signals := signalsOf(d, points)
	return Chart{
		ID: slug("trend", d.ID), Title: d.Name(l), Note: trendNote(l, points, len(signals) > 0), Size: Size{720, 280},
		Table: tableOf(l, d, l.T("chart.head.period"), headings, points), option: banded(l, d, points, headings, ticks(l, ids), signals),
	}
}

// Curve draws a survival curve: months are its values from the start on, one a month (see [kpi.CurveByMonth]), with their 95 %
// intervals as a band.
func Curve(l text.Lang, d kpi.Definition, months []kpi.Answer) Chart {
	headings, under := make([]string, len(months)), make([]string, len(months))
	every := 6 // months between two that are written under the axis and into the table
	if len(months) > 61 {
		every = 12
	}
	t := Table{}
	for m := range months {
		headings[m] = MonthsName(l, m)
	}
	all := tableOf(l, d, l.T("chart.head.months"), headings, months)
	t.Head = all.Head
	for m := range months {
		if m%every == 0 {
			under[m] = strconv.Itoa(m)
			t.Rows = append(t.Rows, all.Rows[m])
		}
	}
	option := banded(l, d, months, headings, under, nil)
	return Chart{ID: slug("curve", d.ID), Title: d.Name(l), Note: l.T("chart.note.curve"), Size: Size{720, 280}, Table: t, option: option}
}

// MonthsName is so many months in words, as a point of a curve is called.
func MonthsName(l text.Lang, months int) string { return l.T("chart.months", months) }

// banded is the option of a line of points with the band of their intervals, their targets and their signals.
func banded(l text.Lang, d kpi.Definition, points []kpi.Answer, headings, under []string, signals map[string]bool) map[string]any {
	const dotted = 36 // points at most that are drawn as dots
	u, axis := trendScale(l, d, points)
	line := charts.NewLine()
	line.SetXAxis(under)
	line.AddSeries("low", nil, bandEdge(u, points, false)...)
	line.AddSeries("band", nil, bandEdge(u, points, true)...)
	line.AddSeries(d.Name(l), nil, valueLine(l, d, u, points, headings, signals)...)
	if len(points) > dotted {
		line.MultiSeries[2].ShowSymbol = opts.Bool(false)
	}
	if steps := targetSteps(l, d, u, points); len(steps) > 0 {
		line.MultiSeries = append(line.MultiSeries, stepLine(steps, false))
	}
	if lone := loneIntervals(u, points); len(lone) > 0 {
		line.MultiSeries = append(line.MultiSeries, whiskers(lone, false))
	}
	line.Validate()
	option := line.JSON()
	option["xAxis"] = categoryAxis(under)
	y := valueAxis(u, axis)
	y["nameTextStyle"] = map[string]any{"align": "left"} // centred on the axis, a long name would leave the picture
	option["yAxis"] = y
	finish(option, d.Name(l))
	return option
}

// signalsOf are the months that stand out on the control chart of the points.
func signalsOf(d kpi.Definition, points []kpi.Answer) map[string]bool {
	months := slices.Clone(points)
	for i := range months {
		months[i].Period = periodOf(points[i])
	}
	list := map[string]bool{}
	for _, p := range kpi.ControlChartOf(d, months).Points {
		if p.Signal != kpi.NoSignal {
			list[p.Period] = true
		}
	}
	return list
}

// trendNote says how to read the marks; of targets and of signals only where there are any.
func trendNote(l text.Lang, points []kpi.Answer, signals bool) string {
	note := l.T("chart.note.trend")
	if slices.ContainsFunc(points, hasTarget) {
		note += l.T("chart.note.steps")
	}
	if signals {
		note += l.T("chart.note.signals")
	}
	return note
}

// trendScale chooses unit and axis so that values, intervals and target fit. An interval is left out of the choice
// where it would flatten the line: it may be cut, the point may not.
func trendScale(l text.Lang, d kpi.Definition, points []kpi.Answer) (unit, span) {
	var values, edges []float64
	add := func(to *[]float64, v *float64) {
		if v != nil {
			*to = append(*to, *v)
		}
	}
	for _, p := range points {
		if shown(p) {
			add(&values, p.Value)
			add(&edges, p.Low)
			add(&edges, p.High)
		}
		add(&values, p.Target)
	}
	all := append(append([]float64{}, values...), edges...)
	most := 0.0
	for _, v := range values {
		most = max(most, v)
	}
	u := unitOf(l, d, most)
	for i := range all {
		all[i] /= u.div
	}
	return u, niceSpan(all, d.Unit == "share")
}

// bandEdge is one of the two stacked series that make the band: its invisible lower edge, or the width above it.
func bandEdge(u unit, points []kpi.Answer, width bool) []charts.SeriesOpts {
	data := make([]mark, len(points))
	for i, p := range points {
		if !shown(p) || p.Low == nil || p.High == nil {
			continue
		}
		v := *p.Low
		if width {
			v = *p.High - *p.Low
		}
		data[i].Value = u.draw(&v)
	}
	fill := opts.AreaStyle{Color: "@band", Opacity: opts.Float(0)}
	if width {
		fill.Opacity = opts.Float(1)
	}
	return []charts.SeriesOpts{
		withData(data),
		charts.WithAreaStyleOpts(fill),
		charts.WithLineStyleOpts(opts.LineStyle{Opacity: opts.Float(0)}),
		func(s *charts.SingleSeries) { s.Stack, s.Symbol = "band", "none" },
	}
}

func valueLine(l text.Lang, d kpi.Definition, u unit, points []kpi.Answer, headings []string, signals map[string]bool) []charts.SeriesOpts {
	data := make([]mark, len(points))
	for i, p := range points {
		data[i] = mark{Tip: tip(l, d, headings[i], p)}
		if !shown(p) {
			continue
		}
		data[i].Value = u.draw(p.Value)
		if signals[periodOf(p)] {
			data[i].Symbol, data[i].SymbolSize = "diamond", 11
		}
		if p.Status == kpi.Immature {
			data[i].ItemStyle = &opts.ItemStyle{Color: "@paper", BorderColor: "@accent", BorderWidth: 2}
		}
	}
	return []charts.SeriesOpts{
		withData(data),
		charts.WithLineStyleOpts(opts.LineStyle{Color: "@accent", Width: 2}),
		charts.WithItemStyleOpts(opts.ItemStyle{Color: "@accent"}),
		func(s *charts.SingleSeries) {
			s.Symbol, s.SymbolSize, s.ShowSymbol = "circle", 5, opts.Bool(true)
		},
	}
}

// loneIntervals returns [index, low, high] of the points whose neighbours have no interval: a band there has no width
// and would not be seen.
func loneIntervals(u unit, points []kpi.Answer) [][]any {
	has := func(i int) bool {
		return i >= 0 && i < len(points) && shown(points[i]) && points[i].Low != nil && points[i].High != nil
	}
	var lone [][]any
	for i, p := range points {
		if has(i) && !has(i-1) && !has(i+1) {
			lone = append(lone, []any{i, u.draw(p.Low), u.draw(p.High)})
		}
	}
	return lone
}
