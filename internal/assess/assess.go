// Package assess turns the numbers of the door into the sheets by which account managers are assessed: raw rate, the rate
// on a comparable mix of cases, the rate shrunk for small samples, points, weights, deductions, total and grade, each with
// its interval and what it was made of, so that everybody can work it out again.
//
// It promises: everything that decides is a rule in force on the first day of the period (weights, curves, grades, caps),
// or a target of the door; what is not set gives no points and says so. A result that chance could have made is marked as
// such, and nobody is graded on too little. It knows no measure by name and asks the door for everything; it stores nothing.
// A grade is a proposal until a person approves it.
package assess

import (
	"context"
	"slices"

	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/rules"
)

// Question asks for the sheets of a period.
type Question struct {
	Scope    kpi.Scope // whose sheets the reader sees; the company that they are compared with is the same for every reader
	Period   kpi.Period
	Managers []string  // only these; none: all
	Disputes []Dispute // of rows of the period
}

// Dispute is a row contested and not yet decided on.
type Dispute struct{ KPI, Manager string }

// Report is the sheets of a period, by manager.
type Report struct {
	Period   string  `json:"period"`
	Snapshot string  `json:"snapshot"`
	AsOf     string  `json:"as_of"`
	Rules    string  `json:"rules"` // SHA-256 of what the rules say about assessment on the first day; equal for equal rules
	Sheets   []Sheet `json:"sheets"`
}

// Assess makes the sheets. Scorecards that name a measure that there is not, or one that managers are not charged with, are
// refused; so is a reader's question for a manager who does not exist.
func Assess(ctx context.Context, door *kpi.Door, q Question) (Report, error) {
	_, r, err := assessAll(ctx, door, q)
	return r, err
}

// assessAll makes the sheets, and returns what they were made from.
func assessAll(ctx context.Context, door *kpi.Door, q Question) (a assessment, r Report, err error) {
	stamp := door.Stamp()
	r = Report{Period: q.Period.String(), Snapshot: stamp.Snapshot, AsOf: stamp.AsOf.Format("2006-01-02 15:04:05"), Sheets: []Sheet{}}
	if err := known(ctx, door, q); err != nil {
		return a, r, err
	}
	lines, err := door.RuleLines(ctx, kpi.Everything(), q.Period)
	if err != nil {
		return a, r, err
	}
	lines = slices.DeleteFunc(lines, func(l kpi.RuleLine) bool {
		rule := rules.Rule{Section: rules.Section(l.Section), Name: l.Name}
		return !rule.ForAssessment() // by others customers are judged
	})
	if r.Rules, err = digest(lines); err != nil {
		return a, r, err
	}
	staff, err := door.Staff(ctx, kpi.Everything(), q.Period)
	if err != nil {
		return a, r, err
	}
	a = assessment{question: q, over: stamp.Over(q.Period), book: rulebook(lines)}
	if a.measures, err = measure(ctx, door, a.book.measures(), q.Period); err != nil {
		return a, r, err
	}
	for _, m := range staff {
		r.Sheets = append(r.Sheets, a.sheet(m))
	}
	rank(r.Sheets)
	place := map[string]kpi.Staff{}
	for _, m := range staff {
		place[m.ID] = m
	}
	r.Sheets = slices.DeleteFunc(r.Sheets, func(s Sheet) bool {
		return !sees(q.Scope, place[s.ManagerID]) || len(q.Managers) > 0 && !slices.Contains(q.Managers, s.ManagerID)
	})
	return a, r, nil
}

// sees reports whether a sheet belongs to those that a scope shows.
func sees(s kpi.Scope, m kpi.Staff) bool {
	return s.All || slices.Contains(s.Managers, m.ID) || slices.Contains(s.Teams, m.Team) && m.Team != "" ||
		slices.Contains(s.Regions, m.Region) && m.Region != ""
}

// known refuses a manager who does not exist, to readers who see everything; to others what does not exist and what they
// may not see look alike.
func known(ctx context.Context, door *kpi.Door, q Question) error {
	if !q.Scope.All {
		return nil
	}
	for _, id := range q.Managers {
		there, err := door.Known(ctx, kpi.ByManager, id)
		if err != nil {
			return err
		}
		if !there {
			return fault.New(fault.Usage, "kpi.unknown_manager", id)
		}
	}
	return nil
}

// assessment is what all sheets of a report are made from.
type assessment struct {
	question Question
	over     bool // the period
	book     rulebook
	measures map[string]*measured
}

// disputes counts the open disputes about a manager's rows of a measure.
func (a assessment) disputes(manager, id string) int {
	n := 0
	for _, d := range a.question.Disputes {
		if d.Manager == manager && d.KPI == id {
			n++
		}
	}
	return n
}

// unset names the parameters that a grade needs and that are not set.
func (a assessment) unset(role string) []string {
	var names []string
	for _, name := range []string{rules.MinWeight, rules.MinExposure} {
		if a.book.param(name) == nil {
			names = append(names, name)
		}
	}
	if _, grades := a.book.ofRole(rules.Grades, role); len(grades) == 0 {
		names = append(names, string(rules.Grades))
	}
	return names
}
