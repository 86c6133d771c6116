package kpi

import (
	"context"
	"testing"

	"github.com/kamlens/kamlens/internal/text"
)

// lists is a door that answers what it was given: of everybody, and by manager.
type lists struct{ all, each []Answer }

func (l lists) Catalogue() []Definition {
	return []Definition{{ID: "W", Family: ReviewFamily, Kind: kindRatio, Unit: UnitShare}, {ID: "V", Family: ReviewFamily, Kind: kindRatio, Unit: UnitShare}, {ID: "U", Family: ReviewFamily, Kind: kindRatio, Unit: UnitShare}}
}

func (l lists) Query(_ context.Context, _ Scope, q Question) ([]Answer, error) {
	if len(q.By) > 0 {
		return l.each, nil
	}
	return l.all, nil
}

func (lists) Members(context.Context, Scope, Dim) ([]Member, error) { return nil, nil }

// TestReviewOf_without: a manager without a row of W has nothing of it, of V no more than everybody, and nothing of U counts;
// none of it reads as in order.
func TestReviewOf_without(t *testing.T) {
	half := 0.5
	m := map[string]string{"manager": "m1"}
	r, err := ReviewOf(t.Context(), lists{
		all:  []Answer{{KPI: "W", Status: OK, Value: &half, N: 40}, {KPI: "V", Status: NoData}, {KPI: "U", Status: SmallSample, Value: &half, N: 3}},
		each: []Answer{{KPI: "U", By: m, Status: OK, Notes: []string{NoneCounted}}},
	}, Everything(), Question{})
	if err != nil || len(r.Rows) != 1 {
		t.Fatalf("%v, %d rows", err, len(r.Rows))
	}
	for i, want := range []string{"no rows in this period (n=0)", "No data (n=0)", "Nothing counted (n=0)"} {
		if got := r.Rows[0].Cells[i].Words(text.EN, r.Measures[i]); got != want {
			t.Errorf("%s: %q, want %q", r.Measures[i].ID, got, want)
		}
	}
}
