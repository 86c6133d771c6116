package dashboard

import (
	"net/url"
	"slices"

	"github.com/kamlens/kamlens/internal/calendar"
	"github.com/kamlens/kamlens/internal/chart"
	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/text"
)

// unassigned is how the row without a member (未分配) is written in a URL.
const unassigned = "-"

// filterDims are the dimensions of the filter bar, in its order.
func filterDims() []kpi.Dim { return []kpi.Dim{kpi.ByRegion, kpi.ByTeam, kpi.ByTier, kpi.ByManager} }

// filter is what a page is about. It lives in the URL and nowhere else.
type filter struct {
	Period kpi.Period
	Values map[kpi.Dim][]string // "" is 未分配
}

// parseFilter reads a filter from a query string; without a period it is about last.
func parseFilter(q url.Values, last kpi.Period) (filter, error) {
	f := filter{Period: last, Values: map[kpi.Dim][]string{}}
	if p := q.Get("period"); p != "" {
		var err error
		if f.Period, err = calendar.ParsePeriod(p); err != nil {
			return f, err
		}
	}
	for _, dim := range filterDims() {
		for _, v := range q[string(dim)] {
			switch v {
			case "": // all
			case unassigned:
				f.Values[dim] = append(f.Values[dim], "")
			default:
				f.Values[dim] = append(f.Values[dim], v)
			}
		}
	}
	return f, nil
}

// with returns f narrowed to one member of dim.
func (f filter) with(dim kpi.Dim, member string) filter {
	values := map[kpi.Dim][]string{dim: {member}}
	for d, v := range f.Values {
		if d != dim {
			values[d] = v
		}
	}
	return filter{f.Period, values}
}

// over returns f about another period.
func (f filter) over(p kpi.Period) filter { return filter{p, f.Values} }

// url writes f behind path; more are further parameters, name and value in turn.
func (f filter) url(path string, more ...string) string {
	q := url.Values{"period": {f.Period.String()}}
	for dim, values := range f.Values {
		for _, v := range values {
			if v == "" {
				v = unassigned
			}
			q.Add(string(dim), v)
		}
	}
	for i := 0; i+1 < len(more); i += 2 {
		q.Set(more[i], more[i+1])
	}
	return path + "?" + q.Encode()
}

// filterBar is the form over a page.
type filterBar struct {
	Action  string
	Periods []optionGroup     // none: the page is not about a period
	Hidden  map[string]string // further parameters that stay
	Selects []filterSelect
	Clear   string // the same page without narrowing, "" when nothing is narrowed
}

type filterSelect struct {
	Name, Label string
	Options     []option
}

type optionGroup struct {
	Label   string
	Options []option
}

type option struct {
	Value, Label string
	Chosen       bool
}

// bar builds the form. names are the members of each dimension.
func (f filter) bar(l text.Lang, action string, last kpi.Period, names *names) filterBar {
	b := filterBar{Action: action, Periods: f.periods(l, last)}
	for _, dim := range filterDims() {
		s := filterSelect{Name: string(dim), Label: l.T("kpi.dim." + string(dim))}
		chosen := f.Values[dim]
		s.Options = append(s.Options, option{"", l.T("dashboard.filter.all"), len(chosen) == 0})
		for _, m := range names.sorted(dim) {
			s.Options = append(s.Options, option{m, names.label(dim, m), slices.Contains(chosen, m)})
		}
		for _, v := range chosen {
			if v != "" && !names.has(dim, v) { // a stale link keeps its meaning
				s.Options = append(s.Options, option{v, v, true})
			}
		}
		s.Options = append(s.Options, option{unassigned, names.label(dim, ""), slices.Contains(chosen, "")})
		b.Selects = append(b.Selects, s)
	}
	if len(f.Values) > 0 {
		b.Clear = filter{Period: f.Period}.url(action)
	}
	return b
}

// timeless takes the choice of a period out of the form of a page that is not about one; the period stays for pages that are.
func (b *filterBar) timeless(p kpi.Period) {
	b.Periods, b.Hidden = nil, map[string]string{"period": p.String()}
}

// How many periods of each length the filter bar offers.
const (
	offerMonths, offerQuarters, offerHalves, offerYears = 24, 8, 4, 2
)

// periods lists the periods to choose from, newest first, those that end by last.
func (f filter) periods(l text.Lang, last kpi.Period) []optionGroup {
	found := false
	group := func(kind string, months, count int) optionGroup {
		g := optionGroup{Label: l.T("dashboard.period." + kind)}
		p := calendar.LastWhole(months, last.End)
		for range count {
			id := p.String()
			found = found || id == f.Period.String()
			g.Options = append(g.Options, option{id, chart.PeriodName(l, id), id == f.Period.String()})
			p = p.Previous()
		}
		return g
	}
	groups := []optionGroup{
		group("month", 1, offerMonths), group("quarter", 3, offerQuarters), group("half", 6, offerHalves), group("year", 12, offerYears),
	}
	if !found {
		id := f.Period.String()
		groups = append([]optionGroup{{l.T("dashboard.period.chosen"), []option{{id, chart.PeriodName(l, id), true}}}}, groups...)
	}
	return groups
}

// trendPeriods returns the points of d's trend on a page about p, oldest first: 24 months, or as many of the shortest
// kind that d knows as two years hold.
func trendPeriods(d kpi.Definition, p kpi.Period) []kpi.Period {
	const span = 24
	months := 1
	if d.OverTime == "own" {
		for _, k := range calendar.Lengths() {
			if slices.Contains(d.Periods, string(k.Kind)) {
				months = k.Months
				break
			}
		}
	}
	one := calendar.LastWhole(months, p.End)
	points := make([]kpi.Period, span/months)
	for i := len(points) - 1; i >= 0; i-- {
		points[i] = one
		one = one.Previous()
	}
	return points
}

// names are the members of the filter dimensions with their display names.
type names struct {
	lang    text.Lang
	members map[kpi.Dim][]kpi.Member
}

// label names a member for readers.
func (n *names) label(dim kpi.Dim, id string) string {
	name, namesakes := "", 0
	for _, m := range n.members[dim] {
		if m.ID == id {
			name = m.Name
		}
	}
	for _, m := range n.members[dim] {
		if name != "" && m.Name == name {
			namesakes++
		}
	}
	if namesakes > 1 { // two people of one name must not look like one
		name = n.lang.T("dashboard.namesake", name, id)
	}
	return kpi.Label(n.lang, dim, id, name)
}

func (n *names) has(dim kpi.Dim, id string) bool {
	return slices.ContainsFunc(n.members[dim], func(m kpi.Member) bool { return m.ID == id })
}

// sorted returns the ids of a dimension in the order of breakdowns.
func (n *names) sorted(dim kpi.Dim) []string {
	ids := make([]string, 0, len(n.members[dim]))
	for _, m := range n.members[dim] {
		ids = append(ids, m.ID)
	}
	slices.SortStableFunc(ids, chart.CompareIDs)
	return ids
}
