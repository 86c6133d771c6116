package chart

import (
	"slices"
	"strings"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/text"
)

// barHeight is the height in pixels that one bar with its label takes.
const barHeight = 26

// Bars draws one measure broken down by one dimension: a bar and its 95 % interval for each answer, with its target.
// Bars are sorted by id, and those without a member (未分配) come last: an order by value would read as a ranking,
// which the intervals seldom support.
func Bars(l text.Lang, d kpi.Definition, answers []kpi.Answer, labels func(id string) string) Chart {
	dim, answers := sortedByID(answers)
	headings, ticks := make([]string, len(answers)), make([]string, len(answers))
	for i, a := range answers {
		headings[i] = labels(a.By[dim])
		ticks[i] = headings[i] + "  " + valueCell(l, d, a)
	}
	u, axis := barScale(l, d, answers)
	bar := charts.NewBar()
	bar.AddSeries(d.Name(l), nil, barSeries(l, d, u, answers, headings)...)
	bar.MultiSeries = append(bar.MultiSeries, whiskers(intervals(u, answers), true))
	if steps := targetSteps(l, d, u, answers); len(steps) > 0 {
		bar.MultiSeries = append(bar.MultiSeries, stepLine(steps, true))
	}
	bar.Validate()
	option := bar.JSON()
	y := categoryAxis(ticks)
	y["inverse"] = true
	x := valueAxis(u, axis)
	x["nameLocation"], x["nameGap"] = "middle", 26
	option["yAxis"], option["xAxis"], option["grid"] = y, x, map[string]any{"bottom": 26, "top": 24}
	finish(option, d.Name(l))
	return Chart{
		ID: slug("bars", d.ID, dim), Title: d.Name(l), Note: l.T("chart.note.bars"),
		Size:  Size{720, 76 + barHeight*len(answers)},
		Table: tableOf(l, d, l.T("chart.head.member"), headings, answers), option: option,
	}
}

// sortedByID returns the dimension of the answers and the answers in the order of their ids.
func sortedByID(answers []kpi.Answer) (string, []kpi.Answer) {
	dim := ""
	for _, a := range answers {
		for k := range a.By {
			if dim == "" || k < dim {
				dim = k
			}
		}
	}
	sorted := slices.Clone(answers)
	slices.SortStableFunc(sorted, func(a, b kpi.Answer) int { return CompareIDs(a.By[dim], b.By[dim]) })
	return dim, sorted
}

// CompareIDs is the order that breakdowns are shown in, on pages, in documents and on the command line: by id, as the
// door lists them, and what has none (未分配) last.
func CompareIDs(a, b string) int {
	if (a == "") != (b == "") {
		return strings.Compare(b, a) // the empty one is the greater
	}
	return strings.Compare(a, b)
}

// barScale chooses unit and axis; a bar begins at zero.
func barScale(l text.Lang, d kpi.Definition, answers []kpi.Answer) (unit, span) {
	values := []float64{0}
	most := 0.0
	for _, a := range answers {
		if a.Target != nil {
			values, most = append(values, *a.Target), max(most, *a.Target)
		}
		if !shown(a) {
			continue
		}
		most = max(most, *a.Value)
		values = append(values, *a.Value)
		for _, edge := range []*float64{a.Low, a.High} {
			if edge != nil {
				values = append(values, *edge)
			}
		}
	}
	u := unitOf(l, d, most)
	for i := range values {
		values[i] /= u.div
	}
	return u, niceSpan(values, d.Unit == "share")
}

func barSeries(l text.Lang, d kpi.Definition, u unit, answers []kpi.Answer, headings []string) []charts.SeriesOpts {
	data := make([]mark, len(answers))
	for i, a := range answers {
		data[i] = mark{Tip: tip(l, d, headings[i], a)}
		if !shown(a) {
			continue
		}
		data[i].Value = u.draw(a.Value)
		if a.Status == kpi.Immature {
			data[i].ItemStyle = &opts.ItemStyle{Color: "@muted"}
		}
	}
	return []charts.SeriesOpts{
		withData(data),
		charts.WithItemStyleOpts(opts.ItemStyle{Color: "@bar"}),
		func(s *charts.SingleSeries) { s.BarWidth = "55%" },
	}
}

// intervals returns [index, low, high] of every answer that has them.
func intervals(u unit, answers []kpi.Answer) [][]any {
	data := [][]any{}
	for i, a := range answers {
		if shown(a) && a.Low != nil && a.High != nil {
			data = append(data, []any{i, u.draw(a.Low), u.draw(a.High)})
		}
	}
	return data
}
