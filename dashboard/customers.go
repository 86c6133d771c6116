package dashboard

import (
	"net/url"
	"strconv"

	"github.com/kamlens/kamlens/internal/customers"
	"github.com/kamlens/kamlens/internal/kpi"
)

// customersPage lists customers to look after: how many have which grades of value and risk, and the customers themselves.
type customersPage struct {
	base
	Unset   string // rules that are not set, "" when all are
	Risks   []string
	Matrix  []matrixRow
	Showing string
	Rows    []customerRow
	Prev    string
	Next    string
}

// matrixRow is one grade of value.
type matrixRow struct {
	Name  string
	Cells []matrixCell
}

type matrixCell struct {
	Count, Money, URL string
	Current           bool // the list below is of this cell
}

// customerRow is one customer of the list in words.
type customerRow struct {
	ID, Name, URL, Manager, Tier string
	Risk, Value, Health          gradeView
	Reasons                      string   // of the risk
	Pulls                        []string // what pulls the health down most
}

// gradeView is a grade, and what it is of.
type gradeView struct {
	Name, Text string
	Kind       string // for the style: missed, wait, met, quiet
}

// pullsShown is how many reasons of a health the list names.
const pullsShown = 2

// customerAsk is which part of the customers a URL asks for.
type customerAsk struct {
	risk, value string // grades; "" is all
	sort        string
	offset      int
}

// customerAsked reads it.
func (a *ask) customerAsked() (customerAsk, error) {
	q := a.url.Query()
	c := customerAsk{risk: q.Get("risk"), value: q.Get("value"), sort: q.Get("sort")}
	var err error
	c.offset, err = a.offset()
	return c, err
}

// keeps reports whether the list holds a customer.
func (c customerAsk) keeps(x customers.Customer) bool {
	return (c.risk == "" || c.risk == code(x.Risk.Grade)) && (c.value == "" || c.value == code(x.ValueGrade))
}

// url is the list with other grades; offset is 0.
func (c customerAsk) url(f filter, risk, value string) string {
	var more []string
	for _, p := range [][2]string{{"risk", risk}, {"value", value}, {"sort", c.sort}} {
		if p[1] != "" {
			more = append(more, p[0], p[1])
		}
	}
	return f.url("/customers", more...)
}

// code is how a grade is written in a URL.
func code(g customers.Grade) string {
	if g == customers.Unknown {
		return unassigned
	}
	return string(g)
}

// customers shows the list.
func (s *Server) customers(a *ask) (view, error) {
	asked, err := a.customerAsked()
	if err != nil {
		return view{}, err
	}
	r, err := customers.Judge(a.ctx, a.lease, customers.Question{Scope: a.scope, Filter: a.filter.Values, Sort: asked.sort, Keep: asked.keeps})
	if err != nil {
		return view{}, err
	}
	b, err := a.withFilter(a.base(a.l.T("dashboard.nav.customers")), "/customers")
	if err != nil {
		return view{}, err
	}
	b.Filter.timeless(a.filter.Period) // they are judged on the business day
	b.Filter.Selects = append(b.Filter.Selects, a.gradeSelects(asked)...)
	p := customersPage{base: b, Unset: r.UnsetWords(a.l)}
	n := len(customers.Grades())
	for i, value := range customers.Grades() {
		p.Risks = append(p.Risks, value.Name(a.l)) // both axes have the same grades
		row := matrixRow{Name: value.Name(a.l)}
		for _, cell := range r.Matrix[i*n : (i+1)*n] {
			row.Cells = append(row.Cells, asked.cell(a, cell))
		}
		p.Matrix = append(p.Matrix, row)
	}
	p.list(a, asked, r.Customers)
	return view{"customers", p}, nil
}

// cell words one cell; an empty one leads nowhere.
func (c customerAsk) cell(a *ask, of customers.MatrixCell) matrixCell {
	cell := matrixCell{Count: kpi.FormatCount(int64(of.Customers)), Current: c.risk == code(of.Risk) && c.value == code(of.Value)}
	if of.Customers > 0 {
		cell.Money, cell.URL = kpi.FormatMoney(a.l, of.MonthlyFen), c.url(a.filter, code(of.Risk), code(of.Value))
	}
	return cell
}

// gradeSelects are the choices of grades and order in the form over the page.
func (a *ask) gradeSelects(asked customerAsk) []filterSelect {
	grades := func(name, chosen string) filterSelect {
		s := filterSelect{Name: name, Label: a.l.T("dashboard.customers." + name), Options: []option{{"", a.l.T("dashboard.filter.all"), chosen == ""}}}
		for _, g := range customers.Grades() {
			s.Options = append(s.Options, option{code(g), g.Name(a.l), chosen == code(g)})
		}
		return s
	}
	order := filterSelect{Name: "sort", Label: a.l.T("dashboard.customers.sort")}
	for _, by := range []string{customers.ByRisk, customers.ByHealth, customers.ByValue} {
		order.Options = append(order.Options, option{by, a.l.T("dashboard.customers.sort." + by), by == asked.sort})
	}
	return []filterSelect{grades("risk", asked.risk), grades("value", asked.value), order}
}

// list fills in one page of customers, and the way to the others.
func (p *customersPage) list(a *ask, asked customerAsk, list []customers.Customer) {
	from := min(asked.offset, len(list))
	to := min(from+rowsPerPage, len(list))
	for _, c := range list[from:to] {
		p.Rows = append(p.Rows, a.customerRow(c))
	}
	p.Showing = a.l.T("dashboard.rows.showing", kpi.FormatCount(int64(from+1)), kpi.FormatCount(int64(to)), kpi.FormatCount(int64(len(list))))
	if from == to {
		p.Showing = a.l.T("dashboard.customers.none")
	}
	at := func(offset int) string {
		return asked.url(a.filter, asked.risk, asked.value) + "&offset=" + strconv.Itoa(offset)
	}
	if from > 0 {
		p.Prev = at(max(0, from-rowsPerPage))
	}
	if to < len(list) {
		p.Next = at(to)
	}
}

// customerRow words one customer.
func (a *ask) customerRow(c customers.Customer) customerRow {
	row := customerRow{
		ID: c.CustomerID, Name: c.Name, URL: customerURL(c.CustomerID), Manager: kpi.Label(a.l, kpi.ByManager, c.ManagerID, c.ManagerName), Tier: c.TierName(a.l),
		Risk:   gradeView{Name: c.Risk.Grade.Name(a.l), Kind: riskKind(c.Risk.Grade)},
		Value:  gradeView{Name: c.ValueGrade.Name(a.l), Text: c.Value.Words(a.l)},
		Health: gradeView{Text: c.Health.Words(a.l)}, Reasons: c.Risk.Words(a.l),
	}
	reasons := c.Health.Reasons()
	for _, part := range reasons[:min(pullsShown, len(reasons))] {
		row.Pulls = append(row.Pulls, part.Words(a.l))
	}
	return row
}

// riskKind is the style of a grade of risk; the word stands beside the colour.
func riskKind(g customers.Grade) string {
	return map[customers.Grade]string{customers.High: "missed", customers.Medium: "wait", customers.Low: "met", customers.Unknown: "quiet"}[g]
}

// customerURL is the page of a customer; ids may hold anything.
func customerURL(id string) string { return "/customers/" + url.PathEscape(id) }
