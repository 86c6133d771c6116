package tiering

import (
	"cmp"
	"slices"

	"github.com/kamlens/kamlens/internal/calendar"
	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/rules"
)

// History are the indicators of customers by quarter and customer.
type History map[string]map[string]kpi.TierIndicators

// NewHistory puts rows in order.
func NewHistory(rows []kpi.TierIndicators) History {
	h := History{}
	for _, r := range rows {
		if h[r.Quarter] == nil {
			h[r.Quarter] = map[string]kpi.TierIndicators{}
		}
		h[r.Quarter][r.CustomerID] = r
	}
	return h
}

// Quarters lists the quarters with rows, in order.
func (h History) Quarters() []string {
	var list []string
	for q := range h {
		list = append(list, q)
	}
	slices.Sort(list)
	return list
}

// Drafts rates every customer of a quarter by the rules in force on its first day, and the quarter before by the same rules:
// two quarters are compared on one scale. held is the tier that a customer has, 0 for none. They come by customer.
func (h History) Drafts(book *rules.Book, quarter calendar.Period, held func(kpi.TierIndicators) int64) ([]Draft, error) {
	p, err := PolicyOn(book, quarter.Start)
	if err != nil {
		return nil, err
	}
	before := h[quarter.Previous().String()]
	var list []Draft
	for _, row := range h[quarter.String()] {
		var last *Score
		if r, ok := before[row.CustomerID]; ok {
			s := p.Score(r)
			last = &s
		}
		list = append(list, p.Draft(p.Score(row), last, held(row)))
	}
	slices.SortFunc(list, func(a, b Draft) int {
		return cmp.Compare(a.Score.Row.CustomerID, b.Score.Row.CustomerID)
	})
	return list, nil
}

// Tally counts what rules do in one quarter.
type Tally struct {
	Quarter  string `json:"quarter"`
	Scored   int64  `json:"scored"`
	Up       int64  `json:"up"`
	Down     int64  `json:"down"`
	Returned int64  `json:"returned"` // of Up and Down: moved the other way the quarter before
}

// Play is what rules would have done.
type Play struct {
	Tallies []Tally
	Tiers   map[string]int64 // at the end, by customer; 0: none
}

// Play plays rules on the quarters from first on: every draft is approved and in effect by the next quarter. A customer begins
// with the tier that it really had when it was first rated; a first tier is no move.
func (h History) Play(book *rules.Book, first calendar.Period) (Play, error) {
	play := Play{Tiers: map[string]int64{}}
	moved := map[string]int64{} // by customer: the quarter before, up below 0
	for _, name := range h.Quarters() {
		quarter, err := calendar.ParsePeriod(name)
		if err != nil {
			return Play{}, err
		}
		if quarter.Start.Before(first.Start) {
			continue
		}
		drafts, err := h.Drafts(book, quarter, func(r kpi.TierIndicators) int64 {
			if tier, seen := play.Tiers[r.CustomerID]; seen || r.Tier == nil {
				return tier
			}
			return *r.Tier
		})
		if err != nil {
			return Play{}, err
		}
		t, now := Tally{Quarter: name}, map[string]int64{}
		for _, d := range drafts {
			t.count(d, moved[d.Score.Row.CustomerID])
			if d.Held != 0 {
				now[d.Score.Row.CustomerID] = d.Tier - d.Held
			}
			play.Tiers[d.Score.Row.CustomerID] = d.Tier
		}
		moved, play.Tallies = now, append(play.Tallies, t)
	}
	return play, nil
}

// count adds a draft; before is by how many levels the customer moved the quarter before.
func (t *Tally) count(d Draft, before int64) {
	if d.Score.State == Scored {
		t.Scored++
	}
	move := d.Tier - d.Held
	switch {
	case d.Held == 0 || move == 0:
		return
	case move < 0:
		t.Up++
	default:
		t.Down++
	}
	if move*before < 0 {
		t.Returned++
	}
}

// Matrix counts customers by the tier that one set of rules gives them and the one that another does; index 0 is without one.
type Matrix [lowest + 1][lowest + 1]int64

// Compare counts the customers of two plays on the same quarters.
func Compare(old, changed Play) Matrix {
	var m Matrix
	for customer, tier := range old.Tiers {
		m[tier][changed.Tiers[customer]]++
	}
	return m
}
