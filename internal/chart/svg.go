package chart

import (
	"context"
	_ "embed"
	"fmt"
	"html"
	"regexp"
	"strings"
	"sync"

	"github.com/dop251/goja"
)

var (
	//go:embed echarts.min.js
	echartsJS []byte
	//go:embed chart.js
	chartJS []byte
	//go:embed ssr.js
	ssrJS []byte
	//go:embed echarts.LICENSE
	license string
	//go:embed echarts.NOTICE
	notice string
)

// ECharts returns Apache ECharts 5.6.0, minified, for pages to load.
func ECharts() []byte { return echartsJS }

// Script returns the script that replaces the names in a chart's JSON: kamlensChart.option(json, theme).
func Script() []byte { return chartJS }

// Notices returns the licence and notice of ECharts, which go along with every copy of it.
func Notices() string { return notice + "\n" + license }

// programs are the scripts, compiled once: a fresh VM then starts in a tenth of the time.
var programs = sync.OnceValues(func() ([]*goja.Program, error) {
	var all []*goja.Program
	for _, s := range []struct {
		name string
		code []byte
	}{{"ssr.js", ssrJS}, {"echarts.min.js", echartsJS}, {"chart.js", chartJS}} {
		p, err := goja.Compile(s.name, string(s.code), false)
		if err != nil {
			return nil, fmt.Errorf("compile %s: %w", s.name, err)
		}
		all = append(all, p)
	}
	return all, nil
})

// Theme is the colours of a picture.
type Theme string

// The themes. A picture in that of the page takes its colours from the style of the HTML it stands in: the custom
// properties --chart-ink, -muted, -grid, -paper, -accent, -band, -bar and -target, else the light ones.
const (
	Light  Theme = "light"
	Dark   Theme = "dark"
	OfPage Theme = "page"
)

// RenderSVG draws charts without a browser, in the order given. A zero width or height of size is the chart's own.
// One VM serves one call, because ECharts counts the ids it hands out: equal calls give equal bytes, and the ids of two
// charts differ, so that both can stand in one document.
func RenderSVG(ctx context.Context, charts []Chart, size Size, theme Theme) ([][]byte, error) {
	vm, draw, err := newVM()
	if err != nil {
		return nil, err
	}
	stop := context.AfterFunc(ctx, func() { vm.Interrupt(ctx.Err()) })
	defer stop()
	pictures := make([][]byte, len(charts))
	for i, c := range charts {
		if pictures[i], err = drawOne(vm, draw, c, c.sized(size), theme); err != nil {
			return nil, err
		}
	}
	return pictures, nil
}

func newVM() (*goja.Runtime, goja.Callable, error) {
	scripts, err := programs()
	if err != nil {
		return nil, nil, err
	}
	vm := goja.New()
	for _, p := range scripts {
		if _, err := vm.RunProgram(p); err != nil {
			return nil, nil, fmt.Errorf("start ECharts: %w", err)
		}
	}
	draw, ok := goja.AssertFunction(vm.Get("kamlensSVG"))
	if !ok {
		return nil, nil, fmt.Errorf("start ECharts: no drawing function")
	}
	return vm, draw, nil
}

func drawOne(vm *goja.Runtime, draw goja.Callable, c Chart, size Size, theme Theme) ([]byte, error) {
	option, err := c.JSON()
	if err != nil {
		return nil, err
	}
	v, err := draw(goja.Undefined(), vm.ToValue(string(option)), vm.ToValue(size.W), vm.ToValue(size.H), vm.ToValue(string(theme)))
	if err != nil {
		return nil, fmt.Errorf("draw %s: %w", c.ID, err)
	}
	return []byte(c.named(v.String())), nil
}

// sized fills the zeroes of size with the chart's own measures.
func (c Chart) sized(size Size) Size {
	if size.W == 0 {
		size.W = c.Size.W
	}
	if size.H == 0 {
		size.H = c.Size.H
	}
	return size
}

var (
	counter = regexp.MustCompile(`zr\d+-`) // ids that ECharts counts up
	// What only a live page needs: marks for events, classes for hovering and their style sheet.
	live = regexp.MustCompile(`(?s) ecmeta_\w+="[^"]*"| class="[^"]*"|<style\s*>.*?</style>`)
)

// named gives the ids of an SVG the chart's own prefix, and the picture a name for those who cannot see it.
func (c Chart) named(svg string) string {
	svg = counter.ReplaceAllString(live.ReplaceAllString(svg, ""), c.ID+"-")
	name := html.EscapeString(c.Title)
	head, rest, _ := strings.Cut(svg, ">")
	return head + ` role="img" aria-label="` + name + `"><title>` + name + `</title>` + rest
}
