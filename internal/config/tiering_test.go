package config

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/internal/fault"
)

func TestTiering(t *testing.T) {
	for name, test := range map[string]struct {
		text string
		want map[string]string // by day
	}{
		"not written": {"", map[string]string{"2026-10-01": External}},
		"files":       {"tiering: external", map[string]string{"2026-10-01": External}},
		"here":        {"tiering: kamlens", map[string]string{"1900-01-01": Own, "2026-10-01": Own}},
		"from a quarter on": {"tiering: [{from: 2027-Q1, by: kamlens}]",
			map[string]string{"2026-12-31": External, "2027-01-01": Own, "2100-01-01": Own}},
		"for a year": {"tiering: [{from: 2027-Q1, by: kamlens}, {from: 2028-Q1, by: external}]",
			map[string]string{"2026-12-31": External, "2027-12-31": Own, "2028-01-01": External}},
	} {
		c, err := Parse([]byte(test.text), "kamlens.yaml")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for day, want := range test.want {
			if got := c.TieringBy(day); got != want {
				t.Errorf("%s: %s by %s, want %s", name, day, got, want)
			}
		}
	}
}

func TestTiering_refused(t *testing.T) {
	source := "\nsources: [{name: t, feed: tier_history, path: t.csv, history: snapshots, as_of: arrival}]"
	for text, want := range map[string]string{
		"tiering: me": "config.tiering_by", "tiering: [{from: 2027-01, by: kamlens}]": "config.tiering_from", "tiering: [{by: kamlens}, {from: 2027-Q1, by: external}]": "config.tiering_from",
		"tiering: [{from: 2027-Q1, by: kamlens}, {from: 2027-Q1, by: external}]": "config.tiering_from", "tiering: {by: kamlens}": "config.syntax",
		"tiering: kamlens" + source: "config.tiering_lists", "tiering: external" + source: "",
	} {
		_, err := Parse([]byte(text), "kamlens.yaml")
		got := ""
		if f, ok := errors.AsType[*fault.Error](err); ok {
			got = f.Key
		}
		if got != want {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}

// Sources of tiers know their days, others do not: it is part of what their bytes mean.
func TestTiering_sources(t *testing.T) {
	c, err := Parse([]byte("tiering: [{from: 2027-Q1, by: kamlens}]\nsources: [{name: t, feed: tier_history, path: t.csv}, {name: c, feed: customers, path: c.csv}]"), "kamlens.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]Days{{"2027-01-01", "2199-12-31"}}, c.Sources[0].NoTiers); diff != "" || c.Sources[1].NoTiers != nil {
		t.Error(diff, c.Sources[1].NoTiers)
	}
}
