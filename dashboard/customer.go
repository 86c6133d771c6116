package dashboard

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/kamlens/kamlens/internal/customers"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/kpi"
)

// customerPage is everything about one customer.
type customerPage struct {
	base
	ID      string
	Name    string
	Unset   string
	Active  bool
	Profile []profileLine
	Health  string
	Parts   partTable
	Value   gradeView
	Worth   partTable
	Risk    gradeView
	Reasons []linked
	Unknown string
	History []customers.EventText // of tier and owner
	Tabs    []navItem
	Events  []customers.EventText
	More    string // that the list is cut, "" when it is whole
}

type profileLine struct{ Name, Text string }

// linked is a sentence with the events behind it.
type linked struct{ Text, URL string }

// partTable are the measures of a score.
type partTable struct {
	base
	Caption string
	Rows    []partRow
}

// partRow is one measure of a score.
type partRow struct {
	Name, Measured, Points, Weight, Pull, URL string
}

// How many events the page lists at most: of all that happened, and of changes of tier and owner.
const eventsShown, historyShown = 100, 20

// eventKinds are what can happen to a customer, as the tabs of the list have it.
func eventKinds() []string { return []string{"case", "visit", "survey", "bill", "cancel"} }

// customer shows one customer.
func (s *Server) customer(a *ask) (view, error) {
	id, what := a.param("id"), a.url.Query().Get("what")
	if what != "" && !slices.Contains(eventKinds(), what) {
		return view{}, fault.New(fault.Usage, "dashboard.error.what", what)
	}
	r, err := customers.Judge(a.ctx, a.lease, customers.Question{Scope: a.scope, Customer: id})
	if err != nil {
		return view{}, err
	}
	c := r.Customers[0] // it is there, or there was an error
	p := customerPage{base: a.base(a.l.T("dashboard.customer.title", id)), ID: id, Name: c.Name, Unset: r.UnsetWords(a.l), Active: c.Active, Profile: a.profile(c)}
	if c.Active {
		p.Health = c.Health.Words(a.l)
		p.Parts = partTable{p.base, a.l.T("customers.head.health"), a.partRows(id, c.Health)}
		p.Worth = partTable{p.base, a.l.T("customers.head.value"), a.partRows(id, c.Worth)}
		p.Value = gradeView{Name: c.ValueGrade.Name(a.l), Text: c.Value.Words(a.l)}
		p.Risk = gradeView{Name: c.Risk.Grade.Name(a.l), Kind: riskKind(c.Risk.Grade)}
		for _, reason := range c.Risk.Reasons {
			p.Reasons = append(p.Reasons, linked{reason.Words(a.l), eventsURL(id, behind(reason.Reason))})
		}
		p.Unknown = c.Risk.UnknownWords(a.l)
	}
	if p.History, err = a.events(kpi.EventQuestion{Customer: id, What: []string{"tier", "owner"}, Limit: historyShown}); err != nil {
		return view{}, err
	}
	kinds := eventKinds()
	p.Tabs = []navItem{{URL: customerURL(id) + "#events", Label: a.l.T("dashboard.filter.all"), Current: what == ""}}
	for _, kind := range kinds {
		p.Tabs = append(p.Tabs, navItem{URL: eventsURL(id, kind), Label: a.l.T("customers.event." + kind), Current: what == kind})
	}
	if what != "" {
		kinds = []string{what}
	}
	if p.Events, err = a.events(kpi.EventQuestion{Customer: id, What: kinds, Limit: eventsShown + 1}); err != nil {
		return view{}, err
	}
	if len(p.Events) > eventsShown {
		p.Events, p.More = p.Events[:eventsShown], a.l.T("dashboard.customer.more", eventsShown, id)
	}
	return view{"customer", p}, nil
}

// events asks what happened, in words.
func (a *ask) events(q kpi.EventQuestion) (list []customers.EventText, err error) {
	events, err := a.lease.CustomerEvents(a.ctx, a.scope, q)
	if err != nil {
		return nil, fmt.Errorf("events: %w", err)
	}
	for _, e := range events {
		list = append(list, customers.TextOf(a.l, e))
	}
	return list, nil
}

// profile is what a customer is. What is not known has no line.
func (a *ask) profile(c customers.Customer) []profileLine {
	money := func(fen *int64) string {
		if fen == nil {
			return ""
		}
		return kpi.FormatMoney(a.l, *fen)
	}
	count := func(n *int64) string {
		if n == nil {
			return ""
		}
		return kpi.FormatCount(*n)
	}
	monthly := ""
	if c.Value.MonthlyFen != nil {
		monthly = kpi.FormatMoney(a.l, int64(*c.Value.MonthlyFen))
	}
	var lines []profileLine
	for _, x := range [][2]string{
		{"id", c.CustomerID}, {"tier", c.TierName(a.l)}, {"manager", kpi.Label(a.l, kpi.ByManager, c.ManagerID, c.ManagerName)}, {"team", c.Team},
		{"region", c.Region}, {"type", word(a.l, "customer_type", c.Type)}, {"segment", c.Segment}, {"industry", c.Industry}, {"since", c.CameOn},
		{"services", count(c.Services)}, {"monthly", monthly}, {"open", money(c.OpenFen)}, {"overdue", money(c.OverdueFen)},
		{"cases", count(c.OpenCases)}, {"visit", c.LastVisitOn}, {"merged", c.MergedInto},
	} {
		if x[1] != "" {
			lines = append(lines, profileLine{a.l.T("dashboard.customer." + x[0]), x[1]})
		}
	}
	return lines
}

// partRows are the measures of a score, in the order of the rule.
func (a *ask) partRows(id string, s customers.Score) []partRow {
	var rows []partRow
	for _, part := range s.Parts {
		rows = append(rows, partRow{
			Name: customers.MeasureName(a.l, part.Measure), Measured: part.Measured(a.l), Points: part.PointsText(),
			Weight: strconv.FormatInt(part.Weight, 10), Pull: part.PullText(), URL: eventsURL(id, behind(part.Measure)),
		})
	}
	return rows
}

// behind is the kind of event that a measure or a reason is made of, "" where there is none.
func behind(measure string) string {
	return map[string]string{
		"satisfaction": "survey", "complaints": "case", "on_time": "case", "overdue_cases": "case", "visit_gap": "visit", "no_contact": "visit",
		"revenue": "bill", "arrears": "bill", "volume": "bill", "growth": "bill", "cancel_request": "cancel", "health": "health",
	}[measure]
}

// eventsURL is the list of what happened, of one kind; "" without a kind. The health of a customer is made of what its own table shows.
func eventsURL(id, kind string) string {
	switch kind {
	case "":
		return ""
	case "health":
		return "#health"
	}
	return customerURL(id) + "?what=" + kind + "#events"
}
