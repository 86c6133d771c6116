package dashboard

import (
	"errors"
	"fmt"
	"html/template"
	"runtime/debug"
	"slices"
	"strings"
	"sync"

	"github.com/kamlens/kamlens/internal/calendar"
	"github.com/kamlens/kamlens/internal/chart"
	"github.com/kamlens/kamlens/internal/kpi"
)

// overviewPage answers: are we on target, what moved, where must I look?
type overviewPage struct {
	base
	Period string
	Due    *dueNote // nil where it is not known
	Legend []string // what the verdicts mean, and what is presumed
	Trends []figure
	Groups []cardGroup
}

// cardGroup is one family of measures.
type cardGroup struct {
	ID, Name string
	Open     bool        // unfolded at first: one of the four first, or somebody must look at it
	Tally    []tallyMark // how many of its measures stand how
	Missed   int
	Cards    []card
	Gaps     []gapLine
}

// tallyMark counts the measures of one verdict.
type tallyMark struct{ Kind, Text string }

// gapLine names the measures that have nothing to show for one reason.
type gapLine struct {
	Why      string
	Measures []navItem
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
	JSON  template.JS // the option; json.Marshal has escaped what could end the script element
	URL   string
	Empty bool // there is no number to draw
}

// overview shows every main measure in its family, and the trends of the four that come first.
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
	for _, f := range kpi.Families(defs) {
		g := a.group(f, answers, trends)
		for _, c := range g.Cards {
			cells = append(cells, c.cell)
		}
		p.Groups = append(p.Groups, g)
		if d, ok := f.Leading(); ok && f.Lead {
			fig, err := a.figure(d, trends[d.ID])
			if err != nil {
				return view{}, err
			}
			if !fig.Empty {
				p.Trends = append(p.Trends, fig)
			}
		}
	}
	if p.Due, err = a.dueNote(); err != nil {
		return view{}, err
	}
	p.Legend = legend(a.l, cells...)
	if presumed := a.presumed(a.filter.Period); presumed != "" {
		p.Legend = append(p.Legend, presumed)
	}
	return view{"overview", p}, nil
}

// group puts a family together: a card for each measure that has something to show, a line for those that have not.
func (a *ask) group(f kpi.Family, answers map[string]kpi.Answer, trends map[string][]kpi.Answer) cardGroup {
	g := cardGroup{ID: slug(f.ID), Name: f.Name(a.l)}
	shown, gaps := kpi.SplitGaps(a.l, a.lease, f.Defs, a.filter.Period, func(d kpi.Definition) kpi.Answer { return answers[d.ID] })
	count := map[kpi.Verdict]int{}
	for _, d := range shown {
		g.Cards = append(g.Cards, a.card(d, answers[d.ID], trends[d.ID]))
		v, _ := d.Judge(answers[d.ID])
		count[v]++
	}
	for _, v := range []kpi.Verdict{kpi.Met, kpi.Missed, kpi.Undecided} {
		if count[v] > 0 {
			g.Tally = append(g.Tally, tallyMark{string(v), a.l.T("dashboard.family.tally", sign(v), kpi.VerdictName(a.l, v, false), count[v])})
		}
	}
	if n := count[kpi.NotJudged]; n > 0 {
		g.Tally = append(g.Tally, tallyMark{"quiet", a.l.T("dashboard.family.unjudged", n)})
	}
	if n := len(f.Defs) - len(shown); n > 0 {
		g.Tally = append(g.Tally, tallyMark{"wait", a.l.T("dashboard.family.lacking", n)})
	}
	for _, gap := range gaps {
		line := gapLine{Why: gap.Why}
		for _, d := range gap.Defs {
			line.Measures = append(line.Measures, navItem{URL: a.filter.over(d.Within(a.filter.Period)).url("/kpi/" + d.ID), Label: d.Name(a.l)})
		}
		g.Gaps = append(g.Gaps, line)
	}
	g.Missed = count[kpi.Missed]
	g.Open = f.Lead || g.Missed > 0
	return g
}

// slug makes an HTML id of a family's: a user's own may be any text.
func slug(id string) string {
	return strings.Map(func(r rune) rune {
		if r <= ' ' {
			return '-'
		}
		return r
	}, id)
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
func (a *ask) figure(d kpi.Definition, points []kpi.Answer) (figure, error) {
	return a.drawn(d, chart.Trend(a.l, d, points), slices.ContainsFunc(points, counts))
}

// drawn puts a chart of d on a page; filled says whether there is a number to draw.
func (a *ask) drawn(d kpi.Definition, c chart.Chart, filled bool) (figure, error) {
	data, err := c.JSON()
	if err != nil {
		return figure{}, err
	}
	url := a.filter.over(d.Within(a.filter.Period)).url("/kpi/" + d.ID)
	return figure{c, template.JS(data), url, !filled}, nil //nolint:gosec // JSON that json.Marshal escaped
}
