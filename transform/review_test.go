package transform_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/kamlens/kamlens/internal/calendar"
	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/demo"
	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/warehouse"
)

// TestReview_planted: on the demonstration's own seed the review of a year finds the manager who games the numbers, by each of
// the six signs, and shows nobody else with more than one.
func TestReview_planted(t *testing.T) {
	dir := t.TempDir()
	until, err := calendar.ParsePeriod("2026-10")
	if err != nil {
		t.Fatal(err)
	}
	s, err := demo.Generate(t.Context(), demo.Options{
		Dir: dir, Customers: 500, Months: 13, Until: until, Seed: 1,
		Feeds: []string{"customers", "managers", "assignments", "tier_history", "services", "cases", "case_events", "surveys", "visits"},
	})
	if err != nil {
		t.Fatal(err)
	}
	c, err := config.Load(s.Config)
	if err != nil {
		t.Fatal(err)
	}
	snapshot, _ := run(t, c, until.End.AddDate(0, 0, 20))
	door, err := kpi.Open(t.Context(), snapshot, warehouse.Options{MemoryLimit: "1GB"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = door.Close() })
	year, err := calendar.ParsePeriod("2025-11..2026-10")
	if err != nil {
		t.Fatal(err)
	}
	got, err := kpi.ReviewOf(t.Context(), door, kpi.Everything(), kpi.Question{Period: year})
	if err != nil {
		t.Fatal(err)
	}
	var truth struct {
		Gaming struct {
			ID string `json:"manager_id"`
		}
	}
	data, err := os.ReadFile(filepath.Join(dir, "data_truth.json"))
	if err == nil {
		err = json.Unmarshal(data, &truth)
	}
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Rows) < 10 {
		t.Fatalf("%d managers", len(got.Rows))
	}
	for i, row := range got.Rows {
		for j, cell := range row.Cells {
			if cell.Sign || i == 0 {
				t.Logf("%s: %s %.3f of %d, all %.3f: %s", row.ManagerID, cell.KPI, *cell.Value, cell.N, *got.All[j].Value, cell.Position)
			}
		}
		switch {
		case i == 0 && (row.ManagerID != truth.Gaming.ID || row.Signs != 6):
			t.Errorf("%s comes first with %d signs, want %s with six", row.ManagerID, row.Signs, truth.Gaming.ID)
		case i > 0 && row.Signs > 1:
			t.Errorf("%s has %d signs", row.ManagerID, row.Signs)
		}
	}
}
