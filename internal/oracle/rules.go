package oracle

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Rules are the limits, parameters and cadences of visits. Limits and cadences may be dated; parameters hold for all time.
type Rules struct {
	Limits   []limitRule   `yaml:"limits"`
	Params   []paramRule   `yaml:"params"`
	Cadences []cadenceRule `yaml:"cadences"`
	Weights  []weightRule  `yaml:"weights"`
}

type limitRule struct {
	Rule, Kind, Severity, Limit, Clock string
	Tier                               int
	From, To                           string // days, To the first one without it
}

type weightRule struct {
	Of     string
	Values map[string]int64
}

type paramRule struct {
	Name  string
	Value int
}

type cadenceRule struct {
	Kind         string
	Tier         int
	Customer     string // of one customer, in place of its tier's
	From, To     string // days, To the first one without it
	WindowMonths int    `yaml:"window_months"`
	Required     int
	MaxGapDays   int `yaml:"max_gap_days"`
}

func loadRules(path string) (Rules, error) {
	var r Rules
	data, err := os.ReadFile(path) //nolint:gosec // a test's own folder
	if err != nil {
		return r, err
	}
	if err := yaml.Unmarshal(data, &r); err != nil {
		return r, fmt.Errorf("%s: %w", path, err)
	}
	// Visits only: what else a tier is promised in a window is the service plan's, which no measure counts.
	r.Cadences = slices.DeleteFunc(r.Cadences, func(c cadenceRule) bool { return c.Kind != "visit" })
	// The one number that a rulebook gives: S4 「10分钟以内」.
	r.Params = append(r.Params, paramRule{Name: "call_seconds_max", Value: 600})
	return r, nil
}

func (r Rules) param(name string) int {
	for _, p := range r.Params {
		if p.Name == name {
			return p.Value
		}
	}
	panic("parameter " + name + " is not set")
}

// or returns a parameter, else what holds without one.
func (r Rules) or(name string, without int) int {
	if !r.has(name) {
		return without
	}
	return r.param(name)
}

// weight returns what one of the weighted counts, in percent, or what the others do; ok is false where neither is set.
func (r Rules) weight(of, item string) (percent int64, ok bool) {
	for _, w := range r.Weights {
		if w.Of == of {
			if percent, ok = w.Values[item]; !ok {
				percent, ok = w.Values["other"]
			}
		}
	}
	return percent, ok
}

// has reports whether a parameter is set.
func (r Rules) has(name string) bool {
	return slices.ContainsFunc(r.Params, func(p paramRule) bool { return p.Name == name })
}

// cadence returns the cadence of a customer with a tier on a day: its own, else its tier's.
func (r Rules) cadence(customer string, tier, on int) (cadenceRule, bool) {
	if c, ok := r.ownCadence(customer, on); ok {
		return c, true
	}
	for _, c := range r.Cadences {
		if c.Customer == "" && c.Tier == tier && c.inForce(on) {
			return c, true
		}
	}
	return cadenceRule{}, false
}

// ownCadence returns the cadence of a customer's own that is in force on a day.
func (r Rules) ownCadence(customer string, on int) (cadenceRule, bool) {
	for _, c := range r.Cadences {
		if c.Customer == customer && c.inForce(on) {
			return c, true
		}
	}
	return cadenceRule{}, false
}

func (c cadenceRule) inForce(on int) bool {
	today := date(on).Format("2006-01-02")
	return c.From <= today && (c.To == "" || today < c.To)
}

// limit is what a case must keep: seconds on a clock, or whole days.
type limit struct {
	set     bool
	seconds int64
	clock   string
	days    int  // with seconds = 0
	working bool // days are working days
}

// limit returns the limit of a case that starts on a day (R11): of those in force that fit, the one with more selectors;
// kind counts before severity, and severity before tier.
func (r Rules) limit(rule, kind, severity string, tier, on int) limit {
	best, weight := limitRule{}, -1
	today := date(on).Format("2006-01-02")
	for _, l := range r.Limits {
		if (l.From != "" && today < l.From) || (l.To != "" && today >= l.To) {
			continue
		}
		if l.Rule != rule || (l.Kind != "" && l.Kind != kind) || (l.Severity != "" && l.Severity != severity) || (l.Tier != 0 && l.Tier != tier) {
			continue
		}
		w := 0
		for i, selected := range []bool{l.Tier != 0, l.Severity != "", l.Kind != ""} {
			if selected {
				w += 10 + 1<<i
			}
		}
		if w > weight {
			best, weight = l, w
		}
	}
	if weight < 0 {
		return limit{}
	}
	number, unit, _ := strings.Cut(best.Limit, " ")
	n, err := strconv.Atoi(number)
	if err != nil {
		panic(err)
	}
	l := limit{set: true, clock: best.Clock}
	switch unit {
	case "minutes":
		l.seconds = int64(n) * 60
	case "hours":
		l.seconds = int64(n) * 3600
	case "days":
		l.days = n
	case "working_days":
		l.days, l.working = n, true
	default:
		panic("unit " + unit)
	}
	return l
}
