package kpi

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sort"
)

// CurvePoint is one step of a survival curve.
type CurvePoint struct {
	T      int64   `json:"t"`       // days
	AtRisk int64   `json:"at_risk"` // den of the rows entered before t and not ended before it
	Lost   int64   `json:"lost"`    // num of the rows that end at t
	Kept   float64 `json:"kept"`    // share that survives t

	Low  *float64 `json:"low,omitempty"` // 95 % interval of Kept at this day; nil where nobody is left
	High *float64 `json:"high,omitempty"`
}

// entryDetail is the column of a curve's rows that says from which day on a row is observed. value is the day on which it
// ends, num its den when it was lost then and 0 when it was only not followed further.
const entryDetail = "entry_days"

// survival is the product-limit estimate (Kaplan & Meier 1958, doi 10.1080/01621459.1958.10501452) with left truncation:
// a row is at risk at t only when it entered before t and had not ended before it. The points, ascending, are given with
// what is at risk and lost; Kept is worked out, with its interval: Greenwood's variance V = Σ d/(n(n-d)) of ln S on the scale of
// ln(-ln S), which keeps it within 0..1: S^exp(∓z√V/ln S) (Kalbfleisch & Prentice, The Statistical Analysis of Failure Time
// Data, 2nd ed. 2002, 1.4). It holds day by day, not for the whole curve at once.
func survival(points []CurvePoint) []CurvePoint {
	kept, variance := 1.0, 0.0
	for i := range points {
		p := &points[i]
		if p.AtRisk <= 0 {
			continue
		}
		kept *= float64(p.AtRisk-p.Lost) / float64(p.AtRisk)
		p.Kept = significant(kept)
		if kept <= 0 {
			continue
		}
		variance += float64(p.Lost) / (float64(p.AtRisk) * float64(p.AtRisk-p.Lost))
		if kept < 1 {
			spread := z95 * math.Sqrt(variance) / -math.Log(kept)
			p.Low, p.High = number(math.Pow(kept, math.Exp(spread))), number(math.Pow(kept, math.Exp(-spread)))
		}
	}
	return points
}

// monthDays is how many days a month has on average.
const monthDays = 365.25 / 12

// CurveByMonth reads the curve of an answer at whole months, from the start to the last month in which something was lost or,
// if that is later and was reached, the measure's horizon. N is who was at risk at the last loss until then.
func CurveByMonth(d Definition, a Answer) (months []Answer) {
	if len(a.Curve) == 0 || a.Status != OK {
		return nil
	}
	last := a.Curve[len(a.Curve)-1].T
	if a.Value != nil {
		last = max(last, d.Horizon)
	}
	kept, at := CurvePoint{Kept: 1, AtRisk: a.Curve[0].AtRisk}, 0
	for m := 0; int64(float64(m)*monthDays) <= last; m++ {
		for at < len(a.Curve) && a.Curve[at].T <= int64(float64(m)*monthDays) {
			kept = a.Curve[at]
			at++
		}
		value := kept.Kept
		months = append(months, Answer{KPI: a.KPI, Period: a.Period, Value: &value, Low: kept.Low, High: kept.High, N: kept.AtRisk, Status: a.Status})
	}
	return months
}

// curve is what the rows of one group make.
type curve struct {
	points []CurvePoint // where something was lost
	last   int64        // the last day anybody was observed
}

// at is the share that survives day t; ok is false where nobody was observed for so long: a curve is not continued beyond
// what was seen.
func (c curve) at(t int64) (kept float64, ok bool) {
	kept = 1
	if later := sort.Search(len(c.points), func(i int) bool { return c.points[i].T > t }); later > 0 {
		kept = c.points[later-1].Kept
	}
	return kept, t <= c.last || kept == 0 && len(c.points) > 0
}

// addCurve counts the rows of one measure and works out the curve of each group.
func (d *Door) addCurve(ctx context.Context, into groups, def Definition, s slice) error {
	if err := d.addClusters(ctx, into, def, s); err != nil {
		return err
	}
	b := &binds{}
	data, err := viewData(def, s, b)
	if err != nil {
		return err
	}
	query, err := render("curve", data)
	if err != nil {
		return err
	}
	_, err = collect(ctx, d.db.SQL(), query, b.args, func(scan func(...any) error) (struct{}, error) {
		key, values := groupKey{kpi: def.ID}, make([]string, len(s.dims))
		var p CurvePoint
		if err := scan(append(append([]any{&key.window}, pointers(values)...), &p.T, &p.AtRisk, &p.Lost)...); err != nil {
			return struct{}{}, err
		}
		c := &into.at(key, values).curve
		c.last = max(c.last, p.T)
		if p.Lost > 0 {
			c.points = append(c.points, p)
		}
		return struct{}{}, nil
	})
	for _, of := range into {
		for _, t := range of {
			t.curve.points = survival(t.curve.points)
		}
	}
	return err
}

// checkCurve refuses a curve without the day it is read at, or whose rows do not say when they entered.
func (def Definition) checkCurve() error {
	if def.Kind == kindCurve && (def.Horizon <= 0 || def.OverTime == overSum || !slices.Contains(def.Details, entryDetail)) {
		return fmt.Errorf("measure %s: kind curve needs a horizon, the detail %s and over_time last or own", def.ID, entryDetail)
	}
	return nil
}
