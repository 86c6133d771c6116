package dashboard

import (
	"errors"
	"fmt"
	"html/template"
	"runtime/debug"
	"slices"
	"sync"

	"github.com/kamlens/kamlens/internal/calendar"
	"github.com/kamlens/kamlens/internal/chart"
	"github.com/kamlens/kamlens/internal/kpi"
)

// overviewPage answers: are we on target, what moved, where must I look?
type overviewPage struct {
	base
	Period string
	Legend []string // what the verdicts mean, and what is presumed
	Trends []figure
	Groups []cardGroup
}

// cardGroup is one family of measures.
type cardGroup struct {
	ID, Name string
	Cards    []card
}

// card is one measure at a glance.
type card struct {
	cell
	ID, Name, URL string
	Definition    string
	Period        string // when it is not the page's
	P90           string
	Previous      *change
	YearAgo       *change
	Spark         *spark
}

// figure is a chart on a page, with the table of its numbers.
type figure struct {
	chart.Chart
	JSON template.JS // the option; json.Marshal has escaped what could end the script element
	URL  string
}

// family is a group of the overview: which of the catalogue's families it shows, and whether their first main measure
// is drawn as one of the four trends.
type family struct {
	id      string
	members []string
	trend   bool
}

func families() []family {
	return []family{
		{"satisfaction", []string{"satisfaction"}, true},
		{"retention", []string{"retention"}, true},
		{"response", []string{"response", "resolution"}, true},
		{"tiers", []string{"tiers"}, true},
		{"visits", []string{"visits", "complaints"}, false},
		{"business", []string{"business"}, false},
		{"quality", []string{"quality"}, false},
		{"capability", []string{"capability"}, false},
		{"watch", []string{"watch"}, false},
	}
}

// overview shows every main measure in its family, and four trends.
func (s *Server) overview(a *ask) (view, error) {
	b, err := a.withFilter(a.base(a.l.T("dashboard.nav.overview")), "/")
	if err != nil {
		return view{}, err
	}
	var defs []kpi.Definition
	for _, d := range a.lease.Catalogue() {
		if d.Main {
			defs = append(defs, d)
		}
	}
	answers, trends, err := a.both(defs)
	if err != nil {
		return view{}, err
	}
	b.Charts = true
	a.preliminary(&b, a.filter.Period, defs, answers)
	p := overviewPage{base: b, Period: chart.PeriodName(a.l, a.filter.Period.String())}
	var cells []cell
	for _, f := range a.grouped(defs) {
		g := cardGroup{ID: f.id, Name: a.l.T("dashboard.family." + f.id)}
		for i, d := range f.defs {
			c := a.card(d, answers[d.ID], trends[d.ID])
			g.Cards, cells = append(g.Cards, c), append(cells, c.cell)
			if i == 0 && f.trend {
				fig, err := a.figure(d, trends[d.ID], answers[d.ID].Target)
				if err != nil {
					return view{}, err
				}
				p.Trends = append(p.Trends, fig)
			}
		}
		p.Groups = append(p.Groups, g)
	}
	p.Legend = legend(a.l, cells...)
	if presumed := a.presumed(a.filter.Period); presumed != "" {
		p.Legend = append(p.Legend, presumed)
	}
	return view{"overview", p}, nil
}

// both asks for answers and trends at the same time.
func (a *ask) both(defs []kpi.Definition) (answers map[string]kpi.Answer, trends map[string][]kpi.Answer, err error) {
	var asking sync.WaitGroup
	var trendsErr error
	asking.Go(func() {
		defer func() { // a panic here would end the program, not only the request
			if r := recover(); r != nil {
				trendsErr = fmt.Errorf("trends: panic: %v\n%s", r, debug.Stack())
			}
		}()
		trends, trendsErr = a.trends(defs)
	})
	answers, err = a.answers(defs)
	asking.Wait()
	return answers, trends, errors.Join(err, trendsErr)
}

type groupedDefs struct {
	family
	defs []kpi.Definition
}

// grouped puts measures into the families of the overview, in catalogue order. A family that the list does not know, of
// a user's own measure, comes last.
func (a *ask) grouped(defs []kpi.Definition) []groupedDefs {
	var groups []groupedDefs
	used := map[string]bool{}
	for _, f := range families() {
		g := groupedDefs{family: f}
		for _, d := range defs {
			if slices.Contains(f.members, d.Family) {
				g.defs = append(g.defs, d)
				used[d.ID] = true
			}
		}
		groups = append(groups, g)
	}
	rest := groupedDefs{family: family{id: "other"}}
	for _, d := range defs {
		if !used[d.ID] {
			rest.defs = append(rest.defs, d)
		}
	}
	return slices.DeleteFunc(append(groups, rest), func(g groupedDefs) bool { return len(g.defs) == 0 })
}

// answers asks for each measure over the page's period, or the last one it is defined for: one question a period.
func (a *ask) answers(defs []kpi.Definition) (map[string]kpi.Answer, error) {
	ids := map[kpi.Period][]string{}
	for _, d := range defs {
		p := d.Within(a.filter.Period)
		ids[p] = append(ids[p], d.ID)
	}
	found := map[string]kpi.Answer{}
	for p, list := range ids {
		answers, err := a.query(p, list, true)
		if err != nil {
			return nil, fmt.Errorf("answers of %s: %w", p, err)
		}
		for _, v := range answers {
			found[v.KPI] = v
		}
	}
	return found, nil
}

// trends asks for two years of every measure: one question for all that have months, one a period for the others.
func (a *ask) trends(defs []kpi.Definition) (map[string][]kpi.Answer, error) {
	var monthly []string
	own := map[kpi.Period][]string{}
	var order []kpi.Period
	for _, d := range defs {
		points := trendPeriods(d, a.filter.Period)
		if points[0].Kind == calendar.Month {
			monthly = append(monthly, d.ID)
			continue
		}
		for _, p := range points {
			if _, seen := own[p]; !seen {
				order = append(order, p)
			}
			own[p] = append(own[p], d.ID)
		}
	}
	found := map[string][]kpi.Answer{}
	keep := func(answers []kpi.Answer, err error) error {
		for _, v := range answers {
			found[v.KPI] = append(found[v.KPI], v)
		}
		return err
	}
	if len(monthly) > 0 {
		points := trendPeriods(kpi.Definition{}, a.filter.Period)
		over := kpi.Period{Kind: calendar.Range, Start: points[0].Start, End: points[len(points)-1].End}
		if err := keep(a.query(over, monthly, false, kpi.ByMonth)); err != nil {
			return nil, fmt.Errorf("trends: %w", err)
		}
	}
	slices.SortFunc(order, func(p, q kpi.Period) int { return p.Start.Compare(q.Start) })
	for _, p := range order {
		if err := keep(a.query(p, own[p], false)); err != nil {
			return nil, fmt.Errorf("trends: %w", err)
		}
	}
	return found, nil
}

// card puts one measure together.
func (a *ask) card(d kpi.Definition, v kpi.Answer, trend []kpi.Answer) card {
	p := d.Within(a.filter.Period)
	here := a.filter.over(p)
	c := card{
		cell: a.cellOf(d, v), ID: d.ID, Name: d.Name(a.l), URL: here.url("/kpi/" + d.ID),
		Definition: "/definitions/" + d.ID, Spark: sparkOf(a.l, d, trend),
		Previous: a.changeOf(d, v, v.Previous), YearAgo: a.changeOf(d, v, v.YearAgo),
	}
	c.Rows = here.url("/kpi/" + d.ID + "/rows")
	if p != a.filter.Period {
		c.Period = chart.PeriodName(a.l, p.String())
	}
	if v.P90 != nil && v.Status == kpi.OK {
		c.P90 = kpi.Format(a.l, d, v.P90)
	}
	return c
}

// figure draws the trend of one measure.
func (a *ask) figure(d kpi.Definition, points []kpi.Answer, target *float64) (figure, error) {
	c := chart.Trend(a.l, d, points, target)
	data, err := c.JSON()
	if err != nil {
		return figure{}, err
	}
	url := a.filter.over(d.Within(a.filter.Period)).url("/kpi/" + d.ID)
	return figure{c, template.JS(data), url}, nil //nolint:gosec // JSON that json.Marshal escaped
}
