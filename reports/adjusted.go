package reports

import (
	"context"
	"slices"

	"github.com/kamlens/kamlens/internal/chart"
	"github.com/kamlens/kamlens/internal/kpi"
)

// bothWays are the main measures beside whose closed figures a dispute wrote lines: as they stand and with the lines.
type bothWays struct {
	company map[string]kpi.Adjusted   // by measure
	of      map[string][]kpi.Adjusted // by manager, those who have lines
}

// bothWays asks for the lines of every period that the sheets show, and for both figures only where there are lines.
func (a *asker) bothWays(ctx context.Context) (bothWays, error) {
	b := bothWays{company: map[string]kpi.Adjusted{}, of: map[string][]kpi.Adjusted{}}
	var periods []kpi.Period
	for _, d := range a.own {
		if p := d.Within(a.opts.Period); !slices.Contains(periods, p) {
			periods = append(periods, p)
		}
	}
	for _, p := range periods {
		lines, err := a.Adjustments(ctx, a.scope, p)
		if err != nil {
			return b, err
		}
		q := kpi.Question{Period: p}
		for _, d := range a.own {
			about := slices.ContainsFunc(lines, func(l kpi.Adjustment) bool { return l.KPI == d.ID })
			if about && d.Within(a.opts.Period) == p {
				q.KPIs = append(q.KPIs, d.ID)
			}
		}
		if len(q.KPIs) == 0 { // none asked for would mean all
			continue
		}
		if err := a.askBothWays(ctx, q, b); err != nil {
			return b, err
		}
	}
	return b, nil
}

func (a *asker) askBothWays(ctx context.Context, q kpi.Question, b bothWays) error {
	company, err := a.Adjusted(ctx, a.scope, q)
	if err != nil {
		return err
	}
	for _, x := range company {
		b.company[x.KPI] = x
	}
	q.By = []kpi.Dim{kpi.ByManager}
	split, err := a.Adjusted(ctx, a.scope, q)
	if err != nil {
		return err
	}
	for _, x := range split {
		if id := x.By[string(kpi.ByManager)]; len(x.Lines) > 0 {
			b.of[id] = append(b.of[id], x)
		}
	}
	return nil
}

// adjustedTables are what a manager's sheet has beside the closed figures: both figures, the company's too, and the lines;
// none where there are no lines.
func (a *asker) adjustedTables(id string, b bothWays) []Table {
	list := b.of[id]
	if len(list) == 0 {
		return nil
	}
	closed, adjusted, company := a.t("adjusted.closed"), a.t("adjusted.adjusted"), a.t("company")
	both := Table{ID: "adjusted-" + id, Caption: a.t("adjusted.caption"), Columns: []Column{
		{Title: a.t("col.id"), Min: 9}, {Title: a.t("col.kpi"), Min: 20, Max: 26}, {Title: a.t("col.period"), Min: 12},
		{Group: closed, Title: a.t("col.num"), Min: 8}, {Group: closed, Title: a.t("col.den"), Min: 8}, {Group: closed, Title: a.t("col.value"), Min: 10, Max: 18},
		{Group: adjusted, Title: a.t("col.num"), Min: 8}, {Group: adjusted, Title: a.t("col.den"), Min: 8}, {Group: adjusted, Title: a.t("col.value"), Min: 10, Max: 18},
		{Group: company, Title: closed, Min: 9}, {Group: company, Title: adjusted, Min: 9},
	}}
	lines := Table{ID: "lines-" + id, Caption: a.t("adjusted.lines"), Columns: []Column{
		{Title: a.t("col.id"), Min: 9}, {Title: a.t("col.subject"), Min: 10}, {Title: a.t("col.num"), Min: 8}, {Title: a.t("col.den"), Min: 8},
		{Title: a.t("adjusted.decision"), Min: 10}, {Title: a.t("adjusted.by"), Min: 10}, {Title: a.t("adjusted.reason"), Min: 16, Max: 40},
	}}
	for _, x := range list {
		d := a.definition(x.KPI)
		s, whole := a.style(d), b.company[x.KPI]
		both.Rows = append(both.Rows, Row{Cells: []Cell{
			textCell(x.KPI), textCell(a.name(d)), textCell(chart.PeriodName(a.opts.Lang, x.Period)),
			wholeCell(x.Num), wholeCell(x.Den), numberCell(s, true, x.Value),
			wholeCell(x.AdjustedNum), wholeCell(x.AdjustedDen), numberCell(s, true, x.AdjustedValue),
			numberCell(s, true, whole.Value), numberCell(s, true, whole.AdjustedValue),
		}})
		for _, l := range x.Lines {
			lines.Rows = append(lines.Rows, Row{Cells: []Cell{
				textCell(l.KPI), textCell(l.SubjectID), signedCell(l.Num), signedCell(l.Den), textCell(l.Decision), textCell(l.DecidedBy), textCell(l.Reason),
			}})
		}
	}
	return []Table{both, lines}
}

// definition finds a measure of the catalogue.
func (a *asker) definition(id string) kpi.Definition {
	i := slices.IndexFunc(a.all, func(d kpi.Definition) bool { return d.ID == id })
	if i < 0 {
		return kpi.Definition{ID: id}
	}
	return a.all[i]
}

// signedCell writes a part of a line with its sign.
func signedCell(n *int64) Cell {
	if n == nil {
		return noCell()
	}
	return Cell{Kind: NumberCell, Text: kpi.FormatSigned(n), Number: float64(*n), Format: "+#,##0;-#,##0;0"}
}
