package dashboard

import (
	"fmt"
	"math"
	"slices"

	"github.com/kamlens/kamlens/internal/chart"
	"github.com/kamlens/kamlens/internal/kpi"
)

// measurePage answers for one measure: how is it, since when, and where?
type measurePage struct {
	base
	Name       string
	Period     string
	Instead    string   // why it is not the period asked for, "" when it is
	Legend     []string // what the verdicts mean
	Presumed   string   // what of the period is presumed, "" when all is known
	Card       card
	Definition definitionCard
	Trend      figure
	Curve      figure        // without a title where the measure is no curve, or has none
	Others     []navItem     // the other measures of the block
	Signals    []string      // the months that stand out in it
	Adjusted   *adjustedPart // nil when there are no adjustment lines
	Path       *pathPart     // nil when nothing falls due, or the period is over
	Flows      *flowPart     // nil where the category is no flow
	Breakdowns []breakdown
	Rows       string
}

// breakdown is one measure by one dimension.
type breakdown struct {
	ID, Caption, Head string
	Low, High         string // ends of the drawn scale
	Rows              []breakdownRow
}

type breakdownRow struct {
	cell
	Name string
	URL  string
	Line *intervalLine
}

// intervalLine is the drawing of a value with its interval and target on the scale of its table.
type intervalLine struct {
	From, To string // of the interval, "" without one
	At       string
	Target   string
	Label    string
}

// Size of an interval line in its own units.
const lineWidth, lineAir = 200.0, 6.0

// measure shows one measure.
func (s *Server) measure(a *ask) (view, error) {
	d, err := a.lease.Definition(a.param("id"))
	if err != nil {
		return view{}, err
	}
	name := d.Name(a.l)
	b, err := a.withFilter(a.base(name), "/kpi/"+d.ID)
	if err != nil {
		return view{}, err
	}
	answers, trends, err := a.both([]kpi.Definition{d})
	if err != nil {
		return view{}, err
	}
	b.Charts = true
	a.preliminary(&b, d.Within(a.filter.Period), []kpi.Definition{d}, answers)
	p := measurePage{
		base: b, Name: name, Card: a.card(d, answers[d.ID], trends[d.ID]), Definition: a.definitionCard(d),
		Period: chart.PeriodName(a.l, d.Within(a.filter.Period).String()),
	}
	p.Rows, p.Instead, p.Presumed = p.Card.Rows, a.instead(d), a.presumed(d.Within(a.filter.Period))
	if p.Trend, err = a.figure(d, trends[d.ID]); err != nil {
		return view{}, err
	}
	if p.Curve, err = a.curve(d, answers[d.ID]); err != nil {
		return view{}, err
	}
	p.Signals = kpi.ControlChartOf(d, trends[d.ID]).Signals(a.l, d)
	if p.Adjusted, err = a.adjusted(d); err != nil {
		return view{}, err
	}
	if p.Path, err = a.path(d); err != nil {
		return view{}, err
	}
	if p.Flows, err = a.flows(d); err != nil {
		return view{}, err
	}
	for _, other := range a.lease.Catalogue() {
		if other.Of == d.Of && other.ID != d.ID {
			p.Others = append(p.Others, navItem{URL: a.filter.url("/kpi/" + other.ID), Label: other.Name(a.l)})
		}
	}
	for _, dim := range []kpi.Dim{kpi.ByTeam, kpi.ByRegion, kpi.ByTier, kpi.ByManager} {
		table, err := a.breakdown(d, dim)
		if err != nil {
			return view{}, err
		}
		if len(table.Rows) > 0 {
			p.Breakdowns = append(p.Breakdowns, table)
		}
	}
	cells := []cell{p.Card.cell}
	for _, table := range p.Breakdowns {
		for _, row := range table.Rows {
			cells = append(cells, row.cell)
		}
	}
	p.Legend = legend(a.l, cells...)
	return view{"measure", p}, nil
}

// curve draws the survival curve of an answer; the figure has no title where it has none.
func (a *ask) curve(d kpi.Definition, v kpi.Answer) (figure, error) {
	months := kpi.CurveByMonth(d, v)
	if len(months) < 2 {
		return figure{}, nil
	}
	return a.drawn(d, chart.Curve(a.l, d, months), true)
}

// instead says why a page shows another period than the one asked for.
func (a *ask) instead(d kpi.Definition) string {
	p := d.Within(a.filter.Period)
	if p == a.filter.Period {
		return ""
	}
	return a.l.T("dashboard.measure.instead", chart.PeriodName(a.l, a.filter.Period.String()), chart.PeriodName(a.l, p.String()))
}

// breakdown asks for d by dim. Rows are sorted by id, not by value: a league table would say more than the intervals
// allow.
func (a *ask) breakdown(d kpi.Definition, dim kpi.Dim) (breakdown, error) {
	over := d.Within(a.filter.Period)
	answers, err := a.query(over, []string{d.ID}, false, dim)
	if err != nil {
		return breakdown{}, fmt.Errorf("by %s: %w", dim, err)
	}
	n, err := a.names()
	if err != nil {
		return breakdown{}, err
	}
	byID := map[string]kpi.Answer{}
	var ids []string
	for _, v := range answers {
		id, ok := v.By[string(dim)]
		if !ok {
			continue // nothing to break down
		}
		byID[id] = v
		ids = append(ids, id)
	}
	slices.SortStableFunc(ids, chart.CompareIDs)
	low, high := bounds(answers)
	t := breakdown{
		ID: "by-" + string(dim), Head: a.l.T("kpi.dim." + string(dim)),
		Caption: a.l.T("dashboard.breakdown."+string(dim), d.Name(a.l)),
	}
	if low <= high {
		t.Low, t.High = kpi.Format(a.l, d, &low), kpi.Format(a.l, d, &high)
	}
	for _, id := range ids {
		v := byID[id]
		here := a.filter.over(over).with(dim, id)
		row := breakdownRow{cell: a.cellOf(d, v), Name: n.label(dim, id), URL: here.url("/kpi/" + d.ID)}
		row.Rows = here.url("/kpi/" + d.ID + "/rows")
		row.Line = lineOf(row.cell, v, low, high)
		t.Rows = append(t.Rows, row)
	}
	return t, nil
}

// bounds returns the smallest and largest number to draw; low > high when there is none.
func bounds(answers []kpi.Answer) (float64, float64) {
	low, high := math.Inf(1), math.Inf(-1)
	for _, v := range answers {
		if !counts(v) {
			continue
		}
		for _, x := range []*float64{v.Value, v.Low, v.High, v.Target} {
			if x != nil {
				low, high = math.Min(low, *x), math.Max(high, *x)
			}
		}
	}
	return low, high
}

// lineOf draws one row of a breakdown.
func lineOf(c cell, v kpi.Answer, low, high float64) *intervalLine {
	if !counts(v) {
		return nil
	}
	x := scale(low, high, lineAir, lineWidth-lineAir)
	l := &intervalLine{At: coordinate(x(*v.Value)), Label: c.Value}
	if v.Low != nil && v.High != nil {
		l.From, l.To = coordinate(x(*v.Low)), coordinate(x(*v.High))
		l.Label += " " + c.Interval
	}
	if v.Target != nil {
		l.Target = coordinate(x(*v.Target))
	}
	return l
}

// definitionCard is the 口径单 of a measure.
type definitionCard struct {
	kpi.Definition
	Name, Formula, Anchor, Exclusions, Source string
	UnitName, Better, Maturity, MinimumN      string
	KindName, PeriodNames, NeedNames          string
	RuleNames, Charged                        string // "" where it has none, and where it is the manager
	URL                                       string
}

// definitionCard words a definition.
func (a *ask) definitionCard(d kpi.Definition) definitionCard {
	l := a.l
	c := definitionCard{
		Definition: d, Name: d.Name(l), URL: "/definitions/" + d.ID, Source: l.Source(d.Source),
		Formula: pick(l, d.FormulaZH, d.FormulaEN), Anchor: pick(l, d.AnchorZH, d.AnchorEN),
		Exclusions: pick(l, d.ExcludedZH, d.ExcludedEN), UnitName: kpi.UnitName(l, d),
		Better: word(l, "direction", d.Direction), KindName: word(l, "kind_of_measure", d.Kind),
		Maturity: l.T("dashboard.definition.maturity_days", d.MaturityDays),
		MinimumN: l.T("dashboard.definition.min_n_value", d.MinN),
	}
	if d.MaturityDays == 0 {
		c.Maturity = l.T("dashboard.definition.maturity_none")
	}
	comma := l.T("dashboard.list.comma")
	periods := d.Periods
	if d.OverTime != "own" {
		periods = []string{"month", "quarter", "half", "year", "range"}
	}
	c.PeriodNames = joined(comma, periods, func(p string) string { return word(l, "period", p) })
	c.NeedNames = joined(comma, d.Needs, func(n string) string { return n })
	c.RuleNames = joined(comma, d.Rules, func(rule string) string { return kpi.RuleName(l, rule) })
	if !d.Charged() {
		c.Charged = word(l, "charged_to", d.ChargedTo)
	}
	return c
}

func joined(sep string, list []string, name func(string) string) string {
	all := ""
	for i, v := range list {
		if i > 0 {
			all += sep
		}
		all += name(v)
	}
	return all
}

// hasMore reports whether any row of a breakdown has something in a column; empty columns are not shown.
func (b breakdown) hasMore(get func(breakdownRow) string) bool {
	return slices.ContainsFunc(b.Rows, func(r breakdownRow) bool { return get(r) != "" })
}

// HasTarget reports whether the table has targets.
func (b breakdown) HasTarget() bool {
	return b.hasMore(func(r breakdownRow) string { return r.Target })
}
