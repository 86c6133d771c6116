package assess

import (
	"cmp"
	"slices"

	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/text"
)

// Figure is a number with its 95 % interval. Low and High are nil where there is none.
type Figure struct {
	Value *float64 `json:"value"`
	Low   *float64 `json:"low"`
	High  *float64 `json:"high"`
}

// PointUnit is how points are written: with one decimal.
func PointUnit() kpi.Definition { return kpi.Definition{Unit: kpi.UnitPoints} }

// Tied says from which neighbours in rank the total of a sheet does not differ by more than chance; "" where it does, or nobody
// can tell.
func (s Sheet) Tied(l text.Lang) string {
	above, below := s.DiffersAbove != nil && !*s.DiffersAbove, s.DiffersBelow != nil && !*s.DiffersBelow
	switch {
	case above && below:
		return l.T("assess.tied")
	case above:
		return l.T("assess.tied_above")
	case below:
		return l.T("assess.tied_below")
	}
	return ""
}

func figure(value, low, high float64) Figure { return Figure{&value, &low, &high} }

// differs reports whether two totals differ by more than chance: whether the 95 % interval of their difference leaves out zero
// ([kpi.Answer.Moved]). ok is false where one has no interval.
func (f Figure) differs(o Figure) (differs, ok bool) {
	return kpi.Answer{Value: f.Value, Low: f.Low, High: f.High}.Moved(&kpi.Comparison{Value: o.Value, Low: o.Low, High: o.High})
}

// rank numbers the sheets with a grade within each scorecard by their totals, equal ones alike, and says of each whether it
// differs from its neighbours by more than chance.
func rank(sheets []Sheet) {
	byCard := map[string][]*Sheet{}
	for i := range sheets {
		if s := &sheets[i]; s.State == Scored {
			byCard[s.Scorecard] = append(byCard[s.Scorecard], s)
		}
	}
	for _, list := range byCard {
		slices.SortStableFunc(list, func(a, b *Sheet) int { return cmp.Compare(*b.Total.Value, *a.Total.Value) })
		for i, s := range list {
			s.Rank, s.Peers = i+1, len(list)
			if i == 0 {
				continue
			}
			above := list[i-1]
			if *above.Total.Value == *s.Total.Value {
				s.Rank = above.Rank
			}
			if differs, ok := above.Total.differs(s.Total); ok {
				above.DiffersBelow, s.DiffersAbove = &differs, &differs
			}
		}
	}
}
