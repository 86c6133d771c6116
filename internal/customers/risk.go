package customers

import (
	"cmp"
	"slices"
	"strings"

	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/rules"
)

// Reason is something that makes a customer a risk.
type Reason struct {
	Reason string  `json:"reason"`
	Points int64   `json:"points"`
	Value  float64 `json:"value"`        // what was measured, in the unit of its parameter
	On     string  `json:"on,omitempty"` // the day of a request, or on which a service ends
}

// Risk is how likely a customer seems to be lost.
type Risk struct {
	Grade   Grade    `json:"grade"`
	Points  int64    `json:"points"`
	Reasons []Reason `json:"reasons"` // the heaviest first
	Unknown []string `json:"unknown"` // reasons that nobody can tell whether they hold
}

// risk adds up the points of the reasons that hold. What is not known, or has no limit set, is no reason and is named; where that is all of
// them there is no grade.
func (p policy) risk(c kpi.CustomerSigns, health Score) Risk {
	r := Risk{Reasons: []Reason{}, Unknown: []string{}}
	for _, w := range p.weights[rules.Risk] {
		value, on, holds, known := p.holds(w.of, c, health)
		switch {
		case !known:
			r.Unknown = append(r.Unknown, w.of)
		case holds:
			r.Points += w.value
			r.Reasons = append(r.Reasons, Reason{w.of, w.value, value, on})
		}
	}
	slices.SortStableFunc(r.Reasons, func(x, y Reason) int {
		return cmp.Or(cmp.Compare(y.Points, x.Points), strings.Compare(x.Reason, y.Reason))
	})
	if len(r.Unknown) < len(p.weights[rules.Risk]) {
		r.Grade = p.grade(rules.Risk, float64(r.Points))
	}
	return r
}

// holds says whether a reason holds, of what value and on which day; known is false where nobody can tell.
func (p policy) holds(reason string, c kpi.CustomerSigns, health Score) (value float64, on string, holds, known bool) {
	limit := func(name string, v *float64, holds func(v, limit float64) bool) (float64, bool, bool) {
		most, set := p.params[name]
		if v == nil || !set {
			return 0, false, false
		}
		return *v, holds(*v, float64(most)), true
	}
	more := func(v, most float64) bool { return v > most }
	switch reason {
	case "cancel_request":
		if c.CancelRequests != nil {
			return float64(*c.CancelRequests), c.RequestedOn, *c.CancelRequests > 0, true
		}
	case "health":
		value, holds, known = limit(rules.RiskHealth, health.Points, func(v, least float64) bool { return v < least })
	case "complaints":
		value, holds, known = limit(rules.RiskComplaints, number(c.Complaints), func(v, most float64) bool { return v >= most })
	case "arrears":
		value, holds, known = limit(rules.RiskArrears, number(c.OverdueDays), more)
	case "ending":
		if c.Services != nil && c.EndDays == nil { // none of those that run has an end
			return 0, "", false, true
		}
		value, holds, known = limit(rules.RiskEnds, number(c.EndDays), func(v, most float64) bool { return v <= most })
		on = c.NextEndOn
	case "no_contact":
		if c.GapDays != nil && c.MaxGapDays != nil {
			return float64(*c.GapDays), c.LastVisitOn, *c.GapDays > *c.MaxGapDays, true
		}
	}
	return value, on, holds, known
}
