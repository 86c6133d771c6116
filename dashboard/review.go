package dashboard

import (
	"github.com/kamlens/kamlens/internal/chart"
	"github.com/kamlens/kamlens/internal/kpi"
)

// reviewPage puts what may point to gamed numbers side by side, by manager. It is for review only.
type reviewPage struct {
	base
	Period   string
	Measures []navItem
	All      []string
	Rows     []reviewRow
}

type reviewRow struct {
	Name  string
	Signs string
	Cells []reviewCell
}

// reviewCell is one share; Mark is "" unless it is a sign.
type reviewCell struct{ Value, Interval, N, URL, Mark string }

// review shows the measures for review against all managers.
func (s *Server) review(a *ask) (view, error) {
	b, err := a.withFilter(a.base(a.l.T("dashboard.nav.review")), "/review")
	if err != nil {
		return view{}, err
	}
	r, err := kpi.ReviewOf(a.ctx, a.lease, a.scope, kpi.Question{Period: a.filter.Period, Filter: a.filter.Values})
	if err != nil {
		return view{}, err
	}
	p := reviewPage{base: b, Period: chart.PeriodName(a.l, a.filter.Period.String())}
	for i, d := range r.Measures {
		p.Measures = append(p.Measures, navItem{URL: a.filter.url("/kpi/" + d.ID), Label: d.Name(a.l)})
		if len(r.All) > 0 {
			p.All = append(p.All, kpi.Format(a.l, d, r.All[i].Value))
		}
	}
	n, err := a.names()
	if err != nil {
		return view{}, err
	}
	for _, row := range r.Rows {
		line := reviewRow{Name: n.label(kpi.ByManager, row.ManagerID), Signs: kpi.FormatCount(int64(row.Signs))}
		for i, c := range row.Cells {
			line.Cells = append(line.Cells, a.reviewCell(r.Measures[i], row.ManagerID, c))
		}
		p.Rows = append(p.Rows, line)
	}
	return view{"review", p}, nil
}

// reviewCell words one share and leads to the rows behind it.
func (a *ask) reviewCell(d kpi.Definition, manager string, c kpi.ReviewCell) reviewCell {
	x := reviewCell{N: kpi.FormatCount(c.N), URL: a.filter.with(kpi.ByManager, manager).url("/kpi/" + d.ID + "/rows")}
	if !counts(c.Answer) {
		x.Value = c.StatusWords(a.l)
		return x
	}
	x.Value, x.Interval = kpi.Format(a.l, d, c.Value), kpi.FormatInterval(a.l, d, c.Value, c.Low, c.High, nil)
	if c.Sign {
		x.Mark = a.l.T("dashboard.review.sign")
	}
	return x
}
