package dashboard

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/kamlens/kamlens/internal/chart"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/text"
)

// rowsPage shows the rows behind a number.
type rowsPage struct {
	base
	Period   string
	Instead  string
	Presumed string // what of the period is presumed, "" when all is known
	Excluded bool
	Tabs     []navItem // rows that count, rows that do not
	Showing  string
	Rows     []rowView
	Reasons  []reasonCount
	Prev     string
	Next     string
	CSV      string
	Duration bool // the result is a duration
	Unit     string
	Details  []string // headings of the measure's own columns
	Category string   // heading of the category, which is the stratum of a sample
	Size     string   // heading of the stratum's size; "" where the rows have none
	Wide     bool     // a screen seldom holds them all
}

type rowView struct {
	kpi.Row
	Result  string
	Late    string // that it is counted here because its own month was closed
	Reason  string
	Manager string
	Details []string

	CustomerURL string
	TierName, KindName, SeverityName, CategoryName,
	SubjectName string
}

type reasonCount struct {
	Name string
	Rows string
}

// rowsPerPage is how many rows one page shows.
const rowsPerPage = 100

// maxOffset keeps a typed offset within what the door takes.
const maxOffset = 1 << 40

// offset reads from which row on a URL asks for a list.
func (a *ask) offset() (int, error) {
	o := a.url.Query().Get("offset")
	if o == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(o, 10, 64)
	if err != nil || n < 0 || n > maxOffset {
		return 0, fault.New(fault.Usage, "dashboard.error.offset", o)
	}
	return int(n), nil
}

// rowQuestion reads which rows a URL asks for.
func (a *ask) rowQuestion() (kpi.Definition, kpi.ExplainQuestion, error) {
	d, err := a.lease.Definition(a.param("id"))
	if err != nil {
		return d, kpi.ExplainQuestion{}, err
	}
	q := kpi.ExplainQuestion{
		KPI: d.ID, Period: d.Within(a.filter.Period), Filter: a.filter.Values,
		Excluded: a.url.Query().Get("excluded") == "1",
	}
	q.Offset, err = a.offset()
	return d, q, err
}

// rows shows a page of measure rows.
func (s *Server) rows(a *ask) (view, error) {
	d, q, err := a.rowQuestion()
	if err != nil {
		return view{}, err
	}
	q.Limit = rowsPerPage
	set, err := a.lease.Explain(a.ctx, a.scope, q)
	if err != nil {
		return view{}, fmt.Errorf("rows: %w", err)
	}
	path := "/kpi/" + d.ID + "/rows"
	name := d.Name(a.l)
	b, err := a.withFilter(a.base(a.l.T("dashboard.rows.title", name)), path)
	if err != nil {
		return view{}, err
	}
	answers, err := a.answers([]kpi.Definition{d})
	if err != nil {
		return view{}, err
	}
	a.preliminary(&b, q.Period, []kpi.Definition{d}, answers)
	here := a.filter.over(q.Period)
	b.Trail = append(b.Trail, navItem{URL: here.url("/kpi/" + d.ID), Label: name})
	p := rowsPage{
		base: b, Period: chart.PeriodName(a.l, q.Period.String()),
		Instead: a.instead(d), Presumed: a.presumed(q.Period), Excluded: q.Excluded, Duration: d.Kind == "duration",
		CSV: here.url(path+".csv", "excluded", excludedFlag(q.Excluded)),
		Tabs: []navItem{
			{URL: here.url(path), Label: a.l.T("dashboard.rows.counted"), Current: !q.Excluded},
			{URL: here.url(path, "excluded", "1"), Label: a.l.T("dashboard.rows.excluded"), Current: q.Excluded},
		},
	}
	p.Unit, p.Details = partUnit(a.l, d), detailNames(a.l, d)
	p.Category = kpi.ColumnName(a.l, d, "category")
	if d.IsStratified() {
		p.Size = kpi.ColumnName(a.l, d, "value")
	}
	p.Wide = len(p.Details) > 2
	p.page(a, here, path, q, set)
	for _, r := range set.Rows {
		p.Rows = append(p.Rows, a.rowView(d, r))
	}
	for _, r := range set.Excluded {
		p.Reasons = append(p.Reasons, reasonCount{kpi.ReasonName(a.l, r.Reason), kpi.FormatCount(r.Rows)})
	}
	return view{"rows", p}, nil
}

// page fills in which part of the rows is shown, and the way to the others.
func (p *rowsPage) page(a *ask, here filter, path string, q kpi.ExplainQuestion, set kpi.RowSet) {
	first, last := int64(q.Offset)+1, int64(q.Offset+len(set.Rows))
	p.Showing = a.l.T("dashboard.rows.showing", kpi.FormatCount(first), kpi.FormatCount(last), kpi.FormatCount(set.Total))
	if len(set.Rows) == 0 {
		p.Showing = a.l.T("dashboard.rows.none", kpi.FormatCount(set.Total))
	}
	at := func(offset int) string {
		return here.url(path, "excluded", excludedFlag(q.Excluded), "offset", strconv.Itoa(offset))
	}
	if q.Offset > 0 {
		p.Prev = at(max(0, q.Offset-rowsPerPage))
	}
	if last < set.Total && len(set.Rows) > 0 {
		p.Next = at(q.Offset + rowsPerPage)
	}
}

func excludedFlag(excluded bool) string {
	if excluded {
		return "1"
	}
	return "0"
}

// rowView words one row.
func (a *ask) rowView(d kpi.Definition, r kpi.Row) rowView {
	v := rowView{
		Row: r, Manager: r.ManagerName, Reason: kpi.ReasonName(a.l, r.ExcludedReason),
		KindName: kpi.TraitName(a.l, kpi.ByKind, r.Kind), SeverityName: kpi.TraitName(a.l, kpi.BySeverity, r.Severity),
		CategoryName: kpi.TraitName(a.l, kpi.ByCategory, r.Category),
		SubjectName:  word(a.l, "subject", r.SubjectKind), CustomerURL: customerURL(r.CustomerID),
	}
	v.EventAt = toMinute(r.EventAt)
	if r.LateFrom != "" {
		v.Late = a.l.T("dashboard.rows.late", r.LateFrom)
	}
	for _, x := range r.Details {
		v.Details = append(v.Details, x.Text(a.l))
	}
	if v.Manager == "" {
		v.Manager = r.ManagerID
	}
	if v.Manager == "" {
		v.Manager = kpi.Label(a.l, kpi.ByManager, "", "")
		if r.UnassignedReason != "" {
			v.Manager = a.l.T("dashboard.unassigned.because", v.Manager, kpi.ReasonName(a.l, r.UnassignedReason))
		}
	}
	if r.Tier != nil {
		v.TierName = kpi.Label(a.l, kpi.ByTier, strconv.FormatInt(*r.Tier, 10), "")
	}
	switch {
	case d.Kind == "duration" && r.Value != nil:
		seconds := float64(*r.Value)
		v.Result = kpi.Format(a.l, d, &seconds)
	case r.Num != nil && r.Den != nil:
		v.Result = kpi.FormatCount(*r.Num) + " / " + kpi.FormatCount(*r.Den)
	case r.Num != nil:
		v.Result = kpi.FormatCount(*r.Num)
	case r.Den != nil:
		v.Result = "— / " + kpi.FormatCount(*r.Den)
	}
	return v
}

// detailNames are the headings of a measure's own columns.
func detailNames(l text.Lang, d kpi.Definition) []string {
	var list []string
	for _, name := range d.Details {
		list = append(list, kpi.DetailName(l, name))
	}
	return list
}

// partUnit says what the two numbers of a result are counted in, when it is not things; a duration is written with its
// unit.
func partUnit(l text.Lang, d kpi.Definition) string {
	if d.Kind == "duration" {
		return ""
	}
	return kpi.PartUnit(l, d)
}

// rowsCSV sends the rows of the page, all of them, as a file for a spreadsheet. It is put together before anything is
// sent: half a file would look whole.
func (s *Server) rowsCSV(c *gin.Context) {
	s.answer(c, func(a *ask) error {
		d, q, err := a.rowQuestion()
		if err != nil {
			return err
		}
		file, err := a.csv(d, q)
		if err != nil {
			return err
		}
		return sendCSV(c, fileName(d.ID, q), file)
	})
}

// fileName names the download; only letters, digits, dots and hyphens of the id stay.
func fileName(id string, q kpi.ExplainQuestion) string {
	name := "rows"
	if q.Excluded {
		name = "excluded"
	}
	safe := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '.' || r == '-' {
			return r
		}
		return '_'
	}, id)
	return "kamlens-" + safe + "-" + q.Period.String() + "-" + name + ".csv"
}
