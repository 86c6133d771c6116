package assess

import (
	"cmp"
	"math"
	"slices"
)

// Quota is the share of people who would get a grade, in percent.
type Quota struct {
	Grade   string
	Percent float64
}

// Boundary is where a forced distribution would draw a line between two people.
type Boundary struct {
	Scorecard string `json:"scorecard"`
	Upper     string `json:"upper"` // the grade of those above
	Lower     string `json:"lower"`
	Above     Place  `json:"above"` // the last of those above
	Below     Place  `json:"below"`
	Differs   *bool  `json:"differs"` // by more than chance; nil: nobody can tell
}

// Place is somebody beside a boundary.
type Place struct {
	ManagerID   string `json:"manager_id"`
	ManagerName string `json:"manager_name"`
	Total       Figure `json:"total"`
	Grade       string `json:"grade"` // that which the total gives
}

// Simulate draws the lines that a forced distribution of grades, best first, would draw among the graded people of each
// scorecard. It gives no grade to anybody. A boundary lies after the rounded share of the people; one that nobody would cross is
// left out.
func Simulate(sheets []Sheet, quotas []Quota) []Boundary {
	byCard := map[string][]Sheet{}
	var cards []string
	for _, s := range sheets {
		if s.State != Scored {
			continue
		}
		if byCard[s.Scorecard] == nil {
			cards = append(cards, s.Scorecard)
		}
		byCard[s.Scorecard] = append(byCard[s.Scorecard], s)
	}
	slices.Sort(cards)
	list := []Boundary{}
	for _, card := range cards {
		people := byCard[card]
		slices.SortStableFunc(people, func(a, b Sheet) int { return cmp.Compare(*b.Total.Value, *a.Total.Value) })
		share := 0.0
		for i := 0; i+1 < len(quotas); i++ {
			share += quotas[i].Percent
			after := int(math.Round(share / 100 * float64(len(people))))
			if after < 1 || after >= len(people) {
				continue
			}
			above, below := people[after-1], people[after]
			b := Boundary{Scorecard: card, Upper: quotas[i].Grade, Lower: quotas[i+1].Grade, Above: placeOf(above), Below: placeOf(below)}
			if differs, ok := above.Total.differs(below.Total); ok {
				b.Differs = &differs
			}
			list = append(list, b)
		}
	}
	return list
}

func placeOf(s Sheet) Place { return Place{s.ManagerID, s.ManagerName, s.Total, s.Grade} }
