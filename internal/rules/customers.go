package rules

import "strings"

// The tables by which customers are judged: weights of what makes their health and their value, points of what makes a risk,
// and the cut points of the two grades.
const (
	Health = "health"
	Risk   = "risk"
	Worth  = "value"
)

// The parameters about customers.
const (
	HealthDays      = "health_days"        // days of complaints and deadlines that health looks back on
	AnswerDays      = "health_answer_days" // days of answers to surveys that it looks back on
	HealthMinWeight = "health_min_weight"  // percent of the weight that must be known
	ValueDiscount   = "value_discount"     // percent a year
	RiskHealth      = "risk_health"        // points: health below them is a reason
	RiskComplaints  = "risk_complaints"    // as many complaints are one
	RiskArrears     = "risk_arrears_days"  // days overdue, more are one
	RiskEnds        = "risk_ends_days"     // days until the next service ends, at most so many are one
)

// healthMeasures are what health is made of, each with break points of its own, called health_<measure>.
func healthMeasures() []string {
	return []string{"satisfaction", "complaints", "on_time", "overdue_cases", "visit_gap", "revenue", "arrears"}
}

// valueMeasures are what a customer's value is graded by, each with break points called value_<measure>.
func valueMeasures() []string { return []string{"volume", "growth", "return"} }

// riskReasons are what makes a risk.
func riskReasons() []string {
	return []string{"cancel_request", "health", "complaints", "arrears", "ending", "no_contact"}
}

// customerPoints are the names of the break points of customers.
func customerPoints() []string {
	var names []string
	for _, m := range healthMeasures() {
		names = append(names, Health+"_"+m)
	}
	for _, m := range valueMeasures() {
		names = append(names, Worth+"_"+m)
	}
	return names
}

// Grades of risk and value that have a cut point, the highest first; what is below the last is low.
func customerGrades() []string { return []string{"high", "medium"} }

// ForCustomers reports whether the judging of customers reads a rule.
func (r *Rule) ForCustomers() bool {
	switch r.Section {
	case Weights, CutPoints:
		return r.Name == Health || r.Name == Risk || r.Name == Worth
	case BreakPoints:
		return contains(customerPoints(), r.Name)
	case Params:
		return strings.HasPrefix(r.Name, Health+"_") || strings.HasPrefix(r.Name, Risk+"_") || strings.HasPrefix(r.Name, Worth+"_")
	}
	return false
}
