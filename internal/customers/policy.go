package customers

import (
	"math"
	"slices"
	"strconv"

	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/rules"
)

// weight is one line of a table of weights or points.
type weight struct {
	of    string
	value int64
}

// breakPoint gives the points of a measured quantity.
type breakPoint struct{ at, points float64 }

// policy is what the rules say about customers on a day. A table that is not there was not set.
type policy struct {
	weights map[string][]weight // by table, in the order written
	points  map[string][]breakPoint
	cuts    map[string]map[Grade]int64
	params  map[string]int64

	discounts [horizonMonths + 1]float64 // of a month's revenue, by month
}

// policyOf reads rules; break points rise, as was checked when the rules were loaded.
func policyOf(lines []kpi.RuleLine) policy {
	p := policy{weights: map[string][]weight{}, points: map[string][]breakPoint{}, cuts: map[string]map[Grade]int64{}, params: map[string]int64{}}
	for _, l := range lines {
		switch rules.Section(l.Section) {
		case rules.Weights:
			p.weights[l.Name] = append(p.weights[l.Name], weight{l.Item, l.Value})
		case rules.BreakPoints:
			at, _ := strconv.ParseInt(l.Item, 10, 64) // checked when the rules were read
			p.points[l.Name] = append(p.points[l.Name], breakPoint{float64(at), float64(l.Value)})
		case rules.CutPoints:
			if p.cuts[l.Name] == nil {
				p.cuts[l.Name] = map[Grade]int64{}
			}
			p.cuts[l.Name][Grade(l.Item)] = l.Value
		case rules.Params:
			p.params[l.Name] = l.Value
		}
	}
	for t := range p.discounts {
		p.discounts[t] = math.Pow(1+float64(p.params[rules.ValueDiscount])/100, -float64(t)/12)
	}
	return p
}

// of returns the points of x by a table, by straight lines between its break points and level beyond the ends; ok is false without one.
func (p policy) of(table string, x float64) (points float64, ok bool) {
	list := p.points[table]
	if len(list) == 0 {
		return 0, false
	}
	next, found := slices.BinarySearchFunc(list, x, func(b breakPoint, x float64) int {
		switch {
		case b.at < x:
			return -1
		case b.at > x:
			return 1
		}
		return 0
	})
	switch {
	case found:
		return list[next].points, true
	case next == 0:
		return list[0].points, true
	case next == len(list):
		return list[next-1].points, true
	}
	a, b := list[next-1], list[next]
	return a.points + (x-a.at)/(b.at-a.at)*(b.points-a.points), true
}

// grade is the grade of points by the cut points of a table; Unknown where there are none.
func (p policy) grade(table string, points float64) Grade {
	cuts, ok := p.cuts[table]
	switch {
	case !ok:
		return Unknown
	case points >= float64(cuts[High]):
		return High
	case points >= float64(cuts[Medium]):
		return Medium
	}
	return Low
}

// unset names what the rules leave open of all that is needed here, in a fixed order.
func (p policy) unset() []string {
	names := []string{}
	for _, name := range []string{
		rules.HealthDays, rules.AnswerDays, rules.HealthMinWeight, rules.ValueDiscount, rules.RiskHealth, rules.RiskComplaints, rules.RiskArrears, rules.RiskEnds,
	} {
		if _, ok := p.params[name]; !ok {
			names = append(names, name)
		}
	}
	for _, name := range []string{rules.Health, rules.Risk, rules.Worth} {
		if len(p.weights[name]) == 0 {
			names = append(names, name)
		}
		for _, w := range p.weights[name] {
			if table := name + "_" + w.of; name != rules.Risk && len(p.points[table]) == 0 {
				names = append(names, table)
			}
		}
		if _, ok := p.cuts[name]; !ok && name != rules.Health && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}
