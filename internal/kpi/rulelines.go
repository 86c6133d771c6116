package kpi

import (
	"context"
	"fmt"
)

// RuleLine is one line of a table by which people are assessed or customers judged, one of the mappings beside it, or a parameter. Word is set
// where a mapping says one, else Value holds.
type RuleLine struct {
	Section string // weights, curves, grades, coefficients, deductions, mappings or params
	Name    string // what the table is of; the name of the mapping or the parameter
	Item    string // what the line is of; "" for a parameter
	Value   int64
	Word    string
}

// RuleLines returns what the rules that were decided say about these on the first day of a period, tables in the order
// in which they were written.
func (d *Door) RuleLines(ctx context.Context, s Scope, p Period) ([]RuleLine, error) {
	if s.none() {
		return nil, nil
	}
	if err := d.holds(ctx, "rule_tables"); err != nil {
		return nil, err
	}
	lines, err := collect(ctx, d.db.SQL(), `select section, name, item, coalesce("value", 0), coalesce(word, '') from (
			select section, name, item, place, "value", word, valid_from, valid_to from rule_tables
			union all
			select 'params', name, '', 0, "value", '', valid_from, valid_to from rule_params where "value" is not null)
		where valid_from <= $1 and $1 < valid_to order by section, name, place, item`, []any{p.Start},
		func(scan func(...any) error) (r RuleLine, err error) {
			return r, scan(&r.Section, &r.Name, &r.Item, &r.Value, &r.Word)
		})
	if err != nil {
		return nil, fmt.Errorf("rules of %s: %w", p, err)
	}
	return lines, nil
}
