package config

import (
	"fmt"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/kamlens/kamlens/internal/calendar"
)

// External says that the tiers of customers come from files. The other way is [Own]: people decide on them here.
const External = "external"

// Tiering says from which quarter on tiers come from where; before the first of them they come from files. In YAML it is one
// word, external or kamlens, or a list of {from: 2027-Q1, by: kamlens}.
type Tiering []TieringFrom

// TieringFrom is one entry of [Tiering].
type TieringFrom struct {
	From string `yaml:"from"` // a quarter
	By   string `yaml:"by"`

	start time.Time
}

// Days are days from From on, before To.
type Days struct{ From, To string }

// UnmarshalYAML reads the word or the list.
func (t *Tiering) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.ScalarNode {
		*t = Tiering{{By: node.Value}}
		return nil
	}
	if node.Kind != yaml.SequenceNode {
		return fmt.Errorf("line %d: tiering is external, kamlens or a list of {from: 2027-Q1, by: kamlens}", node.Line)
	}
	return node.Decode((*[]TieringFrom)(t))
}

// checkTiering refuses what is no quarter, no way and no order, and tells the sources of tiers on which days they have none.
func (c *Config) checkTiering(bad func(string, ...any) error) error {
	for i := range c.Tiering {
		f := &c.Tiering[i]
		if f.From != "" || i > 0 || len(c.Tiering) > 1 {
			p, err := calendar.ParsePeriod(f.From)
			if err != nil || p.Kind != calendar.Quarter || i > 0 && !p.Start.After(c.Tiering[i-1].start) {
				return bad("config.tiering_from", f.From)
			}
			f.start = p.Start
		}
		if f.By != External && f.By != Own {
			return bad("config.tiering_by", f.By)
		}
	}
	own := c.ownTierDays()
	for i := range c.Sources {
		s := &c.Sources[i]
		if s.Feed != "tier_history" {
			continue
		}
		if len(own) > 0 && s.Of == Snapshots {
			return bad("config.tiering_lists", s.Name)
		}
		s.NoTiers = own
	}
	return nil
}

// ownTierDays are the days whose tiers are decided here.
func (c *Config) ownTierDays() []Days {
	var list []Days
	for i, f := range c.Tiering {
		if f.By != Own {
			continue
		}
		d := Days{From: "1900-01-01", To: "2199-12-31"}
		if !f.start.IsZero() {
			d.From = f.start.Format(time.DateOnly)
		}
		if i+1 < len(c.Tiering) {
			d.To = c.Tiering[i+1].start.Format(time.DateOnly)
		}
		list = append(list, d)
	}
	return list
}

// TieringBy says where tiers that take effect on a day (2027-01-01) come from: [External] or [Own].
func (c Config) TieringBy(day string) string {
	for _, d := range c.ownTierDays() {
		if d.Has(day) {
			return Own
		}
	}
	return External
}

// Has reports whether a day (2027-01-01) is one of them.
func (d Days) Has(day string) bool { return d.From <= day && day < d.To }
