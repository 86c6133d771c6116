package ingest

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/kamlens/kamlens/internal/feed"
)

// The day of a list of the present state is in its name, in a column, or, for want of both, the day on which it arrives.

// months are the forms in which a name or a cell may hold a month, which means its first day.
func months() []string { return []string{"%Y%m", "%Y-%m", "%Y_%m", "%Y.%m", "%Y/%m", "%Y年%m月"} }

// monthIn finds the form in which a file's name holds one month; "": none.
func monthIn(name string) string {
	for _, form := range months() {
		if day, err := dayInName(name, form); err == nil && day != "" {
			return form
		}
	}
	return ""
}

// dayColumn finds a column that is called like the day of a list, all of whose cells are days or months; at is -1 where
// there is none, and form is "" where days need none.
func (w *drafter) dayColumn() (at int, form string) {
	called := []string{"统计日期", "统计时间", "统计月份", "数据日期", "数据时间", "快照日期", "报表日期", "取数日期", "导出日期",
		"statdate", "snapshotdate", "reportdate", "datadate", "listedon", "asof", "asofdate"}
	for at, name := range w.names {
		mine := func(d draftColumn) bool { return d.at == at }
		if !slices.Contains(called, headerKey(name)) || slices.ContainsFunc(w.columns, mine) {
			continue
		}
		var cells []cell
		for _, rec := range w.records[w.head+1:] {
			if at < len(rec.cells) {
				cells = append(cells, cell{trim(rec.cells[at].s), rec.cells[at].kind})
			}
		}
		for _, form := range append([]string{""}, months()...) {
			conv := converter{col: feed.Column{Type: feed.Date}, zone: w.o.Zone}
			if form != "" {
				layout, err := parseFormat(form)
				if err != nil {
					continue
				}
				conv.layout = layout
			}
			if len(cells) > 0 && fits(conv, cells) {
				return at, form
			}
		}
	}
	return -1, ""
}

// asOf writes where the day of the list is.
func (w *drafter) asOf(line func(int, string, ...any)) {
	name := filepath.Base(w.o.Path)
	if w.dayAt >= 0 {
		value := "column: " + scalar(w.names[w.dayAt])
		if w.dayForm != "" {
			value += fmt.Sprintf(", format: %q", w.dayForm)
		}
		line(4, "as_of: {%s}", value)
	} else if day, err := dayInName(name, "auto"); err == nil && day != "" {
		line(4, "as_of: name")
	} else if form := monthIn(strings.TrimSuffix(name, filepath.Ext(name))); form != "" {
		line(4, "as_of: {name: %q}   # %s", form, w.o.Lang.T("ingest.map.month"))
	} else {
		line(4, "as_of: arrival       # %s", w.o.Lang.T("ingest.map.arrival"))
	}
}
