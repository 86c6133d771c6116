package dashboard

import (
	"fmt"
	"maps"
	"slices"

	"github.com/kamlens/kamlens/internal/kpi"
)

// adjustedPart is what disputes upheld after the close say about a closed figure (R19): the figure stays; beside it the
// one with the lines, and the lines.
type adjustedPart struct {
	Note     string // why there are lines only, "" otherwise
	Num, Den string // what they are counted in, "" for things
	Both     []bothRow
	Lines    []lineRow
	Sides    [2]struct{} // of the table: as closed, and with the lines
}

// bothRow is one figure both ways: of all that the page is about, or of one manager.
type bothRow struct {
	Name           string
	Closed, Beside figureParts
}

// figureParts is a figure in words: whole numbers as counted, and the value.
type figureParts struct{ Num, Den, Value string }

type lineRow struct {
	kpi.Adjustment
	Manager, At      string
	NumText, DenText string // signed
}

// adjusted returns the lines about d in the page's period, and the figures both ways; nil when nothing was upheld.
func (a *ask) adjusted(d kpi.Definition) (*adjustedPart, error) {
	q := kpi.Question{KPIs: []string{d.ID}, Period: d.Within(a.filter.Period), Filter: maps.Clone(a.filter.Values)}
	lines, err := a.lease.Adjustments(a.ctx, a.scope, q.Period) // most figures have none: then nothing more is asked
	if err != nil || !slices.ContainsFunc(lines, func(l kpi.Adjustment) bool { return l.KPI == d.ID }) {
		return nil, err
	}
	p := &adjustedPart{}
	maps.DeleteFunc(q.Filter, func(dim kpi.Dim, _ []string) bool {
		if !kpi.Adjustable(dim) {
			p.Note = a.l.T("dashboard.adjusted.whole", a.l.T("kpi.dim."+string(dim)))
		}
		return !kpi.Adjustable(dim)
	})
	whole, err := a.lease.Adjusted(a.ctx, a.scope, q)
	if err != nil {
		return nil, fmt.Errorf("adjusted: %w", err)
	}
	if len(whole) == 0 || len(whole[0].Lines) == 0 {
		return nil, nil
	}
	n, err := a.names()
	if err != nil {
		return nil, err
	}
	for _, l := range whole[0].Lines {
		p.Lines = append(p.Lines, lineRow{
			Adjustment: l, Manager: n.label(kpi.ByManager, l.ManagerID), At: l.DecidedAt[:min(len(l.DecidedAt), len("2026-10-09 08:30"))],
			NumText: kpi.FormatSigned(l.Num), DenText: kpi.FormatSigned(l.Den),
		})
	}
	if p.Note != "" {
		return p, nil
	}
	p.Num, p.Den = kpi.PartUnits(a.l, d)
	q.By = []kpi.Dim{kpi.ByManager}
	split, err := a.lease.Adjusted(a.ctx, a.scope, q)
	if err != nil {
		return nil, fmt.Errorf("adjusted: %w", err)
	}
	p.Both = append(p.Both, a.bothWays(d, a.l.T("dashboard.adjusted.all"), whole[0]))
	for _, x := range split {
		if len(x.Lines) > 0 {
			p.Both = append(p.Both, a.bothWays(d, n.label(kpi.ByManager, x.By[string(kpi.ByManager)]), x))
		}
	}
	return p, nil
}

// bothWays words one figure both ways. On too few subjects neither has a value to be read.
func (a *ask) bothWays(d kpi.Definition, name string, x kpi.Adjusted) bothRow {
	value := func(v *float64) string {
		if x.Status == kpi.SmallSample {
			return a.l.T("dashboard.status.small_sample", x.N)
		}
		return kpi.Format(a.l, d, v)
	}
	return bothRow{
		name, figureParts{kpi.FormatWhole(x.Num), kpi.FormatWhole(x.Den), value(x.Value)},
		figureParts{kpi.FormatWhole(x.AdjustedNum), kpi.FormatWhole(x.AdjustedDen), value(x.AdjustedValue)},
	}
}
