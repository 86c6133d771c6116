package transform

import (
	"cmp"
	"database/sql/driver"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"time"
)

// The grid that limits are expanded to. Tier 0 is a customer without a tier.
var (
	limitRules = []string{"first_response", "resolution"}
	caseKinds  = []string{"request", "complaint", "fault", "consult", "feedback", "followup"}
	severities = []string{"normal", "high", "urgent"}
	tiers      = []string{"0", "1", "2", "3", "4"}
)

// The layouts of the rule tables.
const (
	limitColumns = `rule VARCHAR, kind VARCHAR, severity VARCHAR, tier INTEGER, valid_from DATE, valid_to DATE,
		limit_s BIGINT, limit_days INTEGER, clock VARCHAR, rule_version VARCHAR`
	paramColumns   = `name VARCHAR, valid_from DATE, valid_to DATE, value BIGINT`
	cadenceColumns = `kind VARCHAR, tier INTEGER, valid_from DATE, valid_to DATE, window_months INTEGER,
		required INTEGER, max_gap_days INTEGER`
)

// check refuses two rules that say different things about the same days with the same right.
func (r Rules) check() error {
	for _, rule := range limitRules {
		for _, kind := range caseKinds {
			for _, severity := range severities {
				for _, tier := range tiers {
					cell := r.cell(rule, kind, severity, tier)
					if err := sameRight(cell); err != nil {
						return fmt.Errorf("%s for %s, %s, tier %s: %w", rule, kind, severity, tier, err)
					}
				}
			}
		}
	}
	params := map[string]bool{}
	for _, p := range r.Params {
		key := p.Name + " from " + p.begin.Format(time.DateOnly)
		if params[key] {
			return fmt.Errorf("param %s is given twice", key)
		}
		params[key] = true
	}
	cadences := map[string]bool{}
	for _, c := range r.Cadences {
		for _, tier := range orAll(c.Tier, tiers) {
			key := c.Kind + " tier " + tier + " from " + c.begin.Format(time.DateOnly)
			if cadences[key] {
				return fmt.Errorf("cadence %s is given twice", key)
			}
			cadences[key] = true
		}
	}
	return nil
}

func sameRight(cell []LimitRule) error {
	for i, a := range cell {
		for _, b := range cell[i+1:] {
			if a.right() == b.right() && a.begin.Equal(b.begin) {
				return fmt.Errorf("%q and %q hold from the same day", a.Limit, b.Limit)
			}
		}
	}
	return nil
}

// right orders rules by how specific they are: more selectors win; kind before severity before tier.
func (l LimitRule) right() int {
	right := 0
	for i, s := range []oneOrAll{l.Tier, l.Severity, l.Kind} {
		if len(s) > 0 {
			right += 8 + 1<<i
		}
	}
	return right
}

func orAll(s oneOrAll, all []string) []string {
	if len(s) == 0 {
		return all
	}
	return s
}

// cell returns the rules that select one cell of the grid.
func (r Rules) cell(rule, kind, severity, tier string) []LimitRule {
	var cell []LimitRule
	for _, l := range r.Limits {
		if l.Rule == rule && slices.Contains(orAll(l.Kind, caseKinds), kind) &&
			slices.Contains(orAll(l.Severity, severities), severity) && slices.Contains(orAll(l.Tier, tiers), tier) {
			cell = append(cell, l)
		}
	}
	return cell
}

// limitRows yields the grid: for each cell the stretches of days with the rule that holds on them. A stretch that no
// rule covers has no row: unset.
func (r Rules) limitRows() iter.Seq[[]driver.Value] {
	return func(yield func([]driver.Value) bool) {
		for _, rule := range limitRules {
			for _, kind := range caseKinds {
				for _, severity := range severities {
					for _, tier := range tiers {
						n, _ := strconv.Atoi(tier) // the list above holds numbers
						for _, s := range stretches(r.cell(rule, kind, severity, tier)) {
							row := []driver.Value{rule, kind, severity, int32(n), s.begin, s.end,
								positive(s.rule.seconds), days32(s.rule.days), s.rule.Clock, s.rule.version}
							if !yield(row) {
								return
							}
						}
					}
				}
			}
		}
	}
}

func positive(n int64) driver.Value {
	if n == 0 {
		return nil
	}
	return n
}

func days32(n int64) driver.Value {
	if n == 0 {
		return nil
	}
	return int32(n)
}

// held is a rule on the days on which it wins.
type held struct {
	rule       LimitRule
	begin, end time.Time
}

// stretches cuts time at every begin and end and takes on each piece the most specific rule; of equally specific ones
// the one that began last.
func stretches(cell []LimitRule) []held {
	var cuts []time.Time
	for _, l := range cell {
		cuts = append(cuts, l.begin, l.end)
	}
	slices.SortFunc(cuts, time.Time.Compare)
	cuts = slices.Compact(cuts)
	var out []held
	for i := 0; i+1 < len(cuts); i++ {
		var best *LimitRule
		for j := range cell {
			l := &cell[j]
			if l.begin.After(cuts[i]) || !cuts[i].Before(l.end) {
				continue
			}
			if best == nil || cmp.Or(cmp.Compare(l.right(), best.right()), l.begin.Compare(best.begin)) > 0 {
				best = l
			}
		}
		if best == nil {
			continue
		}
		if n := len(out); n > 0 && out[n-1].end.Equal(cuts[i]) && out[n-1].rule.same(*best) {
			out[n-1].end = cuts[i+1]
			continue
		}
		out = append(out, held{*best, cuts[i], cuts[i+1]})
	}
	return out
}

// same reports whether two rules put the same number into the table.
func (l LimitRule) same(m LimitRule) bool {
	return l.seconds == m.seconds && l.days == m.days && l.Clock == m.Clock && l.version == m.version
}

// paramRows yields the parameters; a later one of the same name ends the earlier.
func (r Rules) paramRows() iter.Seq[[]driver.Value] {
	return func(yield func([]driver.Value) bool) {
		for _, p := range r.Params {
			end := p.end
			for _, q := range r.Params {
				if q.Name == p.Name && q.begin.After(p.begin) && q.begin.Before(end) {
					end = q.begin
				}
			}
			if !yield([]driver.Value{p.Name, p.begin, end, *p.Value}) {
				return
			}
		}
	}
}

// cadenceRows yields the cadences by tier; a later one of the same tier ends the earlier. Tier 0 has none unless named.
func (r Rules) cadenceRows() iter.Seq[[]driver.Value] {
	return func(yield func([]driver.Value) bool) {
		for _, c := range r.Cadences {
			for _, tier := range orAll(c.Tier, tiers[1:]) {
				end := c.end
				for _, d := range r.Cadences {
					if d.Kind == c.Kind && slices.Contains(orAll(d.Tier, tiers[1:]), tier) && d.begin.After(c.begin) && d.begin.Before(end) {
						end = d.begin
					}
				}
				n, _ := strconv.Atoi(tier) // the list holds numbers
				var gap driver.Value
				if c.MaxGapDays != nil {
					gap = *c.MaxGapDays
				}
				if !yield([]driver.Value{c.Kind, int32(n), c.begin, end, c.WindowMonths, c.Required, gap}) {
					return
				}
			}
		}
	}
}
