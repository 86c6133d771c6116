package decision

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/kamlens/kamlens/internal/calendar"
	"github.com/kamlens/kamlens/internal/config"
)

// ClosedPart is a period that is frozen, and the measures that are frozen of it with it.
type ClosedPart struct {
	calendar.Period
	Measures []string
}

// Closed returns what is frozen, as the manifests of data/frozen/PERIOD/PART say.
func Closed(c config.Config) ([]ClosedPart, error) {
	paths, err := filepath.Glob(filepath.Join(c.Dir("frozen"), "*", "*", "manifest.json"))
	if err != nil {
		return nil, err
	}
	var list []ClosedPart
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		var manifest struct {
			Period   string
			Measures []string
		}
		if err := json.Unmarshal(data, &manifest); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		p, err := calendar.ParsePeriod(manifest.Period)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		list = append(list, ClosedPart{p, manifest.Measures})
	}
	return list, nil
}

// Effect is what upholding a dispute of a row of a measure and period does, now that this is closed.
func Effect(closed []ClosedPart, kpi string, of calendar.Period) string {
	if slices.ContainsFunc(closed, func(p ClosedPart) bool {
		return p.Start.Equal(of.Start) && p.End.Equal(of.End) && slices.Contains(p.Measures, kpi)
	}) {
		return EffectAdjustment
	}
	return EffectRuling
}
