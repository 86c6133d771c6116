package dashboard

import (
	"fmt"
	"maps"

	"github.com/kamlens/kamlens/internal/kpi"
)

// openShown is how many open rows the page of a measure lists.
const openShown = 20

// pathPart is what a measure with deadlines still takes in a period that is not over: of all that the page is about and by
// manager, and the open rows that decide it, soonest first.
type pathPart struct {
	Due    string // heading of when a row falls due
	Rows   []pathRow
	Open   []openRow
	More   string // how many of how many are listed, "" without any
	HasAim bool   // there are targets
}

// pathRow is one path in words.
type pathRow struct {
	Name                      string
	Due, Locked, Open         string
	Range, Target, Words, URL string
	Outlook                   kpi.Outlook
}

type openRow struct{ Subject, Customer, Manager, Due string }

// path returns what d still takes; nil when its rows do not fall due, or the period is over.
func (a *ask) path(d kpi.Definition) (*pathPart, error) {
	over := d.Within(a.filter.Period)
	if len(d.Deadline) == 0 || a.lease.Stamp().Over(over) {
		return nil, nil
	}
	q := kpi.PathQuestion{KPI: d.ID, Period: over, Filter: maps.Clone(a.filter.Values), Limit: openShown}
	whole, err := a.lease.Path(a.ctx, a.scope, q)
	if err != nil || len(whole.Paths) == 0 {
		return nil, err
	}
	q.By, q.Limit = []kpi.Dim{kpi.ByManager}, 1
	split, err := a.lease.Path(a.ctx, a.scope, q)
	if err != nil {
		return nil, fmt.Errorf("path: %w", err)
	}
	n, err := a.names()
	if err != nil {
		return nil, err
	}
	p := &pathPart{Due: kpi.DetailName(a.l, d.Deadline[0])}
	p.add(a, d, a.l.T("dashboard.adjusted.all"), "", whole.Paths[0])
	for _, x := range split.Paths {
		if id, ok := x.By[string(kpi.ByManager)]; ok {
			p.add(a, d, n.label(kpi.ByManager, id), a.filter.over(over).with(kpi.ByManager, id).url("/kpi/"+d.ID), x)
		}
	}
	for _, r := range whole.Rows {
		p.Open = append(p.Open, openRow{r.SubjectID, r.CustomerName, kpi.Label(a.l, kpi.ByManager, r.ManagerID, r.ManagerName), r.Due(d).Text(a.l)})
	}
	if len(p.Open) > 0 {
		p.More = a.l.T("kpi.path.showing", len(p.Open), whole.Total)
	}
	return p, nil
}

// add words one path.
func (p *pathPart) add(a *ask, d kpi.Definition, name, url string, x kpi.Path) {
	r := pathRow{
		Name: name, URL: url, Due: kpi.FormatPartOf(a.l, d, x.DueNum, x.DueDen),
		Locked: kpi.FormatPartOf(a.l, d, x.LockedNum, x.LockedDen), Open: kpi.FormatPart(a.l, d, x.Open),
		Range: x.Range(a.l, d), Words: x.Words(a.l, d), Outlook: x.Outlook,
	}
	if x.Target != nil {
		r.Target, p.HasAim = kpi.Format(a.l, d, x.Target), true
	}
	p.Rows = append(p.Rows, r)
}
