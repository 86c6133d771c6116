package customers

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/rules"
)

// Part is one measure of a score.
type Part struct {
	Measure string   `json:"measure"`
	Value   *float64 `json:"value"`  // nil: not known
	Points  *float64 `json:"points"` // 0..100, by its break points; nil without a value, or without break points
	Weight  int64    `json:"weight"`
	Pull    *float64 `json:"pull"` // what it takes off the 100 points of the score
}

// Score is a weighted mean of the points of what is known.
type Score struct {
	Points *float64 `json:"points"` // 0..100; nil where too little is known, or no weights are set
	Known  int64    `json:"known"`  // the weight of what is known, of 100
	Inputs int      `json:"inputs"` // how many measures that is
	Of     int      `json:"of"`     // out of how many
	Parts  []Part   `json:"parts"`
}

// score is Σ w·points / Σ w over the measures that are known (Gainsight's Σ W·M/ΣW): what is not known gives its weight to the others
// in proportion. There is no score where the known weight is below health_min_weight, or where that is not set.
func (p policy) score(table string, values map[string]*float64) Score {
	s := Score{Parts: []Part{}}
	sum := 0.0
	for _, w := range p.weights[table] {
		part := Part{Measure: w.of, Value: values[w.of], Weight: w.value}
		if part.Value != nil {
			if points, ok := p.of(table+"_"+w.of, *part.Value); ok {
				part.Points = &points
			}
		}
		if w.value > 0 {
			s.Of++
		}
		if part.Points != nil && w.value > 0 {
			s.Inputs, s.Known = s.Inputs+1, s.Known+w.value
			sum += float64(w.value) * *part.Points
		}
		s.Parts = append(s.Parts, part)
	}
	least, ok := p.params[rules.HealthMinWeight]
	if !ok || s.Known == 0 || s.Known < least {
		return s
	}
	s.Points = exactly(sum / float64(s.Known))
	for i := range s.Parts {
		if part := &s.Parts[i]; part.Points != nil {
			part.Pull = exactly(float64(part.Weight) * (100 - *part.Points) / float64(s.Known))
		}
	}
	return s
}

// exactly leaves out what only binary arithmetic adds, so that a score that equals a cut point is not below it.
func exactly(v float64) *float64 {
	const digits = 1e9
	v = math.Round(v*digits) / digits
	return &v
}

// Reasons are the parts that pull a score down, the one that takes most first.
func (s Score) Reasons() []Part {
	var list []Part
	for _, part := range s.Parts {
		if part.Pull != nil && *part.Pull > 0 {
			list = append(list, part)
		}
	}
	slices.SortFunc(list, func(x, y Part) int {
		return cmp.Or(cmp.Compare(*y.Pull, *x.Pull), strings.Compare(x.Measure, y.Measure))
	})
	return list
}

// healthValues are the measures of health: the index of satisfaction (0 to 100), counts, days, and shares per mille.
func healthValues(c kpi.CustomerSigns) map[string]*float64 {
	values := map[string]*float64{
		"complaints": number(c.Complaints), "overdue_cases": number(c.OverdueCases), "arrears": number(c.OverdueDays),
		"on_time": perMille(c.MetCases, c.DueCases), "visit_gap": perMille(c.GapDays, c.MaxGapDays), "revenue": perMille(c.NowFen, c.BeforeFen),
	}
	if c.AnswerPoints != nil && c.Answers != nil && *c.Answers > 0 {
		index := float64(*c.AnswerPoints) * 100 / (kpi.FullPoints * float64(*c.Answers))
		values["satisfaction"] = &index
	}
	return values
}

func number(n *int64) *float64 {
	if n == nil {
		return nil
	}
	v := float64(*n)
	return &v
}

// perMille is a share of what there is; of nothing there is none.
func perMille(num, den *int64) *float64 {
	if num == nil || den == nil || *den <= 0 {
		return nil
	}
	v := float64(*num) * 1000 / float64(*den)
	return &v
}
