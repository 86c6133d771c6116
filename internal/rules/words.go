package rules

import (
	"slices"

	"github.com/kamlens/kamlens/internal/feed"
)

// Kinds are the kinds of case that a limit may select, as the feed declares them.
func Kinds() []string { return enum("cases", "kind") }

// Severities are the severities of a case that a limit may select.
func Severities() []string { return enum("cases", "severity") }

// enum returns the codes of a feed's enum.
func enum(name, column string) []string {
	f, _ := feed.Get(name) // both are declared: the package's test asks for values
	c, _ := f.Column(column)
	var codes []string
	for _, v := range c.Values {
		codes = append(codes, v.Code)
	}
	return codes
}

// tiers are the levels, 0 for a customer without one.
func tiers() []string { return append([]string{"0"}, enum("tier_history", "tier")...) }

// Cards are the customer classes of the service manual, from the best down; 策略影响用户 stands beside them.
func cards() []string { return []string{"diamond", "gold", "silver", "middle", "general", "strategic"} }

// Kinds of duty that a cadence may be of. The manual's table of frequencies has lost the heads of its two columns, so
// what it says is of column_1 and column_2 until a mapping names the kinds. Beside visits and planned contacts these are
// the linked service events: the items of a service plan.
func duties() []string {
	list := []string{"visit", "callback", "care", "forum", "touch"}
	for _, kind := range enum("service_events", "kind") {
		if !slices.Contains(list, kind) {
			list = append(list, kind)
		}
	}
	return list
}

func columns() []string { return []string{"column_1", "column_2"} }

// The names of the mappings: a card -> the tier it stands for; a column of the manual -> the kind of duty; a KPI of a
// scorecard -> the dimension that it stands for, or the best grade that is left when it counts anything; a grade -> the training
// that is suggested.
const (
	cardTier    = "card_tier"
	cadenceKind = "cadence_kind"
	DimensionOf = "dimension"
	GradeCap    = "grade_cap"
	TrainingFor = "training"
)

// mapped is what a mapping translates from and to; nil is any word.
type mapped struct{ keys, values []string }

func mappings() map[string]mapped {
	return map[string]mapped{
		cardTier: {cards(), tiers()[1:]}, cadenceKind: {columns(), duties()}, DimensionOf: {nil, dimensionCodes()}, GradeCap: {}, TrainingFor: {},
	}
}

// newBusiness names the weights of products in new business: percent of the monthly revenue, by product.
const newBusiness = "new_business"

// The units of a limit.
func units() []string { return []string{"minutes", "hours", "days", "working_days"} }

// tieringCredit names the weights of the two measured parts of the indicator credit.
const tieringCredit = "tiering_credit"

// The indicators of tiering, whose weights and break points are kept. Credit has two measured parts; of spend there may be
// a table of its own for individuals.
func indicators() []string {
	return []string{"spend", "frequency", "credit", "tenure", "complexity"}
}

func measured() []string {
	return append([]string{"spend", "spend_individual", "frequency"}, append(creditParts(), "tenure", "complexity")...)
}

func creditParts() []string { return []string{"credit_on_time", "credit_overdue"} }

// ofs are the values of "of" by section; a trailing dot stands for a scorecard of one role.
func ofs(s Section) []string {
	roles := []string{"scorecard"}
	for _, role := range enum("managers", "role") {
		roles = append(roles, "scorecard."+role)
	}
	switch s {
	case Weights:
		return append([]string{"tiering", tieringCredit, newBusiness, Health, Risk, Worth}, roles...)
	case BreakPoints:
		return append(measured(), customerPoints()...)
	case CutPoints:
		return []string{"tiering", Risk, Worth}
	case Grades, Coefficients, Deductions:
		return roles
	}
	return nil // curves are of a KPI or of "default"
}

// isTable reports whether s holds tables of numbers.
func isTable(s Section) bool {
	return slices.Contains([]Section{Weights, BreakPoints, CutPoints, Curves, Grades, Coefficients, Deductions}, s)
}

// fields are the keys that an entry of each section may have.
func fields(s Section) []string {
	var own []string
	switch s {
	case Limits:
		own = []string{"rule", "kind", "severity", "tier", "limit", "clock"}
	case Params:
		own = []string{"name", "value", "unit"}
	case Cadences:
		own = []string{"kind", "tier", "card", "customer", "window_months", "required", "max_gap_days"}
	case Mappings:
		own = []string{"name", "key", "value"}
	default:
		own = []string{"of", "values"}
	}
	return append(own, "from", "to", "document", "heading", "quote", "source", "status", "version")
}
