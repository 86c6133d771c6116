// Package customers judges customers for work lists: their health (N1), what they are worth (N3), and the risk of losing them, each with
// the reasons that made it and a grade, over answers of the door.
//
// It promises: everything that decides is a rule in force on the business day; what is not known is neither good nor bad, gives its weight
// to the rest and is named; what is not set gives no number. Every part is kept. It asks the door once for all customers and stores nothing.
// Its numbers say whom to look after; they are no measures of the catalogue, so that nobody can be assessed by them.
package customers

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/rules"
)

// Grade is high, medium or low.
type Grade string

// The grades.
const (
	High    Grade = "high"
	Medium  Grade = "medium"
	Low     Grade = "low"
	Unknown Grade = "" // too little is known, or no cut points are set
)

// Grades lists them, Unknown last.
func Grades() []Grade { return []Grade{High, Medium, Low, Unknown} }

// Door is what is asked of the door.
type Door interface {
	CustomerSigns(ctx context.Context, s kpi.Scope, q kpi.CustomerQuestion) ([]kpi.CustomerSigns, error)
	Survival(ctx context.Context) (map[string]kpi.Survival, error)
	RuleLines(ctx context.Context, s kpi.Scope, p kpi.Period) ([]kpi.RuleLine, error)
	BusinessDay() kpi.Period
	Stamp() kpi.Stamp
}

// Question asks for customers.
type Question struct {
	Scope    kpi.Scope
	Customer string                // only this one
	Filter   map[kpi.Dim][]string  // only those of some managers, teams, regions, tiers
	Keep     func(c Customer) bool // only those of the list, which the matrix counts all; nil: all
	Sort     string                // health, value or risk; "" is risk
}

// Customer is one customer as it was judged.
type Customer struct {
	kpi.CustomerSigns

	Health     Score `json:"health"`
	Value      Value `json:"value"`
	Worth      Score `json:"worth"` // what the grade of value is made of
	ValueGrade Grade `json:"value_grade"`
	Risk       Risk  `json:"risk"`
}

// Report is the customers asked for.
type Report struct {
	Snapshot  string       `json:"snapshot"`
	AsOf      string       `json:"as_of"`
	Unset     []string     `json:"unset"` // rules that are not set and would be needed
	Matrix    []MatrixCell `json:"matrix"`
	Customers []Customer   `json:"customers"`
}

// MatrixCell is how many customers have a grade of value and a grade of risk, and their recurring revenue of a month.
type MatrixCell struct {
	Value      Grade `json:"value_grade"`
	Risk       Grade `json:"risk_grade"`
	Customers  int   `json:"customers"`
	MonthlyFen int64 `json:"monthly_fen"`
}

// The orders of a list.
const (
	ByRisk   = "risk"
	ByHealth = "health"
	ByValue  = "value"
)

// Judge judges the customers asked for. An order that there is not is a [fault.Usage], a customer that the reader does not see, or that
// does not exist, a [fault.NotFound].
func Judge(ctx context.Context, door Door, q Question) (Report, error) {
	if !slices.Contains([]string{"", ByRisk, ByHealth, ByValue}, q.Sort) {
		return Report{}, fault.New(fault.Usage, "customers.sort", q.Sort)
	}
	stamp := door.Stamp()
	r := Report{Snapshot: stamp.Snapshot, AsOf: stamp.AsOf.Format("2006-01-02 15:04:05"), Customers: []Customer{}}
	lines, err := door.RuleLines(ctx, kpi.Everything(), door.BusinessDay())
	if err != nil {
		return r, err
	}
	signs, err := door.CustomerSigns(ctx, q.Scope, kpi.CustomerQuestion{Customer: q.Customer, Filter: q.Filter})
	if err != nil {
		return r, err
	}
	if q.Customer != "" && len(signs) == 0 {
		return r, fault.New(fault.NotFound, "customers.none", q.Customer)
	}
	curves, err := door.Survival(ctx)
	if err != nil {
		return r, err
	}
	p := policyOf(lines)
	r.Unset = p.unset()
	for _, c := range signs {
		r.Customers = append(r.Customers, p.judge(c, curves))
	}
	r.Matrix = matrix(r.Customers)
	if q.Keep != nil {
		r.Customers = slices.DeleteFunc(r.Customers, func(c Customer) bool { return !q.Keep(c) })
	}
	order(r.Customers, q.Sort)
	return r, nil
}

// judge judges one customer.
func (p policy) judge(c kpi.CustomerSigns, curves map[string]kpi.Survival) Customer {
	out := Customer{CustomerSigns: c, Risk: Risk{Reasons: []Reason{}, Unknown: []string{}}}
	if !c.Active { // nothing is expected of who is gone
		out.Health.Parts, out.Worth.Parts = []Part{}, []Part{}
		return out
	}
	out.Health = p.score(rules.Health, healthValues(c))
	out.Value = p.value(c, curves)
	out.Worth = p.score(rules.Worth, worthValues(c, out.Value))
	if out.Worth.Points != nil {
		out.ValueGrade = p.grade(rules.Worth, *out.Worth.Points)
	}
	out.Risk = p.risk(c, out.Health)
	return out
}

// matrix counts customers by their two grades; every cell is there.
func matrix(list []Customer) []MatrixCell {
	place := map[[2]Grade]int{}
	var cells []MatrixCell
	for _, v := range Grades() {
		for _, k := range Grades() {
			place[[2]Grade{v, k}] = len(cells)
			cells = append(cells, MatrixCell{Value: v, Risk: k})
		}
	}
	for _, c := range list {
		cell := &cells[place[[2]Grade{c.ValueGrade, c.Risk.Grade}]]
		cell.Customers++
		if c.Value.MonthlyFen != nil {
			cell.MonthlyFen += int64(*c.Value.MonthlyFen)
		}
	}
	return cells
}

// order puts first what needs looking at: the worst health, the highest value, or the highest risk; what is not known comes last, and of
// equals the one with more value first.
func order(list []Customer, by string) {
	rank := func(c Customer) float64 {
		switch by {
		case ByHealth:
			if c.Health.Points != nil {
				return *c.Health.Points
			}
			return 101
		case ByValue:
			return 0
		}
		return -float64(c.Risk.Points) + 1000*float64(slices.Index(Grades(), c.Risk.Grade))
	}
	worth := func(c Customer) int64 {
		if c.Value.Fen == nil {
			return -1
		}
		return *c.Value.Fen
	}
	slices.SortStableFunc(list, func(x, y Customer) int {
		return cmp.Or(cmp.Compare(rank(x), rank(y)), cmp.Compare(worth(y), worth(x)), strings.Compare(x.CustomerID, y.CustomerID))
	})
}
