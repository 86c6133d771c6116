package rules

import (
	"strconv"
	"strings"
)

// checkTable refuses a table of numbers that cannot be what its section says. Lines still to be filled in are no fault.
func checkTable(r Rule) Problems {
	switch r.Section {
	case Weights:
		return checkWeights(r)
	case BreakPoints:
		return checkBreakPoints(r)
	case CutPoints:
		return checkCutPoints(r)
	case Curves:
		return checkCurve(r)
	case Grades:
		return checkGrades(r)
	case Deductions:
		return inRange(r, 0, 100)
	default: // coefficients, percent
		return inRange(r, 0, 1000)
	}
}

func wrong(key string, args ...any) Problems { return Problems{{Key: key, Args: args}} }

// keysOf complains when the lines of r are not called as allowed.
func keysOf(r Rule, allowed []string) Problems {
	for _, p := range r.Value.Pairs {
		if !contains(allowed, p.Key) {
			return wrong("rules.problem.one_of", string(r.Section), p.Key, strings.Join(allowed, ", "))
		}
	}
	return nil
}

func inRange(r Rule, low, high int64) Problems {
	for _, p := range r.Value.Pairs {
		if p.Set && (p.Number < low || p.Number > high) {
			return wrong("rules.problem.number", p.Key, strconv.FormatInt(p.Number, 10), low, high)
		}
	}
	return nil
}

// checkWeights: of known indicators, or of KPIs; together 100, so that a total is on the scale of its parts. Those of products
// and of what makes a risk are no shares.
func checkWeights(r Rule) Problems {
	if r.Name == newBusiness {
		return inRange(r, 0, 1000)
	}
	ps := inRange(r, 0, 100)
	switch r.Name {
	case "tiering":
		ps = append(ps, keysOf(r, indicators())...)
	case tieringCredit:
		ps = append(ps, keysOf(r, creditParts())...)
	case Health:
		ps = append(ps, keysOf(r, healthMeasures())...)
	case Worth:
		ps = append(ps, keysOf(r, valueMeasures())...)
	case Risk:
		return append(ps, keysOf(r, riskReasons())...)
	}
	sum := int64(0)
	for _, p := range r.Value.Pairs {
		sum += p.Number
	}
	if r.Value.Set && sum != 100 {
		ps = append(ps, wrong("rules.problem.sum", r.Name, sum)...)
	}
	return ps
}

// checkBreakPoints: quantities that rise, each with points of 0 to 100; a line needs two ends.
func checkBreakPoints(r Rule) Problems {
	ps := inRange(r, 0, 100)
	last := int64(-1)
	for _, p := range r.Value.Pairs {
		at, err := strconv.ParseInt(p.Key, 10, 64)
		if err != nil || at <= last {
			return append(ps, wrong("rules.problem.rising", p.Key)...)
		}
		last = at
	}
	if r.Value.Set && len(r.Value.Pairs) < 2 {
		ps = append(ps, wrong("rules.problem.two_points", r.Name)...)
	}
	return ps
}

// checkCutPoints: the scores of tiers 1, 2 and 3, falling; what is below the last is of tier 4. Those of risk and value are of
// high and medium.
func checkCutPoints(r Rule) Problems {
	upper := tiers()[1 : len(tiers())-1]
	if r.ForCustomers() {
		upper = customerGrades()
	}
	ps := append(inRange(r, 0, 100), keysOf(r, upper)...)
	if r.Value.Set && len(r.Value.Pairs) != len(upper) {
		return append(ps, wrong("rules.problem.complete", r.Name, strings.Join(upper, ", "))...)
	}
	return append(ps, falling(r, upper)...)
}

// checkCurve: points at floor, target and stretch that do not fall.
func checkCurve(r Rule) Problems {
	anchors := []string{"floor", "target", "stretch"}
	ps := append(inRange(r, 0, 200), keysOf(r, anchors)...)
	if r.Value.Set && len(r.Value.Pairs) != len(anchors) {
		return append(ps, wrong("rules.problem.complete", r.Name, strings.Join(anchors, ", "))...)
	}
	points := map[string]int64{}
	for _, p := range r.Value.Pairs {
		points[p.Key] = p.Number
	}
	if r.Value.Set && (points["floor"] >= points["target"] || points["target"] > points["stretch"]) {
		ps = append(ps, wrong("rules.problem.curve", r.Name)...)
	}
	return ps
}

// checkGrades: each from fewer points than the one before, the last from 0, so that every total has its grade.
func checkGrades(r Rule) Problems {
	ps := inRange(r, 0, 200)
	var order []string
	for _, p := range r.Value.Pairs {
		order = append(order, p.Key)
	}
	ps = append(ps, falling(r, order)...)
	if n := len(r.Value.Pairs); r.Value.Set && r.Value.Pairs[n-1].Number != 0 {
		ps = append(ps, wrong("rules.problem.last_grade", r.Value.Pairs[n-1].Key)...)
	}
	return ps
}

// falling complains when the numbers of the lines called as in order do not fall.
func falling(r Rule, order []string) Problems {
	if !r.Value.Set {
		return nil
	}
	numbers := map[string]int64{}
	for _, p := range r.Value.Pairs {
		numbers[p.Key] = p.Number
	}
	for i := 1; i < len(order); i++ {
		if numbers[order[i]] >= numbers[order[i-1]] {
			return wrong("rules.problem.falling", order[i], order[i-1])
		}
	}
	return nil
}
