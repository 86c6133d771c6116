package chart

import (
	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
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
