package transform_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/kamlens/kamlens/internal/calendar"
	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/warehouse"
)

// reconcile asks the door for every measure, kind of period and dimension of the last year of a snapshot, and holds
// that the parts (managers and 未分配, tiers, regions, …) add up to the company. It returns how many numbers it compared.
func reconcile(t *testing.T, snapshot string, asOf time.Time, seed uint64) int {
	t.Helper()
	ctx := context.Background()
	door, err := kpi.Open(ctx, snapshot, warehouse.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := door.Close(); err != nil {
			t.Error(err)
		}
	}()
	// the year and its months, and, as the seed falls, one of its quarters and one of its halves
	var periods []kpi.Period
	for _, part := range []string{"", fmt.Sprintf("-Q%d", 1+seed%4), fmt.Sprintf("-H%d", 1+seed%2)} {
		p, err := calendar.ParsePeriod(asOf.Format("2006") + part)
		if err != nil {
			t.Fatal(err)
		}
		periods = append(periods, p)
	}
	compared, problems, err := kpi.Reconcile(ctx, door, periods...)
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range problems {
		if i == 10 {
			t.Errorf("and %d more", len(problems)-i)
			break
		}
		t.Error(p)
	}
	return compared
}
