// Package chart turns answers of the door into pictures.
//
// A [Chart] is a go-echarts value built by a pure function. It travels as JSON and holds no script: where ECharts wants
// a function or a colour the option holds a name ("@percent1", "@accent") that one embedded script, [Script], replaces,
// in the browser and in [RenderSVG] alike. So a strict Content-Security-Policy holds, a page and a document draw the
// same picture, and equal answers give equal bytes.
//
// Every chart carries the table of its numbers. The package must not know any single KPI, nor where answers come from.
package chart

import (
	"encoding/json"
	"fmt"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
)

// Chart is one picture with what a reader needs who cannot see it.
type Chart struct {
	ID    string // fixed: follows from what is drawn, usable as an HTML id
	Title string // the subject; pages and documents set it above the picture, it is not in the drawing
	Note  string // how to read the marks, in the reader's language
	Table Table  // the numbers drawn
	Size  Size   // the size it looks well at; the height of bars grows with their number

	option map[string]any
}

// Table is the numbers of a chart as text. The first cell of a row is its heading.
type Table struct {
	Head []string
	Rows [][]string
}

// Size is a width and a height in CSS pixels.
type Size struct{ W, H int }

// JSON returns the ECharts option. Keys are sorted, so equal charts give equal bytes.
func (c Chart) JSON() ([]byte, error) {
	data, err := json.Marshal(c.option)
	if err != nil {
		return nil, fmt.Errorf("chart %s: %w", c.ID, err)
	}
	return data, nil
}

// mark is one datum of a line or bar: go-echarts' own data types have neither a tip nor, on lines, a style.
type mark struct {
	Value      any             `json:"value"` // nil is a gap
	Tip        string          `json:"tip,omitempty"`
	ItemStyle  *opts.ItemStyle `json:"itemStyle,omitempty"`
	Symbol     string          `json:"symbol,omitempty"`
	SymbolSize int             `json:"symbolSize,omitempty"`
}

// withData sets data of our own type on a series.
func withData(data any) charts.SeriesOpts {
	return func(s *charts.SingleSeries) { s.Data = data }
}
