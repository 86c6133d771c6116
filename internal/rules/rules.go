// Package rules holds the dated rules by which work is judged: time limits, windows, visit cadences, the mapping between
// two rulebooks' level systems, and the weights, break points, cut points, curves, grades and coefficients of tiering
// and assessment. Each rule says where it comes from: document, heading, the sentence, and whether the number is the
// rulebook's own (given), a proposal to be replaced (proposed) or still to be decided (unset).
//
// It promises that a [Book] is complete and consistent: every file read, every value checked, no two rules of the same
// right for the same day. It knows nothing of tables, KPIs or the database; what stands for nothing is absent, never
// assumed.
package rules

import (
	"slices"
	"strings"
	"time"
)

// Section is a kind of rule, called as in a rule file.
type Section string

// The sections of a rule file.
const (
	Limits       Section = "limits"       // how long something may take, by kind, severity and tier of a case
	Params       Section = "params"       // a whole number with a name: windows, thresholds
	Cadences     Section = "cadences"     // how often something is due, by tier, card or customer
	Mappings     Section = "mappings"     // what a word of one rulebook is called in another
	Weights      Section = "weights"      // shares that add up to 100
	BreakPoints  Section = "break_points" // a measured quantity -> points 0..100, straight lines between
	CutPoints    Section = "cut_points"   // the score from which a customer is of a level
	Curves       Section = "curves"       // the points at floor, target and stretch of a KPI
	Grades       Section = "grades"       // the points from which a grade is given
	Coefficients Section = "coefficients" // percent of pay that a grade stands for
	Deductions   Section = "deductions"   // points that a KPI can take off a total
)

// Sections lists all sections, in the order in which they are listed.
func Sections() []Section {
	return []Section{Limits, Params, Cadences, Mappings, Weights, BreakPoints, CutPoints, Curves, Grades, Coefficients, Deductions}
}

// Status says how far a rule is decided.
type Status string

// The statuses. A given rule stands before a proposed one of the same selectors; an unset one only asks for a value.
const (
	Given    Status = "given"
	Proposed Status = "proposed"
	Unset    Status = "unset"
)

// Origin says where a rule comes from: a rulebook with the sentence, or a proposal of this system.
type Origin struct {
	Document, Heading, Quote string
	Source                   string // who says so, where no rulebook does
	Status                   Status
}

// Rule is one entry of a rule file.
type Rule struct {
	Section Section
	Name    string // limits: the rule; params, mappings: the name; cadences: the kind; others: what they are of
	Key     string // mappings: the word that is translated
	Select  Selectors
	Value   Value
	From    time.Time // first day
	To      time.Time // first day without it
	Version string
	Origin

	File    string
	Line    int
	BuiltIn bool // of the rulebooks, shipped with the program
	Decided int  // the number of the decision that set it, 0 for a rule of a file
}

// Selectors say for what a limit or a cadence holds; an empty one selects all.
type Selectors struct {
	Kind, Severity, Tier, Card, Customer []string
}

// Value is what a rule says; which fields count depends on the section. A value that is not Set is still to be decided.
type Value struct {
	Set      bool
	Number   int64  // limits: an amount of Unit; params
	Unit     string // limits: minutes, hours, days, working_days; params: the unit, may be empty
	Clock    string // limits: working or calendar
	Word     string // mappings
	Window   int64  // cadences: months
	Required int64  // cadences: times in a window
	MaxGap   int64  // cadences: days at most without; 0: no limit
	Pairs    []Pair // weights and the other tables, in the order written
}

// Pair is one line of a table of numbers. A number that is not Set leaves the whole table undecided.
type Pair struct {
	Key    string
	Number int64
	Set    bool
}

// Always and Forever are the first and the first missing day of a rule that does not say otherwise.
func Always() time.Time { return time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC) }

// Forever is the first day on which no rule holds any more.
func Forever() time.Time { return time.Date(2199, 12, 31, 0, 0, 0, 0, time.UTC) }

// Seconds is a limit of minutes or hours in seconds; 0 for other units.
func (v Value) Seconds() int64 {
	switch v.Unit {
	case "minutes":
		return v.Number * 60
	case "hours":
		return v.Number * 3600
	}
	return 0
}

// Days is a limit of days or working days; 0 for other units.
func (v Value) Days() int64 {
	if v.Unit == "days" || v.Unit == "working_days" {
		return v.Number
	}
	return 0
}

// Cell is the smallest thing that a rule can decide: one kind, severity and tier of a limit, one parameter, one tier's
// or customer's cadence, one word, one table.
type Cell struct {
	Section Section
	Name    string
	A, B, C string // limits: kind, severity, tier; cadences: tier, card or customer, and which; mappings: the word
}

// cells returns what r decides. Tier 0 is a customer without a tier; a cadence holds for it only by name.
func (r *Rule) cells() []Cell {
	var out []Cell
	switch r.Section {
	case Limits:
		for _, kind := range orAll(r.Select.Kind, Kinds()) {
			for _, severity := range orAll(r.Select.Severity, Severities()) {
				for _, tier := range orAll(r.Select.Tier, tiers()) {
					out = append(out, Cell{Limits, r.Name, kind, severity, tier})
				}
			}
		}
	case Cadences:
		for _, customer := range r.Select.Customer {
			out = append(out, Cell{Section: Cadences, Name: r.Name, A: "customer", B: customer})
		}
		for _, card := range r.Select.Card {
			out = append(out, Cell{Section: Cadences, Name: r.Name, A: "card", B: card})
		}
		if len(out) == 0 {
			for _, tier := range orAll(r.Select.Tier, tiers()[1:]) {
				out = append(out, Cell{Section: Cadences, Name: r.Name, A: "tier", B: tier})
			}
		}
	default:
		out = []Cell{{Section: r.Section, Name: r.Name, A: r.Key}}
	}
	return out
}

// right orders the rules of one cell by how specific they are: more selectors win; of equally many, kind before
// severity before tier.
func (r *Rule) right() int {
	right := 0
	for i, s := range [][]string{r.Select.Tier, r.Select.Severity, r.Select.Kind} {
		if len(s) > 0 {
			right += 8 + 1<<i
		}
	}
	return right
}

func orAll(s, all []string) []string {
	if len(s) == 0 {
		return all
	}
	return s
}

// one returns a list as one text; most lists have one value or none.
func one(s []string) string { return strings.Join(s, ",") }

func contains(list []string, s string) bool { return slices.Contains(list, s) }
