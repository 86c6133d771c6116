package kpi

import (
	"slices"
	"strings"
	"testing"

	"github.com/kamlens/kamlens/internal/text"
	models "github.com/kamlens/kamlens/sql"
)

// TestUnits: every unit that a measure's header uses has a name, which is no code, wherever units are named: definition
// cards and the command line, charts, documents. A chart writes shares as ticks in percent, and durations in hours or minutes.
func TestUnits(t *testing.T) {
	list, err := models.Load(models.Embedded)
	if err != nil {
		t.Fatal(err)
	}
	var units []string
	for _, m := range list {
		if unit := m.Header.Get("unit"); m.Layer == models.KPI && !slices.Contains(units, unit) {
			units = append(units, unit)
		}
	}
	if len(units) < 10 {
		t.Fatalf("only these units: %v", units)
	}
	for _, unit := range units {
		keys := []string{"kpi.unit." + unit, "reports.unit." + unit, "chart.unit." + unit}
		switch unit {
		case UnitShare:
			keys = keys[:2]
		case UnitSeconds:
			keys = append(keys[:2], "chart.unit.hours", "chart.unit.minutes", "reports.unit.minutes")
		}
		for _, key := range keys {
			if !text.Has(key) {
				t.Errorf("%s has no words", key)
				continue
			}
			if en := text.EN.T(key); strings.Contains(en, "_") || en == "count" {
				t.Errorf("%s is a code in English: %q", key, en)
			}
			if zh := text.ZH.T(key); zh == unit {
				t.Errorf("%s is a code in Chinese: %q", key, zh)
			}
		}
	}
}
