package reports

import (
	"context"
	"fmt"

	"github.com/kamlens/kamlens/internal/chart"
	"github.com/kamlens/kamlens/internal/kpi"
)

// tiers is the section of tiers, with what went from each tier to each (迁移矩阵) below.
func (a *asker) tiers(ctx context.Context) (Section, error) {
	s, err := a.dimension("tiers", kpi.ByTier)(ctx)
	if err != nil {
		return Section{}, err
	}
	for _, d := range a.all {
		over := d.Within(a.opts.Period)
		f, err := a.Flows(ctx, a.scope, kpi.ExplainQuestion{KPI: d.ID, Period: over})
		if err != nil {
			return Section{}, fmt.Errorf("flows of %s: %w", d.ID, err)
		}
		if len(f.Rows) > 0 {
			s.Tables = append(s.Tables, a.flowTable(d, over, f))
		}
	}
	return s, nil
}

// flowTable has a row for each state that things came from and a column for each that they went to.
func (a *asker) flowTable(d kpi.Definition, over kpi.Period, f kpi.Flows) Table {
	l := a.opts.Lang
	caption := l.T("kpi.flows.caption", a.name(d), chart.PeriodName(l, over.String())) + " " + l.T("kpi.flows.note")
	t := Table{ID: "flows-" + d.ID, Caption: caption, Columns: []Column{{Title: l.T("kpi.flows.from"), Min: 12}}}
	for _, to := range f.To {
		t.Columns = append(t.Columns, Column{Group: l.T("kpi.flows.to"), Title: kpi.StateName(l, to), Min: 8})
	}
	for i, from := range f.From {
		cells := []Cell{textCell(kpi.StateName(l, from))}
		for _, n := range f.Rows[i] {
			cells = append(cells, countCell(n))
		}
		t.Rows = append(t.Rows, Row{Cells: cells})
	}
	return t
}
