package reports

import (
	"context"
	"strings"

	"github.com/kamlens/kamlens/internal/kpi"
)

// tableMost is how many lines of a plain table a document holds; the command and the page give all of them.
const tableMost = 1000

// plain makes a section of each plain table that has lines in the period.
func (a *asker) plain(ctx context.Context) ([]Section, error) {
	var sections []Section
	for _, def := range a.Tables() {
		got, err := a.Table(ctx, a.scope, kpi.TableQuestion{Table: def.Name, Period: a.opts.Period})
		if err != nil {
			return nil, err
		}
		if len(got.Rows) == 0 {
			continue
		}
		title := def.Title(a.opts.Lang)
		s := Section{ID: "table-" + strings.ReplaceAll(def.Name, "_", "-"), Name: title, Title: title, Tables: []Table{a.plainTable(got)}}
		if note := def.Note(a.opts.Lang); note != "" {
			s.Notes = []string{note}
		}
		sections = append(sections, s)
	}
	return sections, nil
}

// plainTable lays a plain table out; a share has its interval in two columns beside it.
func (a *asker) plainTable(got kpi.TableRows) Table {
	t := Table{ID: got.Name, Label: got.Title(a.opts.Lang), Caption: a.t("table.rows", len(got.Rows)), Folded: true, Filter: true, Hold: 1}
	for _, c := range got.Columns {
		t.Columns = append(t.Columns, Column{Title: kpi.HeadInYuan(a.opts.Lang, c), Min: 8, Max: 36})
		if c.Unit == "share" {
			t.Columns = append(t.Columns, Column{Title: a.t("col.low"), Min: 8}, Column{Title: a.t("col.high"), Min: 8})
		}
	}
	for _, row := range got.Rows[:min(len(got.Rows), tableMost)] {
		var cells []Cell
		for i, c := range got.Columns {
			cells = append(cells, a.plainCells(c, row[i])...)
		}
		t.Rows = append(t.Rows, Row{Cells: cells})
	}
	if len(got.Rows) > tableMost {
		t.Cut = a.t("table.cut", tableMost, len(got.Rows))
	}
	return t
}

// plainCells writes a cell, of a share three.
func (a *asker) plainCells(c kpi.TableColumn, x kpi.TableCell) []Cell {
	switch {
	case c.IsWord():
		return words(kpi.Cell(a.opts.Lang, c, x))
	case c.Unit == "share":
		s := style{factor: 1, decimals: 1, percent: true}
		return []Cell{numberCell(s, true, x.Number), numberCell(s, true, x.Low), numberCell(s, true, x.High)}
	}
	s := style{factor: 1, decimals: 2}
	switch kpi.NumberUnit(c) {
	case "count", "value", "days":
		s.decimals = 0
	case "fen":
		s.factor = 1.0 / 100
	case "seconds":
		s.factor = 1.0 / 3600
	case "percent":
		s.decimals = 1
	case "change":
		s = style{factor: 1, decimals: 1, percent: true, signed: true}
	}
	return []Cell{numberCell(s, true, x.Number)}
}
