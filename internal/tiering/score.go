package tiering

import (
	"math/big"

	"github.com/kamlens/kamlens/internal/kpi"
)

// BreakPoint gives the points of a measured quantity.
type BreakPoint struct{ At, Points int64 }

// Table is a line of break points that rise: straight between them, level beyond the ends.
type Table []BreakPoint

// Of returns the points of x, exactly.
func (t Table) Of(x *big.Rat) *big.Rat {
	if len(t) == 0 {
		return nil
	}
	if x.Cmp(whole(t[0].At)) <= 0 {
		return whole(t[0].Points)
	}
	for i := 1; i < len(t); i++ {
		a, b := t[i-1], t[i]
		if x.Cmp(whole(b.At)) > 0 {
			continue
		}
		share := new(big.Rat).Sub(x, whole(a.At))
		share.Quo(share, whole(b.At-a.At))
		return share.Mul(share, whole(b.Points-a.Points)).Add(share, whole(a.Points))
	}
	return whole(t[len(t)-1].Points)
}

func whole(n int64) *big.Rat { return new(big.Rat).SetInt64(n) }

// State says whether a customer has a score.
type State string

// The states of a score.
const (
	Scored     State = "scored"
	Unrated    State = "unrated"    // served for less than the months that a rating needs
	Incomplete State = "incomplete" // the weight of what is not known is too much to be spread
)

// Part is what one indicator adds to a score.
type Part struct {
	Indicator string
	Weight    int64
	Points    *big.Rat // 0..100; nil: not known
	Measures  []Measure
}

// Measure is a number that a part is worked out from; Value is nil where it is not known, Points where it has none of its own.
type Measure struct {
	Name   string
	Value  *big.Rat
	Points *big.Rat
}

// Score is the weighted points of a customer's indicators.
type Score struct {
	Row    kpi.TierIndicators
	Parts  []Part
	Total  *big.Rat // 0..100; nil unless Scored
	State  State
	Capped bool // the arrears allow no better tier than capTier
}

// Score works out the score of one row: Σ weight × points, over the weights of what is known when that leaves at most
// MissingWeight out.
func (p Policy) Score(row kpi.TierIndicators) Score {
	s := Score{Row: row, Parts: []Part{p.spend(row), p.frequency(row), p.credit(row), p.tenure(row), p.complexity(row)}, State: Scored}
	for i := range s.Parts {
		s.Parts[i].Weight = p.Weights[s.Parts[i].Indicator]
	}
	s.Capped = row.ArrearsDays != nil && *row.ArrearsDays > p.ArrearsDays
	if row.TenureMonths != nil && *row.TenureMonths < p.RatingMonths {
		s.State = Unrated
		return s
	}
	sum, known := new(big.Rat), int64(0)
	for _, part := range s.Parts {
		if part.Points != nil {
			known += part.Weight
			sum.Add(sum, new(big.Rat).Mul(whole(part.Weight), part.Points))
		}
	}
	if known == 0 || 100-known > p.MissingWeight {
		s.State = Incomplete
		return s
	}
	s.Total = sum.Quo(sum, whole(known))
	return s
}

// spend: less than nothing (more was credited than billed) is 0 points. Individuals may have a table of their own.
func (p Policy) spend(row kpi.TierIndicators) Part {
	name := Spend
	if _, own := p.Points[spendIndividual]; own && row.Type == "individual" {
		name = spendIndividual
	}
	part := p.plain(Spend, name, "spend_fen", row.SpendFen)
	if row.SpendFen != nil && *row.SpendFen < 0 {
		part.Points = new(big.Rat)
	}
	part.Measures = append(part.Measures, Measure{Name: "project_fen", Value: rat(row.ProjectFen)})
	return part
}

func (p Policy) frequency(row kpi.TierIndicators) Part {
	return p.plain(Frequency, Frequency, "orders", row.Orders)
}

func (p Policy) tenure(row kpi.TierIndicators) Part {
	return p.plain(Tenure, Tenure, "tenure_months", row.TenureMonths)
}

// plain is a part of one measured quantity.
func (p Policy) plain(indicator, table, measure string, n *int64) Part {
	part := Part{Indicator: indicator, Measures: []Measure{{Name: measure, Value: rat(n)}}}
	if n != nil {
		part.Points = p.Points[table].Of(whole(*n))
	}
	return part
}

// credit: the share of what fell due that was paid on time, and the most days overdue, each by its table, weighted. A
// customer of whom nothing fell due has no credit to speak of: it is not known.
func (p Policy) credit(row kpi.TierIndicators) Part {
	onTime, overdue := Measure{Name: creditOnTime}, Measure{Name: creditOverdue, Value: rat(row.OverdueDays)}
	part := Part{Indicator: Credit}
	if row.DueFen != nil && *row.DueFen > 0 && row.OnTimeFen != nil && row.OverdueDays != nil {
		onTime.Value = new(big.Rat).Mul(big.NewRat(*row.OnTimeFen, *row.DueFen), whole(1000))
		onTime.Points, overdue.Points = p.Points[creditOnTime].Of(onTime.Value), p.Points[creditOverdue].Of(overdue.Value)
		a := new(big.Rat).Mul(whole(p.CreditWeights[creditOnTime]), onTime.Points)
		b := new(big.Rat).Mul(whole(p.CreditWeights[creditOverdue]), overdue.Points)
		part.Points = a.Add(a, b).Quo(a, whole(100))
	}
	part.Measures = []Measure{onTime, overdue}
	if row.ArrearsDays != nil {
		part.Measures = append(part.Measures, Measure{Name: "arrears_days", Value: rat(row.ArrearsDays)})
	}
	return part
}

// complexity counts features: products and service levels in use and, where somebody outside the owner's line approved them, sites,
// bespoke solutions and integrations. Points put on or taken off by hand are bounded, and so is the sum.
func (p Policy) complexity(row kpi.TierIndicators) Part {
	part := Part{Indicator: Complexity, Measures: []Measure{{Name: "products", Value: rat(row.Products)}, {Name: "sla_classes", Value: rat(row.SLAClasses)}}}
	if row.Products == nil || row.SLAClasses == nil {
		return part
	}
	features, manual := *row.Products+*row.SLAClasses, int64(0)
	if row.InputState == InputApproved && row.Sites != nil && row.Bespoke != nil && row.Integration != nil && row.ManualPoints != nil {
		features += *row.Sites + *row.Bespoke + *row.Integration
		manual = min(max(*row.ManualPoints, -p.ManualPoints), p.ManualPoints)
		part.Measures = append(part.Measures, Measure{Name: "sites", Value: rat(row.Sites)}, Measure{Name: "bespoke", Value: rat(row.Bespoke)},
			Measure{Name: "integration", Value: rat(row.Integration)}, Measure{Name: "manual_points", Value: whole(manual), Points: whole(manual)})
	}
	part.Points = p.Points[Complexity].Of(whole(features))
	part.Points.Add(part.Points, whole(manual))
	if part.Points.Sign() < 0 {
		part.Points = new(big.Rat)
	}
	if part.Points.Cmp(whole(100)) > 0 {
		part.Points = whole(100)
	}
	return part
}

// InputApproved is the state of an assessed part that counts.
const InputApproved = "approved"

func rat(n *int64) *big.Rat {
	if n == nil {
		return nil
	}
	return whole(*n)
}
