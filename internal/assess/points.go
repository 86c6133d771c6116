package assess

import "github.com/kamlens/kamlens/internal/kpi"

// Goal is where points begin, where the target lies and where points end, in the unit of the measure.
type Goal struct {
	Floor   *float64 `json:"floor"`
	Target  *float64 `json:"target"`
	Stretch *float64 `json:"stretch"` // nil: points end at the target
}

// Curve is the points at floor, target and stretch.
type Curve struct {
	Floor   int64 `json:"floor"`
	Target  int64 `json:"target"`
	Stretch int64 `json:"stretch"`
}

// lack says why a goal gives no points; "" where it does.
func (g Goal) lack(def kpi.Definition) string {
	switch {
	case g.Target == nil:
		return noTarget
	case g.Floor == nil:
		return noFloor
	case *g.Floor == *g.Target, !def.InOrder(g.values()...):
		return badGoal
	}
	return ""
}

func (g Goal) values() []float64 {
	list := []float64{*g.Floor, *g.Target}
	if g.Stretch != nil {
		list = append(list, *g.Stretch)
	}
	return list
}

// points are those of a value x, by straight lines from floor to target to stretch. Where less is better floor, target and
// stretch fall, and the same lines serve: the share of the way from one to the other has no direction.
func (c Curve) points(g Goal, x float64) float64 {
	low, mid, high := float64(c.Floor), float64(c.Target), float64(c.Stretch)
	way := (x - *g.Floor) / (*g.Target - *g.Floor)
	switch {
	case way <= 0:
		return low
	case way < 1:
		return low + way*(mid-low)
	case g.Stretch == nil || *g.Stretch == *g.Target:
		return mid
	}
	beyond := (x - *g.Target) / (*g.Stretch - *g.Target)
	return mid + min(1, beyond)*(high-mid)
}
