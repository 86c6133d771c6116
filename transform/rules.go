package transform

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/fault"
)

// Rules are the limits, parameters and cadences of the rule files, as written.
type Rules struct {
	Limits   []LimitRule
	Params   []ParamRule
	Cadences []CadenceRule
}

// Origin says where a rule comes from: a rulebook with the sentence, or a proposal of this system.
type Origin struct {
	Document string `yaml:"document"`
	Heading  string `yaml:"heading"`
	Quote    string `yaml:"quote"`
	Source   string `yaml:"source"`
	Status   string `yaml:"status"` // proposed, approved
}

// LimitRule is a limit for the cases that Kind, Severity and Tier select; an empty selector selects all.
type LimitRule struct {
	Rule     string   `yaml:"rule"` // first_response, resolution
	Kind     oneOrAll `yaml:"kind"`
	Severity oneOrAll `yaml:"severity"`
	Tier     oneOrAll `yaml:"tier"`
	Limit    string   `yaml:"limit"` // 30 minutes, 2 hours, 1 days, 2 working_days
	Clock    string   `yaml:"clock"` // working, calendar; of minutes and hours
	From     string   `yaml:"from"`
	To       string   `yaml:"to"` // first day without it
	Origin   `yaml:",inline"`

	version    string
	seconds    int64 // of minutes and hours
	days       int64
	begin, end time.Time
}

// ParamRule is a dated parameter.
type ParamRule struct {
	Name   string `yaml:"name"`
	Value  *int64 `yaml:"value"`
	From   string `yaml:"from"`
	To     string `yaml:"to"`
	Origin `yaml:",inline"`

	begin, end time.Time
}

// CadenceRule is how often customers of a tier are due something.
type CadenceRule struct {
	Kind         string   `yaml:"kind"` // visit
	Tier         oneOrAll `yaml:"tier"`
	WindowMonths int32    `yaml:"window_months"`
	Required     int32    `yaml:"required"`
	MaxGapDays   *int32   `yaml:"max_gap_days"`
	From         string   `yaml:"from"`
	To           string   `yaml:"to"`
	Origin       `yaml:",inline"`

	begin, end time.Time
}

// oneOrAll is a value, a list of values, or nothing for all.
type oneOrAll []string

func (s *oneOrAll) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		*s = oneOrAll{n.Value}
		return nil
	}
	var list []string
	if err := n.Decode(&list); err != nil {
		return err
	}
	*s = list
	return nil
}

// The first and the first missing day of a rule that does not say otherwise.
var (
	always  = time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC)
	forever = time.Date(2199, 12, 31, 0, 0, 0, 0, time.UTC)
)

// ruleFile is the layout of a rule file.
type ruleFile struct {
	Version  string        `yaml:"version"`
	Status   string        `yaml:"status"`
	Limits   []LimitRule   `yaml:"limits"`
	Params   []ParamRule   `yaml:"params"`
	Cadences []CadenceRule `yaml:"cadences"`
}

// LoadRules reads the rule files of c.
func LoadRules(c config.Config) (Rules, error) {
	var all Rules
	for _, path := range c.Rules {
		data, err := os.ReadFile(c.Resolve(path))
		if err != nil {
			return Rules{}, fault.New(fault.Usage, "transform.rules_missing", path).Because(err)
		}
		r, err := ParseRules(data)
		if err != nil {
			return Rules{}, fault.New(fault.Usage, "transform.rules_bad", path, err.Error())
		}
		all.Limits = append(all.Limits, r.Limits...)
		all.Params = append(all.Params, r.Params...)
		all.Cadences = append(all.Cadences, r.Cadences...)
	}
	if err := all.check(); err != nil {
		return Rules{}, fault.New(fault.Usage, "transform.rules_bad", strings.Join(c.Rules, ", "), err.Error())
	}
	return all, nil
}

// ParseRules reads one rule file.
func ParseRules(data []byte) (Rules, error) {
	var f ruleFile
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	if err := d.Decode(&f); err != nil && !errors.Is(err, io.EOF) {
		return Rules{}, err
	}
	for i := range f.Limits {
		if err := f.Limits[i].read(f.Version); err != nil {
			return Rules{}, fmt.Errorf("limit %d (%s): %w", i+1, f.Limits[i].Rule, err)
		}
	}
	for i := range f.Params {
		p := &f.Params[i]
		var err error
		if p.begin, p.end, err = stretch(p.From, p.To); err != nil {
			return Rules{}, fmt.Errorf("param %s: %w", p.Name, err)
		}
		if p.Name == "" || p.Value == nil || *p.Value < 0 {
			return Rules{}, fmt.Errorf("param %d (%s): want a name and a value from 0 up", i+1, p.Name)
		}
	}
	for i := range f.Cadences {
		if err := f.Cadences[i].read(); err != nil {
			return Rules{}, fmt.Errorf("cadence %d: %w", i+1, err)
		}
	}
	return Rules{Limits: f.Limits, Params: f.Params, Cadences: f.Cadences}, nil
}

// read checks a limit and works out its numbers.
func (l *LimitRule) read(version string) error {
	l.version = version
	var err error
	if l.begin, l.end, err = stretch(l.From, l.To); err != nil {
		return err
	}
	if err := errors.Join(
		known("rule", oneOrAll{l.Rule}, limitRules), known("kind", l.Kind, caseKinds),
		known("severity", l.Severity, severities), known("tier", l.Tier, tiers),
	); err != nil {
		return err
	}
	amount, unit, ok := strings.Cut(l.Limit, " ")
	n, err := strconv.ParseInt(amount, 10, 64)
	if !ok || err != nil || n <= 0 {
		return fmt.Errorf("limit %q: want a number and minutes, hours, days or working_days", l.Limit)
	}
	perUnit, elapsed := map[string]int64{"minutes": 60, "hours": 3600}[unit]
	switch {
	case elapsed && (l.Clock == "working" || l.Clock == "calendar"):
		l.seconds = n * perUnit
	case elapsed:
		return fmt.Errorf("limit %q: minutes and hours need clock: working or calendar", l.Limit)
	case unit == "days" && (l.Clock == "" || l.Clock == "calendar"):
		l.days, l.Clock = n, "calendar"
	case unit == "working_days" && (l.Clock == "" || l.Clock == "working"):
		l.days, l.Clock = n, "working"
	default:
		return fmt.Errorf("limit %q: unknown unit, or clock %q does not fit it", l.Limit, l.Clock)
	}
	return nil
}

func (c *CadenceRule) read() error {
	var err error
	if c.begin, c.end, err = stretch(c.From, c.To); err != nil {
		return err
	}
	if err := known("tier", c.Tier, tiers); err != nil {
		return err
	}
	if c.Kind != "visit" {
		return fmt.Errorf("kind %q: want visit", c.Kind)
	}
	if 12%max(c.WindowMonths, 1) != 0 || c.WindowMonths < 1 || c.WindowMonths == 4 {
		return fmt.Errorf("window_months %d: want 1, 2, 3, 6 or 12", c.WindowMonths)
	}
	if c.Required < 0 || (c.MaxGapDays != nil && *c.MaxGapDays < 1) {
		return fmt.Errorf("required must be from 0 up and max_gap_days from 1 up")
	}
	return nil
}

// stretch reads the half-open validity of a rule.
func stretch(from, to string) (begin, end time.Time, err error) {
	begin, end = always, forever
	if from != "" {
		if begin, err = time.Parse(time.DateOnly, from); err != nil {
			return begin, end, fmt.Errorf("from %q: want 2026-01-31", from)
		}
	}
	if to != "" {
		if end, err = time.Parse(time.DateOnly, to); err != nil {
			return begin, end, fmt.Errorf("to %q: want 2026-01-31", to)
		}
	}
	if !begin.Before(end) {
		return begin, end, fmt.Errorf("from %s is not before to %s", from, to)
	}
	return begin, end, nil
}

func known(what string, values oneOrAll, list []string) error {
	for _, v := range values {
		found := false
		for _, k := range list {
			found = found || k == v
		}
		if !found {
			return fmt.Errorf("%s %q: want one of %s", what, v, strings.Join(list, ", "))
		}
	}
	return nil
}
