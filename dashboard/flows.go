package dashboard

import (
	"fmt"

	"github.com/kamlens/kamlens/internal/chart"
	"github.com/kamlens/kamlens/internal/kpi"
)

// flowPart is what went from each state of a measure to each (迁移矩阵).
type flowPart struct {
	Caption string
	To      []string
	Rows    []flowRow
}

type flowRow struct {
	Name  string
	Cells []flowCell
}

// flowCell is how many went from one state to one; Stayed where they are the same.
type flowCell struct {
	Text   string
	Stayed bool
}

// flows is nil where the category of a measure is no flow, and where nothing flowed.
func (a *ask) flows(d kpi.Definition) (*flowPart, error) {
	over := d.Within(a.filter.Period)
	f, err := a.lease.Flows(a.ctx, a.scope, kpi.ExplainQuestion{KPI: d.ID, Period: over, Filter: a.filter.Values})
	if err != nil {
		return nil, fmt.Errorf("flows: %w", err)
	}
	if len(f.Rows) == 0 {
		return nil, nil
	}
	p := &flowPart{Caption: a.l.T("kpi.flows.caption", d.Name(a.l), chart.PeriodName(a.l, over.String()))}
	for _, to := range f.To {
		p.To = append(p.To, kpi.StateName(a.l, to))
	}
	for i, from := range f.From {
		row := flowRow{Name: kpi.StateName(a.l, from)}
		for j, n := range f.Rows[i] {
			row.Cells = append(row.Cells, flowCell{kpi.FormatCount(n), from == f.To[j]})
		}
		p.Rows = append(p.Rows, row)
	}
	return p, nil
}
