package transform

import (
	"database/sql/driver"
	"iter"
	"strconv"

	"github.com/kamlens/kamlens/internal/rules"
)

// The layouts of the rule tables. Tier 0 is a customer without a tier.
const (
	limitColumns = `rule VARCHAR, kind VARCHAR, severity VARCHAR, tier INTEGER, valid_from DATE, valid_to DATE,
		limit_s BIGINT, limit_days INTEGER, clock VARCHAR, rule_version VARCHAR`
	paramColumns   = `name VARCHAR, valid_from DATE, valid_to DATE, value BIGINT`
	cadenceColumns = `kind VARCHAR, tier INTEGER, customer_id VARCHAR, valid_from DATE, valid_to DATE, window_months INTEGER,
		required INTEGER, max_gap_days INTEGER`
	weightColumns = `name VARCHAR, item VARCHAR, valid_from DATE, valid_to DATE, value BIGINT`
	tableColumns  = `section VARCHAR, name VARCHAR, item VARCHAR, place INTEGER, valid_from DATE, valid_to DATE, value BIGINT, word VARCHAR`
)

// limitRows yields the grid of limits: for each kind, severity and tier the days with the limit that holds on them.
// What no rule covers has no row: unset.
func limitRows(b rules.Book) iter.Seq[[]driver.Value] {
	return decided(b, rules.Limits, func(d rules.Decided) []driver.Value {
		v := d.Rule.Value
		return []driver.Value{d.Name, d.A, d.B, tierOf(d.C), d.From, d.To, positive(v.Seconds()), positive32(v.Days()), v.Clock, d.Rule.Version}
	})
}

// paramRows yields the parameters with the days on which they hold.
func paramRows(b rules.Book) iter.Seq[[]driver.Value] {
	return decided(b, rules.Params, func(d rules.Decided) []driver.Value {
		return []driver.Value{d.Name, d.From, d.To, d.Rule.Value.Number}
	})
}

// cadenceRows yields the cadences of tiers and of single customers; those stated by card are here as the tier that the
// card stands for.
func cadenceRows(b rules.Book) iter.Seq[[]driver.Value] {
	return decided(b, rules.Cadences, func(d rules.Decided) []driver.Value {
		var tier, customer driver.Value
		switch d.A {
		case "tier":
			tier = tierOf(d.B)
		case "customer":
			customer = d.B
		default:
			return nil
		}
		v := d.Rule.Value
		return []driver.Value{d.Name, tier, customer, d.From, d.To, int32(v.Window), int32(v.Required), positive32(v.MaxGap)}
	})
}

// weightRows yields the weights, a row for each thing that is weighed.
func weightRows(b rules.Book) iter.Seq[[]driver.Value] {
	return func(yield func([]driver.Value) bool) {
		for _, d := range b.Decided(rules.Weights) {
			for _, p := range d.Rule.Value.Pairs {
				if !yield([]driver.Value{d.Name, p.Key, d.From, d.To, p.Number}) {
					return
				}
			}
		}
	}
}

// tableRows yields what the assessment of people and the judging of customers read, a row for each line of a table in the order written (place), and
// for each mapping, whose word stands in place of a number. No model reads it: only the door does.
func tableRows(b rules.Book) iter.Seq[[]driver.Value] {
	return func(yield func([]driver.Value) bool) {
		for _, s := range rules.Sections() {
			for _, d := range b.Decided(s) {
				if s != rules.Params && (d.Rule.ForAssessment() || d.Rule.ForCustomers()) && !yieldLines(d, yield) {
					return
				}
			}
		}
	}
}

func yieldLines(d rules.Decided, yield func([]driver.Value) bool) bool {
	row := func(item string, place int, value, word driver.Value) bool {
		return yield([]driver.Value{string(d.Section), d.Name, item, int32(place), d.From, d.To, value, word})
	}
	if d.Section == rules.Mappings {
		return row(d.A, 0, nil, d.Rule.Value.Word)
	}
	for i, p := range d.Rule.Value.Pairs {
		if !row(p.Key, i, p.Number, nil) {
			return false
		}
	}
	return true
}

// decided yields a row for everything that is decided in a section, but for those of which row makes nil.
func decided(b rules.Book, s rules.Section, row func(rules.Decided) []driver.Value) iter.Seq[[]driver.Value] {
	return func(yield func([]driver.Value) bool) {
		for _, d := range b.Decided(s) {
			if r := row(d); r != nil && !yield(r) {
				return
			}
		}
	}
}

func tierOf(s string) int32 {
	n, _ := strconv.Atoi(s) // the rules were checked: 0 to 4
	return int32(n)
}

func positive(n int64) driver.Value {
	if n == 0 {
		return nil
	}
	return n
}

func positive32(n int64) driver.Value {
	if n == 0 {
		return nil
	}
	return int32(n)
}
