package rules

import (
	"slices"
	"strings"
	"time"
)

// Dimension is something that a rulebook wants people assessed by. What stands in one group is weighed together: the
// weight of a KPI without a result goes to the others of its group first.
type Dimension struct {
	Code  string
	Group string
	Books []string // the rulebooks that name it
}

// Dimensions are those of the rulebooks: the four of S0 (考核与激励), the four of S2 (考核指标) and the three of S3
// (考核与评估). Time to respond and share resolved are parts of S0's quality of service, the share moved up is one of its
// development of business.
func Dimensions() []Dimension {
	return []Dimension{
		{"satisfaction", "satisfaction", []string{"S0", "S2"}},
		{"quality", "quality", []string{"S0"}},
		{"response", "quality", []string{"S2"}},
		{"resolution", "quality", []string{"S2"}},
		{"retention", "retention", []string{"S0"}},
		{"business", "business", []string{"S0"}},
		{"upgrade", "business", []string{"S2"}},
		{"results", "results", []string{"S3"}},
		{"attitude", "conduct", []string{"S3"}},
		{"knowledge", "conduct", []string{"S3"}},
	}
}

func dimensionCodes() []string {
	var codes []string
	for _, d := range Dimensions() {
		codes = append(codes, d.Code)
	}
	return codes
}

// The names of scorecards: one for everybody, and one for each role that has its own.
const (
	Scorecard  = "scorecard"
	rolePrefix = Scorecard + "."
)

// The parameters of assessment, and how their names begin.
const (
	assessmentTag  = "assess_"
	MinWeight      = assessmentTag + "min_weight"    // percent of the weight that must have a result
	MinExposure    = assessmentTag + "min_exposure"  // percent of the working days that somebody must have been there
	DeductionsMost = assessmentTag + "deduction_cap" // points that deductions take off at most
)

// ScorecardOf is the name of a role's own scorecard.
func ScorecardOf(role string) string { return rolePrefix + role }

func isScorecard(name string) bool { return name == Scorecard || strings.HasPrefix(name, rolePrefix) }

// ForAssessment reports whether the assessment of people reads a rule.
func (r *Rule) ForAssessment() bool {
	switch r.Section {
	case Curves, Grades, Coefficients, Deductions:
		return true
	case Weights:
		return isScorecard(r.Name)
	case Mappings:
		return r.Name == DimensionOf || r.Name == GradeCap || r.Name == TrainingFor
	case Params:
		return strings.HasPrefix(r.Name, assessmentTag)
	}
	return false
}

// CheckScorecards says what is wrong with the scorecards that are decided: a line without a dimension, a dimension that a
// rulebook names without a line, a KPI that both earns and takes off points, and a cap at a grade that is not given. Each is
// looked at on every day on which its weights or something beside them change.
func (b *Book) CheckScorecards() error {
	var ps Problems
	for _, d := range b.Decided(Weights) {
		if !isScorecard(d.Name) {
			continue
		}
		told := map[string]bool{}
		for _, day := range b.changes(d.From, d.To) {
			for _, p := range b.checkScorecard(d, day) {
				if said := p.Key + partsOf(p.Args); !told[said] {
					told[said] = true
					ps = append(ps, p)
				}
			}
		}
	}
	return ps.err()
}

func partsOf(args []any) string {
	var parts []string
	for _, a := range args {
		if s, ok := a.(string); ok {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, " ")
}

// changes are the days from from, before to, on which something that a scorecard is made of changes.
func (b *Book) changes(from, to time.Time) []time.Time {
	days := []time.Time{from}
	for _, s := range []Section{Mappings, Grades, Deductions} {
		for _, d := range b.Decided(s) {
			for _, day := range []time.Time{d.From, d.To} {
				if day.After(from) && day.Before(to) {
					days = append(days, day)
				}
			}
		}
	}
	slices.SortFunc(days, time.Time.Compare)
	return slices.CompactFunc(days, time.Time.Equal)
}

// checkScorecard says what is wrong with one scorecard on one day.
func (b *Book) checkScorecard(card Decided, day time.Time) Problems {
	at := func(key string, args ...any) Problem { return Problem{card.Rule.File, card.Rule.Line, key, args} }
	var ps Problems
	covered := map[string]bool{}
	for _, p := range card.Rule.Value.Pairs {
		r, ok := b.At(Cell{Section: Mappings, Name: DimensionOf, A: p.Key}, day)
		if !ok {
			ps = append(ps, at("rules.problem.no_dimension", card.Name, p.Key))
		}
		covered[r.Value.Word] = covered[r.Value.Word] || p.Number > 0
	}
	for _, d := range Dimensions() {
		if !covered[d.Code] {
			ps = append(ps, at("rules.problem.no_line", card.Name, d.Code, strings.Join(d.Books, ", ")))
		}
	}
	for _, p := range b.table(Deductions, card.Name, day) {
		if slices.ContainsFunc(card.Rule.Value.Pairs, func(w Pair) bool { return w.Key == p.Key }) {
			ps = append(ps, at("rules.problem.both_ways", card.Name, p.Key))
		}
	}
	grades := b.table(Grades, card.Name, day)
	for _, c := range b.cellsOf(Mappings) {
		r, ok := b.At(c, day)
		if c.Name == GradeCap && ok && len(grades) > 0 && !slices.ContainsFunc(grades, func(g Pair) bool { return g.Key == r.Value.Word }) {
			ps = append(ps, Problem{r.File, r.Line, "rules.problem.one_of", []any{GradeCap, r.Value.Word, gradeCodes(grades)}})
		}
	}
	return ps
}

// table is a table of a scorecard on a day: the role's own, else that of everybody.
func (b *Book) table(s Section, card string, day time.Time) []Pair {
	for _, name := range []string{card, Scorecard} {
		if r, ok := b.At(Cell{Section: s, Name: name}, day); ok {
			return r.Value.Pairs
		}
	}
	return nil
}

func gradeCodes(grades []Pair) string {
	var codes []string
	for _, g := range grades {
		codes = append(codes, g.Key)
	}
	return strings.Join(codes, ", ")
}
