// Package tiering works out the tier that a customer's indicators speak for (rulebook S2): points of five indicators by tables of
// break points, their weighted score, and from scores and the tier held the tier to propose, with a band around the cut points
// and one level a quarter. It also plays a set of rules on the quarters that there are.
//
// It promises: all arithmetic is exact, so that a score that equals a cut point is of the better tier; every part of a score is
// kept; an indicator that is not known is nothing, never 0 points. It decides nothing: a tier is what people approve, and how
// they do is package decision's.
package tiering

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/rules"
)

// The indicators, in the order in which they are shown.
const (
	Spend      = "spend"      // fen billed in the account months
	Frequency  = "frequency"  // orders in them
	Credit     = "credit"     // how the invoices of them were paid
	Tenure     = "tenure"     // months of service
	Complexity = "complexity" // features in use and assessed
)

// Indicators lists all of them.
func Indicators() []string { return []string{Spend, Frequency, Credit, Tenure, Complexity} }

// The tables of break points that are not called as their indicator.
const (
	spendIndividual = "spend_individual"
	creditOnTime    = "credit_on_time" // per mille of what fell due
	creditOverdue   = "credit_overdue" // days
)

// The tables of weights; cut points are called as the first of them.
const (
	weightsOf     = "tiering"
	creditWeights = "tiering_credit"
)

// Policy is what the rules say about tiering on a day.
type Policy struct {
	Version       string           // of the rule files that it comes from
	Weights       map[string]int64 // by indicator, together 100
	CreditWeights map[string]int64 // of the two parts of credit, together 100
	Points        map[string]Table // by measured quantity
	Cuts          [3]int64         // the scores from which tiers 1, 2 and 3 are given
	Band          int64            // points beyond a cut point that move a tier at once
	RatingMonths  int64            // served for less: not rated
	MissingWeight int64            // the most weight of unknown indicators that is spread over the known ones
	ManualPoints  int64            // the most points put on or taken off complexity by hand
	ArrearsDays   int64            // what is overdue for longer caps the tier
}

// Params lists the parameters that tiering reads, those by which the indicators were taken (fct_tier_indicators) first.
func Params() []string {
	return append(TakenBy(), "tier_band_points", "tier_rating_months", "tier_missing_weight", "tier_manual_points", "tier_arrears_days")
}

// TakenBy lists the parameters by which the indicators of a snapshot were taken: with others of these they would be others.
func TakenBy() []string { return []string{"tier_spend_months", "tier_gap_months"} }

// Reads reports whether a rule is one of tiering.
func Reads(r rules.Rule) bool {
	switch r.Section {
	case rules.Params:
		return slices.Contains(Params(), r.Name)
	case rules.Weights:
		return r.Name == weightsOf || r.Name == creditWeights
	case rules.BreakPoints, rules.CutPoints:
		return !r.ForCustomers()
	}
	return false
}

// PolicyOn returns what the rules say about tiering on a day; what they leave open is a [fault.Refused] that names all of it.
func PolicyOn(b *rules.Book, day time.Time) (Policy, error) {
	r := reading{book: b, day: day}
	p := Policy{Weights: r.table(rules.Weights, weightsOf), CreditWeights: r.table(rules.Weights, creditWeights), Points: map[string]Table{}}
	for _, name := range []string{Spend, Frequency, creditOnTime, creditOverdue, Tenure, Complexity} {
		p.Points[name] = r.points(name)
	}
	if _, own := b.At(rules.Cell{Section: rules.BreakPoints, Name: spendIndividual}, day); own {
		p.Points[spendIndividual] = r.points(spendIndividual)
	}
	cuts := r.table(rules.CutPoints, weightsOf)
	p.Cuts = [3]int64{cuts["1"], cuts["2"], cuts["3"]}
	values := map[string]int64{}
	for _, name := range Params() {
		values[name] = r.param(name)
	}
	p.Band, p.RatingMonths, p.MissingWeight = values["tier_band_points"], values["tier_rating_months"], values["tier_missing_weight"]
	p.ManualPoints, p.ArrearsDays = values["tier_manual_points"], values["tier_arrears_days"]
	if len(r.unset) > 0 {
		return Policy{}, fault.New(fault.Refused, "tiering.unset", day.Format(time.DateOnly), strings.Join(r.unset, ", "))
	}
	slices.Sort(r.versions)
	p.Version = strings.Join(slices.Compact(r.versions), "+")
	return p, nil
}

// reading reads rules of one day and notes what is unset.
type reading struct {
	book     *rules.Book
	day      time.Time
	unset    []string
	versions []string
}

func (r *reading) rule(s rules.Section, name string) rules.Rule {
	rule, ok := r.book.At(rules.Cell{Section: s, Name: name}, r.day)
	if !ok {
		r.unset = append(r.unset, fmt.Sprintf("%s.%s", s, name))
		return rule
	}
	if rule.Version != "" {
		r.versions = append(r.versions, rule.Version)
	}
	return rule
}

func (r *reading) param(name string) int64 { return r.rule(rules.Params, name).Value.Number }

func (r *reading) table(s rules.Section, name string) map[string]int64 {
	out := map[string]int64{}
	for _, p := range r.rule(s, name).Value.Pairs {
		out[p.Key] = p.Number
	}
	return out
}

// points reads a table of break points, whose keys are numbers that rise.
func (r *reading) points(name string) Table {
	var t Table
	for _, p := range r.rule(rules.BreakPoints, name).Value.Pairs {
		at, _ := strconv.ParseInt(p.Key, 10, 64) // checked when the rules were read
		t = append(t, BreakPoint{at, p.Number})
	}
	return t
}

// SameIndicators reports whether the indicators of a snapshot, taken by one set of rules, are those of another on a day.
func SameIndicators(taken, other *rules.Book, day time.Time) bool {
	for _, name := range TakenBy() {
		c := rules.Cell{Section: rules.Params, Name: name}
		a, okA := taken.At(c, day)
		b, okB := other.At(c, day)
		if okA != okB || a.Value.Number != b.Value.Number {
			return false
		}
	}
	return true
}

// Print writes a score with two digits, and with more where it would else be read on the other side of a cut point or of its
// band. A score that is not there is empty.
func (p Policy) Print(total *big.Rat) string {
	if total == nil {
		return ""
	}
	for digits := 2; ; digits++ {
		text := total.FloatString(digits)
		shown, _ := new(big.Rat).SetString(text) // what FloatString writes is a number
		if digits > 12 || p.sameSide(total, shown) {
			return text
		}
	}
}

func (p Policy) sameSide(a, b *big.Rat) bool {
	for _, cut := range p.Cuts {
		for _, at := range []int64{cut - p.Band, cut, cut + p.Band} {
			if (a.Cmp(whole(at)) >= 0) != (b.Cmp(whole(at)) >= 0) {
				return false
			}
		}
	}
	return true
}
