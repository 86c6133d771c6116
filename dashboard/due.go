package dashboard

import (
	"fmt"
	"strconv"
	"time"

	"github.com/kamlens/kamlens/internal/calendar"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/kpi"
)

// duePage answers: what do we owe, and what lapses before we have done it?
type duePage struct {
	base
	AsOf       string
	Tabs       []navItem
	Days       []dueDay
	Duties     []dueLine
	Doers      []dueLine
	Only       string // the one duty that the list is about, "" for all
	All        string // the list about all duties
	Showing    string
	Rows       []dueRow
	Amounts    bool // of some rows a part is done
	Noted      bool // some rows have notes
	Prev, Next string
}

// dueDay is a day of the calendar with how many things fall due on it.
type dueDay struct {
	Date, Weekday, Count string
	Free                 bool // not a working day of the calendar
	Some                 bool
}

// dueLine is how much is to be done by when, of a duty or a person.
type dueLine struct {
	Name, URL                         string
	Overdue, Today, In7, In14, Waived string
	Late                              bool // something is overdue
}

// dueTable is a table of such lines. Han says that names are data and may be Chinese.
type dueTable struct {
	Caption, First string
	Heads          []string
	Lines          []dueLine
	Han            bool
}

// Table puts lines under their heads.
func (p duePage) Table(caption, first string, lines []dueLine, han bool) dueTable {
	t := dueTable{Caption: caption, First: first, Lines: lines, Han: han}
	for _, head := range []string{"overdue", "today", "within_7", "within_14", "waived"} {
		t.Heads = append(t.Heads, p.T("kpi.due.head."+head))
	}
	return t
}

type dueRow struct {
	kpi.Obligation
	At, When, Duty, URL, CustomerURL, Who, Left, Notes, TierName string
}

// dueTab is one view of the list.
type dueTab struct {
	name string
	q    kpi.DueQuestion
}

func dueTabs() []dueTab {
	return []dueTab{
		{"7", kpi.DueQuestion{Within: 7}}, {"14", kpi.DueQuestion{Within: 14}}, {"all", kpi.DueQuestion{}},
		{"overdue", kpi.DueQuestion{Overdue: true}}, {"waived", kpi.DueQuestion{Waived: true}},
	}
}

// dueQuestion reads which list a URL asks for; without a view, what lapses within 7 days.
func (a *ask) dueQuestion() (which string, q kpi.DueQuestion, err error) {
	values := a.url.Query()
	which, q = "7", dueTabs()[0].q
	for _, t := range dueTabs() {
		if t.name == values.Get("which") {
			which, q = t.name, t.q
		}
	}
	q.Filter, q.Limit = a.filter.Values, rowsPerPage
	if id := values.Get("kpi"); id != "" {
		q.KPIs = []string{id}
	}
	q.Offset, err = a.offset()
	return which, q, err
}

// due shows what is still to be done.
func (s *Server) due(a *ask) (view, error) {
	which, q, err := a.dueQuestion()
	if err != nil {
		return view{}, err
	}
	list, err := a.lease.Due(a.ctx, a.scope, q)
	if err != nil {
		return view{}, fmt.Errorf("due: %w", err)
	}
	b, err := a.withFilter(a.base(a.l.T("dashboard.nav.due")), "/due")
	if err != nil {
		return view{}, err
	}
	b.Filter.timeless(a.filter.Period)
	b.Filter.Hidden["which"] = which
	p := duePage{base: b, AsOf: toMinute(list.AsOf)}
	only := ""
	if len(q.KPIs) == 1 {
		only = q.KPIs[0]
		p.Only, p.All, b.Filter.Hidden["kpi"] = a.measureName(only), a.filter.url("/due", "which", which), only
	}
	at := func(which, id, offset string) string {
		more := []string{"which", which}
		if id != "" {
			more = append(more, "kpi", id)
		}
		if offset != "" {
			more = append(more, "offset", offset)
		}
		return a.filter.url("/due", more...) + "#list"
	}
	for _, t := range dueTabs() {
		p.Tabs = append(p.Tabs, navItem{URL: at(t.name, only, ""), Label: a.l.T("dashboard.due.tab." + t.name), Current: t.name == which})
	}
	if err := p.fill(a, list, which, at); err != nil {
		return view{}, err
	}
	if q.Offset > 0 {
		p.Prev = at(which, only, strconv.Itoa(max(0, q.Offset-rowsPerPage)))
	}
	if last := q.Offset + len(list.Rows); int64(last) < list.Total && len(list.Rows) > 0 {
		p.Next = at(which, only, strconv.Itoa(last))
	}
	return view{"due", p}, nil
}

// fill words the list and its counts; at is where the list of a duty is.
func (p *duePage) fill(a *ask, list kpi.DueList, which string, at func(which, id, offset string) string) error {
	n, err := a.names()
	if err != nil {
		return err
	}
	for _, d := range list.Days {
		p.Days = append(p.Days, a.dueDay(d))
	}
	for _, c := range list.Duties {
		line := dueLineOf(a.measureName(c.Member), c)
		line.URL = at(which, c.Member, "")
		p.Duties = append(p.Duties, line)
	}
	for _, c := range list.Doers {
		line := dueLineOf(n.label(kpi.ByManager, c.Member), c)
		line.URL = a.filter.with(kpi.ByManager, c.Member).url("/due", "which", which)
		p.Doers = append(p.Doers, line)
	}
	p.Showing = a.l.T("dashboard.rows.none", kpi.FormatCount(list.Total))
	if len(list.Rows) > 0 {
		p.Showing = a.l.T("dashboard.rows.showing", kpi.FormatCount(int64(list.Offset)+1), kpi.FormatCount(int64(list.Offset+len(list.Rows))), kpi.FormatCount(list.Total))
	}
	for _, o := range list.Rows {
		r := a.dueRow(o)
		p.Rows, p.Amounts, p.Noted = append(p.Rows, r), p.Amounts || r.Left != "", p.Noted || r.Notes != ""
	}
	return nil
}

// dueRow words one thing that is owed; its measure is shown over the running month, with what that still takes.
func (a *ask) dueRow(o kpi.Obligation) dueRow {
	running := a.filter.over(calendar.MonthOf(a.lease.Stamp().AsOf))
	r := dueRow{Obligation: o, At: o.At(), When: o.When(a.l), Duty: a.measureName(o.KPI), URL: running.url("/kpi/" + o.KPI),
		CustomerURL: customerURL(o.CustomerID), Who: o.Who(a.l), Notes: o.Notes(a.l, a.measureName)}
	if d, err := a.lease.Definition(o.KPI); err == nil {
		r.Left = o.Left(a.l, d)
	}
	if o.Tier != nil {
		r.TierName = kpi.Label(a.l, kpi.ByTier, strconv.FormatInt(*o.Tier, 10), "")
	}
	return r
}

// measureName names a measure by its id.
func (a *ask) measureName(id string) string {
	d, err := a.lease.Definition(id)
	if err != nil {
		return id
	}
	return d.Name(a.l)
}

func dueLineOf(name string, c kpi.DueCount) dueLine {
	return dueLine{Name: name, Overdue: kpi.FormatCount(c.Overdue), Today: kpi.FormatCount(c.Today), In7: kpi.FormatCount(c.In7),
		In14: kpi.FormatCount(c.In14), Waived: kpi.FormatCount(c.Waived), Late: c.Overdue > 0}
}

// dueDay words a day of the calendar.
func (a *ask) dueDay(c kpi.DueDay) dueDay {
	d := dueDay{Date: c.Member, Count: kpi.FormatCount(c.Open), Some: c.Open > 0, Free: c.Workday != nil && !*c.Workday}
	if day, err := time.Parse(time.DateOnly, c.Member); err == nil {
		d.Date, d.Weekday = day.Format("01-02"), a.l.T("dashboard.due.weekday."+strconv.Itoa(int(day.Weekday())))
	}
	return d
}

// dueNote is what the overview says of it, with the way to the page.
type dueNote struct{ Lapsing, Overdue, LapsingURL, OverdueURL string }

// dueNote counts what lapses within a week and what is overdue; nil of a snapshot that was published before this was known.
func (a *ask) dueNote() (*dueNote, error) {
	n, err := a.lease.DueTotal(a.ctx, a.scope, a.filter.Values)
	switch {
	case fault.KindOf(err) == fault.Refused:
		return nil, nil //nolint:nilnil // there is nothing to say, and nothing wrong
	case err != nil:
		return nil, fmt.Errorf("due: %w", err)
	}
	return &dueNote{
		Lapsing: a.l.T("dashboard.due.lapsing", kpi.FormatCount(n.In7)), Overdue: a.l.T("dashboard.due.overdue", kpi.FormatCount(n.Overdue)),
		LapsingURL: a.filter.url("/due", "which", "7"), OverdueURL: a.filter.url("/due", "which", "overdue"),
	}, nil
}
