package chart

import (
	"slices"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/text"
)

// categoryAxis is the axis of periods.
func categoryAxis(ticks []string) map[string]any {
	return map[string]any{
		"type": "category", "data": ticks, "boundaryGap": true,
		"axisLabel": map[string]any{"interval": 0, "hideOverlap": true, "lineHeight": 15},
		"axisTick":  map[string]any{"show": false},
	}
}

// valueAxis is the axis of numbers, named with its unit.
func valueAxis(u unit, s span) map[string]any {
	return map[string]any{
		"type": "value", "name": u.name, "min": s.low, "max": s.high, "interval": s.step,
		"axisLabel": map[string]any{"formatter": u.formatter},
	}
}

// whiskers is the series of interval marks; each datum is [index, low, high]. Lying whiskers belong to lying bars.
func whiskers(data [][]any, lying bool) charts.SingleSeries {
	s := charts.SingleSeries{Name: "interval", Type: "custom", RenderItem: "@whisker", Data: data}
	s.Encode = &opts.Encode{X: 0, Y: []int{1, 2}}
	if lying {
		s.RenderItem, s.Encode = "@whiskerLying", &opts.Encode{X: []int{1, 2}, Y: 0}
	}
	return s
}

// step is a run of neighbours that have one target: [first index, last index, target, target of the run right before it],
// the last nil where there is none or nothing changed from. Name is its label.
type step struct {
	Name  string `json:"name"`
	Value [4]any `json:"value"`
}

// targetSteps returns the runs of answers with equal targets. A run too short for its label has none, unless it is the
// last: the target that holds now.
func targetSteps(l text.Lang, d kpi.Definition, u unit, answers []kpi.Answer) []step {
	const roomy = 6
	var steps []step
	for i := 0; i < len(answers); {
		if !hasTarget(answers[i]) {
			i++
			continue
		}
		j := i + 1
		for j < len(answers) && hasTarget(answers[j]) && *answers[j].Target == *answers[i].Target {
			j++
		}
		s := step{Value: [4]any{i, j - 1, u.draw(answers[i].Target), nil}}
		if i > 0 {
			s.Value[3] = u.draw(answers[i-1].Target)
		}
		if j-i >= roomy || !slices.ContainsFunc(answers[j:], hasTarget) {
			s.Name = l.T("chart.target", kpi.Format(l, d, answers[i].Target))
		}
		steps, i = append(steps, s), j
	}
	return steps
}

func hasTarget(a kpi.Answer) bool { return a.Target != nil }

// stepLine is the series of those runs; lying steps belong to lying bars.
func stepLine(steps []step, lying bool) charts.SingleSeries {
	s := charts.SingleSeries{Name: "target", Type: "custom", RenderItem: "@step", Data: steps}
	s.Encode = &opts.Encode{X: []int{0, 1}, Y: []int{2, 3}}
	if lying {
		s.RenderItem, s.Encode = "@stepLying", &opts.Encode{X: []int{2, 3}, Y: []int{0, 1}}
	}
	return s
}

// finish sets what every chart shares and removes what go-echarts adds but the shared script decides: colours, empty
// title and legend.
func finish(option map[string]any, name string) {
	for _, key := range []string{"title", "legend", "color", "toolbox", "tooltip"} {
		delete(option, key)
	}
	option["tooltip"] = map[string]any{"trigger": "axis", "formatter": "@tip"}
	option["aria"] = map[string]any{"enabled": true, "label": map[string]any{"description": name}}
	option["animation"] = false
}
