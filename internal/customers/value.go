package customers

import (
	"math"

	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/rules"
)

// horizonMonths is how far customer value looks ahead at most (N3).
const horizonMonths = 36

// Why a customer has no value.
const (
	NoRevenue   = "no_revenue"   // bills, or the months of the base, are not known
	NoTenure    = "no_tenure"    // since when it is a customer is not known
	NoCurve     = "no_curve"     // nobody of its tier was observed
	SmallCurve  = "small_sample" // too few of its tier were
	BeyondCurve = "beyond"       // nobody of its tier was observed for longer than it has been there
	Unset       = "unset"        // the discount is
)

// Value is what the recurring revenue of a customer is expected to be, in today's money (N3, on revenue: what of it is margin is not
// known). Months is the horizon used: fewer than 36 where the curve of its tier ends before.
type Value struct {
	MonthlyFen *float64 `json:"monthly_fen"` // m
	Fen        *int64   `json:"fen"`
	Months     int      `json:"months"`
	Why        string   `json:"why,omitempty"` // there is none
}

// value is Σ_{t=1..36} m·S(t | tenure)/(1+d)^(t/12): m the mean recurring revenue of a base month, S the share of customers of the tier who
// stay for another t months of those who stayed as long as this one (Kaplan and Meier with left truncation), d the yearly discount. It ends
// where the curve ends: a month that nobody was observed in is left out, not made up.
func (p policy) value(c kpi.CustomerSigns, curves map[string]kpi.Survival) Value {
	v := Value{MonthlyFen: monthly(c)}
	curve, there := curves[c.TierCode()]
	_, set := p.params[rules.ValueDiscount]
	switch {
	case !set:
		v.Why = Unset
	case v.MonthlyFen == nil:
		v.Why = NoRevenue
	case c.TenureDays == nil:
		v.Why = NoTenure
	case !there:
		v.Why = NoCurve
	case curve.Small:
		v.Why = SmallCurve
	}
	if v.Why != "" {
		return v
	}
	now, ok := curve.At(*c.TenureDays)
	if !ok || now == 0 {
		v.Why = BeyondCurve
		return v
	}
	sum := 0.0
	for t := 1; t <= horizonMonths; t++ {
		kept, ok := curve.At(*c.TenureDays + monthDays(t))
		if !ok {
			break
		}
		sum += kept / now * p.discounts[t]
		v.Months = t
	}
	if v.Months == 0 {
		v.Why = BeyondCurve
		return v
	}
	fen := int64(math.Round(sum * max(0, *v.MonthlyFen)))
	v.Fen = &fen
	return v
}

// monthDays is how many whole days t months of 365.25 / 12 days are.
func monthDays(t int) int64 { return int64(t) * 36525 / 1200 }

// monthly is the mean recurring revenue of a base month, over those in which it was a customer.
func monthly(c kpi.CustomerSigns) *float64 {
	if c.BaseFen == nil || c.Months == nil || *c.Months == 0 {
		return nil
	}
	m := float64(*c.BaseFen) / float64(*c.Months)
	return &m
}

// worthValues are the measures by which value is graded: the current volume (fen a month), growth against the same months a year before (per
// mille of them) and the total return (fen).
func worthValues(c kpi.CustomerSigns, v Value) map[string]*float64 {
	return map[string]*float64{"volume": v.MonthlyFen, "growth": perMille(c.NowFen, c.BeforeFen), "return": number(v.Fen)}
}
